//! Capacity planning backwards: of a knob whose values have an order, the least or the greatest at which all holds that the scenario
//! expects.
//!
//! Each expectation is judged in each setting as a run would judge it, with its confidence on its own. Nothing is taken for granted of
//! the settings between: where what holds and what fails do not part into two sides, the relation is not monotone and no value is
//! named.

use crate::scenario::Knob;
use crate::study::expect::{Expectation, Judged};

/// What all expectations together come to in a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapacityVerdict {
    /// All hold with confidence.
    Holds,
    /// One fails with confidence.
    Fails,
    Inconclusive,
}

impl CapacityVerdict {
    pub const ALL: [CapacityVerdict; 3] = [
        CapacityVerdict::Holds,
        CapacityVerdict::Fails,
        CapacityVerdict::Inconclusive,
    ];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            CapacityVerdict::Holds => "holds",
            CapacityVerdict::Fails => "fails",
            CapacityVerdict::Inconclusive => "inconclusive",
        }
    }

    /// Of what was judged; expectations of profiles that were left out have no say.
    fn of<'a>(judged: impl Iterator<Item = &'a Expectation>) -> CapacityVerdict {
        judged.fold(CapacityVerdict::Holds, |standing, expectation| {
            match (standing, expectation.judged) {
                (CapacityVerdict::Fails, _) | (_, Judged::Fail) => CapacityVerdict::Fails,
                (_, Judged::Inconclusive(_)) => CapacityVerdict::Inconclusive,
                (standing, Judged::Pass | Judged::NotPlayed) => standing,
            }
        })
    }
}

/// How what holds lies among the values of a knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// From this value on, and shown at none below.
    Least(usize),
    /// Up to this value, and shown at none above.
    Greatest(usize),
    /// At every value.
    Everywhere,
    /// At no value: it fails at all.
    Nowhere,
    /// A value at which it fails lies between two at which it holds, or the other way round.
    NotMonotone,
    /// It fails at none of the values, or at none that lies apart from those at which it holds, and is inconclusive at some: on both sides, between,
    /// or everywhere.
    Inconclusive,
}

impl Relation {
    /// One of each kind.
    pub const ALL: [Relation; 6] = [
        Relation::Least(0),
        Relation::Greatest(0),
        Relation::Everywhere,
        Relation::Nowhere,
        Relation::NotMonotone,
        Relation::Inconclusive,
    ];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Least(_) => "least",
            Relation::Greatest(_) => "greatest",
            Relation::Everywhere => "everywhere",
            Relation::Nowhere => "nowhere",
            Relation::NotMonotone => "not_monotone",
            Relation::Inconclusive => "inconclusive",
        }
    }

    /// Of values in ascending order.
    fn of(standings: &[CapacityVerdict]) -> Relation {
        let mut holding =
            (0..standings.len()).filter(|at| standings[*at] == CapacityVerdict::Holds);
        let Some(first) = holding.next() else {
            return match standings.contains(&CapacityVerdict::Inconclusive) {
                true => Relation::Inconclusive,
                false => Relation::Nowhere,
            };
        };
        let last = holding.next_back().unwrap_or(first);
        // Below what holds, between, and above it.
        let sides = [
            &standings[..first],
            &standings[first..last],
            &standings[last..],
        ];
        let fails = sides.map(|side| side.contains(&CapacityVerdict::Fails));
        let open = sides.map(|side| side.contains(&CapacityVerdict::Inconclusive));
        match (fails, open) {
            ([_, true, _] | [true, _, true], _) => Relation::NotMonotone,
            ([true, ..], _) | ([.., false], [true, _, false]) => Relation::Least(first),
            ([.., true], _) | (_, [false, _, true]) => Relation::Greatest(last),
            (_, [false, false, false]) => Relation::Everywhere,
            _ => Relation::Inconclusive,
        }
    }

    /// The value that it names.
    pub fn value(self) -> Option<usize> {
        match self {
            Relation::Least(value) | Relation::Greatest(value) => Some(value),
            _ => None,
        }
    }
}

/// A value of the knob and what came of the expectations.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueJudged {
    /// As the sweep writes it.
    pub value: String,
    pub standing: CapacityVerdict,
    /// In the order of the file.
    pub expectations: Vec<Expectation>,
}

/// At which values of a knob all holds that is expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// Its place among the knobs of the sweep.
    pub knob: usize,
    /// In ascending order.
    pub values: Vec<ValueJudged>,
    pub relation: Relation,
}

/// The knob that a sweep asks about: the only one that varies, if its values have an order. With the places of its values in ascending order.
pub fn ordered_knob(knobs: &[Knob]) -> Option<(usize, Vec<usize>)> {
    let mut varied = knobs
        .iter()
        .enumerate()
        .filter(|(_, knob)| knob.values.len() > 1);
    let (which, knob) = varied.next().filter(|_| varied.next().is_none())?;
    let magnitudes = knob.magnitudes()?;
    let mut order: Vec<usize> = (0..magnitudes.len()).collect();
    order.sort_by(|a, b| magnitudes[*a].total_cmp(&magnitudes[*b]));
    Some((which, order))
}

impl Capacity {
    /// Of what came of the expectations at each value, in ascending order; none where nothing of it was played.
    pub fn of(knob: usize, judged: Vec<(String, Vec<Expectation>)>) -> Option<Capacity> {
        let mut values = Vec::new();
        for (value, expectations) in judged {
            if expectations.iter().all(|it| it.judged == Judged::NotPlayed) {
                return None;
            }
            let standing = CapacityVerdict::of(expectations.iter());
            values.push(ValueJudged {
                value,
                standing,
                expectations,
            });
        }
        let standings: Vec<CapacityVerdict> = values.iter().map(|value| value.standing).collect();
        Some(Capacity {
            knob,
            values,
            relation: Relation::of(&standings),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{CapacityVerdict, Relation};

    #[test]
    fn a_relation_is_read_off_the_values_in_their_order() {
        let relation = |text: &str| {
            let standing = |c| match c {
                '+' => CapacityVerdict::Holds,
                '-' => CapacityVerdict::Fails,
                _ => CapacityVerdict::Inconclusive,
            };
            Relation::of(&text.chars().map(standing).collect::<Vec<CapacityVerdict>>())
        };
        let cases = [
            ("---+++", Relation::Least(3)),
            ("--?+++", Relation::Least(3)),
            ("--+?++", Relation::Least(2)),
            ("++?---", Relation::Greatest(1)),
            ("++++++", Relation::Everywhere),
            ("++?+++", Relation::Inconclusive),
            ("??++++", Relation::Least(2)),
            ("+++???", Relation::Greatest(2)),
            ("?+++??", Relation::Inconclusive),
            ("--++--", Relation::NotMonotone),
            ("+--+++", Relation::NotMonotone),
            ("?-++?-", Relation::NotMonotone),
            ("------", Relation::Nowhere),
            ("-?????", Relation::Inconclusive),
            ("??????", Relation::Inconclusive),
        ];
        for (text, expected) in cases {
            assert_eq!(relation(text), expected, "{text}");
        }
    }
}
