//! Scripts that do not run although the file says something of them: a request has no files for them.

use crate::model::{Cohort, ScriptStep};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::tree::Path;

/// By step, whether a request has no file for its script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut([bool; 3]);

impl LeftOut {
    /// All scripts but those for which there are files.
    pub(super) fn but(files: [bool; 3]) -> LeftOut {
        LeftOut(files.map(|has_file| !has_file))
    }

    fn steps(self) -> impl Iterator<Item = ScriptStep> {
        ScriptStep::ALL
            .into_iter()
            .filter(move |step| self.has(*step))
    }

    /// Whether the script of a step is left out.
    pub(super) fn has(self, step: ScriptStep) -> bool {
        self.0[step as usize]
    }

    /// The scripts that are left out, for the scenario's hash; empty where all may run.
    pub(super) fn text(self) -> String {
        self.steps()
            .map(|step| format!("without {};", step.name()))
            .collect()
    }

    /// What to say of an edit, by a flag or a knob, of a script that does not run.
    pub(super) fn forbids(self, path: &Path) -> Option<Diagnostic> {
        let [first, _, key, ..] = path.segments.as_slice() else {
            return None;
        };
        let step = self
            .steps()
            .find(|step| first == "cohort" && step.name() == key)?;
        let (script, member) = (step.name(), member(step));
        let title = format!("the request has no `{member}`, so `{script}` does not run");
        let diagnostic = Diagnostic::error(title, &path.place, "this would have no effect");
        Some(diagnostic.help(format!("give the request a `{member}`, or leave this out")))
    }

    /// Takes these scripts away from a fleet's robots.
    pub(super) fn take_from(self, cohorts: &mut [Cohort]) {
        for cohort in cohorts {
            for step in self.steps() {
                cohort.scripts[step] = None;
            }
        }
    }
}

/// What the file of a step's script is called in a request.
pub(super) fn member(step: ScriptStep) -> &'static str {
    match step {
        ScriptStep::DownloadCondition => "downloadConditionFile",
        ScriptStep::PreLaunch => "preLaunchFile",
        ScriptStep::PostLaunch => "postLaunchFile",
    }
}
