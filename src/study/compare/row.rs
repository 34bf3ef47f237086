//! The difference of one statistic of one metric, from the values of both sides by replication.

use crate::stats::{self, Difference, Interval, QuantileDifference};
use crate::study::metric::Kind;
use crate::study::summary::QUANTILES;

/// The statistics of a kind that are compared.
pub(in crate::study) fn statistics(kind: Kind) -> Vec<&'static str> {
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
pub(in crate::study) struct Both {
    /// Infinite for the quantile of a time that never comes; NaN for a ratio of nothing.
    pub(in crate::study) a: f64,
    pub(in crate::study) b: f64,
    pub(in crate::study) difference: Known,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::study) enum Known {
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
    pub(in crate::study) fn difference(&self) -> Option<Difference> {
        match self {
            Known::Same => Some(Difference { estimate: 0.0, interval: Interval { lo: 0.0, hi: 0.0 }, p_value: 1.0 }),
            Known::Difference(difference) | Known::Concordant(difference) => Some(*difference),
            Known::Estimate(..) | Known::Nothing => None,
        }
    }
}

/// Whether both sides met the same luck, replication by replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    Shared,
    Own,
}

/// The values of the metrics by replication, on both sides.
pub(in crate::study) struct Columns<'a> {
    pub(in crate::study) a: &'a [f64],
    pub(in crate::study) b: &'a [f64],
    /// Robots updated and robots started, on both sides: what a ratio is of; empty for other kinds.
    pub(in crate::study) ratio: [[&'a [f64]; 2]; 2],
    pub(in crate::study) luck: Luck,
}

/// Compares one statistic over one or more replications, with intervals at `level`.
pub(in crate::study) fn compared(kind: Kind, statistic: &str, columns: &Columns, level: f64) -> Both {
    if kind == Kind::Number && columns.a.iter().chain(columns.b).any(|value| value.is_nan()) {
        let [a, b] = with_values(columns);
        return match a.is_empty() || b.is_empty() {
            true => Both { a: f64::NAN, b: f64::NAN, difference: Known::Nothing },
            false => compared(kind, statistic, &Columns { a: &a, b: &b, ..*columns }, level),
        };
    }
    match (kind, statistic) {
        (Kind::Event, _) => proportions(columns, level, |value| value == 1.0),
        (_, "p_never") => proportions(columns, level, f64::is_infinite),
        (Kind::Ratio, _) => ratios(columns, level),
        (_, "mean") => means(columns, level),
        _ => quantiles(columns, level, statistic),
    }
}

/// The replications that have a value: on both sides, where they met the same luck.
fn with_values(columns: &Columns) -> [Vec<f64>; 2] {
    let Columns { a, b, luck, .. } = *columns;
    match luck {
        Luck::Own => [a, b].map(|side| side.iter().copied().filter(|value| !value.is_nan()).collect()),
        Luck::Shared => {
            let pairs = a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
            pairs.unzip::<_, _, Vec<f64>, Vec<f64>>().into()
        }
    }
}

fn means(columns: &Columns, level: f64) -> Both {
    let Columns { a, b, luck, .. } = *columns;
    let mean = |values| stats::Moments::of(values).expect("a study has replications").mean;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let difference = match luck {
        Luck::Shared => stats::paired_means(a, b, level),
        Luck::Own => stats::welch_means(a, b, level).filter(|_| a.len() > 1 && b.len() > 1),
    };
    let difference = match difference {
        Some(difference) => Known::Difference(difference),
        None => Known::Estimate(mean_b - mean_a, Some(2)),
    };
    Both { a: mean_a, b: mean_b, difference }
}

fn ratios(columns: &Columns, level: f64) -> Both {
    let [a, b] = columns.ratio;
    let of = |[above, below]: [&[f64]; 2]| stats::Ratio::of(above, below);
    let ratio = |side| of(side).map_or(f64::NAN, |ratio| ratio.estimate);
    let (ratio_a, ratio_b) = (ratio(a), ratio(b));
    let difference = match columns.luck {
        Luck::Shared => stats::paired_ratios((a[0], a[1]), (b[0], b[1]), level),
        Luck::Own => of(a).zip(of(b)).and_then(|(a, b)| stats::independent_ratios(&a, &b, level)),
    };
    let difference = match difference {
        Some(difference) => Known::Difference(difference),
        None if ratio_a.is_finite() && ratio_b.is_finite() => Known::Estimate(ratio_b - ratio_a, Some(2)),
        None => Known::Nothing,
    };
    Both { a: ratio_a, b: ratio_b, difference }
}

fn proportions(columns: &Columns, level: f64, event: impl Fn(f64) -> bool) -> Both {
    let Columns { a, b, luck, .. } = *columns;
    let hits = |values: &[f64]| values.iter().filter(|value| event(**value)).count() as u64;
    let share = |values: &[f64]| hits(values) as f64 / values.len() as f64;
    let (difference, agree) = match luck {
        Luck::Shared => {
            let only =
                |one: &[f64], other: &[f64]| one.iter().zip(other).filter(|(x, y)| event(**x) && !event(**y)).count() as u64;
            let (only_a, only_b) = (only(a, b), only(b, a));
            (stats::paired_proportions(only_a, only_b, a.len() as u64, level), only_a + only_b == 0)
        }
        Luck::Own => {
            let (of_a, of_b) = ((hits(a), a.len() as u64), (hits(b), b.len() as u64));
            let same = |(hits, n): (u64, u64), all: bool| hits == if all { n } else { 0 };
            let agree = [false, true].iter().any(|all| same(of_a, *all) && same(of_b, *all));
            (stats::independent_proportions(of_a, of_b, level), agree)
        }
    };
    let difference = difference.expect("a study has replications");
    let known = if agree { Known::Concordant(difference) } else { Known::Difference(difference) };
    Both { a: share(a), b: share(b), difference: known }
}

fn quantiles(columns: &Columns, level: f64, statistic: &str) -> Both {
    let Columns { a, b, luck, .. } = *columns;
    let q = QUANTILES.iter().find(|(name, _)| *name == statistic).expect("a bug: a quantile has a name").1;
    let quantile = |values: &[f64]| {
        let mut sorted = values.to_vec();
        stats::sort_total(&mut sorted);
        stats::quantile(&sorted, q).expect("a study has replications")
    };
    let difference = match luck {
        Luck::Shared => stats::paired_quantiles(a, b, q, level),
        Luck::Own => stats::independent_quantiles(a, b, q, level),
    };
    let difference = match difference.expect("a study has replications") {
        QuantileDifference::Known(difference) => Known::Difference(difference),
        QuantileDifference::Unsure(estimate) => {
            let n_min = stats::paired_quantiles_n_min(q);
            Known::Estimate(estimate, (n_min > a.len().min(b.len())).then_some(n_min))
        }
        QuantileDifference::Never => Known::Nothing,
    };
    Both { a: quantile(a), b: quantile(b), difference }
}
