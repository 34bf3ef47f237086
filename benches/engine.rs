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
    Cohort, Connectivity, Extraction, FailureCode, Fault, FaultStage, Fleet, Interrupted, Luck,
    Probability, Release, Script, Scripts, SharedLink, WatchEnd, World,
};
use rollcast::random::Law;
use rollcast::rollout::{Engine, Order, RoboMaker, Setting};
use rollcast::sim::{Dice, Player};

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
        first_index: 0,
        name: "robots".to_owned(),
        robots: n,
        architectures: [n, 0, 0],
        dead: 0,
        download_rate: lognormal(20e6, 0.8),
        rate_trace: None,
        extraction: Some(Extraction::Duration(lognormal(20e3, 0.4))),
        validating: Some(lognormal(5e3, 0.5)),
        launching: Some(lognormal(15e3, 0.3)),
        scripts: Scripts([None, script(10e3), script(20e3)]),
        faults: Vec::new(),
        recovery: 0,
        connectivity: None,
        windows: None,
        link: None,
        joins: None,
        inventory: Default::default(),
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
        release: Release {
            number: 0,
            version: "1".to_owned(),
            bundle: [Some(200_000_000), None, None],
            latent: None,
        },
        previous: None,
        luck: Luck::Shared,
        fleet: Fleet {
            cohorts: vec![cohort],
        },
        links: Vec::new(),
        preparing: Law::constant(7_000.0).expect("parameters of the bench"),
        watch: WatchEnd::AtLeast(rollcast::model::Instant::CREATION),
    }
}

/// Model A with robots that are online for 8 hours and offline for 12 minutes on average.
fn on_and_off(n: u32) -> World {
    let exponential =
        |minutes: f64| Law::exponential(minutes * 60e3).expect("parameters of the bench");
    let mut world = model_a(n);
    let connectivity =
        Connectivity::new(exponential(480.0), exponential(12.0), Interrupted::Resumes);
    world.fleet.cohorts[0].connectivity = Some(connectivity.expect("parameters of the bench"));
    world
}

/// Model A over one link, which carries so much of what a full window could take.
fn over_a_link(n: u32, download_rate: Law, share: f64) -> World {
    let mut world = model_a(n);
    let capacity = (f64::from(n) * 0.2 * download_rate.mean() * share) as u64;
    world.links.push(SharedLink {
        name: "link".to_owned(),
        capacity,
    });
    world.fleet.cohorts[0].link = Some(0);
    world.fleet.cohorts[0].download_rate = download_rate;
    world
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
        let laws = [
            law(5e3, 0.5),
            law(20e6, 0.8),
            law(20e3, 0.4),
            law(10e3, 0.4),
            law(15e3, 0.3),
            law(20e3, 0.4),
        ];
        Variates {
            laws,
            rng: SmallRng::seed_from_u64(1),
        }
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

#[expect(
    clippy::disallowed_methods,
    reason = "the yardstick's exp, which reaches no output"
)]
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
    peak_memory(1_000_000);
    println!("model A: medians of {ROUNDS} rounds in ns a robot, and ratios to the variates alone");
    println!("robots in file order; shuffled: in a fresh random order, which is the default");
    let heads = [
        "robots",
        "variates libm",
        "platform exp",
        "replication",
        "/ libm",
        "/ platf.",
        "shuffled",
        "/ libm",
    ];
    print!("{}", heads.map(|head| format!("{head:>14}")).concat());
    println!(
        "{:>14}{:>14}{:>16}",
        "draws", "next setting", "100 thresholds"
    );
    for n in [1_000, 10_000, 100_000, 1_000_000] {
        let [
            libm,
            platform,
            replication,
            shuffled,
            draws,
            next,
            thresholds,
        ] = measure(n);
        println!(
            "{n:>14}{libm:>14.1}{platform:>14.1}{replication:>14.1}{:>14.2}{:>14.2}{shuffled:>14.1}{:>14.2}{draws:>14.1}{next:>14.1}{:>16}",
            replication / libm,
            replication / platform,
            shuffled / libm,
            format!(
                "+{:.2} us each",
                (thresholds - next) * f64::from(n) / 1000.0 / 99.0
            ),
        );
    }
    println!();
    println!(
        "model A, shuffled, from scratch, in other worlds: ns a robot, and ratios to robots that are always online and never meet"
    );
    println!(
        "on/off: 8 h / 12 min, exponential; link: at half of what a full window could take, lognormal and equal rates;"
    );
    println!(
        "wide link: ten times what a full window could take, so that robots are stepped but never held up"
    );
    let heads = [
        "robots",
        "always",
        "on/off",
        "/ always",
        "wide link",
        "link",
        "equal rates",
    ];
    println!("{}", heads.map(|head| format!("{head:>14}")).concat());
    for n in [1_000, 10_000, 100_000] {
        let [always, on_off, wide, link, equal] = measure_worlds(n);
        println!(
            "{n:>14}{always:>14.1}{on_off:>14.1}{:>14.2}{wide:>14.0}{link:>14.0}{equal:>14.0}",
            on_off / always
        );
    }
    println!();
    two_threads(10_000);
}

fn measure_worlds(n: u32) -> [f64; 5] {
    let equal = Law::constant(20e6).expect("parameters of the bench");
    let rates = || lognormal(20e6, 0.8);
    let links = [
        over_a_link(n, rates(), 10.0),
        over_a_link(n, rates(), 0.5),
        over_a_link(n, equal, 0.5),
    ];
    let [wide, link, equal] = links;
    let worlds = [model_a(n), on_and_off(n), wide, link, equal];
    let dice = worlds.each_ref().map(Dice::new);
    let mut players = dice.each_ref().map(Player::new);
    let setting = setting(n, Order::Shuffled, 20, 25);
    let mut times: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS / 3 {
        for (player, times) in players.iter_mut().zip(&mut times) {
            times.push(ns_per_robot(n, |replication| {
                player.draw(replication);
                black_box(player.play(&setting));
            }));
        }
    }
    times.map(median)
}

/// The rules of model A in a fleet of `n` robots.
fn setting(n: u32, order: Order, concurrency: u8, threshold: u8) -> Setting {
    let rules = RoboMaker {
        order,
        concurrent_deployment_percentage: concurrency,
        failure_threshold_percentage: threshold,
        ..RoboMaker::default()
    };
    rules.setting(n)
}

fn measure(n: u32) -> [f64; 7] {
    let world = model_a(n);
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    let first = setting(n, Order::File, 20, 25);
    let shuffled = setting(n, Order::Shuffled, 20, 25);
    let next = setting(n, Order::File, 21, 25);
    let mut thresholds: Vec<Setting> = (1..=100)
        .map(|threshold| setting(n, Order::File, 21, threshold))
        .collect();
    thresholds.sort();
    let mut variates = Variates::new();
    let rounds = if n >= 1_000_000 { ROUNDS / 3 } else { ROUNDS };
    let mut times: [Vec<f64>; 7] = Default::default();
    for _ in 0..rounds {
        times[0].push(ns_per_robot(n, |_| {
            black_box(variates.draw(n, libm::exp));
        }));
        times[1].push(ns_per_robot(n, |_| {
            black_box(variates.draw(n, platform_exp));
        }));
        for (time, setting) in [(2, &first), (3, &shuffled)] {
            times[time].push(ns_per_robot(n, |replication| {
                player.draw(replication);
                black_box(player.play(setting));
            }));
        }
        times[4].push(ns_per_robot(n, |replication| player.draw(replication)));
        // Other fates each time: a processor learns the turns of a play that it has seen.
        let mut players: Vec<Player> = (0..(200_000 / n).max(1))
            .map(|_| Player::new(&dice))
            .collect();
        for (time, settings) in [(5, std::slice::from_ref(&next)), (6, &thresholds)] {
            for (replication, player) in players.iter_mut().enumerate() {
                player.draw(replication as u64);
                player.play(&first);
            }
            times[time].push(ns_per_robot(n, |replication| {
                black_box(players[replication as usize].play_all(settings));
            }));
        }
    }
    times.map(median)
}

/// Two threads against one over the same replications.
fn two_threads(n: u32) {
    const REPLICATIONS: u64 = 1000;
    let world = model_a(n);
    let dice = Dice::new(&world);
    let setting = setting(n, Order::Shuffled, 20, 25);
    let play = |share: u64, shares: u64| {
        let mut player = Player::new(&dice);
        for replication in (share..REPLICATIONS).step_by(shares as usize) {
            player.draw(replication);
            black_box(player.play(&setting));
        }
    };
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        play(0, 1);
        let one = began.elapsed();
        let began = Instant::now();
        std::thread::scope(|threads| {
            for share in 0..2 {
                let play = &play;
                threads.spawn(move || play(share, 2));
            }
        });
        ratios.push(one.as_secs_f64() / began.elapsed().as_secs_f64());
    }
    println!(
        "two threads over {REPLICATIONS} replications of {n} robots, shuffled: {:.2} times one",
        median(ratios)
    );
}

/// The peak memory of this process after one replication, where the system tells it.
fn peak_memory(n: u32) {
    let world = model_a(n);
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    player.draw(0);
    black_box(player.record(&setting(n, Order::Shuffled, 20, 25)));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        println!(
            "peak memory of one recorded replication of {n} robots, shuffled: {}",
            peak.trim()
        );
    }
}
