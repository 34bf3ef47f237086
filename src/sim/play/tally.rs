//! Counts and sums over the robots that started.

use crate::model::Ms;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::Fate;
use crate::sim::journey::Verdict;
use crate::sim::play::ending::Ending;

/// What is counted of the first robots of a line-up, as in `Outcome`.
#[derive(Clone, Default)]
pub(in crate::sim) struct Tally {
    /// Places counted: those before this one.
    pub(super) places: u32,
    /// Of the robots that are not smooth, how many are counted.
    pub(super) rough: usize,
    /// Of the robots that were not there all the while, how many are counted as such.
    pub(super) late: usize,
    pub(in crate::sim) updated: u32,
    pub(in crate::sim) aborted: u32,
    pub(in crate::sim) exposed: u32,
    pub(in crate::sim) timed_out: u32,
    pub(in crate::sim) no_response: u32,
    pub(in crate::sim) failures: [u32; 24],
    pub(in crate::sim) downtime: Ms,
    pub(in crate::sim) slot: Ms,
    pub(in crate::sim) slot_offline: Ms,
    pub(in crate::sim) slot_window: Ms,
    pub(in crate::sim) slot_download: Ms,
    pub(in crate::sim) slot_contention: Ms,
    pub(in crate::sim) slot_scripts: Ms,
    pub(in crate::sim) slot_hanging: Ms,
    pub(in crate::sim) bytes: u64,
}

impl Tally {
    /// Counts a robot that is updated just as its fate says.
    #[inline]
    pub(in crate::sim) fn add_smooth(&mut self, dice: &Dice, fate: &Fate) {
        self.updated += 1;
        self.exposed += 1;
        self.downtime += Ms::from(fate.end);
        self.slot += Ms::from(fate.end);
        self.slot_download += Ms::from(fate.download);
        self.slot_scripts += Ms::from(fate.scripts);
        self.bytes += dice.bundle_of(fate);
    }

    pub(in crate::sim) fn add(&mut self, dice: &Dice, ending: &Ending) {
        match ending.verdict {
            Verdict::Updated => self.updated += 1,
            Verdict::Aborted => self.aborted += 1,
            _ => {}
        }
        if ending.verdict.failed() {
            let code = ending.verdict.code().expect("a failed robot has a code");
            self.failures[code as usize] += 1;
        }
        self.timed_out += u32::from(ending.timed_out());
        self.no_response += u32::from(ending.verdict == Verdict::NoResponse);
        self.exposed += u32::from(ending.contact.is_some());
        self.downtime += ending.downtime(dice);
        self.slot += ending.end - ending.start;
        self.slot_offline += ending.offline;
        self.slot_window += ending.window;
        self.slot_download += ending.download;
        self.slot_contention += ending.contention;
        self.slot_scripts += ending.scripts;
        self.slot_hanging += ending.hanging;
        self.bytes += ending.bytes;
    }

    /// Takes back what `add` counted.
    pub(in crate::sim) fn remove(&mut self, dice: &Dice, ending: &Ending) {
        self.updated -= u32::from(ending.verdict == Verdict::Updated);
        if ending.verdict.failed() {
            let code = ending.verdict.code().expect("a failed robot has a code");
            self.failures[code as usize] -= 1;
        }
        self.timed_out -= u32::from(ending.timed_out());
        self.no_response -= u32::from(ending.verdict == Verdict::NoResponse);
        self.exposed -= u32::from(ending.contact.is_some());
        self.downtime -= ending.downtime(dice);
        self.slot -= ending.end - ending.start;
        self.slot_offline -= ending.offline;
        self.slot_window -= ending.window;
        self.slot_download -= ending.download;
        self.slot_contention -= ending.contention;
        self.slot_scripts -= ending.scripts;
        self.slot_hanging -= ending.hanging;
        self.bytes -= ending.bytes;
    }
}
