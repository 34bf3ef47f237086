//! Which robots run the release, and until when anybody watches: against closed forms, and the same fleet told in two ways.

#![allow(
    clippy::disallowed_methods,
    reason = "closed forms are held against the platform's own functions"
)]

use crate::common::acceptance::{assert_mean, assert_probability};
use crate::common::worlds::*;
use crate::common::{checked, flat, parsed, play, scenario_file};
use rollcast::model::Scripts;
use rollcast::model::{Cohort, Connectivity, Instant, Interrupted, Ms, Script, WatchEnd, World};
use rollcast::report::{GoodStopped, map_page, run_page, sweep_page};
use rollcast::scenario::{Knob, ScenarioFile};
use rollcast::sim::Outcome;
use rollcast::study::{Map, Unwatched, grid, run};

/// How long robots are off on average, when their job gives them up, and until when they are watched [s].
const OFF: f64 = 900.0;
const TIMEOUT: f64 = 1200.0;
const WATCHED: f64 = 2400.0;

/// Robots that are off a fifth of the time and update at once when they are on, unless they hang.
fn world_with_hang(seed: u64, robots: u32, hang: f64) -> World {
    let connectivity = Connectivity::new(
        exponential(4.0 * OFF),
        exponential(OFF),
        Interrupted::Resumes,
    )
    .unwrap();
    let post_launch = Script {
        hang: rollcast::model::Probability::Constant(hang),
        ..script(constant(0.0), 0.0)
    };
    let cohort = Cohort {
        connectivity: Some(connectivity),
        scripts: Scripts([None, None, Some(post_launch)]),
        ..bare("robots", robots)
    };
    World {
        watch: WatchEnd::AtLeast(Instant::at((WATCHED * S) as Ms)),
        ..world(seed, vec![cohort])
    }
}

fn outcomes(world: &World, count: u64) -> Vec<Outcome> {
    let robots = world.fleet.robots();
    play(
        world,
        &setting_with_timeout(robots, UNSTOPPABLE, (TIMEOUT * S) as Ms),
        count,
    )
}

/// The probability that a robot has been on by a time [s].
fn seen_by(time: f64) -> f64 {
    1.0 - 0.2 * libm::exp(-time / OFF)
}

/// Whether its job updates a robot or the robot itself later does not show in when it runs the release.
#[test]
fn a_robot_runs_the_release_at_another_time_than_when_it_is_first_on() {
    let outcomes = outcomes(&world_with_hang(401, 1, 0.0), 100_000);
    for time in [0.0, 600.0, TIMEOUT, 1800.0, WATCHED] {
        let runs =
            |outcome: &Outcome| outcome.time_to[2].is_some_and(|at| at.ms() as f64 <= time * S);
        assert_probability(
            &format!("running by {time} s"),
            &outcomes,
            seen_by(time),
            runs,
        );
    }
    assert_probability(
        "running in the end",
        &outcomes,
        seen_by(WATCHED),
        |outcome| outcome.running == 1,
    );
    assert_probability("updated", &outcomes, seen_by(TIMEOUT), |outcome| {
        outcome.updated == 1
    });
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.exposed == outcome.running && outcome.broken() == 0)
    );
}

/// The 19th of 20 robots: at least 19 were on by then.
#[test]
fn the_time_to_a_share_leaves_healed_robots_out() {
    let outcomes = outcomes(&world_with_hang(402, 20, 0.0), 30_000);
    for time in [600.0, 1800.0, WATCHED] {
        let p = seen_by(time);
        let expected = p.powi(20) + 20.0 * p.powi(19) * (1.0 - p);
        let reached =
            |outcome: &Outcome| outcome.time_to[2].is_some_and(|at| at.ms() as f64 <= time * S);
        assert_probability(&format!("95 % by {time} s"), &outcomes, expected, reached);
    }
    let running: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.running.into())
        .collect();
    assert_mean("running", &running, 20.0 * seen_by(WATCHED), 0.0);
}

/// A robot that comes back and hangs is exposed and broken, as one that hangs in its slot.
#[test]
fn robots_that_hang_when_they_come_back_are_not_broken() {
    let outcomes = outcomes(&world_with_hang(403, 1, 0.3), 100_000);
    let seen = seen_by(WATCHED);
    assert_probability("exposed", &outcomes, seen, |outcome| outcome.exposed == 1);
    assert_probability("running", &outcomes, 0.7 * seen, |outcome| {
        outcome.running == 1
    });
    assert_probability("broken", &outcomes, 0.3 * seen, |outcome| {
        outcome.broken() == 1
    });
}

fn outcomes_of(path: &str) -> Vec<Outcome> {
    let scenario = checked(&scenario_file(path));
    run(&scenario, 200, &Unwatched).profiles.remove(0).outcomes
}

fn median_h(outcomes: &[Outcome]) -> f64 {
    let mut times: Vec<Instant> = outcomes
        .iter()
        .map(|outcome| outcome.time_to[2].unwrap_or(Instant::NEVER))
        .collect();
    times.sort_unstable();
    times[times.len() / 2].ms() as f64 / 3_600_000.0
}

/// A sync ten days later is for the few robots that were there when their timeout came, and for nobody that healed.
#[test]
fn a_sync_ten_days_later_decides_when_robots_ran_the_release() {
    let one_job = outcomes_of("tests/cases/healed_one_job.toml");
    let with_sync = outcomes_of("tests/cases/healed_with_sync.toml");
    assert!(
        (2.5..2.8).contains(&median_h(&one_job)),
        "{} h",
        median_h(&one_job)
    );
    for (one, sync) in one_job.iter().zip(&with_sync) {
        assert_eq!(one.time_to[..3], sync.time_to[..3]);
        assert_eq!(
            (one.running, one.healed),
            (one.updated + one.healed, one.no_response)
        );
        let given_up_online = one.failed - one.no_response;
        assert_eq!(one.broken(), given_up_online);
        assert!(
            (one.updated..=one.updated + given_up_online).contains(&sync.updated),
            "{} of {}",
            sync.updated,
            one.updated
        );
        assert!(sync.running >= one.running && sync.running == sync.updated + sync.healed);
    }
    let updated: f64 = with_sync
        .iter()
        .map(|outcome| f64::from(outcome.updated))
        .sum::<f64>()
        / 200.0;
    assert!(
        (174.0..178.0).contains(&updated),
        "{updated} robots updated by a job"
    );
}

/// Robots that are off for six hours, of which some come back after the end, for rollouts of different lengths.
const SLEEPY: &str = r#"
name = "sleepy"
replications = 40
[release]
version = "2"
bundle = { ARM64 = "20 MB" }
[rollout.robomaker]
concurrent_deployment_percentage = 100
robot_deployment_timeout = "1h"
failure_threshold_percentage = 100
[[cohort]]
name = "d"
robots = 50
architecture = "ARM64"
download_rate = "8 Mbit/s"
connectivity = { on = { exponential = { mean = "18h" } }, off = { exponential = { mean = "6h" } } }
"#;

fn sleepy(top: &str) -> ScenarioFile {
    let text = SLEEPY.replacen("replications", &format!("{top}\nreplications"), 1);
    parsed(text, "")
}

fn run_table_of(top: &str) -> String {
    let scenario = checked(&sleepy(top));
    let run = run(&scenario, scenario.replications, &Unwatched);
    run_page(&scenario, &run, &[]).terminal(100)
}

#[test]
fn a_time_that_the_watch_cuts_reads_never() {
    let nobody = run_table_of("");
    assert!(
        nobody.contains("when nobody watches them; watch them with observe_for"),
        "{nobody}"
    );
    assert!(nobody.contains("never"), "{nobody}");
    let cut = run_table_of("observe_for = \"3h\"");
    assert!(
        cut.contains("not within 3 h in ")
            && !cut.contains("never in")
            && !cut.contains("nobody watches"),
        "{cut}"
    );
    assert!(cut.contains("\nrunning the release"), "{cut}");
    let long = run_table_of("observe_for = \"20d\"");
    assert!(
        !long.contains("not within") && !long.contains("never in"),
        "{long}"
    );
}

#[test]
fn settings_that_are_watched_longer_than_others_are_not_named() {
    let table = |top: &str| {
        let file = sleepy(top);
        let scenario = checked(&file);
        let vary = ["rollout.robomaker.concurrent_deployment_percentage=10,100".to_owned()];
        let sweep = grid(&file, Knob::from_flags(&vary).expect("a knob"), &[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let swept = sweep.play(scenario.replications, &Unwatched);
        sweep_page(&scenario, &sweep.knobs, &swept, scenario.replications).terminal(100)
    };
    let short = table("observe_for = \"90min\"");
    assert!(
        short.contains("1 of 2 settings lasts up to") && short.contains("set observe_for to \""),
        "{short}"
    );
    assert!(table("").contains("\nthe settings last up to"));
    assert!(!table("observe_for = \"10d\"").contains("watched longer"));

    let scenario = checked(&sleepy(""));
    let map = Map::new(&scenario, 50).play(scenario.replications, &Unwatched);
    assert!(
        flat(&map_page(&scenario, &map, GoodStopped::of([]), scenario.replications).terminal(100))
            .contains("watched longer than others")
    );
}

/// The watch from the first job's creation is the same however long a rollout takes; the one from the end is not.
#[test]
fn observe_for_cuts_a_job_or_watches_a_setting_longer() {
    let at = |watch: WatchEnd| [0, 5, 10].map(|drained| watch.time(Instant::at(drained)).ms());
    let at_least = |ms| WatchEnd::AtLeast(Instant::at(ms));
    assert_eq!(at(at_least(7)), [7, 7, 10]);
    assert_eq!(at(WatchEnd::AfterDrained(7)), [7, 12, 17]);
    assert_eq!(at_least(7).since(Instant::at(4)), at_least(3));
    assert_eq!(at_least(7).since(Instant::at(9)), at_least(0));
}

#[test]
fn observe_after_is_taken_without_a_word_or_beside_observe_for() {
    let (_, warnings) = sleepy("observe_after = \"2d\"")
        .check(&[])
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    let text = warnings.render(false);
    assert!(
        text.contains("write observe_for = \"2d\" or more instead"),
        "{text}"
    );
    let both = sleepy("observe_after = \"2d\"\nobserve_for = \"2d\"")
        .check(&[])
        .expect_err("both are refused");
    assert!(
        both.render(false)
            .contains("both say how long robots are watched")
    );
    let (_, warnings) = sleepy("observe_for = \"2d\"")
        .check(&[])
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    assert!(warnings.0.is_empty());
}

/// Robots with a latent fault run the release: broken are others.
#[test]
fn a_latent_fault_breaks_a_robot() {
    let scenario = checked(&scenario_file("tests/cases/latent.toml"));
    let run = run(&scenario, 200, &Unwatched);
    assert!(
        run.profiles[0]
            .outcomes
            .iter()
            .all(|outcome| outcome.broken() == 0 && outcome.running == outcome.updated)
    );
    let table = run_page(&scenario, &run, &[]).terminal(100);
    assert!(
        table.contains("broken, without latent faults")
            && table.contains("updated, with a latent fault"),
        "{table}"
    );
}
