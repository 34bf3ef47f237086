//! What will go wrong with a scenario, without playing it.
//!
//! Each rule looks at one profile and leaves remarks: what is wrong, at which key, why, and what to do. Here they are put at their
//! places in the file, and what several profiles have in common is said once. An error is certain trouble: it happens in every
//! replication. A warning is a likely mistake, or a consequence of the rules that is easily overlooked. `docs/lint.md` lists the rules.

mod campaign;
mod deadlines;
pub(in crate::study) mod given_up;
mod holders;
mod links;
mod offline;
mod profiles;
mod release;
mod risk;
mod slots;
mod threshold;
mod windows;

use crate::scenario::{Diagnostic, Level, Place, Problems, Scenario, ScenarioFile, Written};
use crate::theory::steps::Course;
use crate::theory::view::{Job, View, without_bundle};
use crate::units::count;

/// Every rule.
pub const RULES: [&str; 34] = [
    "certain-breach",
    "no-bundle",
    "unused-bundle",
    "threshold-never",
    "threshold-stops-nothing",
    "one-failure-stops",
    "window-of-one",
    "overshoot",
    "false-abort",
    "bad-release-passes",
    "never-updated",
    "timeout-too-short",
    "dead-robots",
    "hanging-scripts",
    "given-up-is-up",
    "cannot-finish",
    "link-saturates",
    "link-too-thin",
    "window-too-short",
    "window-too-far",
    "mostly-offline",
    "offline-before-done",
    "given-up-offline",
    "never-contacted",
    "never-online",
    "canary-rounds-to-none",
    "soak-too-short",
    "latent-unwatched",
    "sync-fails-again",
    "recovery-without-bundle",
    "job-for-nobody",
    "profile-changes-nothing",
    "change-without-effect",
    "scenario",
];

/// The rules whose errors are said first, in this order: what decides about the rollout before anything else does.
const DECISIVE: [&str; 6] = [
    "job-for-nobody",
    "certain-breach",
    "cannot-finish",
    "never-updated",
    "never-contacted",
    "never-online",
];

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// One of [`RULES`].
    pub rule: &'static str,
    pub diagnostic: Diagnostic,
    /// Those in which it is so; empty if that is all of them.
    pub profiles: Vec<String>,
}

impl Finding {
    pub fn is_error(&self) -> bool {
        self.diagnostic.level == Level::Error
    }
}

/// What a rule has to say.
#[derive(Clone, Debug, PartialEq)]
struct Remark {
    rule: &'static str,
    level: Level,
    title: String,
    /// The dotted key whose value it is about, with a few words to set under it.
    at: (String, String),
    other: Option<(String, String)>,
    why: String,
    help: String,
}

impl Remark {
    fn warning(
        rule: &'static str,
        title: impl Into<String>,
        key: impl Into<String>,
        label: impl Into<String>,
    ) -> Remark {
        Remark {
            rule,
            level: Level::Warning,
            title: title.into(),
            at: (key.into(), label.into()),
            other: None,
            why: String::new(),
            help: String::new(),
        }
    }

    fn error(
        rule: &'static str,
        title: impl Into<String>,
        key: impl Into<String>,
        label: impl Into<String>,
    ) -> Remark {
        let level = Level::Error;
        Remark {
            level,
            ..Remark::warning(rule, title, key, label)
        }
    }

    fn other(self, key: impl Into<String>, label: impl Into<String>) -> Remark {
        let other = Some((key.into(), label.into()));
        Remark { other, ..self }
    }

    /// With the concurrency of a job as the other side.
    fn and_concurrency(self, job: &Job) -> Remark {
        self.other(
            job.concurrency_key(),
            format!("{} at a time", robots(job.window())),
        )
    }

    fn why(self, why: impl Into<String>) -> Remark {
        Remark {
            why: why.into(),
            ..self
        }
    }

    fn help(self, help: impl Into<String>) -> Remark {
        Remark {
            help: help.into(),
            ..self
        }
    }

    /// At its place in a profile.
    fn placed(&self, written: &Written) -> Diagnostic {
        let (at, label, _) = place(written, &self.at);
        let mut diagnostic = match self.level {
            Level::Error => Diagnostic::error(self.title.clone(), &at, label),
            Level::Warning => Diagnostic::warning(self.title.clone(), &at, label),
        };
        let mut why = self.why.clone();
        // What stands nowhere, or where something stands already, is said in words.
        if at.is_whole() {
            why += &by_default(&self.at);
        }
        if let Some(other) = &self.other {
            let (place, label, is_written) = place(written, other);
            if place != at && !place.is_whole() {
                diagnostic = diagnostic.other(&place, label);
            } else if !is_written && (place.is_whole() || other.0 != self.at.0) {
                why += &by_default(other);
            }
        }
        diagnostic.why(why).help(self.help.clone())
    }
}

/// Where a key stands, with the words to set under it, and whether it is written.
fn place(written: &Written, (key, label): &(String, String)) -> (Place, String, bool) {
    let (place, is_written) = written.place_of(key);
    let default = if is_written { "" } else { " (by default)" };
    (place, format!("{label}{default}"), is_written)
}

fn by_default((key, label): &(String, String)) -> String {
    format!("; `{key}` (by default): {label}")
}

/// All findings about a checked scenario: `warnings` are those of its reading.
pub fn lint(file: &ScenarioFile, scenario: &Scenario, warnings: &Problems) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let views: Vec<View> = scenario.profiles.iter().map(View::new).collect();
    for view in &views {
        let name = &view.profile.name;
        let written = file.with_profile(name);
        for remark in remarks(view, scenario) {
            add(&mut findings, remark.rule, remark.placed(&written), name);
        }
    }
    for finding in &mut findings {
        if finding.profiles.len() == scenario.profiles.len() {
            finding.profiles.clear();
        } else {
            let title = format!(
                "{} (profile {})",
                finding.diagnostic.title,
                finding.profiles.join(", ")
            );
            finding.diagnostic.title = title;
        }
    }
    findings.extend(profiles::findings(file, scenario));
    let read = warnings
        .0
        .iter()
        .filter(|warning| warning.level == Level::Warning);
    findings.extend(read.map(|warning| Finding {
        rule: "scenario",
        diagnostic: warning.clone(),
        profiles: Vec::new(),
    }));
    findings.sort_by_key(|finding| {
        let place = finding
            .diagnostic
            .place
            .as_ref()
            .map(|(place, _)| place.span.start);
        // Of what is certain, what leaves the least of the rollout comes first.
        let decides = DECISIVE
            .iter()
            .position(|rule| finding.is_error() && *rule == finding.rule)
            .unwrap_or(DECISIVE.len());
        (!finding.is_error(), decides, place)
    });
    findings
}

fn add(findings: &mut Vec<Finding>, rule: &'static str, diagnostic: Diagnostic, profile: &str) {
    // All that is said must be so in each profile, its numbers too. The other side of a conflict is shown where the first of them has it.
    let same = findings.iter_mut().find(
        |Finding {
             rule: known_rule,
             diagnostic: known,
             ..
         }| {
            let label = known.other.as_ref().map(|(_, label)| label);
            *known_rule == rule
                && label == diagnostic.other.as_ref().map(|(_, label)| label)
                && Diagnostic {
                    other: None,
                    ..known.clone()
                } == Diagnostic {
                    other: None,
                    ..diagnostic.clone()
                }
        },
    );
    match same {
        Some(known) => known.profiles.push(profile.to_owned()),
        None => findings.push(Finding {
            rule,
            diagnostic,
            profiles: vec![profile.to_owned()],
        }),
    }
}

fn remarks(view: &View, scenario: &Scenario) -> Vec<Remark> {
    let mut remarks = Vec::new();
    release::remarks(view, &mut remarks);
    threshold::remarks(view, &mut remarks);
    risk::remarks(view, scenario, &mut remarks);
    holders::remarks(view, &mut remarks);
    slots::remarks(view, &mut remarks);
    deadlines::remarks(view, &mut remarks);
    links::remarks(view, &mut remarks);
    windows::remarks(view, &mut remarks);
    offline::remarks(view, &mut remarks);
    given_up::remarks(view, &mut remarks);
    campaign::remarks(view, &mut remarks);
    remarks
}

/// Robots of the fleet that have no bundle.
fn without_bundles(view: &View) -> u32 {
    let world = &view.profile.world;
    let cohorts = world.fleet.cohorts.iter();
    cohorts
        .map(|cohort| without_bundle(cohort, &world.release))
        .sum()
}

/// A mean over the robots of courses.
fn mean_over(courses: &[Course], of: impl Fn(&Course) -> f64) -> f64 {
    let robots: f64 = courses.iter().map(|course| f64::from(course.robots)).sum();
    let all = courses
        .iter()
        .map(|course| f64::from(course.robots) * of(course));
    all.sum::<f64>() / robots.max(1.0)
}

/// A count of robots in words.
fn robots(n: u32) -> String {
    format!("{} {}", count(n.into()), verb(n, "robot", "robots"))
}

/// A word for a number: `has` for one, `have` for others.
fn verb(n: u32, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 { one } else { several }
}

/// A number of failures as what stops a job.
fn stop_it(n: u32) -> String {
    format!("{} {} it", failures(n), verb(n, "stops", "stop"))
}

/// A count of failures in words.
fn failures(n: u32) -> String {
    format!("{} {}", count(n.into()), verb(n, "failure", "failures"))
}
