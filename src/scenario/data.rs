//! The data files that a scenario names, and what was made of them: each is understood once, however many profiles and settings
//! mention it.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{ListedRobot, Windows, Zone};
use crate::random::Law;
use crate::scenario::files::TextFiles;
use crate::scenario::inventory::robots::{Clash, Inventory, InventoryName, Listing};
use crate::scenario::maintenance::Maintenance;
use crate::scenario::memo::Memo;
use crate::scenario::table_name::TableName;
use crate::units::Quantity;

/// A sound law from a file.
#[derive(Clone)]
pub(super) struct Measured {
    pub law: Law,
    /// The first and last quantile, which are 0 and 1 for recorded values.
    pub ends: (f64, f64),
}

/// The data files of a scenario.
pub(super) struct DataFiles {
    pub texts: TextFiles,
    /// Laws measured, once they are sound.
    pub measured: Memo<(TableName, Quantity), Measured>,
    pub inventories: Memo<InventoryName, Rc<Inventory>>,
    pub listings: Memo<Listing, Arc<[ListedRobot]>>,
    /// The robots that several of these inventories list.
    pub clashes: Memo<Vec<String>, Rc<[Clash]>>,
    /// By the name of the zone.
    windows: Memo<(Maintenance, &'static str), Arc<Windows>>,
}

impl DataFiles {
    /// Files whose names are relative to `folder`.
    pub(super) fn new(folder: PathBuf) -> DataFiles {
        DataFiles {
            texts: TextFiles::new(folder),
            measured: Memo::default(),
            inventories: Memo::default(),
            listings: Memo::default(),
            clashes: Memo::default(),
            windows: Memo::default(),
        }
    }

    /// The windows of robots that stand in a zone.
    pub(super) fn windows(&self, maintenance: &Maintenance, zone: &Zone) -> Arc<Windows> {
        self.windows.get((maintenance.clone(), zone.name()), || {
            Arc::new(maintenance.windows(zone))
        })
    }
}
