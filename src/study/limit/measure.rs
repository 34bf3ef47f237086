//! Measures: one number of a profile over replications, such as `bad: broken_count.mean` or `p(threshold_reached)`.

use std::sync::Arc;

use crate::scenario::BASE;
use crate::stats::{self, MeanSample, RankTable, Sampled, Support};
use crate::study::limit::{Bound, Columns, Op, Reach, Unit};
use crate::study::metric::{Kind, Metric};

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

    /// In how many replications it happens.
    pub(in crate::study) fn hits(&self, values: &[f64], n: u32) -> usize {
        values
            .iter()
            .filter(|value| self.happens(**value, n))
            .count()
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
        self.metric.parts()
    }

    /// Its value over all replications; NaN for a ratio of nothing.
    pub fn value(&self, columns: &Columns, n: u32) -> f64 {
        match (&self.statistic, self.metric.kind) {
            (Statistic::Mean, Kind::Ratio) => {
                let [above, below] = self.ratio_parts(columns);
                stats::ratio_of_totals(above, below).unwrap_or(f64::NAN)
            }
            (Statistic::Mean, _) => columns.of(self.metric).moments().mean,
            (Statistic::Quantile(q), _) => stats::quantile(columns.of(self.metric).sorted(), *q)
                .expect("a bug: a quantile of no replications"),
            (Statistic::Probability(happening), _) => {
                let values = columns.of(self.metric).values;
                happening.hits(values, n) as f64 / values.len() as f64
            }
        }
    }

    /// The values whose means a ratio is of.
    fn ratio_parts<'a>(&self, columns: &Columns<'a>) -> [&'a [f64]; 2] {
        let parts = self.metric.parts();
        [0, 1].map(|part| columns.of(parts[part]).values)
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
                let (values, support) = reach.linear_ratio(self.ratio_parts(columns))?;
                Some((MeanSample::of(&values)?, support, (0.0, 1.0)))
            }
            _ => {
                let sample = MeanSample::of(columns.of(self.metric).values)?;
                let anything = (f64::NEG_INFINITY, f64::INFINITY);
                Some((sample, reach.support(self.metric), anything))
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
        if self.statistic == Statistic::Mean && self.metric.kind == Kind::Ratio {
            let ratio = reach.linear_ratio(self.ratio_parts(columns));
            let (values, support) = ratio.unwrap_or((Vec::new(), Support::Certain));
            return Sampled::Mean { values, support };
        }
        let values = columns.of(self.metric).values;
        match &self.statistic {
            Statistic::Mean => Sampled::Mean {
                values: values.to_vec(),
                support: reach.support(self.metric),
            },
            Statistic::Quantile(_) => {
                Sampled::quantile(values, ranks.expect("a bug: a quantile without ranks"))
            }
            Statistic::Probability(happening) => {
                let happens = values
                    .iter()
                    .map(|value| happening.happens(*value, reach.robots()));
                Sampled::Proportion(happens.collect())
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
}
