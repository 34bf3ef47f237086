//! Where the time in slots went: what a rollout that is slow was waiting for.

use crate::model::Ms;
use crate::sim::Outcome;
use crate::stats::Estimate;
use crate::stats::{self, Support};
use crate::study::limit::Reach;
use crate::study::summary::Spread;

/// What a robot that holds a slot is doing, or waiting for: work first, then what holds it up.
pub const CAUSES: [&str; 7] = [
    "downloading at own rate",
    "scripts",
    "other steps",
    "held up on shared links",
    "waiting for windows",
    "waiting for offline robots",
    "hanging scripts",
];

/// The time in slots over replications, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SlotUse {
    /// By [`CAUSES`]; mean over replications [robot s].
    pub mean_s: [f64; CAUSES.len()],
    /// By [`CAUSES`], the share of all of it; none if there was no time in slots at all.
    pub shares: [Option<Estimate>; CAUSES.len()],
}

impl SlotUse {
    /// The use of slots in at least one replication, whose metrics can be what `reach` says.
    pub fn of(outcomes: &[Outcome], reach: &Reach) -> SlotUse {
        let mut sums: [u128; CAUSES.len()] = [0; CAUSES.len()];
        for outcome in outcomes {
            for (sum, time) in sums.iter_mut().zip(by_cause(outcome)) {
                *sum += u128::from(time);
            }
        }
        SlotUse {
            mean_s: sums.map(|sum| sum as f64 / 1000.0 / outcomes.len() as f64),
            shares: std::array::from_fn(|cause| share(outcomes, cause, reach)),
        }
    }

    /// All of it [robot s].
    pub fn total_s(&self) -> f64 {
        self.mean_s.iter().sum()
    }

    /// The share that went to a cause; none if there was no time in slots at all.
    pub fn share(&self, cause: usize) -> Option<f64> {
        let total = self.total_s();
        (total > 0.0).then_some(self.mean_s[cause] / total)
    }
}

/// The share of all time in slots that went to a cause, by what each replication adds to it; none if there was no such time.
fn share(outcomes: &[Outcome], cause: usize, reach: &Reach) -> Option<Estimate> {
    let times: Vec<f64> = outcomes
        .iter()
        .map(|outcome| by_cause(outcome)[cause] as f64)
        .collect();
    let total: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.slot.total as f64)
        .collect();
    // How long slots are held at most says too little to bound what was not seen.
    let (values, _) = stats::linear_ratio(&times, &total, f64::MAX)?;
    let support = reach.or_certain(Support::Loose(f64::NEG_INFINITY, f64::INFINITY));
    Some(Spread::of(values, support).mean.clipped(0.0, 1.0))
}

/// By [`CAUSES`] [robot ms]; the sum is the time in slots.
fn by_cause(outcome: &Outcome) -> [Ms; CAUSES.len()] {
    let slot = outcome.slot;
    let other = slot.total - slot.offline - slot.window - slot.download - slot.scripts;
    [
        slot.download - slot.contention,
        slot.scripts - slot.hanging,
        other,
        slot.contention,
        slot.window,
        slot.offline,
        slot.hanging,
    ]
}
