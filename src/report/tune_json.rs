//! A tuning as JSON: what was asked, what was chosen and why, and how far it can be trusted.

use serde::Serialize;

use crate::report::json::{PrecisionSummary, Provenance, Statistic, pretty};
use crate::study::limit::{Assessment, Limit};
use crate::study::tune::{Answer, Blocked, Choice, Pareto, Price, Relaxation, Sheet, Trial, Tuned, Varied};

#[derive(Serialize)]
struct Summary<'a> {
    provenance: &'a Provenance,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    objective: Objective,
    confidence: f64,
    limits: Vec<LimitSummary<'a>>,
    profiles: Vec<&'a str>,
    /// Of both axes.
    percentages: &'a [u8],
    vary: &'a [String],
    /// The profile whose broken robots the front compares.
    front_profile: &'a str,
    front: Vec<Setting<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Chosen<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<InTheWay<'a>>,
    /// The service's sample setting.
    sample: Option<Played<'a>>,
    /// Null if it was interrupted.
    trials: Option<TrialsSummary<'a>>,
}

#[derive(Serialize)]
struct Objective {
    direction: &'static str,
    measure: String,
}

#[derive(Serialize)]
struct LimitSummary<'a> {
    text: &'a str,
    profile: &'a str,
    measure: &'a str,
    op: &'static str,
    /// In the unit of the metric.
    bound: f64,
}

#[derive(Serialize)]
struct Setting<'a> {
    concurrent_deployment_percentage: u8,
    failure_threshold_percentage: u8,
    window: Option<u32>,
    /// Null if there are not enough robots for it.
    failures_to_stop: Option<u32>,
    /// By knob of `vary`; empty for the file's own values.
    values: &'a [String],
}

#[derive(Serialize)]
struct Assessed {
    value: Option<f64>,
    assured: Option<f64>,
    verdict: &'static str,
}

impl From<&Assessment> for Assessed {
    fn from(assessment: &Assessment) -> Assessed {
        let finite = |x: f64| x.is_finite().then_some(x);
        Assessed {
            value: finite(assessment.value),
            assured: assessment.assured.and_then(finite),
            verdict: assessment.verdict.name(),
        }
    }
}

/// A setting and what came of it.
#[derive(Serialize)]
struct Played<'a> {
    setting: Setting<'a>,
    objective: Statistic,
    limits: Vec<Assessed>,
    pareto: Option<&'static str>,
}

#[derive(Serialize)]
struct Chosen<'a> {
    #[serde(flatten)]
    played: Played<'a>,
    deployment_config: DeploymentConfig,
    feasible_count: usize,
    tied_count: usize,
    /// At the chosen concurrency, the thresholds that do as well.
    thresholds: (u8, u8),
    runners_up: Vec<Runner<'a>>,
    prices: Vec<PriceSummary<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeploymentConfig {
    concurrent_deployment_percentage: u8,
    failure_threshold_percentage: u8,
    robot_deployment_timeout_in_seconds: u64,
}

#[derive(Serialize)]
struct Runner<'a> {
    tied: bool,
    #[serde(flatten)]
    played: Played<'a>,
}

#[derive(Serialize)]
struct PriceSummary<'a> {
    limit: &'a str,
    noticed: bool,
    without: Played<'a>,
    relaxation: Option<Relaxed<'a>>,
}

#[derive(Serialize)]
struct Relaxed<'a> {
    limit: String,
    bound: f64,
    best: Played<'a>,
}

#[derive(Serialize)]
struct InTheWay<'a> {
    limits: Vec<LimitInTheWay<'a>>,
    nearest: Played<'a>,
    objective_never_comes: bool,
}

#[derive(Serialize)]
struct LimitInTheWay<'a> {
    limit: &'a str,
    met_by_count: usize,
    nearest: Played<'a>,
    without: Option<Played<'a>>,
}

#[derive(Serialize)]
struct TrialsSummary<'a> {
    first_replication: u64,
    replications: u64,
    fresh: Vec<Fresh<'a>>,
    varied: Vec<VariedSummary<'a>>,
}

#[derive(Serialize)]
struct Fresh<'a> {
    setting: Setting<'a>,
    objective: Statistic,
    limits: Vec<Assessed>,
}

#[derive(Serialize)]
struct VariedSummary<'a> {
    changed: &'a str,
    is_rule: bool,
    replications: u64,
    objective: Statistic,
    limits: Vec<Assessed>,
}

/// `tune.json`.
pub fn tune_json(provenance: &Provenance, tuned: &Tuned) -> String {
    let tuning = &tuned.tuning;
    let aim = tuning.aim;
    let (chosen, blocked) = match &tuned.answer {
        Answer::Chosen(choice, prices) => (Some(chosen(tuned, choice, prices)), None),
        Answer::Blocked(blocked) => (None, Some(in_the_way(tuned, blocked))),
    };
    let on_front = |which: &usize| tuned.walk.same_as[*which] == *which && tuned.pareto[*which] == Some(Pareto::Front);
    let trials = tuned.trials.as_ref().map(|trials| TrialsSummary {
        first_replication: trials.first,
        replications: trials.replications,
        fresh: tuned.tried.iter().zip(&trials.fresh).map(|(which, trial)| fresh(tuned, *which, trial)).collect(),
        varied: trials.varied.iter().map(varied).collect(),
    });
    pretty(&Summary {
        provenance,
        precision: tuned.attained.as_ref().map(PrecisionSummary::from),
        objective: Objective { direction: aim.direction.name(), measure: aim.objective.name() },
        confidence: aim.confidence,
        limits: aim.limits.iter().map(|limit| limit_summary(tuned, limit)).collect(),
        profiles: tuning.profiles().iter().map(|which| tuning.scenario.profiles[*which].name.as_str()).collect(),
        percentages: &tuning.percentages,
        vary: &tuning.knobs,
        front_profile: &tuned.walk.worst,
        front: (0..tuning.on_axes()).filter(on_front).map(|which| setting(tuned, which)).collect(),
        chosen,
        blocked,
        sample: tuned.walk.sheets[tuning.sample()].as_ref().map(|sheet| sheet_of(tuned, tuning.sample(), sheet)),
        trials,
    })
}

fn limit_summary<'a>(tuned: &Tuned, limit: &'a Limit) -> LimitSummary<'a> {
    LimitSummary {
        text: &limit.text,
        profile: &limit.measure.profile,
        measure: &limit.measure.written,
        op: limit.op.sign(),
        bound: limit.bound.of(tuned.tuning.robots(&limit.measure.profile)),
    }
}

fn setting<'a>(tuned: &'a Tuned, which: usize) -> Setting<'a> {
    let tuning = &tuned.tuning;
    let setting = &tuning.settings[which];
    let robots = tuning.in_robots(which);
    Setting {
        concurrent_deployment_percentage: setting.concurrent_deployment_percentage,
        failure_threshold_percentage: setting.failure_threshold_percentage,
        window: robots.map(|robots| robots.window),
        failures_to_stop: robots.and_then(|robots| robots.failures_to_stop),
        values: setting.combination.map_or(&[], |combination| &tuning.combinations[combination].values),
    }
}

fn played<'a>(tuned: &'a Tuned, which: usize) -> Played<'a> {
    sheet_of(tuned, which, tuned.walk.sheet(which))
}

fn sheet_of<'a>(tuned: &'a Tuned, which: usize, sheet: &Sheet) -> Played<'a> {
    Played {
        setting: setting(tuned, which),
        objective: Statistic::from(sheet.objective),
        limits: sheet.limits.iter().map(Assessed::from).collect(),
        pareto: tuned.pareto[which].map(Pareto::name),
    }
}

fn chosen<'a>(tuned: &'a Tuned, choice: &Choice, prices: &[Price]) -> Chosen<'a> {
    let rules = tuned.tuning.rules(choice.best);
    let prices = tuned.tuning.aim.limits.iter().zip(prices);
    Chosen {
        played: played(tuned, choice.best),
        deployment_config: DeploymentConfig {
            concurrent_deployment_percentage: rules.concurrent_deployment_percentage,
            failure_threshold_percentage: rules.failure_threshold_percentage,
            robot_deployment_timeout_in_seconds: rules.robot_deployment_timeout.div_ceil(1000),
        },
        feasible_count: choice.feasible,
        tied_count: choice.tied.len(),
        thresholds: choice.thresholds,
        runners_up: choice.runners.iter().map(|(which, tied)| Runner { tied: *tied, played: played(tuned, *which) }).collect(),
        prices: prices.map(|(limit, price)| price_summary(tuned, limit, price)).collect(),
    }
}

fn price_summary<'a>(tuned: &'a Tuned, limit: &'a Limit, price: &Price) -> PriceSummary<'a> {
    let n = tuned.tuning.robots(&limit.measure.profile);
    let relaxed = |Relaxation { setting, bound }: Relaxation| Relaxed {
        limit: limit.with_bound(bound, n),
        bound,
        best: played(tuned, setting),
    };
    PriceSummary {
        limit: &limit.text,
        noticed: price.noticed,
        without: played(tuned, price.without),
        relaxation: price.relaxation.map(relaxed),
    }
}

fn in_the_way<'a>(tuned: &'a Tuned, blocked: &Blocked) -> InTheWay<'a> {
    let limits = tuned.tuning.aim.limits.iter().enumerate().map(|(which, limit)| LimitInTheWay {
        limit: &limit.text,
        met_by_count: blocked.met_by[which],
        nearest: played(tuned, blocked.nearest_to[which]),
        without: blocked.without[which].map(|without| played(tuned, without)),
    });
    InTheWay { limits: limits.collect(), nearest: played(tuned, blocked.nearest), objective_never_comes: blocked.never_comes }
}

fn fresh<'a>(tuned: &'a Tuned, which: usize, trial: &Trial) -> Fresh<'a> {
    Fresh {
        setting: setting(tuned, which),
        objective: Statistic::from(trial.objective),
        limits: trial.limits.iter().map(Assessed::from).collect(),
    }
}

fn varied(varied: &Varied) -> VariedSummary<'_> {
    VariedSummary {
        changed: &varied.name,
        is_rule: varied.is_rule,
        replications: varied.replications,
        objective: Statistic::from(varied.trial.objective),
        limits: varied.trial.limits.iter().map(Assessed::from).collect(),
    }
}
