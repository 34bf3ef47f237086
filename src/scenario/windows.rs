//! Reading when robots may be contacted: the job's start, and weekly windows by the clock where a robot stands.

use std::fmt;
use std::sync::Arc;

use crate::model::{Hours, HoursError, HoursKey, Start, Windows, Zone, ZoneError};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::inventory::robots::Inventory;
use crate::scenario::keys::cohort::HOURS;
use crate::scenario::reader::{Reading, Section, optional};
use crate::scenario::tree::{Node, Value};
use crate::scenario::weekly::WeeklyHours;

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

/// Reports the first of the cohorts with weekly hours if there is no start.
pub(super) fn require_start(reading: &mut Reading, start: &JobStart, cohorts: &[Node]) {
    let hours = cohorts.iter().find_map(|cohort| {
        let Value::Table(table) = &cohort.value else {
            return None;
        };
        let offline = || match &table.get("connectivity")?.node.value {
            Value::Table(table) => table.get("offline"),
            _ => None,
        };
        table.get("maintenance").or_else(offline)
    });
    if let (JobStart::Missing, Some(entry)) = (start, hours) {
        let title = format!("`{}` needs the scenario's `start`", entry.key);
        let diagnostic = Diagnostic::error(
            title,
            &entry.key_place,
            "when these hours come is not known",
        );
        let help = "write at the top when the job is created, as in start = \"2026-03-28T21:00[Europe/Berlin]\"";
        reading.problem(diagnostic.help(help));
    }
}

/// Weekly hours of a cohort, and what they come to by its own clock, if it has one.
#[derive(Default)]
pub(super) struct CohortHours {
    pub weekly: Option<WeeklyHours>,
    pub windows: Option<Arc<Windows>>,
}

/// Reads `maintenance` and `zone` of a cohort, which has these hours `offline`, `None` if they could not be read; the robots of an inventory may have zones of their own.
/// The inventory is `None` where there is none, and `Some(None)` where it could not be read. Gives the maintenance and the hours offline.
pub(super) fn cohort_hours(
    reading: &mut Reading,
    section: &mut Section,
    start: &JobStart,
    inventory: Option<Option<&Inventory>>,
    offline: Option<Option<(Vec<Hours>, &Node)>>,
) -> Option<[CohortHours; 2]> {
    let maintenance_node = section.get("maintenance");
    let zone_node = section.get("zone");
    let zone = zone_node.map(|node| zone(reading, node));
    if offline.is_none() && maintenance_node.is_none() {
        // Whether the cohort has hours is not known.
        return None;
    }
    let offline = offline.flatten();
    let Some(node) = maintenance_node.or(offline.as_ref().map(|(_, node)| *node)) else {
        if let Some(node) = zone_node {
            let title = "`zone` has no effect without `maintenance` or hours `offline`";
            let diagnostic = Diagnostic::error(title, &node.place, "the zone of no hours");
            reading.problem(diagnostic.help(format!("leave it out, or write {EXAMPLE} beside it")));
            return None;
        }
        if let Some((robot, place)) = inventory.flatten().and_then(Inventory::first_with_zone) {
            let title =
                format!("robot `{robot}` has a time zone, but its cohort has no weekly hours");
            let diagnostic = Diagnostic::error(title, &place, "the zone of no hours");
            reading.problem(
                diagnostic
                    .other(section.place(), "this cohort")
                    .help(format!("write {EXAMPLE} in the cohort")),
            );
            return None;
        }
        return Some(Default::default());
    };
    let maintenance = optional(maintenance_node, None, |node| {
        weekly_hours(reading, node, "maintenance", EXAMPLE).map(Some)
    });
    let key = if maintenance_node.is_some() {
        "maintenance"
    } else {
        "offline"
    };
    if zone_node.is_none() && !in_zones_of_their_own(reading, node, key, inventory) {
        return None;
    }
    let (start, zone) = (
        start.known()?,
        zone.map_or(Some(None), |zone| zone.map(Some))?,
    );
    let offline_node = offline.as_ref().map(|(_, node)| *node);
    let both = [maintenance?, offline.map(|(hours, _)| hours)].map(|hours| {
        let weekly = hours.map(|hours| WeeklyHours { start, hours });
        let windows = weekly.as_ref().zip(zone.as_ref());
        CohortHours {
            windows: windows.map(|(weekly, zone)| reading.files.windows(weekly, zone)),
            weekly,
        }
    });
    // Of hours that fill the week clocks leave none, whatever the zone.
    let clock = zone.or_else(|| Zone::parse("UTC").ok());
    let windows = both[1].weekly.as_ref().zip(clock.as_ref());
    let windows = windows.map(|(weekly, zone)| reading.files.windows(weekly, zone));
    if let (Some(node), Some(offline)) = (offline_node, windows)
        && offline.next_closed(0).is_none()
    {
        let title = "`offline` leaves no hour in which a robot is online";
        let diagnostic = Diagnostic::error(title, &node.place, "all the week");
        reading.problem(diagnostic.help("robots that are never online are `dead`"));
        return None;
    }
    Some(both)
}

const EXAMPLE: &str = "maintenance = [{ days = \"mon-fri\", from = \"22:00\", to = \"05:00\" }]";

/// Whether each robot of an inventory has a zone, in a cohort without; reports those that have none.
fn in_zones_of_their_own(
    reading: &mut Reading,
    node: &Node,
    key: &str,
    inventory: Option<Option<&Inventory>>,
) -> bool {
    let needs = |help| {
        Diagnostic::error(
            format!("`{key}` needs a time zone"),
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
                    .other(&node.place, "for these hours");
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

/// Reads hours that recur every week, the value of `key`; `example` is how to write them.
pub(super) fn weekly_hours(
    reading: &mut Reading,
    node: &Node,
    key: &str,
    example: &str,
) -> Option<Vec<Hours>> {
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of windows", node, format!("write {example}"));
        return None;
    };
    if nodes.is_empty() {
        let title = format!("`{key}` needs at least one window");
        let diagnostic = Diagnostic::error(title, &node.place, "this has none");
        reading.problem(diagnostic.help("leave it out for robots that it is not for"));
        return None;
    }
    if nodes.len() > WINDOWS_MAX {
        let title = format!("`{key}` has at most {WINDOWS_MAX} windows");
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            format!("these are {}", nodes.len()),
        ));
        return None;
    }
    let hours: Vec<Option<Hours>> = nodes
        .iter()
        .map(|node| window(reading, node, key, example))
        .collect();
    hours.into_iter().collect()
}

fn window(reading: &mut Reading, node: &Node, key: &str, example: &str) -> Option<Hours> {
    let mut section = reading
        .section_or(node, key, || format!("write {example}"))?
        .with(&HOURS);
    let [days, from, to] = ["days", "from", "to"].map(|key| {
        let (key, node) = section.at(key);
        let node = node?;
        Some((reading.text_or_time(node, key.how())?, &node.place))
    });
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
