//! The operating characteristic: its rows are those of runs, what it computes is what it simulates, and its line is the best there is.

use crate::common::acceptance::{assert_between, assert_mean, assert_probability};
use crate::common::{checked, flat, parsed, play, set_key, text_of};
use rollcast::model::ScriptStep;
use rollcast::sim::Outcome;
use rollcast::stats::binomial_upper_tail;
use rollcast::study::{self, Hypotheses, Oc, OcRow, Unwatched, summary_of};
use rollcast::theory::{OptimumLine, operating};

/// Robots that run one script, which lasts as long whether it fails or not.
const PLAIN: &str = "name = \"plain\"\nseed = 9\n[release]\nversion = 1\nbundle = { X86_64 = \"1 MB\" }\n\
     [rollout.robomaker]\nconcurrent_deployment_percentage = 10\nfailure_threshold_percentage = 10\n\
     [[cohort]]\nname = \"a\"\nrobots = 150\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
     post_launch = { duration = { exponential = { mean = \"1min\" } } }\n\
     [[cohort]]\nname = \"b\"\nrobots = 50\narchitecture = \"X86_64\"\ndownload_rate = { uniform = { min = \"1 MB/s\", max = \"9 MB/s\" } }\n\
     post_launch = { duration = \"5s\", failure = 0.02 }\n";

fn small() -> String {
    text_of("tests/cli/small.toml")
}

const HYPOTHESES: Hypotheses = Hypotheses {
    good: 0.01,
    bad: 0.2,
    error: 0.001,
};

fn characteristic(
    text: &str,
    script: ScriptStep,
    pairs: &[(u8, u8)],
    probabilities: &[f64],
    replications: u64,
) -> (Oc, Vec<OcRow>) {
    let scenario = checked(&parsed(text, "tests/cli"));
    let oc = Oc::new(
        &scenario.profiles[0],
        script,
        HYPOTHESES,
        pairs,
        probabilities,
    );
    let parts = oc.plan().parts_of(oc.wanted(), replications);
    let rows = oc.play(&parts, replications, &Unwatched);
    assert_eq!(rows.len(), oc.rows());
    (oc, rows)
}

/// A row is what `run --set` gives, to the bit.
#[test]
fn a_row_is_a_run_with_its_probability_and_percentages() {
    let (_, rows) = characteristic(&small(), ScriptStep::PostLaunch, &[(50, 5)], &[0.1], 12);
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let mut file = parsed(small(), "tests/cli");
        let flags = [
            format!("cohort.*.post_launch.failure={}", row.p),
            format!(
                "rollout.robomaker.concurrent_deployment_percentage={}",
                row.setting.levels.concurrency
            ),
            format!(
                "rollout.robomaker.failure_threshold_percentage={}",
                row.setting.levels.threshold
            ),
        ];
        flags.iter().for_each(|flag| {
            set_key(&mut file, flag);
        });
        let run = study::run(&checked(&file), 12, &Unwatched);
        let base = &run.profiles[0];
        for (metric, statistic) in [
            ("threshold_reached", ""),
            ("stopped", ""),
            ("exposed_count", "mean"),
            ("broken_count", "mean"),
        ] {
            let other = summary_of(&base.summaries, metric).get(statistic);
            assert_eq!(
                row.simulated(metric, statistic),
                other,
                "{metric} at {} under {:?}",
                row.p,
                row.setting
            );
        }
        assert_eq!(row.threshold_reached, base.threshold_reached);
        assert!(
            row.exact.is_none(),
            "other mishaps make durations depend on outcomes"
        );
    }
}

/// Where durations do not depend on outcomes, all that is shown is computed, and the engine agrees.
#[test]
fn what_is_computed_is_what_is_simulated() {
    let (_, rows) = characteristic(
        PLAIN,
        ScriptStep::PostLaunch,
        &[(50, 5), (100, 25)],
        &[0.05, 0.1],
        20,
    );
    let scenario = checked(&parsed(PLAIN, "tests/cli"));
    for row in &rows {
        let exact = row.exact.expect("durations do not depend on outcomes");
        let mut world = scenario.profiles[0].world.clone();
        for cohort in &mut world.fleet.cohorts {
            cohort.scripts[ScriptStep::PostLaunch]
                .as_mut()
                .unwrap()
                .failure = rollcast::model::Probability::Constant(row.p);
        }
        let rules = scenario.profiles[0].rules.at(row.setting.levels);
        let outcomes = play(&world, &rules.setting(200), 2_000);
        let what = format!("{} under {:?}", row.p, row.setting);
        let tail = row.threshold_reached.clone().unwrap().value;
        let binomial = binomial_upper_tail(
            200,
            row.p,
            row.setting
                .in_robots
                .unwrap()
                .failures_to_stop
                .unwrap()
                .into(),
        );
        assert!(
            (tail / binomial - 1.0).abs() < 1e-9 && (exact.reached / binomial - 1.0).abs() < 1e-9,
            "{what}"
        );
        assert_probability(&what, &outcomes, exact.stopped, Outcome::stopped);
        let column = |value: fn(&Outcome) -> u32| {
            outcomes
                .iter()
                .map(|o| f64::from(value(o)))
                .collect::<Vec<f64>>()
        };
        assert_mean(&what, &column(|o| o.exposed), exact.started, 0.01);
        assert_mean(&what, &column(Outcome::broken), exact.failed, 0.01);
    }
}

/// Every way in which durations come to depend on outcomes, or robots to differ, leaves the rest to simulation.
#[test]
fn nothing_is_computed_where_it_would_be_wrong() {
    let spoilt = [
        (
            "fails_after",
            "post_launch = { duration = \"5s\", failure = 0.02",
            "post_launch = { duration = \"5s\", fails_after = \"1s\"",
        ),
        (
            "hang",
            "duration = \"5s\", failure = 0.02",
            "duration = \"5s\", hang = 0.01",
        ),
        (
            "another script",
            "post_launch = { duration = \"5s\"",
            "pre_launch = { duration = \"1s\", failure = 0.1 }\npost_launch = { duration = \"5s\"",
        ),
        (
            "a fault",
            "post_launch = { duration = \"5s\"",
            "faults = { EtagMismatch = 0.1 }\npost_launch = { duration = \"5s\"",
        ),
        ("dead robots", "robots = 50", "robots = 50\ndead = 0.1"),
        (
            "no bundle",
            "robots = 50\narchitecture = \"X86_64\"",
            "robots = 50\narchitecture = \"ARM64\"",
        ),
        (
            "batches",
            "[rollout.robomaker]",
            "[rollout.robomaker]\npacing = \"batches\"",
        ),
        (
            "abort",
            "[rollout.robomaker]",
            "[rollout.robomaker]\non_stop = \"abort\"",
        ),
        (
            "a job fault",
            "[rollout.robomaker]",
            "[rollout.robomaker]\njob_faults = { ResourceNotFound = 0.1 }",
        ),
        (
            "a cohort without",
            "post_launch = { duration = \"5s\", failure = 0.02 }",
            "",
        ),
    ];
    for (what, from, to) in spoilt {
        assert!(PLAIN.contains(from), "{what}");
        let (_, rows) = characteristic(
            &PLAIN.replace(from, to),
            ScriptStep::PostLaunch,
            &[],
            &[0.1],
            2,
        );
        assert!(
            rows.iter()
                .all(|row| row.exact.is_none() && row.threshold_reached.is_ok()),
            "{what}"
        );
    }
    // A script with something after it: what it cuts off takes time.
    let earlier = PLAIN.replace(
        "post_launch = {",
        "launching = { duration = \"1s\" }\npre_launch = {",
    );
    let (_, rows) = characteristic(&earlier, ScriptStep::PreLaunch, &[], &[0.1], 2);
    assert!(rows.iter().all(|row| row.exact.is_none()));
    let (_, rows) = characteristic(
        &PLAIN.replace("post_launch", "pre_launch"),
        ScriptStep::PreLaunch,
        &[],
        &[0.1],
        2,
    );
    assert!(rows.iter().all(|row| row.exact.is_some()));
}

/// Whoever fails at a probability fails at every greater one, so no curve of a setting ever goes down.
#[test]
fn curves_rise_without_a_ripple() {
    let grid: Vec<f64> = (1..20).map(|i| f64::from(i) * 0.025).collect();
    let (oc, rows) = characteristic(
        &small(),
        ScriptStep::PostLaunch,
        &[(5, 5), (100, 40)],
        &grid,
        30,
    );
    for (setting, rows) in oc.settings.iter().zip(rows.chunks(oc.probabilities.len())) {
        assert!(rows.iter().all(|row| row.setting == *setting));
        let simulated: Vec<f64> = rows
            .iter()
            .map(|row| row.simulated("threshold_reached", "").value)
            .collect();
        assert!(simulated.is_sorted(), "{setting:?}: {simulated:?}");
        let computed: Vec<f64> = rows
            .iter()
            .map(|row| row.threshold_reached.clone().unwrap().value)
            .collect();
        assert!(
            computed
                .windows(2)
                .all(|pair| pair[1] >= pair[0] * (1.0 - 1e-12)),
            "{setting:?}: {computed:?}"
        );
        let exposed: Vec<f64> = rows
            .iter()
            .map(|row| -row.simulated("exposed_count", "mean").value)
            .collect();
        assert!(exposed.is_sorted() || oc.settings.len() > 1, "{setting:?}");
    }
}

/// The line beside a setting is that of robots that fail as the scenario says, with the setting's window.
#[test]
fn the_line_is_that_of_the_hypotheses() {
    let (_, rows) = characteristic(PLAIN, ScriptStep::PostLaunch, &[(50, 5)], &[], 2);
    let line = OptimumLine::new(0.01, 0.2, 0.001).unwrap();
    for row in &rows {
        let best = operating(
            200,
            row.setting.in_robots.unwrap().window.into(),
            row.p,
            |started| line.failures_to_stop(started),
        );
        let shown = row.line.unwrap();
        assert_between(
            "exposed",
            shown.exposed / best.started,
            1.0 - 1e-12,
            1.0 + 1e-12,
        );
        assert_between(
            "broken",
            shown.broken / best.failed,
            1.0 - 1e-12,
            1.0 + 1e-12,
        );
        assert!(row.p != 0.01 || shown.reached <= 0.001);
        let alone = operating(200, 1, row.p, |started| line.failures_to_stop(started));
        let optimum = row.optimum.as_ref().unwrap();
        assert_between(
            "exposed",
            optimum.exposed / alone.started,
            1.0 - 1e-12,
            1.0 + 1e-12,
        );
        assert!(row.p != 0.2 || optimum.exposed < row.exact.unwrap().started / 3.0);
    }
}

/// Where a setting counts failures that take time, or that are no robot's own, no optimum counts the same, and it is said why there is none.
#[test]
fn there_is_an_optimum_only_of_the_failures_that_settings_count() {
    let optimum = |from: &str, to: &str| {
        assert!(PLAIN.contains(from), "{from}");
        let (oc, rows) = characteristic(
            &PLAIN.replace(from, to),
            ScriptStep::PostLaunch,
            &[],
            &[0.1],
            2,
        );
        let scenario = checked(&parsed(PLAIN.replace(from, to), "tests/cli"));
        (
            rollcast::report::oc_page(&scenario, &oc, &rows, 2).terminal(100),
            rows,
        )
    };
    let link = "[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n[[cohort]]\nname = \"a\"\nlink = \"line\"";
    let luck = "hang = { beta = { mean = 0.01, correlation = 0.1 } }";
    let lost = [
        ("share a link", "[[cohort]]\nname = \"a\"", link),
        (
            "are offline at times",
            "robots = 50",
            "robots = 50\nconnectivity = { on = \"1h\", off = \"10min\" }",
        ),
        (
            "may still run into the robot timeout",
            "[rollout.robomaker]",
            "[rollout.robomaker]\nrobot_deployment_timeout = \"5min\"",
        ),
        (
            "the fleet timeout ends it",
            "[rollout.robomaker]",
            "[rollout.robomaker]\nfleet_timeout = \"10min\"",
        ),
        (
            "there are several jobs",
            "[[cohort]]\nname = \"a\"",
            "[campaign.canary]\nrobots = 5\n[[cohort]]\nname = \"a\"",
        ),
        (
            "share the luck of the release",
            "duration = \"5s\"",
            &format!("duration = \"5s\", {luck}"),
        ),
    ];
    for (why, from, to) in lost {
        let (table, rows) = optimum(from, to);
        assert!(
            rows.iter()
                .all(|row| row.optimum.is_err() && row.line.is_none()),
            "{why}"
        );
        let why_not = rows[0].optimum.as_ref().unwrap_err().to_string();
        assert!(why_not.contains(why), "{why_not}");
        assert!(
            table.contains("where no optimum is shown") && !table.contains("one robot at a time"),
            "{table}"
        );
    }
    // Failures that take time but are a robot's own are on both sides; the line with a window is not, since hanging robots fail late.
    let (table, rows) = optimum("duration = \"5s\"", "duration = \"5s\", hang = 0.05");
    assert!(
        rows.iter()
            .all(|row| row.optimum.is_ok() && row.line.is_none())
    );
    assert!(flat(&table).contains("counts the same failures"), "{table}");
}

/// What the optimum breaks of what it exposes is what a setting breaks of what it exposes, hanging robots included.
#[test]
fn both_sides_break_the_same_share_of_the_robots_they_expose() {
    let text = PLAIN
        .replace("duration = \"5s\"", "duration = \"5s\", hang = 0.2")
        .replace("robots = 50", "robots = 50\ndead = 0.1");
    let (_, rows) = characteristic(&text, ScriptStep::PostLaunch, &[], &[0.1], 400);
    for row in &rows {
        let optimum = row.optimum.as_ref().unwrap();
        let share = row.simulated("broken_count", "mean").value
            / row.simulated("exposed_count", "mean").value;
        assert_between(
            "broken of exposed",
            share / (optimum.broken / optimum.exposed),
            0.93,
            1.07,
        );
    }
}

#[test]
fn rows_do_not_depend_on_the_number_of_threads() {
    let rows = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let (_, rows) = characteristic(
                &small(),
                ScriptStep::PostLaunch,
                &[(5, 5)],
                &[0.05, 0.3],
                10,
            );
            rollcast::report::oc_csv(&rows)
        })
    };
    assert_eq!(rows(1), rows(4));
}

#[test]
fn the_script_that_profiles_change_is_the_one_of_interest() {
    let of = |text: &str| study::likeliest_script(&checked(&parsed(text, "tests/cli")).profiles);
    assert_eq!(of(&small()), Some(ScriptStep::PostLaunch));
    assert_eq!(
        of(&small().replace(
            "cohort.*.post_launch.failure",
            "cohort.*.pre_launch.failure"
        )),
        Some(ScriptStep::PreLaunch)
    );
    assert_eq!(
        of(&PLAIN.replace("post_launch", "download_condition")),
        Some(ScriptStep::DownloadCondition)
    );
    assert_eq!(of(PLAIN), Some(ScriptStep::PostLaunch));
}
