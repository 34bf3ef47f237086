//! Ratios of two totals, such as robots updated per robot started.
//!
//! The mean of the replications' own ratios answers another question: it gives
//! a rollout stopped after ten robots the weight of one that reached all. The
//! ratio of the totals weighs every robot alike.

use super::mean::Support;

/// Sum of x over sum of y; `None` without pairs, or where the total of y is 0.
///
/// ```
/// use rollcast::stats::ratio_of_totals;
///
/// // A rollout stopped after ten robots weighs ten robots.
/// assert_eq!(
///     ratio_of_totals(&[0.0, 495.0], &[10.0, 500.0]),
///     Some(495.0 / 510.0)
/// );
/// ```
///
/// # Panics
///
/// If the slices differ in length, a value is not finite, or a y is negative.
#[must_use]
pub fn ratio_of_totals(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "a ratio needs pairs");
    assert!(
        x.iter().all(|x| x.is_finite()) && y.iter().all(|&y| y.is_finite() && y >= 0.0),
        "a ratio needs finite totals, and denominators of at least 0"
    );
    let below: f64 = y.iter().sum();
    (below > 0.0).then(|| x.iter().sum::<f64>() / below)
}

/// What each pair adds to the ratio of the totals, linearly: values whose mean is the ratio, and what they can be where 0 <= x <= y <= `most`
/// in every pair. `None` as for [`ratio_of_totals`].
///
/// An interval for their mean is one for the ratio: the delta method, Cochran, "Sampling Techniques" (3rd ed., 1977), section 6.4.
///
/// # Panics
///
/// As [`ratio_of_totals`].
#[must_use]
pub fn linear_ratio(x: &[f64], y: &[f64], most: f64) -> Option<(Vec<f64>, Support)> {
    let ratio = ratio_of_totals(x, y)?;
    let below = y.iter().sum::<f64>() / y.len() as f64;
    let values = x
        .iter()
        .zip(y)
        .map(|(x, y)| ratio + (x - ratio * y) / below)
        .collect();
    let most = most / below;
    Some((
        values,
        Support::Within(ratio - ratio * most, ratio + (1.0 - ratio) * most),
    ))
}
