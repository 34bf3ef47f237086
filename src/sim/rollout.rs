//! The rollout of one line-up through a window, and the stop rules that watch it.
//!
//! Until a rule stops it, a rollout depends on the window alone. So one play serves any number of thresholds: each watches the
//! failures go by and notes where it would have cut. What follows a cut, or the last start, needs no play: the ends of the robots
//! in flight are known. O(n log K) for n robots in a window of K.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{Ms, OnStop};
use crate::sim::calendar::Calendar;
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
    /// When the last robot deployment ended.
    pub(super) drained: Ms,
    /// As in `Outcome`.
    pub(super) down_peak: u32,
    pub(super) time_to: [Option<Ms>; 4],
    /// The robots that the cut aborts: where each stands in the start order and how long it has been running [ms]. In no order.
    pub(super) aborted: Vec<(u32, Ms)>,
}

/// Plays rollouts; keeps its memory from one to the next.
#[derive(Default)]
pub struct Rollout {
    calendar: Calendar,
    /// When robots whose deployment failed are up again, while a play runs.
    recovering: BinaryHeap<Reverse<Ms>>,
    /// Ends in flight, while they are ranked.
    ranked: Vec<u64>,
}

/// The state of a play.
struct Play {
    /// The last end that was handled, and its time.
    handled: End,
    instant: Ms,
    updated: u32,
    failed: u32,
    /// Robots started.
    next: u32,
    /// Of the robots started, those that are or will be updated.
    promised: u32,
    /// Robots down, not counting that recoveries may be over by now.
    down: u32,
    /// The most that were down at an instant before this one, after all that happened at it.
    down_peak: u32,
    /// The last end of a started robot.
    drained: Ms,
    marks: [u32; 4],
    marks_passed: usize,
    /// The update that reached each mark.
    reached: [Option<End>; 4],
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
        on_stop: OnStop,
        thresholds: &[u32],
        mut on_start: impl FnMut(u32, Ms),
    ) -> Vec<Cut> {
        let n = line.ends.len() as u32;
        let window = admission.window.min(n);
        let deadline = End::last_at(admission.deadline);
        let mut play = Play::new(n, admission.start);
        let mut cuts = Vec::with_capacity(thresholds.len());
        self.recovering.clear();

        self.calendar.fill(line.ends[..window as usize].iter().map(|end| end.after(admission.start).key()));
        for end in &line.ends[..window as usize] {
            on_start(end.place(), admission.start);
            play.start(end.after(admission.start));
        }

        while play.next < n {
            let end = End::from_key(self.calendar.first());
            if end > deadline {
                cuts.resize(thresholds.len(), self.cut(dice, line, &mut play, on_stop, EndedBy::FleetTimeout, deadline));
                return cuts;
            }
            let now = end.time();
            if now > play.instant {
                play.recover(&mut self.recovering);
                play.down_peak = play.down_peak.max(play.down);
                play.instant = now;
            }
            play.end(end);
            if end.failed() {
                self.fail(dice, line, &mut play, end);
                while cuts.len() < thresholds.len() && play.failed == thresholds[cuts.len()] {
                    cuts.push(self.cut(dice, line, &mut play, on_stop, EndedBy::Breach, end));
                }
                if cuts.len() == thresholds.len() {
                    return cuts;
                }
            }
            let next = line.ends[play.next as usize].after(now);
            on_start(play.next, now);
            self.calendar.replace_first(next.key());
            play.start(next);
        }
        self.finish(dice, line, play, deadline, on_stop, thresholds, &mut cuts);
        cuts
    }

    /// Adds the cuts of the thresholds that are left when every robot has started and all ends are known.
    #[expect(clippy::too_many_arguments)]
    fn finish(
        &mut self,
        dice: &Dice,
        line: &Lineup,
        mut play: Play,
        deadline: End,
        on_stop: OnStop,
        thresholds: &[u32],
        cuts: &mut Vec<Cut>,
    ) {
        play.reached = self.foresee(&play);
        play.marks_passed = MARKS.len();
        let mut failures: Vec<End> = self.in_flight().filter(|end| end.failed()).collect();
        failures.sort_unstable();
        for threshold in &thresholds[cuts.len()..] {
            match failures.get((threshold - play.failed - 1) as usize) {
                Some(end) if *end <= deadline => cuts.push(self.cut(dice, line, &mut play, on_stop, EndedBy::Breach, *end)),
                _ => break,
            }
        }
        let last = End::last_at(play.drained);
        let cut = if last > deadline {
            self.cut(dice, line, &mut play, on_stop, EndedBy::FleetTimeout, deadline)
        } else {
            self.cut(dice, line, &mut play, on_stop, EndedBy::Success, last)
        };
        cuts.resize(thresholds.len(), cut);
    }

    /// A robot that failed is up again after its recovery.
    #[cold]
    fn fail(&mut self, dice: &Dice, line: &Lineup, play: &mut Play, end: End) {
        if !end.exposed() {
            return;
        }
        match recovery(dice, line, end) {
            0 => play.down -= 1,
            recovery => self.recovering.push(Reverse(end.time() + recovery)),
        }
    }

    /// Cuts the trajectory just after `last`, whose slot is not refilled: later ends are those of robots in flight.
    fn cut(&mut self, dice: &Dice, line: &Lineup, play: &mut Play, on_stop: OnStop, ended_by: EndedBy, last: End) -> Cut {
        let time = last.time();
        let down_peak = self.down_peak(dice, line, play, on_stop, last);
        let (drained, reached, aborted) = match on_stop {
            OnStop::Drain => (play.drained.max(time), self.foresee(play), Vec::new()),
            OnStop::Abort => {
                let started = |end: End| end.time() - line.ends[end.place() as usize].time();
                let aborted = self.in_flight().filter(|end| *end > last).map(|end| (end.place(), time - started(end)));
                (time, play.reached.map(|end| end.filter(|end| *end <= last)), aborted.collect())
            }
        };
        let time_to = reached.map(|end| end.map(End::time));
        Cut { ended_by, time, started: play.next, drained, down_peak, time_to, aborted }
    }

    /// The most robots down at an instant if nobody starts any more and a cut just after `last` does as `on_stop` says.
    ///
    /// Without starts the number only falls, so what is left to know is how many are down when the current instant is over: those
    /// that are now, less those in flight whose end at this very instant leaves them up. O(log K), and O(K) if there are any.
    fn down_peak(&mut self, dice: &Dice, line: &Lineup, play: &mut Play, on_stop: OnStop, last: End) -> u32 {
        play.recover(&mut self.recovering);
        let runs_on = |end: &End| on_stop == OnStop::Drain || *end <= last;
        let cut_now = on_stop == OnStop::Abort && last.time() == play.instant;
        let next = if self.calendar.first() > play.handled.key() { self.calendar.first() } else { self.calendar.second() };
        if !cut_now && End::from_key(next).time() > play.instant {
            return play.down_peak.max(play.down);
        }
        let up = self.in_flight().filter(|end| *end > play.handled && end.exposed()).filter(|end| match runs_on(end) {
            true => end.time() == play.instant && (!end.failed() || recovery(dice, line, *end) == 0),
            false => cut_now && recovery(dice, line, *end) == 0,
        });
        play.down_peak.max(play.down - up.count() as u32)
    }

    /// The updates that reach the marks if nobody starts any more. O(K), but O(1) if the robots in flight reach none.
    fn foresee(&mut self, play: &Play) -> [Option<End>; 4] {
        let mut reached = play.reached;
        let marks = play.marks[play.marks_passed..].iter().take_while(|mark| **mark <= play.promised);
        let ranks = marks.map(|mark| (mark - play.updated - 1) as usize);
        let mut below = 0;
        for (i, rank) in ranks.enumerate() {
            if i == 0 {
                self.ranked.clear();
                self.ranked.extend(self.calendar.entries().filter(|key| !End::from_key(*key).failed()));
            }
            let (_, key, _) = self.ranked[below..].select_nth_unstable(rank - below);
            reached[play.marks_passed + i] = Some(End::from_key(*key));
            below = rank;
        }
        reached
    }

    fn in_flight(&self) -> impl Iterator<Item = End> {
        self.calendar.entries().map(End::from_key)
    }
}

/// How long a robot stays down after the end of a deployment that did not update it [ms].
fn recovery(dice: &Dice, line: &Lineup, end: End) -> Ms {
    let robot = line.order[end.place() as usize];
    dice.cohorts[dice.cohort_of(robot)].recovery
}

impl Play {
    fn new(n: u32, start: Ms) -> Play {
        Play {
            handled: End::from_key(0),
            instant: start,
            updated: 0,
            failed: 0,
            next: 0,
            promised: 0,
            down: 0,
            down_peak: 0,
            drained: 0,
            marks: MARKS.map(|share| u64::from(n).saturating_mul(share).div_ceil(100) as u32),
            marks_passed: 0,
            reached: [None; 4],
        }
    }

    /// Takes robots out of the count whose recovery is over: a robot is not down any more at the instant at which it is up again.
    #[inline]
    fn recover(&mut self, recovering: &mut BinaryHeap<Reverse<Ms>>) {
        while recovering.peek().is_some_and(|Reverse(up)| *up <= self.instant) {
            recovering.pop();
            self.down -= 1;
        }
    }

    #[inline]
    fn start(&mut self, end: End) {
        self.next += 1;
        self.promised += u32::from(!end.failed());
        self.drained = self.drained.max(end.time());
        self.down += u32::from(end.exposed());
    }

    #[inline]
    fn end(&mut self, end: End) {
        self.handled = end;
        if end.failed() {
            self.failed += 1;
        } else {
            // It was exposed, and is up again at once.
            self.updated += 1;
            self.down -= 1;
            while self.marks_passed < MARKS.len() && self.updated == self.marks[self.marks_passed] {
                self.reached[self.marks_passed] = Some(end);
                self.marks_passed += 1;
            }
        }
    }
}
