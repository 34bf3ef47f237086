//! Expectations whose bounds are the truth: what passes should not, and what fails should not.

use rollcast::scenario::BASE;
use rollcast::study::expect::{Evidence, Judged, judge};
use rollcast::study::limit::{Bound, Happening, Limit, Measure, Op, Statistic};
use rollcast::study::{self, Kind, METRICS, Metric, Run, WhyNot};

use crate::cases::Truth;
use crate::tally::Tally;

/// By how much a bound misses the truth, as a share of it.
const NEARLY: f64 = 1e-9;

/// The quantiles that are expected.
const QUANTILES: [(&str, f64); 3] = [("p05", 0.05), ("p50", 0.5), ("p95", 0.95)];

/// Counts the false verdicts on every metric that varies.
///
/// The probability that the threshold is reached is known exactly, and then no replication has a say; here it is judged as other
/// events are.
pub fn judged(truth: &Truth, run: &Run, tally: &mut Tally) {
    let evidence: Vec<Evidence> = run.evidence();
    let unknown = Err(WhyNot::OneReplication);
    let evidence: Vec<Evidence> =
        evidence.into_iter().map(|evidence| Evidence { threshold_reached: &unknown, ..evidence }).collect();
    for metric in METRICS.iter().filter(|metric| !truth.is_constant(metric)) {
        for (name, statistic) in statistics(metric) {
            let value = truth.get(metric, name);
            if !value.is_finite() {
                continue;
            }
            let away = NEARLY * value.abs().max(NEARLY);
            // The verdict that is false at a bound below the truth, and at one above it.
            for (op, below, above) in [(Op::AtMost, Judged::Pass, Judged::Fail), (Op::AtLeast, Judged::Fail, Judged::Pass)] {
                for (bound, false_here) in [(value - away, below), (value + away, above)] {
                    let judged = judge(&[limit(metric, &statistic, op, bound)], &evidence)[0].judged;
                    let kind = format!("{} {}", study::statistic_name(metric.name, name), op.sign());
                    tally.verdict(verdict_name(&statistic, metric, false_here), kind, judged == false_here);
                }
            }
        }
    }
}

fn verdict_name(statistic: &Statistic, metric: &Metric, verdict: Judged) -> &'static str {
    match (statistic, verdict) {
        (Statistic::Mean, Judged::Pass) if metric.kind == Kind::Ratio => "pass of a ratio",
        (Statistic::Mean, _) if metric.kind == Kind::Ratio => "fail of a ratio",
        (Statistic::Mean, Judged::Pass) => "pass of a mean",
        (Statistic::Mean, _) => "fail of a mean",
        (Statistic::Quantile(_), Judged::Pass) => "pass of a quantile",
        (Statistic::Quantile(_), _) => "fail of a quantile",
        (Statistic::Probability(_), Judged::Pass) => "pass of a probability",
        (Statistic::Probability(_), _) => "fail of a probability",
    }
}

/// The statistics that are expected of a metric, with their names in outputs.
fn statistics(metric: &Metric) -> Vec<(&'static str, Statistic)> {
    let quantiles = QUANTILES.map(|(name, q)| (name, Statistic::Quantile(q)));
    match metric.kind {
        Kind::Event => vec![("", Statistic::Probability(Happening::Event))],
        Kind::Ratio => vec![("mean", Statistic::Mean)],
        Kind::Number => std::iter::once(("mean", Statistic::Mean)).chain(quantiles).collect(),
        Kind::Time => quantiles.into_iter().chain([("p_never", Statistic::Probability(Happening::Never))]).collect(),
    }
}

fn limit(metric: &'static Metric, statistic: &Statistic, op: Op, bound: f64) -> Limit {
    let measure = Measure::known(BASE, metric.name, statistic.clone());
    Limit { text: String::new(), measure, op, bound: Bound::Number(bound) }
}
