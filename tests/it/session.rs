//! Sessions, which are taken on, looked at and told to cancel, against the same plays in one go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::campaigns::{find_faults_late, lenient, random_campaign, random_campaign_world};
use crate::common::for_each_seed;
use crate::common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use rollcast::model::{Instant, Interrupted, LocalSteps, Ms, World};
use rollcast::model::{NEVER, Stage};
use rollcast::rollout::{EndedBy, Engine, RoboMaker};
use rollcast::sim::{
    CampaignPlay, Deployment, Dice, JobKind, JobPlay, JobSight, Outcome, Player, RobotRecord,
    RobotSight, Session, StatusCounts, Verdict,
};

/// What a recording says of a time.
pub fn counts_at(time: Instant, outcome: &Outcome, deployments: &[Deployment]) -> StatusCounts {
    let started = deployments
        .iter()
        .filter(|deployment| deployment.start <= time)
        .count() as u32;
    let ended = |which: fn(Verdict) -> bool| {
        deployments
            .iter()
            .filter(|deployment| deployment.end <= time && which(deployment.verdict))
            .count() as u32
    };
    let [updated, failed, aborted] = [
        |verdict| verdict == Verdict::Updated,
        Verdict::failed,
        |verdict| verdict == Verdict::Aborted,
    ]
    .map(ended);
    let down = |deployment: &&Deployment| {
        deployment
            .down
            .is_some_and(|(from, up)| from <= time && time < up)
    };
    let over = outcome.ended_at <= time;
    let left = outcome.n - started;
    StatusCounts {
        pending: if over { 0 } else { left },
        deploying: started - updated - failed - aborted,
        updated,
        failed,
        aborted,
        never_started: if over { left } else { 0 },
        down: deployments.iter().filter(down).count() as u32,
    }
}

pub fn assert_same_robots(
    seen: &[RobotSight],
    records: &[RobotRecord],
    time: Instant,
    place: &str,
) {
    assert_eq!(seen.len(), records.len(), "{place}");
    for (sight, record) in seen.iter().zip(records) {
        assert_eq!(sight.robot, record.robot, "{place}");
        let recorded = (record.deployment.as_ref()).filter(|journey| journey.start <= time);
        assert_eq!(
            sight.deployment.is_some(),
            recorded.is_some(),
            "{place}: {sight:?} {record:?}"
        );
        let (Some(journey), Some(recorded)) = (&sight.deployment, recorded) else {
            continue;
        };
        assert_eq!(journey.start, recorded.start, "{place}");
        if !sight.in_flight {
            assert_eq!(journey, recorded, "{place}");
            continue;
        }
        assert!(
            recorded.end > time || recorded.verdict == Verdict::Aborted,
            "{place}: {sight:?} {record:?}"
        );
        assert!(
            journey.last <= recorded.last && journey.bytes <= recorded.bytes,
            "{place}: {journey:?} {recorded:?}"
        );
        assert_eq!(
            journey.contact,
            recorded.contact.filter(|contact| *contact <= time),
            "{place}"
        );
        for stage in Stage::ALL
            .into_iter()
            .filter(|stage| *stage <= journey.last)
        {
            assert_eq!(
                journey.from(stage),
                recorded.from(stage),
                "{place}: {stage:?}"
            );
            assert_eq!(
                journey.to(stage),
                recorded.to(stage).min(time),
                "{place}: {stage:?}"
            );
        }
    }
}

/// What a play says of a job at a time.
pub fn job_at(
    time: Instant,
    start: Option<Instant>,
    job: &JobPlay,
    deployments: &[Deployment],
) -> JobSight {
    let JobPlay {
        kind,
        created,
        outcome,
    } = job;
    let past = |time_of: Instant| Some(time_of.of_job(*created)).filter(|past| *past <= time);
    JobSight {
        kind: *kind,
        created: *created,
        robots: outcome.n,
        first_start: start.and_then(past),
        ended: past(outcome.ended_at).map(|end| (outcome.ended_by, end)),
        drained: past(outcome.drained),
        counts: counts_at(time.since(*created), outcome, deployments),
    }
}

pub fn random_job_world(choices: &mut Choices, robots: u32) -> World {
    let mut world = random_world(choices, robots);
    if choices.percent(60) {
        expose_to_time(choices, &mut world);
    }
    if choices.percent(60) {
        share_links(choices, &mut world);
    }
    world
}

/// Times by which something of a job happens, and others, ascending.
pub fn times_of(
    choices: &mut Choices,
    outcome: &Outcome,
    deployments: &[Deployment],
) -> Vec<Instant> {
    let mut times: Vec<Instant> = (0..6)
        .map(|_| Instant::at(choices.below(outcome.drained.ms() + 2)))
        .collect();
    times.extend(
        deployments
            .iter()
            .flat_map(|deployment| [deployment.start, deployment.end])
            .filter(|_| choices.percent(10)),
    );
    times.push(outcome.ended_at);
    times
}

/// Steps through to the end, from event to event: each is later than the one before.
fn event_by_event(mut session: Session, place: &str) -> CampaignPlay {
    let mut now = Instant::CREATION;
    while let Some(time) = session.advance_to_next_event() {
        assert!(
            time > now && time == session.now(),
            "{place}: {time:?} after {now:?}"
        );
        now = time;
    }
    assert!(session.is_over(), "{place}");
    session.finish()
}

#[test]
fn a_session_of_a_job_differs_from_its_play() {
    for_each_seed(1_200, |seed| {
        let mut choices = Choices::new(3_000_000 + seed);
        let world = random_job_world(&mut choices, 40);
        let dice = Arc::new(Dice::new(&world));
        let mut player = Player::new(&dice);
        player.draw(seed);
        for _ in 0..3 {
            let rules = random_rules(&mut choices, &world);
            let setting = rules.setting(world.fleet.robots());
            let recording = player.record(&setting);
            let outcome = recording.outcome.clone();
            let records: Vec<RobotRecord> = player.robots(&recording).collect();
            let deployments: Vec<Deployment> = player.deployments(&recording).collect();
            let start = deployments.first().map(|deployment| deployment.start);
            let mut times = times_of(&mut choices, &outcome, &deployments);
            times.sort_unstable();
            let new = || Session::new(Arc::clone(&dice), seed, &rules.clone().into(), None);
            let mut session = new();
            let job = JobPlay {
                kind: JobKind::Main,
                created: Instant::CREATION,
                outcome: outcome.clone(),
            };
            for time in times {
                let place = format!("seed {seed}, {time:?}, {setting:?}");
                session.advance(time);
                assert_eq!(session.now(), time);
                assert_eq!(
                    session.jobs(),
                    [job_at(time, start, &job, &deployments)],
                    "{place}"
                );
                assert_same_robots(&session.robots(JobKind::Main), &records, time, &place);
            }
            let place = format!("seed {seed}, {setting:?}");
            for play in [
                session.finish(),
                new().finish(),
                event_by_event(new(), &place),
            ] {
                assert_eq!(play.outcome, outcome, "{place}");
                assert_eq!(play.jobs.as_slice(), std::slice::from_ref(&job), "{place}");
                assert!(
                    play.deployed
                        .iter()
                        .map(|(_, deployment)| *deployment)
                        .eq(deployments.iter().copied()),
                    "{place}"
                );
            }
        }
    });
}

/// A job of a campaign and what its play in one go says of its robots, in time from its creation on.
struct Played {
    job: JobPlay,
    records: Vec<RobotRecord>,
    deployments: Vec<Deployment>,
}

#[test]
fn a_session_of_a_campaign_differs_from_its_play() {
    let jobs = AtomicU64::new(0);
    for_each_seed(700, |seed| {
        let mut choices = Choices::new(11_000_000 + seed);
        let mut world = random_campaign_world(&mut choices);
        let mut campaign = random_campaign(&mut choices, &world);
        if choices.percent(30) {
            find_faults_late(&mut choices, &mut world, &mut campaign);
        }
        let rules = random_rules(&mut choices, &world);
        let rules = lenient(&mut choices, rules);
        let dice = Arc::new(Dice::new(&world));
        let mut player = Player::new(&dice);
        for replication in 0..2 {
            player.draw(replication);
            let mut played = Vec::new();
            let whole = player.record_campaign(
                &rules.clone().into(),
                &campaign,
                |player, job, recording| {
                    let records = player.robots(recording).collect();
                    played.push(Played {
                        job: job.clone(),
                        records,
                        deployments: player.deployments(recording).collect(),
                    });
                },
            );
            jobs.fetch_add(played.len() as u64, Ordering::Relaxed);
            let of_job = |choices: &mut Choices, played: &Played| {
                let times = times_of(choices, &played.job.outcome, &played.deployments);
                times
                    .into_iter()
                    .map(|time| time.of_job(played.job.created))
                    .collect::<Vec<Instant>>()
            };
            let mut times: Vec<Instant> = played
                .iter()
                .flat_map(|played| of_job(&mut choices, played))
                .collect();
            times.extend(played.iter().map(|played| played.job.created));
            times.sort_unstable();
            let new = || {
                Session::new(
                    Arc::clone(&dice),
                    replication,
                    &rules.clone().into(),
                    Some(&campaign),
                )
            };
            let mut session = new();
            for time in times {
                let place = format!(
                    "seed {seed}, replication {replication}, {time:?}, {campaign:?} {rules:?}"
                );
                session.advance(time);
                let created = || played.iter().filter(|played| played.job.created <= time);
                let expected = created().map(
                    |Played {
                         job, deployments, ..
                     }| {
                        job_at(
                            time,
                            deployments.first().map(|deployment| deployment.start),
                            job,
                            deployments,
                        )
                    },
                );
                assert_eq!(
                    session.jobs(),
                    expected.collect::<Vec<JobSight>>(),
                    "{place}"
                );
                for Played { job, records, .. } in created() {
                    assert_same_robots(
                        &session.robots(job.kind),
                        records,
                        time.since(job.created),
                        &place,
                    );
                }
            }
            let place = format!("seed {seed}, replication {replication}, {campaign:?} {rules:?}");
            for play in [
                session.finish(),
                new().finish(),
                event_by_event(new(), &place),
            ] {
                assert_eq!(play, whole, "{place}");
            }
        }
    });
    assert!(jobs.into_inner() > 2_000, "too few jobs were played");
}

/// Cancels each job of a session that has not ended so long after its creation, but for a recovery.
fn canceling(mut session: Session, cancel: Ms) -> CampaignPlay {
    let mut dealt_with = 0;
    loop {
        match session.jobs().get(dealt_with).cloned() {
            Some(JobSight {
                kind: JobKind::Recovery,
                ..
            }) => return session.finish(),
            Some(JobSight { created, .. }) => {
                // A job that is created meanwhile is not to be canceled before this one.
                session.advance(created + cancel);
                let goes_on = session
                    .jobs()
                    .last()
                    .is_some_and(|job| job.created == created && job.ended.is_none());
                if session.jobs().len() == dealt_with + 1 {
                    assert_eq!(session.cancel(), goes_on);
                    assert!(session.jobs()[dealt_with].ended.is_some());
                }
                dealt_with += 1;
            }
            None if session.advance_to_next_event().is_none() => return session.finish(),
            None => {}
        }
    }
}

/// Rules that say nothing of canceling, and those that cancel a job so long after its creation.
fn with_and_without_cancel(
    choices: &mut Choices,
    rules: RoboMaker,
    latest: Ms,
) -> (RoboMaker, RoboMaker, Ms) {
    let cancel = match choices.below(6) {
        0 => choices.below(20_000),
        _ => choices.below(latest + 1),
    };
    // Of two times that are the same, rules take the cancel for the cause.
    let cancel = if cancel == rules.fleet_timeout {
        cancel + 1
    } else {
        cancel
    };
    let without = RoboMaker {
        cancel: None,
        ..rules
    };
    (
        without.clone(),
        RoboMaker {
            cancel: Some(cancel),
            ..without
        },
        cancel,
    )
}

#[test]
fn to_cancel_now_differs_from_a_plan_to_cancel_then() {
    let canceled = AtomicU64::new(0);
    for_each_seed(1_500, |seed| {
        let mut choices = Choices::new(12_000_000 + seed);
        let world = random_job_world(&mut choices, 40);
        let dice = Arc::new(Dice::new(&world));
        let mut player = Player::new(&dice);
        player.draw(seed);
        let rules = random_rules(&mut choices, &world);
        let whole = player.play(
            &RoboMaker {
                cancel: None,
                ..rules.clone()
            }
            .setting(world.fleet.robots()),
        );
        let (without, with, cancel) =
            with_and_without_cancel(&mut choices, rules, whole.drained.ms());
        let planned = player.play(&with.setting(world.fleet.robots()));
        let mut session = Session::new(Arc::clone(&dice), seed, &without.clone().into(), None);
        session.advance(Instant::at(cancel));
        session.cancel();
        assert_eq!(session.finish().outcome, planned, "seed {seed}, {with:?}");
        canceled.fetch_add(
            u64::from(planned.ended_by == EndedBy::Cancel),
            Ordering::Relaxed,
        );
    });
    assert!(canceled.into_inner() > 500, "too few jobs were canceled");
}

#[test]
fn a_campaign_goes_on_otherwise_after_a_cancel_than_as_planned() {
    let canceled = AtomicU64::new(0);
    for_each_seed(700, |seed| {
        let mut choices = Choices::new(13_000_000 + seed);
        let world = random_campaign_world(&mut choices);
        let campaign = random_campaign(&mut choices, &world);
        let rules = random_rules(&mut choices, &world);
        let rules = lenient(&mut choices, rules);
        let dice = Arc::new(Dice::new(&world));
        let mut player = Player::new(&dice);
        player.draw(seed);
        let (without, with, cancel) = with_and_without_cancel(&mut choices, rules, 400_000);
        let planned = player.play_campaign(&with.clone().into(), &campaign);
        let session = Session::new(
            Arc::clone(&dice),
            seed,
            &without.clone().into(),
            Some(&campaign),
        );
        assert_eq!(
            canceling(session, cancel),
            planned,
            "seed {seed}, {with:?} {campaign:?}"
        );
        let ended = planned
            .jobs
            .iter()
            .filter(|job| job.outcome.ended_by == EndedBy::Cancel)
            .count();
        canceled.fetch_add(ended as u64, Ordering::Relaxed);
    });
    assert!(canceled.into_inner() > 300, "too few jobs were canceled");
}

/// The online time of a download from `from` to `time` that is not lost, spell by spell.
fn kept(player: &Player, robot: u32, from: Instant, time: Instant, restarts: bool) -> Ms {
    let mut presence = player.presence(robot);
    let (mut now, mut kept) = (from, 0);
    while now < time {
        let spell = presence.spell_at(now);
        let until = spell.until.min(time);
        if spell.online {
            kept += until - now;
        } else if restarts {
            kept = 0;
        }
        now = until;
    }
    // Where it goes offline at this very moment, what it has is lost at this very moment.
    if restarts && !presence.online(time) {
        0
    } else {
        kept
    }
}

#[test]
fn progress_is_what_the_journey_comes_to() {
    let seen = AtomicU64::new(0);
    for_each_seed(600, |seed| {
        let mut choices = Choices::new(4_000_000 + seed);
        let world = random_job_world(&mut choices, 30);
        let dice = Arc::new(Dice::new(&world));
        let mut player = Player::new(&dice);
        player.draw(seed);
        let rules = random_rules(&mut choices, &world);
        let recording = player.record(&rules.setting(world.fleet.robots()));
        let records: Vec<RobotRecord> = player.robots(&recording).collect();
        let mut times: Vec<Instant> = (0..40)
            .map(|_| Instant::at(choices.below(recording.outcome.drained.ms() + 2)))
            .collect();
        times.sort_unstable();
        let mut session = Session::new(Arc::clone(&dice), seed, &rules.clone().into(), None);
        for time in times {
            session.advance(time);
            for (sight, record) in session.robots(JobKind::Main).iter().zip(&records) {
                let Some(journey) = &sight.deployment else {
                    assert_eq!(sight.progress, None);
                    continue;
                };
                let place = format!("seed {seed}, {time:?}: {sight:?} {record:?}");
                let within = sight.in_flight
                    && matches!(journey.last, Stage::Downloading | Stage::Extracting);
                assert_eq!(sight.progress.is_some(), within, "{place}");
                let Some(progress) = sight.progress else {
                    continue;
                };
                seen.fetch_add(1, Ordering::Relaxed);
                let (cohort, index) = world.fleet.member(sight.robot);
                let draws = player.draws(sight.robot);
                let [download, extraction] = [Stage::Downloading, Stage::Extracting]
                    .map(|stage| draws.length[stage as usize]);
                assert!(progress.done <= progress.total, "{place}");
                let restarts = cohort
                    .connectivity
                    .as_ref()
                    .is_some_and(|law| law.interrupted == Interrupted::Restarts);
                let linked = cohort.link_of(index).is_some() && draws.bundle > 0;
                assert_eq!(
                    progress.total,
                    (download + extraction).min(NEVER),
                    "{place}"
                );
                let Some(left) = progress.left else {
                    assert_eq!(progress.total, NEVER, "{place}");
                    continue;
                };
                let own_trace = cohort.rate_trace_of(index).is_some();
                match journey.last {
                    Stage::Downloading if own_trace => {
                        // What is received counts in proportion to the bundle, whatever the pace.
                        let share = journey.bytes as f64 / draws.bundle.max(1) as f64;
                        let done = share * download as f64;
                        assert!(
                            restarts || (progress.done as f64 - done).abs() <= 2.0,
                            "{place}: {done}"
                        );
                        // If the robot stays online, it is complete when it is said to be, or less than a round of the trace before.
                        let whole = record.deployment.as_ref().expect("it started");
                        let to = whole.to(Stage::Downloading);
                        let spell = player.presence(sight.robot).spell_at(time);
                        if spell.online && spell.until >= to && whole.last > Stage::Downloading {
                            let said = time + (left - extraction);
                            let round = cohort.rate_trace.as_ref().map_or(0, |it| it.period());
                            assert!(to <= said && said < to + round, "{place}: {said:?}");
                        }
                    }
                    Stage::Downloading if !linked => {
                        let kept = kept(
                            &player,
                            sight.robot,
                            journey.from(Stage::Downloading),
                            time,
                            restarts,
                        );
                        assert_eq!(
                            (progress.done, left),
                            (kept, progress.total - kept),
                            "{place}"
                        );
                    }
                    // A share of a few bytes says little.
                    Stage::Downloading if !restarts && journey.bytes > 100_000 => {
                        let share = journey.bytes as f64 / draws.bundle as f64;
                        let done = share * download as f64;
                        assert!(
                            (progress.done as f64 - done).abs() <= 2.0 + 1e-6 * done,
                            "{place}: {done}"
                        );
                        let pace = journey.slot.download as f64 / share * (1.0 - share);
                        let expected = pace + extraction as f64;
                        assert!(
                            (left as f64 - expected).abs() <= 2.0 + 0.01 * expected,
                            "{place}: {expected}"
                        );
                    }
                    Stage::Downloading => assert!(left >= extraction, "{place}"),
                    _ => {
                        let stops = cohort
                            .connectivity
                            .as_ref()
                            .is_some_and(|it| it.local_steps == LocalSteps::Stop);
                        let hours = cohort.offline_hours_of(index).filter(|_| stops);
                        let at_work = |ms: &Ms| hours.is_none_or(|hours| !hours.open_at(*ms));
                        let from = journey.from(Stage::Extracting);
                        let gone = (from.ms()..time.ms()).filter(at_work).count() as Ms;
                        assert_eq!(left, extraction.saturating_sub(gone), "{place}");
                        assert_eq!(progress.done + left, progress.total, "{place}");
                    }
                }
                // Of a step that nothing disturbs, the shares of work and of time are one.
                let whole = record.deployment.as_ref().expect("it started");
                let (from, to) = (whole.from(Stage::Downloading), whole.to(Stage::Extracting));
                let undisturbed = whole.last > Stage::Extracting
                    && !own_trace
                    && cohort.offline_hours_of(index).is_none()
                    && whole.verdict != Verdict::Aborted
                    && to - from == download + extraction;
                if undisturbed {
                    assert!(progress.done.abs_diff(time - from) <= 1, "{place}");
                    assert!(
                        to.ms().abs_diff((time + left).ms()) <= 1 + (to - from) / 1000,
                        "{place}"
                    );
                }
            }
        }
    });
    assert!(
        seen.into_inner() > 10_000,
        "too few robots were seen on their way"
    );
}
