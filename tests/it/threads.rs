//! What threads and interruptions may not change: a single byte of what is finished.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::ThreadId;

use crate::common::sandbox::{Sandbox, checkout};
use rollcast::scenario::ScenarioFile;
use rollcast::study::{self, Unwatched, Watch};

/// The bytes of every file that a command writes with so many threads, and what it prints.
fn written(sandbox: &Sandbox, threads: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let output = sandbox.rollcast(
        &[
            arguments,
            &["--quiet", "--threads", threads, "--out", threads],
        ]
        .concat(),
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = sandbox.names(threads);
    let mut files: BTreeMap<String, Vec<u8>> = names
        .into_iter()
        .map(|name| {
            (
                name.clone(),
                fs::read(sandbox.path(threads).join(name)).unwrap(),
            )
        })
        .collect();
    files.insert("standard output".to_owned(), output.stdout);
    fs::remove_dir_all(sandbox.path(threads)).unwrap();
    files
}

fn require_same_bytes(arguments: &[&str], other_seed: &[&str], n_files: usize) {
    require_same_bytes_in("tests/cli", arguments, other_seed, n_files);
}

fn require_same_bytes_in(folder: &str, arguments: &[&str], other_seed: &[&str], n_files: usize) {
    let sandbox = Sandbox::new(folder);
    let one = written(&sandbox, "1", arguments);
    assert_eq!(one.len(), n_files + 1, "{:?}", one.keys());
    for threads in ["2", "8"] {
        let many = written(&sandbox, threads, arguments);
        assert_eq!(
            many.keys().collect::<Vec<_>>(),
            one.keys().collect::<Vec<_>>()
        );
        for (name, bytes) in &one {
            assert!(
                &many[name] == bytes,
                "{name} differs between 1 and {threads} threads"
            );
        }
    }
    let other = written(&sandbox, "2", &[arguments, other_seed].concat());
    for (name, bytes) in &one {
        assert!(&other[name] != bytes, "{name} does not depend on the seed");
    }
}

#[test]
fn a_run_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = [
        "run",
        "small.toml",
        "--trace",
        "150",
        "--replications",
        "300",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 11);
}

#[test]
fn a_run_by_the_clock_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = ["run", "by_the_clock.toml", "--trace", "10"];
    require_same_bytes_in("tests/cases", &arguments, &["--seed", "4"], 11);
}

#[test]
fn a_run_over_links_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = [
        "run",
        "linked.toml",
        "--trace",
        "10",
        "--replications",
        "60",
        "--png",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 20);
}

#[test]
fn a_tuning_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = ["tune", "tuned.toml", "--step=10", "--replications", "150"];
    require_same_bytes(&arguments, &["--seed", "4"], 5);
}

#[test]
fn a_sweep_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = ["sweep", "small.toml", "--replications", "100"];
    require_same_bytes(&arguments, &["--seed", "4"], 7);
}

#[test]
fn a_map_writes_the_same_bytes_with_any_number_of_threads() {
    let arguments = [
        "sweep",
        "small.toml",
        "--map=4",
        "--replications",
        "100",
        "--png",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 11);
}

#[test]
fn a_comparison_writes_the_same_bytes_with_any_number_of_threads() {
    let change = "rollout.robomaker.concurrent_deployment_percentage=50";
    let arguments = [
        "compare",
        "small.toml",
        "--set-b",
        change,
        "--replications",
        "100",
        "--png",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 5);
}

#[test]
fn a_precise_run_stops_at_the_same_replication_with_any_number_of_threads() {
    let arguments = [
        "run",
        "small.toml",
        "--precision",
        "20%",
        "--replications",
        "1000",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 10);
}

#[test]
fn a_precise_sweep_stops_at_the_same_replication_with_any_number_of_threads() {
    let arguments = [
        "sweep",
        "small.toml",
        "--precision",
        "20%",
        "--replications",
        "1000",
    ];
    require_same_bytes(&arguments, &["--seed", "4"], 7);
}

/// Asks to stop once so many replications are finished, some of them on each of two threads.
struct StopAfter {
    finished: AtomicU64,
    at: u64,
    threads: Mutex<HashSet<ThreadId>>,
}

impl Watch for StopAfter {
    fn tick(&self) {
        self.finished.fetch_add(1, Ordering::SeqCst);
        self.threads
            .lock()
            .unwrap()
            .insert(std::thread::current().id());
        while self.threads.lock().unwrap().len() < 2 {
            std::thread::yield_now();
        }
    }

    fn interrupted(&self) -> bool {
        let both = self.threads.lock().unwrap().len() == 2;
        self.at == 0 || both && self.finished.load(Ordering::SeqCst) >= self.at
    }
}

#[test]
fn an_interrupted_run_keeps_the_first_replications_and_loses_none() {
    let file = ScenarioFile::read(Path::new(&checkout().join("tests/cli/small.toml"))).unwrap();
    let (scenario, _) = file.check(&[]).unwrap();
    let whole = study::run(&scenario, 200, &Unwatched);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    for at in [0, 1, 17] {
        let watch = StopAfter {
            finished: AtomicU64::new(0),
            at,
            threads: Mutex::default(),
        };
        let part = pool.install(|| study::run(&scenario, 200, &watch));
        assert_eq!(
            part.replications,
            watch.finished.into_inner(),
            "a finished replication is not in the results"
        );
        assert!(part.replications >= at && part.replications < 200);
        for (part, whole) in part.profiles.iter().zip(&whole.profiles) {
            assert_eq!(part.outcomes, whole.outcomes[..part.outcomes.len()]);
        }
    }
}
