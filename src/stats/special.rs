//! The only door to transcendental functions in this part of the program.
//!
//! The standard library's `ln` and `exp` are whatever the platform offers and
//! differ in the last bit between systems; `libm` is plain arithmetic and does
//! not. No fused multiply-add either, for the same reason.

use std::f64::consts::TAU;

/// Natural logarithm.
pub(super) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)`, accurate for small `x`.
pub(super) fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// e to the power `x`.
pub(super) fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// What Stirling's formula misses: `ln Γ(x+1) − ½ ln(2πx) − x ln x + x`, for
/// `x > 0`.
///
/// Products of large factorials almost cancel; written with this small
/// remainder they keep all digits where a difference of `ln Γ` keeps ten.
/// Loader, "Fast and accurate computation of binomial probabilities" (2000).
pub(super) fn stirling_error(x: f64) -> f64 {
    // From here on the first term left out of the series is below 1e-16.
    const SERIES_FROM: f64 = 16.0;
    if x < SERIES_FROM {
        return libm::lgamma(x + 1.0) - 0.5 * ln(TAU * x) - x * ln(x) + x;
    }
    let r = 1.0 / (x * x);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x
}

/// The deviance part of a Poisson or binomial probability:
/// `x ln(x/m) + m − x`, zero at `x = m`; `x >= 0`, `m > 0`.
///
/// Loader (2000), function `bd0`: near `m` a series in `(x−m)/(x+m)` avoids
/// the cancellation.
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return m;
    }
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * ln(x / m) - difference;
    }
    let v = difference / (x + m);
    // |v| < 0.1, so the first term left out is below 1e-20 of the sum.
    let series = (1..=9).rev().fold(0.0, |sum, j| (sum + 1.0 / f64::from(2 * j + 1)) * v * v);
    difference * v + 2.0 * x * v * series
}

/// Quantile of the standard normal law at `0 < p < 1`, relative error about
/// 1e-16.
///
/// Wichura, "Algorithm AS 241: The percentage points of the normal
/// distribution", Applied Statistics 37 (1988), routine PPND16.
pub(super) fn normal_quantile(p: f64) -> f64 {
    const CENTRE: [[f64; 8]; 2] = [
        [
            3.387_132_872_796_366_5,
            1.331_416_678_917_843_8e2,
            1.971_590_950_306_551_3e3,
            1.373_169_376_550_946e4,
            4.592_195_393_154_987e4,
            6.726_577_092_700_87e4,
            3.343_057_558_358_813e4,
            2.509_080_928_730_122_7e3,
        ],
        [
            1.0,
            4.231_333_070_160_091e1,
            6.871_870_074_920_579e2,
            5.394_196_021_424_751e3,
            2.121_379_430_158_659_7e4,
            3.930_789_580_009_271e4,
            2.872_908_573_572_194_3e4,
            5.226_495_278_852_854e3,
        ],
    ];
    const MIDDLE: [[f64; 8]; 2] = [
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            2.417_807_251_774_506e-1,
            2.272_384_498_926_918_4e-2,
            7.745_450_142_783_414e-4,
        ],
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            6.897_673_349_851e-1,
            1.481_039_764_274_800_8e-1,
            1.519_866_656_361_645_7e-2,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const FAR: [[f64; 8]; 2] = [
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            2.965_605_718_285_048_7e-1,
            2.653_218_952_657_612_4e-2,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        [
            1.0,
            5.998_322_065_558_88e-1,
            1.369_298_809_227_358e-1,
            1.487_536_129_085_061_5e-2,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];
    let ratio = |coefficients: &[[f64; 8]; 2], r: f64| {
        let [upper, lower] = coefficients.map(|c| c.iter().rev().fold(0.0, |sum, a| sum * r + a));
        upper / lower
    };

    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180_625 - q * q);
    }
    let r = (-ln(p.min(1.0 - p))).sqrt();
    let magnitude = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    magnitude.copysign(q)
}

#[cfg(test)]
mod tests {
    use super::{deviance, normal_quantile, stirling_error};

    fn assert_close(actual: f64, expected: f64, relative: f64) {
        assert!((actual - expected).abs() <= relative * expected.abs(), "{actual:e} is not {expected:e}");
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
