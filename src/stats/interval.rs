//! The one shape in which uncertainty is handed on, and the one reading of a
//! confidence level, so that all estimators split it alike.

/// A closed interval `[lo, hi]`, in the unit of the quantity it brackets.
///
/// Both ends are known: a method that cannot give an end returns an `Option`
/// instead, never an infinity in its place, because +infinity is a value that
/// a time may really take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end, at most `hi`.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

impl Interval {
    /// Whether `value` lies inside, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The shortest interval that holds this one and two further ends.
    pub(super) fn with_ends(self, (lo, hi): (f64, f64)) -> Self {
        Self {
            lo: if lo < self.lo { lo } else { self.lo },
            hi: if hi > self.hi { hi } else { self.hi },
        }
    }

    /// What of it lies between two values that the quantity cannot leave.
    #[must_use]
    pub fn clipped(self, lo: f64, hi: f64) -> Self {
        Self {
            lo: self.lo.clamp(lo, hi),
            hi: self.hi.clamp(lo, hi),
        }
    }

    /// Half the distance between the ends.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        (self.hi - self.lo) / 2.0
    }

    /// The distance from a value to the end that is farther away.
    #[must_use]
    pub fn reach_from(&self, value: f64) -> f64 {
        let (below, above) = (value - self.lo, self.hi - value);
        if below > above { below } else { above }
    }
}

/// The error allowed in one tail by a one-sided statement at `level`.
///
/// # Panics
///
/// Unless `0 < level < 1`.
pub(super) fn one_sided_error(level: f64) -> f64 {
    assert!(
        level > 0.0 && level < 1.0,
        "a confidence level lies strictly between 0 and 1, not {level}"
    );
    1.0 - level
}

/// The error allowed in each tail by a two-sided statement at `level`.
///
/// # Panics
///
/// Unless `0 < level < 1`.
pub(super) fn two_sided_error(level: f64) -> f64 {
    one_sided_error(level) / 2.0
}
