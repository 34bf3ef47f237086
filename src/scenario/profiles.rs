//! Reading profiles: the changes that each makes to the scenario.

use std::rc::Rc;

use crate::scenario::checked::BASE;
use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::edits::Edit;
use crate::scenario::reader::Reading;
use crate::scenario::sweep;
use crate::scenario::tree::Node;
use crate::scenario::words::{did_you_mean, list};

/// The most profiles of a scenario.
pub(super) const PROFILES_MAX: usize = 100;

/// Reads `[profile.NAME]` tables of dotted keys and values.
pub(super) fn profile_overrides(reading: &mut Reading, node: &Node) -> Vec<(String, Vec<Edit>)> {
    let help = || "write [profile.bad], then lines as in \"cohort.*.post_launch.failure\" = 0.2";
    let Some(section) = reading.section_or(node, "profile", help) else {
        return Vec::new();
    };
    if section.table.0.len() > PROFILES_MAX {
        let title = format!("a scenario has at most {PROFILES_MAX} profiles");
        let label = format!("these are {}", section.table.0.len());
        reading.problem(Diagnostic::error(title, &node.place, label));
        return Vec::new();
    }
    let mut profiles = Vec::new();
    for entry in &section.table.0 {
        let name_is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if entry.key == BASE || entry.key.is_empty() || !entry.key.chars().all(name_is_plain) {
            let title = format!("a profile cannot be called `{}`", entry.key);
            let help = "use letters, digits, `_` or `-`; `base` is the scenario without changes";
            reading.problem(Diagnostic::error(title, &entry.key_place, "not a name").help(help));
        }
        let Some(section) = reading.section_or(&entry.node, "profile", help) else {
            continue;
        };
        let mut edits = Vec::new();
        for edit in &section.table.0 {
            match sweep::path(edit, "a profile changes") {
                Ok(path) => edits.push((path, edit.node.clone())),
                Err(diagnostic) => reading.problem(diagnostic),
            }
        }
        profiles.push((entry.key.clone(), edits));
    }
    profiles
}

/// Reports the profiles that flags ask for and the scenario does not have.
pub(super) fn check_wanted(
    reading: &mut Reading,
    overrides: &[(String, Vec<Edit>)],
    only: &[String],
) {
    let names: Vec<&str> = std::iter::once(BASE)
        .chain(overrides.iter().map(|(name, _)| name.as_str()))
        .collect();
    for wanted in only {
        if !names.contains(&wanted.as_str()) {
            let source = Rc::new(Source {
                name: "--profile".to_owned(),
                text: wanted.clone(),
            });
            let title = format!("the scenario has no profile `{wanted}`");
            let label = did_you_mean(wanted, &names);
            let diagnostic = Diagnostic::error(title, &Place::new(&source, 0..wanted.len()), label);
            reading.problem(diagnostic.help(format!("its profiles are {}", list(&names))));
        }
    }
}
