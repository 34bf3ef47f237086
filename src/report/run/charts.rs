//! The charts of a run.

mod links;
mod slots;

use crate::chart::{
    Arrangement, Axis, Bar, BarChart, BarGroup, Heading, LineChart, LinePanel, Mark, Picture,
    Point, Quantity, Series,
};
use crate::report::chart::{BAND, Chart, PANELS_MAX, time_label};
use crate::report::provenance::Provenance;
use crate::report::words::{headline, plural};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{FailureCount, JobSummary, Metric, ProfileRun, SERIES, commonest_first};
use crate::units::count;

/// About how many instants of a timeline are drawn: more than can be told apart in a picture.
const INSTANTS_MAX: usize = 250;

/// The time axis is logarithmic where the end is more than this many times as late as the update of half the fleet.
const STRETCH: u64 = 10;

/// Jobs of a campaign marked at most.
const JOBS_MAX: usize = 4;

/// The names of all charts that a run may have.
pub const RUN_CHARTS: [&str; 6] = [
    "progress",
    "time_to_finish",
    "failures",
    "robots_down",
    "slot_use",
    "link_load",
];

/// The charts of a run.
pub fn run_charts(
    scenario: &Scenario,
    profiles: &[ProfileRun],
    provenance: &Provenance,
) -> Vec<Chart> {
    let subtitle = format!(
        "{}; {}",
        headline(scenario),
        plural(provenance.replications, "replication")
    );
    let mut charts = vec![
        ("progress", progress(profiles, &subtitle)),
        ("time_to_finish", time_to_finish(profiles, &subtitle)),
        ("failures", failures(profiles, &subtitle)),
        ("robots_down", robots_down(profiles, &subtitle)),
        ("slot_use", slots::slot_use(profiles, &subtitle)),
    ];
    if profiles.iter().any(|profile| !profile.links.is_empty()) {
        charts.push(("link_load", links::link_load(profiles, &subtitle)));
    }
    charts
        .into_iter()
        .map(|(name, picture)| Chart::new(name, picture, provenance))
        .collect()
}

/// The time axis: logarithmic where a few late robots stretch a rollout far beyond the rest.
fn time_axis(profiles: &[ProfileRun]) -> Axis {
    let time = time_label(profiles);
    match stretched(profiles) {
        true => Axis::new(format!("{time}, logarithmic"), Quantity::Duration).logarithmic(),
        false => Axis::new(time, Quantity::Duration),
    }
}

/// Whether some profile lasts many times longer than half of its robots take.
fn stretched(profiles: &[ProfileRun]) -> bool {
    profiles.iter().any(|profile| {
        let half = profile
            .outcomes
            .iter()
            .filter_map(|outcome| outcome.time_to[0])
            .min();
        let end = profile.outcomes.iter().map(|outcome| outcome.drained).max();
        half.zip(end)
            .is_some_and(|(half, end)| end.ms() > STRETCH * half.ms())
    })
}

/// The band of one of [`SERIES`] over time; `None` if it is zero all the time.
fn timeline_series(
    profile: &ProfileRun,
    stretched: bool,
    name: &str,
    shown: &str,
) -> Option<Series> {
    let column = SERIES
        .iter()
        .position(|(series, _)| *series == name)
        .expect("a bug: a series of the timeline");
    let bands = &profile.timeline.bands;
    if bands.iter().all(|band| band[column].p95 == 0) {
        return None;
    }
    // On a logarithmic axis the early instants need to be dense and the late ones not.
    let spacing = |instant: usize| {
        if stretched {
            instant / 50
        } else {
            bands.len() / INSTANTS_MAX
        }
    };
    let mut next = 0;
    let mut points = Vec::new();
    for (instant, band) in bands.iter().enumerate() {
        if instant < next && instant + 1 < bands.len() {
            continue;
        }
        next = instant + spacing(instant).max(1);
        let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
        let band = band[column];
        points.push(Point::banded(
            time,
            band.p05.into(),
            band.p50.into(),
            band.p95.into(),
        ));
    }
    Some(Series::line(shown, points))
}

/// When the jobs of a campaign are mostly created, those after the first that are in most replications.
fn job_marks(profile: &ProfileRun) -> Vec<Mark> {
    let mostly = profile
        .jobs
        .iter()
        .filter(|job| job.share.value >= 0.5 && job.created_s.p50 > 0.0);
    let mark = |job: &JobSummary| Mark::X(job.created_s.p50, job.kind.name().replace('_', " "));
    mostly.take(JOBS_MAX).map(mark).collect()
}

fn progress(profiles: &[ProfileRun], subtitle: &str) -> Picture {
    let shown = &profiles[..profiles.len().min(PANELS_MAX)];
    let stretched = stretched(shown);
    let panel = |profile: &ProfileRun| LinePanel {
        title: profile.name.clone(),
        series: [
            ("running_count", "running the release"),
            ("failed_count", "failed"),
            ("deploying_count", "deploying"),
            ("never_started_count", "never started"),
            ("aborted_count", "aborted"),
            ("healed_count", "healed"),
            ("healed_failed_count", "healing failed"),
            ("recovered_count", "recovered"),
        ]
        .into_iter()
        .filter_map(|(name, shown)| timeline_series(profile, stretched, name, shown))
        .collect(),
        marks: job_marks(profile),
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
    .picture()
}

fn time_to_finish(profiles: &[ProfileRun], subtitle: &str) -> Picture {
    let curve = |profile: &ProfileRun, metric: &str, shown: &str| {
        let metric = Metric::named(metric);
        let times: Vec<f64> = profile
            .outcomes
            .iter()
            .map(metric.value)
            .filter(|time| time.is_finite())
            .collect();
        (!times.is_empty()).then(|| Series::cumulative(shown, &times, profile.outcomes.len()))
    };
    let panel = |profile: &ProfileRun| LinePanel {
        title: profile.name.clone(),
        series: [
            ("time_to_50_s", "50 % running"),
            ("time_to_90_s", "90 % running"),
            ("time_to_95_s", "95 % running"),
            ("time_to_99_s", "99 % running"),
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
    .picture()
}

fn failures(profiles: &[ProfileRun], subtitle: &str) -> Picture {
    let profiles = &profiles[..profiles.len().min(PANELS_MAX)];
    let counts: Vec<&[FailureCount]> = profiles
        .iter()
        .map(|profile| profile.failures.robots.as_slice())
        .collect();
    let bar = |counts: &[FailureCount], code| match counts.iter().find(|count| count.code == code) {
        Some(FailureCount { count, .. }) => Some(match count.mean {
            Estimate {
                value,
                lo: Some(lo),
                hi: Some(hi),
            } => Bar::new(value, lo, hi),
            mean => Bar::exact(mean.value),
        }),
        None => Some(Bar::exact(0.0)),
    };
    let groups = commonest_first(&counts).into_iter().map(|code| BarGroup {
        name: code.name().to_owned(),
        bars: counts.iter().map(|counts| bar(counts, code)).collect(),
    });
    BarChart {
        heading: Heading::new("Why robot deployments fail", subtitle),
        value: Axis::new("Failed robots a rollout, mean", Quantity::Count).starting_at_zero(),
        series: profiles
            .iter()
            .map(|profile| profile.name.clone())
            .collect(),
        groups: groups.collect(),
        error_note: "95 % interval of the mean".to_owned(),
    }
    .picture()
}

fn robots_down(profiles: &[ProfileRun], subtitle: &str) -> Picture {
    let shown = &profiles[..profiles.len().min(PANELS_MAX)];
    let mut windows: Vec<Option<u32>> = shown
        .iter()
        .map(|profile| profile.in_robots.map(|robots| robots.window))
        .collect();
    windows.dedup();
    let marks = match windows.as_slice() {
        [Some(window)] => vec![Mark::Y(
            (*window).into(),
            format!("window {}", count((*window).into())),
        )],
        _ => Vec::new(),
    };
    let stretched = stretched(shown);
    let series = shown
        .iter()
        .filter_map(|profile| timeline_series(profile, stretched, "down_count", &profile.name));
    LineChart {
        heading: Heading::new("Robots down over time", subtitle),
        x: time_axis(shown),
        y: Axis::new("Robots down", Quantity::Count).starting_at_zero(),
        x_ticks: None,
        panels: vec![LinePanel {
            title: String::new(),
            series: series.collect(),
            marks,
        }],
        arrangement: Arrangement::SideBySide,
        band_note: BAND.to_owned(),
    }
    .picture()
}
