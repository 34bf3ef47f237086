//! The decision map as CSV: that of a sweep over both knobs, of the metrics that a map keeps.

use crate::report::csv::robots;
use crate::report::csv::{Detail, Table, setting, setting_names, strings};
use crate::rollout::{KNOBS, Knob};
use crate::scenario::Scenario;
use crate::study::MapRun;

/// `map.csv`: a row per profile and setting.
pub fn map_csv(scenario: &Scenario, map: &MapRun) -> Vec<u8> {
    let mut header = strings(["profile"]);
    header.extend(KNOBS.iter().map(Knob::key));
    header.extend(strings(["window", "failures_to_stop", "replications"]));
    if let Some(row) = map.rows.first() {
        header.extend(setting_names(row.metrics(), Detail::Brief));
    }
    let mut table = Table::new(&header);
    for row in &map.rows {
        let mut fields = vec![
            scenario.profiles[row.setting.profile].name.clone(),
            row.setting.levels.concurrency.to_string(),
            row.setting.levels.threshold.to_string(),
        ];
        fields.extend(robots(row.setting.in_robots));
        fields.push(row.result.replications.to_string());
        fields.extend(setting(
            row.metrics(),
            &row.threshold_reached,
            Detail::Brief,
        ));
        table.row(&fields);
    }
    table.finish()
}
