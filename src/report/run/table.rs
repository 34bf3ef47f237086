//! The answer of a run on the terminal: the first screen that a user sees.

mod jobs;
mod waits;

use crate::report::figures::{exactly, mean_robots, plus_minus, proportion};
use crate::report::page::{Page, Row, Table};
use crate::report::run::arrival::{metric, never};
use crate::report::run::sentence::sentence;
use crate::report::run::table::waits::Described;
use crate::report::times;
use crate::report::words::{attained, campaign, clock, headline, plural, stops, unseen, window};
use crate::report::{expect, given_up};
use crate::scenario::{Profile, Scenario};
use crate::sim::{MARKS, Outcome};
use crate::study::expect::Expectation;
use crate::study::{FailureCount, ProfileRun, Run, commonest_first, summary_of};
use crate::units::count;

/// The answer of a run.
pub fn run_page(scenario: &Scenario, run: &Run, expected: &[Expectation]) -> Page {
    let mut page = Page::new(sentence(scenario, run, expected));
    page.asked(headline(scenario));
    page.asked(campaign(&scenario.profiles[0]).unwrap_or_default());
    page.asked(format!(
        "{}, seed {}; [ ] and ± are 95 % intervals",
        plural(run.replications, "replication"),
        scenario.seed
    ));
    let summaries = run.profiles.iter().flat_map(|it| &it.summaries);
    page.asked(unseen(run.replications, summaries));
    page.table(expect::table(expected));
    let described: Vec<Described> = scenario.profiles.iter().zip(&run.profiles).collect();
    let names = described.iter().map(|(_, run)| run.name.clone());
    let heads = std::iter::once("mean per rollout".to_owned()).chain(names);
    page.table(Table::new(heads).rows(rows(&described)));
    let broken = described.iter().map(|(profile, run)| {
        let broken = run.statistic("broken_count", "max");
        (*profile, broken.value > 0.0)
    });
    page.text(given_up::line(broken));
    page.text(waits::unwatched(&described));
    page.text(attained(&run.attained, run.replications));
    page
}

fn rows(profiles: &[Described]) -> Vec<Row> {
    let mut rows = differences(profiles);
    rows.push(robots(profiles, "updated", "updated_count"));
    if is_any(profiles, |outcome| outcome.running != outcome.updated) {
        rows.push(robots(profiles, "running the release", "running_count"));
    }
    rows.push(robots(profiles, "failed", "failed_count"));
    rows.push(robots(profiles, "never started", "never_started_count"));
    if is_any(profiles, |outcome| outcome.aborted > 0) {
        rows.push(robots(profiles, "aborted", "aborted_count"));
    }
    rows.push(robots(profiles, "exposed", "exposed_count"));
    let broken = match is_any(profiles, |outcome| outcome.aftermath.latent > 0) {
        true => "broken, without latent faults",
        false => "broken",
    };
    rows.push(robots(profiles, broken, "broken_count"));
    rows.push(robots(profiles, "most down at once", "down_peak_count"));
    // A sync has few robots and soon reaches the threshold, which says nothing about the release.
    let mut campaigns = profiles.iter().flat_map(|(profile, _)| &profile.campaign);
    let reached = match campaigns.any(|campaign| campaign.sync.is_some()) {
        true => "threshold reached, without syncs",
        false => "threshold reached",
    };
    let fields = profiles.iter().map(|(_, run)| {
        let simulated = run.statistic("threshold_reached", "");
        proportion(simulated) + &exactly(&run.threshold_reached)
    });
    rows.push(Row::new(reached, fields));
    let fields = profiles.iter().map(|(_, run)| {
        let simulated = run.statistic("stopped", "");
        let reached = run.threshold_reached.as_ref();
        proportion(reached.map_or(simulated, |reached| reached.bounds(simulated)))
    });
    rows.push(Row::new("stopped", fields));
    for mark in MARKS {
        rows.extend(arrival(profiles, mark));
    }
    let fields = profiles
        .iter()
        .map(|(_, run)| times::mean(summary_of(&run.summaries, "job_duration_s"), 1.0));
    rows.push(Row::new("job duration", fields));
    let fields = profiles
        .iter()
        .map(|(_, run)| times::mean(summary_of(&run.summaries, "downtime_robot_s"), n(run)));
    rows.push(Row::new("downtime per robot", fields));

    rows.extend(waits::rows(profiles));
    rows.extend(jobs::rows(profiles));
    rows.extend(failures(profiles));
    rows
}

/// When a share of the fleet runs the release: in the median, by the clock, and late.
fn arrival(profiles: &[Described], mark: u64) -> Vec<Row> {
    let metric = metric(mark);
    let of = |(profile, run): &Described| {
        let summary = summary_of(&run.summaries, &metric);
        let never = never(profile, run);
        let clock = clock(profile, summary.get("p50").value).unwrap_or_default();
        let median = times::median(summary, &never);
        (median, clock, times::late(summary, &never))
    };
    let fields: Vec<_> = profiles.iter().map(of).collect();
    let label = format!("time to {mark} %, median");
    let mut rows = vec![Row::new(label, fields.iter().map(|it| it.0.clone()))];
    for (label, fields) in [
        (
            "by the clock",
            fields.iter().map(|it| it.1.clone()).collect(),
        ),
        (
            "in 95 % of rollouts",
            fields.iter().map(|it| it.2.clone()).collect(),
        ),
    ] {
        let fields: Vec<String> = fields;
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push(Row::under(label, fields));
        }
    }
    rows
}

/// Whether anything is so in any replication of any profile.
fn is_any(profiles: &[Described], so: fn(&Outcome) -> bool) -> bool {
    let mut outcomes = profiles.iter().flat_map(|(_, run)| &run.outcomes);
    outcomes.any(so)
}

/// Robots in the fleet.
fn n(run: &ProfileRun) -> f64 {
    f64::from(run.outcomes[0].n)
}

/// The row of a metric that counts robots.
fn robots(profiles: &[Described], label: &str, metric: &str) -> Row {
    let fields = profiles
        .iter()
        .map(|(_, run)| mean_robots(summary_of(&run.summaries, metric), n(run)));
    Row::new(label, fields)
}

/// Rows for facts in the heading that differ between profiles.
fn differences(profiles: &[Described]) -> Vec<Row> {
    type Fact = fn(&Profile) -> String;
    let facts: [(&str, Fact); 4] = [
        ("version", |profile| profile.world.release.version.clone()),
        ("robots", |profile| {
            count(profile.world.fleet.robots().into())
        }),
        ("at a time", window),
        ("stops at", |profile| {
            stops(profile).unwrap_or_else(|| "never".to_owned())
        }),
    ];
    let mut rows = Vec::new();
    for (label, fact) in facts {
        let values: Vec<String> = profiles.iter().map(|(profile, _)| fact(profile)).collect();
        if values.iter().any(|value| *value != values[0]) {
            rows.push(Row::new(label, values));
        }
    }
    rows
}

/// Rows of failure codes, the commonest first.
fn failures(profiles: &[Described]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut jobs = profiles.iter().flat_map(|(_, run)| &run.jobs).peekable();
    let are_several = jobs.peek().is_some();
    let jobs = match (are_several, jobs.any(|job| job.kind.is_sync())) {
        (_, true) => "last job of the release failed, syncs too, by code",
        (true, false) => "last job of the release failed, by code",
        (false, false) => "failed jobs by code",
    };
    for (title, job) in [("failed robots by code", false), (jobs, true)] {
        let counts = profiles.iter().map(|(_, run)| match job {
            true => run.failures.jobs.as_slice(),
            false => run.failures.robots.as_slice(),
        });
        let counts: Vec<&[FailureCount]> = counts.collect();
        let codes = commonest_first(&counts);
        if !codes.is_empty() {
            rows.push(Row::section(title));
        }
        for code in codes {
            let fields =
                counts.iter().map(
                    |counts| match counts.iter().find(|count| count.code == code) {
                        Some(count) if job => proportion(count.any),
                        Some(count) => plus_minus(count.count.mean, 1.0, 1, ""),
                        None => "0".to_owned(),
                    },
                );
            rows.push(Row::under(code.to_string(), fields));
        }
    }
    rows
}
