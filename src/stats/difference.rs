//! Differences between two settings, from values of both by replication.
//!
//! Replications that share their random numbers are pairs: what luck does to
//! both cancels, and the difference is known many times better than either
//! value. Where they do not share them there is Welch's interval.

use std::ops::Range;

use super::interval::Interval;
use super::moments::{Moments, t_interval};
use super::quantile::{quantile, sort_total};
use super::student::student_t_two_sided;

/// An estimate of a difference, second less first, with its interval and the
/// two-sided p-value of no difference: it is at most 1 − level where, and only
/// where, the interval leaves out zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// In the unit of the values.
    pub estimate: f64,
    /// At the level asked for.
    pub interval: Interval,
    /// 1 where all differences are zero, 0 where they are all the same and not.
    pub p_value: f64,
}

impl Difference {
    /// By Student's t with `df` degrees of freedom.
    pub(super) fn student(estimate: f64, standard_error: f64, df: f64, level: f64) -> Self {
        let p_value = match (estimate == 0.0, standard_error == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => student_t_two_sided(estimate / standard_error, df),
        };
        Self { estimate, interval: t_interval(estimate, standard_error, df, level), p_value }
    }
}

/// The difference of the means of pairs, `b − a`; `None` for fewer than two
/// pairs.
///
/// Student's interval for the mean of the pairs' differences: Law, "Simulation
/// Modeling and Analysis" (5th ed., 2015), section 10.2.1.
///
/// # Panics
///
/// If the slices differ in length, a value is not finite, or unless
/// `0 < level < 1`.
#[must_use]
pub fn paired_means(a: &[f64], b: &[f64], level: f64) -> Option<Difference> {
    let differences = differences(a, b);
    let Moments { count, mean, sd, .. } = Moments::of(&differences)?;
    let n = count as f64;
    Some(Difference::student(mean, sd? / n.sqrt(), n - 1.0, level))
}

/// The difference of the means of two independent samples, `b − a`; `None` if
/// one has fewer than two values.
///
/// Welch, "The generalization of 'Student's' problem when several different
/// population variances are involved", Biometrika 34 (1947), with the degrees of
/// freedom of Satterthwaite (1946).
///
/// # Panics
///
/// If a value is NaN, or unless `0 < level < 1`.
#[must_use]
pub fn welch_means(a: &[f64], b: &[f64], level: f64) -> Option<Difference> {
    let (a, b) = (Moments::of(a)?, Moments::of(b)?);
    let (n_a, n_b) = (a.count as f64, b.count as f64);
    let (square_a, square_b) = (a.sd? * a.sd? / n_a, b.sd? * b.sd? / n_b);
    let square = square_a + square_b;
    let df = match square > 0.0 {
        true => square * square / (square_a * square_a / (n_a - 1.0) + square_b * square_b / (n_b - 1.0)),
        false => n_a + n_b - 2.0,
    };
    Some(Difference::student(b.mean - a.mean, square.sqrt(), df, level))
}

/// The difference of two ratios of totals over pairs, `Σ b.0 / Σ b.1 − Σ a.0 / Σ a.1`;
/// `None` for fewer than two pairs or a total of 0 below.
///
/// The delta method on both at once: the pairs' residuals
/// `(b.0 − r_b · b.1) / mean(b.1) − (a.0 − r_a · a.1) / mean(a.1)` take the place of
/// the differences of pairs. Cochran, "Sampling Techniques" (3rd ed., 1977),
/// section 6.15.
///
/// # Panics
///
/// If the slices differ in length, a value is not finite, or unless
/// `0 < level < 1`.
#[must_use]
pub fn paired_ratios(a: (&[f64], &[f64]), b: (&[f64], &[f64]), level: f64) -> Option<Difference> {
    let n = a.0.len();
    assert!([a.1, b.0, b.1].iter().all(|values| values.len() == n), "ratios need pairs");
    let total = |values: &[f64]| values.iter().sum::<f64>();
    let (below_a, below_b) = (total(a.1), total(b.1));
    if n < 2 || below_a == 0.0 || below_b == 0.0 {
        return None;
    }
    let (ratio_a, ratio_b) = (total(a.0) / below_a, total(b.0) / below_b);
    let count = n as f64;
    let squares: f64 = (0..n)
        .map(|i| {
            let residual_a = (a.0[i] - ratio_a * a.1[i]) / below_a;
            let residual_b = (b.0[i] - ratio_b * b.1[i]) / below_b;
            let residual = residual_b - residual_a;
            residual * residual
        })
        .sum();
    assert!(squares.is_finite(), "ratios need finite values");
    let standard_error = (squares * count / (count - 1.0)).sqrt();
    Some(Difference::student(ratio_b - ratio_a, standard_error, count - 1.0, level))
}

/// Sections at most: more would leave too few replications in each, fewer too
/// few degrees of freedom.
const SECTIONS_MAX: usize = 20;
/// Sections at least.
const SECTIONS_MIN: usize = 5;
/// Replications in a section at least, whatever the quantile.
const SECTION_MIN: usize = 10;

/// A difference of two quantiles, where there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum QuantileDifference {
    /// Both are finite, and so are those of every section.
    Known(Difference),
    /// Both are finite, but there are too few replications for an interval, too
    /// many in which the time never comes, or values that are often equal.
    Unsure(f64),
    /// At least one is infinite: a time that never comes.
    Never,
}

/// The fewest replications that give a difference of `q`-quantiles an interval.
///
/// # Panics
///
/// Unless `0 < q < 1`.
#[must_use]
pub fn paired_quantiles_n_min(q: f64) -> usize {
    SECTIONS_MIN * section_min(q)
}

/// Replications that a section needs: three of them are expected beyond the
/// quantile, on either side. With fewer, sections are biased and agree with each
/// other more than they should: with one, an interval at 95 % covered 91 %.
fn section_min(q: f64) -> usize {
    assert!(q > 0.0 && q < 1.0, "a quantile lies strictly between 0 and 1, not {q}");
    // A hair less, lest 3 / (1 − 0.95), a little over 60, ask for 61.
    SECTION_MIN.max((3.0 / q.min(1.0 - q) - 1e-9).ceil() as usize)
}

/// The difference of the `q`-quantiles of pairs, `b − a`, by sectioning; `None`
/// without pairs.
///
/// The replications are cut in their order into 20 sections of equal size, or
/// into fewer, down to 5, where each would be too small for the quantile. The
/// differences of the sections' quantiles spread about the difference of those
/// of the whole sample, which is the centre of the interval, as it would spread
/// itself, were it `sqrt(sections)` times less sure; Student's t with
/// `sections − 1` degrees of freedom. Asmussen and Glynn, "Stochastic Simulation"
/// (2007), section III.5; Nakayama, "Confidence intervals for quantiles using
/// sectioning when applying variance-reduction techniques", ACM Transactions on
/// Modeling and Computer Simulation 24 (2014). Deviations are taken from the
/// whole sample's difference, not from the sections' mean, so that the bias of
/// small sections widens the interval instead of hiding. Values that come in
/// steps, as counts of robots do, have no interval.
///
/// # Panics
///
/// If the slices differ in length, a value is NaN, or unless `0 < q < 1` and
/// `0 < level < 1`.
#[must_use]
pub fn paired_quantiles(a: &[f64], b: &[f64], q: f64, level: f64) -> Option<QuantileDifference> {
    assert_eq!(a.len(), b.len(), "a difference needs pairs");
    let n = a.len();
    let (whole_a, whole_b) = (quantile_of(a, q)?, quantile_of(b, q)?);
    if !whole_a.is_finite() || !whole_b.is_finite() {
        return Some(QuantileDifference::Never);
    }
    let estimate = whole_b - whole_a;
    let sections = SECTIONS_MAX.min(n / section_min(q));
    let comes_in_steps = || [a, b].iter().any(|values| has_ties(values, q, n / sections));
    if sections < SECTIONS_MIN || (a != b && comes_in_steps()) {
        return Some(QuantileDifference::Unsure(estimate));
    }
    let of = |values: &[f64], section: Range<usize>| quantile_of(&values[section], q).expect("a section has values");
    let known = section_error(n, sections, estimate, |section| of(b, section.clone()) - of(a, section));
    Some(known.map_or(QuantileDifference::Unsure(estimate), |(standard_error, df)| {
        QuantileDifference::Known(Difference::student(estimate, standard_error, df, level))
    }))
}

/// The standard error of a statistic of `n` values, by how that of so many
/// sections spreads about that of the whole, with its degrees of freedom; `None`
/// if a section's is infinite, or the difference of two infinities.
fn section_error(n: usize, sections: usize, whole: f64, of: impl Fn(Range<usize>) -> f64) -> Option<(f64, f64)> {
    let mut squares = 0.0;
    for section in 0..sections {
        let deviation = of(section * n / sections..(section + 1) * n / sections) - whole;
        squares += deviation * deviation;
    }
    let count = sections as f64;
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    standard_error.is_finite().then_some((standard_error, count - 1.0))
}

/// The `q`-quantile of a sample and, if there are enough values and those of
/// sections are finite, its standard error by sectioning with the degrees of
/// freedom; `None` of an empty sample.
pub(super) fn section_errors(values: &[f64], q: f64) -> Option<(f64, Option<(f64, f64)>)> {
    let whole = quantile_of(values, q)?;
    let n = values.len();
    let sections = SECTIONS_MAX.min(n / section_min(q));
    if sections < SECTIONS_MIN || has_ties(values, q, n / sections) {
        return Some((whole, None));
    }
    let of = |section: Range<usize>| quantile_of(&values[section], q).expect("a section has values");
    Some((whole, section_error(n, sections, whole, of)))
}

/// Of the values among which quantiles of sections may lie, so large a share must be distinct.
const DISTINCT_MIN: f64 = 0.9;

/// Whether values are often equal where the `q`-quantiles of sections of so many of them lie: three standard deviations of their rank to
/// either side. Such quantiles jump from one value to the next instead of spreading about that of the whole: of counts of robots,
/// intervals at 95 % covered 53 %. Values that are all equal are a constant.
fn has_ties(values: &[f64], q: f64, section: usize) -> bool {
    let mut sorted = values.to_vec();
    sort_total(&mut sorted);
    if sorted[0] == sorted[sorted.len() - 1] {
        return false;
    }
    let n = values.len() as f64;
    let spread = 3.0 * (q * (1.0 - q) / section as f64).sqrt();
    let from = ((q - spread).max(0.0) * n).floor() as usize;
    let until = (((q + spread).min(1.0) * n).ceil() as usize).clamp(from + 1, values.len());
    let near: Vec<f64> = sorted[from..until].iter().copied().filter(|value| value.is_finite()).collect();
    let distinct = near.chunk_by(|a, b| a == b).count();
    (distinct as f64) < DISTINCT_MIN * near.len() as f64
}

fn quantile_of(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sort_total(&mut sorted);
    quantile(&sorted, q)
}

fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    assert_eq!(a.len(), b.len(), "a difference needs pairs");
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    assert!(differences.iter().all(|difference| difference.is_finite()), "values that never come have no mean difference");
    differences
}
