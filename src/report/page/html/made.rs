//! What made a report, and which files came with it.

use maud::{Markup, html};

use super::blocks::table;
use crate::report::page::report::{Files, Subject};
use crate::report::page::{Row, Table};
use crate::report::provenance::Provenance;
use crate::units::count;

/// The versions of the program and its data, and what was played.
pub(super) fn versions(subjects: &[Subject]) -> Markup {
    html! {
        @if let Some(first) = subjects.first() {
            p { (program(subjects, first.provenance)) }
            (table(&played(subjects), "What was played"))
        }
    }
}

fn program(subjects: &[Subject], made: &Provenance) -> String {
    let mut zones = subjects.iter().map(|subject| subject.provenance.time_zones);
    let zones = zones.find_map(|zones| zones);
    let zones = zones.map_or_else(String::new, |version| format!(", time zones {version}"));
    let (rollcast, model) = (made.rollcast, made.model_version);
    format!(
        "Made by rollcast {rollcast}, model version {model}{zones}. The same versions, files and seed give the same report."
    )
}

/// A row for each scenario.
fn played(subjects: &[Subject]) -> Table {
    let rows = subjects.iter().map(|subject| {
        let made = subject.provenance;
        let numbers = [made.seed.to_string(), count(made.replications)];
        Row::new(
            subject.name,
            std::iter::once(made.scenario_hash.clone()).chain(numbers),
        )
    });
    Table::new(["Scenario", "Hash", "Seed", "Replications"])
        .titled("What was played")
        .rows(rows)
}

/// The files of the results, linked where the report knows the way.
pub(super) fn written(files: &Files) -> Markup {
    html! {
        p { "All numbers are in these files, which do not come with this one. They were written to " code { (files.folder) } ":" }
        ul.files {
            @for name in files.names {
                li {
                    @match files.link(name) {
                        Some(link) => a href=(link) { (name) },
                        None => code { (name) },
                    }
                }
            }
        }
    }
}
