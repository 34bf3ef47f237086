//! What a sample does not show: how much of a law can be missing from it.

use crate::numeric::math::{exp_m1, ln};

/// From this many values on, unseen mass is left to the rule for atoms.
pub const SPREAD_TELLS_FROM: usize = 200;

/// The most that can be missing from a sample of `n` values, but for an error.
pub(super) fn unseen(error: f64, n: usize) -> f64 {
    -exp_m1(ln(error) / n as f64)
}

/// All that is known where nothing bounds what was not seen: what nearly all values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mostly {
    /// The most frequent value.
    pub value: f64,
    /// The greatest probability of others.
    pub others_at_most: f64,
}
