//! Which of many settings has the greater statistic, from replications in which all of them use the same random numbers.
//!
//! What a setting came to is kept by replication, so that any two can be compared by the rules for differences: means and proportions by
//! their pairs, quantiles by the order statistics of both sides.

use std::sync::Arc;

use super::contrast::{
    Contrast, MeanContrast, MeanSide, ProportionContrast, RankTable, least_error,
};
use super::mean::Support;
use super::quantile::sort_total;

/// What one statistic of a setting came to.
#[derive(Clone, Debug)]
pub enum Sampled {
    /// By replication, with what it can be.
    Mean { values: Vec<f64>, support: Support },
    /// The values that an interval of the quantile may end at, in ascending order.
    Quantile {
        near: Vec<f64>,
        ranks: Arc<RankTable>,
    },
    /// Whether it happened, by replication.
    Proportion(Vec<bool>),
}

impl Sampled {
    /// The quantile of values whose ranks are those of the table.
    pub fn quantile(values: &[f64], ranks: &Arc<RankTable>) -> Sampled {
        let mut sorted = values.to_vec();
        sort_total(&mut sorted);
        Sampled::Quantile {
            near: sorted[ranks.places()].to_vec(),
            ranks: Arc::clone(ranks),
        }
    }

    /// The least error with which it is said to be above another; 1 where nothing says so, `None` where the two do not differ in any
    /// replication.
    ///
    /// # Panics
    ///
    /// If the other is another statistic, or of other replications.
    #[must_use]
    pub fn p_above(&self, other: &Sampled) -> Option<f64> {
        match (self, other) {
            (
                Sampled::Mean { values, support },
                Sampled::Mean {
                    values: others,
                    support: of_others,
                },
            ) => {
                let differs = values != others;
                // A time that never comes has no mean, nor has a ratio of nothing.
                let has_mean = values.len() == others.len()
                    && values.iter().chain(others).all(|value| value.is_finite());
                differs.then(|| {
                    if has_mean {
                        let [a, b] =
                            [(others, of_others), (values, support)].map(|(values, support)| {
                                MeanSide {
                                    values,
                                    support: *support,
                                }
                            });
                        one_sided(&Contrast::Means(MeanContrast::paired(a, b)))
                    } else {
                        1.0
                    }
                })
            }
            (Sampled::Proportion(happened), Sampled::Proportion(others)) => {
                let [own, theirs] = [(happened, others), (others, happened)]
                    .map(|(a, b)| a.iter().zip(b).filter(|(a, b)| **a && !**b).count() as u64);
                (own + theirs > 0).then(|| {
                    let contrast = ProportionContrast::paired(theirs, own, happened.len() as u64);
                    contrast.map_or(1.0, |contrast| one_sided(&Contrast::Proportions(contrast)))
                })
            }
            (Sampled::Quantile { near, ranks }, Sampled::Quantile { near: others, .. }) => {
                (near != others).then(|| {
                    least_error(|error| {
                        // Each of the two ends has half the error.
                        let (lo, hi) = ranks.places_of_ends(error / 2.0);
                        lo.zip(hi).is_some_and(|(lo, hi)| near[lo] > others[hi])
                    })
                })
            }
            _ => panic!("a bug: a statistic is compared with another one"),
        }
    }
}

/// The least one-sided error with which a difference is said to be above 0.
fn one_sided(contrast: &Contrast) -> f64 {
    if contrast.estimate() > 0.0 {
        contrast.least_error_beyond(0.0) / 2.0
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::clopper_pearson_lower;

    fn mean(values: Vec<f64>) -> Sampled {
        Sampled::Mean {
            values,
            support: Support::Within(0.0, 10.0),
        }
    }

    #[test]
    fn what_differs_in_no_replication_is_not_told_apart() {
        let ranks = Arc::new(RankTable::new(0.5, 40));
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(mean(values.clone()).p_above(&mean(values.clone())), None);
        assert_eq!(
            Sampled::quantile(&values, &ranks).p_above(&Sampled::quantile(&values, &ranks)),
            None
        );
        assert_eq!(
            Sampled::Proportion(vec![true; 9]).p_above(&Sampled::Proportion(vec![true; 9])),
            None
        );
    }

    /// A difference in all of few replications may be another one in those that were not seen.
    #[test]
    fn a_constant_difference_is_believed_from_many_replications() {
        let p = |n: usize| {
            mean(vec![3.0; n])
                .p_above(&mean(vec![2.0; n]))
                .expect("they differ")
        };
        assert!(p(20) > 0.05 && p(400) < 0.001, "{} {}", p(20), p(400));
        assert_eq!(
            mean(vec![2.0; 400]).p_above(&mean(vec![3.0; 400])),
            Some(1.0)
        );
    }

    #[test]
    fn a_proportion_is_above_by_its_pairs() {
        let happened = |k: usize| Sampled::Proportion((0..100).map(|i| i < k).collect());
        let p = happened(9).p_above(&happened(0)).expect("they differ");
        // Only one kind of pair differs: the lower end of its share is above 0 at any error, but for what the other kind may be.
        assert!(
            p < 0.05 && clopper_pearson_lower(9, 100, 1.0 - p) > 0.0,
            "{p}"
        );
        assert!(happened(1).p_above(&happened(0)).expect("they differ") > 0.05);
    }

    #[test]
    fn a_time_that_never_comes_is_above_all_others() {
        let ranks = Arc::new(RankTable::new(0.5, 60));
        let quantile = |value: f64| Sampled::quantile(&[value; 60], &ranks);
        let p = quantile(f64::INFINITY)
            .p_above(&quantile(9.0))
            .expect("they differ");
        assert!(p < 1e-6, "{p}");
        assert_eq!(quantile(9.0).p_above(&quantile(f64::INFINITY)), Some(1.0));
    }

    /// Two settings that are equally good, with common luck and luck of their own: an error of at most 5 % is claimed in no more of the
    /// samples.
    #[test]
    fn it_errs_no_more_often_than_it_says() {
        let mut state = 1u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let (n, trials) = (100, 600);
        let ranks = Arc::new(RankTable::new(0.5, n));
        let (mut of_quantiles, mut of_means) = (0, 0);
        for _ in 0..trials {
            let luck: Vec<f64> = (0..n).map(|_| uniform()).collect();
            let mut values = || {
                luck.iter()
                    .map(|luck| luck + uniform())
                    .collect::<Vec<f64>>()
            };
            let (a, b) = (values(), values());
            of_quantiles += u32::from(
                Sampled::quantile(&a, &ranks)
                    .p_above(&Sampled::quantile(&b, &ranks))
                    .unwrap()
                    <= 0.05,
            );
            of_means += u32::from(mean(a).p_above(&mean(b)).unwrap() <= 0.05);
        }
        assert!(
            of_quantiles <= 30 && of_means <= 40,
            "{of_quantiles} and {of_means} of {trials}"
        );
    }
}
