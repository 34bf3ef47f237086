//! Intervals for a probability, from a count of successes in independent
//! replications.
//!
//! Two methods, because two things are asked. Wilson's interval is about right
//! on average and as short as an honest one gets: it is for showing. That of
//! Clopper and Pearson never covers less than it says: it is for claims such as
//! "false aborts stay below 1 %".

use super::beta::beta_inc_inv;
use super::interval::{Interval, one_sided_error, two_sided_error};
use crate::random::math::normal_quantile;

/// Wilson's two-sided score interval for a probability, for display; `[0, 1]`
/// when `n` is 0.
///
/// Wilson, "Probable inference, the law of succession, and statistical
/// inference", Journal of the American Statistical Association 22 (1927).
///
/// # Panics
///
/// If `successes > n`, or unless `0 < level < 1`.
#[must_use]
pub fn wilson(successes: u64, n: u64, level: f64) -> Interval {
    let z = -normal_quantile(two_sided_error(level));
    Interval {
        lo: wilson_lower(successes, failures(successes, n), z),
        hi: 1.0 - wilson_lower(failures(successes, n), successes, z),
    }
}

/// Two-sided Clopper-Pearson interval for a probability, with equal tails;
/// `[0, 1]` when `n` is 0.
///
/// Its coverage is at least `level` for every probability and every `n`.
/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated
/// in the case of the binomial", Biometrika 26 (1934).
///
/// # Panics
///
/// If `successes > n`, or unless `0 < level < 1`.
#[must_use]
pub fn clopper_pearson(successes: u64, n: u64, level: f64) -> Interval {
    let error = two_sided_error(level);
    Interval { lo: exact_lower(successes, n, error), hi: exact_upper(successes, n, error) }
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

/// The smaller root of Wilson's quadratic. Written as the product of the roots
/// over the larger one it does not cancel, and is 0 without successes.
fn wilson_lower(successes: u64, failures: u64, z: f64) -> f64 {
    if successes == 0 {
        return 0.0;
    }
    let (k, l) = (successes as f64, failures as f64);
    let n = k + l;
    k * k / n / (k + z * z / 2.0 + z * (k * l / n + z * z / 4.0).sqrt())
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
