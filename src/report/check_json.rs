//! A check as JSON, for other programs.

use serde::Serialize;

use crate::report::expect::ExpectationJson;
use crate::report::json::pretty;
use crate::study::check::{Cause, Checked, Comparison, Distribution, First, Gate, Gated};
use crate::study::{Compared, Direction, LEVEL, Luck, statistic_name};

#[derive(Serialize)]
struct Answer<'a> {
    rollcast: &'static str,
    model_version: u32,
    confidence: f64,
    statistical: bool,
    command: &'a str,
    scenarios: Vec<Scenario<'a>>,
}

#[derive(Serialize)]
struct Scenario<'a> {
    file: &'a str,
    scenario: &'a str,
    scenario_hash: &'a str,
    seed: u64,
    replications: u64,
    /// `fine`, `inconclusive` or `failed`.
    verdict: &'static str,
    /// Null for a new scenario.
    exact: Option<Exact<'a>>,
    /// Null where it was not asked for or nothing differs.
    gate: Option<GateJson<'a>>,
    expectations: Vec<ExpectationJson<'a>>,
}

#[derive(Serialize)]
struct Exact<'a> {
    same: bool,
    replications: u64,
    /// What the scenario or the program has otherwise than the baseline: `scenario`, `model_version`, `seed`, `time_zones`, `metrics`.
    causes: Vec<CauseJson>,
    differing: Vec<Differing<'a>>,
    profiles_gone: &'a [String],
    profiles_new: &'a [String],
    first: Option<FirstJson<'a>>,
}

#[derive(Serialize)]
struct CauseJson {
    what: &'static str,
    before: String,
    now: String,
}

#[derive(Serialize)]
struct Differing<'a> {
    profile: &'a str,
    replications: u64,
}

#[derive(Serialize)]
struct FirstJson<'a> {
    replication: u64,
    profile: &'a str,
    metrics: Vec<Values<'a>>,
    /// In the first replication of which the baseline has robots; null where it shows none.
    robot: Option<Robot<'a>>,
}

/// Null for a time that never comes.
#[derive(Serialize)]
struct Values<'a> {
    metric: &'a str,
    before: Option<f64>,
    now: Option<f64>,
}

#[derive(Serialize)]
struct Robot<'a> {
    replication: u64,
    profile: &'a str,
    job: &'a str,
    turn: u64,
    cohort: &'a str,
    robot: &'a str,
    event: Option<&'static str>,
    before: Option<&'a str>,
    now: Option<&'a str>,
}

#[derive(Serialize)]
struct GateJson<'a> {
    paired: bool,
    replications_before: u64,
    replications_now: u64,
    profiles: Vec<Profile<'a>>,
}

#[derive(Serialize)]
struct Profile<'a> {
    profile: &'a str,
    gate: Vec<GatedJson>,
    /// Adjusted by Benjamini and Hochberg; they decide nothing.
    report: Vec<Reported>,
    /// Of metrics that are numbers or times, by Kolmogorov and Smirnov; they decide nothing.
    distributions: Vec<DistributionJson>,
}

#[derive(Serialize)]
struct GatedJson {
    statistic: String,
    standing: &'static str,
    /// `lower`, `higher` or `neither`.
    better: &'static str,
    before: Option<f64>,
    now: Option<f64>,
    difference: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    margin: Option<f64>,
    p_holm: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    replications_to_decide: Option<u64>,
}

#[derive(Serialize)]
struct Reported {
    statistic: String,
    verdict: &'static str,
    before: Option<f64>,
    now: Option<f64>,
    difference: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    p_bh: Option<f64>,
}

#[derive(Serialize)]
struct DistributionJson {
    metric: &'static str,
    distance: f64,
    p_value: f64,
    p_bh: f64,
    /// Whether the distribution differs though neither mean nor median is known to.
    warning: bool,
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

impl From<&Gated> for GatedJson {
    fn from(gated: &Gated) -> GatedJson {
        let row = &gated.compared;
        GatedJson {
            statistic: statistic_name(row.metric.name, row.statistic),
            standing: gated.standing.name(),
            better: match gated.direction {
                Direction::Lower => "lower",
                Direction::Higher => "higher",
                Direction::Neither => "neither",
            },
            before: finite(row.a),
            now: finite(row.b),
            difference: row.difference,
            lo: row.lo,
            hi: row.hi,
            margin: finite(row.margin),
            p_holm: gated.p_holm,
            replications_to_decide: match gated.standing {
                crate::study::check::Standing::Inconclusive(n) => n,
                _ => None,
            },
        }
    }
}

impl From<&Compared> for Reported {
    fn from(row: &Compared) -> Reported {
        Reported {
            statistic: statistic_name(row.metric.name, row.statistic),
            verdict: row.verdict.name(),
            before: finite(row.a),
            now: finite(row.b),
            difference: row.difference,
            lo: row.lo,
            hi: row.hi,
            p_bh: row.p_bh,
        }
    }
}

impl From<&Distribution> for DistributionJson {
    fn from(it: &Distribution) -> DistributionJson {
        let Distribution { metric, distance, p_value, p_bh, is_hidden } = *it;
        DistributionJson { metric: metric.name, distance, p_value, p_bh, warning: is_hidden }
    }
}

impl<'a> From<&'a Gate> for GateJson<'a> {
    fn from(gate: &'a Gate) -> GateJson<'a> {
        let profiles = gate.profiles.iter().map(|profile| Profile {
            profile: &profile.name,
            gate: profile.gate.iter().map(GatedJson::from).collect(),
            report: profile.report.iter().map(Reported::from).collect(),
            distributions: profile.distributions.iter().map(DistributionJson::from).collect(),
        });
        GateJson {
            paired: gate.luck == Luck::Shared,
            replications_before: gate.replications.0,
            replications_now: gate.replications.1,
            profiles: profiles.collect(),
        }
    }
}

impl From<&Cause> for CauseJson {
    fn from(cause: &Cause) -> CauseJson {
        let (what, before, now) = match cause {
            Cause::Scenario { before, now } => ("scenario", before.clone(), now.clone()),
            Cause::ModelVersion { before, now } => ("model_version", before.to_string(), now.to_string()),
            Cause::Seed { before, now } => ("seed", before.to_string(), now.to_string()),
            Cause::TimeZones { before, now } => ("time_zones", before.clone(), now.clone()),
            Cause::Metrics(names) => ("metrics", names.join(" "), String::new()),
        };
        CauseJson { what, before, now }
    }
}

impl<'a> From<&'a First> for FirstJson<'a> {
    fn from(first: &'a First) -> FirstJson<'a> {
        let values = first.metrics.iter();
        FirstJson {
            replication: first.replication,
            profile: &first.profile,
            metrics: values.map(|(metric, before, now)| Values { metric, before: finite(*before), now: finite(*now) }).collect(),
            robot: first.robot.as_ref().map(|robot| Robot {
                replication: robot.replication,
                profile: &robot.profile,
                job: &robot.job,
                turn: robot.turn,
                cohort: &robot.cohort,
                robot: &robot.robot,
                event: robot.event.as_ref().map(|event| event.name),
                before: robot.event.as_ref().map(|event| event.before.as_str()),
                now: robot.event.as_ref().map(|event| event.now.as_str()),
            }),
        }
    }
}

impl<'a> From<&'a Comparison> for Exact<'a> {
    fn from(exact: &'a Comparison) -> Exact<'a> {
        let differing = exact.differing.iter();
        Exact {
            same: exact.is_same(),
            replications: exact.replications,
            causes: exact.causes.iter().map(CauseJson::from).collect(),
            differing: differing.map(|(profile, n)| Differing { profile, replications: *n }).collect(),
            profiles_gone: &exact.gone,
            profiles_new: &exact.new,
            first: exact.first.as_ref().map(FirstJson::from),
        }
    }
}

/// The answer of a check; `command` makes it again.
pub fn check_json(all: &[Checked], statistical: bool, command: &str) -> String {
    let scenarios = all.iter().map(|checked| Scenario {
        file: &checked.file,
        scenario: &checked.scenario,
        scenario_hash: &checked.scenario_hash,
        seed: checked.seed,
        replications: checked.replications,
        verdict: checked.amount().name(),
        exact: checked.exact.as_ref().map(Exact::from),
        gate: checked.gate.as_ref().map(GateJson::from),
        expectations: checked.expectations.iter().map(ExpectationJson::from).collect(),
    });
    pretty(&Answer {
        rollcast: env!("CARGO_PKG_VERSION"),
        model_version: crate::sim::MODEL_VERSION,
        confidence: LEVEL,
        statistical,
        command,
        scenarios: scenarios.collect(),
    })
}
