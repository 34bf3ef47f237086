//! `--precision`: where it stops against a plain reading of its rule, and what may not change it.

#[path = "cli/support.rs"]
mod support;

use std::fs;

use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::study::{self, Kind, Map, MetricSummary, Missed, RUN_SHOWN, Until, Unwatched, summary_of};
use support::{Sandbox, checkout};

fn small() -> Scenario {
    let file =
        ScenarioFile::read(&checkout().join("tests/cli/small.toml")).unwrap_or_else(|found| panic!("{}", found.render(false)));
    file.check(&[]).unwrap_or_else(|found| panic!("{}", found.render(false))).0
}

fn until(precision: &str, replications: u64) -> Until {
    Until { replications, precision: Some(precision.parse().unwrap()) }
}

/// What is not precise, said in another way: the interval, widened to the true value's side, against the estimate.
fn imprecise(metrics: &[MetricSummary], precision: f64) -> Vec<String> {
    let mut names = Vec::new();
    for (name, statistics) in RUN_SHOWN {
        let summary = summary_of(metrics, name);
        for statistic in statistics {
            let estimate = summary.get(statistic);
            if estimate.value.is_infinite() {
                continue;
            }
            let width = match (estimate.lo, estimate.hi) {
                (Some(lo), Some(hi)) => hi - lo,
                _ => f64::INFINITY,
            };
            let share = summary.metric.kind == Kind::Event || *statistic == "p_never";
            let holds = if share {
                width / 2.0 <= precision
            } else {
                // The half-width is at most the precision times the least that the true value may be.
                width / 2.0 <= precision * (estimate.value.abs() - width / 2.0) || width == 0.0
            };
            if !holds {
                names.push(if statistic.is_empty() { name.to_owned() } else { format!("{name}.{statistic}") });
            }
        }
    }
    names
}

#[test]
fn a_run_stops_at_the_first_checkpoint_at_which_everything_is_precise() {
    let scenario = small();
    let all = |n: u64| study::run(&scenario, n, &Unwatched);
    let mut lengths = Vec::new();
    for precision in ["60%", "30%", "20%", "10%"] {
        let run = study::run(&scenario, until(precision, 1000), &Unwatched);
        let share = run.attained.as_ref().expect("asked for").precision.share();
        let missed_at = |n: u64| -> Vec<(String, String)> {
            let of = |profile: &study::ProfileRun| {
                let name = profile.name.clone();
                imprecise(&profile.summaries, share).into_iter().map(move |missed| (name.clone(), missed)).collect::<Vec<_>>()
            };
            all(n).profiles.iter().flat_map(of).collect()
        };
        let checkpoints = [32, 64, 128, 256, 512, 1000];
        let first = checkpoints.into_iter().find(|n| missed_at(*n).is_empty()).unwrap_or(1000);
        assert_eq!((run.replications, run.asked), (first, first), "{precision}");
        let missed: Vec<(String, String)> = run.attained.unwrap().missed.into_iter().map(|m| (m.profile, m.statistic)).collect();
        assert_eq!(missed, missed_at(first), "{precision}");
        // What it went on from is no other than what is played at once.
        for (profile, other) in run.profiles.iter().zip(&all(first).profiles) {
            assert_eq!(profile.outcomes, other.outcomes);
            assert_eq!((&profile.timeline, &profile.loads), (&other.timeline, &other.loads));
        }
        lengths.push(first);
    }
    lengths.dedup();
    assert!(lengths.len() >= 3, "{lengths:?}");
}

#[test]
fn a_precision_that_is_never_reached_names_what_misses_it() {
    let run = study::run(&small(), until("0.1%", 40), &Unwatched);
    assert_eq!(run.replications, 40);
    let missed = run.attained.unwrap().missed;
    let broken = Missed { profile: "bad".to_owned(), statistic: "broken_count.mean".to_owned(), settings: 1 };
    assert!(missed.contains(&broken), "{missed:?}");
    // Robots without a bundle are exposed in no replication, whatever the luck.
    assert!(missed.iter().all(|missed| missed.profile != "base" || missed.statistic != "exposed_count.mean"), "{missed:?}");
}

#[test]
fn a_map_is_as_precise_in_every_setting_as_it_says() {
    let run = Map::new(&small(), 50).play(until("15%", 2000), &Unwatched);
    assert!(run.asked > 32 && run.asked < 2000, "{}", run.asked);
    let attained = run.attained.expect("asked for");
    assert!(attained.missed.is_empty());
    let plain = Map::new(&small(), 50).play(run.asked, &Unwatched);
    for (row, other) in run.rows.iter().zip(&plain.rows) {
        assert_eq!(row.result.replications, run.asked);
        for (summary, other) in row.metrics().iter().zip(other.metrics()) {
            let bits = |summary: &MetricSummary| -> Vec<u64> {
                let values = summary.estimates.iter().map(|(_, estimate)| estimate.value.to_bits());
                values.collect()
            };
            assert_eq!(bits(summary), bits(other));
        }
        let broken = summary_of(row.metrics(), "broken_count").get("mean");
        let half_width = (broken.hi.unwrap() - broken.lo.unwrap()) / 2.0;
        assert!(half_width <= 0.15 / 1.15 * broken.value, "{broken:?}");
    }
}

/// The command in an output makes it again to the byte; and so do its replications, but for what is said of precision.
#[test]
fn the_recorded_command_makes_the_same_bytes() {
    let sandbox = Sandbox::new("precision", "tests/cli");
    let commands = [
        (&["run", "small.toml", "--precision", "30%", "--replications", "700"][..], "summary.json"),
        (&["sweep", "small.toml", "--precision", "20%", "--replications", "700"], "sweep.json"),
        (&["sweep", "small.toml", "--map=50", "--precision", "20%", "--replications", "700"], "map.json"),
    ];
    for (arguments, json) in commands {
        let play = |arguments: &[&str], folder: &str| {
            let output = sandbox.rollcast(&[arguments, &["--quiet", "--out", folder]].concat());
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        };
        play(arguments, "first");
        let summary: serde_json::Value = serde_json::from_slice(&fs::read(sandbox.path("first").join(json)).unwrap()).unwrap();
        let finished = summary["provenance"]["replications"].as_u64().unwrap();
        assert!(finished > 32 && finished < 700 && finished.is_power_of_two(), "{finished}");
        assert_eq!(summary["precision"]["missed"].as_array().map(Vec::len), Some(0));
        let command: Vec<&str> = summary["provenance"]["command"].as_str().unwrap().split(' ').skip(1).collect();
        play(&command, "second");
        let finished = finished.to_string();
        let kept = arguments.iter().filter(|argument| argument.starts_with("--map"));
        play(
            &[&[arguments[0], arguments[1], "--replications", &finished], kept.copied().collect::<Vec<_>>().as_slice()].concat(),
            "plain",
        );
        for name in sandbox.names("first") {
            let read = |folder: &str| fs::read(sandbox.path(folder).join(&name)).unwrap();
            assert!(read("first") == read("second"), "{arguments:?}: {name} differs");
            assert!(!name.ends_with(".csv") || read("first") == read("plain"), "{arguments:?}: {name} is not that of {finished}");
        }
        for folder in ["first", "second", "plain"] {
            fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
    }
}
