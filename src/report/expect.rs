//! What came of expectations, in words and as JSON.

use serde::Serialize;

use crate::report::figures::exact_probability;
use crate::report::table::Columns;
use crate::study::expect::{EXPECT_CONFIDENCE, Expectation, Judged};
use crate::study::limit::Op;
use crate::units::{count, share};

/// The expectations of a run as the last lines of its answer; none where it has none.
pub(super) fn lines(expected: &[Expectation]) -> String {
    if expected.is_empty() {
        return String::new();
    }
    let row = |expectation: &Expectation| {
        vec![format!("  {}", word(expectation.judged)), expectation.limit.text.clone(), found(expectation)]
    };
    let columns = Columns { rows: expected.iter().map(row).collect() };
    format!("\nexpected, with a confidence of {} each\n{}", share(EXPECT_CONFIDENCE, 0), columns.render())
}

/// What came of an expectation in a word.
pub(super) fn word(judged: Judged) -> &'static str {
    match judged {
        Judged::NotPlayed => "not played",
        other => other.name(),
    }
}

/// What its measure is, and what would decide it.
pub(super) fn found(expectation: &Expectation) -> String {
    let Some(value) = expectation.value else {
        return format!("profile {} was left out", expectation.limit.measure.profile);
    };
    if expectation.exact {
        return exact_probability(value);
    }
    let shown = |value: f64| expectation.limit.shown(value, expectation.robots);
    let (lo, hi) = expectation.ends;
    let at = |end: &str, value: Option<f64>| value.map_or_else(|| format!("{end} ?"), |value| format!("{end} {}", shown(value)));
    let ends = match (expectation.judged, expectation.limit.op) {
        (Judged::Inconclusive(_), _) => format!("{}, {}", at("at least", lo), at("at most", hi)),
        (Judged::Pass, Op::AtMost) | (Judged::Fail, Op::AtLeast) => at("at most", hi),
        _ => at("at least", lo),
    };
    let decide = match expectation.judged {
        Judged::Inconclusive(Some(n)) => format!("; about {} replications would decide", count(n)),
        Judged::Inconclusive(None) => "; no number of replications may decide".to_owned(),
        _ => String::new(),
    };
    // Of what never comes, a bound says no more.
    match (value, lo, expectation.judged) {
        (f64::INFINITY, Some(f64::INFINITY), Judged::Pass | Judged::Fail) => shown(value),
        _ => format!("{}, {ends}{decide}", shown(value)),
    }
}

/// An expectation as JSON; null for what never comes, and for what the replications do not tell.
#[derive(Serialize)]
pub(super) struct ExpectationJson<'a> {
    expectation: &'a str,
    profile: &'a str,
    verdict: &'static str,
    value: Option<f64>,
    /// One-sided bounds, each with this confidence.
    lo: Option<f64>,
    hi: Option<f64>,
    bound: Option<f64>,
    confidence: f64,
    exact: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replications_to_decide: Option<u64>,
}

impl<'a> From<&'a Expectation> for ExpectationJson<'a> {
    fn from(expectation: &'a Expectation) -> ExpectationJson<'a> {
        let finite = |x: Option<f64>| x.filter(|x| x.is_finite());
        ExpectationJson {
            expectation: &expectation.limit.text,
            profile: &expectation.limit.measure.profile,
            verdict: expectation.judged.name(),
            value: finite(expectation.value),
            lo: finite(expectation.ends.0),
            hi: finite(expectation.ends.1),
            bound: expectation.value.map(|_| expectation.limit.bound.of(expectation.robots)),
            confidence: EXPECT_CONFIDENCE,
            exact: expectation.exact,
            replications_to_decide: expectation.judged.replications_to_decide(),
        }
    }
}
