//! The decision map as CSV: that of a sweep over both percentages, of the metrics that a map keeps.

use crate::report::csv::{Detail, Table, robots, setting, setting_names, strings};
use crate::scenario::Scenario;
use crate::study::MapRun;

/// The dotted keys of the two percentages.
const KNOBS: [&str; 2] = ["rollout.robomaker.concurrent_deployment_percentage", "rollout.robomaker.failure_threshold_percentage"];

/// `map.csv`: a row a profile and setting.
pub fn map_csv(scenario: &Scenario, map: &MapRun) -> Vec<u8> {
    let mut header = strings(["profile", KNOBS[0], KNOBS[1], "window", "failures_to_stop", "replications"]);
    if let Some(row) = map.rows.first() {
        header.extend(setting_names(row.metrics(), Detail::Brief));
    }
    let mut table = Table::new(&header);
    for row in &map.rows {
        let mut fields = vec![
            scenario.profiles[row.setting.profile].name.clone(),
            row.setting.concurrent_deployment_percentage.to_string(),
            row.setting.failure_threshold_percentage.to_string(),
        ];
        fields.extend(robots(row.setting.in_robots));
        fields.push(row.result.replications.to_string());
        fields.extend(setting(row.metrics(), &row.threshold_reached, Detail::Brief));
        table.row(&fields);
    }
    table.finish()
}
