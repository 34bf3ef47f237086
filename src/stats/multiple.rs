//! Many p-values at once: what is left of each when the best of them was bound to look good.
//!
//! Holm's procedure keeps the chance of a single false claim below the level,
//! and is for what decides. That of Benjamini and Hochberg keeps the expected
//! share of false claims among all claims below it, and is for what is shown.

/// Holm's adjusted p-values, in the order given: reject those at or below a
/// level, and the probability of one or more false rejections is at most that
/// level, however the p-values depend on each other.
///
/// Holm, "A simple sequentially rejective multiple test procedure",
/// Scandinavian Journal of Statistics 6 (1979).
///
/// ```
/// use rollcast::stats::holm;
///
/// // One of three metrics differs, not all that are below 5 % alone.
/// let adjusted = holm(&[0.01, 0.04, 0.03]);
/// assert!(adjusted[0] < 0.05 && adjusted[1] > 0.05 && adjusted[2] > 0.05);
/// ```
///
/// # Panics
///
/// Unless each is between 0 and 1.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (rank, which) in ascending(p_values).into_iter().enumerate() {
        let left = (p_values.len() - rank) as f64;
        largest = largest.max((left * p_values[which]).min(1.0));
        adjusted[which] = largest;
    }
    adjusted
}

/// Benjamini and Hochberg's adjusted p-values, in the order given: reject those
/// at or below a level, and at most that share of the rejections is expected to
/// be false, for p-values that are independent or positively dependent.
///
/// Benjamini and Hochberg, "Controlling the false discovery rate", Journal of
/// the Royal Statistical Society B 57 (1995).
///
/// ```
/// use rollcast::stats::benjamini_hochberg;
///
/// let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.8]);
/// assert!(adjusted[0] < 0.05 && adjusted[2] > 0.05);
/// assert_eq!(adjusted[3], 0.8);
/// ```
///
/// # Panics
///
/// Unless each is between 0 and 1.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p_values.len()];
    let count = p_values.len() as f64;
    let mut smallest: f64 = 1.0;
    for (rank, which) in ascending(p_values).into_iter().enumerate().rev() {
        smallest = smallest.min(count / (rank + 1) as f64 * p_values[which]);
        adjusted[which] = smallest;
    }
    adjusted
}

/// The places of the p-values from the smallest to the largest.
fn ascending(p_values: &[f64]) -> Vec<usize> {
    assert!(
        p_values.iter().all(|p| (0.0..=1.0).contains(p)),
        "a p-value lies between 0 and 1"
    );
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    order
}
