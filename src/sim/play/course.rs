//! The course of a rollout: what has happened up to the event being handled, in numbers.
//!
//! Both plays report starts and ends to it in their order, and nothing else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{Instant, Ms};
use crate::sim::play::ending::EndKey;
use crate::sim::play::lineup::LinedUp;
use crate::sim::record::outcome::{MARKS, marks_of};

/// Robots that will be down, or up again, at a time that is known already.
#[derive(Clone, Default)]
pub(in crate::sim) struct Due(BinaryHeap<Reverse<Instant>>);

impl Due {
    pub(in crate::sim) fn clear(&mut self) {
        self.0.clear();
    }

    pub(in crate::sim) fn push(&mut self, time: Instant) {
        self.0.push(Reverse(time));
    }

    pub(in crate::sim) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets the robots that are due after `time`.
    pub(in crate::sim) fn forget_after(&mut self, time: Instant) {
        self.0.retain(|Reverse(due)| *due <= time);
    }

    pub(in crate::sim) fn times(&self) -> impl Iterator<Item = Instant> {
        self.0.iter().map(|Reverse(time)| *time)
    }

    fn count_by(&self, time: Instant) -> i64 {
        self.times().filter(|due| *due <= time).count() as i64
    }

    fn first(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse(time)| *time)
    }

    /// Takes out the robots due by `time`, and counts them.
    fn take(&mut self, time: Instant) -> i64 {
        let mut taken = 0;
        while self.first().is_some_and(|first| first <= time) {
            self.0.pop();
            taken += 1;
        }
        taken
    }
}

/// The counts of a rollout; see the module's description. Its memory is kept from one rollout to the next.
#[derive(Clone, Default)]
pub(in crate::sim) struct Course {
    /// The instant being handled.
    pub(in crate::sim) instant: Instant,
    pub(in crate::sim) updated: u32,
    pub(in crate::sim) failed: u32,
    /// Robots started: the place that is next.
    pub(in crate::sim) next: u32,
    /// Robots down, as far as the current instant has been handled and excluding those due at it.
    pub(in crate::sim) down: i64,
    /// The most that were down at an instant before this one, after all that happened at it.
    pub(in crate::sim) down_peak: i64,
    /// When the command will reach robots that are not online yet.
    pub(in crate::sim) arriving: Due,
    /// When robots whose deployment failed are up again.
    pub(in crate::sim) recovering: Due,
    pub(in crate::sim) marks: [u32; 4],
    pub(in crate::sim) marks_passed: usize,
    /// The update that reached each mark.
    pub(in crate::sim) reached: [Option<EndKey>; 4],
    /// All updates in their order, where they are kept: healed robots may come in between.
    pub(in crate::sim) updates: Vec<EndKey>,
    keeps_updates: bool,
}

impl Course {
    /// Begins the course of a rollout from `start` on.
    pub(in crate::sim) fn begin(&mut self, lined_up: LinedUp, start: Instant) {
        let Course {
            mut arriving,
            mut recovering,
            mut updates,
            ..
        } = std::mem::take(self);
        arriving.clear();
        recovering.clear();
        updates.clear();
        let marks = marks_of(lined_up.n());
        let keeps_updates = lined_up.may_heal();
        *self = Course {
            instant: start,
            marks,
            arriving,
            recovering,
            updates,
            keeps_updates,
            ..Course::default()
        };
    }

    /// Lets time pass until `now`. Each instant before it is over, and may have been the one with most robots down.
    #[inline]
    pub(in crate::sim) fn pass_to(&mut self, now: Instant) {
        if now > self.instant {
            self.conclude();
            while let Some(arrival) = self.arriving.first().filter(|arrival| *arrival < now) {
                self.instant = arrival;
                self.conclude();
            }
            self.instant = now;
        }
    }

    #[inline]
    fn conclude(&mut self) {
        self.settle();
        self.down_peak = self.down_peak.max(self.down);
    }

    /// Counts the robots that are due by the current instant. A robot is not down any more at the instant at which it is up again.
    #[inline]
    pub(in crate::sim) fn settle(&mut self) {
        self.down += self.arriving.take(self.instant) - self.recovering.take(self.instant);
    }

    /// How many are down at a time before which nothing happens but what is due.
    pub(in crate::sim) fn down_at(&self, time: Instant) -> i64 {
        self.down + self.arriving.count_by(time) - self.recovering.count_by(time)
    }

    /// A robot starts now whose command arrives now, or never.
    #[inline]
    pub(in crate::sim) fn start(&mut self, exposed: bool) {
        self.next += 1;
        self.down += i64::from(exposed);
    }

    /// A robot starts now whose command arrives later.
    #[cold]
    pub(in crate::sim) fn start_waiting(&mut self, contact: Instant) {
        self.next += 1;
        self.arriving.push(contact);
    }

    /// A deployment ends now.
    #[inline]
    pub(in crate::sim) fn end(&mut self, lined_up: LinedUp, end: EndKey) {
        if end.failed() {
            self.failed += 1;
            if end.exposed() {
                self.recover(lined_up.recovery(end.place()));
            }
        } else {
            // It was exposed, and is up again at once.
            self.updated += 1;
            self.down -= 1;
            if self.keeps_updates {
                self.updates.push(end);
            }
            while self.marks_passed < MARKS.len() && self.updated == self.marks[self.marks_passed] {
                self.reached[self.marks_passed] = Some(end);
                self.marks_passed += 1;
            }
        }
    }

    /// A robot that is down will be up again in a while [ms].
    #[cold]
    pub(in crate::sim) fn recover(&mut self, recovery: Ms) {
        match recovery {
            0 => self.down -= 1,
            recovery => self.recovering.push(self.instant + recovery),
        }
    }
}
