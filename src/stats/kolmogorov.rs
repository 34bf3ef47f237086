//! Whether two samples come from one distribution: the two-sample test of Kolmogorov and Smirnov.
//!
//! It sees any difference, of spread or shape too, where a comparison of means sees none. It says nothing of how large one is, so it is
//! no gate, only a hint of where to look.

use crate::numeric::math::{exp, sqrt};
use std::f64::consts::PI;

/// The p-value is computed exactly up to this many pairs of values, one of each sample; it takes as many steps.
const PAIRS_EXACT: usize = 4_000_000;

/// Two samples compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KolmogorovSmirnov {
    /// The greatest distance between the two empirical distribution functions.
    pub distance: f64,
    /// Of a distance at least as great, were both samples of one continuous distribution and independent. Where values are equal the
    /// distance can only be smaller, so the test is conservative; so it is where the samples depend on each other positively, pair by
    /// pair.
    pub p_value: f64,
}

/// The two-sided test of two samples, which may hold infinity: values that never come are equal, and beyond all others. `None` if one is
/// empty.
///
/// ```
/// use rollcast::stats::kolmogorov_smirnov;
///
/// // The same mean, another spread.
/// let narrow: Vec<f64> = (0..100).map(|i| 45.0 + 0.1 * f64::from(i)).collect();
/// let wide: Vec<f64> = (0..100).map(|i| 0.45 + f64::from(i)).collect();
/// let test = kolmogorov_smirnov(&narrow, &wide).unwrap();
/// assert!(test.distance > 0.4 && test.p_value < 1e-6);
/// ```
///
/// # Panics
///
/// If a value is not a number.
#[must_use]
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Option<KolmogorovSmirnov> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let steps = distance(a, b);
    let (n, m) = (a.len(), b.len());
    let distance = steps as f64 / (n as f64 * m as f64);
    let p_value = if n * m <= PAIRS_EXACT {
        exact(n, m, steps)
    } else {
        asymptotic(n, m, distance)
    };
    Some(KolmogorovSmirnov { distance, p_value })
}

fn sorted(values: &[f64]) -> Vec<f64> {
    assert!(
        values.iter().all(|value| !value.is_nan()),
        "a sample holds what is not a number"
    );
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The greatest distance in units of 1 / (n · m), so that it is a whole number.
fn distance(a: &[f64], b: &[f64]) -> u64 {
    let (a, b) = (sorted(a), sorted(b));
    let (mut i, mut j, mut greatest) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        i += a[i..].iter().take_while(|other| **other == value).count();
        j += b[j..].iter().take_while(|other| **other == value).count();
        greatest = greatest.max((i as u64 * b.len() as u64).abs_diff(j as u64 * a.len() as u64));
    }
    greatest
}

/// The probability of a distance of `steps` or more. Merged in order, the samples are a path over the grid of (n, m) steps, and all paths are
/// equally likely; what is summed is the probability to have touched the boundary on the way to a point, so small probabilities
/// keep their digits.
///
/// T. Viehmann, *Numerically more stable computation of the p-values for the two-sample Kolmogorov-Smirnov test* (2021),
/// arXiv:2102.08037.
fn exact(n: usize, m: usize, steps: u64) -> f64 {
    let mut touched = vec![0.0; m + 1];
    for i in 0..=n {
        for j in 0..=m {
            let apart = (i as u64 * m as u64).abs_diff(j as u64 * n as u64);
            touched[j] = if apart >= steps {
                1.0
            } else if i == 0 && j == 0 {
                0.0
            } else {
                let (from_a, from_b) = (i as f64 / (i + j) as f64, j as f64 / (i + j) as f64);
                let before = if j == 0 { 0.0 } else { touched[j - 1] };
                from_a * touched[j] + from_b * before
            };
        }
    }
    touched[m].min(1.0)
}

/// Kolmogorov's limit with the correction for small samples of M. A. Stephens, *Use of the Kolmogorov-Smirnov, Cramér-von Mises and
/// related statistics without extensive tables*, Journal of the Royal Statistical Society B 32 (1970).
fn asymptotic(n: usize, m: usize, distance: f64) -> f64 {
    let effective = sqrt(n as f64 / (n + m) as f64 * m as f64);
    limit_sf((effective + 0.12 + 0.11 / effective) * distance)
}

/// `P(K > x)` for Kolmogorov's limit distribution: its two series, each where it converges fast.
fn limit_sf(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let terms = (1..=4).map(|k| {
            let odd = 2.0 * f64::from(k) - 1.0;
            exp(-odd * odd * PI * PI / (8.0 * x * x))
        });
        let cdf = sqrt(2.0 * PI) / x * terms.sum::<f64>();
        return 1.0 - cdf;
    }
    let term = |k: f64| exp(-2.0 * k * k * x * x);
    2.0 * (1..=6)
        .map(|k| {
            if k % 2 == 1 {
                term(f64::from(k))
            } else {
                -term(f64::from(k))
            }
        })
        .sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the p-values that `scipy.stats.ks_2samp` of scipy 1.17.1 computes with `method="exact"`, and the share of paths counted in
    /// whole numbers.
    #[test]
    fn exact_p_values_are_those_of_scipy() {
        let cases: [(usize, usize, u64, f64); 11] = [
            (5, 5, 15, 0.357_142_857_142_857_15),
            (10, 10, 40, 0.417_523_652_817_770_5),
            (7, 12, 40, 0.181_729_776_931_015_33),
            (50, 50, 500, 0.271_913_560_152_224_8),
            (50, 50, 700, 0.039_194_586_195_352_23),
            (50, 50, 1500, 1.062_496_238_538_581e-8),
            (60, 45, 900, 0.005_118_649_295_629_491),
            (200, 200, 4000, 0.270_474_383_280_391_7),
            (100, 1, 90, 0.217_821_782_178_217_82),
            (3, 4, 12, 0.057_142_857_142_857_15),
            (300, 500, 21_000, 0.001_163_027_729_532_134),
        ];
        for (n, m, steps, p_value) in cases {
            for ours in [exact(n, m, steps), exact(m, n, steps)] {
                assert!(
                    (ours / p_value - 1.0).abs() < 1e-12,
                    "{n} {m} {steps}: {ours:e}, not {p_value:e}"
                );
            }
        }
    }

    /// Against `scipy.special.kolmogorov`.
    #[test]
    fn the_limit_is_that_of_scipy() {
        let cases = [
            (0.3, 0.999_990_694_198_665_5),
            (0.5, 0.963_945_243_664_875_1),
            (0.8, 0.544_142_411_574_198_1),
            (0.99, 0.280_873_839_225_548_9),
            (1.0, 0.269_999_671_677_354_56),
            (1.3, 0.068_092_221_844_766_36),
            (2.0, 0.000_670_925_255_779_695_3),
            (3.0, 3.045_995_948_942_526e-8),
        ];
        for (x, sf) in cases {
            assert!(
                (limit_sf(x) / sf - 1.0).abs() < 1e-12,
                "{x}: {:e}, not {sf:e}",
                limit_sf(x)
            );
        }
        assert_eq!((limit_sf(0.0), limit_sf(100.0)), (1.0, 0.0));
    }

    #[test]
    fn the_corrected_limit_is_near_the_exact_value() {
        for (n, m) in [(1000, 1000), (1500, 900)] {
            for distance in [0.03, 0.06, 0.08] {
                let steps = (distance * n as f64 * m as f64).round() as u64;
                let (exact, near) = (exact(n, m, steps), asymptotic(n, m, distance));
                assert!(
                    (near / exact - 1.0).abs() < 0.08,
                    "{n} {m} {distance}: {near:e}, not {exact:e}"
                );
            }
        }
    }

    /// Against `ks_2samp` too: with equal values, and with values that never come.
    #[test]
    fn ties_and_what_never_comes_are_met_together() {
        let never = f64::INFINITY;
        let a = [
            312.0, 355.0, 401.0, 420.0, 468.0, 533.0, 610.0, 702.0, 845.0, 1190.0,
        ];
        let b = [
            290.0, 355.0, 380.0, 420.0, 500.0, 512.0, 530.0, 533.0, 533.0, 600.0, 610.0, 611.0,
        ];
        let found = kolmogorov_smirnov(&a, &b).expect("two samples");
        assert!(
            (found.distance - 0.3).abs() < 1e-15
                && (found.p_value - 0.629_707_753_546_762_9).abs() < 1e-12,
            "{found:?}"
        );
        let a = [1.0, 2.0, 3.0, never, never, never];
        let b = [7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, never];
        let found = kolmogorov_smirnov(&a, &b).expect("two samples");
        assert!(
            (found.distance - 0.375).abs() < 1e-15
                && (found.p_value - 0.637_362_637_362_637_2).abs() < 1e-12,
            "{found:?}"
        );
        let same = kolmogorov_smirnov(&[never; 3], &[never; 9]).expect("two samples");
        assert_eq!((same.distance, same.p_value), (0.0, 1.0));
        assert_eq!(kolmogorov_smirnov(&[], &a), None);
    }
}
