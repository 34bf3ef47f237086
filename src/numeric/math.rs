//! The only `exp`, `ln` and relatives of the program, and the special functions built from them.
//!
//! The standard library takes these from the platform, so their last bits differ between machines; `libm`'s are plain Rust and
//! give the same bits everywhere. Together with `+ − × ÷` and the square root, which IEEE 754 fixes, that makes every table and
//! every statistic reproducible to the last digit. Nothing else in the crate may call the standard library's versions.

use std::f64::consts::TAU;

pub use crate::numeric::incomplete::{beta_cdf, beta_sf, gamma_p, gamma_q};
pub use crate::numeric::solve::{
    beta_quantile, beta_quantile_upper, gamma_quantile, gamma_quantile_upper,
};

/// e to the power of `x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e to the power of `x`, minus 1, accurate for small `x`.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// The natural logarithm of 1 + `x`, accurate for small `x`.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `base` to the power of `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// The square root, rounded correctly.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// The logarithm of the gamma function at `x` > 0.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// What Stirling's formula misses: ln Γ(n + 1) − ½ ln(2πn) − n ln n + n, for `n` > 0.
///
/// Products of large factorials almost cancel; written with this small remainder they keep all digits where a difference of lnΓ
/// keeps ten. C. Loader, *Fast and accurate computation of binomial probabilities* (2000).
#[must_use]
pub fn stirling_error(n: f64) -> f64 {
    // From here on the first term left out of the series is below 1e-16.
    const SERIES_FROM: f64 = 16.0;
    if n < SERIES_FROM {
        return ln_gamma(n + 1.0) - (n + 0.5) * ln(n) + n - 0.5 * ln(TAU);
    }
    let square = n * n;
    let tail = 1.0 / 1260.0
        - (1.0 / 1680.0 - (1.0 / 1188.0 - 691.0 / 360_360.0 / square) / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / n
}

/// The deviance part of a Poisson or binomial probability: x ln(x / mean) + mean − x, for `x` ≥ 0 and `mean` > 0; zero where both
/// are equal.
///
/// Loader (2000), function bd0: where `x` and `mean` are close, a series in (x − mean) / (x + mean) avoids the cancellation.
#[must_use]
pub fn deviance(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return mean;
    }
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * ln(x / mean) + mean - x;
    }
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    // |v| < 0.1: each term is below a hundredth of the one before.
    for k in 1..12 {
        power *= v * v;
        sum += power / f64::from(2 * k + 1);
    }
    sum
}

/// P(Z ≤ `z`) for a standard normal Z, accurate in the lower tail.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// P(Z > `z`) for a standard normal Z, accurate in the upper tail.
#[must_use]
pub fn normal_sf(z: f64) -> f64 {
    normal_cdf(-z)
}

/// The standard normal quantile: the z with P(Z ≤ z) = `p`. Minus and plus infinity at 0 and 1.
///
/// The upper tail follows by symmetry: the value exceeded with probability q is `-normal_quantile(q)`. Relative error about 1e-16:
/// M. J. Wichura, Algorithm AS 241 (PPND16), *Applied Statistics* 37 (1988), 477-484.
///
/// # Panics
///
/// If `p` is not in [0, 1].
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    assert!(
        (0.0..=1.0).contains(&p),
        "a probability lies in [0, 1], not {p}"
    );
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&CENTRE_OVER, r) / polynomial(&CENTRE_UNDER, r);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return if centred < 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let r = sqrt(-ln(tail));
    let distance = if r <= 5.0 {
        polynomial(&NEAR_OVER, r - 1.6) / polynomial(&NEAR_UNDER, r - 1.6)
    } else {
        polynomial(&FAR_OVER, r - 5.0) / polynomial(&FAR_UNDER, r - 5.0)
    };
    if centred < 0.0 { -distance } else { distance }
}

/// Σ `coefficients[k]` · x^k, by Horner's rule.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

// Wichura's rational approximations, |p − 1/2| ≤ 0.425.
const CENTRE_OVER: [f64; 8] = [
    3.387_132_872_796_366_5e0,
    1.331_416_678_917_843_8e2,
    1.971_590_950_306_551_3e3,
    1.373_169_376_550_946e4,
    4.592_195_393_154_987e4,
    6.726_577_092_700_87e4,
    3.343_057_558_358_813e4,
    2.509_080_928_730_122_7e3,
];
const CENTRE_UNDER: [f64; 8] = [
    1.0,
    4.231_333_070_160_091e1,
    6.871_870_074_920_579e2,
    5.394_196_021_424_751e3,
    2.121_379_430_158_659_7e4,
    3.930_789_580_009_271e4,
    2.872_908_573_572_194_3e4,
    5.226_495_278_852_854e3,
];
// Tail probabilities down to exp(−25).
const NEAR_OVER: [f64; 8] = [
    1.423_437_110_749_683_5e0,
    4.630_337_846_156_546e0,
    5.769_497_221_460_691e0,
    3.647_848_324_763_204_5e0,
    1.270_458_252_452_368_4e0,
    2.417_807_251_774_506e-1,
    2.272_384_498_926_918_4e-2,
    7.745_450_142_783_414e-4,
];
const NEAR_UNDER: [f64; 8] = [
    1.0,
    2.053_191_626_637_759e0,
    1.676_384_830_183_803_8e0,
    6.897_673_349_851e-1,
    1.481_039_764_274_800_8e-1,
    1.519_866_656_361_645_7e-2,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
// Tail probabilities below exp(−25).
const FAR_OVER: [f64; 8] = [
    6.657_904_643_501_103e0,
    5.463_784_911_164_114e0,
    1.784_826_539_917_291_3e0,
    2.965_605_718_285_048_7e-1,
    2.653_218_952_657_612_4e-2,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_UNDER: [f64; 8] = [
    1.0,
    5.998_322_065_558_88e-1,
    1.369_298_809_227_358e-1,
    1.487_536_129_085_061_5e-2,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

#[cfg(test)]
mod tests {
    use super::{deviance, normal_quantile, stirling_error};

    fn assert_close(actual: f64, expected: f64, relative: f64) {
        assert!(
            (actual - expected).abs() <= relative * expected.abs(),
            "{actual:e} is not {expected:e}"
        );
    }

    #[test]
    fn normal_quantile_agrees_with_high_precision_values_in_all_three_regions() {
        for (p, expected) in [
            (0.6, 0.253_347_103_135_799_7),
            (0.975, 1.959_963_984_540_053_9),
            (0.025, -1.959_963_984_540_054_2),
            (1e-5, -4.264_890_793_922_825),
            (1e-20, -9.262_340_089_798_408),
            (1e-100, -21.273_453_560_965_324),
        ] {
            assert_close(normal_quantile(p), expected, 1e-15);
        }
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn stirling_error_has_no_step_where_the_series_takes_over() {
        for (x, expected) in [
            (0.5, 0.153_426_409_720_027_35),
            (1.0, 0.081_061_466_795_327_26),
            (10.0, 0.008_330_563_433_362_87),
            (15.999, 0.005_207_981_333_852_433),
            (16.0, 0.005_207_655_919_609_64),
            (100.0, 0.000_833_330_555_634_914_7),
        ] {
            let error = stirling_error(x) - expected;
            assert!(error.abs() < 1e-14, "off by {error:e} at {x}");
        }
    }

    #[test]
    fn deviance_keeps_its_digits_near_its_zero() {
        assert_close(deviance(1_000_001.0, 1e6), 4.999_998_333_334_167e-7, 1e-14);
        assert_close(deviance(1_000.5, 1e3), 1.249_791_718_734_380_2e-4, 1e-14);
        assert_close(deviance(3.0, 7.0), 1.458_106_418_838_389_2, 1e-15);
        assert_eq!(deviance(5.0, 5.0), 0.0);
        assert_eq!(deviance(0.0, 5.0), 5.0);
    }
}
