//! The difference of one statistic between two settings, ready to be asked at any error and for any number of replications.
//!
//! A p-value is the least error at which the interval makes the claim, found by asking for it: so no verdict can disagree with the
//! interval beside it. What many replications would say is the same interval reckoned for as many, from a sample that varies like the one at
//! hand.

mod means;
mod proportions;
mod quantiles;

pub use means::{MeanContrast, MeanSide};
pub use proportions::ProportionContrast;
pub use quantiles::{QuantileContrast, RankTable, order_statistics_n_min};

use super::interval::Interval;
use super::unseen::Mostly;

/// A difference, second less first.
///
/// ```
/// use rollcast::stats::{Contrast, QuantileContrast};
///
/// let times: Vec<f64> = (1..=200).map(f64::from).collect();
/// let later: Vec<f64> = times.iter().map(|time| time + 50.0).collect();
/// let median =
///     Contrast::Quantiles(QuantileContrast::of(times.into(), later.into(), 0.5).unwrap());
/// assert_eq!(median.estimate(), 50.0);
/// assert!(median.at(0.05).interval().unwrap().contains(50.0));
/// assert!(median.least_error_beyond(0.0) < 0.01, "it is later");
/// ```
#[derive(Clone, Debug)]
pub enum Contrast {
    /// Computed, or certain.
    Exact(f64),
    /// Of means, or of ratios of means.
    Means(MeanContrast),
    Proportions(ProportionContrast),
    /// Of quantiles that are both finite.
    Quantiles(QuantileContrast),
}

/// What is known of a difference at an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Told {
    Interval(Interval),
    /// Nothing but what it is in nearly all replications.
    Mostly(Mostly),
    /// Nothing; this many replications would give an interval, if more would help.
    Open(Option<usize>),
}

impl Told {
    /// The interval, where there is one.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        match self {
            Told::Interval(interval) => Some(interval),
            Told::Mostly(_) | Told::Open(_) => None,
        }
    }
}

impl Contrast {
    /// The difference of the two samples.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        match self {
            Contrast::Exact(difference) => *difference,
            Contrast::Means(means) => means.estimate(),
            Contrast::Proportions(proportions) => proportions.estimate(),
            Contrast::Quantiles(quantiles) => quantiles.estimate(),
        }
    }

    /// What is known of it with a two-sided error.
    ///
    /// # Panics
    ///
    /// Unless `0 < error < 1`.
    #[must_use]
    pub fn at(&self, error: f64) -> Told {
        match self {
            Contrast::Exact(difference) => Told::Interval(Interval {
                lo: *difference,
                hi: *difference,
            }),
            Contrast::Means(means) => means.at(error),
            Contrast::Proportions(proportions) => Told::Interval(proportions.at(error)),
            Contrast::Quantiles(quantiles) => quantiles.at(error),
        }
    }

    /// Whether an interval within a margin shows that the difference does not matter. Fewer than 200 replications show that of no mean without
    /// a range: a disaster in one rollout of a hundred may be missing from them, and its time has no bound.
    #[must_use]
    pub fn bounds_unseen(&self) -> bool {
        match self {
            Contrast::Means(means) => means.bounds_unseen(),
            Contrast::Exact(_) | Contrast::Proportions(_) | Contrast::Quantiles(_) => true,
        }
    }

    /// What `n` replications on either side, which vary like these, would be.
    #[must_use]
    pub fn as_if(&self, n: usize) -> Contrast {
        match self {
            Contrast::Exact(difference) => Contrast::Exact(*difference),
            Contrast::Means(means) => Contrast::Means(means.as_if(n)),
            Contrast::Proportions(proportions) => Contrast::Proportions(proportions.as_if(n)),
            Contrast::Quantiles(quantiles) => Contrast::Quantiles(quantiles.as_if(n)),
        }
    }

    /// The least two-sided error at which the difference is known to be beyond `margin` on either side; 1 if it never is.
    #[must_use]
    pub fn least_error_beyond(&self, margin: f64) -> f64 {
        if self.estimate().abs() <= margin {
            return 1.0;
        }
        match self {
            Contrast::Quantiles(quantiles) => quantiles.least_error_beyond(margin),
            _ => least_error(|error| {
                self.at(error)
                    .interval()
                    .is_some_and(|interval| is_beyond(interval, margin))
            }),
        }
    }
}

/// Whether all of an interval lies beyond a margin on one side.
#[must_use]
pub fn is_beyond(interval: Interval, margin: f64) -> bool {
    interval.lo > margin || interval.hi < -margin
}

/// The least error at which a claim is made that every larger error makes too; 1 if none does.
///
/// Errors below 1e-15 are not told apart: levels end there.
#[must_use]
pub fn least_error(claims: impl Fn(f64) -> bool) -> f64 {
    const LEAST: f64 = 1e-15;
    const HALVINGS: usize = 50;
    if claims(LEAST) {
        return LEAST;
    }
    let (mut silent, mut claiming) = (LEAST, 1.0);
    for _ in 0..HALVINGS {
        // Errors are of all magnitudes.
        let middle = f64::sqrt(silent * claiming);
        if middle < 1.0 && claims(middle) {
            claiming = middle;
        } else {
            silent = middle;
        }
    }
    claiming
}

/// The fewest replications, more than `n` and at most `most`, that decide, if more of them decide whatever fewer do.
pub fn fewest(n: u64, most: u64, decides: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut fails, mut found) = (n, n.saturating_mul(2).clamp(n + 1, most.max(n + 1)));
    while !decides(found) {
        if found >= most {
            return None;
        }
        fails = found;
        found = found.saturating_mul(2).min(most);
    }
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if decides(middle) {
            found = middle;
        } else {
            fails = middle;
        }
    }
    (found <= most).then_some(found)
}

/// The ends of a difference `b − a` from the distances of the ends of both sides to their estimates, which vary on their own.
///
/// The method of variance estimates recovery: Zou and Donner, "Construction of confidence limits about effect measures: a general
/// approach", Statistics in Medicine 27 (2008).
fn recovered(a: (f64, Interval), b: (f64, Interval)) -> Interval {
    recovered_with(a, b, 0.0)
}

/// How far off a difference is whose sides are off by `up` and `down`, with this correlation.
fn together(up: f64, down: f64, correlation: f64) -> f64 {
    (up * up + down * down - 2.0 * correlation * up * down)
        .max(0.0)
        .sqrt()
}

/// As above, for estimates of both sides with this correlation.
fn recovered_with(
    (at_a, a): (f64, Interval),
    (at_b, b): (f64, Interval),
    correlation: f64,
) -> Interval {
    let estimate = at_b - at_a;
    Interval {
        lo: estimate - together(at_b - b.lo, a.hi - at_a, correlation),
        hi: estimate + together(b.hi - at_b, at_a - a.lo, correlation),
    }
}
