//! What was written of a scenario, and where: by the file, by a flag, or by a profile.

use crate::scenario::diagnostic::Place;
use crate::scenario::edits::Edit;
use crate::scenario::scenario_file::ScenarioFile;
use crate::scenario::sweep::{self, Knob, KnobValue};
use crate::scenario::tree::{self, Node, Path, Value};

/// A key that a profile sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Dotted, as one would write it.
    pub key: String,
    /// Where its value stands.
    pub place: Place,
    /// Whether the value is another one than the base's.
    pub is_new: bool,
}

/// What was written of a profile: by the file, or by a flag or the profile that changed it.
pub struct Written {
    tree: Node,
    named: tree::Named,
}

impl Written {
    /// Where the value at a dotted key stands, and true; if it is not written, the place of the table that would hold it, and false.
    pub fn place_of(&self, key: &str) -> (Place, bool) {
        let tree = &self.tree;
        match Path::parse(key, &tree.place) {
            Ok(path) => match tree::nearest(tree, &self.named, &path.segments) {
                (node, found) if !std::ptr::eq(node, tree) => (node.place.clone(), found),
                _ => (Place::new(&tree.place.source, 0..0), false),
            },
            Err(_) => (Place::new(&tree.place.source, 0..0), false),
        }
    }

    /// The value at a dotted key as one would write it, if it is written.
    pub fn value(&self, key: &str) -> Option<String> {
        let path = Path::parse(key, &self.tree.place).ok()?;
        let (node, found) = tree::nearest(&self.tree, &self.named, &path.segments);
        found.then(|| sweep::show(node))
    }
}

impl ScenarioFile {
    /// Which of the knob's values the file has, if it has one of them, and the same one wherever the knob leads.
    pub fn value_in_file(&self, knob: &Knob) -> Option<usize> {
        let current = tree::led_to(&self.root, &knob.path.segments);
        let here = |value: &KnobValue| {
            !current.is_empty() && current.iter().all(|node| sweep::alike(node, &value.node))
        };
        knob.values.iter().position(here)
    }

    /// The file as it stands with the changes of a profile.
    pub fn with_profile(&self, profile: &str) -> Written {
        let mut tree = self.root.clone();
        for (path, value) in self.edits_of(profile) {
            // A key that leads nowhere was reported when the file was checked.
            let _ = tree::set(&mut tree, &path, &value);
        }
        Written {
            named: tree::named(&tree),
            tree,
        }
    }

    /// What a profile changes.
    pub fn changes(&self, profile: &str) -> Vec<Change> {
        let edits = self.edits_of(profile);
        let is_new = |(path, value): &Edit| {
            let before = tree::led_to(&self.root, &path.segments);
            before.is_empty() || before.iter().any(|node| !sweep::alike(node, value))
        };
        let change = |edit: &Edit| Change {
            key: edit.0.text(),
            place: edit.1.place.clone(),
            is_new: is_new(edit),
        };
        edits.iter().map(change).collect()
    }

    fn edits_of(&self, profile: &str) -> Vec<Edit> {
        let table = tree::get(&self.root, &["profile".to_owned(), profile.to_owned()])
            .map(|node| &node.value);
        let Some(Value::Table(table)) = table else {
            return Vec::new();
        };
        let edit = |entry: &tree::Entry| {
            Some((
                Path::parse(&entry.key, &entry.key_place).ok()?,
                entry.node.clone(),
            ))
        };
        table.0.iter().filter_map(edit).collect()
    }
}
