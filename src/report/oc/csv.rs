//! The operating characteristic as CSV.

use crate::report::csv::{
    EXACT, Table, estimate, exact, exact_names, number, optional, strings, whole_number,
};
use crate::rollout::KNOBS;
use crate::study::OcRow;

/// The statistics of a row, as simulated, with the ends of their intervals.
const SIMULATED: [(&str, &str); 5] = [
    (EXACT, ""),
    ("stopped", ""),
    ("exposed_count", "mean"),
    ("broken_count", "mean"),
    ("time_to_stop_s", "p50"),
];

/// The optimum line with one robot at a time, and with the setting's window.
const LINES: [&str; 2] = ["optimum", "line"];

/// The names of all columns of `oc.csv`.
pub fn oc_columns() -> Vec<String> {
    let mut header = strings([
        KNOBS[0].name,
        KNOBS[1].name,
        "window",
        "failures_to_stop",
        "p",
        "replications",
    ]);
    for (metric, statistic) in SIMULATED {
        let column = if statistic.is_empty() {
            metric.to_owned()
        } else {
            format!("{metric}.{statistic}")
        };
        header.extend([
            column.clone(),
            format!("{column}.lo"),
            format!("{column}.hi"),
        ]);
        match metric {
            EXACT => header.extend(exact_names()),
            "time_to_stop_s" => {}
            _ => header.push(format!("{metric}.exact")),
        }
    }
    let robots = |line: &str| {
        ["threshold_reached", "exposed_count", "broken_count"]
            .map(|metric| format!("{line}.{metric}"))
    };
    header.extend(LINES.into_iter().flat_map(robots));
    header
}

/// `oc.csv`: a row per setting and probability.
pub fn oc_csv(rows: &[OcRow]) -> Vec<u8> {
    let mut table = Table::new(&oc_columns());
    for row in rows {
        let setting = &row.setting;
        let mut fields = vec![
            setting.levels.concurrency.to_string(),
            setting.levels.threshold.to_string(),
            whole_number(setting.in_robots.map(|robots| robots.window)),
            whole_number(setting.in_robots.and_then(|robots| robots.failures_to_stop)),
            number(row.p),
            row.result.replications.to_string(),
        ];
        for (metric, statistic) in SIMULATED {
            fields.extend(estimate(row.simulated(metric, statistic)));
            match metric {
                EXACT => fields.extend(exact(&row.threshold_reached)),
                "stopped" => fields.push(optional(row.exact.map(|exact| exact.stopped))),
                "exposed_count" => fields.push(optional(row.exact.map(|exact| exact.started))),
                "broken_count" => fields.push(optional(row.exact.map(|exact| exact.failed))),
                _ => {}
            }
        }
        for line in [row.optimum.as_ref().ok().copied(), row.line] {
            fields.extend(
                [
                    line.map(|line| line.reached),
                    line.map(|line| line.exposed),
                    line.map(|line| line.broken),
                ]
                .map(optional),
            );
        }
        table.row(&fields);
    }
    table.finish()
}
