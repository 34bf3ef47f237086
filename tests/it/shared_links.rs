//! Downloads over shared links in a rollout, against times that are known in whole fractions.

use crate::common::worlds::*;
use crate::common::{play, play_once};
use rollcast::model::Stage;
use rollcast::model::{
    Cohort, Connectivity, Fleet, Instant, Interrupted, Ms, Release, SharedLink, World,
};
use rollcast::random::Law;
use rollcast::rollout::Setting;
use rollcast::sim::{Dice, Journey, Outcome, Player, Rate};

/// A megabit per second [bit/s].
const MBIT: u64 = 1_000_000;

fn link(capacity: u64) -> SharedLink {
    SharedLink {
        name: "link".to_owned(),
        capacity,
    }
}

/// One robot of a cohort that downloads over the first link at most at `rate` [bit/s], and does nothing else.
fn downloading(name: &str, robots: u32, rate: u64) -> Cohort {
    Cohort {
        link: Some(0),
        download_rate: Law::constant(rate as f64).unwrap(),
        ..bare(name, robots)
    }
}

fn over_a_link(capacity: u64, bundle: [u64; 3], cohorts: Vec<Cohort>) -> World {
    let world = world(200, cohorts);
    World {
        release: Release {
            bundle: bundle.map(Some),
            ..world.release
        },
        links: vec![link(capacity)],
        ..world
    }
}

/// The first replication: its outcome, and the journey of each robot in the order of starts.
fn journeys(world: &World, setting: &Setting) -> (Outcome, Vec<Journey>) {
    let dice = Dice::new(world);
    let mut player = Player::new(&dice);
    player.draw(0);
    let recording = player.record(setting);
    let journeys = player
        .robots(&recording)
        .filter_map(|record| record.deployment)
        .collect();
    (recording.outcome, journeys)
}

fn ends(journeys: &[Journey]) -> Vec<Ms> {
    journeys.iter().map(|journey| journey.end.ms()).collect()
}

/// As O18a: sizes of 100, 200 and 400 MB from time 0 on 100 Mbit/s. Each share ends where the smaller ones do.
#[test]
fn robots_do_not_share_a_link_evenly() {
    let kinds = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    let robots = kinds.map(|architectures| Cohort {
        architectures,
        ..downloading(&format!("{architectures:?}"), 1, 1000 * MBIT)
    });
    let world = over_a_link(
        100 * MBIT,
        [100_000_000, 200_000_000, 400_000_000],
        robots.to_vec(),
    );
    let (outcome, journeys) = journeys(&world, &setting(3, UNSTOPPABLE));
    // A third of the link is no whole step of rate, which costs a tick.
    assert_eq!(ends(&journeys), [24_001, 40_001, 56_001]);
    assert_eq!(
        (outcome.bytes, outcome.links[0].bytes),
        (700_000_000, 700_000_000)
    );
    assert_eq!(
        (outcome.links[0].peak, outcome.links[0].saturated),
        (Rate::from_bits_per_s(100 * MBIT), 56_001)
    );
}

/// 500 MB at 100 Mbit/s take 40 s, with a link that is never full and without.
#[test]
fn a_link_that_is_never_full_slows_downloads_down() {
    let rates = [
        100_000_000,
        99_999_999,
        33_333_333,
        12_345_678,
        9_876_543,
        1_000_003,
        123_457,
    ];
    for rate in rates {
        let wide = over_a_link(
            500_000_000 * MBIT,
            [500_000_000; 3],
            vec![downloading("one", 3, rate)],
        );
        let alone = World {
            links: Vec::new(),
            fleet: Fleet {
                cohorts: vec![Cohort {
                    link: None,
                    ..downloading("one", 3, rate)
                }],
            },
            ..wide.clone()
        };
        let setting = setting(3, UNSTOPPABLE);
        let [over_it, without] = [wide, alone].map(|world| ends(&journeys(&world, &setting).1)[0]);
        let off = over_it.abs_diff(without);
        assert!(
            off as f64 <= 1.0 + 1e-5 * without as f64,
            "{rate} bit/s: {over_it} ms over the link, {without} ms without"
        );
    }
    let (_, journeys) = journeys(
        &over_a_link(
            1_000_000 * MBIT,
            [500_000_000; 3],
            vec![downloading("one", 1, 100 * MBIT)],
        ),
        &setting(1, UNSTOPPABLE),
    );
    assert_eq!(ends(&journeys), [40_000]);
}

/// Caps of 1, 2 and 16 shares on a link of 8: the third gets the 5 that the others leave.
#[test]
fn who_is_capped_leaves_the_rest_to_nobody() {
    let share = 1 << 23;
    let caps = [1, 2, 16].map(|cap| downloading(&format!("{cap} shares"), 1, cap * share));
    let world = over_a_link(8 * share, [1 << 26; 3], caps.to_vec());
    let (outcome, journeys) = journeys(&world, &setting(3, UNSTOPPABLE));
    assert_eq!(ends(&journeys), [64_000, 32_000, 12_800]);
    assert_eq!(
        journeys
            .iter()
            .map(|journey| journey.slot.contention)
            .collect::<Vec<_>>(),
        [0, 0, 8_800]
    );
    assert_eq!(
        (
            outcome.links[0].peak.bits_per_s(),
            outcome.links[0].saturated
        ),
        (8 * share, 12_800)
    );
    assert_eq!(
        (outcome.slot.download, outcome.slot.contention),
        (108_800, 8_800)
    );
}

/// A link that is the bottleneck is busy to the end, whatever the window: it makes the fleet as fast as itself.
#[test]
fn a_wider_window_makes_a_full_link_faster() {
    let world = over_a_link(
        64 * MBIT,
        [8_000_000; 3],
        vec![downloading("robots", 100, 1000 * MBIT)],
    );
    for window in [1, 7, 100] {
        let outcome = play_once(&world, &setting(window, UNSTOPPABLE));
        // Windows that do not divide the fleet round each wave's time up to a whole millisecond.
        assert!(
            (100_000..100_100).contains(&outcome.drained.ms()),
            "{window}: {outcome:?}"
        );
        assert_eq!(outcome.links[0].bytes, 800_000_000);
    }
    let alone = World {
        links: vec![link(100_000 * MBIT)],
        ..world
    };
    assert_eq!(
        play_once(&alone, &setting(100, UNSTOPPABLE)).links[0].saturated,
        0
    );
}

/// Two robots at half the link each; the first goes offline after a while, and the other has the link to itself.
#[test]
fn a_robot_that_is_offline_keeps_its_share() {
    let spells = Connectivity::new(constant(40.0), constant(1000.0), Interrupted::Resumes).unwrap();
    let away = Cohort {
        connectivity: Some(spells),
        ..downloading("away", 1, 1000 * MBIT)
    };
    let world = over_a_link(
        10 * MBIT,
        [100_000_000; 3],
        vec![away, downloading("here", 1, 1000 * MBIT)],
    );
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    let mut seen = [0; 2];
    for replication in 0..400 {
        player.draw(replication);
        let first = player.presence(0).spell_at(Instant::CREATION);
        let outcome = player.play(&setting(2, UNSTOPPABLE));
        let recording = player.record(&setting(2, UNSTOPPABLE));
        assert_eq!(recording.outcome, outcome);
        let here = player
            .robots(&recording)
            .nth(1)
            .unwrap()
            .deployment
            .unwrap()
            .end
            .ms();
        // 80 s alone; for each second that the other is there besides, half a second more.
        let until = first.until.ms();
        match first.online {
            true => assert_eq!(here, 80_000 + until.div_ceil(2)),
            false if until >= 80_000 => assert_eq!(here, 80_000),
            false => assert_eq!(
                here,
                (80_000 + (80_000 - until)).min(80_000 + 20_000),
                "{first:?}"
            ),
        }
        seen[usize::from(first.online)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 5), "{seen:?}");
}

/// A robot timeout that comes during a shared download frees the capacity that the robot held.
#[test]
fn a_robot_given_up_in_mid_download_keeps_its_share() {
    let slow = Cohort {
        validating: Some(constant(30.0)),
        ..downloading("slow", 1, 1000 * MBIT)
    };
    let world = over_a_link(
        10 * MBIT,
        [75_000_000; 3],
        vec![downloading("first", 1, 1000 * MBIT), slow],
    );
    // The first has 37.5 MB after 30 s alone, and the rest at half the rate: after 90 s. The second has half of its own then, and
    // would be done after 120 s.
    let (outcome, journeys) = journeys(&world, &setting_with_timeout(2, UNSTOPPABLE, 100_000));
    assert_eq!(ends(&journeys), [90_000, 100_000]);
    assert_eq!(
        (journeys[1].bytes, journeys[1].last),
        (50_000_000, Stage::Downloading)
    );
    assert_eq!(
        (outcome.timed_out, outcome.links[0].bytes, outcome.bytes),
        (1, 125_000_000, 125_000_000)
    );
    let (_, journeys) = self::journeys(&world, &setting_with_timeout(2, UNSTOPPABLE, 80_000));
    assert_eq!(ends(&journeys), [80_000, 80_000]);
    assert_eq!(
        journeys
            .iter()
            .map(|journey| journey.bytes)
            .collect::<Vec<_>>(),
        [68_750_000, 31_250_000]
    );
}

/// Whatever the rates, all bytes go through, no faster than the link allows.
#[test]
fn bytes_are_lost_between_robots() {
    let rates = Law::lognormal(20e6, 0.8).unwrap();
    let robots = Cohort {
        download_rate: rates,
        link: Some(0),
        ..bare("robots", 200)
    };
    let world = over_a_link(500 * MBIT, [25_000_000; 3], vec![robots]);
    let outcomes = play(&world, &setting(200, UNSTOPPABLE), 200);
    for outcome in &outcomes {
        assert_eq!(
            (outcome.bytes, outcome.links[0].bytes),
            (5_000_000_000, 5_000_000_000)
        );
        assert!(
            outcome.drained.ms() >= 80_000
                && outcome.links[0].peak <= Rate::from_bits_per_s(500 * MBIT)
        );
    }
    // While anybody is held up the link is full, so no more bytes than all can come in that time.
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.links[0].saturated * 500 * MBIT / 8000 <= 5_000_000_000)
    );
}
