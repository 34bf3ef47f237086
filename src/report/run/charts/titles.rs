//! The titles of a run's charts: what each shows, in the middle of the replications.

use crate::model::FailureCode;
use crate::report::run::arrival::{median, metric, never, reached};
use crate::report::times::alone;
use crate::report::titles::{of_robots, range, robots, share, with_others};
use crate::report::words::watched;
use crate::scenario::Scenario;
use crate::sim::MARKS;
use crate::stats::Estimate;
use crate::study::{FailureCount, ProfileRun};

/// The other profiles, each with what it does.
fn others(profiles: &[ProfileRun], says: impl Fn(&ProfileRun) -> String) -> Vec<(&str, String)> {
    let others = profiles.iter().skip(1);
    others.map(|it| (it.name.as_str(), says(it))).collect()
}

/// The share of the fleet [%] that titles are about, and the median time until the first profile gets there.
fn mark(first: &ProfileRun) -> (u64, Estimate) {
    let mark = reached(first).unwrap_or(MARKS[0]);
    (mark, median(first, mark))
}

/// The words for a time that never comes in a profile.
fn never_of(scenario: &Scenario, run: &ProfileRun) -> String {
    let profile = scenario.profile(&run.name);
    profile.map_or_else(String::new, |profile| never(profile, run))
}

/// When most robots run the release.
pub(super) fn progress(scenario: &Scenario, profiles: &[ProfileRun]) -> String {
    let (mark, first) = mark(&profiles[0]);
    let version = &scenario.profiles[0].world.release.version;
    let runs = format!("run version {version}");
    let never = |run: &ProfileRun| never_of(scenario, run);
    let watched = watched(&never(&profiles[0]));
    let first = match (first.value.is_finite(), watched.is_empty()) {
        (true, _) => format!("{mark} % of robots {runs} after {} (median)", alone(first)),
        (false, true) => format!("{mark} % of robots never {runs} (median)"),
        (false, false) => format!("{mark} % of robots do not {runs}{watched} (median)"),
    };
    let others = others(profiles, |it| {
        let median = median(it, mark);
        match median.value.is_finite() {
            true => alone(median),
            false => never(it),
        }
    });
    with_others(&first, &others)
}

/// Between which times most robots run the release in nine of ten rollouts, and when the job ends.
pub(super) fn time_to_finish(scenario: &Scenario, profiles: &[ProfileRun]) -> String {
    let first = &profiles[0];
    let (mark, middle) = mark(first);
    let [early, late] = ["p05", "p95"].map(|it| first.statistic(&metric(mark), it));
    let reached = match late.value.is_finite() {
        true => format!(
            "{mark} % of robots after {} in 9 of 10 rollouts",
            range(&[early, late], alone, "never").unwrap_or_default()
        ),
        false => {
            let never = never_of(scenario, first);
            let often = first.statistic(&metric(mark), "p_never").value;
            let in_rollouts = match often {
                1.0 => "in every rollout".to_owned(),
                often => format!("in {} of rollouts", share(often)),
            };
            match middle.value.is_finite() {
                true => format!(
                    "{mark} % of robots after {} (median), {never} {in_rollouts}",
                    alone(middle)
                ),
                false => format!("{mark} % of robots {never} {in_rollouts}"),
            }
        }
    };
    let ended = first.statistic("job_duration_s", "p50");
    let whose = match profiles {
        [_] => String::new(),
        _ => format!("{}: ", first.name),
    };
    match ended.value.is_finite() {
        true => format!("{whose}{reached}; job ends after {} (median)", alone(ended)),
        false => format!("{whose}{reached}"),
    }
}

/// Which failure is the commonest, where the replications tell.
pub(super) fn failures(profiles: &[ProfileRun]) -> String {
    let Some(top) = commonest(&profiles[0]) else {
        let any = profiles.iter().skip(1).any(|it| commonest(it).is_some());
        return match any {
            true => format!("No robot deployment fails under {}", profiles[0].name),
            false => "No robot deployment fails in these replications".to_owned(),
        };
    };
    let mean = top.count.mean;
    let rivals = profiles[0].failures.robots.iter().filter(|other| {
        let reaches = other.count.mean.hi.is_none_or(|hi| Some(hi) >= mean.lo);
        other.code != top.code && (reaches || mean.lo.is_none())
    });
    let name = top.code.name();
    let first = match rivals.count() {
        0 => format!(
            "{name} is the commonest failure: {} per rollout",
            of_robots(mean.value)
        ),
        _ => format!(
            "{name} may be the commonest failure: {} per rollout",
            of_robots(mean.value)
        ),
    };
    let others = others(profiles, |it| match commonest(it) {
        Some(own) if own.code != top.code => {
            format!("{} {}", own.code.name(), robots(own.count.mean.value))
        }
        _ => robots(mean_of(it, top.code)),
    });
    with_others(&first, &others)
}

/// The failure code with the highest mean.
fn commonest(profile: &ProfileRun) -> Option<&FailureCount> {
    let counts = profile.failures.robots.iter();
    let counts = counts.filter(|count| count.count.mean.value > 0.0);
    counts.max_by(|a, b| a.count.mean.value.total_cmp(&b.count.mean.value))
}

fn mean_of(profile: &ProfileRun, code: FailureCode) -> f64 {
    let mut counts = profile.failures.robots.iter();
    let known = counts.find(|count| count.code == code);
    known.map_or(0.0, |count| count.count.mean.value)
}

/// How many robots are down at once.
pub(super) fn robots_down(scenario: &Scenario, profiles: &[ProfileRun]) -> String {
    let n = scenario.profiles[0].world.fleet.robots();
    let most = profiles[0].statistic("down_peak_count", "mean").value;
    let first = format!(
        "At most {} ({}) are down at once (mean)",
        of_robots(most),
        share(most / f64::from(n))
    );
    let others = others(profiles, |it| {
        robots(it.statistic("down_peak_count", "mean").value)
    });
    with_others(&first, &others)
}

/// By [`CAUSES`](crate::study::CAUSES), what waits; the first three are work.
const WAITS: [(usize, &str); 4] = [
    (3, "of slot time waits on shared links"),
    (4, "of slot time waits for windows"),
    (5, "of slot time waits for offline robots"),
    (6, "of slot time is lost to hanging scripts"),
];

/// What takes most of the time in slots that is not work.
pub(super) fn slot_use(profiles: &[ProfileRun]) -> String {
    let of = |profile: &ProfileRun, cause: usize| {
        profile.slots.shares[cause].map_or(0.0, |share| share.value)
    };
    let waits = WAITS.map(|(cause, words)| (of(&profiles[0], cause), cause, words));
    let longest = waits.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((most, cause, words)) = longest else {
        return String::new();
    };
    if most == 0.0 {
        let mut others = others(profiles, |it| {
            share(WAITS.iter().map(|(i, _)| of(it, *i)).sum())
        });
        others.retain(|(_, lost)| *lost != share(0.0));
        return with_others("No slot time is lost to waiting", &others);
    }
    let others = others(profiles, |it| share(of(it, cause)));
    with_others(&format!("{} {words}", share(most)), &others)
}

/// How long the busiest link is saturated.
pub(super) fn link_load(profiles: &[ProfileRun], link: &str) -> String {
    let saturated = |profile: &ProfileRun| {
        let link = profile.links.iter().find(|it| it.name == link)?;
        let saturated = link.saturated_s.mean;
        Some((
            saturated,
            saturated.value / profile.statistic("drained_s", "mean").value,
        ))
    };
    let says = |profile: &ProfileRun| match saturated(profile) {
        Some((time, _)) if time.value == 0.0 => "never".to_owned(),
        Some((time, part)) => format!("{} ({})", alone(time), share(part)),
        None => "not used".to_owned(),
    };
    let first = match saturated(&profiles[0]) {
        None => format!("{link} is never saturated"),
        Some((time, _)) if time.value == 0.0 => format!("{link} is never saturated"),
        Some((time, part)) => format!(
            "{link} is saturated for {} (mean), {} of the rollout",
            alone(time),
            share(part)
        ),
    };
    with_others(&first, &others(profiles, says))
}
