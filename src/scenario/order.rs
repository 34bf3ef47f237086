//! Reading in which order robots get their turn.

use crate::rollout::Order;
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::names::Names;
use crate::scenario::reader::Reading;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{did_you_mean, list};

/// Orders that a word says.
pub(super) const WORDS: [&str; 2] = ["shuffled", "file"];

const HELP: &str =
    "write order = \"shuffled\", order = \"file\" or order = { cohorts = [\"first\", \"second\"] }";

/// Reads `order`, which may name each of these cohorts once.
pub(super) fn order(reading: &mut Reading, node: &Node, cohorts: &Names) -> Option<Order> {
    match &node.value {
        Value::String(word) => match Order::of_word(word) {
            Some(order) => Some(order),
            None => {
                let title = format!("`{word}` is not a choice for `order`");
                let diagnostic = Diagnostic::error(title, &node.place, did_you_mean(word, &WORDS));
                reading.problem(diagnostic.help(HELP));
                None
            }
        },
        Value::Table(_) => {
            let mut section = reading.section(node, "order")?;
            let names = section.require("cohorts", HELP);
            section.finish(reading);
            named(reading, names?, cohorts).map(Order::Cohorts)
        }
        _ => {
            reading.expected("a string or a table", node, HELP);
            None
        }
    }
}

fn named(reading: &mut Reading, node: &Node, cohorts: &Names) -> Option<Vec<u16>> {
    let order = named_cohorts(reading, node, cohorts, "order", HELP)?;
    let mut is_named = vec![
        false;
        order
            .iter()
            .map(|index| usize::from(*index) + 1)
            .max()
            .unwrap_or(0)
    ];
    order
        .iter()
        .for_each(|index| is_named[usize::from(*index)] = true);
    let left_out = |index: u16| !is_named.get(usize::from(index)).copied().unwrap_or(false);
    let missing: Vec<&str> = cohorts
        .iter()
        .filter(|(_, index)| left_out(*index))
        .map(|(name, _)| name)
        .collect();
    if !missing.is_empty() {
        let plural = if missing.len() == 1 {
            "cohort"
        } else {
            "cohorts"
        };
        let title = format!("`order` leaves out the {plural} {}", list(&missing));
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            "it names every cohort once",
        ));
        return None;
    }
    Some(order)
}

/// Reads an array that names cohorts, none twice, and gives their places in the file. `what` holds the array; `help` is how to write it.
pub(super) fn named_cohorts(
    reading: &mut Reading,
    node: &Node,
    cohorts: &Names,
    what: &str,
    help: &str,
) -> Option<Vec<u16>> {
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of names", node, help);
        return None;
    };
    let mut order: Vec<u16> = Vec::new();
    // By cohort, where it is named first.
    let mut named: Vec<Option<&Place>> = Vec::new();
    let mut sound = true;
    for node in nodes {
        let Some(name) = reading.string(node) else {
            sound = false;
            continue;
        };
        let Some(index) = cohorts.index(name) else {
            reading.problem(cohorts.unknown(name, &node.place));
            sound = false;
            continue;
        };
        let which = usize::from(index);
        named.resize(named.len().max(which + 1), None);
        match named[which] {
            Some(first) => {
                let diagnostic = Diagnostic::error(
                    format!("`{what}` names `{name}` twice"),
                    &node.place,
                    "again here",
                );
                reading.problem(diagnostic.other(first, "first here"));
                sound = false;
            }
            None => {
                named[which] = Some(&node.place);
                order.push(index);
            }
        }
    }
    sound.then_some(order)
}
