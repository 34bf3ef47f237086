//! A play that is taken to a time, looked at and taken on, against the same play in one go.

mod common;

use common::for_each_seed;
use common::scenarios::{Choices, expose_to_time, random_rules, random_world, share_links};
use rollcast::model::Ms;
use rollcast::sim::{Counts, Dice, EndState, EndedBy, Outcome, Passage, Player, RobotRecord, Setting, Stage, Verdict};

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

fn assert_same_robots(playing: &[rollcast::sim::RobotSight], records: &[RobotRecord], time: Ms, place: &str) {
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
            let setting = Setting::new(&random_rules(&mut choices, &world), world.fleet.robots());
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
                if !matches!(outcome.ended_by, EndedBy::JobFault(_)) && !passages.is_empty() {
                    assert_same_robots(&playing.robots(), &records, time, &place);
                }
            }
            assert_eq!(playing.finish(), outcome, "seed {seed}, {setting:?}");
        }
    });
}
