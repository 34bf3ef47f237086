//! Quantiles of laws that have no closed one.
//!
//! Gamma and beta quantiles are found by Newton's method on the logarithm of the tail probability, in ln x or logit x. In those
//! variables both densities are log-concave, so both tails are concave: Newton cannot cycle, and after its first step it approaches
//! from one side. Other laws are inverted by bracketing.

use crate::numeric::incomplete::{
    beta_lower_weighted, binomial_weight, gamma_tails, poisson_weight,
};
use crate::numeric::math::{exp, ln, ln_1p, ln_gamma, normal_quantile, sqrt};

/// Newton's steps square the error: after one this small, what is left is rounding.
const LAST_STEP: f64 = 1e-8;
/// Solutions are sought between e^−700 and e^700, where nothing underflows.
const RANGE: f64 = 700.0;
const MOST_STEPS: u32 = 100;
/// Relative width at which a bracket is taken for its better end.
const CLOSE: f64 = 1e-13;
/// Halving alone reaches the last bit of any double well within this, unless the solution is denormal.
const MOST_BRACKETS: u32 = 200;
/// Below e^−40 the power law that a tail starts with is exact to the last bit. Far below it the functions would underflow.
const POWER_LAW_LN: f64 = -40.0;

/// The quantile of a gamma variable of the given `shape` and scale 1 at lower tail probability `p`.
#[must_use]
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    exp(gamma_quantile_ln(shape, p))
}

/// The value that a gamma variable of the given `shape` and scale 1 exceeds with probability `q`.
#[must_use]
pub fn gamma_quantile_upper(shape: f64, q: f64) -> f64 {
    exp(gamma_quantile_upper_ln(shape, q))
}

/// The logarithm of [`gamma_quantile`], which unlike the quantile itself does not underflow for small shapes.
pub(crate) fn gamma_quantile_ln(shape: f64, p: f64) -> f64 {
    if p > 0.5 {
        return gamma_quantile_upper_ln(shape, 1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    // P(X ≤ x) < x^shape / Γ(shape + 1), so this start is never above the solution.
    let power_law = (ln(p) + ln_gamma(shape + 1.0)) / shape;
    if power_law < POWER_LAW_LN {
        return power_law;
    }
    let target = ln(p);
    let start = wilson_hilferty(shape, normal_quantile(p)).map_or(power_law, ln);
    newton(start, |y| {
        let x = exp(y);
        let weight = poisson_weight(shape, x);
        let (tail, _) = gamma_tails(shape, x, weight);
        (ln(tail) - target, shape * weight / tail)
    })
}

/// The logarithm of [`gamma_quantile_upper`].
pub(crate) fn gamma_quantile_upper_ln(shape: f64, q: f64) -> f64 {
    if q > 0.5 {
        return gamma_quantile_ln(shape, 1.0 - q);
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    let power_law = (ln_1p(-q) + ln_gamma(shape + 1.0)) / shape;
    if power_law < POWER_LAW_LN {
        return power_law;
    }
    let target = ln(q);
    // Where the cube-root approximation fails the shape is small, and −ln q, the exponential quantile, is never below the solution.
    let start = wilson_hilferty(shape, -normal_quantile(q)).unwrap_or(-target);
    newton(ln(start), |y| {
        let x = exp(y);
        let weight = poisson_weight(shape, x);
        let (_, tail) = gamma_tails(shape, x, weight);
        (target - ln(tail), shape * weight / tail)
    })
}

/// E. B. Wilson & M. M. Hilferty (1931): the cube root of a gamma variable is nearly normal. None where that is far off.
pub(crate) fn wilson_hilferty(shape: f64, z: f64) -> Option<f64> {
    let ninth = 1.0 / (9.0 * shape);
    let root = 1.0 - ninth + z * sqrt(ninth);
    (shape > 0.3 && root > 0.2).then_some(shape * root * root * root)
}

/// The quantile of a beta variable at lower tail probability `p`.
#[must_use]
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    logistic(beta_quantile_logit(a, b, p))
}

/// The value that a beta variable exceeds with probability `q`.
#[must_use]
pub fn beta_quantile_upper(a: f64, b: f64, q: f64) -> f64 {
    logistic(-beta_quantile_logit(b, a, q))
}

/// The logit of [`beta_quantile`], which unlike the quantile itself loses nothing near 1.
fn beta_quantile_logit(a: f64, b: f64, p: f64) -> f64 {
    if p > 0.5 {
        return -beta_quantile_logit(b, a, 1.0 - p);
    }
    let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let power_law = (ln(p) + ln(a) + ln_beta) / a;
    if power_law < POWER_LAW_LN - ln(a + b) {
        return power_law;
    }
    let start = if a < 1.0 {
        power_law.min(0.0)
    } else {
        (ln(a / b) + normal_quantile(p) * sqrt(1.0 / a + 1.0 / b)).max(power_law)
    };
    let target = ln(p);
    newton(start, |y| {
        let (x, rest) = (logistic(y), logistic(-y));
        let weight = binomial_weight(a, b, x, rest);
        let tail = beta_lower_weighted(a, b, x, rest, weight);
        (ln(tail) - target, a * b / (a + b) * weight / tail)
    })
}

pub(crate) fn logistic(y: f64) -> f64 {
    if y < 0.0 {
        let e = exp(y);
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + exp(-y))
    }
}

/// The zero of an increasing function that is given with its slope, between ±[`RANGE`].
///
/// Where the function or its slope has underflowed, Newton's step is useless and the bracket is halved instead.
pub(crate) fn newton(start: f64, function: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (-RANGE, RANGE);
    let mut y = start.clamp(low, high);
    for _ in 0..MOST_STEPS {
        let (value, slope) = function(y);
        *(if value < 0.0 { &mut low } else { &mut high }) = y;
        let step = -value / slope;
        if step.abs() < LAST_STEP {
            return y + step;
        }
        let proposed = y + step;
        y = if low < proposed && proposed < high {
            proposed
        } else {
            0.5 * (low + high)
        };
    }
    y
}

/// Where an increasing `function` crosses zero between `low` and `high`, to the last bits.
///
/// T. R. Chandrupatla, *Advances in Engineering Software* 28 (1997), 145-149: inverse quadratic steps while they are safe, halving
/// otherwise, so jumps and flat stretches cost time but cannot mislead.
pub(crate) fn bracketed(low: f64, high: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut f_a, mut f_b) = (function(a), function(b));
    if f_a >= 0.0 {
        return a;
    }
    if f_b <= 0.0 {
        return b;
    }
    let mut fraction = 0.5;
    let mut best = a;
    for _ in 0..MOST_BRACKETS {
        let x = a + fraction * (b - a);
        let f_x = function(x);
        let (c, f_c);
        if (f_x > 0.0) == (f_a > 0.0) {
            (c, f_c) = (a, f_a);
        } else {
            (c, f_c) = (b, f_b);
            (b, f_b) = (a, f_a);
        }
        (a, f_a) = (x, f_x);
        best = if f_a.abs() < f_b.abs() { a } else { b };
        let tolerance = CLOSE * best.abs() / (b - a).abs();
        if f_x == 0.0 || tolerance >= 0.5 {
            break;
        }
        let xi = (a - b) / (c - b);
        let phi = (f_a - f_b) / (f_c - f_b);
        fraction = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            let inverse_quadratic = f_a / (f_b - f_a) * f_c / (f_b - f_c)
                + (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b);
            inverse_quadratic.clamp(tolerance, 1.0 - tolerance)
        } else {
            0.5
        };
    }
    best
}
