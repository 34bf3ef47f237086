//! The mean and the median of each metric in words, as baselines have them: what a reviewer of a change reads.

use std::collections::BTreeMap;

use crate::sim::Outcome;
use crate::stats;
use crate::study::metric::{Kind, METRICS, Metric};

/// Significant digits of a mean.
const DIGITS: usize = 9;

/// By metric, its mean and median over at least one replication.
pub(super) fn centres(outcomes: &[Outcome]) -> BTreeMap<String, String> {
    METRICS
        .iter()
        .map(|metric| (metric.name.to_owned(), centre(metric, outcomes)))
        .collect()
}

fn centre(metric: &Metric, outcomes: &[Outcome]) -> String {
    let mut values = metric.values(outcomes);
    let mean = match metric.kind {
        Kind::Ratio => ratio_of_means(outcomes),
        _ => values.iter().sum::<f64>() / values.len() as f64,
    };
    values.retain(|value| !value.is_nan());
    stats::sort_total(&mut values);
    let median = stats::quantile(&values, 0.5).unwrap_or(f64::NAN);
    format!("mean {}, median {}", word(rounded(mean)), word(median))
}

/// Robots updated by robots started, the only ratio that there is; not a number where none started.
fn ratio_of_means(outcomes: &[Outcome]) -> f64 {
    let updated = outcomes.iter().map(|outcome| u64::from(outcome.updated));
    let started = outcomes.iter().map(|outcome| u64::from(outcome.started()));
    updated.sum::<u64>() as f64 / started.sum::<u64>() as f64
}

/// A value in the fewest digits that read back the same.
pub(super) fn word(value: f64) -> String {
    match value {
        f64::INFINITY => "never".to_owned(),
        value if value.is_nan() => "none".to_owned(),
        value => value.to_string(),
    }
}

fn rounded(value: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    format!("{value:.*e}", DIGITS - 1)
        .parse()
        .expect("a bug: a number that does not read back")
}

#[cfg(test)]
mod tests {
    use super::{rounded, word};

    #[test]
    fn what_never_comes_and_what_is_not_there_are_words_and_numbers_have_no_dust() {
        assert_eq!(
            [f64::INFINITY, f64::NAN, 0.0, 1.5].map(word),
            ["never", "none", "0", "1.5"]
        );
        assert_eq!(
            [0.104_400_000_000_000_6, 20_100_000_000.0].map(|x| word(rounded(x))),
            ["0.1044", "20100000000"]
        );
    }
}
