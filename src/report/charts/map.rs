//! The charts of a decision map.

use crate::report::Provenance;
use crate::report::charts::Chart;
use crate::scenario::Scenario;
use crate::study::MapRun;

/// The names of all charts that a map may have.
pub const MAP_CHARTS: [&str; 4] = ["map_time_to_95", "map_threshold_reached", "map_robots_broken", "map_robots_down"];

/// The charts of a map.
pub fn map_charts(_: &Scenario, _: &MapRun, _: &Provenance) -> Vec<Chart> {
    Vec::new()
}
