//! Measures: one number of a profile over replications, such as `bad: broken_count.mean` or `p(threshold_reached)`.

use std::sync::Arc;

use crate::scenario::BASE;
use crate::stats::{self, MeanSample, RankTable, Sampled, Support};
use crate::study::limit::{Bound, Columns, Op, Reach, Unit};
use crate::study::metric::{Kind, METRICS, Metric};

/// What is measured of a metric over replications.
#[derive(Clone, Debug, PartialEq)]
pub enum Statistic {
    /// Of a ratio, the ratio of the means.
    Mean,
    Quantile(f64),
    /// The share of replications in which it happens.
    Probability(Happening),
}

/// What happens in a replication or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// An event.
    Event,
    /// A time never comes.
    Never,
    /// A number is on one side of a value.
    Beyond(Op, Bound),
}

impl Happening {
    /// Whether it happens where the metric has this value, in a fleet of `n` robots.
    pub(in crate::study) fn happens(&self, value: f64, n: u32) -> bool {
        match self {
            Happening::Event => value == 1.0,
            Happening::Never => value.is_infinite(),
            Happening::Beyond(op, bound) => op.allows(value, bound.of(n)),
        }
    }
}

/// A statistic of a metric under a profile.
#[derive(Clone, Debug)]
pub struct Measure {
    pub profile: String,
    pub metric: &'static Metric,
    pub statistic: Statistic,
    /// As it is written, without the profile.
    pub written: String,
}

impl PartialEq for Measure {
    fn eq(&self, other: &Measure) -> bool {
        (&self.profile, self.metric.name, &self.statistic)
            == (&other.profile, other.metric.name, &other.statistic)
    }
}

impl Measure {
    /// A measure that the program itself is interested in.
    pub fn known(profile: &str, metric: &str, statistic: Statistic) -> Measure {
        let metric = Metric::named(metric);
        let written = match &statistic {
            Statistic::Mean => format!("{}.mean", metric.name),
            Statistic::Quantile(q) => format!("{}.p{:02}", metric.name, (100.0 * q).round()),
            Statistic::Probability(Happening::Event) => format!("p({})", metric.name),
            Statistic::Probability(_) => format!("p({} ...)", metric.name),
        };
        Measure {
            profile: profile.to_owned(),
            metric,
            statistic,
            written,
        }
    }

    /// Its name, with the profile if that is not the base.
    pub fn name(&self) -> String {
        if self.profile == BASE {
            self.written.clone()
        } else {
            format!("{}: {}", self.profile, self.written)
        }
    }

    /// Whether it is a share of replications, whose precision is in points.
    pub fn is_proportion(&self) -> bool {
        matches!(self.statistic, Statistic::Probability(_))
    }

    /// What it is counted in.
    pub fn unit(&self) -> Unit {
        match self.statistic {
            Statistic::Probability(_) => Unit::Share,
            _ => Unit::of(self.metric),
        }
    }

    /// The metrics that it is computed from.
    pub fn metrics(&self) -> Vec<&'static Metric> {
        match self.metric.kind {
            Kind::Ratio => ratio_of(self.metric).to_vec(),
            _ => vec![self.metric],
        }
    }

    /// The number of replications in which it happens, of a probability.
    pub(super) fn hits(&self, happening: &Happening, values: &[f64], n: u32) -> usize {
        values
            .iter()
            .filter(|value| happening.happens(**value, n))
            .count()
    }

    /// Its value over all replications; NaN for a ratio of nothing.
    pub fn value(&self, columns: &Columns, n: u32) -> f64 {
        match (&self.statistic, self.metric.kind) {
            (Statistic::Mean, Kind::Ratio) => self.ratio(columns),
            (Statistic::Mean, _) => columns.of(self.metric).moments().mean,
            (Statistic::Quantile(q), _) => stats::quantile(columns.of(self.metric).sorted(), *q)
                .expect("there are replications"),
            (Statistic::Probability(happening), _) => {
                let values = columns.of(self.metric).values;
                self.hits(happening, values, n) as f64 / values.len() as f64
            }
        }
    }

    /// The ratio of the means that it is; NaN for a ratio of nothing.
    fn ratio(&self, columns: &Columns) -> f64 {
        let [above, below] = ratio_of(self.metric).map(|metric| columns.of(metric).values);
        stats::ratio_of_totals(above, below).unwrap_or(f64::NAN)
    }

    /// What the interval of the mean that it is depends on, with what its values can be and where the mean itself must lie; `None` where there
    /// are too few replications, or of a ratio of nothing.
    pub(in crate::study) fn mean_sample(
        &self,
        columns: &Columns,
        reach: &Reach,
    ) -> Option<(MeanSample, Support, (f64, f64))> {
        match self.metric.kind {
            Kind::Ratio => {
                let (values, support) = self.linear_ratio(columns, reach)?;
                Some((MeanSample::of(&values)?, support, (0.0, 1.0)))
            }
            _ => {
                let sample = MeanSample::of(columns.of(self.metric).values)?;
                Some((
                    sample,
                    reach.support(self.metric),
                    (f64::NEG_INFINITY, f64::INFINITY),
                ))
            }
        }
    }

    /// What tells it apart from that of other settings with the same random numbers; `ranks` are those of a quantile.
    pub fn sampled(
        &self,
        columns: &Columns,
        reach: &Reach,
        ranks: Option<&Arc<RankTable>>,
    ) -> Sampled {
        match (&self.statistic, self.metric.kind) {
            (Statistic::Mean, Kind::Ratio) => {
                let (values, support) = self
                    .linear_ratio(columns, reach)
                    .unwrap_or((Vec::new(), Support::Certain));
                Sampled::Mean { values, support }
            }
            (Statistic::Mean, _) => {
                let values = columns.of(self.metric).values.to_vec();
                Sampled::Mean {
                    values,
                    support: reach.support(self.metric),
                }
            }
            (Statistic::Quantile(_), _) => Sampled::quantile(
                columns.of(self.metric).values,
                ranks.expect("a bug: a quantile without ranks"),
            ),
            (Statistic::Probability(happening), _) => {
                let happens = |value: &f64| happening.happens(*value, reach.robots());
                Sampled::Proportion(columns.of(self.metric).values.iter().map(happens).collect())
            }
        }
    }

    /// The ranks of its quantile among `replications` replications.
    pub fn ranks(&self, replications: usize) -> Option<Arc<RankTable>> {
        match self.statistic {
            Statistic::Quantile(q) => Some(Arc::new(RankTable::new(q, replications))),
            _ => None,
        }
    }

    /// What each replication adds to the ratio that it is, with what that can be; `None` for a ratio of nothing.
    fn linear_ratio(&self, columns: &Columns, reach: &Reach) -> Option<(Vec<f64>, Support)> {
        let [above, below] = ratio_of(self.metric).map(|metric| columns.of(metric).values);
        let (values, support) = stats::linear_ratio(above, below, f64::from(reach.robots()))?;
        Some((
            values,
            if reach.is_certain() {
                Support::Certain
            } else {
                support
            },
        ))
    }
}

/// The two metrics whose means a ratio is of.
fn ratio_of(metric: &Metric) -> [&'static Metric; 2] {
    match metric.name {
        "success_rate_started" => ["updated_count", "started_count"].map(Metric::named),
        name => panic!("a bug: {name} is a ratio of what?"),
    }
}

/// The names of metrics, for messages.
pub(super) fn metric_names() -> Vec<&'static str> {
    METRICS.iter().map(|metric| metric.name).collect()
}
