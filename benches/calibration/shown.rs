//! The intervals that a run shows, and those at which it stops.

use rollcast::study::{self, Kind, METRICS, Metric, MetricSummary, Precision, RUN_SHOWN, Until, Unwatched, summary_of};

use crate::cases::{Case, Truth};
use crate::expectations;
use crate::tally::Tally;

/// The precision at which studies stop, and the replications they have at most.
const PRECISION: &str = "5%";
const STOP_MAX: u64 = 512;

/// Counts the intervals of a run, and what its expectations come to.
pub fn run(case: &Case, n: u64, seed: u64, tally: &mut Tally) {
    let run = study::run(&case.a.with_seed(seed, n), n, &Unwatched);
    let profile = &run.profiles[0];
    for metric in &METRICS {
        let summary = summary_of(&profile.summaries, metric.name);
        for (statistic, _) in &summary.estimates {
            if let Some(kind) = kind(metric, statistic) {
                count(kind, (summary, statistic), &case.a.truth, tally);
            }
        }
    }
    for failures in &profile.failures.robots {
        for (what, estimate) in [("count", failures.count.mean), ("any", failures.any)] {
            let name = format!("{}.{what}", failures.code);
            if let Some(truth) = case.a.truth.of_name(&name) {
                tally.interval("failure code", name, (estimate.lo, estimate.hi), truth);
            }
        }
    }
    expectations::judged(&case.a.truth, &run, tally);
}

/// Counts the intervals of a run that ends at a precision.
pub fn stop(case: &Case, seed: u64, tally: &mut Tally) {
    let precision: Precision = PRECISION.parse().expect("a precision");
    let until = Until { replications: STOP_MAX, precision: Some(precision) };
    let run = study::run(&case.a.with_seed(seed, STOP_MAX), until, &Unwatched);
    let early = run.replications < STOP_MAX;
    for (name, statistics) in RUN_SHOWN {
        let summary = summary_of(&run.profiles[0].summaries, name);
        for statistic in statistics {
            count("at the stop of --precision 5%", (summary, statistic), &case.a.truth, tally);
            if early {
                count("at an early stop of --precision 5%", (summary, statistic), &case.a.truth, tally);
            }
        }
    }
}

/// The kind of interval of a statistic; none of what has no interval.
pub fn kind(metric: &Metric, statistic: &str) -> Option<&'static str> {
    match (metric.kind, statistic) {
        (_, "sd" | "min" | "max") => None,
        (Kind::Ratio, _) => Some("ratio"),
        (Kind::Event, _) | (_, "p_never") => Some("proportion"),
        (_, "mean") if is_time(metric) => Some("mean of times"),
        (_, "mean") => Some("mean of counts"),
        _ => Some("quantile"),
    }
}

/// Whether a metric is a time, or a sum of times.
pub fn is_time(metric: &Metric) -> bool {
    ["s", "robot s"].contains(&metric.unit())
}

fn count(kind: &'static str, (summary, statistic): (&MetricSummary, &str), truth: &Truth, tally: &mut Tally) {
    let estimate = summary.get(statistic);
    let name = study::statistic_name(summary.metric.name, statistic);
    tally.interval(kind, name, (estimate.lo, estimate.hi), truth.get(summary.metric, statistic));
}
