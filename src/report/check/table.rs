//! The answer of a check: a row per scenario, and a table of what was found where it is not all as it was.

use crate::report::check::words::{Finding, Level, amount, findings, totals, unseen};
use crate::report::page::{Page, Row, Table};
use crate::study::check::Checked;

/// The answer of a check of at least one scenario.
pub fn check_page(all: &[Checked]) -> Page {
    let mut page = Page::new(format!("{}.", totals(all)));
    page.asked(unseen(all).unwrap_or_default());
    let rows = all.iter().map(|checked| {
        let found = findings(checked);
        let passed = found.iter().filter(|finding| finding.level == Level::Pass);
        let passed = format!("{} of {}", passed.count(), found.len());
        Row::new(checked.file.clone(), [amount(checked).to_owned(), passed])
    });
    page.table(Table::new(["scenario", "verdict", "findings that pass"]).rows(rows));
    for checked in all {
        let found = findings(checked);
        let is_fine = found.iter().all(|finding| finding.level == Level::Pass);
        if is_fine && amount(checked) == "fine" {
            continue;
        }
        page.table(
            Table::new(["verdict", "of", "found"])
                .prose()
                .titled(format!("{}: {}", checked.file, amount(checked)))
                .rows(found.into_iter().map(row)),
        );
    }
    page
}

/// A finding, marked where it does not pass.
fn row(finding: Finding) -> Row {
    let mark = match finding.level {
        Level::Fail => "! ",
        Level::Inconclusive => "? ",
        Level::Warning => "~ ",
        Level::Pass | Level::Note => "",
    };
    let verdict = format!("{mark}{}", finding.word);
    Row::new(verdict, [finding.subject, finding.text])
}
