//! Laws: what a quantity is distributed like, valid by construction.
//!
//! A law knows nothing of units and draws nothing itself: compiled into a [`QuantileTable`](super::QuantileTable) it is sampled, and
//! here it answers exactly, for checks, reports and closed forms.

use super::law_error::{Allowed, LawError};
use super::measured::{Quantiles, Samples};
use super::mixture::Mixture;
use super::parametric::{Beta, Constant, Gamma, Lognormal, Triangular, Uniform, Weibull};
use super::residual::{
    BetaExcess, Excess, GammaExcess, LognormalExcess, PolygonExcess, TriangularExcess,
    WeibullExcess,
};
use super::shape::{Shape, Shaped};
use crate::numeric::math::{exp, ln, ln_1p, ln_gamma, normal_quantile, sqrt};

/// A value that may be zero. The upper bounds keep far tails within the range of a double.
const NON_NEGATIVE: Allowed = Allowed::Closed(0.0, 1e100);
/// A mean, median or scale.
const POSITIVE: Allowed = Allowed::Closed(1e-100, 1e100);
const SIGMA: Allowed = Allowed::Closed(1e-6, 5.0);
const CV: Allowed = Allowed::Closed(0.01, 10.0);
/// The shapes of gamma laws whose coefficient of variation, 1/√shape, is allowed too.
const GAMMA_SHAPE: Allowed = Allowed::Closed(0.01, 1e4);
const WEIBULL_SHAPE: Allowed = Allowed::Closed(0.1, 100.0);
const LEVEL: Allowed = Allowed::Closed(0.0, 1.0);
const WEIGHT: Allowed = Allowed::Closed(1e-12, 1.0);
const BETA_MEAN: Allowed = Allowed::Closed(1e-6, 0.999_999);
const CORRELATION: Allowed = Allowed::Closed(1e-4, 0.99);
/// How far the weights of a mixture may miss 1.
const WEIGHTS_SLACK: f64 = 1e-9;

/// A distribution of a non-negative quantity.
///
/// ```
/// use rollcast::random::Law;
///
/// let download_s = Law::lognormal_from_p95(60.0, 180.0).unwrap();
/// assert!((download_s.quantile(0.95) - 180.0).abs() < 1e-9);
/// assert!((download_s.sf(60.0) - 0.5).abs() < 1e-12);
/// assert!(download_s.mean() > 70.0, "few slow ones weigh much");
/// assert!(Law::uniform(5.0, 1.0).is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Constant(Constant),
    Uniform(Uniform),
    Weibull(Weibull),
    Lognormal(Lognormal),
    Gamma(Gamma),
    Beta(Beta),
    Triangular(Triangular),
    Quantiles(Quantiles),
    Samples(Samples),
    Mixture(Mixture<Law>),
    /// The residual law of another.
    Residual(Box<Law>, Excess),
}

/// Constructors. Each says which parameters it allows; all else, NaN and infinity included, is a [`LawError`].
impl Law {
    /// Always `value`, 0 to 1e100.
    pub fn constant(value: f64) -> Result<Law, LawError> {
        check("constant", "value", value, NON_NEGATIVE)?;
        Ok(Law::of(Kind::Constant(Constant { value })))
    }

    /// Any value from `min` to `max` alike, 0 ≤ `min` < `max` ≤ 1e100.
    pub fn uniform(min: f64, max: f64) -> Result<Law, LawError> {
        check("uniform", "min", min, NON_NEGATIVE)?;
        check("uniform", "max", max, NON_NEGATIVE)?;
        ordered("uniform", ("min", min), ("max", max), false)?;
        Ok(Law::of(Kind::Uniform(Uniform { min, max })))
    }

    /// The memoryless law of the given `mean` > 0.
    pub fn exponential(mean: f64) -> Result<Law, LawError> {
        check("exponential", "mean", mean, POSITIVE)?;
        Ok(Law::of(Kind::Weibull(Weibull {
            shape: 1.0,
            scale: mean,
        })))
    }

    /// Lognormal: `median` · exp(`sigma` · Z) for a standard normal Z; `sigma` from 1e-6 to 5.
    pub fn lognormal(median: f64, sigma: f64) -> Result<Law, LawError> {
        check("lognormal", "median", median, POSITIVE)?;
        check("lognormal", "sigma", sigma, SIGMA)?;
        Ok(Law::of(Kind::Lognormal(Lognormal { median, sigma })))
    }

    /// Lognormal from its `median` and the value `p95` > `median` that 95 % do not exceed: sigma = ln(p95 / median) / z(0.95).
    pub fn lognormal_from_p95(median: f64, p95: f64) -> Result<Law, LawError> {
        check("lognormal", "median", median, POSITIVE)?;
        check("lognormal", "p95", p95, POSITIVE)?;
        ordered("lognormal", ("median", median), ("p95", p95), false)?;
        Law::lognormal(median, ln(p95 / median) / normal_quantile(0.95))
    }

    /// Lognormal from its `mean` and coefficient of variation `cv`, 0.01 to 10: sigma² = ln(1 + cv²), median = mean / √(1 + cv²).
    pub fn lognormal_from_mean(mean: f64, cv: f64) -> Result<Law, LawError> {
        check("lognormal", "mean", mean, POSITIVE)?;
        check("lognormal", "cv", cv, CV)?;
        Law::lognormal(mean / sqrt(1.0 + cv * cv), sqrt(ln_1p(cv * cv)))
    }

    /// Gamma of the given `shape`, 0.01 to 10 000, and `scale` > 0: mean shape · scale.
    pub fn gamma(shape: f64, scale: f64) -> Result<Law, LawError> {
        check("gamma", "shape", shape, GAMMA_SHAPE)?;
        check("gamma", "scale", scale, POSITIVE)?;
        Ok(Law::of(Kind::Gamma(Gamma { shape, scale })))
    }

    /// Gamma from its `mean` and coefficient of variation `cv`, 0.01 to 10: shape = 1 / cv², scale = mean · cv².
    pub fn gamma_from_mean(mean: f64, cv: f64) -> Result<Law, LawError> {
        check("gamma", "mean", mean, POSITIVE)?;
        check("gamma", "cv", cv, CV)?;
        Ok(Law::of(Kind::Gamma(Gamma {
            shape: 1.0 / (cv * cv),
            scale: mean * cv * cv,
        })))
    }

    /// Weibull, F(x) = 1 − exp(−(x / scale)^shape), with `shape` from 0.1 to 100 and `scale` > 0.
    pub fn weibull(shape: f64, scale: f64) -> Result<Law, LawError> {
        check("weibull", "shape", shape, WEIBULL_SHAPE)?;
        check("weibull", "scale", scale, POSITIVE)?;
        Ok(Law::of(Kind::Weibull(Weibull { shape, scale })))
    }

    /// Weibull from its `mean` and `shape`: scale = mean / Γ(1 + 1 / shape).
    pub fn weibull_from_mean(mean: f64, shape: f64) -> Result<Law, LawError> {
        check("weibull", "mean", mean, POSITIVE)?;
        check("weibull", "shape", shape, WEIBULL_SHAPE)?;
        Law::weibull(shape, mean / exp(ln_gamma(1.0 + 1.0 / shape)))
    }

    /// Density rising straight from `min` to `mode` and falling straight to `max`; 0 ≤ `min` ≤ `mode` ≤ `max`, `min` < `max`.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Law, LawError> {
        for (parameter, value) in [("min", min), ("mode", mode), ("max", max)] {
            check("triangular", parameter, value, NON_NEGATIVE)?;
        }
        ordered("triangular", ("min", min), ("mode", mode), true)?;
        ordered("triangular", ("mode", mode), ("max", max), true)?;
        ordered("triangular", ("min", min), ("max", max), false)?;
        Ok(Law::of(Kind::Triangular(Triangular { min, mode, max })))
    }

    /// A measured quantile function from two or more points (probability, value): probabilities in [0, 1] strictly increasing, values
    /// non-decreasing.
    ///
    /// It is straight between the points and clamped at the ends: with points (0.1, 3) ... (0.9, 8) a tenth of all draws are
    /// exactly 3 and a tenth exactly 8.
    pub fn quantiles(points: Vec<(f64, f64)>) -> Result<Law, LawError> {
        const LAW: &str = "quantiles";
        enough(LAW, "points", points.len(), 2)?;
        for (index, &(level, value)) in points.iter().enumerate() {
            check_entry(LAW, index, "probability", level, LEVEL)?;
            check_entry(LAW, index, "value", value, NON_NEGATIVE)?;
            if let Some(&(level_before, value_before)) =
                index.checked_sub(1).and_then(|before| points.get(before))
            {
                entry_ordered(LAW, index, "probability", level_before, level, false)?;
                entry_ordered(LAW, index, "value", value_before, value, true)?;
            }
        }
        Ok(Law::of(Kind::Quantiles(Quantiles { points })))
    }

    /// Recorded values, one or more in any order, each as likely as any other.
    pub fn samples(mut values: Vec<f64>) -> Result<Law, LawError> {
        enough("samples", "values", values.len(), 1)?;
        for (index, &value) in values.iter().enumerate() {
            check_entry("samples", index, "value", value, NON_NEGATIVE)?;
        }
        values.sort_by(f64::total_cmp);
        Ok(Law::of(Kind::Samples(Samples { values })))
    }

    /// One of several laws, by weights > 0 that sum to 1 within 1e-9. The laws may be mixtures themselves.
    pub fn mixture(parts: Vec<(f64, Law)>) -> Result<Law, LawError> {
        enough("mixture", "parts", parts.len(), 1)?;
        for (index, &(weight, _)) in parts.iter().enumerate() {
            check_entry("mixture", index, "weight", weight, WEIGHT)?;
        }
        let sum: f64 = parts.iter().map(|&(weight, _)| weight).sum();
        if (sum - 1.0).abs() > WEIGHTS_SLACK {
            return Err(LawError::Weights { sum });
        }
        Ok(Law::weighted(parts))
    }

    /// The mixture of one or more laws with weights in proportion to these.
    fn weighted(parts: Vec<(f64, Law)>) -> Law {
        let sum: f64 = parts.iter().map(|&(weight, _)| weight).sum();
        let flat = parts
            .into_iter()
            .flat_map(|(weight, law)| match law.kind {
                Kind::Mixture(inner) => inner
                    .parts()
                    .iter()
                    .map(|(share, law)| (weight * share / sum, law.clone()))
                    .collect(),
                _ => vec![(weight / sum, law)],
            })
            .collect();
        Law::of(Kind::Mixture(Mixture::new(flat)))
    }

    /// Beta on [0, 1]: a probability that itself differs from one release to the next, with `mean` 1e-6 to 1 − 1e-6.
    ///
    /// Two robots of one release then fail with the given `correlation`, 1e-4 to 0.99: a + b = 1 / correlation − 1 and
    /// a = mean · (a + b).
    pub fn beta(mean: f64, correlation: f64) -> Result<Law, LawError> {
        check("beta", "mean", mean, BETA_MEAN)?;
        check("beta", "correlation", correlation, CORRELATION)?;
        let total = 1.0 / correlation - 1.0;
        Ok(Law::of(Kind::Beta(Beta {
            a: mean * total,
            b: (1.0 - mean) * total,
            scale: 1.0,
        })))
    }

    fn of(kind: Kind) -> Law {
        Law { kind }
    }
}

impl Law {
    /// P(X ≤ `x`), accurate in the lower tail.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        self.shape().cdf(x)
    }

    /// P(X > `x`), accurate in the upper tail.
    #[must_use]
    pub fn sf(&self, x: f64) -> f64 {
        self.shape().sf(x)
    }

    /// The least value not exceeded with probability `p` or more. At 1 it is infinite for laws without a greatest value.
    ///
    /// # Panics
    ///
    /// If `p` is not in [0, 1].
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        assert!(
            (0.0..=1.0).contains(&p),
            "a probability lies in [0, 1], not {p}"
        );
        self.shape().quantile(p)
    }

    /// The value exceeded with probability `q`: `quantile(1 - q)`, but accurate for small `q`.
    ///
    /// # Panics
    ///
    /// If `q` is not in [0, 1].
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> f64 {
        assert!(
            (0.0..=1.0).contains(&q),
            "a probability lies in [0, 1], not {q}"
        );
        self.shape().quantile_upper(q)
    }

    /// The expected value.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.shape().mean()
    }

    /// The least possible value.
    #[must_use]
    pub fn support_min(&self) -> f64 {
        self.shape().quantile(0.0)
    }

    /// The value, if there is only one.
    #[must_use]
    pub fn as_constant(&self) -> Option<f64> {
        let (least, greatest) = (self.shape().quantile(0.0), self.shape().quantile_upper(0.0));
        (least == greatest).then_some(least)
    }

    /// The law of `factor` times the value.
    ///
    /// # Errors
    ///
    /// If `factor` is not positive, or a value or scale leaves the range that laws allow.
    pub fn scaled(&self, factor: f64) -> Result<Law, LawError> {
        check("scaled", "factor", factor, POSITIVE)?;
        match &self.kind {
            Kind::Constant(law) => Law::constant(law.value * factor),
            Kind::Uniform(law) => Law::uniform(law.min * factor, law.max * factor),
            Kind::Weibull(law) => Law::weibull(law.shape, law.scale * factor),
            Kind::Lognormal(law) => Law::lognormal(law.median * factor, law.sigma),
            Kind::Gamma(law) => Law::gamma(law.shape, law.scale * factor),
            Kind::Beta(law) => {
                let scale = law.scale * factor;
                check("beta", "scale", scale, POSITIVE)?;
                Ok(Law::of(Kind::Beta(Beta {
                    scale,
                    ..law.clone()
                })))
            }
            Kind::Triangular(law) => {
                Law::triangular(law.min * factor, law.mode * factor, law.max * factor)
            }
            Kind::Quantiles(law) => Law::quantiles(
                law.points
                    .iter()
                    .map(|&(level, value)| (level, value * factor))
                    .collect(),
            ),
            Kind::Samples(law) => {
                Law::samples(law.values.iter().map(|value| value * factor).collect())
            }
            Kind::Mixture(law) => {
                let scaled: Result<_, _> = law
                    .parts()
                    .iter()
                    .map(|(weight, law)| Ok((*weight, law.scaled(factor)?)))
                    .collect();
                Ok(Law::weighted(scaled?))
            }
            Kind::Residual(law, _) => law.scaled(factor)?.residual(),
        }
    }

    /// The law of what is left of an interval with this law that is met at a random moment: F_e(x) = (1/mean) ∫₀ˣ P(X > t) dt.
    ///
    /// It is the law of the first interval of a renewal process in equilibrium (D. R. Cox, *Renewal Theory*, 1962, section 5.2). The
    /// residual of a constant c is uniform from 0 to c, that of an exponential law is the law itself, that of a mixture the mixture of the
    /// residuals, weighted by weight times mean.
    ///
    /// Its own mean is E\[X²\] / 2E\[X\], for very skewed laws a large multiple of E\[X\]. Its quantile table is therefore built
    /// relative to a millionth of E\[X\], not of its own mean.
    ///
    /// # Errors
    ///
    /// If the mean is zero, or the law or a part of it is itself the residual of another than those named above.
    pub fn residual(&self) -> Result<Law, LawError> {
        let mean = self.mean();
        if mean == 0.0 {
            return Err(LawError::NoResidual);
        }
        if let Some(value) = self.as_constant() {
            return Law::uniform(0.0, value);
        }
        let excess = match &self.kind {
            Kind::Weibull(Weibull { shape: 1.0, .. }) | Kind::Gamma(Gamma { shape: 1.0, .. }) => {
                return Ok(self.clone());
            }
            Kind::Mixture(law) => {
                let shares = law
                    .parts()
                    .iter()
                    .map(|(weight, part)| (weight * (part.mean() / mean), part))
                    .filter(|&(share, _)| share > 0.0);
                let residuals: Result<Vec<_>, _> = shares
                    .map(|(share, part)| Ok((share, part.residual()?)))
                    .collect();
                return match residuals?.as_slice() {
                    [(_, only)] => Ok(only.clone()),
                    several => Ok(Law::weighted(several.to_vec())),
                };
            }
            Kind::Residual(..) => return Err(LawError::SecondResidual),
            Kind::Constant(_) | Kind::Uniform(_) | Kind::Quantiles(_) | Kind::Samples(_) => {
                Excess::Polygon(PolygonExcess::new(self.shape()))
            }
            Kind::Triangular(law) => Excess::Triangular(TriangularExcess::new(law)),
            Kind::Weibull(law) => Excess::Weibull(WeibullExcess::new(law)),
            Kind::Lognormal(law) => Excess::Lognormal(LognormalExcess::new(law)),
            Kind::Gamma(law) => Excess::Gamma(GammaExcess::new(law)),
            Kind::Beta(law) => Excess::Beta(BetaExcess::new(law)),
        };
        Ok(Law::of(Kind::Residual(Box::new(self.clone()), excess)))
    }

    pub(super) fn shape(&self) -> &dyn Shape {
        match &self.kind {
            Kind::Constant(law) => law,
            Kind::Uniform(law) => law,
            Kind::Weibull(law) => law,
            Kind::Lognormal(law) => law,
            Kind::Gamma(law) => law,
            Kind::Beta(law) => law,
            Kind::Triangular(law) => law,
            Kind::Quantiles(law) => law,
            Kind::Samples(law) => law,
            Kind::Mixture(law) => law,
            Kind::Residual(_, excess) => excess.shape(),
        }
    }
}

fn check(
    law: &'static str,
    parameter: &'static str,
    value: f64,
    allowed: Allowed,
) -> Result<(), LawError> {
    if allowed.contains(value) {
        Ok(())
    } else {
        Err(LawError::Parameter {
            law,
            parameter,
            value,
            allowed,
        })
    }
}

fn check_entry(
    law: &'static str,
    index: usize,
    parameter: &'static str,
    value: f64,
    allowed: Allowed,
) -> Result<(), LawError> {
    if allowed.contains(value) {
        Ok(())
    } else {
        Err(LawError::Entry {
            law,
            index,
            parameter,
            value,
            allowed,
        })
    }
}

fn in_order(lesser: f64, greater: f64, may_be_equal: bool) -> bool {
    lesser < greater || (may_be_equal && lesser == greater)
}

fn ordered(
    law: &'static str,
    lesser: (&'static str, f64),
    greater: (&'static str, f64),
    may_be_equal: bool,
) -> Result<(), LawError> {
    if in_order(lesser.1, greater.1, may_be_equal) {
        Ok(())
    } else {
        Err(LawError::Order {
            law,
            lesser,
            greater,
            may_be_equal,
        })
    }
}

fn entry_ordered(
    law: &'static str,
    index: usize,
    parameter: &'static str,
    before: f64,
    value: f64,
    may_be_equal: bool,
) -> Result<(), LawError> {
    if in_order(before, value, may_be_equal) {
        Ok(())
    } else {
        Err(LawError::EntryOrder {
            law,
            index,
            parameter,
            before,
            value,
            may_be_equal,
        })
    }
}

fn enough(
    law: &'static str,
    entries: &'static str,
    found: usize,
    least: usize,
) -> Result<(), LawError> {
    if found >= least {
        Ok(())
    } else {
        Err(LawError::TooFew {
            law,
            entries,
            found,
            least,
        })
    }
}

impl Shaped for Law {
    fn shape(&self) -> &dyn Shape {
        Law::shape(self)
    }
}
