//! The difference of one statistic of one metric, from the values of both sides by replication.

use crate::stats::{self, Difference, Interval, QuantileDifference};
use crate::study::metric::Kind;
use crate::study::summary::{LEVEL, QUANTILES};

/// The statistics of a kind that are compared.
pub(super) fn statistics(kind: Kind) -> Vec<&'static str> {
    let quantiles = QUANTILES.iter().map(|(name, _)| *name);
    match kind {
        Kind::Number => std::iter::once("mean").chain(quantiles).collect(),
        Kind::Time => quantiles.chain(["p_never"]).collect(),
        Kind::Event => vec![""],
        Kind::Ratio => vec!["mean"],
    }
}

/// What both sides have, and what is known of the difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Both {
    /// Infinite for the quantile of a time that never comes; NaN for a ratio of nothing.
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) difference: Known,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    /// Both sides mean the same and were played as one: there is no difference, and nothing is left to chance.
    Same,
    Difference(Difference),
    /// Of proportions, where the event happened on both sides or on neither in every replication.
    Concordant(Difference),
    /// The estimate alone, and how many replications would give it an interval, if that is a matter of their number.
    Estimate(f64, Option<usize>),
    /// One of the two has no value.
    Nothing,
}

impl Known {
    /// The difference with its interval, where there is one.
    pub(super) fn difference(&self) -> Option<Difference> {
        match self {
            Known::Same => Some(Difference { estimate: 0.0, interval: Interval { lo: 0.0, hi: 0.0 }, p_value: 1.0 }),
            Known::Difference(difference) | Known::Concordant(difference) => Some(*difference),
            Known::Estimate(..) | Known::Nothing => None,
        }
    }
}

/// The values of the metrics by replication, on both sides.
pub(super) struct Columns<'a> {
    pub(super) a: &'a [f64],
    pub(super) b: &'a [f64],
    /// Robots updated and robots started, on both sides: what a ratio is of; empty for other kinds.
    pub(super) ratio: [[&'a [f64]; 2]; 2],
}

/// Compares one statistic over one or more replications.
pub(super) fn compared(kind: Kind, statistic: &str, columns: &Columns) -> Both {
    let Columns { a, b, .. } = columns;
    match (kind, statistic) {
        (Kind::Event, _) => proportions(a, b, |value| value == 1.0),
        (_, "p_never") => proportions(a, b, f64::is_infinite),
        (Kind::Ratio, _) => ratios(columns),
        (_, "mean") => means(a, b),
        _ => quantiles(a, b, statistic),
    }
}

fn means(a: &[f64], b: &[f64]) -> Both {
    let mean = |values| stats::Moments::of(values).expect("a study has replications").mean;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let difference = match stats::paired_means(a, b, LEVEL) {
        Some(difference) => Known::Difference(difference),
        None => Known::Estimate(mean_b - mean_a, Some(2)),
    };
    Both { a: mean_a, b: mean_b, difference }
}

fn ratios(columns: &Columns) -> Both {
    let [a, b] = columns.ratio;
    let ratio = |[above, below]: [&[f64]; 2]| stats::Ratio::of(above, below).map_or(f64::NAN, |ratio| ratio.estimate);
    let (ratio_a, ratio_b) = (ratio(a), ratio(b));
    let difference = match stats::paired_ratios((a[0], a[1]), (b[0], b[1]), LEVEL) {
        Some(difference) => Known::Difference(difference),
        None if ratio_a.is_finite() && ratio_b.is_finite() => Known::Estimate(ratio_b - ratio_a, Some(2)),
        None => Known::Nothing,
    };
    Both { a: ratio_a, b: ratio_b, difference }
}

fn proportions(a: &[f64], b: &[f64], event: impl Fn(f64) -> bool) -> Both {
    let n = a.len() as u64;
    let count = |both: &dyn Fn(bool, bool) -> bool| a.iter().zip(b).filter(|(a, b)| both(event(**a), event(**b))).count() as u64;
    let share = |hits: u64| hits as f64 / n as f64;
    let only = [count(&|a, b| a && !b), count(&|a, b| b && !a)];
    let difference = stats::paired_proportions(only[0], only[1], n, LEVEL).expect("a study has replications");
    let known = if only == [0, 0] { Known::Concordant(difference) } else { Known::Difference(difference) };
    Both { a: share(count(&|a, _| a)), b: share(count(&|_, b| b)), difference: known }
}

fn quantiles(a: &[f64], b: &[f64], statistic: &str) -> Both {
    let q = QUANTILES.iter().find(|(name, _)| *name == statistic).expect("a bug: a quantile has a name").1;
    let quantile = |values: &[f64]| {
        let mut sorted = values.to_vec();
        stats::sort_total(&mut sorted);
        stats::quantile(&sorted, q).expect("a study has replications")
    };
    let difference = match stats::paired_quantiles(a, b, q, LEVEL).expect("a study has replications") {
        QuantileDifference::Known(difference) => Known::Difference(difference),
        QuantileDifference::Unsure(estimate) => {
            let n_min = stats::paired_quantiles_n_min(q);
            Known::Estimate(estimate, (n_min > a.len()).then_some(n_min))
        }
        QuantileDifference::Never => Known::Nothing,
    };
    Both { a: quantile(a), b: quantile(b), difference }
}
