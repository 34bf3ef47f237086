//! An inventory's text: its header and its rows.

use std::collections::HashMap;
use std::rc::Rc;

use csv::StringRecord;

use crate::model::{Architecture, Zone, ZoneError};
use crate::scenario::diagnostic::{Diagnostic, PROBLEMS_MAX, Place, Source};
use crate::scenario::inventory::robots::{Inventory, Robot};
use crate::scenario::release::unknown_architecture;
use crate::scenario::sheet::{Sheet, field_place, header_help};
use crate::scenario::windows::unknown_zone;
use crate::scenario::words::{did_you_mean, list};
use crate::units::Quantity;

/// The longest name of a robot [characters].
const NAME_MAX: usize = 255;

/// The greatest rate [bit/s]: beyond it are only slips of the pen.
const RATE_MAX: f64 = 1e50;

const COLUMNS: [&str; 5] = ["name", "architecture", "link", "download_rate", "zone"];
const REQUIRED: [&str; 2] = ["name", "architecture"];

/// Understands a file; what is wrong with it is in the inventory's problems.
pub(super) fn parse(source: &Rc<Source>) -> Inventory {
    let Some(sheet) = Sheet::new(source) else {
        let diagnostic = Diagnostic::error("the inventory is empty", &Place::new(source, 0..0), "")
            .help(header_help(&REQUIRED));
        return Inventory {
            problems: vec![diagnostic],
            ..Inventory::default()
        };
    };
    let problems = header_problems(&sheet);
    let mut rows = Rows {
        columns: COLUMNS.map(|name| sheet.column(name)),
        problems,
        ..Rows::default()
    };
    if rows.problems.is_empty() {
        for (record, row) in sheet.rows() {
            if rows.problems.len() >= PROBLEMS_MAX {
                break;
            }
            if record.len() > sheet.header.len() {
                let title = format!(
                    "the row has {} fields, and the first line names {} columns",
                    record.len(),
                    sheet.header.len()
                );
                let diagnostic = Diagnostic::error(title, &row, "this row");
                rows.problems
                    .push(diagnostic.help("write a text with a comma in double quotes"));
                continue;
            }
            let robot = rows.robot(&record, row);
            rows.robots.push(robot);
        }
        if rows.robots.is_empty() && rows.problems.is_empty() {
            rows.problems.push(Diagnostic::error(
                "the inventory lists no robots",
                &sheet.header_place(),
                "no row follows",
            ));
        }
        unique_names(&rows.robots, &mut rows.problems);
    }
    let Rows {
        robots,
        links,
        zones,
        problems,
        ..
    } = rows;
    let mut architectures = [0; 3];
    robots
        .iter()
        .for_each(|robot| architectures[robot.architecture as usize] += 1);
    let all_have_rates = robots.iter().all(|robot| robot.download_rate.is_some());
    let own_rate = robots
        .first()
        .filter(|_| all_have_rates)
        .and_then(|robot| robot.download_rate);
    Inventory {
        robots,
        links,
        zones,
        architectures,
        own_rate,
        problems,
    }
}

fn header_problems(sheet: &Sheet) -> Vec<Diagnostic> {
    let place = |column| field_place(&sheet.header_place(), column);
    let mut problems = Vec::new();
    for (column, name) in sheet.header.iter().enumerate() {
        if !COLUMNS.contains(&name) {
            let title = match name {
                "" => "a column of the inventory has no name".to_owned(),
                _ => format!("an inventory has no column `{name}`"),
            };
            let diagnostic = Diagnostic::error(title, &place(column), did_you_mean(name, &COLUMNS));
            problems.push(diagnostic.help(format!("its columns are {}", list(&COLUMNS))));
        } else if let Some(first) = sheet.column(name).filter(|first| *first < column) {
            let diagnostic = Diagnostic::error(
                format!("two columns are called `{name}`"),
                &place(column),
                "again here",
            );
            problems.push(diagnostic.other(&place(first), "first here"));
        }
    }
    let missing: Vec<&str> = REQUIRED
        .into_iter()
        .filter(|name| sheet.column(name).is_none())
        .collect();
    // A mistyped column was reported already.
    if !missing.is_empty() && problems.is_empty() {
        let plural = if missing.len() == 1 {
            "column"
        } else {
            "columns"
        };
        let title = format!("the inventory has no {plural} {}", list(&missing));
        problems.push(
            Diagnostic::error(title, &sheet.header_place(), "its first line")
                .help(header_help(&REQUIRED)),
        );
    }
    problems
}

fn unique_names(robots: &[Robot], problems: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Place> = HashMap::with_capacity(robots.len());
    for Robot { name, row, .. } in robots.iter().filter(|robot| !robot.name.is_empty()) {
        match seen.get(name.as_str()) {
            Some(first) => {
                let diagnostic =
                    Diagnostic::error(format!("two robots are called `{name}`"), row, "again here");
                problems.push(
                    diagnostic
                        .other(first, "first here")
                        .help("names are unique in the whole fleet"),
                );
            }
            None => {
                seen.insert(name, row);
            }
        }
        if problems.len() >= PROBLEMS_MAX {
            return;
        }
    }
}

/// The rows read so far.
#[derive(Default)]
struct Rows {
    /// By the place in `COLUMNS`, where in a row.
    columns: [Option<usize>; 5],
    robots: Vec<Robot>,
    links: Vec<String>,
    link_indices: HashMap<String, usize>,
    zones: Vec<Zone>,
    /// By what the file says, the place in `zones`.
    zone_indices: HashMap<String, Result<usize, ZoneError>>,
    problems: Vec<Diagnostic>,
}

impl Rows {
    /// A robot of what can be read of its row; what cannot is among the problems.
    fn robot(&mut self, record: &StringRecord, row: Place) -> Robot {
        let [name, architecture, link, download_rate, zone] = self.columns.map(|column| {
            let text = column.and_then(|column| record.get(column)).unwrap_or("");
            (text, column.unwrap_or(0))
        });
        let place = |(_, column): (&str, usize)| field_place(&row, column);
        if let Some(title) = wrong_name(name.0) {
            self.problems
                .push(Diagnostic::error(title, &place(name), "this robot"));
        }
        let known = Architecture::from_name(architecture.0);
        if known.is_none() {
            self.problems.push(match architecture.0 {
                "" => Diagnostic::error(
                    "a robot has no architecture",
                    &row,
                    "`architecture` is empty",
                ),
                text => unknown_architecture(text, &place(architecture)),
            });
        }
        let link = (!link.0.is_empty()).then(|| (self.link(link.0), place(link)));
        let download_rate = (!download_rate.0.is_empty())
            .then(|| self.rate(download_rate.0, &place(download_rate)));
        let zone = (!zone.0.is_empty()).then(|| self.zone(zone.0, &place(zone)));
        Robot {
            name: name.0.to_owned(),
            // A placeholder that is never used: a file with problems lists no robots.
            architecture: known.unwrap_or(Architecture::X86_64),
            link,
            download_rate: download_rate.flatten(),
            zone: zone.flatten(),
            row,
        }
    }

    fn link(&mut self, name: &str) -> usize {
        if let Some(index) = self.link_indices.get(name) {
            return *index;
        }
        self.links.push(name.to_owned());
        self.link_indices
            .insert(name.to_owned(), self.links.len() - 1);
        self.links.len() - 1
    }

    fn rate(&mut self, text: &str, place: &Place) -> Option<f64> {
        let diagnostic = match Quantity::Rate.parse(text) {
            Ok(rate) if rate <= RATE_MAX => return Some(rate),
            Ok(_) => Diagnostic::error("`download_rate` is beyond all limits", place, "too large"),
            Err(error) => Diagnostic::error(error.problem, place, "not a rate").help(error.help),
        };
        self.problems.push(diagnostic);
        None
    }

    fn zone(&mut self, name: &str, place: &Place) -> Option<usize> {
        if !self.zone_indices.contains_key(name) {
            let index = Zone::parse(name).map(|zone| {
                self.zones.push(zone);
                self.zones.len() - 1
            });
            self.zone_indices.insert(name.to_owned(), index);
        }
        match &self.zone_indices[name] {
            Ok(index) => Some(*index),
            Err(error) => {
                self.problems.push(unknown_zone(error, place));
                None
            }
        }
    }
}

/// What is wrong with the name of a robot.
fn wrong_name(name: &str) -> Option<String> {
    if name.is_empty() {
        Some("a robot has no name".to_owned())
    } else if name.chars().count() > NAME_MAX {
        Some(format!("a robot's name has at most {NAME_MAX} characters"))
    } else if name.chars().any(char::is_control) {
        Some("a robot's name is in one line".to_owned())
    } else {
        None
    }
}
