//! Reading when robots are online.

use crate::model::{Connectivity, ConnectivityError, Interrupted, SPELL_MEAN_MIN_MS};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::cohort::CONNECTIVITY;
use crate::scenario::law::required_law;
use crate::scenario::reader::Reading;
use crate::scenario::tree::Node;
use crate::units::duration;

/// Reads `connectivity`: the laws of spells online and offline.
pub(super) fn connectivity(reading: &mut Reading, node: &Node) -> Option<Connectivity> {
    let mut section = reading.table(node, &CONNECTIVITY)?;
    let on_node = section.value("on");
    let on = required_law(reading, &mut section, "on");
    let off_node = section.value("off");
    let off = required_law(reading, &mut section, "off");
    let choices = [Interrupted::Resumes, Interrupted::Restarts];
    let interrupted = reading.choice_at(&mut section, "interrupted", choices);
    section.finish(reading);
    if let (Some(on), Some(off), Some(interrupted)) = (&on, &off, interrupted)
        && let Ok(connectivity) = Connectivity::new(on.clone(), off.clone(), interrupted)
    {
        return Some(connectivity);
    }
    // Either law may be wrong, whatever else is: each is tried as both kinds of spell.
    let laws = [
        ("on", on.zip(on_node), NEVER_ONLINE),
        ("off", off.zip(off_node), ALWAYS_ONLINE),
    ];
    for (key, law, help) in laws {
        if let Some((law, node)) = law
            && let Err(error) = Connectivity::new(law.clone(), law, Interrupted::Resumes)
        {
            reading.problem(refusal(key, &error, node).help(help));
        }
    }
    None
}

const NEVER_ONLINE: &str =
    "robots that are never online are `dead`; write for how long the others stay online";
const ALWAYS_ONLINE: &str = "leave out `connectivity` for robots that are always online";

fn refusal(key: &str, error: &ConnectivityError, node: &Node) -> Diagnostic {
    match error {
        ConnectivityError::Short { mean_ms, .. } => {
            let title = format!(
                "`{key}` must last at least {} on average",
                duration(SPELL_MEAN_MIN_MS as f64)
            );
            Diagnostic::error(
                title,
                &node.place,
                format!("{} on average", duration(*mean_ms)),
            )
        }
        ConnectivityError::Law { error, .. } => Diagnostic::error(
            format!("`{key}` is not a law of spells: {error}"),
            &node.place,
            "this law",
        ),
    }
}
