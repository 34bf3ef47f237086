//! Reading when robots may be contacted: the job's start, and weekly windows by the clock where a robot stands.

use std::fmt;
use std::sync::Arc;

use crate::model::{Hours, HoursError, HoursKey, Start, Windows, Zone, ZoneError};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::inventory::robots::Inventory;
use crate::scenario::maintenance::Maintenance;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::tree::{Node, Value};

/// The most windows of a cohort.
pub(super) const WINDOWS_MAX: usize = 100;

/// What the file says of when the job is created.
pub(super) enum JobStart {
    Missing,
    Wrong,
    At(Start),
}

impl JobStart {
    pub(super) fn known(&self) -> Option<Start> {
        match self {
            JobStart::At(start) => Some(*start),
            JobStart::Missing | JobStart::Wrong => None,
        }
    }
}

/// Reads `start`.
pub(super) fn start(reading: &mut Reading, node: Option<&Node>) -> JobStart {
    let Some(node) = node else {
        return JobStart::Missing;
    };
    let count = match &node.value {
        Value::Integer(count) => i64::try_from(*count).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    if let Some(written) = count.and_then(Start::of_unix) {
        let title = "`start` is a date and time, not a count since 1970";
        let diagnostic = Diagnostic::error(title, &node.place, "a number");
        reading.problem(diagnostic.help(format!("if it is one, write start = \"{written}\"")));
        return JobStart::Wrong;
    }
    match reading
        .text_or_time(node, "write start = \"2026-03-28T21:00[Europe/Berlin]\"")
        .map(Start::parse)
    {
        Some(Ok(start)) => JobStart::At(start),
        Some(Err(error)) => {
            reading.problem(explained(&error, &node.place, "not a start"));
            JobStart::Wrong
        }
        None => JobStart::Wrong,
    }
}

/// Reports the first of the cohorts with windows if there is no start.
pub(super) fn require_start(reading: &mut Reading, start: &JobStart, cohorts: &[Node]) {
    let maintenance = cohorts.iter().find_map(|cohort| match &cohort.value {
        Value::Table(table) => table.get("maintenance"),
        _ => None,
    });
    if let (JobStart::Missing, Some(entry)) = (start, maintenance) {
        let title = "`maintenance` needs the scenario's `start`";
        let diagnostic = Diagnostic::error(
            title,
            &entry.key_place,
            "when these windows come is not known",
        );
        let help = "write at the top when the job is created, as in start = \"2026-03-28T21:00[Europe/Berlin]\"";
        reading.problem(diagnostic.help(help));
    }
}

/// When the robots of a cohort may be contacted.
#[derive(Default)]
pub(super) struct CohortWindows {
    pub maintenance: Option<Maintenance>,
    /// In the cohort's zone, if it has one.
    pub windows: Option<Arc<Windows>>,
}

/// Reads `maintenance` and `zone` of a cohort; the robots of an inventory may have zones of their own. The inventory is `None` where
/// there is none, and `Some(None)` where it could not be read.
pub(super) fn cohort_windows(
    reading: &mut Reading,
    section: &mut Section,
    start: &JobStart,
    inventory: Option<Option<&Inventory>>,
) -> Option<CohortWindows> {
    let maintenance_node = section.get("maintenance");
    let zone_node = section.get("zone");
    let zone = zone_node.map(|node| zone(reading, node));
    let Some(node) = maintenance_node else {
        if let Some(node) = zone_node {
            let title = "`zone` has no effect without `maintenance`";
            let diagnostic = Diagnostic::error(title, &node.place, "the zone of no window");
            reading.problem(diagnostic.help(format!("leave it out, or write {EXAMPLE} beside it")));
            return None;
        }
        if let Some((robot, place)) = inventory.flatten().and_then(Inventory::first_with_zone) {
            let title =
                format!("robot `{robot}` has a time zone, but its cohort has no `maintenance`");
            let diagnostic = Diagnostic::error(title, &place, "the zone of no window");
            reading.problem(
                diagnostic
                    .other(section.place(), "this cohort")
                    .help(format!("write {EXAMPLE} in the cohort")),
            );
            return None;
        }
        return Some(CohortWindows::default());
    };
    let hours = maintenance(reading, node);
    if zone_node.is_none() && !in_zones_of_their_own(reading, node, inventory) {
        return None;
    }
    let maintenance = Maintenance {
        start: start.known()?,
        hours: hours?,
    };
    let windows = match zone {
        Some(zone) => Some(reading.files.windows(&maintenance, &zone?)),
        None => None,
    };
    Some(CohortWindows {
        maintenance: Some(maintenance),
        windows,
    })
}

const EXAMPLE: &str = "maintenance = [{ days = \"mon-fri\", from = \"22:00\", to = \"05:00\" }]";

/// Whether each robot of an inventory has a zone, in a cohort without; reports those that have none.
fn in_zones_of_their_own(
    reading: &mut Reading,
    node: &Node,
    inventory: Option<Option<&Inventory>>,
) -> bool {
    let needs = |help| {
        Diagnostic::error(
            "`maintenance` needs a time zone",
            &node.place,
            "by which clock is not known",
        )
        .help(help)
    };
    match inventory {
        None => {
            reading.problem(needs("write zone = \"Europe/Berlin\" beside it"));
            false
        }
        Some(None) => false,
        Some(Some(inventory)) if inventory.first_with_zone().is_none() => {
            reading.problem(needs(
                "write zone = \"Europe/Berlin\" beside it, or add a column `zone` to the inventory",
            ));
            false
        }
        Some(Some(inventory)) => {
            let mut sound = true;
            for (robot, place) in inventory.without_zone() {
                let title =
                    format!("robot `{robot}` has no time zone, and its cohort has none either");
                let diagnostic = Diagnostic::error(title, place, "this row")
                    .other(&node.place, "for these windows");
                reading.problem(diagnostic.help(
                    "fill in its `zone`, or write one in the cohort for those that have none",
                ));
                sound = false;
            }
            sound
        }
    }
}

/// Reads the name of a zone.
fn zone(reading: &mut Reading, node: &Node) -> Option<Zone> {
    let name = reading.string(node)?;
    match Zone::parse(name) {
        Ok(zone) => Some(zone),
        Err(error) => {
            reading.problem(unknown_zone(&error, &node.place));
            None
        }
    }
}

/// What to say of a name at `place` that is no zone's.
pub(super) fn unknown_zone(error: &ZoneError, place: &Place) -> Diagnostic {
    let label = error.nearest.map_or_else(
        || "unknown".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    let diagnostic = Diagnostic::error(
        format!("no time zone is called `{}`", error.text),
        place,
        label,
    );
    diagnostic.help("write a name of the IANA database, such as Europe/Berlin or UTC")
}

fn maintenance(reading: &mut Reading, node: &Node) -> Option<Vec<Hours>> {
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of windows", node, format!("write {EXAMPLE}"));
        return None;
    };
    if nodes.is_empty() {
        let diagnostic = Diagnostic::error(
            "`maintenance` needs at least one window",
            &node.place,
            "this has none",
        );
        reading
            .problem(diagnostic.help("leave it out for robots that may be contacted at any time"));
        return None;
    }
    if nodes.len() > WINDOWS_MAX {
        let title = format!("`maintenance` has at most {WINDOWS_MAX} windows");
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            format!("these are {}", nodes.len()),
        ));
        return None;
    }
    let hours: Vec<Option<Hours>> = nodes.iter().map(|node| window(reading, node)).collect();
    hours.into_iter().collect()
}

fn window(reading: &mut Reading, node: &Node) -> Option<Hours> {
    let mut section = reading.section_or(node, "maintenance", || format!("write {EXAMPLE}"))?;
    let mut text = |key, help| {
        let node = section.require(key, help)?;
        Some((reading.text_or_time(node, help)?, &node.place))
    };
    let days = text(
        "days",
        "write days = \"daily\", days = \"mon-fri\" or days = \"tue,thu\"",
    );
    let from = text("from", "write when it opens, as in from = \"22:00\"");
    let to = text("to", "write when it closes, as in to = \"05:00\"");
    section.finish(reading);
    let part = |key| match key {
        HoursKey::Days => ("not days", days),
        HoursKey::From => ("not an opening", from),
        HoursKey::To => ("not a closing", to),
    };
    let errors = match (days, from, to) {
        (Some((days, _)), Some((from, _)), Some((to, _))) => match Hours::parse(days, from, to) {
            Ok(hours) => return Some(hours),
            Err(errors) => errors,
        },
        _ => [HoursKey::Days, HoursKey::From, HoursKey::To]
            .into_iter()
            .filter_map(|key| part(key).1.and_then(|(text, _)| key.refusal(text)))
            .collect(),
    };
    for error in errors {
        let (label, Some((_, place))) = part(error.key()) else {
            continue;
        };
        let diagnostic = explained(&error, place, label);
        reading.problem(match (&error, from) {
            (HoursError::SameTime { .. } | HoursError::TooShort { .. }, Some((_, from))) => {
                diagnostic.other(from, "it opens here")
            }
            _ => diagnostic,
        });
    }
    None
}

/// An error whose words are what is wrong, a semicolon, and what to do about it.
fn explained(error: &impl fmt::Display, place: &Place, label: &str) -> Diagnostic {
    let text = error.to_string();
    match text.rsplit_once("; ") {
        Some((title, help)) => Diagnostic::error(title, place, label).help(help),
        None => Diagnostic::error(text, place, label),
    }
}
