//! What explain says of a scenario without playing it, against what the engine plays.

use crate::common::{acceptance, checked, flat, parsed, played, set_key};
use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::study::{Explained, explained_changes, explained_values};

fn read(text: &str) -> (ScenarioFile, Scenario) {
    let file = parsed(text, "tests/cli");
    let scenario = checked(&file);
    (file, scenario)
}

fn assert_mean(values: &[f64], expected: f64, what: &str) {
    acceptance::assert_mean(what, values, expected, 1e-9 * expected);
}

const COHORT: &str = "architecture = { X86_64 = 0.7, ARM64 = 0.3 }\ndownload_rate = { lognormal = { median = \"20 Mbit/s\", p95 = \"60 Mbit/s\" } }\n\
    extract_rate = { uniform = { min = \"10 MB/s\", max = \"40 MB/s\" } }\nvalidating = { duration = { gamma = { mean = \"9s\", cv = 0.7 } } }\n\
    launching = { duration = { triangular = { min = \"5s\", mode = \"8s\", max = \"25s\" } } }\n";

fn scenario(cohort: &str, rules: &str) -> String {
    format!(
        "name = \"explained\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"200 MB\", ARM64 = \"60 MB\" }}\n[rollout.robomaker]\n{rules}\n\
         [[cohort]]\nname = \"all\"\nrobots = 200\n{COHORT}{cohort}\n"
    )
}

#[test]
fn the_mean_deployment_is_the_mean_time_in_a_slot() {
    let (_, scenario) = read(&scenario(
        "pre_launch = { duration = { exponential = { mean = \"12s\" } } }",
        "",
    ));
    let explained = Explained::of(&scenario.profiles[0], 100);
    let slots: Vec<f64> = played(&scenario, 0, 200)
        .iter()
        .map(|outcome| outcome.slot.total as f64 / 200.0)
        .collect();
    // Each step is rounded up to a millisecond.
    assert_mean(&slots, explained.deployment_mean + 2.5, "time in a slot");
    let downloads: Vec<f64> = played(&scenario, 0, 200)
        .iter()
        .map(|outcome| outcome.slot.download as f64 / 200.0)
        .collect();
    let download = |architecture: usize| explained.cohorts[0].courses[architecture].download().mean;
    assert_mean(
        &downloads,
        0.7 * download(0) + 0.3 * download(1) + 0.5,
        "download",
    );
}

#[test]
fn a_wait_for_robots_that_come_and_go_is_that_of_a_random_look() {
    let cohort = "connectivity = { on = { exponential = { mean = \"20h\" } }, off = \"900s\" }";
    let rules = "concurrent_deployment_percentage = 100\npreparing = \"0s\"";
    let (_, scenario) = read(&scenario(cohort, rules));
    let explained = Explained::of(&scenario.profiles[0], 100);
    let contact = &explained.cohorts[0].courses[0].steps[0];
    // 900 s of 72,900 s, and half of it is left: 5.556 s.
    assert!((contact.mean - 5_555.6).abs() < 0.1, "{}", contact.mean);
    assert_eq!(contact.p50, 0.0);
    let waits: Vec<f64> = played(&scenario, 0, 400)
        .iter()
        .map(|outcome| outcome.slot.offline as f64 / 200.0)
        .collect();
    // Some also go offline on the way: not less than the wait at first, and not much more.
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    assert!(
        mean > 0.8 * contact.mean && mean < 2.0 * contact.mean,
        "{mean}"
    );
}

#[test]
fn nobody_is_waited_for_longer_than_the_robot_timeout() {
    // Robots that are offline for days: 6.25 % of them hold a slot for up to 5 h.
    let cohort = "connectivity = { on = { exponential = { mean = \"1000h\" } }, off = { exponential = { mean = \"66.67h\" } } }";
    let rules = "failure_threshold_percentage = 100\nconcurrent_deployment_percentage = 50";
    let (_, scenario) = read(&scenario(cohort, rules));
    let explained = Explained::of(&scenario.profiles[0], 100);
    let outcomes = played(&scenario, 0, 300);
    let slots: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.slot.total as f64 / 200.0)
        .collect();
    assert_mean(&slots, explained.deployment_mean, "time in a slot");
    let waits: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.slot.offline as f64 / 200.0)
        .collect();
    assert_mean(
        &waits,
        explained.cohorts[0].courses[0].steps[0].mean,
        "time offline",
    );
    assert!((explained.jobs[0].busy - explained.deployment_mean * 2.0).abs() < 1.0);
    // All steps together end with the timeout too.
    let (_, scenario) = read(&self::scenario(
        "",
        "failure_threshold_percentage = 100\nrobot_deployment_timeout = \"90s\"",
    ));
    let explained = Explained::of(&scenario.profiles[0], 100);
    let slots: Vec<f64> = played(&scenario, 0, 300)
        .iter()
        .map(|outcome| outcome.slot.total as f64 / 200.0)
        .collect();
    // Each step is rounded up to a millisecond; shares of journeys are good to a percent.
    let mean = slots.iter().sum::<f64>() / 300.0;
    assert!(
        (mean / explained.deployment_mean - 1.0).abs() < 0.004,
        "{mean}, said {}",
        explained.deployment_mean
    );
}

#[test]
fn what_is_asked_of_a_link_on_average_is_what_it_carries() {
    // Half of the downloads are cut off at the timeout, a fifth of the robots fail before, a tenth are dead.
    let cohort = "dead = 0.1\nlink = \"line\"\ndownload_condition = { duration = \"20s\", failure = 0.2 }\n\
                  [[link]]\nname = \"line\"\ncapacity = \"100 Gbit/s\"";
    let rules = "failure_threshold_percentage = 100\nrobot_deployment_timeout = \"90s\"";
    let (_, scenario) = read(&scenario(cohort, rules));
    let line = &Explained::of(&scenario.profiles[0], 100).links[0];
    assert!(line.mean < line.peak && !line.demand.is_certain);
    let outcomes = played(&scenario, 0, 300);
    let bits: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.bytes as f64 * 8.0)
        .collect();
    let said = line.transfer / 1000.0 * 100e9;
    let mean = bits.iter().sum::<f64>() / 300.0;
    assert!((mean / said - 1.0).abs() < 0.02, "{mean}, said {said}");
    // Dead robots hold slots for 90 s each, in which nobody asks for anything: 28.8 of 40 slots hold one that gets to its download.
    let slots: Vec<f64> = outcomes
        .iter()
        .map(|outcome| (outcome.slot.total - outcome.slot.offline) as f64)
        .collect();
    let asked = mean / (slots.iter().sum::<f64>() / 300.0 / 1000.0) * 36.0;
    assert!(
        (asked / line.mean - 1.0).abs() < 0.03,
        "{asked}, said {}",
        line.mean
    );
}

#[test]
fn failures_and_numbers_of_robots_are_those_of_the_engine() {
    let cohort = "dead = 0.02\npost_launch = { duration = \"30s\", failure = { beta = { mean = 0.05, correlation = 0.01 } }, hang = 0.01 }\n\
                  faults = { EtagMismatch = 0.02, ExtractingBundleFailure = { beta = { mean = 0.03, correlation = 0.02 } } }";
    let rules = "concurrent_deployment_percentage = 7\nfailure_threshold_percentage = 90";
    let (_, scenario) = read(&scenario(cohort, rules));
    let profile = &scenario.profiles[0];
    let explained = Explained::of(profile, 100);
    let failed: Vec<f64> = played(&scenario, 0, 1000)
        .iter()
        .map(|outcome| f64::from(outcome.failed))
        .collect();
    assert_mean(&failed, explained.failures_mean, "failures");
    let setting = profile.rules.setting(200);
    let job = &explained.jobs[0];
    assert_eq!(
        (job.window, job.failures_to_breach),
        (setting.admission.window, Some(setting.failures_to_stop()))
    );
    assert_eq!(
        (job.failures_max, job.certain_failures, job.is_exact),
        (Some(193), 4, true)
    );
    assert_eq!(explained.dead_slots, 4.0 * 5.0 * 3_600_000.0);
    assert_eq!(explained.events, 200.0);
}

#[test]
fn dead_robots_without_a_bundle_count_once() {
    let cohort = "dead = 0.3\npost_launch = { duration = \"30s\", failure = 0.1 }";
    let rules = "concurrent_deployment_percentage = 50\nfailure_threshold_percentage = 100";
    let text = scenario(cohort, rules).replace(", ARM64 = \"60 MB\"", "");
    let (_, scenario) = read(&text);
    let explained = Explained::of(&scenario.profiles[0], 100);
    // 60 without a bundle, 60 dead, 18 of them both; a tenth of the others.
    assert!(
        (explained.failures_mean - (102.0 + 9.8)).abs() < 1e-9,
        "{}",
        explained.failures_mean
    );
    let outcomes = played(&scenario, 0, 400);
    let failed: Vec<f64> = outcomes
        .iter()
        .map(|outcome| f64::from(outcome.failed))
        .collect();
    assert_mean(&failed, explained.failures_mean, "failures");
    let silent: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.slot.offline as f64)
        .collect();
    assert_mean(&silent, explained.dead_slots, "slots of dead robots");
}

#[test]
fn a_link_carries_all_downloads_in_no_less_than_is_said() {
    let link = "link = \"line\"\n[[link]]\nname = \"line\"\ncapacity = \"50 Mbit/s\"";
    let (_, scenario) = read(&scenario(link, "preparing = \"0s\""));
    let explained = Explained::of(&scenario.profiles[0], 100);
    let line = &explained.links[0];
    // 140 bundles of 200 MB and 60 of 60 MB.
    assert!(
        (line.transfer - (140.0 * 1600.0 + 60.0 * 480.0) / 50.0 * 1000.0).abs() < 1e-3,
        "{}",
        line.transfer
    );
    assert_eq!(
        (line.at_once, line.demand.robots, explained.events),
        (40.0, 200.0, 600.0)
    );
    for outcome in played(&scenario, 0, 5) {
        assert_eq!(
            outcome.bytes * 8,
            (line.transfer / 1000.0 * 50e6).round() as u64
        );
        assert!(outcome.drained.ms() as f64 >= line.transfer && line.mean > 50e6);
    }
}

/// With a threshold of 5 % and a cut at the stop, 5 robots fail: those that would fail in their turn are another number.
#[test]
fn robots_that_would_fail_are_not_those_that_fail_before_a_stop() {
    let cohort = "post_launch = { duration = \"30s\", failure = 1 }";
    let (_, scenario) = read(&scenario(
        cohort,
        "failure_threshold_percentage = 5\non_stop = \"abort\"",
    ));
    let job = &Explained::of(&scenario.profiles[0], 100).jobs[0];
    assert_eq!((job.failures_max, job.certain_failures), (Some(10), 200));
    assert!(
        played(&scenario, 0, 20)
            .iter()
            .all(|outcome| outcome.failed == 10)
    );
    let profiles = vec![rollcast::report::ExplainedProfile {
        name: "base".to_owned(),
        changes: Vec::new(),
        facts: Explained::of(&scenario.profiles[0], 100),
    }];
    let text = rollcast::report::explain_page(&scenario, &[], &profiles, 1).terminal(100);
    assert!(
        flat(&text).contains(
            "up to 10 can fail by then; 200 would fail for certain if all had their turn"
        ),
        "{text}"
    );
}

/// What a run is said to take is what its parts take, timelines among them: 1,000 replications of them at most.
#[test]
fn memory_grows_with_replications_and_robots() {
    let of = |replications: u64, threads: usize| {
        let (_, scenario) = read(&scenario("", ""));
        rollcast::study::RunMemory::of(&scenario, threads).bytes(replications)
    };
    let (ten, thousand, more) = (of(10, 1), of(1000, 1), of(10_000, 1));
    // A replication of this length has over 750 instants of 40 bytes, and later ones leave an outcome only.
    assert!(
        (thousand - ten) / 990 > 30_000 && (thousand - ten) / 990 < 70_000,
        "{ten} {thousand}"
    );
    assert!((more - thousand) / 9000 < 3_000, "{thousand} {more}");
    assert_eq!(of(10, 3) - ten, 2 * 125 * 200);
}

#[test]
fn values_are_those_of_the_file_and_the_defaults_of_the_rest() {
    let text = scenario("", "failure_threshold_percentage = 7")
        + "[profile.bad]\n\"cohort.*.recovery\" = \"1h\"\n\"rollout.robomaker.pacing\" = \"batches\"\n";
    let (mut file, _) = read(&text);
    set_key(&mut file, "cohort.all.dead=0.1");
    let scenario = checked(&file);
    let base = explained_values(&file, &scenario.profiles[0]);
    let find = |key: &str| {
        let value = base
            .iter()
            .find(|value| value.key == key)
            .unwrap_or_else(|| panic!("no {key}"));
        (value.text.as_str(), value.is_default)
    };
    assert_eq!(
        find("rollout.robomaker.failure_threshold_percentage"),
        ("7 %", false)
    );
    assert_eq!(
        find("rollout.robomaker.concurrent_deployment_percentage"),
        ("20 %", true)
    );
    assert_eq!(
        find("rollout.robomaker.robot_deployment_timeout"),
        ("5 h", true)
    );
    assert_eq!(find("cohort.all.dead"), ("0.1", false));
    assert_eq!(find("cohort.all.robots"), ("200 robots", false));
    let own = explained_values(&file, &scenario.profiles[1]);
    let text = |text: &str| Some(text.to_owned());
    let changes = explained_changes(&base, &own);
    assert_eq!(
        changes,
        [
            (
                "rollout.robomaker.pacing".to_owned(),
                text("sliding"),
                text("batches")
            ),
            ("cohort.all.recovery".to_owned(), text("0s"), text("1h")),
        ]
    );
}

/// A default that explain shows is the one that the reader takes: written out, it changes nothing.
#[test]
fn defaults_written_out_change_nothing() {
    let (file, scenario) = read(&scenario("post_launch = { duration = \"30s\" }", ""));
    let values = explained_values(&file, &scenario.profiles[0]);
    let mut tried = 0;
    let words = [
        "none",
        "never",
        "no time",
        "no such step",
        "at any time",
        "always online",
        "from the beginning",
        "as long as its duration",
    ];
    for value in values
        .iter()
        .filter(|value| value.is_default && !words.contains(&value.text.as_str()))
    {
        let (mut file, _) = read(&self::scenario("post_launch = { duration = \"30s\" }", ""));
        let written = value.text.trim_end_matches(" %");
        set_key(&mut file, &format!("{}={written}", value.key));
        let other = checked(&file);
        assert_eq!(
            (&other.profiles, other.seed, other.replications),
            (&scenario.profiles, scenario.seed, scenario.replications),
            "{}",
            value.key
        );
        tried += 1;
    }
    assert!(tried >= 16, "{tried}");
}

/// A fleet whose robots are offline from 22:00 to 6:00, and may be contacted in `windows`, under a job that is created at `time`.
fn by_clock(time: &str, windows: &str) -> String {
    let hours = "zone = \"Europe/Berlin\"\nconnectivity = { offline = [{ days = \"daily\", from = \"22:00\", to = \"06:00\" }] }";
    let text = scenario(
        &format!("{hours}\n{windows}"),
        "preparing = \"0s\"\nrobot_deployment_timeout = \"2d\"\nconcurrent_deployment_percentage = 5",
    );
    text.replace(
        "[release]",
        &format!("start = \"2026-05-04T{time}[Europe/Berlin]\"\n[release]"),
    )
}

/// What is said to be how long a job takes by the clock is how long it takes, but for the last robots of a window.
#[test]
fn a_job_takes_as_long_by_the_clock_as_is_said() {
    let windows = "maintenance = [{ days = \"daily\", from = \"04:00\", to = \"06:10\" }]";
    for (time, windows) in [
        ("21:50", ""),
        ("23:00", ""),
        ("07:00", ""),
        ("12:00", windows),
    ] {
        let (_, scenario) = read(&by_clock(time, windows));
        let explained = Explained::of(&scenario.profiles[0], 100);
        let job = &explained.jobs[0];
        let said = job.busy_by_clock.expect("one clock for all");
        let outcomes = played(&scenario, 0, 20);
        let times = outcomes.iter().map(|outcome| outcome.drained.ms() as f64);
        let mean = times.sum::<f64>() / 20.0;
        // The last robots end alone.
        let alone = 3.0 * explained.deployment_mean;
        assert!(
            mean >= said - alone && mean <= said + 2.0 * alone,
            "{time} {windows}: {mean} {said}"
        );
        let offline = explained.cohorts[0].presence.offline.expect("hours");
        assert!((offline.a_day - 8.0 * 3.6e6).abs() < 1e-3);
        assert_eq!(offline.longest, 8 * 3_600_000);
        assert!(job.busy <= said);
    }
}

/// Where robots keep several clocks there is no such time, and what is said leaves their hours out by name.
#[test]
fn a_time_that_leaves_out_waits_says_so() {
    let text = by_clock("12:00", "")
        + "[[cohort]]\nname = \"free\"\nrobots = 10\narchitecture = \"X86_64\"\ndownload_rate = \"8 Mbit/s\"\n\
           connectivity = { on = \"3h\", off = \"1h\" }\n";
    let (_, scenario) = read(&text);
    let explained = Explained::of(&scenario.profiles[0], 100);
    let job = &explained.jobs[0];
    assert_eq!(job.busy_by_clock, None);
    let names: Vec<&str> = job.left_out.iter().map(|it| it.name()).collect();
    assert_eq!(names, ["hours_offline", "interruptions"]);
    let profiles = vec![rollcast::report::ExplainedProfile {
        name: "base".to_owned(),
        changes: Vec::new(),
        facts: explained,
    }];
    let text = rollcast::report::explain_page(&scenario, &[], &profiles, 1).terminal(100);
    assert!(
        flat(&text).contains("goes wrong; not counted: hours offline (about 8 h per day), interruptions of downloads (about "),
        "{text}"
    );
    assert!(text.contains(
        "offline by the clock for about 8 h per day, 8 h at a time at most; steps on the robot go on"
    ));
}

/// A log of two robots, one online for 18 h a day and one for all of it, and one that never is; a trace of 8 Mbit/s for half of the time.
#[test]
fn waits_and_downloads_are_those_of_the_log_and_the_trace() {
    let cohort = "connectivity = { log = \"data/shifts.csv\", robot = \"robot\", time = \"time\", up = \"up\" }";
    let rate =
        "download_rate = { trace = \"data/tunnel.csv\", column = \"rate\", time = \"time\" }";
    let rules = "preparing = \"0s\"\nconcurrent_deployment_percentage = 100\nrobot_deployment_timeout = \"1d\"\nfailure_threshold_percentage = 100";
    let text = scenario(cohort, rules).replace(
        "download_rate = { lognormal = { median = \"20 Mbit/s\", p95 = \"60 Mbit/s\" } }",
        rate,
    );
    let (_, scenario) = read(&text);
    let explained = Explained::of(&scenario.profiles[0], 100);
    let presence = &explained.cohorts[0].presence;
    let log = presence.log.expect("a log");
    assert_eq!(
        (log.robots, log.never_online, log.length),
        (3, 1, 86_400_000)
    );
    assert!((log.share_online - 1.75 / 3.0).abs() < 1e-12);
    let trace = presence.trace.expect("a trace");
    assert_eq!((trace.rows, trace.length), (2, 600_000));
    assert_eq!((trace.average, trace.share_zero), (4.5e6, 0.0));
    // Of two that are ever online one is away for 6 h a day, and found so for 3 h more on average.
    let contact = &explained.cohorts[0].courses[0].steps[0];
    assert!(
        (contact.mean / 3.6e6 - 0.125 * 3.0).abs() < 0.01,
        "{}",
        contact.mean
    );
    // Without the log downloads are those of the trace.
    let (_, scenario) = read(&text.replace(cohort, ""));
    let download = |architecture: usize| {
        Explained::of(&scenario.profiles[0], 100).cohorts[0].courses[architecture]
            .download()
            .mean
    };
    let downloads: Vec<f64> = played(&scenario, 0, 200)
        .iter()
        .map(|outcome| outcome.slot.download as f64 / 200.0)
        .collect();
    assert_mean(
        &downloads,
        0.7 * download(0) + 0.3 * download(1) + 0.5,
        "download",
    );
}
