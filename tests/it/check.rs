//! Checks: what the exact layer catches and names, and how often the gate of the statistical layer is wrong.

use std::fs;
use std::process::Command;

use crate::common::sandbox::{Sandbox, files_in, shipped};
use crate::common::{checked, flat, parsed, scenario_file, set_key, text_of};
use rollcast::report::{check_github, check_json, check_junit, check_page};
use rollcast::scenario::{Phrase, Problems, ScenarioFile};
use rollcast::study::check::{Amount, Baseline, Case, Cause, Checked, GateVerdict};
use rollcast::study::expect::expectations;
use rollcast::study::{Luck, Margins, Unwatched};

/// The case of a file with some changes.
fn case(
    mut file: ScenarioFile,
    set: &[&str],
    replications: u64,
    baseline: Option<Baseline>,
) -> Case {
    for text in set {
        set_key(&mut file, text);
    }
    let scenario = checked(&file);
    let margins = Margins::from_flags(&["0%".to_owned()]).expect("a margin");
    Case {
        file: scenario.name.clone(),
        scenario,
        limits: Vec::new(),
        margins,
        replications,
        baseline,
    }
}

fn bless(case: &Case) -> Baseline {
    case.bless("again".to_owned(), &Unwatched)
        .expect("nobody interrupts it")
}

fn check(case: &Case, statistical: bool) -> Checked {
    case.check(statistical, &Unwatched)
        .expect("nobody interrupts it")
}

/// The committed baseline of a shipped scenario.
fn committed(name: &str) -> Baseline {
    let path = format!("results/baseline/{name}.json");
    Baseline::parse(&text_of(&path)).unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Replications in which mutants show.
const FEW: u64 = 30;

fn against_committed(name: &str, set: &[&str]) -> Checked {
    let baseline = committed(name);
    let replications = if set.is_empty() {
        baseline.replications
    } else {
        FEW
    };
    check(
        &case(
            scenario_file(format!("scenarios/{name}.toml")),
            set,
            replications,
            Some(baseline),
        ),
        false,
    )
}

#[test]
fn every_shipped_scenario_comes_to_its_committed_baseline_and_all_are_small() {
    let shipped = shipped();
    assert!(shipped.len() >= 9, "{shipped:?}");
    for (name, _) in shipped {
        let checked = against_committed(&name, &[]);
        let exact = checked.exact.as_ref().expect("a baseline");
        assert!(
            exact.is_same() && exact.causes.is_empty(),
            "{}",
            check_page(&[checked]).terminal(100)
        );
        let path = format!("results/baseline/{name}.json");
        assert!(
            fs::metadata(path).expect("its file").len() < 120_000,
            "{name} has a large baseline"
        );
    }
}

/// A second more before each job changes every replication and nobody's fate: with the margins of the files and 2 % for the rest, as many
/// replications as the baselines have tell that nothing is worse. In clockwork nothing is prepared and eight seconds are much.
#[test]
fn the_committed_baselines_are_large_enough_to_decide() {
    let mut open = Vec::new();
    for (name, _) in files_in("results/baseline", ".json") {
        if name == "clockwork" {
            continue;
        }
        let file = scenario_file(format!("scenarios/{name}.toml"));
        let own = file.check_of_results(&mut Problems::default()).margins;
        let margins = Margins::default()
            .and(&own)
            .and_then(|own| own.and(&[Phrase::alone("--margin", "2%")]));
        let margins = margins.unwrap_or_else(|found| panic!("{}", found.render(false)));
        let baseline = committed(&name);
        let replications = baseline.replications;
        let case = case(
            file,
            &["rollout.robomaker.preparing=\"8s\""],
            replications,
            Some(baseline),
        );
        let checked = check(&Case { margins, ..case }, true);
        if checked.gate.is_none() || checked.amount() != Amount::Fine {
            open.push(check_page(&[checked]).terminal(100));
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
}

/// Changes of rules, laws, defaults and random streams, each with a shipped scenario whose baseline catches it, the mutants that
/// edits can make among them; and whether a robot is named.
const MUTANTS: [(&str, &str, bool); 19] = [
    // `>` for `>=`, the window rounded the other way, refill at the end of a wave, abort for drain.
    ("lab", "rollout.robomaker.breach=\"exceed\"", true),
    ("canary", "rollout.robomaker.rounding=\"ceil\"", true),
    ("warehouse", "rollout.robomaker.pacing=\"batches\"", true),
    ("lab", "rollout.robomaker.on_stop=\"abort\"", true),
    // Restart for resume.
    (
        "warehouse",
        "cohort.pickers.connectivity={ on = { exponential = { mean = \"20min\" } }, off = { quantiles = \"data/link_outage_wifi_edge_s.csv\" }, interrupted = \"restarts\" }",
        true,
    ),
    // Other rules.
    (
        "frozen-window",
        "rollout.robomaker.robot_deployment_timeout=\"4h 59min\"",
        true,
    ),
    ("ten-thousand", "rollout.robomaker.order=\"file\"", true),
    (
        "warehouse",
        "rollout.robomaker.failure_threshold_percentage=2",
        true,
    ),
    ("canary", "campaign.canary.soak=\"0s\"", true),
    // A law, by a thousandth and less.
    (
        "warehouse",
        "cohort.pickers.extract_rate=\"40.01 MB/s\"",
        true,
    ),
    ("thin-uplink", "link.*.capacity=\"200.1 Mbit/s\"", true),
    ("night-shift", "cohort.*.post_launch.duration=\"61s\"", true),
    ("no-way", "cohort.*.post_launch.failure=0.5", true),
    // Defaults.
    ("lab", "rollout.robomaker.preparing=\"8s\"", true),
    ("delivery", "release.luck=\"per_cohort\"", false),
    ("warehouse", "cohort.pickers.recovery=\"31min\"", false),
    ("frozen-window", "observe_for=\"2h\"", true),
    // Random streams: of one cohort, and all.
    ("warehouse", "cohort.shuttles.name=\"others\"", true),
    ("ten-thousand", "seed=1234", true),
];

#[test]
fn a_change_of_a_rule_a_law_a_default_or_a_random_stream_is_caught() {
    for (name, set, names_a_robot) in MUTANTS {
        let checked = against_committed(name, &[set]);
        let shown = check_page(std::slice::from_ref(&checked)).terminal(100);
        assert_eq!(
            checked.amount(),
            Amount::Failed,
            "{name} with {set} was not caught: {shown}"
        );
        let exact = checked.exact.expect("a baseline");
        let cause = |cause: &Cause| matches!(cause, Cause::Scenario { .. } | Cause::Seed { .. });
        assert!(exact.causes.iter().any(cause), "{shown}");
        let first = exact.first.expect("a first replication");
        assert!(
            !first.metrics.is_empty() || first.robot.is_some(),
            "{name} with {set}: nothing is named: {shown}"
        );
        if names_a_robot {
            assert!(
                first.robot.is_some(),
                "{name} with {set} names no robot: {shown}"
            );
        }
    }
}

/// A baseline that differs in one place only stands for a program that changed there only.
#[test]
fn the_first_replication_robot_and_event_that_differ_are_named() {
    let played = case(scenario_file("tests/cli/small.toml"), &[], 20, None);
    let text = bless(&played).to_text();
    let parse = |text: &str| Baseline::parse_edited(text).expect("a baseline").sealed();
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let first = |baseline: Baseline| {
        let checked = check(
            &Case {
                baseline: Some(baseline),
                ..case(scenario_file("tests/cli/small.toml"), &[], 20, None)
            },
            false,
        );
        let exact = checked.exact.expect("a baseline");
        assert!(exact.causes.is_empty() && !exact.is_same());
        (
            exact.differing.clone(),
            exact.first.expect("a first replication"),
        )
    };
    let edit = |text: &str, place: &str, word: usize, now: &str| -> String {
        let mut json: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let value = json.pointer_mut(place).expect("a place");
        let mut words: Vec<String> = value
            .as_str()
            .expect("words")
            .split(' ')
            .map(str::to_owned)
            .collect();
        words[word] = now.to_owned();
        *value = words.join(" ").into();
        serde_json::to_string(&json).expect("JSON")
    };
    // In profile bad, replications 7 and 12.
    let changed = edit(
        &edit(&text, "/profiles/1/digests", 7, "0000000000000000"),
        "/profiles/1/digests",
        12,
        "0000000000000000",
    );
    let (differing, found) = first(parse(&changed));
    assert_eq!(differing, [("bad".to_owned(), 2)]);
    assert_eq!(
        (
            found.replication,
            found.profile.as_str(),
            found.metrics.len()
        ),
        (7, "bad", 0)
    );
    // A robot's event in a traced replication: the launch that began 1 ms earlier.
    let line = json
        .pointer("/profiles/0/traces/0/lines/9")
        .expect("a line")
        .as_str()
        .expect("words")
        .to_owned();
    let words: Vec<&str> = line.split(' ').collect();
    let earlier = (words[13].parse::<u64>().expect("an end") - 1).to_string();
    let changed = edit(
        &edit(&text, "/profiles/0/digests", 0, "0000000000000000"),
        "/profiles/0/traces/0/lines/9",
        13,
        &earlier,
    );
    let mut json: serde_json::Value = serde_json::from_str(&changed).expect("JSON");
    let checks = json
        .pointer_mut("/profiles/0/traces/0/checks")
        .expect("checks");
    let mut letters: Vec<char> = checks.as_str().expect("letters").chars().collect();
    letters[18] = if letters[18] == 'A' { 'B' } else { 'A' };
    *checks = letters.into_iter().collect::<String>().into();
    let robot = first(parse(&json.to_string())).1.robot.expect("a robot");
    assert_eq!(
        (robot.turn, robot.cohort.as_str(), robot.robot.as_str()),
        (9, words[2], words[3])
    );
    let event = robot.event.expect("an event");
    let seconds = |ms: &str| (ms.parse::<f64>().expect("a time") / 1000.0).to_string();
    assert_eq!(
        (event.name, event.before, event.now),
        ("end", seconds(&earlier), seconds(words[13]))
    );
    // A metric that had another value.
    let changed = edit(
        &edit(&text, "/profiles/2/digests", 3, "0000000000000000"),
        "/profiles/2/values/updated_count",
        3,
        "1",
    );
    let found = first(parse(&changed)).1;
    assert_eq!(
        (
            found.metrics[0].0.as_str(),
            found.metrics[0].1,
            found.metrics.len()
        ),
        ("updated_count", 1.0, 1)
    );
}

#[test]
fn a_baseline_reads_back_as_it_was_and_a_broken_one_is_refused() {
    let played = case(scenario_file("tests/cli/campaign.toml"), &[], 12, None);
    let baseline = bless(&played);
    let text = baseline.to_text();
    assert_eq!(Baseline::parse(&text).expect("a baseline"), baseline);
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Baseline::parse(&text.replacen(from, to, 1)).expect_err(to)
    };
    let cases: [(&str, &str, &str); 6] = [
        ("\"format\": 2", "\"format\": 3", "of a later version"),
        ("\"format\": 2", "\"format\": 1", "bless it again"),
        (
            "\"replications\": 12",
            "\"replications\": 13",
            "has not a digest for each replication",
        ),
        (
            "\"checks\": \"",
            "\"checks\": \"AAA",
            "has not a check for each robot",
        ),
        (
            "\"broken_count\": \"0",
            "\"brocken_count\": \"0",
            "has no values of broken_count",
        ),
        ("\"seed\"", "\"sead\"", "it is not a baseline"),
    ];
    for (from, to, why) in cases {
        let said = refused(from, to);
        assert!(said.contains(why), "{to}: {said}");
    }
    for end in [0, 1, text.len() / 2, text.len() - 3] {
        assert!(Baseline::parse(&text[..end]).is_err(), "{end}");
    }
}

/// Every place of the file that somebody may edit by accident, and how a file may be laid out.
#[test]
fn an_edited_baseline_is_refused_and_its_layout_does_not_matter() {
    let baseline = bless(&case(scenario_file("tests/cli/small.toml"), &[], 12, None));
    let text = baseline.to_text();
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let layouts = [
        text.replace('\n', "\r\n"),
        text.replace("  ", "\t"),
        serde_json::to_string(&json).expect("JSON"),
        text.replace("\": ", "\"   :\n"),
    ];
    for layout in layouts {
        assert_eq!(
            Baseline::parse(&layout).as_ref(),
            Ok(&baseline),
            "{layout:.80}"
        );
    }
    let raised = |words: &str| -> String {
        let more = |word: &str| (word.parse::<u32>().expect("a count") + 30).to_string();
        words
            .split(' ')
            .map(more)
            .collect::<Vec<String>>()
            .join(" ")
    };
    type Edit<'a> = (&'a str, &'a dyn Fn(&str) -> String);
    let edits: [Edit; 7] = [
        ("/profiles/0/values/broken_count", &raised),
        ("/profiles/1/centres/broken_count", &|_| {
            "mean 1, median 1".to_owned()
        }),
        ("/profiles/0/traces/0/lines/3", &|line| {
            line.replace(" updated ", " PostLaunchFileFailure ")
        }),
        ("/profiles/0/traces/0/checks", &|checks| {
            checks.chars().rev().collect()
        }),
        ("/profiles/0/digests", &|digests| {
            digests.replacen(char::is_numeric, "a", 1)
        }),
        ("/command", &|command| command.to_owned() + " --quiet"),
        ("/seal", &|_| "0000000000000000".to_owned()),
    ];
    for (place, edit) in edits {
        let mut edited = json.clone();
        let value = edited
            .pointer_mut(place)
            .unwrap_or_else(|| panic!("there is no {place}"));
        let now = edit(value.as_str().expect("a text"));
        assert_ne!(value.as_str(), Some(now.as_str()), "{place}");
        *value = now.into();
        let said = Baseline::parse(&edited.to_string()).expect_err(place);
        assert!(
            said.contains("its seal does not fit its content"),
            "{place}: {said}"
        );
    }
    for seed in [4, 5] {
        let mut edited = json.clone();
        edited["seed"] = seed.into();
        assert!(
            Baseline::parse(&edited.to_string()).is_err(),
            "another seed"
        );
    }
}

/// What a reviewer reads: a line a metric.
#[test]
fn mean_and_median_of_each_metric_have_a_line_of_their_own() {
    let played = case(scenario_file("tests/cli/small.toml"), &[], 12, None);
    let text = bless(&played).to_text();
    let of_first = text.split("\"digests\"").next().expect("a beginning");
    for metric in rollcast::study::METRICS.iter() {
        let line = format!("        \"{}\": \"mean ", metric.name);
        let found: Vec<&str> = of_first
            .lines()
            .filter(|found| found.starts_with(&line))
            .collect();
        assert!(
            found.len() == 1 && found[0].contains(", median "),
            "{}: {found:?}",
            metric.name
        );
    }
    let outcomes = rollcast::study::run(&played.scenario, 12, &Unwatched).profiles[0]
        .outcomes
        .clone();
    let broken: Vec<u32> = outcomes
        .iter()
        .map(rollcast::sim::Outcome::broken)
        .collect();
    let mut sorted = broken.clone();
    sorted.sort_unstable();
    let mean = f64::from(broken.iter().sum::<u32>()) / 12.0;
    let line = of_first
        .lines()
        .find(|line| line.contains("\"broken_count\": \"mean"))
        .expect("its line");
    let shown: f64 = line
        .split("mean ")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .expect("a mean")
        .parse()
        .expect("a number");
    assert!(
        (shown - mean).abs() <= 1e-8 * mean && line.contains(&format!("median {}\"", sorted[5])),
        "{line}: {broken:?}"
    );
    assert!(
        of_first.contains("\"time_to_99_s\": \"mean never, median never\""),
        "{of_first}"
    );
}

#[test]
fn blessing_says_what_changed() {
    let before = bless(&case(scenario_file("tests/cli/small.toml"), &[], 12, None));
    let changes = |set: &[&str], replications| {
        bless(&case(
            scenario_file("tests/cli/small.toml"),
            set,
            replications,
            None,
        ))
        .changes_since(&before)
    };
    assert_eq!(changes(&[], 12), []);
    let slower = changes(&["rollout.robomaker.preparing=\"8s\""], 12);
    let of_base: Vec<&str> = slower
        .iter()
        .filter(|change| change.profile == "base")
        .map(|change| change.what.as_str())
        .collect();
    assert!(
        of_base.contains(&"job_duration_s") && !of_base.contains(&"broken_count"),
        "{slower:?}"
    );
    let duration = slower
        .iter()
        .find(|change| change.what == "job_duration_s")
        .expect("it changed");
    let mean = |text: &str| -> f64 {
        text[5..]
            .split(',')
            .next()
            .expect("a mean")
            .parse()
            .expect("a number")
    };
    assert!(
        (mean(&duration.is) - mean(&duration.was) - 1.0).abs() < 1e-4,
        "{duration:?}"
    );
    let whats = |set: &[&str], replications| -> Vec<String> {
        changes(set, replications)
            .into_iter()
            .filter(|change| change.profile.is_empty())
            .map(|change| change.what)
            .collect()
    };
    assert_eq!(whats(&["seed=99"], 13), ["seed", "replications"]);
}

#[test]
fn fewer_and_more_replications_than_the_baseline_has_are_compared_as_far_as_both_go() {
    let baseline = bless(&case(scenario_file("tests/cli/linked.toml"), &[], 12, None));
    for replications in [5, 12, 20] {
        let checked = check(
            &case(
                scenario_file("tests/cli/linked.toml"),
                &[],
                replications,
                Some(baseline.clone()),
            ),
            false,
        );
        let exact = checked.exact.expect("a baseline");
        assert!(exact.is_same());
        assert_eq!(exact.replications, replications.min(12));
    }
}

#[test]
fn what_is_expected_is_no_part_of_the_scenario_and_its_knobs_are() {
    let hash = |set: &[&str]| {
        case(scenario_file("tests/cli/expected.toml"), set, 1, None)
            .scenario
            .hash
    };
    assert_eq!(hash(&[]), hash(&["expect=[]", "check.replications=9"]));
    assert_ne!(hash(&[]), hash(&["rollout.robomaker.order=\"file\""]));
}

#[test]
fn profiles_that_come_and_go_are_told() {
    let text = text_of("tests/cli/expected.toml");
    let parse = |text: String| parsed(text, "");
    let baseline = bless(&case(parse(text.clone()), &[], 5, None));
    let renamed = text
        .replace("profile.bad", "profile.worse")
        .replace("bad:", "worse:");
    let checked = check(&case(parse(renamed), &[], 5, Some(baseline)), true);
    let exact = checked.exact.as_ref().expect("a baseline");
    assert_eq!(
        (exact.gone.clone(), exact.new.clone()),
        (vec!["bad".to_owned()], vec!["worse".to_owned()])
    );
    assert_eq!(
        checked.amount(),
        Amount::Failed,
        "what is not played any more is not known to be no worse"
    );
}

#[test]
fn a_profile_that_is_the_same_is_not_at_the_gate() {
    let baseline = bless(&case(scenario_file("tests/cli/small.toml"), &[], 12, None));
    let only_slow = "profile.slow.\"cohort.shuttles.download_rate\"={ exponential = { mean = \"2.1 Mbit/s\" } }";
    let checked = check(
        &case(
            scenario_file("tests/cli/small.toml"),
            &[only_slow],
            12,
            Some(baseline),
        ),
        true,
    );
    let at_gate = checked
        .gate
        .as_ref()
        .expect("something differs")
        .profiles
        .iter()
        .map(|profile| profile.name.as_str());
    assert_eq!(at_gate.collect::<Vec<_>>(), ["slow"]);
}

/// A fleet of robots that meet nobody.
fn fleet(seed: u64, cohort: &str, seconds: u32, failure: f64) -> ScenarioFile {
    let text = format!(
        "name = \"fleet\"\nseed = {seed}\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
         [rollout.robomaker]\nconcurrent_deployment_percentage = 20\nfailure_threshold_percentage = 30\n\
         [[cohort]]\nname = \"{cohort}\"\nrobots = 30\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
         post_launch = {{ duration = {{ gamma = {{ mean = \"{seconds}s\", cv = 0.5 }} }}, failure = {failure} }}\n"
    );
    parsed(text, "")
}

/// The check of a fleet against the baseline of another, so many replications of each, with a margin.
fn gate(before: ScenarioFile, now: ScenarioFile, replications: u64, margin: &str) -> Checked {
    let baseline = bless(&case(before, &[], replications, None));
    let margins = Margins::from_flags(&[margin.to_owned()]).expect("a margin");
    check(
        &Case {
            margins,
            ..case(now, &[], replications, Some(baseline))
        },
        true,
    )
}

fn alarms(checked: &Checked) -> bool {
    let gate = checked.gate.as_ref().expect("something differs");
    gate.profiles
        .iter()
        .any(|profile| profile.gate.iter().any(|gated| gated.standing.fails()))
}

/// Whether any distribution is said to differ, told by a statistic or not.
fn distributions_differ(checked: &Checked) -> bool {
    let gate = checked.gate.as_ref().expect("something differs");
    let mut distributions = gate
        .profiles
        .iter()
        .flat_map(|profile| &profile.distributions)
        .peekable();
    assert!(distributions.peek().is_some(), "nothing was tested");
    distributions.any(|distribution| distribution.p_bh <= 0.05)
}

/// Nothing changed but luck, and any difference matters: one check in twenty may raise an alarm over its six statistics. Luck of
/// another seed is not paired; that of a cohort with another name is paired with what it has nothing in common with.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    const CHECKS: u64 = 200;
    let of = |now: &dyn Fn(u64) -> ScenarioFile| {
        let checks = (0..CHECKS)
            .map(|seed| gate(fleet(1000 + seed, "robots", 60, 0.1), now(seed), 60, "0%"));
        checks.fold([0, 0], |[gate, distributions], checked| {
            [
                gate + u64::from(alarms(&checked)),
                distributions + u64::from(distributions_differ(&checked)),
            ]
        })
    };
    let another_seed = of(&|seed| fleet(5000 + seed, "robots", 60, 0.1));
    let another_stream = of(&|seed| fleet(1000 + seed, "others", 60, 0.1));
    // Of 200 checks with 5 % each, 19 or more come up once in 200 times.
    let most = another_seed.into_iter().chain(another_stream).max();
    assert!(
        most <= Some(18),
        "{another_seed:?} and {another_stream:?} false alarms of the gate and of distributions in {CHECKS}"
    );
}

/// Whether failures come together changes no mean of a rollout that nothing stops, but how far its outcomes spread: that is a warning, of
/// which the gate knows nothing.
#[test]
fn another_spread_about_the_same_mean_is_a_warning_and_no_more() {
    const CHECKS: u64 = 20;
    let spread = |seed: u64, failure: &str| {
        let mut file = fleet(seed, "robots", 60, 0.5);
        for text in [
            "rollout.robomaker.failure_threshold_percentage=100",
            &format!("cohort.robots.post_launch.failure={failure}"),
        ] {
            set_key(&mut file, text);
        }
        file
    };
    let together = "{ beta = { mean = 0.5, correlation = 0.1 } }";
    let (mut found, mut warnings) = (0, 0);
    for seed in 0..CHECKS {
        let checked = gate(
            spread(1000 + seed, "0.5"),
            spread(5000 + seed, together),
            200,
            "50%",
        );
        assert_eq!(
            checked.amount(),
            Amount::Fine,
            "{}",
            check_page(&[checked]).terminal(100)
        );
        let profile = &checked.gate.as_ref().expect("something differs").profiles[0];
        let warned = profile
            .distributions
            .iter()
            .any(|it| it.metric.name == "failed_count" && it.is_hidden);
        // Where an outer quantile tells it, there is nothing left to warn of.
        let told = profile
            .report
            .iter()
            .any(|row| row.metric.name == "failed_count" && row.verdict.is_different());
        found += u64::from(warned || told);
        warnings += u64::from(warned);
        if warned {
            let shown = [checked];
            for text in [
                check_page(&shown).terminal(100),
                check_page(&shown).markdown(),
                check_junit(&shown),
                check_github(&shown),
            ] {
                assert!(text.contains("the distribution differs"), "{text}");
            }
            assert!(
                check_github(&shown).contains("::warning ")
                    && !check_github(&shown).contains("::error ")
            );
        }
    }
    assert!(
        found >= CHECKS - 2,
        "a spread three times as wide was noticed {found} times in {CHECKS}"
    );
    assert!(warnings > 0, "no quantile tells it in some of {CHECKS}");
}

/// Real differences are found, and those within the margin raise no alarm.
#[test]
fn real_regressions_are_found_and_trifles_are_not() {
    const CHECKS: u64 = 30;
    let count = |margin: &str, now: &dyn Fn(u64) -> ScenarioFile| {
        (0..CHECKS)
            .filter(|seed| {
                alarms(&gate(
                    fleet(1000 + seed, "robots", 60, 0.1),
                    now(*seed),
                    200,
                    margin,
                ))
            })
            .count() as u64
    };
    assert_eq!(
        count("2%", &|seed| fleet(1000 + seed, "robots", 66, 0.1)),
        CHECKS,
        "a tenth more time, paired"
    );
    assert!(
        count("2%", &|seed| fleet(9000 + seed, "robots", 66, 0.1)) >= CHECKS - 1,
        "a tenth more time, not paired"
    );
    assert!(
        count("2%", &|seed| fleet(1000 + seed, "robots", 60, 0.13)) >= CHECKS - 1,
        "three points more failures, paired"
    );
    assert_eq!(
        count("15%", &|seed| fleet(1000 + seed, "robots", 61, 0.1)),
        0,
        "a sixtieth more time"
    );
}

#[test]
fn a_difference_that_is_known_is_judged_by_its_margin_and_direction() {
    let of = |before: u32, now: u32, margin: &str| {
        let constant = |seconds: u32| {
            let mut file = fleet(3, "robots", 60, 0.0);
            set_key(
                &mut file,
                &format!("cohort.*.post_launch.duration=\"{seconds}s\""),
            );
            file
        };
        let checked = gate(constant(before), constant(now), 60, margin);
        let profile = &checked.gate.as_ref().expect("something differs").profiles[0];
        let gated = profile
            .gate
            .iter()
            .find(|gated| gated.compared.metric.name == "job_duration_s")
            .expect("it is at the gate");
        (gated.compared.difference, gated.standing, checked.amount())
    };
    // Five rounds of six robots, ten seconds longer each.
    assert_eq!(
        of(60, 70, "job_duration_s.mean=49s").1,
        GateVerdict::Regression
    );
    assert_eq!(of(60, 70, "job_duration_s.mean=50s").0, Some(50.0));
    assert_eq!(
        of(60, 70, "job_duration_s.mean=50s").1,
        GateVerdict::NoWorse
    );
    assert_eq!(
        of(70, 60, "job_duration_s.mean=49s"),
        (Some(-50.0), GateVerdict::Improved, Amount::Fine)
    );
}

#[test]
fn replications_that_are_said_to_decide_do() {
    let checked = gate(
        fleet(1, "robots", 60, 0.1),
        fleet(2, "robots", 60, 0.1),
        50,
        "10%",
    );
    let gate_of = checked.gate.as_ref().expect("something differs");
    assert_eq!(gate_of.luck, Luck::Own);
    let open = gate_of.profiles[0]
        .gate
        .iter()
        .filter_map(|gated| match gated.standing {
            GateVerdict::Inconclusive(n) => Some((
                gated.compared.metric.name,
                n.expect("a number that can be played"),
            )),
            _ => None,
        });
    let open: Vec<(&str, u64)> = open.collect();
    assert!(!open.is_empty());
    let most = open.iter().map(|(_, n)| *n).max().expect("one is open");
    // Three times as many, since the estimate does not stay where it was.
    let again = gate(
        fleet(1, "robots", 60, 0.1),
        fleet(2, "robots", 60, 0.1),
        (3 * most).min(6000),
        "10%",
    );
    let still = again.gate.as_ref().expect("something differs").profiles[0]
        .gate
        .iter();
    let still: Vec<&str> = still
        .filter(|gated| matches!(gated.standing, GateVerdict::Inconclusive(_)))
        .map(|gated| gated.compared.metric.name)
        .collect();
    assert!(still.is_empty(), "{open:?} and still {still:?}");
}

/// A text is well-formed XML: one root, tags that match, attributes in quotes, and no sign that should be escaped.
fn require_well_formed(text: &str) {
    let body = text
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .expect("a declaration");
    let mut open: Vec<String> = Vec::new();
    let mut roots = 0;
    let mut rest = body;
    let plain = |text: &str| {
        assert!(!text.contains(['<', '>']), "{text}");
        for part in text.split('&').skip(1) {
            assert!(
                ["amp;", "lt;", "gt;", "quot;"]
                    .iter()
                    .any(|entity| part.starts_with(entity)),
                "{part}"
            );
        }
        assert!(
            text.chars().all(|c| c >= ' ' || c == '\n' || c == '\t'),
            "{text:?}"
        );
    };
    while let Some(start) = rest.find('<') {
        plain(&rest[..start]);
        assert!(!open.is_empty() || rest[..start].trim().is_empty());
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None => {
                let mut parts = tag.splitn(2, ' ');
                let name = parts.next().expect("a name");
                assert!(
                    name.chars().all(|c| c.is_ascii_alphabetic() || c == '-'),
                    "{name}"
                );
                let quotes: Vec<&str> = parts.next().unwrap_or("").split('"').collect();
                assert!(quotes.len() % 2 == 1, "{tag}");
                for pair in quotes[..quotes.len() - 1].chunks(2) {
                    assert!(
                        pair[0].ends_with('=')
                            && !pair[0].trim().trim_end_matches('=').contains([' ', '=']),
                        "{tag}"
                    );
                    plain(pair[1]);
                }
                roots += usize::from(open.is_empty());
                open.push(name.to_owned());
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(
        open.is_empty() && roots == 1 && rest.trim().is_empty(),
        "{open:?} {rest}"
    );
}

#[test]
fn every_format_holds_odd_names_and_everything_that_is_found() {
    let baseline = bless(&case(scenario_file("tests/cli/small.toml"), &[], 12, None));
    let mut all = Vec::new();
    for (set, statistical) in [
        ("seed=9", true),
        ("cohort.pickers.name=\"a b\"", false),
        ("seed=3", true),
    ] {
        let expect = "expect=[\"p(failed_count >= 1) >= 1 %\", \"job_duration_s.mean\\t<= 30 d\"]";
        let mut case = case(
            scenario_file("tests/cli/small.toml"),
            &[set, expect],
            12,
            Some(baseline.clone()),
        );
        let mut edited = scenario_file("tests/cli/small.toml");
        set_key(&mut edited, expect);
        case.limits = expectations(&edited, Some(&case.scenario), &mut Problems::default());
        assert_eq!(case.limits.len(), 2);
        case.file = "odd, <names> & \"quotes\" % | `x`.toml".to_owned();
        all.push(check(&case, statistical));
    }
    all.push(check(
        &case(scenario_file("tests/cli/linked.toml"), &[], 12, None),
        true,
    ));
    let junit = check_junit(&all);
    require_well_formed(&junit);
    assert!(
        junit.contains("name=\"p(failed_count &gt;= 1) &gt;= 1 %\"")
            && junit.contains("odd, &lt;names&gt; &amp; &quot;quotes&quot;")
    );
    assert_eq!(junit.matches("<testsuite ").count(), 4);
    // What the schema of Ant requires of both.
    assert_eq!(
        junit.matches("<testcase ").count(),
        junit.matches(" time=\"0\">\n      <").count()
    );
    for element in ["<failure ", "<error "] {
        assert_eq!(
            junit.matches(element).count(),
            junit.matches(&format!("{element}type=\"")).count(),
            "{junit}"
        );
    }
    let markdown = check_page(&all).markdown();
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(
        markdown
            .lines()
            .filter(|line| line.starts_with('|'))
            .all(|line| cells(line) == 4),
        "{markdown}"
    );
    for line in check_github(&all)
        .lines()
        .filter(|line| line.starts_with("::"))
    {
        let properties = line[2..].split_once("::").expect("a command has a text").0;
        assert_eq!(properties.matches(',').count(), 1, "{line}");
        assert!(
            !properties
                .split_once("title=")
                .expect("a title")
                .1
                .contains(':'),
            "{line}"
        );
    }
    let json: serde_json::Value =
        serde_json::from_str(&check_json(&all, true, "again")).expect("JSON");
    assert_eq!(json["scenarios"].as_array().map(Vec::len), Some(4));
    let verdicts: Vec<&str> = json["scenarios"]
        .as_array()
        .expect("scenarios")
        .iter()
        .filter_map(|s| s["verdict"].as_str())
        .collect();
    assert_eq!(verdicts[1..], ["failed", "fine", "fine"]);
    assert!(
        check_page(&all).terminal(100).contains("1 new, 1 fine.\n"),
        "{}",
        check_page(&all).terminal(100)
    );
}

/// Runs `rollcast check` in a sandbox: its exit code and everything that it says.
fn rollcast_check(sandbox: &Sandbox, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcast"));
    let output = command
        .arg("check")
        .args(arguments)
        .arg("-q")
        .current_dir(&sandbox.folder)
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("a code"),
        text(output.stdout) + &text(output.stderr),
    )
}

#[test]
fn a_baseline_that_is_none_is_refused_and_the_help_writes_where_it_was_read() {
    let sandbox = Sandbox::empty();
    sandbox.add("tests/cli", ".");
    let bless = [
        "small.toml",
        "--bless",
        "--baseline",
        "kept",
        "--replications",
        "5",
    ];
    let (code, said) = rollcast_check(&sandbox, &bless);
    assert!(
        code == 0 && said.contains("small.toml   new        5 replications"),
        "{said}"
    );
    let place = sandbox.path("kept").join("small.json");
    let good = fs::read_to_string(&place).expect("a baseline");
    assert!(
        good.contains("\"rollcast check small.toml --bless --replications 5\""),
        "{good}"
    );
    let refused = |why: &str| {
        let (code, said) = rollcast_check(&sandbox, &["small.toml", "--baseline", "kept"]);
        assert_eq!(code, 2, "{said}");
        assert!(
            flat(&said).contains(why)
                && said.contains("rollcast check small.toml --bless --baseline kept"),
            "{said}"
        );
    };
    fs::write(&place, b"\xff\xfe").expect("a file");
    refused("it is not UTF-8 text");
    fs::write(&place, good.replace("\"seed\": 3", "\"seed\": 4")).expect("a file");
    refused("it was edited since it was written");
    fs::write(&place, good.replace("\"format\": 2", "\"format\": 1")).expect("a file");
    refused("it has the earlier format 1");
    let (code, said) = rollcast_check(&sandbox, &bless);
    assert!(
        code == 0
            && flat(&said)
                .contains("the earlier baseline cannot be read: it has the earlier format 1"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&place).expect("a baseline"), good);
    let (_, said) = rollcast_check(&sandbox, &bless);
    assert!(said.contains("as before"), "{said}");
    let other = fs::read_to_string(sandbox.path("small.toml"))
        .expect("a scenario")
        .replace("\"small\"", "\"large\"");
    fs::write(sandbox.path("large.toml"), other).expect("a scenario");
    assert_eq!(
        rollcast_check(
            &sandbox,
            &[
                "large.toml",
                "--bless",
                "--baseline",
                "kept",
                "--replications",
                "5"
            ]
        )
        .0,
        0
    );
    fs::copy(sandbox.path("kept/large.json"), &place).expect("a copy");
    refused("it is of the scenario `large`");
    fs::remove_file(&place).expect("a file");
    fs::create_dir(&place).expect("a folder");
    refused("cannot read the baseline");
}

#[test]
fn one_file_is_one_scenario_and_two_of_a_name_are_both_named() {
    let sandbox = Sandbox::empty();
    sandbox.add("tests/cli", ".");
    sandbox.add("tests/cli/data", "other/data");
    fs::copy(sandbox.path("small.toml"), sandbox.path("other/copy.toml")).expect("a copy");
    assert_eq!(
        rollcast_check(&sandbox, &["small.toml", "--bless", "--replications", "5"]).0,
        0
    );
    let (code, said) = rollcast_check(
        &sandbox,
        &["small.toml", "./small.toml", "other/../small.toml"],
    );
    assert!(
        code == 0 && said.starts_with("1 scenario: 1 fine.\n"),
        "{said}"
    );
    let (code, said) = rollcast_check(&sandbox, &["small.toml", "other"]);
    assert!(
        code == 2 && said.contains("small.toml and other/copy.toml are both called `small`"),
        "{said}"
    );
}

/// Robots that begin to fail once in thousands of times: 50 replications on either side show nothing of it, and cannot rule it out.
#[test]
fn what_neither_side_shows_is_not_no_worse() {
    let rare = |seed: u64, failure: f64| {
        let mut file = fleet(seed, "robots", 60, failure);
        set_key(&mut file, "cohort.*.post_launch.duration=\"60s\"");
        file
    };
    let (mut unseen, mut claimed) = (0, 0);
    for seed in 0..12 {
        for before in [1000 + seed, seed] {
            let checked = gate(rare(before, 0.0), rare(seed, 0.0004), 50, "0%");
            let Some(gate) = &checked.gate else {
                continue;
            };
            let gated = gate.profiles[0]
                .gate
                .iter()
                .find(|gated| gated.compared.metric.name == "broken_count");
            let gated = gated.expect("it is at the gate");
            unseen += u32::from(gated.compared.b == 0.0);
            claimed += u32::from(gated.standing == GateVerdict::NoWorse);
        }
    }
    assert!(
        unseen >= 2 && claimed == 0,
        "{claimed} of {unseen} are no worse"
    );
}

/// Thresholds of 9 of 30 robots that fail independently: reached with 0.2 % or 12.9 %, which no ten replications tell.
#[test]
fn a_threshold_that_is_known_exactly_takes_no_replications() {
    let standing = |seed: u64, failure: f64| {
        let checked = gate(
            fleet(1, "robots", 60, 0.1),
            fleet(seed, "robots", 60, failure),
            10,
            "1%",
        );
        let profile = &checked.gate.as_ref().expect("something differs").profiles[0];
        let gated = profile
            .gate
            .iter()
            .find(|gated| gated.compared.metric.name == "threshold_reached")
            .expect("it is at the gate");
        (
            gated.standing,
            gated.compared.difference.expect("a difference"),
        )
    };
    assert_eq!(standing(2, 0.1), (GateVerdict::NoWorse, 0.0));
    let (worse, difference) = standing(1, 0.2);
    assert!(
        worse == GateVerdict::Regression && (difference - 0.1267).abs() < 1e-3,
        "{worse:?} {difference}"
    );
}

/// Pairs that agree are no proof of a mean time, whatever bounds the others; of a median a few of them are.
#[test]
fn a_few_equal_differences_are_not_a_regression() {
    let of = |seconds: u32, failure: f64| {
        let mut file = fleet(3, "robots", 60, failure);
        set_key(
            &mut file,
            &format!("cohort.*.post_launch.duration=\"{seconds}s\""),
        );
        file
    };
    let standing = |metric: &str, replications| {
        let checked = gate(of(60, 1e-6), of(70, 1e-6), replications, "1%");
        let profile = &checked.gate.as_ref().expect("something differs").profiles[0];
        profile
            .gate
            .iter()
            .find(|gated| gated.compared.metric.name == metric)
            .expect("it is at the gate")
            .standing
    };
    for (metric, replications) in [
        ("job_duration_s", 2),
        ("job_duration_s", 20),
        ("time_to_95_s", 2),
    ] {
        let standing = standing(metric, replications);
        assert!(
            matches!(standing, GateVerdict::Inconclusive(_)),
            "{metric} {replications}: {standing:?}"
        );
    }
    assert_eq!(standing("time_to_95_s", 40), GateVerdict::Regression);
}

#[test]
fn what_would_decide_is_said_of_both_sides() {
    let mut checked = vec![gate(
        fleet(1, "robots", 60, 0.1),
        fleet(2, "robots", 60, 0.1),
        50,
        "10%",
    )];
    let table = check_page(&checked).terminal(100);
    let most = checked[0]
        .gate
        .as_ref()
        .expect("something differs")
        .profiles[0]
        .gate
        .iter()
        .filter_map(|gated| match gated.standing {
            GateVerdict::Inconclusive(n) => n,
            _ => None,
        });
    let most = most.max().expect("one is open");
    assert!(
        table.contains(" of both would decide")
            && table.contains(&format!(
                "--bless the version before with --replications {most}"
            )),
        "{table}"
    );
    assert!(!table.contains("only --statistical"), "{table}");
    checked[0].file = "a<b.toml".to_owned();
    let markdown = check_page(&checked).markdown();
    assert!(
        markdown.contains("| a&lt;b.toml |") && !markdown.contains("a<b.toml"),
        "{markdown}"
    );
}
