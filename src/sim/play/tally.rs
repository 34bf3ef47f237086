//! Counts and sums over the robots that started.

use std::ops::{Add, Sub};

use crate::model::Ms;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::Fate;
use crate::sim::journey::{SlotTime, Verdict};
use crate::sim::play::ending::Ending;

/// What is counted of the first robots of a line-up, as in `Outcome`.
#[derive(Clone, Default)]
pub(in crate::sim) struct Tally {
    /// Places counted: those before this one.
    pub(super) places: u32,
    /// Of the robots that are not smooth, how many are counted.
    pub(super) rough: usize,
    /// Of the robots that were not online and contactable throughout, how many are counted as such.
    pub(super) late: usize,
    pub(in crate::sim) updated: u32,
    pub(in crate::sim) aborted: u32,
    pub(in crate::sim) exposed: u32,
    pub(in crate::sim) timed_out: u32,
    pub(in crate::sim) no_response: u32,
    pub(in crate::sim) failures: [u32; 24],
    pub(in crate::sim) downtime: Ms,
    pub(in crate::sim) slot: SlotTime,
    pub(in crate::sim) bytes: u64,
}

impl Tally {
    /// Counts a robot that is updated just as its fate says.
    #[inline]
    pub(in crate::sim) fn add_smooth(&mut self, dice: &Dice, fate: &Fate) {
        self.updated += 1;
        self.exposed += 1;
        self.downtime += Ms::from(fate.end);
        self.slot.total += Ms::from(fate.end);
        self.slot.download += Ms::from(fate.download);
        self.slot.scripts += Ms::from(fate.scripts);
        self.bytes += dice.bundle_of(fate);
    }

    pub(in crate::sim) fn add(&mut self, dice: &Dice, ending: &Ending) {
        self.count(dice, ending, Add::add);
    }

    /// Takes back what `add` counted.
    pub(in crate::sim) fn remove(&mut self, dice: &Dice, ending: &Ending) {
        self.count(dice, ending, Sub::sub);
    }

    /// Changes each count and sum by what an ending adds to it.
    fn count(&mut self, dice: &Dice, ending: &Ending, change: impl Fn(u64, u64) -> u64) {
        let verdict = ending.verdict;
        for (robots, is_one) in [
            (&mut self.updated, verdict == Verdict::Updated),
            (&mut self.aborted, verdict == Verdict::Aborted),
            (&mut self.timed_out, verdict.is_of_timeout()),
            (&mut self.no_response, verdict == Verdict::NoResponse),
            (&mut self.exposed, ending.contact.is_some()),
        ] {
            *robots = change((*robots).into(), is_one.into()) as u32;
        }
        if verdict.failed() {
            let code = verdict
                .code()
                .expect("a bug: a failed robot without a failure code");
            let robots = &mut self.failures[code as usize];
            *robots = change((*robots).into(), 1) as u32;
        }
        self.downtime = change(self.downtime, ending.downtime(dice));
        self.bytes = change(self.bytes, ending.bytes);
        self.slot = self.slot.with(ending.slot, change);
    }
}
