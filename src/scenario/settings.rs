//! The settings of a sweep, checked one after another: where only rules change, nothing else is read again.

use crate::scenario::checked::Profile;
use crate::scenario::diagnostic::Problems;
use crate::scenario::edits::{Edit, edited};
use crate::scenario::keys::document::DOCUMENT;
use crate::scenario::names::Names;
use crate::scenario::profiles::profile_overrides;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::rules;
use crate::scenario::scenario_file::ScenarioFile;
use crate::scenario::sweep::{Knob, KnobValue};
use crate::scenario::tree::{self, Entry, Node, Table, Value};

/// Where rules stand in the file: each engine's in a table below.
const RULES: &str = "rollout";

/// Checks settings of a file; what a setting does not change is not read again.
pub struct Settings<'f> {
    file: &'f ScenarioFile,
    only: &'f [String],
    /// The last setting that was read as a whole.
    whole: Option<Whole>,
}

struct Whole {
    /// What it changed beside rules.
    edits: Vec<Edit>,
    profiles: Vec<Profile>,
    /// By profile, the cohorts of its tree and, on its own, the part in which the rules stand.
    trees: Vec<(Option<Node>, Node)>,
}

impl ScenarioFile {
    /// The settings of this file with the profiles named in `only`, all if that is empty.
    pub fn settings<'f>(&'f self, only: &'f [String]) -> Settings<'f> {
        Settings {
            file: self,
            only,
            whole: None,
        }
    }
}

impl Settings<'_> {
    /// The profiles of the scenario that the file becomes with these values of knobs.
    ///
    /// # Errors
    /// All problems at once.
    pub fn check(&mut self, values: &[(&Knob, &KnobValue)]) -> Result<Vec<Profile>, Problems> {
        let edit = |(knob, value): &(&Knob, &KnobValue)| (knob.path.clone(), value.node.clone());
        let is_rule = |(path, _): &Edit| path.segments.len() > 2 && path.segments[0] == RULES;
        let (rules, others): (Vec<Edit>, Vec<Edit>) = values.iter().map(edit).partition(is_rule);
        let known = self.whole.as_ref().filter(|whole| whole.edits == others);
        if let Some(profiles) = known.and_then(|whole| self.with_rules(whole, &rules)) {
            return Ok(profiles);
        }
        // Also if a rule is wrong: reading the whole file reports all problems.
        let profiles = self.file.check_setting(values, self.only)?.profiles;
        self.whole = Some(self.whole(others, profiles.clone()));
        Ok(profiles)
    }

    /// The known profiles under other rules; nothing if there is anything wrong with them, or if they change the world.
    fn with_rules(&self, whole: &Whole, edits: &[Edit]) -> Option<Vec<Profile>> {
        let mut reading = Reading::new(&self.file.files, self.file.left_out);
        let mut profiles = whole.profiles.clone();
        for (profile, (cohorts, tree)) in profiles.iter_mut().zip(&whole.trees) {
            let (tree, sound) = edited(&mut reading, tree, edits);
            let mut root = Section::root(&tree)?.with(&DOCUMENT);
            let rollout = rules::rollout(
                &mut reading,
                &mut root,
                &Names::of("cohort", cohorts.as_ref()),
            )?;
            if !sound
                || reading.problems.has_errors()
                || rollout.preparing != profile.world.preparing
            {
                return None;
            }
            profile.rules = rollout.rules;
        }
        Some(profiles)
    }

    /// Keeps what reading rules needs of the trees of profiles.
    fn whole(&self, edits: Vec<Edit>, profiles: Vec<Profile>) -> Whole {
        let mut reading = Reading::new(&self.file.files, self.file.left_out);
        let (base, _) = edited(&mut reading, &self.file.root, &edits);
        let overrides = match tree::get(&base, &["profile".to_owned()]) {
            Some(node) => profile_overrides(&mut reading, node),
            None => Vec::new(),
        };
        let tree = |profile: &Profile| {
            let of_profile = overrides.iter().find(|(name, _)| *name == profile.name);
            let changes = of_profile.map_or(&[][..], |(_, changes)| changes.as_slice());
            let (tree, _) = edited(&mut reading, &base, changes);
            let (tree, _) = edited(&mut reading, &tree, &edits);
            parts(tree)
        };
        Whole {
            trees: profiles.iter().map(tree).collect(),
            edits,
            profiles,
        }
    }
}

/// The cohorts of a tree, and the tree reduced to its rollout.
fn parts(tree: Node) -> (Option<Node>, Node) {
    let Node { value, place } = tree;
    let entries = match value {
        Value::Table(Table(entries)) => entries,
        _ => Vec::new(),
    };
    let (rollout, others): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.key == RULES);
    let cohorts = others
        .into_iter()
        .find(|entry| entry.key == "cohort")
        .map(|entry| entry.node);
    (
        cohorts,
        Node {
            value: Value::Table(Table(rollout)),
            place,
        },
    )
}
