//! The charts of a sweep.

use crate::chart::{
    Axis, Heading, HeatMap, HeatPanel, LineChart, LinePanel, Picture, Point, Quantity, Series,
};
use crate::report::chart::{BAND, Chart, joined};
use crate::report::percentages::{ABSENT, in_the_median};
use crate::report::provenance::Provenance;
use crate::report::titles::{OfProfile, capital, of_settings};
use crate::report::words::{each_setting, knob_at, knob_names, never_of, short_names};
use crate::scenario::{Knob, Scenario};
use crate::stats::Estimate;
use crate::study::{Sweep, SweepRow, summary_of};

/// Panels of a heat map at most.
const HEAT_PANELS_MAX: usize = 4;

/// The names of all charts that a sweep may have.
pub const SWEEP_CHARTS: [&str; 6] = [
    "success_rate",
    "time_to_95",
    "time_to_90",
    "time_to_50",
    "threshold_reached",
    "robots_broken",
];

/// A metric of a sweep's charts.
struct Shown {
    file: &'static str,
    metric: &'static str,
    /// The statistic in a heat map's cell.
    cell: &'static str,
    axis: Axis,
}

fn shown(rows: &[&SweepRow]) -> [Shown; 4] {
    [
        Shown {
            file: "success_rate",
            metric: "success_rate",
            cell: "mean",
            axis: Axis::new(
                "Updated robots by robots in the fleet, mean",
                Quantity::Share,
            ),
        },
        time_shown(rows),
        Shown {
            file: "threshold_reached",
            metric: "threshold_reached",
            cell: "",
            axis: Axis::new("Rollouts that reach the threshold", Quantity::Share)
                .including(0.0, 1.0),
        },
        Shown {
            file: "robots_broken",
            metric: "broken_count",
            cell: "mean",
            axis: Axis::new("Broken robots, mean", Quantity::Count).starting_at_zero(),
        },
    ]
}

/// The time until 95 % of the fleet runs the release; or a smaller share, if the first profile reaches no more in any setting.
fn time_shown(rows: &[&SweepRow]) -> Shown {
    const TIMES: [(&str, &str, &str); 3] = [
        ("time_to_95", "time_to_95_s", "Time to 95 %, median"),
        ("time_to_90", "time_to_90_s", "Time to 90 %, median"),
        ("time_to_50", "time_to_50_s", "Time to 50 %, median"),
    ];
    let mut first = rows.to_vec();
    first.retain(|row| row.profile == rows[0].profile);
    let (file, metric, axis) = TIMES
        .into_iter()
        .find(|(_, metric, _)| {
            let mut times = first.iter().map(|row| estimate(row, metric, "p50").value);
            times.any(f64::is_finite)
        })
        .unwrap_or(TIMES[0]);
    let axis = Axis::new(axis, Quantity::Duration).logarithmic();
    Shown {
        file,
        metric,
        cell: "p50",
        axis,
    }
}

/// The charts of a sweep: heat maps over its first two knobs that vary, or lines over one.
pub fn sweep_charts(
    scenario: &Scenario,
    sweep: &Sweep,
    rows: &[SweepRow],
    provenance: &Provenance,
) -> Vec<Chart> {
    let varied: Vec<usize> = (0..sweep.knobs.len())
        .filter(|knob| sweep.knobs[*knob].values.len() > 1)
        .collect();
    let axes: Vec<usize> = varied.iter().copied().take(2).collect();
    let subtitle = sweep_subtitle(scenario, sweep, &axes, provenance);
    let rows: Vec<&SweepRow> = rows
        .iter()
        .filter(|row| on_axes(sweep, &axes, row))
        .collect();
    let charts = shown(&rows).into_iter().map(|shown| {
        let name = shown.file;
        let heading = Heading::new(title(scenario, &rows, &shown), &subtitle);
        let picture = match axes.as_slice() {
            [x, y] => heat_map(sweep, (*x, *y), &rows, shown, heading, scenario),
            axes => {
                let which = axes.first().copied().unwrap_or(0);
                lines(sweep, which, &rows, shown, heading, scenario)
            }
        };
        Chart::new(name, picture, provenance)
    });
    charts.collect()
}

/// What the settings make of a metric.
fn title(scenario: &Scenario, rows: &[&SweepRow], shown: &Shown) -> String {
    let profiles = scenario.profiles.iter().map(|profile| {
        let of_profile = || rows.iter().filter(|row| row.profile == profile.name);
        let values = of_profile().map(|row| estimate(row, shown.metric, shown.cell));
        OfProfile {
            name: &profile.name,
            values: values.collect(),
            never: never(of_profile(), shown),
        }
    });
    of_settings(shown.metric, &profiles.collect::<Vec<_>>())
}

/// The words for times that do not come in these rows.
fn never<'r>(rows: impl Iterator<Item = &'r &'r SweepRow>, shown: &Shown) -> String {
    let never = rows.filter(|row| estimate(row, shown.metric, shown.cell).value.is_infinite());
    never_of(never.map(|row| row.cutting_watch))
}

fn sweep_subtitle(
    scenario: &Scenario,
    sweep: &Sweep,
    axes: &[usize],
    provenance: &Provenance,
) -> String {
    let mut text = each_setting(scenario, provenance.replications);
    let names = knob_names(&sweep.knobs);
    let knobs = sweep.knobs.iter().zip(names).enumerate();
    for (_, (knob, name)) in knobs.filter(|(knob, _)| !axes.contains(knob)) {
        text += &format!("; {}", knob_at(&name, &knob.values[0].text));
    }
    text
}

/// Whether a row has the first value of every knob that is not on an axis.
fn on_axes(sweep: &Sweep, axes: &[usize], row: &SweepRow) -> bool {
    (0..sweep.knobs.len())
        .all(|knob| axes.contains(&knob) || row.values[knob] == sweep.knobs[knob].values[0].text)
}

fn knob_label(sweep: &Sweep, which: usize) -> String {
    let words = match sweep.knobs[which].key().strip_prefix("release.bundle.") {
        Some(architecture) => format!("{architecture} bundle"),
        None => short_names(&sweep.knobs).swap_remove(which),
    };
    let label = capital(&words);
    match label.strip_suffix(" percentage") {
        Some(label) => format!("{label} (% of the fleet)"),
        None => label,
    }
}

fn labels(knob: &Knob) -> Vec<String> {
    knob.values.iter().map(|value| value.text.clone()).collect()
}

fn estimate(row: &SweepRow, metric: &str, statistic: &str) -> Estimate {
    summary_of(row.summaries(), metric).get(statistic)
}

fn heat_map(
    sweep: &Sweep,
    axes: (usize, usize),
    rows: &[&SweepRow],
    shown: Shown,
    heading: Heading,
    scenario: &Scenario,
) -> Picture {
    let (x, y) = (&sweep.knobs[axes.0], &sweep.knobs[axes.1]);
    let panels = scenario
        .profiles
        .iter()
        .take(HEAT_PANELS_MAX)
        .map(|profile| {
            let mut cells = vec![vec![None; x.values.len()]; y.values.len()];
            for row in rows.iter().filter(|row| row.profile == profile.name) {
                let column = place(x, &row.values[axes.0]);
                if let (Some(column), Some(line)) = (column, place(y, &row.values[axes.1])) {
                    cells[line][column] = Some(estimate(row, shown.metric, shown.cell).value);
                }
            }
            let panel = HeatPanel::new(&profile.name, cells);
            // The file has this cell only if it has the first value of every knob that is not on an axis.
            let mut off_axis =
                (0..sweep.knobs.len()).filter(|knob| ![axes.0, axes.1].contains(knob));
            let shown = off_axis.all(|knob| sweep.in_file[knob] == Some(0));
            match (sweep.in_file[axes.0], sweep.in_file[axes.1]) {
                (Some(column), Some(line)) if shown => panel.marking(line, column),
                _ => panel,
            }
        });
    HeatMap {
        heading,
        x_label: knob_label(sweep, axes.0),
        columns: labels(x),
        y_label: knob_label(sweep, axes.1),
        rows: labels(y),
        panels: panels.collect(),
        missing: in_the_median(&never(rows.iter(), &shown)),
        value: shown.axis,
        absent: ABSENT.to_owned(),
        mark_note: "in the file".to_owned(),
    }
    .picture()
}

/// The place of a value among those of a knob.
fn place(knob: &Knob, value: &str) -> Option<usize> {
    knob.values.iter().position(|known| known.text == value)
}

/// Medians with a band, or a proportion with its interval, over the values of one knob.
fn lines(
    sweep: &Sweep,
    which: usize,
    rows: &[&SweepRow],
    shown: Shown,
    heading: Heading,
    scenario: &Scenario,
) -> Picture {
    let knob = &sweep.knobs[which];
    let values = knob.values.iter();
    let numbers: Option<Vec<f64>> = values.map(|value| value.text.parse().ok()).collect();
    let names = match numbers {
        Some(_) => None,
        None => Some((0..).map(f64::from).zip(labels(knob)).collect()),
    };
    let xs = numbers.unwrap_or_else(|| (0..knob.values.len()).map(|i| i as f64).collect());
    let proportion = shown.cell.is_empty();
    let profiles = scenario.profiles.iter().enumerate();
    let series = profiles.filter_map(|(look, profile)| {
        let of_profile = || rows.iter().filter(|row| row.profile == profile.name);
        let points = of_profile().filter_map(|row| {
            let x = xs[place(knob, &row.values[which])?];
            let [lo, mid, hi] = match proportion {
                true => {
                    let share = estimate(row, shown.metric, "");
                    [share.lo?, share.value, share.hi?]
                }
                false => ["p05", "p50", "p95"].map(|it| estimate(row, shown.metric, it).value),
            };
            Some(Point::banded(x, lo, mid, hi))
        });
        let points: Vec<Point> = points.collect();
        let is_any = points.iter().any(|point| point.mid.is_finite());
        let is_never = !is_any && points.iter().any(|point| point.mid == f64::INFINITY);
        let series = match (is_any, is_never, &names) {
            (true, _, None) => Series::line(&profile.name, points),
            (true, _, Some(_)) => Series::dots(&profile.name, points),
            (false, true, _) => {
                let never = never(of_profile(), &shown);
                Series::line(format!("{}: {never}", profile.name), Vec::new())
            }
            (false, false, _) => return None,
        };
        Some(series.looking(look))
    });
    let series = joined(series);
    let mut y = shown.axis;
    if !proportion {
        y.label = y.label.replace(", mean", "").replace(", median", "");
    }
    let panel = LinePanel {
        title: String::new(),
        series,
        marks: Vec::new(),
        shades: Vec::new(),
    };
    let x = Axis::new(knob_label(sweep, which), Quantity::Number);
    let band = match proportion {
        true => "band: 95 % interval",
        false => BAND,
    };
    LineChart {
        x_ticks: names,
        band_note: band.to_owned(),
        ..LineChart::new(heading, x, y, vec![panel])
    }
    .picture()
}
