//! What an inventory lists, once it is read.

use crate::model::{Architecture, Zone};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::maintenance::Maintenance;

/// A file as understood by itself.
#[derive(Default)]
pub(crate) struct Inventory {
    pub robots: Vec<Robot>,
    /// The links that robots name, in the order of their first mention.
    pub links: Vec<String>,
    pub zones: Vec<Zone>,
    /// Robots by `Architecture as usize`.
    pub architectures: [u32; 3],
    /// The first robot's rate [bit/s], if all have one of their own.
    pub own_rate: Option<f64>,
    /// Robots that never answer.
    pub dead: u32,
    pub problems: Vec<Diagnostic>,
    /// What is worth knowing of it.
    pub warnings: Vec<Diagnostic>,
}

impl Inventory {
    /// What several robots have in common, from what each says.
    pub(super) fn of(robots: Vec<Robot>, links: Vec<String>, zones: Vec<Zone>) -> Inventory {
        let mut architectures = [0; 3];
        for robot in &robots {
            architectures[robot.architecture as usize] += 1;
        }
        let all_have_rates = robots.iter().all(|robot| robot.download_rate.is_some());
        let first = robots.first().filter(|_| all_have_rates);
        Inventory {
            own_rate: first.and_then(|robot| robot.download_rate),
            dead: robots.iter().filter(|robot| robot.dead).count() as u32,
            robots,
            links,
            zones,
            architectures,
            ..Inventory::default()
        }
    }
}

/// An inventory as the scenario names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InventoryName {
    pub file: String,
    /// What the file calls its columns, in the order of [`COLUMNS`].
    pub columns: [String; COLUMNS.len()],
}

/// The columns of an inventory.
pub(crate) const COLUMNS: [&str; 6] = [
    "name",
    "architecture",
    "link",
    "download_rate",
    "zone",
    "offline_since",
];

/// A row.
pub(crate) struct Robot {
    pub name: String,
    pub architecture: Architecture,
    /// Its place in `links`, and that of the name in the file.
    pub link: Option<(usize, Place)>,
    pub download_rate: Option<f64>,
    /// Its place in `zones`.
    pub zone: Option<usize>,
    pub dead: bool,
    pub row: Place,
}

/// What a sound inventory says of its robots.
impl Inventory {
    /// At least one.
    pub(crate) fn robots(&self) -> u32 {
        self.robots.len() as u32
    }

    /// The name of the first robot with a zone of its own, and its row.
    pub(crate) fn first_with_zone(&self) -> Option<(&str, Place)> {
        let robot = self.robots.iter().find(|robot| robot.zone.is_some())?;
        Some((&robot.name, robot.row.clone()))
    }

    /// The names of robots without a zone of their own, and their rows.
    pub(crate) fn without_zone(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.robots
            .iter()
            .filter(|robot| robot.zone.is_none())
            .map(|robot| (robot.name.as_str(), &robot.row))
    }
}

/// What the robots of a cohort are made of: the file, the places of its links, and the windows.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Listing {
    pub name: InventoryName,
    pub links: Vec<u16>,
    pub maintenance: Option<Maintenance>,
}

/// A robot that two inventories list.
pub(crate) struct Clash {
    pub name: String,
    pub first: Place,
    pub again: Place,
}
