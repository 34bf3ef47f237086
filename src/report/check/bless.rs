//! What `check --bless` wrote, in words.

use crate::report::columns::in_columns;
use crate::report::words::plural;
use crate::study::check::{Baseline, Change};
use crate::units::count;

/// What happened to the baseline of a scenario file, which is now `bytes` long; `before` is the earlier baseline, or why it cannot be read.
pub fn blessed(
    file: &str,
    bytes: usize,
    baseline: &Baseline,
    before: &Result<Option<Baseline>, String>,
) -> String {
    let changes = match before {
        Ok(Some(before)) => baseline.changes_since(before),
        _ => Vec::new(),
    };
    let word = match before {
        Ok(None) => "new",
        Ok(Some(before)) if before == baseline => "as before",
        _ => "changed",
    };
    let size = count((bytes as u64).div_ceil(1000));
    let mut out = format!(
        "{file}  {word}: {}, {size} kB\n",
        plural(baseline.replications, "replication")
    );
    if let Err(problem) = before {
        out += &format!(
            "  what changed is not known: the earlier baseline cannot be read: {problem}\n"
        );
    }
    if !changes.is_empty() {
        let header = ["  profile", "what", "was", "is"].map(str::to_owned);
        let mut rows = vec![header.to_vec()];
        rows.extend(changes.iter().map(|change| {
            let Change {
                profile,
                what,
                was,
                is,
            } = change.clone();
            vec![format!("  {profile}"), what, was, is]
        }));
        out += &in_columns(&rows);
    }
    out
}
