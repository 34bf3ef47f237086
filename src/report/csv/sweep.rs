//! The settings of a sweep as CSV.

use crate::report::csv::{Table, statistic_names, statistics, strings};
use crate::scenario::Knob;
use crate::study::SweepRow;

/// `sweep.csv`: a row a profile and setting.
pub fn sweep_csv(knobs: &[Knob], rows: &[SweepRow]) -> Vec<u8> {
    let mut header = strings(["profile"]);
    header.extend(knobs.iter().map(Knob::key));
    header.push("replications".to_owned());
    if let Some(row) = rows.first() {
        header.extend(row.summaries().iter().flat_map(statistic_names));
    }
    let mut table = Table::new(&header);
    for row in rows {
        let mut fields = vec![row.profile.clone()];
        fields.extend(row.values.iter().cloned());
        fields.push(row.replications().to_string());
        fields.extend(row.summaries().iter().flat_map(statistics));
        table.row(&fields);
    }
    table.finish()
}
