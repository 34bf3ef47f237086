//! Reading the steps of a robot deployment, and the faults that may strike in them.

use crate::model::{FailureCode, Fault, FaultStage, Probability, Script};
use crate::random::Law;
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::keys::cohort::{FAULT, SCRIPT, TIMED};
use crate::scenario::law::{law_at, probability, probability_at, required_law};
use crate::scenario::reader::{Reading, optional, rounded};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{did_you_mean, list};

/// A step that only takes time: `None` inside where the step takes none.
pub(super) fn timed(
    reading: &mut Reading,
    node: Option<&Node>,
    name: &'static str,
) -> Option<Option<Law>> {
    optional(node, None, |node| {
        let mut section = reading
            .section_or(node, name, || {
                format!("write {name} = {{ duration = \"20 s\" }}")
            })?
            .with(&TIMED);
        let duration = required_law(reading, &mut section, "duration");
        section.finish(reading);
        duration.map(Some)
    })
}

/// A step that runs a script: `None` inside where there is no script.
pub(super) fn script(
    reading: &mut Reading,
    node: Option<&Node>,
    name: &'static str,
) -> Option<Option<Script>> {
    optional(node, None, |node| {
        let mut section = reading
            .section_or(node, name, || {
                format!("write {name} = {{ duration = \"20 s\", failure = 0.01 }}")
            })?
            .with(&SCRIPT);
        let duration = required_law(reading, &mut section, "duration");
        let failure = probability_at(reading, &mut section, "failure");
        let fails_after = law_at(reading, &mut section, "fails_after");
        let hang = probability_at(reading, &mut section, "hang");
        let repeat = reading.share_at(&mut section, "repeat");
        section.finish(reading);
        let (failure, hang) = (failure?, hang?);
        if failure.mean() + hang.mean() > 1.0 {
            let title = format!("`{name}` fails or hangs with a probability of more than 1");
            let label = format!(
                "`failure` and `hang` add up to {}",
                rounded(failure.mean() + hang.mean())
            );
            reading.problem(Diagnostic::error(title, &node.place, label));
            return None;
        }
        Some(Some(Script {
            duration: duration?,
            failure,
            fails_after: fails_after?,
            hang,
            repeat: repeat?,
        }))
    })
}

/// Reads the faults of a cohort's robots, in the order of their codes.
pub(super) fn faults(reading: &mut Reading, node: &Node) -> Option<Vec<Fault>> {
    let section = reading.section_or(
        node,
        "faults",
        || "write faults = { ExtractingBundleFailure = 0.001 }",
    )?;
    let mut sound = true;
    let mut faults = Vec::new();
    for entry in &section.table.0 {
        let code = fault_code(reading, &entry.key, &entry.key_place);
        let fault = fault(reading, &entry.node, &entry.key);
        match (code, fault) {
            (Some((code, stage)), Some((probability, fails_after))) => {
                faults.push(Fault {
                    code,
                    stage,
                    probability,
                    fails_after,
                });
            }
            _ => sound = false,
        }
    }
    let sum: f64 = faults.iter().map(|fault| fault.probability.mean()).sum();
    if sum > 1.0 {
        let title = "the probabilities of `faults` add up to more than 1";
        let label = format!(
            "at most one strikes a robot, and these add up to {}",
            rounded(sum)
        );
        reading.problem(Diagnostic::error(title, &node.place, label));
        sound = false;
    }
    faults.sort_by_key(|fault| fault.code);
    sound.then_some(faults)
}

fn fault_code(
    reading: &mut Reading,
    name: &str,
    place: &Place,
) -> Option<(FailureCode, FaultStage)> {
    let names: Vec<&str> = FailureCode::ALL
        .iter()
        .filter(|code| code.fault_stage().is_some())
        .map(|code| code.name())
        .collect();
    match FailureCode::from_name(name) {
        Some(code) => {
            let stage = code.fault_stage();
            if stage.is_none() {
                let help = format!("it arises from {}", code.arises_from());
                let title = format!("`{name}` is not a fault of a robot");
                reading.problem(
                    Diagnostic::error(title, place, "this code cannot be set here").help(help),
                );
            }
            stage.map(|stage| (code, stage))
        }
        None => {
            let title = format!("`{name}` is not a failure code");
            let diagnostic = Diagnostic::error(title, place, did_you_mean(name, &names));
            reading.problem(diagnostic.help(format!("the faults of a robot are {}", list(&names))));
            None
        }
    }
}

/// A fault's probability, bare or beside how long the stage then lasts.
fn fault(reading: &mut Reading, node: &Node, name: &str) -> Option<(Probability, Option<Law>)> {
    let what = format!("the probability of `{name}`");
    let detailed = matches!(&node.value, Value::Table(table) if table.get("probability").is_some() || table.get("fails_after").is_some());
    if !detailed {
        return probability(reading, node, name, &what).map(|probability| (probability, None));
    }
    let mut section = reading.section(node, name)?.with(&FAULT);
    let chance = section.value("probability");
    let chance = chance.and_then(|node| probability(reading, node, "probability", &what));
    let fails_after = law_at(reading, &mut section, "fails_after");
    section.finish(reading);
    Some((chance?, fails_after?))
}
