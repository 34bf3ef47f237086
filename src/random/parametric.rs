//! The laws that are given by a formula. Parameters are checked by [`Law`](super::Law), which alone creates them.

use super::shape::Shape;
use crate::numeric::math::{
    beta_cdf, beta_sf, ln, ln_1p, ln_gamma, normal_cdf, normal_quantile, normal_sf, pow, sqrt,
};
use crate::numeric::math::{
    beta_quantile, beta_quantile_upper, exp, exp_m1, gamma_p, gamma_q, gamma_quantile,
    gamma_quantile_upper,
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub value: f64,
}

impl Shape for Constant {
    fn cdf(&self, x: f64) -> f64 {
        f64::from(x >= self.value)
    }

    fn sf(&self, x: f64) -> f64 {
        f64::from(x < self.value)
    }

    fn cdf_before(&self, x: f64) -> f64 {
        f64::from(x > self.value)
    }

    fn sf_from(&self, x: f64) -> f64 {
        f64::from(x <= self.value)
    }

    fn quantile(&self, _: f64) -> f64 {
        self.value
    }

    fn quantile_upper(&self, _: f64) -> f64 {
        self.value
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn knots(&self) -> Vec<f64> {
        vec![self.value]
    }

    fn is_piecewise_linear(&self) -> bool {
        true
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Uniform {
    pub min: f64,
    pub max: f64,
}

impl Shape for Uniform {
    fn cdf(&self, x: f64) -> f64 {
        ((x - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn sf(&self, x: f64) -> f64 {
        ((self.max - x) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.min + (self.max - self.min) * p
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.max - (self.max - self.min) * q
    }

    fn mean(&self) -> f64 {
        self.min + 0.5 * (self.max - self.min)
    }

    fn knots(&self) -> Vec<f64> {
        vec![self.min, self.max]
    }

    fn is_piecewise_linear(&self) -> bool {
        true
    }
}

/// F(x) = 1 − exp(−(x / scale)^shape). With shape 1 it is the exponential law.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weibull {
    pub shape: f64,
    pub scale: f64,
}

impl Weibull {
    /// −ln P(X > x).
    pub(super) fn hazard(&self, x: f64) -> f64 {
        pow(x.max(0.0) / self.scale, self.shape)
    }

    fn at_hazard(&self, hazard: f64) -> f64 {
        if self.shape == 1.0 {
            self.scale * hazard
        } else {
            self.scale * pow(hazard, 1.0 / self.shape)
        }
    }
}

impl Shape for Weibull {
    fn cdf(&self, x: f64) -> f64 {
        -exp_m1(-self.hazard(x))
    }

    fn sf(&self, x: f64) -> f64 {
        exp(-self.hazard(x))
    }

    fn quantile(&self, p: f64) -> f64 {
        self.at_hazard(-ln_1p(-p))
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.at_hazard(-ln(q))
    }

    fn mean(&self) -> f64 {
        self.scale * exp(ln_gamma(1.0 + 1.0 / self.shape))
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}

/// `median` · exp(`sigma` · Z) for a standard normal Z.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lognormal {
    pub median: f64,
    pub sigma: f64,
}

impl Lognormal {
    pub(super) fn z(&self, x: f64) -> f64 {
        if x > 0.0 {
            ln(x / self.median) / self.sigma
        } else {
            f64::NEG_INFINITY
        }
    }
}

impl Shape for Lognormal {
    fn cdf(&self, x: f64) -> f64 {
        normal_cdf(self.z(x))
    }

    fn sf(&self, x: f64) -> f64 {
        normal_sf(self.z(x))
    }

    fn quantile(&self, p: f64) -> f64 {
        self.median * exp(self.sigma * normal_quantile(p))
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.median * exp(-self.sigma * normal_quantile(q))
    }

    fn mean(&self) -> f64 {
        self.median * exp(0.5 * self.sigma * self.sigma)
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}

/// Density proportional to x^(shape − 1) · exp(−x / scale).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gamma {
    pub shape: f64,
    pub scale: f64,
}

impl Shape for Gamma {
    fn cdf(&self, x: f64) -> f64 {
        gamma_p(self.shape, x / self.scale)
    }

    fn sf(&self, x: f64) -> f64 {
        gamma_q(self.shape, x / self.scale)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * gamma_quantile(self.shape, p)
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.scale * gamma_quantile_upper(self.shape, q)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}

/// `scale` times a variable on [0, 1] with density proportional to x^(a − 1) · (1 − x)^(b − 1).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beta {
    pub a: f64,
    pub b: f64,
    pub scale: f64,
}

impl Shape for Beta {
    fn cdf(&self, x: f64) -> f64 {
        beta_cdf(self.a, self.b, x / self.scale)
    }

    fn sf(&self, x: f64) -> f64 {
        beta_sf(self.a, self.b, x / self.scale)
    }

    fn quantile(&self, p: f64) -> f64 {
        self.scale * beta_quantile(self.a, self.b, p)
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.scale * beta_quantile_upper(self.a, self.b, q)
    }

    fn mean(&self) -> f64 {
        self.scale * (self.a / (self.a + self.b))
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0, self.scale]
    }
}

/// Density rising straight from `min` to `mode` and falling straight to `max`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Triangular {
    pub min: f64,
    pub mode: f64,
    pub max: f64,
}

impl Triangular {
    /// The share of the probability below the mode, and above it.
    pub(super) fn sides(&self) -> (f64, f64) {
        let width = self.max - self.min;
        (
            (self.mode - self.min) / width,
            (self.max - self.mode) / width,
        )
    }
}

impl Shape for Triangular {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.min {
            0.0
        } else if x < self.mode {
            let along = (x - self.min) / (self.mode - self.min);
            self.sides().0 * along * along
        } else {
            1.0 - self.sf(x)
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x >= self.max {
            0.0
        } else if x > self.mode {
            let along = (self.max - x) / (self.max - self.mode);
            self.sides().1 * along * along
        } else if x == self.mode {
            self.sides().1
        } else {
            1.0 - self.cdf(x)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        let (below, _) = self.sides();
        if p <= below && below > 0.0 {
            self.min + (self.mode - self.min) * sqrt(p / below)
        } else {
            self.quantile_upper(1.0 - p)
        }
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let (below, above) = self.sides();
        if q < above || below == 0.0 {
            self.max - (self.max - self.mode) * sqrt(q / above)
        } else {
            self.min + (self.mode - self.min) * sqrt((1.0 - q).min(below) / below)
        }
    }

    fn mean(&self) -> f64 {
        (self.min + self.mode + self.max) / 3.0
    }

    fn knots(&self) -> Vec<f64> {
        let mut knots = vec![self.min, self.mode, self.max];
        knots.dedup();
        knots
    }
}
