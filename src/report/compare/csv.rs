//! A comparison as CSV.

use crate::report::csv::{Table, number, optional, strings};
use crate::study::{Comparison, statistic_name};

/// The columns of `compare.csv`.
pub const COMPARE_COLUMNS: [&str; 16] = [
    "profile",
    "statistic",
    "unit",
    "a",
    "b",
    "difference",
    "difference.lo",
    "difference.hi",
    "differs_at_most",
    "margin",
    "verdict",
    "replications_to_decide",
    "decides",
    "p_value",
    "p_holm",
    "p_bh",
];

/// `compare.csv`: a row per profile and statistic.
pub fn compare_csv(comparison: &Comparison) -> Vec<u8> {
    let mut table = Table::new(&strings(COMPARE_COLUMNS));
    for profile in &comparison.profiles {
        for row in &profile.rows {
            table.row(&[
                profile.name.clone(),
                statistic_name(row.metric.name, row.statistic),
                row.unit().to_owned(),
                number(row.a),
                number(row.b),
                optional(row.difference),
                optional(row.lo),
                optional(row.hi),
                optional(row.mostly.map(|mostly| mostly.others_at_most)),
                optional(Some(row.margin).filter(|margin| margin.is_finite())),
                row.verdict.name().to_owned(),
                row.verdict
                    .replications_to_decide()
                    .map_or_else(String::new, |n| n.to_string()),
                u8::from(row.decides).to_string(),
                optional(row.p_value),
                optional(row.p_holm),
                optional(row.p_bh),
            ]);
        }
    }
    table.finish()
}
