//! The settings of a sweep as CSV.

use crate::report::csv::robots;
use crate::report::csv::{Detail, Table, setting, setting_names, strings};
use crate::scenario::Knob;
use crate::study::SweepRow;

/// `sweep.csv`: a row per profile and setting.
pub fn sweep_csv(knobs: &[Knob], rows: &[SweepRow], detail: Detail) -> Vec<u8> {
    let mut header = strings(["profile"]);
    header.extend(knobs.iter().map(Knob::key));
    header.extend(strings(["window", "failures_to_stop", "replications"]));
    if let Some(row) = rows.first() {
        header.extend(setting_names(row.summaries(), detail));
    }
    let mut table = Table::new(&header);
    for row in rows {
        let mut fields = vec![row.profile.clone()];
        fields.extend(row.values.iter().cloned());
        fields.extend(robots(row.in_robots));
        fields.push(row.replications().to_string());
        fields.extend(setting(row.summaries(), &row.threshold_reached, detail));
        table.row(&fields);
    }
    table.finish()
}
