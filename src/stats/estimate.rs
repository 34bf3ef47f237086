//! A statistic as it is shown.

use crate::stats::Interval;

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
