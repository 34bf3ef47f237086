//! Differences between two settings that share no luck, from samples of their own.
//!
//! Means are compared by [`welch_means`](super::welch_means). What is here does the same for ratios of totals and quantiles, whose
//! standard errors take the place of those of means, and for proportions.

use super::difference::{Difference, QuantileDifference, section_errors};
use super::interval::Interval;
use super::proportion::wilson;
use super::ratio::Ratio;

/// The difference of two ratios of totals, `b − a`; `None` where one has no
/// standard error.
///
/// Welch's interval with the standard errors of the delta method.
///
/// # Panics
///
/// Unless `0 < level < 1`.
#[must_use]
pub fn independent_ratios(a: &Ratio, b: &Ratio, level: f64) -> Option<Difference> {
    let side = |ratio: &Ratio| Some((ratio.estimate, ratio.standard_error?, ratio.count as f64 - 1.0));
    Some(welch(side(a)?, side(b)?, level))
}

/// The difference of the `q`-quantiles of two samples, `b − a`, by sectioning
/// each; `None` if one is empty.
///
/// # Panics
///
/// If a value is NaN, or unless `0 < q < 1` and `0 < level < 1`.
#[must_use]
pub fn independent_quantiles(a: &[f64], b: &[f64], q: f64, level: f64) -> Option<QuantileDifference> {
    let (whole_a, errors_a) = section_errors(a, q)?;
    let (whole_b, errors_b) = section_errors(b, q)?;
    if !whole_a.is_finite() || !whole_b.is_finite() {
        return Some(QuantileDifference::Never);
    }
    Some(match (errors_a, errors_b) {
        (Some((error_a, df_a)), Some((error_b, df_b))) => {
            QuantileDifference::Known(welch((whole_a, error_a, df_a), (whole_b, error_b, df_b), level))
        }
        _ => QuantileDifference::Unsure(whole_b - whole_a),
    })
}

/// The difference of two proportions, second less first, of `hits` in so many
/// replications each; `None` without replications.
///
/// The interval is Newcombe's, from the two of Wilson: it stays within −1 and 1
/// and is sound where an event was never seen. The p-value is one less the level
/// at which it ends at zero. Newcombe, "Interval estimation for the difference
/// between independent proportions: comparison of eleven methods", Statistics in
/// Medicine 17 (1998), method 10.
///
/// # Panics
///
/// If there are more hits than replications, or unless `0 < level < 1`.
#[must_use]
pub fn independent_proportions(hits_a: (u64, u64), hits_b: (u64, u64), level: f64) -> Option<Difference> {
    if hits_a.1 == 0 || hits_b.1 == 0 {
        return None;
    }
    let share = |(hits, n): (u64, u64)| hits as f64 / n as f64;
    let estimate = share(hits_b) - share(hits_a);
    let at = |level: f64| {
        let (of_a, of_b) = (wilson(hits_a.0, hits_a.1, level), wilson(hits_b.0, hits_b.1, level));
        let away = |up: f64, down: f64| (up * up + down * down).sqrt();
        Interval {
            lo: estimate - away(share(hits_b) - of_b.lo, of_a.hi - share(hits_a)),
            hi: estimate + away(of_b.hi - share(hits_b), share(hits_a) - of_a.lo),
        }
    };
    let p_value = if estimate == 0.0 { 1.0 } else { least_error(|error| !at(1.0 - error).contains(0.0)) };
    Some(Difference { estimate, interval: at(level), p_value })
}

/// The least error at which a claim is made that every larger error makes too; 1 if none does.
///
/// Errors below 1e-15 are not told apart: levels end there.
#[must_use]
pub fn least_error(claims: impl Fn(f64) -> bool) -> f64 {
    const LEAST: f64 = 1e-15;
    const HALVINGS: usize = 60;
    if claims(LEAST) {
        return LEAST;
    }
    let (mut silent, mut claiming) = (LEAST, 1.0);
    for _ in 0..HALVINGS {
        // Errors are of all magnitudes.
        let middle = (silent * claiming).sqrt();
        if middle < 1.0 && claims(middle) { claiming = middle } else { silent = middle }
    }
    claiming
}

/// Welch's interval for `b − a` from an estimate, its standard error and degrees of freedom on each side.
fn welch(a: (f64, f64, f64), b: (f64, f64, f64), level: f64) -> Difference {
    let (square_a, square_b) = (a.1 * a.1, b.1 * b.1);
    let square = square_a + square_b;
    let df = match square > 0.0 {
        true => square * square / (square_a * square_a / a.2 + square_b * square_b / b.2),
        false => a.2 + b.2,
    };
    Difference::student(b.0 - a.0, square.sqrt(), df, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newcombe_is_that_of_his_tables() {
        // Newcombe (1998), table II, method 10: 56/70 less 48/80 and 9/10 less 3/10.
        for (a, b, lo, hi) in [((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090)] {
            let difference = independent_proportions(a, b, 0.95).unwrap();
            let interval = difference.interval;
            assert!((interval.lo - lo).abs() < 5e-5 && (interval.hi - hi).abs() < 5e-5, "{interval:?}");
            assert!(difference.p_value <= 0.05);
        }
    }

    #[test]
    fn a_p_value_is_the_error_at_which_the_interval_ends_at_zero() {
        for (a, b) in [((48, 80), (56, 70)), ((10, 50), (11, 50)), ((0, 40), (5, 40))] {
            let p = independent_proportions(a, b, 0.95).unwrap().p_value;
            let end = independent_proportions(a, b, 1.0 - p).unwrap().interval;
            assert!(end.lo.abs().min(end.hi.abs()) < 1e-9, "{p}: {end:?}");
        }
        assert_eq!(independent_proportions((3, 10), (6, 20), 0.95).unwrap().p_value, 1.0);
    }
}
