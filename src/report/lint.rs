//! What is foolish about a scenario: for people, for programs, and for the annotations of a workflow.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::{Provenance, pretty};
use crate::report::schema::schema;
use crate::report::words::plural;
use crate::scenario::{Level, Place, Problems};
use crate::study::{Finding, RULES};

/// Findings as text for a terminal, in their order.
pub fn lint_text(findings: &[Finding], colour: bool) -> String {
    let mut problems = Problems::default();
    for finding in findings {
        let mut diagnostic = finding.diagnostic.clone();
        diagnostic.title = format!("{} [{}]", diagnostic.title, finding.rule);
        problems.push(diagnostic);
    }
    problems.listed_as_pushed(colour)
}

/// How many there are.
pub fn lint_counts(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count() as u64;
    let warnings = findings.len() as u64 - errors;
    match (errors, warnings) {
        (0, 0) => "nothing foolish found".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "error"),
        (errors, warnings) => format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    }
}

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

/// Something foolish.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Finding")]
struct FindingSummary<'a> {
    /// The rule that found it.
    #[schemars(extend("enum" = RULES.as_slice()))]
    rule: &'a str,
    /// Certain trouble, or likely.
    #[schemars(extend("enum" = [Level::Error, Level::Warning].map(level)))]
    level: &'static str,
    /// What is foolish.
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

fn level(level: Level) -> &'static str {
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

/// Findings as commands of a GitHub workflow, which shows them at their lines.
pub fn lint_github(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let problem = &finding.diagnostic;
        let mut properties = Vec::new();
        // A value that a flag wrote has no line in a file.
        if let Some((place, _)) = problem
            .place
            .as_ref()
            .filter(|(place, _)| !place.source.name.starts_with("--"))
        {
            let (line, column) = place.line_and_column();
            properties.push(format!("file={}", property(&place.source.name)));
            properties.push(format!("line={line},col={column}"));
        }
        properties.push(format!("title={}", property(finding.rule)));
        let texts = [
            Some(&problem.title),
            problem.why.as_ref(),
            problem.help.as_ref(),
        ];
        let message: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        format!(
            "::{} {}::{}\n",
            level(problem.level),
            properties.join(","),
            escaped(&message.join("\n"))
        )
    };
    findings.iter().map(line).collect()
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_workflow_commands_is_escaped() {
        assert_eq!(escaped("20 % of\r\nall: a, b"), "20 %25 of%0D%0Aall: a, b");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
