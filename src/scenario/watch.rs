//! Reading until when robots that a job gave up are watched.

use crate::model::{Instant, WatchEnd};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::tree::Value;

/// Reads `observe_for`, or `observe_after`, which was there before it.
pub(super) fn watch(reading: &mut Reading, root: &mut Section) -> Option<WatchEnd> {
    let [observe_for, observe_after] = ["observe_for", "observe_after"].map(|key| root.value(key));
    match (observe_for, observe_after) {
        (_, None) => reading
            .duration_at(root, "observe_for")
            .map(|ms| WatchEnd::AtLeast(Instant::at(ms))),
        (None, Some(node)) => {
            let wait = reading.duration_at(root, "observe_after")?;
            let title = "`observe_after` watches a slow setting for longer than a fast one";
            let why = "it counts from the end of each rollout, so that more of the robots given up come back to a slow one";
            let Value::String(text) = &node.value else {
                return None;
            };
            let help = format!(
                "write observe_for = \"{text}\" or more instead: it counts from the first job's creation, and cuts no job"
            );
            let label = "counts from the end of the last robot deployment";
            reading.problem(
                Diagnostic::warning(title, &node.place, label)
                    .why(why)
                    .help(help),
            );
            Some(WatchEnd::AfterDrained(wait))
        }
        (Some(for_node), Some(after_node)) => {
            let title = "`observe_for` and `observe_after` both say how long robots are watched";
            let diagnostic = Diagnostic::error(
                title,
                &after_node.place,
                "from the end of the last robot deployment",
            )
            .other(&for_node.place, "from the first job's creation")
            .help("leave out `observe_after`");
            reading.problem(diagnostic);
            None
        }
    }
}
