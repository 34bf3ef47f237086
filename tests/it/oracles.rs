//! Cases whose answers are known in closed form or were computed exactly, by something that is not this engine.
//!
//! They speak of windows *K* and numbers of failures *F* that need not be percentages, so they drive the engine's own types.
//! Robots start in file order at time 0, slots are refilled at once, completions at one instant are handled one at a time in start
//! order, and robots in flight drain. A range of acceptance is 4.5 standard errors wide to either side, or an exact binomial region.

use crate::common::acceptance::{assert_between, mean, share};
use crate::common::worlds::*;
use crate::common::{play, play_once, replicate};
use rollcast::model::{Cohort, Instant, Ms, World};
use rollcast::random::Law;
use rollcast::rollout::{EndedBy, OnStop, RoboMaker, Setting, Stop};
use rollcast::sim::{Dice, Outcome, Player, Verdict};

fn seconds(time: Instant) -> f64 {
    time.ms() as f64 / 1000.0
}

fn mean_of(outcomes: &[Outcome], metric: impl Fn(&Outcome) -> f64) -> f64 {
    mean(&outcomes.iter().map(metric).collect::<Vec<f64>>())
}

/// When so many robots were updated [ms].
fn time_of_update(world: &World, setting: &Setting, robots: usize) -> Ms {
    let dice = Dice::new(world);
    let mut player = Player::new(&dice);
    player.draw(0);
    let recording = player.record(setting);
    let updated = player
        .deployments(&recording)
        .filter(|deployment| deployment.verdict == Verdict::Updated);
    let mut times: Vec<Ms> = updated.map(|deployment| deployment.end.ms()).collect();
    times.sort_unstable();
    times[robots - 1]
}

/// O01: 34 waves of up to 30 robots.
#[test]
fn equal_durations_do_not_go_in_waves() {
    let outcome = play_once(
        &one_script(1, 1000, constant(600.0), 0.0),
        &setting(30, UNSTOPPABLE),
    );
    assert_eq!(outcome.ended_by, EndedBy::Success);
    assert_eq!(
        (outcome.ended_at.ms(), outcome.drained.ms()),
        (20_400_000, 20_400_000)
    );
    assert_eq!(
        outcome.time_to,
        [10_200_000, 18_000_000, 19_200_000, 19_800_000].map(|ms| Some(Instant::at(ms)))
    );
    assert_eq!(
        (outcome.slot.total, outcome.slot.scripts),
        (600_000_000, 600_000_000)
    );
    assert_between(
        "mean concurrency",
        outcome.slot.total as f64 / outcome.drained.ms() as f64,
        29.411764676470586,
        29.411764735294117,
    );
}

/// O02: a sum of 50 uniform durations.
#[test]
fn one_slot_does_not_take_the_sum_of_durations() {
    let world = one_script(2, 50, Law::uniform(60.0 * S, 180.0 * S).unwrap(), 0.0);
    let outcomes = play(&world, &setting(1, UNSTOPPABLE), 20_000);
    assert_between(
        "makespan",
        mean_of(&outcomes, |o| seconds(o.drained)),
        5992.20577136594,
        6007.79422863406,
    );
    assert_between(
        "P(makespan <= 6300 s)",
        share(&outcomes, |o| o.drained.ms() <= 6_300_000),
        0.87915,
        0.8992,
    );
}

/// O04: with everyone at once, the times to a share of the fleet are order statistics.
#[test]
fn a_fleet_that_starts_at_once_does_not_follow_order_statistics() {
    let outcomes = play(
        &one_script(4, 500, lognormal(300.0, 0.8), 0.0),
        &setting(500, UNSTOPPABLE),
        20_000,
    );
    let ranges = [
        ("t50", 299.2725090054493, 300.1277943254958),
        ("t90", 831.9256795967, 835.1657204455215),
        ("t95", 1109.0707380469244, 1114.402224096772),
        ("t99", 1875.3730514954584, 1891.0232428133543),
    ];
    for (mark, (name, lo, hi)) in ranges.into_iter().enumerate() {
        let time = |outcome: &Outcome| seconds(outcome.time_to[mark].expect("nobody fails"));
        assert_between(name, mean_of(&outcomes, time), lo, hi);
    }
    assert_between(
        "makespan",
        mean_of(&outcomes, |o| seconds(o.drained)),
        3531.9415425777383,
        3610.603264732838,
    );
}

/// O05: when every robot fails, exactly K + F − 1 do, for every law of durations.
#[test]
fn a_breach_lets_other_than_k_plus_f_minus_1_robots_start() {
    let cases = [
        (200, 20, 50, 69),
        (200, 20, 10, 29),
        (200, 50, 20, 69),
        (1000, 1, 10, 10),
    ];
    let laws = [
        ("constant", constant(7.0)),
        ("exponential", exponential(1.0)),
        ("lognormal", lognormal(1.0, 2.0)),
        ("Weibull", Law::weibull(0.4, S).unwrap()),
    ];
    for (n, window, failures, started) in cases {
        for (name, law) in &laws {
            let world = one_script(5, n, law.clone(), 1.0);
            for outcome in play(&world, &setting(window, failures), 50) {
                assert!(outcome.stopped(), "{name}: {outcome:?}");
                assert_eq!(
                    (outcome.failed, outcome.started()),
                    (started, started),
                    "{name}, K = {window}, F = {failures}"
                );
                assert_eq!(outcome.never_started, n - started);
            }
        }
    }
}

/// O06: whether the threshold is reached depends on who fails, not on when.
#[test]
fn the_window_or_the_durations_move_the_chance_to_reach_the_threshold() {
    let laws = [
        ("exponential", exponential(60.0)),
        ("lognormal", lognormal(60.0, 1.5)),
        ("constant", constant(60.0)),
    ];
    let settings = [1, 10, 37, 100].map(|window| setting(window, 10));
    for (seed, (name, law)) in (60..).zip(laws) {
        let world = one_script(seed, 100, law, 0.05);
        let reached = replicate(&world, 100_000, |player| {
            let outcomes = player.play_all(&settings);
            let reached = outcomes[0].threshold_reached();
            assert!(
                outcomes
                    .iter()
                    .all(|outcome| outcome.threshold_reached() == reached),
                "{name}: {outcomes:?}"
            );
            reached
        });
        assert_between(name, share(&reached, |reached| *reached), 0.02585, 0.03058);
    }
}

/// O07: the number of robots started is K − 1 and a negative binomial one.
#[test]
fn the_blast_radius_is_not_negative_binomial() {
    let world = one_script(7, 500, lognormal(60.0, 1.0), 0.2);
    let drain = setting(50, 50);
    let abort = Setting {
        stops: vec![Stop {
            on_stop: OnStop::Abort,
            ..drain.stops[0]
        }],
        ..drain.clone()
    };
    let played = replicate(&world, 50_000, |player| {
        (player.play(&drain), player.play(&abort))
    });
    let (drained, aborted): (Vec<Outcome>, Vec<Outcome>) = played.into_iter().unzip();
    assert_between(
        "E[started]",
        mean_of(&drained, |o| f64::from(o.started())),
        298.36360269595315,
        299.6363945320849,
    );
    assert_between(
        "E[failed]",
        mean_of(&drained, |o| f64::from(o.failed)),
        59.743650807083114,
        59.856348638524324,
    );
    assert_between(
        "P(failed >= 60)",
        share(&drained, |o| o.failed >= 60),
        0.51822,
        0.53836,
    );
    assert_between(
        "P(started <= 280)",
        share(&drained, |o| o.started() <= 280),
        0.28058,
        0.29886,
    );

    // Cut at once, the robots that ended are those that ended up to the breach.
    let stopped: Vec<Outcome> = aborted
        .into_iter()
        .filter(Outcome::threshold_reached)
        .collect();
    let ended = mean_of(&stopped, |o| f64::from(o.updated + o.failed));
    assert_between(
        "E[completions until the breach]",
        ended,
        249.3636037792489,
        250.63639596460044,
    );
}

/// O15: lognormal durations cut by a robot timeout.
fn cut_durations() -> (World, Ms) {
    (one_script(15, 100, lognormal(600.0, 1.0), 0.0), 1_800_000)
}

#[test]
fn the_robot_timeout_cuts_too_much_or_too_little() {
    let (world, timeout) = cut_durations();
    let outcomes = play(
        &world,
        &setting_with_timeout(100, UNSTOPPABLE, timeout),
        1_000,
    );
    let robots = 100_000.0;
    let timed_out = outcomes.iter().map(|o| f64::from(o.timed_out)).sum::<f64>();
    let slot_s = outcomes
        .iter()
        .map(|o| o.slot.total as f64 / 1000.0)
        .sum::<f64>();
    let updated = outcomes.iter().map(|o| f64::from(o.updated)).sum::<f64>();
    assert_between("P(timeout)", timed_out / robots, 0.1311, 0.14088);
    assert_between(
        "E[min(D, timeout)]",
        slot_s / robots,
        770.1195315027288,
        786.3082974229934,
    );
    let updated_s = slot_s - timed_out * timeout as f64 / 1000.0;
    assert_between(
        "E[D | no timeout]",
        updated_s / updated,
        610.8477149126861,
        623.9926518292332,
    );
}

#[test]
fn timeouts_do_not_count_toward_the_threshold() {
    let (world, timeout) = cut_durations();
    let settings = [5, 20, 50].map(|window| setting_with_timeout(window, 20, timeout));
    let reached = replicate(&world, 100_000, |player| {
        let outcomes = player.play_all(&settings);
        let reached = outcomes[0].threshold_reached();
        assert!(
            outcomes
                .iter()
                .all(|outcome| outcome.threshold_reached() == reached),
            "{outcomes:?}"
        );
        reached
    });
    assert_between(
        "P(threshold reached)",
        share(&reached, |reached| *reached),
        0.04482,
        0.05091,
    );
}

#[test]
fn timeouts_hold_one_slot_for_another_time_than_they_last() {
    let (world, timeout) = cut_durations();
    let outcomes = play(
        &world,
        &setting_with_timeout(1, UNSTOPPABLE, timeout),
        20_000,
    );
    assert_between(
        "E[makespan]",
        mean_of(&outcomes, |o| seconds(o.drained)),
        77640.39554093839,
        78002.38735163384,
    );
}

/// O19: every fifth robot never answers.
#[test]
fn robots_that_never_answer_do_not_hold_their_slots() {
    let four_and_a_dead_one = |i: u32| -> [Cohort; 2] {
        [
            scripted(&format!("well {i}"), 4, script(constant(600.0), 0.0)),
            dead(&format!("dead {i}"), 1),
        ]
    };
    let world = world(19, (0..20).flat_map(four_and_a_dead_one).collect());
    let setting = setting_with_timeout(10, UNSTOPPABLE, 18_000_000);
    let outcome = play_once(&world, &setting);
    assert_eq!(outcome.drained.ms(), 47_400_000);
    assert_eq!(outcome.time_to[0], Some(Instant::at(20_400_000)));
    assert_eq!(time_of_update(&world, &setting, 80), 29_400_000);
    assert_eq!(
        (outcome.failed, outcome.no_response, outcome.timed_out),
        (20, 20, 20)
    );
    assert_eq!((outcome.exposed, outcome.broken()), (80, 0));
    assert_eq!(
        (outcome.slot.total, outcome.slot.offline),
        (408_000_000, 360_000_000)
    );
}

/// O20: the example of the service's own guide for the fleet timeout of 30 days.
#[test]
fn the_fleet_timeout_does_not_end_a_job_that_nobody_answers() {
    let world = world(20, vec![dead("dead", 100)]);
    let drain = setting_with_timeout(1, UNSTOPPABLE, 604_800_000);
    let at_the_end = play_once(
        &world,
        &Setting {
            stops: vec![Stop {
                on_stop: OnStop::Abort,
                ..drain.stops[0]
            }],
            ..drain.clone()
        },
    );
    assert_eq!(at_the_end.ended_by, RoboMaker::FLEET_TIMEOUT);
    assert_eq!(
        (at_the_end.ended_at.ms(), at_the_end.drained.ms()),
        (2_592_000_000, 2_592_000_000)
    );
    assert_eq!(
        (
            at_the_end.timed_out,
            at_the_end.aborted,
            at_the_end.never_started
        ),
        (4, 1, 95)
    );
    let drained = play_once(&world, &drain);
    assert_eq!(drained.ended_at.ms(), 2_592_000_000);
    assert_eq!(drained.drained.ms(), 5 * 604_800_000);
    assert_eq!(
        (drained.timed_out, drained.aborted, drained.never_started),
        (5, 0, 95)
    );
}

/// O24: the first ten robots have an architecture without a bundle.
fn ten_without_a_bundle() -> World {
    let well = scripted("well", 90, script(constant(600.0), 0.0));
    let mut world = world(
        24,
        vec![
            Cohort {
                architectures: [0, 10, 0],
                ..bare("without", 10)
            },
            well,
        ],
    );
    world.release.bundle[1] = None;
    world
}

#[test]
fn robots_without_a_bundle_hold_a_slot() {
    let outcome = play_once(&ten_without_a_bundle(), &setting(10, UNSTOPPABLE));
    assert_eq!(outcome.drained.ms(), 5_400_000);
    assert_eq!(
        (outcome.failed, outcome.updated, outcome.exposed),
        (10, 90, 90)
    );
}

#[test]
fn robots_that_fail_at_once_are_handled_all_at_one_time() {
    let outcome = play_once(&ten_without_a_bundle(), &setting(10, 10));
    assert!(outcome.stopped());
    assert_eq!(
        (outcome.started(), outcome.updated, outcome.failed),
        (19, 9, 10)
    );
    assert_eq!((outcome.ended_at.ms(), outcome.drained.ms()), (0, 600_000));
}
