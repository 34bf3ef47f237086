//! Knobs and the values they take: `[sweep]` in the file and `--vary` on the command line.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};
use crate::scenario::tree::{self, Entry, Node, Path, Table, Value};
use crate::units::Quantity;

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
    /// The dotted key as one would write it.
    pub fn key(&self) -> String {
        self.path.text()
    }

    /// The parts of the key.
    pub fn parts(&self) -> &[String] {
        &self.path.segments
    }

    /// The last part of the key, without which cohort or table it is of: what an axis shows.
    pub fn short_name(&self) -> &str {
        self.path.segments.last().expect("a path has segments")
    }

    /// Its values as numbers of one kind, if they have an order: numbers, durations, sizes or rates.
    pub fn magnitudes(&self) -> Option<Vec<f64>> {
        let number = |value: &KnobValue| match &value.node.value {
            Value::Integer(integer) => Some(*integer as f64),
            Value::Float(float) => Some(*float).filter(|float| !float.is_nan()),
            _ => None,
        };
        let quantity = |value: &KnobValue, quantity: Quantity| match &value.node.value {
            Value::String(text) => quantity.parse(text).ok(),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = self.values.iter().map(number).collect();
        let quantities = [Quantity::Duration, Quantity::Size, Quantity::Rate].into_iter();
        let mut quantities = quantities.filter_map(|kind| {
            self.values
                .iter()
                .map(|value| quantity(value, kind))
                .collect()
        });
        numbers.or_else(|| quantities.next())
    }

    /// Reads flags such as `key=1..100`, `key=1..100/5` or `key=5,10,20`.
    ///
    /// # Errors
    /// One is not of this form, or two are of one key.
    pub fn from_flags(flags: &[String]) -> Result<Vec<Knob>, Problems> {
        let mut problems = Problems::default();
        let mut knobs: Vec<Knob> = Vec::new();
        for text in flags {
            let Some(knob) = Knob::from_flag(text, &mut problems) else {
                continue;
            };
            match knobs
                .iter()
                .find(|known| known.path.segments == knob.path.segments)
            {
                Some(_) => {
                    let title = format!("--vary names `{}` twice", knob.key());
                    let diagnostic = Diagnostic::error(title, &knob.path.place, "again here");
                    problems.push(
                        diagnostic.help("write all its values in one, as in --vary key=5,10,20"),
                    );
                }
                None => knobs.push(knob),
            }
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(knobs)
        }
    }

    fn from_flag(text: &str, problems: &mut Problems) -> Option<Knob> {
        let (path, source, span) = split_flag("--vary", text, problems)?;
        if let Some(diagnostic) = reserved(&path, "a sweep varies") {
            problems.push(diagnostic);
            return None;
        }
        let place = Place::new(&source, tree::trimmed(text, span.clone()));
        if let Some(range) = integer_range(&text[place.span.clone()], &place, problems) {
            return range.map(|values| Knob { path, values });
        }
        if text[place.span.clone()].starts_with('[') {
            let node = tree::parse_value(&source, span, problems);
            let Value::Array(nodes) = node.value else {
                return None;
            };
            return values(nodes, &place, problems).map(|values| Knob { path, values });
        }
        let mut nodes = Vec::new();
        for item in split_list(text, span) {
            let trimmed = tree::trimmed(text, item.clone());
            if trimmed.is_empty() {
                // A place that shows: the comma before or after the gap.
                let gap = item.start.saturating_sub(1)..(item.end + 1).min(text.len());
                let diagnostic = Diagnostic::error(
                    "a value is missing between commas",
                    &Place::new(&source, gap),
                    "here",
                );
                problems.push(diagnostic.help(FLAG_HELP));
                return None;
            }
            nodes.push(tree::parse_value(&source, trimmed, problems));
        }
        values(nodes, &place, problems).map(|values| Knob { path, values })
    }
}

/// Every combination of one value a knob, the last knob changing fastest.
pub fn combinations(knobs: &[Knob]) -> Vec<Vec<(&Knob, &KnobValue)>> {
    knobs.iter().fold(vec![Vec::new()], |combinations, knob| {
        combinations
            .into_iter()
            .flat_map(|combination| {
                knob.values.iter().map(move |value| {
                    let mut longer = combination.clone();
                    longer.push((knob, value));
                    longer
                })
            })
            .collect()
    })
}

const FLAG_HELP: &str = "write --vary key=5,10,20 or --vary key=5..100/5";

/// The values of a knob, one or more, none twice.
fn values(nodes: Vec<Node>, place: &Place, problems: &mut Problems) -> Option<Vec<KnobValue>> {
    if nodes.is_empty() {
        problems.push(Diagnostic::error("a sweep needs values", place, "none here").help(HELP));
        return None;
    }
    if nodes.len() > SETTINGS_MAX {
        problems.push(too_many_values(place));
        return None;
    }
    let values: Vec<KnobValue> = nodes
        .into_iter()
        .map(|node| KnobValue {
            text: show(&node),
            node,
        })
        .collect();
    let mut seen = HashMap::new();
    for value in &values {
        if let Some(first) = seen.insert(show(&sorted(&value.node)), &value.node.place) {
            let title = format!("the value `{}` is given twice", value.text);
            problems.push(
                Diagnostic::error(title, &value.node.place, "again here")
                    .other(first, "first here"),
            );
            return None;
        }
    }
    Some(values)
}

fn too_many_values(place: &Place) -> Diagnostic {
    let title = format!(
        "a sweep has at most {} settings",
        crate::units::count(SETTINGS_MAX as u64)
    );
    Diagnostic::error(title, place, "these are more")
        .help("a range may have a step, as in 5..100/5")
}

/// The dotted key of an entry that changes the scenario; `who` is what such entries do, as in "a profile changes".
pub(super) fn path(entry: &Entry, who: &str) -> Result<Path, Diagnostic> {
    let dotted = entry.key.contains('.');
    // A dotted key that TOML took apart because it is not in quotes, and that would replace a whole table.
    if !dotted && matches!(entry.node.value, Value::Table(_)) {
        let title = format!(
            "the dotted key that begins with `{}` must be in quotes",
            entry.key
        );
        let help = "write \"rollout.robomaker.order\" = ..., the whole key between quotes";
        return Err(Diagnostic::error(title, &entry.key_place, "not in quotes").help(help));
    }
    let path = Path::parse(&entry.key, &entry.key_place)?;
    reserved(&path, who).map_or(Ok(path), Err)
}

/// Keys that belong to the whole run.
pub(super) const RESERVED: [&str; 6] = ["name", "seed", "replications", "profile", "sweep", "tune"];

/// Refuses keys that belong to the whole run: all its settings and profiles share them.
fn reserved(path: &Path, who: &str) -> Option<Diagnostic> {
    let key = path.segments.first().expect("a path has segments").as_str();
    let whole = RESERVED.contains(&key);
    let diagnostic = |key| {
        Diagnostic::error(
            format!("`{key}` is not a key that {who}"),
            &path.place,
            "not here",
        )
    };
    whole.then(|| {
        diagnostic(key).help(
            "it belongs to the whole scenario: settings and profiles are compared under the same",
        )
    })
}

/// Splits a flag `key=value` into the path of the key and the span of the value.
pub(super) fn split_flag(
    flag: &str,
    text: &str,
    problems: &mut Problems,
) -> Option<(Path, Rc<Source>, Range<usize>)> {
    let source = Rc::new(Source {
        name: flag.to_owned(),
        text: text.to_owned(),
    });
    let whole = Place::new(&source, 0..text.len());
    let Some(equals) = text
        .find('=')
        .filter(|equals| *equals > 0 && !text[equals + 1..].trim().is_empty())
    else {
        let example = if flag == "--vary" {
            "rollout.robomaker.order=file,shuffled"
        } else {
            "rollout.robomaker.order=file"
        };
        let label = match text.find('=') {
            None => "there is no `=`",
            Some(0) => "there is no key",
            Some(_) => "there is no value",
        };
        problems.push(
            Diagnostic::error(format!("{flag} takes key=value"), &whole, label)
                .help(format!("as in {flag} {example}")),
        );
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
        let label = format!("this is {}", node.value.kind());
        problems.push(Diagnostic::error("`sweep` must be a table", &node.place, label).help(HELP));
        return Vec::new();
    };
    let mut knobs = Vec::new();
    for entry in &table.0 {
        let path = match path(entry, "a sweep varies") {
            Ok(path) => path,
            Err(diagnostic) => {
                problems.push(diagnostic);
                continue;
            }
        };
        let place = &entry.node.place;
        let values = match &entry.node.value {
            Value::Array(nodes) => values(nodes.clone(), place, problems),
            Value::String(text) => integer_range(text, place, problems).unwrap_or_else(|| {
                problems.push(not_a_range(text, place));
                None
            }),
            _ => {
                let label = format!("this is {}", entry.node.value.kind());
                problems.push(Diagnostic::error("a sweep needs values", place, label).help(HELP));
                None
            }
        };
        knobs.extend(values.map(|values| Knob { path, values }));
    }
    knobs
}

const HELP: &str = "write \"rollout.robomaker.failure_threshold_percentage\" = [2, 5, 10], or \"1..100\" for a range";

/// Reads `1..100` or `5..100/5`, both ends included. `None` if the text does not look like it; `Some(None)` if it does, but makes
/// no sense.
fn integer_range(
    text: &str,
    place: &Place,
    problems: &mut Problems,
) -> Option<Option<Vec<KnobValue>>> {
    let (range, step) = text.split_once('/').unwrap_or((text, "1"));
    let (first, last) = range.split_once("..")?;
    let number = |text: &str| text.trim().parse::<i64>().ok();
    let last = last.strip_prefix('=').unwrap_or(last);
    let (Some(first), Some(last), Some(step)) = (number(first), number(last), number(step)) else {
        problems.push(not_a_range(text, place));
        return Some(None);
    };
    let refused = if step < 1 {
        Diagnostic::error(
            format!("the step of `{text}` must be one or more"),
            place,
            "too small",
        )
    } else if last < first {
        let help = format!("write the smaller number first: {last}..{first}");
        Diagnostic::error(
            format!("the range `{text}` runs backwards"),
            place,
            "no value is in it",
        )
        .help(help)
    } else if i128::from(last) - i128::from(first) >= i128::from(step) * SETTINGS_MAX as i128 {
        too_many_values(place)
    } else {
        let values = (i128::from(first)..=i128::from(last)).step_by(step as usize);
        let nodes = values.map(|value| Node {
            value: Value::Integer(value),
            place: place.clone(),
        });
        return Some(Some(
            nodes
                .map(|node| KnobValue {
                    text: show(&node),
                    node,
                })
                .collect(),
        ));
    };
    problems.push(refused);
    Some(None)
}

fn not_a_range(text: &str, place: &Place) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        format!("`{text}` is not a range"),
        place,
        "a range is of whole numbers",
    );
    diagnostic.help(
        "write 1..100, or 5..100/5 for every fifth, both ends included; or single values: 0.1, 0.2",
    )
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

/// Whether two values are the same, in whatever order the keys of their tables stand.
pub(super) fn alike(a: &Node, b: &Node) -> bool {
    show(&sorted(a)) == show(&sorted(b))
}

/// The value with the keys of its tables in alphabetical order.
fn sorted(node: &Node) -> Node {
    let value = match &node.value {
        Value::Array(nodes) => Value::Array(nodes.iter().map(sorted).collect()),
        Value::Table(table) => {
            let mut entries: Vec<Entry> = table
                .0
                .iter()
                .map(|entry| Entry {
                    node: sorted(&entry.node),
                    ..entry.clone()
                })
                .collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            Value::Table(Table(entries))
        }
        other => other.clone(),
    };
    Node {
        value,
        place: node.place.clone(),
    }
}

/// A value as tables and axes show it.
pub(super) fn show(node: &Node) -> String {
    match &node.value {
        Value::String(text) => text.clone(),
        _ => shown(node),
    }
}

/// A value as one would write it, its tables in the order of the file.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Array(nodes) => {
            let items: Vec<String> = nodes.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let items: Vec<String> = table
                .0
                .iter()
                .map(|entry| format!("{} = {}", entry.key, shown(&entry.node)))
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
        _ => {
            let mut text = String::new();
            tree::canonical(node, &mut text);
            text
        }
    }
}
