//! The answers of RoboMaker's API say what the replication did.

use std::collections::HashMap;
use std::sync::Arc;

use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use crate::common::{checked, for_each_seed, scenario_file, set_key};
use rollcast::model::Ms;
use rollcast::report::{RobotsCsv, Service};
use rollcast::scenario::{Profile, Scenario};
use rollcast::sim::{Dice, JobKind};
use rollcast::study::{JobFacts, ProfileSession, RobotAt, trace};
use rollcast::wire::robomaker::{DescribeDeploymentJobResponse, RobotDeployment, resource_name};
use serde_json::{Value, json};

/// One row of robots.csv.
type Row = HashMap<String, String>;

/// robots.csv of a replication, by job and the robot's number in the fleet.
fn rows(profile: &Profile, replication: u64) -> HashMap<(String, u32), Row> {
    let mut robots = RobotsCsv::new(replication);
    trace(profile, replication, |traced| robots.add(profile, &traced));
    let bytes = robots.finish();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let first: HashMap<&str, u32> = profile
        .world
        .fleet
        .cohorts
        .iter()
        .scan(0, |next, cohort| {
            *next += cohort.robots;
            Some((cohort.name.as_str(), *next - cohort.robots))
        })
        .collect();
    let row = |record: csv::StringRecord| {
        let row: Row = header
            .iter()
            .zip(&record)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let robot = first[row["cohort"].as_str()] + row["robot"].parse::<u32>().unwrap();
        ((row["job"].clone(), robot), row)
    };
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

/// A time of a row [ms].
fn ms(row: &Row, column: &str) -> Option<Ms> {
    Some((row[column].parse::<f64>().ok()? * 1e3).round() as Ms)
}

const STEPS: [(&str, &str); 6] = [
    ("validating_start_s", "Validating"),
    (
        "executing_download_condition_start_s",
        "ExecutingDownloadCondition",
    ),
    ("downloading_extracting_start_s", "DownloadingExtracting"),
    ("executing_pre_launch_start_s", "ExecutingPreLaunch"),
    ("launching_start_s", "Launching"),
    ("executing_post_launch_start_s", "ExecutingPostLaunch"),
];

/// What a description has to say of a robot at a time, read off its row.
fn expected(row: &Row, time: Ms, job_is_over: bool, unix_ms: i64) -> Value {
    let moment = |ms: Ms| json!((unix_ms + ms as i64) as f64 / 1e3);
    let Some(start) = ms(row, "start_s").filter(|start| *start <= time) else {
        return match row["outcome"] == "never_started" && job_is_over {
            true => json!({ "status": "Failed", "failureCode": row["failure_code"], "step": null }),
            false => json!({ "status": "PendingNewDeployment", "step": null }),
        };
    };
    // Of steps that begin at one instant the last one counts.
    let step = STEPS
        .iter()
        .rev()
        .find(|(column, _)| ms(row, column).is_some_and(|start| start <= time))
        .map(|(_, name)| *name);
    let end = ms(row, "end_s").unwrap();
    if end > time {
        return json!({ "status": "Deploying", "start": moment(start), "step": step });
    }
    let step = if row["outcome"] == "updated" {
        Some("Finished")
    } else {
        step
    };
    let mut all = json!({ "status": row["status"], "start": moment(start), "finish": moment(end), "step": step });
    if !row["failure_code"].is_empty() {
        all["failureCode"] = json!(row["failure_code"]);
    }
    all
}

fn seen(robot: &RobotDeployment) -> Value {
    let wire = serde_json::to_value(robot).unwrap();
    let mut all =
        json!({ "status": wire["status"], "step": wire["progressDetail"]["currentProgress"] });
    for (key, name) in [
        ("deploymentStartTime", "start"),
        ("deploymentFinishTime", "finish"),
        ("failureCode", "failureCode"),
    ] {
        if let Some(value) = wire.get(key) {
            all[name] = value.clone();
        }
    }
    let detail = &wire["progressDetail"];
    let downloads =
        wire["status"] == "Deploying" && detail["currentProgress"] == "DownloadingExtracting";
    assert_eq!(detail.get("percentDone").is_some(), downloads, "{wire}");
    assert!(
        detail.get("estimatedTimeRemainingSeconds").is_none() || downloads,
        "{wire}"
    );
    assert_eq!(
        detail.get("targetResource").is_some(),
        detail.get("currentProgress").is_some(),
        "{wire}"
    );
    assert_eq!(
        wire.get("failureReason").is_some(),
        wire.get("failureCode").is_some(),
        "{wire}"
    );
    all
}

fn assert_describes(path: &str, edits: &[&str], replications: std::ops::Range<u64>) {
    let mut file = scenario_file(path);
    for edit in edits {
        set_key(&mut file, edit);
    }
    let scenario = checked(&file);
    for (profile, replication) in scenario
        .profiles
        .iter()
        .flat_map(|profile| replications.clone().map(move |r| (profile, r)))
    {
        assert_describes_replication(path, &scenario, profile, replication);
    }
}

/// The jobs of a replication when all is over.
fn job_facts(profile: &Profile, replication: u64) -> Vec<JobFacts> {
    let mut session =
        ProfileSession::new(profile, &Arc::new(Dice::new(&profile.world)), replication);
    session.finish();
    session.jobs()
}

/// Looks at jobs of a replication at times, none before the job's creation: at a job that runs, or at one that is long over.
fn robots_at(
    profile: &Profile,
    replication: u64,
    times: &HashMap<JobKind, Vec<Ms>>,
    mut each: impl FnMut(&JobFacts, Ms, &[RobotAt]),
) {
    let mut looks: Vec<(Ms, JobKind)> = times
        .iter()
        .flat_map(|(kind, times)| times.iter().map(|time| (*time, *kind)))
        .collect();
    looks.sort_unstable();
    let mut session =
        ProfileSession::new(profile, &Arc::new(Dice::new(&profile.world)), replication);
    for (time, kind) in looks {
        session.advance(time);
        let job = session
            .jobs()
            .into_iter()
            .find(|job| job.kind == kind)
            .unwrap();
        let robots = session.robots(&job);
        each(&job, time, &robots);
    }
}

/// Looks at every job of a replication, at the moments at which something happens and at some at which nothing does.
fn assert_describes_replication(
    what: &str,
    scenario: &Scenario,
    profile: &Profile,
    replication: u64,
) {
    let unix_ms = profile.start.map_or(0, rollcast::model::Start::unix_ms);
    let rows = rows(profile, replication);
    let jobs = job_facts(profile, replication);
    let service = Service::new(scenario, profile, replication, None);
    let mut choices = Choices::new(replication);
    let times: HashMap<JobKind, Vec<Ms>> = jobs
        .iter()
        .map(|job| {
            let over = job.over.unwrap();
            let mut times = vec![job.created, over, over + 1_000_000, job.ended.unwrap().1];
            times.extend((0..10).map(|_| job.created + choices.below(over - job.created + 1)));
            let of_job = rows
                .iter()
                .filter(|((name, _), _)| *name == job.kind.name());
            let mut moments: Vec<Ms> = of_job
                .flat_map(|(_, row)| {
                    STEPS
                        .map(|(column, _)| column)
                        .into_iter()
                        .chain(["start_s", "contact_s", "end_s"])
                        .filter_map(|column| ms(row, column))
                })
                .collect();
            moments.sort_unstable();
            times.extend(
                (0..20)
                    .filter(|_| !moments.is_empty())
                    .map(|_| choices.pick(&moments)),
            );
            times.sort_unstable();
            times.dedup();
            (job.kind, times)
        })
        .collect();
    let mut looks = 0;
    robots_at(profile, replication, &times, |job, time, robots| {
        let kind = job.kind;
        let whole = jobs.iter().find(|job| job.kind == kind).unwrap();
        assert_eq!(job.phase(time), whole.phase(time));
        let description = service.describe(job, time, robots);
        let over = time >= whole.ended.unwrap().1;
        assert_eq!(
            description.robot_deployment_summary.len(),
            job.robots as usize
        );
        assert_status(whole, time, &description);
        for (robot, described) in robots.iter().zip(&description.robot_deployment_summary) {
            let row = &rows[&(kind.name(), robot.robot)];
            let place = format!(
                "{what}, {}, replication {replication}, {} at {time} ms: {row:?}",
                profile.name,
                kind.name()
            );
            assert_eq!(
                seen(described),
                expected(row, time, over, unix_ms),
                "{place}"
            );
            let name = if row["name"].is_empty() {
                format!("{}-{}", row["cohort"], row["robot"])
            } else {
                row["name"].clone()
            };
            assert!(
                described
                    .arn
                    .contains(&format!(":robot/{}/", resource_name(&name))),
                "{place}"
            );
        }
        looks += 1;
    });
    assert_eq!(looks, times.values().map(Vec::len).sum::<usize>());
}

fn assert_status(job: &JobFacts, time: Ms, description: &DescribeDeploymentJobResponse) {
    let status = serde_json::to_value(description.status).unwrap();
    let robots = &description.robot_deployment_summary;
    let started = robots
        .iter()
        .any(|robot| robot.deployment_start_time.is_some());
    match status.as_str().unwrap() {
        "Pending" => assert!(time == job.created && !started),
        "Preparing" => assert!(time > job.created && !started),
        "InProgress" => assert!(started && time < job.ended.unwrap().1),
        "Succeeded" => {
            assert!(
                description.failure_code.is_none()
                    && robots
                        .iter()
                        .all(|robot| robot.deployment_finish_time.is_some())
            );
        }
        "Failed" => {
            assert!(description.failure_code.is_some() && description.failure_reason.is_some());
        }
        "Canceled" => assert!(description.failure_code.is_none() && job.rules.cancel().is_some()),
        other => panic!("{other}"),
    }
}

#[test]
fn a_description_says_of_every_robot_what_its_trace_says() {
    assert_describes("tests/cli/small.toml", &[], 0..4);
    assert_describes("tests/cli/linked.toml", &[], 0..2);
    assert_describes("tests/cli/campaign.toml", &[], 0..6);
    assert_describes(
        "scenarios/lab.toml",
        &["start=\"2026-03-02T08:00:00Z\""],
        0..3,
    );
    assert_describes(
        "scenarios/night-shift.toml",
        &["rollout.robomaker.concurrent_deployment_percentage=40"],
        0..1,
    );
}

#[test]
fn a_description_of_a_job_that_was_cut_says_what_its_trace_says() {
    let abort = "rollout.robomaker.on_stop=abort";
    assert_describes(
        "tests/cli/small.toml",
        &[abort, "rollout.robomaker.failure_threshold_percentage=5"],
        0..4,
    );
    assert_describes(
        "tests/cli/linked.toml",
        &[abort, "rollout.robomaker.cancel=4min"],
        0..2,
    );
    assert_describes(
        "tests/cli/small.toml",
        &["rollout.robomaker.cancel=1s"],
        0..1,
    );
    assert_describes(
        "tests/cli/small.toml",
        &["rollout.robomaker.job_faults={ InternalServerError = 1.0 }"],
        0..1,
    );
}

#[test]
fn a_description_of_any_job_says_what_its_trace_says() {
    for_each_seed(250, |seed| {
        let mut choices = Choices::new(5_000_000 + seed);
        let mut world = random_world(&mut choices, 25);
        if choices.percent(50) {
            expose_to_time(&mut choices, &mut world);
        }
        if choices.percent(40) {
            share_links(&mut choices, &mut world);
        }
        let rules = random_rules(&mut choices, &world);
        let profile = Profile {
            name: "base".to_owned(),
            world,
            rules: rules.into(),
            campaign: None,
            start: None,
        };
        let scenario = Scenario {
            name: "random".to_owned(),
            seed,
            replications: 1,
            profiles: vec![profile],
            hash: "0123456789abcdef".to_owned(),
        };
        assert_describes_replication(&format!("seed {seed}"), &scenario, &scenario.profiles[0], 0);
    });
}
