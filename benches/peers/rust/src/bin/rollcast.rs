//! Model A in rollcast, through its library: every seed is a replication that is drawn and played on one thread.
//!
//! Robots start in file order, as in the peers; with `ORDER=shuffled` in the environment in a fresh random order, rollcast's
//! default. The tables of the six laws are built once and are not in the time, as the peers' parameters are not; what they take
//! goes to standard error.

use std::time;

use peers::model_a::{self, Parameters, StepParameters};
use rollcast::rollout::{Engine, Order, RoboMaker};
use rollcast::model::{Cohort, Extraction, FailureCode, Fault, FaultStage, Fleet, Instant, Luck, Probability, Release, Script, Scripts, WatchEnd, World};
use rollcast::random::Law;
use rollcast::sim::{Dice, Outcome, Player};

fn world(parameters: &Parameters, n: u32) -> World {
    let [validating, download_rate, extracting, pre_launch, launching, post_launch] = &parameters.steps;
    let law = |step: &StepParameters, unit| Law::lognormal(step.median * unit, step.sigma).expect("a lognormal law");
    let duration = |step: &StepParameters| law(step, 1000.0);
    let script = |step: &StepParameters| {
        Some(Script {
            duration: duration(step),
            failure: Probability::Constant(step.failure),
            fails_after: None,
            hang: Probability::NEVER,
            repeat: 1.0,
        })
    };
    let steps_without_failure = [validating, download_rate, extracting];
    assert!(steps_without_failure.iter().all(|step| step.failure == 0.0), "only scripts and the launch fail in model A");
    let cohort = Cohort {
        name: "robots".to_owned(),
        first_index: 0,
        robots: n,
        architectures: [n, 0, 0],
        dead: 0,
        download_rate: law(download_rate, 1.0),
        rate_trace: None,
        extraction: Some(Extraction::Duration(duration(extracting))),
        validating: Some(duration(validating)),
        launching: Some(duration(launching)),
        scripts: Scripts([None, script(pre_launch), script(post_launch)]),
        faults: vec![Fault {
            code: FailureCode::EnvironmentSetupError,
            stage: FaultStage::Launching,
            probability: Probability::Constant(launching.failure),
            // At the end of the launch, as in the peers.
            fails_after: None,
        }],
        recovery: 0,
        connectivity: None,
        windows: None,
        link: None,
        joins: None,
        inventory: Default::default(),
    };
    let bundle = (parameters.bundle_bits / 8.0) as u64;
    World {
        seed: 1,
        release: Release { version: "1".to_owned(), number: 0, bundle: [Some(bundle), None, None], latent: None },
        previous: None,
        luck: Luck::Shared,
        fleet: Fleet { cohorts: vec![cohort] },
        links: Vec::new(),
        preparing: Law::constant(parameters.preparing_s as f64 * 1000.0).expect("a constant law"),
        watch: WatchEnd::AtLeast(Instant::CREATION),
    }
}

fn main() {
    let (parameters, n, seeds) = model_a::arguments();
    let order = if std::env::var("ORDER").as_deref() == Ok("shuffled") { Order::Shuffled } else { Order::File };
    let rules = RoboMaker {
        order,
        concurrent_deployment_percentage: parameters.concurrency_percent as u8,
        failure_threshold_percentage: parameters.threshold_percent as u8,
        robot_deployment_timeout: parameters.robot_timeout_s * 1000,
        ..RoboMaker::default()
    };
    let world = world(&parameters, n);
    let setting = rules.setting(n);
    let began = time::Instant::now();
    let dice = Dice::new(&world);
    eprintln!("{}", began.elapsed().as_secs_f64());

    let peer = |outcome: Outcome| model_a::Outcome {
        job_duration: outcome.ended_at.ms(),
        drained: outcome.drained.ms(),
        started: outcome.started(),
        failed: outcome.failed,
    };
    model_a::report(|| {
        let mut player = Player::new(&dice);
        let play = |seed| {
            player.draw(seed);
            peer(player.play(&setting))
        };
        seeds.map(play).collect()
    });
}
