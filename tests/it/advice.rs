//! What lint, explain and tables say of robots that hold slots, of those that are given up, and of jobs that are over too early; and that
//! whatever numbers a scenario has, they say it in numbers that people can read.

use crate::common::sandbox::Sandbox;
use crate::common::scenarios::Choices;
use crate::common::{checked, finding, linted, parsed, played, scenario_file, text_of};
use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::study::{Explained, Finding};

fn case(name: &str) -> (Scenario, Vec<Finding>) {
    linted(&scenario_file(format!("tests/cases/{name}.toml")))
}

fn table(case: &str, arguments: &[&str]) -> String {
    let sandbox = Sandbox::new("tests/cases");
    let file = format!("{case}.toml");
    let output = sandbox.rollcast(
        &[
            arguments,
            &[&file, "--replications", "20", "-q", "--out", "out"],
        ]
        .concat(),
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn slots_held_by_hanging_scripts_are_told_like_those_of_dead_robots() {
    let (scenario, findings) = case("hanging_slots");
    let hanging = finding(&findings, "hanging-scripts");
    assert_eq!(
        hanging.diagnostic.title,
        "8 robots whose scripts hang hold their slots for 1 d each (profile base)"
    );
    // In the profile without, nothing hangs.
    assert_eq!(hanging.profiles, ["base"]);
    assert_eq!(
        Explained::of(&scenario.profiles[0], 1).hanging_slots,
        8.0 * 86_400_000.0
    );
    assert_eq!(Explained::of(&scenario.profiles[1], 1).hanging_slots, 0.0);

    let table = table("hanging_slots", &["run"]);
    let row = table
        .lines()
        .find(|line| line.trim_start().starts_with("hanging scripts"))
        .unwrap_or_else(|| panic!("{table}"));
    assert!(row.ends_with(" 82.1 %, no interval"), "{row}");
    for outcome in played(&scenario, 0, 5) {
        // All but the 100 s of the download, and no time of the others.
        assert_eq!(outcome.slot.hanging, 8 * (86_400_000 - 100_000));
    }
    assert!(
        played(&scenario, 1, 5)
            .iter()
            .all(|outcome| outcome.slot.hanging == 0)
    );
}

/// A job that is stopped cuts off scripts that hang; what ran until then was spent on them.
#[test]
fn hanging_scripts_that_a_cancel_cuts_off_count_until_then() {
    let text = "name = \"cut\"\n[release]\nversion = 1\nbundle = { ARM64 = \"1 MB\" }\n[rollout.robomaker]\npreparing = \"0s\"\n\
        concurrent_deployment_percentage = 100\ncancel = \"10min\"\non_stop = \"abort\"\n[[cohort]]\nname = \"a\"\nrobots = 4\n\
        architecture = \"ARM64\"\ndownload_rate = \"8 Mbit/s\"\npre_launch = { duration = \"5s\" }\npost_launch = { duration = \"5s\", hang = 1 }\n";
    let scenario = checked(&parsed(text, "tests"));
    let outcome = &played(&scenario, 0, 1)[0];
    assert_eq!(
        (outcome.aborted, outcome.slot.scripts, outcome.slot.hanging),
        (4, 4 * 599_000, 4 * 594_000)
    );
}

#[test]
fn what_decides_is_said_first() {
    let (scenario, findings) = case("one_at_a_time");
    let first = &findings[0];
    assert!(
        first.is_error() && first.rule == "cannot-finish",
        "{findings:#?}"
    );
    assert_eq!(
        first.diagnostic.title,
        "the job cannot reach its robots: at most 5 of 100 robots get a turn before the fleet timeout"
    );
    assert_eq!(
        Explained::of(&scenario.profiles[0], 1).jobs[0].turns_max,
        Some(5)
    );
    assert!(
        played(&scenario, 0, 5)
            .iter()
            .all(|outcome| outcome.started() == 5)
    );
}

/// Turns that hold slots for a known time at the least: no rollout has more starts than lint and explain say there can be.
#[test]
fn no_rollout_starts_more_robots_than_can_get_a_turn() {
    let (mut n_bounds, mut n_reached) = (0, 0);
    for seed in 0..400 {
        let choices = &mut Choices::new(seed);
        let dead = choices.pick(&["0", "0.2", "0.6", "1"]);
        let (failure, hang) = choices.pick(&[("0", "0"), ("0", "1"), ("0", "0.3"), ("0.4", "0.1")]);
        let faults = choices.pick(&["", "", "faults = { ResourceNotFound = 0.2 }\n"]);
        let architecture =
            choices.pick(&["\"ARM64\"", "\"ARM64\"", "{ ARM64 = 0.7, X86_64 = 0.3 }"]);
        let text = format!(
            "name = \"turns\"\nseed = {seed}\n[release]\nversion = 1\nbundle = {{ ARM64 = \"{} MB\" }}\n[rollout.robomaker]\n\
             preparing = \"{}s\"\nconcurrent_deployment_percentage = {}\nfailure_threshold_percentage = 100\n\
             robot_deployment_timeout = \"{}min\"\nfleet_timeout = \"{}min\"\non_stop = \"{}\"\npacing = \"{}\"\n[[cohort]]\nname = \"a\"\n\
             robots = {}\narchitecture = {architecture}\ndead = {dead}\ndownload_rate = \"8 Mbit/s\"\n\
             post_launch = {{ duration = \"20s\", failure = {failure}, hang = {hang} }}\n{faults}",
            choices.pick(&["1", "60", "600"]),
            choices.pick(&["0", "30"]),
            choices.pick(&["5", "20", "50"]),
            choices.pick(&["2", "10"]),
            choices.pick(&["15", "40", "90"]),
            choices.pick(&["drain", "abort"]),
            choices.pick(&["sliding", "batches"]),
            2 + choices.below(40),
        );
        let file = parsed(&text, "tests");
        let (scenario, findings) = linted(&file);
        let Some(most) = Explained::of(&scenario.profiles[0], 1).jobs[0].turns_max else {
            continue;
        };
        n_bounds += 1;
        assert!(
            findings
                .iter()
                .any(|finding| finding.rule == "cannot-finish"),
            "{text}"
        );
        for outcome in played(&scenario, 0, 5) {
            assert!(
                outcome.started() <= most,
                "{} started, {most} at most\n{text}",
                outcome.started()
            );
            n_reached += u32::from(outcome.started() == most);
        }
    }
    assert!(
        n_bounds > 50 && n_reached > 50,
        "{n_bounds} bounds, reached {n_reached} times"
    );
}

#[test]
fn robots_that_are_given_up_are_not_passed_off_as_up() {
    for name in ["bricked", "no_recovery"] {
        let (_, findings) = case(name);
        let remark = finding(&findings, "given-up-is-up");
        assert!(
            !remark.is_error()
                && remark
                    .diagnostic
                    .title
                    .contains("given up count as up at once"),
            "{remark:#?}"
        );
        let table = table(name, &["run"]);
        assert!(
            table.contains("as up when they are given up: set `recovery`\n"),
            "{table}"
        );
    }
    assert!(
        table("bricked", &["sweep"])
            .contains("count robots of d as up when they are given up: set `recovery`\n")
    );

    // With a recovery the peak is what it is, and nothing is left to say.
    let text = text_of("tests/cases/no_recovery.toml") + "recovery = \"4h\"\n";
    let file = parsed(text, "tests");
    let (scenario, findings) = linted(&file);
    assert!(
        !findings
            .iter()
            .any(|finding| finding.rule == "given-up-is-up"),
        "{findings:#?}"
    );
    let peaks: f64 = played(&scenario, 0, 40)
        .iter()
        .map(|outcome| f64::from(outcome.down_peak))
        .sum();
    assert!((350.0..370.0).contains(&(peaks / 40.0)), "{}", peaks / 40.0);
    // Where no robot can break, there is nothing to say either.
    let text = text_of("tests/cases/canary_inherits.toml");
    let (_, findings) = linted(&parsed(text, "tests"));
    assert!(
        !findings
            .iter()
            .any(|finding| finding.rule == "given-up-is-up"),
        "{findings:#?}"
    );
}

/// Runs of digits and words that no person would write.
fn assert_readable(text: &str, scenario: &str) {
    let digits = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    assert!(digits <= 12, "{digits} digits in\n{text}\nof\n{scenario}");
    for unreadable in ["NaN", "inf ", "inf,", "-0 ", "18,446,744", "-9,223"] {
        assert!(
            !text.contains(unreadable),
            "{unreadable} in\n{text}\nof\n{scenario}"
        );
    }
}

#[test]
fn numbers_of_extreme_scenarios_can_be_read() {
    let sandbox = Sandbox::empty();
    let (mut n_checked, mut n_ages) = (0, 0);
    for seed in 0..300 {
        let choices = &mut Choices::new(seed);
        let mut rate = || {
            let constant = [
                "0.000001 bit/s",
                "0.0000000000000000001 bit/s",
                "1 bit/s",
                "3 kbit/s",
                "20 Mbit/s",
                "99999999999999999999 GB/s",
            ];
            let law = [
                "{ exponential = { mean = \"0.001 bit/s\" } }",
                "{ lognormal = { median = \"1 bit/s\", p95 = \"99999999 GB/s\" } }",
            ];
            choices.pick(
                &[
                    constant.map(|rate| format!("\"{rate}\"")).to_vec(),
                    law.map(str::to_owned).to_vec(),
                ]
                .concat(),
            )
        };
        let (download, extract) = (rate(), rate());
        let long = [
            "0s",
            "1ms",
            "45s",
            "40d",
            "99999999999999999999999999 d",
            "1000000 d",
        ];
        let mut duration = || choices.pick(&long);
        let (validating, launching, script, preparing) = (
            duration(),
            duration(),
            duration(),
            choices.pick(&["0s", "7s", "29d"]),
        );
        let text = format!(
            "name = \"extremes\"\n[release]\nversion = 1\nbundle = {{ ARM64 = \"{}\" }}\n[rollout.robomaker]\npreparing = \"{preparing}\"\n\
             concurrent_deployment_percentage = {}\nrobot_deployment_timeout = \"{}\"\n[[link]]\nname = \"l\"\ncapacity = \"{}\"\n\
             [[cohort]]\nname = \"a\"\nrobots = {}\narchitecture = \"ARM64\"\ndead = {}\nlink = \"l\"\ndownload_rate = {download}\n\
             extract_rate = {extract}\nvalidating = {{ duration = \"{validating}\" }}\nlaunching = {{ duration = \"{launching}\" }}\n\
             post_launch = {{ duration = \"{script}\", failure = {}, hang = 0.1 }}\n",
            choices.pick(&["0 B", "1 B", "100 MB", "1 TB"]),
            choices.pick(&["1", "20", "100"]),
            choices.pick(&["1min", "5h", "7d"]),
            choices.pick(&["1 bit/s", "10 Mbit/s", "500000 Gbit/s"]),
            choices.pick(&["1", "100", "20000000"]),
            choices.pick(&["0", "0.5", "1"]),
            choices.pick(&["0", "0.01", "0.9"]),
        );
        let Ok(file) = ScenarioFile::parse("extremes.toml", text.clone(), "tests".into()) else {
            panic!("{text}")
        };
        // What the reader refuses is refused, with or without an explanation.
        if file.check(&[]).is_err() {
            continue;
        }
        n_checked += 1;
        let (scenario, findings) = linted(&file);
        let profile = &scenario.profiles[0];
        if profile.world.fleet.robots() > 1000 {
            // Explained without a replication, which the command plays to see what it leaves.
            drop(Explained::of(profile, 10));
        } else {
            std::fs::write(sandbox.path("extremes.toml"), &text).unwrap();
            let output = sandbox.rollcast(&["explain", "extremes.toml"]);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{text}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let shown = String::from_utf8(output.stdout).unwrap();
            // The values below it are shown as they were written.
            let (_, meant) = shown
                .split_once("\nprofile base\n")
                .expect("what they mean");
            let (meant, _) = meant.split_once("\nvalues\n").expect("the values");
            assert_readable(meant, &text);
            n_ages += u32::from(meant.contains("more than 1,000 years"));
        }
        for finding in &findings {
            let problem = &finding.diagnostic;
            for part in [
                Some(&problem.title),
                problem.why.as_ref(),
                problem.help.as_ref(),
            ]
            .into_iter()
            .flatten()
            {
                assert_readable(part, &text);
            }
            n_ages += u32::from(
                problem
                    .why
                    .as_ref()
                    .is_some_and(|why| why.contains("more than 1,000 years")),
            );
        }
    }
    assert!(
        n_checked > 100 && n_ages > 20,
        "{n_checked} scenarios checked, ages in {n_ages}"
    );
}
