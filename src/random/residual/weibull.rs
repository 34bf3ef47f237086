//! The residual law of a Weibull law.

use crate::numeric::math::{exp, gamma_p, gamma_q, ln_gamma};
use crate::numeric::solve::{gamma_quantile_ln, gamma_quantile_upper_ln};
use crate::random::parametric::Weibull;
use crate::random::shape::Shape;

/// Below this hazard P(X > x) is 1 to the last bit, and F_e(x) = x / μ even where the hazard underflows.
const NO_HAZARD: f64 = 1e-18;

/// If X_e has the residual law, (X_e / scale)^shape is a gamma variable of shape 1 / shape.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct WeibullExcess {
    law: Weibull,
    law_mean: f64,
}

impl WeibullExcess {
    pub(crate) fn new(law: &Weibull) -> Self {
        Self {
            law: law.clone(),
            law_mean: law.mean(),
        }
    }

    fn gamma_shape(&self) -> f64 {
        1.0 / self.law.shape
    }

    fn value(&self, gamma_ln: f64) -> f64 {
        self.law.scale * exp(gamma_ln / self.law.shape)
    }
}

impl Shape for WeibullExcess {
    fn cdf(&self, x: f64) -> f64 {
        let hazard = self.law.hazard(x);
        if hazard < NO_HAZARD {
            x.max(0.0) / self.law_mean
        } else {
            gamma_p(self.gamma_shape(), hazard)
        }
    }

    fn sf(&self, x: f64) -> f64 {
        let hazard = self.law.hazard(x);
        if hazard < NO_HAZARD {
            1.0 - x.max(0.0) / self.law_mean
        } else {
            gamma_q(self.gamma_shape(), hazard)
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        self.value(gamma_quantile_ln(self.gamma_shape(), p))
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        self.value(gamma_quantile_upper_ln(self.gamma_shape(), q))
    }

    fn mean(&self) -> f64 {
        0.5 * self.law.scale
            * exp(ln_gamma(1.0 + 2.0 / self.law.shape) - ln_gamma(1.0 + 1.0 / self.law.shape))
    }

    fn yardstick(&self) -> f64 {
        self.law_mean
    }

    fn knots(&self) -> Vec<f64> {
        vec![0.0]
    }
}
