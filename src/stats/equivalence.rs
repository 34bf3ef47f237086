//! What an interval of a difference says, given the margin below which a
//! difference does not matter.
//!
//! A p-value alone is the wrong judge: with many replications every trifle is
//! significant, and with few a real change hides. So an interval is asked two
//! questions: does it leave out zero, and does it leave the margin?

use super::interval::Interval;

/// What an interval says of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// All of it lies above zero, and not all of it within the margin.
    Above,
    /// All of it lies below zero, and not all of it within the margin.
    Below,
    /// All of it lies within the margin, ends included.
    Within,
    /// None of these: zero is possible, and so is more than the margin.
    Open,
}

/// Reads an interval of a difference against `margin`, the largest difference
/// that does not matter.
///
/// With an interval at the level 1 − a, "within" is wrong with a probability of
/// at most a / 2: it is the test of Schuirmann, "A comparison of the two
/// one-sided tests procedure and the power approach for assessing the
/// equivalence of average bioavailability", Journal of Pharmacokinetics and
/// Biopharmaceutics 15 (1987), on the stricter side, which asks for the interval
/// at 1 − 2a. "Above" is wrong with a probability of at most a / 2 where there is
/// no difference.
///
/// ```
/// use rollcast::stats::{Interval, Side, side};
///
/// let of = |lo, hi| side(Interval { lo, hi }, 1.0);
/// assert_eq!(of(-0.5, 0.8), Side::Within);
/// assert_eq!(of(0.2, 1.5), Side::Above);
/// assert_eq!(of(-0.5, 1.5), Side::Open);
/// ```
///
/// # Panics
///
/// If the margin is negative or not a number.
#[must_use]
pub fn side(interval: Interval, margin: f64) -> Side {
    assert!(margin >= 0.0, "a margin is not below 0: {margin}");
    if -margin <= interval.lo && interval.hi <= margin {
        Side::Within
    } else if interval.lo > 0.0 {
        Side::Above
    } else if interval.hi < 0.0 {
        Side::Below
    } else {
        Side::Open
    }
}
