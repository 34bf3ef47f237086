//! The number of failures of robots of several cohorts, whose probabilities differ.

use rollcast::stats::CountLaw;

/// `P(X >= k)` for X the sum of independent binomials, given as (count, probability) pairs.
pub fn poisson_binomial_upper_tail(groups: &[(u64, f64)], k: u64) -> f64 {
    let law = groups
        .iter()
        .map(|&(n, p)| CountLaw::binomial(n, p))
        .reduce(|sum, group| sum.plus(&group));
    match law {
        Some(law) => law.upper_tail(k),
        None => f64::from(u8::from(k == 0)),
    }
}
