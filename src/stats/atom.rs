//! Means of laws that nearly always give one value.
//!
//! Student's t interval measures the spread of a law by that of the sample. Where a law gives one value almost always and another
//! seldom, the sample may not show the other at all, or too rarely: an interval of no width is then no knowledge but a lack of it. What
//! bounds the mean is how often another value may come without having been seen, and how far off it may be.

use super::interval::Interval;
use super::moments::{Moments, student_t_factor};
use super::proportion::{clopper_pearson_lower, clopper_pearson_upper};
use super::ratio::Ratio;

/// With fewer values than this beside the most frequent one, those say nothing of how far off others may be.
pub const FEW: usize = 5;

/// The one value that more than half of a sample has, and the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    pub value: f64,
    /// Values of the sample, and how many of them are others.
    pub n: usize,
    pub others: usize,
    /// Mean and spread of what the others are off by; 0 where there are none, and no spread with fewer than two.
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
        let off: Vec<f64> =
            if others < FEW { Vec::new() } else { values.iter().map(|x| x - value).filter(|x| *x != 0.0).collect() };
        let off = Moments::of(&off).map_or((0.0, None), |moments| (moments.mean, moments.sd));
        Some(Atom { value, n, others, off })
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

    /// One-sided bounds on the mean, each with this confidence, of a law that is known to keep to `range`, whose ends may be infinite:
    /// then so is a bound.
    ///
    /// Where too few values are others, as much of the law as Clopper and Pearson leave to others may lie at the far end of the range.
    /// Else their frequency and what they are off by each have an error of their own, added by the method of variance estimates
    /// recovery: Zou and Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine
    /// 27 (2008).
    #[must_use]
    pub fn mean_ends(&self, range: (f64, f64), confidence: f64) -> (f64, f64) {
        let most = self.others_at_most(confidence);
        if self.is_nearly_all() {
            // Nothing lies beyond an end that is reached, however far.
            let far = |end: f64| if end == self.value { 0.0 } else { most * (end - self.value) };
            return (self.value + far(range.0.min(self.value)), self.value + far(range.1.max(self.value)));
        }
        let (off, spread) = self.off;
        let share = self.others as f64 / self.n as f64;
        let least = clopper_pearson_lower(self.others as u64, self.n as u64, confidence);
        let factor = student_t_factor(2.0 * confidence - 1.0, self.others as f64 - 1.0);
        let of_size = share * factor * spread.unwrap_or(0.0) / (self.others as f64).sqrt();
        let away = |of_frequency: f64| (of_size * of_size + of_frequency * of_frequency).sqrt();
        let (more, fewer) = (off * (most - share), off * (share - least));
        let (down, up) = if off > 0.0 { (fewer, more) } else { (more, fewer) };
        let mean = self.value + share * off;
        (mean - away(down), mean + away(up))
    }
}

impl Interval {
    /// The shortest interval that holds this one and two further ends.
    pub(super) fn with_ends(self, (lo, hi): (f64, f64)) -> Interval {
        Interval { lo: if lo < self.lo { lo } else { self.lo }, hi: if hi > self.hi { hi } else { self.hi } }
    }
}

/// Student's t interval for the mean of a law that keeps to `range`, two-sided at `level`, and wider where [`Atom::mean_ends`] are;
/// given the [`student_t_factor`] of the sample. `None` with a single value.
///
/// # Panics
///
/// Unless `0 < level < 1`.
#[must_use]
pub fn mean_interval_in(values: &[f64], range: (f64, f64), level: f64, factor: f64) -> Option<Interval> {
    let interval = Moments::of(values)?.interval_with(factor)?;
    let ends = Atom::of(values).map(|atom| atom.mean_ends(range, (1.0 + level) / 2.0));
    Some(ends.map_or(interval, |ends| interval.with_ends(ends)))
}

/// The interval of [`Ratio`] for totals of `x` and `y` with 0 <= x <= y <= `most` in each pair, two-sided at `level`, and wider where
/// nearly all pairs have the same ratio. `None` where the ratio has no interval.
///
/// What a pair adds to the ratio, linearly, takes the place of the values of a mean.
///
/// # Panics
///
/// As [`Ratio::of`] and [`Ratio::interval`].
#[must_use]
pub fn ratio_interval_in(x: &[f64], y: &[f64], most: f64, level: f64) -> Option<Interval> {
    let ratio = Ratio::of(x, y)?;
    let interval = ratio.interval(level)?;
    let estimate = ratio.estimate;
    let below = y.iter().sum::<f64>() / y.len() as f64;
    let values: Vec<f64> = x.iter().zip(y).map(|(x, y)| estimate + (x - estimate * y) / below).collect();
    let range = (estimate - estimate * most / below, estimate + (1.0 - estimate) * most / below);
    let ends = Atom::of(&values).map(|atom| atom.mean_ends(range, (1.0 + level) / 2.0));
    Some(ends.map_or(interval, |(lo, hi)| interval.with_ends((lo.max(0.0), hi.min(1.0)))))
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
        assert!((hi - (2.0 + 0.058_155 * 98.0)).abs() < 1e-3 && (lo - (2.0 - 0.058_155 * 2.0)).abs() < 1e-4, "{lo} {hi}");
        assert_eq!(ends(&[2.0; 50], (0.0, f64::INFINITY)).1, f64::INFINITY);
        assert_eq!(ends(&[2.0; 50], (2.0, 2.0)), (2.0, 2.0));
        assert_eq!(ends(&[2.0; 50], (3.0, 1.0)), (2.0, 2.0), "a range that the sample leaves is one up to it");
    }

    #[test]
    fn a_majority_is_found_wherever_it_stands_and_nothing_else_is() {
        let atom = Atom::of(&[1.0, 2.0, 2.0, 3.0, 2.0, 2.0]).expect("an atom");
        assert_eq!((atom.value, atom.others, atom.is_nearly_all()), (2.0, 2, true));
        assert_eq!(Atom::of(&[1.0, 2.0, 1.0, 2.0]), None);
        assert_eq!(Atom::of(&[f64::INFINITY; 3]).map(|atom| atom.value), Some(f64::INFINITY));
        assert_eq!(Atom::of(&[]), None);
    }

    /// Others that are all off by one are a proportion, whose bounds are those of Clopper and Pearson.
    #[test]
    fn zeros_and_ones_have_the_bounds_of_a_proportion() {
        let values: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 7 == 0))).collect();
        let (lo, hi) = ends(&values, (0.0, 1.0));
        assert!((hi - clopper_pearson_upper(9, 60, 0.95)).abs() < 1e-12);
        assert!((lo - clopper_pearson_lower(9, 60, 0.95)).abs() < 1e-12);
    }

    #[test]
    fn an_ordinary_sample_keeps_students_interval() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * 37 % 101)).collect();
        let factor = student_t_factor(0.9, 39.0);
        let interval = mean_interval_in(&values, (0.0, f64::INFINITY), 0.9, factor);
        assert_eq!(interval, Moments::of(&values).unwrap().interval_with(factor));
    }
}
