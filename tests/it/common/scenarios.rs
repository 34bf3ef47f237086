//! Random small scenarios that use every feature of the model, and by design have many events at one instant: durations are mostly
//! multiples of a few seconds, zero among them, and so are timeouts and recoveries, spells and windows.
//!
//! In a [`random_world`] a robot's deployment depends on nothing but itself. [`expose_to_time`] adds what makes it depend on when it
//! starts, [`share_links`] what makes it depend on others.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::common::split_mix;
use rollcast::model::{
    Architecture, Cohort, Connectivity, Extraction, FLEET_TIMEOUT_MAX_MS, FailureCode, Fault,
    Fleet, Hours, Instant, Interrupted, JobFault, ListedRobot, LocalSteps, Luck, Ms, PresenceLog,
    Probability, ROBOT_TIMEOUT_MAX_MS, ROBOT_TIMEOUT_MIN_MS, RateTrace, RecordedRobot, Release,
    Script, Scripts, SharedLink, Spells, Start, WatchEnd, Windows, World, Zone,
};
use rollcast::random::Law;
use rollcast::rollout::{Breach, OnStop, Order, Pacing, RoboMaker, Rounding};

/// What durations are multiples of [ms].
pub const TICK: Ms = 5_000;

/// The rate of many robots [bit/s]; so round a number that it counts in full on a link.
const RATE: u64 = 16_384_000;

/// The size of most bundles [bytes]: what a robot of that rate downloads in a tick.
const BUNDLE: u64 = RATE / 8 * TICK / 1000;

/// A generator of choices.
pub struct Choices(u64);

impl Choices {
    pub fn new(seed: u64) -> Choices {
        let mut choices = Choices(seed);
        choices.word();
        choices
    }

    fn word(&mut self) -> u64 {
        split_mix(&mut self.0)
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

    pub fn sometimes<T>(
        &mut self,
        percent: u64,
        make: impl FnOnce(&mut Choices) -> T,
    ) -> Option<T> {
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
        let together = choices.sometimes(6, |choices| Probability::Beta {
            mean: 0.07,
            correlation: choices.pick(&[0.05, 0.1]),
        });
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
        release: Release {
            version: "7".to_owned(),
            number: 0,
            bundle: random_bundles(choices),
            latent: None,
        },
        previous: None,
        luck: choices.pick(&[Luck::Shared, Luck::PerCohort]),
        fleet: Fleet {
            cohorts: (0..cohorts)
                .map(|number| {
                    let robots = total / cohorts + u32::from(number < total % cohorts);
                    random_cohort(choices, format!("cohort {number}"), robots, &severity)
                })
                .collect(),
        },
        links: Vec::new(),
        preparing: random_preparing(choices),
        watch: WatchEnd::AtLeast(Instant::CREATION),
    }
}

fn random_preparing(choices: &mut Choices) -> Law {
    match choices.below(4) {
        0 => Law::constant(7_000.0).unwrap(),
        1 => Law::constant(0.0).unwrap(),
        2 => Law::samples(vec![0.0, 60_000.0, 200_000.0]).unwrap(),
        _ => random_duration(choices),
    }
}

fn random_bundles(choices: &mut Choices) -> [Option<u64>; 3] {
    let mut size = |given| {
        choices.sometimes(given, |choices| {
            choices.pick(&[0, 1, BUNDLE, 2 * BUNDLE, 12_345_677])
        })
    };
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
        first_index: 0,
        robots,
        architectures,
        dead: choices
            .sometimes(25, |choices| {
                choices.below(u64::from(robots) + 1) as u32 / 2
            })
            .unwrap_or(0),
        download_rate: random_rate(choices),
        rate_trace: None,
        extraction: choices.sometimes(50, |choices| match choices.below(2) {
            0 => Extraction::Rate(random_rate(choices)),
            _ => Extraction::Duration(random_duration(choices)),
        }),
        validating: choices.sometimes(50, random_duration),
        launching: choices.sometimes(50, random_duration),
        scripts: Scripts(
            [40, 50, 40].map(|percent| {
                choices.sometimes(percent, |choices| random_script(choices, severity))
            }),
        ),
        faults: random_faults(choices, severity),
        recovery: TICK * choices.pick(&[0, 0, 1, 2, 3, 12, 720]),
        connectivity: None,
        windows: None,
        link: None,
        joins: None,
        inventory: Arc::new([]),
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
    let rate = RATE as f64;
    match choices.below(20) {
        0 => Law::constant(0.0),
        1 => Law::samples(vec![0.0, rate, rate, rate / 2.0]),
        2..=5 => Law::lognormal(12e6, 0.7),
        6..=10 => Law::samples(vec![rate / 4.0, rate / 2.0, rate]),
        _ => Law::constant(rate),
    }
    .unwrap()
}

fn random_script(choices: &mut Choices, severity: &Severity) -> Script {
    Script {
        duration: random_duration(choices),
        failure: severity.probability(choices, 1),
        fails_after: choices.sometimes(40, random_duration),
        hang: if choices.percent(30) {
            severity.probability(choices, 2)
        } else {
            Probability::NEVER
        },
        repeat: 1.0,
    }
}

fn random_faults(choices: &mut Choices, severity: &Severity) -> Vec<Fault> {
    let likely = choices.pick(&[0, 0, 10, 40]);
    let codes = FailureCode::ALL
        .into_iter()
        .filter_map(|code| code.fault_stage().map(|stage| (code, stage)));
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

/// Lets robots be offline, and closes them to contact, now and then; robots given up may be watched.
pub fn expose_to_time(choices: &mut Choices, world: &mut World) {
    let time = TICK * choices.pick(&[0, 1, 4, 20, 200]);
    world.watch = match choices.below(2) {
        0 => WatchEnd::AtLeast(Instant::at(20 * time)),
        _ => WatchEnd::AfterDrained(time),
    };
    for cohort in &mut world.fleet.cohorts {
        cohort.connectivity = choices.sometimes(80, random_connectivity);
        cohort.windows = choices.sometimes(25, random_windows);
        if choices.percent(20) {
            list_robots(choices, cohort);
        }
        for robot in Arc::make_mut(&mut cohort.inventory) {
            robot.windows = choices.sometimes(20, |choices| Arc::new(random_windows(choices)));
        }
    }
    // From a generator of their own: a world without them is as it was before there were any.
    let mut own = Choices::new(choices.0);
    for cohort in &mut world.fleet.cohorts {
        add_hours_and_records(&mut own, cohort);
    }
}

/// Gives a cohort weekly hours offline, recorded presence, a trace of rates or dead robots by name, each now and then.
fn add_hours_and_records(choices: &mut Choices, cohort: &mut Cohort) {
    if choices.percent(20) && cohort.inventory.is_empty() {
        list_robots(choices, cohort);
    }
    if choices.percent(35) {
        keep_hours(choices, cohort);
    }
    if choices.percent(25) {
        let names = cohort.inventory.iter().map(|robot| &*robot.name);
        let names: Vec<&str> = names.collect();
        let log = random_log(choices, &names);
        let connectivity = cohort.connectivity.get_or_insert(ALWAYS_ONLINE);
        connectivity.spells = Spells::Recorded(Arc::new(log));
    }
    if choices.percent(25) {
        let trace = random_trace(choices);
        cohort.download_rate = Law::constant(trace.average()).unwrap();
        cohort.rate_trace = Some(Arc::new(trace));
    }
    if choices.percent(15) {
        let listed = Arc::make_mut(&mut cohort.inventory).iter_mut();
        listed.for_each(|robot| robot.dead = choices.percent(20));
        if cohort.inventory.iter().any(|robot| robot.dead) {
            cohort.dead = cohort.inventory.iter().filter(|robot| robot.dead).count() as u32;
        }
    }
}

const ALWAYS_ONLINE: Connectivity = Connectivity {
    spells: Spells::None,
    offline_hours: None,
    local_steps: LocalSteps::GoOn,
    interrupted: Interrupted::Resumes,
};

/// Lets a cohort be offline by the clock, beside its spells or without any; some listed robots by a clock of their own.
fn keep_hours(choices: &mut Choices, cohort: &mut Cohort) {
    let mut connectivity = cohort.connectivity.take().unwrap_or(ALWAYS_ONLINE);
    if choices.percent(40) {
        connectivity.spells = Spells::None;
    }
    connectivity.interrupted = choices.pick(&[Interrupted::Resumes, Interrupted::Restarts]);
    connectivity.local_steps = choices.pick(&[LocalSteps::GoOn, LocalSteps::Stop]);
    connectivity.offline_hours = choices.sometimes(85, random_windows);
    cohort.connectivity = Some(connectivity);
    for robot in Arc::make_mut(&mut cohort.inventory) {
        robot.offline_hours = choices.sometimes(50, |choices| Arc::new(random_windows(choices)));
    }
}

/// A log of a few robots, some of them of these names; some of them never change.
fn random_log(choices: &mut Choices, names: &[&str]) -> PresenceLog {
    let ticks = choices.pick(&[1, 2, 7, 30, 200]);
    let (period, robots) = (TICK * ticks, 1 + choices.below(5));
    let robot = |number| {
        let name = match names.len() as u64 {
            0 => None,
            n => choices.sometimes(60, |choices| names[choices.below(n) as usize].to_owned()),
        };
        let changes: BTreeSet<Ms> = (0..choices.below(7))
            .map(|_| TICK * choices.below(ticks) + choices.pick(&[0, 0, 0, 1_234]))
            .filter(|change| *change > 0)
            .collect();
        RecordedRobot {
            name: name.unwrap_or_else(|| format!("stranger {number}")),
            online_at_first: choices.percent(60),
            changes: changes.into_iter().collect(),
        }
    };
    PresenceLog::new(period, (0..robots).map(robot).collect())
}

/// A trace of rates under which a bundle takes a few rows or many, with pauses as often as not.
fn random_trace(choices: &mut Choices) -> RateTrace {
    let row = choices.pick(&[1_000, TICK, 3 * TICK, 7_777]);
    let rate = RATE as f64;
    let rates = [0.0, 0.0, rate / 8.0, rate, 2.0 * rate, 3_210_987.6];
    let mut rows = vec![(0, rate)];
    for number in 1..=choices.below(6) {
        rows.push((row * number, choices.pick(&rates)));
    }
    let n = rows.len() as u64;
    let period = row * n;
    if n > 1 && choices.percent(50) {
        // The trace begins with a pause.
        rows[0].1 = 0.0;
        rows[1].1 = rate;
    }
    RateTrace::new(rows, period)
}

fn random_connectivity(choices: &mut Choices) -> Connectivity {
    let on = TICK * choices.pick(&[1, 2, 3, 6, 12, 60]);
    let off = TICK * choices.pick(&[1, 1, 2, 3, 6, 20]);
    let interrupted = choices.pick(&[Interrupted::Resumes, Interrupted::Restarts]);
    Connectivity::new(
        random_spell(choices, on),
        random_spell(choices, off),
        interrupted,
    )
    .unwrap()
}

/// A law of spells [ms] with about the given mean.
fn random_spell(choices: &mut Choices, mean: Ms) -> Law {
    let (mean, tick) = (mean as f64, TICK as f64);
    match choices.below(8) {
        0..=4 => Law::constant(mean),
        5 => Law::exponential(mean),
        6 => Law::mixture(vec![
            (0.75, Law::constant(mean).unwrap()),
            (0.25, Law::constant(mean + tick).unwrap()),
        ]),
        _ => Law::mixture(vec![
            (0.5, Law::constant(mean).unwrap()),
            (0.5, Law::exponential(mean).unwrap()),
        ]),
    }
    .unwrap()
}

/// A few minutes at a time in the first hours of a job, or hours.
fn random_windows(choices: &mut Choices) -> Windows {
    const HORIZON_MS: u64 = 2 * 86_400_000;
    let start = Start::parse("2026-06-01T00:00:00Z").unwrap();
    let zone = Zone::parse("UTC").unwrap();
    let hours: Vec<Hours> = (0..1 + choices.below(8))
        .map(|_| {
            let before_s = if choices.percent(90) { 2_000 } else { 40_000 };
            let from_s = choices.below(before_s) / 5 * 5;
            let lasts_s = if choices.percent(90) {
                60 + 5 * choices.below(40)
            } else {
                7_200
            };
            Hours::parse("daily", &clock(from_s), &clock(from_s + lasts_s)).unwrap()
        })
        .collect();
    Windows::compile(
        start,
        HORIZON_MS,
        hours.into_iter().map(|hours| (hours, &zone)),
    )
}

fn clock(s: u64) -> String {
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// Lets robots download over links that are narrow as often as not.
pub fn share_links(choices: &mut Choices, world: &mut World) {
    let links = 1 + choices.below(3);
    let capacities = [
        3,
        500_000,
        RATE / 2,
        RATE,
        3 * RATE / 2,
        24_000_001,
        2 * RATE,
        4 * RATE,
        1_000_000_000,
    ];
    let link = |number, choices: &mut Choices| SharedLink {
        name: format!("link {number}"),
        capacity: choices.pick(&capacities),
    };
    world.links = (0..links).map(|number| link(number, choices)).collect();
    for cohort in &mut world.fleet.cohorts {
        cohort.link = choices.sometimes(80, |choices| choices.below(links) as u16);
        if cohort.inventory.is_empty() && choices.percent(20) {
            list_robots(choices, cohort);
        }
        for robot in Arc::make_mut(&mut cohort.inventory) {
            robot.link = choices.sometimes(30, |choices| choices.below(links) as u16);
        }
    }
}

/// Gives a cohort an inventory that says of its robots what the cohort says, or more.
fn list_robots(choices: &mut Choices, cohort: &mut Cohort) {
    let counted = Architecture::ALL.into_iter().zip(cohort.architectures);
    let architectures =
        counted.flat_map(|(architecture, robots)| vec![architecture; robots as usize]);
    let robot = |(index, architecture)| ListedRobot {
        name: format!("{} robot {index}", cohort.name),
        architecture,
        link: None,
        download_rate: choices.sometimes(30, |choices| {
            choices.pick(&[0.0, 1e6, 2.0 * RATE as f64, 123_456_789.5])
        }),
        windows: None,
        offline_hours: None,
        dead: false,
    };
    cohort.inventory = architectures.enumerate().map(robot).collect();
}

/// Random rules for a world; the robot timeout, a cancel and the fleet timeout are often early enough to cut.
pub fn random_rules(choices: &mut Choices, world: &World) -> RoboMaker {
    RoboMaker {
        concurrent_deployment_percentage: random_percentage(choices),
        failure_threshold_percentage: random_percentage(choices),
        robot_deployment_timeout: random_robot_timeout(choices, world),
        fleet_timeout: random_fleet_timeout(choices),
        cancel: choices.sometimes(25, |choices| {
            TICK * choices.below(80) + choices.pick(&[0, 7_000])
        }),
        rounding: choices.pick(&[Rounding::Floor, Rounding::Ceil]),
        pacing: choices.pick(&[Pacing::Sliding, Pacing::Sliding, Pacing::Batches]),
        order: random_order(choices, world),
        breach: choices.pick(&[Breach::Reach, Breach::Exceed]),
        on_stop: choices.pick(&[OnStop::Drain, OnStop::Abort]),
        job_faults: random_job_faults(choices),
    }
}

fn random_order(choices: &mut Choices, world: &World) -> Order {
    match choices.below(5) {
        0 => {
            let mut rest: Vec<u16> = (0..world.fleet.cohorts.len() as u16).collect();
            let mut take = || rest.swap_remove(choices.below(rest.len() as u64) as usize);
            Order::Cohorts(world.fleet.cohorts.iter().map(|_| take()).collect())
        }
        1..=2 => Order::File,
        _ => Order::Shuffled,
    }
}

fn random_percentage(choices: &mut Choices) -> u8 {
    let most = choices.pick(&[10, 30, 100]);
    1 + choices.below(most) as u8
}

/// The longest of all only where nobody waits for somebody to be online: it takes many spells.
fn random_robot_timeout(choices: &mut Choices, world: &World) -> Ms {
    let ticks = choices.pick(&[0, 0, 1, 2, 4, 10, 60]);
    let always_online = world
        .fleet
        .cohorts
        .iter()
        .all(|cohort| cohort.connectivity.is_none());
    match choices.below(4) {
        0 if always_online => ROBOT_TIMEOUT_MAX_MS,
        0 => 60 * ROBOT_TIMEOUT_MIN_MS,
        _ => ROBOT_TIMEOUT_MIN_MS + TICK * ticks,
    }
}

fn random_fleet_timeout(choices: &mut Choices) -> Ms {
    match choices.below(2) {
        0 => FLEET_TIMEOUT_MAX_MS,
        _ => ROBOT_TIMEOUT_MIN_MS + choices.pick(&[0, 7_000]) + TICK * choices.below(80),
    }
}

fn random_job_faults(choices: &mut Choices) -> Vec<JobFault> {
    if choices.percent(90) {
        return Vec::new();
    }
    let codes = FailureCode::ALL
        .into_iter()
        .filter(|code| code.strikes_job());
    codes
        .map(|code| JobFault {
            code,
            probability: choices.share(0.15),
        })
        .collect()
}
