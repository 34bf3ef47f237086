//! Checks: whether a scenario still comes to what it came to when its baseline was written, and to what its file expects.
//!
//! Reading order: [`take`] plays the scenario, with a digest of the canonical text of every replication ([`canonical`]). A
//! [`Baseline`] is kept from one. The exact layer ([`difference`]) finds where the two first part; the statistical layer ([`gate`])
//! says whether what differs is worse by more than a margin.

mod baseline;
mod canonical;
mod centre;
mod changes;
mod difference;
mod gate;
mod take;
mod words;

pub use baseline::Baseline;
pub use changes::Change;
pub use difference::{Cause, Comparison, Event, First, RobotDifference, events};
pub use gate::{Distribution, Gate, GateProfile, Gated, Standing, gate_outcomes};

use crate::scenario::Scenario;
use crate::study::expect::{Expectation, Judged, judge};
use crate::study::limit::Limit;
use crate::study::{Margins, Watch};

/// A scenario to be checked.
pub struct Case {
    /// Its path.
    pub file: String,
    pub scenario: Scenario,
    /// What its file expects.
    pub limits: Vec<Limit>,
    pub margins: Margins,
    pub replications: u64,
    /// None of a scenario that has none yet.
    pub baseline: Option<Baseline>,
}

/// What came of a check.
pub struct Checked {
    pub file: String,
    pub scenario: String,
    pub scenario_hash: String,
    pub seed: u64,
    pub replications: u64,
    /// None of a scenario without a baseline.
    pub exact: Option<Comparison>,
    /// Where the statistical layer was asked for and something differs.
    pub gate: Option<Gate>,
    pub expectations: Vec<Expectation>,
}

/// What a check amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    Fine,
    Inconclusive,
    Failed,
}

impl Amount {
    pub const ALL: [Amount; 3] = [Amount::Fine, Amount::Inconclusive, Amount::Failed];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            Amount::Fine => "fine",
            Amount::Inconclusive => "inconclusive",
            Amount::Failed => "failed",
        }
    }
}

impl Case {
    /// Plays the scenario and compares it with its baseline; none if it was interrupted.
    pub fn check(&self, statistical: bool, watch: &impl Watch) -> Option<Checked> {
        let metrics = self
            .baseline
            .as_ref()
            .map_or_else(baseline::all_metrics, Baseline::known_metrics);
        let take = take::take(&self.scenario, &metrics, self.replications, watch)?;
        let exact = self
            .baseline
            .as_ref()
            .map(|baseline| difference::compare(&self.scenario, baseline, &take));
        let differing = exact
            .as_ref()
            .filter(|exact| statistical && !exact.is_same());
        let gate = self
            .baseline
            .as_ref()
            .zip(differing)
            .map(|(baseline, exact)| {
                gate::gate(
                    baseline,
                    &exact.differing,
                    self.scenario.seed,
                    &take,
                    &self.margins,
                )
            });
        Some(Checked {
            file: self.file.clone(),
            scenario: self.scenario.name.clone(),
            scenario_hash: self.scenario.hash.clone(),
            seed: self.scenario.seed,
            replications: self.replications,
            exact,
            gate,
            expectations: judge(&self.limits, &take.evidence()),
        })
    }

    /// Plays the scenario for a new baseline; none if it was interrupted.
    pub fn bless(&self, command: String, watch: &impl Watch) -> Option<Baseline> {
        let take = take::take(
            &self.scenario,
            &baseline::all_metrics(),
            self.replications,
            watch,
        )?;
        Some(Baseline::of(&self.scenario, &take, command))
    }
}

impl Checked {
    /// Everything together: what differs from the baseline, by the statistical layer where it was asked for, and what is expected.
    pub fn amount(&self) -> Amount {
        let expected = (self.expectations.iter()).map(|expectation| match expectation.judged {
            Judged::Fail => Amount::Failed,
            Judged::Inconclusive(_) => Amount::Inconclusive,
            Judged::Pass | Judged::NotPlayed => Amount::Fine,
        });
        expected
            .chain([self.against_baseline()])
            .max()
            .unwrap_or(Amount::Fine)
    }

    fn against_baseline(&self) -> Amount {
        match (&self.exact, &self.gate) {
            (None, _) => Amount::Fine,
            (Some(exact), None) if exact.is_same() => Amount::Fine,
            (Some(_), None) => Amount::Failed,
            // What a baseline has and nobody plays any more cannot be no worse.
            (Some(exact), Some(_)) if !exact.gone.is_empty() => Amount::Failed,
            (Some(_), Some(gate)) => {
                let standing =
                    gate.profiles
                        .iter()
                        .flat_map(|profile| &profile.gate)
                        .map(|gated| match gated.standing {
                            standing if standing.fails() => Amount::Failed,
                            Standing::Inconclusive(_) => Amount::Inconclusive,
                            _ => Amount::Fine,
                        });
                standing.max().unwrap_or(Amount::Fine)
            }
        }
    }
}
