//! Quantiles of one number per replication, without assuming a law.
//!
//! Times may never come, which counts as +infinity. So a quantile is always one
//! of the observed values, never a blend of two neighbours, and its interval
//! runs between two observed values whose ranks depend on the sample size
//! alone.

use super::binomial::binomial_upper_tail;
use super::interval::two_sided_error;

/// The ranks, counted from 1, of the order statistics that bracket a quantile.
///
/// An end is `None`, open, when the sample is too small to bound that side at
/// the level asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantileRanks {
    /// Rank of the lower end.
    pub lo: Option<usize>,
    /// Rank of the upper end.
    pub hi: Option<usize>,
}

/// An interval for a quantile, in the unit of the sample.
///
/// An end is `None`, open, when the sample is too small. That is not the same
/// as `Some(f64::INFINITY)`, an observed "never".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileInterval {
    /// Lower end.
    pub lo: Option<f64>,
    /// Upper end.
    pub hi: Option<f64>,
}

/// Sorts ascending, infinities at the ends.
///
/// # Panics
///
/// If a value is NaN.
pub fn sort_total(values: &mut [f64]) {
    assert!(
        values.iter().all(|value| !value.is_nan()),
        "a metric is never NaN"
    );
    values.sort_unstable_by(f64::total_cmp);
}

/// The rank, counted from 1, of the `q`-quantile among `n` sorted values:
/// `ceil(q · n)`, the smallest with at least the share `q` of the sample at or
/// below it.
///
/// This is the inverse of the empirical distribution function, definition 1 of
/// Hyndman and Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50 (1996).
///
/// # Panics
///
/// Unless `0 < q < 1` and `n > 0`.
#[must_use]
pub fn quantile_rank(q: f64, n: usize) -> usize {
    assert_share(q);
    assert!(n > 0, "an empty sample has no quantile");
    let exact = q * n as f64;
    // 0.07 · 100 is a little over 7 in floating point, and means 7.
    let nearest = exact.round();
    let noise = 4.0 * f64::EPSILON * exact;
    let rank = if (exact - nearest).abs() <= noise {
        nearest
    } else {
        exact.ceil()
    };
    (rank as usize).clamp(1, n)
}

/// The `q`-quantile of values in ascending order, or `None` if there are none.
///
/// ```
/// use rollcast::stats::quantile;
///
/// let hours = [2.0, 3.0, 5.0, f64::INFINITY];
/// assert_eq!(quantile(&hours, 0.5), Some(3.0));
/// assert_eq!(
///     quantile(&hours, 0.95),
///     Some(f64::INFINITY),
///     "one in four never comes"
/// );
/// ```
///
/// # Panics
///
/// Unless `0 < q < 1`.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    assert_share(q);
    debug_assert!(sorted.is_sorted(), "quantiles need sorted values");
    (!sorted.is_empty()).then(|| sorted[quantile_rank(q, sorted.len()) - 1])
}

/// A distribution-free two-sided interval for the `q`-quantile, from values in
/// ascending order; see [`quantile_interval_ranks`].
///
/// ```
/// use rollcast::stats::quantile_interval;
///
/// let times: Vec<f64> = (1..=100).map(f64::from).collect();
/// let interval = quantile_interval(&times, 0.5, 0.95);
/// assert_eq!((interval.lo, interval.hi), (Some(40.0), Some(61.0)));
/// // Five values say nothing of a median at this level.
/// assert_eq!(quantile_interval(&times[..5], 0.5, 0.95).hi, None);
/// ```
///
/// # Panics
///
/// Unless `0 < q < 1` and `0 < level < 1`.
#[must_use]
pub fn quantile_interval(sorted: &[f64], q: f64, level: f64) -> QuantileInterval {
    quantile_interval_ranks(q, sorted.len(), level).interval(sorted)
}

impl QuantileRanks {
    /// The interval that these ranks bracket, from as many values in ascending order as the ranks are for: many samples of one size
    /// share them.
    ///
    /// # Panics
    ///
    /// If there are fewer values.
    #[must_use]
    pub fn interval(&self, sorted: &[f64]) -> QuantileInterval {
        debug_assert!(sorted.is_sorted(), "quantiles need sorted values");
        let lo = self.lo.map(|rank| sorted[rank - 1]);
        // Nothing is above a lower end that never comes, however few values there are.
        let hi = self
            .hi
            .map(|rank| sorted[rank - 1])
            .or(lo.filter(|lo| *lo == f64::INFINITY));
        QuantileInterval { lo, hi }
    }
}

/// The ranks of a distribution-free two-sided interval for the `q`-quantile of
/// the law behind `n` independent values.
///
/// With B the number of values at or below the quantile, binomial (n, q) for a
/// continuous law, the lower rank is the largest r with `P(B < r) <= e` and the
/// upper rank the smallest s with `P(B >= s) <= e`, where `e = (1 − level) / 2`:
/// the narrowest ranks for which neither side errs more often than that. Hence
/// the coverage, `P(r <= B < s)`, is at least `level`, and with ties or
/// infinities only more. The interval is closed at both ends. At 95 % the upper
/// end for q = 0.95 is open below n = 72, for q = 0.99 below n = 368.
///
/// David and Nagaraja, "Order Statistics" (3rd ed., 2003), section 7.1.
/// The cost is some 40 binomial tails.
///
/// # Panics
///
/// Unless `0 < q < 1` and `0 < level < 1`.
#[must_use]
pub fn quantile_interval_ranks(q: f64, n: usize, level: f64) -> QuantileRanks {
    assert_share(q);
    let error = two_sided_error(level);
    QuantileRanks {
        // Seen from above, the lower end is the upper end of the 1 − q quantile.
        lo: upper_rank(1.0 - q, n, error).map(|rank| n + 1 - rank),
        hi: upper_rank(q, n, error),
    }
}

/// The smallest rank s in `1..=n` with `P(B >= s) <= error`, B binomial (n, q).
fn upper_rank(q: f64, n: usize, error: f64) -> Option<usize> {
    let (mut fails, mut found) = (0, n + 1);
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if binomial_upper_tail(n as u64, q, middle as u64) <= error {
            found = middle;
        } else {
            fails = middle;
        }
    }
    (found <= n).then_some(found)
}

fn assert_share(q: f64) {
    assert!(
        q > 0.0 && q < 1.0,
        "a quantile lies strictly between 0 and 1, not {q}"
    );
}
