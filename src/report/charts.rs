//! Which charts a run and a sweep have, and what they show.

use crate::report::Provenance;
use crate::report::chart::{
    Arrangement, Axis, Bar, BarChart, BarGroup, Heading, HeatMap, HeatPanel, LineChart, LinePanel, Mark, Point, Quantity, Series,
};
use crate::report::words::{headline, plural};
use crate::scenario::{Knob, Scenario};
use crate::study::{Estimate, FailureCount, Metric, ProfileRun, SERIES, Sweep, SweepRow, commonest_first, summary_of};
use crate::units::count;

/// A chart: its file name and the SVG.
pub type Chart = (String, String);

/// Panels of a line chart at most; more profiles are left to the CSV files.
const PANELS_MAX: usize = 6;

/// Panels of a heat map at most.
const HEAT_PANELS_MAX: usize = 4;

/// Instants drawn of a timeline, about: more than a picture tells apart.
const INSTANTS_MAX: usize = 250;

/// Time runs logarithmically where the end is more than so many times as late as the update of half the fleet.
const STRETCH: u64 = 10;

/// The charts of a run.
pub fn run_charts(scenario: &Scenario, profiles: &[ProfileRun], provenance: &Provenance) -> Vec<Chart> {
    let subtitle = subtitle(scenario, provenance.replications);
    let charts = [
        ("progress.svg", progress(profiles, &subtitle)),
        ("time_to_finish.svg", time_to_finish(profiles, &subtitle)),
        ("failures.svg", failures(profiles, &subtitle)),
        ("robots_down.svg", robots_down(profiles, &subtitle)),
    ];
    charts.into_iter().map(|(name, svg)| (name.to_owned(), described(&svg, provenance))).collect()
}

/// What a chart is of, in its second line.
fn subtitle(scenario: &Scenario, replications: u64) -> String {
    format!("{}; {}", headline(scenario), plural(replications, "replication"))
}

/// Puts what made the chart into it, where viewers do not show it and readers of the file find it.
fn described(svg: &str, provenance: &Provenance) -> String {
    let text = provenance.line().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    svg.replacen('>', &format!("><desc>{text}</desc>"), 1)
}

const TIME: &str = "Time since the job was created";
const BAND: &str = "line: median, band: 5 to 95 % of replications";

/// The axis of time. Where a few late robots stretch a rollout far beyond the bulk of it, time runs logarithmically.
fn time_axis(profiles: &[ProfileRun]) -> Axis {
    match stretched(profiles) {
        true => Axis::new(format!("{TIME}, logarithmic"), Quantity::Duration).logarithmic(),
        false => Axis::new(TIME, Quantity::Duration),
    }
}

/// Whether some profile lasts many times longer than half of its robots take.
fn stretched(profiles: &[ProfileRun]) -> bool {
    profiles.iter().any(|profile| {
        let half = profile.outcomes.iter().filter_map(|outcome| outcome.time_to[0]).min();
        let end = profile.outcomes.iter().map(|outcome| outcome.drained).max();
        half.zip(end).is_some_and(|(half, end)| end > STRETCH * half)
    })
}

/// The band of one of [`SERIES`] over time; `None` if it is zero all the time.
fn timeline_series(profile: &ProfileRun, stretched: bool, name: &str, shown: &str) -> Option<Series> {
    let column = SERIES.iter().position(|(series, _)| *series == name).expect("a bug: a series of the timeline");
    let bands = &profile.timeline.bands;
    if bands.iter().all(|band| band[column].p95 == 0) {
        return None;
    }
    // On a logarithmic axis the early instants need to be dense and the late ones not.
    let spacing = |instant: usize| if stretched { instant / 50 } else { bands.len() / INSTANTS_MAX };
    let mut next = 0;
    let mut points = Vec::new();
    for (instant, band) in bands.iter().enumerate() {
        if instant < next && instant + 1 < bands.len() {
            continue;
        }
        next = instant + spacing(instant).max(1);
        let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
        let band = band[column];
        points.push(Point::banded(time, band.p05.into(), band.p50.into(), band.p95.into()));
    }
    Some(Series::line(shown, points))
}

fn progress(profiles: &[ProfileRun], subtitle: &str) -> String {
    let shown = &profiles[..profiles.len().min(PANELS_MAX)];
    let stretched = stretched(shown);
    let panel = |profile: &ProfileRun| LinePanel {
        title: profile.name.clone(),
        series: [
            ("updated_count", "updated"),
            ("failed_count", "failed"),
            ("deploying_count", "deploying"),
            ("never_started_count", "never started"),
            ("aborted_count", "aborted"),
            ("healed_count", "healed"),
            ("healed_failed_count", "healing failed"),
        ]
        .into_iter()
        .filter_map(|(name, shown)| timeline_series(profile, stretched, name, shown))
        .collect(),
        marks: Vec::new(),
    };
    LineChart {
        heading: Heading::new("Robots by status over time", subtitle),
        x: time_axis(shown),
        y: Axis::new("Robots", Quantity::Count).starting_at_zero(),
        x_ticks: None,
        panels: shown.iter().map(panel).collect(),
        arrangement: Arrangement::SideBySide,
        band_note: BAND.to_owned(),
    }
    .svg()
}

fn time_to_finish(profiles: &[ProfileRun], subtitle: &str) -> String {
    let curve = |profile: &ProfileRun, metric: &str, shown: &str| {
        let metric = Metric::named(metric);
        let times: Vec<f64> = profile.outcomes.iter().map(metric.value).filter(|time| time.is_finite()).collect();
        (!times.is_empty()).then(|| Series::cumulative(shown, &times, profile.outcomes.len()))
    };
    let panel = |profile: &ProfileRun| LinePanel {
        title: profile.name.clone(),
        series: [
            ("time_to_50_s", "50 % updated"),
            ("time_to_90_s", "90 % updated"),
            ("time_to_95_s", "95 % updated"),
            ("time_to_99_s", "99 % updated"),
            ("job_duration_s", "job ended"),
        ]
        .into_iter()
        .filter_map(|(metric, shown)| curve(profile, metric, shown))
        .collect(),
        marks: Vec::new(),
    };
    LineChart {
        heading: Heading::new("Time to finish", subtitle),
        x: time_axis(profiles),
        y: Axis::new("Replications that got there by then", Quantity::Share).including(0.0, 1.0),
        x_ticks: None,
        panels: profiles.iter().take(PANELS_MAX).map(panel).collect(),
        arrangement: Arrangement::SideBySide,
        band_note: String::new(),
    }
    .svg()
}

fn failures(profiles: &[ProfileRun], subtitle: &str) -> String {
    let profiles = &profiles[..profiles.len().min(PANELS_MAX)];
    let counts: Vec<&[FailureCount]> = profiles.iter().map(|profile| profile.failures.robots.as_slice()).collect();
    let bar = |counts: &[FailureCount], code| match counts.iter().find(|count| count.code == code) {
        Some(FailureCount { count: Estimate { value, lo: Some(lo), hi: Some(hi) }, .. }) => Some(Bar::new(*value, *lo, *hi)),
        Some(FailureCount { count, .. }) => Some(Bar::exact(count.value)),
        None => Some(Bar::exact(0.0)),
    };
    let groups = commonest_first(&counts)
        .into_iter()
        .map(|code| BarGroup { name: code.name().to_owned(), bars: counts.iter().map(|counts| bar(counts, code)).collect() });
    BarChart {
        heading: Heading::new("Why robot deployments fail", subtitle),
        value: Axis::new("Failed robots a rollout, mean", Quantity::Count).starting_at_zero(),
        series: profiles.iter().map(|profile| profile.name.clone()).collect(),
        groups: groups.collect(),
        error_note: "95 % interval of the mean".to_owned(),
    }
    .svg()
}

fn robots_down(profiles: &[ProfileRun], subtitle: &str) -> String {
    let shown = &profiles[..profiles.len().min(PANELS_MAX)];
    let mut windows: Vec<u32> = shown.iter().map(|profile| profile.setting.admission.window).collect();
    windows.dedup();
    let marks = match windows.as_slice() {
        [window] => vec![Mark::Y((*window).into(), format!("window {}", count((*window).into())))],
        _ => Vec::new(),
    };
    let stretched = stretched(shown);
    let series = shown.iter().filter_map(|profile| timeline_series(profile, stretched, "down_count", &profile.name));
    LineChart {
        heading: Heading::new("Robots down at once", subtitle),
        x: time_axis(shown),
        y: Axis::new("Robots down", Quantity::Count).starting_at_zero(),
        x_ticks: None,
        panels: vec![LinePanel { title: String::new(), series: series.collect(), marks }],
        arrangement: Arrangement::SideBySide,
        band_note: BAND.to_owned(),
    }
    .svg()
}

/// A metric of a sweep's charts.
struct Shown {
    file: &'static str,
    title: &'static str,
    metric: &'static str,
    /// The statistic in a heat map's cell.
    cell: &'static str,
    axis: Axis,
    missing: &'static str,
}

fn shown(rows: &[&SweepRow]) -> [Shown; 4] {
    [
        Shown {
            file: "success_rate.svg",
            title: "Share of the fleet updated",
            metric: "success_rate",
            cell: "mean",
            axis: Axis::new("Updated robots by robots in the fleet, mean", Quantity::Share),
            missing: "not played",
        },
        time_shown(rows),
        Shown {
            file: "threshold_reached.svg",
            title: "Probability that the failure threshold is reached",
            metric: "threshold_reached",
            cell: "",
            axis: Axis::new("Rollouts that reach the threshold", Quantity::Share).including(0.0, 1.0),
            missing: "not played",
        },
        Shown {
            file: "robots_broken.svg",
            title: "Robots broken: exposed and not updated",
            metric: "broken_count",
            cell: "mean",
            axis: Axis::new("Broken robots, mean", Quantity::Count).starting_at_zero(),
            missing: "not played",
        },
    ]
}

/// The time until 95 % of the fleet is updated; or a smaller share, if that is all that any setting reaches.
fn time_shown(rows: &[&SweepRow]) -> Shown {
    const TIMES: [(&str, &str, &str, &str); 3] = [
        ("time_to_95.svg", "Time until 95 % of the fleet is updated", "time_to_95_s", "Time to 95 %, median"),
        ("time_to_90.svg", "Time until 90 % of the fleet is updated", "time_to_90_s", "Time to 90 %, median"),
        ("time_to_50.svg", "Time until 50 % of the fleet is updated", "time_to_50_s", "Time to 50 %, median"),
    ];
    let reached = |metric| rows.iter().any(|row| estimate(row, metric, "p50").value.is_finite());
    let (file, title, metric, axis) = TIMES.into_iter().find(|(_, _, metric, _)| reached(metric)).unwrap_or(TIMES[0]);
    let axis = Axis::new(axis, Quantity::Duration).logarithmic();
    Shown { file, title, metric, cell: "p50", axis, missing: "never, in the median" }
}

/// The charts of a sweep: heat maps over its first two knobs that vary, or lines over one.
pub fn sweep_charts(scenario: &Scenario, sweep: &Sweep, rows: &[SweepRow], provenance: &Provenance) -> Vec<Chart> {
    let varied: Vec<usize> = (0..sweep.knobs.len()).filter(|knob| sweep.knobs[*knob].values.len() > 1).collect();
    let axes: Vec<usize> = varied.iter().copied().take(2).collect();
    let subtitle = sweep_subtitle(scenario, sweep, &axes, provenance);
    let rows: Vec<&SweepRow> = rows.iter().filter(|row| on_axes(sweep, &axes, row)).collect();
    let chart = |shown: Shown| {
        let name = shown.file.to_owned();
        let heading = Heading::new(shown.title, &subtitle);
        let svg = match axes.as_slice() {
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
        (name, described(&svg, provenance))
    };
    shown(&rows).into_iter().map(chart).collect()
}

fn sweep_subtitle(scenario: &Scenario, sweep: &Sweep, axes: &[usize], provenance: &Provenance) -> String {
    let base = &scenario.profiles[0];
    let mut text = format!(
        "{}, version {}: {} robots, {} replications a setting",
        scenario.name,
        base.world.release.version,
        count(base.world.fleet.robots().into()),
        count(provenance.replications),
    );
    for (knob, _) in sweep.knobs.iter().enumerate().filter(|(knob, _)| !axes.contains(knob)) {
        text += &format!("; {} = {}", sweep.knobs[knob].short_name(), sweep.knobs[knob].values[0].text);
    }
    text
}

/// Whether a row has the first value of every knob that is not on an axis.
fn on_axes(sweep: &Sweep, axes: &[usize], row: &SweepRow) -> bool {
    (0..sweep.knobs.len()).all(|knob| axes.contains(&knob) || row.values[knob] == sweep.knobs[knob].values[0].text)
}

fn knob_label(knob: &Knob) -> String {
    let words = knob.short_name().replace('_', " ");
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
    summary_of(&row.summaries, metric).get(statistic)
}

fn heat_map(
    sweep: &Sweep,
    axes: (usize, usize),
    rows: &[&SweepRow],
    shown: Shown,
    heading: Heading,
    scenario: &Scenario,
) -> String {
    let (x, y) = (&sweep.knobs[axes.0], &sweep.knobs[axes.1]);
    let panel = |profile: &crate::scenario::Profile| {
        let mut cells = vec![vec![None; x.values.len()]; y.values.len()];
        for row in rows.iter().filter(|row| row.profile == profile.name) {
            let at = |knob: &Knob, value: &str| knob.values.iter().position(|known| known.text == value);
            if let (Some(column), Some(line)) = (at(x, &row.values[axes.0]), at(y, &row.values[axes.1])) {
                cells[line][column] = Some(estimate(row, shown.metric, shown.cell).value);
            }
        }
        let panel = HeatPanel::new(&profile.name, cells);
        // The file has this cell only if it has the first value of every knob that is not on an axis.
        let off_axis = (0..sweep.knobs.len()).filter(|knob| ![axes.0, axes.1].contains(knob));
        let shown = off_axis.map(|knob| sweep.in_file[knob]).all(|value| value == Some(0));
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
        missing: shown.missing.to_owned(),
        mark_note: "in the file".to_owned(),
        panels: scenario.profiles.iter().take(HEAT_PANELS_MAX).map(panel).collect(),
    }
    .svg()
}

/// Medians with a band, or a proportion with its interval, over the values of one knob.
fn lines(knob: &Knob, which: usize, rows: &[&SweepRow], shown: Shown, heading: Heading, scenario: &Scenario) -> String {
    let numbers: Option<Vec<f64>> = knob.values.iter().map(|value| value.text.parse().ok()).collect();
    let xs = numbers.clone().unwrap_or_else(|| (0..knob.values.len()).map(|i| i as f64).collect());
    let proportion = shown.cell.is_empty();
    let point = |row: &&SweepRow| {
        let at = knob.values.iter().position(|value| value.text == row.values[which])?;
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
        let points: Vec<Point> = rows.iter().filter(|row| row.profile == profile.name).filter_map(point).collect();
        points.iter().any(|point| point.mid.is_finite()).then(|| Series::line(&profile.name, points))
    });
    let y = match shown.cell {
        "" => shown.axis,
        _ => Axis { label: shown.axis.label.replace(", mean", "").replace(", median", ""), ..shown.axis },
    };
    LineChart {
        heading,
        x: Axis::new(knob_label(knob), Quantity::Number),
        y,
        x_ticks: numbers.is_none().then(|| xs.iter().copied().zip(labels(knob)).collect()),
        panels: vec![LinePanel { title: String::new(), series: series.collect(), marks: Vec::new() }],
        arrangement: Arrangement::SideBySide,
        band_note: if proportion { "band: 95 % interval".to_owned() } else { BAND.to_owned() },
    }
    .svg()
}
