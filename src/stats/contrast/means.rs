//! Differences of means, and of ratios of means.

use super::{Told, recovered};
use crate::stats::interval::Interval;
use crate::stats::mean::{MeanInterval, MeanSample, MeanTails, Support};
use crate::stats::unseen::{Mostly, SPREAD_TELLS_FROM};

/// One side of a difference of means.
#[derive(Clone, Copy, Debug)]
pub struct MeanSide<'a> {
    /// By replication.
    pub values: &'a [f64],
    pub support: Support,
}

/// A difference of means.
///
/// ```
/// use rollcast::stats::{Contrast, MeanContrast, MeanSide, Support};
///
/// let side = |values| MeanSide {
///     values,
///     support: Support::Loose(0.0, f64::INFINITY),
/// };
/// let (a, b) = (
///     side(&[10.0, 20.0, 30.0, 40.0]),
///     side(&[11.0, 22.5, 31.0, 43.0]),
/// );
/// let interval = |contrast| Contrast::Means(contrast).at(0.05).interval().unwrap();
/// assert!(interval(MeanContrast::paired(a, b)).lo > 0.0);
/// assert!(interval(MeanContrast::own(a, b)).contains(0.0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MeanContrast {
    sides: Sides,
    /// Beyond which the difference cannot be.
    possible: (f64, f64),
}

#[derive(Clone, Copy, Debug)]
enum Sides {
    /// The sample of the pairs' differences.
    Pairs(MeanSample, Support),
    /// A sample of either side.
    Own((MeanSample, Support), (MeanSample, Support)),
    /// The difference of fewer than two replications.
    Few(f64),
}

impl MeanContrast {
    /// Of pairs.
    ///
    /// # Panics
    ///
    /// If the sides differ in length, or a value is not finite.
    #[must_use]
    pub fn paired(a: MeanSide, b: MeanSide) -> MeanContrast {
        assert_eq!(a.values.len(), b.values.len(), "a difference needs pairs");
        let differences: Vec<f64> = a.values.iter().zip(b.values).map(|(a, b)| b - a).collect();
        assert!(
            differences.iter().all(|difference| difference.is_finite()),
            "values that never come have no mean difference"
        );
        let support = Support::of_difference((a.support, a.values), (b.support, b.values));
        let both = MeanSample::of(a.values).zip(MeanSample::of(b.values));
        let sides = match both.and_then(|(a, b)| MeanSample::of_differences(&differences, &a, &b)) {
            Some(sample) => Sides::Pairs(sample, support),
            None => Sides::Few(differences.first().copied().unwrap_or(f64::NAN)),
        };
        MeanContrast {
            sides,
            possible: (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Of replications that share no random numbers.
    ///
    /// # Panics
    ///
    /// If a value is NaN.
    #[must_use]
    pub fn own(a: MeanSide, b: MeanSide) -> MeanContrast {
        let sides = match (MeanSample::of(a.values), MeanSample::of(b.values)) {
            (Some(of_a), Some(of_b)) => Sides::Own((of_a, a.support), (of_b, b.support)),
            _ => {
                let [a, b] =
                    [a, b].map(|side| side.values.iter().sum::<f64>() / side.values.len() as f64);
                Sides::Few(b - a)
            }
        };
        MeanContrast {
            sides,
            possible: (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Limits the difference to a range that is known.
    #[must_use]
    pub fn possible(self, lo: f64, hi: f64) -> MeanContrast {
        MeanContrast {
            possible: (lo, hi),
            ..self
        }
    }

    pub(super) fn estimate(&self) -> f64 {
        match &self.sides {
            Sides::Pairs(sample, _) => sample.mean(),
            Sides::Own((a, _), (b, _)) => b.mean() - a.mean(),
            Sides::Few(difference) => *difference,
        }
    }

    /// Whether the interval bounds what was not seen too. That of few values without a range does not: a rare value far off may be missing.
    pub(super) fn bounds_unseen(&self) -> bool {
        match &self.sides {
            Sides::Pairs(sample, support) => bounds_unseen(sample, support),
            Sides::Own((a, of_a), (b, of_b)) => bounds_unseen(a, of_a) && bounds_unseen(b, of_b),
            Sides::Few(_) => false,
        }
    }

    pub(super) fn as_if(&self, n: usize) -> MeanContrast {
        let sides = match self.sides {
            Sides::Pairs(sample, support) => Sides::Pairs(sample.as_if(n), support),
            Sides::Own((a, of_a), (b, of_b)) => Sides::Own((a.as_if(n), of_a), (b.as_if(n), of_b)),
            Sides::Few(difference) => Sides::Few(difference),
        };
        MeanContrast { sides, ..*self }
    }

    pub(super) fn at(&self, error: f64) -> Told {
        match &self.sides {
            Sides::Few(_) => Told::Open(Some(2)),
            Sides::Pairs(sample, support) => match told(sample, *support, error) {
                MeanInterval::Known(interval) => self.clipped(interval),
                MeanInterval::Mostly(mostly) => Told::Mostly(mostly),
            },
            Sides::Own((a, of_a), (b, of_b)) => {
                match (told(a, *of_a, error), told(b, *of_b, error)) {
                    (MeanInterval::Known(of_a), MeanInterval::Known(of_b)) => {
                        self.clipped(recovered((a.mean(), of_a), (b.mean(), of_b)))
                    }
                    (MeanInterval::Mostly(of_a), MeanInterval::Mostly(of_b)) => {
                        Told::Mostly(Mostly {
                            value: of_b.value - of_a.value,
                            others_at_most: (of_a.others_at_most + of_b.others_at_most).min(1.0),
                        })
                    }
                    _ => {
                        let few = a.count().min(b.count()) < SPREAD_TELLS_FROM;
                        Told::Open(
                            Some(SPREAD_TELLS_FROM)
                                .filter(|n| few && self.as_if(*n).at(error).interval().is_some()),
                        )
                    }
                }
            }
        }
    }
    fn clipped(&self, interval: Interval) -> Told {
        Told::Interval(interval.clipped(self.possible.0, self.possible.1))
    }
}

/// What is known of the mean of a sample with a two-sided error.
fn told(sample: &MeanSample, support: Support, error: f64) -> MeanInterval {
    sample.interval(support, &MeanTails::new(sample.count(), 1.0 - error))
}

fn bounds_unseen(sample: &MeanSample, support: &Support) -> bool {
    sample.count() >= SPREAD_TELLS_FROM || !matches!(support, Support::Loose(..))
}
