//! Reading `[tune]`: what is to be best, under which limits, and what may be varied beside the two percentages.
//!
//! Objective and limits speak of metrics, which the scenario does not know: they are kept as texts that know the places of their parts,
//! so that later problems can point at them.

use std::ops::Range;

use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::keys::results::TUNE;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::sweep::{self, Knob};
use crate::scenario::tree::{Node, Value};

/// The most combinations of values in `[tune.vary]`: each takes a walk over all percentages.
const COMBINATIONS_MAX: usize = 100;

/// The most limits, or other texts, in an array.
pub(super) const PHRASES_MAX: usize = 50;

const LIMITS_HELP: &str = "write limits = [\"p(threshold_reached) <= 1%\"]";

/// Which end of the objective is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Minimise,
    Maximise,
}

impl Direction {
    pub const ALL: [Direction; 2] = [Direction::Minimise, Direction::Maximise];

    pub fn name(self) -> &'static str {
        match self {
            Direction::Minimise => "minimise",
            Direction::Maximise => "maximise",
        }
    }
}

/// A text of the file whose parts have places.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    pub text: String,
    place: Place,
    /// Where the text begins in its source; unknown if it is not written there as it reads.
    begins: Option<usize>,
}

impl Phrase {
    fn new(text: &str, place: &Place) -> Phrase {
        let written = place.source.text.get(place.span.clone()).unwrap_or("");
        Phrase {
            text: text.to_owned(),
            place: place.clone(),
            begins: written.find(text).map(|at| place.span.start + at),
        }
    }

    /// A text that stands nowhere else.
    pub fn alone(name: &str, text: &str) -> Phrase {
        let source = std::rc::Rc::new(crate::scenario::diagnostic::Source {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        Phrase::new(text, &Place::new(&source, 0..text.len()))
    }

    /// The place of a part of the text, in bytes; that of all of it if it has none of its own.
    pub fn part(&self, span: Range<usize>) -> Place {
        match self.begins {
            Some(begins) if !span.is_empty() => {
                Place::new(&self.place.source, begins + span.start..begins + span.end)
            }
            _ => self.place.clone(),
        }
    }

    /// A part of the text without the spaces at its ends.
    pub(crate) fn trimmed(&self, span: Range<usize>) -> Range<usize> {
        let inner = &self.text[span.clone()];
        let start = span.start + inner.len() - inner.trim_start().len();
        start..start + inner.trim().len()
    }

    pub fn whole(&self) -> &Place {
        &self.place
    }
}

/// The readable part of `[tune]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tune {
    pub objective: Option<(Direction, Phrase)>,
    pub limits: Vec<Phrase>,
    /// Of each limit on its own.
    pub confidence: f64,
    /// What is varied beside the two percentages.
    pub vary: Vec<Knob>,
}

/// Reads `[tune]`; problems stay in `reading`, and what is sound beside them is given.
pub(super) fn tune(reading: &mut Reading, node: &Node) -> Option<Tune> {
    let mut section = reading.table(node, &TUNE)?;
    let [least, most] = ["minimise", "maximise"].map(|key| section.value(key));
    let objective = match (least, most) {
        (Some(least), Some(most)) => {
            let title = "`tune` has both `minimise` and `maximise`";
            let diagnostic = Diagnostic::error(title, &most.place, "the other objective")
                .other(&least.place, "one objective");
            reading.problem(diagnostic.help("choose one, and put a limit on the other"));
            None
        }
        (Some(node), None) => phrase(reading, node).map(|phrase| (Direction::Minimise, phrase)),
        (None, Some(node)) => phrase(reading, node).map(|phrase| (Direction::Maximise, phrase)),
        (None, None) => {
            let title = "`tune` needs `minimise` or `maximise`";
            if !section.has_mistyped_key() {
                reading.problem(
                    Diagnostic::error(title, section.place(), "what is to be best?")
                        .help(TUNE.help),
                );
            }
            None
        }
    };
    let limits = section.value("limits").map_or_else(Vec::new, |node| {
        phrases(reading, node, "tune.limits", LIMITS_HELP)
    });
    let confidence = confidence(reading, &mut section);
    let vary = section
        .value("vary")
        .map_or_else(Vec::new, |node| vary(reading, node));
    section.finish(reading);
    Some(Tune {
        objective,
        limits,
        confidence,
        vary,
    })
}

/// Reads a text whose parts may be pointed at.
fn phrase(reading: &mut Reading, node: &Node) -> Option<Phrase> {
    reading
        .string(node)
        .map(|text| Phrase::new(text, &node.place))
}

/// Reads an array of texts whose parts may be pointed at; `help` says how to write it.
pub(super) fn phrases(reading: &mut Reading, node: &Node, key: &str, help: &str) -> Vec<Phrase> {
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array", node, help);
        return Vec::new();
    };
    if nodes.len() > PHRASES_MAX {
        let title = format!("`{key}` has at most {PHRASES_MAX} entries");
        reading.problem(Diagnostic::error(
            title,
            &node.place,
            format!("these are {}", nodes.len()),
        ));
        return Vec::new();
    }
    nodes
        .iter()
        .filter_map(|node| phrase(reading, node))
        .collect()
}

/// The confidence, or its default where it is not given or cannot be read.
fn confidence(reading: &mut Reading, section: &mut Section) -> f64 {
    let (key, node) = section.at("confidence");
    let given = node.and_then(|node| {
        let confidence = reading.share(node, &key.quoted())?;
        if key.allows(confidence) {
            return Some(confidence);
        }
        let title = format!("`confidence` must be{}", key.range_text());
        let help = "0.95 means: a limit reported to hold does not, at most once in twenty times";
        reading.problem(Diagnostic::error(title, &node.place, "out of range").help(help));
        None
    });
    let default = key.default().and_then(|text| text.parse().ok());
    given
        .or(default)
        .expect("a bug: a confidence without a default")
}

/// Reads `[tune.vary]`: keys of RoboMaker's rules and of a campaign's jobs, but for the two percentages, which are varied anyway.
fn vary(reading: &mut Reading, node: &Node) -> Vec<Knob> {
    let mut knobs = sweep::knobs(node, &mut reading.problems);
    knobs.retain(|knob| {
        let segments: Vec<&str> = knob.path.segments.iter().map(String::as_str).collect();
        let refused = match segments.as_slice() {
            ["rollout", "robomaker", "concurrent_deployment_percentage" | "failure_threshold_percentage", ..] => {
                Some("both percentages are varied anyway, from 1 to 100")
            }
            ["rollout", "robomaker", _, ..] | ["campaign", _, ..] => None,
            _ => Some(
                "only rules can be chosen: keys below `rollout.robomaker.` and `campaign.`; what is not yours to choose belongs \
                 into a profile",
            ),
        };
        if let Some(help) = refused {
            let title = format!("`{}` is not a key that `tune.vary` varies", knob.key());
            reading.problem(Diagnostic::error(title, &knob.path.place, "not here").help(help));
        }
        refused.is_none()
    });
    let combinations = knobs
        .iter()
        .map(|knob| knob.values.len())
        .try_fold(1usize, usize::checked_mul);
    if combinations.is_none_or(|combinations| combinations > COMBINATIONS_MAX) {
        let title = format!("`tune.vary` has more than {COMBINATIONS_MAX} combinations");
        let help = "each is tried with every pair of percentages; give fewer values";
        reading.problem(Diagnostic::error(title, &node.place, "too many").help(help));
    }
    knobs
}
