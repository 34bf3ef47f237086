//! The service behind the endpoint, without connections: requests go in as a method, a target and a body.

mod clock;
mod commands;
mod equality;
mod lists;
mod log;
mod refusals;
mod statuses;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{checked, scenario_file, set_key};
use rollcast::scenario::{Profile, Scenario};
use rollcast::serve::{Endpoint, LogError, Options, Pace, Replayed, Reply, Service, WallClock};
use rollcast::wire::robomaker::Operation;
use serde_json::{Value, json};

/// A wall clock that is moved by hand.
#[derive(Clone, Default)]
struct Wall(Arc<Mutex<Duration>>);

impl Wall {
    fn wait(&self, span: Duration) {
        *self.0.lock().unwrap() += span;
    }
}

impl WallClock for Wall {
    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn unix_ms(&self) -> i64 {
        self.elapsed().as_millis() as i64
    }
}

/// What is served: a scenario, a profile of it, and how.
struct Served {
    scenario: Scenario,
    profile: usize,
    replication: u64,
    pace: Pace,
    log: Option<PathBuf>,
    is_retired: bool,
    wall: Wall,
}

impl Served {
    /// A scenario with changes as `--set` makes them, by a manual clock.
    fn of(path: &str, edits: &[&str]) -> Served {
        let mut file = scenario_file(path);
        for edit in edits {
            set_key(&mut file, edit);
        }
        Served {
            scenario: checked(&file),
            profile: 0,
            replication: 0,
            pace: Pace::Manual,
            log: None,
            is_retired: false,
            wall: Wall::default(),
        }
    }

    /// The same with a log.
    fn logged(self, path: &Path) -> Served {
        Served {
            log: Some(path.to_owned()),
            ..self
        }
    }

    fn profile(&self) -> &Profile {
        &self.scenario.profiles[self.profile]
    }

    fn open(&self) -> Result<(Client, Option<Replayed>), LogError> {
        let options = Options {
            replication: self.replication,
            pace: self.pace,
            log: self.log.as_deref(),
            retired: self.is_retired,
        };
        let wall = Box::new(self.wall.clone());
        let (service, replayed) = Service::open(&self.scenario, self.profile(), options, wall)?;
        Ok((Client(Endpoint::new(service)), replayed))
    }

    fn client(&self) -> Client {
        self.open().unwrap_or_else(|error| panic!("{error}")).0
    }
}

/// Who asks.
struct Client(Endpoint);

impl Client {
    fn reply(&self, operation: &str, input: &Value) -> Reply {
        let operation = Operation::all()
            .find(|it| it.name() == operation)
            .unwrap_or_else(|| panic!("no operation {operation}"));
        let arn = input["resourceArn"].as_str().unwrap_or_default();
        let mut target = operation.uri().replace("{resourceArn}", arn);
        for (number, key) in (0..).zip(input["tagKeys"].as_array().into_iter().flatten()) {
            let mark = if number == 0 { '?' } else { '&' };
            target += &format!("{mark}tagKeys={}", key.as_str().unwrap());
        }
        let body = input.to_string();
        self.0.reply(operation.method(), &target, body.as_bytes())
    }

    /// What is answered.
    fn call(&self, operation: &str, input: &Value) -> Value {
        let reply = self.reply(operation, input);
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(reply.status, 200, "{operation} {input}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The exception that is answered: its name and its message.
    fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        let reply = self.reply(operation, input);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let name = reply
            .headers
            .iter()
            .find(|(name, _)| *name == "x-amzn-ErrorType")
            .unwrap_or_else(|| panic!("{operation} {input} is not refused: {body}"));
        let message = body["message"].as_str().unwrap().to_owned();
        (name.1.clone(), message)
    }

    /// Requires a refusal of a name whose message has some words.
    fn assert_refused(&self, operation: &str, input: &Value, name: &str, words: &str) {
        let (refused, message) = self.refused(operation, input);
        assert_eq!(refused, name, "{operation} {input}: {message}");
        assert!(message.contains(words), "{operation} {input}: {message}");
    }

    fn advance(&self, to: &Value) -> Value {
        let body = to.to_string();
        let reply = self.0.reply("POST", "/rollcast/advance", body.as_bytes());
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(reply.status, 200, "{to}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn advance_by(&self, seconds: f64) -> Value {
        self.advance(&json!({ "bySeconds": seconds }))
    }

    fn clock(&self) -> Value {
        let reply = self.0.reply("GET", "/rollcast/clock", b"");
        assert_eq!(reply.status, 200);
        serde_json::from_slice(&reply.body).unwrap()
    }

    /// The ARN of the scenario's fleet.
    fn fleet(&self) -> String {
        text(&self.call("ListFleets", &json!({}))["fleetDetails"][0]["arn"])
    }

    /// A request that deploys the scenario's version to a fleet, with files for all scripts.
    fn request(&self, fleet: &str, token: &str) -> Value {
        let versions = json!({ "versionQualifier": "ALL" });
        let applications = self.call("ListRobotApplications", &versions);
        let version = &applications["robotApplicationSummaries"][1];
        json!({
            "clientRequestToken": token,
            "fleet": fleet,
            "deploymentConfig": {
                "concurrentDeploymentPercentage": 20,
                "failureThresholdPercentage": 25,
                "downloadConditionFile": { "bucket": "scripts", "key": "condition.sh" },
            },
            "deploymentApplicationConfigs": [{
                "application": version["arn"],
                "applicationVersion": version["version"],
                "launchConfig": {
                    "packageName": "package",
                    "launchFile": "deploy.launch",
                    "preLaunchFile": "pre.sh",
                    "postLaunchFile": "post.sh",
                },
            }],
        })
    }

    /// Deploys the scenario's version to a fleet: the job's ARN.
    fn deploy(&self, fleet: &str, token: &str) -> String {
        let request = self.request(fleet, token);
        text(&self.call("CreateDeploymentJob", &request)["arn"])
    }

    fn describe(&self, job: &str) -> Value {
        self.call("DescribeDeploymentJob", &json!({ "job": job }))
    }

    /// Advances until nothing changes any more.
    fn finish(&self) {
        while self.advance(&json!({ "toNextChange": true }))["changed"] == true {}
    }

    /// A robot that a client makes and registers to a fleet: its ARN.
    fn add_robot(&self, name: &str, fleet: &str) -> String {
        let robot = json!({ "name": name, "architecture": "ARM64", "greengrassGroupId": format!("group-{name}") });
        let arn = text(&self.call("CreateRobot", &robot)["arn"]);
        self.call("RegisterRobot", &json!({ "fleet": fleet, "robot": arn }));
        arn
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}
