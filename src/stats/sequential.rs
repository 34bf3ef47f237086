//! When replications are enough: at fixed checkpoints, so that the answer does
//! not depend on when it was looked at.

use super::interval::Interval;

/// Replications at the first checkpoint: of fewer than about 30 the half-width
/// is too uncertain to stop on.
const FIRST: u64 = 32;

/// The numbers of replications after which precision is looked at: 32, twice as
/// many again and again, and at last `max`.
///
/// ```
/// use rollcast::stats::checkpoints;
///
/// assert_eq!(checkpoints(200).collect::<Vec<_>>(), [32, 64, 128, 200]);
/// ```
pub fn checkpoints(max: u64) -> impl Iterator<Item = u64> {
    let doublings = std::iter::successors(Some(FIRST), |n| n.checked_mul(2));
    doublings.take_while(move |n| *n < max).chain([max])
}

/// Whether `interval` around `estimate` holds the true value within the relative
/// error `precision`: the distance to the farther end is at most
/// `precision / (1 + precision)` of |estimate|, since the true value, not the
/// estimate, is what the error is relative to. A point holds it, 0 included.
///
/// Law and Kelton, "Confidence intervals for steady-state simulations: II. A
/// survey of sequential procedures", Management Science 28 (1982); Law,
/// "Simulation Modeling and Analysis" (5th ed., 2015), section 9.4.1.
///
/// ```
/// use rollcast::stats::{Interval, is_relatively_precise};
///
/// let interval = Interval {
///     lo: 95.0,
///     hi: 105.0,
/// };
/// assert!(is_relatively_precise(100.0, interval, 0.06));
/// // 5 is more than 5 % of what may be the truth, 95.
/// assert!(!is_relatively_precise(100.0, interval, 0.05));
/// ```
///
/// # Panics
///
/// Unless `0 < precision < 1`.
#[must_use]
pub fn is_relatively_precise(estimate: f64, interval: Interval, precision: f64) -> bool {
    assert!(
        precision > 0.0 && precision < 1.0,
        "a precision lies strictly between 0 and 1, not {precision}"
    );
    interval.reach_from(estimate) <= precision / (1.0 + precision) * estimate.abs()
}
