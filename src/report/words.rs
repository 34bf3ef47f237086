//! What tables and charts say of a scenario in words.

use crate::model::CanaryRobots;
use crate::scenario::{Profile, Scenario};
use crate::units::{count, duration, share};

/// The base in one line: what goes where under which rules.
pub fn headline(scenario: &Scenario) -> String {
    let base = &scenario.profiles[0];
    format!(
        "{}: version {} to {}, {} at a time ({} %), {}",
        scenario.name,
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

/// A count of things in words: `1 robot`, `2,000 robots`.
pub fn plural(n: u64, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}
