//! Knobs and the values they take: `[sweep]` in the file and `--vary` on the command line.

use std::ops::Range;
use std::rc::Rc;

use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};
use crate::scenario::tree::{self, Entry, Node, Path, Value};

/// The most settings of a sweep.
pub const SETTINGS_MAX: usize = 10_000;

/// A key of the scenario that a sweep varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    pub(super) path: Path,
    pub values: Vec<KnobValue>,
}

/// One value of a knob.
#[derive(Clone, Debug, PartialEq)]
pub struct KnobValue {
    /// As tables and axes show it.
    pub text: String,
    pub(super) node: Node,
}

impl Knob {
    /// The dotted key.
    pub fn key(&self) -> String {
        self.path.text()
    }

    /// The last part of the key, without which cohort or table it is of: what an axis shows.
    pub fn short_name(&self) -> &str {
        self.path.segments.last().expect("a path has segments")
    }

    /// Reads the flag `key=1..100`, `key=1..100/5` or `key=5,10,20`.
    ///
    /// # Errors
    /// It is not of this form.
    pub fn from_flag(text: &str) -> Result<Knob, Problems> {
        let mut problems = Problems::default();
        let knob = split_flag("--vary", text, &mut problems).and_then(|(path, source, span)| {
            let place = Place::new(&source, span.clone());
            if let Some(range) = integer_range(&source.text[span.clone()], &place, &mut problems) {
                return range.map(|values| Knob { path, values });
            }
            let mut values = Vec::new();
            for item in split_list(&source.text, span) {
                let node = tree::parse_value(&source, item, &mut problems);
                values.push(KnobValue { text: show(&node), node });
            }
            Some(Knob { path, values })
        });
        match knob {
            Some(knob) if !problems.has_errors() => Ok(knob),
            _ => Err(problems),
        }
    }
}

/// Splits a flag `key=value` into the path of the key and the span of the value.
pub(super) fn split_flag(flag: &str, text: &str, problems: &mut Problems) -> Option<(Path, Rc<Source>, Range<usize>)> {
    let source = Rc::new(Source { name: flag.to_owned(), text: text.to_owned() });
    let whole = Place::new(&source, 0..text.len());
    let Some(equals) = text.find('=').filter(|equals| *equals > 0 && !text[equals + 1..].trim().is_empty()) else {
        let help = format!("write {flag} key=value, as in {flag} rollout.robomaker.order=file");
        problems.push(Diagnostic::error(format!("{flag} takes key=value"), &whole, "").help(help));
        return None;
    };
    match Path::parse(&text[..equals], &Place::new(&source, 0..equals)) {
        Ok(path) => Some((path, source, equals + 1..text.len())),
        Err(diagnostic) => {
            problems.push(diagnostic);
            None
        }
    }
}

/// Reads `[sweep]`: each key a dotted key, each value an array or a range in a string.
pub(super) fn knobs(node: &Node, problems: &mut Problems) -> Vec<Knob> {
    let Value::Table(table) = &node.value else {
        problems.push(Diagnostic::error("`sweep` must be a table", &node.place, "").help(HELP));
        return Vec::new();
    };
    let mut knobs = Vec::new();
    for entry in &table.0 {
        if let Some(diagnostic) = unquoted(entry) {
            problems.push(diagnostic);
            continue;
        }
        let path = match Path::parse(&entry.key, &entry.key_place) {
            Ok(path) => path,
            Err(diagnostic) => {
                problems.push(diagnostic);
                continue;
            }
        };
        let place = &entry.node.place;
        let values = match &entry.node.value {
            Value::Array(nodes) if !nodes.is_empty() => {
                Some(nodes.iter().map(|node| KnobValue { text: show(node), node: node.clone() }).collect())
            }
            Value::String(text) => match integer_range(text, place, problems) {
                Some(values) => values,
                None => {
                    problems.push(Diagnostic::error(format!("`{text}` is not a range"), place, "").help(HELP));
                    None
                }
            },
            _ => {
                problems.push(Diagnostic::error("a sweep needs values", place, "").help(HELP));
                None
            }
        };
        knobs.extend(values.map(|values| Knob { path, values }));
    }
    knobs
}

/// A dotted key that TOML took apart because it is not in quotes, and that would replace a whole table.
pub(super) fn unquoted(entry: &Entry) -> Option<Diagnostic> {
    let Value::Table(_) = entry.node.value else { return None };
    let dotted = entry.key.contains('.');
    let title = format!("the dotted key that begins with `{}` must be in quotes", entry.key);
    let help = "write \"rollout.robomaker.order\" = ..., the whole key between quotes";
    (!dotted).then(|| Diagnostic::error(title, &entry.key_place, "").help(help))
}

const HELP: &str = "write \"rollout.robomaker.failure_threshold_percentage\" = [2, 5, 10], or \"1..100\" for a range";

/// Reads `1..100` or `5..100/5`, both ends included. `None` if the text is not of this form; `Some(None)` if it is, but makes no
/// sense.
fn integer_range(text: &str, place: &Place, problems: &mut Problems) -> Option<Option<Vec<KnobValue>>> {
    let (range, step) = text.trim().split_once('/').unwrap_or((text.trim(), "1"));
    let (first, last) = range.split_once("..")?;
    let last = last.strip_prefix('=').unwrap_or(last);
    let (first, last, step): (i64, i64, i64) = (first.parse().ok()?, last.parse().ok()?, step.parse().ok()?);
    let steps = last.checked_sub(first).filter(|span| *span >= 0 && step > 0).map(|span| span / step);
    let Some(steps) = steps.filter(|steps| *steps < SETTINGS_MAX as i64) else {
        let help = "write the smaller number first, as in 5..100/5, both ends included";
        problems.push(Diagnostic::error(format!("`{text}` is not a range"), place, "").help(help));
        return Some(None);
    };
    let value = |i| Node { value: Value::Integer(first + i * step), place: place.clone() };
    Some(Some((0..=steps).map(value).map(|node| KnobValue { text: show(&node), node }).collect()))
}

/// The spans between the commas of a list that are not inside brackets or quotes.
fn split_list(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let (mut depth, mut quoted, mut start) = (0i32, false, span.start);
    for (offset, c) in text[span.clone()].char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                items.push(start..span.start + offset);
                start = span.start + offset + 1;
            }
            _ => {}
        }
    }
    items.push(start..span.end);
    items
}

/// A value as tables and axes show it.
pub(super) fn show(node: &Node) -> String {
    match &node.value {
        Value::String(text) => text.clone(),
        _ => {
            let mut text = String::new();
            tree::canonical(node, &mut text);
            text
        }
    }
}
