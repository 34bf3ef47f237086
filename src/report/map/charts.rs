//! The charts of a decision map: one a question, a panel per profile. Where every percentage was played, colours and lines go from each to the
//! next; a coarse map shows the settings that were played, and nothing between them.

use std::collections::BTreeSet;

use crate::chart::{
    Axis, ContourMap, ContourPanel, Heading, HeatMap, HeatPanel, Overlay, Picture, Quantity,
    Surface,
};
use crate::report::chart::Chart;
use crate::report::percentages::{
    ABSENT, LINES_MAX, in_the_median, is_coarse, round_times, whole, x_axis, y_axis,
};
use crate::report::provenance::Provenance;
use crate::report::titles::{OfProfile, of_settings};
use crate::report::words::{each_setting, never, never_of};
use crate::rollout::Levels;
use crate::scenario::{Profile, Scenario};
use crate::stats::Estimate;
use crate::study::{MapRow, MapRun, summary_of};

/// Panels at most; more profiles are left to the CSV file.
const PANELS_MAX: usize = 4;

/// The names of all charts that a map may have.
pub const MAP_CHARTS: [&str; 5] = [
    "map_time_to_95",
    "map_time_to_50",
    "map_threshold_reached",
    "map_robots_broken",
    "map_robots_down",
];

/// A statistic of the map's charts.
struct Shown {
    file: &'static str,
    metric: &'static str,
    statistic: &'static str,
    axis: Axis,
    levels: Vec<f64>,
}

fn shown(map: &MapRun) -> [Shown; 4] {
    [
        time_shown(map),
        Shown {
            file: "map_threshold_reached",
            metric: "threshold_reached",
            statistic: "",
            axis: Axis::new("Rollouts that reach the threshold", Quantity::Share)
                .including(0.0, 1.0),
            levels: vec![0.01, 0.1, 0.5, 0.9, 0.99],
        },
        Shown {
            file: "map_robots_broken",
            metric: "broken_count",
            statistic: "mean",
            axis: Axis::new("Broken robots, mean", Quantity::Count).starting_at_zero(),
            levels: counts(map, "broken_count", "mean"),
        },
        Shown {
            file: "map_robots_down",
            metric: "down_peak_count",
            statistic: "mean",
            axis: Axis::new("Most robots down at once, mean", Quantity::Count).starting_at_zero(),
            levels: counts(map, "down_peak_count", "mean"),
        },
    ]
}

/// The time until 95 % of the fleet runs the release; or 50 %, if no setting reaches more.
fn time_shown(map: &MapRun) -> Shown {
    const SHARES: [(&str, &str, &str); 2] = [
        ("map_time_to_95", "time_to_95_s", "Time to 95 %, median"),
        ("map_time_to_50", "time_to_50_s", "Time to 50 %, median"),
    ];
    let (file, metric, axis) = SHARES
        .into_iter()
        .find(|(_, metric, _)| {
            let mut times = map.rows.iter().map(|row| value(row, metric, "p50"));
            times.any(f64::is_finite)
        })
        .unwrap_or(SHARES[0]);
    let axis = Axis::new(axis, Quantity::Duration).logarithmic();
    Shown {
        file,
        metric,
        statistic: "p50",
        axis,
        levels: times(map, metric),
    }
}

/// The largest round numbers of robots on the map: a few per decade, so that panels with few robots have lines too.
fn counts(map: &MapRun, metric: &str, statistic: &str) -> Vec<f64> {
    const IN_DECADE: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];
    let values = map.rows.iter().map(|row| value(row, metric, statistic));
    let most = values.fold(0.0, f64::max);
    let decades = std::iter::successors(Some(1.0), |decade| Some(decade * 10.0))
        .take_while(|decade| *decade < most);
    let mut counts: Vec<f64> = decades
        .flat_map(|decade| IN_DECADE.map(|n| n * decade))
        .filter(|n| *n < most)
        .collect();
    counts.drain(..counts.len().saturating_sub(LINES_MAX));
    counts
}

/// Round times [s] between the least and the greatest median on the map.
fn times(map: &MapRun, metric: &str) -> Vec<f64> {
    let medians = map.rows.iter().map(|row| value(row, metric, "p50"));
    round_times(&medians.collect::<Vec<f64>>())
}

fn value(row: &MapRow, metric: &str, statistic: &str) -> f64 {
    estimate(row, metric, statistic).value
}

fn estimate(row: &MapRow, metric: &str, statistic: &str) -> Estimate {
    summary_of(row.metrics(), metric).get(statistic)
}

/// What a place means whose time does not come.
fn missing(scenario: &Scenario) -> String {
    let watches = paneled(scenario).map(|(_, profile)| profile.world.cutting_watch());
    in_the_median(&never_of(watches))
}

/// The charts of a map.
pub fn map_charts(scenario: &Scenario, map: &MapRun, provenance: &Provenance) -> Vec<Chart> {
    let subtitle = each_setting(scenario, provenance.replications);
    let charts = shown(map).into_iter().map(|shown| {
        let heading = Heading::new(title(scenario, map, &shown), &subtitle);
        let picture = match is_coarse(&map.percentages) {
            true => cells(scenario, map, heading, &shown),
            false => contours(scenario, map, heading, &shown),
        };
        Chart::new(shown.file, picture, provenance)
    });
    charts.collect()
}

/// What the settings make of a metric.
fn title(scenario: &Scenario, map: &MapRun, shown: &Shown) -> String {
    let profiles = paneled(scenario).map(|(which, profile)| {
        let rows = map.rows.iter().filter(|row| row.setting.profile == which);
        let values = rows.map(|row| estimate(row, shown.metric, shown.statistic));
        OfProfile {
            name: &profile.name,
            values: values.collect(),
            never: never(profile.world.cutting_watch()),
        }
    });
    of_settings(shown.metric, &profiles.collect::<Vec<_>>())
}

/// Profiles with a panel, each with its place in the scenario.
fn paneled(scenario: &Scenario) -> impl Iterator<Item = (usize, &Profile)> {
    scenario.profiles.iter().enumerate().take(PANELS_MAX)
}

fn contours(scenario: &Scenario, map: &MapRun, heading: Heading, shown: &Shown) -> Picture {
    let panels = paneled(scenario).map(|(which, profile)| ContourPanel {
        title: profile.name.clone(),
        values: values(map, which, (&map.percentages, &map.percentages), shown),
        mark: map.own[which].as_ref().map(|own| {
            let Levels {
                concurrency,
                threshold,
            } = own.setting.levels;
            (
                concurrency.into(),
                threshold.into(),
                own_label(own, profile, shown),
            )
        }),
        overlay: Overlay::default(),
    });
    ContourMap {
        heading,
        x: x_axis(scenario, &map.percentages),
        y: y_axis(scenario, &map.percentages),
        value: shown.axis.clone(),
        levels: shown.levels.clone(),
        surface: Surface::Smooth,
        missing: missing(scenario),
        absent: ABSENT.to_owned(),
        mark_note: "in the file".to_owned(),
        panels: panels.collect(),
    }
    .picture()
}

/// The value of the setting in the file in words.
fn own_label(own: &MapRow, profile: &Profile, shown: &Shown) -> String {
    let value = value(own, shown.metric, shown.statistic);
    match value.is_finite() {
        true => shown.axis.quantity.value(value),
        false => never(profile.world.cutting_watch()),
    }
}

/// A cell for each setting played. The setting in the file has a column and a row of its own, otherwise empty, where its
/// percentages are not on the map's axes.
fn cells(scenario: &Scenario, map: &MapRun, heading: Heading, shown: &Shown) -> Picture {
    let own: Vec<Levels> = paneled(scenario)
        .filter_map(|(which, _)| Some(map.own[which].as_ref()?.setting.levels))
        .collect();
    let [columns, rows] =
        [|own: &Levels| own.concurrency, |own: &Levels| own.threshold].map(|of| {
            let all: BTreeSet<u8> = map
                .percentages
                .iter()
                .copied()
                .chain(own.iter().map(of))
                .collect();
            Vec::from_iter(all)
        });
    let panels = paneled(scenario).map(|(which, profile)| {
        let cells = values(map, which, (&columns, &rows), shown);
        let Some(own) = &map.own[which] else {
            return HeatPanel::new(profile.name.clone(), cells);
        };
        let title = format!("{}: {}", profile.name, own_label(own, profile, shown));
        let panel = HeatPanel::new(title, cells);
        let Levels {
            concurrency,
            threshold,
        } = own.setting.levels;
        match (
            rows.binary_search(&threshold),
            columns.binary_search(&concurrency),
        ) {
            (Ok(row), Ok(column)) => panel.marking(row, column),
            _ => panel,
        }
    });
    HeatMap {
        heading,
        x_label: format!("Concurrent deployments (% of {})", whole(scenario)),
        columns: columns.iter().map(u8::to_string).collect(),
        y_label: format!("Failure threshold (% of {})", whole(scenario)),
        rows: rows.iter().map(u8::to_string).collect(),
        value: shown.axis.clone(),
        missing: missing(scenario),
        absent: ABSENT.to_owned(),
        mark_note: "in the file, with its value above".to_owned(),
        panels: panels.collect(),
    }
    .picture()
}

/// `values[row][column]` of a profile at these columns and rows; none where nothing was played.
fn values(
    map: &MapRun,
    which: usize,
    (columns, rows): (&[u8], &[u8]),
    shown: &Shown,
) -> Vec<Vec<Option<f64>>> {
    let mut values = vec![vec![None; columns.len()]; rows.len()];
    let played = map
        .rows
        .iter()
        .filter(|row| row.setting.profile == which)
        .chain(&map.own[which]);
    for row in played {
        let column = columns.binary_search(&row.setting.levels.concurrency);
        let line = rows.binary_search(&row.setting.levels.threshold);
        if let (Ok(column), Ok(line)) = (column, line) {
            values[line][column] = Some(value(row, shown.metric, shown.statistic));
        }
    }
    values
}
