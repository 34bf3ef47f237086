//! The fleet over time, where replications last differently long.

use crate::common::{checked, parsed};
use rollcast::study::{SERIES, TimelineSummary, Unwatched, run};

/// Two robots that often fail at once and take an hour to recover, and one that is done at once or hangs for five hours.
const TEXT: &str = r#"
name = "recoveries"
replications = 200
[release]
version = "1"
bundle = { ARM64 = "1 MB" }
[rollout.robomaker]
concurrent_deployment_percentage = 100
failure_threshold_percentage = 100
[[cohort]]
name = "failing"
robots = 2
architecture = "ARM64"
download_rate = "1 MB/s"
post_launch = { duration = "10s", failure = 0.5 }
recovery = "1h"
[[cohort]]
name = "hanging"
robots = 1
architecture = "ARM64"
download_rate = "1 MB/s"
post_launch = { duration = "10s", hang = 0.5 }
"#;

fn timeline() -> TimelineSummary {
    let scenario = checked(&parsed(TEXT, ""));
    run(&scenario, scenario.replications, &Unwatched)
        .profiles
        .remove(0)
        .timeline
}

fn series(name: &str) -> usize {
    SERIES
        .iter()
        .position(|(series, _)| *series == name)
        .expect("a series of the timeline")
}

#[test]
fn robots_of_a_short_replication_stay_down_after_their_recovery() {
    let timeline = timeline();
    let down = series("down_count");
    let at = |ms: u64| timeline.bands[(ms / timeline.step) as usize][down];
    assert!(at(1_800_000).p95 >= 2, "nobody recovers in the first hour");
    // After an hour and the deployment, only the hanging robot can be down.
    assert!(at(2 * 3_600_000).p95 == 1, "{:?}", at(2 * 3_600_000));
    assert_eq!(timeline.bands.last().expect("instants")[down].p95, 0);
}

#[test]
fn robots_are_lost_over_time() {
    let timeline = timeline();
    let statuses = [
        "pending_count",
        "deploying_count",
        "updated_count",
        "failed_count",
    ]
    .map(series);
    for (instant, bands) in timeline.bands.iter().enumerate() {
        let (least, most): (u32, u32) = statuses.iter().fold((0, 0), |(least, most), status| {
            (least + bands[*status].p05, most + bands[*status].p95)
        });
        assert!(
            least <= 3 && most >= 3,
            "instant {instant}: from {least} to {most} robots of 3"
        );
    }
}

/// Robots that are given up after an hour because they are offline for two, and one that hangs while it is online.
const HEALING: &str = r#"
name = "healing"
replications = 50
observe_for = "1d"
[release]
version = "1"
bundle = { ARM64 = "1 MB" }
[rollout.robomaker]
concurrent_deployment_percentage = 100
failure_threshold_percentage = 100
robot_deployment_timeout = "1h"
[[cohort]]
name = "roaming"
robots = 10
architecture = "ARM64"
download_rate = "1 MB/s"
connectivity = { on = "2h", off = "2h" }
post_launch = { duration = "10s", failure = 0.3 }
"#;

#[test]
fn healed_robots_add_up_and_are_watched_until_the_last_came_back() {
    let scenario = checked(&parsed(HEALING, ""));
    let run = run(&scenario, scenario.replications, &Unwatched)
        .profiles
        .remove(0);
    let (healed, failed) = (series("healed_count"), series("healed_failed_count"));
    for (before, after) in run.timeline.bands.iter().zip(&run.timeline.bands[1..]) {
        for series in [healed, failed] {
            assert!(
                before[series].p50 <= after[series].p50,
                "healed robots do not fall ill again"
            );
        }
    }
    let last = run.timeline.bands.last().expect("instants");
    let most = |count: fn(&rollcast::sim::Outcome) -> u32| {
        run.outcomes.iter().map(count).max().expect("replications")
    };
    assert!(most(|outcome| outcome.healed) > 0 && most(|outcome| outcome.healed_failed) > 0);
    assert!(last[healed].p95 <= most(|outcome| outcome.healed) && last[healed].p95 > 0);
    assert!(
        run.outcomes
            .iter()
            .all(|outcome| outcome.healed + outcome.healed_failed == outcome.no_response),
        "nobody is dead"
    );
    // Nobody is away for longer than two hours, and then the deployment is quick.
    let end = run.timeline.step * (run.timeline.bands.len() as u64 - 1);
    assert!(
        (2 * 3_600_000..=3 * 3_600_000).contains(&end),
        "the timeline ends at {end} ms"
    );
}
