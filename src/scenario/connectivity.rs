//! Reading when robots are online.

use crate::model::{
    Connectivity, ConnectivityError, Hours, Interrupted, LocalSteps, RandomSpells,
    SPELL_MEAN_MIN_MS, Spells,
};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::cohort::CONNECTIVITY;
use crate::scenario::law::law_at;
use crate::scenario::presence_log::presence_log;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::tree::Node;
use crate::scenario::windows::weekly_hours;
use crate::units::duration;

/// When robots are online, but for the clock by which their hours are.
pub(super) struct Presence<'n> {
    /// Without hours.
    pub connectivity: Connectivity,
    /// Weekly hours offline, and where they stand.
    pub offline: Option<(Vec<Hours>, &'n Node)>,
}

/// Reads `connectivity`: spells drawn or recorded, and weekly hours offline.
pub(super) fn connectivity<'n>(reading: &mut Reading, node: &'n Node) -> Option<Presence<'n>> {
    let mut section = reading.table(node, &CONNECTIVITY)?;
    let offline_node = section.value("offline");
    let offline = offline_node.map(|node| weekly_hours(reading, node, "offline", OFFLINE));
    let spells = spells(reading, &mut section, node, offline.is_some());
    let choices = [Interrupted::Resumes, Interrupted::Restarts];
    let interrupted = reading.choice_at(&mut section, "interrupted", choices);
    let steps = section.value("local_steps");
    let local_steps = [LocalSteps::GoOn, LocalSteps::Stop];
    let local_steps = reading.choice_at(&mut section, "local_steps", local_steps);
    section.finish(reading);
    if let (Some(steps), None) = (steps, offline_node) {
        let title = "`local_steps` has no effect without `offline`";
        let diagnostic = Diagnostic::error(title, &steps.place, "in which hours?");
        reading.problem(diagnostic.help(format!("leave it out, or write {OFFLINE} beside it")));
        return None;
    }
    let offline = match (offline, offline_node) {
        (Some(hours), Some(node)) => Some((hours?, node)),
        _ => None,
    };
    Some(Presence {
        connectivity: Connectivity {
            spells: spells?,
            offline_hours: None,
            local_steps: local_steps?,
            interrupted: interrupted?,
        },
        offline,
    })
}

const OFFLINE: &str = "offline = [{ days = \"daily\", from = \"22:00\", to = \"06:00\" }]";

/// Reads spells online and offline: of a log, or of two laws, or none beside hours.
fn spells(
    reading: &mut Reading,
    section: &mut Section,
    node: &Node,
    has_hours: bool,
) -> Option<Spells> {
    let [on_node, off_node] = ["on", "off"].map(|key| section.value(key));
    if let Some(log) = section.value("log") {
        if let Some(law) = on_node.or(off_node) {
            let title = "spells are those of a log or of two laws, not both";
            let diagnostic = Diagnostic::error(title, &law.place, "a law here");
            reading.problem(diagnostic.other(&log.place, "the log here"));
        }
        let drawn = reading.choice_at(section, "spells", [false, true]);
        let log = presence_log(reading, section, log)?;
        if !drawn? {
            return Some(Spells::Recorded(log));
        }
        let laws = log.laws().map(|laws| Spells::Random(Box::new(laws)));
        if laws.is_none() {
            let title = "the log has no spells of both kinds that last a second on average";
            reading.problem(Diagnostic::error(title, &node.place, "no laws come of it"));
        }
        return laws;
    }
    for key in ["robot", "time", "time_unit", "up", "spells"] {
        if let Some(node) = section.value(key) {
            let title = format!("`{key}` has no effect without `log`");
            let diagnostic = Diagnostic::error(title, &node.place, "of which log?");
            reading.problem(
                diagnostic.help("write log = \"presence.csv\" beside it, or leave it out"),
            );
        }
    }
    if on_node.is_none() && off_node.is_none() && has_hours {
        return Some(Spells::None);
    }
    let laws = ["on", "off"].map(|key| {
        if section.value(key).is_none() {
            section.require(key, CONNECTIVITY.help);
        }
        law_at(reading, section, key)
    });
    if let [Some(Some(on)), Some(Some(off))] = &laws
        && let Ok(spells) = RandomSpells::new(on.clone(), off.clone())
    {
        return Some(Spells::Random(Box::new(spells)));
    }
    // Either law may be wrong, whatever else is: each is tried as both kinds of spell.
    let [on, off] = laws;
    let laws = [
        ("on", on, on_node, NEVER_ONLINE),
        ("off", off, off_node, ALWAYS_ONLINE),
    ];
    for (key, law, node, help) in laws {
        if let (Some(Some(law)), Some(node)) = (law, node)
            && let Err(error) = RandomSpells::new(law.clone(), law)
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
