//! The charts of a run.

mod clocks;
mod drawn;
mod links;
mod over_time;
mod shades;
mod slots;
mod titles;

use crate::chart::{
    Axis, Bar, BarChart, BarGroup, Heading, LinePanel, Mark, Picture, Quantity, Series,
};
use crate::report::chart::{Chart, joined};
use crate::report::provenance::Provenance;
use crate::report::run::charts::drawn::Drawn;
use crate::report::run::charts::over_time::{
    stretched, time_axis, timeline_series, unbanded, without_tail,
};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{FailureCount, Metric, ProfileRun, commonest_first};
use crate::units::count;

/// How far the axis goes on after the last curve ends, so that its end is seen.
const AIR: f64 = 1.04;

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
    let drawn = &Drawn::of(scenario, profiles, provenance.replications);
    let mut charts = vec![
        ("progress", progress(drawn)),
        ("time_to_finish", time_to_finish(drawn)),
        ("failures", failures(drawn)),
        ("robots_down", robots_down(drawn)),
        ("slot_use", slots::slot_use(drawn)),
    ];
    if profiles.iter().any(|profile| !profile.links.is_empty()) {
        charts.push(("link_load", links::link_load(drawn)));
    }
    charts
        .into_iter()
        .map(|(name, picture)| Chart::new(name, picture, provenance))
        .collect()
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

fn progress(drawn: &Drawn) -> Picture {
    let shown = drawn.profiles;
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
        // A status has its colour whether or not the others come up.
        let series = series.into_iter().enumerate();
        let series = series.filter_map(|(look, (name, shown))| {
            Some(timeline_series(profile, stretched, name, shown)?.looking(look))
        });
        LinePanel {
            title: profile.name.clone(),
            series: series.collect(),
            marks: job_marks(profile),
            shades: drawn.shades.of_profile(&profile.name),
        }
    });
    let heading = Heading::new(
        titles::progress(drawn.scenario, shown),
        format!("{}{}", drawn.subtitle, unbanded(shown)),
    );
    let y = Axis::new("Robots", Quantity::Count).starting_at_zero();
    let panels = panels.collect();
    drawn
        .over_time(heading, time_axis(shown), y, panels)
        .picture()
}

fn time_to_finish(drawn: &Drawn) -> Picture {
    let shown = drawn.profiles;
    let panels = shown.iter().map(|profile| {
        let curves = [
            ("time_to_50_s", "50 % running"),
            ("time_to_90_s", "90 % running"),
            ("time_to_95_s", "95 % running"),
            ("time_to_99_s", "99 % running"),
            ("job_duration_s", "job ended"),
        ];
        let curves = curves.into_iter().enumerate();
        let curves = curves.filter_map(|(look, (metric, shown))| {
            Some(cumulative(profile, metric, shown)?.looking(look))
        });
        LinePanel {
            title: profile.name.clone(),
            series: joined(curves),
            marks: Vec::new(),
            shades: drawn.shades.of_profile(&profile.name),
        }
    });
    let panels: Vec<LinePanel> = panels.collect();
    let heading = Heading::new(
        titles::time_to_finish(drawn.scenario, shown),
        drawn.subtitle.as_str(),
    );
    let curves = panels.iter().flat_map(|panel| &panel.series);
    let ends = curves.filter_map(|curve| Some(curve.points.last()?.x));
    let x = time_axis(shown).including(0.0, AIR * ends.fold(0.0, f64::max));
    let y = Axis::new("Replications that got there by then", Quantity::Share).including(0.0, 1.0);
    drawn.over_time(heading, x, y, panels).picture()
}

/// The cumulative distribution of a time; `None` if it comes in no replication.
fn cumulative(profile: &ProfileRun, metric: &str, shown: &str) -> Option<Series> {
    let times = profile.outcomes.iter().map(Metric::named(metric).value);
    let times: Vec<f64> = times.filter(|time| time.is_finite()).collect();
    (!times.is_empty()).then(|| Series::cumulative(shown, &times, profile.outcomes.len()))
}

fn failures(drawn: &Drawn) -> Picture {
    let profiles = drawn.profiles;
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
        heading: Heading::new(titles::failures(profiles), drawn.subtitle.as_str()),
        value: Axis::new("Failed robots per rollout, mean", Quantity::Count).starting_at_zero(),
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

fn robots_down(drawn: &Drawn) -> Picture {
    let shown = drawn.profiles;
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
    let series = shown.iter().enumerate().filter_map(|(look, profile)| {
        let name = &profile.name;
        let series = timeline_series(profile, stretched, "down_count", name)?;
        Some(without_tail(series).looking(look))
    });
    let heading = Heading::new(
        titles::robots_down(drawn.scenario, shown),
        format!("{}{}", drawn.subtitle, unbanded(shown)),
    );
    let y = Axis::new("Robots down", Quantity::Count).starting_at_zero();
    let panel = LinePanel {
        title: String::new(),
        series: joined(series),
        marks,
        shades: drawn.shades.of_all(shown),
    };
    drawn
        .over_time(heading, time_axis(shown), y, vec![panel])
        .picture()
}
