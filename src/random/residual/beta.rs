//! The residual law of a beta law.

use super::{Tails, solve_lower, solve_upper};
use crate::numeric::incomplete::{beta_lower, binomial_weight};
use crate::numeric::math::ln;
use crate::numeric::solve::logistic;
use crate::random::parametric::Beta;
use crate::random::shape::Shape;

/// Far more than the upper tail takes: above the mean each term of its series is less than the one before.
const TERMS: u32 = 200_000;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct BetaExcess {
    law: Beta,
}

impl BetaExcess {
    pub(crate) fn new(law: &Beta) -> Self {
        Self { law: law.clone() }
    }

    /// At logistic(`y`) for scale 1. The slope is along `y`.
    fn tails(&self, y: f64) -> Tails {
        let Beta { a, b, .. } = self.law;
        let (x, rest) = (logistic(y), logistic(-y));
        if rest == 0.0 {
            return Tails::BEYOND;
        }
        let mean = a / (a + b);
        let law_sf = beta_lower(b, a, rest, x);
        let lower = (x / mean * law_sf + beta_lower(a + 1.0, b, x, rest)).min(1.0);
        let upper = if lower < 0.5 || x < mean {
            1.0 - lower
        } else {
            self.upper(x, rest, law_sf)
        };
        Tails {
            lower,
            upper,
            slope: x / mean * rest * law_sf,
        }
    }

    /// E[(X − x)⁺] / mean for x above the mean, given P(X > x).
    ///
    /// Near 1, with rest = 1 − x, by Euler's transformation of ∫ (t − x) t^(a−1) (1 − t)^(b−1) dt, whose terms are all positive (DLMF
    /// 15.8.1). Farther from it by the recurrence of the partial mean (DLMF 8.17.20), which there cancels little.
    fn upper(&self, x: f64, rest: f64, law_sf: f64) -> f64 {
        let Beta { a, b, .. } = self.law;
        let weight = binomial_weight(a, b, x, rest);
        if rest > 0.5 {
            return weight * (b / (a + b)) - (x * (a + b) / a - 1.0) * law_sf;
        }
        let mut term = 1.0;
        let mut sum = 1.0;
        for n in 1..TERMS {
            let n = f64::from(n);
            term *= (a + b + n) / (b + 1.0 + n) * rest;
            sum += (n + 1.0) * term;
            if (n + 1.0) * term < sum * 1e-17 {
                break;
            }
        }
        weight * x * rest / (b + 1.0) * sum
    }

    fn y(&self, x: f64) -> f64 {
        let x = (x / self.law.scale).clamp(0.0, 1.0);
        ln(x / (1.0 - x))
    }

    fn value(&self, y: f64) -> f64 {
        self.law.scale * logistic(y)
    }

    /// Where x / μ, which F_e never exceeds, is `p`.
    fn y_least(&self, p: f64) -> f64 {
        let x = p * (self.law.a / (self.law.a + self.law.b));
        ln(x / (1.0 - x))
    }
}

impl Shape for BetaExcess {
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
            self.law.scale
        } else {
            self.value(solve_upper(q, self.y_least(1.0 - q), |y| self.tails(y)))
        }
    }

    fn mean(&self) -> f64 {
        0.5 * self.law.scale * ((self.law.a + 1.0) / (self.law.a + self.law.b + 1.0))
    }

    fn yardstick(&self) -> f64 {
        self.law.mean()
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0, self.law.scale]
    }
}
