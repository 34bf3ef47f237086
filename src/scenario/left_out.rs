//! Scripts that do not run although the file says something of them: a request has no files for them.

use crate::model::Cohort;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::tree::Path;

/// The scripts of a launch configuration that a request has no file for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub download_condition: bool,
    pub pre_launch: bool,
    pub post_launch: bool,
}

impl LeftOut {
    /// The scripts that are left out, for the scenario's hash; empty where all may run.
    pub fn text(self) -> String {
        let scripts = [
            (self.download_condition, "without download_condition;"),
            (self.pre_launch, "without pre_launch;"),
            (self.post_launch, "without post_launch;"),
        ];
        scripts
            .into_iter()
            .filter(|(left_out, _)| *left_out)
            .map(|(_, text)| text)
            .collect()
    }

    /// The script that a dotted key leads into and that is left out, with the file that it would need.
    fn script_of(self, path: &Path) -> Option<(&'static str, &'static str)> {
        let [first, _, key, ..] = path.segments.as_slice() else {
            return None;
        };
        let scripts = [
            (
                self.download_condition,
                "download_condition",
                "downloadConditionFile",
            ),
            (self.pre_launch, "pre_launch", "preLaunchFile"),
            (self.post_launch, "post_launch", "postLaunchFile"),
        ];
        let script = scripts
            .into_iter()
            .find(|(left_out, script, _)| *left_out && script == key && first == "cohort");
        script.map(|(_, script, member)| (script, member))
    }

    /// What to say of an edit, by a flag or a knob, of a script that does not run.
    pub fn forbids(self, path: &Path) -> Option<Diagnostic> {
        let (script, member) = self.script_of(path)?;
        let title = format!("the request has no `{member}`, so `{script}` does not run");
        let diagnostic = Diagnostic::error(title, &path.place, "this would have no effect");
        Some(diagnostic.help(format!("give the request a `{member}`, or leave this out")))
    }

    /// Takes these scripts away from a fleet's robots.
    pub fn take_from(self, cohorts: &mut [Cohort]) {
        for cohort in cohorts {
            for (left_out, script) in [
                (self.download_condition, &mut cohort.download_condition),
                (self.pre_launch, &mut cohort.pre_launch),
                (self.post_launch, &mut cohort.post_launch),
            ] {
                *script = script.take_if(|_| !left_out);
            }
        }
    }
}
