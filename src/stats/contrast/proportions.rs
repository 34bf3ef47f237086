//! Differences of proportions.
//!
//! Both methods put the difference together from two intervals of Clopper and Pearson, which leave room for an event that was not seen: of
//! the two proportions, or of the two kinds of pairs in which the event happened on one side only. Those two exclude each other, so their
//! shares are negatively correlated, which counts where most pairs differ. Enumerated over all truths, at a level of 95 %: coverage at least
//! 0.936 of 20 pairs and 0.940 of 50, 0.934 and 0.945 without pairs.

use super::{recovered, recovered_with};
use crate::stats::interval::Interval;
use crate::stats::proportion::clopper_pearson;

/// A difference of proportions.
///
/// ```
/// use rollcast::stats::{Contrast, ProportionContrast};
///
/// // Of 200 rollouts 15 stop under the first rules and 27 under the second, 13 of them the same.
/// let interval = |contrast| Contrast::Proportions(contrast).at(0.05).interval().unwrap();
/// let paired = interval(ProportionContrast::paired(2, 14, 200).unwrap());
/// let own = interval(ProportionContrast::own((15, 200), (27, 200)).unwrap());
/// assert!(paired.lo > 0.0, "common random numbers tell");
/// assert!(own.contains(0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionContrast(Observed);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Observed {
    Pairs {
        only_a: u64,
        only_b: u64,
        n: u64,
    },
    /// Hits and replications of either side.
    Own((u64, u64), (u64, u64)),
}

impl ProportionContrast {
    /// Of `n` pairs, of which the event happened on the first side only in `only_a` and on the second only in `only_b`; `None` without
    /// pairs.
    ///
    /// # Panics
    ///
    /// If there are more discordant pairs than pairs.
    #[must_use]
    pub fn paired(only_a: u64, only_b: u64, n: u64) -> Option<ProportionContrast> {
        let discordant = only_a
            .checked_add(only_b)
            .filter(|discordant| *discordant <= n);
        assert!(
            discordant.is_some(),
            "{only_a} and {only_b} discordant pairs of only {n}"
        );
        (n > 0).then_some(ProportionContrast(Observed::Pairs { only_a, only_b, n }))
    }

    /// Of replications that share no random numbers, each as (hits, replications); `None` where one side has none.
    ///
    /// # Panics
    ///
    /// If there are more hits than replications.
    #[must_use]
    pub fn own(a: (u64, u64), b: (u64, u64)) -> Option<ProportionContrast> {
        assert!(
            a.0 <= a.1 && b.0 <= b.1,
            "more hits than replications: {a:?} and {b:?}"
        );
        (a.1 > 0 && b.1 > 0).then_some(ProportionContrast(Observed::Own(a, b)))
    }

    pub(super) fn estimate(&self) -> f64 {
        let share = |(hits, n): (u64, u64)| hits as f64 / n as f64;
        match self.0 {
            Observed::Pairs { only_a, only_b, n } => (only_b as f64 - only_a as f64) / n as f64,
            Observed::Own(a, b) => share(b) - share(a),
        }
    }

    pub(super) fn as_if(&self, n: usize) -> ProportionContrast {
        let to = n as u64;
        let scaled =
            |hits: u64, of: u64| ((hits as f64 * n as f64 / of as f64).round() as u64).min(to);
        ProportionContrast(match self.0 {
            Observed::Pairs { only_a, only_b, n } => {
                let only_a = scaled(only_a, n);
                Observed::Pairs {
                    only_a,
                    only_b: scaled(only_b, n).min(to - only_a),
                    n: to,
                }
            }
            Observed::Own(a, b) => Observed::Own((scaled(a.0, a.1), to), (scaled(b.0, b.1), to)),
        })
    }

    pub(super) fn at(&self, error: f64) -> Interval {
        let of = |(hits, n): (u64, u64)| {
            (
                hits as f64 / n as f64,
                clopper_pearson(hits, n, 1.0 - error),
            )
        };
        let interval = match self.0 {
            Observed::Own(a, b) => recovered(of(a), of(b)),
            Observed::Pairs { only_a, only_b, n } => {
                let (a, b) = (of((only_a, n)), of((only_b, n)));
                let odds = |share: f64| share / (1.0 - share);
                // Of two kinds that share a multinomial law; where one kind is all there is, the other is not there.
                let correlation = if only_a == n || only_b == n {
                    0.0
                } else {
                    -(odds(a.0) * odds(b.0)).sqrt().min(1.0)
                };
                recovered_with(a, b, correlation)
            }
        };
        interval.clipped(-1.0, 1.0)
    }
}
