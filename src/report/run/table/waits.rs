//! What the answer on the terminal says of waiting and of what is special to a scenario: rows that are there only where they matter.

use crate::model::WatchEnd;
use crate::report::figures::{mean_time, plus_minus, proportion};
use crate::rollout::EndedBy;
use crate::scenario::Profile;
use crate::sim::Outcome;
use crate::stats;
use crate::stats::{Estimate, LEVEL};
use crate::study::{CAUSES, LinkSummary, ProfileRun, summary_of};
use crate::units::{duration, share};

/// Smaller shares get no row.
const SHARE_MIN: f64 = 0.01;

/// Rows of links at most, the most saturated.
const LINKS_MAX: usize = 3;

/// What holds slots without using them, by the place in [`CAUSES`].
const WAITS: [usize; 4] = [5, 6, 4, 3];

type Described<'a> = (&'a Profile, &'a ProfileRun);

/// The rows, each a label and a field per profile.
pub(super) fn rows(profiles: &[Described]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    rows.extend(canceled(profiles));
    for cause in WAITS {
        let shares: Vec<f64> = profiles
            .iter()
            .map(|(_, run)| run.slots.share(cause).unwrap_or(0.0))
            .collect();
        if shares.iter().any(|share| *share >= SHARE_MIN) {
            let field = |(_, run): &Described| match run.slots.shares[cause] {
                Some(Estimate {
                    value,
                    lo: None,
                    hi: None,
                }) => format!("{} of slot time, no interval", share(value, 1)),
                Some(known) => format!("{} of slot time", proportion(known)),
                None => "no slot time".to_owned(),
            };
            rows.push(row(CAUSES[cause].to_owned(), profiles.iter().map(field)));
        }
    }
    rows.extend(saturated(profiles));
    rows.extend(healed(profiles));
    rows
}

fn row(label: String, fields: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(label).chain(fields).collect()
}

/// How often the job is canceled while it is under way.
fn canceled(profiles: &[Described]) -> Option<Vec<String>> {
    let counts: Vec<(u64, u64)> = profiles
        .iter()
        .map(|(_, run)| {
            let canceled = run
                .outcomes
                .iter()
                .filter(|outcome| outcome.ended_by == EndedBy::Cancel)
                .count();
            (canceled as u64, run.outcomes.len() as u64)
        })
        .collect();
    let field = |(canceled, n): &(u64, u64)| {
        let interval = stats::clopper_pearson(*canceled, *n, LEVEL);
        proportion(Estimate {
            value: *canceled as f64 / *n as f64,
            lo: Some(interval.lo),
            hi: Some(interval.hi),
        })
    };
    counts
        .iter()
        .any(|(canceled, _)| *canceled > 0)
        .then(|| row("canceled".to_owned(), counts.iter().map(field)))
}

/// How long the most saturated links were saturated, and what share of the time until the last robot deployment ended that is.
fn saturated(profiles: &[Described]) -> Vec<Vec<String>> {
    fn link<'a>(run: &'a ProfileRun, name: &str) -> Option<&'a LinkSummary> {
        run.links.iter().find(|link| link.name == name)
    }
    let drained = |run: &ProfileRun| summary_of(&run.summaries, "drained_s").get("mean").value;
    let mut most: Vec<(&str, f64)> = Vec::new();
    for (_, run) in profiles {
        for link in &run.links {
            let saturated = link.saturated_s.mean.value / drained(run);
            match most.iter_mut().find(|(name, _)| *name == link.name) {
                Some((_, most)) => *most = most.max(saturated),
                None => most.push((&link.name, saturated)),
            }
        }
    }
    most.retain(|(_, saturated)| *saturated >= SHARE_MIN);
    most.sort_by(|a, b| b.1.total_cmp(&a.1));
    let field =
        |run: &ProfileRun, name: &str| match link(run, name).map(|link| link.saturated_s.mean) {
            // Robots that come back later saturate a link after the rollout too.
            Some(mean) if heals(run) => mean_time(mean, 1.0),
            Some(mean) => format!(
                "{}, {} of the rollout",
                mean_time(mean, 1.0),
                share(mean.value / drained(run), 1)
            ),
            None => "no such link".to_owned(),
        };
    let rows = most.iter().take(LINKS_MAX);
    rows.map(|(name, _)| {
        row(
            format!("{name} saturated"),
            profiles.iter().map(|(_, run)| field(run, name)),
        )
    })
    .collect()
}

fn mean(run: &ProfileRun, name: &str) -> Estimate {
    summary_of(&run.summaries, name).get("mean")
}

/// Whether silent robots ever came back.
fn heals(run: &ProfileRun) -> bool {
    mean(run, "healed_count").value + mean(run, "healed_failed_count").value > 0.0
}

/// How many silent robots came back while they were watched.
fn healed(profiles: &[Described]) -> Option<Vec<String>> {
    let field = |(_, run): &Described| {
        let robots = |name: &str| plus_minus(mean(run, name), 1.0, 1, "");
        if mean(run, "no_response_count").value == 0.0 {
            return "none was silent".to_owned();
        }
        let failed = match mean(run, "healed_failed_count").value {
            0.0 => String::new(),
            _ => format!(", {} failed", robots("healed_failed_count")),
        };
        format!(
            "{} of {} silent{failed}",
            robots("healed_count"),
            robots("no_response_count")
        )
    };
    let watch = profiles[0].0.world.watch;
    let label = match watch {
        _ if profiles
            .iter()
            .any(|(profile, _)| profile.world.watch != watch) =>
        {
            "healed".to_owned()
        }
        watch if watch.is_none() => "healed by the end".to_owned(),
        WatchEnd::AtLeast(time) => format!("healed within {}", duration(time.ms() as f64)),
        WatchEnd::AfterDrained(wait) => {
            format!("healed within {} of the end", duration(wait as f64))
        }
    };
    profiles
        .iter()
        .any(|(_, run)| heals(run))
        .then(|| row(label, profiles.iter().map(field)))
}

/// A line about silent robots that may come back after the watch has ended, if there are any.
pub(super) fn nobody_watches(profiles: &[Described]) -> String {
    let unseen = |(profile, run): &Described| {
        let world = &profile.world;
        let dead: u32 = world.fleet.cohorts.iter().map(|cohort| cohort.dead).sum();
        let is_left =
            |outcome: &Outcome| outcome.no_response > dead + outcome.healed + outcome.healed_failed;
        world.watch.is_none() && world.robots_may_return() && run.outcomes.iter().any(is_left)
    };
    match profiles.iter().any(unseen) {
        true => {
            "\nrobots given up may come back after the end, when nobody watches them; watch them with observe_for\n".to_owned()
        }
        false => String::new(),
    }
}
