//! The difference of one statistic of one metric, from the values of both sides by replication.

use std::sync::{Arc, OnceLock};

use crate::stats::{
    self, Contrast, MeanContrast, MeanSide, ProportionContrast, QuantileContrast, Support,
};
use crate::study::limit::Reach;
use crate::study::metric::{Kind, Metric};
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

/// What both sides have, and their difference.
#[derive(Clone, Debug)]
pub(in crate::study) struct Both {
    /// Infinite for the quantile of a time that never comes; NaN for a ratio of nothing.
    pub(in crate::study) a: f64,
    pub(in crate::study) b: f64,
    /// None where one of the two has no value.
    pub(in crate::study) difference: Option<Contrast>,
}

/// Whether both sides use the same random numbers, replication by replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    Shared,
    Own,
}

/// The values of a metric by replication, on both sides.
pub(in crate::study) struct Columns<'a> {
    metric: &'static Metric,
    a: &'a [f64],
    b: &'a [f64],
    /// Robots updated and robots started, on both sides: what a ratio is of; empty for other kinds.
    ratio: [[&'a [f64]; 2]; 2],
    luck: Luck,
    /// What can come of either side.
    reach: [Reach; 2],
    sorted: OnceLock<[Arc<[f64]>; 2]>,
}

impl<'a> Columns<'a> {
    pub(in crate::study) fn new(
        metric: &'static Metric,
        a: &'a [f64],
        b: &'a [f64],
        luck: Luck,
        reach: [Reach; 2],
    ) -> Columns<'a> {
        Columns {
            metric,
            a,
            b,
            ratio: [[&[]; 2]; 2],
            luck,
            reach,
            sorted: OnceLock::new(),
        }
    }

    /// Of a ratio, with robots updated and robots started on both sides.
    pub(in crate::study) fn of_ratio(
        metric: &'static Metric,
        ratio: [[&'a [f64]; 2]; 2],
        luck: Luck,
        reach: [Reach; 2],
    ) -> Columns<'a> {
        Columns {
            ratio,
            ..Columns::new(metric, &[], &[], luck, reach)
        }
    }

    /// Compares one statistic over one or more replications.
    pub(in crate::study) fn compared(&self, statistic: &str) -> Both {
        if self.metric.kind == Kind::Number
            && self.a.iter().chain(self.b).any(|value| value.is_nan())
        {
            let [a, b] = self.with_values();
            return match a.is_empty() || b.is_empty() {
                true => Both {
                    a: f64::NAN,
                    b: f64::NAN,
                    difference: None,
                },
                false => {
                    Columns::new(self.metric, &a, &b, self.luck, self.reach).compared(statistic)
                }
            };
        }
        match (self.metric.kind, statistic) {
            (Kind::Event, _) => self.proportions(|value| value == 1.0),
            (_, "p_never") => self.proportions(f64::is_infinite),
            (Kind::Ratio, _) => self.ratios(),
            (_, "mean") => self.means(),
            _ => self.quantiles(statistic),
        }
    }

    /// The values of the replications that have one: on both sides, if they use the same random numbers.
    fn with_values(&self) -> [Vec<f64>; 2] {
        match self.luck {
            Luck::Own => [self.a, self.b].map(|side| {
                side.iter()
                    .copied()
                    .filter(|value| !value.is_nan())
                    .collect()
            }),
            Luck::Shared => {
                let pairs = self
                    .a
                    .iter()
                    .zip(self.b)
                    .filter(|(a, b)| !a.is_nan() && !b.is_nan());
                pairs.unzip::<_, _, Vec<f64>, Vec<f64>>().into()
            }
        }
    }

    /// Whether nothing of the metric is left to chance on either side: what was seen is all there is.
    fn is_certain(&self) -> bool {
        self.reach
            .iter()
            .all(|reach| reach.support(self.metric) == Support::Certain)
    }

    /// Both values and their difference, which is exact where nothing is left to chance.
    fn both(&self, a: f64, b: f64, difference: impl FnOnce() -> Option<Contrast>) -> Both {
        let difference = if self.is_certain() {
            Some(b - a).filter(|d| d.is_finite()).map(Contrast::Exact)
        } else {
            difference()
        };
        Both { a, b, difference }
    }

    fn means(&self) -> Both {
        let mean = |values| {
            stats::Moments::of(values)
                .expect("a study has replications")
                .mean
        };
        let side = |values, reach: &Reach| MeanSide {
            values,
            support: reach.support(self.metric),
        };
        let (a, b) = (side(self.a, &self.reach[0]), side(self.b, &self.reach[1]));
        if self.a.iter().chain(self.b).any(|value| value.is_infinite()) {
            // What does not end in some replications has no mean, and no difference of means.
            return Both {
                a: mean(self.a),
                b: mean(self.b),
                difference: None,
            };
        }
        self.both(mean(self.a), mean(self.b), || {
            Some(Contrast::Means(mean_contrast(self.luck, a, b)))
        })
    }

    fn ratios(&self) -> Both {
        let ratio = |[above, below]: [&[f64]; 2]| stats::ratio_of_totals(above, below);
        let [a, b] = self.ratio.map(ratio);
        self.both(a.unwrap_or(f64::NAN), b.unwrap_or(f64::NAN), || {
            let side = |which: usize| {
                let [above, below] = self.ratio[which];
                let (values, support) =
                    stats::linear_ratio(above, below, f64::from(self.reach[which].robots()))?;
                Some((
                    values,
                    if self.reach[which].is_certain() {
                        Support::Certain
                    } else {
                        support
                    },
                ))
            };
            let ((of_a, support_a), (of_b, support_b)) = (side(0)?, side(1)?);
            let (a, b) = (
                MeanSide {
                    values: &of_a,
                    support: support_a,
                },
                MeanSide {
                    values: &of_b,
                    support: support_b,
                },
            );
            Some(Contrast::Means(
                mean_contrast(self.luck, a, b).possible(-1.0, 1.0),
            ))
        })
    }

    fn proportions(&self, event: impl Fn(f64) -> bool) -> Both {
        let hits = |values: &[f64]| values.iter().filter(|value| event(**value)).count() as u64;
        let only = |one: &[f64], other: &[f64]| {
            one.iter()
                .zip(other)
                .filter(|(x, y)| event(**x) && !event(**y))
                .count() as u64
        };
        let (n_a, n_b) = (self.a.len() as u64, self.b.len() as u64);
        let (hits_a, hits_b) = (hits(self.a), hits(self.b));
        self.both(
            hits_a as f64 / n_a as f64,
            hits_b as f64 / n_b as f64,
            || {
                let contrast = match self.luck {
                    Luck::Shared => {
                        ProportionContrast::paired(only(self.a, self.b), only(self.b, self.a), n_a)
                    }
                    Luck::Own => ProportionContrast::own((hits_a, n_a), (hits_b, n_b)),
                };
                Some(Contrast::Proportions(
                    contrast.expect("a study has replications"),
                ))
            },
        )
    }

    fn quantiles(&self, statistic: &str) -> Both {
        let q = QUANTILES
            .iter()
            .find(|(name, _)| *name == statistic)
            .expect("a bug: a quantile has a name")
            .1;
        let [sorted_a, sorted_b] = self.sorted.get_or_init(|| {
            [self.a, self.b].map(|values| {
                let mut sorted = values.to_vec();
                stats::sort_total(&mut sorted);
                sorted.into()
            })
        });
        let quantile =
            |sorted: &[f64]| stats::quantile(sorted, q).expect("a study has replications");
        self.both(quantile(sorted_a), quantile(sorted_b), || {
            QuantileContrast::of(Arc::clone(sorted_a), Arc::clone(sorted_b), q)
                .map(Contrast::Quantiles)
        })
    }
}

fn mean_contrast(luck: Luck, a: MeanSide, b: MeanSide) -> MeanContrast {
    match luck {
        Luck::Shared => MeanContrast::paired(a, b),
        Luck::Own => MeanContrast::own(a, b),
    }
}
