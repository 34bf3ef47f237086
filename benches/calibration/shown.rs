//! The intervals that a run shows, and those at which it stops.

use rollcast::sim::Outcome;
use rollcast::stats;
use rollcast::study::{self, Kind, Metric, MetricSummary, Precision, RUN_SHOWN, summary_of};

use crate::cases::{Side, Truth};
use crate::expectations::Judges;
use crate::tally::Tally;

/// The precision at which studies stop, and the replications they have at most.
const PRECISION: &str = "5%";
pub const STOP_MAX: u64 = 512;

/// Counts the intervals of a run, and what its expectations come to.
pub fn run(side: &Side, judges: &Judges, sample: &[Outcome], tally: &mut Tally) {
    let summaries = study::summarize(sample.iter(), &side.reach);
    for summary in &summaries {
        for (statistic, _) in &summary.estimates {
            if let Some(kind) = kind(summary.metric, statistic) {
                count(kind, (summary, statistic), &side.truth, tally);
            }
        }
    }
    for failures in &study::failure_counts(sample, &side.reach).robots {
        for (what, estimate) in [("count", failures.count.mean), ("any", failures.any)] {
            let name = format!("{}.{what}", failures.code);
            if let Some(truth) = side.truth.of_name(&name) {
                tally.interval("failure code", name, (estimate.lo, estimate.hi), truth);
            }
        }
    }
    judges.judge(sample, tally);
}

/// Counts the intervals of a run that ends at a precision, looked at when `run --precision` does.
pub fn stop(side: &Side, sample: &[Outcome], tally: &mut Tally) {
    let precision: Precision = PRECISION.parse().expect("a precision");
    let summaries = |n: u64| study::summarize(sample[..n as usize].iter(), &side.reach);
    let mut early = stats::checkpoints(STOP_MAX)
        .filter(|n| *n < STOP_MAX)
        .map(summaries);
    let stopped = early.find(|summaries| precision.missed(&RUN_SHOWN, summaries).next().is_none());
    let is_early = stopped.is_some();
    let summaries = stopped.unwrap_or_else(|| summaries(STOP_MAX));
    for (name, statistics) in RUN_SHOWN {
        let summary = summary_of(&summaries, name);
        for statistic in statistics {
            count(
                "at the stop of --precision 5%",
                (summary, statistic),
                &side.truth,
                tally,
            );
            if is_early {
                count(
                    "at an early stop of --precision 5%",
                    (summary, statistic),
                    &side.truth,
                    tally,
                );
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

fn count(
    kind: &'static str,
    (summary, statistic): (&MetricSummary, &str),
    truth: &Truth,
    tally: &mut Tally,
) {
    let estimate = summary.get(statistic);
    let name = study::statistic_name(summary.metric.name, statistic);
    tally.interval(
        kind,
        name,
        (estimate.lo, estimate.hi),
        truth.get(summary.metric, statistic),
    );
}
