//! The charts of an operating characteristic: lines over the probability that the script fails, one a setting.

use crate::chart::{
    Arrangement, Axis, Heading, LineChart, LinePanel, Mark, Point, Quantity, Series,
};
use crate::report::chart::Chart;
use crate::report::provenance::Provenance;
use crate::report::words::plural;
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{Line, Oc, OcRow, OcSetting};

/// The names of all charts that an operating characteristic has.
pub const OC_CHARTS: [&str; 2] = ["oc_probability", "oc_robots"];

/// The charts of rows of which at least one was finished.
pub fn oc_charts(
    scenario: &Scenario,
    oc: &Oc,
    rows: &[OcRow],
    provenance: &Provenance,
) -> Vec<Chart> {
    let subtitle = format!(
        "{}, version {}, profile {}: {}, {} a point",
        scenario.name,
        scenario.profiles[0].world.release.version,
        scenario.profiles[0].name,
        plural(oc.n.into(), "robot"),
        plural(provenance.replications, "replication"),
    );
    let picture = |title: &str, y: Axis, panels| {
        let chart = LineChart {
            heading: Heading::new(title, &subtitle),
            x: Axis::new(
                format!("Probability that {} fails", oc.script.name()),
                Quantity::Share,
            )
            .logarithmic(),
            y,
            x_ticks: None,
            panels,
            arrangement: Arrangement::SideBySide,
            band_note: "band: 95 % interval, none where computed".to_owned(),
        };
        chart.picture()
    };
    let probability = Axis::new("Rollouts", Quantity::Share).including(0.0, 1.0);
    let probabilities = vec![
        panel(oc, rows, "the threshold is reached", reached, None),
        panel(oc, rows, "stopped with robots left over", stopped, None),
    ];
    let robots = Axis::new("Robots, mean", Quantity::Count).logarithmic();
    let counts = vec![
        panel(oc, rows, "exposed", exposed, Some(|line| line.exposed)),
        panel(oc, rows, "broken", broken, Some(|line| line.broken)),
    ];
    let charts = [
        picture(
            "How likely a release is stopped",
            probability,
            probabilities,
        ),
        picture(
            "How many robots a release reaches and breaks",
            robots,
            counts,
        ),
    ];
    OC_CHARTS
        .into_iter()
        .zip(charts)
        .map(|(name, picture)| Chart::new(name, picture, provenance))
        .collect()
}

/// A line a setting, and what the optimum line would do.
fn panel(
    oc: &Oc,
    rows: &[OcRow],
    title: &str,
    value: fn(&OcRow) -> Estimate,
    best: Option<fn(Line) -> f64>,
) -> LinePanel {
    let of = |setting: &OcSetting| {
        rows.iter()
            .filter(move |row| row.setting == *setting)
            .collect::<Vec<&OcRow>>()
    };
    let point = |row: &&OcRow| match value(row) {
        Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        } => Point::banded(row.p, lo, value, hi),
        Estimate { value, .. } => Point::at(row.p, value),
    };
    let mut series: Vec<Series> = oc
        .settings
        .iter()
        .map(|setting| Series::line(name(setting), of(setting).iter().map(point).collect()))
        .collect();
    if let Some(best) = best {
        let points = of(&oc.settings[0])
            .iter()
            .filter_map(|row| Some(Point::at(row.p, best(*row.optimum.as_ref().ok()?))))
            .collect::<Vec<Point>>();
        if !points.is_empty() {
            series.push(Series::line("optimum, one robot at a time", points));
        }
    }
    let marks = vec![
        Mark::X(oc.hypotheses.good, "good".to_owned()),
        Mark::X(oc.hypotheses.bad, "bad".to_owned()),
    ];
    LinePanel {
        title: title.to_owned(),
        series,
        marks,
    }
}

/// What a setting is called.
pub(super) fn name(setting: &OcSetting) -> String {
    format!(
        "{} % at a time, stops at {} %",
        setting.levels.concurrency, setting.levels.threshold
    )
}

fn computed(value: f64) -> Estimate {
    Estimate {
        value,
        lo: None,
        hi: None,
    }
}

fn reached(row: &OcRow) -> Estimate {
    match row.threshold_reached {
        Ok(tail) => computed(tail.value),
        Err(_) => row.simulated("threshold_reached", ""),
    }
}

fn stopped(row: &OcRow) -> Estimate {
    row.exact.map_or_else(
        || row.simulated("stopped", ""),
        |exact| computed(exact.stopped),
    )
}

fn exposed(row: &OcRow) -> Estimate {
    row.exact.map_or_else(
        || row.simulated("exposed_count", "mean"),
        |exact| computed(exact.started),
    )
}

fn broken(row: &OcRow) -> Estimate {
    row.exact.map_or_else(
        || row.simulated("broken_count", "mean"),
        |exact| computed(exact.failed),
    )
}
