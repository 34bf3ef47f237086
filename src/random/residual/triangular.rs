//! The residual law of a triangular law: a line up to `min`, a cubic on either side of `mode`.

use crate::numeric::math::{exp_m1, ln, ln_1p};
use crate::numeric::solve::bracketed;
use crate::random::parametric::Triangular;
use crate::random::shape::Shape;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct TriangularExcess {
    law: Triangular,
    /// P(X ≤ mode) and P(X > mode).
    below: f64,
    above: f64,
    /// ∫ P(X > x) dx from min to mode, and from mode to max.
    left_area: f64,
    right_area: f64,
}

impl TriangularExcess {
    pub(crate) fn new(law: &Triangular) -> Self {
        let (below, above) = law.sides();
        let left_area = (law.mode - law.min) * (1.0 - below / 3.0);
        let right_area = (law.max - law.mode) * above / 3.0;
        Self {
            law: law.clone(),
            below,
            above,
            left_area,
            right_area,
        }
    }

    fn law_mean(&self) -> f64 {
        self.law.min + self.left_area + self.right_area
    }

    /// ∫₀ᵘ P(X > x) over mode − min, `u` the part of the way from min to mode.
    fn left_below(&self, u: f64) -> f64 {
        u * (1.0 - self.below * u * u / 3.0)
    }

    /// The integral from 1 − `rest` to 1.
    fn left_above(&self, rest: f64) -> f64 {
        rest * (self.above + self.below * rest * (3.0 - rest) / 3.0)
    }
}

/// 1 − (1 − `part`)^(1/3).
fn cube_root_rest(part: f64) -> f64 {
    -exp_m1(ln_1p(-part) / 3.0)
}

impl Shape for TriangularExcess {
    fn cdf(&self, x: f64) -> f64 {
        let Triangular { min, mode, max } = self.law;
        let area = if x <= min {
            x.max(0.0)
        } else if x < mode {
            min + (mode - min) * self.left_below((x - min) / (mode - min))
        } else if x < max {
            let v = (x - mode) / (max - mode);
            min + self.left_area + self.right_area * v * (3.0 - v * (3.0 - v))
        } else {
            return 1.0;
        };
        area / self.law_mean()
    }

    fn sf(&self, x: f64) -> f64 {
        let Triangular { min, mode, max } = self.law;
        let area = if x >= max {
            0.0
        } else if x >= mode {
            let rest = (max - x) / (max - mode);
            self.right_area * rest * rest * rest
        } else if x > min {
            (mode - min) * self.left_above((mode - x) / (mode - min)) + self.right_area
        } else {
            min - x.max(0.0) + self.left_area + self.right_area
        };
        area / self.law_mean()
    }

    fn quantile(&self, p: f64) -> f64 {
        if p > 0.5 {
            return self.quantile_upper(1.0 - p);
        }
        let Triangular { min, mode, max } = self.law;
        let area = p * self.law_mean();
        if area <= min {
            return area;
        }
        if area - min < self.left_area {
            let target = (area - min) / (mode - min);
            let u = bracketed(target, (1.5 * target).min(1.0), |u| {
                self.left_below(u) - target
            });
            return min + (mode - min) * u;
        }
        mode + (max - mode) * cube_root_rest((area - min - self.left_area) / self.right_area)
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let Triangular { min, mode, max } = self.law;
        let area = q * self.law_mean();
        if area < self.right_area {
            // The cube root of q; at zero the logarithm is minus infinity, and the distance from max is zero.
            return max - (max - mode) * (1.0 + exp_m1(ln(area / self.right_area) / 3.0));
        }
        if area - self.right_area < self.left_area {
            let target = (area - self.right_area) / (mode - min);
            return mode
                - (mode - min) * bracketed(0.0, 1.0, |rest| self.left_above(rest) - target);
        }
        ((1.0 - q) * self.law_mean()).min(min)
    }

    fn mean(&self) -> f64 {
        // In units of max: the squares of very small values would underflow.
        let Triangular { min, mode, max } = self.law;
        let (min, mode) = (min / max, mode / max);
        max * (min * (min + mode + 1.0) + mode * (mode + 1.0) + 1.0) / (4.0 * (min + mode + 1.0))
    }

    fn knots(&self) -> Vec<f64> {
        let mut knots = vec![0.0, self.law.min, self.law.mode, self.law.max];
        knots.dedup();
        knots
    }
}
