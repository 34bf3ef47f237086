//! RoboMaker's notation: requests are read as the service would have read them, and answers say what the replication did.

mod common;

use std::collections::{BTreeMap, HashMap};

use common::scenarios::Choices;
use rollcast::model::Ms;
use rollcast::report::{RobotsCsv, Service};
use rollcast::robomaker::{
    CreateDeploymentJobResponse, DescribeDeploymentJobResponse, ListDeploymentJobsResponse, Request, RobotDeployment,
    SyncDeploymentJobResponse, resource_name,
};
use rollcast::scenario::{Knob, Profile, RequestFile, Scenario, ScenarioFile};
use rollcast::sim::{JobKind, Verdict};
use rollcast::study::{JobFacts, job_facts, robots_at, trace};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn text_of(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sample(name: &str) -> String {
    text_of(&format!("tests/robomaker/{name}.json"))
}

/// Requires a sample to be read as a `T` that prints back as it was, keys in their order.
fn assert_prints_back<T: Serialize + DeserializeOwned>(name: &str) {
    let text = sample(name);
    let parsed: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(plain(&serde_json::to_string(&parsed).unwrap()), plain(&text), "{name}");
}

#[test]
fn the_samples_of_the_service_print_back_equal() {
    assert_prints_back::<CreateDeploymentJobResponse>("create-deployment-job");
    assert_prints_back::<DescribeDeploymentJobResponse>("describe-deployment-job");
    assert_prints_back::<ListDeploymentJobsResponse>("list-deployment-jobs");
    assert_prints_back::<SyncDeploymentJobResponse>("sync-deployment-job");
}

#[test]
fn moments_are_read_as_either_client_prints_them() {
    let text = sample("describe-deployment-job");
    let as_text =
        text.replace("1551218369.0", "\"2019-02-26T13:59:29-08:00\"").replace("1551218376.0", "\"2019-02-26T21:59:36.000Z\"");
    assert_ne!(as_text, text);
    let parsed = |text: &str| serde_json::from_str::<DescribeDeploymentJobResponse>(text).unwrap();
    assert_eq!(parsed(&as_text), parsed(&text));
    assert!(refused(&serde_json::from_str(&as_text).unwrap()).is_empty());
    let wrong: Value = serde_json::from_str(&text.replace("1551218369.0", "\"yesterday\"")).unwrap();
    assert_eq!(refused(&wrong), ["$.createdAt"]);
}

fn request() -> Value {
    json!({
        "deploymentConfig": {
            "concurrentDeploymentPercentage": 20,
            "failureThresholdPercentage": 25,
            "robotDeploymentTimeoutInSeconds": 3600,
            "downloadConditionFile": { "bucket": "scripts", "key": "ready.sh", "etag": "abc" },
        },
        "clientRequestToken": "token-1",
        "fleet": "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/Trek/1539894765711",
        "deploymentApplicationConfigs": [{
            "application": "arn:aws:robomaker:us-west-2:111111111111:robot-application/Hello/1546541208251",
            "applicationVersion": "3",
            "launchConfig": {
                "packageName": "hello_world_robot",
                "preLaunchFile": "pre.sh",
                "launchFile": "rotate.launch",
                "postLaunchFile": "post.sh",
                "environmentVariables": { "ENVIRONMENT": "Beta" },
            },
        }],
        "tags": { "Region": "West" },
    })
}

/// The paths at which the service would refuse a document.
fn refused(document: &Value) -> Vec<String> {
    match Request::read(document) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| fault.path.to_string()).collect(),
    }
}

fn at<'v>(document: &'v mut Value, pointer: &str) -> &'v mut Value {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"))
}

/// The path of a JSON pointer.
fn path(pointer: &str) -> String {
    let segment = |segment: &str| match segment.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{segment}"),
    };
    format!("${}", pointer.split('/').skip(1).map(segment).collect::<String>())
}

const CONFIG: &str = "/deploymentApplicationConfigs/0";
const LAUNCH: &str = "/deploymentApplicationConfigs/0/launchConfig";

/// Values that the service takes, and values that it does not.
type Edges = (Vec<Value>, Vec<Value>);

#[test]
fn each_constraint_of_the_model_is_held_at_its_edges() {
    assert_eq!(refused(&request()), [""; 0]);
    let long = |n: usize, c: char| json!(c.to_string().repeat(n));
    let arn = |n: usize| json!(format!("arn:{}", "x".repeat(n - 4)));
    let text = |text: &str| json!(text);
    let under = |parent: &str, key: &str| format!("{parent}/{key}");
    let percentage = || {
        (vec![json!(1), json!(100)], vec![json!(0), json!(101), json!(-1), json!(20.5), json!("20"), json!(1e30), json!(null)])
    };
    let command = || {
        (
            vec![long(1024, 'a'), text("a_B-9.launch")],
            vec![text(""), long(1025, 'a'), text("a b"), text("a/b"), text("ä"), json!(3)],
        )
    };
    let file =
        || (vec![long(1024, 'ä'), text("any thing/at $all.sh")], vec![text(""), long(1025, 'a'), text("a\nb"), json!(false)]);
    let arns = || (vec![arn(4), arn(1224)], vec![text(""), arn(1225), text("Trek"), text("ARN:x"), text("arn:a\nb"), json!([])]);
    let cases: Vec<(String, Edges)> = vec![
        ("/deploymentConfig/concurrentDeploymentPercentage".into(), percentage()),
        ("/deploymentConfig/failureThresholdPercentage".into(), percentage()),
        (
            "/deploymentConfig/robotDeploymentTimeoutInSeconds".into(),
            (vec![json!(60), json!(604_800)], vec![json!(59), json!(604_801), json!(0), json!(60.5), json!("5h")]),
        ),
        (
            "/deploymentConfig/downloadConditionFile/bucket".into(),
            (
                vec![text("a.b"), long(63, 'a'), text("0-9"), text("abc")],
                vec![text(""), text("ab"), long(64, 'a'), text("-ab"), text("ab."), text("aBc"), text("a_c")],
            ),
        ),
        ("/deploymentConfig/downloadConditionFile/key".into(), file()),
        ("/deploymentConfig/downloadConditionFile/etag".into(), (vec![text(""), long(5000, 'e')], vec![json!(1)])),
        (
            "/clientRequestToken".into(),
            (vec![text("a_B-9="), long(64, 't')], vec![text(""), long(65, 't'), text("a b"), text("a.b")]),
        ),
        ("/fleet".into(), arns()),
        (under(CONFIG, "application"), arns()),
        (
            under(CONFIG, "applicationVersion"),
            (vec![text("0"), long(255, '9')], vec![text(""), long(256, '9'), text("$LATEST"), text("1.2"), json!(3)]),
        ),
        (under(LAUNCH, "packageName"), command()),
        (under(LAUNCH, "launchFile"), command()),
        (under(LAUNCH, "preLaunchFile"), file()),
        (under(LAUNCH, "postLaunchFile"), file()),
        (under(LAUNCH, "environmentVariables/ENVIRONMENT"), file()),
        (
            "/tags/Region".into(),
            (vec![text(""), long(256, 'v'), text("a _.-/+=:9")], vec![long(257, 'v'), text("a,b"), json!(null)]),
        ),
    ];
    for (pointer, (fine, wrong)) in cases {
        for value in fine {
            let mut document = request();
            *at(&mut document, &pointer) = value.clone();
            assert_eq!(refused(&document), [""; 0], "{pointer} = {value}");
        }
        for value in wrong {
            let mut document = request();
            *at(&mut document, &pointer) = value.clone();
            assert_eq!(refused(&document), [path(&pointer)], "{pointer} = {value}");
        }
    }
}

#[test]
fn what_is_required_is_missed_and_what_is_unknown_is_named() {
    let required = [
        ("", "fleet"),
        ("", "deploymentApplicationConfigs"),
        (CONFIG, "application"),
        (CONFIG, "applicationVersion"),
        (CONFIG, "launchConfig"),
        (LAUNCH, "packageName"),
        (LAUNCH, "launchFile"),
        ("/deploymentConfig/downloadConditionFile", "bucket"),
        ("/deploymentConfig/downloadConditionFile", "key"),
    ];
    for (parent, key) in required {
        let mut document = request();
        at(&mut document, parent).as_object_mut().unwrap().remove(key).unwrap();
        assert_eq!(refused(&document), [path(parent)], "{parent}/{key}");
    }
    for parent in ["", "/deploymentConfig", "/deploymentConfig/downloadConditionFile", CONFIG, LAUNCH] {
        let mut document = request();
        at(&mut document, parent)["unheardOf"] = json!(1);
        assert_eq!(refused(&document), [format!("{}.unheardOf", path(parent))]);
    }
    let optional = [
        ("", "clientRequestToken"),
        ("", "tags"),
        ("", "deploymentConfig"),
        (LAUNCH, "preLaunchFile"),
        (LAUNCH, "environmentVariables"),
    ];
    for (parent, key) in optional {
        let mut document = request();
        at(&mut document, parent).as_object_mut().unwrap().remove(key).unwrap();
        assert_eq!(refused(&document), [""; 0], "{parent}/{key}");
    }
    for n in [0, 2] {
        let mut document = request();
        let config = document["deploymentApplicationConfigs"][0].clone();
        document["deploymentApplicationConfigs"] = json!(vec![config; n]);
        assert_eq!(refused(&document), ["$.deploymentApplicationConfigs"]);
    }
}

#[test]
fn maps_have_as_many_entries_as_the_model_allows_and_keys_of_its_pattern() {
    let entries = |prefix: &str, n: usize| (0..n).map(|i| (format!("{prefix}{i}"), "x".to_owned())).collect::<BTreeMap<_, _>>();
    for (pointer, prefix, most) in [(format!("{LAUNCH}/environmentVariables"), "E_", 20), ("/tags".to_owned(), "e", 50)] {
        let mut document = request();
        *at(&mut document, &pointer) = json!(entries(prefix, most));
        assert_eq!(refused(&document), [""; 0]);
        *at(&mut document, &pointer) = json!(entries(prefix, most + 1));
        assert_eq!(refused(&document), [path(&pointer)]);
    }
    for (pointer, keys) in
        [(format!("{LAUNCH}/environmentVariables"), ["", "lower", "1A", "A-B"]), ("/tags".to_owned(), ["", "a,b", "ä", "a\tb"])]
    {
        for key in keys {
            let mut document = request();
            *at(&mut document, &pointer) = json!({ key: "x" });
            assert_eq!(refused(&document).len(), 1, "{pointer}: {key:?}");
        }
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut document = request();
    document["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(101);
    document["fleet"] = json!("");
    *at(&mut document, &format!("{LAUNCH}/packageName")) = json!("a b");
    let launch = path(LAUNCH);
    let mut found = refused(&document);
    found.sort();
    let mut expected =
        ["$.deploymentConfig.concurrentDeploymentPercentage".to_owned(), "$.fleet".to_owned(), format!("{launch}.packageName")];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_skeleton_is_read_and_says_nothing() {
    let document: Value = serde_json::from_str(&sample("create-deployment-job.skeleton")).unwrap();
    let request = Request::read(&document).unwrap();
    assert_eq!((request.fleet, request.application, request.tags.len()), (None, None, 0));
    assert_eq!(request.config, rollcast::robomaker::DeploymentConfig::default());
    assert_eq!(request.placeholders.len(), 16);
    // A skeleton that somebody began to fill in is a request.
    let mut begun = document.clone();
    begun["fleet"] = json!("arn:fleet");
    assert!(refused(&begun).contains(&"$.deploymentApplicationConfigs[0].application".to_owned()));
    let mut tried = document;
    tried["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(40);
    assert_eq!(Request::read(&tried).unwrap().config.concurrent_deployment_percentage, Some(40));
    tried["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(400);
    assert_eq!(refused(&tried), ["$.deploymentConfig.concurrentDeploymentPercentage"]);
}

#[test]
fn what_the_service_answered_is_read_as_what_was_asked_for() {
    for name in ["create-deployment-job", "describe-deployment-job", "sync-deployment-job"] {
        let document: Value = serde_json::from_str(&sample(name)).unwrap();
        let request = Request::read(&document).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        assert_eq!(request.config.concurrent_deployment_percentage, Some(20), "{name}");
        assert_eq!(request.application.unwrap().application_version, "1", "{name}");
        assert_eq!(request.robots, (name == "describe-deployment-job").then_some(1), "{name}");
    }
    let list: Value = serde_json::from_str(&sample("list-deployment-jobs")).unwrap();
    assert_eq!(refused(&list), ["$"]);
}

fn scenario_file(path: &str) -> ScenarioFile {
    ScenarioFile::read(path.as_ref()).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

fn checked(file: &ScenarioFile) -> Scenario {
    file.check(&[]).unwrap_or_else(|found| panic!("{}", found.render(false))).0
}

fn under(path: &str, request: &Value) -> Scenario {
    let mut file = scenario_file(path);
    file.lay_over(&Request::read(request).unwrap());
    checked(&file)
}

#[test]
fn a_request_stands_in_the_place_of_what_the_file_says() {
    let before = checked(&scenario_file("tests/cli/small.toml"));
    let cohorts = &before.profiles[0].world.fleet.cohorts;
    assert!(
        cohorts.iter().any(|cohort| cohort.pre_launch.is_some()) && cohorts.iter().any(|cohort| cohort.post_launch.is_some())
    );
    let mut request = request();
    request["deploymentConfig"] = json!({ "concurrentDeploymentPercentage": 50, "robotDeploymentTimeoutInSeconds": 600 });
    at(&mut request, LAUNCH).as_object_mut().unwrap().remove("preLaunchFile");
    let after = under("tests/cli/small.toml", &request);
    assert_ne!(after.hash, before.hash);
    for (after, before) in after.profiles.iter().zip(&before.profiles) {
        assert_eq!(after.rules.concurrent_deployment_percentage, 50);
        assert_eq!(
            after.rules.failure_threshold_percentage, before.rules.failure_threshold_percentage,
            "the request says nothing"
        );
        assert_eq!(after.world.release.version, "3");
        let mut by_hand = before.world.fleet.clone();
        for cohort in &mut by_hand.cohorts {
            cohort.pre_launch = None;
            cohort.download_condition = None;
        }
        assert_eq!(after.world.fleet, by_hand);
    }
    // A profile's own value has the last word, as over --set.
    assert_eq!(after.profiles[0].rules.robot_deployment_timeout, 600_000);
}

#[test]
fn a_knob_has_the_last_word_over_a_request() {
    let mut file = scenario_file("tests/cli/small.toml");
    let mut request = request();
    at(&mut request, LAUNCH).as_object_mut().unwrap().remove("postLaunchFile");
    file.lay_over(&Request::read(&request).unwrap());
    let flags = ["rollout.robomaker.concurrent_deployment_percentage=7,9".to_owned()];
    let knobs = Knob::from_flags(&flags).unwrap_or_else(|found| panic!("{}", found.render(false)));
    for (value, percentage) in knobs[0].values.iter().zip([7, 9]) {
        let scenario = file.check_setting(&[(&knobs[0], value)], &[]).unwrap_or_else(|found| panic!("{}", found.render(false)));
        for profile in scenario.profiles {
            assert_eq!(profile.rules.concurrent_deployment_percentage, percentage);
            assert_eq!(profile.rules.failure_threshold_percentage, 25);
            assert!(profile.world.fleet.cohorts.iter().all(|cohort| cohort.post_launch.is_none()));
        }
    }
}

#[test]
fn the_request_that_explain_shows_changes_nothing() {
    for path in [
        "tests/cli/small.toml",
        "tests/cli/campaign.toml",
        "scenarios/lab.toml",
        "scenarios/delivery.toml",
        "scenarios/canary.toml",
    ] {
        let before = checked(&scenario_file(path));
        let request = serde_json::to_value(Service::new(&before, &before.profiles[0], 0, None).request()).unwrap();
        let after = under(path, &request);
        assert_eq!(after.profiles, before.profiles, "{path}");
        let file =
            RequestFile::parse("request.json", request.to_string()).unwrap_or_else(|found| panic!("{}", found.render(false)));
        assert_eq!(file.warnings(Some(&before), &after).render(false), "", "{path}");
    }
}

/// The titles of the warnings of a request over a scenario.
fn warned(path: &str, request: &Value) -> Vec<String> {
    let without = checked(&scenario_file(path));
    let with = under(path, request);
    let file = RequestFile::parse("request.json", request.to_string()).unwrap_or_else(|found| panic!("{}", found.render(false)));
    file.warnings(Some(&without), &with).0.into_iter().map(|problem| problem.title).collect()
}

#[test]
fn what_a_request_leaves_open_is_said_with_what_will_happen() {
    let path = "tests/cli/small.toml";
    let scenario = checked(&scenario_file(path));
    let own = serde_json::to_value(Service::new(&scenario, &scenario.profiles[0], 0, None).request()).unwrap();
    assert_eq!(warned(path, &own), [""; 0]);
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut request = own.clone();
        edit(&mut request);
        warned(path, &request)
    };
    let another = edited(&|request| request["fleet"] = json!("arn:aws:robomaker:us-west-2:1:deployment-fleet/Trek/1"));
    assert_eq!(another, ["the request is for the fleet `Trek`, the scenario is of `small`"]);
    let version = edited(&|request| *at(request, &format!("{CONFIG}/applicationVersion")) = json!("13"));
    assert_eq!(version, ["the request deploys version 13, the scenario is of 12"]);
    let script = edited(&|request| {
        at(request, LAUNCH).as_object_mut().unwrap().remove("postLaunchFile").unwrap();
    });
    assert_eq!(script, ["the request has no `postLaunchFile`: the scenario's `post_launch` does not run"]);
    let condition =
        edited(&|request| request["deploymentConfig"]["downloadConditionFile"] = json!({ "bucket": "abc", "key": "k" }));
    assert_eq!(condition, ["the request has a `downloadConditionFile`, and the scenario says nothing of it"]);
    let timeout = edited(&|request| {
        request["deploymentConfig"].as_object_mut().unwrap().remove("robotDeploymentTimeoutInSeconds").unwrap();
    });
    assert_eq!(timeout, ["the request leaves out `robotDeploymentTimeoutInSeconds`: the scenario's 1 h counts"]);
    // What the service answered says how many robots there were.
    let mut answered = own.clone();
    answered.as_object_mut().unwrap().remove("clientRequestToken");
    answered["status"] = json!("Succeeded");
    answered["robotDeploymentSummary"] = json!([{ "arn": "arn:robot" }]);
    assert_eq!(warned(path, &answered), ["the request was for a fleet of 1, the scenario's is of 40"]);
}

#[test]
fn an_application_without_a_bundle_for_any_robot_is_said_to_fail_everywhere() {
    let mut file = scenario_file("tests/cli/small.toml");
    file.set("--set", "release.bundle={ ARMHF = \"1 MB\" }").unwrap();
    let scenario = checked(&file);
    let request = serde_json::to_value(Service::new(&scenario, &scenario.profiles[0], 0, None).request()).unwrap();
    let request =
        RequestFile::parse("request.json", request.to_string()).unwrap_or_else(|found| panic!("{}", found.render(false)));
    let titles: Vec<String> = request.warnings(Some(&scenario), &scenario).0.into_iter().map(|problem| problem.title).collect();
    assert!(titles.iter().all(|title| title.starts_with("the application has no bundle for any robot")), "{titles:?}");
    assert_eq!(titles.len(), scenario.profiles.len());
    // And so it does.
    let mut ended = Vec::new();
    trace(&scenario.profiles[0], 0, |traced| ended.extend(traced.record.deployment.map(|(_, journey)| journey.verdict)));
    let without = Verdict::Failed(rollcast::model::FailureCode::MissingRobotApplicationArchitecture);
    assert!(!ended.is_empty() && ended.iter().all(|verdict| *verdict == without || *verdict == Verdict::NoResponse), "{ended:?}");
}

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
        let row: Row = header.iter().zip(&record).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let robot = first[row["cohort"].as_str()] + row["robot"].parse::<u32>().unwrap();
        ((row["job"].clone(), robot), row)
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// A time of a row [ms].
fn ms(row: &Row, column: &str) -> Option<Ms> {
    Some((row[column].parse::<f64>().ok()? * 1e3).round() as Ms)
}

const STEPS: [(&str, &str); 6] = [
    ("validating_start_s", "Validating"),
    ("executing_download_condition_start_s", "ExecutingDownloadCondition"),
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
    let step = STEPS.iter().rev().find(|(column, _)| ms(row, column).is_some_and(|start| start <= time)).map(|(_, name)| *name);
    let end = ms(row, "end_s").unwrap();
    if end > time {
        return json!({ "status": "Deploying", "start": moment(start), "step": step });
    }
    let step = if row["outcome"] == "updated" { Some("Finished") } else { step };
    let mut all = json!({ "status": row["status"], "start": moment(start), "finish": moment(end), "step": step });
    if !row["failure_code"].is_empty() {
        all["failureCode"] = json!(row["failure_code"]);
    }
    all
}

fn seen(robot: &RobotDeployment) -> Value {
    let wire = serde_json::to_value(robot).unwrap();
    let mut all = json!({ "status": wire["status"], "step": wire["progressDetail"]["currentProgress"] });
    for (key, name) in [("deploymentStartTime", "start"), ("deploymentFinishTime", "finish"), ("failureCode", "failureCode")] {
        if let Some(value) = wire.get(key) {
            all[name] = value.clone();
        }
    }
    let detail = &wire["progressDetail"];
    let downloads = wire["status"] == "Deploying" && detail["currentProgress"] == "DownloadingExtracting";
    assert_eq!(detail.get("percentDone").is_some(), downloads, "{wire}");
    assert!(detail.get("estimatedTimeRemainingSeconds").is_none() || downloads, "{wire}");
    assert_eq!(detail.get("targetResource").is_some(), detail.get("currentProgress").is_some(), "{wire}");
    assert_eq!(wire.get("failureReason").is_some(), wire.get("failureCode").is_some(), "{wire}");
    all
}

fn assert_describes(path: &str, edits: &[&str], replications: std::ops::Range<u64>) {
    let mut file = scenario_file(path);
    for edit in edits {
        file.set("--set", edit).unwrap_or_else(|found| panic!("{}", found.render(false)));
    }
    let scenario = checked(&file);
    let unix_ms = scenario.start.map_or(0, rollcast::model::Start::unix_ms);
    for (profile, replication) in scenario.profiles.iter().flat_map(|profile| replications.clone().map(move |r| (profile, r))) {
        let rows = rows(profile, replication);
        let jobs = job_facts(profile, replication);
        let service = Service::new(&scenario, profile, replication, None);
        let mut choices = Choices::new(replication);
        // The moments at which something happens, and some at which nothing does.
        let times: HashMap<JobKind, Vec<Ms>> = jobs
            .iter()
            .map(|job| {
                let mut times = vec![job.created, job.over(), job.over() + 1_000_000, job.created + job.outcome.job_duration];
                times.extend((0..10).map(|_| job.created + choices.below(job.outcome.drained + 1)));
                let of_job = rows.iter().filter(|((name, _), _)| *name == job.kind.name());
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
                times.extend((0..20).filter(|_| !moments.is_empty()).map(|_| choices.pick(&moments)));
                times.sort_unstable();
                times.dedup();
                (job.kind, times)
            })
            .collect();
        let mut looks = 0;
        robots_at(profile, replication, &times, |kind, time, robots| {
            let job = jobs.iter().find(|job| job.kind == kind).unwrap();
            let description = service.describe(job, time, robots);
            let over = time >= job.created + job.outcome.job_duration;
            assert_eq!(description.robot_deployment_summary.len(), job.outcome.n as usize);
            assert_status(job, time, &description);
            for (robot, described) in robots.iter().zip(&description.robot_deployment_summary) {
                let row = &rows[&(kind.name(), robot.robot)];
                let place = format!("{path}, {}, replication {replication}, {} at {time} ms: {row:?}", profile.name, kind.name());
                assert_eq!(seen(described), expected(row, time, over, unix_ms), "{place}");
                let name =
                    if row["name"].is_empty() { format!("{}-{}", row["cohort"], row["robot"]) } else { row["name"].clone() };
                assert!(described.arn.contains(&format!(":robot/{}/", resource_name(&name))), "{place}");
            }
            looks += 1;
        });
        assert_eq!(looks, times.values().map(Vec::len).sum::<usize>());
    }
}

fn assert_status(job: &JobFacts, time: Ms, description: &DescribeDeploymentJobResponse) {
    let status = serde_json::to_value(description.status).unwrap();
    let robots = &description.robot_deployment_summary;
    let started = robots.iter().any(|robot| robot.deployment_start_time.is_some());
    match status.as_str().unwrap() {
        "Pending" => assert!(time == job.created && !started),
        "Preparing" => assert!(time > job.created && !started),
        "InProgress" => assert!(started && time < job.created + job.outcome.job_duration),
        "Succeeded" => {
            assert!(description.failure_code.is_none() && robots.iter().all(|robot| robot.deployment_finish_time.is_some()));
        }
        "Failed" => assert!(description.failure_code.is_some() && description.failure_reason.is_some()),
        "Canceled" => assert!(description.failure_code.is_none() && job.rules.cancel.is_some()),
        other => panic!("{other}"),
    }
}

#[test]
fn a_description_says_of_every_robot_what_its_trace_says() {
    assert_describes("tests/cli/small.toml", &[], 0..4);
    assert_describes("tests/cli/linked.toml", &[], 0..2);
    assert_describes("tests/cli/campaign.toml", &[], 0..6);
    assert_describes("scenarios/lab.toml", &["start=\"2026-03-02T08:00:00Z\""], 0..3);
    assert_describes("scenarios/night-shift.toml", &["rollout.robomaker.concurrent_deployment_percentage=40"], 0..1);
}

#[test]
fn a_description_of_a_job_that_was_cut_says_what_its_trace_says() {
    let abort = "rollout.robomaker.on_stop=abort";
    assert_describes("tests/cli/small.toml", &[abort, "rollout.robomaker.failure_threshold_percentage=5"], 0..4);
    assert_describes("tests/cli/linked.toml", &[abort, "rollout.robomaker.cancel=4min"], 0..2);
    assert_describes("tests/cli/small.toml", &["rollout.robomaker.cancel=1s"], 0..1);
    assert_describes("tests/cli/small.toml", &["rollout.robomaker.job_faults={ InternalServerError = 1.0 }"], 0..1);
}
