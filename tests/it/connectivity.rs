//! Robots that come and go, against renewal theory: the share of them online, how long they keep a slot waiting, what interruptions
//! cost a download, and who comes back in time.

use crate::common::acceptance::{assert_between, assert_mean, assert_probability, mean};
use crate::common::worlds::*;
use crate::common::{play, play_once, replicate};
use rollcast::model::Stage;
use rollcast::model::{Cohort, Connectivity, Instant, Interrupted, Ms, Release, WatchEnd, World};
use rollcast::random::Law;
use rollcast::rollout::{Admission, EndedBy, Pacing, Setting};
use rollcast::sim::{Outcome, Player};

/// Robots whose spells have these laws, whose deployments take no time once they are contacted.
fn coming_and_going(seed: u64, robots: u32, on: Law, off: Law, interrupted: Interrupted) -> World {
    let connectivity = Some(Connectivity::new(on, off, interrupted).unwrap());
    world(
        seed,
        vec![Cohort {
            connectivity,
            ..bare("robots", robots)
        }],
    )
}

fn resuming(seed: u64, robots: u32, on: Law, off: Law) -> World {
    coming_and_going(seed, robots, on, off, Interrupted::Resumes)
}

/// Whether each of the first robots is online at each time.
fn online(player: &Player, robots: u32, times: &[Ms]) -> Vec<Vec<bool>> {
    let states = |robot| {
        let mut presence = player.presence(robot);
        times
            .iter()
            .map(|time| presence.online(Instant::at(*time)))
            .collect()
    };
    (0..robots).map(states).collect()
}

/// O12: exponential spells forget the state they began in.
#[test]
fn exponential_spells_are_remembered_for_another_time() {
    let world = resuming(12, 1000, exponential(3600.0), exponential(900.0));
    let states = replicate(&world, 2000, |player| {
        online(player, 1000, &[0, 300_000, 600_000, 1_800_000])
    });
    let shares: Vec<f64> = states
        .iter()
        .map(|robots| share_online(robots.iter().map(|times| times[0])))
        .collect();
    assert_between(
        "online at 0",
        mean(&shares),
        0.7987272077938643,
        0.8012727922061358,
    );
    let cases = [
        (1, false, 0.272607495839645),
        (1, true, 0.9318481260400888),
        (2, false, 0.4523214331943375),
        (2, true, 0.8869196417014157),
        (3, false, 0.7343320011008809),
        (3, true, 0.8164169997247798),
    ];
    for (time, at_first, expected) in cases {
        let robots: Vec<bool> = states
            .iter()
            .flatten()
            .filter(|times| times[0] == at_first)
            .map(|times| times[time])
            .collect();
        assert_probability(
            &format!("online at time {time} after {at_first}"),
            &robots,
            expected,
            |online| *online,
        );
    }
}

fn share_online(robots: impl Iterator<Item = bool>) -> f64 {
    let robots: Vec<bool> = robots.collect();
    robots.iter().filter(|online| **online).count() as f64 / robots.len() as f64
}

/// O12: the time online in a day, its mean and its spread.
#[test]
fn a_robot_is_available_for_another_share_of_the_day() {
    let world = resuming(12, 1000, exponential(3600.0), exponential(900.0));
    let moments = replicate(&world, 500, |player| {
        let day = |robot| {
            let (from, to) = (Instant::CREATION, Instant::at(86_400_000));
            player.presence(robot).online_within(from, to) as f64 / (to - from) as f64
        };
        let shares: Vec<f64> = (0..1000).map(day).collect();
        let mean = mean(&shares);
        let variance = shares
            .iter()
            .map(|share| (share - mean) * (share - mean))
            .sum::<f64>()
            / 999.0;
        (mean, variance.sqrt())
    });
    let means: Vec<f64> = moments.iter().map(|(mean, _)| *mean).collect();
    let sds: Vec<f64> = moments.iter().map(|(_, sd)| *sd).collect();
    assert_mean("availability", &means, 0.8, 0.0);
    // The spread's own bias with 1000 robots is below a thousandth of it.
    assert_mean("its spread over robots", &sds, 0.0514241620684717, 5e-5);
}

/// Whatever the laws are, a robot looked at at any time is online with the same probability.
#[test]
fn the_process_takes_time_to_settle() {
    let laws = [
        (constant(3600.0), constant(900.0)),
        (constant(50.0), exponential(200.0)),
        (
            lognormal(1000.0, 1.2),
            Law::uniform(0.0, 600.0 * S).unwrap(),
        ),
        (
            Law::samples(vec![10.0 * S, 5000.0 * S]).unwrap(),
            lognormal(300.0, 0.3),
        ),
        (
            Law::gamma(2.0, 2000.0 * S).unwrap(),
            Law::weibull(0.7, 500.0 * S).unwrap(),
        ),
    ];
    for (seed, (on, off)) in (120..).zip(laws) {
        let expected = on.mean() / (on.mean() + off.mean());
        let times = [0, 1, 60_000, 700_000, 3_600_000, 20_000_000];
        let states = replicate(&resuming(seed, 50, on, off), 2000, |player| {
            online(player, 50, &times)
        });
        for (which, time) in times.iter().enumerate() {
            let robots: Vec<bool> = states.iter().flatten().map(|times| times[which]).collect();
            assert_probability(
                &format!("seed {seed}: online at {time} ms"),
                &robots,
                expected,
                |online| *online,
            );
        }
    }
}

/// The wait of a random look is E[off²] / 2 (E[on] + E[off]): the inspection paradox.
#[test]
fn a_look_at_a_random_moment_meets_spells_of_mean_length() {
    let cases = [
        (exponential(3600.0), exponential(900.0), 180.0),
        (constant(3600.0), constant(900.0), 90.0),
        (
            exponential(3600.0),
            Law::samples(vec![0.0, 1800.0 * S]).unwrap(),
            1800.0 * 1800.0 / 2.0 / 2.0 / 4500.0,
        ),
    ];
    for (seed, (on, off, expected)) in (130..).zip(cases) {
        let asked = Instant::at(5_000_000);
        let waits = replicate(&resuming(seed, 100, on, off), 2000, |player| {
            (0..100)
                .map(|robot| player.presence(robot).next_online(asked, Instant::NEVER) - asked)
                .collect::<Vec<Ms>>()
        });
        let waits: Vec<f64> = waits
            .into_iter()
            .flatten()
            .map(|wait| wait as f64 / S)
            .collect();
        assert_mean(&format!("seed {seed}: the wait"), &waits, expected, 0.002);
    }
}

/// The waits that slots pay for: each robot in turn, from where the one before left.
#[test]
fn a_slot_waits_another_time_for_robots_that_are_offline() {
    let outcomes = play(
        &resuming(140, 50, exponential(3600.0), exponential(900.0)),
        &setting(1, UNSTOPPABLE),
        4000,
    );
    let offline: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.slot.offline as f64 / S)
        .collect();
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.slot.total == outcome.slot.offline && outcome.updated == 50)
    );
    assert_mean("waiting for 50 robots", &offline, 50.0 * 180.0, 0.1);
}

/// How long the download lasts from its first byte to its last [s], one robot a replication.
fn download_times(
    seed: u64,
    interrupted: Interrupted,
    length_s: u64,
    on_s: f64,
    off_s: f64,
) -> Vec<f64> {
    let mut world = coming_and_going(seed, 1, exponential(on_s), exponential(off_s), interrupted);
    world.release = Release {
        bundle: [Some(length_s * 1_000_000), None, None],
        ..world.release
    };
    let replications = 40_000;
    let journeys = replicate(&world, replications, |player| {
        let recording = player.record(&setting(1, UNSTOPPABLE));
        player
            .robots(&recording)
            .next()
            .unwrap()
            .deployment
            .unwrap()
    });
    let times = journeys
        .iter()
        .filter(|journey| !journey.verdict.failed())
        .map(|journey| journey.spent(Stage::Downloading) as f64 / S);
    let times: Vec<f64> = times.collect();
    assert_eq!(
        times.len(),
        replications as usize,
        "the robot timeout cuts a download short"
    );
    times
}

/// w/E[on] interruptions on average, each of E[off].
#[test]
fn a_download_that_resumes_pays_more_than_its_interruptions() {
    let times = download_times(150, Interrupted::Resumes, 1200, 600.0, 150.0);
    assert_mean("resumed", &times, 1200.0 + 1200.0 / 600.0 * 150.0, 0.01);
}

/// (E[on] + E[off]) (e^{w/E[on]} − 1): the time to a run of length w.
#[test]
fn a_download_that_restarts_pays_as_one_that_resumes() {
    let times = download_times(151, Interrupted::Restarts, 1200, 600.0, 150.0);
    assert_mean("restarted", &times, 750.0 * libm::expm1(2.0), 0.5);
}

/// Who is offline at the start and stays so is given up: P(off) e^{−τ/E[off]}; and is back in time with 1 − e^{−x/E[off]}.
#[test]
fn another_share_is_given_up_or_comes_back() {
    let (timeout, watched) = (1200.0, 600.0);
    let world = World {
        watch: WatchEnd::AfterDrained((watched * S) as Ms),
        ..resuming(160, 1, exponential(3600.0), exponential(900.0))
    };
    let outcomes = play(
        &world,
        &setting_with_timeout(1, UNSTOPPABLE, (timeout * S) as Ms),
        200_000,
    );
    let given_up = 0.2 * libm::exp(-timeout / 900.0);
    assert_probability("given up", &outcomes, given_up, |outcome| {
        outcome.no_response == 1
    });
    assert_probability(
        "back in time",
        &outcomes,
        given_up * -libm::expm1(-watched / 900.0),
        |outcome| outcome.healed == 1,
    );
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.healed <= outcome.no_response
                && outcome.updated + outcome.failed == 1)
    );
}

/// The state of a robot at a time does not depend on who asked about it when.
#[test]
fn a_setting_sees_another_path() {
    let world = resuming(170, 20, lognormal(600.0, 1.0), exponential(300.0));
    let paths = |player: &Player| {
        (0..20)
            .map(|robot| {
                (0..500)
                    .map(|minute| player.presence(robot).online(Instant::at(minute * 60_000)))
                    .collect::<Vec<bool>>()
            })
            .collect::<Vec<_>>()
    };
    replicate(&world, 50, |player| {
        let before = paths(player);
        let outcomes: Vec<Outcome> = [1, 3, 20]
            .map(|window| player.play(&setting(window, UNSTOPPABLE)))
            .to_vec();
        assert!(outcomes.iter().all(|outcome| outcome.updated == 20));
        assert_eq!(paths(player), before);
        for robot in 0..20 {
            let mut presence = player.presence(robot);
            let backwards: Vec<bool> = (0..500)
                .rev()
                .map(|minute| presence.online(Instant::at(minute * 60_000)))
                .collect();
            assert!(
                backwards.iter().rev().eq(&before[robot as usize]),
                "a question about the past has another answer"
            );
        }
    });
}

/// Batches wait for the slowest, and a job that is canceled starts nobody any more.
#[test]
fn batches_or_a_cancel_do_otherwise_than_told() {
    let batches = |window, failures| {
        let setting = setting(window, failures);
        Setting {
            admission: Admission {
                pacing: Pacing::Batches,
                ..setting.admission
            },
            ..setting
        }
    };
    // O05, ties in batches.
    for (n, window, failures, started) in [
        (200, 20, 50, 60),
        (200, 20, 10, 20),
        (200, 50, 20, 50),
        (1000, 1, 10, 10),
    ] {
        let outcome = play_once(
            &one_script(5, n, constant(7.0), 1.0),
            &batches(window, failures),
        );
        assert_eq!(
            (outcome.failed, outcome.never_started),
            (started, n - started),
            "K = {window}, F = {failures}"
        );
    }
    // The mean of the longest of K exponential durations is the K-th harmonic number.
    let outcomes = play(
        &one_script(180, 100, exponential(60.0), 0.0),
        &batches(10, UNSTOPPABLE),
        4000,
    );
    let times: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.drained.ms() as f64 / S)
        .collect();
    let harmonic: f64 = (1..=10).map(|k| 1.0 / f64::from(k)).sum();
    assert_mean("ten batches", &times, 10.0 * 60.0 * harmonic, 0.01);

    let canceled = |cancel_s: u64| {
        let setting = setting(30, UNSTOPPABLE);
        let admission = Admission {
            deadline: Instant::at(cancel_s * 1000),
            at_deadline: EndedBy::Cancel,
            ..setting.admission
        };
        let world = World {
            preparing: constant(7.0),
            ..one_script(1, 1000, constant(600.0), 0.0)
        };
        let outcome = play_once(
            &world,
            &Setting {
                admission,
                ..setting
            },
        );
        (
            outcome.ended_by,
            outcome.updated,
            outcome.never_started,
            outcome.ended_at.ms() / 1000,
            outcome.drained.ms() / 1000,
        )
    };
    assert_eq!(canceled(1500), (EndedBy::Cancel, 90, 910, 1500, 1807));
    assert_eq!(
        canceled(1807),
        (EndedBy::Cancel, 120, 880, 1807, 2407),
        "robots come first, and are refilled"
    );
    assert_eq!(canceled(6), (EndedBy::Cancel, 0, 1000, 6, 6));
    assert_eq!(canceled(7), (EndedBy::Cancel, 30, 970, 7, 607));
}
