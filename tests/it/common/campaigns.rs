//! Random campaigns, for tests that hold one way of playing them to another.

use crate::common::scenarios::{Choices, TICK, expose_to_time, random_world, share_links};
use rollcast::model::{Latent, Probability, Release, World};
use rollcast::random::Law;
use rollcast::rollout::{
    AfterFailure, Campaign, Canary, CanaryRobots, DeploymentConfig, Pick, Recovery, RoboMaker, Sync,
};

/// A random world in which robots may join later, with a latent fault and an old version.
pub fn random_campaign_world(choices: &mut Choices) -> World {
    let mut world = random_world(choices, 40);
    match choices.below(3) {
        0 => {}
        1 => expose_to_time(choices, &mut world),
        _ => {
            expose_to_time(choices, &mut world);
            share_links(choices, &mut world);
        }
    }
    let law = |choices: &mut Choices| match choices.below(3) {
        0 => Law::constant((TICK * choices.below(40)) as f64),
        1 => Law::samples(vec![0.0, 0.0, (TICK * 4) as f64, (TICK * 100) as f64]),
        _ => Law::exponential(200_000.0),
    };
    for cohort in &mut world.fleet.cohorts {
        cohort.joins = choices.sometimes(30, |choices| law(choices).unwrap());
        for script in cohort.scripts.iter_mut() {
            script.repeat = choices.pick(&[0.0, 0.3, 0.7, 1.0]);
        }
    }
    world.release.latent = choices.sometimes(50, |choices| Latent {
        failure: choices.pick(&[
            Probability::Constant(0.02),
            Probability::Constant(0.5),
            Probability::Beta {
                mean: 0.05,
                correlation: 0.2,
            },
        ]),
        after: law(choices).unwrap(),
    });
    let bundle = choices.pick(&[world.release.bundle, [Some(1), Some(1_000_000), None]]);
    world.previous = Some(Release {
        version: "6".to_owned(),
        number: 0,
        bundle,
        latent: None,
    });
    world
}

/// Random jobs around a main job in a world.
pub fn random_campaign(choices: &mut Choices, world: &World) -> Campaign {
    let n = u64::from(world.fleet.robots());
    let config = |choices: &mut Choices| DeploymentConfig {
        concurrent_deployment_percentage: choices
            .sometimes(50, |choices| 1 + choices.below(100) as u8),
        failure_threshold_percentage: choices.sometimes(70, |choices| 1 + choices.below(100) as u8),
        robot_deployment_timeout: choices
            .sometimes(30, |choices| 60_000 + TICK * choices.below(40)),
    };
    let wait = |choices: &mut Choices| TICK * choices.pick(&[0, 0, 1, 7, 60, 2_000]);
    let canary = choices.sometimes(60, |choices| Canary {
        robots: match choices.below(4) {
            0 => {
                let cohorts = world.fleet.cohorts.len() as u64;
                CanaryRobots::Cohorts(vec![choices.below(cohorts) as u16])
            }
            1 => CanaryRobots::Share(1 + choices.below(1_000_000) as u32, Pick::Random),
            2 => CanaryRobots::Count(1 + choices.below(n) as u32, Pick::File),
            _ => CanaryRobots::Count(1 + choices.below(n) as u32, Pick::Random),
        },
        config: config(choices),
        soak: wait(choices),
        rejoin: choices.percent(30),
    });
    let sync = choices.sometimes(70, |choices| Sync {
        times: 1 + choices.below(4) as u32,
        until: choices.pick(&[1_000_000, 900_000, 500_000]),
        interval: wait(choices),
        after_failure: choices.pick(&[
            AfterFailure::Never,
            AfterFailure::Syncs,
            AfterFailure::Always,
        ]),
    });
    let recovery = choices.sometimes(60, |choices| Recovery {
        config: config(choices),
        delay: wait(choices),
    });
    Campaign {
        canary,
        sync,
        recovery,
    }
}

/// Rules under which jobs succeed about as often as not.
pub fn lenient(choices: &mut Choices, rules: RoboMaker) -> RoboMaker {
    if choices.percent(40) {
        return rules;
    }
    let threshold = choices.pick(&[50, 80, 100]);
    RoboMaker {
        failure_threshold_percentage: threshold,
        cancel: None,
        job_faults: Vec::new(),
        ..rules
    }
}

/// Turns a campaign with a canary into one in which a latent fault tends to be found late in a long soak, often with nothing to follow.
pub fn find_faults_late(choices: &mut Choices, world: &mut World, campaign: &mut Campaign) {
    let Some(canary) = &mut campaign.canary else {
        return;
    };
    canary.soak = TICK * 2_000;
    campaign.recovery = campaign.recovery.take().filter(|_| choices.percent(30));
    let failure = Probability::Constant(choices.pick(&[0.1, 0.5]));
    world.release.latent = Some(Latent {
        failure,
        after: Law::exponential(3_000_000.0).unwrap(),
    });
}
