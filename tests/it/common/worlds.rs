//! Worlds and settings built by hand: a bare cohort takes no time and never fails, and a test adds what it is about.

use std::sync::Arc;

use rollcast::model::{
    Cohort, FLEET_TIMEOUT_MAX_MS, FailureCode, Fault, FaultStage, Fleet, Instant, Luck, Ms,
    Probability, ROBOT_TIMEOUT_MAX_MS, Release, Script, Scripts, WatchEnd, World,
};
use rollcast::random::Law;
use rollcast::rollout::{
    Admission, Breach, OnStop, Order, Pacing, RoboMaker, Rounding, Setting, Stop,
};

/// A second [ms].
pub const S: f64 = 1000.0;

/// A number of failures that no fleet reaches.
pub const UNSTOPPABLE: u32 = u32::MAX;

/// Always so many seconds.
pub fn constant(s: f64) -> Law {
    Law::constant(s * S).unwrap()
}

/// Exponential with a mean of so many seconds.
pub fn exponential(s: f64) -> Law {
    Law::exponential(s * S).unwrap()
}

/// Lognormal with a median of so many seconds.
pub fn lognormal(median_s: f64, sigma: f64) -> Law {
    Law::lognormal(median_s * S, sigma).unwrap()
}

/// A script that runs for `duration` whether it fails, which it does with probability `failure`, or not.
pub fn script(duration: Law, failure: f64) -> Script {
    let failure = Probability::Constant(failure);
    Script {
        duration,
        failure,
        fails_after: None,
        hang: Probability::NEVER,
        repeat: 1.0,
    }
}

/// A fault that lasts as long as its stage.
pub fn fault(code: FailureCode, stage: FaultStage, probability: f64) -> Fault {
    Fault {
        code,
        stage,
        probability: Probability::Constant(probability),
        fails_after: None,
    }
}

/// Robots of one architecture whose deployments take no time and never fail.
pub fn bare(name: &str, robots: u32) -> Cohort {
    Cohort {
        name: name.to_owned(),
        first_index: 0,
        robots,
        architectures: [robots, 0, 0],
        dead: 0,
        download_rate: Law::constant(8e6).unwrap(),
        rate_trace: None,
        extraction: None,
        validating: None,
        launching: None,
        scripts: Scripts::default(),
        faults: Vec::new(),
        recovery: 0,
        connectivity: None,
        windows: None,
        link: None,
        joins: None,
        inventory: Arc::new([]),
    }
}

/// Robots that do nothing but run one script.
pub fn scripted(name: &str, robots: u32, script: Script) -> Cohort {
    Cohort {
        scripts: Scripts([None, Some(script), None]),
        ..bare(name, robots)
    }
}

/// Robots that never answer.
pub fn dead(name: &str, robots: u32) -> Cohort {
    Cohort {
        dead: robots,
        ..bare(name, robots)
    }
}

/// A fleet and a release of no size; no links, no preparing.
pub fn world(seed: u64, cohorts: Vec<Cohort>) -> World {
    World {
        seed,
        release: Release {
            version: "1".to_owned(),
            number: 0,
            bundle: [Some(0), Some(0), Some(0)],
            latent: None,
        },
        previous: None,
        luck: Luck::Shared,
        fleet: Fleet { cohorts },
        links: Vec::new(),
        preparing: constant(0.0),
        watch: WatchEnd::AtLeast(Instant::CREATION),
    }
}

/// A fleet of one cohort whose robots do nothing but run one script.
pub fn one_script(seed: u64, robots: u32, duration: Law, failure: f64) -> World {
    world(
        seed,
        vec![scripted("robots", robots, script(duration, failure))],
    )
}

/// A window and a number of failures that stops; file order, drain, the longest timeouts.
pub fn setting(window: u32, failures_to_stop: u32) -> Setting {
    Setting {
        order: Order::File,
        robot_timeout: ROBOT_TIMEOUT_MAX_MS,
        admission: Admission::window(
            window,
            Instant::at(FLEET_TIMEOUT_MAX_MS),
            RoboMaker::FLEET_TIMEOUT,
        ),
        job_faults: Vec::new(),
        stops: vec![Stop {
            on_stop: OnStop::Drain,
            ended_by: RoboMaker::BREACH,
            failures: failures_to_stop,
        }],
    }
}

/// The same with a robot timeout.
pub fn setting_with_timeout(window: u32, failures_to_stop: u32, robot_timeout: Ms) -> Setting {
    Setting {
        robot_timeout,
        ..setting(window, failures_to_stop)
    }
}

/// Rules by percentage with every option at its default, in file order.
pub fn rules(concurrency: u8, threshold: u8) -> RoboMaker {
    RoboMaker {
        concurrent_deployment_percentage: concurrency,
        failure_threshold_percentage: threshold,
        robot_deployment_timeout: 18_000_000,
        fleet_timeout: FLEET_TIMEOUT_MAX_MS,
        cancel: None,
        rounding: Rounding::Floor,
        pacing: Pacing::Sliding,
        order: Order::File,
        breach: Breach::Reach,
        on_stop: OnStop::Drain,
        job_faults: Vec::new(),
    }
}
