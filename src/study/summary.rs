//! Statistics of metrics over replications, each with its interval.

use crate::model::FailureCode;
use crate::sim::Outcome;
use crate::stats::{self, Interval, Moments, QuantileInterval, QuantileRanks};
use crate::study::metric::{Kind, METRICS, Metric};

/// The confidence of every interval shown.
pub const LEVEL: f64 = 0.95;

/// The quantiles given of every number and time, with their names in outputs.
pub const QUANTILES: [(&str, f64); 7] =
    [("p01", 0.01), ("p05", 0.05), ("p10", 0.10), ("p50", 0.50), ("p90", 0.90), ("p95", 0.95), ("p99", 0.99)];

/// A statistic with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Infinite for the quantile of a time that never comes.
    pub value: f64,
    /// `None` where the replications do not tell: the end is open.
    pub lo: Option<f64>,
    pub hi: Option<f64>,
}

impl Estimate {
    pub(super) fn new(value: f64, interval: Option<Interval>) -> Estimate {
        Estimate { value, lo: interval.map(|i| i.lo), hi: interval.map(|i| i.hi) }
    }
}

/// The statistics of one metric.
pub struct MetricSummary {
    pub metric: &'static Metric,
    /// By name in outputs: `mean`, `sd`, `min`, `max`, the quantiles, `p_never`; an event has only its proportion, which has no
    /// name of its own.
    pub estimates: Vec<(&'static str, Estimate)>,
}

impl MetricSummary {
    /// The statistic called `name`.
    ///
    /// # Panics
    /// If the metric has no such statistic: names in the program are known.
    pub fn get(&self, name: &str) -> Estimate {
        let found = self.estimates.iter().find(|(statistic, _)| *statistic == name);
        found.unwrap_or_else(|| panic!("a bug: {} has no {name}", self.metric.name)).1
    }
}

/// The statistics of the metric called `name`.
///
/// # Panics
/// If it is not among them: names in the program are known, and every metric is summarised.
pub fn summary_of<'a>(summaries: &'a [MetricSummary], name: &str) -> &'a MetricSummary {
    let found = summaries.iter().find(|summary| summary.metric.name == name);
    found.unwrap_or_else(|| panic!("a bug: {name} is not summarised"))
}

/// Summarises every metric of at least one outcome.
pub fn summarize<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<MetricSummary> {
    let outcomes: Vec<&Outcome> = outcomes.collect();
    let column = |metric: &Metric| outcomes.iter().map(|outcome| (metric.value)(outcome)).collect();
    let mut columns: Vec<Vec<f64>> = METRICS.iter().map(column).collect();
    summarize_columns(&EVERYTHING, &mut columns, &SampleSize::new(outcomes.len()))
}

/// A metric to summarise, and by which of its statistics.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub metric: &'static Metric,
    pub statistics: Statistics,
}

/// Which statistics of a metric are wanted.
#[derive(Clone, Copy)]
pub enum Statistics {
    All,
    Only(&'static [&'static str]),
}

impl Wanted {
    /// The first metric of a kind, with every statistic.
    pub fn first_of(kind: Kind) -> &'static Wanted {
        EVERYTHING.iter().find(|wanted| wanted.metric.kind == kind).expect("there are metrics of every kind")
    }

    /// Whether every statistic is wanted.
    pub fn wants_all(&self) -> bool {
        matches!(self.statistics, Statistics::All)
    }

    /// Whether a statistic is wanted, if the metric has it.
    pub fn wants(&self, statistic: &str) -> bool {
        match self.statistics {
            Statistics::All => true,
            Statistics::Only(names) => names.contains(&statistic),
        }
    }
}

/// Every statistic of every metric, in the order of columns.
pub static EVERYTHING: [Wanted; METRICS.len()] = {
    let mut all = [Wanted { metric: &METRICS[0], statistics: Statistics::All }; METRICS.len()];
    let mut i = 0;
    while i < METRICS.len() {
        all[i].metric = &METRICS[i];
        i += 1;
    }
    all
};

/// What intervals depend on beside the values: for samples of one size it is computed once.
pub(super) struct SampleSize {
    n: usize,
    /// Of the intervals of means; none for a single replication.
    factor: Option<f64>,
    /// By [`QUANTILES`].
    ranks: [QuantileRanks; QUANTILES.len()],
}

impl SampleSize {
    /// For samples of at least one value.
    pub(super) fn new(n: usize) -> SampleSize {
        let factor = (n > 1).then(|| stats::student_t_factor(LEVEL, n as f64 - 1.0));
        SampleSize { n, factor, ranks: QUANTILES.map(|(_, q)| stats::quantile_interval_ranks(q, n, LEVEL)) }
    }

    fn proportion(&self, hits: usize) -> Estimate {
        let n = self.n as u64;
        Estimate::new(hits as f64 / n as f64, Some(stats::wilson(hits as u64, n, LEVEL)))
    }

    fn mean(&self, moments: &Moments) -> Estimate {
        Estimate::new(moments.mean, self.factor.and_then(|factor| moments.interval_with(factor)))
    }

    /// The wanted quantiles of values in ascending order.
    fn quantiles(&self, sorted: &[f64], wanted: &Wanted, estimates: &mut Vec<(&'static str, Estimate)>) {
        let all = QUANTILES.iter().zip(&self.ranks).filter(|((name, _), _)| wanted.wants(name));
        estimates.extend(all.map(|((name, q), ranks)| {
            let value = stats::quantile(sorted, *q).expect("a run has replications");
            let QuantileInterval { lo, hi } = ranks.interval(sorted);
            (*name, Estimate { value, lo, hi })
        }));
    }
}

/// Summarises what is wanted of the values of metrics over replications, a column of `size` a metric; leaves the columns in any order.
pub(super) fn summarize_columns(wanted: &[Wanted], columns: &mut [Vec<f64>], size: &SampleSize) -> Vec<MetricSummary> {
    let column = |name| wanted.iter().position(|wanted| wanted.metric.name == name);
    let ratio = match (column("updated_count"), column("started_count")) {
        (Some(updated), Some(started)) => stats::Ratio::of(&columns[updated], &columns[started]),
        _ => None,
    };
    let all = wanted.iter().zip(columns);
    all.map(|(wanted, values)| MetricSummary { metric: wanted.metric, estimates: estimates(wanted, values, ratio, size) })
        .collect()
}

/// The wanted statistics of one metric; `ratio` is that of robots updated to robots started.
fn estimates(
    wanted: &Wanted,
    values: &mut [f64],
    ratio: Option<stats::Ratio>,
    size: &SampleSize,
) -> Vec<(&'static str, Estimate)> {
    let wants_quantiles = QUANTILES.iter().any(|(name, _)| wanted.wants(name));
    match wanted.metric.kind {
        Kind::Event => vec![("", size.proportion(values.iter().filter(|value| **value == 1.0).count()))],
        Kind::Ratio => {
            let estimate = ratio.map_or(Estimate { value: f64::NAN, lo: None, hi: None }, |ratio| {
                Estimate::new(ratio.estimate, ratio.interval(LEVEL))
            });
            vec![("mean", estimate)]
        }
        Kind::Number if values.iter().any(|value| value.is_nan()) => {
            let mut of_jobs: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            match of_jobs.len() {
                0 => without_values(wanted),
                n => estimates(wanted, &mut of_jobs, ratio, &SampleSize::new(n)),
            }
        }
        Kind::Number => {
            let moments = Moments::of(values).expect("a run has replications");
            let plain = |value: f64| Estimate { value, lo: None, hi: None };
            let mut estimates = vec![
                ("mean", size.mean(&moments)),
                ("sd", plain(moments.sd.unwrap_or(f64::NAN))),
                ("min", plain(moments.min)),
                ("max", plain(moments.max)),
            ];
            estimates.retain(|(name, _)| wanted.wants(name));
            if wants_quantiles {
                stats::sort_total(values);
                size.quantiles(values, wanted, &mut estimates);
            }
            estimates
        }
        Kind::Time => {
            let mut estimates = Vec::new();
            if wants_quantiles {
                stats::sort_total(values);
                size.quantiles(values, wanted, &mut estimates);
            }
            if wanted.wants("p_never") {
                estimates.push(("p_never", size.proportion(values.iter().filter(|value| value.is_infinite()).count())));
            }
            estimates
        }
    }
}

/// The wanted statistics of a number that no replication has.
fn without_values(wanted: &Wanted) -> Vec<(&'static str, Estimate)> {
    let names = ["mean", "sd", "min", "max"].into_iter().chain(QUANTILES.map(|(name, _)| name));
    names.filter(|name| wanted.wants(name)).map(|name| (name, Estimate::new(f64::NAN, None))).collect()
}

/// A number over replications in short: its mean with an interval, and how far it spreads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub mean: Estimate,
    pub p05: f64,
    pub p50: f64,
    pub p95: f64,
}

impl Spread {
    /// The spread of at least one value.
    pub(super) fn of(mut values: Vec<f64>) -> Spread {
        let moments = Moments::of(&values).expect("a run has replications");
        stats::sort_total(&mut values);
        let quantile = |q| stats::quantile(&values, q).expect("a run has replications");
        Spread {
            mean: Estimate::new(moments.mean, moments.mean_interval(LEVEL)),
            p05: quantile(0.05),
            p50: quantile(0.5),
            p95: quantile(0.95),
        }
    }
}

/// How often a code is the reason, over replications.
pub struct FailureCount {
    pub code: FailureCode,
    /// Robots with the code in a replication, or replications in which the job has it.
    pub count: Spread,
    /// The proportion of replications with at least one.
    pub any: Estimate,
}

/// Failure codes over replications, in the order of codes; those that never occurred are left out.
pub struct Failures {
    pub robots: Vec<FailureCount>,
    pub jobs: Vec<FailureCount>,
}

/// The codes that occur in any of several counts, the commonest first.
pub fn commonest_first(counts: &[&[FailureCount]]) -> Vec<FailureCode> {
    let most = |code| {
        let of_code = counts.iter().copied().flatten().filter(|count| count.code == code);
        of_code.map(|count| count.count.mean.value).fold(0.0, f64::max)
    };
    let mut codes: Vec<FailureCode> = counts.iter().copied().flatten().map(|count| count.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.sort_by(|a, b| most(*b).total_cmp(&most(*a)));
    codes
}

/// Counts failed robots and failed jobs by code.
pub fn failure_counts(outcomes: &[Outcome]) -> Failures {
    let counts = |count: &dyn Fn(&Outcome, FailureCode) -> u32| {
        let all = FailureCode::ALL.into_iter().map(|code| {
            let values: Vec<f64> = outcomes.iter().map(|outcome| f64::from(count(outcome, code))).collect();
            let any = values.iter().filter(|value| **value > 0.0).count();
            let interval = stats::wilson(any as u64, outcomes.len() as u64, LEVEL);
            FailureCount {
                code,
                count: Spread::of(values),
                any: Estimate::new(any as f64 / outcomes.len() as f64, Some(interval)),
            }
        });
        all.filter(|count| count.any.value > 0.0).collect()
    };
    let robots = counts(&|outcome, code| outcome.failures[code as usize]);
    let jobs = counts(&|outcome, code| u32::from(outcome.ended_by.code() == Some(code)));
    Failures { robots, jobs }
}
