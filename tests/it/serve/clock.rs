//! Simulated time: by hand, by itself, and over a restart.

use std::time::Duration;

use super::Served;
use rollcast::serve::Pace;
use serde_json::json;

#[test]
fn a_running_clock_is_off_its_speed_or_an_advance_sets_it_back() {
    let mut served = Served::of("scenarios/clockwork.toml", &[]);
    served.pace = Pace::Running(600.0);
    let client = served.client();
    assert_eq!(
        client.clock(),
        json!({ "now": 1_767_571_200.0, "start": 1_767_571_200.0, "elapsedSeconds": 0.0, "clock": "running", "speed": 600.0 })
    );
    let fleet = client.fleet();
    let job = client.deploy(&fleet, "a");
    served.wall.wait(Duration::from_millis(500));
    assert_eq!(client.clock()["elapsedSeconds"], 300.0);
    client.advance_by(100.0);
    served.wall.wait(Duration::from_millis(1));
    assert_eq!(client.clock()["elapsedSeconds"], 400.6);
    let changed = client.advance(&json!({ "toNextChange": true }));
    assert_eq!(changed["changed"], true);
    assert!(changed["elapsedSeconds"].as_f64().unwrap() > 400.6);
    served.wall.wait(Duration::from_secs(3600));
    assert_eq!(client.describe(&job)["status"], "Failed");
}

#[test]
fn a_manual_clock_goes_on_by_itself() {
    let served = Served::of("scenarios/lab.toml", &[]);
    // A scenario without a start begins when it is served.
    served.wall.wait(Duration::from_millis(1_700_000_000_700));
    let client = served.client();
    served.wall.wait(Duration::from_secs(9));
    assert_eq!(
        client.clock(),
        json!({ "now": 1_700_000_000.0, "start": 1_700_000_000.0, "elapsedSeconds": 0.0, "clock": "manual" })
    );
    let fleet = client.call("ListFleets", &json!({}))["fleetDetails"][0].clone();
    assert_eq!(fleet["createdAt"], 1_700_000_000.0 - 86_400.0);
    let moved = client.advance(&json!({ "to": 1_700_000_060.25 }));
    assert_eq!(moved["elapsedSeconds"], 60.25);
    assert_eq!(client.advance_by(0.0)["elapsedSeconds"], 60.25);
    // Nothing goes on: nothing changes.
    assert_eq!(
        client.advance(&json!({ "toNextChange": true }))["changed"],
        false
    );
}

#[test]
fn a_server_that_is_started_again_tells_a_time_before_one_that_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::of("scenarios/clockwork.toml", &[]).logged(&folder.path().join("log"));
    served.pace = Pace::Running(60.0);
    let mut told = 0.0;
    for round in 0..20 {
        let client = served.client();
        let resumed = client.clock()["elapsedSeconds"].as_f64().unwrap();
        // Ahead by a second of the wall at most.
        assert!(
            (told..=told + 60.0).contains(&resumed),
            "{resumed} after {told}"
        );
        for _ in 0..round {
            served.wall.wait(Duration::from_millis(137));
            told = client.clock()["elapsedSeconds"].as_f64().unwrap();
        }
        told = told.max(resumed);
        drop(client);
        // While it is down, time stands still.
        served.wall.wait(Duration::from_secs(1000));
    }
    // One that is stopped goes on where it stopped.
    let client = served.client();
    served.wall.wait(Duration::from_millis(250));
    let told = client.clock()["elapsedSeconds"].as_f64().unwrap();
    client.0.stop().unwrap();
    drop(client);
    assert_eq!(
        served.client().clock()["elapsedSeconds"].as_f64(),
        Some(told)
    );
}

#[test]
fn a_log_grows_with_every_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut served = Served::of("scenarios/clockwork.toml", &[]).logged(&path);
    served.pace = Pace::Running(1.0);
    let client = served.client();
    for _ in 0..1000 {
        served.wall.wait(Duration::from_millis(10));
        client.call("ListFleets", &json!({}));
    }
    let lines = std::fs::read_to_string(&path).unwrap().lines().count();
    assert!((10..=13).contains(&lines), "{lines}");
}
