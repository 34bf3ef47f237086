//! Campaigns: against jobs of the reference engine run one after another, and against closed forms.

#![allow(
    clippy::disallowed_methods,
    reason = "closed forms are held against the platform's own functions"
)]

use std::collections::BTreeMap;

use crate::common::acceptance::{assert_mean, assert_probability};
use crate::common::campaigns::{lenient, random_campaign, random_campaign_world};
use crate::common::scenarios::{Choices, random_rules};
use crate::common::worlds::{self, S, bare, constant, script};
use crate::common::{for_each_seed, replicate};
use crate::reference::campaign::Campaigner;
use crate::reference::fate::dice_without_hours;
use rollcast::model::ScriptStep;
use rollcast::model::{
    FailureCode, Fault, FaultStage, Instant, Latent, Ms, Probability, Release, World,
};
use rollcast::random::Law;
use rollcast::rollout::{
    AfterFailure, Campaign, Canary, CanaryRobots, DeploymentConfig, EndedBy, Engine, OnStop, Order,
    Pick, Recovery, RoboMaker, Sync,
};
use rollcast::sim::{CampaignPlay, Dice, JobKind, Movements, Outcome, Player, Status};

#[test]
fn a_campaign_differs_from_jobs_run_one_after_another() {
    let kinds = std::sync::Mutex::new(BTreeMap::<String, u32>::new());
    for_each_seed(1_500, |seed| {
        let mut choices = Choices::new(7_000_000 + seed);
        let world = random_campaign_world(&mut choices);
        let campaign = random_campaign(&mut choices, &world);
        let rules = random_rules(&mut choices, &world);
        let rules = lenient(&mut choices, rules);
        let dice = Dice::new(&world);
        let told = dice_without_hours(&world);
        let (mut player, mut dealer) = (
            Player::new(&dice),
            Player::new(told.as_ref().unwrap_or(&dice)),
        );
        for replication in 0..2 {
            player.draw(replication);
            dealer.draw(replication);
            let CampaignPlay { outcome, jobs, .. } =
                player.play_campaign(&rules.clone().into(), &campaign);
            let mut pick_order: Vec<u32> = (0..world.fleet.robots()).collect();
            pick_order.sort_by_key(|robot| dealer.canary_word(*robot));
            let campaigner = Campaigner::new(&world, &rules, &campaign, &jobs, &pick_order);
            let (expected, expected_jobs) = campaigner.play(&mut dealer);
            let place = format!("seed {seed}, replication {replication}, {campaign:?} {rules:?}");
            let names = |jobs: &[rollcast::sim::JobPlay]| {
                jobs.iter()
                    .map(|job| (job.kind, job.created))
                    .collect::<Vec<_>>()
            };
            assert_eq!(names(&jobs), names(&expected_jobs), "{place}");
            for (job, expected) in jobs.iter().zip(&expected_jobs) {
                assert_eq!(job.outcome, expected.outcome, "{:?} of {place}", job.kind);
            }
            assert_eq!(outcome, expected, "{place}");
            let mut kinds = kinds.lock().unwrap();
            for job in &jobs {
                *kinds.entry(job.kind.name()).or_default() += 1;
            }
            *kinds
                .entry(format!("ended by {}", outcome.ended_by.name()))
                .or_default() += 1;
            *kinds.entry("healed in between".to_owned()).or_default() +=
                u32::from(outcome.healed > 0);
        }
    });
    // The scenarios are no good if they leave something out.
    let kinds = kinds.into_inner().unwrap();
    for kind in [
        "canary",
        "main",
        "sync_1",
        "sync_2",
        "sync_3",
        "recovery",
        "ended by latent_fault",
        "ended by success",
        "ended by breach",
    ] {
        assert!(
            kinds.get(kind).is_some_and(|count| *count > 30),
            "{kind} is too rare: {kinds:?}"
        );
    }
}

/// The fleet whose first job a campaign plays must not notice that others follow, nor what was played before.
#[test]
fn a_campaign_of_one_job_differs_from_the_job() {
    for_each_seed(600, |seed| {
        let mut choices = Choices::new(8_000_000 + seed);
        let mut world = random_campaign_world(&mut choices);
        world.release.latent = None;
        for cohort in &mut world.fleet.cohorts {
            cohort.joins = None;
        }
        let rules = random_rules(&mut choices, &world);
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let alone = player.play(&rules.setting(world.fleet.robots()));
        let mut other = random_campaign(&mut choices, &world);
        let first = player.play_campaign(&rules.clone().into(), &other);
        let campaign = player.play_campaign(&rules.clone().into(), &Campaign::default());
        assert_eq!(campaign.jobs.len(), 1);
        assert_eq!(campaign.jobs[0].outcome, alone, "seed {seed}");
        assert_eq!(campaign.outcome.stopped(), alone.stopped(), "seed {seed}");
        let mut whole = campaign.outcome;
        whole.aftermath.left_over = None;
        assert_eq!(whole, alone, "seed {seed}");
        assert_eq!(
            player.play(&rules.setting(world.fleet.robots())),
            alone,
            "seed {seed}"
        );
        assert_eq!(
            player.play_campaign(&rules.clone().into(), &other),
            first,
            "seed {seed}"
        );
        other.canary = None;
        let main = player.play_campaign(&rules.clone().into(), &other);
        assert_eq!(main.jobs[0].outcome.updated, alone.updated, "seed {seed}");
        assert_eq!(main.jobs[0].outcome.ended_at, alone.ended_at, "seed {seed}");
    });
}

#[test]
fn robots_are_lost_or_counted_twice_over_time() {
    for_each_seed(300, |seed| {
        let mut choices = Choices::new(9_000_000 + seed);
        let world = random_campaign_world(&mut choices);
        let campaign = random_campaign(&mut choices, &world);
        let rules = random_rules(&mut choices, &world);
        let rules = lenient(&mut choices, rules);
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let play = player.play_campaign(&rules.clone().into(), &campaign);
        let mut moves = Movements::of_campaign(&play.deployed).moves;
        moves.sort_by_key(|step| step.time);
        let mut robots = BTreeMap::from([(Status::Pending, i64::from(world.fleet.robots()))]);
        for instant in moves.chunk_by(|a, b| a.time == b.time) {
            for step in instant {
                *robots.entry(step.from).or_default() -= 1;
                *robots.entry(step.to).or_default() += 1;
            }
            assert!(
                robots.values().all(|count| *count >= 0),
                "seed {seed}: {robots:?}"
            );
        }
        let recovered = robots.get(&Status::Recovered).copied().unwrap_or(0);
        assert_eq!(
            recovered,
            i64::from(play.outcome.aftermath.recovered),
            "seed {seed}"
        );
    });
}

/// Whatever happens at once: scripts take no time, and nobody is stopped.
fn at_once(seed: u64, robots: u32, failure: f64, repeat: f64) -> World {
    let mut world = worlds::world(seed, vec![bare("robots", robots)]);
    world.fleet.cohorts[0].scripts[ScriptStep::PostLaunch] = Some(rollcast::model::Script {
        repeat,
        ..script(constant(1.0), failure)
    });
    world
}

fn never_stops() -> RoboMaker {
    RoboMaker {
        breach: rollcast::rollout::Breach::Exceed,
        failure_threshold_percentage: 100,
        ..worlds::rules(100, 100)
    }
}

fn syncs(times: u32) -> Sync {
    Sync {
        times,
        until: 1_000_000,
        interval: 60_000,
        after_failure: AfterFailure::Never,
    }
}

#[test]
fn scripts_fail_again_as_often_as_they_repeat() {
    const ROBOTS: u32 = 500;
    for (repeat, times) in [(1.0, 3), (0.5, 2), (0.25, 1), (0.0, 1)] {
        let world = at_once(11, ROBOTS, 0.2, repeat);
        let campaign = Campaign {
            sync: Some(syncs(times)),
            ..Campaign::default()
        };
        let plays = replicate(&world, 2_000, |player| {
            player
                .play_campaign(&never_stops().into(), &campaign)
                .outcome
        });
        let failing = 0.2 * f64::powi(repeat, times as i32);
        let failed: Vec<f64> = plays
            .iter()
            .map(|outcome| f64::from(outcome.failed))
            .collect();
        assert_mean(
            &format!("failures at repeat {repeat}"),
            &failed,
            f64::from(ROBOTS) * failing,
            1e-9,
        );
    }
}

#[test]
fn a_robot_that_a_job_left_over_comes_late_in_the_next_one_too() {
    // One robot at a time, the first failure stops: of the main job and its sync, each starts one robot, drawn afresh.
    const ROBOTS: u32 = 4;
    let rules = RoboMaker {
        order: Order::Shuffled,
        ..worlds::rules(1, 1)
    };
    let world = at_once(17, ROBOTS, 1.0, 1.0);
    let campaign = Campaign {
        sync: Some(Sync {
            after_failure: AfterFailure::Always,
            ..syncs(1)
        }),
        ..Campaign::default()
    };
    let plays = replicate(&world, 4_000, |player| {
        player
            .play_campaign(&rules.clone().into(), &campaign)
            .outcome
    });
    let met: Vec<f64> = plays
        .iter()
        .map(|outcome| f64::from(outcome.failed))
        .collect();
    assert_mean(
        "robots met by either job",
        &met,
        2.0 - 1.0 / f64::from(ROBOTS),
        1e-9,
    );
    assert!(plays.iter().all(Outcome::stopped));
}

#[test]
fn syncs_end_below_their_share() {
    // 9 of 10 robots are less than 95 %.
    let world = at_once(18, 10, 0.3, 0.0);
    let campaign = Campaign {
        sync: Some(Sync {
            until: 950_000,
            ..syncs(9)
        }),
        ..Campaign::default()
    };
    let plays = replicate(&world, 500, |player| {
        player
            .play_campaign(&never_stops().into(), &campaign)
            .outcome
    });
    assert!(
        plays.iter().all(|outcome| outcome.updated == 10),
        "{:?}",
        plays.iter().map(|outcome| outcome.updated).min()
    );
}

#[test]
fn permanent_faults_do_not_last_and_others_do() {
    for (code, stage, lasts) in [
        (FailureCode::EtagMismatch, FaultStage::Validating, true),
        (
            FailureCode::InvalidGreengrassGroup,
            FaultStage::CloudCheck,
            true,
        ),
        (
            FailureCode::GreengrassDeploymentFailed,
            FaultStage::Contact,
            false,
        ),
        (
            FailureCode::ExtractingBundleFailure,
            FaultStage::Extracting,
            false,
        ),
    ] {
        let mut world = worlds::world(12, vec![bare("robots", 400)]);
        let probability = Probability::Constant(0.1);
        world.fleet.cohorts[0].faults = vec![Fault {
            code,
            stage,
            probability,
            fails_after: None,
        }];
        let campaign = Campaign {
            sync: Some(syncs(2)),
            ..Campaign::default()
        };
        let plays = replicate(&world, 1_000, |player| {
            player.play_campaign(&never_stops().into(), &campaign)
        });
        let expected: f64 = if lasts { 0.1 } else { 0.001 };
        let failed: Vec<f64> = plays
            .iter()
            .map(|play| f64::from(play.outcome.failed))
            .collect();
        assert_mean(code.name(), &failed, 400.0 * expected, 1e-9);
    }
}

#[test]
fn a_latent_fault_is_found_with_another_probability_than_some_robot_shows_it_in_time() {
    const CANARIES: u32 = 30;
    let mut world = worlds::world(13, vec![bare("robots", 200)]);
    world.release.latent = Some(Latent {
        failure: Probability::Constant(0.05),
        after: worlds::exponential(36_000.0),
    });
    let canary = Canary {
        robots: CanaryRobots::Count(CANARIES, Pick::Random),
        config: DeploymentConfig::default(),
        soak: (21_600.0 * S) as Ms,
        rejoin: false,
    };
    let campaign = Campaign {
        canary: Some(canary),
        ..Campaign::default()
    };
    let plays = replicate(&world, 20_000, |player| {
        player
            .play_campaign(&never_stops().into(), &campaign)
            .outcome
    });
    let shows = 0.05 * (1.0 - f64::exp(-21_600.0 / 36_000.0));
    let found = 1.0 - f64::powi(1.0 - shows, CANARIES as i32);
    assert_probability("finding it", &plays, found, |outcome| {
        outcome.ended_by == EndedBy::LatentFault
    });
    // Found, it stays with the canary; else the whole fleet has it.
    assert!(plays.iter().all(|outcome| outcome.updated
        == if outcome.ended_by == EndedBy::LatentFault {
            CANARIES
        } else {
            200
        }));
}

#[test]
fn robots_that_join_later_are_met_by_another_job_than_the_next() {
    let mut world = worlds::world(14, vec![bare("first", 10), bare("late", 1_000)]);
    world.fleet.cohorts[1].joins = Some(Law::uniform(0.0, 400.0 * S).unwrap());
    let campaign = Campaign {
        sync: Some(Sync {
            interval: (100.0 * S) as Ms,
            ..syncs(3)
        }),
        ..Campaign::default()
    };
    let plays = replicate(&world, 400, |player| {
        player.play_campaign(&never_stops().into(), &campaign)
    });
    for number in 1..=3 {
        let robots: Vec<f64> = plays
            .iter()
            .map(|play| {
                play.jobs
                    .iter()
                    .find(|job| job.kind == JobKind::Sync(number))
                    .map_or(0.0, |job| f64::from(job.outcome.n))
            })
            .collect();
        assert_mean(&format!("robots of sync {number}"), &robots, 250.0, 0.01);
    }
    let never: Vec<f64> = plays
        .iter()
        .map(|play| f64::from(play.outcome.never_started))
        .collect();
    assert_mean("robots that joined too late", &never, 250.0, 0.01);
}

#[test]
fn a_canary_that_fails_reaches_the_fleet_or_is_not_recovered_from() {
    let mut world = at_once(15, 100, 1.0, 1.0);
    world.previous = Some(Release {
        version: "1".to_owned(),
        number: 0,
        bundle: [Some(0); 3],
        latent: None,
    });
    world.fleet.cohorts[0].recovery = 3_600_000;
    let canary = Canary {
        robots: CanaryRobots::Share(100_000, Pick::Random),
        config: DeploymentConfig {
            failure_threshold_percentage: Some(50),
            ..DeploymentConfig::default()
        },
        soak: 0,
        rejoin: false,
    };
    let recovery = Recovery {
        config: DeploymentConfig::default(),
        delay: 60_000,
    };
    let campaign = Campaign {
        canary: Some(canary),
        recovery: Some(recovery),
        ..Campaign::default()
    };
    let play = replicate(&world, 1, |player| {
        player.play_campaign(&never_stops().into(), &campaign)
    })
    .remove(0);
    // Ten robots at once fail after a second; a minute later their old version starts, whose script runs for a second and does not fail.
    let outcome = play.outcome;
    assert_eq!(
        (outcome.failed, outcome.never_started, outcome.breached),
        (10, 90, Some(Instant::at(1_000)))
    );
    assert_eq!(
        (outcome.aftermath.recovered, outcome.aftermath.whole),
        (10, Some(Instant::at(62_000)))
    );
    assert_eq!(
        play.jobs.iter().map(|job| job.kind).collect::<Vec<_>>(),
        [JobKind::Canary, JobKind::Recovery]
    );
    // Down from the start to the recovery's end, one after the other for each robot: the hour by hand is cut short.
    assert_eq!((outcome.down_peak, outcome.downtime), (10, 10 * 62_000));
}

#[test]
fn a_larger_canary_leaves_out_robots_of_a_smaller_one() {
    let world = worlds::world(16, vec![bare("robots", 50)]);
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    player.draw(3);
    let mut last: Vec<u32> = Vec::new();
    for count in [1, 5, 20, 50] {
        let canary = Canary {
            robots: CanaryRobots::Count(count, Pick::Random),
            config: DeploymentConfig::default(),
            soak: 0,
            rejoin: false,
        };
        let campaign = Campaign {
            canary: Some(canary),
            ..Campaign::default()
        };
        let play = player.play_campaign(
            &RoboMaker {
                on_stop: OnStop::Abort,
                ..never_stops()
            }
            .into(),
            &campaign,
        );
        let of_canary = play
            .deployed
            .iter()
            .filter(|(kind, _)| *kind == JobKind::Canary);
        let mut robots: Vec<u32> = of_canary.map(|(_, deployment)| deployment.robot).collect();
        robots.sort_unstable();
        assert_eq!(robots.len(), count as usize);
        assert!(
            last.iter().all(|robot| robots.contains(robot)),
            "{last:?} in {robots:?}"
        );
        assert_eq!(play.outcome.updated, 50);
        last = robots;
    }
}
