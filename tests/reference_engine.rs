//! The engine against the reference engine, bit for bit, on random scenarios.
//!
//! A failure names the seed of the scenario and the rules, from which everything else follows.

mod common;
mod reference;

use common::scenarios::{Choices, random_rules, random_world};
use common::{all_draws, for_each_seed};
use reference::robot::{Class, Robot};
use reference::{Fates, History, job};
use rollcast::model::{FailureCode, Ms, OnStop, Order, RoboMaker, World};
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
    seed: u64,
    world: World,
    rules: Vec<RoboMaker>,
}

impl Case {
    fn new(seed: u64, robots: u32, rules: usize) -> Case {
        let mut choices = Choices::new(seed);
        let world = random_world(&mut choices, robots);
        Case { seed, world, rules: (0..rules).map(|_| random_rules(&mut choices)).collect() }
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
    for_each_seed(2_000, |seed| {
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
    for_each_seed(1_000, |seed| {
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
    for_each_seed(300, |seed| {
        let case = Case::new(seed, 60, 3);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let drawn = Drawn::new(&mut player, &case.world);
        let mut plays: Vec<(Setting, RoboMaker)> = case
            .rules
            .iter()
            .flat_map(|rules| (1..=100).map(|failure_threshold_percentage| RoboMaker { failure_threshold_percentage, ..rules.clone() }))
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
    for (seed, robots) in (0..).zip([255, 256, 257, 511, 512, 513, 700, 1025].into_iter().cycle().take(48)) {
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
        let generous = RoboMaker { robot_deployment_timeout: rollcast::model::ROBOT_TIMEOUT_MAX_MS, ..everyone_at_once.clone() };
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
fn enlarge(cohort: &mut rollcast::model::Cohort, robots: u32) {
    let times = robots.div_ceil(cohort.robots);
    cohort.architectures = cohort.architectures.map(|count| count * times);
    cohort.dead *= times;
    cohort.robots *= times;
}

/// The tests above are worth what their scenarios reach.
#[test]
fn random_scenarios_leave_a_code_an_end_or_a_tie_unreached() {
    let mut codes = [0u32; 24];
    let mut job_codes = [0u32; 24];
    let (mut successes, mut breaches, mut timeouts, mut aborted, mut partial) = (0, 0, 0, 0, 0);
    let (mut ties, mut ends_at_fleet_timeout, mut ends_at_robot_timeout) = (0, 0, 0);
    for seed in 0..600 {
        let case = Case::new(seed, 60, 6);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(0);
        for rules in &case.rules {
            let recording = player.record(&Setting::new(rules, case.n()));
            let outcome = &recording.outcome;
            codes.iter_mut().zip(outcome.failures).for_each(|(sum, count)| *sum += count);
            match outcome.ended_by {
                EndedBy::Success => successes += 1,
                EndedBy::Breach => breaches += 1,
                EndedBy::FleetTimeout => timeouts += 1,
                EndedBy::JobFault(code) => job_codes[code as usize] += 1,
            }
            aborted += outcome.aborted;
            let passages: Vec<Passage> = player.passages(&recording).collect();
            let mut ends: Vec<Ms> = passages.iter().map(|passage| passage.end).collect();
            ends.sort_unstable();
            ties += ends.windows(2).filter(|pair| pair[0] == pair[1]).count();
            ends_at_fleet_timeout += ends.iter().filter(|end| **end == rules.fleet_timeout).count();
            let at_timeout = |passage: &&Passage| {
                passage.end_state == EndState::Updated && passage.end - passage.start == rules.robot_deployment_timeout
            };
            ends_at_robot_timeout += passages.iter().filter(at_timeout).count();
            let cut_download = |record: &RobotRecord| {
                let journey = record.deployment.as_ref().map(|(_, journey)| journey);
                journey.is_some_and(|journey| journey.last == Stage::Downloading && journey.bytes > 0)
            };
            partial += player.robots(&recording).filter(cut_download).count();
        }
    }
    for code in FailureCode::ALL {
        let of_robots = code.fault_stage().is_some() || !matches!(code.arises_from(), text if of_jobs_only(text));
        assert_eq!(codes[code as usize] > 0, of_robots, "{code} of robots: {}", codes[code as usize]);
        assert_eq!(job_codes[code as usize] > 0, code.strikes_job(), "{code} of jobs: {}", job_codes[code as usize]);
    }
    for (what, count) in [
        ("successes", successes),
        ("breaches", breaches),
        ("fleet timeouts", timeouts),
        ("aborted robots", aborted as usize),
        ("cut downloads", partial),
        ("ends at one instant", ties),
        ("ends at the moment of the fleet timeout", ends_at_fleet_timeout),
        ("updates at the moment of the robot timeout", ends_at_robot_timeout),
    ] {
        assert!(count >= 50, "only {count} {what}");
    }
    assert!(OnStop::Drain != OnStop::Abort);
}

fn of_jobs_only(arises_from: &str) -> bool {
    ["the failure threshold", "`fleet_timeout`", "`rollout.robomaker.job_faults`"].contains(&arises_from)
}
