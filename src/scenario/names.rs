//! Names of cohorts and links: what is allowed, that none is given twice, and which one a reference means.

use std::collections::HashMap;

use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::reader::Reading;
use crate::scenario::tree::{Node, Value, quoted};
use crate::scenario::words::{did_you_mean, list};

/// The most names that a help lists.
const LISTED_MAX: usize = 20;

/// The names of an array of tables, also of those with something wrong in them, so that one mistake does not make others of all that
/// refers to it.
pub(super) struct Names<'n> {
    what: &'static str,
    /// In the order of the file; a table without a name has none here.
    names: Vec<&'n str>,
    places: HashMap<&'n str, (u16, &'n Place)>,
}

impl<'n> Names<'n> {
    /// The names of the tables in `node`, each with its place in the array; `what` is one of them, as in "cohort".
    pub(super) fn of(what: &'static str, node: Option<&'n Node>) -> Names<'n> {
        let tables = match node {
            Some(Node {
                value: Value::Array(nodes),
                ..
            }) => nodes.as_slice(),
            _ => &[],
        };
        let mut names = Names {
            what,
            names: Vec::new(),
            places: HashMap::new(),
        };
        for (index, node) in tables.iter().enumerate().take(usize::from(u16::MAX)) {
            if let Some((name, place)) = given_name(node)
                && !names.places.contains_key(name)
            {
                names.names.push(name);
                names.places.insert(name, (index as u16, place));
            }
        }
        names
    }

    /// All names with their places in the array, in the order of the file.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'n str, u16)> {
        self.names.iter().map(|name| (*name, self.places[name].0))
    }

    /// The place in the array of what is called `name`.
    pub(super) fn index(&self, name: &str) -> Option<u16> {
        self.places.get(name).map(|(index, _)| *index)
    }

    /// What to say of a name at `place` that nothing has.
    pub(super) fn unknown(&self, name: &str, place: &Place) -> Diagnostic {
        let what = self.what;
        let title = format!("no {what} is called `{name}`");
        let diagnostic = Diagnostic::error(title, place, did_you_mean(name, &self.names));
        diagnostic.help(match self.names.as_slice() {
            [] => format!(
                "the scenario has no {what}s: write [[{what}]] with name = {}",
                quoted(name)
            ),
            [only] => format!("the only {what} is `{only}`"),
            names if names.len() > LISTED_MAX => {
                format!("the scenario has {} {what}s", names.len())
            }
            names => format!("the {what}s are {}", list(names)),
        })
    }
}

/// The name that the table has, if it is text, and its place.
fn given_name(node: &Node) -> Option<(&str, &Place)> {
    let Value::Table(table) = &node.value else {
        return None;
    };
    let entry = table.get("name")?;
    match &entry.node.value {
        Value::String(name) => Some((name, &entry.node.place)),
        _ => None,
    }
}

/// Reads the name of a cohort or link.
pub(super) fn name(reading: &mut Reading, node: &Node, what: &str) -> Option<String> {
    let name = reading.string(node)?;
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    if !name.is_empty() && name.chars().count() <= 100 && name.chars().all(allowed) {
        return Some(name.to_owned());
    }
    let title = format!("a {what}'s name has 1 to 100 letters, digits, spaces or any of `_-.`");
    reading.problem(Diagnostic::error(title, &node.place, "not a name"));
    None
}

/// Reports names that several tables have.
pub(super) fn unique(reading: &mut Reading, nodes: &[Node], what: &str) {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    for (name, place) in nodes.iter().filter_map(given_name) {
        let title = || format!("two {what}s are called `{name}`");
        match seen.get(name) {
            Some(first) if *first == place => {
                reading.problem(Diagnostic::error(
                    title(),
                    place,
                    "this is the name of both",
                ));
            }
            Some(first) => reading.problem(
                Diagnostic::error(title(), place, "again here").other(first, "first here"),
            ),
            None => {
                seen.insert(name, place);
            }
        }
    }
}
