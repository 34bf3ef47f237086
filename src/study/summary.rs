//! Statistics of metrics over replications, each with its interval.

use std::collections::BTreeMap;

use crate::model::FailureCode;
use crate::sim::Outcome;
use crate::stats::{
    self, Estimate, LEVEL, MeanInterval, MeanSample, MeanTails, Moments, Mostly, QuantileInterval,
    QuantileRanks, Support,
};
use crate::study::limit::Reach;
use crate::study::metric::{Kind, METRICS, Metric};

/// The quantiles given of every number and time, with their names in outputs.
pub const QUANTILES: [(&str, f64); 7] = [
    ("p01", 0.01),
    ("p05", 0.05),
    ("p10", 0.10),
    ("p50", 0.50),
    ("p90", 0.90),
    ("p95", 0.95),
    ("p99", 0.99),
];

/// The statistics in the tables of settings: of a number its mean and three quantiles, of a time these and how often it never comes.
/// An event always has its proportion, which has no name.
pub const BRIEF: [&str; 5] = ["mean", "p05", "p50", "p95", "p_never"];

/// The statistics of one metric.
pub struct MetricSummary {
    pub metric: &'static Metric,
    /// By name in outputs: `mean`, `sd`, `min`, `max`, the quantiles, `p_never`; an event has only its proportion, which has no
    /// name of its own.
    pub estimates: Vec<(&'static str, Estimate)>,
    pub mean_rests_on: RestsOn,
}

/// What the interval of a mean rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RestsOn {
    /// The spread of the replications, or certainty; also where there is no mean.
    Spread,
    /// What the metric can be in replications that were not seen: all but a few that were came to the same.
    Unseen,
    /// There is no interval, as most replications came to the same and nothing bounds the others.
    Nothing(Mostly),
}

impl RestsOn {
    fn of(sample: &MeanSample, support: Support, interval: MeanInterval) -> RestsOn {
        match interval.mostly() {
            Some(mostly) => RestsOn::Nothing(mostly),
            None if support != Support::Certain && sample.hardly_varies() => RestsOn::Unseen,
            None => RestsOn::Spread,
        }
    }
}

impl MetricSummary {
    /// The statistic called `name`.
    ///
    /// # Panics
    /// If the metric has no such statistic: names in the program are known.
    pub fn get(&self, name: &str) -> Estimate {
        let found = self
            .estimates
            .iter()
            .find(|(statistic, _)| *statistic == name);
        found
            .unwrap_or_else(|| panic!("a bug: {} has no {name}", self.metric.name))
            .1
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

/// Summarises every metric of at least one outcome, which can be what `reach` says.
pub fn summarize<'a>(
    outcomes: impl Iterator<Item = &'a Outcome>,
    reach: &Reach,
) -> Vec<MetricSummary> {
    let outcomes: Vec<&Outcome> = outcomes.collect();
    let size = SampleSize::new(outcomes.len());
    let column = |metric: &Metric| -> Vec<f64> {
        let values = outcomes.iter().map(|outcome| (metric.value)(outcome));
        values.collect()
    };
    // One metric after the other: the columns of all of them would take more memory than the outcomes.
    let summaries = EVERYTHING.iter().map(|wanted| {
        let parts = wanted.metric.parts().into_iter();
        let others = parts.filter(|part| part.name != wanted.metric.name);
        let others = others.map(|metric| Wanted { metric, ..*wanted });
        let wanted: Vec<Wanted> = std::iter::once(*wanted).chain(others).collect();
        let mut columns: Vec<Vec<f64>> = wanted.iter().map(|it| column(it.metric)).collect();
        summarize_columns(&wanted, &mut columns, &size, reach).swap_remove(0)
    });
    summaries.collect()
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
        EVERYTHING
            .iter()
            .find(|wanted| wanted.metric.kind == kind)
            .expect("a bug: a kind without a metric")
    }

    /// The memory that the statistics take [bytes].
    pub(super) fn memory(&self) -> usize {
        let of_moments = ["mean", "sd", "min", "max"];
        let names: &[&str] = match self.metric.kind {
            Kind::Number => &of_moments,
            Kind::Time => &["p_never"],
            Kind::Event | Kind::Ratio => &["mean"],
        };
        let has_quantiles = matches!(self.metric.kind, Kind::Number | Kind::Time);
        let quantiles = QUANTILES.iter().filter(|_| has_quantiles);
        let names = names.iter().chain(quantiles.map(|(name, _)| name));
        let statistics = names.filter(|name| self.wants(name)).count();
        // Lists double when they grow.
        let room = statistics.next_power_of_two();
        size_of::<MetricSummary>() + room * size_of::<(&str, Estimate)>()
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
    let mut all = [Wanted {
        metric: &METRICS[0],
        statistics: Statistics::All,
    }; METRICS.len()];
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
    tails: Option<MeanTails>,
    /// By [`QUANTILES`].
    ranks: [QuantileRanks; QUANTILES.len()],
}

impl SampleSize {
    /// For samples of at least one value.
    pub(super) fn new(n: usize) -> SampleSize {
        let tails = (n > 1).then(|| MeanTails::new(n, LEVEL));
        SampleSize {
            n,
            tails,
            ranks: QUANTILES.map(|(_, q)| stats::quantile_interval_ranks(q, n, LEVEL)),
        }
    }

    /// The proportion of values that are so.
    fn proportion(&self, values: &[f64], is_so: impl Fn(&f64) -> bool) -> Estimate {
        Estimate::proportion(values.iter().filter(|value| is_so(value)).count(), self.n)
    }

    /// The mean of values, and what its interval rests on.
    fn mean(&self, values: &[f64], moments: &Moments, support: Support) -> (Estimate, RestsOn) {
        let Some((sample, tails)) =
            MeanSample::with_moments(values, moments).zip(self.tails.as_ref())
        else {
            return (Estimate::new(moments.mean, None), RestsOn::Spread);
        };
        let interval = sample.interval(support, tails);
        (
            Estimate::new(moments.mean, interval.known()),
            RestsOn::of(&sample, support, interval),
        )
    }

    /// The wanted quantiles of values in ascending order.
    fn quantiles(
        &self,
        sorted: &[f64],
        wanted: &Wanted,
        support: Support,
        estimates: &mut Vec<(&'static str, Estimate)>,
    ) {
        let all = QUANTILES
            .iter()
            .zip(&self.ranks)
            .filter(|((name, _), _)| wanted.wants(name));
        estimates.extend(all.map(|((name, q), ranks)| {
            let value = stats::quantile(sorted, *q).expect(NO_REPLICATIONS);
            let QuantileInterval { lo, hi } = ranks.interval(sorted);
            let estimate = match support {
                Support::Certain => Estimate::exact(value),
                _ => Estimate { value, lo, hi },
            };
            (*name, estimate)
        }));
    }
}

/// Summarises what is wanted of the values of metrics over replications, a column of `size` a metric, which can be what `reach` says; leaves
/// the columns in any order.
pub(super) fn summarize_columns(
    wanted: &[Wanted],
    columns: &mut [Vec<f64>],
    size: &SampleSize,
    reach: &Reach,
) -> Vec<MetricSummary> {
    let [updated, started] = ["updated_count", "started_count"]
        .map(|name| wanted.iter().position(|wanted| wanted.metric.name == name));
    let ratio = updated.zip(started).and_then(|(updated, started)| {
        let robots = f64::from(reach.robots());
        stats::linear_ratio(&columns[updated], &columns[started], robots)
    });
    let all = wanted.iter().zip(columns);
    let all = all.map(|(wanted, values)| {
        let mut summary = match wanted.metric.kind {
            Kind::Ratio => ratio_summary(wanted.metric, ratio.as_ref(), size),
            _ => summary(wanted, values, size, reach.support(wanted.metric)),
        };
        if reach.is_certain() {
            for (name, estimate) in &mut summary.estimates {
                if !["sd", "min", "max"].contains(name) && !estimate.value.is_nan() {
                    *estimate = Estimate::exact(estimate.value);
                }
            }
            summary.mean_rests_on = RestsOn::Spread;
        }
        summary
    });
    all.collect()
}

/// The ratio of robots updated to robots started, by what each replication adds to it.
fn ratio_summary(
    metric: &'static Metric,
    ratio: Option<&(Vec<f64>, Support)>,
    size: &SampleSize,
) -> MetricSummary {
    let (mut estimate, mut mean_rests_on) = (Estimate::bare(f64::NAN), RestsOn::Spread);
    if let Some((values, support)) = ratio {
        let moments = Moments::of(values).expect(NO_REPLICATIONS);
        (estimate, mean_rests_on) = size.mean(values, &moments, *support);
    }
    MetricSummary {
        metric,
        estimates: vec![("mean", estimate.clipped(0.0, 1.0))],
        mean_rests_on,
    }
}

/// The wanted statistics of one metric that is no ratio.
fn summary(
    wanted: &Wanted,
    values: &mut [f64],
    size: &SampleSize,
    support: Support,
) -> MetricSummary {
    let wants_quantiles = QUANTILES.iter().any(|(name, _)| wanted.wants(name));
    let (mut estimates, mut mean_rests_on) = (Vec::new(), RestsOn::Spread);
    match wanted.metric.kind {
        Kind::Event if support == Support::Certain => {
            estimates.push(("", Estimate::exact(values[0])));
        }
        Kind::Event => estimates.push(("", size.proportion(values, |value| *value == 1.0))),
        Kind::Ratio => unreachable!("a bug: a ratio has no values of its own"),
        Kind::Number if values.iter().any(|value| value.is_nan()) => {
            return of_those_with_values(wanted, values, support);
        }
        Kind::Number if values.iter().any(|value| value.is_infinite()) => {
            // What does not end in some replications has no mean.
            let min = values.iter().copied().fold(f64::INFINITY, f64::min);
            let never = Estimate::bare(f64::INFINITY);
            estimates = moments_estimates(never, f64::INFINITY, min, f64::INFINITY);
        }
        Kind::Number => {
            let moments = Moments::of(values).expect(NO_REPLICATIONS);
            let mean;
            (mean, mean_rests_on) = size.mean(values, &moments, support);
            let sd = moments.sd.unwrap_or(f64::NAN);
            estimates = moments_estimates(mean, sd, moments.min, moments.max);
        }
        Kind::Time => {}
    }
    if wanted.metric.kind == Kind::Number {
        estimates.retain(|(name, _)| wanted.wants(name));
    }
    if wants_quantiles && matches!(wanted.metric.kind, Kind::Number | Kind::Time) {
        stats::sort_total(values);
        size.quantiles(values, wanted, support, &mut estimates);
    }
    if wanted.metric.kind == Kind::Time && wanted.wants("p_never") {
        estimates.push((
            "p_never",
            size.proportion(values, |value| value.is_infinite()),
        ));
    }
    MetricSummary {
        metric: wanted.metric,
        estimates,
        mean_rests_on,
    }
}

const NO_REPLICATIONS: &str = "a bug: a summary of no replications";

/// The statistics of a number beside its quantiles, of which the mean alone has an interval.
fn moments_estimates(mean: Estimate, sd: f64, min: f64, max: f64) -> Vec<(&'static str, Estimate)> {
    let [sd, min, max] = [sd, min, max].map(Estimate::bare);
    vec![("mean", mean), ("sd", sd), ("min", min), ("max", max)]
}

/// The wanted statistics of a number over the replications that have it.
fn of_those_with_values(wanted: &Wanted, values: &[f64], support: Support) -> MetricSummary {
    let mut had = values.to_vec();
    had.retain(|value| !value.is_nan());
    if !had.is_empty() {
        let size = SampleSize::new(had.len());
        return summary(wanted, &mut had, &size, support);
    }
    let names = ["mean", "sd", "min", "max"]
        .into_iter()
        .chain(QUANTILES.map(|(name, _)| name));
    let nothing = names
        .filter(|name| wanted.wants(name))
        .map(|name| (name, Estimate::bare(f64::NAN)));
    MetricSummary {
        metric: wanted.metric,
        estimates: nothing.collect(),
        mean_rests_on: RestsOn::Spread,
    }
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
    /// The spread of at least one value, which can be what `support` says.
    pub(super) fn of(mut values: Vec<f64>, support: Support) -> Spread {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let interval = MeanSample::of(&values).and_then(|sample| {
            let tails = MeanTails::new(sample.count(), LEVEL);
            sample.interval(support, &tails).known()
        });
        stats::sort_total(&mut values);
        let [p05, p50, p95] =
            [0.05, 0.5, 0.95].map(|q| stats::quantile(&values, q).expect(NO_REPLICATIONS));
        let mean = Estimate::new(mean, interval);
        Spread {
            mean,
            p05,
            p50,
            p95,
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
    let mut most: BTreeMap<FailureCode, f64> = BTreeMap::new();
    for count in counts.iter().copied().flatten() {
        let most = most.entry(count.code).or_default();
        *most = most.max(count.count.mean.value);
    }
    let mut codes: Vec<(FailureCode, f64)> = most.into_iter().collect();
    codes.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    codes.into_iter().map(|(code, _)| code).collect()
}

/// Counts failed robots and failed jobs by code.
pub fn failure_counts(outcomes: &[Outcome], reach: &Reach) -> Failures {
    Failures {
        robots: counted(outcomes, reach, reach.robots(), |outcome, code| {
            outcome.failures[code as usize]
        }),
        jobs: counted(outcomes, reach, 1, |outcome, code| {
            u32::from(outcome.ended_by.code() == Some(code))
        }),
    }
}

/// Counts something by code, of which there are `most` in a replication at most.
fn counted(
    outcomes: &[Outcome],
    reach: &Reach,
    most: u32,
    count: impl Fn(&Outcome, FailureCode) -> u32,
) -> Vec<FailureCount> {
    let support = reach.or_certain(Support::Within(0.0, f64::from(most)));
    let all = FailureCode::ALL.into_iter().map(|code| {
        let counts = outcomes
            .iter()
            .map(|outcome| f64::from(count(outcome, code)));
        let values: Vec<f64> = counts.collect();
        let any = values.iter().filter(|value| **value > 0.0).count();
        FailureCount {
            code,
            any: reach.proportion(any, values.len()),
            count: Spread::of(values, support),
        }
    });
    all.filter(|count| count.any.value > 0.0).collect()
}
