//! The rollout of one line-up through a window, and the stop rules that watch it.
//!
//! Until a rule stops it, a rollout depends on the window alone. So one play serves any number of thresholds: each watches the
//! failures go by and notes where it would have cut. What follows a cut needs no play: nothing starts any more, and the ends of
//! the robots in flight are known. O(n log K) for n robots in a window of K.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::Ms;
use crate::sim::calendar::{Calendar, EMPTY};
use crate::sim::dice::Dice;
use crate::sim::lineup::{End, Lineup};
use crate::sim::outcome::{EndedBy, MARKS};

/// When robots may start: the rules that shape a trajectory, as numbers of robots and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Admission {
    /// Robots in flight at most; at least 1.
    pub window: u32,
    /// When the first robots start [ms after the job's creation].
    pub start: Ms,
    /// When the job ends at the latest [ms after its creation]. Ends of robots at this very moment still count, and refill.
    pub deadline: Ms,
}

/// Where a stop rule, or the end of the fleet, cuts a trajectory.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) ended_by: EndedBy,
    pub(super) time: Ms,
    /// Robots started: the first so many in start order.
    pub(super) started: u32,
    /// The last end of a started robot, in flight ones included.
    pub(super) drained: Ms,
    /// As in `Outcome`, with robots in flight that run on.
    pub(super) down_peak: u32,
    /// As in `Outcome`, with robots in flight cut.
    pub(super) down_peak_at_cut: u32,
    /// As in `Outcome`, robots in flight included.
    pub(super) time_to: [Option<Ms>; 4],
    /// As in `Outcome`, without robots in flight.
    pub(super) time_to_at_cut: [Option<Ms>; 4],
    /// Where each robot in flight stands in the start order and how long it has been running [ms]; by place.
    pub(super) in_flight: Vec<(u32, Ms)>,
}

/// Plays rollouts; keeps its memory from one to the next.
#[derive(Default)]
pub struct Rollout {
    calendar: Calendar,
    /// When robots whose deployment failed are up again, while a play runs.
    recovering: BinaryHeap<Reverse<Ms>>,
}

/// The state of a play.
struct Play {
    /// The time of the last event.
    instant: Ms,
    updated: u32,
    failed: u32,
    /// Robots started.
    next: u32,
    /// Robots down, not counting that recoveries may be over by now.
    down: u32,
    /// The most that were down at an instant before this one, after all that happened at it.
    down_peak: u32,
    drained: Ms,
    marks: [u32; 4],
    marks_passed: usize,
    time_to: [Option<Ms>; 4],
}

impl Rollout {
    /// Plays the line-up and gives a cut for each of `thresholds`, which ascend: the numbers of failures that stop the job.
    /// `on_start` is told the place and the time of every start until the last cut.
    ///
    /// Simultaneous ends are handled one at a time in start order, and a freed slot is refilled at once.
    pub(super) fn play(
        &mut self,
        dice: &Dice,
        line: &Lineup,
        admission: Admission,
        thresholds: &[u32],
        mut on_start: impl FnMut(u32, Ms),
    ) -> Vec<Cut> {
        let n = line.ends.len() as u32;
        let window = admission.window.min(n);
        let mut play = Play::new(n, admission.start);
        let mut cuts = Vec::with_capacity(thresholds.len());
        self.recovering.clear();

        self.calendar.fill(line.ends[..window as usize].iter().map(|end| end.after(admission.start).key()));
        for end in &line.ends[..window as usize] {
            on_start(end.place(), admission.start);
            play.start(end.after(admission.start));
        }

        while self.calendar.first() != EMPTY {
            let end = End::from_key(self.calendar.first());
            let now = end.time();
            if now > admission.deadline {
                let cut = self.cut(dice, line, &play, EndedBy::FleetTimeout, admission.deadline, None);
                cuts.resize(thresholds.len(), cut);
                return cuts;
            }
            if now > play.instant {
                play.close_instant(&mut self.recovering);
                play.instant = now;
            }
            play.end(end, now);
            if end.exposed() {
                self.leave_down(dice, line, &mut play, end, now);
            }
            while end.failed() && cuts.len() < thresholds.len() && play.failed == thresholds[cuts.len()] {
                cuts.push(self.cut(dice, line, &play, EndedBy::Breach, now, Some(end)));
            }
            if cuts.len() == thresholds.len() {
                return cuts;
            }
            if play.next < n {
                let next = line.ends[play.next as usize].after(now);
                on_start(play.next, now);
                self.calendar.replace_first(next.key());
                play.start(next);
            } else {
                self.calendar.replace_first(EMPTY);
            }
        }
        let cut = self.cut(dice, line, &play, EndedBy::Success, play.drained, None);
        cuts.resize(thresholds.len(), cut);
        cuts
    }

    /// A robot that was updated is up again; one that failed is after its recovery.
    #[inline]
    fn leave_down(&mut self, dice: &Dice, line: &Lineup, play: &mut Play, end: End, now: Ms) {
        if end.failed() {
            let recovery = recovery(dice, line, end);
            if recovery > 0 {
                self.recovering.push(Reverse(now + recovery));
                return;
            }
        }
        play.down -= 1;
    }

    /// The most robots down at one time if the play is cut now: first with the robots in flight running on, then with them cut.
    fn down_peaks(&self, dice: &Dice, line: &Lineup, play: &Play, time: Ms, in_flight: &[End]) -> (u32, u32) {
        let recovered = self.recovering.iter().filter(|Reverse(up)| *up <= play.instant).count();
        let down = play.down - recovered as u32;
        let up_at_once = |end: &End| end.exposed() && recovery(dice, line, *end) == 0;
        let updated = |end: &End| end.exposed() && !end.failed();
        let ended = in_flight.iter().filter(|end| end.time() == play.instant && (updated(end) || up_at_once(end))).count();
        let cut = if time == play.instant { in_flight.iter().filter(|end| up_at_once(end)).count() } else { 0 };
        (play.down_peak.max(down - ended as u32), play.down_peak.max(down - cut as u32))
    }

    /// Cuts the trajectory at `time`, just after the end `ending`, whose slot is not refilled.
    fn cut(&self, dice: &Dice, line: &Lineup, play: &Play, ended_by: EndedBy, time: Ms, ending: Option<End>) -> Cut {
        let mut in_flight: Vec<End> = self.calendar.entries().map(End::from_key).filter(|end| Some(*end) != ending).collect();
        in_flight.sort_unstable_by_key(|end| end.key());
        let updates: Vec<Ms> = in_flight.iter().filter(|end| !end.failed()).map(|end| end.time()).collect();
        let mut time_to = play.time_to;
        for (mark, time_to) in play.marks.iter().zip(&mut time_to).skip(play.marks_passed) {
            *time_to = updates.get((mark - play.updated - 1) as usize).copied();
        }
        let (down_peak, down_peak_at_cut) = self.down_peaks(dice, line, play, time, &in_flight);
        Cut {
            ended_by,
            time,
            started: play.next,
            drained: play.drained.max(time),
            down_peak,
            down_peak_at_cut,
            time_to,
            time_to_at_cut: play.time_to,
            in_flight: in_flight
                .iter()
                .map(|end| {
                    let journey = line.ends[end.place() as usize].time();
                    (end.place(), time - (end.time() - journey))
                })
                .collect(),
        }
    }
}

/// How long the robot that ends thus stays down if it was not updated.
fn recovery(dice: &Dice, line: &Lineup, end: End) -> Ms {
    let robot = line.order[end.place() as usize];
    dice.cohorts[dice.cohort_of(robot)].recovery
}

impl Play {
    fn new(n: u32, start: Ms) -> Play {
        Play {
            instant: start,
            updated: 0,
            failed: 0,
            next: 0,
            down: 0,
            down_peak: 0,
            drained: 0,
            marks: MARKS.map(|share| u64::from(n).saturating_mul(share).div_ceil(100) as u32),
            marks_passed: 0,
            time_to: [None; 4],
        }
    }

    /// Counts the robots down at the current instant, at which nothing more will happen. A robot is not down any more at the
    /// instant at which it is up again, nor is one whose whole deployment takes no time.
    #[inline]
    fn close_instant(&mut self, recovering: &mut BinaryHeap<Reverse<Ms>>) {
        while recovering.peek().is_some_and(|Reverse(up)| *up <= self.instant) {
            recovering.pop();
            self.down -= 1;
        }
        self.down_peak = self.down_peak.max(self.down);
    }

    #[inline]
    fn start(&mut self, end: End) {
        self.next += 1;
        self.drained = self.drained.max(end.time());
        self.down += u32::from(end.exposed());
    }

    #[inline]
    fn end(&mut self, end: End, now: Ms) {
        if end.failed() {
            self.failed += 1;
        } else {
            self.updated += 1;
            while self.marks_passed < MARKS.len() && self.updated == self.marks[self.marks_passed] {
                self.time_to[self.marks_passed] = Some(now);
                self.marks_passed += 1;
            }
        }
    }
}
