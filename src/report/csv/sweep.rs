//! The settings of a sweep as CSV.

use crate::report::csv::{Table, estimate, number, strings};
use crate::scenario::Knob;
use crate::study::{MetricSummary, SweepRow, statistic_name};

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
        for summary in row.summaries() {
            for (name, value) in &summary.estimates {
                match has_interval(name) {
                    true => fields.extend(estimate(*value)),
                    false => fields.push(number(value.value)),
                }
            }
        }
        table.row(&fields);
    }
    table.finish()
}

/// Whether a statistic comes with an interval.
fn has_interval(name: &str) -> bool {
    !matches!(name, "sd" | "min" | "max")
}

/// The columns of a metric's statistics: `metric.stat`, and `.lo` and `.hi` of its interval.
fn statistic_names(summary: &MetricSummary) -> Vec<String> {
    let columns = summary.estimates.iter().flat_map(|(name, _)| {
        let metric = summary.metric.name;
        let column = statistic_name(metric, name);
        if has_interval(name) { vec![column.clone(), format!("{column}.lo"), format!("{column}.hi")] } else { vec![column] }
    });
    columns.collect()
}
