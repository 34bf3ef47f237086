//! What is on the disk after a command, however it ended: the files of before or those of now, and never a mix that nobody is told of.

use std::fs;
use std::path::Path;

use crate::common::sandbox::{Sandbox, piped, signal, text, wait};

const RUN: [&str; 6] = [
    "run",
    "small.toml",
    "--quiet",
    "--replications",
    "3",
    "--out",
];
const LONG: [&str; 6] = [
    "run",
    "small.toml",
    "--quiet",
    "--replications",
    "1000000",
    "--out",
];

fn verify(sandbox: &Sandbox, folder: &str) -> (Option<i32>, String) {
    let output = sandbox.rollcast(&["verify", folder]);
    (
        output.status.code(),
        text(&output.stdout).to_owned() + text(&output.stderr),
    )
}

#[test]
fn a_file_that_is_changed_is_named() {
    let sandbox = Sandbox::new("tests/cli");
    for command in [
        &RUN[..],
        &[
            "sweep",
            "small.toml",
            "--quiet",
            "--replications",
            "2",
            "--out",
        ],
    ] {
        sandbox.rollcast(&[command, &["out"]].concat());
    }
    let run = "9 files of `rollcast run small.toml --replications 3`";
    let sweep = "sweep.manifest.json: 6 files of `rollcast sweep small.toml --replications 2`, all as written\n";
    let whole = format!("summary.manifest.json: {run}, all as written\n{sweep}");
    assert_eq!(verify(&sandbox, "out"), (Some(0), whole));
    fs::write(sandbox.path("out/failures.csv"), "").unwrap();
    fs::remove_file(sandbox.path("out/timeline.csv")).unwrap();
    let faults = "  failures.csv is another file\n  timeline.csv is missing\n";
    let mixed = format!(
        "summary.manifest.json: {run}\n{faults}{sweep}error: the files in out do not belong together; run the command again\n"
    );
    assert_eq!(verify(&sandbox, "out"), (Some(2), mixed));
    fs::write(sandbox.path("out/summary.manifest.json"), "{}").unwrap();
    let (code, said) = verify(&sandbox, "out");
    assert_eq!(code, Some(2));
    assert!(
        said.contains("summary.manifest.json is no manifest"),
        "{said}"
    );
    let none = "error: there is no manifest in data: no run finished writing there\n";
    assert_eq!(verify(&sandbox, "data"), (Some(2), none.to_owned()));
    assert_eq!(verify(&sandbox, "nowhere").0, Some(2));
}

#[test]
fn what_blocks_a_file_is_named_and_the_earlier_set_stays_whole() {
    let sandbox = Sandbox::new("tests/cli");
    sandbox.rollcast(&[&RUN[..], &["out"]].concat());
    fs::create_dir(sandbox.path("out/robots.csv")).unwrap();
    let output = sandbox.rollcast(&[&RUN[..], &["out", "--seed", "5", "--trace", "0"]].concat());
    let message = "error: cannot write to out: robots.csv is a folder\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
    assert_eq!(verify(&sandbox, "out").0, Some(0));
    assert_eq!(sandbox.names("out").len(), 11, "nothing stays behind");
}

/// The second is told before it plays, and the first is not disturbed.
#[cfg(unix)]
#[test]
fn a_second_run_into_a_folder_is_refused_while_the_first_goes_on() {
    let sandbox = Sandbox::new("tests/cli");
    let mut first = piped(sandbox.command().args(LONG).arg("out"));
    wait(&mut first, |_| sandbox.path("out/.rollcast-lock").exists());
    let message = "error: cannot write to out: another run is writing there; wait for it, or give another folder\n";
    let output = sandbox.rollcast(&[&LONG[..], &["out"]].concat());
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
    // A file by name lies outside the set.
    let named = [&RUN[..], &["other", "--markdown", "out/answer.md"]].concat();
    assert_eq!(sandbox.rollcast(&named).status.code(), Some(0));
    signal(&first, "KILL");
    assert_eq!(first.wait().unwrap().code(), None);
    assert_eq!(
        sandbox
            .rollcast(&[&RUN[..], &["out"]].concat())
            .status
            .code(),
        Some(0)
    );
    assert_eq!(verify(&sandbox, "out").0, Some(0));
    assert_eq!(hidden(&sandbox.path("out")), 0);
}

fn hidden(folder: &Path) -> usize {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| name.as_encoded_bytes().starts_with(b"."))
        .count()
}

#[test]
fn baselines_are_replaced_together_and_a_check_is_told_if_they_were_not() {
    let sandbox = Sandbox::new("tests/cli");
    let bless = |seed: &str| {
        let seed = format!("seed = {seed}\n");
        for name in ["small", "linked"] {
            let text = fs::read_to_string(sandbox.path(&format!("{name}.toml"))).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("seed"));
            let rest: Vec<&str> = lines.collect();
            fs::write(
                sandbox.path(&format!("{name}.toml")),
                seed.clone() + &rest.join("\n"),
            )
            .unwrap();
        }
        sandbox.rollcast(&[
            "check",
            "linked.toml",
            "small.toml",
            "--bless",
            "--quiet",
            "--replications",
            "3",
        ])
    };
    let read = |name: &str| fs::read(sandbox.path(&format!("results/baseline/{name}"))).unwrap();
    assert_eq!(bless("5").status.code(), Some(0));
    let linked = read("linked.json");
    fs::remove_file(sandbox.path("results/baseline/small.json")).unwrap();
    fs::create_dir(sandbox.path("results/baseline/small.json")).unwrap();
    assert_eq!(bless("6").status.code(), Some(4));
    assert!(read("linked.json") == linked, "half blessed");
    assert_eq!(sandbox.names("results/baseline").len(), 2);

    let left = sandbox.path("results/baseline/.rollcast-0123456789abcdef-new-small.json");
    fs::write(left, "").unwrap();
    let check = ["check", "linked.toml", "--quiet"];
    let said = sandbox.rollcast(&check).stderr;
    let note = "note: a --bless was cut off in results/baseline: some baselines may be new and others not; bless all again\n";
    assert!(text(&said).starts_with(note), "{}", text(&said));
    fs::remove_dir(sandbox.path("results/baseline/small.json")).unwrap();
    assert_eq!(bless("6").status.code(), Some(0));
    assert_eq!(text(&sandbox.rollcast(&check).stderr), "");
}
