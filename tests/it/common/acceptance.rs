//! Ranges of acceptance. Tests are seeded, so each of them always gives the same verdict; the ranges are those that a right engine
//! misses for about one seed in 150 000: 4.5 standard errors, or that much probability in the tails of the exact law.

use rollcast::stats::binomial_upper_tail;

/// P(|Z| > 4.5) / 2 for a standard normal Z.
const TAIL: f64 = 3.4e-6;
const STANDARD_ERRORS: f64 = 4.5;

/// The mean of `values`.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The share of `values` for which `event` holds.
pub fn share<T>(values: &[T], event: impl Fn(&T) -> bool) -> f64 {
    values.iter().filter(|value| event(value)).count() as f64 / values.len() as f64
}

#[track_caller]
pub fn assert_between(what: &str, value: f64, lo: f64, hi: f64) {
    assert!(
        lo <= value && value <= hi,
        "{what} is {value}, which is not in [{lo}, {hi}]"
    );
}

/// Holds the mean of independent `values` to `expected`, which is itself known within `slack`.
#[track_caller]
pub fn assert_mean(what: &str, values: &[f64], expected: f64, slack: f64) {
    let mean = mean(values);
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    let error = (squares / (values.len() - 1) as f64 / values.len() as f64).sqrt();
    let reach = STANDARD_ERRORS * error + slack;
    assert_between(what, mean, expected - reach, expected + reach);
}

/// Holds the number of `values` for which `event` holds to a binomial law with probability `p`.
#[track_caller]
pub fn assert_probability<T>(what: &str, values: &[T], p: f64, event: impl Fn(&T) -> bool) {
    let n = values.len() as u64;
    let hits = values.iter().filter(|value| event(value)).count() as u64;
    let too_many = binomial_upper_tail(n, p, hits) < TAIL;
    let too_few = binomial_upper_tail(n, 1.0 - p, n - hits) < TAIL;
    assert!(
        !too_many && !too_few,
        "{what} happened in {hits} of {n}, which does not go with a probability of {p}"
    );
}

#[track_caller]
pub fn assert_relative(actual: f64, expected: f64, tolerance: f64) {
    let error = (actual / expected - 1.0).abs();
    assert!(
        error <= tolerance,
        "{actual:e} is not {expected:e}: {error:e}"
    );
}
