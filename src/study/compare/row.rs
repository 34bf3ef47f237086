//! The difference of one statistic of one metric, from the values of both sides by replication.

use std::sync::{Arc, OnceLock};

use crate::stats::{
    self, Contrast, MeanContrast, MeanSide, ProportionContrast, QuantileContrast, Support,
};
use crate::study::limit::Reach;
use crate::study::metric::{Kind, Metric};
use crate::study::summary::QUANTILES;

/// The statistics of metrics of a kind that are compared.
pub fn compared_statistics(kind: Kind) -> Vec<&'static str> {
    let quantiles = QUANTILES.iter().map(|(name, _)| *name);
    match kind {
        Kind::Number => std::iter::once("mean").chain(quantiles).collect(),
        Kind::Time => quantiles.chain(["p_never"]).collect(),
        Kind::Event => vec![""],
        Kind::Ratio => vec!["mean"],
    }
}

/// What both sides have of a statistic, and their difference.
#[derive(Clone, Debug)]
pub(in crate::study) struct Both {
    pub(in crate::study) metric: &'static Metric,
    pub(in crate::study) statistic: &'static str,
    /// Infinite for the quantile of a time that never comes; NaN for a ratio of nothing.
    pub(in crate::study) a: f64,
    pub(in crate::study) b: f64,
    /// None where one of the two has no value.
    pub(in crate::study) difference: Option<Contrast>,
}

impl Both {
    pub(in crate::study) fn of(
        metric: &'static Metric,
        statistic: &'static str,
        [a, b]: [f64; 2],
        difference: Option<Contrast>,
    ) -> Both {
        Both {
            metric,
            statistic,
            a,
            b,
            difference,
        }
    }

    /// The p-value of no difference beyond a margin.
    pub(in crate::study) fn p_value(&self, margin: f64) -> Option<f64> {
        Some(self.difference.as_ref()?.least_error_beyond(margin))
    }
}

/// Whether both sides use the same random numbers, replication by replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    Shared,
    Own,
}

/// The values of a metric by replication, on both sides.
pub(in crate::study) struct SideColumns {
    metric: &'static Metric,
    /// By side, a column for each of the [`Metric::parts`].
    sides: [Vec<Vec<f64>>; 2],
    luck: Luck,
    /// What can come of either side.
    reach: [Reach; 2],
    sorted: OnceLock<[Arc<[f64]>; 2]>,
}

impl SideColumns {
    pub(in crate::study) fn new(
        metric: &'static Metric,
        sides: [Vec<Vec<f64>>; 2],
        luck: Luck,
        reach: [Reach; 2],
    ) -> SideColumns {
        SideColumns {
            metric,
            sides,
            luck,
            reach,
            sorted: OnceLock::new(),
        }
    }

    /// Compares every statistic over one or more replications.
    pub(in crate::study) fn compared(&self) -> Vec<Both> {
        let statistics = compared_statistics(self.metric.kind).into_iter();
        let is_nan = self
            .values()
            .into_iter()
            .flatten()
            .any(|value| value.is_nan());
        if self.metric.kind != Kind::Number || !is_nan {
            return statistics
                .map(|statistic| self.statistic(statistic))
                .collect();
        }
        let [a, b] = self.with_values();
        if a.is_empty() || b.is_empty() {
            let (metric, nothing) = (self.metric, f64::NAN);
            return statistics
                .map(|statistic| Both::of(metric, statistic, [nothing; 2], None))
                .collect();
        }
        SideColumns::new(self.metric, [vec![a], vec![b]], self.luck, self.reach).compared()
    }

    fn statistic(&self, statistic: &'static str) -> Both {
        let ([a, b], difference) = match (self.metric.kind, statistic) {
            (Kind::Event, _) => self.proportions(|value| value == 1.0),
            (_, "p_never") => self.proportions(f64::is_infinite),
            (Kind::Ratio, _) => self.ratios(),
            (_, "mean") => self.means(),
            _ => self.quantiles(statistic),
        };
        Both::of(self.metric, statistic, [a, b], difference)
    }

    fn values(&self) -> [&[f64]; 2] {
        self.sides.each_ref().map(|side| side[0].as_slice())
    }

    /// The values of the replications that have one: on both sides, if they use the same random numbers.
    fn with_values(&self) -> [Vec<f64>; 2] {
        let [a, b] = self.values();
        match self.luck {
            Luck::Own => [a, b].map(|side| {
                let had = side.iter().copied().filter(|value| !value.is_nan());
                had.collect()
            }),
            Luck::Shared => {
                let pairs = a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
                pairs.unzip::<_, _, Vec<f64>, Vec<f64>>().into()
            }
        }
    }

    /// Both values and their difference, which is exact where nothing of the metric is left to chance on either side: what was seen is all
    /// there is.
    fn with_difference(
        &self,
        [a, b]: [f64; 2],
        difference: impl FnOnce() -> Option<Contrast>,
    ) -> ([f64; 2], Option<Contrast>) {
        let mut supports = self.reach.iter().map(|reach| reach.support(self.metric));
        let difference = match supports.all(|support| support == Support::Certain) {
            true => Some(b - a).filter(|d| d.is_finite()).map(Contrast::Exact),
            false => difference(),
        };
        ([a, b], difference)
    }

    fn means(&self) -> ([f64; 2], Option<Contrast>) {
        let values = self.values();
        let means = values.map(|values| stats::Moments::of(values).expect(NO_REPLICATIONS).mean);
        if values
            .into_iter()
            .flatten()
            .any(|value| value.is_infinite())
        {
            // What does not end in some replications has no mean, and no difference of means.
            return (means, None);
        }
        self.with_difference(means, || {
            let supports = self.reach.map(|reach| reach.support(self.metric));
            Some(Contrast::Means(self.mean_contrast(values, supports)))
        })
    }

    fn ratios(&self) -> ([f64; 2], Option<Contrast>) {
        let parts = self
            .sides
            .each_ref()
            .map(|side| [side[0].as_slice(), side[1].as_slice()]);
        let ratios =
            parts.map(|[above, below]| stats::ratio_of_totals(above, below).unwrap_or(f64::NAN));
        self.with_difference(ratios, || {
            let (of_a, support_a) = self.reach[0].linear_ratio(parts[0])?;
            let (of_b, support_b) = self.reach[1].linear_ratio(parts[1])?;
            let contrast = self.mean_contrast([&of_a, &of_b], [support_a, support_b]);
            Some(Contrast::Means(contrast.possible(-1.0, 1.0)))
        })
    }

    fn mean_contrast(&self, values: [&[f64]; 2], supports: [Support; 2]) -> MeanContrast {
        let [a, b] = [0, 1].map(|side| MeanSide {
            values: values[side],
            support: supports[side],
        });
        match self.luck {
            Luck::Shared => MeanContrast::paired(a, b),
            Luck::Own => MeanContrast::own(a, b),
        }
    }

    fn proportions(&self, event: impl Fn(f64) -> bool) -> ([f64; 2], Option<Contrast>) {
        let [a, b] = self.values();
        let [hits_a, hits_b] = [a, b].map(|side| count(side.iter().map(|value| event(*value))));
        let (n_a, n_b) = (a.len() as u64, b.len() as u64);
        let shares = [hits_a as f64 / n_a as f64, hits_b as f64 / n_b as f64];
        self.with_difference(shares, || {
            let pairs = a.iter().zip(b).map(|(a, b)| [event(*a), event(*b)]);
            let contrast = match self.luck {
                Luck::Shared => ProportionContrast::paired(
                    count(pairs.clone().map(|pair| pair == [true, false])),
                    count(pairs.map(|pair| pair == [false, true])),
                    n_a,
                ),
                Luck::Own => ProportionContrast::own((hits_a, n_a), (hits_b, n_b)),
            };
            Some(Contrast::Proportions(contrast.expect(NO_REPLICATIONS)))
        })
    }

    fn quantiles(&self, statistic: &str) -> ([f64; 2], Option<Contrast>) {
        let mut quantiles = QUANTILES.iter();
        let (_, q) = quantiles
            .find(|(name, _)| *name == statistic)
            .expect("a bug: a quantile without a name");
        let sorted = self.sorted.get_or_init(|| {
            self.values().map(|values| {
                let mut sorted = values.to_vec();
                stats::sort_total(&mut sorted);
                sorted.into()
            })
        });
        let values = sorted
            .each_ref()
            .map(|sorted| stats::quantile(sorted, *q).expect(NO_REPLICATIONS));
        self.with_difference(values, || {
            let [a, b] = sorted.each_ref().map(Arc::clone);
            QuantileContrast::of(a, b, *q).map(Contrast::Quantiles)
        })
    }
}

const NO_REPLICATIONS: &str = "a bug: a comparison of no replications";

fn count(events: impl Iterator<Item = bool>) -> u64 {
    events.filter(|happens| *happens).count() as u64
}
