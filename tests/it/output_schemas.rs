//! The published schemas of outputs against what the commands write: every output is valid, every field described is written by some.

use std::collections::BTreeSet;
use std::fs;

use crate::common::sandbox::{Sandbox, checkout, expect, shipped, words};
use crate::common::walk::Schema;
use serde_json::Value;

const WHATS: [&str; 11] = [
    "run", "sweep", "map", "compare", "oc", "tune", "check", "lint", "explain", "baseline",
    "manifest",
];

#[test]
fn the_published_schemas_are_current() {
    let sandbox = Sandbox::empty();
    for what in WHATS {
        let output = sandbox.rollcast(&["schema", what]);
        assert_eq!(output.status.code(), Some(0), "{what}");
        expect(
            &checkout().join(format!("docs/schemas/{what}.schema.json")),
            std::str::from_utf8(&output.stdout).unwrap(),
        );
    }
    let published = fs::read_dir(checkout().join("docs/schemas"))
        .unwrap()
        .count();
    assert_eq!(published, WHATS.len());
}

fn schema(what: &str) -> Schema {
    let text =
        fs::read_to_string(checkout().join(format!("docs/schemas/{what}.schema.json"))).unwrap();
    Schema::new(serde_json::from_str(&text).unwrap())
}

#[test]
fn schemas_are_strict_and_every_field_is_described() {
    for what in WHATS {
        let schema = schema(what);
        let mut fields = 0;
        for pointer in schema.all_parts() {
            let part = schema.part(&pointer);
            let Some(properties) = part["properties"].as_object() else {
                continue;
            };
            assert_eq!(
                part["additionalProperties"],
                Value::Bool(false),
                "{what} {pointer}"
            );
            for (field, value) in properties {
                let text = value["description"].as_str().unwrap_or_default();
                assert!(
                    text.len() > 5,
                    "{what} {pointer}: {field} has no description"
                );
                fields += 1;
            }
        }
        assert!(fields > 10, "{what} has {fields} fields");
    }
}

/// A folder with the shipped scenarios, those of other tests, and the baselines.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new("tests/cli");
    sandbox.add("scenarios", "scenarios");
    sandbox.add("tests/schema", "schema");
    sandbox.add("results/baseline", "results/baseline");
    sandbox
}

/// Outputs of one kind, while they are collected.
struct Collected {
    what: &'static str,
    schema: Schema,
    reached: BTreeSet<String>,
}

impl Collected {
    fn new(what: &'static str) -> Collected {
        Collected {
            what,
            schema: schema(what),
            reached: BTreeSet::new(),
        }
    }

    fn add(&mut self, from: &str, text: &str) {
        let value: Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{from}: {error}\n{text}"));
        let errors = self.schema.errors(&value);
        assert!(
            errors.is_empty(),
            "{from} is not as {}.schema.json says: {errors:#?}",
            self.what
        );
        self.schema.walk(&value, &mut |pointer, _| {
            self.reached.insert(pointer.to_owned());
        });
    }

    /// The answer of a command, and the file that it writes beside.
    fn play(&mut self, sandbox: &Sandbox, command: &str, file: Option<&str>) {
        let arguments = words(command);
        let arguments: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain(["--out", "out"])
            .collect();
        let takes_out = file.is_some();
        let output = sandbox.rollcast(if takes_out {
            &arguments
        } else {
            &arguments[..arguments.len() - 2]
        });
        assert!(
            matches!(output.status.code(), Some(0 | 1 | 3)),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        self.add(command, std::str::from_utf8(&output.stdout).unwrap());
        if let Some(file) = file {
            self.add(
                &format!("{file} of {command}"),
                &fs::read_to_string(sandbox.path("out").join(file)).unwrap(),
            );
        }
    }

    /// Requires that all that is described was written.
    fn finish(self) {
        let all = self.schema.all_parts();
        let missing: Vec<&String> = all
            .iter()
            .filter(|pointer| !self.reached.contains(*pointer))
            .collect();
        assert!(
            missing.is_empty(),
            "nothing wrote {missing:#?} of {}",
            self.what
        );
    }
}

#[test]
fn runs_are_as_their_schema_says() {
    let sandbox = sandbox();
    let mut collected = Collected::new("run");
    for (name, _) in shipped() {
        collected.play(
            &sandbox,
            &format!("run scenarios/{name}.toml --json --quiet --replications 4"),
            Some("summary.json"),
        );
    }
    for command in [
        // Expectations of all verdicts, one of a profile that is not played; exact answers.
        "run expected.toml --json --quiet",
        "run expected.toml --json --quiet --profile base --replications 3",
        "run tuned.toml --json --quiet --precision 20%",
        // A single replication has no spread, and no quantile an interval.
        "run campaign.toml --json --quiet --replications 1",
        // Nobody ever reaches 95 %; the job itself fails.
        "run tuned.toml --json --quiet --replications 5 --set cohort.*.dead=0.5",
        "run small.toml --json --quiet --replications 40 --set 'rollout.robomaker.job_faults={ InternalServerError = 0.5 }'",
        "run linked.toml --json --quiet --replications 5",
        // A time that is expected and never comes.
        "run expected.toml --json --quiet --set cohort.*.dead=0.5 --set 'expect=[\"time_to_95_s.p50 <= 1h\"]'",
        "run schema/luck.toml --json --quiet",
    ] {
        collected.play(&sandbox, command, Some("summary.json"));
    }
    collected.finish();
}

#[test]
fn sweeps_are_as_their_schemas_say() {
    let sandbox = sandbox();
    let mut sweeps = Collected::new("sweep");
    let mut maps = Collected::new("map");
    for (name, _) in shipped() {
        let text = fs::read_to_string(sandbox.path(&format!("scenarios/{name}.toml"))).unwrap();
        if text.contains("\n[sweep]") {
            sweeps.play(
                &sandbox,
                &format!("sweep scenarios/{name}.toml --json --quiet --replications 2"),
                Some("sweep.json"),
            );
        }
        maps.play(
            &sandbox,
            &format!("sweep scenarios/{name}.toml --map=50 --json --quiet --replications 2"),
            Some("map.json"),
        );
    }
    sweeps.play(
        &sandbox,
        "sweep tuned.toml --vary 'cohort.*.dead=0,0.5' --json --quiet --replications 20 --precision 1%",
        Some("sweep.json"),
    );
    maps.play(
        &sandbox,
        "sweep tuned.toml --map=50 --json --quiet --replications 20 --precision 1%",
        Some("map.json"),
    );
    sweeps.play(
        &sandbox,
        "sweep schema/luck.toml --json --quiet",
        Some("sweep.json"),
    );
    // What is expected of each value, of times that come and of those that never do.
    for expected in ["time_to_90_s.p50 <= 10min", "time_to_95_s.p50 <= 10min"] {
        let command = format!(
            "sweep capacity.toml --vary cohort.*.dead=0,0.5 --json --quiet --replications 20 --set 'expect=[\"{expected}\"]'"
        );
        sweeps.play(&sandbox, &command, Some("sweep.json"));
    }
    maps.play(
        &sandbox,
        "sweep schema/luck.toml --map=50 --json --quiet",
        Some("map.json"),
    );
    sweeps.finish();
    maps.finish();
}

#[test]
fn comparisons_are_as_their_schema_says() {
    let sandbox = sandbox();
    let mut collected = Collected::new("compare");
    for (name, _) in shipped() {
        let command = format!(
            "compare scenarios/{name}.toml --set-b rollout.robomaker.pacing=batches --json --quiet --replications 4"
        );
        collected.play(&sandbox, &command, Some("compare.json"));
    }
    for command in [
        "compare small.toml linked.toml --json --quiet --replications 30 --margin broken_count.mean=5",
        "compare campaign.toml tuned.toml --json --quiet --replications 100",
        "compare tuned.toml --set-b cohort.*.dead=0.5 --json --quiet --replications 40",
    ] {
        collected.play(&sandbox, command, Some("compare.json"));
    }
    collected.finish();
}

#[test]
fn operating_characteristics_are_as_their_schema_says() {
    let sandbox = sandbox();
    let mut collected = Collected::new("oc");
    for name in ["no-way", "warehouse", "canary"] {
        let command =
            format!("oc scenarios/{name}.toml --p 1%,20% --json --quiet --replications 3");
        collected.play(&sandbox, &command, Some("oc.json"));
    }
    collected.play(
        &sandbox,
        "oc expected.toml --p 0.1%..50%/5 --json --quiet --replications 5",
        Some("oc.json"),
    );
    collected.play(
        &sandbox,
        "oc scenarios/night-shift.toml --p 5% --bad 20% --json --quiet --replications 3",
        Some("oc.json"),
    );
    collected.play(
        &sandbox,
        "oc schema/luck.toml --p 5% --bad 20% --json --quiet",
        Some("oc.json"),
    );
    collected.play(
        &sandbox,
        "oc campaign.toml --p 5% --good 1% --bad 2% --json --quiet --replications 5",
        Some("oc.json"),
    );
    collected.finish();
}

#[test]
fn tunings_are_as_their_schema_says() {
    let sandbox = sandbox();
    let mut collected = Collected::new("tune");
    for (name, _) in shipped() {
        let text = fs::read_to_string(sandbox.path(&format!("scenarios/{name}.toml"))).unwrap();
        if text.contains("\n[tune]") {
            let free = format!(
                "tune scenarios/{name}.toml --step=50 --set tune.limits=[] --json --quiet --replications 20"
            );
            collected.play(&sandbox, &free, Some("tune.json"));
        }
    }
    for command in [
        "tune tuned.toml --step=10 --json --quiet",
        "tune scenarios/night-shift.toml --step=50 --json --quiet --replications 20 --set 'tune={ minimise = \"time_to_50_s.p50\" }'",
        "tune tuned.toml --step=20 --json --quiet --precision 5%",
        "tune tuned.toml --step=20 --json --quiet --set 'tune.limits=[\"broken_count.mean <= 1\", \"time_to_90_s.p50 <= 10min\"]'",
        "tune tuned.toml --step=50 --json --quiet --set 'tune.limits=[\"time_to_90_s.p50 <= 1s\"]'",
        "tune tuned.toml --step=50 --json --quiet --set 'tune.vary={ \"rollout.robomaker.robot_deployment_timeout\" = [\"30min\", \"1h\"] }'",
    ] {
        collected.play(&sandbox, command, Some("tune.json"));
    }
    collected.finish();
}

#[test]
fn what_plays_nothing_is_as_its_schemas_say() {
    let sandbox = sandbox();
    let mut lints = Collected::new("lint");
    let mut explained = Collected::new("explain");
    let files = shipped()
        .into_iter()
        .map(|(name, _)| format!("scenarios/{name}.toml"));
    let others = [
        "small", "linked", "campaign", "tuned", "expected", "foolish", "nights",
    ]
    .map(|name| format!("{name}.toml"));
    for file in files.chain(others) {
        lints.play(&sandbox, &format!("lint {file} --format json"), None);
        explained.play(&sandbox, &format!("explain {file} --json --quiet"), None);
    }
    lints.play(
        &sandbox,
        "lint campaign.toml --set rollout.robomaker.cancel=5s --format json",
        None,
    );
    explained.play(&sandbox, "explain schema/luck.toml --json --quiet", None);
    explained.play(
        &sandbox,
        "explain tuned.toml --set cohort.*.dead=1 --json --quiet",
        None,
    );
    lints.finish();
    explained.finish();
}

#[test]
fn checks_and_baselines_are_as_their_schemas_say() {
    let sandbox = sandbox();
    let mut checks = Collected::new("check");
    let mut baselines = Collected::new("baseline");
    for (name, _) in shipped() {
        let path = format!("results/baseline/{name}.json");
        baselines.add(&path, &fs::read_to_string(sandbox.path(&path)).unwrap());
    }
    let bless = [
        "check",
        "expected.toml",
        "campaign.toml",
        "linked.toml",
        "--bless",
        "--quiet",
        "--baseline",
        "own",
    ];
    assert_eq!(sandbox.rollcast(&bless).status.code(), Some(0));
    for name in ["expected", "campaign", "linked"] {
        baselines.add(
            name,
            &fs::read_to_string(sandbox.path(&format!("own/{name}.json"))).unwrap(),
        );
    }
    for command in [
        "check expected.toml tuned.toml --baseline own --format json --quiet --replications 40",
        "check scenarios/lab.toml scenarios/night-shift.toml --format json --quiet --replications 5",
        "check campaign.toml linked.toml --baseline own --format json --quiet --set cohort.*.recovery=2h",
        "check campaign.toml --baseline own --format json --quiet --set release.version=13",
        "check expected.toml --baseline own --format json --quiet --statistical --set cohort.*.post_launch.failure=0.3",
        "check expected.toml campaign.toml --baseline own --format json --quiet --statistical --seed 6",
        "check linked.toml --baseline own --format json --quiet --statistical --set link.*.capacity=1Mbit/s",
        // Times that never come any more, and those that never came before.
        "check expected.toml --baseline own --format json --quiet --statistical --set cohort.*.dead=0.5 --set 'expect=[\"time_to_95_s.p50 <= 1h\"]'",
        "check expected.toml --baseline own --format json --quiet --statistical --set 'profile.bad.\"cohort.*.post_launch.failure\"=0'",
    ] {
        checks.play(&sandbox, command, None);
    }
    // A profile by another name is a new one, and the old one is gone.
    let text = fs::read_to_string(sandbox.path("campaign.toml")).unwrap();
    fs::write(
        sandbox.path("campaign.toml"),
        text.replace("[profile.creeping]", "[profile.leaking]"),
    )
    .unwrap();
    checks.play(
        &sandbox,
        "check campaign.toml --baseline own --format json --quiet",
        None,
    );
    checks.finish();
    baselines.finish();
}

#[test]
fn manifests_are_as_their_schema_says() {
    let sandbox = sandbox();
    let mut manifests = Collected::new("manifest");
    for scenario in ["small.toml", "nights.toml"] {
        let run = [
            "run",
            scenario,
            "--replications",
            "2",
            "--quiet",
            "--out",
            "out",
        ];
        sandbox.rollcast(&run);
        let text = fs::read_to_string(sandbox.path("out/summary.manifest.json")).unwrap();
        manifests.add(scenario, &text);
    }
    manifests.finish();
}
