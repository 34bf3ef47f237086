//! A law cut at its atoms and knots into stretches on which its quantile function is smooth.
//!
//! Mixtures and tables of quantiles jump and bend. Between two cuts nothing of the kind happens, so there a cubic can follow and a
//! root finder can trust its bracket; and an atom is a stretch of its own, so its value is never interpolated.

use super::shape::Shape;

/// A point of the probability axis, counted from both ends so that neither tail is lost to rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// The probability below.
    pub lower: f64,
    /// The probability above.
    pub upper: f64,
}

impl Level {
    const BOTTOM: Level = Level {
        lower: 0.0,
        upper: 1.0,
    };
    const TOP: Level = Level {
        lower: 1.0,
        upper: 0.0,
    };

    /// Compared by the smaller of the two numbers: the other is rounded too coarsely to tell.
    fn is_below(self, other: Level) -> bool {
        if self.lower <= 0.5 {
            self.lower < other.lower
        } else {
            self.upper > other.upper
        }
    }
}

/// How the quantile function runs over a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Course {
    /// One value, with a probability of its own.
    Atom(f64),
    /// Straight from the first value to the second.
    Line(f64, f64),
    /// Smooth from the first value to the second, which may be infinite.
    Curve(f64, f64),
}

/// A stretch of the quantile function without jumps or kinks inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Segment {
    pub from: Level,
    pub to: Level,
    pub course: Course,
}

/// The segments of a law, in order, covering all of its probability.
pub(super) fn segments(shape: &dyn Shape) -> Vec<Segment> {
    let between = if shape.is_piecewise_linear() {
        Course::Line
    } else {
        Course::Curve
    };
    let mut segments = Vec::new();
    let mut reached = Level::BOTTOM;
    let mut last = None;
    for knot in shape.knots() {
        let before = Level {
            lower: shape.cdf_before(knot).min(1.0),
            upper: shape.sf_from(knot).min(1.0),
        };
        let after = Level {
            lower: shape.cdf(knot).min(1.0),
            upper: shape.sf(knot).min(1.0),
        };
        if let Some(last) = last {
            segments.push(Segment {
                from: reached,
                to: before,
                course: between(last, knot),
            });
        }
        segments.push(Segment {
            from: before,
            to: after,
            course: Course::Atom(knot),
        });
        (reached, last) = (after, Some(knot));
    }
    if let Some(last) = last {
        segments.push(Segment {
            from: reached,
            to: Level::TOP,
            course: between(last, f64::INFINITY),
        });
    }
    segments.retain(|segment| segment.from.is_below(segment.to));
    segments
}
