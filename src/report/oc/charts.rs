//! The charts of an operating characteristic: lines over the probability that the script fails, one a setting.

use crate::chart::{Axis, Heading, LineChart, LinePanel, Mark, Point, Quantity, Series};
use crate::report::chart::Chart;
use crate::report::oc::titles;
use crate::report::provenance::Provenance;
use crate::report::words::plural;
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{Line, Oc, OcRow, OcSetting};

/// The names of all charts that an operating characteristic has.
pub const OC_CHARTS: [&str; 2] = ["oc_probability", "oc_robots"];

/// The place in the palette of what no setting does.
const OPTIMUM: usize = 6;

/// The charts of rows of which at least one was finished.
pub fn oc_charts(
    scenario: &Scenario,
    oc: &Oc,
    rows: &[OcRow],
    provenance: &Provenance,
) -> Vec<Chart> {
    let subtitle = format!(
        "{}, version {}, profile {}: {}, {} per point",
        scenario.name,
        scenario.profiles[0].world.release.version,
        scenario.profiles[0].name,
        plural(oc.n.into(), "robot"),
        plural(provenance.replications, "replication"),
    );
    let script = oc.script.name();
    let x = Axis::new(format!("Probability that {script} fails"), Quantity::Share).logarithmic();
    let probability = Axis::new("Rollouts", Quantity::Share).including(0.0, 1.0);
    let robots = Axis::new("Robots, mean", Quantity::Count).logarithmic();
    let charts = [
        (
            titles::probability(oc, rows, reached),
            probability,
            [
                panel(oc, rows, "the threshold is reached", reached, None),
                panel(oc, rows, "stopped with robots left over", stopped, None),
            ],
        ),
        (
            titles::broken(oc, rows, broken),
            robots,
            [
                panel(oc, rows, "exposed", exposed, Some(|line| line.exposed)),
                panel(oc, rows, "broken", broken, Some(|line| line.broken)),
            ],
        ),
    ];
    let charts = OC_CHARTS.into_iter().zip(charts);
    let charts = charts.map(|(name, (title, y, panels))| {
        let heading = Heading::new(title, &subtitle);
        let chart = LineChart {
            band_note: "band: 95 % interval, none where computed".to_owned(),
            ..LineChart::new(heading, x.clone(), y, Vec::from(panels))
        };
        Chart::new(name, chart.picture(), provenance)
    });
    charts.collect()
}

/// A line a setting, and what the optimum line would do.
fn panel(
    oc: &Oc,
    rows: &[OcRow],
    title: &str,
    value: fn(&OcRow) -> Estimate,
    best: Option<fn(Line) -> f64>,
) -> LinePanel {
    let mut series: Vec<Series> = Vec::new();
    for (look, setting) in oc.settings.iter().enumerate() {
        let rows = rows.iter().filter(|row| row.setting == *setting);
        let points = rows.map(|row| {
            let Estimate { value, lo, hi } = value(row);
            Point {
                x: row.p,
                mid: value,
                band: lo.zip(hi),
            }
        });
        series.push(Series::line(name(setting), points.collect()).looking(look));
    }
    if let Some(best) = best {
        let rows = rows.iter().filter(|row| row.setting == oc.settings[0]);
        let points: Vec<Point> = rows
            .filter_map(|row| Some(Point::at(row.p, best(*row.optimum.as_ref().ok()?))))
            .collect();
        if !points.is_empty() {
            let best = Series::line("optimum, one robot at a time", points);
            series.push(best.looking(OPTIMUM));
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
        shades: Vec::new(),
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
