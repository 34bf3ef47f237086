//! Random small scenarios that use every feature of the model, and by design have many events at one instant: durations are mostly
//! multiples of a few seconds, zero among them, and so are timeouts and recoveries.

use rollcast::model::{
    Breach, Cohort, Extraction, FLEET_TIMEOUT_MAX_MS, FailureCode, Fault, Fleet, JobFault, Luck, Ms, OnStop, Order, Probability,
    ROBOT_TIMEOUT_MAX_MS, ROBOT_TIMEOUT_MIN_MS, Release, RoboMaker, Rounding, Script, World,
};
use rollcast::random::Law;

/// What durations are multiples of [ms].
const TICK: u64 = 5_000;

/// The size of most bundles [bytes]; a multiple of what a robot downloads in a tick.
const BUNDLE: u64 = 10_000_000;

/// A generator of choices: SplitMix64 (Steele, Lea and Flood 2014).
pub struct Choices(u64);

impl Choices {
    pub fn new(seed: u64) -> Choices {
        let mut choices = Choices(seed);
        choices.word();
        choices
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from 0 to `bound` − 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize].clone()
    }

    /// A number from 0 to `most`.
    fn share(&mut self, most: f64) -> f64 {
        most * self.below(1001) as f64 / 1000.0
    }

    fn sometimes<T>(&mut self, percent: u64, make: impl FnOnce(&mut Choices) -> T) -> Option<T> {
        self.percent(percent).then(|| make(self))
    }
}

/// How much goes wrong in a world.
struct Severity {
    /// The greatest probability of a mishap.
    most: f64,
    /// What some mishaps have instead where robots fail together. One law a world: to compile it is what costs most here.
    together: Option<Probability>,
}

impl Severity {
    fn random(choices: &mut Choices) -> Severity {
        let most = choices.pick(&[0.0, 0.02, 0.1, 0.25, 0.5]);
        let together = choices.sometimes(6, |choices| Probability::Beta { mean: 0.07, correlation: choices.pick(&[0.05, 0.1]) });
        Severity { most, together }
    }

    /// The probability of one of so many mishaps that exclude each other.
    fn probability(&self, choices: &mut Choices, mishaps: u32) -> Probability {
        match self.together {
            Some(together) if choices.percent(50) => together,
            _ => Probability::Constant(choices.share(self.most / f64::from(mishaps))),
        }
    }
}

/// A random world with up to `robots` robots.
pub fn random_world(choices: &mut Choices, robots: u32) -> World {
    let total = 1 + choices.below(u64::from(robots)) as u32;
    let cohorts = 1 + choices.below(4).min(u64::from(total) - 1) as u32;
    let severity = Severity::random(choices);
    World {
        seed: choices.word(),
        release: Release { version: "7".to_owned(), bundle: random_bundles(choices) },
        luck: choices.pick(&[Luck::Shared, Luck::PerCohort]),
        fleet: Fleet {
            cohorts: (0..cohorts)
                .map(|number| {
                    let robots = total / cohorts + u32::from(number < total % cohorts);
                    random_cohort(choices, format!("cohort {number}"), robots, &severity)
                })
                .collect(),
        },
    }
}

fn random_bundles(choices: &mut Choices) -> [Option<u64>; 3] {
    let mut size = |given| choices.sometimes(given, |choices| choices.pick(&[0, 1, BUNDLE, 2 * BUNDLE, 12_345_677]));
    [size(95), size(80), size(60)]
}

fn random_cohort(choices: &mut Choices, name: String, robots: u32, severity: &Severity) -> Cohort {
    let some = choices.below(u64::from(robots) + 1) as u32;
    let architectures = match choices.below(6) {
        0 => [robots - some, some, 0],
        1 => [some / 2, robots - some, some - some / 2],
        2 => [0, 0, robots],
        _ => [robots, 0, 0],
    };
    Cohort {
        name,
        robots,
        architectures,
        dead: choices.sometimes(25, |choices| choices.below(u64::from(robots) + 1) as u32 / 2).unwrap_or(0),
        download_rate: random_rate(choices),
        extraction: choices.sometimes(50, |choices| match choices.below(2) {
            0 => Extraction::Rate(random_rate(choices)),
            _ => Extraction::Duration(random_duration(choices)),
        }),
        validating: choices.sometimes(50, random_duration),
        download_condition: choices.sometimes(40, |choices| random_script(choices, severity)),
        pre_launch: choices.sometimes(50, |choices| random_script(choices, severity)),
        launching: choices.sometimes(50, random_duration),
        post_launch: choices.sometimes(40, |choices| random_script(choices, severity)),
        faults: random_faults(choices, severity),
        recovery: TICK * choices.pick(&[0, 0, 1, 2, 3, 12, 720]),
    }
}

/// A law of durations [ms].
fn random_duration(choices: &mut Choices) -> Law {
    let ticks = |choices: &mut Choices| (TICK * choices.below(6)) as f64;
    match choices.below(8) {
        0 => Law::constant(0.0),
        1..=3 => Law::constant(ticks(choices)),
        4 => Law::samples(vec![0.0, ticks(choices), ticks(choices), ticks(choices)]),
        5 => Law::uniform(0.0, 40_000.0),
        6 => Law::exponential(15_000.0),
        _ => Law::lognormal(12_000.0, 1.0),
    }
    .unwrap()
}

/// A law of rates [bit/s] under which a bundle takes ticks, for ever, or anything.
fn random_rate(choices: &mut Choices) -> Law {
    match choices.below(20) {
        0 => Law::constant(0.0),
        1 => Law::samples(vec![0.0, 16e6, 16e6, 8e6]),
        2..=5 => Law::lognormal(12e6, 0.7),
        6..=10 => Law::samples(vec![4e6, 8e6, 16e6]),
        _ => Law::constant(16e6),
    }
    .unwrap()
}

fn random_script(choices: &mut Choices, severity: &Severity) -> Script {
    Script {
        duration: random_duration(choices),
        failure: severity.probability(choices, 1),
        fails_after: choices.sometimes(40, random_duration),
        hang: if choices.percent(30) { severity.probability(choices, 2) } else { Probability::NEVER },
        repeat: 1.0,
    }
}

fn random_faults(choices: &mut Choices, severity: &Severity) -> Vec<Fault> {
    let likely = choices.pick(&[0, 0, 10, 40]);
    let codes = FailureCode::ALL.into_iter().filter_map(|code| code.fault_stage().map(|stage| (code, stage)));
    codes
        .filter_map(|(code, stage)| {
            choices.sometimes(likely, |choices| Fault {
                code,
                stage,
                probability: severity.probability(choices, 14),
                fails_after: choices.sometimes(40, random_duration),
            })
        })
        .collect()
}

/// Random rules; the robot timeout and the fleet timeout are often short enough to cut.
pub fn random_rules(choices: &mut Choices) -> RoboMaker {
    let preparing = choices.pick(&[0, 7_000, TICK]);
    RoboMaker {
        concurrent_deployment_percentage: random_percentage(choices),
        failure_threshold_percentage: random_percentage(choices),
        robot_deployment_timeout: random_robot_timeout(choices),
        fleet_timeout: random_fleet_timeout(choices, preparing),
        preparing,
        rounding: choices.pick(&[Rounding::Floor, Rounding::Ceil]),
        order: choices.pick(&[Order::Shuffled, Order::File]),
        breach: choices.pick(&[Breach::Reach, Breach::Exceed]),
        on_stop: choices.pick(&[OnStop::Drain, OnStop::Abort]),
        job_faults: random_job_faults(choices),
    }
}

fn random_percentage(choices: &mut Choices) -> u8 {
    let most = choices.pick(&[10, 30, 100]);
    1 + choices.below(most) as u8
}

fn random_robot_timeout(choices: &mut Choices) -> Ms {
    let ticks = choices.pick(&[0, 0, 1, 2, 4, 10, 60]);
    match choices.below(4) {
        0 => ROBOT_TIMEOUT_MAX_MS,
        _ => ROBOT_TIMEOUT_MIN_MS + TICK * ticks,
    }
}

fn random_fleet_timeout(choices: &mut Choices, preparing: Ms) -> Ms {
    match choices.below(2) {
        0 => FLEET_TIMEOUT_MAX_MS,
        _ => ROBOT_TIMEOUT_MIN_MS + preparing + TICK * choices.below(80),
    }
}

fn random_job_faults(choices: &mut Choices) -> Vec<JobFault> {
    if choices.percent(90) {
        return Vec::new();
    }
    let codes = FailureCode::ALL.into_iter().filter(|code| code.strikes_job());
    codes.map(|code| JobFault { code, probability: choices.share(0.15) }).collect()
}
