//! How fast one replication is, as ratios within one run.
//!
//! The reference model A: n robots through a window of 20 %, six lognormal draws a robot (validating, download speed, extraction,
//! three scripts), three scripts that fail with 1 % each, a robot timeout, a threshold of 25 %. The yardstick is what any
//! simulation written with rand_distr pays before it simulates anything: the variates of the model alone, from its fastest
//! generator. It is given twice: with the exp that rand_distr has by default (libm's, the same bits everywhere), and with
//! that of the platform (its feature std_math), which is faster and not portable.
//!
//! `cargo bench --bench engine` prints medians over rounds in which every contestant takes its turn.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::hint::black_box;
use std::time::Instant;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rollcast::model::{
    Cohort, Extraction, FailureCode, Fault, FaultStage, Fleet, Luck, Order, Probability, Release, RoboMaker, Script, World,
};
use rollcast::random::Law;
use rollcast::sim::{Dice, Player, Setting};

const ROUNDS: usize = 31;

fn lognormal(median: f64, sigma: f64) -> Law {
    Law::lognormal(median, sigma).expect("parameters of the bench")
}

fn script(median_ms: f64) -> Option<Script> {
    Some(Script {
        duration: lognormal(median_ms, 0.4),
        failure: Probability::Constant(0.01),
        fails_after: None,
        hang: Probability::NEVER,
        repeat: 1.0,
    })
}

/// Model A with `n` robots.
fn model_a(n: u32) -> World {
    let mut cohort = Cohort {
        name: "robots".to_owned(),
        robots: n,
        architectures: [n, 0, 0],
        dead: 0,
        download_rate: lognormal(20e6, 0.8),
        extraction: Some(Extraction::Duration(lognormal(20e3, 0.4))),
        validating: Some(lognormal(5e3, 0.5)),
        download_condition: None,
        pre_launch: script(10e3),
        launching: Some(lognormal(15e3, 0.3)),
        post_launch: script(20e3),
        faults: Vec::new(),
        recovery: 0,
    };
    // The model has three failing scripts and one launch step; the third failure is a fault of the launch.
    cohort.faults.push(Fault {
        code: FailureCode::EnvironmentSetupError,
        stage: FaultStage::Launching,
        probability: Probability::Constant(0.01),
        fails_after: None,
    });
    World {
        seed: 1,
        release: Release { version: "1".to_owned(), bundle: [Some(200_000_000), None, None] },
        luck: Luck::Shared,
        fleet: Fleet { cohorts: vec![cohort] },
    }
}

/// The variates of model A, drawn as most simulations draw them.
///
/// `LogNormal` is `exp` of a scaled `StandardNormal`; spelled out, because a build has only one of the two `exp`, and this one
/// has the platform's through plotters.
struct Variates {
    laws: [(f64, f64); 6],
    rng: SmallRng,
}

impl Variates {
    fn new() -> Variates {
        let law = |median: f64, sigma| (libm::log(median), sigma);
        let laws = [law(5e3, 0.5), law(20e6, 0.8), law(20e3, 0.4), law(10e3, 0.4), law(15e3, 0.3), law(20e3, 0.4)];
        Variates { laws, rng: SmallRng::seed_from_u64(1) }
    }

    fn draw(&mut self, n: u32, exp: impl Fn(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        for _ in 0..n {
            for (mu, sigma) in &self.laws {
                let z: f64 = StandardNormal.sample(&mut self.rng);
                sum += exp(mu + sigma * z);
            }
            for _ in 0..3 {
                sum += f64::from(u8::from(self.rng.random::<f64>() < 0.01));
            }
        }
        sum
    }
}

#[expect(clippy::disallowed_methods, reason = "the yardstick's exp, which reaches no output")]
fn platform_exp(x: f64) -> f64 {
    x.exp()
}

/// Nanoseconds a robot of one call, after enough calls to last a while.
fn ns_per_robot(n: u32, mut call: impl FnMut(u64)) -> f64 {
    let calls = (200_000 / n).max(1);
    let began = Instant::now();
    for i in 0..calls {
        call(i.into());
    }
    began.elapsed().as_secs_f64() * 1e9 / f64::from(calls) / f64::from(n)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    println!("model A: medians of {ROUNDS} rounds in ns a robot, and ratios to the variates alone");
    println!(
        "{:>9} {:>14} {:>14} {:>12} {:>9} {:>9} {:>8} {:>13}",
        "robots", "variates libm", "platform exp", "replication", "/ libm", "/ platf.", "draws", "next setting"
    );
    for n in [1_000, 10_000, 100_000, 1_000_000] {
        let [libm, platform, replication, draws, next] = measure(n);
        println!(
            "{n:>9} {libm:>14.1} {platform:>14.1} {replication:>12.1} {:>9.2} {:>9.2} {draws:>8.1} {next:>13.1}",
            replication / libm,
            replication / platform
        );
    }
}

fn measure(n: u32) -> [f64; 5] {
    let world = model_a(n);
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    let rules = |percent| RoboMaker { order: Order::File, concurrent_deployment_percentage: percent, ..RoboMaker::default() };
    let (setting, next) = (Setting::new(&rules(20), n), Setting::new(&rules(21), n));
    let mut variates = Variates::new();
    let rounds = if n >= 1_000_000 { ROUNDS / 3 } else { ROUNDS };
    let mut times: [Vec<f64>; 5] = Default::default();
    for _ in 0..rounds {
        times[0].push(ns_per_robot(n, |_| {
            black_box(variates.draw(n, libm::exp));
        }));
        times[1].push(ns_per_robot(n, |_| {
            black_box(variates.draw(n, platform_exp));
        }));
        times[2].push(ns_per_robot(n, |replication| {
            player.draw(replication);
            black_box(player.play(&setting));
        }));
        times[3].push(ns_per_robot(n, |replication| player.draw(replication)));
        // Other fates each time: a processor learns the turns of a play that it has seen.
        let mut players: Vec<Player> = (0..(200_000 / n).max(1)).map(|_| Player::new(&dice)).collect();
        for (replication, player) in players.iter_mut().enumerate() {
            player.draw(replication as u64);
            player.play(&setting);
        }
        times[4].push(ns_per_robot(n, |replication| {
            black_box(players[replication as usize].play(&next));
        }));
    }
    times.map(median)
}
