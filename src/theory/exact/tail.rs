//! A probability that is known without playing.

use crate::stats::{Estimate, Interval};

/// A probability that was computed, not simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactTail {
    pub value: f64,
    /// `None` where the value is exact. Where it is the mean of what is exact given the luck drawn in each replication, because
    /// too many probabilities are drawn to average over all luck, its interval.
    pub interval: Option<Interval>,
}

impl ExactTail {
    pub(crate) fn exactly(value: f64) -> ExactTail {
        ExactTail {
            value,
            interval: None,
        }
    }

    pub(crate) fn estimate(&self) -> Estimate {
        let (lo, hi) = self.interval.map_or((self.value, self.value), |interval| {
            (interval.lo, interval.hi)
        });
        Estimate {
            value: self.value,
            lo: Some(lo),
            hi: Some(hi),
        }
    }

    /// A probability of which this one is a bound, as no rollout is stopped whose threshold is not reached.
    pub fn bounds(&self, stopped: Estimate) -> Estimate {
        let Some(most) = self.exact() else {
            return stopped;
        };
        Estimate {
            hi: stopped.hi.map(|hi| hi.min(most).max(stopped.value)),
            ..stopped
        }
    }

    /// The value, if it is exact.
    pub fn exact(&self) -> Option<f64> {
        self.interval.is_none().then_some(self.value)
    }

    /// What outputs call it: exact, or conditional on the luck drawn.
    pub const KINDS: [&str; 2] = ["exact", "conditional"];

    /// One of [`ExactTail::KINDS`].
    pub fn kind(&self) -> &'static str {
        ExactTail::KINDS[usize::from(self.interval.is_some())]
    }
}
