//! How unlikely a value of Student's t is.

use crate::numeric::beta::beta_inc;

/// `P(|T| >= |t|)` for Student's t law with `df` degrees of freedom; 0 for an
/// infinite `t`.
///
/// Relative error below 1e-11 down to 1e-300: the far tail is what the
/// incomplete beta function is accurate in. NIST Digital Library of Mathematical
/// Functions, 8.17; Abramowitz and Stegun (1964), 26.7.1.
///
/// # Panics
///
/// If `t` is not a number, or unless `df` is finite and above 0.
#[must_use]
pub fn student_t_two_sided(t: f64, df: f64) -> f64 {
    assert!(
        df > 0.0 && df.is_finite() && !t.is_nan(),
        "no Student t at {t} with {df} degrees of freedom"
    );
    let squared = t * t;
    if squared <= 1.0 {
        // Near zero the complement is the small one.
        1.0 - beta_inc(0.5, df / 2.0, squared / (df + squared))
    } else {
        beta_inc(df / 2.0, 0.5, df / (df + squared))
    }
}
