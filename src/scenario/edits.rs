//! Changes to the tree of a scenario before it is checked.

use crate::scenario::reader::Reading;
use crate::scenario::tree::{self, Node, Path};

/// A value and where it is put.
pub(super) type Edit = (Path, Node);

/// The tree after those edits that lead somewhere, and whether all of them do.
pub(super) fn edited(reading: &mut Reading, tree: &Node, edits: &[Edit]) -> (Node, bool) {
    let mut tree = tree.clone();
    let mut sound = true;
    for (path, value) in edits {
        if let Err(diagnostic) = tree::set(&mut tree, path, value) {
            reading.problem(diagnostic);
            sound = false;
        }
    }
    (tree, sound)
}
