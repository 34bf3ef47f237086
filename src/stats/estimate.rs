//! A statistic as it is shown.

use crate::stats::{Interval, clopper_pearson};

/// The confidence of every interval shown.
pub const LEVEL: f64 = 0.95;

/// A statistic with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Infinite for the quantile of a time that never comes.
    pub value: f64,
    /// `None` where the replications are too few: the end is open.
    pub lo: Option<f64>,
    pub hi: Option<f64>,
}

impl Estimate {
    pub(crate) fn new(value: f64, interval: Option<Interval>) -> Estimate {
        Estimate {
            value,
            lo: interval.map(|i| i.lo),
            hi: interval.map(|i| i.hi),
        }
    }

    /// The proportion of `n` replications in which something happens.
    pub(crate) fn proportion(hits: usize, n: usize) -> Estimate {
        let (hits, n) = (hits as u64, n as u64);
        Estimate::new(
            hits as f64 / n as f64,
            Some(clopper_pearson(hits, n, LEVEL)),
        )
    }

    /// With nothing said of its interval.
    pub(crate) fn bare(value: f64) -> Estimate {
        Estimate::new(value, None)
    }

    /// Of what cannot be less or more than this.
    pub(crate) fn clipped(self, lo: f64, hi: f64) -> Estimate {
        Estimate {
            value: self.value.clamp(lo, hi),
            lo: self.lo.map(|end| end.clamp(lo, hi)),
            hi: self.hi.map(|end| end.clamp(lo, hi)),
        }
    }

    /// What is certain.
    pub(crate) fn exact(value: f64) -> Estimate {
        Estimate {
            value,
            lo: Some(value),
            hi: Some(value),
        }
    }
}
