//! An inventory's text: its header and its rows.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::{Architecture, Zone, ZoneError};
use crate::scenario::diagnostic::{Diagnostic, PROBLEMS_MAX, Place, Source};
use crate::scenario::inventory::robots::{COLUMNS, Inventory, Robot};
use crate::scenario::numbers::Decimals;
use crate::scenario::release::unknown_architecture;
use crate::scenario::sheet::{Sheet, header_help};
use crate::scenario::windows::unknown_zone;
use crate::scenario::words::{is_hidden, list, nearest};
use crate::units::Quantity;

/// The longest name of a robot [characters].
const NAME_MAX: usize = 255;

/// The greatest rate [bit/s]: beyond it are only slips of the pen.
const RATE_MAX: f64 = 1e50;

const REQUIRED: [&str; 2] = ["name", "architecture"];

/// The most columns that a warning names.
const SHOWN_MAX: usize = 12;

/// Understands a table whose columns are called so; what is wrong with it is in the inventory's problems.
pub(super) fn parse(source: &Rc<Source>, columns: &[String; COLUMNS.len()]) -> Inventory {
    let Some(sheet) = Sheet::new(source) else {
        let diagnostic = Diagnostic::error("the inventory is empty", &Place::new(source, 0..0), "")
            .help(header_help(&REQUIRED));
        return Inventory {
            problems: vec![diagnostic],
            ..Inventory::default()
        };
    };
    let mut rows = Rows::default();
    let found = match without_header(&sheet, columns) {
        Some(found) => found,
        None => {
            rows.problems = header_problems(&sheet, columns);
            columns.each_ref().map(|name| sheet.column(name))
        }
    };
    let has_header = without_header(&sheet, columns).is_none();
    let mut warnings = Vec::new();
    if rows.problems.is_empty() {
        if has_header {
            warnings.extend(left_alone(&sheet, columns));
        }
        let [.., rate, _, _] = found;
        if let Some(rate) = rate {
            let records: Vec<_> = sheet.rows(has_header).map(|(record, _)| record).collect();
            rows.decimals = Decimals::of(records.iter().filter_map(|record| record.get(rate)));
        }
        for (record, row) in sheet.rows(has_header) {
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
                rows.problems.push(diagnostic.help(format!(
                    "write a text with {} in double quotes",
                    sheet.delimiter_name()
                )));
                continue;
            }
            let cells = found.map(|column| column.and_then(|i| record.get(i)).unwrap_or(""));
            let place = |cell: usize| match found[cell] {
                Some(column) => sheet.field_place(&row, column),
                None => row.clone(),
            };
            rows.robot(cells, &row, place);
        }
        if rows.robots.is_empty() && rows.problems.is_empty() {
            rows.problems.push(Diagnostic::error(
                "the inventory lists no robots",
                &sheet.header_place(),
                "no row follows",
            ));
        }
    }
    let mut inventory = rows.inventory();
    inventory.warnings = warnings;
    inventory
}

/// The columns of a file without a header: the first line is a robot's name and its architecture.
fn without_header(
    sheet: &Sheet,
    columns: &[String; COLUMNS.len()],
) -> Option<[Option<usize>; COLUMNS.len()]> {
    let named = columns.iter().any(|name| sheet.column(name).is_some());
    let architecture = sheet.header.get(1).and_then(Architecture::from_any_name);
    (!named && sheet.header.len() == 2 && architecture.is_some()).then_some([
        Some(0),
        Some(1),
        None,
        None,
        None,
        None,
    ])
}

/// A warning that names the columns that are none of an inventory's.
fn left_alone(sheet: &Sheet, columns: &[String; COLUMNS.len()]) -> Option<Diagnostic> {
    let known = |name: &str| {
        columns
            .iter()
            .any(|known| known.to_lowercase() == name.to_lowercase())
    };
    let unknown: Vec<&str> = sheet.header.iter().filter(|name| !known(name)).collect();
    let absent: Vec<&str> = columns
        .iter()
        .map(String::as_str)
        .filter(|name| sheet.column(name).is_none())
        .collect();
    let first = unknown.first()?;
    let near = unknown.iter().find_map(|name| {
        let near = nearest(name, &absent)?;
        Some(format!("did you mean `{near}` by `{name}`?"))
    });
    let title = match unknown.as_slice() {
        [_] => format!("the inventory's column `{first}` is ignored"),
        many if many.len() > SHOWN_MAX => format!(
            "{} columns of the inventory are ignored: {} and more",
            many.len(),
            many[..SHOWN_MAX]
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        many => format!("the inventory's columns {} are ignored", list(many)),
    };
    let place = &sheet.header_place();
    let warning = Diagnostic::warning(
        title,
        place,
        near.unwrap_or_else(|| "its first line".to_owned()),
    );
    let count = format!("those that count are {}", list(&COLUMNS));
    Some(warning.help(match absent.first() {
        Some(usual) => format!(
            "{count}; if the file has one under another name, say so beside it, as in columns = {{ {usual} = \"{first}\" }}"
        ),
        None => count,
    }))
}

fn header_problems(sheet: &Sheet, columns: &[String; COLUMNS.len()]) -> Vec<Diagnostic> {
    let place = |column| sheet.field_place(&sheet.header_place(), column);
    let mut problems = Vec::new();
    for (column, name) in sheet.header.iter().enumerate() {
        let counts = columns
            .iter()
            .any(|known| known.to_lowercase() == name.to_lowercase());
        if let Some(first) = sheet.column(name).filter(|first| counts && *first < column) {
            let diagnostic = Diagnostic::error(
                format!("two columns are called `{name}`"),
                &place(column),
                "again here",
            );
            problems.push(diagnostic.other(&place(first), "first here"));
        }
    }
    // A column that the scenario names has to be there; of the others two.
    let missing: Vec<(&str, &str)> = COLUMNS
        .into_iter()
        .zip(columns.iter().map(String::as_str))
        .filter(|(usual, name)| REQUIRED.contains(usual) || usual != name)
        .filter(|(_, name)| sheet.column(name).is_none())
        .collect();
    if let [(_, first), ..] = missing.as_slice() {
        let names: Vec<&str> = missing.iter().map(|(_, name)| *name).collect();
        let help = header_help(&REQUIRED);
        let keys: Vec<String> = missing
            .iter()
            .map(|(usual, _)| format!("{usual} = \"NAME\""))
            .collect();
        problems.push(
            sheet.without("inventory", &names, Some(first)).help(format!(
                "{help}; where they are called otherwise, write columns = {{ {} }} beside the file",
                keys.join(", ")
            )),
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

/// The robots read so far.
#[derive(Default)]
pub(super) struct Rows {
    pub decimals: Decimals,
    rate_without_unit: bool,
    pub robots: Vec<Robot>,
    links: Vec<String>,
    link_indices: HashMap<String, usize>,
    zones: Vec<Zone>,
    /// By what the file says, the place in `zones`.
    zone_indices: HashMap<String, Result<usize, ZoneError>>,
    pub problems: Vec<Diagnostic>,
}

impl Rows {
    /// Adds the robot of what can be read of its cells, in the order of [`COLUMNS`], each at its `place`; what cannot is among the problems.
    pub(super) fn robot(
        &mut self,
        cells: [&str; COLUMNS.len()],
        row: &Place,
        place: impl Fn(usize) -> Place,
    ) {
        let [name, architecture, link, rate, zone, offline_since] = cells;
        if let Some(title) = wrong_name(name) {
            self.problems
                .push(Diagnostic::error(title, &place(0), "this robot"));
        }
        let known = Architecture::from_any_name(architecture);
        if known.is_none() {
            self.problems.push(match architecture {
                "" => Diagnostic::error(
                    "a robot has no architecture",
                    row,
                    "`architecture` is empty",
                )
                .help("fill it in, or take the robot out of the file"),
                text => unknown_architecture(text, &place(1)),
            });
        }
        let link = (!link.is_empty()).then(|| (self.link(link), place(2)));
        let download_rate = match rate {
            "" => None,
            rate => self.rate(rate, || place(3)),
        };
        let zone = match zone {
            "" => None,
            zone => self.zone(zone, || place(4)),
        };
        if !offline_since.is_empty() && !is_moment(offline_since) {
            let title = format!("`{offline_since}` is not a time");
            let diagnostic = Diagnostic::error(title, &place(5), "offline since when?");
            self.problems.push(diagnostic.help(
                "write a date or a number for a robot that has not been heard of since; leave it empty for all others",
            ));
        }
        self.robots.push(Robot {
            name: name.to_owned(),
            // A placeholder that is never used: a file with problems lists no robots.
            architecture: known.unwrap_or(Architecture::X86_64),
            link,
            download_rate,
            zone,
            dead: !offline_since.is_empty(),
            row: row.clone(),
        });
    }

    /// The inventory of these robots.
    pub(super) fn inventory(mut self) -> Inventory {
        unique_names(&self.robots, &mut self.problems);
        Inventory {
            problems: self.problems,
            ..Inventory::of(self.robots, self.links, self.zones)
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

    fn rate(&mut self, text: &str, place: impl Fn() -> Place) -> Option<f64> {
        let diagnostic = match self.decimals.quantity(text, "", Quantity::Rate) {
            Ok(0.0) => Diagnostic::error("a robot's rate is 0", &place(), "it never has its bundle")
                .help("leave the field empty for the cohort's rate; a robot that never answers has an `offline_since`"),
            Ok(rate) if rate <= RATE_MAX => return Some(rate),
            Ok(_) => Diagnostic::error("`download_rate` is far too large", &place(), "too large"),
            Err(error) => {
                let has_no_unit = self.decimals.number(text).is_some();
                // Once is enough: the others are as this one.
                if has_no_unit && std::mem::replace(&mut self.rate_without_unit, true) {
                    return None;
                }
                let help = match has_no_unit {
                    true => Quantity::Rate.example().to_owned(),
                    false => error.help,
                };
                Diagnostic::error(error.problem, &place(), "not a rate").help(help)
            }
        };
        self.problems.push(diagnostic);
        None
    }

    fn zone(&mut self, name: &str, place: impl Fn() -> Place) -> Option<usize> {
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
                self.problems.push(unknown_zone(error, &place()));
                None
            }
        }
    }
}

/// Whether a text tells a moment: a date, or a count since 1970 that is no flag.
fn is_moment(text: &str) -> bool {
    match text.parse::<f64>() {
        Ok(number) => number >= 1e8,
        Err(_) => text.starts_with(|c: char| c.is_ascii_digit()) && text.len() >= "2026-1-5".len(),
    }
}

/// What is wrong with the name of a robot.
fn wrong_name(name: &str) -> Option<String> {
    if name.is_empty() {
        Some("a robot has no name".to_owned())
    } else if name.chars().count() > NAME_MAX {
        Some(format!("a robot's name has at most {NAME_MAX} characters"))
    } else if name.chars().any(|c| c.is_control() || is_hidden(c)) {
        Some(
            "a robot's name has no control characters and none that turn the direction of text"
                .to_owned(),
        )
    } else {
        None
    }
}
