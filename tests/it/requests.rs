//! RoboMaker's requests are read as the service would have read them, and its samples print back equal.

use std::collections::BTreeMap;

use crate::common::{checked, scenario_file, text_of};
use rollcast::model::FailureCode;
use rollcast::model::ScriptStep;
use rollcast::report::Service;
use rollcast::scenario::{Knob, RequestFile, Scenario};
use rollcast::sim::Verdict;
use rollcast::study::trace;
use rollcast::wire::robomaker::{
    CreateDeploymentJobResponse, DescribeDeploymentJobResponse, ListDeploymentJobsResponse,
    Request, SyncDeploymentJobResponse,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn sample(name: &str) -> String {
    text_of(&format!("tests/robomaker/{name}.json"))
}

/// Requires a sample to be read as a `T` that prints back as it was, keys in their order.
fn assert_prints_back<T: Serialize + DeserializeOwned>(name: &str) {
    let text = sample(name);
    let parsed: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(
        plain(&serde_json::to_string(&parsed).unwrap()),
        plain(&text),
        "{name}"
    );
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
    let as_text = text
        .replace("1551218369.0", "\"2019-02-26T13:59:29-08:00\"")
        .replace("1551218376.0", "\"2019-02-26T21:59:36.000Z\"");
    assert_ne!(as_text, text);
    let parsed = |text: &str| serde_json::from_str::<DescribeDeploymentJobResponse>(text).unwrap();
    assert_eq!(parsed(&as_text), parsed(&text));
    assert!(refused(&serde_json::from_str(&as_text).unwrap()).is_empty());
    let wrong: Value =
        serde_json::from_str(&text.replace("1551218369.0", "\"yesterday\"")).unwrap();
    assert_eq!(refused(&wrong), ["$.createdAt"]);
}

#[test]
fn an_answer_that_boto3_gave_is_read() {
    let mut dumped: Value = serde_json::from_str(&sample("describe-deployment-job")).unwrap();
    dumped["ResponseMetadata"] = json!({ "RequestId": "1", "HTTPStatusCode": 200 });
    // As json.dumps(response, default=str) has it.
    dumped["createdAt"] = json!("2019-02-26 21:59:29+00:00");
    assert_eq!(refused(&dumped), [""; 0]);
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
        Err(refused) => refused
            .faults
            .iter()
            .map(|fault| fault.path.to_string())
            .collect(),
    }
}

fn at<'v>(document: &'v mut Value, pointer: &str) -> &'v mut Value {
    document
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}"))
}

/// The path of a JSON pointer.
fn path(pointer: &str) -> String {
    let segment = |segment: &str| match segment.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{segment}"),
    };
    format!(
        "${}",
        pointer.split('/').skip(1).map(segment).collect::<String>()
    )
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
        (
            vec![json!(1), json!(100)],
            vec![
                json!(0),
                json!(101),
                json!(-1),
                json!(20.5),
                json!("20"),
                json!(1e30),
                json!(null),
            ],
        )
    };
    let command = || {
        (
            vec![long(1024, 'a'), text("a_B-9.launch")],
            vec![
                text(""),
                long(1025, 'a'),
                text("a b"),
                text("a/b"),
                text("ä"),
                json!(3),
            ],
        )
    };
    let file = || {
        (
            vec![long(1024, 'ä'), text("any thing/at $all.sh")],
            vec![text(""), long(1025, 'a'), text("a\nb"), json!(false)],
        )
    };
    let arns = || {
        (
            vec![arn(4), arn(1224)],
            vec![
                text(""),
                arn(1225),
                text("Trek"),
                text("ARN:x"),
                text("arn:a\nb"),
                json!([]),
            ],
        )
    };
    let cases: Vec<(String, Edges)> = vec![
        (
            "/deploymentConfig/concurrentDeploymentPercentage".into(),
            percentage(),
        ),
        (
            "/deploymentConfig/failureThresholdPercentage".into(),
            percentage(),
        ),
        (
            "/deploymentConfig/robotDeploymentTimeoutInSeconds".into(),
            (
                vec![json!(60), json!(604_800)],
                vec![
                    json!(59),
                    json!(604_801),
                    json!(0),
                    json!(60.5),
                    json!("5h"),
                ],
            ),
        ),
        (
            "/deploymentConfig/downloadConditionFile/bucket".into(),
            (
                vec![text("a.b"), long(63, 'a'), text("0-9"), text("abc")],
                vec![
                    text(""),
                    text("ab"),
                    text("a"),
                    long(64, 'a'),
                    text("-ab"),
                    text("ab."),
                    text("aBc"),
                    text("a_c"),
                ],
            ),
        ),
        ("/deploymentConfig/downloadConditionFile/key".into(), file()),
        (
            "/deploymentConfig/downloadConditionFile/etag".into(),
            (vec![text(""), long(5000, 'e')], vec![json!(1)]),
        ),
        (
            "/clientRequestToken".into(),
            (
                vec![text("a_B-9="), long(64, 't')],
                vec![text(""), long(65, 't'), text("a b"), text("a.b")],
            ),
        ),
        ("/fleet".into(), arns()),
        (under(CONFIG, "application"), arns()),
        (
            under(CONFIG, "applicationVersion"),
            (
                vec![text("0"), long(255, '9')],
                vec![
                    text(""),
                    long(256, '9'),
                    text("$LATEST"),
                    text("1.2"),
                    json!(3),
                ],
            ),
        ),
        (under(LAUNCH, "packageName"), command()),
        (under(LAUNCH, "launchFile"), command()),
        (under(LAUNCH, "preLaunchFile"), file()),
        (under(LAUNCH, "postLaunchFile"), file()),
        (under(LAUNCH, "environmentVariables/ENVIRONMENT"), file()),
        (
            "/tags/Region".into(),
            (
                vec![text(""), long(256, 'v'), text("a _.-/+=:9")],
                vec![long(257, 'v'), text("a,b"), json!(null)],
            ),
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
        at(&mut document, parent)
            .as_object_mut()
            .unwrap()
            .remove(key)
            .unwrap();
        assert_eq!(refused(&document), [path(parent)], "{parent}/{key}");
    }
    for parent in [
        "",
        "/deploymentConfig",
        "/deploymentConfig/downloadConditionFile",
        CONFIG,
        LAUNCH,
    ] {
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
        at(&mut document, parent)
            .as_object_mut()
            .unwrap()
            .remove(key)
            .unwrap();
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
    let entries = |prefix: &str, n: usize| {
        (0..n)
            .map(|i| (format!("{prefix}{i}"), "x".to_owned()))
            .collect::<BTreeMap<_, _>>()
    };
    for (pointer, prefix, most) in [
        (format!("{LAUNCH}/environmentVariables"), "E_", 20),
        ("/tags".to_owned(), "e", 50),
    ] {
        let mut document = request();
        *at(&mut document, &pointer) = json!(entries(prefix, most));
        assert_eq!(refused(&document), [""; 0]);
        *at(&mut document, &pointer) = json!(entries(prefix, most + 1));
        assert_eq!(refused(&document), [path(&pointer)]);
    }
    for (pointer, keys) in [
        (
            format!("{LAUNCH}/environmentVariables"),
            ["", "lower", "1A", "A-B"],
        ),
        ("/tags".to_owned(), ["", "a,b", "ä", "a\tb"]),
    ] {
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
    let mut expected = [
        "$.deploymentConfig.concurrentDeploymentPercentage".to_owned(),
        "$.fleet".to_owned(),
        format!("{launch}.packageName"),
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_skeleton_is_read_and_says_nothing() {
    let document: Value = serde_json::from_str(&sample("create-deployment-job.skeleton")).unwrap();
    let request = Request::read(&document).unwrap();
    assert_eq!(
        (request.fleet, request.application, request.tags.len()),
        (None, None, 0)
    );
    assert_eq!(
        request.config,
        rollcast::wire::robomaker::DeploymentConfig::default()
    );
    assert_eq!(request.placeholders.len(), 16);
    // A skeleton that somebody began to fill in is a request.
    let mut begun = document.clone();
    begun["fleet"] = json!("arn:fleet");
    assert!(refused(&begun).contains(&"$.deploymentApplicationConfigs[0].application".to_owned()));
    // What a skeleton has beside placeholders is held to the model too.
    for (pointer, value) in [
        ("", json!({ "unheardOf": 1 })),
        (LAUNCH, json!({ "preLaunchFile": "a\nb" })),
    ] {
        let mut wrong = document.clone();
        at(&mut wrong, pointer)
            .as_object_mut()
            .unwrap()
            .extend(value.as_object().unwrap().clone());
        assert_eq!(refused(&wrong).len(), 1, "{value}");
    }
    let mut second = document.clone();
    second["deploymentApplicationConfigs"] =
        json!([document["deploymentApplicationConfigs"][0], { "application": "arn:a" }]);
    assert!(
        !Request::read(&document).unwrap().ignores_application
            && Request::read(&second).unwrap().ignores_application
    );
    let mut tried = document;
    tried["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(40);
    assert_eq!(
        Request::read(&tried)
            .unwrap()
            .config
            .concurrent_deployment_percentage,
        Some(40)
    );
    tried["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(400);
    assert_eq!(
        refused(&tried),
        ["$.deploymentConfig.concurrentDeploymentPercentage"]
    );
}

#[test]
fn what_the_service_answered_is_read_as_what_was_asked_for() {
    for name in [
        "create-deployment-job",
        "describe-deployment-job",
        "sync-deployment-job",
    ] {
        let document: Value = serde_json::from_str(&sample(name)).unwrap();
        let request =
            Request::read(&document).unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
        assert_eq!(
            request.config.concurrent_deployment_percentage,
            Some(20),
            "{name}"
        );
        assert_eq!(
            request.application.unwrap().application_version,
            "1",
            "{name}"
        );
        assert_eq!(
            request.robots,
            (name == "describe-deployment-job").then_some(1),
            "{name}"
        );
    }
    let list: Value = serde_json::from_str(&sample("list-deployment-jobs")).unwrap();
    assert_eq!(refused(&list), ["$"]);
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
        cohorts
            .iter()
            .any(|cohort| cohort.scripts[ScriptStep::PreLaunch].is_some())
            && cohorts
                .iter()
                .any(|cohort| cohort.scripts[ScriptStep::PostLaunch].is_some())
    );
    let mut request = request();
    request["deploymentConfig"] =
        json!({ "concurrentDeploymentPercentage": 50, "robotDeploymentTimeoutInSeconds": 600 });
    at(&mut request, LAUNCH)
        .as_object_mut()
        .unwrap()
        .remove("preLaunchFile");
    let after = under("tests/cli/small.toml", &request);
    assert_ne!(after.hash, before.hash);
    for (after, before) in after.profiles.iter().zip(&before.profiles) {
        assert_eq!(after.rules.levels().concurrency, 50);
        assert_eq!(
            after.rules.levels().threshold,
            before.rules.levels().threshold,
            "the request says nothing"
        );
        assert_eq!(after.world.release.version, "3");
        let mut by_hand = before.world.fleet.clone();
        for cohort in &mut by_hand.cohorts {
            cohort.scripts[ScriptStep::PreLaunch] = None;
            cohort.scripts[ScriptStep::DownloadCondition] = None;
        }
        assert_eq!(after.world.fleet, by_hand);
    }
    // A profile's own value has the last word, as over --set.
    assert_eq!(after.profiles[0].rules.robot_timeout(), 600_000);
}

#[test]
fn a_knob_has_the_last_word_over_a_request() {
    let mut file = scenario_file("tests/cli/small.toml");
    let mut request = request();
    at(&mut request, LAUNCH)
        .as_object_mut()
        .unwrap()
        .remove("postLaunchFile");
    file.lay_over(&Request::read(&request).unwrap());
    let flags = ["rollout.robomaker.concurrent_deployment_percentage=7,9".to_owned()];
    let knobs = Knob::from_flags(&flags).unwrap_or_else(|found| panic!("{}", found.render(false)));
    // What the request says does not run, nobody can change.
    let script = "cohort.*.post_launch.failure";
    let found = file.set("--set", &format!("{script}=0.5")).unwrap_err();
    assert!(
        found.0[0].title.contains("`postLaunchFile`"),
        "{}",
        found.render(false)
    );
    let of_script = Knob::from_flags(&[format!("{script}=0.1,0.5")])
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    let found = file
        .check_setting(&[(&of_script[0], &of_script[0].values[0])], &[])
        .unwrap_err();
    assert!(
        found.0[0].title.contains("`postLaunchFile`"),
        "{}",
        found.render(false)
    );
    for (value, percentage) in knobs[0].values.iter().zip([7, 9]) {
        let scenario = file
            .check_setting(&[(&knobs[0], value)], &[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        for profile in scenario.profiles {
            assert_eq!(profile.rules.levels().concurrency, percentage);
            assert_eq!(profile.rules.levels().threshold, 25);
            assert!(
                profile
                    .world
                    .fleet
                    .cohorts
                    .iter()
                    .all(|cohort| cohort.scripts[ScriptStep::PostLaunch].is_none())
            );
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
        let request =
            serde_json::to_value(Service::new(&before, &before.profiles[0], 0, None).request())
                .unwrap();
        let after = under(path, &request);
        assert_eq!(after.profiles, before.profiles, "{path}");
        let file = RequestFile::parse("request.json", request.to_string())
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        assert_eq!(
            file.warnings(Some(&before), &after).render(false),
            "",
            "{path}"
        );
    }
}

/// The titles of the warnings of a request over a scenario.
fn warned(path: &str, request: &Value) -> Vec<String> {
    let without = checked(&scenario_file(path));
    let with = under(path, request);
    let file = RequestFile::parse("request.json", request.to_string())
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    file.warnings(Some(&without), &with)
        .0
        .into_iter()
        .map(|problem| problem.title)
        .collect()
}

#[test]
fn what_a_request_leaves_open_is_said_with_what_will_happen() {
    let path = "tests/cli/small.toml";
    let scenario = checked(&scenario_file(path));
    let own =
        serde_json::to_value(Service::new(&scenario, &scenario.profiles[0], 0, None).request())
            .unwrap();
    assert_eq!(warned(path, &own), [""; 0]);
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut request = own.clone();
        edit(&mut request);
        warned(path, &request)
    };
    let another = edited(&|request| {
        request["fleet"] = json!("arn:aws:robomaker:us-west-2:1:deployment-fleet/Trek/1");
    });
    assert_eq!(
        another,
        ["the request is for the fleet `Trek`, the scenario is of `small`"]
    );
    let version =
        edited(&|request| *at(request, &format!("{CONFIG}/applicationVersion")) = json!("13"));
    assert_eq!(
        version,
        ["the request deploys version 13, the scenario is of 12"]
    );
    let script = edited(&|request| {
        at(request, LAUNCH)
            .as_object_mut()
            .unwrap()
            .remove("postLaunchFile")
            .unwrap();
    });
    assert_eq!(
        script,
        ["the request has no `postLaunchFile`: the scenario's `post_launch` does not run"]
    );
    let condition = edited(&|request| {
        request["deploymentConfig"]["downloadConditionFile"] =
            json!({ "bucket": "abc", "key": "k" });
    });
    assert_eq!(
        condition,
        ["the request has a `downloadConditionFile`, and the scenario says nothing of it"]
    );
    let timeout = edited(&|request| {
        request["deploymentConfig"]
            .as_object_mut()
            .unwrap()
            .remove("robotDeploymentTimeoutInSeconds")
            .unwrap();
    });
    assert_eq!(
        timeout,
        ["the request leaves out `robotDeploymentTimeoutInSeconds`: the scenario's 1 h counts"]
    );
    // What the service answered says how many robots there were.
    let mut answered = own.clone();
    answered
        .as_object_mut()
        .unwrap()
        .remove("clientRequestToken");
    answered["status"] = json!("Succeeded");
    answered["robotDeploymentSummary"] = json!([{ "arn": "arn:robot" }]);
    assert_eq!(
        warned(path, &answered),
        ["the request was for a fleet of 1, the scenario's is of 40"]
    );
}

#[test]
fn an_application_without_a_bundle_for_any_robot_is_said_to_fail_everywhere() {
    let mut file = scenario_file("tests/cli/small.toml");
    file.set("--set", "release.bundle={ ARMHF = \"1 MB\" }")
        .unwrap();
    let scenario = checked(&file);
    let request =
        serde_json::to_value(Service::new(&scenario, &scenario.profiles[0], 0, None).request())
            .unwrap();
    let request = RequestFile::parse("request.json", request.to_string())
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    let titles: Vec<String> = request
        .warnings(Some(&scenario), &scenario)
        .0
        .into_iter()
        .map(|problem| problem.title)
        .collect();
    assert_eq!(
        titles,
        ["the application has no bundle for any robot of the fleet"]
    );
    // And so it does.
    let mut ended = Vec::new();
    trace(&scenario.profiles[0], 0, |traced| {
        ended.extend(traced.record.deployment.map(|journey| journey.verdict));
    });
    let without = Verdict::Failed(FailureCode::MissingRobotApplicationArchitecture);
    assert!(
        !ended.is_empty()
            && ended
                .iter()
                .all(|verdict| *verdict == without || *verdict == Verdict::NoResponse),
        "{ended:?}"
    );
}

#[test]
fn a_mark_before_the_text_moves_no_place() {
    let text = "\u{feff}{ \"fleet\": 7 }";
    let found = RequestFile::parse("request.json", text.to_owned())
        .unwrap_err()
        .render(false);
    assert!(
        found.contains("it is a number, not text in quotes"),
        "{found}"
    );
    let place = |problem: &rollcast::scenario::Diagnostic| {
        problem.place.as_ref().map(|(place, _)| place.span.clone())
    };
    let problems = RequestFile::parse("request.json", text.to_owned()).unwrap_err();
    assert!(
        problems
            .0
            .iter()
            .any(|problem| place(problem) == Some(text.find('7').map(|at| at..at + 1).unwrap())),
        "{found}"
    );
    let empty = RequestFile::parse("request.json", String::new())
        .unwrap_err()
        .render(false);
    assert!(empty.contains("it ends too early"), "{empty}");
}
