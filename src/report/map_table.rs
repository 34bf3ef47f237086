//! The answer of a decision map: what the setting in the file does, and what any other could.

use crate::scenario::Scenario;
use crate::study::MapRun;

/// The answer of a map.
pub fn map_table(scenario: &Scenario, map: &MapRun, replications: u64) -> String {
    format!("{}: {} rows, {replications}\n", scenario.name, map.rows.len())
}
