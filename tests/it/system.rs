//! What the system may refuse: files that grow too large, threads, room on the disk, and inputs without end.
#![cfg(target_os = "linux")]

use std::fs::{self, OpenOptions};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::common::sandbox::{Sandbox, piped, text, wait};

const FULL: &str = "error: cannot write to standard output: the disk is full\n";

const RUN: [&str; 7] = [
    "run",
    "small.toml",
    "--quiet",
    "--replications",
    "2",
    "--out",
    "out",
];

#[test]
fn every_command_says_that_its_output_cannot_be_written() {
    let sandbox = Sandbox::new("tests/cli");
    sandbox.rollcast(&RUN);
    let commands = [
        "--help",
        "run --help",
        "help tune",
        "--version",
        "run small.toml --replications 2 --quiet",
        "sweep small.toml --replications 2 --quiet",
        "sweep small.toml --map=50 --replications 2 --quiet",
        "compare small.toml --set-b seed=5 --replications 2 --quiet",
        "oc small.toml --replications 2 --quiet",
        "check small.toml --bless --replications 2 --quiet",
        "check small.toml --quiet",
        "lint small.toml",
        "lint foolish.toml --format json",
        "explain small.toml --quiet",
        "explain small.toml --as-request --quiet",
        "init",
        "schema",
        "verify out",
        "words",
        "completions bash",
        "man",
    ];
    for command in commands {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut program = sandbox.command();
        let output = program
            .args(command.split(' '))
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(
            (output.status.code(), text(&output.stderr)),
            (Some(4), FULL),
            "{command}"
        );
    }
}

#[test]
fn inputs_without_end_are_refused() {
    let sandbox = Sandbox::new("tests/cli");
    let all = ["run", "sweep", "oc", "tune", "check", "lint", "explain"];
    for command in all {
        let output = sandbox.rollcast(&[command, "/dev/zero"]);
        let message = "error: cannot read the scenario `/dev/zero`: it is larger than 4 MB\n";
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(
            text(&output.stderr).starts_with(message),
            "{}",
            text(&output.stderr)
        );
    }
    fs::create_dir_all(sandbox.path("results/baseline")).unwrap();
    symlink("/dev/zero", sandbox.path("results/baseline/small.json")).unwrap();
    let output = sandbox.rollcast(&["check", "small.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("small.json: it is no file"));
    fs::create_dir(sandbox.path("out")).unwrap();
    symlink("/dev/zero", sandbox.path("out/summary.json")).unwrap();
    assert_eq!(sandbox.rollcast(&RUN).status.code(), Some(0));
    symlink("/dev/zero", sandbox.path("out/endless.manifest.json")).unwrap();
    let output = sandbox.rollcast(&["verify", "out"]);
    let said = text(&output.stdout);
    assert!(said.starts_with("endless.manifest.json: 0 files\n  endless.manifest.json cannot be read: it is no file\n"), "{said}");
}

/// A shell command before the program.
fn under(sandbox: &Sandbox, before: &str, arguments: &str) -> Command {
    let mut command = Command::new("bash");
    let line = format!("{before} {} {arguments}", env!("CARGO_BIN_EXE_rollcast"));
    command
        .args(["-c", &line])
        .current_dir(&sandbox.folder)
        .stdin(Stdio::null());
    command
}

#[test]
fn a_file_that_may_not_grow_as_large_is_an_error() {
    let sandbox = Sandbox::new("tests/cli");
    let run = "run small.toml --quiet --replications 50 --out out";
    let output = under(&sandbox, "ulimit -f 20; exec", run).output().unwrap();
    let message = "error: cannot write to out: the file would be larger than is allowed\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
    assert!(!sandbox.path("out").exists());
}

#[test]
fn one_thread_is_the_program_itself_and_more_that_the_system_refuses_are_an_error() {
    let sandbox = Sandbox::new("tests/cli");
    let run = "run small.toml --quiet --replications 1000000 --out out --threads 1";
    let mut child = piped(sandbox.command().args(run.split(' ')));
    wait(&mut child, |_| sandbox.path("out/.rollcast-lock").exists());
    let threads = fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
    assert_eq!(threads.count(), 1);
    child.kill().unwrap();
    child.wait().unwrap();

    // The address space has no room for the stacks of so many.
    let run = "run small.toml --quiet --replications 2 --out out --threads 1024";
    let output = under(&sandbox, "ulimit -v 400000; exec", run)
        .output()
        .unwrap();
    let message =
        "error: cannot start 1024 threads: the system allows no more; give fewer with --threads\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
}
