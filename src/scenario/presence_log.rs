//! Reading a log of when robots were online.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{PresenceLog, RecordedRobot, SPELL_MEAN_MIN_MS};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::sheet;
use crate::scenario::table_name::LogName;
use crate::scenario::times::{
    FILE_MAX, TimedRow, TimedTable, Times, median_step, time_unit, timed_rows,
};
use crate::scenario::tree::Node;
use crate::units::duration;

/// Reads the log that `node` names, with the keys beside it.
pub(super) fn presence_log(
    reading: &mut Reading,
    section: &mut Section,
    node: &Node,
) -> Option<Arc<PresenceLog>> {
    let file = reading.string(node).map(str::to_owned);
    let [robot, time, up] = ["robot", "time", "up"].map(|key| reading.text_at(section, key));
    let time_unit = time_unit(reading, section);
    if section.has_mistyped_key() {
        return None;
    }
    let name = LogName {
        time_unit: time_unit?,
        file: file?,
        robot: robot?,
        time: time?,
        up: up?,
    };
    sheet::open(reading, node, &name.file, "log", FILE_MAX)?;
    if let Some(known) = reading.files.logs.known(&name) {
        return Some(known);
    }
    let table = TimedTable {
        file: &name.file,
        what: "log",
        time: Times::Column(&name.time, name.time_unit),
        columns: [("robot", &name.robot), ("up", &name.up)],
        optional: None,
    };
    let rows: Vec<TimedRow<2>> = timed_rows(reading, node, &table)?;
    let log = Arc::new(log(reading, node, rows)?);
    reading.files.logs.put(name, Arc::clone(&log));
    Some(log)
}

fn log(reading: &mut Reading, node: &Node, rows: Vec<TimedRow<2>>) -> Option<PresenceLog> {
    let mut times: Vec<i64> = rows.iter().map(|row| row.time).collect();
    times.sort_unstable();
    let (Some(step), [first, .., last]) = (median_step(&times), times.as_slice()) else {
        let title = "the log is of one moment";
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            "how long it lasts is not known",
        ));
        return None;
    };
    let (first, period) = (*first, last.abs_diff(*first) + step);
    // By name, so that the order of rows changes nothing.
    let mut states: BTreeMap<String, Vec<(u64, bool)>> = BTreeMap::new();
    for TimedRow { time, cells, place } in rows {
        let [robot, up] = cells;
        if robot.is_empty() {
            let diagnostic =
                Diagnostic::error("a row of the log names no robot", &place, "this row");
            reading.problem(diagnostic.other(&node.place, "the log is named here"));
            return None;
        }
        let Some(up) = is_up(&up) else {
            let title = format!("`{up}` does not say whether the robot is online");
            let diagnostic = Diagnostic::error(title, &place, "this row");
            reading.problem(
                diagnostic
                    .other(&node.place, "the log is named here")
                    .help("write 1 or 0, true or false, up or down, online or offline"),
            );
            return None;
        };
        states
            .entry(robot)
            .or_default()
            .push((time.abs_diff(first), up));
    }
    let robots: Vec<RecordedRobot> = states
        .into_iter()
        .map(|(name, mut states)| {
            states.sort_by_key(|(time, _)| *time);
            // Before its first row a robot is as after its last: the log is played over and over.
            let at_end = states.last().is_some_and(|(_, up)| *up);
            let at_first = states.iter().take_while(|(time, _)| *time == 0).last();
            let online_at_first = at_first.map_or(at_end, |(_, up)| *up);
            let mut changes: Vec<u64> = Vec::new();
            let mut online = online_at_first;
            for (i, (time, up)) in states.iter().enumerate() {
                let overwritten = states.get(i + 1).is_some_and(|(next, _)| next == time);
                if *up != online && *time > 0 && !overwritten {
                    changes.push(*time);
                    online = *up;
                }
            }
            RecordedRobot {
                name,
                online_at_first,
                changes,
            }
        })
        .collect();
    let busiest = robots.iter().max_by_key(|robot| robot.changes.len())?;
    if busiest.changes.len() as u64 > period / SPELL_MEAN_MIN_MS {
        let title = format!(
            "`{}` changes more often than once a second on average",
            busiest.name
        );
        let label = format!(
            "{} times in {}",
            busiest.changes.len(),
            duration(period as f64)
        );
        reading.problem(Diagnostic::error(title, &node.place, label));
        return None;
    }
    if robots
        .iter()
        .all(|robot| robot.changes.is_empty() && !robot.online_at_first)
    {
        let title = "no robot of the log is ever online";
        let diagnostic = Diagnostic::error(title, &node.place, "this log");
        reading.problem(diagnostic.help("robots that are never online are `dead`"));
        return None;
    }
    Some(PresenceLog::new(period, robots))
}

fn is_up(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "1" | "1.0" | "true" | "up" | "online" | "on" | "yes" | "connected" => Some(true),
        "0" | "0.0" | "false" | "down" | "offline" | "off" | "no" | "disconnected" => Some(false),
        _ => None,
    }
}
