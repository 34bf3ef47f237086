//! Where a mishap becomes certain, so that the chance to fail has a kink.
//!
//! The probabilities of a script's failure and hang, and those of a robot's faults, exclude each other: together they are at most 1.
//! Where one is drawn, the chance of any of them rises with it until they add up to 1 and is 1 from there on. A mean over the draw is
//! exact only as the sum of its parts on both sides of that value.

use crate::numeric::math::beta_cdf;
use crate::stats::Point;
use crate::theory::exact::chances::{Crowds, Draw, Odds};

/// A kink is left out if the draw lies beyond it more rarely than this.
const BEYOND_MIN: f64 = 1e-60;

/// A value of a draw from which on some mishap is certain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kink {
    /// Which of the laws read with the draw gives the value.
    pub(super) law: usize,
    pub(super) at: Point,
}

/// A mishap that depends on a draw.
struct Sum {
    /// Of the laws of the draw.
    law: usize,
    /// What the other probabilities add up to where they are known; those that are not count as 0.
    others: f64,
    /// Whether some are not.
    open: bool,
}

impl Crowds {
    fn sums(&self, block: &[usize], draw: usize, luck: &[&[f64]]) -> Vec<Sum> {
        let mishaps = block.iter().flat_map(|crowd| &self.crowds[*crowd].mishaps);
        mishaps.filter_map(|odds| sum(odds, draw, luck)).collect()
    }

    /// The kinks of a draw in some crowds, ascending, given the values of other draws; those that are not known yet, whose values are
    /// empty, count as 0.
    pub(super) fn kinks(&self, block: &[usize], draw: usize, luck: &[&[f64]]) -> Vec<Kink> {
        let sums = self.sums(block, draw, luck);
        sorted(
            &self.draws[draw],
            sums.into_iter()
                .filter_map(|sum| kink(sum.law, sum.others))
                .collect(),
        )
    }

    /// The kinks of a draw over whose mean another is averaged within: its own, and where kinks of the inner one meet. `None` where that
    /// is not known, since several laws are read with a draw.
    pub(super) fn outer_kinks(
        &self,
        block: &[usize],
        outer: usize,
        inner: usize,
    ) -> Option<Vec<Kink>> {
        let nothing: Vec<&[f64]> = vec![&[]; self.draws.len()];
        let own = self.kinks(block, outer, &nothing);
        let sums = self.sums(block, inner, &nothing);
        let (moving, fixed): (Vec<&Sum>, Vec<&Sum>) = sums.iter().partition(|sum| sum.open);
        if moving.is_empty() {
            return Some(own);
        }
        if self.draws[outer].laws.len() > 1 || self.draws[inner].laws.len() > 1 {
            return None;
        }
        // A moving one lies at 1 - others - x and a fixed one at 1 - others.
        let met = moving
            .iter()
            .flat_map(|moving| fixed.iter().map(move |fixed| fixed.others - moving.others))
            .filter_map(|sum| kink(0, 1.0 - sum));
        Some(sorted(
            &self.draws[outer],
            own.into_iter().chain(met).collect(),
        ))
    }

    /// Whether the kinks of a draw depend on others.
    pub(super) fn kinks_move(&self, block: &[usize], draw: usize) -> bool {
        let nothing: Vec<&[f64]> = vec![&[]; self.draws.len()];
        self.sums(block, draw, &nothing).iter().any(|sum| sum.open)
    }
}

/// What a mishap adds up to beside a draw; nothing if it does not depend on it.
fn sum(mishap: &[Odds], draw: usize, luck: &[&[f64]]) -> Option<Sum> {
    let (mut law, mut others, mut open) = (None, 0.0, false);
    for odds in mishap {
        match *odds {
            Odds::Known(p) => others += p,
            Odds::Drawn(own, which) if own == draw => law = Some(which),
            Odds::Drawn(other, which) => match luck[other].get(which) {
                Some(value) => others += value,
                None => open = true,
            },
        }
    }
    Some(Sum {
        law: law?,
        others,
        open,
    })
}

/// The kink at the value that together with `rest` is 1, if it is a value at all.
fn kink(law: usize, rest: f64) -> Option<Kink> {
    (rest > 0.0 && rest < 1.0).then_some(Kink {
        law,
        at: Point {
            p: 1.0 - rest,
            rest,
        },
    })
}

/// Ascending, each once, without those beyond which the draw practically never lies.
fn sorted(draw: &Draw, mut kinks: Vec<Kink>) -> Vec<Kink> {
    kinks.retain(|kink| {
        let (a, b) = draw.laws[kink.law];
        beta_cdf(b, a, kink.at.rest) > BEYOND_MIN
    });
    kinks.sort_by(|a, b| b.at.rest.total_cmp(&a.at.rest));
    kinks.dedup();
    kinks
}
