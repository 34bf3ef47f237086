//! Shards: merged they are what one machine writes, to the byte; and what is not whole or of another study is not merged.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread::yield_now;

use sha2::{Digest, Sha256};

use crate::common::sandbox::Sandbox;
use rollcast::sim::MODEL_VERSION;

/// The exit code and standard output of a command, and what it wrote to the folder `out` and as a page.
fn written(sandbox: &Sandbox, arguments: &[&str]) -> Vec<(String, Vec<u8>)> {
    let _ = fs::remove_dir_all(sandbox.path("out"));
    let delivery = ["--quiet", "--out", "out", "--html", "page.html"];
    let output = sandbox.rollcast(&[arguments, &delivery].concat());
    assert!(
        output.stderr.is_empty() || !output.status.success(),
        "{}",
        stderr(&output)
    );
    let code = output.status.code().unwrap().to_string();
    let mut all = vec![("exit code".to_owned(), code.into_bytes())];
    all.push(("standard output".to_owned(), output.stdout));
    let files = sandbox
        .names("out")
        .into_iter()
        .map(|name| format!("out/{name}"));
    for name in files.chain(["page.html".to_owned()]) {
        let bytes = fs::read(sandbox.path(&name)).unwrap();
        all.push((name, bytes));
    }
    all
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Plays a shard into the folder `shards`, on as many threads as its number leaves.
fn play(sandbox: &Sandbox, arguments: &[&str], index: usize, of: usize) -> Output {
    let (shard, threads) = (format!("{index}/{of}"), (1 + index % 3).to_string());
    let own = ["--shard", &shard, "--threads", &threads, "--out", "shards"];
    sandbox.rollcast(&[arguments, &own].concat())
}

fn play_all(sandbox: &Sandbox, arguments: &[&str], of: usize) {
    // In no order.
    for index in (0..of).rev() {
        let output = play(sandbox, arguments, index, of);
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

/// Requires a command to come to the same in one go and in each of these numbers of shards, merged where its files are not.
fn same_bytes(sandbox: &Sandbox, arguments: &[&str], numbers: &[usize]) {
    let one = written(sandbox, arguments);
    assert!(one.len() > 5, "{:?}", String::from_utf8_lossy(&one[1].1));
    for of in numbers {
        play_all(sandbox, arguments, *of);
        let elsewhere = Sandbox::empty();
        fs::rename(sandbox.path("shards"), elsewhere.path("shards")).unwrap();
        let merged = written(&elsewhere, &["merge", "shards"]);
        for (own, (name, bytes)) in merged.iter().zip(&one) {
            assert!(
                own.0 == *name && own.1 == *bytes,
                "{name} differs in {of} shards of {arguments:?}"
            );
        }
        assert_eq!(merged.len(), one.len());
    }
}

#[test]
fn a_run_in_shards_is_the_run() {
    let sandbox = Sandbox::new("tests/cli");
    same_bytes(&sandbox, &["run", "small.toml"], &[1, 3, 7]);
    same_bytes(
        &sandbox,
        &["run", "campaign.toml", "--replications", "50"],
        &[3],
    );
    same_bytes(
        &sandbox,
        &["run", "linked.toml", "--replications", "50"],
        &[3],
    );
}

#[test]
fn a_merge_judges_what_is_expected_and_a_shard_does_not() {
    let sandbox = Sandbox::new("tests/cli");
    let run = ["run", "expected.toml", "--replications", "30"];
    assert_eq!(written(&sandbox, &run)[0].1, b"1");
    same_bytes(&sandbox, &run, &[3]);
}

#[test]
fn a_merge_needs_no_file_but_the_shards() {
    let sandbox = Sandbox::empty();
    sandbox.add("scenarios", "scenarios");
    let night_shift = ["run", "scenarios/night-shift.toml", "--replications", "12"];
    same_bytes(&sandbox, &night_shift, &[3]);
    let request = [
        "--request",
        "scenarios/requests/warehouse.json",
        "--set",
        "cohort.*.recovery=1h",
    ];
    let warehouse = [
        "run",
        "scenarios/warehouse.toml",
        "--replications",
        "12",
        "--profile",
        "bad",
    ];
    same_bytes(&sandbox, &[&warehouse[..], &request].concat(), &[3]);
}

#[test]
fn settings_in_shards_are_the_settings() {
    let sandbox = Sandbox::new("tests/cli");
    let key = "rollout.robomaker.concurrent_deployment_percentage=5..50/15";
    let varied = [
        "sweep",
        "varied.toml",
        "--vary",
        key,
        "--replications",
        "40",
    ];
    same_bytes(&sandbox, &varied, &[1, 3, 7]);
    let capacity = [
        "sweep",
        "capacity.toml",
        "--all-statistics",
        "--replications",
        "20",
    ];
    same_bytes(&sandbox, &capacity, &[3]);
    same_bytes(&sandbox, &["sweep", "small.toml", "--map=20"], &[1, 3, 7]);
    same_bytes(
        &sandbox,
        &["oc", "small.toml", "--p", "1%..50%/5"],
        &[1, 3, 7],
    );
}

#[test]
fn a_shard_says_what_is_wrong_and_a_merge_what_is_missing() {
    Sandbox::new("tests/cli").transcript("shards");
}

#[test]
fn a_scheduler_says_which_shard_it_is() {
    let sandbox = Sandbox::new("tests/cli");
    let mut command = sandbox.command();
    command.args(["run", "small.toml", "--shard", "auto/7", "--out", "shards"]);
    let output = command.env("SLURM_ARRAY_TASK_ID", "3").output().unwrap();
    assert!(stderr(&output).starts_with("shard 3 of 7: SLURM_ARRAY_TASK_ID says so\n"));
    assert_eq!(sandbox.names("shards"), ["shard-3-of-7"]);
    let output = command.env("PARALLEL_SEQ", "3").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_damaged_shard_is_not_merged_and_is_played_again() {
    let sandbox = Sandbox::new("tests/cli");
    let sweep = ["sweep", "small.toml", "--map=50"];
    let one = written(&sandbox, &sweep);
    play_all(&sandbox, &sweep, 3);
    let path = sandbox.path("shards/shard-1-of-3");
    let whole = fs::read(&path).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let torn = [
        &whole[..0],
        &whole[..20],
        &whole[..whole.len() - 1],
        &changed,
    ];
    for bytes in torn {
        fs::write(&path, bytes).unwrap();
        let output = sandbox.rollcast(&["merge", "shards", "--out", "merged"]);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("shard-1-of-3 is damaged"), "{text}");
        assert!(
            text.contains("1 of 3 is missing: resubmit with --array=1"),
            "{text}"
        );
        assert!(!sandbox.path("merged").exists());
    }
    play_all(&sandbox, &sweep, 3);
    assert!(fs::read(&path).unwrap() == whole);
    assert!(written(&sandbox, &["merge", "shards"]) == one);
}

#[test]
fn shards_of_another_version_are_not_merged() {
    let sandbox = Sandbox::new("tests/cli");
    play_all(&sandbox, &["run", "small.toml"], 1);
    let path = sandbox.path("shards/shard-0-of-1");
    let mut bytes = fs::read(&path).unwrap();
    let said = |version| format!("\"model_version\":{version}");
    let (own, other) = (said(MODEL_VERSION), said(MODEL_VERSION - 1));
    let mut parts = bytes.windows(own.len());
    let place = parts.position(|part| part == own.as_bytes()).unwrap();
    bytes.splice(place..place + own.len(), other.bytes());
    bytes.truncate(bytes.len() - 32);
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    fs::write(&path, bytes).unwrap();
    let output = sandbox.rollcast(&["merge", "shards"]);
    assert_eq!(output.status.code(), Some(2));
    let (own, other) = (MODEL_VERSION, MODEL_VERSION - 1);
    let said = format!(
        "error: another program wrote the shards: its model version is {other}, not {own}\n"
    );
    assert_eq!(stderr(&output), said);
}

/// A shard that plays long, once it has begun its file.
fn begun(sandbox: &Sandbox) -> Child {
    let run = ["run", "small.toml", "--replications", "300000"];
    let shard = ["--shard", "1/3", "--out", "shards"];
    let mut command = sandbox.command();
    command.args(run).args(shard).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while sandbox.names("shards").is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
        yield_now();
    }
    child
}

#[test]
fn a_shard_that_is_killed_leaves_no_shard() {
    let sandbox = Sandbox::new("tests/cli");
    let mut child = begun(&sandbox);
    child.kill().unwrap();
    child.wait().unwrap();
    let names = sandbox.names("shards");
    assert!(
        names.iter().all(|name| name.ends_with(".partial")),
        "{names:?}"
    );
}

#[test]
fn a_shard_that_is_interrupted_leaves_nothing() {
    let sandbox = Sandbox::new("tests/cli");
    let child = begun(&sandbox);
    let interrupt = format!("kill -INT {}", child.id());
    let sent = Command::new("sh").args(["-c", &interrupt]).status();
    assert!(sent.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = "interrupted before the shard was finished; nothing was written";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    assert!(sandbox.names("shards").is_empty());
}

#[test]
fn a_plan_says_how_many_shards_of_what_time_and_memory() {
    let sandbox = Sandbox::new("tests/cli");
    let studies: [&[&str]; 3] = [&[], &["--map=50"], &["--vary", "release.version=1,2"]];
    for study in studies {
        let plan = ["shard", "plan", "small.toml", "--threads", "2"];
        let output = sandbox.rollcast(&[&plan, study].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.starts_with("1 shard of 20 replications: each takes about ")
                && text.contains(" on 2 threads here, and ")
                && text.contains("play them with --shard auto/1; merging them takes "),
            "{text}"
        );
    }
}
