//! Weekly hours offline, recorded presence and rates that change in time, in cases whose answers are known: by a clock, by hand, or
//! by a formula.

use std::collections::HashMap;
use std::fs;

use crate::common::sandbox::Sandbox;
use crate::common::{all_draws, checked, parsed, replicate};
use rollcast::model::{Instant, Ms, Stage, WatchEnd, World};
use rollcast::rollout::{Engine, RoboMaker};
use rollcast::sim::{Dice, Journey, Outcome, Player, Verdict};

const MIN: Ms = 60_000;
const H: Ms = 60 * MIN;

/// A job created at 21:58 whose robots all start at once, and a cohort of these robots at 10 Mbit/s.
fn in_the_evening(bundle: &str, timeout: &str, cohort: &str) -> World {
    let text = format!(
        r#"
        name = "evening"
        start = "2026-05-04T21:58[Europe/Berlin]"
        [release]
        version = "2"
        bundle = {{ ARM64 = "{bundle}" }}
        [rollout.robomaker]
        concurrent_deployment_percentage = 100
        robot_deployment_timeout = "{timeout}"
        preparing = "0s"
        [[cohort]]
        name = "robots"
        architecture = "ARM64"
        {cohort}
        "#
    );
    let scenario = checked(&parsed(text, "tests/cases"));
    scenario.profiles[0].world.clone()
}

fn all_at_once(timeout: Ms) -> RoboMaker {
    RoboMaker {
        robot_deployment_timeout: timeout,
        ..crate::common::worlds::rules(100, 100)
    }
}

/// What becomes of the robots of a world that all start at the job's creation, in some replications, and all in all.
fn journeys(world: &World, timeout: Ms, replications: u64) -> Vec<(Vec<Journey>, Outcome)> {
    let setting = all_at_once(timeout).setting(world.fleet.robots());
    replicate(world, replications, |player| {
        let recording = player.record(&setting);
        let journeys = player
            .robots(&recording)
            .map(|record| record.deployment.expect("all start at once"))
            .collect();
        (journeys, recording.outcome)
    })
}

/// What becomes of the only robot of a world.
fn journey(world: &World) -> Journey {
    journeys(world, 24 * H, 1).remove(0).0.remove(0)
}

/// A trace of 0, 0 and 8.25 Mbit/s, a second each: 1200 Mbit take 145 whole seconds of it and 455 ms, that is 145 rounds and what
/// is left of the first pause or of the last second.
#[test]
fn a_download_along_a_trace_takes_another_time_than_by_hand() {
    let world = in_the_evening(
        "150 MB",
        "12h",
        r#"
        robots = 50
        download_rate = { trace = "rates_zero.csv", step = "1s" }
        "#,
    );
    assert_eq!(world.fleet.cohorts[0].download_rate.mean(), 2.75e6);
    let expected = |phase: Ms| match phase {
        ..2_000 => 2_000 - phase + 145 * 3_000 + 455,
        // The rest of a second that is longer than what is over at the end saves a round.
        2_000..=2_545 => 145 * 3_000 + 455,
        _ => 146 * 3_000 - 545,
    };
    let dice = Dice::new(&world);
    let mut player = Player::new(&dice);
    let setting = all_at_once(12 * H).setting(50);
    let mut took = Vec::new();
    for replication in 0..20 {
        player.draw(replication);
        let recording = player.record(&setting);
        for record in player.robots(&recording) {
            let journey = record.deployment.expect("all start at once");
            let phase = player
                .trace_phase(record.robot)
                .expect("all have the trace");
            let spent = journey.spent(Stage::Downloading);
            assert_eq!(spent, expected(phase), "from {phase} ms on");
            assert_eq!(journey.bytes, 150_000_000);
            took.push(spent as f64 / 1000.0);
        }
    }
    // Over phases: 436.455 s from a pause, else 435.455 s or two seconds more.
    let mean = took.iter().sum::<f64>() / took.len() as f64;
    assert!((mean - 436.425).abs() < 0.1, "{mean} s on average");
}

/// Five minutes of download from 21:58 on: two until 22:00, the others from 06:00 on.
#[test]
fn a_download_over_night_ends_at_another_time_than_by_the_clock() {
    let night = |more: &str| {
        let hours = r#"offline = [{ days = "daily", from = "22:00", to = "06:00" }]"#;
        let cohort = format!(
            "zone = \"Europe/Berlin\"\n robots = 1\n download_rate = \"10 Mbit/s\"\n connectivity = {{ {hours}{more} }}"
        );
        journey(&in_the_evening("375 MB", "12h", &cohort))
    };
    let resumes = night(r#", interrupted = "resumes""#);
    assert_eq!(resumes.end.ms(), 8 * H + 5 * MIN);
    assert_eq!(resumes.verdict, Verdict::Updated);
    assert_eq!(
        (resumes.slot.offline, resumes.slot.download),
        (8 * H, 5 * MIN)
    );
    let restarts = night(r#", interrupted = "restarts""#);
    assert_eq!(restarts.end.ms(), 8 * H + 7 * MIN);
    assert_eq!(restarts.bytes, 375_000_000 / 5 * 7);
}

/// A minute of download and a script of a minute and a half, which ends at 22:00:30 or waits for the morning with half a minute to go;
/// then a launch of a minute. What is over at night is told at 06:00.
#[test]
fn steps_go_on_at_night_where_they_stop_or_the_reverse() {
    let ends = |local_steps: &str| {
        let cohort = format!(
            r#"
            robots = 1
            zone = "Europe/Berlin"
            download_rate = "10 Mbit/s"
            pre_launch = {{ duration = "90s", failure = 0 }}
            launching = {{ duration = "60s" }}
            connectivity = {{ offline = [{{ days = "daily", from = "22:00", to = "06:00" }}], local_steps = "{local_steps}" }}
            "#
        );
        let journey = journey(&in_the_evening("75 MB", "12h", &cohort));
        [
            journey.to(Stage::PreLaunch),
            journey.to(Stage::Launching),
            journey.end,
        ]
        .map(Instant::ms)
    };
    assert_eq!(
        ends("go_on"),
        [2 * MIN + 30_000, 3 * MIN + 30_000, 8 * H + 2 * MIN]
    );
    let in_the_morning = 8 * H + 2 * MIN + 30_000;
    assert_eq!(
        ends("stop"),
        [in_the_morning, in_the_morning + MIN, in_the_morning + MIN]
    );
}

/// At 21:58 the window is closed; at night the robot is offline besides; from 06:00 to 08:00 only the window is waited for.
#[test]
fn hours_offline_count_as_waiting_for_a_window() {
    let cohort = r#"
        robots = 1
        zone = "Europe/Berlin"
        download_rate = "10 Mbit/s"
        maintenance = [{ days = "daily", from = "08:00", to = "20:00" }]
        connectivity = { offline = [{ days = "daily", from = "22:00", to = "06:00" }] }
        "#;
    let journey = journey(&in_the_evening("75 MB", "12h", cohort));
    assert_eq!(
        journey.contact,
        Some(Instant::CREATION + (10 * H + 2 * MIN))
    );
    assert_eq!(journey.slot.offline, 8 * H);
    assert_eq!(journey.slot.window, 2 * H + 2 * MIN);
    assert_eq!(journey.end.ms(), 10 * H + 3 * MIN);
}

/// Every time of the trace of a run, by the clock on the wall.
#[test]
fn somebody_is_contacted_works_or_ends_at_night() {
    let sandbox = Sandbox::new("tests/cases");
    let run = [
        "run",
        "by_the_clock.toml",
        "--trace",
        "3",
        "--out",
        "out",
        "--quiet",
    ];
    let output = sandbox.rollcast(&run);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = fs::read_to_string(sandbox.path("out/robots.csv")).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let (mut seen, mut mornings) = (0, 0);
    for line in lines {
        let row: HashMap<&str, &str> = columns.iter().copied().zip(line.split(',')).collect();
        if row["cohort"] != "night" || row["outcome"] == "never_started" {
            continue;
        }
        let times = columns
            .iter()
            .filter(|column| column.ends_with("_s") && **column != "start_s");
        for column in times.filter(|column| !row[**column].is_empty()) {
            let s: f64 = row[column].parse().unwrap();
            let of_day = (s + 21.0 * 3600.0 + 58.0 * 60.0) % 86_400.0;
            let at_night = !(6.0 * 3600.0..=22.0 * 3600.0).contains(&of_day);
            // A robot that is given up is so by the job, not by itself.
            let given_up = *column == "end_s" && row["failure_code"].starts_with("RobotDeployment");
            assert!(!at_night || given_up, "{column}: {line}");
            seen += 1;
            mornings += usize::from(s > 8.0 * 3600.0);
        }
    }
    assert!(
        seen > 300 && mornings > 200,
        "{seen} times, {mornings} of them later"
    );
}

/// Up for a second, down for a second, by a log of two rows: 2 GB at 20 Mbit/s are 800 seconds up.
#[test]
fn recorded_presence_is_not_half_the_time() {
    let world = in_the_evening(
        "2 GB",
        "12h",
        r#"
        robots = 20
        download_rate = "20 Mbit/s"
        connectivity = { log = "presence_log.csv", robot = "host", time = "timestamp_ms", time_unit = "ms", up = "up" }
        "#,
    );
    let cohort = &world.fleet.cohorts[0];
    assert_eq!(cohort.connectivity.as_ref().unwrap().share_online(), 0.5);
    for (journeys, _) in journeys(&world, 12 * H, 5) {
        for journey in journeys {
            assert!(journey.end.ms().abs_diff(1_600_000) <= 1_000, "{journey:?}");
            assert!(journey.slot.download == 800_000);
        }
    }
}

/// In London 01:00 comes twice on 2026-10-25: from 00:00 and from 01:00 UTC on.
#[test]
fn hours_that_come_twice_count_once() {
    let quarters = |from: &str, to: &str| {
        let text = format!(
            r#"
            name = "autumn"
            start = "2026-10-24T12:00Z"
            [release]
            version = "2"
            bundle = {{ ARM64 = "1 MB" }}
            [[cohort]]
            name = "robots"
            robots = 1
            architecture = "ARM64"
            download_rate = "1 Mbit/s"
            zone = "Europe/London"
            maintenance = [{{ days = "sun", from = "{from}", to = "{to}" }}]
            connectivity = {{ offline = [{{ days = "sun", from = "{from}", to = "{to}" }}] }}
            "#
        );
        let scenario = checked(&parsed(text, "."));
        let cohort = &scenario.profiles[0].world.fleet.cohorts[0];
        let windows = cohort.windows.as_ref().unwrap().intervals();
        let offline = cohort.offline_hours_of(0).unwrap().intervals();
        assert_eq!(windows[..2], offline[..2]);
        let utc = |ms: Ms| (ms / MIN + 12 * 60) % (24 * 60);
        offline[..2]
            .iter()
            .map(|hours| (utc(hours.start), utc(hours.end)))
            .collect::<Vec<_>>()
    };
    assert_eq!(quarters("01:30", "01:45"), [(30, 45), (90, 105)]);
    assert_eq!(quarters("01:30", "02:00"), [(30, 60), (90, 120)]);
}

/// Robots given up at 22:58 pull the deployment by themselves from 06:00 on, and download all five minutes of it anew.
#[test]
fn robots_given_up_at_night_stay_away_in_the_morning() {
    let cohort = r#"
        robots = 3
        zone = "Europe/Berlin"
        download_rate = "10 Mbit/s"
        connectivity = { offline = [{ days = "daily", from = "22:00", to = "06:00" }] }
        "#;
    let mut world = in_the_evening("375 MB", "1h", cohort);
    world.watch = WatchEnd::AtLeast(Instant::at(24 * H));
    assert!(world.robots_may_return());
    let (journeys, outcome) = journeys(&world, H, 1).remove(0);
    for journey in journeys {
        assert_eq!(
            (journey.verdict, journey.end.ms()),
            (Verdict::NoResponse, H)
        );
    }
    assert_eq!((outcome.no_response, outcome.healed), (3, 3));
    assert_eq!(
        outcome.time_to.map(|time| time.map(Instant::ms)),
        [Some(8 * H + 7 * MIN); 4]
    );
    world.watch = WatchEnd::AtLeast(Instant::at(8 * H + 7 * MIN - 1));
    let (_, outcome) = self::journeys(&world, H, 1).remove(0);
    assert_eq!((outcome.healed, outcome.running), (0, 0));
}

/// Hours, a log or a trace of one cohort; every draw of both cohorts, and every journey of the other, stays.
#[test]
fn hours_or_records_of_a_cohort_move_numbers_of_others() {
    let scenario = |own: &str| {
        let text = format!(
            r#"
            name = "two"
            start = "2026-05-04T21:58[Europe/Berlin]"
            [release]
            version = "2"
            bundle = {{ ARM64 = "100 MB" }}
            [[cohort]]
            name = "one"
            robots = 30
            architecture = "ARM64"
            validating = {{ duration = {{ exponential = {{ mean = "1min" }} }} }}
            {own}
            [[cohort]]
            name = "other"
            robots = 30
            architecture = "ARM64"
            download_rate = {{ exponential = {{ mean = "10 Mbit/s" }} }}
            post_launch = {{ duration = {{ exponential = {{ mean = "5min" }} }}, failure = 0.2 }}
            connectivity = {{ on = {{ exponential = {{ mean = "10min" }} }}, off = "1min" }}
            "#
        );
        checked(&parsed(text, "tests/cases"))
    };
    let of = |own: &str| {
        let scenario = scenario(own);
        let profile = &scenario.profiles[0];
        let dice = Dice::new(&profile.world);
        let mut player = Player::new(&dice);
        player.draw(7);
        let recording = player.record(&all_at_once(5 * H).setting(60));
        let others: Vec<(u32, Option<Journey>)> = player
            .robots(&recording)
            .filter(|record| record.robot >= 30)
            .map(|record| (record.robot, record.deployment))
            .collect();
        (all_draws(&player, 60), others)
    };
    let night = "zone = \"Europe/Berlin\"\nconnectivity = { offline = [{ days = \"daily\", from = \"22:00\", to = \"06:00\" }], local_steps = \"stop\" }";
    let log = "connectivity = { log = \"presence_log.csv\", robot = \"host\", time = \"timestamp_ms\", time_unit = \"ms\", up = \"up\" }";
    let constant = "download_rate = \"2.75 Mbit/s\"";
    let plain = of(constant);
    assert_eq!(plain.1.len(), 30);
    for own in [
        format!("{constant}\n{night}"),
        format!("{constant}\n{log}"),
        "download_rate = { trace = \"rates_zero.csv\", step = \"1s\" }".to_owned(),
    ] {
        assert_eq!(of(&own), plain, "{own}");
    }
}
