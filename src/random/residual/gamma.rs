//! The residual law of a gamma law.

use super::{Tails, solve_lower, solve_upper};
use crate::numeric::incomplete::{gamma_fraction, gamma_series, poisson_weight};
use crate::numeric::math::{exp, ln, normal_quantile, sqrt};
use crate::numeric::solve::wilson_hilferty;
use crate::random::parametric::Gamma;
use crate::random::shape::Shape;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct GammaExcess {
    law: Gamma,
}

impl GammaExcess {
    pub(crate) fn new(law: &Gamma) -> Self {
        Self { law: law.clone() }
    }

    /// At exp(`y`) for scale 1. The slope is along `y`.
    ///
    /// With w = x^k e^(−x) / Γ(k + 1), one series gives both P(k + 1, x) and P(k, x) = w + P(k + 1, x), one continued fraction both
    /// Q(k, x) and E[(X − x)⁺] = k w − (x − k) Q(k, x), which cancels but little.
    fn tails(&self, y: f64) -> Tails {
        let shape = self.law.shape;
        let x = exp(y);
        let weight = poisson_weight(shape, x);
        if x == f64::INFINITY || (x > shape && weight == 0.0) {
            return Tails::BEYOND;
        }
        if x < shape + 1.0 {
            let longer = x / (shape + 1.0) * gamma_series(shape + 1.0, x);
            let slope = x / shape * (1.0 - weight * (1.0 + longer)).max(0.0);
            let lower = (weight * longer + slope).min(1.0);
            Tails {
                lower,
                upper: 1.0 - lower,
                slope,
            }
        } else {
            let fraction = gamma_fraction(shape, x);
            let upper = weight * (1.0 - fraction * (x - shape));
            Tails {
                lower: 1.0 - upper,
                upper,
                slope: x * weight * fraction,
            }
        }
    }

    fn y(&self, x: f64) -> f64 {
        ln(x.max(0.0) / self.law.scale)
    }

    fn value(&self, y: f64) -> f64 {
        self.law.scale * exp(y)
    }

    /// Where x / μ, which F_e never exceeds, is `p`.
    fn y_least(&self, p: f64) -> f64 {
        ln(p * self.law.shape)
    }

    /// A start near or above the solution in the upper tail.
    fn y_start_upper(&self, q: f64) -> f64 {
        let shape = self.law.shape;
        if shape <= 1.0 {
            // The mean residual life is below that of the exponential law that the tail approaches.
            return ln(-ln(q));
        }
        // As for a normal law with the same coefficient of variation: see the lognormal law.
        let narrow_tail = q * sqrt(shape) / 0.8;
        let near = if narrow_tail < 0.5 {
            wilson_hilferty(shape, -normal_quantile(narrow_tail))
        } else {
            None
        };
        near.map_or_else(|| self.y_least(1.0 - q), ln)
    }
}

impl Shape for GammaExcess {
    fn cdf(&self, x: f64) -> f64 {
        self.tails(self.y(x)).lower
    }

    fn sf(&self, x: f64) -> f64 {
        self.tails(self.y(x)).upper
    }

    fn quantile(&self, p: f64) -> f64 {
        if p > 0.5 {
            self.quantile_upper(1.0 - p)
        } else if p == 0.0 {
            0.0
        } else {
            self.value(solve_lower(p, self.y_least(p), |y| self.tails(y)))
        }
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        if q > 0.5 {
            self.quantile(1.0 - q)
        } else if q == 0.0 {
            f64::INFINITY
        } else {
            self.value(solve_upper(q, self.y_start_upper(q), |y| self.tails(y)))
        }
    }

    fn mean(&self) -> f64 {
        0.5 * (self.law.shape + 1.0) * self.law.scale
    }

    fn yardstick(&self) -> f64 {
        self.law.mean()
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}
