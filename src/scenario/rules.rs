//! Reading the rollout rules: the table of the engine that a scenario names, key by key as the engine tells them.

use crate::key::{Key, Takes};
use crate::model::{FailureCode, JobFault};
use crate::random::Law;
use crate::rollout::{DeploymentConfig, ENGINES, EngineChoice, Given, RoboMaker, Rules};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::law::law;
use crate::scenario::names::Names;
use crate::scenario::order::order;
use crate::scenario::reader::{Reading, Section, rounded};
use crate::scenario::tree::{self, Node};
use crate::scenario::words::{did_you_mean, list};
use crate::units::{Quantity, duration};

/// The longest Pending and Preparing on average: a day.
const PREPARING_MAX_MS: f64 = 86_400_000.0;

/// The rules, and the law of what passes before a job's first starts.
#[derive(Clone)]
pub(super) struct Rollout {
    pub rules: Rules,
    /// [ms]
    pub preparing: Law,
}

impl Rollout {
    /// An engine's where the file says nothing.
    fn of(engine: &EngineChoice) -> Rollout {
        let preparing = engine
            .table
            .preparing()
            .and_then(Key::default)
            .unwrap_or("0s");
        let ms = Quantity::Duration
            .parse(preparing)
            .expect("a bug: a default that is no duration");
        Rollout {
            rules: (engine.default)(),
            preparing: Law::constant(ms).expect("a bug: a duration is no law"),
        }
    }
}

/// Reads `[rollout]`: the table of one engine; all of it has defaults.
pub(super) fn rollout(
    reading: &mut Reading,
    root: &mut Section,
    cohorts: &Names,
) -> Option<Rollout> {
    let Some(node) = root.get("rollout") else {
        return Some(Rollout::of(&ENGINES[0]));
    };
    let mut section = reading.section(node, "rollout")?;
    let mut named = ENGINES
        .iter()
        .filter_map(|engine| Some((engine, section.get(engine.table.name)?)));
    let first = named.next();
    let second = named.next();
    let rollout = match (first, second) {
        (Some((one, node)), Some((other, too))) => {
            let title = format!(
                "a rollout has the rules of one engine, and these are of `{}` and `{}`",
                one.table.name, other.table.name
            );
            reading.problem(
                Diagnostic::error(title, &too.place, "and this").other(&node.place, "this"),
            );
            None
        }
        (Some((engine, node)), None) => rules(reading, engine, node, cohorts),
        (None, _) => Some(Rollout::of(&ENGINES[0])),
    };
    section.finish(reading);
    rollout
}

fn rules(
    reading: &mut Reading,
    engine: &EngineChoice,
    node: &Node,
    cohorts: &Names,
) -> Option<Rollout> {
    let mut section = reading.section(node, &engine.table.path())?;
    let mut rollout = Rollout::of(engine);
    let mut sound = true;
    for key in engine.table.keys {
        let node = section.get(key.name);
        sound &= match key.takes {
            Takes::Law(_) => field(&mut rollout.preparing, node, |node| {
                preparing_law(reading, node)
            }),
            _ => node.is_none_or(|node| {
                let given = given(reading, key, node, cohorts);
                given
                    .map(|given| rollout.rules.take(key.name, given))
                    .is_some()
            }),
        };
    }
    section.finish(reading);
    let rollout = sound.then_some(rollout)?;
    robots_can_start(reading, node, &rollout).then_some(rollout)
}

/// What a key was given that is one of the rules'.
fn given(reading: &mut Reading, key: &Key, node: &Node, cohorts: &Names) -> Option<Given> {
    let what = key.quoted();
    match key.takes {
        Takes::Whole(..) => reading.integer(node, &what, key.range()).map(Given::Whole),
        Takes::Duration(..) => reading
            .duration(node, &what, key.range())
            .map(Given::Duration),
        Takes::Choice(words) => {
            let choices: Vec<(&str, usize)> = words.iter().copied().zip(0..).collect();
            reading.choice(node, &what, &choices).map(Given::Choice)
        }
        Takes::Order => order(reading, node, cohorts).map(Given::Order),
        Takes::JobFaults => job_faults(reading, node).map(Given::JobFaults),
        _ => unreachable!("a bug: an engine's rules take no such key as {what}"),
    }
}

/// Reads what is given of the service's deploymentConfig; `None` if some of it could not be read.
pub(super) fn deployment_config(
    reading: &mut Reading,
    section: &mut Section,
) -> Option<DeploymentConfig> {
    let mut config = DeploymentConfig::default();
    let mut sound = true;
    for key in RoboMaker::ENGINE
        .keys
        .iter()
        .filter(|key| DeploymentConfig::KEYS.contains(&key.name))
    {
        let Some(node) = section.get(key.name) else {
            continue;
        };
        match given(reading, key, node, &Names::of("cohort", None)) {
            Some(given) => config.take(key.name, given),
            None => sound = false,
        }
    }
    sound.then_some(config)
}

fn preparing_law(reading: &mut Reading, node: &Node) -> Option<Law> {
    let law = law(reading, node, "preparing", Quantity::Duration)?;
    if law.mean() <= PREPARING_MAX_MS {
        return Some(law);
    }
    let on_average = if law.as_constant().is_some() {
        ""
    } else {
        " on average"
    };
    let title = format!(
        "`preparing` must last at most {}{on_average}",
        duration(PREPARING_MAX_MS)
    );
    reading.problem(Diagnostic::error(title, &node.place, "too long"));
    None
}

/// Whether the job outlives its preparation; warns where a cancel comes too early for any robot, or too late for the job.
fn robots_can_start(
    reading: &mut Reading,
    node: &Node,
    Rollout { rules, preparing }: &Rollout,
) -> bool {
    let given = |key: &str| tree::get(node, &[key.to_owned()]).map(|node| &node.place);
    let at = |key| given(key).unwrap_or(&node.place);
    let beside = |diagnostic: Diagnostic, key, label| match given(key) {
        Some(place) => diagnostic.other(place, label),
        None => diagnostic,
    };
    let preparing_least = preparing.support_min();
    let (_, deadline) = rules.uncanceled().deadline();
    if let Some(cancel) = rules.cancel() {
        if (cancel as f64) < preparing_least {
            let diagnostic = Diagnostic::warning(
                "the job is canceled while it prepares",
                at("cancel"),
                "no robot starts",
            );
            reading.problem(beside(diagnostic, "preparing", "longer than that"));
        } else if cancel > deadline {
            let title = "`cancel` comes after `fleet_timeout`";
            let diagnostic = Diagnostic::warning(title, at("cancel"), "it has no effect");
            reading.problem(beside(
                diagnostic,
                "fleet_timeout",
                "the job is over by then",
            ));
        }
    }
    if preparing_least >= deadline as f64 {
        let title = "`preparing` must be shorter than `fleet_timeout`";
        let diagnostic = Diagnostic::error(title, at("preparing"), "no robot could start");
        reading.problem(beside(
            diagnostic,
            "fleet_timeout",
            "the job is over by then",
        ));
        return false;
    }
    true
}

/// Overwrites a default with what the file says; whether it could be read.
pub(super) fn field<T>(
    target: &mut T,
    node: Option<&Node>,
    read: impl FnOnce(&Node) -> Option<T>,
) -> bool {
    let Some(node) = node else { return true };
    match read(node) {
        Some(value) => {
            *target = value;
            true
        }
        None => false,
    }
}

fn job_faults(reading: &mut Reading, node: &Node) -> Option<Vec<JobFault>> {
    let names: Vec<&str> = FailureCode::ALL
        .iter()
        .filter(|code| code.strikes_job())
        .map(|code| code.name())
        .collect();
    let section = reading.section_or(
        node,
        "job_faults",
        || "write job_faults = { InternalServerError = 0.001 }",
    )?;
    let mut sound = true;
    let mut faults = Vec::new();
    for entry in &section.table.0 {
        let known = FailureCode::from_name(&entry.key);
        let code = known.filter(|code| code.strikes_job());
        if code.is_none() {
            let title = format!("`{}` is not a fault of a job", entry.key);
            let (label, help) = match known {
                Some(code) => (
                    "this code cannot be set here".to_owned(),
                    format!("it arises from {}", code.arises_from()),
                ),
                None => (
                    did_you_mean(&entry.key, &names),
                    format!("the faults of a job are {}", list(&names)),
                ),
            };
            reading.problem(Diagnostic::error(title, &entry.key_place, label).help(help));
        }
        let probability =
            reading.share(&entry.node, &format!("the probability of `{}`", entry.key));
        match (code, probability) {
            (Some(code), Some(probability)) => faults.push(JobFault { code, probability }),
            _ => sound = false,
        }
    }
    let sum: f64 = faults.iter().map(|fault| fault.probability).sum();
    if sum > 1.0 {
        let title = "the probabilities of `job_faults` add up to more than 1";
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            format!("these add up to {}", rounded(sum)),
        ));
        sound = false;
    }
    faults.sort_by_key(|fault| fault.code);
    sound.then_some(faults)
}
