//! The answer of a run on the terminal: the first screen that a user sees.

mod jobs;
mod waits;

use crate::report::columns::Columns;
use crate::report::figures::{
    exactly, mean_robots, mean_time_of, plus_minus, proportion, time_quantiles,
};
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
    let described: Vec<(&Profile, &ProfileRun)> =
        scenario.profiles.iter().zip(&run.profiles).collect();
    for group in described.chunks(COLUMNS_MAX) {
        out.push('\n');
        out += &profile_columns(group).render();
    }
    let has_broken =
        |run: &ProfileRun| summary_of(&run.summaries, "broken_count").get("max").value > 0.0;
    let given_up = given_up::line(
        described
            .iter()
            .map(|(profile, run)| (*profile, has_broken(run))),
    );
    if !given_up.is_empty() {
        out += &format!("\n{given_up}");
    }
    out += &waits::nobody_watches(&described);
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

fn profile_columns(profiles: &[(&Profile, &ProfileRun)]) -> Columns {
    let any = |which: fn(&Outcome) -> bool| {
        let mut outcomes = profiles.iter().flat_map(|(_, run)| &run.outcomes);
        outcomes.any(which)
    };
    let head =
        std::iter::once(String::new()).chain(profiles.iter().map(|(_, run)| run.name.clone()));
    let mut rows = vec![head.collect()];
    rows.extend(differences(profiles));
    rows.push(row(profiles, "updated", robots("updated_count")));
    if any(|outcome| outcome.running != outcome.updated) {
        rows.push(row(
            profiles,
            "running the release",
            robots("running_count"),
        ));
    }
    rows.push(row(profiles, "failed", robots("failed_count")));
    rows.push(row(
        profiles,
        "never started",
        robots("never_started_count"),
    ));
    if any(|outcome| outcome.aborted > 0) {
        rows.push(row(profiles, "aborted", robots("aborted_count")));
    }
    rows.push(row(profiles, "exposed", robots("exposed_count")));
    let has_latent = any(|outcome| outcome.aftermath.latent > 0);
    let broken = if has_latent {
        "broken, latent faults apart"
    } else {
        "broken"
    };
    rows.push(row(profiles, broken, robots("broken_count")));
    rows.push(row(
        profiles,
        "most down at once",
        robots("down_peak_count"),
    ));
    // A sync has few robots and soon reaches the threshold, which says nothing about the release.
    let syncs = profiles.iter().any(|(profile, _)| {
        profile
            .campaign
            .as_ref()
            .is_some_and(|campaign| campaign.sync.is_some())
    });
    let reached = if syncs {
        "threshold reached, syncs aside"
    } else {
        "threshold reached"
    };
    rows.push(row(profiles, reached, |run, _| {
        let simulated = summary_of(&run.summaries, "threshold_reached").get("");
        proportion(simulated) + &exactly(&run.threshold_reached)
    }));
    rows.push(row(profiles, "stopped", |run, _| {
        let simulated = summary_of(&run.summaries, "stopped").get("");
        let reached = run.threshold_reached.as_ref();
        proportion(reached.map_or(simulated, |reached| reached.bounds(simulated)))
    }));
    rows.extend(MARKS.map(|mark| {
        let name = format!("time_to_{mark}_s");
        let time = |(profile, run): &(&Profile, &ProfileRun)| {
            time_quantiles(
                summary_of(&run.summaries, &name),
                &never(profile.world.cutting_watch()),
            )
        };
        std::iter::once(format!("time to {mark} %"))
            .chain(profiles.iter().map(time))
            .collect()
    }));
    rows.push(row(profiles, "job duration", |run, _| {
        mean_time_of(summary_of(&run.summaries, "job_duration_s"), 1.0)
    }));
    rows.push(row(profiles, "downtime a robot", |run, n| {
        mean_time_of(summary_of(&run.summaries, "downtime_robot_s"), n)
    }));

    rows.extend(waits::rows(profiles));
    rows.extend(jobs::rows(
        &profiles.iter().map(|(_, run)| *run).collect::<Vec<_>>(),
    ));
    rows.extend(failures(profiles));
    Columns { rows }
}

/// A row with a field per profile, made of what came of it and of its number of robots.
fn row(
    profiles: &[(&Profile, &ProfileRun)],
    label: &str,
    field: impl Fn(&ProfileRun, f64) -> String,
) -> Vec<String> {
    let fields = profiles
        .iter()
        .map(|(_, run)| field(run, f64::from(run.outcomes[0].n)));
    std::iter::once(label.to_owned()).chain(fields).collect()
}

/// The field of a metric that counts robots.
fn robots(name: &'static str) -> impl Fn(&ProfileRun, f64) -> String {
    move |run, n| mean_robots(summary_of(&run.summaries, name), n)
}

/// Rows for facts in the heading that differ between profiles.
fn differences(profiles: &[(&Profile, &ProfileRun)]) -> Vec<Vec<String>> {
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
    let rows = facts.into_iter().filter_map(|(label, fact)| {
        let values: Vec<String> = profiles.iter().map(|(profile, _)| fact(profile)).collect();
        let same = values.iter().all(|value| *value == values[0]);
        (!same).then(|| std::iter::once(label.to_owned()).chain(values).collect())
    });
    rows.collect()
}

/// Rows of failure codes, the commonest first.
fn failures(profiles: &[(&Profile, &ProfileRun)]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let several = profiles.iter().any(|(_, run)| !run.jobs.is_empty());
    let syncs = profiles
        .iter()
        .any(|(_, run)| run.jobs.iter().any(|job| job.kind.is_sync()));
    let jobs = match (several, syncs) {
        (_, true) => "last job of the release failed, syncs too, by code",
        (true, false) => "last job of the release failed, by code",
        (false, false) => "failed jobs by code",
    };
    for (title, job) in [("failed robots by code", false), (jobs, true)] {
        let counts: Vec<&[FailureCount]> = profiles
            .iter()
            .map(|(_, run)| {
                if job {
                    run.failures.jobs.as_slice()
                } else {
                    run.failures.robots.as_slice()
                }
            })
            .collect();
        let codes = commonest_first(&counts);
        if codes.is_empty() {
            continue;
        }
        rows.push(vec![title.to_owned()]);
        for code in codes {
            let mut row = vec![format!("  {code}")];
            row.extend(counts.iter().map(|counts| {
                match counts.iter().find(|count| count.code == code) {
                    Some(count) if job => proportion(count.any),
                    Some(count) => plus_minus(count.count.mean, 1.0, 1, ""),
                    None => "0".to_owned(),
                }
            }));
            rows.push(row);
        }
    }
    rows
}
