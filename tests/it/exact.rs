//! The exact probability that the threshold is reached: against closed forms, brute force over the luck, and the engine.
#![allow(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::acceptance::{assert_probability, assert_relative};
use crate::common::poisson_binomial::poisson_binomial_upper_tail;
use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world};
use crate::common::worlds::*;
use crate::common::{checked, for_each_seed, parsed, replicate, text_of};
use rollcast::model::{
    Architecture, Cohort, Connectivity, FLEET_TIMEOUT_MAX_MS, FailureCode, FaultStage, Instant,
    Interrupted, JobFault, ListedRobot, Luck, Ms, Probability, Script, Scripts, World,
};
use rollcast::random::Law;
use rollcast::rollout::{Engine, Pacing, RoboMaker, Setting, Stop};
use rollcast::sim::{Dice, Outcome};
use rollcast::stats::{binomial_pmf, binomial_upper_tail};
use rollcast::theory::{Exactness, FailureLaw, WhyNot};

/// Replications whose luck counts where there is too much to average over.
const REPLICATIONS: u64 = 2_000;

/// A robot timeout that leaves room for many rounds of robots that hang [ms].
const TIMEOUT: Ms = 3_600_000;

/// A window and a number of failures that stops.
fn rules_of(window: u32, failures: u32) -> Setting {
    setting_with_timeout(window, failures, TIMEOUT)
}

fn law(world: &World) -> FailureLaw {
    FailureLaw::of(world, &Dice::new(world), TIMEOUT, REPLICATIONS)
        .unwrap_or_else(|why| panic!("{why}"))
}

/// The exact probability that at least so many robots fail.
fn at_least(world: &World, failures: u32) -> f64 {
    let tail = law(world)
        .reached(&rules_of(10, failures))
        .unwrap_or_else(|why| panic!("{why}"));
    tail.exact().expect("it is not exact")
}

fn beta(mean: f64, correlation: f64) -> Probability {
    Probability::Beta { mean, correlation }
}

fn failing(failure: Probability, hang: Probability) -> Script {
    Script {
        failure,
        hang,
        ..script(constant(60.0), 0.0)
    }
}

/// `P(X >= k)` of the beta-binomial law, multiplied up from `P(X = 0)` or down from `P(X = n)`.
fn beta_binomial_upper_tail(n: u32, mean: f64, correlation: f64, k: u32) -> f64 {
    let total = 1.0 / correlation - 1.0;
    let (a, b) = (mean * total, (1.0 - mean) * total);
    // P(X = n) = (a)_n / (a + b)_n, rising factorials.
    let mut term: f64 = (0..n)
        .map(|i| (a + f64::from(i)) / (total + f64::from(i)))
        .product();
    let mut sum = 0.0;
    for x in (k..=n).rev() {
        sum += term;
        let (hits, misses) = (f64::from(x), f64::from(n - x));
        // P(x − 1) / P(x)
        term *= hits * (misses + b) / ((misses + 1.0) * (hits - 1.0 + a));
    }
    sum
}

#[test]
fn the_goldens_of_independent_robots() {
    // n = 500, F = 25, p = 5 %: reached 0.53, whatever the durations.
    let world = one_script(1, 500, lognormal(60.0, 0.5), 0.05);
    assert_relative(
        at_least(&world, 25),
        binomial_upper_tail(500, 0.05, 25),
        1e-10,
    );
    assert!((at_least(&world, 25) - 0.53).abs() < 0.005);
    // Mean 2 %, 500 robots, threshold 5 %: 0.004 % independent, 5 % with Beta(2, 98).
    let independent = one_script(1, 500, constant(60.0), 0.02);
    assert!((at_least(&independent, 25) - 0.004e-2).abs() < 0.0005e-2);
    let together = world_of(vec![scripted(
        "all",
        500,
        failing(beta(0.02, 1.0 / 101.0), Probability::NEVER),
    )]);
    assert!((at_least(&together, 25) - 0.05).abs() < 0.005);
    // O06: 100 robots, F = 10, p = 5 %.
    assert!((at_least(&one_script(1, 100, constant(60.0), 0.05), 10) - 0.028_188).abs() < 1e-6);
}

fn world_of(cohorts: Vec<Cohort>) -> World {
    world(1, cohorts)
}

#[test]
fn tails_keep_their_digits_where_no_simulation_gets() {
    let world = one_script(1, 1000, constant(60.0), 0.01);
    for failures in [30, 60, 120] {
        assert_relative(
            at_least(&world, failures),
            binomial_upper_tail(1000, 0.01, failures.into()),
            1e-10,
        );
    }
    let world = world_of(vec![
        scripted("a", 300, script(constant(1.0), 0.01)),
        scripted("b", 200, script(constant(1.0), 0.05)),
    ]);
    assert_relative(
        at_least(&world, 60),
        poisson_binomial_upper_tail(&[(300, 0.01), (200, 0.05)], 60),
        1e-10,
    );
    for (n, mean, correlation) in [
        (500, 0.02, 1.0 / 101.0),
        (2000, 0.01, 0.001),
        (60, 0.3, 0.4),
        (30, 1e-6, 0.01),
    ] {
        let world = world_of(vec![scripted(
            "all",
            n,
            failing(beta(mean, correlation), Probability::NEVER),
        )]);
        let law = law(&world);
        for failures in 1..=n {
            let exact = beta_binomial_upper_tail(n, mean, correlation, failures);
            if exact > 1e-30 {
                let tail = law.reached(&rules_of(10, failures)).unwrap();
                assert_relative(tail.value, exact, 1e-9);
            }
        }
    }
}

/// The law of a script's failure, hang and faults together is that of any of them striking.
#[test]
fn mishaps_strike_independently_and_those_of_one_script_exclude_each_other() {
    let faults = vec![
        fault(FailureCode::EtagMismatch, FaultStage::Validating, 0.02),
        fault(
            FailureCode::EnvironmentSetupError,
            FaultStage::Launching,
            0.03,
        ),
    ];
    let constant_p = Probability::Constant;
    let cohort = Cohort {
        scripts: Scripts([
            None,
            Some(failing(constant_p(0.04), constant_p(0.01))),
            Some(failing(constant_p(0.1), Probability::NEVER)),
        ]),
        faults,
        ..bare("all", 80)
    };
    let p = 1.0 - (1.0 - 0.05) * (1.0 - 0.1) * (1.0 - 0.05);
    assert_relative(
        at_least(&world_of(vec![cohort]), 30),
        binomial_upper_tail(80, p, 30),
        1e-10,
    );
}

/// Dead robots and robots without a bundle fail for certain, and may be the same ones.
#[test]
fn dead_robots_and_those_without_a_bundle_overlap_by_chance() {
    let cohort = |inventory: bool| {
        let architectures = [6, 4, 0];
        let robot = |index: u32| ListedRobot {
            name: format!("{index}"),
            architecture: if index < 6 {
                Architecture::X86_64
            } else {
                Architecture::ARM64
            },
            link: None,
            download_rate: None,
            windows: None,
            offline_hours: None,
            dead: false,
        };
        let inventory = if inventory {
            (0..10).map(robot).collect()
        } else {
            Arc::from([])
        };
        Cohort {
            architectures,
            dead: 3,
            inventory,
            ..scripted("all", 10, script(constant(1.0), 0.2))
        }
    };
    // C(4, o) C(6, 3 − o) / C(10, 3) of the three dead are among the four without.
    let overlap = [20.0, 60.0, 36.0, 4.0].map(|ways| ways / 120.0);
    for inventory in [false, true] {
        let mut world = world_of(vec![cohort(inventory)]);
        world.release.bundle[1] = None;
        for failures in 1..=10u32 {
            let given = |both: u32| {
                let certain = 7 - both;
                binomial_upper_tail(
                    u64::from(10 - certain),
                    0.2,
                    u64::from(failures.saturating_sub(certain)),
                )
            };
            let exact: f64 = (0..4)
                .map(|both| overlap[both as usize] * given(both))
                .sum();
            assert_relative(at_least(&world, failures), exact, 1e-12);
        }
    }
}

/// Simpson's rule in the log-odds of a beta variable, as plain as can be.
fn mean_over_beta(mean: f64, correlation: f64, value: impl Fn(f64) -> f64) -> f64 {
    let total = 1.0 / correlation - 1.0;
    let (a, b) = (mean * total, (1.0 - mean) * total);
    let density = |t: f64| {
        let p = 1.0 / (1.0 + (-t).exp());
        (a * p.ln() + b * (1.0 - p).ln()).exp()
    };
    let (steps, lo, hi) = (4000, -40.0, 12.0);
    let h = (hi - lo) / f64::from(steps);
    let (mut sum, mut weights) = (0.0, 0.0);
    for i in 0..=steps {
        let t = lo + f64::from(i) * h;
        let simpson = if i == 0 || i == steps {
            1.0
        } else {
            f64::from(2 + 2 * (i % 2))
        };
        let weight = simpson * density(t);
        sum += weight * value(1.0 / (1.0 + (-t).exp()));
        weights += weight;
    }
    sum / weights
}

#[test]
fn two_draws_are_averaged_over_both() {
    let pre = beta(0.05, 0.02);
    let post = beta(0.1, 0.1);
    let cohort = Cohort {
        scripts: Scripts([
            None,
            Some(failing(pre, Probability::NEVER)),
            Some(failing(post, Probability::NEVER)),
        ]),
        ..bare("all", 40)
    };
    let world = world_of(vec![cohort]);
    for failures in [1, 8, 20, 38] {
        let inner = |p: f64| {
            mean_over_beta(0.1, 0.1, |r| {
                binomial_upper_tail(40, 1.0 - (1.0 - p) * (1.0 - r), u64::from(failures))
            })
        };
        let exact = mean_over_beta(0.05, 0.02, inner);
        assert_relative(at_least(&world, failures), exact, 1e-8);
    }
}

/// Cohorts with their own luck are independent: the law is the convolution of beta-binomial ones. With shared luck they are not.
#[test]
fn cohorts_share_their_luck_or_have_their_own() {
    let cohorts = || {
        vec!["a", "b"]
            .into_iter()
            .map(|name| scripted(name, 30, failing(beta(0.1, 0.05), Probability::NEVER)))
    };
    let shared = world_of(cohorts().collect());
    let own = World {
        luck: Luck::PerCohort,
        ..world_of(cohorts().collect())
    };
    for failures in [3, 10, 25, 50] {
        assert_relative(
            at_least(&shared, failures),
            beta_binomial_upper_tail(60, 0.1, 0.05, failures),
            1e-9,
        );
        let exactly = |k: u32| {
            beta_binomial_upper_tail(30, 0.1, 0.05, k)
                - beta_binomial_upper_tail(30, 0.1, 0.05, k + 1)
        };
        let sum: f64 = (0..=30)
            .map(|k| {
                exactly(k) * beta_binomial_upper_tail(30, 0.1, 0.05, failures.saturating_sub(k))
            })
            .sum();
        assert_relative(at_least(&own, failures), sum, 1e-7);
    }
}

/// Two laws read with one uniform number: both are bad together.
#[test]
fn different_laws_read_with_one_draw_move_together() {
    let cohorts = [("a", 0.05), ("b", 0.2)]
        .map(|(name, mean)| scripted(name, 20, failing(beta(mean, 0.1), Probability::NEVER)));
    let world = world_of(cohorts.to_vec());
    let (one, other) = (Law::beta(0.05, 0.1).unwrap(), Law::beta(0.2, 0.1).unwrap());
    for failures in [2, 10, 20, 32] {
        // Simpson's rule in the uniform number's log-odds.
        let (steps, reach) = (3000, 38.0);
        let h = 2.0 * reach / f64::from(steps);
        let mut sum = 0.0;
        for i in 0..=steps {
            let t = -reach + f64::from(i) * h;
            let (u, rest) = (1.0 / (1.0 + (-t).exp()), 1.0 / (1.0 + t.exp()));
            let value = |law: &Law| {
                if u < 0.5 {
                    law.quantile(u)
                } else {
                    law.quantile_upper(rest)
                }
            };
            let (p, r) = (value(&one), value(&other));
            let given: f64 = (0..=20)
                .map(|k| {
                    binomial_pmf(20, p, k)
                        * binomial_upper_tail(20, r, u64::from(failures).saturating_sub(k))
                })
                .sum();
            let simpson = if i == 0 || i == steps {
                1.0
            } else {
                f64::from(2 + 2 * (i % 2))
            };
            sum += h / 3.0 * simpson * u * rest * given;
        }
        assert_relative(at_least(&world, failures), sum, 1e-8);
    }
}

#[test]
fn a_job_that_fails_while_it_prepares_reaches_no_threshold() {
    let world = one_script(1, 50, constant(60.0), 0.2);
    let job_faults = vec![
        JobFault {
            code: FailureCode::ResourceNotFound,
            probability: 0.2,
        },
        JobFault {
            code: FailureCode::InternalServerError,
            probability: 0.1,
        },
    ];
    let rules = RoboMaker {
        job_faults,
        failure_threshold_percentage: 30,
        ..rules(20, 30)
    };
    let setting = rules.setting(50);
    let law = FailureLaw::of(&world, &Dice::new(&world), setting.robot_timeout, 1).unwrap();
    assert_relative(
        law.reached(&setting).unwrap().value,
        0.7 * binomial_upper_tail(50, 0.2, 15),
        1e-10,
    );
}

#[test]
fn what_stands_in_the_way_is_named() {
    let timeout = 600_000;
    let why = |world: &World| FailureLaw::of(world, &Dice::new(world), timeout, 100).err();
    let plain = one_script(1, 50, constant(60.0), 0.2);
    assert_eq!(why(&plain), None);

    let mut world = plain.clone();
    world.links.push(rollcast::model::SharedLink {
        name: "line".to_owned(),
        capacity: 1,
    });
    assert_eq!(why(&world), None, "nobody uses the link");
    world.fleet.cohorts[0].link = Some(0);
    assert_eq!(
        why(&world),
        Some(WhyNot::SharesLink {
            cohort: "robots".to_owned()
        })
    );

    let mut world = plain.clone();
    world.fleet.cohorts[0].connectivity =
        Some(Connectivity::new(constant(60.0), constant(60.0), Interrupted::Resumes).unwrap());
    assert_eq!(
        why(&world),
        Some(WhyNot::ComesAndGoes {
            cohort: "robots".to_owned()
        })
    );

    // The longest journey may take the whole timeout, and not a millisecond more.
    let mut world = one_script(1, 50, constant(500.0), 0.2);
    world.fleet.cohorts[0].launching = Some(Law::samples(vec![1.0, 100_000.0]).unwrap());
    assert_eq!(why(&world), None);
    world.fleet.cohorts[0].launching = Some(Law::samples(vec![1.0, 100_001.0]).unwrap());
    let robots = || "robots".to_owned();
    assert_eq!(
        why(&world),
        Some(WhyNot::RobotTimeout {
            cohort: robots(),
            chance: 1.0,
            robot_timeout: timeout
        })
    );

    let mut world = plain.clone();
    world.release.bundle[0] = Some(1);
    world.fleet.cohorts[0].download_rate = Law::samples(vec![0.0, 1e9]).unwrap();
    assert_eq!(
        why(&world),
        Some(WhyNot::RobotTimeout {
            cohort: robots(),
            chance: 1.0,
            robot_timeout: timeout
        })
    );

    // 50 robots, 10 at a time: five rounds of a minute.
    let law = FailureLaw::of(&plain, &Dice::new(&plain), timeout, 100).unwrap();
    let mut tight = setting_with_timeout(10, 10, timeout);
    tight.admission.deadline = Instant::at(300_000);
    assert!(law.reached(&tight).is_ok());
    tight.admission.deadline = Instant::at(299_999);
    assert!(matches!(
        law.reached(&tight),
        Err(WhyNot::JobCutOff {
            longest: 300_000,
            ..
        })
    ));
}

/// Robots that nearly never run into their timeout do not matter, unless the answer hangs on them: failures are so rare by themselves
/// that it is as likely that one times out.
#[test]
fn robots_that_hardly_ever_time_out_are_left_out_where_they_do_not_matter() {
    // A lognormal run takes longer than the timeout of an hour with a probability of 5e-12, 6.5e-9 and 2e-5.
    let law = |sigma| {
        let world = one_script(1, 500, lognormal(60.0, sigma), 0.05);
        FailureLaw::of(&world, &Dice::new(&world), TIMEOUT, 1)
    };
    let never = law(0.6).unwrap();
    for failures in [1, 25, 60] {
        assert_relative(
            never.reached(&rules_of(100, failures)).unwrap().value,
            binomial_upper_tail(500, 0.05, failures.into()),
            1e-10,
        );
    }
    let rarely = law(0.72).unwrap();
    assert!(rarely.reached(&rules_of(100, 5)).is_ok());
    match rarely.reached(&rules_of(100, 60)) {
        Err(WhyNot::RobotTimeout { chance, .. }) => assert_relative(chance, 6.5e-9, 0.05),
        other => panic!("{other:?}"),
    }
    assert!(matches!(law(1.0), Err(WhyNot::RobotTimeout { .. })));
}

/// Wherever the exact law applies, the engine agrees, for every threshold, window, order and pacing; also given the luck alone.
#[test]
fn the_engine_agrees_wherever_the_law_applies() {
    let (exact, conditional, not) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    for_each_seed(500, |seed| {
        let mut choices = Choices::new(seed);
        let mut world = random_world(&mut choices, 40);
        if choices.percent(20) {
            expose_to_time(&mut choices, &mut world);
            if choices.percent(50) {
                world
                    .fleet
                    .cohorts
                    .iter_mut()
                    .for_each(|cohort| cohort.connectivity = None);
            }
        }
        let mut rules = random_rules(&mut choices, &world);
        if choices.percent(70) {
            rules = RoboMaker {
                cancel: None,
                fleet_timeout: FLEET_TIMEOUT_MAX_MS,
                robot_deployment_timeout: 43_200_000,
                ..rules
            };
        }
        let n = world.fleet.robots();
        let settings: Vec<Setting> = (1..=n + 1)
            .map(|failures| {
                let setting = rules.setting(n);
                Setting {
                    stops: vec![Stop {
                        failures,
                        ..setting.stops[0]
                    }],
                    ..setting
                }
            })
            .collect();
        let law = FailureLaw::of(
            &world,
            &Dice::new(&world),
            rules.robot_deployment_timeout,
            400,
        );
        let answers: Result<Vec<Exactness>, WhyNot> = law.map(|law| {
            settings
                .iter()
                .map(|setting| law.reached(setting))
                .collect()
        });
        let Some(answers) = answers.ok().filter(|answers| answers[0].is_ok()) else {
            not.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let reached = replicate(&world, 400, |player| {
            player
                .play_all(&settings)
                .iter()
                .map(Outcome::threshold_reached)
                .collect::<Vec<bool>>()
        });
        for (which, answer) in answers.iter().enumerate() {
            // That robots may time out, or a job be cut off, may matter to some thresholds and not to others.
            let Ok(answer) = answer else { continue };
            let what = format!(
                "seed {seed}, {} failures of {n}, {}",
                which + 1,
                answer.kind()
            );
            if answer.exact().is_some() || answer.value > 0.01 {
                assert_probability(&what, &reached, answer.value, |reached| reached[which]);
            }
        }
        if answers[0]
            .as_ref()
            .is_ok_and(|answer| answer.exact().is_some())
        {
            &exact
        } else {
            &conditional
        }
        .fetch_add(1, Ordering::Relaxed);
    });
    let [exact, conditional, not] = [exact, conditional, not].map(AtomicU32::into_inner);
    assert!(
        exact >= 100 && conditional >= 3 && not >= 50,
        "{exact} exact, {conditional} conditional, {not} not"
    );
}

/// With three draws nothing is left but the luck that was played, and its standard error says how much that tells.
#[test]
fn luck_that_is_too_much_is_that_of_the_replications() {
    let cohort =
        Cohort {
            scripts: Scripts([(0.03, 0.05), (0.05, 0.02), (0.04, 0.1)].map(
                |(mean, correlation)| Some(failing(beta(mean, correlation), Probability::NEVER)),
            )),
            ..bare("all", 60)
        };
    let world = world_of(vec![cohort]);
    let given = |replications| {
        FailureLaw::of(&world, &Dice::new(&world), TIMEOUT, replications)
            .and_then(|law| law.reached(&rules_of(10, 14)))
    };
    let (some, many) = (given(500).unwrap(), given(50_000).unwrap());
    let (wide, narrow) = (some.interval.unwrap(), many.interval.unwrap());
    let less = narrow.half_width() / wide.half_width();
    assert!(
        (0.08..0.125).contains(&less),
        "{narrow:?} is not about a tenth as wide as {wide:?}"
    );
    assert!(
        (some.value - many.value).abs() < 2.3 * wide.half_width(),
        "{some:?} {many:?}"
    );
    assert_eq!(given(1), Exactness::Err(WhyNot::OneReplication));
    // 55 of 60 fail only under a luck that is not among the first hundred: what is given says so.
    let law = FailureLaw::of(&world, &Dice::new(&world), TIMEOUT, 100).unwrap();
    let rare = law.reached(&rules_of(10, 55)).unwrap();
    let interval = rare.interval.unwrap();
    assert!(
        rare.value < 1e-9 && interval.lo < 1e-9 && (0.03..0.04).contains(&interval.hi),
        "{rare:?}"
    );
    let reached = replicate(&world, 50_000, |player| {
        player.play(&rules_of(10, 14)).threshold_reached()
    });
    assert_probability("threshold reached", &reached, many.value, |reached| {
        *reached
    });
}

/// Where failure and hang of a script add up to more than 1, the chance of either has a kink. Expected values: by other rules of
/// integration over both sides of it, one draw with 30 digits.
#[test]
fn a_mean_over_luck_is_exact_across_its_kink() {
    let hangs = |n: u32, failure: Probability, hang: Probability| {
        world_of(vec![scripted("a", n, failing(failure, hang))])
    };
    for (n, failures, mean, correlation, hang, expected) in [
        (7, 2, 0.01, 0.2, 0.001, 1.632_102_073_923_96e-2),
        (7, 2, 0.01, 0.2, 0.01, 1.983_240_975_065_12e-2),
        (7, 7, 0.01, 0.2, 0.01, 5.887_729_785_270_47e-5),
        (7, 7, 0.3, 0.4, 0.25, 0.182_428_004_095_181),
        (30, 29, 0.02, 0.01, 0.3, 3.482_682_986_705_58e-13),
        (40, 40, 0.05, 0.5, 0.0001, 1.549_497_550_097_48e-3),
    ] {
        let world = hangs(n, beta(mean, correlation), Probability::Constant(hang));
        assert_relative(at_least(&world, failures), expected, 1e-9);
    }
    let both = hangs(4, beta(0.3, 0.3), beta(0.25, 0.25));
    assert_relative(at_least(&both, 3), 0.422_880_931_255_139, 1e-8);
    assert_relative(at_least(&both, 4), 0.243_951_942_321_182, 1e-8);
    let world = hangs(7, beta(0.3, 0.4), Probability::Constant(0.25));
    let reached = replicate(&world, 100_000, |player| {
        player.play(&rules_of(7, 7)).threshold_reached()
    });
    assert_probability(
        "threshold reached",
        &reached,
        0.182_428_004_095_181,
        |reached| *reached,
    );
}

/// Cohorts whose laws are read with one draw have their kinks at different values of it.
#[test]
fn kinks_of_several_cohorts_are_all_met() {
    let (mean_a, mean_b) = (0.3, 0.5);
    let cohort = |name, mean, hang| {
        scripted(
            name,
            3,
            failing(beta(mean, 0.3), Probability::Constant(hang)),
        )
    };
    let world = world_of(vec![cohort("a", mean_a, 0.2), cohort("b", mean_b, 0.1)]);
    let (one, other) = (
        Law::beta(mean_a, 0.3).unwrap(),
        Law::beta(mean_b, 0.3).unwrap(),
    );
    for failures in [2, 4, 6] {
        // The midpoint rule over the uniform number itself.
        let points = 400_000;
        let given = |i: u32| {
            let u = (f64::from(i) + 0.5) / f64::from(points);
            let (p, r) = (
                (one.quantile(u) + 0.2).min(1.0),
                (other.quantile(u) + 0.1).min(1.0),
            );
            let tail = |k: u64| {
                binomial_pmf(3, p, k)
                    * binomial_upper_tail(3, r, u64::from(failures).saturating_sub(k))
            };
            (0..=3).map(tail).sum::<f64>()
        };
        let expected = (0..points).map(given).sum::<f64>() / f64::from(points);
        assert_relative(at_least(&world, failures), expected, 1e-6);
    }
    // The same law with different kinks.
    let same = world_of(vec![
        cohort("a", 0.3, 0.2),
        cohort("b", 0.3, 0.05),
        cohort("c", 0.3, 0.0),
    ]);
    for failures in [2, 5, 8] {
        let given = |p: f64| {
            let groups = [0.2, 0.05, 0.0].map(|hang| (3, (p + hang).min(1.0)));
            poisson_binomial_upper_tail(&groups, failures)
        };
        assert_relative(
            at_least(&same, failures as u32),
            mean_over_beta(0.3, 0.3, given),
            2e-5,
        );
    }
}

/// 199 robots one at a time, each of which may hang for five hours: all of them would take 41 days, of which 30 are left, but so many
/// never hang.
#[test]
fn a_job_that_practically_never_lasts_too_long_is_known_exactly() {
    let five_hours = 5 * 3_600_000;
    let hangs = |hang: f64| {
        let script = Script {
            duration: lognormal(60.0, 0.8),
            ..failing(Probability::Constant(0.01), Probability::Constant(hang))
        };
        let world = world_of(vec![Cohort {
            dead: 2,
            ..scripted("a", 199, script)
        }]);
        let law = FailureLaw::of(&world, &Dice::new(&world), five_hours, 0).unwrap();
        move |failures: u32, deadline: Ms, pacing: Pacing| {
            let mut setting = setting_with_timeout(1, failures, five_hours);
            (setting.admission.deadline, setting.admission.pacing) =
                (Instant::at(deadline), pacing);
            law.reached(&setting)
        }
    };
    let (rarely, often) = (hangs(0.01), hangs(0.9));
    for pacing in [Pacing::Sliding, Pacing::Batches] {
        for failures in [3, 10, 40] {
            let tail = rarely(failures, FLEET_TIMEOUT_MAX_MS, pacing).unwrap();
            let expected = binomial_upper_tail(197, 0.02, u64::from(failures) - 2);
            assert_relative(tail.exact().unwrap(), expected, 1e-6);
        }
        // Half of the rollouts last longer than this; and here most robots hang.
        assert!(matches!(
            rarely(10, 20 * 3_600_000, pacing),
            Err(WhyNot::JobCutOff { .. })
        ));
        assert!(matches!(
            often(10, FLEET_TIMEOUT_MAX_MS, pacing),
            Err(WhyNot::JobCutOff { .. })
        ));
        // The rarer the answer, the more it depends on what is rare.
        assert!(matches!(
            rarely(190, FLEET_TIMEOUT_MAX_MS, pacing),
            Err(WhyNot::JobCutOff { .. })
        ));
    }
}

/// A night of eight hours is waited for once by whoever has his turn then, not by every round of robots.
#[test]
fn nights_are_waited_for_once() {
    let text = text_of("tests/cases/night_tune.toml");
    let scenario = checked(&parsed(text, "tests/cases"));
    let profile = &scenario.profiles[0];
    let law = FailureLaw::exactly_of(profile).unwrap();
    let reached = |rules: &RoboMaker| law.reached(&rules.setting(1200));
    for (percent, failures) in [(1, 12), (3, 36)] {
        let rules = RoboMaker {
            concurrent_deployment_percentage: 1,
            failure_threshold_percentage: percent,
            ..profile
                .rules
                .robomaker()
                .expect("rules of RoboMaker")
                .clone()
        };
        assert_relative(
            reached(&rules).unwrap().exact().unwrap(),
            binomial_upper_tail(1200, 0.015, failures),
            1e-6,
        );
        // Not even the days of so short a job are long enough.
        let short = RoboMaker {
            fleet_timeout: 16 * 3_600_000,
            ..rules
        };
        assert!(matches!(reached(&short), Err(WhyNot::JobCutOff { .. })));
    }
}

/// The window matters to whether the job may be cut off, and to nothing else.
#[test]
fn the_answer_is_the_same_for_every_window_and_pacing() {
    let world = one_script(3, 60, exponential(60.0), 0.1);
    let law = law(&world);
    let answers = [1, 7, 60].map(|window| {
        [Pacing::Sliding, Pacing::Batches].map(|pacing| {
            let mut setting = rules_of(window, 9);
            setting.admission.pacing = pacing;
            law.reached(&setting).unwrap()
        })
    });
    assert!(
        answers
            .iter()
            .flatten()
            .all(|answer| *answer == answers[0][0])
    );
}
