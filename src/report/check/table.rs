//! The answer of a check on the terminal: a line a scenario, and below it what is not as it was.

use crate::report::check::words::{Level, amount, findings, totals, unseen};
use crate::report::columns::in_columns;
use crate::study::check::Checked;

/// The answer of a check of at least one scenario.
pub fn check_table(all: &[Checked]) -> String {
    let mut out = String::new();
    for checked in all {
        out += &format!("{}  {}\n", checked.file, amount(checked));
        let rows = findings(checked).into_iter().map(|finding| {
            let mark = match finding.level {
                Level::Fail => "!",
                Level::Inconclusive => "?",
                Level::Warning => "~",
                Level::Pass | Level::Note => " ",
            };
            vec![
                format!("{mark} {}", finding.word),
                finding.subject,
                finding.text,
            ]
        });
        for line in in_columns(&rows.collect::<Vec<_>>()).lines() {
            out += &format!("  {line}\n");
        }
    }
    format!(
        "{out}\n{}\n{}",
        totals(all),
        unseen(all).map_or_else(String::new, |line| line + "\n")
    )
}
