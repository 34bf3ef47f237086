//! What `check --bless` wrote, in words.

use crate::report::page::{Page, Row, Table};
use crate::report::words::plural;
use crate::study::check::{Baseline, Change};
use crate::units::count;

/// A baseline that was written.
pub struct Blessed<'a> {
    /// The scenario's.
    pub file: &'a str,
    pub baseline: Baseline,
    /// How long it is now.
    pub bytes: usize,
    /// The earlier baseline, or why it cannot be read.
    pub before: &'a Result<Option<Baseline>, String>,
}

/// The answer of what wrote at least one baseline.
pub fn bless_page(all: &[Blessed]) -> Page {
    let words = ["new", "changed", "as before"].map(|word| {
        let n = all.iter().filter(|blessed| blessed.word() == word).count();
        (n > 0).then(|| format!("{} {word}", count(n as u64)))
    });
    let words: Vec<String> = words.into_iter().flatten().collect();
    let baselines = plural(all.len() as u64, "baseline");
    let mut page = Page::new(format!("{baselines}: {}.", words.join(", ")));
    let rows = all.iter().map(|blessed| {
        let replications = plural(blessed.baseline.replications, "replication");
        let size = format!("{} kB", count((blessed.bytes as u64).div_ceil(1000)));
        Row::new(
            blessed.file,
            [blessed.word().to_owned(), replications, size],
        )
    });
    page.table(Table::new(["scenario", "baseline", "of", "size"]).rows(rows));
    for blessed in all {
        let Err(problem) = blessed.before else {
            continue;
        };
        page.text(format!(
            "{}: what changed is not known: the earlier baseline cannot be read: {problem}",
            blessed.file
        ));
    }
    let changes = all.iter().flat_map(Blessed::changes);
    page.table(
        Table::new(["profile", "what", "was", "is"])
            .keyed(2)
            .titled("what changed")
            .rows(changes),
    );
    page
}

impl Blessed<'_> {
    fn word(&self) -> &'static str {
        match self.before {
            Ok(None) => "new",
            Ok(Some(before)) if *before == self.baseline => "as before",
            _ => "changed",
        }
    }

    /// A row for each change, below one for the scenario.
    fn changes(&self) -> Vec<Row> {
        let Ok(Some(before)) = self.before else {
            return Vec::new();
        };
        let changes = self.baseline.changes_since(before);
        let title = (!changes.is_empty()).then(|| Row::section(self.file));
        let rows = changes.into_iter().map(|change| {
            let Change {
                profile,
                what,
                was,
                is,
            } = change;
            Row::under(profile, [what, was, is])
        });
        title.into_iter().chain(rows).collect()
    }
}
