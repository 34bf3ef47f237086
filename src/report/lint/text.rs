//! Findings on the terminal.

use crate::report::page::Page;
use crate::report::words::plural;
use crate::scenario::Problems;
use crate::study::Finding;

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

/// Findings as a page: how many there are, and each with its place.
pub fn lint_page(findings: &[Finding]) -> Page {
    let mut page = Page::new(format!("{}.", lint_counts(findings)));
    if !findings.is_empty() {
        page.listing(lint_text(findings, false));
    }
    page
}

/// How many there are.
pub fn lint_counts(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count() as u64;
    let warnings = findings.len() as u64 - errors;
    match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "error"),
        (errors, warnings) => format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    }
}
