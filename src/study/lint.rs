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
mod profiles;
mod release;
mod risk;
mod slots;
mod threshold;
mod windows;

use crate::scenario::{Diagnostic, Level, Problems, Scenario, ScenarioFile, Written};
use crate::theory::view::View;

/// Every rule.
pub const RULES: [&str; 29] = [
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
const DECISIVE: [&str; 4] = [
    "job-for-nobody",
    "certain-breach",
    "cannot-finish",
    "never-updated",
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
    fn warning(rule: &'static str, title: String, key: String, label: impl Into<String>) -> Remark {
        let at = (key, label.into());
        Remark {
            rule,
            level: Level::Warning,
            title,
            at,
            other: None,
            why: String::new(),
            help: String::new(),
        }
    }

    fn error(rule: &'static str, title: String, key: String, label: impl Into<String>) -> Remark {
        Remark {
            level: Level::Error,
            ..Remark::warning(rule, title, key, label)
        }
    }

    fn other(self, key: String, label: impl Into<String>) -> Remark {
        Remark {
            other: Some((key, label.into())),
            ..self
        }
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
        let place = |(key, label): &(String, String)| {
            let (place, is_written) = written.place_of(key);
            let default = if is_written { "" } else { " (by default)" };
            (place, format!("{label}{default}"))
        };
        let (at, label) = place(&self.at);
        let mut diagnostic = match self.level {
            Level::Error => Diagnostic::error(self.title.clone(), &at, label),
            Level::Warning => Diagnostic::warning(self.title.clone(), &at, label),
        };
        let mut why = self.why.clone();
        // What stands nowhere, or where something stands already, is said in words.
        let mut say =
            |(key, label): &(String, String)| why += &format!("; `{key}` (by default): {label}");
        if at.is_whole() {
            say(&self.at);
        }
        if let Some(other) = &self.other {
            match place(other) {
                (other, label) if other != at && !other.is_whole() => {
                    diagnostic = diagnostic.other(&other, label);
                }
                (other_place, _)
                    if !written.place_of(&other.0).1
                        && (other_place.is_whole() || other.0 != self.at.0) =>
                {
                    say(other);
                }
                _ => {}
            }
        }
        diagnostic.why(why).help(self.help.clone())
    }
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
    let is_same = |known: &&mut Finding| {
        let Diagnostic {
            level,
            title,
            place,
            other,
            why,
            help,
        } = &known.diagnostic;
        let labels = (
            other.as_ref().map(|(_, label)| label),
            diagnostic.other.as_ref().map(|(_, label)| label),
        );
        known.rule == rule
            && (level, title, place) == (&diagnostic.level, &diagnostic.title, &diagnostic.place)
            && (why, help) == (&diagnostic.why, &diagnostic.help)
            && labels.0 == labels.1
    };
    match findings.iter_mut().find(is_same) {
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
    given_up::remarks(view, &mut remarks);
    campaign::remarks(view, &mut remarks);
    remarks
}

/// A count of robots in words.
fn robots(n: u32) -> String {
    let unit = if n == 1 { "robot" } else { "robots" };
    format!("{} {unit}", crate::units::count(n.into()))
}

/// A verb for a number: `has` for one, `have` for others.
fn verb(n: u32, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 { one } else { several }
}

/// A number of failures as what stops a job.
fn stop_it(n: u32) -> String {
    format!("{} {} it", failures(n), verb(n, "stops", "stop"))
}

/// A count of failures in words.
fn failures(n: u32) -> String {
    let unit = if n == 1 { "failure" } else { "failures" };
    format!("{} {unit}", crate::units::count(n.into()))
}
