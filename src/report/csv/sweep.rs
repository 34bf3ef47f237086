//! The settings of a sweep as CSV.

use crate::report::csv::{EXACT, Table, exact, exact_names, statistic_names, statistics, strings};
use crate::scenario::Knob;
use crate::study::{MetricSummary, SweepRow};

/// `sweep.csv`: a row a profile and setting.
pub fn sweep_csv(knobs: &[Knob], rows: &[SweepRow]) -> Vec<u8> {
    let mut header = strings(["profile"]);
    header.extend(knobs.iter().map(Knob::key));
    header.push("replications".to_owned());
    if let Some(row) = rows.first() {
        header.extend(row.summaries().iter().flat_map(names));
    }
    let mut table = Table::new(&header);
    for row in rows {
        let mut fields = vec![row.profile.clone()];
        fields.extend(row.values.iter().cloned());
        fields.push(row.replications().to_string());
        for summary in row.summaries() {
            fields.extend(statistics(summary));
            if summary.metric.name == EXACT {
                fields.extend(exact(&row.threshold_reached));
            }
        }
        table.row(&fields);
    }
    table.finish()
}

/// The columns of a metric of a sweep, with those that were computed.
fn names(summary: &MetricSummary) -> Vec<String> {
    let computed = (summary.metric.name == EXACT).then(exact_names);
    statistic_names(summary).into_iter().chain(computed.into_iter().flatten()).collect()
}
