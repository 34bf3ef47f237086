//! A tuning as JSON: what was asked, what was chosen and why, and how far it can be trusted.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::{PrecisionSummary, StatisticJson, finite, is_false, never, pretty};
use crate::report::levels::{LevelsJson, RobotsJson, SameLevelsJson};
use crate::report::provenance::Provenance;
use crate::report::robomaker::{PastedConfig, of_robomaker};
use crate::report::schema::{nullable, schema};
use crate::report::tune::words::is_exact;
use crate::scenario::Direction;
use crate::study::limit::{Assessment, Limit, Op, Verdict};
use crate::study::tune::{
    Answer, Blocked, Choice, Pareto, Price, Relaxation, Sheet, Trial, Tuned, Varied,
};

/// What came of `rollcast tune`: `tune.json`, and what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct Summary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// What is to be best.
    objective: Objective,
    /// With which each limit has to hold.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// In the order of the file.
    limits: Vec<LimitSummary<'a>>,
    /// Those that were played.
    profiles: Vec<&'a str>,
    /// Of both axes [%].
    percentages: &'a [u8],
    /// Further keys that were varied.
    vary: &'a [String],
    /// The profile whose broken robots the front compares.
    front_profile: &'a str,
    /// The Pareto front.
    front: Vec<Setting<'a>>,
    /// The best setting that meets the limits; left out if none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Chosen<'a>>,
    /// What is in the way; left out if a setting meets the limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<InTheWay<'a>>,
    /// RoboMaker's sample of 20 % and 25 %; null if it was not played.
    sample: Option<Played<'a>>,
    /// Settings played again on replications that had no say in the choice; null if it was interrupted.
    trials: Option<TrialsSummary<'a>>,
}

/// What is to be best.
#[derive(JsonSchema, Serialize)]
struct Objective {
    /// Which end is best.
    #[schemars(extend("enum" = Direction::ALL.map(Direction::name)))]
    direction: &'static str,
    /// The measure, with its profile unless that is the base.
    measure: String,
}

/// A limit.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Limit")]
struct LimitSummary<'a> {
    /// As the scenario has it.
    text: &'a str,
    /// The profile that it is of.
    profile: &'a str,
    /// What is limited.
    measure: &'a str,
    /// On which side.
    #[schemars(extend("enum" = Op::ALL.map(Op::sign)))]
    op: &'static str,
    /// In the unit of the metric.
    bound: f64,
}

/// A setting of the percentages and the further keys.
#[derive(JsonSchema, Serialize)]
struct Setting<'a> {
    #[serde(flatten)]
    levels: LevelsJson,
    #[serde(flatten)]
    same: SameLevelsJson,
    #[serde(flatten)]
    robots: RobotsJson,
    /// By key of `vary`; empty for the file's own values.
    values: &'a [String],
}

/// What the replications say of a limit.
#[derive(JsonSchema, Serialize)]
struct Assessed {
    /// The value of its measure, in the unit of the metric; null for what never comes.
    value: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    value_never: bool,
    /// What it is with the limit's confidence: at most this for `<=`, at least this for `>=`; null where there is no such bound, and where
    /// it never comes.
    assured: Option<f64>,
    /// True where that is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    assured_never: bool,
    /// Whether the limit holds.
    #[schemars(extend("enum" = Verdict::ALL.map(Verdict::name)))]
    verdict: &'static str,
    /// Whether the value was computed, not simulated.
    exact: bool,
}

/// What is said of the limits, in their order.
fn assessed(tuned: &Tuned, limits: &[Assessment]) -> Vec<Assessed> {
    let limits = tuned.tuning.aim.limits.iter().zip(limits);
    let assessed = limits.map(|(limit, assessment)| Assessed {
        value: finite(assessment.value),
        value_never: never(assessment.value),
        assured: assessment.assured.and_then(finite),
        assured_never: assessment.assured.is_some_and(never),
        verdict: assessment.verdict.name(),
        exact: is_exact(&limit.measure, assessment),
    });
    assessed.collect()
}

/// A setting and what came of it.
#[derive(JsonSchema, Serialize)]
struct Played<'a> {
    /// The setting.
    setting: Setting<'a>,
    /// The objective's value, in the unit of its metric.
    objective: StatisticJson,
    /// In the order of the limits.
    limits: Vec<Assessed>,
    /// Where it stands; null where it is not compared.
    #[schemars(extend("enum" = nullable(&Pareto::ALL.map(Pareto::name))))]
    pareto: Option<&'static str>,
}

/// The setting that was chosen.
#[derive(JsonSchema, Serialize)]
struct Chosen<'a> {
    #[serde(flatten)]
    played: Played<'a>,
    /// To paste into CreateDeploymentJob.
    deployment_config: PastedConfig,
    /// Settings that meet the limits.
    feasible_count: usize,
    /// Of them, those that are not shown to be worse.
    tied_count: usize,
    /// At the chosen concurrency, the least and the greatest threshold that are not shown to be worse [%].
    thresholds: (u8, u8),
    /// The next best, of other concurrencies.
    runners_up: Vec<Runner<'a>>,
    /// What each limit costs, in the order of the limits.
    prices: Vec<PriceSummary<'a>>,
}

/// A runner-up.
#[derive(JsonSchema, Serialize)]
struct Runner<'a> {
    /// Whether it is not shown to be worse than the choice.
    tied: bool,
    #[serde(flatten)]
    played: Played<'a>,
}

/// What a limit costs.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Price")]
struct PriceSummary<'a> {
    /// The limit.
    limit: &'a str,
    /// Whether the objective is noticeably better without it.
    noticed: bool,
    /// The best setting without it.
    without: Played<'a>,
    /// The smallest change of the bound that would help; null if none does.
    relaxation: Option<Relaxed<'a>>,
}

/// A limit with another bound.
#[derive(JsonSchema, Serialize)]
struct Relaxed<'a> {
    /// The limit as one would write it.
    limit: String,
    /// In the unit of the metric.
    bound: f64,
    /// The best setting then.
    best: Played<'a>,
}

/// Why no setting meets the limits.
#[derive(JsonSchema, Serialize)]
struct InTheWay<'a> {
    /// In the order of the file.
    limits: Vec<LimitInTheWay<'a>>,
    /// The setting that comes nearest to all of them.
    nearest: Played<'a>,
    /// Whether the objective never comes, in any setting.
    objective_never_comes: bool,
}

/// A limit where no setting meets all of them.
#[derive(JsonSchema, Serialize)]
struct LimitInTheWay<'a> {
    /// The limit.
    limit: &'a str,
    /// Settings that meet it.
    met_by_count: usize,
    /// The setting that comes nearest to it.
    nearest: Played<'a>,
    /// The best setting without it; null if there is none.
    without: Option<Played<'a>>,
}

/// Trials on fresh replications.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Trials")]
struct TrialsSummary<'a> {
    /// The first of them, counted from 0.
    first_replication: u64,
    /// How many they are.
    replications: u64,
    /// Whether they show that the choice does not meet the limits.
    refutes_choice: bool,
    /// The choice, runners-up and the sample again; no sample if one of the others gives the same numbers of robots.
    fresh: Vec<Fresh<'a>>,
    /// The choice with rules read otherwise and with other rates.
    varied: Vec<VariedSummary<'a>>,
}

/// A setting played again.
#[derive(JsonSchema, Serialize)]
struct Fresh<'a> {
    /// The setting.
    setting: Setting<'a>,
    /// The objective's value, in the unit of its metric.
    objective: StatisticJson,
    /// In the order of the limits.
    limits: Vec<Assessed>,
}

/// The choice under another assumption.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Varied")]
struct VariedSummary<'a> {
    /// What is changed.
    changed: &'a str,
    /// Whether that is a rule, not a rate.
    is_rule: bool,
    /// Replications finished.
    replications: u64,
    /// The objective's value, in the unit of its metric.
    objective: StatisticJson,
    /// In the order of the limits.
    limits: Vec<Assessed>,
}

/// The schema of `tune.json`.
pub fn tune_schema() -> serde_json::Value {
    schema::<Summary>("rollcast tune")
}

/// `tune.json`.
pub fn tune_json(provenance: &Provenance, tuned: &Tuned) -> String {
    let tuning = &tuned.tuning;
    let aim = tuning.aim;
    let (chosen, blocked) = match &tuned.answer {
        Answer::Chosen(choice, prices) => (Some(chosen(tuned, choice, prices)), None),
        Answer::Blocked(blocked) => (None, Some(in_the_way(tuned, blocked))),
    };
    let front = (0..tuning.on_axes()).filter(|which| {
        tuned.walk.same_as[*which] == *which && tuned.pareto[*which] == Some(Pareto::Front)
    });
    let tried = tuned.tried.iter();
    let trials = tuned.trials.as_ref().map(|trials| TrialsSummary {
        first_replication: trials.first,
        replications: trials.replications,
        fresh: tried
            .zip(&trials.fresh)
            .map(|(which, trial)| fresh(tuned, *which, trial))
            .collect(),
        varied: trials.varied.iter().map(|it| varied(tuned, it)).collect(),
        refutes_choice: tuned.is_refuted(),
    });
    let limits = aim.limits.iter();
    let profiles = tuning.profiles();
    let profiles = profiles.iter();
    let sample = tuning.sample();
    pretty(&Summary {
        provenance,
        precision: tuned.attained.as_ref().map(PrecisionSummary::from),
        objective: Objective {
            direction: aim.direction.name(),
            measure: aim.objective.name(),
        },
        confidence: aim.confidence,
        limits: limits.map(|limit| limit_summary(tuned, limit)).collect(),
        profiles: profiles
            .map(|which| tuning.scenario.profiles[*which].name.as_str())
            .collect(),
        percentages: &tuning.percentages,
        vary: &tuning.knobs,
        front_profile: &tuned.walk.worst,
        front: front.map(|which| setting(tuned, which)).collect(),
        chosen,
        blocked,
        sample: tuned.walk.sheets[sample]
            .as_ref()
            .map(|sheet| sheet_of(tuned, sample, sheet)),
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
    Setting {
        levels: LevelsJson(setting.levels),
        same: SameLevelsJson {
            concurrency: setting.concurrency,
            threshold: setting.threshold,
        },
        robots: RobotsJson::from(tuning.in_robots(which)),
        values: setting
            .combination
            .map_or(&[], |combination| &tuning.combinations[combination].values),
    }
}

fn played<'a>(tuned: &'a Tuned, which: usize) -> Played<'a> {
    sheet_of(tuned, which, tuned.walk.sheet(which))
}

fn sheet_of<'a>(tuned: &'a Tuned, which: usize, sheet: &Sheet) -> Played<'a> {
    Played {
        setting: setting(tuned, which),
        objective: StatisticJson::from(sheet.objective),
        limits: assessed(tuned, &sheet.limits),
        pareto: tuned.pareto[which].map(Pareto::name),
    }
}

fn chosen<'a>(tuned: &'a Tuned, choice: &Choice, prices: &[Price]) -> Chosen<'a> {
    let rules = tuned.tuning.rules(choice.best);
    let prices = tuned.tuning.aim.limits.iter().zip(prices);
    Chosen {
        played: played(tuned, choice.best),
        deployment_config: PastedConfig::of(of_robomaker(&rules)),
        feasible_count: choice.feasible,
        tied_count: choice.tied.len(),
        thresholds: choice.thresholds,
        runners_up: choice
            .runners
            .iter()
            .map(|(which, tied)| Runner {
                tied: *tied,
                played: played(tuned, *which),
            })
            .collect(),
        prices: prices
            .map(|(limit, price)| price_summary(tuned, limit, price))
            .collect(),
    }
}

fn price_summary<'a>(tuned: &'a Tuned, limit: &'a Limit, price: &Price) -> PriceSummary<'a> {
    let n = tuned.tuning.robots(&limit.measure.profile);
    PriceSummary {
        limit: &limit.text,
        noticed: price.noticed,
        without: played(tuned, price.without),
        relaxation: price
            .relaxation
            .map(|Relaxation { setting, bound }| Relaxed {
                limit: limit.with_bound(bound, n),
                bound,
                best: played(tuned, setting),
            }),
    }
}

fn in_the_way<'a>(tuned: &'a Tuned, blocked: &Blocked) -> InTheWay<'a> {
    let limits = tuned
        .tuning
        .aim
        .limits
        .iter()
        .enumerate()
        .map(|(which, limit)| LimitInTheWay {
            limit: &limit.text,
            met_by_count: blocked.met_by[which],
            nearest: played(tuned, blocked.nearest_to[which]),
            without: blocked.without[which].map(|without| played(tuned, without)),
        });
    InTheWay {
        limits: limits.collect(),
        nearest: played(tuned, blocked.nearest),
        objective_never_comes: blocked.is_objective_open && blocked.is_refuted,
    }
}

fn fresh<'a>(tuned: &'a Tuned, which: usize, trial: &Trial) -> Fresh<'a> {
    Fresh {
        setting: setting(tuned, which),
        objective: StatisticJson::from(trial.objective),
        limits: assessed(tuned, &trial.limits),
    }
}

fn varied<'a>(tuned: &Tuned, varied: &'a Varied) -> VariedSummary<'a> {
    VariedSummary {
        changed: &varied.name,
        is_rule: varied.is_rule,
        replications: varied.replications,
        objective: StatisticJson::from(varied.trial.objective),
        limits: assessed(tuned, &varied.trial.limits),
    }
}
