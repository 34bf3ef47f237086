//! What the answer on the terminal says of waiting and of what is special to a scenario: rows that are there only where they matter.

use crate::model::WatchEnd;
use crate::report::figures::{plus_minus, proportion};
use crate::report::page::Row;
use crate::report::times;
use crate::rollout::EndedBy;
use crate::scenario::Profile;
use crate::stats;
use crate::stats::{Estimate, LEVEL};
use crate::study::{CAUSES, ProfileRun};
use crate::units::{duration, share};

/// Smaller shares get no row.
const SHARE_MIN: f64 = 0.01;

/// Rows of links at most, the most saturated.
const LINKS_MAX: usize = 3;

/// What holds slots without using them, by the place in [`CAUSES`].
const WAITS: [usize; 4] = [5, 6, 4, 3];

/// A profile and what came of it.
pub(super) type Described<'a> = (&'a Profile, &'a ProfileRun);

/// The rows, each a label and a field per profile.
pub(super) fn rows(profiles: &[Described]) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(canceled(profiles));
    let mut waits = Vec::new();
    for cause in WAITS {
        let mut slots = profiles.iter().map(|(_, run)| &run.slots);
        if !slots.any(|slots| slots.share(cause).is_some_and(|share| share >= SHARE_MIN)) {
            continue;
        }
        let fields = profiles
            .iter()
            .map(|(_, run)| match run.slots.shares[cause] {
                Some(Estimate {
                    value,
                    lo: None,
                    hi: None,
                }) => format!("{}, no interval", share(value, 1)),
                Some(known) => proportion(known),
                None => "no slot time".to_owned(),
            });
        waits.push(Row::under(CAUSES[cause], fields));
    }
    if !waits.is_empty() {
        rows.push(Row::section("slot time"));
    }
    rows.extend(waits);
    rows.extend(saturated(profiles));
    rows.extend(healed(profiles));
    rows
}

/// How often the job is canceled while it is under way.
fn canceled(profiles: &[Described]) -> Option<Row> {
    let runs = profiles.iter().map(|(_, run)| &run.outcomes);
    let counts: Vec<(u64, u64)> = runs
        .map(|outcomes| {
            let canceled = outcomes.iter().filter(|it| it.ended_by == EndedBy::Cancel);
            (canceled.count() as u64, outcomes.len() as u64)
        })
        .collect();
    let fields = counts.iter().map(|(canceled, n)| {
        let interval = stats::clopper_pearson(*canceled, *n, LEVEL);
        proportion(Estimate {
            value: *canceled as f64 / *n as f64,
            lo: Some(interval.lo),
            hi: Some(interval.hi),
        })
    });
    let is_any = counts.iter().any(|(canceled, _)| *canceled > 0);
    is_any.then(|| Row::new("canceled", fields))
}

/// How long the most saturated links were saturated, and what share of the time until the last robot deployment ended that is.
fn saturated(profiles: &[Described]) -> Vec<Row> {
    let mut most: Vec<(&str, f64)> = Vec::new();
    for (_, run) in profiles {
        for link in &run.links {
            let saturated = link.saturated_s.mean.value / mean(run, "drained_s").value;
            match most.iter_mut().find(|(name, _)| *name == link.name) {
                Some((_, most)) => *most = most.max(saturated),
                None => most.push((&link.name, saturated)),
            }
        }
    }
    most.retain(|(_, saturated)| *saturated >= SHARE_MIN);
    most.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rows = most.iter().take(LINKS_MAX).map(|(name, _)| {
        let fields = profiles.iter().map(|(_, run)| saturation(run, name));
        Row::new(format!("{name} saturated"), fields)
    });
    rows.collect()
}

fn saturation(run: &ProfileRun, link: &str) -> String {
    let Some(link) = run.links.iter().find(|known| known.name == link) else {
        return "no such link".to_owned();
    };
    let saturated = link.saturated_s.mean;
    let time = times::time(saturated);
    // Robots that come back later saturate a link after the rollout too.
    if heals(run) {
        return time;
    }
    let drained = mean(run, "drained_s").value;
    format!("{time}, {} of it", share(saturated.value / drained, 1))
}

fn mean(run: &ProfileRun, name: &str) -> Estimate {
    run.statistic(name, "mean")
}

/// Whether silent robots ever came back.
fn heals(run: &ProfileRun) -> bool {
    mean(run, "healed_count").value + mean(run, "healed_failed_count").value > 0.0
}

/// How many silent robots came back while they were watched.
fn healed(profiles: &[Described]) -> Option<Row> {
    if !profiles.iter().any(|(_, run)| heals(run)) {
        return None;
    }
    let watch = profiles[0].0.world.watch;
    let mut watches = profiles.iter().map(|(profile, _)| profile.world.watch);
    let label = match watch {
        _ if watches.any(|other| other != watch) => "healed".to_owned(),
        watch if watch.is_none() => "healed by the end".to_owned(),
        WatchEnd::AtLeast(time) => format!("healed within {}", duration(time.ms() as f64)),
        WatchEnd::AfterDrained(wait) => {
            format!("healed within {} of the end", duration(wait as f64))
        }
    };
    let fields = profiles.iter().map(|(_, run)| {
        let [healed, failed, silent] = ["healed_count", "healed_failed_count", "no_response_count"]
            .map(|name| mean(run, name));
        let failed = match failed.value {
            0.0 => String::new(),
            _ => format!(", {} failed", plus_minus(failed, 1.0, 1, "")),
        };
        match silent.value {
            0.0 => "none was silent".to_owned(),
            _ => {
                let [healed, silent] = [healed, silent].map(|n| plus_minus(n, 1.0, 1, ""));
                format!("{healed} of {silent} silent{failed}")
            }
        }
    });
    Some(Row::new(label, fields))
}

/// A line about silent robots that may come back after the watch has ended, if there are any.
pub(super) fn unwatched(profiles: &[Described]) -> String {
    match profiles.iter().any(may_return_unseen) {
        true => {
            "robots given up may come back after the end, when nobody watches them; watch them with observe_for".to_owned()
        }
        false => String::new(),
    }
}

fn may_return_unseen((profile, run): &Described) -> bool {
    let world = &profile.world;
    let dead: u32 = world.fleet.cohorts.iter().map(|cohort| cohort.dead).sum();
    let mut left = run.outcomes.iter();
    world.watch.is_none()
        && world.robots_may_return()
        && left.any(|it| it.no_response > dead + it.healed + it.healed_failed)
}
