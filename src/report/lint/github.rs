//! Findings as annotations of a workflow on GitHub.

use crate::report::lint::json::level;
use crate::report::workflow_command::{escaped, property};
use crate::study::Finding;

/// Findings as commands of a GitHub workflow, which shows them at their lines.
pub fn lint_github(findings: &[Finding]) -> String {
    findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let problem = &finding.diagnostic;
    let mut properties = Vec::new();
    // A value that a flag wrote has no line in a file.
    let place = problem.place.as_ref().map(|(place, _)| place);
    if let Some(place) = place.filter(|place| !place.source.name.starts_with("--")) {
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
}
