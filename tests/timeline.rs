//! The fleet over time, where replications last differently long.

use std::path::PathBuf;

use rollcast::scenario::ScenarioFile;
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
    let file = ScenarioFile::parse("recoveries.toml", TEXT.to_owned(), PathBuf::new()).expect("the scenario parses");
    let (scenario, _) = file.check(&[]).expect("it is sound");
    run(&scenario, scenario.replications, &Unwatched).profiles.remove(0).timeline
}

fn series(name: &str) -> usize {
    SERIES.iter().position(|(series, _)| *series == name).expect("a series of the timeline")
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
    let statuses = ["pending_count", "deploying_count", "updated_count", "failed_count"].map(series);
    for (instant, bands) in timeline.bands.iter().enumerate() {
        let (least, most): (u32, u32) =
            statuses.iter().fold((0, 0), |(least, most), status| (least + bands[*status].p05, most + bands[*status].p95));
        assert!(least <= 3 && most >= 3, "instant {instant}: from {least} to {most} robots of 3");
    }
}
