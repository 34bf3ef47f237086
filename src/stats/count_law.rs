//! Laws of counts: how many robots of a fleet fail, and with which probability.
//!
//! A law is the list of its terms. All of them are positive and nothing is ever subtracted, so tails keep their relative accuracy
//! however rare they are. Terms that are negligible at either end are left out, which keeps the lists short.

use std::ops::Range;

use super::binomial::binomial_pmf;

/// A law on the integers `first..first + pmf.len()`, whose terms outside are negligible.
///
/// ```
/// use rollcast::stats::CountLaw;
///
/// let (wards, lifts) = (CountLaw::binomial(200, 0.02), CountLaw::binomial(50, 0.1));
/// let failed = wards.plus(&lifts);
/// let mean: f64 = failed.terms().map(|(k, p)| k as f64 * p).sum();
/// assert!((mean - 9.0).abs() < 1e-9);
/// assert!(failed.upper_tail(25) < 1e-4, "a tenth of the fleet");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CountLaw {
    first: u64,
    pmf: Vec<f64>,
}

impl CountLaw {
    const NEGLIGIBLE: f64 = 1e-300;

    /// Terms of a binomial law are multiplied up from one that is computed for itself, at most `STRIDE` in a row: a product of
    /// that many factors is good to 1e-13.
    const STRIDE: u64 = 256;

    /// Always `k`.
    #[must_use]
    pub fn certain(k: u64) -> CountLaw {
        CountLaw {
            first: k,
            pmf: vec![1.0],
        }
    }

    /// The number of `n` robots that fail if each does with probability `p`, independently: without the terms below 1e-300 a law of
    /// about `37 · sqrt(n)` terms to either side of its mean.
    ///
    /// # Panics
    ///
    /// Unless `0 <= p <= 1`.
    #[must_use]
    pub fn binomial(n: u64, p: f64) -> CountLaw {
        CountLaw::binomial_above(n, p, CountLaw::NEGLIGIBLE)
    }

    /// As `binomial`, without the terms below `negligible` at either end.
    ///
    /// # Panics
    ///
    /// Unless `0 <= p <= 1`.
    #[must_use]
    pub fn binomial_above(n: u64, p: f64, negligible: f64) -> CountLaw {
        let mode = ((n as f64 + 1.0) * p) as u64;
        let mode = mode.min(n);
        let start = binomial_pmf(n, p, mode);
        if p == 0.0 || p == 1.0 {
            return CountLaw::certain(mode);
        }
        let odds = p / (1.0 - p);
        // The terms fall off to both sides of the mode.
        let mut below = Vec::new();
        let (mut k, mut term) = (mode, start);
        while k > 0 {
            term *= k as f64 / ((n - k + 1) as f64 * odds);
            k -= 1;
            if (mode - k).is_multiple_of(CountLaw::STRIDE) {
                term = binomial_pmf(n, p, k);
            }
            if term < negligible {
                break;
            }
            below.push(term);
        }
        let first = mode - below.len() as u64;
        let mut pmf: Vec<f64> = below.into_iter().rev().collect();
        pmf.push(start);
        let (mut k, mut term) = (mode, start);
        while k < n {
            term *= (n - k) as f64 * odds / (k + 1) as f64;
            k += 1;
            if (k - mode).is_multiple_of(CountLaw::STRIDE) {
                term = binomial_pmf(n, p, k);
            }
            if term < negligible {
                break;
            }
            pmf.push(term);
        }
        CountLaw { first, pmf }
    }

    /// The number of marked robots among `drawn` of `population` that are drawn at random, `marked` of which are marked.
    ///
    /// Relative error below 1e-9 for a population up to 2e7.
    ///
    /// # Panics
    ///
    /// If more are marked or drawn than there are.
    #[must_use]
    pub fn hypergeometric(population: u64, marked: u64, drawn: u64) -> CountLaw {
        assert!(
            marked <= population && drawn <= population,
            "{marked} marked and {drawn} drawn of {population}"
        );
        let (least, most) = (
            (marked + drawn).saturating_sub(population),
            marked.min(drawn),
        );
        let mode = ((marked + 1) as f64 * (drawn + 1) as f64 / (population + 2) as f64) as u64;
        let mode = mode.clamp(least, most);
        // Relative to the term at the mode; they add up to one in the end.
        let mut below = Vec::new();
        let (mut k, mut term) = (mode, 1.0);
        while k > least && term >= CountLaw::NEGLIGIBLE {
            term /= next_term(population, marked, drawn, k - 1);
            k -= 1;
            below.push(term);
        }
        let first = mode - below.len() as u64;
        let mut pmf: Vec<f64> = below.into_iter().rev().collect();
        pmf.push(1.0);
        let (mut k, mut term) = (mode, 1.0);
        while k < most && term >= CountLaw::NEGLIGIBLE {
            term *= next_term(population, marked, drawn, k);
            k += 1;
            pmf.push(term);
        }
        let total: f64 = pmf.iter().sum();
        pmf.iter_mut().for_each(|term| *term /= total);
        CountLaw { first, pmf }
    }

    /// The law of `k` less a variable with this law.
    ///
    /// # Panics
    ///
    /// If that could be negative.
    #[must_use]
    pub fn subtracted_from(&self, k: u64) -> CountLaw {
        let last = self.first + self.pmf.len() as u64 - 1;
        assert!(last <= k, "{last} from {k}");
        CountLaw {
            first: k - last,
            pmf: self.pmf.iter().rev().copied().collect(),
        }
    }

    /// The law of the sum of two independent variables.
    #[must_use]
    pub fn plus(&self, other: &CountLaw) -> CountLaw {
        let (long, short) = if self.pmf.len() >= other.pmf.len() {
            (self, other)
        } else {
            (other, self)
        };
        let mut pmf = vec![0.0; long.pmf.len() + short.pmf.len() - 1];
        for (i, a) in short.pmf.iter().enumerate() {
            for (sum, b) in pmf[i..].iter_mut().zip(&long.pmf) {
                *sum += a * b;
            }
        }
        CountLaw {
            first: self.first + other.first,
            pmf,
        }
        .trimmed()
    }

    /// The law of the variable and `k` more.
    #[must_use]
    pub fn shifted(mut self, k: u64) -> CountLaw {
        self.first += k;
        self
    }

    /// Adds to a mixture in the making, which may be `None` yet, `weight` times this law.
    pub fn mix_into(&self, mixture: &mut Option<CountLaw>, weight: f64) {
        let Some(sum) = mixture else {
            let pmf = self.pmf.iter().map(|term| weight * term).collect();
            *mixture = Some(CountLaw {
                first: self.first,
                pmf,
            });
            return;
        };
        if self.first < sum.first {
            let missing = (sum.first - self.first) as usize;
            sum.pmf.splice(0..0, std::iter::repeat_n(0.0, missing));
            sum.first = self.first;
        }
        let offset = (self.first - sum.first) as usize;
        if sum.pmf.len() < offset + self.pmf.len() {
            sum.pmf.resize(offset + self.pmf.len(), 0.0);
        }
        for (sum, term) in sum.pmf[offset..].iter_mut().zip(&self.pmf) {
            *sum += weight * term;
        }
    }

    /// Each value that is not negligible with its probability.
    pub fn terms(&self) -> impl Iterator<Item = (u64, f64)> {
        (self.first..).zip(self.pmf.iter().copied())
    }

    /// The least value whose probability is not negligible.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// How many values have a probability that is not negligible.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pmf.len()
    }

    /// Never: a law has a term.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pmf.is_empty()
    }

    /// `P(X >= k)`.
    #[must_use]
    pub fn upper_tail(&self, k: u64) -> f64 {
        let split = k.saturating_sub(self.first).min(self.pmf.len() as u64) as usize;
        let (below, above) = self.pmf.split_at(split);
        // Small terms first; and the smaller side, so that it keeps its digits.
        let below: f64 = below.iter().sum();
        let above: f64 = above.iter().rev().sum();
        if above < below { above } else { 1.0 - below }
    }

    /// `P(X >= k)` for each `k` of a range that begins no later than the law does. O(terms + range).
    ///
    /// # Panics
    ///
    /// If it begins later.
    #[must_use]
    pub fn upper_tails(&self, range: Range<u64>) -> Vec<f64> {
        assert!(
            range.start <= self.first,
            "tails from {} of a law from {}",
            range.start,
            self.first
        );
        let mut above = vec![0.0; self.pmf.len() + 1];
        for (i, term) in self.pmf.iter().enumerate().rev() {
            above[i] = above[i + 1] + term;
        }
        let mut tails = Vec::with_capacity((range.end - range.start) as usize);
        let mut below = 0.0;
        for k in range {
            let i = k.saturating_sub(self.first).min(self.pmf.len() as u64) as usize;
            tails.push(if above[i] < below {
                above[i]
            } else {
                1.0 - below
            });
            if k >= self.first {
                below += self.pmf.get(i).copied().unwrap_or(0.0);
            }
        }
        tails
    }

    /// Without the negligible terms at either end, which would only cost time.
    fn trimmed(mut self) -> CountLaw {
        let kept = |term: &f64| *term >= CountLaw::NEGLIGIBLE;
        let end = self.pmf.iter().rposition(kept).map_or(0, |last| last + 1);
        self.pmf.truncate(end);
        let start = self.pmf.iter().position(kept).unwrap_or(0);
        self.pmf.drain(..start);
        self.first += start as u64;
        self
    }
}

/// The term of a hypergeometric law at `k + 1`, as a multiple of that at `k`.
fn next_term(population: u64, marked: u64, drawn: u64, k: u64) -> f64 {
    let over = (marked - k) as f64 * (drawn - k) as f64;
    over / ((k + 1) as f64 * (population + k + 1 - marked - drawn) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::math::{exp, ln_gamma};

    /// ln C(n, k)
    fn ln_choose(n: u64, k: u64) -> f64 {
        let ln_factorial = |n: u64| ln_gamma(n as f64 + 1.0);
        ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
    }

    #[test]
    fn hypergeometric_terms_are_those_of_the_definition() {
        for (population, marked, drawn) in [
            (10, 4, 7),
            (60, 3, 12),
            (2000, 40, 500),
            (5, 0, 3),
            (7, 7, 2),
            (1, 1, 1),
        ] {
            let law = CountLaw::hypergeometric(population, marked, drawn);
            let mut sum = 0.0;
            for (k, term) in law.terms() {
                let exact = exp(
                    ln_choose(marked, k) + ln_choose(population - marked, drawn - k)
                        - ln_choose(population, drawn),
                );
                assert!(
                    (term / exact - 1.0).abs() < 1e-9,
                    "{population} {marked} {drawn}: {k} has {term:e}, not {exact:e}"
                );
                sum += term;
            }
            assert!((sum - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn binomial_terms_multiplied_up_are_those_computed_one_by_one() {
        for (n, p) in [
            (1, 0.3),
            (500, 0.05),
            (20_000, 0.4),
            (1_000_000, 1e-4),
            (3_000, 0.999),
            (9, 1e-200),
        ] {
            let law = CountLaw::binomial(n, p);
            for (k, term) in law.terms() {
                let exact = binomial_pmf(n, p, k);
                assert!(
                    (term / exact - 1.0).abs() < 1e-11,
                    "{n} {p}: {k} has {term:e}, not {exact:e}"
                );
            }
            let next = law.first + law.len() as u64;
            assert!(
                next > n || binomial_pmf(n, p, next) < 1e-299,
                "{n} {p}: terms are missing above"
            );
            assert!(
                law.first == 0 || binomial_pmf(n, p, law.first - 1) < 1e-299,
                "{n} {p}: terms are missing below"
            );
        }
        assert_eq!(CountLaw::binomial(7, 1.0), CountLaw::certain(7));
        assert_eq!(CountLaw::binomial(7, 0.0), CountLaw::certain(0));
    }

    #[test]
    fn all_tails_at_once_are_the_single_ones() {
        let law = CountLaw::binomial(40, 0.2).shifted(3);
        for (k, tail) in (0..).zip(law.upper_tails(0..51)) {
            assert!(
                (tail - law.upper_tail(k)).abs() <= 1e-15 * tail,
                "{k}: {tail:e}"
            );
        }
        assert_eq!(law.upper_tails(0..51)[0], 1.0);
        assert_eq!(law.upper_tails(0..51)[44], 0.0);
        let certain = CountLaw::certain(8);
        assert_eq!(
            (certain.upper_tails(0..10)[8], certain.upper_tails(0..10)[9]),
            (1.0, 0.0)
        );
    }

    #[test]
    fn a_mixture_weighs_its_parts_wherever_they_lie() {
        let mut mixture = None;
        CountLaw::certain(5).mix_into(&mut mixture, 0.25);
        CountLaw::certain(2).mix_into(&mut mixture, 0.5);
        CountLaw::certain(7).mix_into(&mut mixture, 0.25);
        let mixture = mixture.unwrap();
        assert_eq!(
            mixture.upper_tails(0..9),
            [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.0]
        );
        assert_eq!(
            mixture.subtracted_from(7).upper_tails(0..7),
            [1.0, 0.75, 0.75, 0.5, 0.5, 0.5, 0.0]
        );
    }
}
