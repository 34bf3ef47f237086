//! The charts of a run.

mod links;
mod shades;
mod slots;

use crate::chart::{
    Axis, Bar, BarChart, BarGroup, Heading, LineChart, LinePanel, Mark, Picture, Point, Quantity,
    Series,
};
use crate::report::chart::{BAND, Chart, PANELS_MAX, time_label};
use crate::report::provenance::Provenance;
use crate::report::run::charts::shades::Shades;
use crate::report::words::{headline, plural};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{FailureCount, Metric, ProfileRun, SERIES, commonest_first};
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
    let shades = Shades::of(scenario);
    let mut charts = vec![
        ("progress", progress(profiles, &subtitle, &shades)),
        (
            "time_to_finish",
            time_to_finish(profiles, &subtitle, &shades),
        ),
        ("failures", failures(profiles, &subtitle)),
        ("robots_down", robots_down(profiles, &subtitle, &shades)),
        ("slot_use", slots::slot_use(profiles, &subtitle)),
    ];
    if profiles.iter().any(|profile| !profile.links.is_empty()) {
        charts.push(("link_load", links::link_load(profiles, &subtitle, &shades)));
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
        let outcomes = profile.outcomes.iter();
        let half = outcomes
            .clone()
            .filter_map(|outcome| outcome.time_to[0])
            .min();
        let end = outcomes.map(|outcome| outcome.drained).max();
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
    let mut next = 0;
    let mut points = Vec::new();
    for (instant, band) in bands.iter().enumerate() {
        if instant < next && instant + 1 < bands.len() {
            continue;
        }
        // On a logarithmic axis the early instants need to be dense and the late ones not.
        let spacing = match stretched {
            true => instant / 50,
            false => bands.len() / INSTANTS_MAX,
        };
        next = instant + spacing.max(1);
        let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
        let [lo, mid, hi] = [band[column].p05, band[column].p50, band[column].p95].map(f64::from);
        points.push(Point::banded(time, lo, mid, hi));
    }
    Some(Series::line(shown, points))
}

/// When the jobs of a campaign are mostly created, those after the first that are in most replications.
fn job_marks(profile: &ProfileRun) -> Vec<Mark> {
    let mostly = profile
        .jobs
        .iter()
        .filter(|job| job.share.value >= 0.5 && job.created_s.p50 > 0.0);
    mostly
        .take(JOBS_MAX)
        .map(|job| Mark::X(job.created_s.p50, job.kind.name().replace('_', " ")))
        .collect()
}

fn progress(profiles: &[ProfileRun], subtitle: &str, shades: &Shades) -> Picture {
    let shown = &profiles[..profiles.len().min(PANELS_MAX)];
    let stretched = stretched(shown);
    let panels = shown.iter().map(|profile| {
        let series = [
            ("running_count", "running the release"),
            ("failed_count", "failed"),
            ("deploying_count", "deploying"),
            ("never_started_count", "never started"),
            ("aborted_count", "aborted"),
            ("healed_count", "healed"),
            ("healed_failed_count", "healing failed"),
            ("recovered_count", "recovered"),
        ];
        let series = series.into_iter();
        LinePanel {
            title: profile.name.clone(),
            series: series
                .filter_map(|(name, shown)| timeline_series(profile, stretched, name, shown))
                .collect(),
            marks: job_marks(profile),
            shades: shades.of_profile(&profile.name),
        }
    });
    let heading = Heading::new("Robots by status over time", subtitle);
    let y = Axis::new("Robots", Quantity::Count).starting_at_zero();
    LineChart {
        band_note: BAND.to_owned(),
        shade_note: shades.note(),
        ..LineChart::new(heading, time_axis(shown), y, panels.collect())
    }
    .picture()
}

fn time_to_finish(profiles: &[ProfileRun], subtitle: &str, shades: &Shades) -> Picture {
    let panels = profiles.iter().take(PANELS_MAX).map(|profile| {
        let curves = [
            ("time_to_50_s", "50 % running"),
            ("time_to_90_s", "90 % running"),
            ("time_to_95_s", "95 % running"),
            ("time_to_99_s", "99 % running"),
            ("job_duration_s", "job ended"),
        ];
        let curves = curves.into_iter();
        LinePanel {
            title: profile.name.clone(),
            series: curves
                .filter_map(|(metric, shown)| cumulative(profile, metric, shown))
                .collect(),
            marks: Vec::new(),
            shades: shades.of_profile(&profile.name),
        }
    });
    let heading = Heading::new("Time to finish", subtitle);
    let y = Axis::new("Replications that got there by then", Quantity::Share).including(0.0, 1.0);
    LineChart {
        shade_note: shades.note(),
        ..LineChart::new(heading, time_axis(profiles), y, panels.collect())
    }
    .picture()
}

/// The cumulative distribution of a time; `None` if it comes in no replication.
fn cumulative(profile: &ProfileRun, metric: &str, shown: &str) -> Option<Series> {
    let times = profile.outcomes.iter().map(Metric::named(metric).value);
    let times: Vec<f64> = times.filter(|time| time.is_finite()).collect();
    (!times.is_empty()).then(|| Series::cumulative(shown, &times, profile.outcomes.len()))
}

fn failures(profiles: &[ProfileRun], subtitle: &str) -> Picture {
    let profiles = &profiles[..profiles.len().min(PANELS_MAX)];
    let counts: Vec<&[FailureCount]> = profiles
        .iter()
        .map(|profile| profile.failures.robots.as_slice())
        .collect();
    let groups = commonest_first(&counts).into_iter().map(|code| BarGroup {
        name: code.name().to_owned(),
        bars: counts
            .iter()
            .map(|counts| {
                let known = counts.iter().find(|count| count.code == code);
                Some(known.map_or(Bar::exact(0.0), |known| bar(known.count.mean)))
            })
            .collect(),
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

fn bar(Estimate { value, lo, hi }: Estimate) -> Bar {
    let interval = lo.zip(hi);
    Bar { value, interval }
}

fn robots_down(profiles: &[ProfileRun], subtitle: &str, shades: &Shades) -> Picture {
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
    let heading = Heading::new("Robots down over time", subtitle);
    let y = Axis::new("Robots down", Quantity::Count).starting_at_zero();
    let panel = LinePanel {
        title: String::new(),
        series: series.collect(),
        marks,
        shades: shades.of_all(shown),
    };
    LineChart {
        band_note: BAND.to_owned(),
        shade_note: shades.note(),
        ..LineChart::new(heading, time_axis(shown), y, vec![panel])
    }
    .picture()
}
