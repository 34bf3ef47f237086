//! The charts of a sweep.

use crate::chart::{
    Arrangement, Axis, Heading, HeatMap, HeatPanel, LineChart, LinePanel, Picture, Point, Quantity,
    Series,
};
use crate::report::chart::{BAND, Chart};
use crate::report::percentages::{ABSENT, NEVER};
use crate::report::provenance::Provenance;
use crate::report::words::plural;
use crate::scenario::{Knob, Profile, Scenario};
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
    title: &'static str,
    metric: &'static str,
    /// The statistic in a heat map's cell.
    cell: &'static str,
    axis: Axis,
}

fn shown(rows: &[&SweepRow]) -> [Shown; 4] {
    [
        Shown {
            file: "success_rate",
            title: "Share of the fleet updated",
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
            title: "Probability that the failure threshold is reached",
            metric: "threshold_reached",
            cell: "",
            axis: Axis::new("Rollouts that reach the threshold", Quantity::Share)
                .including(0.0, 1.0),
        },
        Shown {
            file: "robots_broken",
            title: "Robots broken: exposed and not running",
            metric: "broken_count",
            cell: "mean",
            axis: Axis::new("Broken robots, mean", Quantity::Count).starting_at_zero(),
        },
    ]
}

/// The time until 95 % of the fleet runs the release; or a smaller share, if the first profile reaches no more in any setting.
fn time_shown(rows: &[&SweepRow]) -> Shown {
    const TIMES: [(&str, &str, &str, &str); 3] = [
        (
            "time_to_95",
            "Time until 95 % of the fleet runs the release",
            "time_to_95_s",
            "Time to 95 %, median",
        ),
        (
            "time_to_90",
            "Time until 90 % of the fleet runs the release",
            "time_to_90_s",
            "Time to 90 %, median",
        ),
        (
            "time_to_50",
            "Time until 50 % of the fleet runs the release",
            "time_to_50_s",
            "Time to 50 %, median",
        ),
    ];
    let first: Vec<&&SweepRow> = rows
        .iter()
        .filter(|row| row.profile == rows[0].profile)
        .collect();
    let reached = |metric| {
        first
            .iter()
            .any(|row| estimate(row, metric, "p50").value.is_finite())
    };
    let (file, title, metric, axis) = TIMES
        .into_iter()
        .find(|(_, _, metric, _)| reached(metric))
        .unwrap_or(TIMES[0]);
    let axis = Axis::new(axis, Quantity::Duration).logarithmic();
    Shown {
        file,
        title,
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
    let chart = |shown: Shown| {
        let name = shown.file;
        let heading = Heading::new(shown.title, &subtitle);
        let picture = match axes.as_slice() {
            [x, y] => heat_map(sweep, (*x, *y), &rows, shown, heading, scenario),
            axes => lines(
                &sweep.knobs[axes.first().copied().unwrap_or(0)],
                axes.first().copied().unwrap_or(0),
                &rows,
                shown,
                heading,
                scenario,
            ),
        };
        Chart::new(name, picture, provenance)
    };
    shown(&rows).into_iter().map(chart).collect()
}

fn sweep_subtitle(
    scenario: &Scenario,
    sweep: &Sweep,
    axes: &[usize],
    provenance: &Provenance,
) -> String {
    let base = &scenario.profiles[0];
    let mut text = format!(
        "{}, version {}: {}, {} a setting",
        scenario.name,
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        plural(provenance.replications, "replication"),
    );
    for (knob, _) in sweep
        .knobs
        .iter()
        .enumerate()
        .filter(|(knob, _)| !axes.contains(knob))
    {
        text += &format!(
            "; {} = {}",
            sweep.knobs[knob].short_name(),
            sweep.knobs[knob].values[0].text
        );
    }
    text
}

/// Whether a row has the first value of every knob that is not on an axis.
fn on_axes(sweep: &Sweep, axes: &[usize], row: &SweepRow) -> bool {
    (0..sweep.knobs.len())
        .all(|knob| axes.contains(&knob) || row.values[knob] == sweep.knobs[knob].values[0].text)
}

fn knob_label(knob: &Knob) -> String {
    let words = match knob.key().strip_prefix("release.bundle.") {
        Some(architecture) => format!("{architecture} bundle"),
        None => knob.short_name().replace('_', " "),
    };
    let mut label: String = words.chars().take(1).flat_map(char::to_uppercase).collect();
    label.extend(words.chars().skip(1));
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
    let panel = |profile: &Profile| {
        let mut cells = vec![vec![None; x.values.len()]; y.values.len()];
        for row in rows.iter().filter(|row| row.profile == profile.name) {
            let at =
                |knob: &Knob, value: &str| knob.values.iter().position(|known| known.text == value);
            if let (Some(column), Some(line)) =
                (at(x, &row.values[axes.0]), at(y, &row.values[axes.1]))
            {
                cells[line][column] = Some(estimate(row, shown.metric, shown.cell).value);
            }
        }
        let panel = HeatPanel::new(&profile.name, cells);
        // The file has this cell only if it has the first value of every knob that is not on an axis.
        let off_axis = (0..sweep.knobs.len()).filter(|knob| ![axes.0, axes.1].contains(knob));
        let shown = off_axis
            .map(|knob| sweep.in_file[knob])
            .all(|value| value == Some(0));
        match (sweep.in_file[axes.0], sweep.in_file[axes.1]) {
            (Some(column), Some(line)) if shown => panel.marking(line, column),
            _ => panel,
        }
    };
    HeatMap {
        heading,
        x_label: knob_label(x),
        columns: labels(x),
        y_label: knob_label(y),
        rows: labels(y),
        value: shown.axis,
        missing: NEVER.to_owned(),
        absent: ABSENT.to_owned(),
        mark_note: "in the file".to_owned(),
        panels: scenario
            .profiles
            .iter()
            .take(HEAT_PANELS_MAX)
            .map(panel)
            .collect(),
    }
    .picture()
}

/// Medians with a band, or a proportion with its interval, over the values of one knob.
fn lines(
    knob: &Knob,
    which: usize,
    rows: &[&SweepRow],
    shown: Shown,
    heading: Heading,
    scenario: &Scenario,
) -> Picture {
    let numbers: Option<Vec<f64>> = knob
        .values
        .iter()
        .map(|value| value.text.parse().ok())
        .collect();
    let xs = numbers
        .clone()
        .unwrap_or_else(|| (0..knob.values.len()).map(|i| i as f64).collect());
    let proportion = shown.cell.is_empty();
    let point = |row: &&SweepRow| {
        let at = knob
            .values
            .iter()
            .position(|value| value.text == row.values[which])?;
        let get = |statistic| estimate(row, shown.metric, statistic);
        let (lo, mid, hi) = if proportion {
            let share = get("");
            (share.lo?, share.value, share.hi?)
        } else {
            (get("p05").value, get("p50").value, get("p95").value)
        };
        Some(Point::banded(xs[at], lo, mid, hi))
    };
    let series = scenario.profiles.iter().filter_map(|profile| {
        let points: Vec<Point> = rows
            .iter()
            .filter(|row| row.profile == profile.name)
            .filter_map(point)
            .collect();
        points
            .iter()
            .any(|point| point.mid.is_finite())
            .then(|| Series::line(&profile.name, points))
    });
    let y = match shown.cell {
        "" => shown.axis,
        _ => Axis {
            label: shown
                .axis
                .label
                .replace(", mean", "")
                .replace(", median", ""),
            ..shown.axis
        },
    };
    LineChart {
        heading,
        x: Axis::new(knob_label(knob), Quantity::Number),
        y,
        x_ticks: numbers
            .is_none()
            .then(|| xs.iter().copied().zip(labels(knob)).collect()),
        panels: vec![LinePanel {
            title: String::new(),
            series: series.collect(),
            marks: Vec::new(),
        }],
        arrangement: Arrangement::SideBySide,
        band_note: if proportion {
            "band: 95 % interval".to_owned()
        } else {
            BAND.to_owned()
        },
    }
    .picture()
}
