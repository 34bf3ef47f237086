//! How signals end the program: what is finished is written, by the second one nothing is.
#![cfg(unix)]

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output};

use crate::common::sandbox::{Sandbox, piped, signal, text, wait};

const LONG: [&str; 7] = [
    "run",
    "small.toml",
    "--quiet",
    "--replications",
    "1000000",
    "--out",
    "out",
];

/// Starts a command that hears of SIGHUP, as it would not where the tests themselves were started by nohup.
fn hearing(command: &mut Command) -> Child {
    // SAFETY: the call may be made between fork and exec.
    let command = unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGHUP, libc::SIG_DFL);
            Ok(())
        })
    };
    piped(command)
}

/// A run that has begun to play.
fn begun(sandbox: &Sandbox, command: &mut Command) -> Child {
    let mut child = hearing(command);
    wait(&mut child, |_| sandbox.path("out/.rollcast-lock").exists());
    child
}

fn ended(child: Child, code: i32) -> Output {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    output
}

/// Wherever the run is then, all files are there or none.
#[test]
fn what_is_finished_is_written_and_the_exit_code_names_the_signal() {
    let sandbox = Sandbox::new("tests/cli");
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let child = begun(&sandbox, sandbox.command().args(LONG));
        signal(&child, name);
        let output = ended(child, code);
        match sandbox.path("out").exists() {
            true => {
                let verified = sandbox.rollcast(&["verify", "out"]);
                assert_eq!(verified.status.code(), Some(0), "{name}");
                fs::remove_dir_all(sandbox.path("out")).unwrap();
            }
            false => assert!(
                text(&output.stderr).contains("nothing was written"),
                "{name}"
            ),
        }
    }
}

/// Both signals are there when the run goes on.
#[cfg(target_os = "linux")]
#[test]
fn the_second_signal_ends_a_run_at_once_and_no_file_is_half_written() {
    let sandbox = Sandbox::new("tests/cli");
    let child = begun(&sandbox, sandbox.command().args(LONG));
    for name in ["STOP", "INT", "TERM", "CONT"] {
        signal(&child, name);
    }
    let output = child.wait_with_output().unwrap();
    let code = output.status.code();
    assert!(code == Some(130) || code == Some(143), "{code:?}");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(sandbox.names("out"), [".rollcast-lock"]);
}

#[test]
fn a_signal_ends_what_neither_plays_nor_writes_at_once() {
    let sandbox = Sandbox::new("tests/cli");
    let pipe = sandbox.path("pipe.toml");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        // It waits for somebody to write to the pipe.
        let mut child = hearing(sandbox.command().args(["lint", "pipe.toml"]));
        wait(&mut child, |child| catches(child, 15));
        signal(&child, name);
        ended(child, code);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_nohup_started_is_not_ended_by_sighup() {
    let sandbox = Sandbox::new("tests/cli");
    let mut command = Command::new("sh");
    let line = format!(
        "trap '' HUP; exec {} \"$@\"",
        env!("CARGO_BIN_EXE_rollcast")
    );
    command
        .args(["-c", &line, "sh"])
        .args(LONG)
        .current_dir(&sandbox.folder);
    let child = begun(&sandbox, &mut command);
    assert!(!catches(&child, 1) && catches(&child, 15));
    signal(&child, "HUP");
    signal(&child, "TERM");
    ended(child, 143);
}

/// Whether a program has a handler for a signal.
fn catches(child: &Child, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let caught = status.split("SigCgt:").nth(1).unwrap();
    let caught = caught.split_whitespace().next().unwrap();
    u64::from_str_radix(caught, 16).unwrap() >> (signal - 1) & 1 == 1
}
