//! What is told of robots, fleets and jobs as time goes.

use std::collections::BTreeMap;

use super::{Client, Served, text};
use rollcast::serve::ByStatus;
use serde_json::{Value, json};

/// Robots by status.
fn by_status(robots: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for robot in robots.as_array().unwrap() {
        *counts.entry(text(&robot["status"])).or_insert(0) += 1;
    }
    counts
}

fn robots_of(client: &Client, fleet: &str) -> Value {
    client.call("DescribeFleet", &json!({ "fleet": fleet }))["robots"].clone()
}

#[test]
fn a_fleet_shows_other_statuses_than_its_job() {
    let served = Served::of("scenarios/lab.toml", &["cohort.*.dead=0"]);
    let client = served.client();
    let fleet = client.fleet();
    assert_eq!(
        by_status(&robots_of(&client, &fleet)),
        BTreeMap::from([("Registered".to_owned(), 60)])
    );
    let job = client.deploy(&fleet, "a");
    assert_eq!(client.describe(&job)["status"], "Pending");
    let mut seen = Vec::new();
    loop {
        let description = client.describe(&job);
        seen.push(text(&description["status"]));
        let fleet_now = client.call("DescribeFleet", &json!({ "fleet": fleet }));
        assert_eq!(fleet_now["lastDeploymentStatus"], description["status"]);
        assert_eq!(fleet_now["lastDeploymentJob"], description["arn"]);
        assert_eq!(fleet_now["lastDeploymentTime"], description["createdAt"]);
        assert_eq!(
            by_status(&fleet_now["robots"]),
            by_status(&description["robotDeploymentSummary"])
        );
        let robot = &description["robotDeploymentSummary"][0];
        let described = client.call("DescribeRobot", &json!({ "robot": robot["arn"] }));
        assert_eq!(described["status"], robot["status"]);
        assert_eq!(described["lastDeploymentJob"], description["arn"]);
        if client.advance(&json!({ "toNextChange": true }))["changed"] == false {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen, ["Pending", "InProgress", "Succeeded"]);
}

#[test]
fn a_robot_that_comes_back_after_it_was_given_up_stays_unanswered() {
    // Each is offline for 8 h at a time, and given up after ten minutes.
    let served = Served::of(
        "scenarios/clockwork.toml",
        &[
            r#"cohort.*.connectivity={ on = { exponential = { mean = "8h" } }, off = { exponential = { mean = "8h" } } }"#,
        ],
    );
    let client = served.client();
    let fleet = client.fleet();
    let mut request = client.request(&fleet, "a");
    request["deploymentConfig"] = json!({
        "concurrentDeploymentPercentage": 100,
        "failureThresholdPercentage": 100,
        "robotDeploymentTimeoutInSeconds": 600,
    });
    let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
    client.advance_by(6.0 * 3600.0);
    let gave_up = client.describe(&job);
    let given_up = by_status(&gave_up["robotDeploymentSummary"])["NoResponse"];
    assert!(given_up > 3, "{given_up}");
    client.finish();
    // The job stays as it was.
    assert_eq!(
        by_status(&client.describe(&job)["robotDeploymentSummary"])["NoResponse"],
        given_up
    );
    let robots = robots_of(&client, &fleet);
    let healed = robots
        .as_array()
        .unwrap()
        .iter()
        .zip(gave_up["robotDeploymentSummary"].as_array().unwrap());
    let healed = healed.filter(|(robot, deployment)| {
        robot["status"] == "InSync" && deployment["status"] == "NoResponse"
    });
    assert!(healed.count() > 0, "{robots}");
}

#[test]
fn robots_that_join_are_there_before_they_do() {
    let served = Served::of("scenarios/canary.toml", &[]);
    let client = served.client();
    let fleet = client.fleet();
    let count = || robots_of(&client, &fleet).as_array().unwrap().len();
    let at_first = count();
    let n = served.profile().world.fleet.robots() as usize;
    assert!(at_first < n, "{at_first}");
    let joined = client.advance(&json!({ "toNextChange": true }));
    assert_eq!(count(), at_first + 1);
    let robots = client.call(
        "ListRobots",
        &json!({ "filters": [{ "name": "status", "values": ["Registered"] }], "maxResults": 1 }),
    );
    assert!(robots["nextToken"].is_string());
    let newest = robots_of(&client, &fleet);
    let newest = newest.as_array().unwrap().iter();
    let newest = newest.filter(|robot| robot["createdAt"] == joined["now"]);
    assert_eq!(newest.count(), 1);
    client.advance_by(4.0 * 86_400.0);
    assert_eq!(count(), n);
}

#[test]
fn a_job_that_a_breach_stopped_says_so() {
    let mut served = Served::of("scenarios/lab.toml", &[]);
    served.profile = 1;
    let client = served.client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.finish();
    let description = client.describe(&job);
    assert_eq!(description["status"], "Failed");
    assert_eq!(description["failureCode"], "FailureThresholdBreached");
    let never_started = description["robotDeploymentSummary"].as_array().unwrap();
    let mut never_started = never_started
        .iter()
        .filter(|robot| robot.get("deploymentStartTime").is_none());
    let robot = never_started.next().expect("a robot whose turn never came");
    assert_eq!(robot["failureCode"], "RobotDeploymentAborted");
    let listed = client.call("ListDeploymentJobs", &json!({}));
    assert_eq!(
        listed["deploymentJobs"][0]["failureCode"],
        "FailureThresholdBreached"
    );
}

#[test]
fn a_page_counts_other_robots_than_are_described() {
    let client = Served::of("scenarios/lab.toml", &[]).client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.call(
        "CreateRobot",
        &json!({ "name": "spare", "architecture": "ARM64", "greengrassGroupId": "spare" }),
    );
    for _ in 0..20 {
        client.advance_by(200.0);
        let snapshot = client.0.snapshot().unwrap();
        let counts = |by_status: &ByStatus| -> BTreeMap<String, usize> {
            let counts = by_status.iter();
            counts
                .map(|(status, robots)| (status.name().to_owned(), *robots as usize))
                .collect()
        };
        let [view] = &snapshot.fleets[..] else {
            panic!("{snapshot:?}")
        };
        assert_eq!(
            counts(&view.by_status),
            by_status(&robots_of(&client, &fleet))
        );
        let [view] = &snapshot.jobs[..] else {
            panic!("{snapshot:?}")
        };
        let description = client.describe(&job);
        assert_eq!(
            counts(&view.by_status),
            by_status(&description["robotDeploymentSummary"])
        );
        assert_eq!(view.status.name(), description["status"]);
        assert_eq!(snapshot.robots_available, 1);
    }
}
