//! A check as GitHub's workflow commands: annotations on the scenario files.

use crate::report::check::words::{Level, amount, findings, totals};
use crate::report::workflow_command::{escaped, property};
use crate::study::check::Checked;

/// A command for each finding that is not a pass; notes only where something is wrong.
pub fn check_github(all: &[Checked]) -> String {
    let mut out = String::new();
    for checked in all {
        let quiet = amount(checked) == "fine";
        for finding in findings(checked) {
            let command = match finding.level {
                Level::Fail => "error",
                Level::Inconclusive | Level::Warning => "warning",
                Level::Note if !quiet || finding.word == "improved" || finding.word == "why" => {
                    "notice"
                }
                Level::Note | Level::Pass => continue,
            };
            let title = format!("{}: {} {}", checked.scenario, finding.subject, finding.word);
            out += &format!(
                "::{command} file={},title={}::{}\n",
                property(&checked.file),
                property(&title),
                escaped(&finding.text)
            );
        }
    }
    out + &totals(all) + "\n"
}
