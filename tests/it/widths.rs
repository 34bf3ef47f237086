//! Answers fit: 100 columns where they are piped, and 80 on a terminal of that width, for every command on every scenario.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::common::sandbox::{Sandbox, shipped};

const NARROW: usize = 80;
const PIPED: usize = 100;

/// Columns of a line, without what colours it.
fn columns(line: &str) -> usize {
    let mut n = 0;
    let mut is_escape = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => is_escape = true,
            'm' if is_escape => is_escape = false,
            '\r' => {}
            _ if !is_escape => n += 1,
            _ => {}
        }
    }
    n
}

/// Fails if a line is wider than it may be; listings to copy keep their lines.
fn assert_fits(what: &str, text: &str, most: usize) {
    assert!(!text.trim().is_empty(), "{what} says nothing");
    for line in text.lines() {
        assert!(
            columns(line) <= most,
            "{what}: {} columns: {line}",
            columns(line)
        );
    }
}

/// What a command prints on a terminal of 80 columns.
fn on_terminal(mut command: Command) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let size = Winsize {
        ws_row: 50,
        ws_col: NARROW as u16,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size).unwrap();
    let terminal = ioctl_tiocgptpeer(&master, OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    let mut child = command
        .stdout(Stdio::from(terminal))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The command holds the only other end once it is gone here.
    drop(command);
    let reader = thread::spawn(move || {
        let (mut text, mut master) = (Vec::new(), File::from(master));
        // Reading ends with an error when the other end is closed.
        let _ = master.read_to_end(&mut text);
        String::from_utf8(text).unwrap()
    });
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Plays a command on every shipped scenario that it fits, in a pipe and on a narrow terminal.
fn fits_on_every_scenario(arguments: &[&str], is_for: impl Fn(&str) -> bool) {
    let sandbox = Sandbox::empty();
    sandbox.add("scenarios", "scenarios");
    sandbox.add("results/baseline", "results/baseline");
    let mut n = 0;
    for (name, path) in shipped() {
        if !is_for(&std::fs::read_to_string(path).unwrap()) {
            continue;
        }
        let path = format!("scenarios/{name}.toml");
        let whole = |command: &mut Command| {
            command.arg(arguments[0]).arg(&path).args(&arguments[1..]);
        };
        let what = format!("{} {path}", arguments.join(" "));
        let mut piped = sandbox.command();
        whole(&mut piped);
        let piped = piped.output().unwrap();
        assert_fits(&what, &String::from_utf8(piped.stdout).unwrap(), PIPED);
        let mut narrow = sandbox.command();
        whole(&mut narrow);
        assert_fits(&what, &on_terminal(narrow), NARROW);
        n += 1;
    }
    assert!(n > 0, "no scenario for {}", arguments.join(" "));
}

#[test]
fn runs_fit() {
    fits_on_every_scenario(&["run", "--replications", "3", "--quiet"], |_| true);
}

#[test]
fn sweeps_fit() {
    let has_sweep = |text: &str| text.contains("[sweep]");
    fits_on_every_scenario(&["sweep", "--replications", "1", "--quiet"], has_sweep);
}

#[test]
fn maps_fit() {
    let map = ["sweep", "--map=50", "--replications", "1", "--quiet"];
    fits_on_every_scenario(&map, |_| true);
}

#[test]
fn tunings_fit() {
    let has_tune = |text: &str| text.contains("[tune]");
    let tune = [
        "tune",
        "--step=50",
        "--replications",
        "20",
        "--set",
        "tune.limits=[]",
        "--quiet",
    ];
    fits_on_every_scenario(&tune, has_tune);
}

#[test]
fn operating_characteristics_fit() {
    let has_bad = |text: &str| text.contains("post_launch") && text.contains("[profile.bad]");
    let oc = ["oc", "--replications", "2", "--p", "1%,20%", "--quiet"];
    fits_on_every_scenario(&oc, has_bad);
}

#[test]
fn comparisons_fit() {
    let key = "rollout.robomaker.robot_deployment_timeout=3h";
    let compare = ["compare", "--set-b", key, "--replications", "3", "--quiet"];
    fits_on_every_scenario(&compare, |_| true);
}

#[test]
fn checks_fit() {
    let check = ["check", "--replications", "20", "--quiet"];
    fits_on_every_scenario(&check, |_| true);
}

#[test]
fn what_plays_nothing_fits() {
    fits_on_every_scenario(&["explain", "--quiet"], |_| true);
    let has_findings = |text: &str| !text.contains("name = \"no-way\"");
    fits_on_every_scenario(&["lint"], has_findings);
}
