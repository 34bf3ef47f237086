//! What came of expectations, in words and as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::figures::exact_probability;
use crate::report::json::StatisticJson;
use crate::report::page::{Row, Table};
use crate::stats::Estimate;
use crate::study::expect::{EXPECT_CONFIDENCE, Expectation, Judged};
use crate::study::limit::{Op, Statistic};
use crate::units::{count, share};

/// The expectations of a run as a table; without rows where it has none.
pub(super) fn table(expected: &[Expectation]) -> Table {
    let rows = expected.iter().map(|expectation| {
        let text = expectation.limit.text.clone();
        Row::new(word(expectation.judged), [text, found(expectation)])
    });
    let confidence = share(EXPECT_CONFIDENCE, 0);
    Table::new(["verdict", "expected", "found"])
        .prose()
        .titled(format!("expected, with a confidence of {confidence} each"))
        .rows(rows)
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
    let shown = expectation.limit.shown(value, expectation.robots);
    let (lo, hi) = expectation.ends;
    let ends = match (expectation.judged, expectation.limit.op) {
        (Judged::Inconclusive(_), _) => {
            let at_least = bound(expectation, "at least", lo);
            format!("{at_least}, {}", bound(expectation, "at most", hi))
        }
        (Judged::Pass, Op::AtMost) | (Judged::Fail, Op::AtLeast) => {
            bound(expectation, "at most", hi)
        }
        _ => bound(expectation, "at least", lo),
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
        (f64::INFINITY, Some(f64::INFINITY), Judged::Pass | Judged::Fail) => shown,
        _ => format!("{shown}, {ends}{decide}"),
    }
}

/// A bound of a measure in words, with a question mark if the replications do not show it.
fn bound(expectation: &Expectation, side: &str, value: Option<f64>) -> String {
    match value {
        None => format!("{side} ?"),
        Some(value) => {
            let value = expectation.limit.shown(value, expectation.robots);
            format!("{side} {value}")
        }
    }
}

/// An expectation as JSON; null for what the replications do not show, and for a time that never comes, which has a field of its own.
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
    /// The measure, in the unit of its metric; the value is null if the profile was not played. Both bounds hold with the confidence.
    #[serde(flatten)]
    measured: StatisticJson,
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
        let (lo, hi) = expectation.ends;
        let value = expectation.value.unwrap_or(f64::NAN);
        ExpectationJson {
            expectation: &expectation.limit.text,
            profile: &expectation.limit.measure.profile,
            verdict: expectation.judged.name(),
            measured: StatisticJson::from(Estimate { value, lo, hi }),
            bound: expectation
                .value
                .map(|_| expectation.limit.bound.of(expectation.robots)),
            confidence: EXPECT_CONFIDENCE,
            exact: expectation.exact,
            replications_to_decide: expectation.judged.replications_to_decide(),
        }
    }
}
