//! The engine against the reference engine, bit for bit, on random scenarios.
//!
//! A failure names the seed of the scenario and the rules, from which everything else follows.

mod common;
mod reference;

use std::collections::BTreeSet;

use common::scenarios::{Choices, random_rules, random_world};
use common::{all_draws, for_each_seed};
use reference::robot::{Class, Robot};
use reference::{Fates, History, job};
use rollcast::model::{Cohort, FailureCode, Ms, Order, ROBOT_TIMEOUT_MAX_MS, RoboMaker, World};
use rollcast::sim::{Dice, EndState, EndedBy, Journey, Outcome, Passage, Player, RobotRecord, Setting, Stage};

/// Where a disagreement was found.
#[derive(Debug)]
#[expect(dead_code, reason = "its fields are read where it is printed")]
struct Place<'a> {
    seed: u64,
    replication: u64,
    rules: &'a RoboMaker,
}

/// A random world with the rules it is played under.
struct Case {
    world: World,
    rules: Vec<RoboMaker>,
}

impl Case {
    fn new(seed: u64, robots: u32, rules: usize) -> Case {
        let mut choices = Choices::new(seed);
        let world = random_world(&mut choices, robots);
        Case { world, rules: (0..rules).map(|_| random_rules(&mut choices)).collect() }
    }

    fn n(&self) -> u32 {
        self.world.fleet.robots()
    }
}

/// The fates that the dice hold in a replication.
struct Drawn {
    fates: Fates,
    shuffled: Vec<u32>,
    file: Vec<u32>,
}

impl Drawn {
    fn new(player: &mut Player, world: &World) -> Drawn {
        let fates = Fates::new(world, all_draws(player, world.fleet.robots()));
        Drawn { fates, shuffled: player.start_order(Order::Shuffled).to_vec(), file: (0..world.fleet.robots()).collect() }
    }

    fn play(&self, rules: &RoboMaker, job_fault: Option<FailureCode>) -> History {
        let order = match rules.order {
            Order::Shuffled => &self.shuffled,
            Order::File => &self.file,
        };
        job::play(&self.fates, order, rules, job_fault)
    }
}

/// The fault that the dice hold for the job; like any fate it is taken as given.
fn job_fault(outcome: &Outcome) -> Option<FailureCode> {
    match outcome.ended_by {
        EndedBy::JobFault(code) => Some(code),
        _ => None,
    }
}

#[test]
fn outcomes_differ_from_the_reference_in_nothing() {
    for_each_seed(6_000, |seed| {
        let case = Case::new(seed, 60, 12);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        for replication in 0..3 {
            player.draw(replication);
            let drawn = Drawn::new(&mut player, &case.world);
            for rules in &case.rules {
                let outcome = player.play(&Setting::new(rules, case.n()));
                let expected = drawn.play(rules, job_fault(&outcome)).outcome();
                assert_eq!(outcome, expected, "{:?}", Place { seed, replication, rules });
            }
        }
    });
}

#[test]
fn robots_differ_from_the_reference_in_nothing() {
    for_each_seed(3_000, |seed| {
        let case = Case::new(seed, 60, 6);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(0);
        let drawn = Drawn::new(&mut player, &case.world);
        for rules in &case.rules {
            let place = Place { seed, replication: 0, rules };
            let recording = player.record(&Setting::new(rules, case.n()));
            let history = drawn.play(rules, job_fault(&recording.outcome));
            assert_eq!(recording.outcome, history.outcome(), "{place:?}");

            let records: Vec<RobotRecord> = player.robots(&recording).collect();
            assert_eq!(records.len(), history.robots.len(), "{place:?}");
            for (record, robot) in records.iter().zip(&history.robots) {
                assert_same_robot(record, robot, &place);
            }

            let passages: Vec<Passage> = player.passages(&recording).collect();
            let expected: Vec<Passage> = history.robots.iter().filter_map(passage).collect();
            assert_eq!(passages, expected, "{place:?}");
        }
    });
}

fn assert_same_robot(record: &RobotRecord, robot: &Robot, place: &Place) {
    assert_eq!(record.robot, robot.number, "{place:?}");
    let start = record.deployment.as_ref().map(|(start, _)| *start);
    assert_eq!(start, robot.started, "{place:?}: {robot:?}");
    let Some((start, journey)) = &record.deployment else { return };
    let ending = robot.ending.expect("a robot that started ends");

    let class = match (journey.verdict.failed(), journey.verdict.code()) {
        (true, _) => Class::Failed,
        (false, None) => Class::Updated,
        (false, Some(_)) => Class::Aborted,
    };
    assert_eq!((class, journey.verdict.code()), (ending.class, ending.code), "{place:?}: {robot:?}");
    assert_eq!(start + journey.end(), ending.time, "{place:?}: {robot:?}");
    assert_eq!(journey.last, robot.stage(), "{place:?}: {robot:?}");
    assert_eq!(journey.exposed(), robot.contacted.is_some(), "{place:?}: {robot:?}");
    assert_eq!(journey.bytes, robot.bytes(), "{place:?}: {robot:?}");
    for stage in Stage::ALL {
        assert_eq!(times(*start, journey, stage), expected_times(robot, stage), "{place:?}: {stage:?} of {robot:?}");
    }
}

/// When a stage began and ended; where it was never reached, both lie at the end of the deployment.
fn times(start: Ms, journey: &Journey, stage: Stage) -> (Ms, Ms) {
    (start + journey.from(stage), start + journey.to(stage))
}

fn expected_times(robot: &Robot, stage: Stage) -> (Ms, Ms) {
    let end = robot.ending.expect("a robot that started ends").time;
    let visit = robot.visits.iter().find(|visit| visit.stage == stage);
    visit.map_or((end, end), |visit| (visit.from, visit.to.expect("a stage of an ended deployment is over")))
}

fn passage(robot: &Robot) -> Option<Passage> {
    let ending = robot.ending?;
    let end_state = match ending.class {
        Class::Updated => EndState::Updated,
        Class::Failed => EndState::Failed,
        Class::Aborted => EndState::Aborted,
    };
    Some(Passage { start: robot.started?, end: ending.time, end_state, up: robot.up() })
}

#[test]
fn settings_played_together_differ_from_each_played_alone() {
    for_each_seed(700, |seed| {
        let case = Case::new(seed, 60, 3);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let drawn = Drawn::new(&mut player, &case.world);
        let mut plays: Vec<(Setting, RoboMaker)> = case
            .rules
            .iter()
            .flat_map(|rules| {
                (1..=100).map(|failure_threshold_percentage| RoboMaker { failure_threshold_percentage, ..rules.clone() })
            })
            .map(|rules| (Setting::new(&rules, case.n()), rules))
            .collect();
        plays.sort_by(|a, b| a.0.cmp(&b.0));
        let settings: Vec<Setting> = plays.iter().map(|(setting, _)| setting.clone()).collect();
        let outcomes = player.play_all(&settings);
        assert_eq!(outcomes.len(), plays.len());
        for (outcome, (_, rules)) in outcomes.iter().zip(&plays) {
            let expected = drawn.play(rules, job_fault(outcome)).outcome();
            assert_eq!(*outcome, expected, "{:?}", Place { seed, replication: seed, rules });
        }
    });
}

/// Fates are drawn in blocks of robots; a reference that reads them robot by robot must not notice.
#[test]
fn fates_drawn_in_bulk_differ_from_those_drawn_one_by_one() {
    for (seed, robots) in (0..).zip([255, 256, 257, 511, 512, 513, 700, 1025].into_iter().cycle().take(120)) {
        let mut choices = Choices::new(1_000_000 + seed);
        let mut world = random_world(&mut choices, 8);
        for cohort in &mut world.fleet.cohorts {
            enlarge(cohort, robots);
        }
        let n = world.fleet.robots();
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let drawn = Drawn::new(&mut player, &world);
        let everyone_at_once = common::worlds::rules(100, 100);
        let generous = RoboMaker { robot_deployment_timeout: ROBOT_TIMEOUT_MAX_MS, ..everyone_at_once.clone() };
        let tight = RoboMaker { robot_deployment_timeout: 60_000, ..everyone_at_once };
        for rules in [generous, tight] {
            let place = Place { seed, replication: seed, rules: &rules };
            let recording = player.record(&Setting::new(&rules, n));
            let history = drawn.play(&rules, None);
            assert_eq!(recording.outcome, history.outcome(), "{place:?}");
            let passages: Vec<Passage> = player.passages(&recording).collect();
            let expected: Vec<Passage> = history.robots.iter().filter_map(passage).collect();
            assert_eq!(passages, expected, "{place:?}");
        }
    }
}

/// Makes a cohort about as many times larger as it takes to have so many robots.
fn enlarge(cohort: &mut Cohort, robots: u32) {
    let times = robots.div_ceil(cohort.robots);
    cohort.architectures = cohort.architectures.map(|count| count * times);
    cohort.dead *= times;
    cohort.robots *= times;
}

/// What the random scenarios of this file reach.
#[derive(Debug, Default)]
struct Reached {
    robot_codes: BTreeSet<FailureCode>,
    job_codes: BTreeSet<FailureCode>,
    successes: usize,
    breaches: usize,
    fleet_timeouts: usize,
    aborted_robots: usize,
    cut_downloads: usize,
    ends_at_one_instant: usize,
    ends_at_fleet_timeout: usize,
    updates_at_robot_timeout: usize,
}

impl Reached {
    fn add(&mut self, outcome: &Outcome, rules: &RoboMaker) {
        self.robot_codes.extend(FailureCode::ALL.into_iter().filter(|code| outcome.failures[*code as usize] > 0));
        self.job_codes.extend(outcome.ended_by.code());
        self.successes += usize::from(outcome.ended_by == EndedBy::Success);
        self.breaches += usize::from(outcome.ended_by == EndedBy::Breach);
        self.fleet_timeouts += usize::from(outcome.ended_by == EndedBy::FleetTimeout && rules.fleet_timeout < 1_000_000);
    }

    fn add_robots(&mut self, robots: &[Robot], rules: &RoboMaker) {
        let mut ends = BTreeSet::new();
        for (robot, ending) in robots.iter().filter_map(|robot| Some((robot, robot.ending?))) {
            self.aborted_robots += usize::from(ending.class == Class::Aborted);
            self.cut_downloads += usize::from(robot.stage() == Stage::Downloading && robot.bytes() > 0);
            self.ends_at_one_instant += usize::from(!ends.insert(ending.time));
            self.ends_at_fleet_timeout += usize::from(ending.time == rules.fleet_timeout && ending.class != Class::Aborted);
            let lasted = ending.time - robot.started.expect("a robot that ended has started");
            let last_chance = lasted == rules.robot_deployment_timeout && ending.class == Class::Updated;
            self.updates_at_robot_timeout += usize::from(last_chance);
        }
    }

    fn counts(&self) -> [usize; 8] {
        [
            self.successes,
            self.breaches,
            self.fleet_timeouts,
            self.aborted_robots,
            self.cut_downloads,
            self.ends_at_one_instant,
            self.ends_at_fleet_timeout,
            self.updates_at_robot_timeout,
        ]
    }
}

/// The tests above are worth what their scenarios reach.
#[test]
fn random_scenarios_leave_a_code_an_end_or_a_tie_unreached() {
    let mut reached = Reached::default();
    for seed in 0..1_000 {
        let case = Case::new(seed, 60, 6);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(0);
        let drawn = Drawn::new(&mut player, &case.world);
        for rules in &case.rules {
            let outcome = player.play(&Setting::new(rules, case.n()));
            reached.add(&outcome, rules);
            reached.add_robots(&drawn.play(rules, job_fault(&outcome)).robots, rules);
        }
    }
    use FailureCode::*;
    let of_jobs_only =
        [FailureThresholdBreached, RobotApplicationDoesNotExist, DeploymentFleetDoesNotExist, FleetDeploymentTimeout];
    for code in FailureCode::ALL {
        assert_eq!(reached.robot_codes.contains(&code), !of_jobs_only.contains(&code), "{code} of robots");
        let of_jobs = code.strikes_job() || matches!(code, FailureThresholdBreached | FleetDeploymentTimeout);
        assert_eq!(reached.job_codes.contains(&code), of_jobs, "{code} of jobs");
    }
    assert!(reached.counts().into_iter().all(|count| count >= 50), "too few of something: {reached:#?}");
}
