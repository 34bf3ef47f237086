//! Differences of quantiles.
//!
//! Two methods, tried in this order.
//!
//! *Sectioning*: the replications are cut in their order into 20 sections of equal size, or into fewer, down to 5, where each would be too
//! small for the quantile. The differences of the sections' quantiles spread about the difference of those of the whole sample, which is
//! the centre of the interval, as it would spread itself, were it `sqrt(sections)` times less sure; Student's t with `sections − 1` degrees
//! of freedom. Asmussen and Glynn, "Stochastic Simulation" (2007), section III.5; Nakayama, "Confidence intervals for quantiles using
//! sectioning when applying variance-reduction techniques", ACM Transactions on Modeling and Computer Simulation 24 (2014). Deviations are
//! taken from the whole sample's difference, not from the sections' mean, so that the bias of small sections widens the interval instead of
//! hiding. It holds neither for values that come in steps, as counts of robots do, nor where so few pairs differ that the differences of
//! sections are equal: then the spread of sections says nothing.
//!
//! *Order statistics*: where both sides have an interval from order statistics with half the error each, the difference lies between the
//! lowest of one less the highest of the other and the reverse. That holds for any law, with shared random numbers and without, from 7
//! replications on for the median, 86 for p95 and 437 for p99.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{Told, is_beyond, least_error};
use crate::stats::binomial::binomial_pmf;
use crate::stats::interval::Interval;
use crate::stats::moments::student_t_factor;
use crate::stats::quantile::{QuantileRanks, quantile, quantile_interval_ranks, sort_total};

/// A difference of quantiles that are both finite.
#[derive(Clone, Debug)]
pub struct QuantileContrast {
    q: f64,
    /// In ascending order.
    a: Arc<[f64]>,
    b: Arc<[f64]>,
    /// Replications of either side.
    n: (usize, usize),
    estimate: f64,
    /// The standard error of the estimate with its degrees of freedom, where sectioning holds.
    sectioned: Option<(f64, f64)>,
    tables: OnceLock<[RankTable; 2]>,
}

/// Sections at most: more would leave too few replications in each, fewer too few degrees of freedom.
const SECTIONS_MAX: usize = 20;
/// Sections at least.
const SECTIONS_MIN: usize = 5;
/// Replications in a section at least, whatever the quantile.
const SECTION_MIN: usize = 10;
/// Of the values among which quantiles of sections may lie, and of the differences of sections, so large a share must be distinct.
const DISTINCT_MIN: f64 = 0.9;

/// The fewest replications in which order statistics give a difference of `q`-quantiles a 95 % interval.
///
/// # Panics
///
/// Unless `0 < q < 1`.
#[must_use]
pub fn order_statistics_n_min(q: f64, level: f64) -> usize {
    assert!(q > 0.0 && q < 1.0, "a quantile lies strictly between 0 and 1, not {q}");
    // All of n values are on one side of the quantile with the greater of q^n and (1 − q)^n.
    let tail = (1.0 - level) / 4.0;
    (crate::random::math::ln(tail) / crate::random::math::ln(q.max(1.0 - q))).ceil() as usize
}

impl QuantileContrast {
    /// Of the `q`-quantiles of pairs; `None` without pairs, or where a quantile is infinite. The sorted values come beside those in order of
    /// replications.
    ///
    /// # Panics
    ///
    /// If the slices differ in length, a value is NaN, or unless `0 < q < 1`.
    #[must_use]
    pub fn paired(a: (&[f64], Arc<[f64]>), b: (&[f64], Arc<[f64]>), q: f64) -> Option<QuantileContrast> {
        assert_eq!(a.0.len(), b.0.len(), "a difference needs pairs");
        let contrast = QuantileContrast::of(a.1, b.1, q)?;
        let n = a.0.len();
        let sections = SECTIONS_MAX.min(n / section_min(q));
        if sections < SECTIONS_MIN || [&contrast.a, &contrast.b].iter().any(|sorted| comes_in_steps(sorted, q, n / sections)) {
            return Some(contrast);
        }
        let differences =
            over_sections(n, sections, |section| quantile_of(&b.0[section.clone()], q) - quantile_of(&a.0[section], q));
        let sectioned = section_error(&differences, contrast.estimate);
        Some(QuantileContrast { sectioned, ..contrast })
    }

    /// Of the `q`-quantiles of replications that share no random numbers; as [`paired`](Self::paired).
    ///
    /// # Panics
    ///
    /// If a value is NaN, or unless `0 < q < 1`.
    #[must_use]
    pub fn own(a: (&[f64], Arc<[f64]>), b: (&[f64], Arc<[f64]>), q: f64) -> Option<QuantileContrast> {
        let contrast = QuantileContrast::of(a.1, b.1, q)?;
        let side = |(values, sorted): (&[f64], &Arc<[f64]>)| {
            let n = values.len();
            let sections = SECTIONS_MAX.min(n / section_min(q));
            let holds = sections >= SECTIONS_MIN && !comes_in_steps(sorted, q, n / sections);
            let quantiles = || over_sections(n, sections, |section| quantile_of(&values[section], q));
            holds.then(quantiles).and_then(|quantiles| section_error(&quantiles, quantile(sorted, q)?))
        };
        let sectioned = side((a.0, &contrast.a)).zip(side((b.0, &contrast.b))).map(|(a, b)| together(a, b));
        Some(QuantileContrast { sectioned, ..contrast })
    }

    fn of(a: Arc<[f64]>, b: Arc<[f64]>, q: f64) -> Option<QuantileContrast> {
        let (at_a, at_b) = (quantile(&a, q)?, quantile(&b, q)?);
        let finite = at_a.is_finite() && at_b.is_finite();
        let n = (a.len(), b.len());
        finite.then(|| QuantileContrast { q, a, b, n, estimate: at_b - at_a, sectioned: None, tables: OnceLock::new() })
    }

    pub(super) fn estimate(&self) -> f64 {
        self.estimate
    }

    pub(super) fn as_if(&self, n: usize) -> QuantileContrast {
        let shrinks = (self.n.0.min(self.n.1) as f64 / n as f64).sqrt();
        let sectioned = self.sectioned.map(|(error, df)| (error * shrinks, df));
        QuantileContrast { n: (n, n), sectioned, tables: OnceLock::new(), ..self.clone() }
    }

    pub(super) fn at(&self, error: f64) -> Told {
        // Each of the two has half the error.
        let ranks = |n: usize| quantile_interval_ranks(self.q, n, 1.0 - error / 2.0);
        self.told(error, || {
            let of_a = ranks(self.n.0);
            (of_a, if self.n.1 == self.n.0 { of_a } else { ranks(self.n.1) })
        })
    }

    pub(super) fn least_error_beyond(&self, margin: f64) -> f64 {
        // The same ranks, looked up instead of searched for, as they are asked for over and over.
        let [of_a, of_b] = self.tables.get_or_init(|| [self.n.0, self.n.1].map(|n| RankTable::new(self.q, n)));
        let at = |error: f64| self.told(error, || (of_a.ranks(error / 4.0), of_b.ranks(error / 4.0)));
        least_error(|error| at(error).interval().is_some_and(|interval| is_beyond(interval, margin)))
    }

    /// What is known with a two-sided error; `ranks` are those of either side with half of it.
    fn told(&self, error: f64, ranks: impl Fn() -> (QuantileRanks, QuantileRanks)) -> Told {
        if let Some((standard_error, df)) = self.sectioned {
            return Told::Interval(Interval::around(self.estimate, student_t_factor(1.0 - error, df) * standard_error));
        }
        let (of_a, of_b) = ranks();
        let ends = |ranks: QuantileRanks, sorted: &[f64], n: usize| {
            Some((value_at(sorted, ranks.lo?, n, f64::floor), value_at(sorted, ranks.hi?, n, f64::ceil)))
        };
        let Some((a, b)) = ends(of_a, &self.a, self.n.0).zip(ends(of_b, &self.b, self.n.1)) else {
            let n_min = order_statistics_n_min(self.q, 1.0 - error);
            return Told::Open((n_min > self.n.0.min(self.n.1)).then_some(n_min));
        };
        let interval = Interval { lo: b.0 - a.1, hi: b.1 - a.0 };
        if interval.lo.is_finite() && interval.hi.is_finite() { Told::Interval(interval) } else { Told::Open(None) }
    }
}

/// The value that stands for rank `rank` of `n`, in a sample that may have another size.
fn value_at(sorted: &[f64], rank: usize, n: usize, round: fn(f64) -> f64) -> f64 {
    if n == sorted.len() {
        return sorted[rank - 1];
    }
    let place = round(rank as f64 / n as f64 * sorted.len() as f64) as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

/// Replications that a section needs: three of them are expected beyond the quantile, on either side. With fewer, sections are biased and
/// agree with each other more than they should: with one, an interval at 95 % covered 91 %.
fn section_min(q: f64) -> usize {
    assert!(q > 0.0 && q < 1.0, "a quantile lies strictly between 0 and 1, not {q}");
    // A hair less, lest 3 / (1 − 0.95), a little over 60, ask for 61.
    SECTION_MIN.max((3.0 / q.min(1.0 - q) - 1e-9).ceil() as usize)
}

fn over_sections(n: usize, sections: usize, of: impl Fn(Range<usize>) -> f64) -> Vec<f64> {
    (0..sections).map(|section| of(section * n / sections..(section + 1) * n / sections)).collect()
}

/// The standard error of a statistic whose value is `whole`, by how those of sections spread about it, with its degrees of freedom; `None` if
/// a section's is infinite, or sections tie.
fn section_error(of_sections: &[f64], whole: f64) -> Option<(f64, f64)> {
    if of_sections.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut sorted = of_sections.to_vec();
    sort_total(&mut sorted);
    if (distinct(&sorted) as f64) < DISTINCT_MIN * sorted.len() as f64 {
        return None;
    }
    let count = sorted.len() as f64;
    let squares: f64 = of_sections.iter().map(|value| (value - whole) * (value - whole)).sum();
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    standard_error.is_finite().then_some((standard_error, count - 1.0))
}

/// The standard error of a difference from those of both sides, with the degrees of freedom of Satterthwaite (1946).
fn together(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (square_a, square_b) = (a.0 * a.0, b.0 * b.0);
    let square = square_a + square_b;
    let df = match square > 0.0 {
        true => square * square / (square_a * square_a / a.1 + square_b * square_b / b.1),
        false => a.1 + b.1,
    };
    (square.sqrt(), df)
}

/// Whether values are often equal where the `q`-quantiles of sections of so many of them lie: three standard deviations of their rank to
/// either side. Such quantiles jump from one value to the next instead of spreading about that of the whole: of counts of robots,
/// intervals at 95 % covered 53 %.
fn comes_in_steps(sorted: &[f64], q: f64, section: usize) -> bool {
    let n = sorted.len() as f64;
    let spread = 3.0 * (q * (1.0 - q) / section as f64).sqrt();
    let from = ((q - spread).max(0.0) * n).floor() as usize;
    let until = (((q + spread).min(1.0) * n).ceil() as usize).clamp(from + 1, sorted.len());
    let near: Vec<f64> = sorted[from..until].iter().copied().filter(|value| value.is_finite()).collect();
    (distinct(&near) as f64) < DISTINCT_MIN * near.len() as f64
}

fn distinct(sorted: &[f64]) -> usize {
    sorted.chunk_by(|a, b| a == b).count()
}

fn quantile_of(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sort_total(&mut sorted);
    quantile(&sorted, q).expect("a section has values")
}

/// The tails of the number of n values at or below their `q`-quantile, as far as they can matter.
#[derive(Clone, Debug)]
struct RankTable {
    /// The rank of the first entry.
    from: usize,
    /// P(B < r) by rank, ascending, and P(B >= r) by rank, descending.
    below: Vec<f64>,
    above: Vec<f64>,
}

impl RankTable {
    fn new(q: f64, n: usize) -> RankTable {
        let size = n as f64;
        let reach = 9.0 * (size * q * (1.0 - q)).sqrt() + 40.0;
        let from = ((q * size - reach).max(1.0)) as usize;
        let until = ((q * size + reach).ceil() as usize).min(n);
        let masses: Vec<f64> = (from..=until).map(|k| binomial_pmf(n as u64, q, k as u64)).collect();
        // What is left of the table: nothing, or the mass at 0.
        let mut sum = if from == 1 { binomial_pmf(n as u64, q, 0) } else { 0.0 };
        let below = masses.iter().map(|mass| {
            let before = sum;
            sum += mass;
            before
        });
        let below: Vec<f64> = below.collect();
        let mut above = masses;
        let mut sum = 0.0;
        for mass in above.iter_mut().rev() {
            sum += *mass;
            *mass = sum;
        }
        RankTable { from, below, above }
    }

    /// The ranks for which neither side errs more often than this.
    fn ranks(&self, error: f64) -> QuantileRanks {
        let lo = self.below.partition_point(|below| *below <= error);
        let hi = self.above.partition_point(|above| *above > error);
        QuantileRanks { lo: (lo > 0).then(|| self.from + lo - 1), hi: (hi < self.above.len()).then(|| self.from + hi) }
    }
}
