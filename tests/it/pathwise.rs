//! What holds in every single replication, with zero tolerance, on random scenarios: for whatever fates, not just on average.

use std::collections::BTreeSet;

use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use crate::common::worlds::*;
use crate::common::{all_draws, for_each_seed, replicate};
use rollcast::model::ScriptStep;
use rollcast::model::Stage;
use rollcast::model::{
    Cohort, FLEET_TIMEOUT_MAX_MS, Instant, Ms, Probability, Script, WatchEnd, World,
};
use rollcast::rollout::{
    Admission, EndedBy, Engine, OnStop, Order, Pacing, RoboMaker, Setting, Stop,
};
use rollcast::sim::{Deployment, Dice, Draws, Journey, Mishap, Outcome, Player, Verdict};

/// A random world, and a setting that is bounded by its robot timeout and its threshold alone.
struct Case {
    world: World,
    rules: RoboMaker,
    choices: Choices,
}

impl Case {
    fn new(seed: u64) -> Case {
        Case::in_world(seed, |_, _| ())
    }

    /// The same where robots come and go, and some of them meet on links.
    fn anywhere(seed: u64) -> Case {
        Case::in_world(seed, |choices, world| {
            expose_to_time(choices, world);
            if choices.percent(50) {
                share_links(choices, world);
            }
        })
    }

    fn in_world(seed: u64, change: impl FnOnce(&mut Choices, &mut World)) -> Case {
        let mut choices = Choices::new(9_000_000 + seed);
        let mut world = random_world(&mut choices, 60);
        change(&mut choices, &mut world);
        let rules = RoboMaker {
            fleet_timeout: FLEET_TIMEOUT_MAX_MS,
            cancel: None,
            pacing: Pacing::Sliding,
            job_faults: Vec::new(),
            ..random_rules(&mut choices, &world)
        };
        Case {
            world,
            rules,
            choices,
        }
    }

    fn n(&self) -> u32 {
        self.world.fleet.robots()
    }

    /// The setting of the rules with another window and number of failures that stops. Its robot timeout is at most so long that
    /// the whole fleet, one after another, never meets the fleet timeout.
    fn setting(&self, window: u32, failures_to_stop: u32) -> Setting {
        let base = self.rules.setting(self.n());
        let robot_timeout = base.robot_timeout.min(10_000_000);
        let stop = Stop {
            failures: failures_to_stop,
            ..base.stops[0]
        };
        Setting {
            robot_timeout,
            admission: Admission {
                window,
                ..base.admission
            },
            stops: vec![stop],
            ..base
        }
    }

    fn any_setting(&mut self) -> Setting {
        let (window, failures) = (self.any_window(), self.any_failures());
        self.setting(window, failures)
    }

    fn any_unstoppable_setting(&mut self) -> Setting {
        let window = self.any_window();
        self.setting(window, UNSTOPPABLE)
    }

    fn any_window(&mut self) -> u32 {
        1 + self.choices.below(u64::from(self.n()) + 3) as u32
    }

    fn any_failures(&mut self) -> u32 {
        let most = self.choices.pick(&[3, 10, self.n() + 1]);
        1 + self.choices.below(u64::from(most)) as u32
    }
}

/// What a setting does in the first replication of a world, robot by robot in start order.
struct Played {
    outcome: Outcome,
    deployments: Vec<Deployment>,
    /// The robots that failed, by number in the fleet.
    failing: BTreeSet<u32>,
    bytes: u64,
    job_start: Instant,
}

fn play(dice: &Dice, setting: &Setting) -> Played {
    let mut player = Player::new(dice);
    player.draw(0);
    let recording = player.record(setting);
    let deployments = player.deployments(&recording).collect();
    let journeys: Vec<(u32, Journey)> = player
        .robots(&recording)
        .filter_map(|record| record.deployment.map(|journey| (record.robot, journey)))
        .collect();
    let failing = journeys
        .iter()
        .filter(|(_, journey)| journey.verdict.failed())
        .map(|(robot, _)| *robot)
        .collect();
    let bytes = journeys.iter().map(|(_, journey)| journey.bytes).sum();
    Played {
        outcome: recording.outcome,
        deployments,
        failing,
        bytes,
        job_start: player.job_start(),
    }
}

/// The most robots that hold a slot at one instant.
fn in_flight_peak(deployments: &[Deployment]) -> u32 {
    let at = |time: Instant| {
        deployments
            .iter()
            .filter(|deployment| deployment.start <= time && time < deployment.end)
            .count() as u32
    };
    deployments
        .iter()
        .map(|deployment| at(deployment.start))
        .max()
        .unwrap_or(0)
}

#[test]
fn more_robots_hold_slots_than_there_are() {
    for_each_seed(400, |seed| {
        let mut case = Case::anywhere(seed);
        let setting = case.any_setting();
        let (window, failures) = (setting.admission.window, setting.failures_to_stop());
        let Played {
            outcome,
            deployments,
            ..
        } = play(&Dice::new(&case.world), &setting);
        assert!(
            in_flight_peak(&deployments) <= window,
            "seed {seed}, {setting:?}"
        );
        assert!(
            outcome.failed < failures.saturating_add(window),
            "seed {seed}, {setting:?}: {outcome:?}"
        );
        assert!(
            outcome.failed <= outcome.started() && outcome.started() <= outcome.n,
            "seed {seed}, {setting:?}: {outcome:?}"
        );
        assert_eq!(
            outcome.started() as usize,
            deployments.len(),
            "seed {seed}, {setting:?}"
        );
    });
}

#[test]
fn a_slot_is_left_free_while_robots_wait() {
    for_each_seed(1_500, |seed| {
        let mut case = Case::new(seed);
        let setting = case.any_unstoppable_setting();
        let window = u64::from(setting.admission.window.min(case.n()));
        let Played {
            outcome,
            deployments,
            job_start,
            ..
        } = play(&Dice::new(&case.world), &setting);
        assert_eq!(
            outcome.ended_by,
            EndedBy::Success,
            "seed {seed}, {setting:?}"
        );
        let durations: Vec<Ms> = deployments
            .iter()
            .map(|deployment| deployment.end - deployment.start)
            .collect();
        let (sum, longest) = (
            durations.iter().sum::<Ms>(),
            *durations.iter().max().unwrap(),
        );
        let time = outcome.drained - job_start;
        assert!(
            window * time >= sum && time >= longest,
            "seed {seed}, {setting:?}: too quick"
        );
        assert!(
            window * time <= sum + (window - 1) * longest,
            "seed {seed}, {setting:?}: too slow"
        );
    });
}

#[test]
fn who_fails_depends_on_the_window_or_the_order() {
    for_each_seed(1_000, |seed| {
        let mut case = Case::new(seed);
        let failures = case.any_failures();
        let dice = Dice::new(&case.world);
        let (one, other) = (
            case.any_unstoppable_setting(),
            case.any_unstoppable_setting(),
        );
        let other = Setting {
            order: if one.order == Order::File {
                Order::Shuffled
            } else {
                Order::File
            },
            ..other
        };
        let failing = play(&dice, &one).failing;
        assert_eq!(
            failing,
            play(&dice, &other).failing,
            "seed {seed}, {one:?} and {other:?}"
        );
        for setting in [one, other] {
            let stopping = Setting {
                stops: vec![Stop {
                    failures,
                    ..setting.stops[0]
                }],
                ..setting
            };
            let Played {
                outcome,
                failing: found,
                ..
            } = play(&dice, &stopping);
            assert_eq!(
                outcome.threshold_reached(),
                failing.len() >= failures as usize,
                "seed {seed}, {stopping:?}"
            );
            assert!(found.is_subset(&failing), "seed {seed}, {stopping:?}");
        }
    });
}

#[test]
fn a_higher_threshold_starts_fewer_robots_or_stops_sooner() {
    for_each_seed(700, |seed| {
        let mut case = Case::new(seed);
        let window = case.any_window();
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(0);
        let settings: Vec<Setting> = (1..=case.n() + 1)
            .map(|failures| case.setting(window, failures))
            .collect();
        let outcomes = player.play_all(&settings);
        for (pair, setting) in outcomes.windows(2).zip(&settings) {
            assert!(
                pair[0].started() <= pair[1].started(),
                "seed {seed}, {setting:?}: {pair:?}"
            );
            assert!(
                pair[0].ended_at <= pair[1].ended_at,
                "seed {seed}, {setting:?}: {pair:?}"
            );
            assert!(
                pair[0].updated <= pair[1].updated,
                "seed {seed}, {setting:?}: {pair:?}"
            );
            assert!(
                pair[0].threshold_reached() || !pair[1].threshold_reached(),
                "seed {seed}, {setting:?}: {pair:?}"
            );
        }
    });
}

#[test]
fn a_wider_window_delays_a_start() {
    for_each_seed(1_000, |seed| {
        let mut case = Case::new(seed);
        let (window, more) = (case.any_window(), 1 + case.choices.below(3) as u32);
        let dice = Dice::new(&case.world);
        let narrow = play(&dice, &case.setting(window, UNSTOPPABLE)).deployments;
        let wide = play(&dice, &case.setting(window + more, UNSTOPPABLE)).deployments;
        for (place, (narrow, wide)) in narrow.iter().zip(&wide).enumerate() {
            assert!(
                wide.start <= narrow.start,
                "seed {seed}, window {window}, place {place}: {narrow:?} {wide:?}"
            );
        }
    });
}

#[test]
fn an_abort_changes_what_happened_before_it() {
    for_each_seed(1_000, |seed| {
        let mut case = Case::new(seed);
        let setting = case.any_setting();
        let dice = Dice::new(&case.world);
        let drained = play(
            &dice,
            &Setting {
                stops: vec![Stop {
                    on_stop: OnStop::Drain,
                    ..setting.stops[0]
                }],
                ..setting.clone()
            },
        );
        let aborted = play(
            &dice,
            &Setting {
                stops: vec![Stop {
                    on_stop: OnStop::Abort,
                    ..setting.stops[0]
                }],
                ..setting.clone()
            },
        );
        let (drain, abort) = (&drained.outcome, &aborted.outcome);
        let same = |outcome: &Outcome| {
            (
                outcome.started(),
                outcome.ended_at,
                outcome.ended_by,
                outcome.exposed,
            )
        };
        assert_eq!(same(drain), same(abort), "seed {seed}, {setting:?}");
        assert_eq!(
            (drain.aborted, abort.drained),
            (0, abort.ended_at),
            "seed {seed}, {setting:?}"
        );
        for (drained, aborted) in drained.deployments.iter().zip(&aborted.deployments) {
            match aborted.verdict {
                Verdict::Aborted => {
                    assert!(aborted.end == abort.ended_at && aborted.end <= drained.end);
                }
                _ => assert_eq!(drained, aborted, "seed {seed}, {setting:?}"),
            }
        }
    });
}

#[test]
fn totals_differ_from_the_sum_over_robots() {
    for_each_seed(400, |seed| {
        let mut case = Case::anywhere(seed);
        let setting = case.any_setting();
        let Played {
            outcome,
            deployments,
            failing,
            bytes,
            ..
        } = play(&Dice::new(&case.world), &setting);
        let down: Vec<(Instant, Instant)> = deployments
            .iter()
            .filter_map(|deployment| deployment.down)
            .collect();
        let count = |which: fn(Verdict) -> bool| {
            deployments
                .iter()
                .filter(|deployment| which(deployment.verdict))
                .count() as u32
        };
        assert_eq!(
            outcome.slot.total,
            deployments
                .iter()
                .map(|deployment| deployment.end - deployment.start)
                .sum::<u64>(),
            "seed {seed}, {setting:?}"
        );
        assert_eq!(
            outcome.downtime,
            down.iter().map(|&(from, up)| up - from).sum::<u64>(),
            "seed {seed}, {setting:?}"
        );
        let exposed = deployments
            .iter()
            .filter(|deployment| deployment.down.is_some() || deployment.healed.is_some());
        assert_eq!(
            outcome.exposed as usize,
            exposed.count(),
            "seed {seed}, {setting:?}"
        );
        assert_eq!(outcome.bytes, bytes, "seed {seed}, {setting:?}");
        assert_eq!(
            outcome.failed as usize,
            failing.len(),
            "seed {seed}, {setting:?}"
        );
        let counts = (
            count(|verdict| verdict == Verdict::Updated),
            count(Verdict::failed),
            count(|verdict| verdict == Verdict::Aborted),
        );
        assert_eq!(
            (outcome.updated, outcome.failed, outcome.aborted),
            counts,
            "seed {seed}, {setting:?}"
        );
        let parts = outcome.slot.offline
            + outcome.slot.window
            + outcome.slot.download
            + outcome.slot.scripts;
        assert!(
            parts <= outcome.slot.total && outcome.slot.contention <= outcome.slot.download,
            "seed {seed}, {setting:?}"
        );
        let healed: Vec<_> = deployments
            .iter()
            .filter_map(|deployment| deployment.healed)
            .collect();
        let ends: Vec<_> = healed.iter().filter_map(|healing| healing.end).collect();
        assert_eq!(
            outcome.healed as usize,
            ends.iter().filter(|end| end.updated).count(),
            "seed {seed}, {setting:?}"
        );
        assert_eq!(
            (outcome.healed + outcome.healed_failed) as usize,
            ends.len(),
            "seed {seed}, {setting:?}"
        );
        assert_eq!(
            outcome.running,
            outcome.updated + outcome.healed,
            "seed {seed}, {setting:?}"
        );
        assert_eq!(
            outcome.broken(),
            outcome.exposed - outcome.running,
            "seed {seed}, {setting:?}"
        );
    });
}

#[test]
fn a_link_carries_more_or_less_than_its_robots_receive() {
    for_each_seed(400, |seed| {
        let mut case = Case::in_world(seed, |choices, world| {
            if choices.percent(50) {
                expose_to_time(choices, world);
            }
            world.watch = WatchEnd::AtLeast(Instant::CREATION);
            share_links(choices, world);
        });
        let setting = case.any_setting();
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(0);
        let recording = player.record(&setting);
        let outcome = &recording.outcome;
        let mut received = vec![0; case.world.links.len()];
        for record in player.robots(&recording) {
            let (cohort, index) = case.world.fleet.member(record.robot);
            if let (Some(link), Some(journey)) = (cohort.link_of(index), record.deployment) {
                received[usize::from(link)] += journey.bytes;
            }
        }
        // Robots that are back before the others are done download too, and each robot's bytes are whole ones.
        let robots = u64::from(outcome.n);
        for ((used, received), link) in outcome.links.iter().zip(received).zip(&case.world.links) {
            assert!(
                used.bytes >= received,
                "seed {seed}, {setting:?}: {used:?}, {received} received"
            );
            if outcome.no_response == 0 {
                assert!(
                    used.bytes <= received + robots,
                    "seed {seed}, {setting:?}: {used:?}, {received} received"
                );
            }
            assert!(
                used.peak.bits_per_s() <= link.capacity,
                "seed {seed}, {setting:?}: {used:?}"
            );
            assert!(
                u128::from(used.bytes) * 8000
                    <= u128::from(link.capacity) * u128::from(outcome.drained.ms()),
                "seed {seed}, {setting:?}"
            );
            assert!(
                used.saturated <= outcome.drained.ms(),
                "seed {seed}, {setting:?}: {used:?}"
            );
        }
        for load in recording.loads() {
            assert!(
                load.windows(2)
                    .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1),
                "seed {seed}: {load:?}"
            );
        }
    });
}

/// The fates of a world's first robots in a replication.
fn fates(world: &World, replication: u64, robots: u32) -> Vec<Draws> {
    let dice = Dice::new(world);
    let mut player = Player::new(&dice);
    player.draw(replication);
    all_draws(&player, robots)
}

#[test]
fn a_setting_leaves_a_trace_in_what_is_played_next() {
    for_each_seed(60, |seed| {
        let mut choices = Choices::new(seed);
        let mut world = random_world(&mut choices, 60);
        if choices.percent(50) {
            expose_to_time(&mut choices, &mut world);
            share_links(&mut choices, &mut world);
        }
        let n = world.fleet.robots();
        let settings: Vec<Setting> = (0..8)
            .map(|_| random_rules(&mut choices, &world).setting(n))
            .collect();
        let dice = Dice::new(&world);
        let mut used = Player::new(&dice);
        for _ in 0..40 {
            let (replication, setting) = (choices.below(3), choices.pick(&settings));
            used.draw(replication);
            let before = all_draws(&used, n);
            let mut fresh = Player::new(&dice);
            fresh.draw(replication);
            assert_eq!(
                used.play(&setting),
                fresh.play(&setting),
                "seed {seed}, {setting:?}"
            );
            assert_eq!(before, all_draws(&used, n), "seed {seed}, {setting:?}");
        }
    });
}

#[test]
fn another_law_in_one_cohort_changes_a_robot_of_another() {
    for_each_seed(300, |seed| {
        let mut world = Case::new(seed).world;
        let n = world.fleet.robots();
        let before = fates(&world, seed, n);
        let changed = world.fleet.cohorts.pop().expect("a fleet has cohorts");
        let others = world.fleet.robots() as usize;
        let mut with_pre_launch = changed.scripts.clone();
        with_pre_launch[ScriptStep::PreLaunch] = Some(script(exponential(12.0), 0.5));
        world.fleet.cohorts.push(Cohort {
            validating: Some(lognormal(33.0, 0.4)),
            scripts: with_pre_launch,
            faults: Vec::new(),
            dead: changed.robots,
            architectures: [0, changed.robots, 0],
            ..changed
        });
        let after = fates(&world, seed, n);
        assert_eq!(before[..others], after[..others], "seed {seed}");
    });
}

#[test]
fn another_law_in_one_stage_changes_another_stage() {
    for_each_seed(300, |seed| {
        let mut world = Case::new(seed).world;
        let before = fates(&world, seed, world.fleet.robots());
        for cohort in &mut world.fleet.cohorts {
            cohort.validating = Some(exponential(50.0));
            cohort.launching = None;
        }
        for (before, after) in before.iter().zip(fates(&world, seed, world.fleet.robots())) {
            let others = Stage::ALL
                .into_iter()
                .filter(|stage| !matches!(stage, Stage::Validating | Stage::Launching));
            for stage in others {
                let of =
                    |draws: &Draws| (draws.length[stage as usize], draws.mishap[stage as usize]);
                assert_eq!(of(before), of(&after), "seed {seed}, {stage:?}");
            }
        }
    });
}

/// Robots whose place in a cohort is drawn by lot aside: there an additional robot may win the lot of another.
#[test]
fn one_robot_more_changes_another_robot_or_the_order_of_the_others() {
    for_each_seed(300, |seed| {
        let mut world = Case::new(seed).world;
        for cohort in &mut world.fleet.cohorts {
            (cohort.dead, cohort.architectures) = (0, [cohort.robots, 0, 0]);
        }
        let (before, order_before) = fates_and_order(&world, seed);
        let first = world.fleet.cohorts[0].robots;
        let cohort = &mut world.fleet.cohorts[0];
        (cohort.robots, cohort.architectures) = (first + 1, [first + 1, 0, 0]);
        let (mut after, order_after) = fates_and_order(&world, seed);
        after.remove(first as usize);
        assert_eq!(before, after, "seed {seed}");
        let without_new = order_after.into_iter().filter(|robot| *robot != first);
        let renumbered: Vec<u32> = without_new
            .map(|robot| robot - u32::from(robot > first))
            .collect();
        assert_eq!(order_before, renumbered, "seed {seed}");
    });
}

fn fates_and_order(world: &World, replication: u64) -> (Vec<Draws>, Vec<u32>) {
    let dice = Dice::new(world);
    let mut player = Player::new(&dice);
    player.draw(replication);
    let draws = all_draws(&player, world.fleet.robots());
    (draws, player.start_order(&Order::Shuffled).to_vec())
}

/// Whether each robot fails at its script, and whether it hangs there, in so many replications.
fn fails_and_hangs(failure: Probability) -> Vec<(bool, bool)> {
    let script = Script {
        failure,
        hang: Probability::Constant(0.1),
        ..script(constant(1.0), 0.0)
    };
    let mishaps = replicate(
        &world(31, vec![scripted("robots", 50, script)]),
        200,
        |player| {
            all_draws(player, 50)
                .into_iter()
                .map(|draws| draws.mishap[Stage::PreLaunch as usize])
                .collect::<Vec<_>>()
        },
    );
    let fails = |mishap| matches!(mishap, Some(Mishap::Fails { .. }));
    mishaps
        .into_iter()
        .flatten()
        .map(|mishap| (fails(mishap), mishap == Some(Mishap::Hangs)))
        .collect()
}

#[test]
fn a_worse_release_spares_a_robot_that_a_better_one_breaks() {
    let constant = [0.0, 0.02, 0.1, 0.5, 0.9]
        .map(Probability::Constant)
        .map(fails_and_hangs);
    let correlated = [0.02, 0.1, 0.3]
        .map(|mean| Probability::Beta {
            mean,
            correlation: 0.05,
        })
        .map(fails_and_hangs);
    for pair in constant.windows(2).chain(correlated.windows(2)) {
        let (better, worse) = (&pair[0], &pair[1]);
        let count = |robots: &[(bool, bool)]| robots.iter().filter(|(fails, _)| *fails).count();
        assert!(count(better) < count(worse));
        assert!(
            better
                .iter()
                .zip(worse)
                .all(|((better, _), (worse, _))| *worse || !*better)
        );
    }
    for pair in constant.windows(2) {
        assert!(
            pair[0]
                .iter()
                .zip(&pair[1])
                .all(|((_, better), (_, worse))| better == worse),
            "other robots hang"
        );
    }
}
