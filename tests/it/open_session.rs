//! Sessions in which jobs are created by command, against plays that were planned, and what only they can do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::campaigns::{lenient, random_campaign, random_campaign_world};
use crate::common::for_each_seed;
use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world};
use crate::common::worlds::{bare, constant, script, scripted, world};
use crate::session::{assert_same_robots, job_at, random_job_world, times_of};
use rollcast::model::{
    Architecture, Cohort, Connectivity, Instant, Interrupted, Luck, Ms, Probability, SharedLink,
    World,
};
use rollcast::rollout::{RoboMaker, Rules};
use rollcast::sim::{
    Busy, Deployment, Deploys, Dice, JobKind, JobPlay, Journey, OpenSession, Player, RobotRecord,
    Verdict,
};

/// Longer than what follows a job takes to come; some robots of these worlds try for ever [ms].
const WATCHED: Ms = 86_400_000;

fn all(session: &OpenSession) -> Vec<u32> {
    (0..session.robots()).collect()
}

/// All robots at once, and nothing stops them.
fn everyone() -> Rules {
    Rules::from(RoboMaker {
        concurrent_deployment_percentage: 100,
        failure_threshold_percentage: 100,
        ..RoboMaker::default()
    })
}

/// A job in one go, with what it says of its robots in time from its creation on.
struct Planned {
    job: JobPlay,
    records: Vec<RobotRecord>,
    deployments: Vec<Deployment>,
}

#[test]
fn a_job_of_an_open_session_differs_from_its_play() {
    for_each_seed(600, |seed| {
        let mut choices = Choices::new(21_000_000 + seed);
        let world = random_job_world(&mut choices, 40);
        let rules = Rules::from(random_rules(&mut choices, &world));
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let recording = player.record(&rules.setting(world.fleet.robots()));
        let records: Vec<RobotRecord> = player.robots(&recording).collect();
        let deployments: Vec<Deployment> = player.deployments(&recording).collect();
        let start = deployments.first().map(|deployment| deployment.start);
        let mut times = times_of(&mut choices, &recording.outcome, &deployments);
        times.sort_unstable();
        let mut session = OpenSession::watching(&world, seed, WATCHED);
        let job = session
            .create_job(&all(&session), Deploys::release(0), &rules)
            .unwrap();
        let played = JobPlay {
            kind: JobKind::Main,
            created: Instant::CREATION,
            outcome: recording.outcome.clone(),
        };
        for time in times {
            let place = format!("seed {seed}, {time:?}, {rules:?}");
            session.advance(time);
            assert_eq!(
                session.job(job),
                job_at(time, start, &played, &deployments),
                "{place}"
            );
            assert_same_robots(&session.robots_of(job), &records, time, &place);
        }
    });
}

#[test]
fn jobs_created_when_a_campaign_creates_them_differ_from_its() {
    let followed = AtomicU64::new(0);
    for_each_seed(700, |seed| {
        let mut choices = Choices::new(23_000_000 + seed);
        let world = random_campaign_world(&mut choices);
        let mut campaign = random_campaign(&mut choices, &world);
        (campaign.canary, campaign.recovery) = (None, None);
        let rules = random_rules(&mut choices, &world);
        let rules = Rules::from(lenient(&mut choices, rules));
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let mut planned = Vec::new();
        player.record_campaign(&rules, &campaign, |player, job, recording| {
            planned.push(Planned {
                job: job.clone(),
                records: player.robots(recording).collect(),
                deployments: player.deployments(recording).collect(),
            });
        });
        let mut session = OpenSession::watching(&world, seed, WATCHED);
        for (number, planned) in (0..).zip(&planned) {
            let Planned {
                job,
                records,
                deployments,
            } = planned;
            let place = format!("seed {seed}, job {number}, {campaign:?} {rules:?}");
            session.advance(job.created);
            let mut robots: Vec<u32> = records.iter().map(|record| record.robot).collect();
            robots.sort_unstable();
            let created = session.create_job(&robots, Deploys::release(0), &rules);
            assert_eq!(created, Ok(number), "{place}");
            let mut times = times_of(&mut choices, &job.outcome, deployments);
            times.retain(|time| *time <= job.outcome.drained);
            times.push(job.outcome.drained);
            times.sort_unstable();
            let start = deployments.first().map(|deployment| deployment.start);
            let main = JobPlay {
                kind: JobKind::Main,
                ..job.clone()
            };
            for time in times {
                let now = time.of_job(job.created);
                session.advance(now);
                assert_eq!(
                    session.job(number),
                    job_at(now, start, &main, deployments),
                    "{place}"
                );
                assert_same_robots(&session.robots_of(number), records, time, &place);
            }
        }
        followed.fetch_add(planned.len().saturating_sub(1) as u64, Ordering::Relaxed);
    });
    assert!(followed.into_inner() > 400, "too few jobs followed another");
}

/// Each robot's journey in a job for all of a world's robots at once, by cohort and index.
fn journeys(session: &mut OpenSession) -> BTreeMap<(String, u32), Journey> {
    let job = session
        .create_job(&all(session), Deploys::release(0), &everyone())
        .unwrap();
    session.advance(Instant::at(200 * 86_400_000));
    let sights = session.robots_of(job);
    let fleet = session.fleet();
    let named = sights.into_iter().map(|sight| {
        let (cohort, index) = fleet.member(sight.robot);
        (
            (cohort.name.clone(), cohort.first_index + index),
            sight.deployment.unwrap(),
        )
    });
    named.collect()
}

/// A world whose cohorts leave nothing to be placed at random.
fn unplaced(choices: &mut Choices) -> World {
    let mut world = random_world(choices, 30);
    if choices.percent(60) {
        expose_to_time(choices, &mut world);
    }
    for cohort in &mut world.fleet.cohorts {
        cohort.architectures = [cohort.robots, 0, 0];
        cohort.dead = 0;
        cohort.inventory = Default::default();
    }
    world
}

#[test]
fn robots_that_are_added_are_not_the_next_ones_of_their_cohort() {
    for_each_seed(100, |seed| {
        let mut choices = Choices::new(25_000_000 + seed);
        let small = unplaced(&mut choices);
        let mut large = small.clone();
        let mut added = OpenSession::watching(&small, seed, WATCHED);
        for number in 0..choices.below(12) {
            let cohort = choices.below(small.fleet.cohorts.len() as u64) as usize;
            let Cohort {
                robots,
                architectures,
                ..
            } = &mut large.fleet.cohorts[cohort];
            *robots += 1;
            architectures[0] += 1;
            let robot = added.add_robot(cohort, &format!("added-{number}"), Architecture::X86_64);
            assert_eq!(robot, Some(added.robots() - 1));
        }
        let mut listed = OpenSession::watching(&large, seed, WATCHED);
        assert_eq!(journeys(&mut added), journeys(&mut listed), "seed {seed}");
    });
}

/// How many robots a job for all of them updates, once it has drained.
fn updated_by(session: &mut OpenSession, release: u32) -> u32 {
    let job = session
        .create_job(&all(session), Deploys::release(release), &everyone())
        .unwrap();
    session.advance(Instant::at(session.now().ms() + 86_400_000));
    assert!(session.is_over(job));
    session.job(job).counts.updated
}

#[test]
fn releases_of_a_replication_share_their_luck() {
    // A release's scripts fail on nearly all robots or on nearly none, one as likely as the other.
    let mut failing = script(constant(10.0), 0.0);
    failing.failure = Probability::Beta {
        mean: 0.5,
        correlation: 0.98,
    };
    failing.repeat = 0.0;
    for luck in [Luck::Shared, Luck::PerCohort] {
        let mut world = world(5, vec![scripted("robots", 50, failing.clone())]);
        world.luck = luck;
        let dice = Dice::new(&world);
        let mut both_good = 0;
        for replication in 0..40 {
            let mut session = OpenSession::new(&world, replication);
            let updated = [0, 1, 2, 1, 0].map(|release| updated_by(&mut session, release));
            let good = updated.map(|updated| updated >= 25);
            let chance = dice.mishap_probabilities(replication)[0][0];
            assert_eq!(
                good[0],
                chance < 0.5,
                "the first has not the replication's luck"
            );
            assert_eq!(good, [good[0], good[1], good[2], good[1], good[0]]);
            both_good += u32::from(good[1] && good[2]);
        }
        // A quarter of 40, within four standard deviations.
        assert!(both_good.abs_diff(10) < 11, "{both_good}");
    }
}

#[test]
fn a_script_that_failed_fails_again_in_another_release() {
    let world = world(
        6,
        vec![scripted("robots", 2_000, script(constant(10.0), 0.3))],
    );
    let mut session = OpenSession::new(&world, 0);
    let first = updated_by(&mut session, 0);
    // It fails again on those robots, and on three in ten of the others.
    let again = updated_by(&mut session, 0);
    assert!(again.abs_diff(first * 7 / 10) < 100, "{first} {again}");
    let other = updated_by(&mut session, 1);
    assert!(other.abs_diff(1_400) < 100, "{other}");
}

#[test]
fn what_a_version_or_a_request_leaves_out_is_played() {
    let mut cohort = scripted("robots", 10, script(constant(60.0), 1.0));
    cohort.architectures = [6, 4, 0];
    let world = world(7, vec![cohort]);
    let deploys = Deploys {
        release: 0,
        architectures: [true, false, false],
        scripts: [false; 3],
    };
    let mut session = OpenSession::new(&world, 0);
    let job = session
        .create_job(&all(&session), deploys, &everyone())
        .unwrap();
    session.advance(Instant::at(1_000));
    let counts = session.job(job).counts;
    assert_eq!((counts.updated, counts.failed), (6, 4));
}

/// Robots that are online for a minute in every hour, at their own times.
fn rarely_online() -> Connectivity {
    Connectivity::new(constant(60.0), constant(3_540.0), Interrupted::Resumes).unwrap()
}

fn rules_with_timeout(timeout: Ms) -> Rules {
    Rules::from(RoboMaker {
        concurrent_deployment_percentage: 100,
        failure_threshold_percentage: 100,
        robot_deployment_timeout: timeout,
        ..RoboMaker::default()
    })
}

#[test]
fn silent_robots_are_lost_when_others_of_their_job_get_another_one() {
    let mut cohort = bare("robots", 20);
    cohort.connectivity = Some(rarely_online());
    let world = world(8, vec![cohort]);
    let mut session = OpenSession::new(&world, 0);
    let job = session
        .create_job(
            &all(&session),
            Deploys::release(0),
            &rules_with_timeout(60_000),
        )
        .unwrap();
    while !session.is_over(job) {
        session.advance_to_next_change().unwrap();
    }
    let silent: Vec<u32> = session
        .robots_of(job)
        .into_iter()
        .filter(|sight| sight.deployment.as_ref().unwrap().verdict == Verdict::NoResponse)
        .map(|sight| sight.robot)
        .collect();
    assert!(silent.len() > 10);
    let other = silent.iter().copied().min().unwrap();
    let next = session
        .create_job(
            &[other],
            Deploys::release(1),
            &rules_with_timeout(7_200_000),
        )
        .unwrap();
    session.advance(Instant::at(2 * 3_600_000));
    // All but that one heal by the old job, each at its own time; that one is updated by the new job.
    let mut healed: Vec<u32> = session
        .healed(job)
        .into_iter()
        .map(|(robot, _)| robot)
        .collect();
    healed.sort_unstable();
    let mut expected = silent.clone();
    expected.sort_unstable();
    expected.retain(|robot| *robot != other);
    assert_eq!(healed, expected);
    assert_eq!(session.job(next).counts.updated, 1);
    // The job that gave them up does not change.
    assert_eq!(session.job(job).counts.failed as usize, silent.len());
}

#[test]
fn jobs_that_would_meet_are_created() {
    let cohort = |name: &str, link| Cohort {
        link,
        ..scripted(name, 4, script(constant(600.0), 0.0))
    };
    let mut world = world(
        9,
        vec![
            cohort("a", Some(0)),
            cohort("b", Some(0)),
            cohort("c", None),
        ],
    );
    world.links = vec![SharedLink {
        name: "line".to_owned(),
        capacity: 1_000_000,
    }];
    let mut session = OpenSession::new(&world, 0);
    let create = |robots: std::ops::Range<u32>, session: &mut OpenSession| {
        let robots: Vec<u32> = robots.collect();
        session.create_job(&robots, Deploys::release(0), &everyone())
    };
    assert_eq!(create(0..4, &mut session), Ok(0));
    assert_eq!(
        create(3..5, &mut session),
        Err(Busy::Robot { robot: 3, job: 0 })
    );
    let link = "line".to_owned();
    assert_eq!(create(4..8, &mut session), Err(Busy::Link { link, job: 0 }));
    assert_eq!(create(8..12, &mut session), Ok(1));
    assert!(session.cancel(0) && !session.cancel(0));
    assert!(!session.is_over(0), "robots in flight drain");
    session.advance(Instant::at(3_600_000));
    assert_eq!(create(3..8, &mut session), Ok(2));
}
