//! What a difference amounts to: one word, from its interval, its margin, and the p-values of all that is claimed beside it.

use crate::scenario::REPLICATIONS_MAX;
use crate::stats::LEVEL;
use crate::stats::{self, Contrast, Side, Told};
use crate::study::metric::Direction;

/// What a difference amounts to, B seen from A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Better,
    Worse,
    /// Of a metric of which neither more nor less is better.
    Higher,
    Lower,
    /// Sure to be within the margin.
    NoDifference,
    /// It may be nothing, or more than the margin. About this many replications would decide; none if that is more than can be played.
    Inconclusive(Option<u64>),
    /// At least one side has no value: a time that never comes.
    Incomparable,
}

impl Verdict {
    /// One of each kind.
    pub const ALL: [Verdict; 7] = [
        Verdict::Better,
        Verdict::Worse,
        Verdict::Higher,
        Verdict::Lower,
        Verdict::NoDifference,
        Verdict::Inconclusive(None),
        Verdict::Incomparable,
    ];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::NoDifference => "no_difference",
            Verdict::Inconclusive(_) => "inconclusive",
            Verdict::Incomparable => "incomparable",
        }
    }

    /// Whether there is a difference for sure.
    pub fn is_different(self) -> bool {
        matches!(
            self,
            Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower
        )
    }

    /// The replications that would decide, where that is a matter of their number.
    pub fn replications_to_decide(self) -> Option<u64> {
        match self {
            Verdict::Inconclusive(replications) => replications,
            _ => None,
        }
    }
}

/// Judges a difference. A claim that there is one needs its p-value, `adjusted` with all other claims in mind, to be at most 1 − level; that
/// it does not matter needs nothing but the interval. How many replications would decide is reckoned from `n` of them, if anybody asks.
pub(super) fn verdict(
    difference: Option<&Contrast>,
    margin: f64,
    direction: Direction,
    p_value: Option<(f64, f64)>,
    n: Option<u64>,
) -> Verdict {
    let Some(contrast) = difference else {
        return Verdict::Incomparable;
    };
    let error = 1.0 - LEVEL;
    let interval = match contrast.at(error) {
        Told::Interval(interval) => interval,
        Told::Open(n_min) => return Verdict::Inconclusive(n_min.map(|n| n as u64)),
        Told::Mostly(_) => {
            return Verdict::Inconclusive(n.and_then(|n| to_decide(contrast, margin, 1.0, n)));
        }
    };
    let (p_value, adjusted) =
        p_value.expect("a bug: every difference has a p-value, and an adjusted one");
    let sure = adjusted <= error;
    match (stats::side(interval, margin), direction) {
        (Side::Within, _) if contrast.bounds_unseen() => Verdict::NoDifference,
        (Side::Above, Direction::Higher) | (Side::Below, Direction::Lower) if sure => {
            Verdict::Better
        }
        (Side::Above, Direction::Lower) | (Side::Below, Direction::Higher) if sure => {
            Verdict::Worse
        }
        (Side::Above, Direction::Neither) if sure => Verdict::Higher,
        (Side::Below, Direction::Neither) if sure => Verdict::Lower,
        _ => Verdict::Inconclusive(
            n.and_then(|n| to_decide(contrast, margin, claims(p_value, adjusted), n)),
        ),
    }
}

/// What the other claims cost: how many times the p-value had to be taken.
pub(in crate::study) fn claims(p_value: f64, adjusted: f64) -> f64 {
    if p_value > 0.0 {
        (adjusted / p_value).max(1.0)
    } else {
        1.0
    }
}

/// About how many replications would decide, with `claims` claims.
fn to_decide(contrast: &Contrast, margin: f64, claims: f64, n: u64) -> Option<u64> {
    let error = 1.0 - LEVEL;
    fewest(n, |n| {
        let contrast = contrast.as_if(n as usize);
        let interval = contrast.at(error).interval();
        match interval.map(|interval| stats::side(interval, margin)) {
            Some(Side::Within) => contrast.bounds_unseen(),
            Some(Side::Above | Side::Below) => contrast
                .at(error / claims)
                .interval()
                .is_some_and(|interval| stats::is_beyond(interval, 0.0)),
            Some(Side::Open) | None => false,
        }
    })
}

/// About the fewest replications, more than `n`, that decide: in two digits, rounded up, if that many can be played.
pub(in crate::study) fn fewest(n: u64, decides: impl Fn(u64) -> bool) -> Option<u64> {
    let needed = two_digits(stats::fewest(n, REPLICATIONS_MAX, decides)? as f64);
    (needed <= REPLICATIONS_MAX as f64).then_some(needed as u64)
}

/// Rounded up to two significant digits.
fn two_digits(x: f64) -> f64 {
    let mut unit = 1.0;
    while x > 100.0 * unit {
        unit *= 10.0;
    }
    (x / unit).ceil() * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{MeanContrast, MeanSide, Support};

    /// Of 100 pairs whose differences spread about an estimate without a bound, ± 1 at 95 %, not adjusted.
    fn contrast(estimate: f64) -> Contrast {
        let half = 1.0 / stats::student_t_factor(0.95, 99.0) * (99.0f64).sqrt();
        let values: Vec<f64> = (0..100)
            .map(|i| estimate + if i % 2 == 0 { half } else { -half })
            .collect();
        let side = |values| MeanSide {
            values,
            support: Support::Loose(f64::NEG_INFINITY, f64::INFINITY),
        };
        Contrast::Means(MeanContrast::paired(side(&[0.0; 100]), side(&values)))
    }

    fn judged(estimate: f64, margin: f64, direction: Direction) -> Verdict {
        let contrast = contrast(estimate);
        let p_value = contrast.least_error_beyond(0.0);
        verdict(
            Some(&contrast),
            margin,
            direction,
            Some((p_value, p_value)),
            Some(100),
        )
    }

    #[test]
    fn more_is_better_worse_or_just_more() {
        for (direction, more, less) in [
            (Direction::Higher, Verdict::Better, Verdict::Worse),
            (Direction::Lower, Verdict::Worse, Verdict::Better),
            (Direction::Neither, Verdict::Higher, Verdict::Lower),
        ] {
            assert_eq!(
                (judged(3.0, 1.0, direction), judged(-3.0, 1.0, direction)),
                (more, less)
            );
            // A hundred replications of what has no range do not show that a difference is within the margin; two hundred do.
            assert_eq!(
                judged(3.0, 4.5, direction),
                Verdict::Inconclusive(Some(200))
            );
            let (many, p_value) = (contrast(3.0).as_if(200), Some((0.01, 0.01)));
            assert_eq!(
                verdict(Some(&many), 4.5, direction, p_value, Some(200)),
                Verdict::NoDifference
            );
        }
    }

    #[test]
    fn what_is_open_says_how_many_replications_would_decide() {
        // ± 1 at 100 replications is a little less than ± 0.5 at 400, and than ± 0.1 at 10,000.
        assert_eq!(
            judged(0.5, 0.1, Direction::Lower),
            Verdict::Inconclusive(Some(400))
        );
        assert_eq!(
            judged(0.0, 0.1, Direction::Lower),
            Verdict::Inconclusive(Some(9_800))
        );
        assert_eq!(
            judged(0.1, 0.6, Direction::Lower),
            Verdict::Inconclusive(Some(400))
        );
        assert_eq!(
            judged(0.0, 0.0, Direction::Lower),
            Verdict::Inconclusive(None)
        );
        assert_eq!(
            judged(0.0, 1e-9, Direction::Lower),
            Verdict::Inconclusive(None),
            "more than can be played"
        );
    }

    #[test]
    fn a_claim_among_many_needs_more() {
        let contrast = contrast(1.3);
        let p_value = contrast.least_error_beyond(0.0);
        let of = |claims: f64| {
            verdict(
                Some(&contrast),
                0.1,
                Direction::Lower,
                Some((p_value, claims * p_value)),
                Some(100),
            )
        };
        assert_eq!(of(0.04 / p_value), Verdict::Worse);
        // Twenty claims: t at 0.0025 is about 3.1, at 0.05 it is 1.98, and (1 / 1.3 · 3.1 / 1.98)² · 100 is 145.
        let Verdict::Inconclusive(Some(needed)) = of(20.0) else {
            panic!("{:?}", of(20.0))
        };
        assert!((130..=150).contains(&needed), "{needed}");
    }

    #[test]
    fn two_digits_are_enough_and_never_too_few() {
        assert_eq!(
            [101.0, 99.2, 1234.0, 5000.0, 7.1].map(two_digits),
            [110.0, 100.0, 1300.0, 5000.0, 8.0]
        );
    }
}
