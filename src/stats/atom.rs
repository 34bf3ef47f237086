//! Means of laws that nearly always give one value.
//!
//! Student's t interval measures the spread of a law by that of the sample. Where a law gives one value almost always and another
//! seldom, the sample may not show the other at all, or too rarely: an interval of no width is then no knowledge but a lack of it. What
//! bounds the mean is how often another value may come without having been seen, and how far off it may be.

use super::moments::{Moments, student_t_factor};
use super::proportion::{clopper_pearson_lower, clopper_pearson_upper};
use super::unseen::{Mostly, SPREAD_TELLS_FROM, unseen};

/// With fewer values than this beside the most frequent one, those say nothing of how far off others may be.
pub(super) const FEW: usize = 5;

/// The one value that more than half of a sample has, and the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    pub value: f64,
    /// Values of the sample, and how many of them are others.
    pub n: usize,
    pub others: usize,
    /// Mean and spread of what the others are off by; 0 where there are none, and no spread where there are fewer than two.
    off: (f64, Option<f64>),
}

impl Atom {
    /// The atom of a sample; `None` where no value has more than half of it.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Atom> {
        // The vote of Boyer and Moore: a majority survives it, and a second pass counts.
        let (mut value, mut votes) = (f64::NAN, 0_usize);
        for &x in values {
            match (votes, x == value) {
                (0, _) => (value, votes) = (x, 1),
                (_, true) => votes += 1,
                (_, false) => votes -= 1,
            }
        }
        let n = values.len();
        let others = values.iter().filter(|x| **x != value).count();
        if 2 * others >= n {
            return None;
        }
        let off: Vec<f64> = if others == 0 {
            Vec::new()
        } else {
            values
                .iter()
                .map(|x| x - value)
                .filter(|x| *x != 0.0)
                .collect()
        };
        let off = Moments::of(&off).map_or((0.0, None), |moments| (moments.mean, moments.sd));
        Some(Atom {
            value,
            n,
            others,
            off,
        })
    }

    /// The atom of a sample of `n` values with the same share of others.
    #[must_use]
    pub fn as_if(&self, n: usize) -> Atom {
        let others = (self.others as f64 * n as f64 / self.n as f64).round() as usize;
        Atom { n, others, ..*self }
    }

    /// Whether too few values are others to say how far off those may be.
    #[must_use]
    pub fn is_nearly_all(&self) -> bool {
        self.others < FEW
    }

    /// The most probable another value can be, with this one-sided confidence.
    #[must_use]
    pub fn others_at_most(&self, confidence: f64) -> f64 {
        clopper_pearson_upper(self.others as u64, self.n as u64, confidence)
    }

    /// The atom and the most probable that others can be, with this one-sided confidence.
    #[must_use]
    pub(super) fn mostly(&self, confidence: f64) -> Mostly {
        Mostly {
            value: self.value,
            others_at_most: self.others_at_most(confidence),
        }
    }

    /// One-sided bounds on the mean, each with this confidence, of a law that is known to keep to `range`, whose ends may be infinite:
    /// then so is a bound.
    ///
    /// Where too few values are others, as much of the law as Clopper and Pearson leave to others may lie at the far end of the range.
    /// Else their frequency and what they are off by each have an error of their own, added by the method of variance estimates
    /// recovery: Zou and Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine
    /// 27 (2008). What they are off by is a mean of its own, of few values: unseen mass is left at both ends of a range that is finite.
    #[must_use]
    pub fn mean_ends(&self, range: (f64, f64), confidence: f64) -> (f64, f64) {
        let most = self.others_at_most(confidence);
        let (lo, hi) = (range.0.min(self.value), range.1.max(self.value));
        if self.is_nearly_all() {
            // Nothing lies beyond an end that is reached, however far.
            let ends = [lo, hi].map(|end| match end == self.value {
                true => self.value + 0.0,
                false => self.value + most * (end - self.value),
            });
            return ends.into();
        }
        let (off, spread) = self.off;
        let others = self.others as f64;
        let share = others / self.n as f64;
        let least = clopper_pearson_lower(self.others as u64, self.n as u64, confidence);
        let factor = student_t_factor(2.0 * confidence - 1.0, others - 1.0);
        let of_size = factor * spread.unwrap_or(off.abs()) / others.sqrt();
        let unseen = if self.others < SPREAD_TELLS_FROM {
            unseen(1.0 - confidence, self.others)
        } else {
            0.0
        };
        let [size_down, size_up] = [lo, hi].map(|end| {
            let beyond = match end.is_finite() {
                true => unseen * (end - self.value - off).abs(),
                false => 0.0,
            };
            share * of_size.max(beyond)
        });
        let (more, fewer) = (off * (most - share), off * (share - least));
        let (down, up) = if off > 0.0 {
            (fewer, more)
        } else {
            (more, fewer)
        };
        let mean = self.value + share * off;
        (
            mean - (size_down * size_down + down * down).sqrt(),
            mean + (size_up * size_up + up * up).sqrt(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(values: &[f64], range: (f64, f64)) -> (f64, f64) {
        Atom::of(values).expect("an atom").mean_ends(range, 0.95)
    }

    #[test]
    fn equal_values_leave_room_for_what_was_not_seen() {
        // 0.05^(1/50) = 0.94185.
        let (lo, hi) = ends(&[2.0; 50], (0.0, 100.0));
        assert!(
            (hi - (2.0 + 0.058_155 * 98.0)).abs() < 1e-3
                && (lo - (2.0 - 0.058_155 * 2.0)).abs() < 1e-4,
            "{lo} {hi}"
        );
        assert_eq!(ends(&[2.0; 50], (0.0, f64::INFINITY)).1, f64::INFINITY);
        assert_eq!(ends(&[2.0; 50], (2.0, 2.0)), (2.0, 2.0));
        assert_eq!(
            ends(&[2.0; 50], (3.0, 1.0)),
            (2.0, 2.0),
            "a range that the sample leaves is one up to it"
        );
    }

    #[test]
    fn a_majority_is_found_wherever_it_stands_and_nothing_else_is() {
        let atom = Atom::of(&[1.0, 2.0, 2.0, 3.0, 2.0, 2.0]).expect("an atom");
        assert_eq!(
            (atom.value, atom.others, atom.is_nearly_all()),
            (2.0, 2, true)
        );
        assert_eq!(Atom::of(&[1.0, 2.0, 1.0, 2.0]), None);
        assert_eq!(
            Atom::of(&[f64::INFINITY; 3]).map(|atom| atom.value),
            Some(f64::INFINITY)
        );
        assert_eq!(Atom::of(&[]), None);
    }

    /// Others that are all off by one are a proportion, whose bounds are those of Clopper and Pearson.
    #[test]
    fn zeros_and_ones_have_the_bounds_of_a_proportion() {
        let values: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 7 == 0))).collect();
        let (lo, hi) = ends(&values, (0.0, 1.0));
        assert!(
            (hi - clopper_pearson_upper(9, 60, 0.95)).abs() < 1e-12,
            "nothing is more than one"
        );
        assert!(
            lo < clopper_pearson_lower(9, 60, 0.95) && lo > 0.0,
            "an unseen one may be less"
        );
        // With ends that are not known, the others are as far off as they were seen to be.
        let (lo, hi) = ends(&values, (f64::NEG_INFINITY, f64::INFINITY));
        assert!((hi - clopper_pearson_upper(9, 60, 0.95)).abs() < 1e-12);
        assert!((lo - clopper_pearson_lower(9, 60, 0.95)).abs() < 1e-12);
    }
}
