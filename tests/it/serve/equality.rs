//! A job that is created at the beginning is the job that `rollcast run` plays, robot by robot.

use std::sync::Arc;

use super::{Client, Served, text};
use crate::common::scenarios::Choices;
use rollcast::model::Ms;
use rollcast::report::Service;
use rollcast::sim::Dice;
use rollcast::study::ProfileSession;
use serde_json::{Value, json};

/// The scenarios, with changes that make one job of all robots of them: a campaign is for the client to carry out.
const SCENARIOS: [&str; 9] = [
    "clockwork",
    "delivery",
    "frozen-window",
    "lab",
    "night-shift",
    "no-way",
    "thin-uplink",
    "warehouse",
    "canary",
];

fn served(name: &str) -> Served {
    let mut served = Served::of(&format!("scenarios/{name}.toml"), &[]);
    for profile in &mut served.scenario.profiles {
        profile.campaign = None;
        for cohort in &mut profile.world.fleet.cohorts {
            cohort.joins = None;
        }
    }
    served
}

/// Times at which to look, ascending: some at which something changes, and others.
fn times(profile_session: &mut ProfileSession, choices: &mut Choices) -> Vec<Ms> {
    profile_session.finish();
    let over = profile_session.jobs()[0].over.unwrap();
    let mut times: Vec<Ms> = (0..6).map(|_| choices.below(over + 1)).collect();
    times.extend([0, 1, over - 1, over, over + 1_000_000]);
    times.sort_unstable();
    times
}

fn assert_equal(what: &str, described: &Value, expected: &Value) {
    if described == expected {
        return;
    }
    let robots = |it: &Value| it["robotDeploymentSummary"].as_array().unwrap().clone();
    for (described, expected) in robots(described).iter().zip(&robots(expected)) {
        assert_eq!(described, expected, "{what}");
    }
    let head = |it: &Value| {
        let mut head = it.clone();
        head.as_object_mut()
            .unwrap()
            .remove("robotDeploymentSummary");
        head
    };
    assert_eq!(head(described), head(expected), "{what}");
    panic!("{what}: another number of robots");
}

fn assert_as_described(name: &str, served: &Served) {
    let profile = served.profile();
    let what = format!("{name}, {}, {}", profile.name, served.replication);
    let names = Service::new(&served.scenario, profile, served.replication, None);
    let dice = Arc::new(Dice::new(&profile.world));
    let session = || ProfileSession::new(profile, &dice, served.replication);
    let mut choices = Choices::new(served.replication);
    let times = times(&mut session(), &mut choices);
    let client: Client = served.client();
    let request = serde_json::to_value(names.request()).unwrap();
    let created = client.call("CreateDeploymentJob", &request);
    let job = text(&created["arn"]);
    let mut session = session();
    let mut canceled = profile.rules.cancel();
    for time in times {
        if let Some(cancel) = canceled.filter(|cancel| *cancel <= time) {
            client.advance(&json!({ "to": unix_s(served, cancel) }));
            client.call("CancelDeploymentJob", &json!({ "job": job }));
            canceled = None;
        }
        client.advance(&json!({ "to": unix_s(served, time) }));
        session.advance(time);
        let facts = session.jobs().remove(0);
        let robots = session.robots(&facts);
        let expected = serde_json::to_value(names.describe(&facts, time, &robots)).unwrap();
        assert_equal(
            &format!("{what} at {time} ms"),
            &client.describe(&job),
            &expected,
        );
    }
}

fn unix_s(served: &Served, time: Ms) -> f64 {
    let start = served
        .profile()
        .start
        .map_or(0, rollcast::model::Start::unix_ms);
    (start + time as i64) as f64 / 1e3
}

#[test]
fn a_job_created_at_the_beginning_differs_from_the_one_that_run_plays() {
    for name in SCENARIOS {
        let mut served = served(name);
        for profile in 0..served.scenario.profiles.len() {
            served.profile = profile;
            for replication in [0, 7] {
                served.replication = replication;
                assert_as_described(name, &served);
            }
        }
    }
}

#[test]
fn a_fleet_of_the_scenario_has_other_names_than_where_it_is_described() {
    let served = served("night-shift");
    let client = served.client();
    let names = Service::new(&served.scenario, served.profile(), 0, None);
    let request = names.request();
    assert_eq!(client.fleet(), request.fleet);
    let fleet = client.call("DescribeFleet", &json!({ "fleet": request.fleet }));
    let n = served.profile().world.fleet.robots() as usize;
    assert_eq!(fleet["robots"].as_array().unwrap().len(), n);
    let application = &request.deployment_application_configs[0];
    let version = client.call(
        "DescribeRobotApplication",
        &json!({
            "application": application.application,
            "applicationVersion": application.application_version,
        }),
    );
    assert_eq!(version["version"], "21");
    // The first robots of an inventory have the names of their own.
    let robot = client.call(
        "DescribeRobot",
        &json!({ "robot": fleet["robots"][0]["arn"] }),
    );
    assert_eq!(robot["fleetArn"], json!(request.fleet));
    assert!(robot["tags"]["rollcast:cohort"].is_string(), "{robot}");
}
