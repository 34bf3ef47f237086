//! Inventories: files that list the robots of a cohort one by one, every bad row reported with its line.
//!
//! A file is understood once. What depends on the rest of the scenario, which links there are and which windows, is settled for each of
//! the ways in which settings and profiles use it.

mod file;
mod json;
pub(super) mod robots;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{ListedRobot, Windows};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::inventory::robots::{COLUMNS, Clash, Inventory, InventoryName, Listing};
use crate::scenario::keys::cohort::{INVENTORY, INVENTORY_COLUMNS};
use crate::scenario::names::Names;
use crate::scenario::reader::Reading;
use crate::scenario::sheet;
use crate::scenario::tree::Node;
use crate::scenario::weekly::WeeklyHours;

/// The largest inventory read [bytes]: ten characters a robot for millions of robots.
const FILE_MAX: u64 = 64_000_000;

/// An inventory of a cohort and where the scenario names it.
pub(super) struct Listed<'n> {
    name: InventoryName,
    node: &'n Node,
    pub inventory: Rc<Inventory>,
}

/// What is said at the place in the scenario that names a file.
const NAMED: &str = "the inventory is named here";

/// Reads the inventory that `robots` of a cohort names.
pub(super) fn read<'n>(reading: &mut Reading, node: &'n Node) -> Option<Listed<'n>> {
    let mut section = reading.table(node, &INVENTORY)?;
    let [named, csv] = ["file", "csv"].map(|key| section.value(key));
    let columns = match section.value("columns") {
        Some(node) => columns(reading, node),
        None => Some(COLUMNS.map(str::to_owned)),
    };
    if let (Some(file), Some(csv)) = (named, csv) {
        let title = "`file` and `csv` are two names of one key";
        let diagnostic = Diagnostic::error(title, &csv.place, "and this");
        reading.problem(
            diagnostic
                .other(&file.place, "this")
                .help("leave one of them out"),
        );
        return None;
    }
    let Some(node) = named.or(csv) else {
        section.require("file", INVENTORY.help);
        section.finish(reading);
        return None;
    };
    section.finish(reading);
    let name = InventoryName {
        file: reading.string(node)?.to_owned(),
        columns: columns?,
    };
    let source = sheet::open(reading, node, &name.file, "inventory", FILE_MAX)?;
    let inventory = reading.files.inventories.get(name.clone(), || {
        Rc::new(
            match source.text.trim_start_matches('\u{feff}').trim_start() {
                text if text.starts_with(['{', '[']) => json::parse(&source, &name.columns),
                _ => file::parse(&source, &name.columns),
            },
        )
    });
    for warning in &inventory.warnings {
        reading.problem(warning.clone());
    }
    for problem in &inventory.problems {
        let mut problem = problem.clone();
        match &problem.place {
            Some((place, _)) if place.is_whole() => {
                problem.place = Some((node.place.clone(), NAMED.to_owned()));
            }
            _ if problem.other.is_none() => problem = problem.other(&node.place, NAMED),
            _ => {}
        }
        reading.problem(problem);
    }
    inventory.problems.is_empty().then_some(Listed {
        name,
        node,
        inventory,
    })
}

/// Reads what the file calls its columns.
fn columns(reading: &mut Reading, node: &Node) -> Option<[String; COLUMNS.len()]> {
    let mut section = reading.table(node, &INVENTORY_COLUMNS)?;
    let named = COLUMNS.map(|column| reading.text_at(&mut section, column));
    let mistyped = section.has_mistyped_key();
    section.finish(reading);
    let sound = !mistyped && named.iter().all(Option::is_some);
    sound.then(|| named.map(Option::unwrap_or_default))
}

impl Listed<'_> {
    /// The robots with their links, and with the maintenance windows and the hours offline of their cohort by their own clocks.
    pub(super) fn robots(
        &self,
        reading: &mut Reading,
        links: &Names,
        weekly: [Option<WeeklyHours>; 2],
    ) -> Option<Arc<[ListedRobot]>> {
        let inventory = &self.inventory;
        let indices: Option<Vec<u16>> = inventory
            .links
            .iter()
            .map(|name| links.index(name))
            .collect();
        let Some(links) = indices else {
            self.report_unknown_links(reading, links);
            return None;
        };
        let files = reading.files;
        let listing = Listing {
            name: self.name.clone(),
            links,
            weekly,
        };
        if let Some(known) = files.listings.known(&listing) {
            return Some(known);
        }
        let [windows, offline] = listing
            .weekly
            .each_ref()
            .map(|weekly| -> Vec<Arc<Windows>> {
                let zones = weekly.iter().flat_map(|weekly| {
                    let zones = inventory.zones.iter();
                    zones.map(move |zone| files.windows(weekly, zone))
                });
                zones.collect()
            });
        let robots: Arc<[ListedRobot]> = inventory
            .robots
            .iter()
            .map(|robot| ListedRobot {
                name: robot.name.clone(),
                architecture: robot.architecture,
                link: robot.link.as_ref().map(|(link, _)| listing.links[*link]),
                download_rate: robot.download_rate,
                windows: robot.zone.and_then(|zone| windows.get(zone)).cloned(),
                offline_hours: robot.zone.and_then(|zone| offline.get(zone)).cloned(),
                dead: robot.dead,
            })
            .collect();
        files.listings.put(listing, Arc::clone(&robots));
        Some(robots)
    }

    fn report_unknown_links(&self, reading: &mut Reading, links: &Names) {
        for (link, place) in self
            .inventory
            .robots
            .iter()
            .filter_map(|robot| robot.link.as_ref())
        {
            let name = &self.inventory.links[*link];
            if links.index(name).is_none() {
                reading.problem(links.unknown(name, place).other(&self.node.place, NAMED));
            }
        }
    }
}

/// Reports inventories that several cohorts have, and robots that several inventories list.
pub(super) fn unique_robots(reading: &mut Reading, listed: &[Listed]) {
    let mut distinct: Vec<&Listed> = Vec::new();
    for listed in listed {
        match distinct
            .iter()
            .find(|known| known.name.file == listed.name.file)
        {
            Some(first) => {
                let title = format!("two cohorts have the inventory `{}`", listed.name.file);
                let diagnostic = Diagnostic::error(title, &listed.node.place, "again here")
                    .other(&first.node.place, "first here");
                reading.problem(
                    diagnostic.help("a robot is in one cohort: give each cohort a file of its own"),
                );
            }
            None => distinct.push(listed),
        }
    }
    if distinct.len() < 2 {
        return;
    }
    let files = distinct
        .iter()
        .map(|listed| listed.name.file.clone())
        .collect();
    let clashes = reading
        .files
        .clashes
        .get(files, || clashes(&distinct).into());
    for Clash { name, first, again } in clashes.iter() {
        let diagnostic = Diagnostic::error(
            format!("two robots are called `{name}`"),
            again,
            "again here",
        );
        reading.problem(
            diagnostic
                .other(first, "first here")
                .help("names are unique in the whole fleet"),
        );
    }
}

fn clashes(listed: &[&Listed]) -> Vec<Clash> {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    let mut clashes = Vec::new();
    for robot in listed.iter().flat_map(|listed| &listed.inventory.robots) {
        match seen.get(robot.name.as_str()) {
            Some(first) => {
                clashes.push(Clash {
                    name: robot.name.clone(),
                    first: (*first).clone(),
                    again: robot.row.clone(),
                });
            }
            None => {
                seen.insert(&robot.name, &robot.row);
            }
        }
    }
    clashes
}
