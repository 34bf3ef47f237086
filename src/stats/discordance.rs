//! The difference of two proportions of the same replications.
//!
//! Pairs in which both events happened, or neither, say nothing of it; what
//! counts are the discordant ones. There may be none at all, and then a naive
//! interval is a point, which promises far too much.

use super::difference::Difference;
use super::interval::{Interval, two_sided_error};
use crate::random::math::{normal_quantile, normal_sf};

/// The difference of the probabilities of an event on both sides of pairs,
/// second less first, of `n` pairs, of which the event happened on the first
/// side only in `only_a` and on the second only in `only_b`; `None` without pairs.
///
/// The interval is Tango's, which holds the differences that the score test
/// does not refuse: without discordant pairs it reaches z² / (n + z²) to both
/// sides, as Wilson's interval does for an event never seen. The p-value is that
/// of the score test of no difference, McNemar's. Tango, "Equivalence test and
/// confidence interval for the difference in proportions for the paired-sample
/// design", Statistics in Medicine 17 (1998); recommended by Fagerland, Lydersen
/// and Laake, "Recommended tests and confidence intervals for paired binomial
/// proportions", Statistics in Medicine 33 (2014).
///
/// # Panics
///
/// If there are more discordant pairs than pairs, or unless `0 < level < 1`.
#[must_use]
pub fn paired_proportions(only_a: u64, only_b: u64, n: u64, level: f64) -> Option<Difference> {
    let discordant = only_a.checked_add(only_b).filter(|discordant| *discordant <= n);
    assert!(discordant.is_some(), "{only_a} and {only_b} discordant pairs of only {n}");
    if n == 0 {
        return None;
    }
    let z = -normal_quantile(two_sided_error(level));
    let estimate = (only_b as f64 - only_a as f64) / n as f64;
    let interval = Interval { lo: -upper_end(only_b, only_a, n, z), hi: upper_end(only_a, only_b, n, z) };
    let p_value = match discordant {
        Some(0) => 1.0,
        _ => (2.0 * normal_sf(score(only_a, only_b, n, 0.0).abs())).min(1.0),
    };
    Some(Difference { estimate, interval, p_value })
}

/// How many pairs, none of them discordant, keep the difference of the
/// proportions within `margin` to both sides: there the interval of
/// [`paired_proportions`] ends. `None` for a margin of 0, which takes them all.
///
/// # Panics
///
/// Unless `0 < level < 1`.
#[must_use]
pub fn concordant_pairs_n_min(margin: f64, level: f64) -> Option<f64> {
    let z = -normal_quantile(two_sided_error(level));
    (margin > 0.0).then(|| z * z * (1.0 - margin) / margin)
}

/// Tango's score of the hypothesis that the difference is `delta`: standard
/// normal if it is so, and falling in `delta`.
fn score(only_a: u64, only_b: u64, n: u64, delta: f64) -> f64 {
    let (a, b, n) = (only_a as f64, only_b as f64, n as f64);
    // The most likely probability of "first only" under the hypothesis, as the larger root of 2n q² + linear q + constant.
    let linear = (2.0 * n + a - b) * delta - a - b;
    let constant = -a * delta * (1.0 - delta);
    let root = (linear * linear - 8.0 * n * constant).max(0.0).sqrt();
    // Whichever form does not cancel.
    let q = if linear <= 0.0 { (root - linear) / (4.0 * n) } else { -2.0 * constant / (root + linear) };
    let variance = n * (2.0 * q.max(0.0) + delta * (1.0 - delta));
    let distance = b - a - n * delta;
    if variance > 0.0 { distance / variance.sqrt() } else { distance * f64::INFINITY }
}

/// The largest difference that the score test does not refuse.
fn upper_end(only_a: u64, only_b: u64, n: u64, z: f64) -> f64 {
    const HALVINGS: usize = 200;
    let (mut within, mut beyond) = ((only_b as f64 - only_a as f64) / n as f64, 1.0);
    if only_b == n {
        return 1.0;
    }
    for _ in 0..HALVINGS {
        let middle = within + (beyond - within) / 2.0;
        if middle <= within || middle >= beyond {
            break;
        }
        if score(only_a, only_b, n, middle) >= -z {
            within = middle;
        } else {
            beyond = middle;
        }
    }
    within
}
