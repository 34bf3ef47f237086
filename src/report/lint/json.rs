//! Findings as JSON, for other programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::pretty;
use crate::report::provenance::Provenance;
use crate::report::schema::schema;
use crate::scenario::{Level, Place};
use crate::study::{Finding, RULES};

/// What `rollcast lint --format json` prints.
#[derive(JsonSchema, Serialize)]
struct Summary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// How many findings are certain trouble.
    errors: usize,
    /// How many findings are likely trouble.
    warnings: usize,
    /// Errors first, of those what decides about the rollout before anything else; then in the order of their places.
    findings: Vec<FindingSummary<'a>>,
}

/// A finding.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Finding")]
struct FindingSummary<'a> {
    /// The rule that found it.
    #[schemars(extend("enum" = RULES.as_slice()))]
    rule: &'a str,
    /// Certain trouble, or likely.
    #[schemars(extend("enum" = [Level::Error, Level::Warning].map(level)))]
    level: &'static str,
    /// What is wrong.
    title: &'a str,
    /// Where; null for what has no place in a file.
    place: Option<PlaceSummary<'a>>,
    /// The other side of a conflict; null if there is none.
    other: Option<PlaceSummary<'a>>,
    /// Why that is so, or what comes of it; null if there is nothing to say.
    why: Option<&'a str>,
    /// What to do; null if there is nothing to say.
    help: Option<&'a str>,
    /// Those in which it is so; empty if that is all of them.
    profiles: &'a [String],
}

/// A place in a text.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Place")]
struct PlaceSummary<'a> {
    /// A path, or the flag that wrote the value.
    source: &'a str,
    /// Counted from 1.
    line: usize,
    /// Counted from 1, in characters.
    column: usize,
    /// A few words set under it.
    label: &'a str,
}

impl<'a> From<&'a (Place, String)> for PlaceSummary<'a> {
    fn from((place, label): &'a (Place, String)) -> PlaceSummary<'a> {
        let (line, column) = place.line_and_column();
        PlaceSummary {
            source: &place.source.name,
            line,
            column,
            label,
        }
    }
}

pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// The schema of findings for other programs.
pub fn lint_schema() -> serde_json::Value {
    schema::<Summary>("rollcast lint")
}

/// Findings for other programs.
pub fn lint_json(provenance: &Provenance, findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    pretty(&Summary {
        provenance,
        errors,
        warnings: findings.len() - errors,
        findings: findings.iter().map(FindingSummary::from).collect(),
    })
}

impl<'a> From<&'a Finding> for FindingSummary<'a> {
    fn from(finding: &'a Finding) -> FindingSummary<'a> {
        let problem = &finding.diagnostic;
        FindingSummary {
            rule: finding.rule,
            level: level(problem.level),
            title: &problem.title,
            place: problem.place.as_ref().map(PlaceSummary::from),
            other: problem.other.as_ref().map(PlaceSummary::from),
            why: problem.why.as_deref(),
            help: problem.help.as_deref(),
            profiles: &finding.profiles,
        }
    }
}
