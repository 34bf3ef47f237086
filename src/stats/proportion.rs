//! Intervals for a probability, from a count of successes in independent
//! replications.
//!
//! That of Clopper and Pearson never covers less than it says, for what is shown
//! and for claims such as "false aborts stay below 1 %". Wilson's is shorter, and
//! covers 84 % instead of 95 % where the probability is near 0.18 / n: an event
//! seen once in a sample that mostly does not show it.

use super::interval::{Interval, one_sided_error, two_sided_error};
use crate::numeric::beta::beta_inc_inv;

/// Two-sided Clopper-Pearson interval for a probability, with equal tails;
/// `[0, 1]` when `n` is 0.
///
/// Its coverage is at least `level` for every probability and every `n`.
/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated
/// in the case of the binomial", Biometrika 26 (1934).
///
/// ```
/// use rollcast::stats::clopper_pearson;
///
/// // Not seen in 100 rollouts is not never.
/// let interval = clopper_pearson(0, 100, 0.95);
/// assert_eq!(interval.lo, 0.0);
/// assert!((interval.hi - 0.0362).abs() < 1e-4);
/// ```
///
/// # Panics
///
/// If `successes > n`, or unless `0 < level < 1`.
#[must_use]
pub fn clopper_pearson(successes: u64, n: u64, level: f64) -> Interval {
    let error = two_sided_error(level);
    Interval {
        lo: exact_lower(successes, n, error),
        hi: exact_upper(successes, n, error),
    }
}

/// One-sided Clopper-Pearson lower bound: with confidence `level` the
/// probability is at least this. Exactly 0 without successes.
///
/// # Panics
///
/// If `successes > n`, or unless `0 < level < 1`.
#[must_use]
pub fn clopper_pearson_lower(successes: u64, n: u64, level: f64) -> f64 {
    exact_lower(successes, n, one_sided_error(level))
}

/// One-sided Clopper-Pearson upper bound: with confidence `level` the
/// probability is at most this. Exactly 1 without failures.
///
/// ```
/// use rollcast::stats::clopper_pearson_upper;
///
/// // It takes 299 rollouts without a false abort to know that they are rarer than 1 %.
/// assert!(clopper_pearson_upper(0, 298, 0.95) > 0.01);
/// assert!(clopper_pearson_upper(0, 299, 0.95) < 0.01);
/// ```
///
/// # Panics
///
/// If `successes > n`, or unless `0 < level < 1`.
#[must_use]
pub fn clopper_pearson_upper(successes: u64, n: u64, level: f64) -> f64 {
    exact_upper(successes, n, one_sided_error(level))
}

fn failures(successes: u64, n: u64) -> u64 {
    assert!(successes <= n, "{successes} successes of only {n}");
    n - successes
}

/// The probability at which `successes` or more have the probability `error`.
fn exact_lower(successes: u64, n: u64, error: f64) -> f64 {
    let failures = failures(successes, n);
    if successes == 0 {
        return 0.0;
    }
    beta_inc_inv(successes as f64, failures as f64 + 1.0, error).0
}

/// The probability at which `successes` or fewer have the probability `error`.
fn exact_upper(successes: u64, n: u64, error: f64) -> f64 {
    let failures = failures(successes, n);
    if failures == 0 {
        return 1.0;
    }
    beta_inc_inv(failures as f64, successes as f64 + 1.0, error).1
}
