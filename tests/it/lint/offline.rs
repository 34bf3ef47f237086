//! What lint says of hours offline, logs and traces.

use super::{assert_share, finding, has, hundred, line, linted, numbers, played, why};
use rollcast::model::Instant;
use rollcast::study::Finding;

/// A hundred robots under `rules` whose job is created at a time of 2026-05-04 in Berlin.
fn at(time: &str, rules: &str, cohort: &str) -> String {
    let rules = format!("failure_threshold_percentage = 100\n{rules}");
    let cohort = format!("download_rate = \"2 Mbit/s\"\nzone = \"Europe/Berlin\"\n{cohort}");
    let start = format!("start = \"2026-05-04T{time}[Europe/Berlin]\"\nreplications");
    hundred(&rules, &cohort, "").replace("replications", &start)
}

fn offline(from: &str, to: &str) -> String {
    format!(
        "connectivity = {{ offline = [{{ days = \"daily\", from = \"{from}\", to = \"{to}\" }}] }}"
    )
}

fn rules_of(findings: &[Finding]) -> Vec<&'static str> {
    let known = [
        "mostly-offline",
        "offline-before-done",
        "given-up-offline",
        "never-contacted",
        "never-online",
        "never-updated",
    ];
    let rules = findings.iter().map(|finding| finding.rule);
    rules.filter(|rule| known.contains(rule)).collect()
}

#[test]
fn hours_offline_that_leave_little_are_told() {
    let night = at(
        "12:00",
        "robot_deployment_timeout = \"20h\"",
        &offline("22:00", "06:00"),
    );
    assert!(rules_of(&linted(&night).1).is_empty());
    let day = at(
        "02:30",
        "robot_deployment_timeout = \"20h\"",
        &offline("08:00", "02:00"),
    );
    let (_, findings) = linted(&day);
    assert_eq!(rules_of(&findings), ["mostly-offline"]);
    let little = finding(&findings, "mostly-offline");
    assert_eq!(
        little.diagnostic.title,
        "robots of all are online only 6 h per day"
    );
    assert!(why(little).contains("an hour of work takes 4 h by the clock"));
    assert_eq!(line(little), offline("08:00", "02:00"));
}

/// A download of 5 min that begins 2 min before robots are switched off ends 8 h later.
#[test]
fn hours_offline_that_begin_before_an_install_is_done_hold_all_slots() {
    let rules = "robot_deployment_timeout = \"12h\"\nconcurrent_deployment_percentage = 20";
    let late = at("21:58", rules, &offline("22:00", "06:00"));
    let (scenario, findings) = linted(&late);
    assert_eq!(rules_of(&findings), ["offline-before-done"]);
    let first = finding(&findings, "offline-before-done");
    let (_, label) = first.diagnostic.place.as_ref().expect("a place");
    assert_eq!(label, "begin after 2 min");
    assert!(
        why(first).contains("holds a slot for another 8 h"),
        "{}",
        why(first)
    );
    let half = played(&scenario, 0, 1)[0].time_to[0].expect("half of them are updated");
    assert!(half > Instant::at(8 * 3_600_000), "{half:?}");
    // With ten minutes left they are done.
    assert!(rules_of(&linted(&at("21:50", rules, &offline("22:00", "06:00"))).1).is_empty());
    // Created at night, they begin in the morning.
    assert!(rules_of(&linted(&at("23:00", rules, &offline("22:00", "06:00"))).1).is_empty());
}

#[test]
fn robots_in_flight_are_given_up_in_hours_that_outlast_the_robot_timeout() {
    let rules = "robot_deployment_timeout = \"5h\"\nconcurrent_deployment_percentage = 20";
    let text = at("21:58", rules, &offline("22:00", "06:00"));
    let (scenario, findings) = linted(&text);
    assert_eq!(
        rules_of(&findings),
        ["given-up-offline", "offline-before-done"]
    );
    assert_eq!(
        line(finding(&findings, "given-up-offline")),
        "robot_deployment_timeout = \"5h\""
    );
    // All that are in flight at 22:00 are silent at 2:58. Those that follow wait for three hours.
    assert_eq!(played(&scenario, 0, 1)[0].no_response, 20);
    // They were exposed, and nobody mends them.
    assert!(has(&findings, "given-up-is-up"));
    // Two minutes before the end of the night come to those that started as long before it began.
    let (scenario, findings) = linted(&text.replace("\"5h\"", "\"8h 1min\""));
    let some = finding(&findings, "given-up-offline");
    assert!(why(some).contains("a robot that started more than 1 min before they begin"));
    assert_eq!(played(&scenario, 0, 1)[0].no_response, 20);
    let (scenario, findings) = linted(&text.replace("\"5h\"", "\"8h 6min\""));
    assert!(!has(&findings, "given-up-offline"));
    assert_eq!(played(&scenario, 0, 1)[0].no_response, 0);
    // A job that is canceled long before the hours begin does not meet them.
    let before = text
        .replace("21:58", "12:00")
        .replace("\"5h\"", "\"5h\"\ncancel = \"1min\"");
    assert!(!has(&linted(&before).1, "given-up-offline"));
}

#[test]
fn robots_that_are_offline_whenever_a_window_is_open_are_never_contacted() {
    let night = offline("22:00", "06:00");
    let windows = "maintenance = [{ days = \"daily\", from = \"23:00\", to = \"05:00\" }]";
    let text = at("12:00", "", &format!("{night}\n{windows}"));
    let (scenario, findings) = linted(&text);
    let never = finding(&findings, "never-contacted");
    assert!(never.is_error());
    let (other, _) = never.diagnostic.other.as_ref().expect("the windows");
    assert!(other.source.text[other.span.clone()].contains("23:00"));
    assert_eq!(played(&scenario, 0, 1)[0].timed_out, 100);
    // An hour of the window is left.
    let left = text.replace("05:00", "07:00");
    let (scenario, findings) =
        linted(&left.replace("preparing", "robot_deployment_timeout = \"30h\"\npreparing"));
    assert!(!has(&findings, "never-contacted"));
    assert!(played(&scenario, 0, 1)[0].updated > 0);
}

#[test]
fn a_job_that_is_over_before_anybody_is_online_is_an_error() {
    // Each of 5 rounds waits for an hour, and the first robot would be online after seven.
    let text = at(
        "23:00",
        "robot_deployment_timeout = \"1h\"",
        &offline("22:00", "06:00"),
    );
    let (scenario, findings) = linted(&text);
    assert!(finding(&findings, "never-contacted").is_error());
    assert_eq!(played(&scenario, 0, 1)[0].no_response, 100);
    let (scenario, findings) = linted(&text.replace("\"1h\"", "\"2h\""));
    assert!(!has(&findings, "never-contacted"));
    assert!(played(&scenario, 0, 1)[0].updated > 0);
}

#[test]
fn downloads_that_begin_anew_every_morning_are_never_complete() {
    let text = |interrupted: &str, megabytes: u32| {
        let hours = offline("22:00", "06:00").replace("] }", &format!("], {interrupted} }}"));
        let rules = "robot_deployment_timeout = \"7d\"\nconcurrent_deployment_percentage = 100";
        let text = at("12:00", rules, &hours);
        text.replace("75 MB", &format!("{megabytes} MB"))
    };
    // At 2 Mbit/s 14,400 MB take the 16 h of a day.
    for (interrupted, megabytes, completes) in [
        ("interrupted = \"restarts\"", 14_500, false),
        ("interrupted = \"restarts\"", 14_300, true),
        ("interrupted = \"resumes\"", 14_500, true),
    ] {
        let (scenario, findings) = linted(&text(interrupted, megabytes));
        assert_eq!(!has(&findings, "never-updated"), completes, "{megabytes}");
        let updated = played(&scenario, 0, 1)[0].updated;
        assert_eq!(updated, if completes { 100 } else { 0 }, "{megabytes}");
    }
}

const LOG: &str =
    "connectivity = { log = \"data/shifts.csv\", robot = \"robot\", time = \"time\", up = \"up\" }";

#[test]
fn robots_of_a_log_that_are_never_online_are_as_dead() {
    let rules = "failure_threshold_percentage = 100\nrobot_deployment_timeout = \"8h\"";
    let cohort = format!("download_rate = \"10 MB/s\"\n{LOG}");
    let text = hundred(rules, &cohort, "").replace(
        "robots = 100\narchitecture = \"X86_64\"",
        "robots = { csv = \"data/shift_robots.csv\" }",
    );
    let (scenario, findings) = linted(&text);
    let never = finding(&findings, "never-online");
    assert_eq!(
        never.diagnostic.title,
        "1 robot of all is never online in the log"
    );
    let (_, label) = never.diagnostic.place.as_ref().expect("a place");
    assert_eq!(label, "amr-03");
    assert!(!never.is_error());
    assert!(
        played(&scenario, 0, 20)
            .iter()
            .all(|it| it.no_response == 1)
    );
    // Robots that are not in the log get one of its robots each: a third of them the one that is never online.
    let (scenario, findings) = linted(&hundred(rules, &cohort, ""));
    let never = finding(&findings, "never-online");
    assert_eq!(numbers(&never.diagnostic.title)[..2], [33, 3]);
    let silent: u32 = played(&scenario, 0, 100)
        .iter()
        .map(|it| it.no_response)
        .sum();
    assert_share(f64::from(silent) / 1e4, 1.0 / 3.0, 1e4);
}

/// 75 MB take 75 s at 8 Mbit/s for 5 min, then 10 min at 1 Mbit/s: a trace that is on for 10 min.
#[test]
fn robots_with_a_trace_are_late_as_often_as_is_said() {
    let text = |timeout: &str| {
        let rules =
            format!("failure_threshold_percentage = 100\nrobot_deployment_timeout = \"{timeout}\"");
        let cohort =
            "download_rate = { trace = \"data/tunnel.csv\", column = \"rate\", time = \"time\" }";
        hundred(&rules, cohort, "")
    };
    // The average takes longer than the best part: only what that cannot do is impossible.
    let (scenario, findings) = linted(&text("74s"));
    assert!(finding(&findings, "never-updated").is_error());
    assert_eq!(
        played(&scenario, 0, 5)
            .iter()
            .map(|it| it.updated)
            .sum::<u32>(),
        0
    );
    let (scenario, findings) = linted(&text("76s"));
    assert!(!has(&findings, "never-updated"));
    assert!(played(&scenario, 0, 5).iter().any(|it| it.updated > 0));
    let (scenario, findings) = linted(&text("100s"));
    let slow = finding(&findings, "timeout-too-short");
    assert!(
        why(slow).contains("from the median moment of its trace on"),
        "{}",
        why(slow)
    );
    // In time: from 25 s before the good part on until 71.4 s before its end.
    let late: u32 = played(&scenario, 0, 200)
        .iter()
        .map(|it| it.timed_out)
        .sum();
    let said = f64::from(numbers(&slow.diagnostic.title)[0])
        + f64::from(numbers(&slow.diagnostic.title)[1]) / 10.0;
    assert!(
        (f64::from(late) / 200.0 - said).abs() < 2.0,
        "{late} {said}"
    );
    assert!(
        linted(&text("10min"))
            .1
            .iter()
            .all(|it| it.rule != "timeout-too-short")
    );
}
