//! The answer of a run on the terminal: the first screen that a user sees.

mod jobs;
mod waits;

use crate::report::columns::{in_columns, row};
use crate::report::figures::{
    exactly, mean_robots, mean_time_of, plus_minus, proportion, time_quantiles,
};
use crate::report::run::table::waits::Described;
use crate::report::words::{attained, campaign, headline, never, plural, stops, unseen, window};
use crate::report::{expect, given_up};
use crate::scenario::{Profile, Scenario};
use crate::sim::{MARKS, Outcome};
use crate::study::expect::Expectation;
use crate::study::{FailureCount, ProfileRun, Run, commonest_first, summary_of};
use crate::units::count;

/// Profiles shown beside each other; more go below.
const COLUMNS_MAX: usize = 3;

/// The answer of a run.
pub fn run_table(scenario: &Scenario, run: &Run, expected: &[Expectation]) -> String {
    let mut out = heading(scenario, run.replications);
    out += &unseen(
        run.replications,
        run.profiles.iter().flat_map(|profile| &profile.summaries),
    );
    let described: Vec<Described> = scenario.profiles.iter().zip(&run.profiles).collect();
    for group in described.chunks(COLUMNS_MAX) {
        out.push('\n');
        out += &in_columns(&rows(group));
    }
    let broken = described.iter().map(|(profile, run)| {
        let broken = summary_of(&run.summaries, "broken_count").get("max");
        (*profile, broken.value > 0.0)
    });
    let given_up = given_up::line(broken);
    if !given_up.is_empty() {
        out += &format!("\n{given_up}");
    }
    out += &waits::unwatched(&described);
    out + &expect::lines(expected) + &attained(&run.attained, run.replications)
}

fn heading(scenario: &Scenario, replications: u64) -> String {
    let campaign =
        campaign(&scenario.profiles[0]).map_or_else(String::new, |jobs| format!("{jobs}\n"));
    format!(
        "{}\n{campaign}{}, seed {}; [ ] and ± are 95 % intervals\n",
        headline(scenario),
        plural(replications, "replication"),
        scenario.seed
    )
}

fn rows(profiles: &[Described]) -> Vec<Vec<String>> {
    let names = profiles.iter().map(|(_, run)| run.name.clone());
    let mut rows = vec![row("", names)];
    rows.extend(differences(profiles));
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
        true => "broken, latent faults apart",
        false => "broken",
    };
    rows.push(robots(profiles, broken, "broken_count"));
    rows.push(robots(profiles, "most down at once", "down_peak_count"));
    // A sync has few robots and soon reaches the threshold, which says nothing about the release.
    let mut campaigns = profiles.iter().flat_map(|(profile, _)| &profile.campaign);
    let reached = match campaigns.any(|campaign| campaign.sync.is_some()) {
        true => "threshold reached, syncs aside",
        false => "threshold reached",
    };
    let fields = profiles.iter().map(|(_, run)| {
        let simulated = summary_of(&run.summaries, "threshold_reached").get("");
        proportion(simulated) + &exactly(&run.threshold_reached)
    });
    rows.push(row(reached, fields));
    let fields = profiles.iter().map(|(_, run)| {
        let simulated = summary_of(&run.summaries, "stopped").get("");
        let reached = run.threshold_reached.as_ref();
        proportion(reached.map_or(simulated, |reached| reached.bounds(simulated)))
    });
    rows.push(row("stopped", fields));
    for mark in MARKS {
        let metric = format!("time_to_{mark}_s");
        let fields = profiles.iter().map(|(profile, run)| {
            let never = never(profile.world.cutting_watch());
            time_quantiles(summary_of(&run.summaries, &metric), &never)
        });
        rows.push(row(format!("time to {mark} %"), fields));
    }
    let fields = profiles
        .iter()
        .map(|(_, run)| mean_time_of(summary_of(&run.summaries, "job_duration_s"), 1.0));
    rows.push(row("job duration", fields));
    let fields = profiles
        .iter()
        .map(|(_, run)| mean_time_of(summary_of(&run.summaries, "downtime_robot_s"), n(run)));
    rows.push(row("downtime a robot", fields));

    rows.extend(waits::rows(profiles));
    rows.extend(jobs::rows(profiles));
    rows.extend(failures(profiles));
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
fn robots(profiles: &[Described], label: &str, metric: &str) -> Vec<String> {
    let fields = profiles
        .iter()
        .map(|(_, run)| mean_robots(summary_of(&run.summaries, metric), n(run)));
    row(label, fields)
}

/// Rows for facts in the heading that differ between profiles.
fn differences(profiles: &[Described]) -> Vec<Vec<String>> {
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
            rows.push(row(label, values));
        }
    }
    rows
}

/// Rows of failure codes, the commonest first.
fn failures(profiles: &[Described]) -> Vec<Vec<String>> {
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
            rows.push(vec![title.to_owned()]);
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
            rows.push(row(format!("  {code}"), fields));
        }
    }
    rows
}
