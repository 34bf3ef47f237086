//! How long things can take at most, whatever the dice say.
//!
//! A law is drawn from a table, which has a greatest value; so a journey, and with it a whole job, has a longest course. Where that
//! fits into every timeout, time decides nobody's outcome.

use crate::model::{Cohort, Ms, Windows};
use crate::random::QuantileTable;
use crate::sim::dice::{CohortDice, Dice, Odds};
use crate::sim::journey::{NEVER, STAGES, Stage};
use crate::sim::millis::{bundle_bits, transfer_ms, whole_ms};

fn most(table: &QuantileTable) -> Ms {
    whole_ms(table.value(u64::MAX))
}

/// The longest that a robot waits for its window to open, if it must be contacted before the horizon [ms].
fn longest_closed(windows: &Windows) -> Ms {
    let mut longest = 0;
    let mut closed_since = 0;
    for open in windows.intervals() {
        longest = longest.max(open.start - closed_since);
        closed_since = open.end;
    }
    longest.max(windows.horizon_ms() - closed_since)
}

/// The longest that a robot of a cohort waits for its window.
fn longest_wait(cohort: &Cohort) -> Ms {
    let listed = (0..cohort.inventory.len() as u32).filter_map(|index| cohort.windows_of(index));
    cohort.windows.iter().chain(listed).map(longest_closed).max().unwrap_or(0)
}

impl Dice {
    /// The longest preparation of the job [ms].
    pub fn preparing_max(&self) -> Ms {
        most(self.preparing())
    }

    /// For each cohort, the longest deployment of a robot that downloads at its own rate, is never offline and meets no mishap:
    /// from its start to its report, maintenance windows waited for [ms]; at most [`NEVER`].
    pub fn journeys_max(&self) -> Vec<Ms> {
        self.cohorts.iter().map(|cohort| self.longest(cohort, |_| 0)).collect()
    }

    /// For each cohort, the longest time that a robot that downloads at its own rate and is never offline holds a slot under a robot
    /// timeout, with whatever mishap [ms].
    pub fn slots_max(&self, robot_timeout: Ms) -> Vec<Ms> {
        let slot = |cohort: &CohortDice| {
            let hangs = cohort.scripts.iter().any(|script| !matches!(script.hang, Odds::Known(0.0)));
            if hangs || cohort.cohort.dead > 0 {
                return robot_timeout;
            }
            let failing = |stage| {
                let scripts = cohort.scripts.iter().filter(|script| script.stage == stage).filter_map(|s| s.fails_after.as_ref());
                let faults = cohort.faults.iter().filter(|fault| fault.stage == stage).filter_map(|f| f.fails_after.as_ref());
                scripts.chain(faults).map(|after| most(after)).max().unwrap_or(0)
            };
            self.longest(cohort, failing).min(robot_timeout)
        };
        self.cohorts.iter().map(slot).collect()
    }

    /// The longest deployment where no stage is shorter than `least` says [ms].
    fn longest(&self, cohort: &CohortDice, least: impl Fn(Stage) -> Ms) -> Ms {
        let mut longest: [Ms; STAGES] = Stage::ALL.map(&least);
        let mut at_least = |stage: Stage, ms: Ms| longest[stage as usize] = longest[stage as usize].max(ms);
        for timed in &cohort.timed {
            at_least(timed.stage, most(&timed.length));
        }
        for (bits, rate) in self.downloads(cohort) {
            at_least(Stage::Downloading, transfer_ms(bits, rate));
            if let Some(extract_rate) = &cohort.extract_rate {
                at_least(Stage::Extracting, transfer_ms(bits, extract_rate.value(0)));
            }
        }
        // What goes wrong at the contact does so after it.
        longest[Stage::Contact as usize] += longest_wait(&cohort.cohort);
        longest.into_iter().fold(0, |sum, stage| (sum + stage).min(NEVER))
    }

    /// What robots of a cohort may have to download [bit], each with the least rate [bit/s].
    fn downloads<'a>(&'a self, cohort: &'a CohortDice) -> impl Iterator<Item = (f64, f64)> + 'a {
        let Cohort { inventory, architectures, .. } = &cohort.cohort;
        let least = cohort.download_rate.value(0);
        let alike = (0..3).filter(|kind| inventory.is_empty() && architectures[*kind] > 0).map(move |kind| (kind, least));
        let listed = inventory.iter().map(move |robot| (robot.architecture as usize, robot.download_rate.unwrap_or(least)));
        alike.chain(listed).map(|(kind, rate)| (bundle_bits(self.bundle[kind]), rate))
    }
}
