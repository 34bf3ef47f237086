//! The titles of a run's charts: what each shows, in the middle of the replications.

use crate::model::FailureCode;
use crate::report::times::alone;
use crate::report::titles::{of_robots, range, robots, share, with_others};
use crate::report::words::never;
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{FailureCount, ProfileRun, summary_of};

/// Shares of the fleet in the order in which a title looks for one that is reached.
const MARKS: [(&str, &str); 3] = [
    ("95 %", "time_to_95_s"),
    ("90 %", "time_to_90_s"),
    ("50 %", "time_to_50_s"),
];

fn statistic(profile: &ProfileRun, metric: &str, statistic: &str) -> Estimate {
    summary_of(&profile.summaries, metric).get(statistic)
}

/// The other profiles, each with what it does.
fn others(profiles: &[ProfileRun], says: impl Fn(&ProfileRun) -> String) -> Vec<(&str, String)> {
    let others = profiles.iter().skip(1);
    others.map(|it| (it.name.as_str(), says(it))).collect()
}

/// The largest share of the fleet that the first profile brings to run the release, in most replications; 50 % if it is none.
fn mark(first: &ProfileRun) -> (&'static str, &'static str) {
    let mut marks = MARKS.into_iter();
    let reached = marks.find(|(_, metric)| statistic(first, metric, "p50").value.is_finite());
    reached.unwrap_or(MARKS[2])
}

/// The words for a median time of a profile.
fn median(scenario: &Scenario, profile: &ProfileRun, metric: &str) -> String {
    let median = statistic(profile, metric, "p50");
    let watched = scenario.profile(&profile.name);
    match median.value.is_finite() {
        true => alone(median),
        false => never(watched.and_then(|it| it.world.cutting_watch())),
    }
}

/// When most robots run the release.
pub(super) fn progress(scenario: &Scenario, profiles: &[ProfileRun]) -> String {
    let (mark, metric) = mark(&profiles[0]);
    let version = &scenario.profiles[0].world.release.version;
    let first = median(scenario, &profiles[0], metric);
    let first = match statistic(&profiles[0], metric, "p50").value.is_finite() {
        true => format!("{mark} of robots run version {version} after {first} (median)"),
        false if first == "never" => {
            format!("{mark} of robots never run version {version} (median)")
        }
        false => format!("{mark} of robots do not run version {version}, {first} (median)"),
    };
    let others = others(profiles, |it| median(scenario, it, metric));
    with_others(&first, &others)
}

/// Between which times most robots run the release in nine of ten rollouts, and when the job ends.
pub(super) fn time_to_finish(scenario: &Scenario, profiles: &[ProfileRun]) -> String {
    let first = &profiles[0];
    let (mark, metric) = mark(first);
    let [early, late] = ["p05", "p95"].map(|it| statistic(first, metric, it));
    let often = statistic(first, metric, "p_never");
    let reached = match late.value.is_finite() {
        true => format!(
            "{mark} of robots after {} in 9 of 10 rollouts",
            range(&[early, late], alone, "never").unwrap_or_default()
        ),
        false => {
            let never = never(scenario.profiles[0].world.cutting_watch());
            let middle = statistic(first, metric, "p50");
            let often = share(often.value);
            match middle.value.is_finite() {
                true => format!(
                    "{mark} of robots after {} (median), {never} in {often} of rollouts",
                    alone(middle)
                ),
                false => format!("{mark} of robots {never} in {often} of rollouts"),
            }
        }
    };
    let ended = statistic(first, "job_duration_s", "p50");
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
    with_others(
        &first,
        &others(profiles, |it| robots(mean_of(it, top.code))),
    )
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
    let most = statistic(&profiles[0], "down_peak_count", "mean").value;
    let first = format!(
        "At most {} ({}) are down at once (mean)",
        of_robots(most),
        share(most / f64::from(n))
    );
    let others = others(profiles, |it| {
        robots(statistic(it, "down_peak_count", "mean").value)
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
    let [.., (most, cause, words)] = sorted(waits);
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

fn sorted(mut waits: [(f64, usize, &str); 4]) -> [(f64, usize, &str); 4] {
    waits.sort_by(|a, b| a.0.total_cmp(&b.0));
    waits
}

/// How long the busiest link is saturated.
pub(super) fn link_load(profiles: &[ProfileRun], link: &str) -> String {
    let saturated = |profile: &ProfileRun| {
        let link = profile.links.iter().find(|it| it.name == link)?;
        let saturated = link.saturated_s.mean;
        Some((
            saturated,
            saturated.value / statistic(profile, "drained_s", "mean").value,
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
