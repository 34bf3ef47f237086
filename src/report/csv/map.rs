//! The decision map as CSV.

use crate::report::csv::{EXACT, Table, estimate, exact, exact_names, number, strings, whole_number};
use crate::scenario::Scenario;
use crate::study::{MAP_STATISTICS, MapRun, map_has_ends, statistic_name, summary_of};

/// The columns of a map's statistics, each with whether the ends of its interval follow it.
fn columns() -> impl Iterator<Item = (&'static str, &'static str, String, bool)> {
    MAP_STATISTICS.into_iter().flat_map(|(metric, statistics)| {
        statistics.iter().map(move |statistic| {
            let column = statistic_name(metric, statistic);
            let ends = map_has_ends(&column);
            (metric, *statistic, column, ends)
        })
    })
}

/// The names of all columns of `map.csv`.
pub fn map_columns() -> Vec<String> {
    let mut header = strings([
        "profile",
        "concurrent_deployment_percentage",
        "failure_threshold_percentage",
        "window",
        "failures_to_stop",
        "replications",
    ]);
    for (metric, _, column, ends) in columns() {
        header.push(column.clone());
        if ends {
            header.extend([format!("{column}.lo"), format!("{column}.hi")]);
        }
        if metric == EXACT {
            header.extend(exact_names());
        }
    }
    header
}

/// `map.csv`: a row a profile and setting.
pub fn map_csv(scenario: &Scenario, map: &MapRun) -> Vec<u8> {
    let mut table = Table::new(&map_columns());
    let columns: Vec<_> = columns().collect();
    for row in &map.rows {
        let setting = &row.setting;
        let profile = &scenario.profiles[setting.profile];
        let mut fields = vec![
            profile.name.clone(),
            setting.concurrent_deployment_percentage.to_string(),
            setting.failure_threshold_percentage.to_string(),
            whole_number(setting.in_robots.map(|robots| robots.window)),
            whole_number(setting.in_robots.and_then(|robots| robots.failures_to_stop)),
            row.result.replications.to_string(),
        ];
        for (metric, statistic, _, ends) in &columns {
            let value = summary_of(row.metrics(), metric).get(statistic);
            match ends {
                true => fields.extend(estimate(value)),
                false => fields.push(number(value.value)),
            }
            if *metric == EXACT {
                fields.extend(exact(&row.threshold_reached));
            }
        }
        table.row(&fields);
    }
    table.finish()
}
