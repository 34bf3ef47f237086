//! Reading the links that downloads share.

use crate::model::{Cohort, SharedLink};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::document::LINK;
use crate::scenario::names::{self, Names};
use crate::scenario::reader::Reading;
use crate::scenario::tree::{Node, Value, quoted};
use crate::units::{Quantity, count};

/// The most links of a scenario.
pub(super) const LINKS_MAX: usize = 10_000;

const _: () = assert!(
    LINKS_MAX < u16::MAX as usize,
    "a link's number overflows its place in the model"
);

/// The largest capacity of a link [bit/s].
const CAPACITY_MAX: f64 = 5e14;

/// Reads every `[[link]]`; there may be none.
pub(super) fn links(reading: &mut Reading, node: Option<&Node>) -> Option<Vec<SharedLink>> {
    const HELP: &str = "write [[link]] with `name` and `capacity`";
    let Some(node) = node else {
        return Some(Vec::new());
    };
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of tables", node, HELP);
        return None;
    };
    if nodes.len() > LINKS_MAX {
        let title = format!("a scenario has at most {} links", count(LINKS_MAX as u64));
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            format!("this has {}", nodes.len()),
        ));
        return None;
    }
    let links: Vec<Option<SharedLink>> = nodes.iter().map(|node| link(reading, node)).collect();
    names::unique(reading, nodes, "link");
    links.into_iter().collect()
}

fn link(reading: &mut Reading, node: &Node) -> Option<SharedLink> {
    let mut section = reading.table(node, &LINK)?;
    let name = section.value("name");
    let name = name.and_then(|node| names::name(reading, node, "link"));
    if let Some(name) = &name {
        section.rename(&format!("link.{name}"));
    }
    let capacity = section.value("capacity");
    let capacity = capacity.and_then(|node| capacity_bits(reading, node));
    section.finish(reading);
    Some(SharedLink {
        name: name?,
        capacity: capacity?,
    })
}

/// A capacity in whole bits per second.
fn capacity_bits(reading: &mut Reading, node: &Node) -> Option<u64> {
    let capacity = reading.quantity(node, Quantity::Rate)?.round();
    if capacity < 1.0 {
        let diagnostic = Diagnostic::error(
            "`capacity` must be at least 1 bit/s",
            &node.place,
            "nothing gets through",
        );
        reading.problem(diagnostic.help("leave out `link` where no link limits the downloads"));
        return None;
    }
    if capacity > CAPACITY_MAX {
        let title = format!(
            "`capacity` must be at most {} Gbit/s",
            count((CAPACITY_MAX / 1e9) as u64)
        );
        reading.problem(Diagnostic::error(title, &node.place, "too large"));
        return None;
    }
    Some(capacity as u64)
}

/// Reads the name of a link and gives its place among the links.
pub(super) fn reference(reading: &mut Reading, node: &Node, links: &Names) -> Option<u16> {
    let name = reading.string(node)?;
    let index = links.index(name);
    if index.is_none() {
        reading.problem(links.unknown(name, &node.place));
    }
    index
}

/// Warnings of links that no robot downloads over; `node` is what the links were read from.
pub(super) fn unused(
    node: Option<&Node>,
    links: &[SharedLink],
    cohorts: &[Cohort],
) -> Vec<Diagnostic> {
    let Some(Node {
        value: Value::Array(nodes),
        ..
    }) = node.filter(|_| !links.is_empty())
    else {
        return Vec::new();
    };
    let mut used = vec![false; links.len()];
    for cohort in cohorts {
        // A robot of an inventory that names no link has its cohort's.
        let named = cohort.inventory.iter().filter_map(|robot| robot.link);
        let all_name_one = !cohort.inventory.is_empty()
            && cohort.inventory.iter().all(|robot| robot.link.is_some());
        named
            .chain(cohort.link.filter(|_| !all_name_one))
            .for_each(|link| used[usize::from(link)] = true);
    }
    let unused = links.iter().zip(nodes).zip(used).filter(|(_, used)| !used);
    unused
        .map(|((link, node), _)| {
            let title = format!("no robot downloads over the link `{}`", link.name);
            let help = format!(
                "write link = {} in the cohorts whose downloads share it",
                quoted(&link.name)
            );
            Diagnostic::warning(title, &node.place, "it has no effect").help(help)
        })
        .collect()
}
