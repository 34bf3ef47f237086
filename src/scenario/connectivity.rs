//! Reading when robots are online.

use crate::model::{Connectivity, ConnectivityError, Interrupted, SPELL_MEAN_MIN_MS};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::law::law;
use crate::scenario::reader::{Reading, optional};
use crate::scenario::tree::Node;
use crate::units::{Quantity, duration};

/// Reads `connectivity`: the laws of spells online and offline.
pub fn connectivity(reading: &mut Reading, node: &Node) -> Option<Connectivity> {
    const HELP: &str =
        "write connectivity = { on = { exponential = { mean = \"2h\" } }, off = \"5min\" }";
    let mut section = reading.section_or(node, "connectivity", || HELP)?;
    let on_node = section.require(
        "on",
        "for how long robots are online, as in on = { exponential = { mean = \"2h\" } }",
    );
    let on = on_node.and_then(|node| law(reading, node, "on", Quantity::Duration));
    let off_node = section.require(
        "off",
        "for how long robots are offline, as in off = { exponential = { mean = \"5min\" } }",
    );
    let off = off_node.and_then(|node| law(reading, node, "off", Quantity::Duration));
    let interrupted = optional(section.get("interrupted"), Interrupted::Resumes, |node| {
        let choices = [
            ("resumes", Interrupted::Resumes),
            ("restarts", Interrupted::Restarts),
        ];
        reading.choice(node, "`interrupted`", &choices)
    });
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
