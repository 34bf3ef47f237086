//! Residual laws: how long an interval still lasts that is met at a random moment.
//!
//! In equilibrium the interval under way has the *stationary excess* law F_e(x) = (1/μ) ∫₀ˣ P(X > t) dt of the law of whole intervals,
//! whose mean is μ: D. R. Cox, *Renewal Theory* (1962), section 5.2. Its density P(X > x) / μ never increases, so it starts at zero, has no
//! atoms, and bends where the law itself jumps or bends.
//!
//! With the partial mean M(x) = E[X; X ≤ x], integration by parts gives F_e(x) = (x · P(X > x) + M(x)) / μ, a sum of positive terms. The
//! upper tail E[(X − x)⁺] / μ is a difference of two that nearly cancel, so every kind of law has a form of its own for it.

mod beta;
mod gamma;
mod lognormal;
mod polygon;
mod triangular;
mod weibull;

pub(super) use beta::BetaExcess;
pub(super) use gamma::GammaExcess;
pub(super) use lognormal::LognormalExcess;
pub(super) use polygon::PolygonExcess;
pub(super) use triangular::TriangularExcess;
pub(super) use weibull::WeibullExcess;

use super::shape::Shape;
use crate::numeric::math::ln;
use crate::numeric::solve::newton;

/// The residual law of one kind of law. Constants, exponentials and mixtures need none: theirs are among the other laws.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Excess {
    Beta(BetaExcess),
    Gamma(GammaExcess),
    Lognormal(LognormalExcess),
    Polygon(PolygonExcess),
    Triangular(TriangularExcess),
    Weibull(WeibullExcess),
}

impl Excess {
    pub(super) fn shape(&self) -> &dyn Shape {
        match self {
            Excess::Beta(law) => law,
            Excess::Gamma(law) => law,
            Excess::Lognormal(law) => law,
            Excess::Polygon(law) => law,
            Excess::Triangular(law) => law,
            Excess::Weibull(law) => law,
        }
    }
}

/// A residual law at one place.
struct Tails {
    /// F_e, accurate in the lower tail.
    lower: f64,
    /// 1 − F_e, accurate in the upper tail.
    upper: f64,
    /// How fast F_e grows along the coordinate in which it is solved for.
    slope: f64,
}

impl Tails {
    const BEYOND: Tails = Tails {
        lower: 1.0,
        upper: 0.0,
        slope: 0.0,
    };
}

/// The coordinate where F_e is `p`. Where the hazard of ln X increases, as it does for all laws here that are solved for, ln F_e is concave:
/// from a start below the solution Newton's method stays below.
fn solve_lower(p: f64, start: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    newton(start, |y| {
        let Tails { lower, slope, .. } = tails(y);
        (ln(lower / p), slope / lower)
    })
}

/// The coordinate where 1 − F_e is `q`. Its logarithm is concave too: from above the solution Newton's method stays above.
fn solve_upper(q: f64, start: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    newton(start, |y| {
        let Tails { upper, slope, .. } = tails(y);
        (ln(q / upper), slope / upper)
    })
}
