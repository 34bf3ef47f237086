//! A check as JSON, for other programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::compare::DifferenceJson;
use crate::report::expect::ExpectationJson;
use crate::report::json::{finite, is_false, never, pretty};
use crate::report::schema::{nullable, schema};
use crate::stats::LEVEL;
use crate::study::check::{
    Amount, Baseline, Cause, Checked, Distribution, ExactComparison, First, Gate, GateVerdict,
    Gated, events,
};
use crate::study::{Compared, Direction, Luck, Verdict, statistic_name};

/// What `rollcast check --format json` prints.
#[derive(JsonSchema, Serialize)]
struct Answer<'a> {
    /// The program's version.
    rollcast: &'static str,
    /// Rises with every change that gives other numbers for the same scenario and seed.
    model_version: u32,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Whether `--statistical` was given.
    statistical: bool,
    /// The command that makes the answer again.
    command: &'a str,
    /// In the order in which they were named.
    scenarios: Vec<Scenario<'a>>,
}

/// A scenario that was checked.
#[derive(JsonSchema, Serialize)]
struct Scenario<'a> {
    /// Its path.
    file: &'a str,
    /// Its name.
    scenario: &'a str,
    /// Its hash.
    scenario_hash: &'a str,
    /// Of every random number.
    seed: u64,
    /// Replications played.
    replications: u64,
    /// Everything together.
    #[schemars(extend("enum" = Amount::ALL.map(Amount::name)))]
    verdict: &'static str,
    /// How it compares with its baseline, byte by byte; null for a new scenario.
    exact: Option<Exact<'a>>,
    /// How it compares by the statistics of the gate; null where it was not asked for or nothing differs.
    gate: Option<GateJson<'a>>,
    /// What the scenario expects.
    expectations: Vec<ExpectationJson<'a>>,
}

/// What differs from the baseline.
#[derive(JsonSchema, Serialize)]
struct Exact<'a> {
    /// Whether nothing does.
    same: bool,
    /// Replications compared.
    replications: u64,
    /// What the scenario or the program has otherwise than the baseline.
    causes: Vec<CauseJson>,
    /// Profiles with replications that differ.
    differing: Vec<Differing<'a>>,
    /// Profiles that only the baseline has.
    profiles_gone: &'a [String],
    /// Profiles that the baseline has not.
    profiles_new: &'a [String],
    /// The first replication that differs; null if none does.
    first: Option<FirstJson<'a>>,
}

/// What is otherwise.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Cause")]
struct CauseJson {
    /// Of what.
    #[schemars(extend("enum" = ["scenario", "model_version", "seed", "time_zones", "metrics"]))]
    what: &'static str,
    /// In the baseline.
    before: String,
    /// Now; empty for metrics that this version does not know.
    now: String,
}

/// A profile with replications that differ.
#[derive(JsonSchema, Serialize)]
struct Differing<'a> {
    /// The profile.
    profile: &'a str,
    /// How many do.
    replications: u64,
}

/// The first replication that differs.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "First")]
struct FirstJson<'a> {
    /// Counted from 0.
    replication: u64,
    /// The profile.
    profile: &'a str,
    /// Metrics that differ in it, of those that the baseline keeps.
    metrics: Vec<Values<'a>>,
    /// The first robot that differs, in the first replication of which the baseline has robots; null where it shows none.
    robot: Option<Robot<'a>>,
}

/// A metric in that replication.
#[derive(JsonSchema, Serialize)]
struct Values<'a> {
    /// Its name.
    metric: &'a str,
    /// In the baseline, in the metric's unit; null for a time that never came.
    before: Option<f64>,
    /// True where it never came; else left out.
    #[serde(skip_serializing_if = "is_false")]
    before_never: bool,
    /// What it is now; null for a time that never comes.
    now: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    now_never: bool,
}

/// A robot that differs.
#[derive(JsonSchema, Serialize)]
struct Robot<'a> {
    /// Counted from 0.
    replication: u64,
    /// The profile.
    profile: &'a str,
    /// `main`, or a job of a campaign.
    job: &'a str,
    /// Its place in the start order.
    turn: u64,
    /// Its cohort.
    cohort: &'a str,
    /// Its index in the cohort.
    robot: &'a str,
    /// The first event that differs; null where the baseline keeps no events of the robot.
    #[schemars(extend("enum" = nullable(&events())))]
    event: Option<&'static str>,
    /// In the baseline: a time in seconds, or a word; null as the event.
    before: Option<&'a str>,
    /// Now; null as the event.
    now: Option<&'a str>,
}

/// The gate.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Gate")]
struct GateJson<'a> {
    /// Whether baseline and scenario used the same random numbers.
    paired: bool,
    /// Of the baseline.
    replications_before: u64,
    /// Played now.
    replications_now: u64,
    /// Those that both have.
    profiles: Vec<Profile<'a>>,
}

/// A profile at the gate.
#[derive(JsonSchema, Serialize)]
struct Profile<'a> {
    /// The profile.
    profile: &'a str,
    /// The statistics that decide.
    gate: Vec<GatedJson>,
    /// All other statistics, adjusted by Benjamini and Hochberg; they decide nothing.
    report: Vec<Reported>,
    /// Of metrics that are numbers or times, by Kolmogorov and Smirnov; they decide nothing.
    distributions: Vec<DistributionJson>,
}

/// A statistic that decides.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Gated")]
struct GatedJson {
    /// As `metric.stat`.
    statistic: String,
    /// What became of it.
    #[schemars(extend("enum" = GateVerdict::ALL.map(GateVerdict::name)))]
    standing: &'static str,
    /// Which way it is better here.
    #[schemars(extend("enum" = [Direction::Lower, Direction::Higher, Direction::Neither].map(direction)))]
    better: &'static str,
    /// The baseline's value, in the metric's unit; null where there is none. Of a time that never comes the share that never does is judged.
    before: Option<f64>,
    /// The value now; null where there is none.
    now: Option<f64>,
    #[serde(flatten)]
    difference: DifferenceJson,
    /// The largest difference that does not matter; null where it is a share of nothing.
    margin: Option<f64>,
    /// Of a difference within the margin, adjusted by Holm's procedure over the gate.
    #[schemars(range(min = 0, max = 1))]
    p_holm: f64,
    /// About how many replications would decide what is inconclusive; null if that is not a matter of their number.
    replications_to_decide: Option<u64>,
}

/// A statistic that decides nothing.
#[derive(JsonSchema, Serialize)]
struct Reported {
    /// As `metric.stat`.
    statistic: String,
    /// What the difference amounts to.
    #[schemars(extend("enum" = Verdict::ALL.map(Verdict::name)))]
    verdict: &'static str,
    /// The baseline's value, in the metric's unit; null where there is none, and where it never comes.
    before: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    before_never: bool,
    /// The value now; null where there is none, and where it never comes.
    now: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    now_never: bool,
    #[serde(flatten)]
    difference: DifferenceJson,
    /// Of no difference, adjusted by the procedure of Benjamini and Hochberg.
    #[schemars(range(min = 0, max = 1))]
    p_bh: Option<f64>,
}

/// A metric's distribution before and now, by the test of Kolmogorov and Smirnov.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Distribution")]
struct DistributionJson {
    /// The metric.
    metric: &'static str,
    /// The most that the shares of replications up to a value differ.
    #[schemars(range(min = 0, max = 1))]
    distance: f64,
    /// Of so great a distance if both had one distribution.
    #[schemars(range(min = 0, max = 1))]
    p_value: f64,
    /// The p-value adjusted by the procedure of Benjamini and Hochberg.
    #[schemars(range(min = 0, max = 1))]
    p_bh: f64,
    /// Whether the distribution differs though neither mean nor median is known to.
    warning: bool,
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Lower => "lower",
        Direction::Higher => "higher",
        Direction::Neither => "neither",
    }
}

impl<'a> Values<'a> {
    fn of(metric: &'a str, before: f64, now: f64) -> Values<'a> {
        let (before_never, now_never) = (never(before), never(now));
        Values {
            metric,
            before: finite(before),
            before_never,
            now: finite(now),
            now_never,
        }
    }
}

impl From<&Gated> for GatedJson {
    fn from(gated: &Gated) -> GatedJson {
        let row = &gated.compared;
        GatedJson {
            statistic: statistic_name(row.metric.name, row.statistic),
            standing: gated.standing.name(),
            better: direction(gated.direction),
            before: finite(row.a),
            now: finite(row.b),
            difference: DifferenceJson::from(row),
            margin: finite(row.margin),
            p_holm: gated.p_holm,
            replications_to_decide: gated.standing.replications_to_decide(),
        }
    }
}

impl From<&Compared> for Reported {
    fn from(row: &Compared) -> Reported {
        Reported {
            statistic: statistic_name(row.metric.name, row.statistic),
            verdict: row.verdict.name(),
            before: finite(row.a),
            before_never: never(row.a),
            now: finite(row.b),
            now_never: never(row.b),
            difference: DifferenceJson::from(row),
            p_bh: row.p_bh,
        }
    }
}

impl From<&Distribution> for DistributionJson {
    fn from(it: &Distribution) -> DistributionJson {
        let Distribution {
            metric,
            distance,
            p_value,
            p_bh,
            is_hidden,
        } = *it;
        DistributionJson {
            metric: metric.name,
            distance,
            p_value,
            p_bh,
            warning: is_hidden,
        }
    }
}

impl<'a> From<&'a Gate> for GateJson<'a> {
    fn from(gate: &'a Gate) -> GateJson<'a> {
        let profiles = gate.profiles.iter().map(|profile| Profile {
            profile: &profile.name,
            gate: profile.gate.iter().map(GatedJson::from).collect(),
            report: profile.report.iter().map(Reported::from).collect(),
            distributions: profile
                .distributions
                .iter()
                .map(DistributionJson::from)
                .collect(),
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
            Cause::ModelVersion { before, now } => {
                ("model_version", before.to_string(), now.to_string())
            }
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
            metrics: values
                .map(|(metric, before, now)| Values::of(metric, *before, *now))
                .collect(),
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

impl<'a> From<&'a ExactComparison> for Exact<'a> {
    fn from(exact: &'a ExactComparison) -> Exact<'a> {
        let differing = exact.differing.iter();
        Exact {
            same: exact.is_same(),
            replications: exact.replications,
            causes: exact.causes.iter().map(CauseJson::from).collect(),
            differing: differing
                .map(|(profile, n)| Differing {
                    profile,
                    replications: *n,
                })
                .collect(),
            profiles_gone: &exact.gone,
            profiles_new: &exact.new,
            first: exact.first.as_ref().map(FirstJson::from),
        }
    }
}

/// The schema of the answer of a check.
pub fn check_schema() -> serde_json::Value {
    schema::<Answer>("rollcast check")
}

/// The schema of a baseline.
pub fn baseline_schema() -> serde_json::Value {
    schema::<Baseline>("rollcast baseline")
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
        expectations: checked
            .expectations
            .iter()
            .map(ExpectationJson::from)
            .collect(),
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
