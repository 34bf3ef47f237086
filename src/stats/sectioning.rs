//! Differences between two settings played on the same replications, for statistics that are not means.
//!
//! The replications are cut into sections in index order and the statistic is taken in each. Sections are independent, and the two
//! settings met the same luck in each, so the differences of their statistics are a small sample for a paired t test. It works alike
//! for means, probabilities and quantiles: Asmussen and Glynn, "Stochastic Simulation" (2007), section III.5.

use std::ops::Range;

use super::binomial::binomial_upper_tail;
use super::student::student_t_two_sided;

/// Sections, where there are enough replications.
const SECTIONS: usize = 20;

/// Replications in a section, where there are enough for two sections.
const SECTION_MIN: usize = 10;

/// The sections of `n` replications: 20, or fewer that have 10 replications each; none where there are not enough for two.
#[must_use]
pub fn sections(n: usize) -> Vec<Range<usize>> {
    let sections = (n / SECTION_MIN).min(SECTIONS);
    if sections < 2 {
        return Vec::new();
    }
    (0..sections).map(|i| i * n / sections..(i + 1) * n / sections).collect()
}

/// The one-sided p-value against "a is no greater than b", from the statistic of each in the same sections; `None` where the two
/// do not differ in any section.
///
/// A paired t test; where a time never comes in some section, or more than half of the differences are equal and their spread says nothing, a sign
/// test, which needs neither.
///
/// # Panics
///
/// If the slices differ in length, or a value is NaN.
#[must_use]
pub fn paired_p(a: &[f64], b: &[f64]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "sections come in pairs");
    assert!(a.iter().chain(b).all(|value| !value.is_nan()), "a statistic of a section is never NaN");
    let (above, below) =
        a.iter().zip(b).fold((0u64, 0u64), |(above, below), (a, b)| (above + u64::from(a > b), below + u64::from(a < b)));
    if above + below == 0 {
        return None;
    }
    if a.iter().chain(b).any(|value| value.is_infinite()) || ties(a, b) {
        return Some(binomial_upper_tail(above + below, 0.5, above));
    }
    let n = a.len() as f64;
    let mean = a.iter().zip(b).map(|(a, b)| a - b).sum::<f64>() / n;
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b - mean) * (a - b - mean)).sum();
    let standard_error = (squares / (n - 1.0) / n).sqrt();
    Some(t_upper_tail(mean / standard_error, n - 1.0))
}

/// Whether more than half of the differences are equal.
fn ties(a: &[f64], b: &[f64]) -> bool {
    let mut differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    differences.sort_by(f64::total_cmp);
    differences.chunk_by(|a, b| a == b).any(|equal| 2 * equal.len() > differences.len())
}

/// `P(T >= t)` for Student's t law with `df` degrees of freedom.
fn t_upper_tail(t: f64, df: f64) -> f64 {
    let beyond = student_t_two_sided(t, df) / 2.0;
    if t >= 0.0 { beyond } else { 1.0 - beyond }
}

#[cfg(test)]
mod tests {
    use super::super::student_t_quantile;
    use super::*;

    #[test]
    fn the_tail_is_the_inverse_of_the_quantile() {
        for df in [1.0, 2.0, 19.0, 999.0] {
            for p in [1e-6, 0.01, 0.05, 0.5, 0.8, 0.975] {
                let tail = t_upper_tail(student_t_quantile(1.0 - p, df), df);
                assert!((tail - p).abs() < 1e-9 * p.max(1e-3), "df {df}, p {p}: {tail}");
            }
        }
    }

    #[test]
    fn a_pair_is_compared_as_by_hand() {
        // Differences 1, 2, 3, 2: mean 2, sd sqrt(2/3), t = 2 / sqrt(2/3/4) = 4.898979; with 3 degrees of freedom
        // P(T >= t) = 1/2 - (atan(x) + x / (1 + x²)) / pi with x = t / sqrt(3).
        let x = (24.0f64 / 3.0).sqrt();
        let by_hand = 0.5 - (x.atan() + x / (1.0 + x * x)) / std::f64::consts::PI;
        let p = paired_p(&[11.0, 22.0, 33.0, 42.0], &[10.0, 20.0, 30.0, 40.0]).unwrap();
        assert!((p - by_hand).abs() < 1e-12, "{p}, not {by_hand}");
        let back = paired_p(&[10.0, 20.0, 30.0, 40.0], &[11.0, 22.0, 33.0, 42.0]).unwrap();
        assert!((back - (1.0 - by_hand)).abs() < 1e-12);
    }

    #[test]
    fn equal_and_constant_differences_are_judged_by_their_sign() {
        assert_eq!(paired_p(&[1.0, f64::INFINITY], &[1.0, f64::INFINITY]), None);
        let both = paired_p(&[3.0, 4.0], &[2.0, 3.0]).expect("both sections differ");
        assert!((both - 0.25).abs() < 1e-12, "{both}");
        assert_eq!(paired_p(&[2.0, 3.0], &[3.0, 4.0]), Some(1.0));
        // Two of twenty sections differ, by nearly the same.
        let (mut a, b) = (vec![5.0; 20], vec![5.0; 20]);
        (a[3], a[11]) = (6.0, 6.1);
        let p = paired_p(&a, &b).expect("two sections differ");
        assert!((p - 0.25).abs() < 1e-12, "{p}");
    }

    #[test]
    fn a_time_that_never_comes_is_judged_by_its_sign() {
        let never = f64::INFINITY;
        let p = paired_p(&[never, 5.0, 6.0, 7.0, never], &[1.0, 4.0, 6.0, 6.0, 9.0]);
        assert!((p.unwrap() - 1.0 / 16.0).abs() < 1e-12, "{p:?}");
    }

    #[test]
    fn sections_hold_every_replication_once() {
        assert!(sections(19).is_empty());
        assert_eq!(sections(25), [0..12, 12..25]);
        for n in [20, 137, 200, 1003] {
            let sections = sections(n);
            assert!(sections.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!((sections[0].start, sections[sections.len() - 1].end, sections.len()), (0, n, (n / 10).min(20)));
        }
    }

    /// Two settings that are equally good, with common luck and luck of their own: a p-value of at most 5 % comes up about once in
    /// twenty times.
    #[test]
    fn the_test_errs_as_often_as_it_says() {
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let (n, trials) = (200, 2000);
        let cut = sections(n);
        let mut errors = 0;
        for _ in 0..trials {
            let luck: Vec<f64> = (0..n).map(|_| uniform()).collect();
            let mut medians = || -> Vec<f64> {
                let values: Vec<f64> = luck.iter().map(|luck| luck + uniform()).collect();
                let median = |section: &Range<usize>| {
                    let mut values = values[section.clone()].to_vec();
                    values.sort_by(f64::total_cmp);
                    values[values.len() / 2]
                };
                cut.iter().map(median).collect()
            };
            errors += u32::from(paired_p(&medians(), &medians()).unwrap() <= 0.05);
        }
        let share = f64::from(errors) / f64::from(trials);
        assert!((0.035..=0.065).contains(&share), "{share}");
    }
}
