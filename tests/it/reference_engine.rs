//! The engine against the reference engine, bit for bit, on random scenarios.
//!
//! A failure names the seed of the scenario and the rules, from which everything else follows. Each scenario is played under
//! random rules, and then under rules that cut exactly where something happens: whoever comes first at one instant shows there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::for_each_seed;
use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use crate::reference::fate::{Fates, dice_without_hours};
use crate::reference::job::Beyond;
use crate::reference::links::shares;
use crate::reference::path::Spell;
use crate::reference::robot::{Class, Ending, Robot, Waits};
use crate::reference::{History, job};
use rollcast::model::Stage;
use rollcast::model::{Cohort, FailureCode, Instant, Ms, ROBOT_TIMEOUT_MAX_MS, WatchEnd, World};
use rollcast::rollout::{
    EndedBy, Engine, EngineEnding, OnStop, Order, Pacing, RoboMaker, Setting, Stop, Unreachable,
};
use rollcast::sim::{
    Assignment, Attempt, Deployment, Dice, Outcome, Player, Rate, Recording, RobotRecord, Verdict,
};

/// Where a disagreement was found.
#[derive(Debug)]
#[expect(dead_code, reason = "its fields are read where it is printed")]
struct Place<'a> {
    kind: Kind,
    seed: u64,
    replication: u64,
    rules: &'a RoboMaker,
}

/// What a robot's deployment depends on.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Itself,
    /// On when it starts too.
    Time,
    /// On other robots too.
    Links,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Itself, Kind::Time, Kind::Links];
}

/// A random world with the rules it is played under.
struct Case {
    world: World,
    rules: Vec<RoboMaker>,
    choices: Choices,
}

impl Case {
    fn new(kind: Kind, seed: u64, robots: u32, rules: usize) -> Case {
        let mut choices = Choices::new(seed);
        let mut world = random_world(&mut choices, robots);
        surround(kind, &mut choices, &mut world);
        let rules = (0..rules)
            .map(|_| random_rules(&mut choices, &world))
            .collect();
        Case {
            world,
            rules,
            choices,
        }
    }

    fn n(&self) -> u32 {
        self.world.fleet.robots()
    }
}

fn surround(kind: Kind, choices: &mut Choices, world: &mut World) {
    match kind {
        Kind::Itself => {}
        Kind::Time => expose_to_time(choices, world),
        Kind::Links => {
            // Robots that are always online, too.
            if choices.percent(70) {
                expose_to_time(choices, world);
            }
            share_links(choices, world);
        }
    }
}

/// The reference engine's play of a job; what strikes the whole job is taken as given, as all fates are.
fn expected<'p>(
    fates: &Fates<'p>,
    player: &mut Player,
    rules: &RoboMaker,
    outcome: &Outcome,
) -> History<'p> {
    expected_beyond(
        fates,
        player,
        rules,
        &Beyond::nothing(rules, fates.robots.len()),
        outcome,
    )
}

fn expected_beyond<'p>(
    fates: &Fates<'p>,
    player: &mut Player,
    rules: &RoboMaker,
    beyond: &Beyond,
    outcome: &Outcome,
) -> History<'p> {
    let order = match &rules.order {
        Order::File => (0..fates.robots.len() as u32).collect(),
        order => player.start_order(order).to_vec(),
    };
    let job_fault = match outcome.ended_by {
        EndedBy::Engine(EngineEnding {
            name: "job_fault",
            code,
        }) => code,
        _ => None,
    };
    job::play_beyond(fates, &order, rules, beyond, job_fault)
}

/// The same rules with a cancel, a fleet timeout or a robot timeout exactly where something happened, or with a cancel so long
/// before a robot was healed as robots are watched.
fn sharpened(
    choices: &mut Choices,
    rules: &RoboMaker,
    history: &History,
    watch: WatchEnd,
) -> RoboMaker {
    let started: Vec<&Robot> = history.ended().map(|(robot, _)| robot).collect();
    if started.is_empty() {
        return rules.clone();
    }
    // The watch then ends as the robot reports.
    let cancels: Vec<Ms> = history
        .ended()
        .filter_map(|(robot, ending)| match watch {
            WatchEnd::AfterDrained(wait) => robot
                .healed?
                .time
                .ms()
                .checked_sub(wait)
                .filter(|cancel| *cancel >= ending.time),
            WatchEnd::AtLeast(_) => None,
        })
        .collect();
    if !cancels.is_empty() && choices.percent(50) {
        return RoboMaker {
            cancel: Some(choices.pick(&cancels)),
            on_stop: OnStop::Abort,
            ..rules.clone()
        };
    }
    let robot = choices.pick(&(0..started.len()).collect::<Vec<_>>());
    let (robot, deployment) = (started[robot], started[robot].deployment());
    let end = deployment.ending.expect("it has ended").time;
    let walks = [Some(&deployment.walk), robot.healing.as_ref()]
        .into_iter()
        .flatten();
    let edges = walks
        .flat_map(|walk| {
            walk.visits
                .iter()
                .flat_map(|visit| [Some(visit.from), visit.to])
        })
        .flatten();
    let spells = [deployment.start, end].map(|time| robot.fate.path.spell_at(time));
    let moments: Vec<Ms> = edges
        .chain([deployment.start, end])
        .chain(deployment.walk.contacted)
        .chain(
            spells
                .into_iter()
                .flat_map(|spell| [spell.from, spell.until]),
        )
        .chain(robot.turns().into_iter().map(|(time, _)| time))
        .filter(|time| *time < end + 10_000_000)
        .collect();
    let time = choices.pick(&moments);
    match choices.below(4) {
        0 => RoboMaker {
            cancel: Some(time),
            ..rules.clone()
        },
        1 => RoboMaker {
            fleet_timeout: time,
            ..rules.clone()
        },
        _ => RoboMaker {
            robot_deployment_timeout: time.saturating_sub(deployment.start).max(1),
            ..rules.clone()
        },
    }
}

/// Plays a case in some replications, and hands each play to `check`: the player that has drawn, the setting, what the reference
/// engine finds and where this is.
fn for_each_play(
    kind: Kind,
    seed: u64,
    mut case: Case,
    replications: u64,
    mut check: impl FnMut(&mut Player, &Setting, &History, &Place),
) {
    let dice = Dice::new(&case.world);
    let told = dice_without_hours(&case.world);
    let (mut player, mut dealer) = (
        Player::new(&dice),
        Player::new(told.as_ref().unwrap_or(&dice)),
    );
    for replication in 0..replications {
        player.draw(replication);
        dealer.draw(replication);
        let fates = Fates::new(&dealer, &case.world);
        for rules in &case.rules {
            let mut rules = rules.clone();
            for _ in 0..2 {
                let setting = rules.setting(case.world.fleet.robots());
                let outcome = player.play(&setting);
                let history = expected(&fates, &mut player, &rules, &outcome);
                let place = Place {
                    kind,
                    seed,
                    replication,
                    rules: &rules,
                };
                assert_eq!(outcome, history.outcome(), "{place:?}");
                check(&mut player, &setting, &history, &place);
                rules = sharpened(&mut case.choices, &rules, &history, case.world.watch);
            }
        }
    }
}

/// Asks for spells in and out of order, before and after the beginning of a job.
#[test]
fn presence_differs_from_the_reference_in_nothing() {
    let changes = AtomicU64::new(0);
    for_each_seed(600, |seed| {
        let mut case = Case::new(Kind::Time, 2_000_000 + seed, 40, 1);
        let (dice, told) = (Dice::new(&case.world), dice_without_hours(&case.world));
        let (mut player, mut dealer) = (
            Player::new(&dice),
            Player::new(told.as_ref().unwrap_or(&dice)),
        );
        player.draw(seed);
        dealer.draw(seed);
        let created = case.choices.pick(&[0, 7_000, 1_000_000]);
        if created > 0 {
            for player in [&mut player, &mut dealer] {
                player.assign(&Assignment {
                    job: 1,
                    created: Instant::at(created),
                    robots: (0..case.n())
                        .map(|robot| (robot, Attempt::default()))
                        .collect(),
                    watch: case.world.watch,
                });
            }
        }
        let fates = Fates::of_job(&dealer, &case.world, created, case.world.watch);
        for (robot, fate) in (0..).zip(&fates.robots) {
            let mut presence = player.presence(robot);
            for _ in 0..30 {
                let time = case.choices.below(2_000_000);
                let (found, expected) = (
                    presence.spell_at(Instant::at(time)),
                    fate.path.spell_at(time),
                );
                // Of one offline under hours that took over from another, the beginning is nobody's business.
                let from = if found.online {
                    found.from.ms()
                } else {
                    expected.from
                };
                let found = Spell {
                    online: found.online,
                    from,
                    until: found.until.ms(),
                };
                changes.fetch_add(u64::from(expected.from > 0), Ordering::Relaxed);
                assert_eq!(found, expected, "seed {seed}, robot {robot} at {time}");
            }
        }
    });
    assert!(changes.into_inner() > 50_000, "robots hardly come and go");
}

#[test]
fn outcomes_differ_from_the_reference_in_nothing() {
    for (kind, seeds) in Kind::ALL.into_iter().zip([2_000, 500, 250]) {
        for_each_seed(seeds, |seed| {
            for_each_play(kind, seed, Case::new(kind, seed, 60, 8), 2, |_, _, _, _| {});
        });
    }
}

/// What rules may say beyond a window and one threshold, at random, and the setting that says the same.
fn beyond(choices: &mut Choices, rules: &RoboMaker, n: u32) -> (Beyond, Setting) {
    let on_stop = [OnStop::Drain, OnStop::Abort];
    let stops = (0..1 + choices.below(3))
        .map(|_| {
            (
                1 + choices.below(u64::from(n)) as usize,
                choices.pick(&on_stop),
            )
        })
        .collect();
    let beyond = Beyond {
        rate: choices.sometimes(70, |choices| {
            (
                1 + choices.below(12) as usize,
                1 + 1_000 * choices.below(400),
            )
        }),
        queues: choices.percent(50),
        stops,
        stays_open: choices.percent(50),
    };
    let mut setting = rules.setting(n);
    setting.admission.rate = beyond
        .rate
        .map(|(robots, every)| rollcast::rollout::TurnRate {
            robots: robots as u32,
            every,
        });
    if beyond.queues {
        setting.admission.unreachable = Unreachable::Queues;
    }
    if beyond.stays_open {
        (setting.admission.deadline, setting.admission.at_deadline) =
            (Instant::at(rules.fleet_timeout), EndedBy::Never);
    }
    let stop = |(failures, on_stop): &(usize, OnStop)| Stop {
        on_stop: *on_stop,
        failures: *failures as u32,
        ..setting.stops[0]
    };
    setting.stops = beyond.stops.iter().map(stop).collect();
    (beyond, setting)
}

/// Turns at a rate, robots that wait without a slot, several stop rules, jobs that never end: in every world.
#[test]
fn rules_beyond_a_window_differ_from_the_reference_in_nothing() {
    let mut seen = [false; 6];
    for (kind, seeds) in Kind::ALL.into_iter().zip([400, 400, 250]) {
        for seed in 0..seeds {
            let mut case = Case::new(kind, seed, 40, 3);
            let n = case.n();
            let dice = Dice::new(&case.world);
            let told = dice_without_hours(&case.world);
            let (mut player, mut dealer) = (
                Player::new(&dice),
                Player::new(told.as_ref().unwrap_or(&dice)),
            );
            player.draw(seed);
            dealer.draw(seed);
            let fates = Fates::new(&dealer, &case.world);
            for rules in &case.rules {
                let (beyond, setting) = beyond(&mut case.choices, rules, n);
                let outcome = player.play(&setting);
                let history = expected_beyond(&fates, &mut player, rules, &beyond, &outcome);
                let place = format!("{kind:?}, seed {seed}, {rules:?}, {beyond:?}");
                assert_eq!(outcome, history.outcome(), "{place}");
                let recording = player.record(&setting);
                assert_eq!(recording.outcome, outcome, "{place}");
                let deployments: Vec<Deployment> = player.deployments(&recording).collect();
                assert_eq!(
                    deployments,
                    history
                        .robots
                        .iter()
                        .filter_map(expected_deployment)
                        .collect::<Vec<Deployment>>(),
                    "{place}"
                );
                let open = player
                    .robots(&recording)
                    .filter(|record| record.is_open)
                    .count();
                assert_eq!(open as u32, outcome.open, "{place}");
                let never = outcome.ended_by == EndedBy::Never;
                let of_which = [
                    never && open > history.waiting,
                    never && history.waiting > 0,
                    outcome.ended().is_none(),
                ];
                let stopped = outcome.breached.is_some();
                let more = [
                    stopped && outcome.aborted > 0,
                    stopped && setting.stops.len() > 1,
                    outcome.healed > 0 && beyond.queues,
                ];
                of_which
                    .into_iter()
                    .chain(more)
                    .zip(&mut seen)
                    .for_each(|(now, seen)| *seen |= now);
            }
        }
    }
    assert_eq!(seen, [true; 6], "what was never reached");
}

#[test]
fn robots_differ_from_the_reference_in_nothing() {
    for (kind, seeds) in Kind::ALL.into_iter().zip([1_500, 1_000, 500]) {
        for_each_seed(seeds, |seed| {
            for_each_play(
                kind,
                seed,
                Case::new(kind, 500_000 + seed, 40, 4),
                1,
                |player, setting, history, place| {
                    let recording = player.record(setting);
                    assert_eq!(recording.outcome, history.outcome(), "{place:?}");

                    let records: Vec<RobotRecord> = player.robots(&recording).collect();
                    assert_eq!(records.len(), history.robots.len(), "{place:?}");
                    for (record, robot) in records.iter().zip(&history.robots) {
                        assert_same_robot(record, robot, place);
                    }

                    assert_same_deployments(player, &recording, history, place);

                    assert_same_loads(recording.loads(), history, place);
                },
            );
        });
    }
}

/// No load counts from the end of the watch on.
fn assert_same_deployments(
    player: &Player,
    recording: &Recording,
    history: &History,
    place: &Place,
) {
    let deployments: Vec<Deployment> = player.deployments(recording).collect();
    let robots = history.robots.iter();
    let expected: Vec<Deployment> = robots.filter_map(expected_deployment).collect();
    assert_eq!(deployments, expected, "{place:?}");
}

fn assert_same_loads(loads: &[Vec<(Instant, Rate)>], history: &History, place: &Place) {
    let watched = |(from, _): &&(Instant, Rate)| from.ms() < history.watch_end;
    let steps = |(from, load): &(Instant, Rate)| (from.ms(), u128::from(load.steps()));
    let found: Vec<Vec<(Ms, u128)>> = loads
        .iter()
        .map(|loads| loads.iter().filter(watched).map(steps).collect())
        .collect();
    let expected: Vec<Vec<(Ms, u128)>> = history
        .links
        .iter()
        .map(|link| link.loads.clone())
        .collect();
    match history.ended().next() {
        Some(_) => assert_eq!(found, expected, "{place:?}"),
        None => assert!(found.iter().all(Vec::is_empty), "{place:?}"),
    }
}

fn assert_same_robot(record: &RobotRecord, robot: &Robot, place: &Place) {
    assert_eq!(record.robot, robot.number, "{place:?}");
    let number = robot.number;
    assert_eq!(record.healed, robot.comeback(), "{place:?}: robot {number}");
    let start = record.deployment.as_ref().map(|journey| journey.start.ms());
    assert_eq!(
        start,
        robot.deployment.as_ref().map(|deployment| deployment.start),
        "{place:?}: robot {number}"
    );
    let Some(journey) = &record.deployment else {
        return;
    };
    let deployment = robot.deployment();
    let ending = deployment.ending.expect("a robot that started ends");

    let class = match (journey.verdict.failed(), journey.verdict.code()) {
        (true, _) => Class::Failed,
        (false, None) => Class::Updated,
        (false, Some(_)) => Class::Aborted,
    };
    assert_eq!(
        (class, journey.verdict.code()),
        (ending.class, ending.code),
        "{place:?}: robot {number}"
    );
    assert_eq!(journey.end.ms(), ending.time, "{place:?}: robot {number}");
    assert_eq!(
        journey.last,
        deployment.walk.stage(),
        "{place:?}: robot {number}"
    );
    assert_eq!(
        journey.contact.map(Instant::ms),
        deployment.walk.contacted,
        "{place:?}: robot {number}"
    );
    assert_eq!(journey.bytes, robot.bytes(), "{place:?}: robot {number}");
    for stage in Stage::ALL {
        let times = (journey.from(stage).ms(), journey.to(stage).ms());
        assert_eq!(
            times,
            expected_times(robot, stage),
            "{place:?}: {stage:?} of robot {number}"
        );
    }
    let (offline, window, download, contention) = (
        journey.slot.offline,
        journey.slot.window,
        journey.slot.download,
        journey.slot.contention,
    );
    assert_eq!(
        Waits {
            offline,
            window,
            download,
            contention
        },
        robot.waits(),
        "{place:?}: robot {number}"
    );
}

/// When a stage began and ended; where it was never reached, both lie where the robot came to its end.
fn expected_times(robot: &Robot, stage: Stage) -> (Ms, Ms) {
    let walk = &robot.deployment().walk;
    walk.edges(stage).unwrap_or_else(|| {
        let (_, end) = walk
            .edges(walk.stage())
            .expect("it has been where it was last");
        (end, end)
    })
}

fn expected_deployment(robot: &Robot) -> Option<Deployment> {
    let deployment = robot.deployment.as_ref()?;
    let ending = deployment.ending?;
    let Ending {
        time: end, code, ..
    } = ending;
    let verdict = match (ending.class, code) {
        (Class::Updated, _) => Verdict::Updated,
        (Class::Aborted, _) => Verdict::Aborted,
        (Class::Open, _) => Verdict::Open,
        (Class::Failed, Some(FailureCode::RobotDeploymentNoResponse)) => Verdict::NoResponse,
        (Class::Failed, _) if ending.timed_out => Verdict::TimedOut,
        (Class::Failed, code) => Verdict::Failed(code.expect("a failed robot has a code")),
    };
    Some(Deployment {
        robot: robot.number,
        start: Instant::at(deployment.start),
        end: Instant::at(end),
        verdict,
        down: (robot.down()).map(|(from, up)| (Instant::at(from), Instant::at(up))),
        healed: robot.comeback(),
    })
}

#[test]
fn settings_played_together_differ_from_each_played_alone() {
    for (kind, seeds, step) in [
        (Kind::Itself, 300, 1),
        (Kind::Time, 100, 3),
        (Kind::Links, 60, 7),
    ] {
        for_each_seed(seeds, |seed| {
            let case = Case::new(kind, 600_000 + seed, 60, 3);
            let dice = Dice::new(&case.world);
            let told = dice_without_hours(&case.world);
            let (mut player, mut dealer) = (
                Player::new(&dice),
                Player::new(told.as_ref().unwrap_or(&dice)),
            );
            player.draw(seed);
            dealer.draw(seed);
            let fates = Fates::new(&dealer, &case.world);
            let with_threshold = |rules: &RoboMaker, percent| RoboMaker {
                failure_threshold_percentage: percent,
                ..rules.clone()
            };
            let rules = case.rules.iter().flat_map(|rules| {
                (1..=100)
                    .step_by(step)
                    .map(move |percent| with_threshold(rules, percent))
            });
            let mut plays: Vec<(Setting, RoboMaker)> = rules
                .map(|rules| (rules.setting(case.n()), rules))
                .collect();
            plays.sort_by(|a, b| a.0.cmp(&b.0));
            let settings: Vec<Setting> = plays.iter().map(|(setting, _)| setting.clone()).collect();
            let outcomes = player.play_all(&settings);
            assert_eq!(outcomes.len(), plays.len());
            for (outcome, (_, rules)) in outcomes.iter().zip(&plays) {
                let history = expected(&fates, &mut player, rules, outcome);
                assert_eq!(
                    *outcome,
                    history.outcome(),
                    "{:?}",
                    Place {
                        kind,
                        seed,
                        replication: seed,
                        rules
                    }
                );
            }
        });
    }
}

/// Fates are drawn in blocks of robots; a reference that reads them robot by robot must not notice.
#[test]
fn fates_drawn_in_bulk_differ_from_those_drawn_one_by_one() {
    let itself = [255, 256, 257, 511, 512, 513, 700, 1025].map(|robots| (Kind::Itself, robots));
    let others = [Kind::Time, Kind::Links].map(|kind| [255, 257].map(|robots| (kind, robots)));
    let cases = itself
        .repeat(4)
        .into_iter()
        .chain(others.as_flattened().repeat(2));
    for (seed, (kind, robots)) in (0..).zip(cases) {
        let mut choices = Choices::new(1_000_000 + seed);
        let mut world = random_world(&mut choices, 8);
        for cohort in &mut world.fleet.cohorts {
            enlarge(cohort, robots);
        }
        surround(kind, &mut choices, &mut world);
        let n = world.fleet.robots();
        let dice = Dice::new(&world);
        let told = dice_without_hours(&world);
        let (mut player, mut dealer) = (
            Player::new(&dice),
            Player::new(told.as_ref().unwrap_or(&dice)),
        );
        player.draw(seed);
        dealer.draw(seed);
        let fates = Fates::new(&dealer, &world);
        let everyone_at_once = crate::common::worlds::rules(100, 100);
        let generous = RoboMaker {
            robot_deployment_timeout: ROBOT_TIMEOUT_MAX_MS / 100,
            ..everyone_at_once.clone()
        };
        let tight = RoboMaker {
            robot_deployment_timeout: 60_000,
            ..everyone_at_once
        };
        for rules in [generous, tight] {
            let place = Place {
                kind,
                seed,
                replication: seed,
                rules: &rules,
            };
            let recording = player.record(&rules.setting(n));
            let history = expected(&fates, &mut player, &rules, &recording.outcome);
            assert_eq!(recording.outcome, history.outcome(), "{place:?}");
            assert_same_deployments(&player, &recording, &history, &place);
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

#[test]
fn cohorts_in_order_are_not_whole_or_not_in_order() {
    for_each_seed(300, |seed| {
        let case = Case::new(Kind::Itself, seed, 60, 8);
        let dice = Dice::new(&case.world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        for rules in &case.rules {
            let Order::Cohorts(cohorts) = &rules.order else {
                continue;
            };
            let order = player.start_order(&rules.order).to_vec();
            let cohort_of = |robot: u32| {
                case.world
                    .fleet
                    .cohorts
                    .iter()
                    .position(|c| c == case.world.fleet.member(robot).0)
            };
            let found: Vec<Option<usize>> = order.iter().map(|robot| cohort_of(*robot)).collect();
            let sizes = cohorts.iter().map(|cohort| {
                (
                    *cohort,
                    case.world.fleet.cohorts[usize::from(*cohort)].robots,
                )
            });
            let expected: Vec<Option<usize>> = sizes
                .flat_map(|(cohort, robots)| vec![Some(usize::from(cohort)); robots as usize])
                .collect();
            assert_eq!(found, expected, "seed {seed}, {rules:?}");
            assert_eq!(
                order.iter().collect::<BTreeSet<_>>().len(),
                order.len(),
                "seed {seed}: a robot comes twice"
            );
        }
    });
}

/// The level as docs/model.md has it, in whole numbers: with the smallest k for which the next cap lies above it.
#[test]
fn the_highest_level_that_fits_is_not_the_one_of_the_formula() {
    for seed in 0..20_000 {
        let mut choices = Choices::new(seed);
        let mut caps: Vec<u128> = (0..choices.below(7))
            .map(|_| u128::from(choices.below(12)))
            .collect();
        let capacity = u128::from(choices.below(30));
        caps.sort_unstable();
        let level = (0..caps.len()).find_map(|k| {
            let level = capacity.checked_sub(caps[..k].iter().sum())? / (caps.len() - k) as u128;
            (caps[k] > level).then_some(level)
        });
        let expected: Vec<u128> = caps
            .iter()
            .map(|cap| level.map_or(*cap, |level| level.min(*cap)))
            .collect();
        assert_eq!(shares(capacity, &caps), expected, "{caps:?} on {capacity}");
    }
}

/// What the random scenarios of this file reach.
#[derive(Debug, Default)]
struct Reached {
    robot_codes: BTreeSet<FailureCode>,
    job_codes: BTreeSet<FailureCode>,
    /// How often each of several things happened.
    counts: BTreeMap<&'static str, usize>,
}

impl Reached {
    fn count(&mut self, what: &'static str, happened: bool) {
        *self.counts.entry(what).or_default() += usize::from(happened);
    }

    fn add(&mut self, rules: &RoboMaker, outcome: &Outcome, history: &History) {
        self.robot_codes.extend(
            FailureCode::ALL
                .into_iter()
                .filter(|code| outcome.failures[*code as usize] > 0),
        );
        self.job_codes.extend(outcome.ended_by.code());
        let ended_by = |ended_by| outcome.ended_by == ended_by;
        let deadline = rules
            .fleet_timeout
            .min(rules.cancel.unwrap_or(rules.fleet_timeout));
        self.count("a success", ended_by(EndedBy::Success));
        self.count("a breach", ended_by(RoboMaker::BREACH));
        self.count(
            "a fleet timeout",
            ended_by(RoboMaker::FLEET_TIMEOUT) && outcome.started() > 0,
        );
        self.count(
            "a cancel",
            ended_by(EndedBy::Cancel) && outcome.started() > 0,
        );
        let early = |ended_by| outcome.ended_by == ended_by && outcome.started() == 0;
        self.count(
            "a fleet timeout before the first start",
            early(RoboMaker::FLEET_TIMEOUT),
        );
        self.count("a cancel before the first start", early(EndedBy::Cancel));
        self.count(
            "an abort at a deadline",
            outcome.ended_at.ms() == deadline && outcome.aborted > 0,
        );
        self.count(
            "an abort at a breach",
            ended_by(RoboMaker::BREACH) && outcome.aborted > 0,
        );
        let last_update = history
            .ended()
            .filter(|(_, ending)| ending.class == Class::Updated)
            .map(|(_, ending)| ending.time)
            .max();
        let healed_before = |robot: &Robot| {
            robot
                .healed
                .is_some_and(|healed| healed.updated && Some(healed.time.ms()) < last_update)
        };
        self.count(
            "a robot healed before the last update",
            history.robots.iter().any(healed_before),
        );
        self.count(
            "a watch longer than the rollout",
            history.watch_end > outcome.drained.ms(),
        );
        self.count(
            "a saturated link",
            history.links.iter().any(|link| link.saturated > 0),
        );
        self.count(
            "a link that is not saturated",
            history
                .links
                .iter()
                .any(|link| link.saturated == 0 && link.peak > 0),
        );
        let mut ends = BTreeSet::new();
        let starts: BTreeSet<Ms> = history
            .ended()
            .map(|(robot, _)| robot.deployment().start)
            .collect();
        self.count(
            "a second batch",
            rules.pacing == Pacing::Batches && starts.len() > 1,
        );
        self.count(
            "cohorts in order",
            matches!(rules.order, Order::Cohorts(_)) && history.robots.len() > 3,
        );
        for (robot, ending) in history.ended() {
            let healed_at_last = robot
                .healed
                .is_some_and(|healed| healed.time.ms() == history.watch_end);
            self.count("a robot healed at the end of the watch", healed_at_last);
            self.count(
                "a robot healed over a link at the end of the watch",
                healed_at_last && robot.fate.link.is_some(),
            );
            self.count("two ends at one instant", !ends.insert(ending.time));
            self.count(
                "an end at a deadline",
                ending.time == deadline && ending.class != Class::Aborted,
            );
            self.add_robot(rules, robot);
        }
    }

    fn add_robot(&mut self, rules: &RoboMaker, robot: &Robot) {
        let deployment = robot.deployment();
        let (walk, ending, path) = (
            &deployment.walk,
            deployment.ending.expect("it has ended"),
            &robot.fate.path,
        );
        let class = |class| ending.class == class;
        let lasted = ending.time - deployment.start;
        let silent = ending.code == Some(FailureCode::RobotDeploymentNoResponse);
        let in_download = walk.stage() == Stage::Downloading;
        self.count("an aborted robot", class(Class::Aborted));
        self.count(
            "an update at the timeout",
            lasted == rules.robot_deployment_timeout && class(Class::Updated),
        );
        self.count(
            "a contact after the start",
            walk.contacted
                .is_some_and(|contact| contact > deployment.start),
        );
        self.count(
            "a contact at an abort",
            walk.contacted == Some(ending.time) && class(Class::Aborted) && lasted > 0,
        );
        self.count(
            "a contact at the timeout",
            walk.contacted == Some(ending.time) && ending.timed_out,
        );
        self.count("a wait for a window", robot.waits().window > 0);
        self.count(
            "a timeout before the window opens",
            walk.contacted.is_none() && ending.timed_out && !silent,
        );
        self.count(
            "a silent robot that was contacted",
            silent && walk.contacted.is_some(),
        );
        self.count("a silent robot in its download", silent && in_download);
        self.count(
            "a silent robot that was done",
            silent && walk.done.is_some(),
        );
        let late = walk.done.is_some_and(|(done, _)| done < ending.time);
        self.count("a late report", late && !ending.timed_out);
        self.count(
            "a late report at the timeout",
            late && !ending.timed_out && lasted == rules.robot_deployment_timeout,
        );
        self.count("an abort before the report", late && class(Class::Aborted));
        self.count(
            "a robot healed",
            robot.healed.is_some_and(|healed| healed.updated),
        );
        let fate = &robot.fate;
        let clock = |time: Ms| fate.path.hour_at(time).0;
        self.count(
            "a wait in hours offline for a window that is closed, too",
            walk.edges(Stage::Contact).is_some_and(|(from, to)| {
                clock(from) && !fate.open_at(from) && robot.waits().offline < to - from
            }),
        );
        let worked = walk
            .visits
            .iter()
            .filter(|visit| visit.stage > Stage::Contact && visit.stage != Stage::Downloading);
        self.count(
            "a step that stops in hours offline",
            fate.stops
                && worked.clone().any(|visit| {
                    let length = fate.draws.length[visit.stage as usize];
                    let mishap = fate.draws.mishap[visit.stage as usize];
                    mishap.is_none() && visit.to.is_some_and(|to| to - visit.from > length)
                }),
        );
        self.count(
            "a step that goes on in hours offline",
            !fate.stops && worked.clone().any(|visit| clock(visit.from)),
        );
        self.count(
            "a robot given up in hours offline that healed",
            silent && clock(ending.time) && robot.healed.is_some(),
        );
        let in_job_only = ending.class == Class::Failed && walk.contacted.is_some();
        self.count(
            "a robot exposed only when it came back",
            robot.comeback().is_some() && !in_job_only,
        );
        self.count(
            "a robot healed that failed",
            robot.healed.is_some_and(|healed| !healed.updated),
        );
        self.count(
            "a robot that does not heal in time",
            robot
                .healing
                .as_ref()
                .is_some_and(|walk| walk.contacted.is_some())
                && robot.healed.is_none(),
        );
        self.count(
            "a healing download",
            robot
                .healing
                .as_ref()
                .is_some_and(|walk| walk.download.is_some()),
        );

        let Some(download) = &walk.download else {
            return;
        };
        self.count("a download cut", in_download && robot.bytes() > 0);
        self.count(
            "a download that goes on",
            download.resumptions > 0 && !robot.fate.restarts,
        );
        self.count("a download that begins anew", download.restarts > 0);
        let (_, to) = walk.edges(Stage::Downloading).expect("it has downloaded");
        let over = download.complete() && download.carried > 0;
        self.count(
            "a download complete when the robot goes offline",
            over && !path.online_at(to),
        );
        self.count(
            "a download complete at the timeout",
            over && ending.timed_out && to == ending.time,
        );
        self.count(
            "nothing to download while offline",
            download.complete() && download.carried == 0 && !path.online_at(to),
        );
        if let Some((rate, _)) = robot.fate.rate_at(to) {
            self.count("a download along a trace", over && !in_download);
            self.count(
                "a download along a trace cut in a pause",
                in_download && rate == 0,
            );
            self.count(
                "a download along a trace that begins anew",
                download.restarts > 0,
            );
            self.count(
                "a download along a trace that goes on",
                download.resumptions > 0 && !robot.fate.restarts,
            );
        }
        if robot.fate.link.is_some() {
            self.count("contention", robot.waits().contention > 0);
            self.count(
                "a download that goes on over a link",
                download.resumptions > 0,
            );
            self.count(
                "a timeout in a download over a link",
                in_download && ending.timed_out && robot.bytes() > 0,
            );
            self.count(
                "an abort in a download over a link",
                in_download && class(Class::Aborted) && robot.bytes() > 0,
            );
            self.count(
                "a download over a link complete when the robot goes offline",
                over && !path.online_at(to),
            );
            self.count(
                "a download over a link complete at an abort",
                over && class(Class::Aborted) && to == ending.time,
            );
        }
    }
}

/// The tests above are worth what their scenarios reach.
#[test]
fn random_scenarios_leave_a_code_an_end_or_a_tie_unreached() {
    let mut reached = Reached::default();
    for (kind, seeds) in Kind::ALL.into_iter().zip([600, 600, 800]) {
        for seed in 0..seeds {
            for_each_play(
                kind,
                seed,
                Case::new(kind, seed, 60, 4),
                1,
                |_, _, history, place| {
                    reached.add(place.rules, &history.outcome(), history);
                },
            );
        }
    }
    use FailureCode::*;
    let of_jobs_only = [
        FailureThresholdBreached,
        RobotApplicationDoesNotExist,
        DeploymentFleetDoesNotExist,
        FleetDeploymentTimeout,
    ];
    for code in FailureCode::ALL {
        assert_eq!(
            reached.robot_codes.contains(&code),
            !of_jobs_only.contains(&code),
            "{code} of robots"
        );
        let of_jobs =
            code.strikes_job() || matches!(code, FailureThresholdBreached | FleetDeploymentTimeout);
        assert_eq!(reached.job_codes.contains(&code), of_jobs, "{code} of jobs");
    }
    assert!(
        reached.counts.values().all(|count| *count >= 10),
        "too few of something: {reached:#?}"
    );
}
