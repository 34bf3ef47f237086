//! The log of commands: what it brings back, and what it refuses.

use std::fs;
use std::path::Path;

use super::{Client, Served, text};
use crate::common::for_each_seed;
use crate::common::scenarios::Choices;
use rollcast::serve::LogError;
use serde_json::{Value, json};

/// Does something, whether it is accepted or not.
fn command(client: &Client, choices: &mut Choices, number: u64) {
    let listed = |operation: &str, member: &str| -> Vec<Value> {
        let all = client.call(operation, &json!({}));
        let all = all[member].as_array().unwrap();
        all.iter().map(|it| it["arn"].clone()).collect()
    };
    let mut pick = |operation: &str, member: &str| -> Value {
        match listed(operation, member).as_slice() {
            [] => json!("arn:aws:robomaker:us-west-2:111111111111:nobody"),
            all => choices.pick(all),
        }
    };
    let fleet = pick("ListFleets", "fleetDetails");
    let robot = pick("ListRobots", "robots");
    let job = pick("ListDeploymentJobs", "deploymentJobs");
    let fleet_text = fleet.as_str().unwrap();
    match choices.below(14) {
        0..3 => {
            let token = format!("token-{}", choices.below(40));
            client.reply("CreateDeploymentJob", &client.request(fleet_text, &token));
        }
        3 => {
            let token = format!("token-{number}");
            client.reply(
                "SyncDeploymentJob",
                &json!({ "fleet": fleet, "clientRequestToken": token }),
            );
        }
        4 => {
            client.reply("CancelDeploymentJob", &json!({ "job": job }));
        }
        5 => {
            client.reply(
                "CreateFleet",
                &json!({ "name": format!("fleet-{}", choices.below(3)) }),
            );
        }
        6 if choices.percent(10) => {
            client.reply("DeleteFleet", &json!({ "fleet": fleet }));
        }
        7 => {
            let name = format!("robot-{number}");
            let robot = json!({ "name": name, "architecture": "ARM64", "greengrassGroupId": name });
            client.reply("CreateRobot", &robot);
        }
        8 => {
            client.reply(
                "DeregisterRobot",
                &json!({ "fleet": fleet, "robot": robot }),
            );
        }
        9 => {
            client.reply("RegisterRobot", &json!({ "fleet": fleet, "robot": robot }));
        }
        10 => {
            client.reply(
                "TagResource",
                &json!({ "resourceArn": job, "tags": { "a": number.to_string() } }),
            );
        }
        11 => {
            client.reply("DeleteRobot", &json!({ "robot": robot }));
        }
        12 => {
            client.advance(&json!({ "toNextChange": true }));
        }
        _ => {
            client.advance_by(choices.below(20_000) as f64 / 10.0);
        }
    }
}

/// All that is told, answer by answer.
fn all_told(client: &Client) -> Vec<String> {
    let mut told = vec![client.clock().to_string()];
    let mut ask = |operation: &str, input: &Value| {
        let answer = client.call(operation, input);
        told.push(answer.to_string());
        answer
    };
    let versions = json!({ "versionQualifier": "ALL" });
    ask("ListRobotApplications", &versions);
    ask("ListRobots", &json!({}));
    for fleet in ask("ListFleets", &json!({}))["fleetDetails"]
        .as_array()
        .unwrap()
    {
        ask("DescribeFleet", &json!({ "fleet": fleet["arn"] }));
    }
    for job in ask("ListDeploymentJobs", &json!({}))["deploymentJobs"]
        .as_array()
        .unwrap()
    {
        ask("DescribeDeploymentJob", &json!({ "job": job["arn"] }));
    }
    told
}

fn at(path: &Path) -> Served {
    Served::of("scenarios/lab.toml", &[]).logged(path)
}

#[test]
fn a_server_that_is_started_again_tells_something_else() {
    for_each_seed(16, |seed| {
        let folder = tempfile::tempdir().unwrap();
        let served = at(&folder.path().join("log"));
        let mut choices = Choices::new(seed);
        let mut client = served.client();
        for number in 0..60 {
            command(&client, &mut choices, number);
            if choices.percent(10) {
                let before = all_told(&client);
                drop(client);
                client = served.client();
                assert_eq!(all_told(&client), before, "seed {seed}, after {number}");
            }
        }
    });
}

#[test]
fn the_same_requests_are_answered_differently() {
    let answers = |seed: u64| -> Vec<String> {
        let served = Served::of("scenarios/lab.toml", &[]);
        let client = served.client();
        let mut choices = Choices::new(seed);
        let mut told = Vec::new();
        for number in 0..40 {
            command(&client, &mut choices, number);
            told.extend(all_told(&client));
        }
        told
    };
    assert_eq!(answers(5), answers(5));
    assert_ne!(answers(5), answers(6));
}

/// A log with some commands; what its server told at last, and its text.
fn written(path: &Path) -> (Vec<String>, String) {
    let client = at(path).client();
    let fleet = client.fleet();
    client.deploy(&fleet, "a");
    client.advance_by(100.0);
    client.add_robot("late", &fleet);
    (all_told(&client), fs::read_to_string(path).unwrap())
}

#[test]
fn a_torn_line_is_lost_with_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (told, whole) = written(&path);
    let torn = r#"{"atMs":100000,"command":{"DeleteFleet":{"fl"#;
    // A machine without power may leave zeros too.
    for rest in [torn, "{", "\0\0\0"] {
        fs::write(&path, format!("{whole}{rest}")).unwrap();
        let (client, replayed) = at(&path).open().unwrap();
        let replayed = replayed.unwrap();
        assert_eq!((replayed.torn, replayed.commands), (Some(rest.len()), 3));
        assert!(replayed.to_string().contains("dropped"), "{replayed}");
        assert_eq!(all_told(&client), told);
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
    }
    // Wherever the file is cut off, it is gone on with.
    for length in (0..whole.len()).step_by(7) {
        fs::write(&path, &whole[..length]).unwrap();
        let client = at(&path).client();
        client.call("CreateFleet", &json!({ "name": "goes-on" }));
        drop(client);
        let (client, replayed) = at(&path).open().unwrap();
        assert_eq!(replayed.unwrap().torn, None);
        let fleets = client.call("ListFleets", &json!({}));
        assert_eq!(fleets["fleetDetails"][1]["name"], "goes-on");
    }
}

#[test]
fn a_log_of_something_else_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (_, whole) = written(&path);
    let refused = |served: &Served| {
        let Err(error) = served.open() else {
            panic!("it is taken")
        };
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            whole,
            "a refused log is as it was"
        );
        error.to_string()
    };
    let other = |edits: &[&str]| Served::of("scenarios/lab.toml", edits).logged(&path);
    let message = refused(&other(&["seed=12"]));
    assert!(
        message.contains("seed is 11 in the log and 12 now"),
        "{message}"
    );
    assert!(!message.contains("hash"), "{message}");
    let message = refused(&other(&[r#"cohort.*.launching={ duration = "9s" }"#]));
    assert!(message.contains("scenario hash is"), "{message}");
    let mut served = other(&[]);
    (served.profile, served.replication) = (1, 3);
    let message = refused(&served);
    assert!(
        message.contains("profile is base in the log and broken_launch now"),
        "{message}"
    );
    assert!(
        message.contains("replication is 0 in the log and 3 now"),
        "{message}"
    );
    other(&[]).open().unwrap();
}

#[test]
fn a_log_that_cannot_be_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (_, whole) = written(&path);
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(lines.len(), 5, "{whole}");
    let refused = |text: &str, words: &str| {
        fs::write(&path, text).unwrap();
        let Err(error) = at(&path).open() else {
            panic!("{text} is taken")
        };
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        error
    };
    refused("# Notes\n", "is no log");
    refused("notes without an end", "is no log");
    let version = whole.replacen("\"rollcast\":\"", "\"rollcast\":\"0.0.", 1);
    refused(&version, "rollcast is 0.0.");
    let unknown = whole.replace("CreateRobot\"", "CreateRocket\"");
    refused(&unknown, "line 4");
    let again = format!("{whole}{}\n", lines[1]);
    refused(&again, "line 6");
}

#[test]
fn a_log_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    for (path, words) in [
        (folder.path().to_owned(), "is no log"),
        (folder.path().join("nowhere/log"), "cannot use the log"),
    ] {
        let Err(error) = at(&path).open() else {
            panic!("{} is taken", path.display())
        };
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn two_servers_write_to_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let client = at(&path).client();
    let Err(error) = at(&path).open() else {
        panic!("a second server has the log")
    };
    assert!(matches!(error, LogError::InUse(_)), "{error}");
    assert!(error.to_string().contains("another server"), "{error}");
    drop(client);
    at(&path).open().unwrap();
}

#[test]
fn a_refused_or_repeated_command_or_a_question_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let client = at(&path).client();
    let fleet = client.fleet();
    let request = client.request(&fleet, "a");
    let job = text(&client.call("CreateDeploymentJob", &request)["arn"]);
    let before = fs::read_to_string(&path).unwrap();
    client.call("CreateDeploymentJob", &request);
    client.describe(&job);
    client.refused("CreateDeploymentJob", &client.request(&fleet, "b"));
    client.call("DeleteRobot", &json!({ "robot": "arn:nobody" }));
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    assert_eq!(before.lines().count(), 2);
}
