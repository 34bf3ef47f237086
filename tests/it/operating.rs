//! The exact numbers of stop rules: against their golden values, brute force over all outcomes, the negative binomial law, and the engine.

use crate::common::acceptance::{assert_mean, assert_probability};
use crate::common::play;
use crate::common::worlds::*;
use rollcast::model::{Instant, ScriptStep};
use rollcast::random::Law;
use rollcast::sim::Outcome;
use rollcast::stats::binomial_upper_tail;
use rollcast::theory::{Operating, OptimumLine, operating};

fn flat(n: u64, window: u64, p: f64, failures: u64) -> Operating {
    operating(n, window, p, |_| failures)
}

fn line(good: f64, bad: f64) -> OptimumLine {
    OptimumLine::new(good, bad, 0.001).unwrap()
}

#[track_caller]
fn assert_close(actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{actual} is not {expected}"
    );
}

/// N = 1000, good 1 %, bad 10 %, false aborts 0.1 %, one robot at a time.
#[test]
fn goldens_of_the_best_possible() {
    let line = line(0.01, 0.1);
    let under = |p| operating(1000, 1, p, |started| line.failures_to_stop(started));
    assert_close(flat(1000, 1, 0.1, 22).started, 220.0, 0.01);
    let coarse = flat(1000, 1, 0.1, 100);
    assert_close(coarse.started, 962.0, 0.5);
    assert_close(coarse.reached, 0.5, 0.02);
    assert_close(under(0.1).started, 54.0, 0.5);
    assert!(under(0.01).reached <= 0.001 && under(0.1).stopped > 0.999);
    // The canary: 110 robots that stop at the fewest failures with at most that many false aborts, then the others at 2.2 %.
    let to_stop = (1..)
        .find(|failures| binomial_upper_tail(110, 0.01, *failures) <= 0.001)
        .unwrap();
    let canary = flat(110, 1, 0.1, to_stop);
    let rest = flat(890, 1, 0.1, 20);
    assert_close(
        canary.started + (1.0 - canary.reached) * rest.started,
        66.0,
        0.5,
    );
}

/// The line holds whatever the window, since it counts robots started; counting completed ones it would be void: of 200 in flight the
/// failed ones may all end first.
#[test]
fn the_line_counts_robots_started_and_not_completed() {
    let line = line(0.01, 0.1);
    for window in [1, 5, 50, 200, 1000] {
        let good = operating(1000, window, 0.01, |started| line.failures_to_stop(started));
        assert!(good.reached <= 0.001, "{window}: {good:?}");
    }
    let first = (1..)
        .find(|failed| *failed >= line.failures_to_stop(*failed))
        .unwrap();
    assert_close(binomial_upper_tail(200, 0.01, first), 0.32, 0.005);
    assert!(binomial_upper_tail(200, 0.01, line.failures_to_stop(200)) < 0.001);
}

/// The engine with failures that take no time: counting completed robots, a third of good releases would be stopped while the first
/// 200 are in flight; counting started ones, hardly any.
#[test]
fn early_failures_do_not_fool_the_line() {
    let line = line(0.01, 0.1);
    let mut world = one_script(5, 1000, constant(600.0), 0.01);
    world.fleet.cohorts[0].scripts[ScriptStep::PreLaunch]
        .as_mut()
        .unwrap()
        .fails_after = Some(constant(0.0));
    let stopped_by = |failures: u64| play(&world, &setting(200, failures as u32), 3_000);
    let before_any_success =
        |outcome: &Outcome| outcome.threshold_reached() && outcome.ended_at == Instant::CREATION;
    // Failures that take no time are replaced at once, so that a few more than 200 are started.
    let outcomes = stopped_by(3);
    let share = outcomes
        .iter()
        .filter(|outcome| before_any_success(outcome))
        .count() as f64
        / 3_000.0;
    assert!((0.29..0.37).contains(&share), "{share}");
    assert!(
        !stopped_by(line.failures_to_stop(210))
            .iter()
            .any(before_any_success)
    );
}

#[test]
fn there_is_no_line_between_releases_that_cannot_be_told_apart() {
    for (good, bad) in [
        (0.1, 0.1),
        (0.2, 0.1),
        (0.0, 0.1),
        (0.1, 1.0),
        (f64::NAN, 0.5),
    ] {
        assert_eq!(OptimumLine::new(good, bad, 0.001), None);
    }
}

/// All 2^n outcomes of small jobs, in the order in which robots end.
#[test]
fn brute_force_over_all_outcomes() {
    let line = line(0.1, 0.6);
    let boundaries: [(&str, &dyn Fn(u64) -> u64); 4] = [
        ("flat 1", &|_| 1),
        ("flat 3", &|_| 3),
        ("line", &|started| line.failures_to_stop(started)),
        ("slope", &|started| 1 + started / 3),
    ];
    for n in [1, 2, 5, 9] {
        for window in [1, 2, 4, 9, 12] {
            for (name, boundary) in &boundaries {
                for p in [0.0, 0.3, 1.0] {
                    let mut sum = Operating {
                        reached: 0.0,
                        stopped: 0.0,
                        started: 0.0,
                        failed: 0.0,
                    };
                    for outcomes in 0..1u32 << n {
                        let fails = |robot: u64| outcomes >> robot & 1 == 1;
                        let mass: f64 = (0..n)
                            .map(|robot| if fails(robot) { p } else { 1.0 - p })
                            .product();
                        let failed =
                            |robots: u64| (0..robots).filter(|robot| fails(*robot)).count() as u64;
                        let started = |completed: u64| n.min(window + completed - 1);
                        let stop = (1..=n)
                            .find(|completed| failed(*completed) >= boundary(started(*completed)));
                        let all = stop.map_or(n, started);
                        sum.reached += if stop.is_some() { mass } else { 0.0 };
                        sum.stopped += if stop.is_some() && all < n { mass } else { 0.0 };
                        sum.started += mass * all as f64;
                        sum.failed += mass * failed(all) as f64;
                    }
                    let exact = operating(n, window, p, boundary);
                    let what = format!(
                        "{name}, {n} robots, window {window}, p {p}: {exact:?}, not {sum:?}"
                    );
                    let pairs = [
                        (exact.reached, sum.reached),
                        (exact.stopped, sum.stopped),
                        (exact.started, sum.started),
                        (exact.failed, sum.failed),
                    ];
                    assert!(pairs.iter().all(|(a, b)| (a - b).abs() < 1e-12), "{what}");
                }
            }
        }
    }
}

/// O07: K − 1 and a negative binomial number; 500 robots, K = F = 50, p = 0.2.
#[test]
fn the_blast_radius_is_negative_binomial() {
    let exact = flat(500, 50, 0.2, 50);
    // The fleet's end is so far off that it takes nothing away: F / p + K − 1.
    assert_close(exact.started, 299.0, 0.01);
    assert_close(exact.failed, 0.2 * exact.started, 1e-9);
    assert_close(exact.reached, binomial_upper_tail(500, 0.2, 50), 1e-12);
}

#[test]
fn failed_robots_are_p_times_those_started() {
    for (n, window, p, failures) in [
        (1000, 100, 0.03, 40),
        (300, 300, 0.1, 25),
        (700, 33, 0.5, 9),
    ] {
        let exact = flat(n, window, p, failures);
        assert_close(exact.failed, p * exact.started, 1e-9 * exact.started);
        assert_close(exact.reached, binomial_upper_tail(n, p, failures), 1e-12);
    }
}

/// Where every duration has the same law whatever the outcome, the engine gives these numbers, whatever the law is.
#[test]
fn the_engine_agrees_where_durations_do_not_depend_on_outcomes() {
    let laws = [
        constant(60.0),
        exponential(60.0),
        Law::samples(vec![1_000.0, 2_000.0, 60_000.0]).unwrap(),
    ];
    for (seed, law) in (1..).zip(laws) {
        for (n, window, p, failures) in [(60, 7, 0.2, 10), (200, 40, 0.05, 12), (40, 40, 0.3, 12)] {
            let outcomes = play(
                &one_script(seed, n, law.clone(), p),
                &setting(window, failures),
                4_000,
            );
            let exact = flat(n.into(), window.into(), p, failures.into());
            assert_probability(
                "reached",
                &outcomes,
                exact.reached,
                Outcome::threshold_reached,
            );
            assert_probability("stopped", &outcomes, exact.stopped, Outcome::stopped);
            let column = |value: fn(&Outcome) -> u32| {
                outcomes
                    .iter()
                    .map(|o| f64::from(value(o)))
                    .collect::<Vec<f64>>()
            };
            assert_mean("started", &column(|o| o.exposed), exact.started, 1e-9);
            assert_mean("failed", &column(Outcome::broken), exact.failed, 1e-9);
        }
    }
}
