//! The schema of the scenario file against the reader, which is written by hand as it is: the same keys, the same words, the same ends of
//! ranges. What the reader takes, the schema takes; what structure alone can tell, both refuse.

mod document;
mod documented;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use self::document::{Document, json_of};
use crate::common::sandbox::{Sandbox, checkout, expect, files_in, shipped};
use crate::common::walk::{Schema, Step, at, at_mut};
use rollcast::rollout::{DeploymentConfig, Rules};
use rollcast::scenario::{Diagnostic, Problems, Scenario, scenario_schema};
use serde_json::{Value, json};

/// A key and a word that nobody knows.
const UNKNOWN: &str = "zzz";

fn schema() -> Schema {
    Schema::new(scenario_schema())
}

/// Every scenario of the repository that is sound.
fn corpus() -> Vec<Document> {
    let mut paths = Vec::new();
    for folder in [
        "scenarios",
        "src/cli/templates",
        "tests/cli",
        "tests/schema",
    ] {
        let files = files_in(folder, ".toml").into_iter();
        paths.extend(files.map(|(_, path)| path));
    }
    paths.sort();
    paths.iter().map(|path| Document::read(path)).collect()
}

/// The scenarios that have every key between them.
fn complete() -> Vec<Document> {
    ["every_key", "inventory", "offline", "pilot"]
        .map(|name| Document::read(&checkout().join(format!("tests/schema/{name}.toml"))))
        .into()
}

/// Where the parts of the schema apply: by pointer, documents and paths in them.
fn places<'d>(
    schema: &Schema,
    documents: &'d [Document],
) -> BTreeMap<String, Vec<(&'d Document, Vec<Step>)>> {
    let mut places: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for document in documents {
        schema.walk(&document.value, &mut |pointer, path| {
            places
                .entry(pointer.to_owned())
                .or_default()
                .push((document, path.to_vec()));
        });
    }
    places
}

/// The document with another value at a path.
fn with(document: &Document, path: &[Step], value: Value) -> Value {
    let mut changed = document.value.clone();
    *at_mut(&mut changed, path) = value;
    changed
}

fn refused(document: &Document, value: &Value, why: &str) -> Problems {
    document
        .check(value)
        .err()
        .unwrap_or_else(|| panic!("{}: the reader takes {why}", document.name))
}

#[test]
fn the_committed_schema_is_current() {
    let output = Sandbox::empty().rollcast(&["schema"]);
    assert_eq!(output.status.code(), Some(0));
    expect(
        &checkout().join("scenarios/scenario.schema.json"),
        std::str::from_utf8(&output.stdout).unwrap(),
    );
}

#[test]
fn every_sound_scenario_is_valid() {
    let (schema, corpus) = (schema(), corpus());
    assert!(corpus.len() > 20, "only {} scenarios", corpus.len());
    for document in corpus {
        document
            .check(&document.value)
            .unwrap_or_else(|found| panic!("{}: {}", document.name, found.render(false)));
        let errors = schema.errors(&document.value);
        assert!(errors.is_empty(), "{}: {errors:#?}", document.name);
    }
}

#[test]
fn what_the_documentation_shows_is_valid() {
    let schema = schema();
    let pilot = Document::read(&checkout().join("tests/schema/pilot.toml"));
    let mut snippets = 0;
    for page in [
        "README.md",
        "docs/scenario.md",
        "docs/choosing-percentages.md",
        "docs/ci.md",
        "docs/model.md",
        "docs/slow-rollouts.md",
    ] {
        let text = fs::read_to_string(checkout().join(page)).unwrap();
        for block in text.split("\n```toml\n").skip(1) {
            let block = block.split("\n```").next().expect("a block");
            let shown = json_of(block).unwrap_or_else(|error| panic!("{page}: {error}"));
            // A scenario by itself, or lines of one.
            let is_whole = shown.get("release").is_some() && shown.get("cohort").is_some();
            let mut whole = if is_whole {
                shown.clone()
            } else {
                pilot.value.clone()
            };
            merge(&mut whole, &shown);
            let errors = schema.errors(&whole);
            assert!(errors.is_empty(), "{page}: {errors:#?}");
            pilot
                .check(&whole)
                .unwrap_or_else(|found| panic!("{page}: {}", found.render(false)));
            snippets += 1;
        }
    }
    assert!(snippets >= 4, "only {snippets} blocks");
}

/// Lays one document over another; tables of arrays by their places.
fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                match under.get_mut(key) {
                    Some(under) => merge(under, value),
                    None => drop(under.insert(key.clone(), value.clone())),
                }
            }
        }
        (Value::Array(under), Value::Array(over)) if over.iter().all(Value::is_object) => {
            under
                .iter_mut()
                .zip(over)
                .for_each(|(under, over)| merge(under, over));
        }
        (under, over) => *under = over.clone(),
    }
}

#[test]
fn every_key_of_the_schema_is_one_that_the_reader_takes() {
    let schema = schema();
    let mut documents = complete();
    let restated: Vec<Document> = documents
        .iter()
        .map(|document| restated(&schema, document))
        .collect();
    for document in &restated {
        document
            .check(&document.value)
            .unwrap_or_else(|found| panic!("{}: {}", document.name, found.render(false)));
        let errors = schema.errors(&document.value);
        assert!(errors.is_empty(), "{}: {errors:#?}", document.name);
    }
    documents.extend(restated);
    let reached: BTreeSet<String> = places(&schema, &documents).into_keys().collect();
    let all = schema.all_parts();
    let missing: Vec<&String> = all.iter().filter(|part| !reached.contains(*part)).collect();
    assert!(missing.is_empty(), "no scenario has {missing:#?}");
}

/// The document with a profile, knobs and further keys to tune that say again what it says, by dotted keys.
fn restated(schema: &Schema, document: &Document) -> Document {
    let mut said = BTreeMap::new();
    for outer in [
        "release",
        "rollout",
        "campaign",
        "start",
        "observe_for",
        "observe_after",
    ] {
        if let Some(value) = document.value.get(outer) {
            say(value, outer, &mut said);
        }
    }
    for outer in ["cohort", "link"] {
        for (index, table) in document.value[outer]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let name = table["name"].as_str().expect("a name");
            let name = if name.contains('.') {
                format!("\"{name}\"")
            } else {
                name.to_owned()
            };
            // Both ways to say which one.
            let name = if index == 0 && document.value[outer].as_array().map(Vec::len) == Some(1) {
                "*".to_owned()
            } else {
                name
            };
            for (key, value) in table.as_object().expect("a table") {
                say(value, &format!("{outer}.{name}.{key}"), &mut said);
            }
        }
    }
    let mut value = document.value.clone();
    value["profile"] = json!({ "bad": {}, "again": said });
    let knobs: BTreeMap<&String, Value> = said
        .iter()
        .map(|(key, value)| (key, json!([value])))
        .collect();
    value["sweep"] = json!(knobs);
    let is_rule = |key: &str| {
        let rule = key.starts_with("rollout.robomaker.") || key.starts_with("campaign.");
        rule && !key.starts_with("rollout.robomaker.concurrent_")
            && !key.starts_with("rollout.robomaker.failure_")
    };
    let vary: BTreeMap<&&String, &Value> = knobs.iter().filter(|(key, _)| is_rule(key)).collect();
    if let Some(tune) = value.get("tune").cloned() {
        value["tune"] = tune;
        value["tune"]["vary"] = json!(vary);
    }
    assert!(schema.is_valid(&document.value));
    Document {
        name: format!("{} said again", document.name),
        value,
        folder: document.folder.clone(),
    }
}

/// The values below a table that a dotted key of the schema leads to.
fn say(value: &Value, key: &str, said: &mut BTreeMap<String, Value>) {
    // Tables that are values: laws, probabilities, shares by architecture, an order, an inventory.
    const VALUES: [&str; 11] = [
        "failure",
        "hang",
        "after",
        "duration",
        "fails_after",
        "preparing",
        "order",
        "architecture",
        "robots",
        "on",
        "off",
    ];
    const LAWS: [&str; 4] = ["download_rate", "extract_rate", "extract_duration", "joins"];
    let last = key.rsplit('.').next().expect("a key");
    let is_fault = key.contains(".faults.");
    match value {
        Value::Object(table) if !VALUES.contains(&last) && !LAWS.contains(&last) && !is_fault => {
            for (inner, value) in table {
                say(value, &format!("{key}.{inner}"), said);
            }
        }
        _ => drop(said.insert(key.to_owned(), value.clone())),
    }
}

/// What the reader says that it knows, of a problem with [`UNKNOWN`].
fn known_words(problems: &Problems) -> BTreeSet<String> {
    let about = |problem: &&Diagnostic| {
        problem.title.contains(&format!("`{UNKNOWN}`"))
            || problem.title.contains("must be exactly one law")
    };
    let help = problems
        .0
        .iter()
        .find(about)
        .and_then(|problem| problem.help.clone());
    let help = help.unwrap_or_else(|| panic!("no word on it: {}", problems.render(false)));
    let list = [" are ", " is ", " knows ", " one of "]
        .iter()
        .find_map(|before| help.split_once(before))
        .map_or("", |(_, list)| list);
    if list.contains('`') {
        return list
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
    }
    // The help on `order` shows how to write each.
    help.split("= \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn tables_have_the_keys_that_the_reader_asks_for() {
    let (schema, documents) = (schema(), complete());
    let mut tables = 0;
    for (pointer, places) in places(&schema, &documents) {
        let part = schema.part(&pointer);
        if part["additionalProperties"] != json!(false) {
            continue;
        }
        let keys: BTreeSet<String> = part["properties"]
            .as_object()
            .expect("keys")
            .keys()
            .cloned()
            .collect();
        for (document, path) in places {
            let mut table = at(&document.value, &path).clone();
            if part["maxProperties"] == json!(1) {
                table = json!({});
            }
            table[UNKNOWN] = json!(1);
            let changed = with(document, &path, table);
            let known = known_words(&refused(
                document,
                &changed,
                &format!("{UNKNOWN} in {path:?}"),
            ));
            assert_eq!(known, keys, "{pointer}, in {} at {path:?}", document.name);
            assert!(
                !schema.is_valid(&changed),
                "the schema takes {UNKNOWN} in {path:?}"
            );
        }
        tables += 1;
    }
    assert!(tables > 40, "only {tables} tables");
}

#[test]
fn words_are_those_that_the_reader_knows() {
    let (schema, documents) = (schema(), complete());
    let mut choices = 0;
    for (pointer, places) in places(&schema, &documents) {
        let Some(words) = schema.part(&pointer)["enum"].as_array() else {
            continue;
        };
        let words: BTreeSet<String> = words
            .iter()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect();
        for (document, path) in places {
            let changed = with(document, &path, json!(UNKNOWN));
            assert_eq!(
                known_words(&refused(document, &changed, UNKNOWN)),
                words,
                "{pointer}, in {} at {path:?}",
                document.name
            );
            assert!(
                !schema.is_valid(&changed),
                "the schema takes {UNKNOWN} at {path:?}"
            );
        }
        choices += 1;
    }
    assert!(choices >= 10, "only {choices} choices");
}

#[test]
fn numbers_end_where_the_readers_do() {
    let (schema, documents) = (schema(), complete());
    let out_of_range = |problems: &Problems| {
        let of_range = |problem: &&Diagnostic| {
            problem.title.contains(" must be ") && !problem.title.contains("add up")
        };
        problems
            .0
            .iter()
            .find(of_range)
            .map(|problem| problem.title.clone())
    };
    let mut ends = 0;
    for (pointer, places) in places(&schema, &documents) {
        let part = schema.part(&pointer);
        let whole = part["type"] == json!("integer");
        for (keyword, sign) in [
            ("minimum", -1.0),
            ("maximum", 1.0),
            ("exclusiveMinimum", -1.0),
        ] {
            let Some(end) = part.get(keyword) else {
                continue;
            };
            let beyond = match (end.as_i64(), whole) {
                (Some(end), true) => i128::from(end) + sign as i128,
                _ => 0,
            };
            let beyond = if whole {
                serde_json::from_str(&beyond.to_string()).unwrap()
            } else {
                json!(end.as_f64().unwrap() + sign * 1e-7)
            };
            for (document, path) in &places {
                let changed = with(document, path, beyond.clone());
                refused(document, &changed, &format!("{beyond} at {path:?}"));
                assert!(
                    !schema.is_valid(&changed),
                    "the schema takes {beyond} at {path:?}"
                );
                if keyword == "exclusiveMinimum" {
                    continue;
                }
                let changed = with(document, path, end.clone());
                let complaint = document
                    .check(&changed)
                    .err()
                    .and_then(|problems| out_of_range(&problems));
                assert_eq!(complaint, None, "{end} at {path:?}");
                let mut at_end = Vec::new();
                schema.walk(&changed, &mut |pointer, path| {
                    at_end.push((pointer.to_owned(), path.to_vec()));
                });
                assert!(
                    at_end.contains(&(pointer.clone(), path.clone())),
                    "the schema refuses {end} at {path:?}"
                );
            }
            ends += 1;
        }
    }
    assert!(ends > 30, "only {ends} ends of ranges");
}

#[test]
fn defaults_are_those_of_the_reader() {
    let (schema, mut documents) = (schema(), complete());
    documents.extend(
        corpus()
            .into_iter()
            .filter(|document| document.name.contains("templates")),
    );
    // What a recovery leaves out is filled in where it is played.
    let resolved = |scenario: &Scenario| {
        let mut profiles = scenario.profiles.clone();
        let recoveries: Vec<Option<Rules>> = profiles
            .iter_mut()
            .map(|profile| {
                let recovery = profile.campaign.as_mut()?.recovery.as_mut()?;
                let rules = recovery.rules(&profile.rules);
                recovery.config = DeploymentConfig::default();
                Some(rules)
            })
            .collect();
        (
            profiles,
            recoveries,
            scenario.seed,
            scenario.replications,
            scenario.profiles[0].start,
        )
    };
    let mut tested = BTreeSet::new();
    for (pointer, places) in places(&schema, &documents) {
        for (key, value) in schema.part(&pointer)["properties"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let Some(default) = value.get("default") else {
                continue;
            };
            let place = format!("{pointer}/{key}");
            for (document, path) in &places {
                let mut table = at(&document.value, path).clone();
                if table.get(key).is_some() {
                    continue;
                }
                table[key] = default.clone();
                let changed = with(document, path, table);
                // Some keys do not go with others.
                let Ok(scenario) = document.check(&changed) else {
                    continue;
                };
                let before = document.check(&document.value).expect("it is sound");
                assert!(
                    resolved(&scenario) == resolved(&before),
                    "{default} is not the default of {place}"
                );
                assert!(
                    schema.is_valid(&changed),
                    "the schema refuses its own default of {place}"
                );
                tested.insert(place.clone());
            }
        }
    }
    let all = schema.all_parts();
    let with_default = all.iter().flat_map(|pointer| {
        let keys = schema.part(pointer)["properties"]
            .as_object()
            .into_iter()
            .flatten();
        keys.filter(|(_, value)| value.get("default").is_some())
            .map(move |(key, _)| format!("{pointer}/{key}"))
    });
    let untested: Vec<String> = with_default
        .filter(|place| !tested.contains(place))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

/// Values of every kind in every place, keys left out: whatever the reader takes, the schema takes.
#[test]
fn what_the_reader_takes_the_schema_takes() {
    let (schema, mut documents) = (schema(), complete());
    // Every profile and every value of a knob is one more scenario to read; `pilot` has a few.
    for key in ["profile", "sweep", "tune", "expect"] {
        documents[0]
            .value
            .as_object_mut()
            .expect("a table")
            .remove(key);
    }
    let instead = [
        json!(true),
        json!(0),
        json!(1),
        json!(0.5),
        json!(-1),
        json!(1.0),
        json!(150),
        json!(""),
        json!(" 5 min "),
        json!(".5s"),
        json!("20 Mbit/s"),
        json!("10 MB"),
        json!("12"),
        json!("ARM64"),
        json!("file"),
        json!("plain"),
        json!("24:00"),
        json!("daily"),
        json!("1..3"),
        json!("p(stopped) >= 1%"),
        json!([]),
        json!({}),
        json!([1, 2]),
        json!(["plain"]),
        json!({ "constant": 0 }),
        json!({ "constant": "1min" }),
        json!({ "probability": 0.1 }),
        json!({ "duration": "1s" }),
        json!({ "ARM64": 1 }),
    ];
    let (mut taken, mut refused_by_both, mut left) = (0, 0, 0);
    for document in &documents {
        let mut paths: Vec<Vec<Step>> = Vec::new();
        schema.walk(&document.value, &mut |_, path| {
            if !path.is_empty() && !paths.contains(&path.to_vec()) {
                paths.push(path.to_vec());
            }
        });
        let mut mutants: Vec<(String, Value)> = Vec::new();
        for path in &paths {
            mutants.extend(instead.iter().map(|value| {
                (
                    format!("{path:?} = {value}"),
                    with(document, path, value.clone()),
                )
            }));
            if let (Step::Key(key), outer) = (path.last().expect("a step"), &path[..path.len() - 1])
            {
                let mut table = at(&document.value, outer).clone();
                table.as_object_mut().expect("a table").remove(key);
                mutants.push((format!("{path:?} left out"), with(document, outer, table)));
            }
        }
        for (what, mutant) in mutants {
            match (document.check(&mutant).is_ok(), schema.is_valid(&mutant)) {
                (true, true) => taken += 1,
                (true, false) => {
                    panic!(
                        "{}: the reader takes {what}, the schema not: {:?}",
                        document.name,
                        schema.errors(&mutant)
                    )
                }
                (false, false) => refused_by_both += 1,
                (false, true) => left += 1,
            }
        }
    }
    // Most of what is wrong with these is their kind; some name files and columns that are not there.
    assert!(
        taken > 300 && refused_by_both > 10 * left,
        "{taken} taken, {refused_by_both} refused, {left} left to the reader"
    );
}

/// Every `tests/bad/NAME.toml` is refused by the reader; by the schema too, but for what structure alone cannot tell.
#[test]
fn bad_scenarios_are_refused_as_far_as_structure_goes() {
    let schema = schema();
    let mut left: Vec<String> = Vec::new();
    let mut refused = 0;
    for (name, path) in files_in("tests/bad", ".toml") {
        let Some(value) = fs::read_to_string(&path)
            .ok()
            .and_then(|text| json_of(&text).ok())
        else {
            continue;
        };
        if schema.is_valid(&value) {
            left.push(name);
        } else {
            refused += 1;
        }
    }
    left.sort();
    expect(
        &checkout().join("tests/schema/left_to_the_reader.txt"),
        &(left.join("\n") + "\n"),
    );
    assert!(refused > 40, "only {refused} are refused");
}

/// What is wrong by itself, each in a sound scenario: a dotted key of [`walk`]'s paths and a value.
#[test]
fn what_structure_can_tell_is_refused_by_both() {
    let schema = schema();
    let document = Document::read(&checkout().join("tests/schema/pilot.toml"));
    let wrong: Vec<(&str, Value)> = vec![
        ("/name", json!("baseline")),
        ("/name", json!("a/b")),
        ("/name", json!("x".repeat(61))),
        ("/seed", json!(-1)),
        ("/seed", json!("1")),
        ("/replications", json!(0)),
        ("/start", json!("2026-03-28T21:00")),
        ("/start", json!("2026-03-28")),
        ("/observe_after", json!("5m")),
        ("/observe_after", json!(5)),
        ("/observe_for", json!("5m")),
        ("/observe_for", json!(5)),
        ("/release/version", json!("v1")),
        ("/release/version", json!(-1)),
        ("/release/bundle", json!({})),
        ("/release/bundle", json!({ "ARM64": "10Mb" })),
        ("/release/luck", json!("Shared")),
        (
            "/rollout/robomaker/concurrent_deployment_percentage",
            json!(0),
        ),
        (
            "/rollout/robomaker/failure_threshold_percentage",
            json!(101),
        ),
        (
            "/rollout/robomaker/failure_threshold_percentage",
            json!(12.5),
        ),
        (
            "/rollout/robomaker/order",
            json!({ "cohorts": ["robots", "robots"] }),
        ),
        (
            "/rollout/robomaker/preparing",
            json!({ "uniform": { "min": "1s" } }),
        ),
        (
            "/rollout/robomaker/preparing",
            json!({ "lognormal": { "median": "1s", "cv": 1 } }),
        ),
        (
            "/rollout/robomaker/preparing",
            json!({ "lognormal": { "median": "1s" } }),
        ),
        (
            "/rollout/robomaker/preparing",
            json!({ "gamma": { "mean": "1s", "cv": 11 } }),
        ),
        (
            "/rollout/robomaker/preparing",
            json!({ "constant": "1s", "exponential": { "mean": "1s" } }),
        ),
        ("/rollout/robomaker/preparing", json!({ "mixture": [] })),
        (
            "/rollout/robomaker/preparing",
            json!({ "mixture": [{ "share": 0, "law": "1s" }] }),
        ),
        (
            "/rollout/robomaker/job_faults",
            json!({ "EtagMismatch": 0.1 }),
        ),
        ("/campaign/canary", json!({})),
        ("/campaign/canary", json!({ "robots": 1, "share": 0.5 })),
        (
            "/campaign/canary",
            json!({ "cohorts": ["robots"], "pick": "file" }),
        ),
        ("/campaign/canary", json!({ "cohorts": [] })),
        ("/campaign/canary", json!({ "share": 0 })),
        ("/campaign/sync", json!({ "times": 101 })),
        ("/link", json!({ "name": "dock", "capacity": "1 Gbit/s" })),
        ("/link", json!([{ "name": "dock", "capacity": "1 Gbit" }])),
        ("/cohort", json!([])),
        ("/cohort/0/name", json!("a/b")),
        ("/cohort/0/name", json!("x".repeat(101))),
        ("/cohort/0/robots", json!(0)),
        ("/cohort/0/robots", json!("fleet.csv")),
        (
            "/cohort/0/robots",
            json!({ "csv": "fleet.csv", "name": "x" }),
        ),
        ("/cohort/0/architecture", json!("arm64")),
        ("/cohort/0/architecture", json!({})),
        ("/cohort/0/dead", json!("2 %")),
        ("/cohort/0/dead", json!(2)),
        ("/cohort/0/download_rate", json!("20 Mbps")),
        ("/cohort/0/maintenance", json!([])),
        ("/cohort/0/extract_rate", json!("1 MB")),
        ("/cohort/0/post_launch", json!({ "failure": 0.1 })),
        (
            "/cohort/0/post_launch",
            json!({ "duration": "1s", "failure": { "beta": { "mean": 0.1 } } }),
        ),
        (
            "/cohort/0/post_launch",
            json!({ "duration": "1s", "failure": { "beta": { "mean": 0, "correlation": 0.1 } } }),
        ),
        (
            "/cohort/0/faults",
            json!({ "EtagMismatch": { "fails_after": "1s" } }),
        ),
        ("/cohort/0/faults", json!({ "PostLaunchFileFailure": 0.1 })),
        ("/cohort/0/connectivity", json!({ "on": "1h" })),
        ("/profile", json!({ "base": {} })),
        ("/profile", json!({ "a b": {} })),
        ("/profile", json!({ "bad": { "seed": 5 } })),
        ("/profile", json!({ "bad": { "cohort.*.dead": 2 } })),
        (
            "/profile",
            json!({ "bad": { "rollout.robomaker.order": "random" } }),
        ),
        (
            "/sweep",
            json!({ "rollout.robomaker.failure_threshold_percentage": [] }),
        ),
        (
            "/sweep",
            json!({ "rollout.robomaker.failure_threshold_percentage": 5 }),
        ),
        (
            "/sweep",
            json!({ "rollout.robomaker.failure_threshold_percentage": [0, 5] }),
        ),
        (
            "/sweep",
            json!({ "rollout.robomaker.failure_threshold_percentage": "1-100" }),
        ),
        ("/sweep", json!({ "name": ["a", "b"] })),
        ("/tune", json!({ "limits": [] })),
        (
            "/tune",
            json!({ "minimise": "broken_count.mean", "maximise": "success_rate.mean" }),
        ),
        (
            "/tune",
            json!({ "minimise": "broken_count.mean", "confidence": 0.4 }),
        ),
        (
            "/tune",
            json!({ "minimise": "broken_count.mean", "vary": { "cohort.*.dead": [0.1] } }),
        ),
        (
            "/tune",
            json!({ "minimise": "broken_count.mean", "vary": { "rollout.robomaker.failure_threshold_percentage": [1] } }),
        ),
        ("/expect", json!(["time_to_95_s.p95 < 6h"])),
        ("/expect", json!("time_to_95_s.p95 <= 6h")),
        ("/check", json!({ "replications": 0 })),
        ("/check", json!({ "margins": "2%" })),
    ];
    for (place, value) in wrong {
        let steps: Vec<Step> = place
            .split('/')
            .skip(1)
            .map(|step| step.parse().map_or(Step::Key(step.to_owned()), Step::Index))
            .collect();
        let changed = with(&document, &steps, value.clone());
        refused(&document, &changed, &format!("{place} = {value}"));
        assert!(
            !schema.is_valid(&changed),
            "the schema takes {place} = {value}"
        );
    }
}

#[test]
fn every_key_is_described() {
    let schema = schema();
    for pointer in schema.all_parts() {
        let part = schema.part(&pointer);
        for (key, value) in part["properties"].as_object().into_iter().flatten() {
            let text = value["description"].as_str().unwrap_or_default();
            assert!(text.len() > 5, "{pointer}: {key} has no description");
        }
    }
}

/// A directive that leads an editor to the schema, and a schema where it leads.
#[test]
fn shipped_scenarios_name_their_schema() {
    for (name, path) in shipped() {
        let text = fs::read_to_string(&path).unwrap();
        let target = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("#:schema ./"))
            .expect("a directive");
        assert!(path.with_file_name(target).exists(), "{name}");
    }
}
