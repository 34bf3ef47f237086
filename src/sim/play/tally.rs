//! Counts and sums over the robots that started.

use crate::model::Ms;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::Fate;
use crate::sim::journey::Verdict;
use crate::sim::play::lineup::{Deployments, Ending};

/// What is counted of the first robots of a line-up, as in `Outcome`.
#[derive(Clone, Default)]
pub(in crate::sim) struct Tally {
    /// Places counted: those before this one.
    places: u32,
    /// Of the robots that are not smooth, how many are counted.
    rough: usize,
    /// Of the robots that were not there all the while, how many are counted as such.
    late: usize,
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
    /// Counts on to the place `started`, which is not counted; `late` are the endings of robots that were not there all the while,
    /// by place. Free but for those if it is the whole fleet: the line-up has counted it.
    pub(in crate::sim) fn advance(
        &mut self,
        deployments: Deployments,
        late: &[Ending],
        started: u32,
    ) {
        let Deployments {
            dice, fates, line, ..
        } = deployments;
        if started == deployments.n() {
            self.clone_from(&line.whole);
        } else {
            for robot in &line.order[self.places as usize..started as usize] {
                let fate = &fates.fates[*robot as usize];
                if fate.smooth(line.robot_timeout) {
                    self.add_smooth(dice, fate);
                }
            }
            self.places = started;
            while let Some(ending) = line
                .rough
                .get(self.rough)
                .filter(|ending| ending.place < started)
            {
                self.add(dice, ending);
                self.rough += 1;
            }
        }
        while let Some(ending) = late.get(self.late).filter(|ending| ending.place < started) {
            self.remove(dice, &deployments.steady_ending(ending.place));
            self.add(dice, ending);
            self.late += 1;
        }
    }

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
        self.slot += ending.end;
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
        self.slot -= ending.end;
        self.slot_offline -= ending.offline;
        self.slot_window -= ending.window;
        self.slot_download -= ending.download;
        self.slot_contention -= ending.contention;
        self.slot_scripts -= ending.scripts;
        self.slot_hanging -= ending.hanging;
        self.bytes -= ending.bytes;
    }
}

impl Ending {
    fn timed_out(&self) -> bool {
        matches!(self.verdict, Verdict::TimedOut | Verdict::NoResponse)
    }

    /// From the command's arrival to the end, and through the recovery of a robot that was not updated.
    fn downtime(&self, dice: &Dice) -> Ms {
        match (self.contact, self.verdict) {
            (None, _) => 0,
            (Some(contact), Verdict::Updated | Verdict::Open) => self.end - contact,
            (Some(contact), _) => {
                self.end - contact + dice.cohorts[usize::from(self.cohort)].cohort.recovery
            }
        }
    }
}
