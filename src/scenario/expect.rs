//! Reading `expect`, what the results have to be like, and `[check]`, how they are compared with a baseline.
//!
//! Both speak of metrics, which the scenario knows nothing of: they are kept as texts that know where each of their parts stands.
//! Neither changes a result, so neither is part of the scenario's hash.

use crate::scenario::keys::results::CHECK;
use crate::scenario::reader::Reading;
use crate::scenario::tree::Node;
use crate::scenario::tune::{Phrase, phrases};

/// The keys of the document that say what is expected of results and change none.
pub(super) const OF_RESULTS: [&str; 2] = ["expect", "check"];

/// What `[check]` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// How often the scenario is played where it is checked.
    pub replications: Option<u64>,
    pub margins: Vec<Phrase>,
}

/// Reads `expect`; problems stay in `reading`.
pub(super) fn expect(reading: &mut Reading, node: &Node) -> Vec<Phrase> {
    phrases(
        reading,
        node,
        "expect",
        "write expect = [\"time_to_95_s.p95 <= 6h\", \"p(threshold_reached) <= 1%\"]",
    )
}

/// Reads `[check]`; problems stay in `reading`.
pub(super) fn check(reading: &mut Reading, node: &Node) -> Check {
    let Some(mut section) = reading.table(node, &CHECK) else {
        return Check::default();
    };
    let replications = section
        .value("replications")
        .and_then(|_| reading.whole_at(&mut section, "replications"));
    let margins = section.value("margins").map_or_else(Vec::new, |node| {
        phrases(
            reading,
            node,
            "check.margins",
            "write margins = [\"2%\", \"broken_count.mean=5\"]",
        )
    });
    section.finish(reading);
    Check {
        replications,
        margins,
    }
}
