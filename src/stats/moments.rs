//! Mean and spread of one number per replication.
//!
//! How sure one can be of the mean is the business of [`mean`](super::mean).
//! Times that may never come have no mean; they are quantiles.

use super::interval::two_sided_error;
use crate::numeric::beta::beta_inc_inv;

/// Count, mean, spread and range of a sample, in the unit of its values.
///
/// ```
/// use rollcast::stats::Moments;
///
/// let moments = Moments::of(&[1.0, 2.0, 3.0, 4.0]).unwrap();
/// assert_eq!((moments.mean, moments.max), (2.5, 4.0));
/// assert!((moments.sd.unwrap() - 1.291).abs() < 1e-3);
/// assert_eq!(Moments::of(&[1.0, f64::INFINITY]).unwrap().sd, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Number of values, at least 1.
    pub count: usize,
    /// Arithmetic mean; infinite if a value is.
    pub mean: f64,
    /// Sample standard deviation, with divisor `count − 1`; `None` for a single
    /// value or when a value is infinite.
    pub sd: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
}

impl Moments {
    /// The moments of `values`, summed in index order; `None` if there are none.
    ///
    /// Two passes about a shift, with the rounding error of the first mean
    /// corrected in the second: Chan, Golub and LeVeque, "Algorithms for
    /// computing the sample variance", The American Statistician 37 (1983). A
    /// sample of equal values has exactly that mean and deviation 0.
    ///
    /// # Panics
    ///
    /// If a value is NaN, or if both infinities occur.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let &first = values.first()?;
        let (mut min, mut max) = (first, first);
        for &value in values {
            assert!(!value.is_nan(), "a metric is never NaN");
            // Not `f64::min`: which of two zeros it returns is up to the platform.
            if value < min {
                min = value;
            }
            if value > max {
                max = value;
            }
        }
        let (mean, sd) = if min.is_finite() && max.is_finite() {
            mean_and_sd(values, first)
        } else {
            assert!(
                min != f64::NEG_INFINITY || max != f64::INFINITY,
                "a metric with both infinities has no mean"
            );
            (values.iter().sum(), None)
        };
        Some(Self {
            count: values.len(),
            mean,
            sd,
            min,
            max,
        })
    }
}

/// How many standard errors a two-sided Student t interval at `level` reaches to either side.
///
/// # Panics
///
/// Unless `0 < level < 1` and `df` is finite and at least 1.
#[must_use]
pub fn student_t_factor(level: f64, df: f64) -> f64 {
    -student_t_quantile(two_sided_error(level), df)
}

/// Quantile of Student's t law with `df` degrees of freedom at the probability
/// `p`, relative error below 1e-12 for `df` up to 1e6.
///
/// Through `P(|T| > t) = I_x(df/2, 1/2)` with `x = df / (df + t²)`: NIST
/// Digital Library of Mathematical Functions, 8.17, and Abramowitz and Stegun,
/// "Handbook of Mathematical Functions" (1964), 26.7.1.
///
/// # Panics
///
/// Unless `df` is finite and at least 1 and both tails, `p` and `1 − p`, are at
/// least 1e-150.
#[must_use]
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    const TAIL_MIN: f64 = 1e-150;
    assert!(
        df >= 1.0 && df.is_finite(),
        "Student t needs at least one degree of freedom, not {df}"
    );
    let tail = p.min(1.0 - p);
    assert!(tail >= TAIL_MIN, "no Student t quantile at {p}");
    if tail == 0.5 {
        return 0.0;
    }
    let (x, y) = beta_inc_inv(df / 2.0, 0.5, 2.0 * tail);
    (df * y / x).sqrt().copysign(p - 0.5)
}

/// For finite values; `shift` is any one of them.
fn mean_and_sd(values: &[f64], shift: f64) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let shifted: f64 = values.iter().map(|value| value - shift).sum();
    let first_mean = shift + shifted / count;
    let (mut sum, mut squares) = (0.0, 0.0);
    for value in values {
        let deviation = value - first_mean;
        sum += deviation;
        squares += deviation * deviation;
    }
    let mean = first_mean + sum / count;
    let variance = (squares - sum * sum / count).max(0.0) / (count - 1.0);
    (mean, (values.len() > 1).then(|| variance.sqrt()))
}
