//! The answer of a check: a table per scenario, where it is not all as it was.

use crate::report::check::words::{Finding, Level, amount, findings, totals, unseen};
use crate::report::page::{Page, Row, Table};
use crate::study::check::Checked;

/// The answer of a check of at least one scenario: what is fine takes a row.
pub fn check_page(all: &[Checked]) -> Page {
    let mut page = Page::new(format!("{}.", totals(all)));
    page.asked(unseen(all).unwrap_or_default());
    let mut rows = Vec::new();
    for checked in all {
        let found = findings(checked);
        let is_fine = found.iter().all(|finding| finding.level == Level::Pass);
        if is_fine && amount(checked) == "fine" {
            let n = found.len();
            let fields = ["fine".to_owned(), format!("{n} of {n} hold"), String::new()];
            rows.push(Row::new(checked.file.clone(), fields));
            continue;
        }
        let fields = [amount(checked).to_owned(), String::new(), String::new()];
        rows.push(Row::new(checked.file.clone(), fields));
        rows.extend(found.into_iter().map(row));
    }
    page.table(
        Table::new(["scenario", "verdict", "of", "found"])
            .prose()
            .rows(rows),
    );
    page
}

/// A finding; what does not decide is in parentheses.
fn row(finding: Finding) -> Row {
    let mark = match finding.level {
        Level::Fail => "! ",
        Level::Inconclusive => "? ",
        Level::Warning => "~ ",
        Level::Pass | Level::Note => "",
    };
    let verdict = format!("{mark}{}", finding.word);
    Row::under("", [verdict, finding.subject, finding.text])
}
