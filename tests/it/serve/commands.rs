//! Syncs, cancels, deletions and robots of clients.

use super::{Client, Served, text};
use serde_json::{Value, json};

fn statuses(description: &Value) -> Vec<String> {
    let robots = description["robotDeploymentSummary"].as_array().unwrap();
    robots.iter().map(|it| text(&it["status"])).collect()
}

fn lab() -> Served {
    Served::of(
        "scenarios/lab.toml",
        &[
            "rollout.robomaker.failure_threshold_percentage=100",
            "cohort.*.dead=0",
        ],
    )
}

fn sync(client: &Client, fleet: &str, token: &str) -> Value {
    client.call(
        "SyncDeploymentJob",
        &json!({ "fleet": fleet, "clientRequestToken": token }),
    )
}

#[test]
fn a_sync_is_for_other_robots_than_those_that_are_not_in_sync() {
    let client = lab().client();
    let fleet = client.fleet();
    let request = json!({ "fleet": fleet, "clientRequestToken": "s" });
    client.assert_refused(
        "SyncDeploymentJob",
        &request,
        "InvalidParameterException",
        "nothing was deployed",
    );
    let mut with_all = client.request(&fleet, "a");
    with_all["deploymentConfig"]["failureThresholdPercentage"] = json!(100);
    let job = text(&client.call("CreateDeploymentJob", &with_all)["arn"]);
    client.finish();
    let late = client.add_robot("late", &fleet);
    let first = client.describe(&job);
    let robots = first["robotDeploymentSummary"].as_array().unwrap();
    let mut behind: Vec<String> = robots
        .iter()
        .filter(|robot| robot["status"] != "InSync")
        .map(|robot| text(&robot["arn"]))
        .collect();
    assert!(behind.len() > 3 && behind.len() < 40, "{}", behind.len());
    behind.push(late.clone());
    let synced = sync(&client, &fleet, "s");
    assert_eq!(synced["status"], "Pending");
    assert!(synced.get("tags").is_none());
    for member in ["deploymentConfig", "deploymentApplicationConfigs"] {
        assert_eq!(synced[member], first[member]);
    }
    let of_sync = client.describe(synced["arn"].as_str().unwrap());
    let robots = of_sync["robotDeploymentSummary"].as_array().unwrap();
    let targets: Vec<String> = robots.iter().map(|robot| text(&robot["arn"])).collect();
    assert_eq!(targets, behind);
    client.finish();
    // A sync of a sync leaves out those that the first job updated.
    let again = sync(&client, &fleet, "t");
    let of_again = client.describe(again["arn"].as_str().unwrap());
    assert!(statuses(&of_again).len() < behind.len());
    let robot = client.call("DescribeRobot", &json!({ "robot": late }));
    assert!(
        ["InSync", "PendingNewDeployment", "Deploying"]
            .contains(&robot["status"].as_str().unwrap())
    );
}

#[test]
fn a_fleet_in_sync_is_synced() {
    let served = Served::of(
        "scenarios/clockwork.toml",
        &[
            "cohort.faulty.post_launch={ duration = \"1min\" }",
            "rollout.robomaker.robot_deployment_timeout=\"1h\"",
        ],
    );
    let client = served.client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.finish();
    assert!(
        statuses(&client.describe(&job))
            .iter()
            .all(|status| status == "InSync")
    );
    client.assert_refused(
        "SyncDeploymentJob",
        &json!({ "fleet": fleet, "clientRequestToken": "s" }),
        "InvalidParameterException",
        "in sync",
    );
    // One that leaves and comes back is not.
    let robots = client.call("DescribeFleet", &json!({ "fleet": fleet }));
    let robot = &robots["robots"][3]["arn"];
    let member = json!({ "fleet": fleet, "robot": robot });
    client.call("DeregisterRobot", &member);
    let status =
        |client: &Client| text(&client.call("DescribeRobot", &json!({ "robot": robot }))["status"]);
    assert_eq!(status(&client), "Available");
    client.call("RegisterRobot", &member);
    assert_eq!(status(&client), "Registered");
    let synced = sync(&client, &fleet, "s");
    let description = client.describe(synced["arn"].as_str().unwrap());
    assert_eq!(description["robotDeploymentSummary"][0]["arn"], *robot);
    assert_eq!(statuses(&description).len(), 1);
}

#[test]
fn a_canceled_job_starts_robots_or_takes_another_cancel() {
    let client = lab().client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.advance_by(300.0);
    let before = client.describe(&job);
    assert_eq!(
        client.call("CancelDeploymentJob", &json!({ "job": job })),
        json!({})
    );
    let after = client.describe(&job);
    assert_eq!(after["status"], "Canceled");
    assert!(after.get("failureCode").is_none());
    let started = |description: &Value| {
        let robots = description["robotDeploymentSummary"].as_array().unwrap();
        robots
            .iter()
            .filter(|it| it.get("deploymentStartTime").is_some())
            .count()
    };
    client.assert_refused(
        "CancelDeploymentJob",
        &json!({ "job": job }),
        "InvalidParameterException",
        "has ended",
    );
    // Robots in flight run on: the fleet is busy until they have ended.
    client.assert_refused(
        "CreateDeploymentJob",
        &client.request(&fleet, "b"),
        "ConcurrentDeploymentException",
        "go on",
    );
    client.finish();
    assert_eq!(started(&client.describe(&job)), started(&before));
    client.deploy(&fleet, "c");
}

#[test]
fn a_job_outlives_its_fleet_or_its_version() {
    let client = lab().client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    let request = client.request(&fleet, "a");
    let application = &request["deploymentApplicationConfigs"][0];
    // It is still being prepared.
    client.call(
        "DeleteRobotApplication",
        &json!({
            "application": application["application"],
            "applicationVersion": application["applicationVersion"],
        }),
    );
    let description = client.describe(&job);
    assert_eq!(description["failureCode"], "RobotApplicationDoesNotExist");
    assert_eq!(description["status"], "Failed");
    client.assert_refused(
        "CreateDeploymentJob",
        &{
            let mut request = request.clone();
            request["clientRequestToken"] = json!("b");
            request
        },
        "ResourceNotFoundException",
        "no version 3",
    );

    let client = lab().client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.advance_by(60.0);
    let robot = text(&client.describe(&job)["robotDeploymentSummary"][0]["arn"]);
    client.call("DeleteFleet", &json!({ "fleet": fleet }));
    assert_eq!(
        client.describe(&job)["failureCode"],
        "DeploymentFleetDoesNotExist"
    );
    let robot = client.call("DescribeRobot", &json!({ "robot": robot }));
    assert_eq!(robot["status"], "Available");
    assert!(robot.get("fleetArn").is_none());
    assert_eq!(
        client.call("ListFleets", &json!({})),
        json!({ "fleetDetails": [] })
    );
    // Deleting what is not there is no fault.
    client.call("DeleteFleet", &json!({ "fleet": fleet }));
    client.assert_refused(
        "DescribeFleet",
        &json!({ "fleet": fleet }),
        "ResourceNotFoundException",
        "no fleet",
    );
}

#[test]
fn a_robot_of_a_client_belongs_to_no_cohort() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let fleet = text(
        &client.call(
            "CreateFleet",
            &json!({ "name": "mine", "tags": { "a": "b" } }),
        )["arn"],
    );
    let robot = |name: &str, cohort: &str| {
        let robot = json!({
            "name": name,
            "architecture": "ARM64",
            "greengrassGroupId": name,
            "tags": { "rollcast:cohort": cohort },
        });
        let arn = client.call("CreateRobot", &robot)["arn"].clone();
        client.call("RegisterRobot", &json!({ "fleet": fleet, "robot": arn }));
        arn
    };
    robot("a", "faulty");
    robot("b", "early");
    client.assert_refused(
        "CreateRobot",
        &json!({ "name": "c", "architecture": "ARM64", "greengrassGroupId": "c", "tags": { "rollcast:cohort": "fautly" } }),
        "InvalidParameterException",
        "`early`, `faulty`, `late`, `slow`",
    );
    // One at a time, and the failure of one is half of them.
    let mut request = client.request(&fleet, "a");
    request["deploymentConfig"]["failureThresholdPercentage"] = json!(100);
    request["deploymentConfig"]["robotDeploymentTimeoutInSeconds"] = json!(3600);
    let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
    client.finish();
    let description = client.describe(&job);
    assert_eq!(statuses(&description), ["Failed", "InSync"]);
    let robots = &description["robotDeploymentSummary"];
    assert_eq!(robots[0]["failureCode"], "PostLaunchFileFailure");

    // A script that no file is named for does not run.
    let launch = &mut request["deploymentApplicationConfigs"][0]["launchConfig"];
    launch.as_object_mut().unwrap().remove("postLaunchFile");
    request["clientRequestToken"] = json!("b");
    let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
    client.finish();
    assert_eq!(statuses(&client.describe(&job)), ["InSync", "InSync"]);
}

#[test]
fn a_version_without_a_source_reaches_a_robot() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let fleet = client.fleet();
    let application = json!({
        "name": "mine",
        "robotSoftwareSuite": { "name": "ROS2", "version": "Foxy" },
        "sources": [{ "s3Bucket": "bundles", "s3Key": "x86.tar", "architecture": "X86_64" }],
    });
    let application = client.call("CreateRobotApplication", &application);
    assert_eq!(application["version"], "$LATEST");
    let of = json!({ "application": application["arn"], "currentRevisionId": application["revisionId"] });
    let version = client.call("CreateRobotApplicationVersion", &of);
    assert_eq!(version["version"], "1");
    assert!(version["sources"][0]["etag"].is_string());
    let mut request = client.request(&fleet, "a");
    let config = &mut request["deploymentApplicationConfigs"][0];
    config["application"] = application["arn"].clone();
    config["applicationVersion"] = json!("2");
    client.assert_refused(
        "CreateDeploymentJob",
        &request,
        "ResourceNotFoundException",
        "no version 2",
    );
    request["deploymentApplicationConfigs"][0]["applicationVersion"] = json!("1");
    let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
    client.finish();
    let description = client.describe(&job);
    let robots = description["robotDeploymentSummary"].as_array().unwrap();
    let mut started = robots
        .iter()
        .filter(|it| it.get("deploymentStartTime").is_some());
    assert!(started.all(|it| it["failureCode"] == "MissingRobotApplicationArchitecture"));
    assert_eq!(description["status"], "Failed");
}

#[test]
fn a_job_that_is_over_is_there_for_more_than_90_days() {
    let client = lab().client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.advance_by(90.0 * 86_400.0 - 1.0);
    client.describe(&job);
    client.advance_by(1.0);
    let of_job = json!({ "job": job });
    for operation in ["DescribeDeploymentJob", "CancelDeploymentJob"] {
        client.assert_refused(
            operation,
            &of_job,
            "ResourceNotFoundException",
            "no deployment job",
        );
    }
    assert_eq!(
        client.call("ListDeploymentJobs", &json!({})),
        json!({ "deploymentJobs": [] })
    );
    client.assert_refused(
        "SyncDeploymentJob",
        &json!({ "fleet": fleet, "clientRequestToken": "s" }),
        "InvalidParameterException",
        "expired",
    );
    // Its token is free again.
    assert_ne!(client.deploy(&fleet, "a"), job);
}

#[test]
fn a_token_makes_a_second_job() {
    let client = lab().client();
    let fleet = client.fleet();
    let request = client.request(&fleet, "same");
    let first = client.reply("CreateDeploymentJob", &request);
    client.advance_by(60.0);
    let second = client.reply("CreateDeploymentJob", &request);
    assert_eq!(first.body, second.body);
    let mut other = request.clone();
    other["tags"] = json!({ "a": "b" });
    client.assert_refused(
        "CreateDeploymentJob",
        &other,
        "IdempotentParameterMismatchException",
        "same",
    );
    client.assert_refused(
        "SyncDeploymentJob",
        &json!({ "fleet": fleet, "clientRequestToken": "same" }),
        "IdempotentParameterMismatchException",
        "same",
    );
    let jobs = client.call("ListDeploymentJobs", &json!({}));
    assert_eq!(jobs["deploymentJobs"].as_array().unwrap().len(), 1);
}

#[test]
fn releases_share_their_luck() {
    // Whether a script fails on all robots is drawn once per release.
    let served = Served::of(
        "scenarios/clockwork.toml",
        &[
            "cohort.*.post_launch={ duration = \"1min\", failure = { beta = { mean = 0.5, correlation = 0.99 } } }",
        ],
    );
    let failures = |versions: &[usize]| {
        let client = served.client();
        let fleet = client.fleet();
        let application =
            client.request(&fleet, "x")["deploymentApplicationConfigs"][0]["application"].clone();
        for _ in 0..6 {
            client.call(
                "CreateRobotApplicationVersion",
                &json!({ "application": application }),
            );
        }
        let mut failures = Vec::new();
        for (number, version) in versions.iter().enumerate() {
            let mut request = client.request(&fleet, &format!("t{number}"));
            request["deploymentConfig"]["failureThresholdPercentage"] = json!(100);
            request["deploymentApplicationConfigs"][0]["applicationVersion"] =
                json!(version.to_string());
            let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
            client.finish();
            let failed = statuses(&client.describe(&job));
            failures.push(failed.iter().filter(|status| *status == "Failed").count());
        }
        failures
    };
    let all = failures(&[2, 3, 4, 5, 6, 7, 8]);
    assert!(
        all.iter().any(|failed| *failed < 6) && all.iter().any(|failed| *failed > 18),
        "{all:?}"
    );
    // The first version deployed has the replication's luck, whatever its number.
    assert_eq!(failures(&[5])[0], all[0]);
}
