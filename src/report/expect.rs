//! What came of expectations, in words and as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::columns::Columns;
use crate::report::figures::exact_probability;
use crate::report::json::{finite, is_false, never};
use crate::study::expect::{EXPECT_CONFIDENCE, Expectation, Judged};
use crate::study::limit::{Op, Statistic};
use crate::units::{count, share};

/// The expectations of a run as the last lines of its answer; none where it has none.
pub(super) fn lines(expected: &[Expectation]) -> String {
    if expected.is_empty() {
        return String::new();
    }
    let row = |expectation: &Expectation| {
        vec![
            format!("  {}", word(expectation.judged)),
            expectation.limit.text.clone(),
            found(expectation),
        ]
    };
    let columns = Columns {
        rows: expected.iter().map(row).collect(),
    };
    format!(
        "\nexpected, with a confidence of {} each\n{}",
        share(EXPECT_CONFIDENCE, 0),
        columns.render()
    )
}

/// The verdict on an expectation, in a word.
pub(super) fn word(judged: Judged) -> &'static str {
    match judged {
        Judged::NotPlayed => "not played",
        other => other.name(),
    }
}

/// The measure's value and bound, and how many replications would decide.
pub(super) fn found(expectation: &Expectation) -> String {
    let Some(value) = expectation.value else {
        return format!("profile {} was left out", expectation.limit.measure.profile);
    };
    if expectation.exact {
        return exact_probability(value);
    }
    let shown = |value: f64| expectation.limit.shown(value, expectation.robots);
    let (lo, hi) = expectation.ends;
    let at = |end: &str, value: Option<f64>| {
        value.map_or_else(
            || format!("{end} ?"),
            |value| format!("{end} {}", shown(value)),
        )
    };
    let ends = match (expectation.judged, expectation.limit.op) {
        (Judged::Inconclusive(_), _) => format!("{}, {}", at("at least", lo), at("at most", hi)),
        (Judged::Pass, Op::AtMost) | (Judged::Fail, Op::AtLeast) => at("at most", hi),
        _ => at("at least", lo),
    };
    let decide = match expectation.judged {
        Judged::Inconclusive(Some(n)) => format!("; about {} replications would decide", count(n)),
        Judged::Inconclusive(None)
            if expectation.limit.measure.statistic == Statistic::Mean
                && (lo.is_none() || hi.is_none()) =>
        {
            "; replications that are nearly all equal bound no others".to_owned()
        }
        Judged::Inconclusive(None) => "; no number of replications may decide".to_owned(),
        _ => String::new(),
    };
    // For a time that never comes, a bound adds nothing.
    match (value, lo, expectation.judged) {
        (f64::INFINITY, Some(f64::INFINITY), Judged::Pass | Judged::Fail) => shown(value),
        _ => format!("{}, {ends}{decide}", shown(value)),
    }
}

/// An expectation as JSON; null for what the replications do not tell, and for what never comes, which is said beside it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Expectation")]
pub(super) struct ExpectationJson<'a> {
    /// As the scenario has it.
    expectation: &'a str,
    /// The profile that it is of.
    profile: &'a str,
    /// What came of it.
    #[schemars(extend("enum" = Judged::ALL.map(Judged::name)))]
    verdict: &'static str,
    /// The measure's value, in the unit of its metric; null for what never comes, and where the profile was not played.
    value: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    value_never: bool,
    /// It is at least this, with the confidence; null where the replications do not tell.
    lo: Option<f64>,
    /// True where that is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    lo_never: bool,
    /// It is at most this, with the confidence; null where the replications do not tell.
    hi: Option<f64>,
    /// True where that is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    hi_never: bool,
    /// What it may be, in the same unit; null where the profile was not played.
    bound: Option<f64>,
    /// Of each bound on its own.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Whether the value was computed, not simulated.
    exact: bool,
    /// About how many replications would decide what is inconclusive; null if that is not a matter of their number.
    replications_to_decide: Option<u64>,
}

impl<'a> From<&'a Expectation> for ExpectationJson<'a> {
    fn from(expectation: &'a Expectation) -> ExpectationJson<'a> {
        let Expectation {
            value,
            ends: (lo, hi),
            ..
        } = *expectation;
        ExpectationJson {
            expectation: &expectation.limit.text,
            profile: &expectation.limit.measure.profile,
            verdict: expectation.judged.name(),
            value: value.and_then(finite),
            value_never: value.is_some_and(never),
            lo: lo.and_then(finite),
            lo_never: lo.is_some_and(never),
            hi: hi.and_then(finite),
            hi_never: hi.is_some_and(never),
            bound: expectation
                .value
                .map(|_| expectation.limit.bound.of(expectation.robots)),
            confidence: EXPECT_CONFIDENCE,
            exact: expectation.exact,
            replications_to_decide: expectation.judged.replications_to_decide(),
        }
    }
}
