//! Rollout of one line-up whose robots do not interact, and the stop rules that watch it.
//!
//! Until a rule stops it, a rollout depends on the window and the pacing alone. So one play serves any number of thresholds: each
//! watches the failures go by and notes where it would have cut. What follows a cut, or the last start, needs no play: the ends of
//! the robots in flight are known. O(n log K) for n robots in a window of K.

use crate::model::Instant;
use crate::rollout::{Admission, EndedBy, OnStop, Stop};
use crate::sim::play::calendar::Calendar;
use crate::sim::play::comeback;
use crate::sim::play::comeback::Comeback;
use crate::sim::play::course::Course;
use crate::sim::play::ending::{EndKey, Ending, ending_at};
use crate::sim::play::lineup::LinedUp;
use crate::sim::record::outcome::MARKS;

/// Where a stop rule, or the end of the fleet, cuts a trajectory.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Cut {
    pub(in crate::sim) ended_by: EndedBy,
    /// Whether that is the stop rule.
    pub(in crate::sim) fired: bool,
    pub(in crate::sim) time: Instant,
    /// The number of robots started: the first ones in start order.
    pub(in crate::sim) started: u32,
    /// When the last robot deployment ended.
    pub(in crate::sim) drained: Instant,
    /// As in `Outcome`.
    pub(in crate::sim) down_peak: u32,
    pub(in crate::sim) time_to: [Option<Instant>; 4],
    /// The robots that the cut aborts: where each stands in the start order and when it started. Ascending.
    pub(in crate::sim) aborted: Vec<(u32, Instant)>,
}

impl Cut {
    /// Whether the robot at a place is cut while it runs.
    pub(in crate::sim) fn aborts(&self, place: u32) -> bool {
        self.aborted
            .binary_search_by_key(&place, |(place, _)| *place)
            .is_ok()
    }

    /// Whether the robot at a place started and came to its own end.
    pub(in crate::sim) fn lets_end(&self, place: u32) -> bool {
        place < self.started && !self.aborts(place)
    }
}

/// Plays rollouts; keeps its memory from one to the next.
#[derive(Default)]
pub(crate) struct Rollout {
    calendar: Calendar,
    /// The last play's, for its memory.
    course: Course,
    /// How the deployments end of robots that were not online and contactable throughout, in start order.
    late: Vec<Ending>,
    /// Ends in flight, while they are filled in or ranked.
    keys: Vec<u64>,
    /// Changes of the number of robots down that are known ahead, while they are gone through.
    changes: Vec<(Instant, i64)>,
}

/// The arrays of a line-up that are read at every start.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    ends: &'a [EndKey],
    steady: &'a [Instant],
}

/// A play as it goes.
struct Play {
    course: Course,
    /// The last end that was handled.
    handled: u64,
    /// Of the robots started, those that are or will be updated.
    promised: u32,
    /// The last end of a started robot.
    drained: Instant,
}

impl Rollout {
    /// Plays the line-up from `start` on and gives a cut for each stop rule: these do the same to robots in flight, and each fires no sooner than
    /// the one before. `on_start` gets the time of every start until the last cut, in start order.
    ///
    /// Simultaneous ends are handled one at a time in start order, and a freed slot is refilled at once or with its batch.
    pub(in crate::sim) fn play(
        &mut self,
        lined_up: LinedUp,
        admission: Admission,
        start: Instant,
        stops: &[Stop],
        mut on_start: impl FnMut(Instant),
    ) -> Vec<Cut> {
        self.late.clear();
        let mut course = std::mem::take(&mut self.course);
        course.begin(lined_up, start);
        let mut play = Play {
            course,
            handled: 0,
            promised: 0,
            drained: Instant::CREATION,
        };
        let cuts = self.run(&mut play, lined_up, admission, stops, &mut on_start);
        if lined_up.may_heal() {
            self.keep_updates_ahead(&mut play);
        }
        self.course = play.course;
        cuts
    }

    /// Adds the updates of the robots in flight to those that are kept.
    fn keep_updates_ahead(&mut self, play: &mut Play) {
        let handled = play.course.updates.len();
        let ahead = self
            .in_flight()
            .filter(|end| end.key() > play.handled && !end.failed());
        play.course.updates.extend(ahead);
        play.course.updates[handled..].sort_unstable();
    }

    /// When a cut of the last play reaches each mark if these robots come back after all.
    pub(in crate::sim) fn time_to(
        &self,
        n: u32,
        cut: &Cut,
        comebacks: &[Comeback],
    ) -> [Option<Instant>; 4] {
        let (before, after) = self.course.updates.split_at(
            self.course
                .updates
                .partition_point(|end| end.time() < cut.time),
        );
        let draining: Vec<EndKey> = after
            .iter()
            .take_while(|end| end.time() <= cut.drained)
            .filter(|end| cut.lets_end(end.place()))
            .copied()
            .collect();
        comeback::time_to(n, [before, &draining], comebacks)
    }

    fn run(
        &mut self,
        play: &mut Play,
        lined_up: LinedUp,
        admission: Admission,
        stops: &[Stop],
        on_start: &mut impl FnMut(Instant),
    ) -> Vec<Cut> {
        let n = lined_up.n();
        let ahead = Ahead {
            ends: &lined_up.line.ends,
            steady: &lined_up.line.steady,
        };
        let deadline = EndKey::last_at(admission.deadline);
        let on_stop = stops[0].on_stop;
        let mut cuts = Vec::with_capacity(stops.len());
        self.start_batch(play, lined_up, ahead, admission.starts(0, n), on_start);
        let mut in_flight = play.course.next;
        while play.course.next < n {
            let end = EndKey::from_key(self.calendar.first());
            if end > deadline {
                cuts.resize(
                    stops.len(),
                    self.cut(play, lined_up, on_stop, admission.at_deadline, deadline),
                );
                return cuts;
            }
            play.course.pass_to(end.time());
            play.handled = end.key();
            play.course.end(lined_up, end);
            if end.failed() {
                while cuts.len() < stops.len() && stops[cuts.len()].fires(play.course.failed) {
                    cuts.push(self.fire(play, lined_up, stops[cuts.len()], end));
                }
                if cuts.len() == stops.len() {
                    return cuts;
                }
            }
            let starts = admission.starts(in_flight - 1, n - play.course.next);
            in_flight = in_flight - 1 + starts;
            match starts {
                0 => self.calendar.remove_first(),
                1 => {
                    let next = play.start(lined_up, ahead, &mut self.late, on_start);
                    self.calendar.replace_first(next.key());
                }
                _ => self.start_batch(play, lined_up, ahead, starts, on_start),
            }
        }
        self.finish(play, lined_up, admission, stops, &mut cuts);
        cuts
    }

    /// How the deployments of the last play end of robots that were not online and contactable throughout, in start order.
    pub(in crate::sim) fn late(&self) -> &[Ending] {
        &self.late
    }

    /// Starts the next `robots` robots when no slot is occupied.
    fn start_batch(
        &mut self,
        play: &mut Play,
        lined_up: LinedUp,
        ahead: Ahead,
        robots: u32,
        on_start: &mut impl FnMut(Instant),
    ) {
        self.keys.clear();
        for _ in 0..robots {
            self.keys
                .push(play.start(lined_up, ahead, &mut self.late, on_start).key());
        }
        self.calendar.fill(self.keys.iter().copied());
    }

    /// Adds the cuts of the stop rules that are left when every robot has started and all ends are known.
    fn finish(
        &mut self,
        play: &mut Play,
        lined_up: LinedUp,
        admission: Admission,
        stops: &[Stop],
        cuts: &mut Vec<Cut>,
    ) {
        let on_stop = stops[0].on_stop;
        let deadline = EndKey::last_at(admission.deadline);
        play.course.reached = self.foresee(play);
        play.course.marks_passed = MARKS.len();
        let mut failures: Vec<EndKey> = self.in_flight().filter(|end| end.failed()).collect();
        failures.sort_unstable();
        for stop in &stops[cuts.len()..] {
            match failures.get((stop.failures - play.course.failed - 1) as usize) {
                Some(end) if *end <= deadline => {
                    cuts.push(self.fire(play, lined_up, *stop, *end));
                }
                _ => break,
            }
        }
        let last = EndKey::last_at(play.drained);
        let cut = if last > deadline {
            self.cut(play, lined_up, on_stop, admission.at_deadline, deadline)
        } else {
            self.cut(play, lined_up, on_stop, EndedBy::Success, last)
        };
        cuts.resize(stops.len(), cut);
    }

    /// Cuts the trajectory at the failure at which a stop rule fires.
    fn fire(&mut self, play: &mut Play, lined_up: LinedUp, stop: Stop, failure: EndKey) -> Cut {
        Cut {
            fired: true,
            ..self.cut(play, lined_up, stop.on_stop, stop.ended_by, failure)
        }
    }

    /// Cuts the trajectory just after `last`, whose slot is not refilled: later ends are those of robots in flight.
    fn cut(
        &mut self,
        play: &mut Play,
        lined_up: LinedUp,
        on_stop: OnStop,
        ended_by: EndedBy,
        last: EndKey,
    ) -> Cut {
        let time = last.time();
        let down_peak = self.down_peak(play, lined_up, on_stop, last);
        let (drained, reached, mut aborted) = match on_stop {
            OnStop::Drain => (play.drained.max(time), self.foresee(play), Vec::new()),
            OnStop::Abort => {
                let aborted = self.in_flight().filter(|end| *end > last);
                let aborted = aborted
                    .map(|end| (end.place(), self.started(lined_up, end)))
                    .collect();
                (
                    time,
                    play.course
                        .reached
                        .map(|end| end.filter(|end| *end <= last)),
                    aborted,
                )
            }
        };
        aborted.sort_unstable();
        let time_to = reached.map(|end| end.map(EndKey::time));
        Cut {
            ended_by,
            fired: false,
            time,
            started: play.course.next,
            drained,
            down_peak,
            time_to,
            aborted,
        }
    }

    /// When a deployment started that ends so.
    fn started(&self, lined_up: LinedUp, end: EndKey) -> Instant {
        match self.late_at(end.place()) {
            Some(late) => late.start,
            None => end
                .time()
                .since(lined_up.line.ends[end.place() as usize].time()),
        }
    }

    fn late_at(&self, place: u32) -> Option<&Ending> {
        ending_at(&self.late, place)
    }

    /// The most robots down at an instant if no robot starts any more and a cut just after `last` does as `on_stop` says.
    fn down_peak(
        &mut self,
        play: &mut Play,
        lined_up: LinedUp,
        on_stop: OnStop,
        last: EndKey,
    ) -> u32 {
        play.course.settle();
        let Course {
            down,
            down_peak,
            instant,
            ..
        } = play.course;
        let waiting = play.course.arriving.len() as i64;
        let peak = if down + waiting <= down_peak {
            down_peak
        } else if waiting > 0 {
            self.down_peak_ahead(play, lined_up, on_stop, last)
        } else {
            // Without arrivals the number only falls, so what is left to know is how many are down when the current instant is over:
            // those that are now, less those in flight whose end at this very instant leaves them up.
            let cut_now = on_stop == OnStop::Abort && last.time() == instant;
            let first = self.calendar.first();
            let next = if first > play.handled {
                first
            } else {
                self.calendar.second()
            };
            if !cut_now && EndKey::from_key(next).time() > instant {
                return u32::try_from(down).expect("a bug: fewer robots down than ever before");
            }
            let ahead = self
                .in_flight()
                .filter(|end| end.key() > play.handled && end.exposed());
            let up = ahead.filter(|end| match on_stop == OnStop::Drain || *end <= last {
                true if end.time() > instant => false,
                true if !end.failed() => true,
                runs_on => (runs_on || cut_now) && lined_up.recovery(end.place()) == 0,
            });
            down_peak.max(down - up.count() as i64)
        };
        u32::try_from(peak).expect("a bug: fewer than no robots down")
    }

    /// As `down_peak`, when commands are still undelivered. O(K log K).
    fn down_peak_ahead(
        &mut self,
        play: &Play,
        lined_up: LinedUp,
        on_stop: OnStop,
        last: EndKey,
    ) -> i64 {
        let instant = play.course.instant;
        let mut changes = std::mem::take(&mut self.changes);
        changes.clear();
        changes.extend(
            play.course
                .arriving
                .times()
                .filter(|contact| on_stop == OnStop::Drain || *contact <= last.time())
                .map(|contact| (contact, 1)),
        );
        changes.extend(play.course.recovering.times().map(|up| (up, -1)));
        for end in self
            .in_flight()
            .filter(|end| end.key() > play.handled && end.exposed())
        {
            let up = match (on_stop == OnStop::Abort && end > last, end.failed()) {
                (true, _) => {
                    let contact = self.late_at(end.place()).and_then(|late| late.contact);
                    if end.waited() && contact > Some(last.time()) {
                        continue;
                    }
                    last.time() + lined_up.recovery(end.place())
                }
                (false, true) => end.time() + lined_up.recovery(end.place()),
                (false, false) => end.time(),
            };
            changes.push((up, -1));
        }
        changes.sort_unstable();
        let mut down = play.course.down;
        let mut peak = play.course.down_peak;
        let mut now = instant;
        for (time, change) in &changes {
            if *time > now {
                peak = peak.max(down);
                now = *time;
            }
            down += change;
        }
        self.changes = changes;
        peak.max(down)
    }

    /// The updates that reach the marks if no robot starts any more. O(K), but O(1) if the robots in flight reach none.
    fn foresee(&mut self, play: &Play) -> [Option<EndKey>; 4] {
        let Course {
            mut reached,
            marks,
            marks_passed,
            updated,
            ..
        } = play.course;
        let marks = marks[marks_passed..]
            .iter()
            .take_while(|mark| **mark <= play.promised);
        let ranks = marks.map(|mark| (mark - updated - 1) as usize);
        let mut below = 0;
        for (i, rank) in ranks.enumerate() {
            if i == 0 {
                self.keys.clear();
                self.keys.extend(
                    self.calendar
                        .entries()
                        .filter(|key| !EndKey::from_key(*key).failed()),
                );
            }
            let (_, key, _) = self.keys[below..].select_nth_unstable(rank - below);
            reached[marks_passed + i] = Some(EndKey::from_key(*key));
            below = rank;
        }
        reached
    }

    fn in_flight(&self) -> impl Iterator<Item = EndKey> {
        self.calendar.entries().map(EndKey::from_key)
    }
}

impl Play {
    /// Starts the next robot now, and gives its end.
    #[inline(always)]
    fn start(
        &mut self,
        lined_up: LinedUp,
        ahead: Ahead,
        late: &mut Vec<Ending>,
        on_start: &mut impl FnMut(Instant),
    ) -> EndKey {
        let (place, now) = (self.course.next, self.course.instant);
        let mut end = ahead.ends[place as usize].of_start(now);
        if !ahead.steady.is_empty()
            && end.time() >= ahead.steady[place as usize]
            && let Some(ending) = lined_up.late(place, now)
        {
            end = EndKey::of(&ending);
            late.push(ending);
        }
        on_start(now);
        self.promised += u32::from(!end.failed());
        self.drained = self.drained.max(end.time());
        if end.waited() {
            let contact = late
                .last()
                .and_then(|ending| ending.contact)
                .expect("a bug: a robot that waited did not start late");
            self.course.start_waiting(contact);
        } else {
            self.course.start(end.exposed());
        }
        end
    }
}
