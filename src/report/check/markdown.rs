//! A check as Markdown, for a comment on a change.

use crate::report::check::words::{Level, amount, findings, totals, unseen};
use crate::study::check::Checked;

/// The answer of a check of at least one scenario: what is fine takes a line.
pub fn check_markdown(all: &[Checked]) -> String {
    let mut out = format!(
        "### rollcast check: {}\n\n| scenario | | what | |\n|---|---|---|---|\n",
        totals(all)
    );
    for checked in all {
        let found = findings(checked);
        let fine =
            amount(checked) == "fine" && found.iter().all(|finding| finding.level == Level::Pass);
        if fine {
            out += &format!("| `{}` | fine | | |\n", code(&checked.file));
            continue;
        }
        for finding in found {
            let word = if matches!(finding.level, Level::Fail | Level::Inconclusive) {
                format!("**{}**", cell(&finding.word))
            } else {
                cell(&finding.word)
            };
            out += &format!(
                "| `{}` | {word} | `{}` | {} |\n",
                code(&checked.file),
                code(&finding.subject),
                cell(&finding.text)
            );
        }
    }
    out + &unseen(all).map_or_else(String::new, |line| format!("\n{line}\n"))
}

/// A text within a cell of a table.
fn cell(text: &str) -> String {
    code(text).replace('<', "&lt;")
}

/// A text between backticks within a cell, where entities would stand as they are written.
fn code(text: &str) -> String {
    text.replace('`', "'")
        .replace('|', "\\|")
        .replace(['\n', '\r'], " ")
}
