//! What tables and charts say of a scenario in words.

use crate::model::CanaryRobots;
use crate::scenario::{Profile, Scenario};
use crate::study::{Attained, Missed};
use crate::units::{count, duration, share};

/// The two sides of a comparison, with what they are called.
pub struct Sides<'a> {
    pub a: &'a Scenario,
    pub b: &'a Scenario,
    pub name_a: String,
    pub name_b: String,
}

/// The base in one line: what goes where under which rules.
pub fn headline(scenario: &Scenario) -> String {
    format!("{}: {}", scenario.name, headline_of(scenario))
}

/// The same without the scenario's name.
pub fn headline_of(scenario: &Scenario) -> String {
    let base = &scenario.profiles[0];
    format!(
        "version {} to {}, {} at a time ({} %), {}",
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        count(base.rules.window(base.world.fleet.robots()).into()),
        base.rules.concurrent_deployment_percentage,
        stops(base).map_or_else(|| "never stops".to_owned(), |stops| format!("stops at {stops}")),
    )
}

/// The jobs around the main job in one line, if there are any.
pub fn campaign(profile: &Profile) -> Option<String> {
    let campaign = profile.campaign.as_ref()?;
    let canary = campaign.canary.as_ref().map(|canary| {
        let who = match &canary.robots {
            CanaryRobots::Count(robots, _) => plural((*robots).into(), "robot"),
            CanaryRobots::Share(millionths, _) => share(f64::from(*millionths) / 1e6, 1),
            CanaryRobots::Cohorts(cohorts) => plural(cohorts.len() as u64, "cohort"),
        };
        format!("canary of {who}, soak {}", duration(canary.soak as f64))
    });
    let sync = campaign
        .sync
        .as_ref()
        .map(|sync| format!("at most {} every {}", plural(sync.times.into(), "sync"), duration(sync.interval as f64)));
    let recovery =
        campaign.recovery.as_ref().map(|recovery| format!("recovery {} after a stop", duration(recovery.delay as f64)));
    let jobs: Vec<String> = [canary, sync, recovery].into_iter().flatten().collect();
    (!jobs.is_empty()).then(|| jobs.join("; "))
}

/// The window in robots and percent.
pub fn window(profile: &Profile) -> String {
    let robots = profile.rules.window(profile.world.fleet.robots());
    format!("{} ({} %)", count(robots.into()), profile.rules.concurrent_deployment_percentage)
}

/// The failures that breach the threshold, in robots and percent; `None` if there are not enough robots for it.
pub fn stops(profile: &Profile) -> Option<String> {
    let n = profile.world.fleet.robots();
    let failures = profile.rules.failures_to_breach(n);
    let words = || format!("{} ({} %)", plural(failures.into(), "failure"), profile.rules.failure_threshold_percentage);
    (failures <= n).then(words)
}

/// Statistics of a profile named that miss the precision; the JSON file has all of them.
const MISSED_MAX: usize = 6;

/// What came of the precision asked for, if one was, as the last lines of an answer.
pub fn attained(attained: &Option<Attained>, replications: u64) -> String {
    let Some(Attained { precision, replications_max, missed }) = attained else { return String::new() };
    if missed.is_empty() {
        let most = count(*replications_max);
        return format!("\nprecise to {precision} after {} of at most {most}\n", plural(replications, "replication"));
    }
    let mut out = format!("\nnot precise to {precision} after all {}:\n", plural(replications, "replication"));
    for same in missed.chunk_by(|a, b| a.profile == b.profile) {
        let name = |missed: &Missed| match missed.settings {
            1 => missed.statistic.clone(),
            n => format!("{} in {} settings", missed.statistic, count(n as u64)),
        };
        let names: Vec<String> = same.iter().take(MISSED_MAX).map(name).collect();
        let more = match same.len().saturating_sub(MISSED_MAX) {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        out += &format!("  {}: {}{more}\n", same[0].profile, names.join(", "));
    }
    out
}

/// A count of things in words: `1 robot`, `2,000 robots`.
pub fn plural(n: u64, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}
