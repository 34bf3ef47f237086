//! At which values of a knob all holds that is expected, in words and as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::expect::{ExpectationJson, word};
use crate::report::page::{Row, Table};
use crate::scenario::Knob;
use crate::study::capacity::{Capacity, CapacityVerdict, Relation, ValueJudged};
use crate::study::expect::{EXPECT_CONFIDENCE, Judged};
use crate::units::share;

/// Neighbouring values named one by one; more are named from the first to the last.
const NAMED_MAX: usize = 2;

/// At which values each expectation holds.
pub(super) fn table(capacity: &Capacity) -> Table {
    let limits = &capacity.values[0].expectations;
    let rows = limits.iter().enumerate().map(|(which, expectation)| {
        let verdicts = each_verdict(capacity, which);
        Row::new(expectation.limit.text.clone(), [verdicts])
    });
    let confidence = share(EXPECT_CONFIDENCE, 0);
    Table::new(["expected", "verdict"])
        .prose()
        .titled(format!(
            "expected, with a confidence of {confidence} each in each setting"
        ))
        .rows(rows)
}

/// The values at which an expectation has each verdict.
fn each_verdict(capacity: &Capacity, which: usize) -> String {
    let parts = Judged::ALL.into_iter().filter_map(|judged| {
        let values = named(capacity, |value| {
            value.expectations[which].judged.name() == judged.name()
        });
        Some(format!("{} at {}", word(judged), values?))
    });
    let parts: Vec<String> = parts.collect();
    match parts.as_slice() {
        [one] if capacity.values[0].expectations[which].judged == Judged::NotPlayed => {
            one.split(" at ").next().unwrap_or(one).to_owned()
        }
        parts => parts.join("; "),
    }
}

/// What all of it comes to, for a knob and the unit of its values.
pub(super) fn conclusion(capacity: &Capacity, (knob, unit): (&str, &str)) -> String {
    let at = |standings: &[CapacityVerdict]| at(capacity, standings, unit);
    let aside = match at(&[CapacityVerdict::Fails, CapacityVerdict::Inconclusive]) {
        text if text.is_empty() => text,
        text => format!(" ({text})"),
    };
    let said = |which: &str, value: usize| {
        let value = &capacity.values[value].value;
        format!("{which} {knob} at which all of it is shown to hold: {value}{unit}{aside}")
    };
    match capacity.relation {
        Relation::Least(least) => said("Least", least),
        Relation::Greatest(greatest) => said("Greatest", greatest),
        Relation::Everywhere => {
            format!("All of it holds at every {knob} from the least to the greatest{aside}")
        }
        Relation::Nowhere => {
            let fails = at(&[CapacityVerdict::Fails]);
            format!("All of it holds at no {knob}: {fails}")
        }
        Relation::NotMonotone => {
            let all = at(&CapacityVerdict::ALL);
            format!("No least or greatest {knob}, the relation is not monotone: {all}")
        }
        Relation::Inconclusive => {
            let all = at(&CapacityVerdict::ALL);
            format!("No least or greatest {knob} is known: {all}")
        }
    }
}

/// The values that have these standings, with their unit.
fn at(capacity: &Capacity, standings: &[CapacityVerdict], unit: &str) -> String {
    let parts = standings.iter().filter_map(|standing| {
        let values = named(capacity, |value| value.standing == *standing)?;
        Some(format!("{} at {values}{unit}", standing.name()))
    });
    parts.collect::<Vec<String>>().join(", ")
}

/// The values for which `so` holds, in ascending order; runs of neighbours as a range.
fn named(capacity: &Capacity, so: impl Fn(&ValueJudged) -> bool) -> Option<String> {
    let runs = capacity
        .values
        .chunk_by(|a, b| so(a) == so(b))
        .filter(|run| so(&run[0]));
    let runs: Vec<String> = runs
        .flat_map(|run| match run {
            [first, .., last] if run.len() > NAMED_MAX => {
                vec![format!("{} to {}", first.value, last.value)]
            }
            run => run.iter().map(|value| value.value.clone()).collect(),
        })
        .collect();
    (!runs.is_empty()).then(|| runs.join(", "))
}

/// At which values of a knob all holds that the scenario expects.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Capacity")]
pub(super) struct CapacityJson<'a> {
    /// The knob's dotted key.
    knob: String,
    /// How what holds lies among its values: from the `least` value named on, up to the `greatest`, `everywhere`, `nowhere`;
    /// `not_monotone` where values that hold and values that fail do not part into two sides, `inconclusive` where the replications do
    /// not show on which side they lie.
    #[schemars(extend("enum" = Relation::ALL.map(Relation::name)))]
    relation: &'static str,
    /// The least or greatest value at which all of it holds with confidence; null for other relations.
    value: Option<&'a str>,
    /// Of each expectation at each value on its own.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// In ascending order.
    values: Vec<ValueJson<'a>>,
}

/// A value of the knob and what came of the expectations.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CapacityValue")]
struct ValueJson<'a> {
    /// As the sweep has it.
    value: &'a str,
    /// What all expectations of profiles that were played come to.
    #[schemars(extend("enum" = CapacityVerdict::ALL.map(CapacityVerdict::name)))]
    standing: &'static str,
    /// In the order of the file.
    expectations: Vec<ExpectationJson<'a>>,
}

impl<'a> CapacityJson<'a> {
    pub(super) fn of(capacity: &'a Capacity, knobs: &[Knob]) -> CapacityJson<'a> {
        let values = capacity.values.iter().map(|value| ValueJson {
            value: &value.value,
            standing: value.standing.name(),
            expectations: value.expectations.iter().map(From::from).collect(),
        });
        CapacityJson {
            knob: knobs[capacity.knob].key(),
            relation: capacity.relation.name(),
            value: capacity
                .relation
                .value()
                .map(|at| &*capacity.values[at].value),
            confidence: EXPECT_CONFIDENCE,
            values: values.collect(),
        }
    }
}
