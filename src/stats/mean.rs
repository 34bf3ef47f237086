//! The one rule for the mean of replications: what is shown, what is judged, and when there is enough.
//!
//! # The rule
//!
//! A sample says nothing of what it did not show. What happens in one of 100 rollouts is missing from 37 of 100 samples of 100, and then an
//! interval made of the sample's spread alone is too narrow by as much as that would weigh. So a mean needs its sample and its
//! [`Support`]: which values it can have at all. With `a` the two-sided error (0.05 for a 95 % interval, 0.10 for a one-sided verdict at 5 %),
//! N values with mean m between L and U:
//!
//! | support | N below 200 | N of 200 and more |
//! |---|---|---|
//! | certain: nothing left to chance | the value | the value |
//! | within [L, U]: counts, shares, bytes | Hall's interval, joined with unseen mass u = 1 − (a/2)^(1/N) at L and at U | Hall's, joined with the rule for atoms |
//! | loose: times, sums of times | Hall's; none where more than half of the values are equal | Hall's, joined with the rule for atoms; none where that has no end |
//!
//! *Hall's interval* removes the skewness of the t statistic by a monotone cubic: Hall, "On the removal of skewness by transformation",
//! Journal of the Royal Statistical Society B 54 (1992). With s the standard deviation, g the skewness, and t the quantile of Student's law,
//! its ends are `m − s · w(± t / √N)`, where `w(q) = 3/g · ((1 + g (q − g / 6N))^(1/3) − 1)`. Without skewness it is Student's.
//!
//! *Unseen mass*: as much as u of the law may lie where nothing was seen, at confidence 1 − a/2. The lower end is at most m − u (m − L), the
//! upper one at least m + u (U − m).
//!
//! *The rule for atoms* ([`Atom`]): where more than half of the values are equal, the frequency of the others is bounded by Clopper and
//! Pearson. With fewer than five others these may be at L or at U; else how far off they are is a mean with an error of its own, with unseen
//! mass where the others are fewer than 200 and L and U finite, and both errors are added by the method of variance estimates recovery.
//!
//! Differences of pairs are samples like any other, between L − U and U − L. Pairs that were not seen to differ differ, from 200 pairs on and
//! where both sides vary, by as much as two replications do. Differences of samples that share no random numbers are put together from the
//! ends of both sides. A ratio of means is the mean of what each replication adds to it, linearly.
//!
//! # Measured
//!
//! Student's t covers 0.31 at N = 20 and 0.72 at N = 50 where a mean moves in 1 % of rollouts, and 0.86 to 0.90 of skewed counts. The rule
//! covers 0.98 and more of counts at 20 and 50, and 0.95 to 0.99 at 200; `benches/calibration` measures it anew, and docs/calibration.md has the
//! table.

use super::atom::Atom;
use super::interval::{Interval, two_sided_error};
use super::moments::{Moments, student_t_factor};
use super::unseen::{Mostly, SPREAD_TELLS_FROM, unseen};
use crate::numeric::math::{exp_m1, ln, ln_1p};

/// Which values a law can have at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Support {
    /// Nothing is left to chance: every value is the one that was seen.
    Certain,
    /// Any value between these two, which may carry unseen mass.
    Within(f64, f64),
    /// Values between these two, which are infinite, or so far away that unseen mass there would say nothing.
    Loose(f64, f64),
}

impl Support {
    /// The ends of the values, widened to what was seen.
    fn ends(self, min: f64, max: f64) -> (f64, f64) {
        match self {
            Support::Certain => (min, max),
            Support::Within(lo, hi) | Support::Loose(lo, hi) => (lo.min(min), hi.max(max)),
        }
    }

    /// The ends of what values can be that were seen so, and whether there may be others far off.
    fn spread(self, values: &[f64]) -> (f64, f64, bool) {
        match (self, Moments::of(values)) {
            (Support::Certain, Some(Moments { min, max, .. })) => (min, max, false),
            (Support::Loose(lo, hi), _) => (lo, hi, true),
            (Support::Within(lo, hi), _) => (lo, hi, false),
            (Support::Certain, None) => (f64::NEG_INFINITY, f64::INFINITY, true),
        }
    }

    /// What differences `b − a` can be, where these are the values of both sides.
    pub(super) fn of_difference(a: (Support, &[f64]), b: (Support, &[f64])) -> Support {
        if a.0 == Support::Certain && b.0 == Support::Certain {
            return Support::Certain;
        }
        let ((lo_a, hi_a, loose_a), (lo_b, hi_b, loose_b)) = (a.0.spread(a.1), b.0.spread(b.1));
        match loose_a || loose_b {
            true => Support::Loose(lo_b - hi_a, hi_b - lo_a),
            false => Support::Within(lo_b - hi_a, hi_b - lo_a),
        }
    }
}

/// What all samples of one size share at one error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanTails {
    /// In each tail.
    error: f64,
    /// The quantile of Student's law by the root of the number of values.
    reach: f64,
    /// The most that can be missing from a sample.
    unseen: f64,
    n: usize,
}

impl MeanTails {
    /// For samples of at least two values, two-sided at `level`.
    ///
    /// # Panics
    ///
    /// Unless `n > 1` and `0 < level < 1`.
    #[must_use]
    pub fn new(n: usize, level: f64) -> MeanTails {
        let error = two_sided_error(level);
        let size = n as f64;
        MeanTails {
            error,
            reach: student_t_factor(level, size - 1.0) / size.sqrt(),
            unseen: unseen(error, n),
            n,
        }
    }
}

/// What is known of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeanInterval {
    Known(Interval),
    Mostly(Mostly),
}

impl MeanInterval {
    /// The interval, if there is one.
    #[must_use]
    pub fn known(self) -> Option<Interval> {
        match self {
            MeanInterval::Known(interval) => Some(interval),
            MeanInterval::Mostly(_) => None,
        }
    }

    /// What nearly all values are, where nothing else is known.
    #[must_use]
    pub fn mostly(self) -> Option<Mostly> {
        match self {
            MeanInterval::Known(_) => None,
            MeanInterval::Mostly(mostly) => Some(mostly),
        }
    }
}

/// What of a sample its mean's interval depends on.
///
/// ```
/// use rollcast::stats::{MeanSample, MeanTails, Support};
///
/// let broken = [2.0, 0.0, 1.0, 3.0, 0.0, 2.0, 1.0, 0.0];
/// let sample = MeanSample::of(&broken).unwrap();
/// let tails = MeanTails::new(broken.len(), 0.95);
/// // All of 50 robots may break in a rollout that is not among these eight.
/// let interval = sample
///     .interval(Support::Within(0.0, 50.0), &tails)
///     .known()
///     .unwrap();
/// assert_eq!(sample.mean(), 1.125);
/// assert!(interval.contains(1.125) && interval.hi > 10.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSample {
    n: usize,
    mean: f64,
    sd: f64,
    skewness: f64,
    min: f64,
    max: f64,
    atom: Option<Atom>,
    /// How far off the atom values may be that were not seen, where the sample's own range says less.
    others_within: Option<f64>,
}

impl MeanSample {
    /// Of at least two values; `None` of fewer, or where one is infinite.
    ///
    /// # Panics
    ///
    /// If a value is NaN.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<MeanSample> {
        MeanSample::with_moments(values, &Moments::of(values)?)
    }

    /// As `of`, given the moments of the values.
    #[must_use]
    pub fn with_moments(values: &[f64], moments: &Moments) -> Option<MeanSample> {
        let Moments {
            count: n,
            mean,
            sd,
            min,
            max,
        } = *moments;
        Some(MeanSample {
            n,
            mean,
            sd: sd?,
            skewness: skewness(values, moments),
            min,
            max,
            atom: Atom::of(values),
            others_within: None,
        })
    }

    fn varies(&self) -> bool {
        !self.atom.is_some_and(|atom| atom.is_nearly_all())
    }

    /// The differences `b − a` of pairs of which both sides are such samples.
    pub(super) fn of_differences(
        differences: &[f64],
        a: &MeanSample,
        b: &MeanSample,
    ) -> Option<MeanSample> {
        let apart = (a.sd * a.sd + b.sd * b.sd).sqrt();
        let others_within = (a.varies() && b.varies()).then_some(apart);
        Some(MeanSample {
            others_within,
            ..MeanSample::of(differences)?
        })
    }

    /// The mean of the sample.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// By how much the mean of such a sample varies.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.sd / (self.n as f64).sqrt()
    }

    /// The number of values.
    #[must_use]
    pub fn count(&self) -> usize {
        self.n
    }

    /// Whether fewer than five values differ from all others: the interval rests on what was not seen.
    #[must_use]
    pub fn hardly_varies(&self) -> bool {
        self.atom.is_some_and(|atom| atom.is_nearly_all())
    }

    /// A sample of `n` values with this variation.
    #[must_use]
    pub fn as_if(&self, n: usize) -> MeanSample {
        MeanSample {
            n,
            atom: self.atom.map(|atom| atom.as_if(n)),
            ..*self
        }
    }

    /// What is known of the mean, with `tails` for as many values.
    ///
    /// # Panics
    ///
    /// If `tails` are for another number of values.
    #[must_use]
    pub fn interval(&self, support: Support, tails: &MeanTails) -> MeanInterval {
        assert_eq!(self.n, tails.n, "a bug: tails for another number of values");
        let (lo, hi) = support.ends(self.min, self.max);
        let hall = self.hall(tails);
        let interval = match (support, self.atom) {
            (Support::Certain, _) => Interval {
                lo: self.mean,
                hi: self.mean,
            },
            (Support::Within(..), _) if self.n < SPREAD_TELLS_FROM => {
                let ends = [lo, hi].map(|end| self.mean + tails.unseen * (end - self.mean));
                hall.with_ends(ends.into())
            }
            (Support::Loose(..), Some(atom)) if self.n < SPREAD_TELLS_FROM => {
                return MeanInterval::Mostly(atom.mostly(1.0 - tails.error));
            }
            (_, Some(atom)) => hall.with_ends(
                atom.mean_ends(self.range_of_others(&atom, (lo, hi)), 1.0 - tails.error),
            ),
            (_, None) => hall,
        };
        if let Some(atom) = self
            .atom
            .filter(|_| interval.lo.is_infinite() || interval.hi.is_infinite())
        {
            return MeanInterval::Mostly(atom.mostly(1.0 - tails.error));
        }
        // The mean of equal values may be off by the noise of a sum, and is within the support all the same.
        MeanInterval::Known(Interval {
            lo: interval.lo.max(lo).min(self.mean),
            hi: interval.hi.min(hi).max(self.mean),
        })
    }

    fn range_of_others(&self, atom: &Atom, (lo, hi): (f64, f64)) -> (f64, f64) {
        match self.others_within {
            None => (lo, hi),
            Some(within) => (lo.max(atom.value - within), hi.min(atom.value + within)),
        }
    }

    /// Hall's interval, and the mean itself.
    fn hall(&self, tails: &MeanTails) -> Interval {
        let n = self.n as f64;
        let [lo, hi] = [tails.reach, -tails.reach]
            .map(|q| self.mean - self.sd * hall_inverse(q, self.skewness, n));
        Interval {
            lo: lo.min(self.mean),
            hi: hi.max(self.mean),
        }
    }
}

/// `w` for which Hall's cubic `w + g w² / 3 + g² w³ / 27 + g / 6n` is `q`.
fn hall_inverse(q: f64, g: f64, n: f64) -> f64 {
    /// Below it the first terms of the series are exact.
    const FLAT: f64 = 1e-6;
    let q = q - g / (6.0 * n);
    let x = g * q;
    if x.abs() < FLAT {
        return q * (1.0 - x / 3.0);
    }
    // 3/g ((1 + x)^(1/3) − 1), without cancellation, and with the real root below −1.
    let root_less_one = if x > -1.0 {
        exp_m1(ln_1p(x) / 3.0)
    } else {
        -exp_m1(ln((-1.0 - x).max(f64::MIN_POSITIVE)) / 3.0) - 2.0
    };
    3.0 / g * root_less_one
}

/// The third central moment by the third power of the standard deviation, both with the divisor n; 0 of equal values.
fn skewness(values: &[f64], moments: &Moments) -> f64 {
    let n = values.len() as f64;
    let Some(sd) = moments.sd.filter(|sd| *sd > 0.0) else {
        return 0.0;
    };
    let sd = sd * ((n - 1.0) / n).sqrt();
    let cubes = values.iter().map(|value| {
        let deviation = (value - moments.mean) / sd;
        deviation * deviation * deviation
    });
    cubes.sum::<f64>() / n
}
