//! A play that is taken to a time, looked at and taken on, against the same play in one go.

mod common;

use common::for_each_seed;
use common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use rollcast::model::{Interrupted, Ms};
use rollcast::rollout::Engine;
use rollcast::sim::{Counts, Dice, EndState, NEVER, Outcome, Passage, Player, RobotRecord, RobotSight, Stage, Verdict};

/// What a recording says of a time.
fn counts_at(time: Ms, outcome: &Outcome, passages: &[Passage]) -> Counts {
    let started = passages.iter().filter(|passage| passage.start <= time).count() as u32;
    let ended = |state| passages.iter().filter(|passage| passage.end <= time && passage.end_state == state).count() as u32;
    let [updated, failed, aborted] = [EndState::Updated, EndState::Failed, EndState::Aborted].map(ended);
    let down = |passage: &&Passage| passage.down.is_some_and(|(from, up)| from <= time && time < up);
    let over = outcome.job_duration <= time;
    let left = outcome.n - started;
    Counts {
        pending: if over { 0 } else { left },
        deploying: started - updated - failed - aborted,
        updated,
        failed,
        aborted,
        never_started: if over { left } else { 0 },
        down: passages.iter().filter(down).count() as u32,
    }
}

fn assert_same_robots(playing: &[RobotSight], records: &[RobotRecord], time: Ms, place: &str) {
    for (sight, record) in playing.iter().zip(records) {
        assert_eq!(sight.robot, record.robot, "{place}");
        let recorded = record.deployment.as_ref().filter(|(start, _)| *start <= time);
        assert_eq!(sight.deployment.is_some(), recorded.is_some(), "{place}: {sight:?} {record:?}");
        let (Some((start, journey)), Some((recorded_start, recorded))) = (&sight.deployment, recorded) else { continue };
        assert_eq!(start, recorded_start, "{place}");
        if !sight.in_flight {
            assert_eq!(journey, recorded, "{place}");
            continue;
        }
        assert!(start + recorded.end() > time || recorded.verdict == Verdict::Aborted, "{place}: {sight:?} {record:?}");
        assert!(journey.last <= recorded.last && journey.bytes <= recorded.bytes, "{place}: {journey:?} {recorded:?}");
        assert_eq!(journey.contact(), recorded.contact().filter(|contact| start + contact <= time), "{place}");
        for stage in Stage::ALL.into_iter().filter(|stage| *stage <= journey.last) {
            assert_eq!(journey.from(stage), recorded.from(stage), "{place}: {stage:?}");
            assert_eq!(journey.to(stage), recorded.to(stage).min(time - start), "{place}: {stage:?}");
        }
    }
}

#[test]
fn a_look_changes_what_comes_or_sees_something_else() {
    for_each_seed(1_200, |seed| {
        let mut choices = Choices::new(3_000_000 + seed);
        let mut world = random_world(&mut choices, 40);
        if choices.percent(60) {
            expose_to_time(&mut choices, &mut world);
        }
        if choices.percent(60) {
            share_links(&mut choices, &mut world);
        }
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        for _ in 0..3 {
            let setting = random_rules(&mut choices, &world).setting(world.fleet.robots());
            let recording = player.record(&setting);
            let outcome = recording.outcome.clone();
            let records: Vec<RobotRecord> = player.robots(&recording).collect();
            let passages: Vec<Passage> = player.passages(&recording).collect();
            let mut times: Vec<Ms> = (0..6).map(|_| choices.below(outcome.drained + 2)).collect();
            times.extend(passages.iter().flat_map(|passage| [passage.start, passage.end]).filter(|_| choices.percent(10)));
            times.sort_unstable();
            let mut playing = player.begin(&setting);
            for time in times {
                let place = format!("seed {seed}, {time} ms, {setting:?}");
                playing.advance(time);
                assert_eq!(playing.now(), time);
                assert_eq!(playing.counts(), counts_at(time, &outcome, &passages), "{place}");
                assert_eq!(playing.ended().is_some(), outcome.job_duration <= time, "{place}");
                if outcome.ended_by.name() != "job_fault" && !passages.is_empty() {
                    assert_same_robots(&playing.robots(), &records, time, &place);
                }
            }
            assert_eq!(playing.finish(), outcome, "seed {seed}, {setting:?}");
        }
    });
}

/// The online time of a download from `from` to `time` that is not lost, spell by spell.
fn kept(player: &Player, robot: u32, from: Ms, time: Ms, restarts: bool) -> Ms {
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
    if restarts && !presence.online(time) { 0 } else { kept }
}

#[test]
fn progress_is_what_the_journey_comes_to() {
    let seen = std::sync::atomic::AtomicU64::new(0);
    for_each_seed(600, |seed| {
        let mut choices = Choices::new(4_000_000 + seed);
        let mut world = random_world(&mut choices, 30);
        if choices.percent(60) {
            expose_to_time(&mut choices, &mut world);
        }
        if choices.percent(50) {
            share_links(&mut choices, &mut world);
        }
        let dice = Dice::new(&world);
        let mut player = Player::new(&dice);
        player.draw(seed);
        let setting = random_rules(&mut choices, &world).setting(world.fleet.robots());
        let recording = player.record(&setting);
        let records: Vec<RobotRecord> = player.robots(&recording).collect();
        let mut times: Vec<Ms> = (0..40).map(|_| choices.below(recording.outcome.drained + 2)).collect();
        times.sort_unstable();
        let mut playing = player.begin_again(&setting);
        for time in times {
            playing.advance(time);
            for (sight, record) in playing.robots().iter().zip(&records) {
                let Some((start, journey)) = &sight.deployment else {
                    assert_eq!(sight.progress, None);
                    continue;
                };
                let place = format!("seed {seed}, {time} ms: {sight:?} {record:?}");
                let within = sight.in_flight && matches!(journey.last, Stage::Downloading | Stage::Extracting);
                assert_eq!(sight.progress.is_some(), within, "{place}");
                let Some(progress) = sight.progress else { continue };
                seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let (cohort, index) = world.fleet.member(sight.robot);
                let draws = player.draws(sight.robot);
                let [download, extraction] = [Stage::Downloading, Stage::Extracting].map(|stage| draws.length[stage as usize]);
                assert!(progress.done <= progress.total, "{place}");
                let restarts = cohort.connectivity.as_ref().is_some_and(|law| law.interrupted == Interrupted::Restarts);
                let linked = cohort.link_of(index).is_some() && draws.bundle > 0;
                assert_eq!(progress.total, (download + extraction).min(NEVER), "{place}");
                let Some(left) = progress.left else {
                    assert_eq!(progress.total, NEVER, "{place}");
                    continue;
                };
                match journey.last {
                    Stage::Downloading if !linked => {
                        let kept = kept(&player, sight.robot, start + journey.from(Stage::Downloading), time, restarts);
                        assert_eq!((progress.done, left), (kept, progress.total - kept), "{place}");
                    }
                    // A share of a few bytes says little.
                    Stage::Downloading if !restarts && journey.bytes > 100_000 => {
                        let share = journey.bytes as f64 / draws.bundle as f64;
                        let done = share * download as f64;
                        assert!((progress.done as f64 - done).abs() <= 2.0 + 1e-6 * done, "{place}: {done}");
                        let pace = journey.download as f64 / share * (1.0 - share);
                        let expected = pace + extraction as f64;
                        assert!((left as f64 - expected).abs() <= 2.0 + 0.01 * expected, "{place}: {expected}");
                    }
                    Stage::Downloading => assert!(left >= extraction, "{place}"),
                    _ => {
                        let gone = time - start - journey.from(Stage::Extracting);
                        assert_eq!(left, extraction.saturating_sub(gone), "{place}");
                        assert_eq!(progress.done + left, progress.total, "{place}");
                    }
                }
                // Of a step that nothing disturbs, the shares of work and of time are one.
                let (_, whole) = record.deployment.as_ref().expect("it started");
                let (from, to) = (whole.from(Stage::Downloading), whole.to(Stage::Extracting));
                let undisturbed =
                    whole.last > Stage::Extracting && whole.verdict != Verdict::Aborted && to - from == download + extraction;
                if undisturbed {
                    assert!(progress.done.abs_diff(time - start - from) <= 1, "{place}");
                    assert!((start + to).abs_diff(time + left) <= 1 + (to - from) / 1000, "{place}");
                }
            }
        }
    });
    assert!(seen.into_inner() > 10_000, "too few robots were seen on their way");
}
