//! What lint claims against what the engine plays: what it calls certain happens in every replication, what it calls impossible in
//! none, and its numbers are the engine's.

mod common;

use std::collections::BTreeMap;

use common::scenarios::Choices;
use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::sim::{Dice, EndedBy, JobKind, Outcome, Player};
use rollcast::study::{Finding, RULES, Scheme, lint};

/// A checked scenario and what lint finds in it.
fn linted(text: &str) -> (Scenario, Vec<Finding>) {
    let file = ScenarioFile::parse("test.toml", text.to_owned(), "tests/cli".into())
        .unwrap_or_else(|found| panic!("{text}\n{}", found.render(false)));
    let (scenario, warnings) = file.check(&[]).unwrap_or_else(|found| panic!("{text}\n{}", found.render(false)));
    let findings = lint(&file, &scenario, &warnings);
    (scenario, findings)
}

/// The outcomes of the first replications of a profile.
fn played(scenario: &Scenario, profile: usize, replications: u64) -> Vec<Outcome> {
    let profile = &scenario.profiles[profile];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    let scheme = Scheme::of(profile);
    let play = |replication| {
        player.draw(replication);
        scheme.play(&mut player)
    };
    (0..replications).map(play).collect()
}

fn finding<'f>(findings: &'f [Finding], rule: &str) -> &'f Finding {
    findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("no {rule} among {findings:#?}"))
}

fn has(findings: &[Finding], rule: &str) -> bool {
    findings.iter().any(|finding| finding.rule == rule)
}

/// The whole numbers of a text, those with thousands separated too.
fn numbers(text: &str) -> Vec<u32> {
    let plain = text.replace(',', "");
    plain.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// The line that a finding points at.
fn line(finding: &Finding) -> String {
    let (place, _) = finding.diagnostic.place.as_ref().expect("a place");
    let (line, _) = place.line_and_column();
    place.source.text.lines().nth(line - 1).expect("a line of it").trim().to_owned()
}

/// A scenario of one to three small cohorts with constant durations, in which much is foolish.
fn random_scenario(choices: &mut Choices) -> String {
    let pick = |choices: &mut Choices, from: &[&str]| choices.pick(from).to_owned();
    let mut text = format!(
        "name = \"random\"\nseed = {}\n[release]\nversion = 1\nbundle = {{ {} }}\n[rollout.robomaker]\n",
        choices.below(1000),
        pick(choices, &["X86_64 = \"1 MB\"", "X86_64 = \"1 MB\", ARM64 = \"6 MB\"", "ARM64 = \"300 MB\""]),
    );
    text += &format!("concurrent_deployment_percentage = {}\n", pick(choices, &["1", "5", "10", "30", "60", "100"]));
    text += &format!("failure_threshold_percentage = {}\n", pick(choices, &["1", "3", "10", "25", "50", "90", "100"]));
    text += &format!("robot_deployment_timeout = {}\n", pick(choices, &["\"1min\"", "\"10min\"", "\"5h\""]));
    text += &format!("rounding = {}\n", pick(choices, &["\"floor\"", "\"ceil\""]));
    text += &format!("pacing = {}\n", pick(choices, &["\"sliding\"", "\"sliding\"", "\"batches\""]));
    text += &format!("breach = {}\n", pick(choices, &["\"reach\"", "\"reach\"", "\"exceed\""]));
    text += &format!("on_stop = {}\n", pick(choices, &["\"drain\"", "\"drain\"", "\"abort\""]));
    text += &format!("order = {}\n", pick(choices, &["\"file\"", "\"shuffled\""]));
    if choices.percent(20) {
        text += &format!("cancel = {}\n", pick(choices, &["\"2min\"", "\"30min\"", "\"20d\""]));
    }
    for cohort in 0..1 + choices.below(3) {
        text += &format!("[[cohort]]\nname = \"cohort.{cohort}\"\nrobots = {}\n", 1 + choices.below(12));
        let kinds = ["\"X86_64\"", "\"ARM64\"", "{ X86_64 = 0.6, ARM64 = 0.4 }", "{ ARM64 = 0.7, ARMHF = 0.3 }"];
        text += &format!("architecture = {}\n", pick(choices, &kinds));
        text += &format!("dead = {}\n", pick(choices, &["0", "0", "0.1", "0.5"]));
        text += &format!("download_rate = {}\n", pick(choices, &["\"1 MB/s\"", "\"20 kB/s\"", "\"50 MB/s\""]));
        let failure = pick(choices, &["0", "0", "0.1", "0.5", "1"]);
        let duration = pick(choices, &["10s", "40s", "3min"]);
        text += &format!("post_launch = {{ duration = \"{duration}\", failure = {failure} }}\n");
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
        let (window, needed) = (profile.rules.window(n), profile.rules.failures_to_breach(n));
        let timeout = profile.rules.robot_deployment_timeout;
        for finding in &findings {
            *seen.entry(finding.rule).or_default() += 1;
            let title = &finding.diagnostic.title;
            for outcome in &outcomes {
                let breached = outcome.breached.is_some();
                let started = n - outcome.never_started;
                let holds = match finding.rule {
                    "certain-breach" => breached,
                    "threshold-never" => !breached,
                    "threshold-stops-nothing" => !(outcome.ended_by == EndedBy::Breach && outcome.never_started > 0),
                    // What fails after a cancel stops nothing any more.
                    "one-failure-stops" => breached == (outcome.failed > 0) || outcome.ended_by == EndedBy::Cancel,
                    "overshoot" => {
                        let more = numbers(title)[0];
                        needed < window && outcome.failed <= needed + more
                    }
                    // No two are in flight: the time in slots fits into the job's.
                    "window-of-one" => outcome.slot <= outcome.drained,
                    "never-updated" => profile.world.fleet.cohorts.len() > 1 || outcome.updated == 0,
                    "cannot-finish" => outcome.updated <= *numbers(title).first().expect("a number"),
                    "no-bundle" => {
                        let without = numbers(title)[0];
                        let failed = outcome.failures[rollcast::model::FailureCode::MissingRobotApplicationArchitecture as usize];
                        if started == n && outcome.aborted == 0 { failed == without } else { failed <= without }
                    }
                    "dead-robots" => started < n || outcome.aborted > 0 || outcome.drained >= timeout,
                    _ => true,
                };
                assert!(holds, "seed {seed}: {title}\n{text}\n{outcome:?}");
            }
            if finding.is_error() {
                assert!(["certain-breach", "never-updated", "cannot-finish"].contains(&finding.rule), "{title}");
            }
        }
        // What may be stopped in time is not called beyond it.
        let stopped = outcomes.iter().any(|outcome| outcome.ended_by == EndedBy::Breach && outcome.never_started > 0);
        assert!(!stopped || !has(&findings, "threshold-stops-nothing"));
    }
    for rule in
        ["certain-breach", "threshold-never", "threshold-stops-nothing", "one-failure-stops", "overshoot", "window-of-one"]
    {
        assert!(seen.get(rule).is_some_and(|times| *times >= 20), "{rule}: {seen:?}");
    }
    for rule in ["never-updated", "cannot-finish", "no-bundle", "dead-robots", "unused-bundle", "false-abort"] {
        assert!(seen.get(rule).is_some_and(|times| *times >= 20), "{rule}: {seen:?}");
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
    assert!(played(&scenario, 0, 5).iter().all(|outcome| outcome.failed == 39));
    assert!(finding(&findings, "certain-breach").is_error());
}

#[test]
fn the_highest_threshold_that_stops_anything_does_and_the_next_does_not() {
    let rules = |threshold| format!("concurrent_deployment_percentage = 60\nfailure_threshold_percentage = {threshold}");
    let cohort = "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 1 }";
    let stops = |threshold| {
        let (scenario, findings) = linted(&hundred(&rules(threshold), cohort, ""));
        let stopped = played(&scenario, 0, 3).iter().any(|outcome| outcome.never_started > 0);
        (stopped, has(&findings, "threshold-stops-nothing"))
    };
    assert_eq!((stops(40), stops(41), stops(100)), ((true, false), (false, true), (false, true)));
    let (_, findings) = linted(&hundred(&rules(80), cohort, ""));
    let help = finding(&findings, "threshold-stops-nothing").diagnostic.help.clone().unwrap();
    assert!(help.contains("40 % is the highest"), "{help}");
}

#[test]
fn dead_robots_hold_slots_for_as_long_as_is_said() {
    let rules = "concurrent_deployment_percentage = 10\nfailure_threshold_percentage = 90\nrobot_deployment_timeout = \"2h\"";
    let (scenario, findings) = linted(&hundred(rules, "dead = 0.2\ndownload_rate = \"10 MB/s\"", ""));
    let why = finding(&findings, "dead-robots").diagnostic.why.clone().unwrap();
    // 20 robots for 2 h, over 10 slots.
    assert!(why.starts_with("that is 1 d 16 h in slots") && why.contains("window of 10 stood still for 4 h"), "{why}");
    for outcome in played(&scenario, 0, 20) {
        assert_eq!(outcome.slot_offline, 40 * 3_600_000);
        assert!(outcome.drained >= 4 * 3_600_000, "{}", outcome.drained);
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
    let slow = outcomes.iter().map(|outcome| f64::from(outcome.timed_out)).sum::<f64>() / 1e4;
    assert!((slow - 0.2212).abs() < 4.5 * (0.2212_f64 * 0.7788 / 1e4).sqrt(), "{slow}");
    let (_, findings) = linted(&hundred("robot_deployment_timeout = \"5h\"", "download_rate = \"10 MB/s\"", ""));
    assert!(!has(&findings, "timeout-too-short"));
}

#[test]
fn a_link_that_is_called_full_is_full_and_the_bottleneck_takes_as_long_as_said() {
    let link = |capacity: &str| format!("[[link]]\nname = \"line\"\ncapacity = \"{capacity}\"\n");
    let cohort = "link = \"line\"\ndownload_rate = \"20 Mbit/s\"\npost_launch = { duration = \"1min\" }";
    let rules = |percent: u8| format!("concurrent_deployment_percentage = {percent}");
    let saturated = |percent, capacity| {
        let (scenario, findings) = linted(&hundred(&rules(percent), cohort, &link(capacity)));
        let outcomes = played(&scenario, 0, 3);
        let full = outcomes.iter().all(|outcome| outcome.links[0].saturated > 0);
        assert!(full || outcomes.iter().all(|outcome| outcome.links[0].saturated == 0));
        (full, has(&findings, "link-saturates"), outcomes[0].clone(), findings)
    };
    // Five of them fill a line of 100 Mbit/s.
    for (percent, is_full) in [(5, false), (6, true), (20, true)] {
        let (full, said, ..) = saturated(percent, "100 Mbit/s");
        assert_eq!((full, said), (is_full, is_full), "{percent} %");
    }
    let (.., outcome, findings) = saturated(50, "100 Mbit/s");
    let why = finding(&findings, "link-saturates").diagnostic.why.clone().unwrap();
    // 100 downloads of 600 Mbit; 50 robots that take 30 s for a download and 60 s for a script ask for a third of 1 Gbit/s.
    assert!(why.contains("5 of them fill it, as many as a concurrency of 6 %") || why.contains("concurrency of 6 %"), "{why}");
    assert!(why.contains("still ask for 333 Mbit/s") && why.contains("take at least 10 min"), "{why}");
    assert!(outcome.drained >= 600_000 && outcome.drained < 800_000, "{}", outcome.drained);
    // 100 robots on 10 Mbit/s get 100 kbit/s each: 6000 s for a download.
    let rules = "concurrent_deployment_percentage = 100\nrobot_deployment_timeout = \"90min\"";
    let (scenario, findings) = linted(&hundred(rules, cohort, &link("10 Mbit/s")));
    let thin = finding(&findings, "link-too-thin");
    assert!(thin.diagnostic.why.clone().unwrap().contains("1 h 40 min for a download"));
    assert!(played(&scenario, 0, 3).iter().all(|outcome| outcome.updated == 0));
}

#[test]
fn the_false_abort_risk_is_that_of_the_simulation() {
    let rules = "failure_threshold_percentage = 8";
    let cohort = "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 0.04 }";
    let (scenario, findings) = linted(&hundred(rules, cohort, "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.09\n"));
    let risk = finding(&findings, "false-abort");
    assert_eq!(risk.profiles, ["base"]);
    // P(Bin(100, 0.04) >= 8) = 0.0475
    assert!(risk.diagnostic.title.contains("in 4.8 % of rollouts") || risk.diagnostic.title.contains("in 4.7 % of rollouts"));
    let outcomes = played(&scenario, 0, 4000);
    let reached = outcomes.iter().filter(|outcome| outcome.breached.is_some()).count() as f64 / 4000.0;
    assert!((reached - 0.0475).abs() < 4.5 * (0.0475_f64 * 0.9525 / 4000.0).sqrt(), "{reached}");

    // Where robots come and go, it is a bound from below, and says so.
    let cohort = format!("{cohort}\nconnectivity = {{ on = \"5h\", off = \"20min\" }}");
    let (scenario, findings) =
        linted(&hundred("failure_threshold_percentage = 8\nrobot_deployment_timeout = \"10min\"", &cohort, ""));
    let risk = finding(&findings, "false-abort");
    assert!(risk.diagnostic.title.contains("in at least 4."), "{}", risk.diagnostic.title);
    assert!(risk.diagnostic.why.clone().unwrap().contains("robots of all are offline at times"));
    let outcomes = played(&scenario, 0, 1000);
    assert!(outcomes.iter().filter(|outcome| outcome.breached.is_some()).count() >= 48);
}

/// What a finding says of the probability of a false abort in canaries or in main jobs, as a share; and how often those that were played reached
/// their threshold, of how many.
fn claimed_and_played(text: &str, of: &str) -> (Option<f64>, u32, u32) {
    let (scenario, findings) = linted(text);
    let titles = findings.iter().filter(|finding| finding.rule == "false-abort").map(|finding| &finding.diagnostic.title);
    let mut claimed = titles.filter_map(|title| {
        let (before, _) = title.split_once(&format!(" % of {of}"))?;
        before.rsplit(' ').next()?.parse::<f64>().ok()
    });
    let claimed = claimed.next().map(|percent| percent / 100.0);
    let profile = &scenario.profiles[0];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    let (mut reached, mut jobs) = (0, 0);
    let kind = if of == "canaries" { JobKind::Canary } else { JobKind::Main };
    for replication in 0..4000 {
        player.draw(replication);
        let play = player.play_campaign(&profile.rules, profile.campaign.as_ref().expect("a campaign"));
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
    let of_pilots = "[campaign.canary]\ncohorts = [\"pilots\"]\nfailure_threshold_percentage = 13\n";
    let some = "[campaign.canary]\nrobots = 30\nfailure_threshold_percentage = 7\n";
    let syncs = "[campaign.sync]\ntimes = 2\n";
    let luck = "{ beta = { mean = 0.05, correlation = 0.02 } }";
    let all = |failure: &str| format!("download_rate = \"10 MB/s\"\npost_launch = {{ duration = \"30s\", failure = {failure} }}");
    let text = |failure: &str, more: &str| hundred("failure_threshold_percentage = 8", &all(failure), more);
    let per_cohort = |text: String| text.replace("bundle =", "luck = \"per_cohort\"\nbundle =");
    // Whole cohorts; robots that are all alike; no canary. What the canary came to says nothing of the main job if they share no luck.
    let cases: [(&str, String, bool); 9] = [
        ("canaries", text("0.04", &(pilots("0.05") + of_pilots)), true),
        ("main jobs", text("0.04", &(pilots("0.05") + of_pilots)), true),
        ("canaries", text(luck, &(pilots(luck) + of_pilots)), true),
        ("main jobs", text(luck, &(pilots(luck) + of_pilots)), false),
        ("main jobs", per_cohort(text(luck, &(pilots(luck) + of_pilots))), true),
        ("canaries", text(luck, some), true),
        ("main jobs", text("0.05", some), true),
        ("main jobs", text("0.05", &format!("{some}rejoin = true\n")), false),
        ("rollouts", text(luck, syncs), true),
    ];
    for (of, text, is_known) in cases {
        let (claimed, reached, jobs) = claimed_and_played(&text, of);
        assert_eq!(claimed.is_some(), is_known, "{of}: {text}");
        let Some(claimed) = claimed else { continue };
        let (jobs, share) = (f64::from(jobs), f64::from(reached) / f64::from(jobs));
        // Titles are rounded to a tenth of a percent.
        let error = 4.5 * (claimed * (1.0 - claimed) / jobs).sqrt() + 0.0005;
        assert!((share - claimed).abs() < error, "{share} of {jobs} {of}, said to be {claimed}: {text}");
        assert!((0.01..0.6).contains(&claimed) && jobs > 1000.0, "{claimed}, {jobs}: nothing was tried");
    }
}

#[test]
fn a_bad_release_that_passes_is_one_that_does() {
    let cohort = "download_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\", failure = 0.01 }";
    let bad = "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.15\n";
    let (scenario, findings) = linted(&hundred("failure_threshold_percentage = 25", cohort, bad));
    assert_eq!(finding(&findings, "bad-release-passes").profiles, ["bad"]);
    let reached = played(&scenario, 1, 1000).iter().filter(|outcome| outcome.breached.is_some()).count();
    assert!(reached < 30, "{reached}");
}

#[test]
fn a_soak_finds_the_share_of_latent_faults_that_is_said() {
    // All of the canary end at one moment, so that the soak is all there is.
    let campaign = "[campaign.canary]\nrobots = 10\nsoak = \"2h\"\nconcurrent_deployment_percentage = 100\n";
    let text = hundred("", "download_rate = \"10 MB/s\"", campaign)
        .replace("bundle =", "latent = { failure = 0.2, after = { exponential = { mean = \"10h\" } } }\nbundle =");
    let (scenario, findings) = linted(&text);
    let soak = finding(&findings, "soak-too-short");
    // exp(-0.2) of them show later; of 10 robots 2 have it.
    assert!(soak.diagnostic.title.contains("before 82 % of the latent faults show"), "{}", soak.diagnostic.title);
    assert!(soak.diagnostic.why.clone().unwrap().contains("about 2.0 have the fault, and after 2 h it shows on 0.4 of them"));
    let found =
        played(&scenario, 0, 2000).iter().filter(|outcome| outcome.ended_by == EndedBy::LatentFault).count() as f64 / 2000.0;
    let shown = 0.2 * (1.0 - rollcast::random::math::exp(-0.2));
    let p = 1.0 - (0..10).map(|_| 1.0 - shown).product::<f64>();
    assert!((found - p).abs() < 4.5 * (p * (1.0 - p) / 2000.0).sqrt(), "{found}, expected {p}");
    let (_, findings) = linted(&text.replace("soak = \"2h\"", "soak = \"1d\""));
    assert!(!has(&findings, "soak-too-short"));
}

#[test]
fn canaries_and_syncs_are_looked_at_as_jobs_of_their_own() {
    let campaign = "[campaign.canary]\nshare = 0.005\n[campaign.sync]\ntimes = 3\n";
    let cohort = "dead = 0.04\ndownload_rate = \"10 MB/s\"";
    let (scenario, findings) = linted(&hundred("failure_threshold_percentage = 25", cohort, campaign));
    assert_eq!(line(finding(&findings, "canary-rounds-to-none")), "share = 0.005");
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
            assert_eq!((job.kind, job.outcome.ended_by), (JobKind::Sync(1), EndedBy::Breach));
            syncs += 1;
        }
    }
    assert!(syncs > 40, "{syncs}");
    assert!(has(&findings, "sync-fails-again"));
    let (_, findings) = linted(&hundred("", cohort, &campaign.replace("times", "after_failure = \"syncs\"\ntimes")));
    assert!(!has(&findings, "sync-fails-again"));

    // Cohorts whose robots cannot succeed as a canary: there is no main job, ever.
    let more = "[[cohort]]\nname = \"old\"\nrobots = 5\narchitecture = \"ARMHF\"\ndownload_rate = \"1 MB/s\"\n\
                [campaign.canary]\ncohorts = [\"old\"]\n";
    let (scenario, findings) = linted(&hundred("", "download_rate = \"10 MB/s\"", more));
    let breach = finding(&findings, "certain-breach");
    assert!(breach.is_error() && breach.diagnostic.title.starts_with("the canary reaches"));
    assert!(played(&scenario, 0, 20).iter().all(|outcome| outcome.aftermath.jobs == 1 && outcome.breached.is_some()));
}

#[test]
fn windows_that_are_too_short_or_too_far_apart() {
    let cohort = "download_rate = \"10 MB/s\"\nzone = \"UTC\"\nmaintenance = [{ days = \"daily\", from = \"01:00\", to = \"01:30\" }]\n\
                  post_launch = { duration = \"40min\" }";
    let text = hundred("robot_deployment_timeout = \"2h\"", cohort, "");
    let text = text.replace("replications", "start = \"2026-05-01T12:00Z\"\nreplications");
    let (scenario, findings) = linted(&text);
    assert!(finding(&findings, "window-too-far").diagnostic.why.clone().unwrap().contains("up to 23 h 30 min apart"));
    assert_eq!(
        line(finding(&findings, "window-too-short")),
        "maintenance = [{ days = \"daily\", from = \"01:00\", to = \"01:30\" }]"
    );
    // Created at noon, the job gives its first robots up at two.
    assert!(played(&scenario, 0, 3).iter().all(|outcome| outcome.timed_out >= 20 && outcome.breached.is_some()));
    let (_, findings) = linted(&text.replace("\"2h\"", "\"24h\"").replace("40min", "10min"));
    assert!(!has(&findings, "window-too-far") && !has(&findings, "window-too-short"));
}

#[test]
fn findings_of_profiles_are_said_once_and_at_their_places() {
    let cohort = "dead = 0.1\ndownload_rate = \"10 MB/s\"\npost_launch = { duration = \"30s\" }";
    let more = "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.9\n[profile.same]\n\"cohort.all.dead\" = 0.1\n\
                [profile.tight]\n\"rollout.robomaker.failure_threshold_percentage\" = 5\n\"release.version\" = 1\n";
    let (scenario, findings) = linted(&hundred("", cohort, more));
    assert_eq!(findings.iter().filter(|finding| finding.rule == "dead-robots").count(), 1);
    assert!(finding(&findings, "dead-robots").profiles.is_empty());
    assert_eq!(line(finding(&findings, "profile-changes-nothing")), "[profile.same]");
    assert_eq!(line(finding(&findings, "change-without-effect")), "\"release.version\" = 1");
    let breach = finding(&findings, "certain-breach");
    assert_eq!(breach.profiles, ["tight"]);
    let (other, _) = breach.diagnostic.other.as_ref().unwrap();
    assert_eq!(&other.source.text[other.span.clone()], "5");
    assert_eq!(played(&scenario, 0, 10), played(&scenario, 2, 10));
    assert!(played(&scenario, 3, 10).iter().all(|outcome| outcome.breached.is_some()));
}

#[test]
fn a_recovery_needs_a_bundle_for_whom_the_release_reaches() {
    let more = "[[cohort]]\nname = \"arms\"\nrobots = 5\narchitecture = \"ARM64\"\ndownload_rate = \"1 MB/s\"\n\
                [campaign.canary]\nrobots = 4\n[campaign.recovery]\nbundle = { X86_64 = \"1 MB\" }\n";
    let text =
        hundred("", "download_rate = \"10 MB/s\"", more).replace("X86_64 = \"75 MB\"", "X86_64 = \"75 MB\", ARM64 = \"1 MB\"");
    let (_, findings) = linted(&text);
    let found = finding(&findings, "recovery-without-bundle");
    assert_eq!(line(found), "bundle = { X86_64 = \"1 MB\" }");
    assert_eq!(numbers(&found.diagnostic.title)[0], 5);
}

#[test]
fn nobody_looks_for_a_latent_fault_without_a_canary() {
    let text = hundred("", "download_rate = \"10 MB/s\"", "")
        .replace("bundle =", "latent = { failure = 0.2, after = \"1h\" }\nbundle =");
    assert!(has(&linted(&text).1, "latent-unwatched"));
}

#[test]
fn shipped_scenarios_have_no_errors() {
    for entry in std::fs::read_dir("scenarios").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let file = ScenarioFile::read(&path).unwrap_or_else(|found| panic!("{}", found.render(false)));
            let (scenario, warnings) = file.check(&[]).unwrap_or_else(|found| panic!("{}", found.render(false)));
            let findings = lint(&file, &scenario, &warnings);
            let errors: Vec<&str> = findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.rule).collect();
            // Clockwork is meant to be stopped, and canceled.
            let meant = if scenario.name == "clockwork" { &["certain-breach", "cannot-finish"][..] } else { &[] };
            assert_eq!(errors, meant, "{}", path.display());
            assert!(findings.iter().all(|finding| RULES.contains(&finding.rule)));
        }
    }
}

#[test]
fn every_rule_is_documented() {
    let text = std::fs::read_to_string("docs/lint.md").expect("docs/lint.md");
    let rules = text.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0));
    let mut documented: Vec<&str> = rules.collect();
    let mut known = RULES.to_vec();
    documented.sort_unstable();
    known.sort_unstable();
    assert_eq!(documented, known);
}
