//! What lint claims against what the engine plays: what it calls certain happens in every replication, what it calls impossible in
//! none, and its numbers are the engine's.

mod offline;

use std::collections::BTreeMap;

use crate::common::sandbox::shipped;
use crate::common::scenarios::Choices;
use crate::common::{self, finding, parsed, played, scenario_file};
use rollcast::rollout::{EndedBy, RoboMaker};
use rollcast::scenario::Scenario;
use rollcast::sim::{Dice, JobKind, JobPlay, Player};
use rollcast::study::{Finding, RULES};

/// A checked scenario and what lint finds in it.
fn linted(text: &str) -> (Scenario, Vec<Finding>) {
    common::linted(&parsed(text, "tests/cli"))
}

fn has(findings: &[Finding], rule: &str) -> bool {
    findings.iter().any(|finding| finding.rule == rule)
}

fn why(finding: &Finding) -> &str {
    finding.diagnostic.why.as_deref().unwrap_or("")
}

/// The jobs of the first replications of a campaign.
fn played_jobs(scenario: &Scenario, replications: u64) -> Vec<Vec<JobPlay>> {
    let profile = &scenario.profiles[0];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    let play = |replication| {
        player.draw(replication);
        player
            .play_campaign(
                &profile.rules,
                profile.campaign.as_ref().expect("a campaign"),
            )
            .jobs
    };
    (0..replications).map(play).collect()
}

/// Requires a share of so many independent trials to be what is expected, within 4.5 standard errors.
fn assert_share(found: f64, expected: f64, trials: f64) {
    let error = (expected * (1.0 - expected) / trials).sqrt();
    assert!(
        (found - expected).abs() <= 4.5 * error + 1e-9,
        "{found}, expected {expected} ± {error}"
    );
}

/// The whole numbers of a text, those with thousands separated too.
fn numbers(text: &str) -> Vec<u32> {
    let plain = text.replace(',', "");
    plain
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// The line that a finding points at.
fn line(finding: &Finding) -> String {
    let (place, _) = finding.diagnostic.place.as_ref().expect("a place");
    let (line, _) = place.line_and_column();
    place
        .source
        .text
        .lines()
        .nth(line - 1)
        .expect("a line of it")
        .trim()
        .to_owned()
}

/// A scenario of one to three small cohorts with constant durations, in which much is foolish.
fn random_scenario(choices: &mut Choices) -> String {
    let pick = |choices: &mut Choices, from: &[&str]| choices.pick(from).to_owned();
    let mut text = format!(
        "name = \"random\"\nseed = {}\n[release]\nversion = 1\nbundle = {{ {} }}\n[rollout.robomaker]\n",
        choices.below(1000),
        pick(
            choices,
            &[
                "X86_64 = \"1 MB\"",
                "X86_64 = \"1 MB\", ARM64 = \"6 MB\"",
                "ARM64 = \"300 MB\""
            ]
        ),
    );
    text += &format!(
        "concurrent_deployment_percentage = {}\n",
        pick(choices, &["1", "5", "10", "30", "60", "100"])
    );
    text += &format!(
        "failure_threshold_percentage = {}\n",
        pick(choices, &["1", "3", "10", "25", "50", "90", "100"])
    );
    text += &format!(
        "robot_deployment_timeout = {}\n",
        pick(choices, &["\"1min\"", "\"10min\"", "\"5h\""])
    );
    text += &format!("rounding = {}\n", pick(choices, &["\"floor\"", "\"ceil\""]));
    text += &format!(
        "pacing = {}\n",
        pick(choices, &["\"sliding\"", "\"sliding\"", "\"batches\""])
    );
    text += &format!(
        "breach = {}\n",
        pick(choices, &["\"reach\"", "\"reach\"", "\"exceed\""])
    );
    text += &format!(
        "on_stop = {}\n",
        pick(choices, &["\"drain\"", "\"drain\"", "\"abort\""])
    );
    text += &format!("order = {}\n", pick(choices, &["\"file\"", "\"shuffled\""]));
    if choices.percent(20) {
        text += &format!(
            "cancel = {}\n",
            pick(choices, &["\"2min\"", "\"30min\"", "\"20d\""])
        );
    }
    for cohort in 0..1 + choices.below(3) {
        text += &format!(
            "[[cohort]]\nname = \"cohort.{cohort}\"\nrobots = {}\n",
            1 + choices.below(12)
        );
        let kinds = [
            "\"X86_64\"",
            "\"ARM64\"",
            "{ X86_64 = 0.6, ARM64 = 0.4 }",
            "{ ARM64 = 0.7, ARMHF = 0.3 }",
        ];
        text += &format!("architecture = {}\n", pick(choices, &kinds));
        text += &format!("dead = {}\n", pick(choices, &["0", "0", "0.1", "0.5"]));
        text += &format!(
            "download_rate = {}\n",
            pick(choices, &["\"1 MB/s\"", "\"20 kB/s\"", "\"50 MB/s\""])
        );
        let failure = pick(choices, &["0", "0", "0.1", "0.5", "1"]);
        let duration = pick(choices, &["10s", "40s", "3min"]);
        let hang = if failure == "0" {
            pick(choices, &["0", "0", "0.2", "1"])
        } else {
            "0".to_owned()
        };
        text += &format!(
            "post_launch = {{ duration = \"{duration}\", failure = {failure}, hang = {hang} }}\n"
        );
    }
    text
}

#[test]
fn what_is_certain_always_happens_and_what_is_impossible_never() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..1500 {
        let text = random_scenario(&mut Choices::new(seed));
        let (scenario, findings) = linted(&text);
        let outcomes = played(&scenario, 0, 8);
        let profile = &scenario.profiles[0];
        let n = profile.world.fleet.robots();
        let (window, needed) = (profile.rules.window(n), profile.rules.failures_to_stop(n));
        let timeout = profile.rules.robot_timeout();
        for finding in &findings {
            *seen.entry(finding.rule).or_default() += 1;
            let title = &finding.diagnostic.title;
            for outcome in &outcomes {
                let breached = outcome.breached.is_some();
                let started = n - outcome.never_started;
                let holds = match finding.rule {
                    "certain-breach" => breached,
                    "threshold-never" => !breached,
                    "threshold-stops-nothing" => {
                        !(outcome.ended_by == RoboMaker::BREACH && outcome.never_started > 0)
                    }
                    // What fails after a cancel stops nothing any more.
                    "one-failure-stops" => {
                        breached == (outcome.failed > 0) || outcome.ended_by == EndedBy::Cancel
                    }
                    "overshoot" => {
                        let more = numbers(title)[0];
                        needed < window && outcome.failed <= needed + more
                    }
                    // No two are in flight: the time in slots fits into the job's.
                    "window-of-one" => outcome.slot.total <= outcome.drained.ms(),
                    "never-updated" => {
                        profile.world.fleet.cohorts.len() > 1 || outcome.updated == 0
                    }
                    "cannot-finish" => {
                        let most = *numbers(title).first().expect("a number");
                        (if title.contains("get a turn") {
                            started
                        } else {
                            outcome.updated
                        }) <= most
                    }
                    "no-bundle" => {
                        let without = numbers(title)[0];
                        let failed = outcome.failures
                            [rollcast::model::FailureCode::MissingRobotApplicationArchitecture
                                as usize];
                        if started == n && outcome.aborted == 0 {
                            failed == without
                        } else {
                            failed <= without
                        }
                    }
                    "dead-robots" | "hanging-scripts" => {
                        let is_sure = why(finding).contains("no rollout that reaches all robots");
                        !is_sure
                            || started < n
                            || outcome.aborted > 0
                            || outcome.drained.ms() >= timeout
                    }
                    "false-abort" if finding.is_error() => breached,
                    _ => true,
                };
                assert!(holds, "seed {seed}: {title}\n{text}\n{outcome:?}");
            }
            if finding.is_error() {
                assert!(
                    [
                        "certain-breach",
                        "never-updated",
                        "cannot-finish",
                        "false-abort"
                    ]
                    .contains(&finding.rule),
                    "{title}"
                );
            }
        }
        // What may be stopped in time is not called beyond it.
        let stopped = outcomes
            .iter()
            .any(|outcome| outcome.ended_by == RoboMaker::BREACH && outcome.never_started > 0);
        assert!(!stopped || !has(&findings, "threshold-stops-nothing"));
    }
    for rule in [
        "certain-breach",
        "threshold-never",
        "threshold-stops-nothing",
        "one-failure-stops",
        "overshoot",
        "window-of-one",
    ] {
        assert!(
            seen.get(rule).is_some_and(|times| *times >= 20),
            "{rule}: {seen:?}"
        );
    }
    for rule in [
        "never-updated",
        "cannot-finish",
        "no-bundle",
        "dead-robots",
        "hanging-scripts",
        "unused-bundle",
        "false-abort",
    ] {
        assert!(
            seen.get(rule).is_some_and(|times| *times >= 20),
            "{rule}: {seen:?}"
        );
    }
}

/// A scenario of a hundred robots: rules, more of the cohort, and whatever follows it.
fn hundred(rules: &str, cohort: &str, more: &str) -> String {
    format!(
        "name = \"hundred\"\nreplications = 400\n[release]\nversion = 1\nbundle = {{ X86_64 = \"75 MB\" }}\n[rollout.robomaker]\n\
         preparing = \"0s\"\n{rules}\n[[cohort]]\nname = \"all\"\nrobots = 100\narchitecture = \"X86_64\"\n{cohort}\n{more}"
    )
}

#[test]
fn the_overshoot_is_reached_by_a_release_that_fails_everywhere() {
    let rules = "concurrent_deployment_percentage = 30\nfailure_threshold_percentage = 10";
    let cohort = "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 1 }";
    let (scenario, findings) = linted(&hundred(rules, cohort, ""));
    let overshoot = finding(&findings, "overshoot");
    assert_eq!(numbers(&overshoot.diagnostic.title)[0], 29);
    assert_eq!(line(overshoot), "failure_threshold_percentage = 10");
    assert!(
        played(&scenario, 0, 5)
            .iter()
            .all(|outcome| outcome.failed == 39)
    );
    assert!(finding(&findings, "certain-breach").is_error());
}

#[test]
fn the_highest_threshold_that_stops_anything_does_and_the_next_does_not() {
    let rules = |threshold| {
        format!("concurrent_deployment_percentage = 60\nfailure_threshold_percentage = {threshold}")
    };
    let cohort = "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 1 }";
    let stops = |threshold| {
        let (scenario, findings) = linted(&hundred(&rules(threshold), cohort, ""));
        let stopped = played(&scenario, 0, 3)
            .iter()
            .any(|outcome| outcome.never_started > 0);
        (stopped, has(&findings, "threshold-stops-nothing"))
    };
    assert_eq!(
        (stops(40), stops(41), stops(100)),
        ((true, false), (false, true), (false, true))
    );
    let (_, findings) = linted(&hundred(&rules(80), cohort, ""));
    let help = finding(&findings, "threshold-stops-nothing")
        .diagnostic
        .help
        .clone()
        .unwrap();
    assert!(help.contains("40 % is the highest"), "{help}");
}

#[test]
fn dead_robots_hold_slots_for_as_long_as_is_said() {
    let rules = "concurrent_deployment_percentage = 10\nfailure_threshold_percentage = 90\nrobot_deployment_timeout = \"2h\"";
    let (scenario, findings) = linted(&hundred(
        rules,
        "dead = 0.2\ndownload_rate = \"10 MB/s\"",
        "",
    ));
    let why = finding(&findings, "dead-robots")
        .diagnostic
        .why
        .clone()
        .unwrap();
    // 20 robots for 2 h, over 10 slots.
    assert!(
        why.starts_with("that is 1 d 16 h in slots")
            && why.contains("window of 10 stood still for 4 h"),
        "{why}"
    );
    for outcome in played(&scenario, 0, 20) {
        assert_eq!(outcome.slot.offline, 40 * 3_600_000);
        let drained = outcome.drained.ms();
        assert!(drained >= 4 * 3_600_000, "{drained}");
    }
}

#[test]
fn so_many_robots_are_too_slow_as_the_law_says() {
    let rules = "robot_deployment_timeout = \"1min\"\nfailure_threshold_percentage = 100";
    let cohort = "download_rate = { exponential = { mean = \"40 Mbit/s\" } }";
    let (scenario, findings) = linted(&hundred(rules, cohort, ""));
    let title = &finding(&findings, "timeout-too-short").diagnostic.title;
    // 600 Mbit within a minute take 10 Mbit/s: 1 - exp(-10 / 40) of them are slower.
    assert!(title.ends_with("22.1 % of all"), "{title}");
    let outcomes = played(&scenario, 0, 100);
    let slow = outcomes
        .iter()
        .map(|outcome| f64::from(outcome.timed_out))
        .sum::<f64>()
        / 1e4;
    assert!(
        (slow - 0.2212).abs() < 4.5 * (0.2212_f64 * 0.7788 / 1e4).sqrt(),
        "{slow}"
    );
    let (_, findings) = linted(&hundred(
        "robot_deployment_timeout = \"5h\"",
        "download_rate = \"10 MB/s\"",
        "",
    ));
    assert!(!has(&findings, "timeout-too-short"));
}

#[test]
fn a_link_that_is_called_full_is_full_and_the_bottleneck_takes_as_long_as_said() {
    let link = |capacity: &str| format!("[[link]]\nname = \"line\"\ncapacity = \"{capacity}\"\n");
    let cohort =
        "link = \"line\"\ndownload_rate = \"20 Mbit/s\"\npost_launch = { duration = \"1min\" }";
    let rules = |percent: u8| format!("concurrent_deployment_percentage = {percent}");
    let saturated = |percent, capacity| {
        let (scenario, findings) = linted(&hundred(&rules(percent), cohort, &link(capacity)));
        let outcomes = played(&scenario, 0, 3);
        let full = outcomes
            .iter()
            .all(|outcome| outcome.links[0].saturated > 0);
        assert!(
            full || outcomes
                .iter()
                .all(|outcome| outcome.links[0].saturated == 0)
        );
        (
            full,
            has(&findings, "link-saturates"),
            outcomes[0].clone(),
            findings,
        )
    };
    // Five of them fill a line of 100 Mbit/s.
    for (percent, is_full) in [(5, false), (6, true), (20, true)] {
        let (full, said, ..) = saturated(percent, "100 Mbit/s");
        assert_eq!((full, said), (is_full, is_full), "{percent} %");
    }
    let (.., outcome, findings) = saturated(50, "100 Mbit/s");
    let why = finding(&findings, "link-saturates")
        .diagnostic
        .why
        .clone()
        .unwrap();
    // 100 downloads of 600 Mbit; 50 robots that take 30 s for a download and 60 s for a script ask for a third of 1 Gbit/s.
    assert!(
        why.contains("; 5 of them fill it, from a concurrency of 5 % on;"),
        "{why}"
    );
    assert!(
        why.contains("still ask for 333 Mbit/s")
            && why.contains("100 downloads take it at least 10 min"),
        "{why}"
    );
    let drained = outcome.drained.ms();
    assert!((600_000..800_000).contains(&drained), "{drained}");
    // 100 robots on 10 Mbit/s get 100 kbit/s each: 6000 s for a download.
    let rules = "concurrent_deployment_percentage = 100\nrobot_deployment_timeout = \"90min\"";
    let (scenario, findings) = linted(&hundred(rules, cohort, &link("10 Mbit/s")));
    let thin = finding(&findings, "link-too-thin");
    assert!(
        thin.diagnostic
            .why
            .clone()
            .unwrap()
            .contains("1 h 40 min for 75 MB")
    );
    assert!(
        played(&scenario, 0, 3)
            .iter()
            .all(|outcome| outcome.updated == 0)
    );
}

#[test]
fn the_false_abort_risk_is_that_of_the_simulation() {
    let rules = "failure_threshold_percentage = 8";
    let cohort =
        "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 0.04 }";
    let (scenario, findings) = linted(&hundred(
        rules,
        cohort,
        "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.09\n",
    ));
    let risk = finding(&findings, "false-abort");
    assert_eq!(risk.profiles, ["base"]);
    // P(Bin(100, 0.04) >= 8) = 0.0475
    assert!(
        risk.diagnostic.title.contains("in 4.8 % of rollouts")
            || risk.diagnostic.title.contains("in 4.7 % of rollouts")
    );
    let outcomes = played(&scenario, 0, 4000);
    let reached = outcomes
        .iter()
        .filter(|outcome| outcome.breached.is_some())
        .count() as f64
        / 4000.0;
    assert!(
        (reached - 0.0475).abs() < 4.5 * (0.0475_f64 * 0.9525 / 4000.0).sqrt(),
        "{reached}"
    );

    // Where robots come and go, it is a bound from below, and says so.
    let cohort = format!("{cohort}\nconnectivity = {{ on = \"5h\", off = \"20min\" }}");
    let (scenario, findings) = linted(&hundred(
        "failure_threshold_percentage = 8\nrobot_deployment_timeout = \"10min\"",
        &cohort,
        "",
    ));
    let risk = finding(&findings, "false-abort");
    assert!(
        risk.diagnostic.title.contains("in at least 4."),
        "{}",
        risk.diagnostic.title
    );
    assert!(
        risk.diagnostic
            .why
            .clone()
            .unwrap()
            .contains("robots of all are offline at times")
    );
    let outcomes = played(&scenario, 0, 1000);
    assert!(
        outcomes
            .iter()
            .filter(|outcome| outcome.breached.is_some())
            .count()
            >= 48
    );
}

/// What a finding says of the probability of a false abort in canaries or in main jobs, as a share; and how often those that were played reached
/// their threshold, of how many.
fn claimed_and_played(text: &str, of: &str) -> (Option<f64>, u32, u32) {
    let (scenario, findings) = linted(text);
    let titles = findings
        .iter()
        .filter(|finding| finding.rule == "false-abort")
        .map(|finding| &finding.diagnostic.title);
    let mut claimed = titles.filter_map(|title| {
        let (before, _) = title.split_once(&format!(" % of {of}"))?;
        before.rsplit(' ').next()?.parse::<f64>().ok()
    });
    let claimed = claimed.next().map(|percent| percent / 100.0);
    let profile = &scenario.profiles[0];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    let (mut reached, mut jobs) = (0, 0);
    let kind = if of == "canaries" {
        JobKind::Canary
    } else {
        JobKind::Main
    };
    for replication in 0..4000 {
        player.draw(replication);
        let play = player.play_campaign(
            &profile.rules,
            profile.campaign.as_ref().expect("a campaign"),
        );
        for job in play.jobs.iter().filter(|job| job.kind == kind) {
            jobs += 1;
            reached += u32::from(job.outcome.breached.is_some());
        }
    }
    (claimed, reached, jobs)
}

#[test]
fn the_false_abort_risk_of_canaries_and_main_jobs_is_that_of_the_simulation() {
    let pilots = |failure: &str| {
        format!(
            "[[cohort]]\nname = \"pilots\"\nrobots = 30\narchitecture = \"X86_64\"\ndead = 0.04\ndownload_rate = \"10 MB/s\"\npost_launch = {{ duration = \"30s\", failure = {failure} }}\n"
        )
    };
    let of_pilots =
        "[campaign.canary]\ncohorts = [\"pilots\"]\nfailure_threshold_percentage = 13\n";
    let some = "[campaign.canary]\nrobots = 30\nfailure_threshold_percentage = 7\n";
    let syncs = "[campaign.sync]\ntimes = 2\n";
    let luck = "{ beta = { mean = 0.05, correlation = 0.02 } }";
    let all = |failure: &str| {
        format!(
            "download_rate = \"10 MB/s\"\npost_launch = {{ duration = \"30s\", failure = {failure} }}"
        )
    };
    let text = |failure: &str, more: &str| {
        hundred("failure_threshold_percentage = 8", &all(failure), more)
    };
    let per_cohort = |text: String| text.replace("bundle =", "luck = \"per_cohort\"\nbundle =");
    // Whole cohorts; robots that are all alike; no canary. What the canary came to says nothing of the main job if they share no luck.
    let cases: [(&str, String, bool); 9] = [
        (
            "canaries",
            text("0.04", &(pilots("0.05") + of_pilots)),
            true,
        ),
        (
            "main jobs",
            text("0.04", &(pilots("0.05") + of_pilots)),
            true,
        ),
        ("canaries", text(luck, &(pilots(luck) + of_pilots)), true),
        ("main jobs", text(luck, &(pilots(luck) + of_pilots)), false),
        (
            "main jobs",
            per_cohort(text(luck, &(pilots(luck) + of_pilots))),
            true,
        ),
        ("canaries", text(luck, some), true),
        ("main jobs", text("0.05", some), true),
        (
            "main jobs",
            text("0.05", &format!("{some}rejoin = true\n")),
            false,
        ),
        ("rollouts", text(luck, syncs), true),
    ];
    for (of, text, is_known) in cases {
        let (claimed, reached, jobs) = claimed_and_played(&text, of);
        assert_eq!(claimed.is_some(), is_known, "{of}: {text}");
        let Some(claimed) = claimed else { continue };
        let (jobs, share) = (f64::from(jobs), f64::from(reached) / f64::from(jobs));
        // Titles are rounded to a tenth of a percent.
        let error = 4.5 * (claimed * (1.0 - claimed) / jobs).sqrt() + 0.0005;
        assert!(
            (share - claimed).abs() < error,
            "{share} of {jobs} {of}, said to be {claimed}: {text}"
        );
        assert!(
            (0.01..0.6).contains(&claimed) && jobs > 1000.0,
            "{claimed}, {jobs}: nothing was tried"
        );
    }
}

#[test]
fn a_bad_release_that_passes_is_one_that_does() {
    let cohort =
        "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 0.01 }";
    let bad = "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.15\n";
    let (scenario, findings) = linted(&hundred("failure_threshold_percentage = 25", cohort, bad));
    assert_eq!(finding(&findings, "bad-release-passes").profiles, ["bad"]);
    let reached = played(&scenario, 1, 1000)
        .iter()
        .filter(|outcome| outcome.breached.is_some())
        .count();
    assert!(reached < 30, "{reached}");
}

#[test]
fn a_soak_finds_the_share_of_latent_faults_that_is_said() {
    // All of the canary end at one moment, so that the soak is all there is.
    let campaign =
        "[campaign.canary]\nrobots = 10\nsoak = \"2h\"\nconcurrent_deployment_percentage = 100\n";
    let text = hundred("", "download_rate = \"10 MB/s\"", campaign).replace(
        "bundle =",
        "latent = { failure = 0.2, after = { exponential = { mean = \"10h\" } } }\nbundle =",
    );
    let (scenario, findings) = linted(&text);
    let soak = finding(&findings, "soak-too-short");
    // exp(-0.2) of them show later; of 10 robots 2 have it.
    assert!(
        soak.diagnostic
            .title
            .contains("before 82 % of the latent faults show"),
        "{}",
        soak.diagnostic.title
    );
    assert!(
        soak.diagnostic
            .why
            .clone()
            .unwrap()
            .contains("about 2.0 have the fault, and after 2 h it shows on 0.4 of them")
    );
    let found = played(&scenario, 0, 2000)
        .iter()
        .filter(|outcome| outcome.ended_by == EndedBy::LatentFault)
        .count() as f64
        / 2000.0;
    let shown = 0.2 * (1.0 - rollcast::numeric::math::exp(-0.2));
    let p = 1.0 - (0..10).map(|_| 1.0 - shown).product::<f64>();
    assert!(
        (found - p).abs() < 4.5 * (p * (1.0 - p) / 2000.0).sqrt(),
        "{found}, expected {p}"
    );
    let (_, findings) = linted(&text.replace("soak = \"2h\"", "soak = \"1d\""));
    assert!(!has(&findings, "soak-too-short"));
}

#[test]
fn canaries_and_syncs_are_looked_at_as_jobs_of_their_own() {
    let campaign = "[campaign.canary]\nshare = 0.005\n[campaign.sync]\ntimes = 3\n";
    let cohort = "dead = 0.04\ndownload_rate = \"10 MB/s\"";
    let (scenario, findings) = linted(&hundred(
        "failure_threshold_percentage = 25",
        cohort,
        campaign,
    ));
    assert_eq!(
        line(finding(&findings, "canary-rounds-to-none")),
        "share = 0.005"
    );
    let profile = &scenario.profiles[0];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    let mut syncs = 0;
    for replication in 0..50 {
        player.draw(replication);
        let play = player.play_campaign(&profile.rules, profile.campaign.as_ref().unwrap());
        assert_eq!(play.jobs[0].outcome.n, 1);
        for job in play.jobs.iter().filter(|job| job.kind.is_sync()) {
            // Whom nobody ever reaches is not reached by a sync: none follows the first.
            assert_eq!(
                (job.kind, job.outcome.ended_by),
                (JobKind::Sync(1), RoboMaker::BREACH)
            );
            syncs += 1;
        }
    }
    assert!(syncs > 40, "{syncs}");
    assert!(has(&findings, "sync-fails-again"));
    let (_, findings) = linted(&hundred(
        "",
        cohort,
        &campaign.replace("times", "after_failure = \"syncs\"\ntimes"),
    ));
    assert!(!has(&findings, "sync-fails-again"));

    // Cohorts whose robots cannot succeed as a canary: there is no main job, ever.
    let more = "[[cohort]]\nname = \"old\"\nrobots = 5\narchitecture = \"ARMHF\"\ndownload_rate = \"1 MB/s\"\n\
                [campaign.canary]\ncohorts = [\"old\"]\n";
    let (scenario, findings) = linted(&hundred("", "download_rate = \"10 MB/s\"", more));
    let breach = finding(&findings, "certain-breach");
    assert!(breach.is_error() && breach.diagnostic.title.starts_with("the canary reaches"));
    assert!(
        played(&scenario, 0, 20)
            .iter()
            .all(|outcome| outcome.aftermath.jobs == 1 && outcome.breached.is_some())
    );
}

#[test]
fn windows_that_are_too_short_or_too_far_apart() {
    let cohort = "download_rate = \"10 MB/s\"\nzone = \"UTC\"\nmaintenance = [{ days = \"daily\", from = \"01:00\", to = \"01:30\" }]\n\
                  post_launch = { duration = \"40min\" }";
    let text = hundred(
        "robot_deployment_timeout = \"2h\"\nconcurrent_deployment_percentage = 10",
        cohort,
        "",
    );
    let text = text.replace(
        "replications",
        "start = \"2026-05-01T12:00Z\"\nreplications",
    );
    let (scenario, findings) = linted(&text);
    assert!(
        finding(&findings, "window-too-far")
            .diagnostic
            .why
            .clone()
            .unwrap()
            .contains("up to 23 h 30 min apart")
    );
    assert_eq!(
        line(finding(&findings, "window-too-short")),
        "maintenance = [{ days = \"daily\", from = \"01:00\", to = \"01:30\" }]"
    );
    // Created at noon, the job gives its first robots up at two.
    assert!(
        played(&scenario, 0, 3)
            .iter()
            .all(|outcome| outcome.timed_out >= 10 && outcome.breached.is_some())
    );
    let (_, findings) = linted(&text.replace("\"2h\"", "\"24h\"").replace("40min", "10min"));
    assert!(!has(&findings, "window-too-far") && !has(&findings, "window-too-short"));
}

#[test]
fn findings_of_profiles_are_said_once_and_at_their_places() {
    let cohort = "dead = 0.1\ndownload_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\" }";
    let more = "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.9\n[profile.same]\n\"cohort.all.dead\" = 0.1\n\
                [profile.tight]\n\"rollout.robomaker.failure_threshold_percentage\" = 5\n\"release.version\" = 1\n";
    let (scenario, findings) = linted(&hundred("", cohort, more));
    assert_eq!(
        findings
            .iter()
            .filter(|finding| finding.rule == "dead-robots")
            .count(),
        1
    );
    assert!(finding(&findings, "dead-robots").profiles.is_empty());
    assert_eq!(
        line(finding(&findings, "profile-changes-nothing")),
        "[profile.same]"
    );
    assert_eq!(
        line(finding(&findings, "change-without-effect")),
        "\"release.version\" = 1"
    );
    let breach = finding(&findings, "certain-breach");
    assert_eq!(breach.profiles, ["tight"]);
    let (other, _) = breach.diagnostic.other.as_ref().unwrap();
    assert_eq!(&other.source.text[other.span.clone()], "5");
    assert_eq!(played(&scenario, 0, 10), played(&scenario, 2, 10));
    assert!(
        played(&scenario, 3, 10)
            .iter()
            .all(|outcome| outcome.breached.is_some())
    );
}

#[test]
fn a_bottleneck_carries_what_robots_that_get_to_their_download_ask_for() {
    let link = "[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n";
    let rules = "concurrent_deployment_percentage = 50\nrobot_deployment_timeout = \"1h\"\nfailure_threshold_percentage = 100";
    let line = |cohort: &str| {
        let cohort = format!("link = \"line\"\ndownload_rate = \"20 Mbit/s\"\n{cohort}");
        let (scenario, findings) = linted(&hundred(rules, &cohort, link));
        let times = played(&scenario, 0, 400)
            .iter()
            .map(|outcome| outcome.bytes as f64 * 8.0 / 100e6)
            .collect::<Vec<f64>>();
        (why(finding(&findings, "link-saturates")).to_owned(), times)
    };
    // Dead robots download nothing: half of 100 downloads of 600 Mbit.
    let (why, times) = line("dead = 0.5");
    assert!(
        why.contains(": 50 downloads take it at least 5 min whatever"),
        "{why}"
    );
    assert!(times.iter().all(|time| *time == 300.0));
    // Nor do those that fail before: of the 100, 25 are left on average.
    let (why, times) = line(
        "download_condition = { duration = \"1s\", failure = 0.7 }\nfaults = { RobotAgentConnectionTimeout = 0.16666666667 }",
    );
    assert!(
        why.contains(": about 25 downloads take it about 2 min 30 s whatever"),
        "{why}"
    );
    let mean = times.iter().sum::<f64>() / 400.0;
    assert!(
        (mean - 150.0).abs() < 4.5 * 6.0 * (100.0_f64 * 0.25 * 0.75 / 400.0).sqrt(),
        "{mean}"
    );
}

#[test]
fn so_many_fill_a_link_as_are_said_to() {
    for (mbits, fill) in [(40, 3), (70, 2), (24, 5), (50, 2), (30, 4)] {
        let cohort = format!("link = \"line\"\ndownload_rate = \"{mbits} Mbit/s\"");
        let link = "[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n";
        let text = |percent: u32| {
            hundred(
                &format!("concurrent_deployment_percentage = {percent}"),
                &cohort,
                link,
            )
        };
        let (_, findings) = linted(&text(20));
        let why = why(finding(&findings, "link-saturates"));
        let of_them = if fill == 1 { "fills" } else { "fill" };
        assert!(
            why.contains(&format!(
                "; {fill} of them {of_them} it, from a concurrency of {fill} % on;"
            )),
            "{why}"
        );
        // The line carries all it can with so many, and less with one fewer: each download as fast as the robot can.
        let duration = |percent: u32| {
            let (scenario, _) = linted(&text(percent));
            let outcome = &played(&scenario, 0, 1)[0];
            (
                outcome.slot.download as f64 / 100.0,
                f64::from(percent * mbits) >= 100.0,
            )
        };
        let alone = 600_000.0 / f64::from(mbits);
        let ((fewer, too_few), (enough, is_full)) = (duration(fill - 1), duration(fill));
        assert!(
            !too_few && is_full && (fewer / alone - 1.0).abs() < 1e-3 && enough > alone * 0.999,
            "{mbits}: {fewer} {enough}"
        );
    }
}

#[test]
fn a_link_is_too_thin_only_where_it_is_full_and_only_for_bundles_that_are_too_large() {
    let link = "[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n";
    let rules = "failure_threshold_percentage = 100\nrobot_deployment_timeout = \"2min\"";
    // Robots that are slow by themselves leave room on the line.
    let (scenario, findings) = linted(&hundred(
        rules,
        "link = \"line\"\ndownload_rate = \"4 Mbit/s\"",
        link,
    ));
    assert!(!has(&findings, "link-too-thin") && !has(&findings, "link-saturates"));
    assert!(
        played(&scenario, 0, 3)
            .iter()
            .all(|outcome| outcome.links[0].saturated == 0)
    );
    // With 20 at once a download takes 2 min; two that are alive of 20 are done in 12 s.
    let (_, findings) = linted(&hundred(
        rules,
        "link = \"line\"\ndownload_rate = \"100 Mbit/s\"",
        &link.replace("100", "99"),
    ));
    assert!(has(&findings, "link-too-thin"));
    let cohort = "link = \"line\"\ndead = 0.9\ndownload_rate = \"100 Mbit/s\"";
    let (scenario, findings) = linted(&hundred(rules, cohort, &link.replace("100", "99")));
    assert!(!has(&findings, "link-too-thin"));
    assert!(
        played(&scenario, 0, 20)
            .iter()
            .all(|outcome| outcome.updated == 10)
    );
    // 750 MB take too long for anybody, 1 MB for nobody.
    let cohort = "link = \"line\"\ndownload_rate = \"100 Mbit/s\"";
    let text = hundred(rules, cohort, link).replace(
        "architecture = \"X86_64\"",
        "architecture = { X86_64 = 0.5, ARM64 = 0.5 }",
    );
    let text = text.replace(
        "X86_64 = \"75 MB\"",
        "X86_64 = \"750 MB\", ARM64 = \"1 MB\"",
    );
    let (scenario, findings) = linted(&text);
    let thin = finding(&findings, "link-too-thin");
    assert!(
        thin.diagnostic
            .title
            .contains("at a fair share of it 750 MB take longer"),
        "{}",
        thin.diagnostic.title
    );
    assert!(
        why(thin).contains("5 Mbit/s each while all do: 20 min for 750 MB"),
        "{}",
        why(thin)
    );
    for outcome in played(&scenario, 0, 20) {
        assert!((48..=52).contains(&outcome.updated), "{}", outcome.updated);
    }
}

#[test]
fn each_profile_is_told_its_own_numbers() {
    let link = "[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n[profile.big]\n\"release.bundle\" = { X86_64 = \"750 MB\" }\n\
                [profile.alike]\n\"cohort.all.recovery\" = \"1h\"\n";
    let cohort = "link = \"line\"\ndownload_rate = \"70 Mbit/s\"\ndead = 0.1";
    let (_, findings) = linted(&hundred("", cohort, link));
    let saturates: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.rule == "link-saturates")
        .collect();
    assert_eq!(
        saturates
            .iter()
            .map(|it| it.profiles.join(" "))
            .collect::<Vec<String>>(),
        ["base alike", "big"]
    );
    assert!(
        why(saturates[0]).contains("at least 9 min")
            && why(saturates[1]).contains("at least 1 h 30 min")
    );
}

#[test]
fn each_job_of_a_campaign_is_counted_by_itself() {
    let text = |more: &str, canary: &str| {
        format!(
            "name = \"two\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"100 MB\" }}\n[rollout.robomaker]\n\
             concurrent_deployment_percentage = 10\nfailure_threshold_percentage = 90\nrobot_deployment_timeout = \"1h\"\n\
             [campaign.canary]\n{canary}\nsoak = \"1h\"\n[[link]]\nname = \"line\"\ncapacity = \"100 Mbit/s\"\n[[cohort]]\nname = \"pilot\"\n\
             robots = 40\narchitecture = \"X86_64\"\ndownload_rate = \"80 Mbit/s\"\ndead = 0.5\n{more}[[cohort]]\nname = \"rest\"\nrobots = 160\n\
             architecture = \"X86_64\"\ndownload_rate = \"80 Mbit/s\"\n"
        )
    };
    let dead_of = |findings: &[Finding]| -> Vec<String> {
        let dead = findings
            .iter()
            .filter(|finding| finding.rule == "dead-robots");
        dead.map(|finding| format!("{}: {}", finding.diagnostic.title, why(finding)))
            .collect()
    };
    let (scenario, findings) = linted(&text("", "cohorts = [\"pilot\"]"));
    let said = dead_of(&findings);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("20 robots of the canary")
            && said[0].contains("window of 4 stood still for 5 h"),
        "{said:?}"
    );
    for jobs in played_jobs(&scenario, 20) {
        assert_eq!(jobs[0].outcome.slot.offline, 20 * 3_600_000);
        assert!(jobs[0].outcome.drained.ms() >= 5 * 3_600_000);
        assert_eq!(
            (jobs[1].kind, jobs[1].outcome.slot.offline),
            (JobKind::Main, 0)
        );
    }
    // Of 100 robots picked at random 10 are dead on average, and 10 are left.
    let (scenario, findings) = linted(&text("", "robots = 100"));
    let said = dead_of(&findings);
    assert!(
        said.len() == 2
            && said
                .iter()
                .all(|it| it.starts_with("about 10.0 robots of the ")),
        "{said:?}"
    );
    let hours = |jobs: &Vec<JobPlay>| jobs[0].outcome.slot.offline as f64 / 3.6e6;
    let jobs = played_jobs(&scenario, 400);
    let mean = jobs.iter().map(hours).sum::<f64>() / 400.0;
    assert!((mean - 10.0).abs() < 4.5 * 2.3 / 20.0, "{mean}");
    // Only the canary's robots are on the line.
    let (scenario, findings) = linted(&text("link = \"line\"\n", "cohorts = [\"pilot\"]"));
    let full: Vec<&str> = findings
        .iter()
        .filter(|it| it.rule == "link-saturates")
        .map(|it| it.diagnostic.title.as_str())
        .collect();
    assert_eq!(
        full,
        ["line is full when the canary's window of 4 robots downloads"]
    );
    for jobs in played_jobs(&scenario, 5) {
        assert!(jobs[0].outcome.links[0].bytes > 0 && jobs[1].outcome.links[0].bytes == 0);
    }
}

/// A campaign with syncs in which much may go wrong.
fn random_campaign(choices: &mut Choices) -> String {
    let pick = |choices: &mut Choices, from: &[&str]| choices.pick(from).to_owned();
    let mut text = format!(
        "name = \"random\"\nseed = {}\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n[rollout.robomaker]\n",
        choices.below(1000),
    );
    text += &format!(
        "failure_threshold_percentage = {}\n",
        pick(choices, &["5", "10", "25", "50", "90"])
    );
    text += &format!(
        "robot_deployment_timeout = {}\n",
        pick(choices, &["\"2min\"", "\"1h\""])
    );
    text += &pick(
        choices,
        &["", "", "cancel = \"2h\"\n", "order = \"file\"\n"],
    );
    text += &pick(
        choices,
        &[
            "",
            "[campaign.canary]\nshare = 0.1\nsoak = \"1h\"\n",
            "[campaign.canary]\nrobots = 5\npick = \"file\"\n",
        ],
    );
    text += "[campaign.sync]\ntimes = 2\n";
    text += &pick(choices, &["", "", "until = 0.95\n"]);
    for cohort in 0..1 + choices.below(2) {
        text += &format!(
            "[[cohort]]\nname = \"{cohort}\"\nrobots = {}\narchitecture = \"X86_64\"\n",
            20 + choices.below(80)
        );
        text += &format!(
            "dead = {}\n",
            pick(choices, &["0", "0.02", "0.05", "0.2", "0.9"])
        );
        text += &format!(
            "download_rate = {}\n",
            pick(
                choices,
                &["\"1 MB/s\"", "{ exponential = { mean = \"1 Mbit/s\" } }"]
            )
        );
        text += &pick(
            choices,
            &[
                "",
                "",
                "connectivity = { on = \"10h\", off = { exponential = { mean = \"1h\" } } }\n",
            ],
        );
        let failure = pick(
            choices,
            &[
                "0",
                "0.02",
                "0.1",
                "0.5",
                "1",
                "{ beta = { mean = 0.1, correlation = 0.2 } }",
            ],
        );
        let repeat = pick(choices, &["1", "0.5", "0"]);
        text += &format!(
            "post_launch = {{ duration = \"30s\", failure = {failure}, repeat = {repeat} }}\n"
        );
    }
    text
}

#[test]
fn a_sync_that_is_said_to_fail_again_is_there_and_does() {
    let mut found = 0;
    for seed in 0..600 {
        let text = random_campaign(&mut Choices::new(seed));
        let (scenario, findings) = linted(&text);
        if !has(&findings, "sync-fails-again") {
            continue;
        }
        found += 1;
        let stopped = |jobs: &Vec<JobPlay>| {
            jobs.iter()
                .any(|job| job.kind.is_sync() && job.outcome.ended_by == RoboMaker::BREACH)
        };
        let stopped = played_jobs(&scenario, 40)
            .iter()
            .filter(|jobs| stopped(jobs))
            .count();
        assert!(stopped >= 20, "seed {seed}: {stopped} of 40\n{text}");
    }
    assert!(found >= 30, "{found}");
}

#[test]
fn half_of_the_deployments_take_as_long_as_is_said() {
    let exponential = "{ exponential = { mean = \"5min\" } }";
    let cohort = format!(
        "download_rate = \"60 Mbit/s\"\nlaunching = {{ duration = {exponential} }}\npost_launch = {{ duration = {exponential} }}\n"
    );
    let open = |to: &str| {
        let cohort = format!(
            "{cohort}zone = \"UTC\"\nmaintenance = [{{ days = \"daily\", from = \"22:00\", to = \"{to}\" }}]\n"
        );
        hundred("robot_deployment_timeout = \"30h\"", &cohort, "").replace(
            "replications",
            "start = \"2026-03-02T21:00Z\"\nreplications",
        )
    };
    // The median of a gamma law of shape 2 is 1.678 means, and 10 s are the download.
    let (_, findings) = linted(&open("22:08"));
    let why = why(finding(&findings, "window-too-short"));
    assert!(
        why.contains("half of their deployments take about 8 min 3"),
        "{why}"
    );
    assert!(!has(&linted(&open("22:09")).1, "window-too-short"));
    let (scenario, _) = linted(&hundred(
        "robot_deployment_timeout = \"514s\"\nfailure_threshold_percentage = 100",
        &cohort,
        "",
    ));
    let late = played(&scenario, 0, 200)
        .iter()
        .map(|outcome| f64::from(outcome.timed_out))
        .sum::<f64>()
        / 2e4;
    assert_share(late, 0.5, 2e4);
}

#[test]
fn robots_are_late_for_all_steps_together_as_often_as_is_said() {
    let step = |s: u32| format!("{{ duration = {{ exponential = {{ mean = \"{s}s\" }} }} }}");
    let cohort = format!(
        "download_rate = \"60 Mbit/s\"\nlaunching = {}\npost_launch = {}",
        step(20),
        step(30)
    );
    let rules = "robot_deployment_timeout = \"61s\"\nfailure_threshold_percentage = 100";
    let (scenario, findings) = linted(&hundred(rules, &cohort, ""));
    // The sum of the two is longer than 51 s with a probability of (30 exp(-51/30) - 20 exp(-51/20)) / 10.
    let title = &finding(&findings, "timeout-too-short").diagnostic.title;
    assert!(
        title.ends_with("robot timeout: about 39.2 % of all")
            || title.ends_with("39.1 % of all")
            || title.ends_with("39.3 % of all"),
        "{title}"
    );
    let exp = rollcast::numeric::math::exp;
    let exact = (30.0 * exp(-51.0 / 30.0) - 20.0 * exp(-51.0 / 20.0)) / 10.0;
    assert!((exact - 0.392).abs() < 0.0006, "{exact}");
    let late = played(&scenario, 0, 200)
        .iter()
        .map(|outcome| f64::from(outcome.timed_out))
        .sum::<f64>()
        / 2e4;
    assert_share(late, exact, 2e4);
}

#[test]
fn a_cancel_or_a_dead_robot_does_not_silence_the_risk() {
    let rules =
        "failure_threshold_percentage = 10\nconcurrent_deployment_percentage = 10\ncancel = \"1d\"";
    let script = |failure: &str| {
        format!(
            "duration = {{ lognormal = {{ median = \"30s\", sigma = 0.5 }} }}, failure = {failure}"
        )
    };
    let linted_with = |failure: &str, cohort: &str| {
        let cohort = format!(
            "download_rate = \"10 MB/s\"\npost_launch = {{ {} }}\n{cohort}",
            script(failure)
        );
        linted(&hundred(rules, &cohort, ""))
    };
    let reached = |scenario: &Scenario| {
        let outcomes = played(scenario, 0, 1000);
        outcomes
            .iter()
            .filter(|outcome| outcome.breached.is_some())
            .count() as f64
            / 1000.0
    };
    // P(Bin(99, 0.08) >= 9) with the dead robot: the greatest times that the laws can draw fit beside its timeout.
    let (scenario, findings) = linted_with("0.08", "dead = 0.01");
    let risk = finding(&findings, "false-abort");
    let said = risk
        .diagnostic
        .title
        .split("in ")
        .nth(1)
        .and_then(|rest| rest.split(" %").next()?.parse::<f64>().ok());
    assert!(
        !risk.is_error() && !risk.diagnostic.title.contains("at least"),
        "{}",
        risk.diagnostic.title
    );
    assert_share(
        reached(&scenario),
        said.expect("a percentage") / 100.0,
        1000.0,
    );
    // Whatever time it takes, a robot that always fails does.
    for cohort in ["", "connectivity = { on = \"5h\", off = \"20min\" }"] {
        let (scenario, findings) = linted_with("1", cohort);
        assert!(finding(&findings, "certain-breach").is_error());
        assert_eq!(reached(&scenario), 1.0);
    }
    // So many failures are no chance either.
    let (scenario, findings) = linted_with("0.8", "");
    assert!(finding(&findings, "false-abort").is_error());
    assert_eq!(reached(&scenario), 1.0);
    // Where so many may hang that they fill the window twice, a cancel may come first for all that is known, and it is said so.
    let rules = rules.replace("1d", "6h");
    let cohort = format!(
        "download_rate = \"10 MB/s\"\npost_launch = {{ {} }}",
        script("0.03, hang = 0.05")
    );
    let (_, findings) = linted(&hundred(&rules, &cohort, ""));
    let risk = finding(&findings, "false-abort");
    assert!(
        risk.diagnostic.title.contains("may reach")
            && why(risk).contains("how often the cancel comes first is not known")
    );
    let (_, findings) = linted_with("0.001, hang = 0.001", "");
    assert!(!has(&findings, "false-abort"));
}

#[test]
fn windows_that_open_when_the_job_is_over_are_an_error() {
    let text = |rules: &str, day: &str| {
        let cohort = format!(
            "download_rate = \"10 MB/s\"\nzone = \"UTC\"\nmaintenance = [{{ days = \"{day}\", from = \"22:00\", to = \"23:00\" }}]\n"
        );
        hundred(rules, &cohort, "").replace(
            "replications",
            "start = \"2026-03-02T21:00Z\"\nreplications",
        )
    };
    // A Monday.
    let rules = "fleet_timeout = \"2d\"\nfailure_threshold_percentage = 100";
    let (scenario, findings) = linted(&text(rules, "sun"));
    assert!(finding(&findings, "window-too-far").is_error());
    assert!(
        played(&scenario, 0, 5)
            .iter()
            .all(|outcome| outcome.updated == 0)
    );
    // Nor does it help that the job has time until then, if all have been given up before.
    let (scenario, findings) = linted(&text("failure_threshold_percentage = 100", "thu"));
    assert!(finding(&findings, "window-too-far").is_error());
    assert!(
        played(&scenario, 0, 5)
            .iter()
            .all(|outcome| outcome.updated == 0)
    );
    // Who waits when the job is over may still be in time.
    let rules = "fleet_timeout = \"48h\"\nfailure_threshold_percentage = 100\nconcurrent_deployment_percentage = 5";
    let (scenario, findings) = linted(&text(rules, "wed"));
    assert!(!finding(&findings, "window-too-far").is_error());
    assert!(
        played(&scenario, 0, 5)
            .iter()
            .all(|outcome| outcome.updated > 0)
    );
}

#[test]
fn changes_without_effect_are_found_whatever_names_have_in_them() {
    let text = hundred("", "dead = 0.1\ndownload_rate = \"10 MB/s\"", "")
        .replace("\"all\"", "\"x.y\"")
        + "[profile.q]\n'cohort.\"x.y\".dead' = 0.1\n'cohort.*.recovery' = \"1h\"\n[profile.same]\n'cohort.*.dead' = 0.1\n";
    let (_, findings) = linted(&text);
    assert_eq!(
        line(finding(&findings, "change-without-effect")),
        "'cohort.\"x.y\".dead' = 0.1"
    );
    assert_eq!(
        line(finding(&findings, "profile-changes-nothing")),
        "[profile.same]"
    );
}

#[test]
fn numbers_of_defaults_are_said_where_no_table_is_written() {
    let text = hundred(
        "",
        "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 0.2 }",
        "",
    );
    let (_, findings) = linted(&text.replace("[rollout.robomaker]\npreparing = \"0s\"\n", ""));
    let said = why(finding(&findings, "false-abort"));
    assert!(
        said.ends_with("; `rollout.robomaker.failure_threshold_percentage` (by default): stops at 25 failures of 100"),
        "{said}"
    );
    let (_, findings) = linted(&text);
    assert!(!why(finding(&findings, "false-abort")).contains("by default"));
}

#[test]
fn a_recovery_needs_a_bundle_for_whom_the_release_reaches() {
    let more = "[[cohort]]\nname = \"arms\"\nrobots = 5\narchitecture = \"ARM64\"\ndownload_rate = \"1 MB/s\"\n\
                [campaign.canary]\nrobots = 4\n[campaign.recovery]\nbundle = { X86_64 = \"1 MB\" }\n";
    let text = hundred("", "download_rate = \"10 MB/s\"", more)
        .replace("X86_64 = \"75 MB\"", "X86_64 = \"75 MB\", ARM64 = \"1 MB\"");
    let (_, findings) = linted(&text);
    let found = finding(&findings, "recovery-without-bundle");
    assert_eq!(line(found), "bundle = { X86_64 = \"1 MB\" }");
    assert_eq!(numbers(&found.diagnostic.title)[0], 5);
}

#[test]
fn nobody_looks_for_a_latent_fault_without_a_canary() {
    let text = hundred("", "download_rate = \"10 MB/s\"", "").replace(
        "bundle =",
        "latent = { failure = 0.2, after = \"1h\" }\nbundle =",
    );
    assert!(has(&linted(&text).1, "latent-unwatched"));
}

#[test]
fn shipped_scenarios_have_no_errors() {
    for (name, path) in shipped() {
        let (_, findings) = common::linted(&scenario_file(path));
        let errors: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.is_error())
            .map(|finding| finding.rule)
            .collect();
        // Clockwork is meant to be stopped, and canceled.
        let meant: &[&str] = match name.as_str() {
            "clockwork" => &["certain-breach", "cannot-finish"],
            _ => &[],
        };
        assert_eq!(errors, meant, "{name}");
        assert!(findings.iter().all(|finding| RULES.contains(&finding.rule)));
    }
}

#[test]
fn every_rule_is_documented() {
    let text = std::fs::read_to_string("docs/lint.md").expect("docs/lint.md");
    let rules = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0));
    let mut documented: Vec<&str> = rules.collect();
    let mut known = RULES.to_vec();
    documented.sort_unstable();
    known.sort_unstable();
    assert_eq!(documented, known);
}

#[test]
fn a_share_that_gives_no_robot_is_warned_of() {
    let cohort = |robots: u32, dead: &str, arm64: f64| {
        format!(
            "name = \"few\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\", ARM64 = \"1 MB\" }}\n[rollout.robomaker]\n\
             concurrent_deployment_percentage = 10\nfailure_threshold_percentage = 50\n[[cohort]]\nname = \"few\"\n\
             robots = {robots}\narchitecture = {{ X86_64 = {}, ARM64 = {arm64} }}\ndead = {dead}\ndownload_rate = \"1 MB/s\"\n\
             recovery = \"1h\"\n",
            1.0 - arm64
        )
    };
    let shares = |text: &str| -> Vec<String> {
        let (_, findings) = linted(text);
        let of_shares = findings.iter().filter(|it| it.rule == "scenario");
        of_shares.map(line).collect()
    };
    let small = shares(&cohort(25, "0.01", 0.01));
    assert_eq!(
        small,
        [
            "architecture = { X86_64 = 0.99, ARM64 = 0.01 }",
            "dead = 0.01"
        ]
    );
    for text in [
        cohort(100, "0.01", 0.01),
        cohort(25, "0", 0.0),
        cohort(25, "\"0 robots\"", 0.5),
    ] {
        assert!(shares(&text).is_empty());
    }
}
