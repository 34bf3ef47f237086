//! Reading the rollout rules.

use crate::model::{FLEET_TIMEOUT_MAX_MS, FailureCode, JobFault, ROBOT_TIMEOUT_MAX_MS, ROBOT_TIMEOUT_MIN_MS};
use crate::random::Law;
use crate::rollout::{Breach, DeploymentConfig, OnStop, Pacing, RoboMaker, Rounding};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::law::law;
use crate::scenario::names::Names;
use crate::scenario::order::order;
use crate::scenario::reader::{Reading, Section, did_you_mean, rounded};
use crate::scenario::tree::{self, Node, list};
use crate::units::{Quantity, duration};

/// The longest Pending and Preparing on average: a day.
const PREPARING_MAX_MS: f64 = 86_400_000.0;

/// The rules, and the law of Pending and Preparing together.
#[derive(Clone)]
pub struct Rollout {
    pub rules: RoboMaker,
    /// [ms]
    pub preparing: Law,
}

/// As in the service's samples.
impl Default for Rollout {
    fn default() -> Rollout {
        let preparing = Law::constant(7_000.0).expect("a bug: seven seconds are a law");
        Rollout { rules: RoboMaker::default(), preparing }
    }
}

/// Reads `[rollout.robomaker]`; all of it has defaults.
pub fn rollout(reading: &mut Reading, root: &mut Section, cohorts: &Names) -> Option<Rollout> {
    let Some(node) = root.get("rollout") else { return Some(Rollout::default()) };
    let mut section = reading.section(node, "rollout")?;
    let rollout = match section.get("robomaker") {
        Some(node) => robomaker(reading, node, cohorts),
        None => Some(Rollout::default()),
    };
    section.finish(reading);
    rollout
}

fn robomaker(reading: &mut Reading, node: &Node, cohorts: &Names) -> Option<Rollout> {
    let mut section = reading.section(node, "rollout.robomaker")?;
    let Rollout { mut rules, mut preparing } = Rollout::default();
    let config = deployment_config(reading, &mut section);
    let mut sound = config.is_some();
    rules = config.unwrap_or_default().over(&rules);
    sound &= field(&mut rules.fleet_timeout, section.get("fleet_timeout"), |node| {
        reading.duration(node, "`fleet_timeout`", ROBOT_TIMEOUT_MIN_MS..=FLEET_TIMEOUT_MAX_MS)
    });
    sound &= field(&mut rules.cancel, section.get("cancel"), |node| {
        reading.duration(node, "`cancel`", 0..=FLEET_TIMEOUT_MAX_MS).map(Some)
    });
    sound &= field(&mut preparing, section.get("preparing"), |node| preparing_law(reading, node));
    sound &= field(&mut rules.rounding, section.get("rounding"), |node| {
        reading.choice(node, "`rounding`", &[("floor", Rounding::Floor), ("ceil", Rounding::Ceil)])
    });
    sound &= field(&mut rules.pacing, section.get("pacing"), |node| {
        reading.choice(node, "`pacing`", &[("sliding", Pacing::Sliding), ("batches", Pacing::Batches)])
    });
    sound &= field(&mut rules.order, section.get("order"), |node| order(reading, node, cohorts));
    sound &= field(&mut rules.breach, section.get("breach"), |node| {
        reading.choice(node, "`breach`", &[("reach", Breach::Reach), ("exceed", Breach::Exceed)])
    });
    sound &= field(&mut rules.on_stop, section.get("on_stop"), |node| {
        reading.choice(node, "`on_stop`", &[("drain", OnStop::Drain), ("abort", OnStop::Abort)])
    });
    sound &= field(&mut rules.job_faults, section.get("job_faults"), |node| job_faults(reading, node));
    section.finish(reading);
    let rollout = sound.then_some(Rollout { rules, preparing })?;
    robots_can_start(reading, node, &rollout).then_some(rollout)
}

/// Reads what is given of the service's deploymentConfig; `None` if some of it could not be read.
pub fn deployment_config(reading: &mut Reading, section: &mut Section) -> Option<DeploymentConfig> {
    let mut config = DeploymentConfig::default();
    let mut sound = true;
    sound &= field(&mut config.concurrent_deployment_percentage, section.get("concurrent_deployment_percentage"), |node| {
        reading.integer(node, "`concurrent_deployment_percentage`", 1..=100).map(|percent| Some(percent as u8))
    });
    sound &= field(&mut config.failure_threshold_percentage, section.get("failure_threshold_percentage"), |node| {
        reading.integer(node, "`failure_threshold_percentage`", 1..=100).map(|percent| Some(percent as u8))
    });
    sound &= field(&mut config.robot_deployment_timeout, section.get("robot_deployment_timeout"), |node| {
        reading.duration(node, "`robot_deployment_timeout`", ROBOT_TIMEOUT_MIN_MS..=ROBOT_TIMEOUT_MAX_MS).map(Some)
    });
    sound.then_some(config)
}

fn preparing_law(reading: &mut Reading, node: &Node) -> Option<Law> {
    let law = law(reading, node, "preparing", Quantity::Duration)?;
    if law.mean() <= PREPARING_MAX_MS {
        return Some(law);
    }
    let on_average = if law.as_constant().is_some() { "" } else { " on average" };
    let title = format!("`preparing` must last at most {}{on_average}", duration(PREPARING_MAX_MS));
    reading.problem(Diagnostic::error(title, &node.place, "too long"));
    None
}

/// Whether the job outlives its preparation; warns where a cancel comes too early for any robot, or too late for the job.
fn robots_can_start(reading: &mut Reading, node: &Node, Rollout { rules, preparing }: &Rollout) -> bool {
    let given = |key: &str| tree::get(node, &[key.to_owned()]).map(|node| &node.place);
    let at = |key| given(key).unwrap_or(&node.place);
    let beside = |diagnostic: Diagnostic, key, label| match given(key) {
        Some(place) => diagnostic.other(place, label),
        None => diagnostic,
    };
    let preparing_least = preparing.support_min();
    if let Some(cancel) = rules.cancel {
        if (cancel as f64) < preparing_least {
            let diagnostic = Diagnostic::warning("the job is canceled while it prepares", at("cancel"), "no robot starts");
            reading.problem(beside(diagnostic, "preparing", "longer than that"));
        } else if cancel > rules.fleet_timeout {
            let title = "`cancel` comes after `fleet_timeout`";
            let diagnostic = Diagnostic::warning(title, at("cancel"), "it has no effect");
            reading.problem(beside(diagnostic, "fleet_timeout", "the job is over by then"));
        }
    }
    if preparing_least >= rules.fleet_timeout as f64 {
        let title = "`preparing` must be shorter than `fleet_timeout`";
        let diagnostic = Diagnostic::error(title, at("preparing"), "no robot could start");
        reading.problem(beside(diagnostic, "fleet_timeout", "the job is over by then"));
        return false;
    }
    true
}

/// Overwrites a default with what the file says; whether it could be read.
pub fn field<T>(target: &mut T, node: Option<&Node>, read: impl FnOnce(&Node) -> Option<T>) -> bool {
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
    let names: Vec<&str> = FailureCode::ALL.iter().filter(|code| code.strikes_job()).map(|code| code.name()).collect();
    let section = reading.section_or(node, "job_faults", || "write job_faults = { InternalServerError = 0.001 }")?;
    let mut sound = true;
    let mut faults = Vec::new();
    for entry in &section.table.0 {
        let known = FailureCode::from_name(&entry.key);
        let code = known.filter(|code| code.strikes_job());
        if code.is_none() {
            let title = format!("`{}` is not a fault of a job", entry.key);
            let (label, help) = match known {
                Some(code) => ("this code cannot be set here".to_owned(), format!("it arises from {}", code.arises_from())),
                None => (did_you_mean(&entry.key, &names), format!("the faults of a job are {}", list(&names))),
            };
            reading.problem(Diagnostic::error(title, &entry.key_place, label).help(help));
        }
        let probability = reading.share(&entry.node, &format!("the probability of `{}`", entry.key));
        match (code, probability) {
            (Some(code), Some(probability)) => faults.push(JobFault { code, probability }),
            _ => sound = false,
        }
    }
    let sum: f64 = faults.iter().map(|fault| fault.probability).sum();
    if sum > 1.0 {
        let title = "the probabilities of `job_faults` add up to more than 1";
        reading.problem(Diagnostic::error(title, &node.place, format!("these add up to {}", rounded(sum))));
        sound = false;
    }
    faults.sort_by_key(|fault| fault.code);
    sound.then_some(faults)
}
