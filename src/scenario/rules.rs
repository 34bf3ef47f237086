//! Reading the rollout rules.

use crate::model::{
    Breach, FLEET_TIMEOUT_MAX_MS, FailureCode, JobFault, OnStop, Order, ROBOT_TIMEOUT_MAX_MS, ROBOT_TIMEOUT_MIN_MS, RoboMaker,
    Rounding,
};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fleet::rounded;
use crate::scenario::reader::{Reading, Section, did_you_mean};
use crate::scenario::tree::{self, Node, list};

/// The longest Pending and Preparing: a day.
const PREPARING_MAX_MS: u64 = 86_400_000;

/// Reads `[rollout.robomaker]`; all of it has defaults.
pub fn rollout(reading: &mut Reading, root: &mut Section) -> Option<RoboMaker> {
    let Some(node) = root.get("rollout") else { return Some(RoboMaker::default()) };
    let mut section = reading.section(node, "rollout")?;
    let rules = match section.get("robomaker") {
        Some(node) => robomaker(reading, node),
        None => Some(RoboMaker::default()),
    };
    section.finish(reading);
    rules
}

fn robomaker(reading: &mut Reading, node: &Node) -> Option<RoboMaker> {
    let mut section = reading.section(node, "rollout.robomaker")?;
    let mut rules = RoboMaker::default();
    let mut sound = true;
    sound &= field(&mut rules.concurrent_deployment_percentage, section.get("concurrent_deployment_percentage"), |node| {
        reading.integer(node, "`concurrent_deployment_percentage`", 1..=100).map(|percent| percent as u8)
    });
    sound &= field(&mut rules.failure_threshold_percentage, section.get("failure_threshold_percentage"), |node| {
        reading.integer(node, "`failure_threshold_percentage`", 1..=100).map(|percent| percent as u8)
    });
    sound &= field(&mut rules.robot_deployment_timeout, section.get("robot_deployment_timeout"), |node| {
        reading.duration(node, "`robot_deployment_timeout`", ROBOT_TIMEOUT_MIN_MS..=ROBOT_TIMEOUT_MAX_MS)
    });
    sound &= field(&mut rules.fleet_timeout, section.get("fleet_timeout"), |node| {
        reading.duration(node, "`fleet_timeout`", ROBOT_TIMEOUT_MIN_MS..=FLEET_TIMEOUT_MAX_MS)
    });
    let mut preparing = 7_000;
    sound &= field(&mut preparing, section.get("preparing"), |node| reading.duration(node, "`preparing`", 0..=PREPARING_MAX_MS));
    sound &= field(&mut rules.rounding, section.get("rounding"), |node| {
        reading.choice(node, "`rounding`", &[("floor", Rounding::Floor), ("ceil", Rounding::Ceil)])
    });
    sound &= field(&mut rules.order, section.get("order"), |node| {
        reading.choice(node, "`order`", &[("shuffled", Order::Shuffled), ("file", Order::File)])
    });
    sound &= field(&mut rules.breach, section.get("breach"), |node| {
        reading.choice(node, "`breach`", &[("reach", Breach::Reach), ("exceed", Breach::Exceed)])
    });
    sound &= field(&mut rules.on_stop, section.get("on_stop"), |node| {
        reading.choice(node, "`on_stop`", &[("drain", OnStop::Drain), ("abort", OnStop::Abort)])
    });
    sound &= field(&mut rules.job_faults, section.get("job_faults"), |node| job_faults(reading, node));
    section.finish(reading);
    if sound && preparing >= rules.fleet_timeout {
        let title = "`preparing` must be shorter than `fleet_timeout`";
        let given = |key| tree::get(node, &[key]).map(|node| &node.place);
        let preparing = given("preparing".to_owned()).unwrap_or(&node.place);
        let diagnostic = Diagnostic::error(title, preparing, "no robot could start");
        reading.problem(match given("fleet_timeout".to_owned()) {
            Some(timeout) => diagnostic.other(timeout, "the job is over by then"),
            None => diagnostic,
        });
        return None;
    }
    sound.then_some(rules)
}

/// Overwrites a default with what the file says; whether it could be read.
fn field<T>(target: &mut T, node: Option<&Node>, read: impl FnOnce(&Node) -> Option<T>) -> bool {
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
