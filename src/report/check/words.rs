//! What a check found, finding by finding: what every format says in its own way.

use crate::report::differences::{Scale, has_no_interval_yet, percent};
use crate::report::expect::found;
use crate::report::words::{listed, may_miss, plural};
use crate::study::check::{
    Amount, Cause, Checked, ExactComparison, First, Gate, GateProfile, GateVerdict, Gated,
    RobotDifference,
};
use crate::study::expect::{Expectation, Judged};
use crate::study::{Compared, Luck, Verdict, statistic_name};
use crate::units::{count, share};

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Pass,
    /// Worth knowing.
    Note,
    /// Worth looking into, without effect on the result.
    Warning,
    Inconclusive,
    Fail,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What was looked at: `baseline`, a statistic, an expectation.
    pub(super) subject: String,
    /// The verdict in a word: `same`, `regression`.
    pub(super) word: String,
    pub(super) text: String,
}

/// Statistics beside the gate that are named; the JSON has all of them.
const NAMED_MAX: usize = 8;

fn finding(
    level: Level,
    subject: impl Into<String>,
    word: impl Into<String>,
    text: impl Into<String>,
) -> Finding {
    Finding {
        level,
        subject: subject.into(),
        word: word.into(),
        text: text.into(),
    }
}

/// Everything that the check of a scenario found: what its baseline says first, then the gate, then what is expected.
pub(super) fn findings(checked: &Checked) -> Vec<Finding> {
    let mut findings = match &checked.exact {
        None => vec![finding(
            Level::Note,
            "baseline",
            "new",
            "there is no baseline yet; --bless writes it",
        )],
        Some(exact) => exactly(exact, checked.gate.is_some()),
    };
    if let Some(gate) = &checked.gate {
        findings.extend(statistically(gate));
    }
    findings.extend(checked.expectations.iter().map(|expectation| {
        let (level, word) = match expectation.judged {
            Judged::Pass => (Level::Pass, "pass"),
            Judged::Fail => (Level::Fail, "fail"),
            Judged::Inconclusive(_) => (Level::Inconclusive, "inconclusive"),
            Judged::NotPlayed => (Level::Note, "not played"),
        };
        finding(
            level,
            expectation.limit.text.clone(),
            word,
            found(expectation),
        )
    }));
    findings
}

/// The result of a check in a word.
pub(super) fn amount(checked: &Checked) -> &'static str {
    match checked.amount() {
        Amount::Fine if checked.exact.is_none() => "new",
        amount => amount.name(),
    }
}

/// How many checks have each result.
pub(super) fn totals(all: &[Checked]) -> String {
    let words = ["failed", "inconclusive", "new", "fine"];
    let counts = words.map(|word| {
        let n = all.iter().filter(|checked| amount(checked) == word).count();
        (n as u64, word)
    });
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", count(n)))
        .collect();
    let scenarios = plural(all.len() as u64, "scenario");
    format!("{scenarios}: {}", parts.join(", "))
}

/// What the fewest replications that anything was judged by may not have seen; nothing where all that was judged is known exactly.
pub(super) fn unseen(all: &[Checked]) -> Option<String> {
    let judged = all.iter().filter_map(|checked| {
        let gate = checked.gate.as_ref();
        let gate = gate.map(|gate| gate.replications.0.min(gate.replications.1));
        let is_open = !checked.expectations.iter().all(is_certain);
        gate.or(is_open.then_some(checked.replications))
    });
    judged.min().map(may_miss)
}

fn is_certain(expectation: &Expectation) -> bool {
    let value = expectation.value;
    expectation.exact || value.is_none() || expectation.ends == (value, value)
}

/// What the exact comparison found; with a `gate` it does not decide.
fn exactly(exact: &ExactComparison, gate: bool) -> Vec<Finding> {
    let compared = plural(exact.replications, "replication");
    let mut findings = Vec::new();
    let because = exact.causes.iter().map(|because| cause(because, gate));
    let because: Vec<Finding> = because.collect();
    if exact.is_same() {
        findings.push(finding(
            Level::Pass,
            "baseline",
            "same",
            format!("byte by byte in {compared} of every profile"),
        ));
        // Results that are the same in spite of the changes need a new baseline and are no worse.
        findings.extend(because);
        return findings;
    }
    let level = if gate { Level::Note } else { Level::Fail };
    let differing: Vec<String> = exact
        .differing
        .iter()
        .map(|(name, n)| format!("{name} in {} of {compared}", count(*n)))
        .collect();
    let mut text = differing.join(", ");
    if let Some(first) = &exact.first {
        text += &format!("; first {}", first_difference(first));
    }
    if !text.is_empty() {
        findings.push(finding(level, "baseline", "differs", text));
    }
    if let Some(robot) = exact.first.as_ref().and_then(|first| first.robot.as_ref()) {
        let text = robot_difference(robot);
        findings.push(finding(Level::Note, "baseline", "robot", text));
    }
    if !exact.gone.is_empty() {
        let gone = exact.gone.join(", ");
        let text = format!("the scenario has no profile {gone} any more");
        findings.push(finding(Level::Fail, "baseline", "gone", text));
    }
    if !exact.new.is_empty() {
        let text = format!("the baseline has no profile {}", exact.new.join(", "));
        findings.push(finding(level, "baseline", "new profile", text));
    }
    if because.is_empty() {
        let text = "scenario, seed and model version are those of the baseline: the program changed what it computes";
        findings.push(finding(Level::Note, "baseline", "why", text));
    }
    findings.extend(because);
    findings
}

fn cause(cause: &Cause, gate: bool) -> Finding {
    let text = match cause {
        Cause::Scenario { before, now } => format!(
            "the scenario is another one: its hash is {now}, the baseline's {before}; --bless takes it for the new baseline"
        ),
        Cause::ModelVersion { before, now } => format!(
            "the model is another one: version {now}, the baseline's {before}; --bless once the change is wanted"
        ),
        Cause::Seed { before, now } => {
            let compare = match gate {
                true => "",
                false => ": only --statistical can compare",
            };
            format!(
                "the seed is {now}, the baseline's {before}, so all random numbers are others{compare}"
            )
        }
        Cause::TimeZones { before, now } => {
            format!("the time zone data is {now}, the baseline's {before}")
        }
        Cause::Metrics(names) => format!(
            "the baseline has metrics that this version does not know: {}",
            names.join(", ")
        ),
    };
    finding(Level::Note, "baseline", "why", text)
}

fn first_difference(first: &First) -> String {
    let metrics = first.metrics.iter();
    let metrics: Vec<String> = metrics
        .map(|(name, before, now)| format!("{name} {}, was {}", number(*now), number(*before)))
        .collect();
    let what = match metrics.is_empty() {
        true => "no kept metric, only robots".to_owned(),
        false => listed(&metrics, 3, "; "),
    };
    let (replication, profile) = (first.replication, &first.profile);
    format!("in replication {replication} of {profile}: {what}")
}

fn robot_difference(robot: &RobotDifference) -> String {
    let RobotDifference {
        replication,
        profile,
        job,
        turn,
        cohort,
        robot,
        event,
    } = robot;
    let job = match job.as_str() {
        "main" => String::new(),
        job => format!(" of {job}"),
    };
    let event = match event {
        Some(event) => format!("{} {}, was {}", event.name, event.now, event.before),
        None => "the baseline keeps no events of it, only that they differ".to_owned(),
    };
    format!(
        "in replication {replication} of {profile} the first is {cohort} {robot}, turn {turn}{job}: {event}"
    )
}

fn number(x: f64) -> String {
    match x.is_infinite() {
        true => "never".to_owned(),
        false => format!("{x}"),
    }
}

fn statistically(gate: &Gate) -> Vec<Finding> {
    let (before, now) = gate.replications;
    let (word, text) = match gate.luck {
        Luck::Shared => {
            let played = plural(now, "replication");
            (
                "paired",
                format!("{played} with the same random numbers as the baseline"),
            )
        }
        Luck::Own => {
            let (before, now) = (count(before), count(now));
            let text = format!(
                "{before} of the baseline and {now} of now, each with its own random numbers"
            );
            ("not paired", text)
        }
    };
    let mut findings = vec![finding(Level::Note, "gate", word, text)];
    let gated = gate.profiles.iter().flat_map(|profile| &profile.gate);
    if let Some(n) = gated
        .filter_map(|it| it.standing.replications_to_decide())
        .max()
    {
        // More replications of the new side alone would change little, or nothing where they are paired.
        let text = format!(
            "--bless the version before with --replications {n}, then check this one with as many"
        );
        findings.push(finding(Level::Note, "gate", "to decide", text));
    }
    for profile in &gate.profiles {
        let gated = profile.gate.iter();
        findings.extend(gated.map(|gated| gated_finding(profile, gated)));
        findings.extend(beside_the_gate(profile));
    }
    findings
}

/// What decides nothing: other statistics that differ, and distributions.
fn beside_the_gate(profile: &GateProfile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (word, verdict) in [("worse", Verdict::Worse), ("better", Verdict::Better)] {
        let rows = profile.report.iter().filter(|row| row.verdict == verdict);
        let rows = rows.map(|row| {
            let name = statistic_name(row.metric.name, row.statistic);
            format!("{name} {}", difference(row))
        });
        let rows: Vec<String> = rows.collect();
        if !rows.is_empty() {
            let text = format!("beside the gate: {}", listed(&rows, NAMED_MAX, ", "));
            findings.push(finding(Level::Note, profile.name.clone(), word, text));
        }
    }
    let hidden = profile.distributions.iter().filter(|it| it.is_hidden);
    let hidden = hidden.map(|it| {
        let (name, distance) = (it.metric.name, share(it.distance, 1));
        format!("{name} by up to {distance} ({})", p_value(it.p_bh))
    });
    let hidden: Vec<String> = hidden.collect();
    if !hidden.is_empty() {
        let text = format!(
            "the distribution differs though neither mean nor median is known to: {}; this decides nothing",
            listed(&hidden, NAMED_MAX, ", ")
        );
        findings.push(finding(
            Level::Warning,
            profile.name.clone(),
            "distribution",
            text,
        ));
    }
    findings
}

fn p_value(p: f64) -> String {
    match p < 1e-4 {
        true => "p < 0.0001".to_owned(),
        false => format!("p = {p:.4}"),
    }
}

fn gated_finding(profile: &GateProfile, gated: &Gated) -> Finding {
    let (level, word) = match gated.standing {
        GateVerdict::NoWorse => (Level::Pass, "no worse"),
        GateVerdict::Improved => (Level::Note, "improved"),
        GateVerdict::Regression => (Level::Fail, "regression"),
        GateVerdict::Changed => (Level::Fail, "changed"),
        GateVerdict::Inconclusive(_) => (Level::Inconclusive, "inconclusive"),
    };
    let row = &gated.compared;
    let decide = match gated.standing {
        GateVerdict::Inconclusive(Some(n)) if has_no_interval_yet(row) => {
            format!("; {} of both would give an interval", count(n))
        }
        GateVerdict::Inconclusive(Some(n)) => format!("; about {} of both would decide", count(n)),
        _ => String::new(),
    };
    let name = statistic_name(row.metric.name, row.statistic);
    let subject = format!("{}: {name}", profile.name);
    let scale = Scale::of(row);
    let text = format!(
        "{}, was {}: {}, margin {}{decide}",
        scale.value(row.b),
        scale.value(row.a),
        scale.difference(row),
        scale.margin(row.margin)
    );
    finding(level, subject, word, text)
}

/// A difference in short.
fn difference(row: &Compared) -> String {
    match row.difference {
        Some(difference) if row.a != 0.0 => percent(difference / row.a),
        Some(_) => "from 0".to_owned(),
        None => "-".to_owned(),
    }
}
