//! What is refused, and with which exception.

use super::{Served, text};
use serde_json::json;

#[test]
fn a_fleet_of_another_account_is_there() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let fleet = client.fleet();
    let nobody = "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/nobody/1";
    let robot = client.call("ListRobots", &json!({}))["robots"][0]["arn"].clone();
    for (operation, input) in [
        ("DescribeFleet", json!({ "fleet": nobody })),
        ("DescribeFleet", json!({ "fleet": robot })),
        ("DescribeRobot", json!({ "robot": fleet })),
        ("DescribeDeploymentJob", json!({ "job": fleet })),
        ("CancelDeploymentJob", json!({ "job": nobody })),
        ("CreateDeploymentJob", client.request(nobody, "a")),
        (
            "SyncDeploymentJob",
            json!({ "fleet": nobody, "clientRequestToken": "a" }),
        ),
        ("RegisterRobot", json!({ "fleet": nobody, "robot": robot })),
        ("RegisterRobot", json!({ "fleet": fleet, "robot": nobody })),
        (
            "DeregisterRobot",
            json!({ "fleet": nobody, "robot": robot }),
        ),
        ("DescribeRobotApplication", json!({ "application": fleet })),
        ("ListTagsForResource", json!({ "resourceArn": nobody })),
        (
            "TagResource",
            json!({ "resourceArn": nobody, "tags": { "a": "b" } }),
        ),
        (
            "UntagResource",
            json!({ "resourceArn": nobody, "tagKeys": ["a"] }),
        ),
    ] {
        client.assert_refused(operation, &input, "ResourceNotFoundException", "arn:");
    }
}

#[test]
fn a_busy_fleet_or_a_robot_of_two_fleets_is_deployed_to() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    client.advance_by(90.0);
    for (operation, input) in [
        ("CreateDeploymentJob", client.request(&fleet, "b")),
        (
            "SyncDeploymentJob",
            json!({ "fleet": fleet, "clientRequestToken": "c" }),
        ),
    ] {
        client.assert_refused(operation, &input, "ConcurrentDeploymentException", &job);
    }
    let other = text(&client.call("CreateFleet", &json!({ "name": "other" }))["arn"]);
    client.assert_refused(
        "CreateDeploymentJob",
        &client.request(&other, "d"),
        "InvalidParameterException",
        "no robot",
    );
    let robots = client.call("DescribeFleet", &json!({ "fleet": fleet }))["robots"].clone();
    let deploying = robots
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["status"] == "Deploying");
    let robot = deploying.unwrap()["arn"].clone();
    client.assert_refused(
        "RegisterRobot",
        &json!({ "fleet": other, "robot": robot }),
        "InvalidParameterException",
        "deregister it first",
    );
    client.assert_refused(
        "DeregisterRobot",
        &json!({ "fleet": other, "robot": robot }),
        "InvalidParameterException",
        "not registered",
    );
    client.call(
        "DeregisterRobot",
        &json!({ "fleet": fleet, "robot": robot }),
    );
    client.call("RegisterRobot", &json!({ "fleet": other, "robot": robot }));
    client.assert_refused(
        "CreateDeploymentJob",
        &client.request(&other, "d"),
        "ConcurrentDeploymentException",
        robot.as_str().unwrap(),
    );
    client.finish();
    client.deploy(&other, "d");
}

#[test]
fn two_deployments_go_over_one_link() {
    let client = Served::of("scenarios/thin-uplink.toml", &[]).client();
    let fleet = client.fleet();
    let other = text(&client.call("CreateFleet", &json!({ "name": "other" }))["arn"]);
    client.add_robot("another", &other);
    let job = client.deploy(&fleet, "a");
    let (name, message) = client.refused("CreateDeploymentJob", &client.request(&other, "b"));
    assert_eq!(name, "LimitExceededException");
    assert!(
        message.contains("`line`") && message.contains(&job),
        "{message}"
    );
    client.finish();
    client.deploy(&other, "b");
}

#[test]
fn there_is_more_than_the_limits_allow() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let limit = "LimitExceededException";
    let mut fleets = Vec::new();
    for number in 1..20 {
        let fleet = json!({ "name": format!("fleet-{number}") });
        fleets.push(client.call("CreateFleet", &fleet)["arn"].clone());
    }
    client.assert_refused(
        "CreateFleet",
        &json!({ "name": "too-many" }),
        limit,
        "20 fleets",
    );
    client.call("DeleteFleet", &json!({ "fleet": fleets[0] }));
    client.call("CreateFleet", &json!({ "name": "as-many" }));

    let application =
        client.request(&client.fleet(), "a")["deploymentApplicationConfigs"][0]["application"]
            .clone();
    let of = json!({ "application": application });
    for _ in 1..40 {
        client.call("CreateRobotApplicationVersion", &of);
    }
    client.assert_refused("CreateRobotApplicationVersion", &of, limit, "40 versions");
    let of_another = json!({ "application": application, "currentRevisionId": "x" });
    client.assert_refused(
        "CreateRobotApplicationVersion",
        &of_another,
        "InvalidParameterException",
        "currentRevisionId",
    );

    let fleet = client.fleet();
    let tags = |range: std::ops::Range<usize>| -> serde_json::Map<String, serde_json::Value> {
        range
            .map(|number| (format!("key-{number}"), json!("value")))
            .collect()
    };
    client.call(
        "TagResource",
        &json!({ "resourceArn": fleet, "tags": tags(0..30) }),
    );
    client.call(
        "TagResource",
        &json!({ "resourceArn": fleet, "tags": tags(10..50) }),
    );
    client.assert_refused(
        "TagResource",
        &json!({ "resourceArn": fleet, "tags": tags(50..51) }),
        "InvalidParameterException",
        "50 tags",
    );
    client.call(
        "UntagResource",
        &json!({ "resourceArn": fleet, "tagKeys": ["key-3", "key-4", "unheard-of"] }),
    );
    let left = client.call("ListTagsForResource", &json!({ "resourceArn": fleet }));
    assert_eq!(left["tags"].as_object().unwrap().len(), 48);
    assert_eq!(
        client.call("DescribeFleet", &json!({ "fleet": fleet }))["tags"],
        left["tags"]
    );
}

#[test]
fn two_robots_or_applications_have_one_name() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let robot = |name: &str, group: &str| json!({ "name": name, "architecture": "ARMHF", "greengrassGroupId": group });
    let first = client.call("CreateRobot", &robot("a", "g"));
    let exists = "ResourceAlreadyExistsException";
    client.assert_refused("CreateRobot", &robot("a", "h"), exists, "name");
    client.assert_refused("CreateRobot", &robot("b", "g"), exists, "Greengrass group");
    client.call("DeleteRobot", &json!({ "robot": first["arn"] }));
    let second = client.call("CreateRobot", &robot("a", "g"));
    assert_ne!(first["arn"], second["arn"]);
    let application = json!({ "name": "clockwork", "robotSoftwareSuite": {} });
    client.assert_refused("CreateRobotApplication", &application, exists, "clockwork");
    // Fleets of equal names differ in their ARNs, at one instant too.
    let fleet = json!({ "name": "clockwork" });
    assert_ne!(
        client.call("CreateFleet", &fleet)["arn"],
        client.call("CreateFleet", &fleet)["arn"]
    );
}

#[test]
fn a_retired_service_deploys() {
    let mut served = Served::of("scenarios/clockwork.toml", &[]);
    served.is_retired = true;
    let client = served.client();
    let arn = "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/clockwork/1";
    for (operation, input) in [
        ("ListFleets", json!({})),
        ("ListRobots", json!({})),
        ("ListDeploymentJobs", json!({})),
        ("CreateFleet", json!({ "name": "a" })),
        (
            "SyncDeploymentJob",
            json!({ "fleet": arn, "clientRequestToken": "a" }),
        ),
    ] {
        let reply = client.reply(operation, &input);
        assert_eq!(reply.status, 400);
        client.assert_refused(
            operation,
            &input,
            "ThrottlingException",
            "support for the AWS RoboMaker application deployment feature has ended",
        );
    }
    // Applications outlived deployments.
    let applications = client.call("ListRobotApplications", &json!({}));
    assert_eq!(
        applications["robotApplicationSummaries"][0]["name"],
        "clockwork"
    );
}

#[test]
fn what_is_no_operation_is_answered() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    for (method, target) in [
        ("POST", "/createSimulationJob"),
        ("GET", "/listFleets"),
        ("POST", "/rollcast/clock"),
        ("GET", "/rollcast/advance"),
        ("POST", "/rollcast/stop"),
    ] {
        let reply = client.0.reply(method, target, b"{}");
        assert_eq!(reply.status, 404, "{method} {target}");
    }
    for body in [
        "",
        "7",
        "{}",
        r#"{"bySeconds": -1}"#,
        r#"{"bySeconds": 1e300}"#,
        r#"{"bySeconds": 1, "to": 2}"#,
        r#"{"toNextChange": false}"#,
        r#"{"to": 5}"#,
        r#"{"to": 253402300800}"#,
        r#"{"faster": 1}"#,
    ] {
        let reply = client.0.reply("POST", "/rollcast/advance", body.as_bytes());
        assert_eq!(reply.status, 400, "{body}");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(text.starts_with(r#"{"message":"#), "{text}");
    }
    assert_eq!(client.clock()["elapsedSeconds"], 0.0);
}
