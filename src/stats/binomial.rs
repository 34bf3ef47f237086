//! How many robots of a fleet fail, exactly.
//!
//! Where a robot's outcome depends neither on time nor on other robots, the
//! failure threshold is reached with the probability of a binomial tail, or of
//! a Poisson-binomial one when cohorts differ. False aborts of a good release
//! may be rarer than any simulation can count, so the tails are accurate
//! relatively, not just absolutely.

use crate::numeric::beta::beta_inc;
use crate::numeric::math::{deviance, exp, ln, ln_1p, stirling_error};
use std::f64::consts::TAU;

/// `P(X = k)` for X binomial (n, p).
///
/// Relative error below 1e-11 where the result is above 1e-300, for `n` up to
/// 1e6. Loader, "Fast and accurate computation of binomial probabilities" (2000).
///
/// # Panics
///
/// Unless `0 <= p <= 1`.
#[must_use]
pub fn binomial_pmf(n: u64, p: f64, k: u64) -> f64 {
    assert_probability(p);
    if k > n {
        return 0.0;
    }
    let (size, hits, misses) = (n as f64, k as f64, (n - k) as f64);
    // The saddle point needs hits and misses, and a chance of either.
    match (k, n - k) {
        (0, 0) => return 1.0,
        (0, _) => return exp(size * ln_1p(-p)),
        (_, 0) => return exp(size * ln(p)),
        _ if p == 0.0 || p == 1.0 => return 0.0,
        _ => {}
    }
    let ln_pmf = stirling_error(size)
        - stirling_error(hits)
        - stirling_error(misses)
        - deviance(hits, size * p)
        - deviance(misses, size * (1.0 - p))
        - 0.5 * ln(TAU * hits / size * misses);
    exp(ln_pmf)
}

/// `P(X >= k)` for X binomial (n, p): the probability that at least `k` of `n`
/// robots fail.
///
/// Relative error below 1e-11 where the result is above 1e-300, for `n` up to
/// 1e6. Through `I_p(k, n − k + 1)`: NIST Digital Library of Mathematical
/// Functions, 8.17.5.
///
/// ```
/// use rollcast::stats::binomial_upper_tail;
///
/// assert!((binomial_upper_tail(3, 0.5, 2) - 0.5).abs() < 1e-12);
/// // A good release reaches a threshold of 5 % in one rollout of more than a billion.
/// assert!(binomial_upper_tail(500, 0.01, 25) < 1e-9);
/// ```
///
/// # Panics
///
/// Unless `0 <= p <= 1`.
#[must_use]
pub fn binomial_upper_tail(n: u64, p: f64, k: u64) -> f64 {
    assert_probability(p);
    if k == 0 {
        1.0
    } else if k > n {
        0.0
    } else {
        beta_inc(k as f64, (n - k) as f64 + 1.0, p)
    }
}

fn assert_probability(p: f64) {
    assert!(
        (0.0..=1.0).contains(&p),
        "a probability lies between 0 and 1, not {p}"
    );
}
