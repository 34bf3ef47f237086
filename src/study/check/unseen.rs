//! Differences of means where nearly all replications came to the same: what the others, hardly seen or not at all, leave open.

use crate::stats::{self, Atom, Difference, Interval, Moments};
use crate::study::compare::Luck;
use crate::study::limit::Reach;
use crate::study::metric::Metric;

/// A difference of means that more room has to be left for than its interval does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unseen {
    /// Infinite where nothing bounds the mean.
    pub(super) interval: Interval,
    /// The error with which it can be said that the difference is what it is in nearly all replications, whatever it is in others.
    pub(super) least_error: f64,
}

/// What is left open of the difference of means `b − a`; `None` where its own interval, that of Student or Welch, stands.
///
/// A pair that was not seen may differ, where both sides vary, by as much as two replications do; where they do not, by all that the
/// metric can. Of two samples on their own either mean has its own bounds, by the method of variance estimates recovery.
pub(super) fn unseen(
    metric: &Metric,
    (a, b): (&[f64], &[f64]),
    (luck, reach, level): (Luck, &Reach, f64),
    known: &Difference,
) -> Option<Unseen> {
    let equal = |values: &[f64]| values.iter().all(|value| *value == values[0]);
    // A scenario without chance, against a baseline that shows none: what there was has been seen.
    if reach.is_certain() && equal(a) && equal(b) {
        return None;
    }
    let range = reach.range(metric);
    let nearly_all = |values: &[f64]| Atom::of(values).filter(Atom::is_nearly_all);
    let (away, seen) = match luck {
        Luck::Shared => {
            let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
            let atom = nearly_all(&differences)?;
            let sd = |values: &[f64]| Moments::of(values).and_then(|moments| moments.sd).unwrap_or(0.0);
            let far = match nearly_all(a).or(nearly_all(b)) {
                None => (sd(a) * sd(a) + sd(b) * sd(b)).sqrt(),
                Some(_) => range.1 - range.0 + atom.value.abs(),
            };
            (atom.others_at_most((1.0 + level) / 2.0) * far, (atom.n, atom.others))
        }
        Luck::Own => {
            let atoms = [nearly_all(a), nearly_all(b)];
            let atom = atoms.iter().flatten().min_by_key(|atom| atom.n)?;
            let ends = |values: &[f64]| {
                let factor = stats::student_t_factor(level, values.len() as f64 - 1.0);
                stats::mean_interval_in(values, range, level, factor)
            };
            let (of_a, of_b) = (ends(a)?, ends(b)?);
            let mean = |values: &[f64]| Moments::of(values).map_or(0.0, |moments| moments.mean);
            let (mean_a, mean_b) = (mean(a), mean(b));
            let both = |up: f64, down: f64| (up * up + down * down).sqrt();
            let away = both(of_b.hi - mean_b, mean_a - of_a.lo).max(both(mean_b - of_b.lo, of_a.hi - mean_a));
            // Where one of them varies, Welch's interval has its errors.
            let seen = if atoms.iter().all(Option::is_some) { (atom.n, atom.others) } else { (usize::MAX, 0) };
            (away, seen)
        }
    };
    let away = away.max(known.interval.half_width());
    let interval = Interval { lo: known.estimate - away, hi: known.estimate + away };
    // The sign test: at most half of the law is where so few of a sample are.
    let least_error = match seen {
        (usize::MAX, _) => 0.0,
        (n, others) => (2.0 * stats::binomial_upper_tail(n as u64, 0.5, (n - others) as u64)).min(1.0),
    };
    Some(Unseen { interval, least_error })
}
