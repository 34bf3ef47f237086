//! Random scenarios with closed forms of their own: the law of who fails, of how long it takes and what it costs, feature by feature.
//!
//! Unlike the reference engine, which takes the fates as given, these hold the dice themselves to account.

use crate::common::acceptance::{assert_mean, assert_probability};
use crate::common::poisson_binomial::poisson_binomial_upper_tail;
use crate::common::worlds::*;
use crate::common::{play, play_once, replicate};
use rollcast::model::{
    Cohort, Extraction, FailureCode, Fault, FaultStage, Instant, JobFault, Luck, Probability,
    Script, Scripts, World,
};
use rollcast::random::{Chance, Law};
use rollcast::rollout::{EndedBy, Engine, OnStop, Order, RoboMaker, Setting, Stop};
use rollcast::sim::{Outcome, Player};
use rollcast::stats::binomial_pmf;

fn values(outcomes: &[Outcome], metric: impl Fn(&Outcome) -> u64) -> Vec<f64> {
    outcomes
        .iter()
        .map(|outcome| metric(outcome) as f64)
        .collect()
}

/// P(X = k) for k from 0 to `n`, where X of `n` robots fail with a common probability that is Beta (`a`, `b`).
fn beta_binomial(n: u32, a: f64, b: f64) -> Vec<f64> {
    let n = f64::from(n);
    let mut pmf = vec![steps(n).map(|i| (b + i) / (a + b + i)).product::<f64>()];
    for k in steps(n) {
        let ratio = (n - k) / (k + 1.0) * (k + a) / (n - k - 1.0 + b);
        pmf.push(pmf.last().unwrap() * ratio);
    }
    pmf
}

/// 0, 1, ..., up to but without `n`.
fn steps(n: f64) -> impl Iterator<Item = f64> {
    (0..n as u32).map(f64::from)
}

fn upper_tail(pmf: &[f64], k: usize) -> f64 {
    pmf[k..].iter().sum()
}

/// The law of a sum of two independent numbers.
fn sum_of(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, p) in a.iter().enumerate() {
        for (j, q) in b.iter().enumerate() {
            sum[i + j] += p * q;
        }
    }
    sum
}

#[test]
fn cohorts_that_differ_do_not_add_up_to_a_poisson_binomial() {
    let cohorts = [("good", 150, 0.01), ("fair", 80, 0.05), ("poor", 20, 0.3)];
    let robots =
        cohorts.map(|(name, robots, p)| scripted(name, robots, script(exponential(60.0), p)));
    let world = world(101, robots.to_vec());
    let settings: Vec<Setting> = [5, 10, 13, 20]
        .map(|failures| setting(25, failures))
        .to_vec();
    let reached = replicate(&world, 40_000, |player| {
        player
            .play_all(&settings)
            .iter()
            .map(Outcome::threshold_reached)
            .collect::<Vec<bool>>()
    });
    let groups = cohorts.map(|(_, robots, p)| (u64::from(robots), p));
    for (i, setting) in settings.iter().enumerate() {
        let p = poisson_binomial_upper_tail(&groups, u64::from(setting.failures_to_stop()));
        assert_probability(
            &format!("F = {}", setting.failures_to_stop()),
            &reached,
            p,
            |reached| reached[i],
        );
    }
}

/// A script that fails with a probability drawn once a release: Beta (2, 98).
fn shared_fate(duration: Law) -> Script {
    Script {
        failure: Probability::Beta {
            mean: 0.02,
            correlation: 1.0 / 101.0,
        },
        ..script(duration, 0.0)
    }
}

#[test]
fn robots_that_fail_together_reach_the_threshold_as_if_they_were_independent() {
    let together = world(
        102,
        vec![scripted("robots", 500, shared_fate(constant(60.0)))],
    );
    let apart = one_script(102, 500, constant(60.0), 0.02);
    let rules = rules(10, 5).setting(500);
    let p_together = upper_tail(&beta_binomial(500, 2.0, 98.0), 25);
    let p_apart = poisson_binomial_upper_tail(&[(500, 0.02)], 25);
    assert!(
        (0.045..0.055).contains(&p_together) && (3e-5..5e-5).contains(&p_apart),
        "{p_together} {p_apart}"
    );
    assert_probability(
        "together",
        &play(&together, &rules, 40_000),
        p_together,
        Outcome::threshold_reached,
    );
    assert_probability(
        "apart",
        &play(&apart, &rules, 40_000),
        p_apart,
        Outcome::threshold_reached,
    );
}

#[test]
fn luck_is_shared_by_other_cohorts_than_the_option_says() {
    let halves = vec![
        scripted("a", 250, shared_fate(constant(60.0))),
        scripted("b", 250, shared_fate(constant(60.0))),
    ];
    let shared = world(103, halves);
    let per_cohort = World {
        luck: Luck::PerCohort,
        ..shared.clone()
    };
    let half = beta_binomial(250, 2.0, 98.0);
    let p_shared = upper_tail(&beta_binomial(500, 2.0, 98.0), 25);
    let p_per_cohort = upper_tail(&sum_of(&half, &half), 25);
    assert!(
        p_shared > 1.5 * p_per_cohort,
        "{p_shared} is not much more than {p_per_cohort}"
    );
    let setting = setting(50, 25);
    assert_probability(
        "shared",
        &play(&shared, &setting, 40_000),
        p_shared,
        Outcome::threshold_reached,
    );
    assert_probability(
        "per cohort",
        &play(&per_cohort, &setting, 40_000),
        p_per_cohort,
        Outcome::threshold_reached,
    );
}

/// Two scripts, and two faults, have a luck of their own each.
#[test]
fn one_luck_decides_about_several_mishaps() {
    let luck = Probability::Beta {
        mean: 0.1,
        correlation: 0.2,
    };
    let struck = Fault {
        probability: luck,
        ..fault(FailureCode::ResourceNotFound, FaultStage::Validating, 0.0)
    };
    let later = Fault {
        code: FailureCode::EtagMismatch,
        ..struck.clone()
    };
    let run = |failure, hang| {
        Some(Script {
            failure,
            hang,
            ..script(constant(1.0), 0.0)
        })
    };
    let never = Probability::NEVER;
    let cohort = Cohort {
        faults: vec![struck, later],
        scripts: Scripts([run(luck, never), run(never, luck), run(luck, never)]),
        ..bare("robots", 20)
    };
    let outcomes = play(
        &world(104, vec![cohort]),
        &setting_with_timeout(20, UNSTOPPABLE, 60_000),
        30_000,
    );
    // A robot gets to the condition unless a fault strikes it, to the launch unless the condition fails, and so on: the means of
    // independent probabilities multiply, those of a common one would not.
    let expected = [
        (FailureCode::ResourceNotFound, 2.0),
        (FailureCode::EtagMismatch, 2.0),
        (FailureCode::DownloadConditionFailed, 20.0 * 0.8 * 0.1),
        (FailureCode::RobotDeploymentAborted, 20.0 * 0.8 * 0.9 * 0.1),
        (
            FailureCode::PostLaunchFileFailure,
            20.0 * 0.8 * 0.9 * 0.9 * 0.1,
        ),
    ];
    for (code, mean) in expected {
        assert_mean(
            code.name(),
            &values(&outcomes, |o| u64::from(o.failures[code as usize])),
            mean,
            0.0,
        );
    }
}

#[test]
fn hangs_last_other_than_until_the_robot_timeout() {
    let hanging = Script {
        hang: Probability::Constant(0.15),
        ..script(exponential(20.0), 0.1)
    };
    let outcomes = play(
        &world(105, vec![scripted("robots", 50, hanging)]),
        &setting_with_timeout(50, UNSTOPPABLE, 3_600_000),
        10_000,
    );
    assert_mean(
        "timed out",
        &values(&outcomes, |o| u64::from(o.timed_out)),
        50.0 * 0.15,
        1e-9,
    );
    assert_mean(
        "failed",
        &values(&outcomes, |o| u64::from(o.failed)),
        50.0 * 0.25,
        1e-9,
    );
    let slot = 50.0 * (0.15 * 3_600_000.0 + 0.85 * 20_000.0);
    // Durations round up to whole milliseconds: half a millisecond a robot.
    assert_mean("slot", &values(&outcomes, |o| o.slot.total), slot, 50.0);
    for outcome in &outcomes {
        assert_eq!(
            outcome.timed_out,
            outcome.failures[FailureCode::RobotDeploymentAborted as usize]
        );
        assert_eq!((outcome.no_response, outcome.exposed), (0, 50));
    }
}

#[test]
fn a_failing_script_takes_its_usual_time_instead_of_its_own() {
    let quick = Script {
        fails_after: Some(constant(2.0)),
        ..script(exponential(30.0), 0.3)
    };
    let outcomes = play(
        &world(106, vec![scripted("robots", 40, quick)]),
        &setting(40, UNSTOPPABLE),
        10_000,
    );
    assert_mean(
        "slot",
        &values(&outcomes, |o| o.slot.total),
        40.0 * (0.7 * 30_000.0 + 0.3 * 2_000.0),
        20.0,
    );
}

#[test]
fn downtime_leaves_out_the_recovery_of_failed_robots_or_adds_it_to_others() {
    let cohort = |name, robots, p, recovery| Cohort {
        recovery,
        ..scripted(name, robots, script(exponential(60.0), p))
    };
    let never_down = Cohort {
        recovery: 1_000_000,
        ..dead("dead", 7)
    };
    let world = world(
        107,
        vec![
            cohort("slow", 30, 0.2, 300_000),
            cohort("quick", 30, 0.1, 20_000),
            never_down,
        ],
    );
    let outcomes = play(&world, &setting(67, UNSTOPPABLE), 10_000);
    let expected = 30.0 * (60_000.0 + 0.2 * 300_000.0) + 30.0 * (60_000.0 + 0.1 * 20_000.0);
    assert_mean(
        "downtime",
        &values(&outcomes, |o| o.downtime),
        expected,
        30.0,
    );
}

#[test]
fn robots_aborted_are_down_for_another_time_than_until_their_recovery() {
    let well = Cohort {
        recovery: 50_000,
        ..scripted("well", 9, script(constant(100.0), 0.0))
    };
    let world = world(
        108,
        vec![scripted("bad", 1, script(constant(30.0), 1.0)), well],
    );
    let abort = Setting {
        stops: vec![Stop {
            on_stop: OnStop::Abort,
            ..setting(5, 1).stops[0]
        }],
        ..setting(5, 1)
    };
    let outcome = play_once(&world, &abort);
    assert_eq!(
        (outcome.failed, outcome.aborted, outcome.never_started),
        (1, 4, 5)
    );
    assert_eq!(
        (outcome.slot.total, outcome.downtime),
        (5 * 30_000, 30_000 + 4 * 80_000)
    );
    assert_eq!(
        (outcome.exposed, outcome.broken(), outcome.down_peak),
        (5, 5, 5)
    );
}

/// Robots recovering are down beside those in flight: at 100 s nine run, one recovers and one starts.
#[test]
fn the_most_robots_down_are_counted_without_those_recovering() {
    let bad = Cohort {
        recovery: 150_000,
        ..scripted("bad", 1, script(constant(100.0), 1.0))
    };
    let world = world(
        109,
        vec![
            bad,
            Cohort {
                recovery: 3_600_000,
                ..scripted("well", 30, script(constant(100.0), 0.0))
            },
        ],
    );
    assert_eq!(play_once(&world, &setting(10, UNSTOPPABLE)).down_peak, 11);
    // Updated at 100 s, a robot is up at 100 s: with a window for all and a recovery of one robot, nobody is down beside it then.
    assert_eq!(play_once(&world, &setting(31, UNSTOPPABLE)).down_peak, 31);
}

/// A fleet with a bundle of 1 MB that a robot downloads in 10 s.
fn downloading(robots: u32) -> World {
    let cohort = Cohort {
        download_rate: Law::constant(800_000.0).unwrap(),
        ..bare("robots", robots)
    };
    let mut world = world(110, vec![cohort]);
    world.release.bundle = [Some(1_000_000), Some(500_001), None];
    world
}

#[test]
fn bytes_of_whole_and_cut_downloads_do_not_add_up() {
    let mut world = downloading(6);
    world.fleet.cohorts[0].architectures = [3, 2, 1];
    let outcome = play_once(&world, &setting(6, UNSTOPPABLE));
    assert_eq!(
        (outcome.updated, outcome.bytes),
        (5, 3 * 1_000_000 + 2 * 500_001)
    );
    // 500 001 bytes take 5000.01 ms, rounded up.
    assert_eq!(
        (outcome.slot.total, outcome.slot.download),
        (3 * 10_000 + 2 * 5_001, 3 * 10_000 + 2 * 5_001)
    );

    let mut slow = downloading(4);
    slow.fleet.cohorts[0].download_rate = Law::constant(80_000.0).unwrap();
    let cut = play_once(&slow, &setting_with_timeout(4, UNSTOPPABLE, 60_000));
    assert_eq!((cut.timed_out, cut.bytes), (4, 4 * 600_000));

    slow.fleet.cohorts[0].download_rate = Law::constant(0.0).unwrap();
    let never = play_once(&slow, &setting(4, UNSTOPPABLE));
    assert_eq!((never.timed_out, never.bytes), (4, 0));
}

#[test]
fn extraction_by_rate_is_not_by_the_size_of_the_bundle() {
    let mut world = downloading(1);
    world.fleet.cohorts[0].extraction = Some(Extraction::Rate(Law::constant(400_000.0).unwrap()));
    let outcome = play_once(&world, &setting(1, UNSTOPPABLE));
    assert_eq!(
        (
            outcome.slot.total,
            outcome.slot.download,
            outcome.slot.scripts
        ),
        (30_000, 10_000, 0)
    );
    world.fleet.cohorts[0].extraction = Some(Extraction::Duration(constant(7.0)));
    assert_eq!(
        play_once(&world, &setting(1, UNSTOPPABLE)).slot.total,
        17_000
    );
}

/// A robot that takes 1, 2, 4, ... seconds a stage, so that a sum tells which stages it went through.
fn doubling() -> World {
    let mut world = downloading(1);
    let cohort = &mut world.fleet.cohorts[0];
    cohort.validating = Some(constant(1.0));
    cohort.download_rate = Law::constant(2_000_000.0).unwrap();
    cohort.extraction = Some(Extraction::Duration(constant(8.0)));
    cohort.launching = Some(constant(32.0));
    cohort.scripts = Scripts([2.0, 16.0, 64.0].map(|s| Some(script(constant(s), 0.0))));
    cohort.recovery = 1_000_000;
    world
}

#[test]
fn a_code_strikes_at_another_stage_than_its_own() {
    use FailureCode::*;
    use FaultStage as At;
    let through_validating = 1_000;
    let through_extracting = 15_000;
    let through_launching = 63_000;
    let codes = [
        (MissingRobotArchitecture, At::CloudCheck, 0),
        (BadPermissionError, At::CloudCheck, 0),
        (InvalidGreengrassGroup, At::CloudCheck, 0),
        (GreengrassGroupVersionDoesNotExist, At::CloudCheck, 0),
        (LambdaDeleted, At::CloudCheck, 0),
        (BadLambdaAssociated, At::CloudCheck, 0),
        (InternalServerError, At::CloudCheck, 0),
        (RobotAgentConnectionTimeout, At::Contact, 0),
        (GreengrassDeploymentFailed, At::Contact, 0),
        (ResourceNotFound, At::Validating, through_validating),
        (EtagMismatch, At::Validating, through_validating),
        (ExtractingBundleFailure, At::Extracting, through_extracting),
        (
            MissingRobotDeploymentResource,
            At::Launching,
            through_launching,
        ),
        (EnvironmentSetupError, At::Launching, through_launching),
    ];
    for (code, stage, slot) in codes {
        assert_eq!(code.fault_stage(), Some(stage), "{code}");
        let mut world = doubling();
        world.fleet.cohorts[0].faults = vec![fault(code, stage, 1.0)];
        let outcome = play_once(&world, &setting(1, UNSTOPPABLE));
        let exposed = stage != At::CloudCheck;
        let down = if exposed { slot + 1_000_000 } else { 0 };
        assert_eq!(
            (outcome.failed, outcome.failures[code as usize]),
            (1, 1),
            "{code}"
        );
        assert_eq!(
            (outcome.slot.total, outcome.downtime, outcome.exposed),
            (slot, down, u32::from(exposed)),
            "{code}"
        );
        assert_eq!(
            outcome.bytes,
            if slot >= through_extracting {
                1_000_000
            } else {
                0
            },
            "{code}"
        );

        let after = world.fleet.cohorts[0].faults[0]
            .fails_after
            .insert(constant(0.5))
            .clone();
        let usual = match stage {
            At::CloudCheck | At::Contact => 0,
            At::Validating => 1_000,
            At::Extracting => 8_000,
            At::Launching => 32_000,
        };
        let early = play_once(&world, &setting(1, UNSTOPPABLE));
        assert_eq!(
            early.slot.total,
            slot - usual + after.mean() as u64,
            "{code}"
        );
    }
}

#[test]
fn a_script_fails_at_another_stage_than_its_own() {
    let scripts = [
        (FailureCode::DownloadConditionFailed, 3_000, 2_000),
        (FailureCode::PreLaunchFileFailure, 31_000, 18_000),
        (FailureCode::PostLaunchFileFailure, 127_000, 82_000),
    ];
    for (which, (code, slot, slot_scripts)) in scripts.into_iter().enumerate() {
        let mut world = doubling();
        world.fleet.cohorts[0].scripts.0[which]
            .as_mut()
            .unwrap()
            .failure = Probability::Constant(1.0);
        let outcome = play_once(&world, &setting(1, UNSTOPPABLE));
        assert_eq!(
            (outcome.failed, outcome.failures[code as usize]),
            (1, 1),
            "{code}"
        );
        assert_eq!(
            (outcome.slot.total, outcome.slot.scripts),
            (slot, slot_scripts),
            "{code}"
        );

        let script = world.fleet.cohorts[0].scripts.0[which].as_mut().unwrap();
        (script.failure, script.hang) = (Probability::NEVER, Probability::Constant(1.0));
        let hung = play_once(&world, &setting_with_timeout(1, UNSTOPPABLE, 200_000));
        assert_eq!(
            (
                hung.timed_out,
                hung.failures[FailureCode::RobotDeploymentAborted as usize]
            ),
            (1, 1),
            "{code}"
        );
        assert_eq!(hung.slot.total, 200_000, "{code}");
    }
    let well = play_once(&doubling(), &setting(1, UNSTOPPABLE));
    assert_eq!(
        (
            well.updated,
            well.slot.total,
            well.slot.scripts,
            well.slot.download
        ),
        (1, 127_000, 82_000, 4_000)
    );
}

#[test]
fn faults_strike_more_often_than_told_or_two_at_once() {
    let faults = vec![
        fault(FailureCode::ResourceNotFound, FaultStage::Validating, 0.05),
        fault(
            FailureCode::GreengrassDeploymentFailed,
            FaultStage::Contact,
            0.1,
        ),
        fault(FailureCode::BadPermissionError, FaultStage::CloudCheck, 0.2),
    ];
    let outcomes = play(
        &world(
            111,
            vec![Cohort {
                faults: faults.clone(),
                ..bare("robots", 100)
            }],
        ),
        &setting(100, UNSTOPPABLE),
        5_000,
    );
    for fault in faults {
        let mean = 100.0 * fault.probability.mean();
        assert_mean(
            fault.code.name(),
            &values(&outcomes, |o| u64::from(o.failures[fault.code as usize])),
            mean,
            0.0,
        );
    }
}

#[test]
fn faults_of_the_job_strike_with_another_probability_or_start_robots() {
    let faults = [
        (FailureCode::ResourceNotFound, 0.1),
        (FailureCode::InternalServerError, 0.3),
    ];
    let mut rules = rules(100, 100);
    rules.job_faults = faults
        .map(|(code, probability)| JobFault { code, probability })
        .to_vec();
    let world = World {
        preparing: constant(7.0),
        ..one_script(112, 3, constant(1.0), 0.0)
    };
    let outcomes = play(&world, &rules.setting(3), 20_000);
    for (code, probability) in faults {
        assert_probability(code.name(), &outcomes, probability, |o| {
            o.ended_by == RoboMaker::job_fault(code)
        });
    }
    for outcome in outcomes {
        match outcome.ended_by {
            EndedBy::Success => assert_eq!((outcome.updated, outcome.ended_at.ms()), (3, 8_000)),
            _ => assert_eq!(
                (
                    outcome.never_started,
                    outcome.ended_at.ms(),
                    outcome.slot.total
                ),
                (3, 7_000, 0)
            ),
        }
    }
}

/// The fault of a job is a fate: one more fault before it, or another rule, changes only whom the greater probability takes in.
#[test]
fn a_job_fault_depends_on_the_other_rules() {
    let struck = |below: f64| {
        vec![(
            RoboMaker::job_fault(FailureCode::ResourceNotFound),
            Chance::new(below),
        )]
    };
    let rare = Setting {
        job_faults: struck(0.2),
        ..setting(1, 1)
    };
    let often = Setting {
        job_faults: struck(0.5),
        ..setting(3, 3)
    };
    let played = replicate(&one_script(113, 3, constant(1.0), 0.5), 2_000, |player| {
        (
            player.play(&rare).ended_at == Instant::CREATION,
            player.play(&often).ended_at == Instant::CREATION,
        )
    });
    assert!(played.iter().all(|(rare, often)| *often || !*rare));
}

#[test]
fn architectures_and_dead_robots_are_not_counted_out_exactly() {
    let cohort = Cohort {
        architectures: [50, 30, 20],
        dead: 17,
        ..bare("robots", 100)
    };
    let mut world = world(
        114,
        vec![
            cohort,
            Cohort {
                dead: 3,
                ..bare("others", 3)
            },
        ],
    );
    world.release.bundle = [Some(1), Some(2), None];
    let of_robot = |player: &Player, robot: u32| Lot {
        bundle: player.draws(robot).bundle,
        dead: never_online(player, robot),
    };
    let lots = replicate(&world, 2_000, |player| {
        (0..103)
            .map(|robot| of_robot(player, robot))
            .collect::<Vec<Lot>>()
    });
    for lots in &lots {
        let (mixed, others) = lots.split_at(100);
        assert_eq!(
            [1, 2, 0].map(|size| mixed.iter().filter(|lot| lot.bundle == size).count()),
            [50, 30, 20]
        );
        assert_eq!(
            [mixed, others].map(|lots| lots.iter().filter(|lot| lot.dead).count()),
            [17, 3]
        );
    }
    for robot in [0, 99] {
        assert_probability("the robot is dead", &lots, 0.17, |lots| lots[robot].dead);
        assert_probability(
            "the robot has the second architecture",
            &lots,
            0.3,
            |lots| lots[robot].bundle == 2,
        );
        assert_probability("both", &lots, 0.3 * 0.17, |lots| {
            lots[robot].bundle == 2 && lots[robot].dead
        });
    }
}

/// What is drawn by lot in a cohort.
struct Lot {
    bundle: u64,
    dead: bool,
}

fn never_online(player: &Player, robot: u32) -> bool {
    let spell = player.presence(robot).spell_at(Instant::CREATION);
    !spell.online && spell.until == Instant::NEVER
}

#[test]
fn a_shuffled_order_is_not_fair() {
    let world = world(115, vec![bare("a", 2), bare("b", 2)]);
    let orders = replicate(&world, 48_000, |player| {
        player.start_order(&Order::Shuffled).to_vec()
    });
    let mut seen = orders.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 24);
    for order in seen {
        assert_probability(&format!("{order:?}"), &orders, 1.0 / 24.0, |other| {
            **other == order
        });
    }
}

/// What a rollout with exponential durations comes to on average.
#[derive(Default)]
struct Expected {
    broken: f64,
    reached: f64,
    stopped: f64,
}

/// A fleet whose robots fail with a probability `p`, with exponential durations that depend on whether they fail: a Markov chain in
/// the number started, the failures so far, and how many of those in flight will fail.
fn exponential_rollout(
    n: usize,
    window: usize,
    failures: usize,
    p: f64,
    failing_s: f64,
    well_s: f64,
) -> Expected {
    let mut expected = Expected::default();
    let mut now = vec![vec![0.0; window + 1]; failures];
    for (failing, probability) in now[0].iter_mut().enumerate() {
        *probability = binomial_pmf(window as u64, p, failing as u64);
    }
    for started in window..=n {
        let mut next = vec![vec![0.0; window + 1]; failures];
        for failed in 0..failures {
            for failing in 0..=window {
                let here = now[failed][failing];
                if here == 0.0 {
                    continue;
                }
                if started == n {
                    // All have started, so all that will fail do.
                    expected.broken += here * (failed + failing) as f64;
                    expected.reached += if failed + failing >= failures {
                        here
                    } else {
                        0.0
                    };
                    continue;
                }
                let rate_failing = failing as f64 / failing_s;
                let rate_well = (window - failing) as f64 / well_s;
                let failure = rate_failing / (rate_failing + rate_well);
                if failing > 0 && failed + 1 == failures {
                    expected.broken += here * failure * (failures + failing - 1) as f64;
                    expected.reached += here * failure;
                    expected.stopped += here * failure;
                } else if failing > 0 {
                    next[failed + 1][failing] += here * failure * p;
                    next[failed + 1][failing - 1] += here * failure * (1.0 - p);
                }
                if failing < window {
                    next[failed][failing + 1] += here * (1.0 - failure) * p;
                    next[failed][failing] += here * (1.0 - failure) * (1.0 - p);
                }
            }
        }
        now = next;
    }
    expected
}

/// Failures that take long pile up in the window: the slower they are, the more robots break before the job stops.
#[test]
fn slow_failures_do_not_pile_up_in_the_window() {
    for (seed, failing_s, broken) in [(121, 60.0, 20.9), (122, 300.0, 23.8), (123, 3000.0, 33.2)] {
        let expected = exponential_rollout(200, 20, 20, 0.2, failing_s, 300.0);
        assert!(
            (expected.broken - broken).abs() < 0.06,
            "{}",
            expected.broken
        );
        let bad = Script {
            fails_after: Some(exponential(failing_s)),
            ..script(exponential(300.0), 0.2)
        };
        let outcomes = play(
            &world(seed, vec![scripted("robots", 200, bad)]),
            &setting(20, 20),
            20_000,
        );
        assert_mean(
            "broken",
            &values(&outcomes, |o| u64::from(o.broken())),
            expected.broken,
            0.0,
        );
        assert_probability(
            "reached",
            &outcomes,
            expected.reached,
            Outcome::threshold_reached,
        );
        assert_probability("stopped", &outcomes, expected.stopped, Outcome::stopped);
    }
}

/// The same threshold is reached as often, but fewer jobs have robots left over when it is.
#[test]
fn slow_failures_stop_as_many_jobs_as_quick_ones() {
    for (seed, failing_s, stopped) in [(124, 60.0, 0.44), (125, 300.0, 0.15), (126, 3000.0, 0.0)] {
        let expected = exponential_rollout(500, 100, 25, 0.05, failing_s, 300.0);
        let exact = poisson_binomial_upper_tail(&[(500, 0.05)], 25);
        assert!(
            (expected.reached - exact).abs() < 1e-9 && (expected.stopped - stopped).abs() < 0.005,
            "{}",
            expected.stopped
        );
        let bad = Script {
            fails_after: Some(exponential(failing_s)),
            ..script(exponential(300.0), 0.05)
        };
        let outcomes = play(
            &world(seed, vec![scripted("robots", 500, bad)]),
            &setting(100, 25),
            10_000,
        );
        assert_probability(
            "reached",
            &outcomes,
            expected.reached,
            Outcome::threshold_reached,
        );
        assert_probability("stopped", &outcomes, expected.stopped, Outcome::stopped);
    }
}
