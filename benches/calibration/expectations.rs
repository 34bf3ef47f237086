//! Expectations whose bounds are the truth: what passes should not, and what fails should not.

use rollcast::scenario::BASE;
use rollcast::sim::Outcome;
use rollcast::study::expect::EXPECT_CONFIDENCE;
use rollcast::study::limit::{
    Bound, Columns, Happening, Judge, Limit, Measure, Op, Reach, Statistic, Verdict,
};
use rollcast::study::{self, Kind, METRICS, Metric};

use crate::cases::Truth;
use crate::tally::Tally;

/// By how much a bound misses the truth, as a share of it.
const NEARLY: f64 = 1e-9;

/// The quantiles that are expected.
const QUANTILES: [(&str, f64); 3] = [("p05", 0.05), ("p50", 0.5), ("p95", 0.95)];

/// A limit at the truth, or so near to it that a verdict is false.
struct Case {
    limit: Limit,
    false_verdict: Verdict,
    kind: &'static str,
    name: String,
}

/// The limits on every metric that varies.
pub struct Cases(Vec<Case>);

impl Cases {
    /// The probability that the threshold is reached is known exactly, and then no replication has a say; here it is judged as other
    /// events are.
    pub fn at(truth: &Truth) -> Cases {
        let mut cases = Vec::new();
        for metric in METRICS.iter().filter(|metric| !truth.is_constant(metric)) {
            for (name, statistic) in statistics(metric) {
                let value = truth.get(metric, name);
                if value.is_finite() {
                    cases.extend(about(metric, (name, statistic), value));
                }
            }
        }
        Cases(cases)
    }

    /// Ready for samples of so many replications.
    pub fn judges(&self, reach: Reach, n: u64) -> Judges<'_> {
        let ready = self.0.iter().map(|case| {
            (
                case,
                Judge::new(&case.limit, reach, n as usize, EXPECT_CONFIDENCE),
            )
        });
        Judges(ready.collect())
    }
}

/// The limits at which a verdict is false: one a hair below the value, and one a hair above it, on either side.
fn about(metric: &'static Metric, (name, statistic): (&str, Statistic), value: f64) -> Vec<Case> {
    let away = NEARLY * value.abs().max(NEARLY);
    let (held, broken) = (Verdict::Held, Verdict::Broken);
    let all = [
        (Op::AtMost, value - away, held),
        (Op::AtMost, value + away, broken),
        (Op::AtLeast, value - away, broken),
        (Op::AtLeast, value + away, held),
    ];
    let case = |(op, bound, false_verdict): (Op, f64, Verdict)| {
        let measure = Measure::known(BASE, metric.name, statistic.clone());
        Case {
            limit: Limit {
                text: String::new(),
                measure,
                op,
                bound: Bound::Number(bound),
            },
            false_verdict,
            kind: verdict_name(&statistic, metric, false_verdict),
            name: format!("{} {}", study::statistic_name(metric.name, name), op.sign()),
        }
    };
    all.into_iter().map(case).collect()
}

/// Limits ready to be applied to samples of one size.
pub struct Judges<'c>(Vec<(&'c Case, Judge<'c>)>);

impl Judges<'_> {
    /// Counts the false verdicts on a sample.
    pub fn judge(&self, sample: &[Outcome], tally: &mut Tally) {
        let of = |metric: &&Metric| {
            sample
                .iter()
                .map(|outcome| (metric.value)(outcome))
                .collect()
        };
        let same = |(a, _): &(&Case, Judge), (b, _): &(&Case, Judge)| {
            a.limit.measure.metric.name == b.limit.measure.metric.name
        };
        for of_metric in self.0.chunk_by(same) {
            let metrics: Vec<&'static Metric> = of_metric[0].0.limit.measure.metrics();
            let values: Vec<Vec<f64>> = metrics.iter().map(of).collect();
            let columns = Columns::new(&metrics, &values);
            for (case, judge) in of_metric {
                tally.verdict(
                    case.kind,
                    case.name.clone(),
                    judge.assess(&columns).verdict == case.false_verdict,
                );
            }
        }
    }
}

fn verdict_name(statistic: &Statistic, metric: &Metric, verdict: Verdict) -> &'static str {
    match (statistic, verdict) {
        (Statistic::Mean, Verdict::Held) if metric.kind == Kind::Ratio => "pass of a ratio",
        (Statistic::Mean, _) if metric.kind == Kind::Ratio => "fail of a ratio",
        (Statistic::Mean, Verdict::Held) => "pass of a mean",
        (Statistic::Mean, _) => "fail of a mean",
        (Statistic::Quantile(_), Verdict::Held) => "pass of a quantile",
        (Statistic::Quantile(_), _) => "fail of a quantile",
        (Statistic::Probability(_), Verdict::Held) => "pass of a probability",
        (Statistic::Probability(_), _) => "fail of a probability",
    }
}

/// The statistics that are expected of a metric, with their names in outputs.
fn statistics(metric: &Metric) -> Vec<(&'static str, Statistic)> {
    let quantiles = QUANTILES.map(|(name, q)| (name, Statistic::Quantile(q)));
    match metric.kind {
        Kind::Event => vec![("", Statistic::Probability(Happening::Event))],
        Kind::Ratio => vec![("mean", Statistic::Mean)],
        Kind::Number => std::iter::once(("mean", Statistic::Mean))
            .chain(quantiles)
            .collect(),
        Kind::Time => quantiles
            .into_iter()
            .chain([("p_never", Statistic::Probability(Happening::Never))])
            .collect(),
    }
}
