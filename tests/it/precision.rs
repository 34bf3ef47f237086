//! `--precision`: where it stops against a plain reading of its rule, and what may not change it.

use std::fs;

use crate::common::sandbox::Sandbox;
use crate::common::{checked, parsed, scenario_file, set_key, text_of};
use rollcast::scenario::Scenario;
use rollcast::stats::Support;
use rollcast::study::{
    self, Kind, METRICS, Map, MetricSummary, Missed, ProfileRun, RUN_SHOWN, Until, Unwatched,
    summary_of,
};

/// The scenario in which everything varies, with pieces of its text replaced.
fn scenario(changes: &[(&str, &str)]) -> Scenario {
    let mut text = text_of("tests/cli/varied.toml");
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the file");
        text = text.replace(from, to);
    }
    checked(&parsed(text, ""))
}

fn varied() -> Scenario {
    scenario(&[])
}

fn until(precision: &str, replications: u64) -> Until {
    Until {
        replications,
        precision: Some(precision.parse().unwrap()),
    }
}

/// Whether all but four replications came to the same, of a metric that might have come to something else.
fn is_an_atom(profile: &ProfileRun, name: &str) -> bool {
    let metric = METRICS.iter().find(|metric| metric.name == name).unwrap();
    let mut values: Vec<f64> = profile
        .outcomes
        .iter()
        .map(|outcome| (metric.value)(outcome))
        .collect();
    values.sort_by(f64::total_cmp);
    let most = values
        .chunk_by(|a, b| a == b)
        .map(<[f64]>::len)
        .max()
        .unwrap();
    values.len() - most < 5 && profile.reach.support(metric) != Support::Certain
}

/// What is not precise, said in another way: the farther end of the interval against the least that the true value may be.
fn imprecise(profile: &ProfileRun, precision: f64) -> Vec<String> {
    let mut names = Vec::new();
    for (name, statistics) in RUN_SHOWN {
        let summary = summary_of(&profile.summaries, name);
        for statistic in statistics {
            let estimate = summary.get(statistic);
            if estimate.value.is_infinite() {
                continue;
            }
            let reach = match (estimate.lo, estimate.hi) {
                (Some(lo), Some(hi)) => (hi - estimate.value).max(estimate.value - lo),
                _ => f64::INFINITY,
            };
            let share = summary.metric.kind == Kind::Event || *statistic == "p_never";
            let holds = match share {
                true => reach <= precision,
                false => reach <= precision * (estimate.value.abs() - reach) || reach == 0.0,
            };
            if !holds || *statistic == "mean" && is_an_atom(profile, name) {
                names.push(if statistic.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name}.{statistic}")
                });
            }
        }
    }
    names
}

#[test]
fn a_run_stops_at_the_first_checkpoint_at_which_everything_is_precise() {
    let scenario = varied();
    let all = |n: u64| study::run(&scenario, n, &Unwatched);
    let mut lengths = Vec::new();
    for precision in ["30%", "15%", "10%"] {
        let run = study::run(&scenario, until(precision, 1500), &Unwatched);
        let share = run.attained.as_ref().expect("asked for").precision.share();
        let missed_at = |n: u64| -> Vec<(String, String)> {
            let of = |profile: &ProfileRun| {
                let name = profile.name.clone();
                imprecise(profile, share)
                    .into_iter()
                    .map(move |missed| (name.clone(), missed))
                    .collect::<Vec<_>>()
            };
            all(n).profiles.iter().flat_map(of).collect()
        };
        let checkpoints = [32, 64, 128, 256, 512, 1024, 1500];
        let first = checkpoints
            .into_iter()
            .find(|n| missed_at(*n).is_empty())
            .unwrap_or(1500);
        assert_eq!((run.replications, run.asked), (first, first), "{precision}");
        let missed: Vec<(String, String)> = run
            .attained
            .unwrap()
            .missed
            .into_iter()
            .map(|m| (m.profile, m.statistic))
            .collect();
        assert_eq!(missed, missed_at(first), "{precision}");
        // What it went on from is no other than what is played at once.
        for (profile, other) in run.profiles.iter().zip(&all(first).profiles) {
            assert_eq!(profile.outcomes, other.outcomes);
            assert_eq!(
                (&profile.timeline, &profile.loads),
                (&other.timeline, &other.loads)
            );
        }
        lengths.push(first);
    }
    lengths.dedup();
    assert!(lengths.len() >= 3, "{lengths:?}");
}

#[test]
fn a_precision_that_is_never_reached_names_what_misses_it() {
    let run = study::run(&varied(), until("0.1%", 40), &Unwatched);
    assert_eq!(run.replications, 40);
    let missed = run.attained.unwrap().missed;
    let broken = Missed {
        profile: "base".to_owned(),
        statistic: "broken_count.mean".to_owned(),
        settings: 1,
        hardly_varies: false,
    };
    assert!(missed.contains(&broken), "{missed:?}");
    // Nobody is cut where robots in flight run on, whatever the luck.
    assert!(
        missed
            .iter()
            .all(|missed| missed.statistic != "aborted_count.mean"),
        "{missed:?}"
    );
}

/// A rollout that breaks nearly all robots comes once in a hundred: that none of many showed it is no precision.
#[test]
fn a_run_never_stops_on_what_did_not_vary() {
    let mut unlucky = 0;
    for seed in 1..=8 {
        let changes = [
            (
                "failure_threshold_percentage = 15",
                "failure_threshold_percentage = 100",
            ),
            (
                "mean = 0.15, correlation = 0.1",
                "mean = 0.01, correlation = 0.9",
            ),
            ("seed = 1", &format!("seed = {seed}")),
        ];
        let run = study::run(&scenario(&changes), until("5%", 64), &Unwatched);
        if summary_of(&run.profiles[0].summaries, "broken_count")
            .get("max")
            .value
            == 0.0
        {
            unlucky += 1;
            let missed: Vec<String> = run
                .attained
                .unwrap()
                .missed
                .into_iter()
                .map(|missed| missed.statistic)
                .collect();
            for name in [
                "updated_count.mean",
                "broken_count.mean",
                "exposed_count.mean",
            ] {
                assert!(
                    missed.iter().any(|missed| missed == name),
                    "seed {seed}: {name} is not in {missed:?}"
                );
            }
        }
    }
    assert!(unlucky > 0, "a test of nothing");
}

/// Where all robots start at once and the job cannot end before, nobody is left over, for certain; else that nobody was is luck.
#[test]
fn nobody_is_left_over_for_certain_where_all_start_at_once() {
    let path = "tests/cases/interval_cov.toml";
    for (settings, certain) in [
        (vec!["concurrent_deployment_percentage=100"], true),
        (
            vec![
                "concurrent_deployment_percentage=100",
                "failure_threshold_percentage=1",
                "on_stop=\"abort\"",
            ],
            true,
        ),
        (vec!["concurrent_deployment_percentage=90"], false),
        (
            vec![
                "concurrent_deployment_percentage=100",
                "job_faults={ InternalServerError = 0.001 }",
            ],
            false,
        ),
    ] {
        let mut file = scenario_file(path);
        for setting in &settings {
            set_key(&mut file, &format!("rollout.robomaker.{setting}"));
        }
        let scenario = checked(&file);
        let run = study::run(&scenario, 200, &Unwatched);
        let profile = &run.profiles[0];
        for (name, statistic) in [
            ("never_started_count", "mean"),
            ("stopped", ""),
            ("started_count", "mean"),
        ] {
            let estimate = summary_of(&profile.summaries, name).get(statistic);
            assert_eq!(
                estimate.lo == estimate.hi,
                certain,
                "{name} with {settings:?}: {estimate:?}"
            );
        }
        let left_over = profile
            .outcomes
            .iter()
            .filter(|outcome| outcome.never_started > 0)
            .count();
        assert!(
            !certain || left_over == 0,
            "{left_over} of 200 with {settings:?}"
        );
    }
}

#[test]
fn a_map_is_as_precise_in_every_setting_as_it_says() {
    let run = Map::new(&varied(), 50).play(until("15%", 300), &Unwatched);
    assert_eq!(run.asked, 300);
    // All 40 robots are down at once when all are started at once, in every rollout that was seen.
    let missed: Vec<String> = run
        .attained
        .expect("asked for")
        .missed
        .into_iter()
        .map(|missed| missed.statistic)
        .collect();
    assert_eq!(missed, ["down_peak_count.mean"]);
    let plain = Map::new(&varied(), 50).play(run.asked, &Unwatched);
    for (row, other) in run.rows.iter().zip(&plain.rows) {
        assert_eq!(row.result.replications, run.asked);
        for (summary, other) in row.metrics().iter().zip(other.metrics()) {
            let bits = |summary: &MetricSummary| -> Vec<u64> {
                let values = summary
                    .estimates
                    .iter()
                    .map(|(_, estimate)| estimate.value.to_bits());
                values.collect()
            };
            assert_eq!(bits(summary), bits(other));
        }
        let broken = summary_of(row.metrics(), "broken_count").get("mean");
        let reach = (broken.hi.unwrap() - broken.value).max(broken.value - broken.lo.unwrap());
        assert!(reach <= 0.15 / 1.15 * broken.value, "{broken:?}");
    }
}

/// The command in an output makes it again to the byte; and so do its replications, but for what is said of precision.
#[test]
fn the_recorded_command_makes_the_same_bytes() {
    let sandbox = Sandbox::new("tests/cli");
    let vary = "--vary=rollout.robomaker.failure_threshold_percentage=15,20";
    let commands = [
        (
            &[
                "run",
                "varied.toml",
                "--precision",
                "30%",
                "--replications",
                "700",
            ][..],
            "summary.json",
        ),
        (
            &[
                "sweep",
                "varied.toml",
                vary,
                "--precision",
                "20%",
                "--replications",
                "700",
            ],
            "sweep.json",
        ),
    ];
    for (arguments, json) in commands {
        let play = |arguments: &[&str], folder: &str| {
            let output = sandbox.rollcast(&[arguments, &["--quiet", "--out", folder]].concat());
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        };
        play(arguments, "first");
        let summary: serde_json::Value =
            serde_json::from_slice(&fs::read(sandbox.path("first").join(json)).unwrap()).unwrap();
        let finished = summary["provenance"]["replications"].as_u64().unwrap();
        assert!(
            finished > 32 && finished < 700 && finished.is_power_of_two(),
            "{finished}"
        );
        assert_eq!(
            summary["precision"]["missed"].as_array().map(Vec::len),
            Some(0)
        );
        let command: Vec<&str> = summary["provenance"]["command"]
            .as_str()
            .unwrap()
            .split(' ')
            .skip(1)
            .collect();
        play(&command, "second");
        let finished = finished.to_string();
        let kept = arguments
            .iter()
            .filter(|argument| argument.starts_with("--vary"));
        play(
            &[
                &[arguments[0], arguments[1], "--replications", &finished],
                kept.copied().collect::<Vec<_>>().as_slice(),
            ]
            .concat(),
            "plain",
        );
        for name in sandbox.names("first") {
            let read = |folder: &str| fs::read(sandbox.path(folder).join(&name)).unwrap();
            assert!(
                read("first") == read("second"),
                "{arguments:?}: {name} differs"
            );
            assert!(
                !name.ends_with(".csv") || read("first") == read("plain"),
                "{arguments:?}: {name} is not that of {finished}"
            );
        }
        for folder in ["first", "second", "plain"] {
            fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
    }
}
