//! The regularised incomplete gamma and beta functions, both tails of each.
//!
//! Both share one idea for their leading factor: written as a Poisson or binomial weight by Loader's saddle-point expansion it
//! keeps its relative accuracy where the textbook form `exp(a ln x − x − lnΓ(a))` subtracts large numbers.
//!
//! Source of the weights: C. Loader, *Fast and Accurate Computation of Binomial Probabilities* (2000). Series and continued
//! fractions: Abramowitz & Stegun 6.5.29, 6.5.31 and 26.5.8; evaluated by Lentz's method.

use crate::numeric::math::{deviance, exp, sqrt, stirling_error};
use std::f64::consts::TAU;

/// Enough for shapes up to about 10⁹: both continued fractions take a few √shape terms at worst.
const TERMS: u32 = 200_000;
/// Stands in for a zero denominator in Lentz's method.
const TINY: f64 = 1e-300;

/// P(X ≤ `x`) for a gamma variable of the given `shape` and scale 1, accurate in the lower tail.
#[must_use]
pub fn gamma_p(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else {
        gamma_tails(shape, x, poisson_weight(shape, x)).0
    }
}

/// P(X > `x`) for a gamma variable of the given `shape` and scale 1, accurate in the upper tail.
#[must_use]
pub fn gamma_q(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else {
        gamma_tails(shape, x, poisson_weight(shape, x)).1
    }
}

/// Both tails of a gamma variable at `x` > 0, given the Poisson weight there. The lesser of the two is accurate.
pub(crate) fn gamma_tails(shape: f64, x: f64, weight: f64) -> (f64, f64) {
    if weight == 0.0 || x == f64::INFINITY {
        // So far out the fraction would still be multiplied by zero, and its factors miss 1 by rounding for ever.
        if x < shape { (0.0, 1.0) } else { (1.0, 0.0) }
    } else if x < shape + 1.0 {
        let lower = (weight * gamma_series(shape, x)).min(1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (shape * weight * gamma_fraction(shape, x)).min(1.0);
        (1.0 - upper, upper)
    }
}

/// P(X ≤ `x`) for a beta variable, accurate in the lower tail.
#[must_use]
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    beta_lower(a, b, x, 1.0 - x)
}

/// P(X > `x`) for a beta variable, accurate in the upper tail.
#[must_use]
pub fn beta_sf(a: f64, b: f64, x: f64) -> f64 {
    beta_lower(b, a, 1.0 - x, x)
}

/// P(X ≤ `x`) for a beta variable, given also `rest` = 1 − `x`, which near 1 says more than `x` does.
pub(crate) fn beta_lower(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if rest <= 0.0 {
        1.0
    } else {
        beta_lower_weighted(a, b, x, rest, binomial_weight(a, b, x, rest))
    }
}

/// The same inside (0, 1), given the binomial weight there.
pub(crate) fn beta_lower_weighted(a: f64, b: f64, x: f64, rest: f64, weight: f64) -> f64 {
    if x < (a + 1.0) / (a + b + 2.0) {
        (weight * (b / (a + b)) * beta_fraction(a, b, x)).min(1.0)
    } else {
        1.0 - (weight * (a / (a + b)) * beta_fraction(b, a, rest)).min(1.0)
    }
}

/// x^shape · e^(−x) / Γ(shape + 1): the Poisson weight at a count of `shape` with mean `x`.
pub(crate) fn poisson_weight(shape: f64, x: f64) -> f64 {
    exp(-stirling_error(shape) - deviance(shape, x)) / sqrt(TAU * shape)
}

/// x^a · rest^b · Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)): the binomial weight at `a` of a + b.
pub(crate) fn binomial_weight(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    let n = a + b;
    let exponent = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * rest);
    exp(exponent) * sqrt(n / (TAU * a * b))
}

/// P(X ≤ x) over the Poisson weight.
pub(crate) fn gamma_series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// P(X > x) over shape times the Poisson weight.
pub(crate) fn gamma_fraction(shape: f64, x: f64) -> f64 {
    let mut base = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / base;
    let mut product = d;
    for n in 1..TERMS {
        let n = f64::from(n);
        let numerator = n * (shape - n);
        base += 2.0;
        d = 1.0 / non_zero(numerator * d + base);
        c = non_zero(base + numerator / c);
        product *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    product
}

/// P(X ≤ x) over b / (a + b) times the binomial weight: DLMF 8.17.22 without its leading factor.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / non_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    for m in 1..TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / non_zero(1.0 + even * d);
        c = non_zero(1.0 + even / c);
        product *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / non_zero(1.0 + odd * d);
        c = non_zero(1.0 + odd / c);
        product *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    product
}

fn non_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::math::{ln, ln_1p, ln_gamma};

    /// The weight must agree with its textbook form where that form is still accurate.
    #[test]
    fn weights_match_their_definitions() {
        for (a, b, x) in [
            (0.3, 4.0, 0.1),
            (2.0, 98.0, 0.02),
            (17.0, 17.5, 0.6),
            (40.0, 2.0, 0.9),
        ] {
            let poisson = exp(a * ln(x) - x - ln_gamma(a + 1.0));
            assert!((poisson_weight(a, x) / poisson - 1.0).abs() < 1e-12);
            let binomial = a * ln(x) + b * ln_1p(-x) + ln_gamma(a + b + 1.0)
                - ln_gamma(a + 1.0)
                - ln_gamma(b + 1.0);
            assert!((binomial_weight(a, b, x, 1.0 - x) / exp(binomial) - 1.0).abs() < 1e-12);
        }
    }
}
