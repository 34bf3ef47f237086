//! The residual law of a lognormal law.
//!
//! Its upper tail is the Black-Scholes price of a call option: with x = median · exp(σz), 1 − F_e = Φ(σ − z) − (x/μ) Φ(−z), and since
//! (x/μ) φ(z) = φ(z − σ) also φ(z − σ) · (R(z − σ) − R(z)), where R = Φ(−·)/φ is Mills' ratio.

use super::{Tails, solve_lower, solve_upper};
use crate::numeric::math::{exp, ln, normal_cdf, normal_quantile, normal_sf, sqrt};
use crate::random::parametric::Lognormal;
use crate::random::shape::Shape;
use std::f64::consts::TAU;

/// Below this sigma the two terms of the upper tail cancel too far, and it is taken from a series.
const NARROW: f64 = 0.1;
/// Below this z the law has no probability worth a bit, and F_e(x) = x / μ.
const EMPTY: f64 = -9.0;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct LognormalExcess {
    law: Lognormal,
    law_mean: f64,
}

impl LognormalExcess {
    pub(crate) fn new(law: &Lognormal) -> Self {
        Self {
            law: law.clone(),
            law_mean: law.mean(),
        }
    }

    fn tails(&self, z: f64) -> Tails {
        let sigma = self.law.sigma;
        let law_sf = normal_sf(z);
        if law_sf == 0.0 {
            return Tails::BEYOND;
        }
        // x P(X > x) / μ.
        let rest = exp(sigma * (z - 0.5 * sigma)) * law_sf;
        let lower = normal_cdf(z - sigma) + rest;
        let upper = if lower < 0.5 {
            1.0 - lower
        } else if sigma < NARROW && z > 0.0 {
            upper_narrow(sigma, z)
        } else {
            normal_sf(z - sigma) - rest
        };
        Tails {
            lower,
            upper,
            slope: sigma * rest,
        }
    }

    fn value(&self, z: f64) -> f64 {
        self.law.median * exp(self.law.sigma * z)
    }

    /// Where x / μ, which F_e never exceeds, is `p`.
    fn z_least(&self, p: f64) -> f64 {
        ln(p) / self.law.sigma + 0.5 * self.law.sigma
    }
}

/// 1 − F_e for small sigma, by Taylor's series of R(z − σ) − R(z) around the middle, with R′ = tR − 1 and
/// R⁽ⁿ⁺¹⁾ = tR⁽ⁿ⁾ + nR⁽ⁿ⁻¹⁾.
fn upper_narrow(sigma: f64, z: f64) -> f64 {
    let (middle, half) = (z - 0.5 * sigma, 0.5 * sigma);
    let mut even = normal_sf(middle) / density(middle);
    let mut odd = middle * even - 1.0;
    let mut power = half;
    let mut sum = power * odd;
    for n in [1.0, 3.0, 5.0] {
        even = middle * odd + n * even;
        odd = middle * even + (n + 1.0) * odd;
        power *= half * half / ((n + 1.0) * (n + 2.0));
        sum += power * odd;
    }
    -2.0 * density(z - sigma) * sum
}

/// The normal density.
fn density(t: f64) -> f64 {
    exp(-0.5 * t * t) / sqrt(TAU)
}

impl Shape for LognormalExcess {
    fn cdf(&self, x: f64) -> f64 {
        self.tails(self.law.z(x)).lower
    }

    fn sf(&self, x: f64) -> f64 {
        self.tails(self.law.z(x)).upper
    }

    fn quantile(&self, p: f64) -> f64 {
        if p > 0.5 {
            return self.quantile_upper(1.0 - p);
        }
        let sigma = self.law.sigma;
        let least = self.z_least(p);
        if least < EMPTY {
            return self.law_mean * p;
        }
        // F_e is below x / μ and above Φ(z − σ).
        let start = if least < 0.0 {
            least
        } else {
            0.5 * (least + sigma + normal_quantile(p))
        };
        self.value(solve_lower(p, start, |z| self.tails(z)))
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        if q > 0.5 {
            return self.quantile(1.0 - q);
        }
        if q == 0.0 {
            return f64::INFINITY;
        }
        let least = self.z_least(1.0 - q);
        if least < EMPTY {
            return self.law_mean * (1.0 - q);
        }
        // With t = z − σ, 1 − F_e falls like φ(t) (1/t − 1/z), that is, like Φ(−t) σ/z.
        let sigma = self.law.sigma;
        let tail = q * (1.0 - normal_quantile(q) / sigma);
        let start = if tail < 0.5 {
            sigma - normal_quantile(tail)
        } else {
            least
        };
        self.value(solve_upper(q, start.max(least), |z| self.tails(z)))
    }

    fn mean(&self) -> f64 {
        0.5 * self.law.median * exp(1.5 * self.law.sigma * self.law.sigma)
    }

    fn yardstick(&self) -> f64 {
        self.law_mean
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}
