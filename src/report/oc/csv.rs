//! The operating characteristic as CSV.

use crate::report::csv::{
    EXACT, Table, estimate, exact, exact_names, number, optional, robots, strings,
};
use crate::rollout::KNOBS;
use crate::study::{OcRow, statistic_name};

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
        let column = statistic_name(metric, statistic);
        header.extend(["", ".lo", ".hi"].map(|end| format!("{column}{end}")));
        match metric {
            EXACT => header.extend(exact_names()),
            "time_to_stop_s" => {}
            _ => header.push(format!("{metric}.exact")),
        }
    }
    for line in LINES {
        let metrics = ["threshold_reached", "exposed_count", "broken_count"];
        header.extend(metrics.map(|metric| format!("{line}.{metric}")));
    }
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
        ];
        fields.extend(robots(setting.in_robots));
        fields.extend([number(row.p), row.result.replications.to_string()]);
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
            let values = line.map(|line| [line.reached, line.exposed, line.broken]);
            fields.extend(values.map_or_else(Default::default, |values| values.map(number)));
        }
        table.row(&fields);
    }
    table.finish()
}
