//! A TOML document as a tree in which every key and value knows its place, and the edits that flags, profiles and sweeps make
//! to it before it is checked.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};
use crate::scenario::syntax;
use crate::scenario::words::{did_you_mean, list};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub value: Value,
    pub place: Place,
}

impl Node {
    /// How many keys and values it is of.
    pub(super) fn nodes(&self) -> usize {
        match &self.value {
            Value::Array(nodes) => 1 + nodes.iter().map(Node::nodes).sum::<usize>(),
            Value::Table(table) => {
                1 + table
                    .0
                    .iter()
                    .map(|entry| 1 + entry.node.nodes())
                    .sum::<usize>()
            }
            _ => 1,
        }
    }

    /// A table without some of its keys.
    pub(super) fn without(&self, keys: &[&str]) -> Node {
        let value = match &self.value {
            Value::Table(table) => {
                let kept = table
                    .0
                    .iter()
                    .filter(|entry| !keys.contains(&entry.key.as_str()));
                Value::Table(Table(kept.cloned().collect()))
            }
            other => other.clone(),
        };
        Node {
            value,
            place: self.place.clone(),
        }
    }
}

/// What a value is. Dates and times are kept as their text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    String(String),
    /// One beyond 128 bits is the nearest of those: still out of every range that a key allows.
    Integer(i128),
    Float(f64),
    Boolean(bool),
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

impl Value {
    /// What kind of value it is, with its article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(float) if !float.is_finite() => "no finite number",
            Value::Float(_) => "a number with a point or exponent",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date or time",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }
}

/// Entries in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table(pub Vec<Entry>);

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub key_place: Place,
    pub node: Node,
}

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.key == key)
    }
}

/// The largest text of which all problems of syntax are collected [bytes]: it may have one a byte, and each takes memory. Of a larger
/// one the first is enough.
const RECOVERED_MAX: usize = 200_000;

/// Parses a whole document; problems of syntax are collected, the first of each line: what follows on the line is mostly the
/// parser finding its feet again.
pub(super) fn parse_document(source: &Rc<Source>, problems: &mut Problems) -> Node {
    let (table, errors) = if source.text.len() <= RECOVERED_MAX {
        DeTable::parse_recoverable(&source.text)
    } else {
        match DeTable::parse(&source.text) {
            Ok(table) => (table, Vec::new()),
            Err(error) => (Spanned::new(0..0, DeTable::new()), vec![error]),
        }
    };
    let mut errors: Vec<_> = errors
        .into_iter()
        .map(|error| (error.span().unwrap_or(0..0), error))
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut clean_from = 0;
    for (span, error) in errors {
        if span.start < clean_from {
            continue;
        }
        clean_from = source.text[span.start..]
            .find('\n')
            .map_or(usize::MAX, |end| span.start + end + 1);
        problems.push(syntax(
            "the file is not valid TOML",
            &error,
            &Place::new(source, span),
        ));
    }
    let span = table.span();
    Node {
        value: convert_table(source, table.into_inner(), 0),
        place: Place::new(source, span),
    }
}

/// Parses one value as it stands after the `=` of a flag; a text that is no TOML value is taken as a string, so that
/// `recovery=30min` needs no quotes, unless it begins as an array, table or string does.
pub(super) fn parse_value(
    source: &Rc<Source>,
    span: Range<usize>,
    problems: &mut Problems,
) -> Node {
    let span = trimmed(&source.text, span);
    let text = &source.text[span.clone()];
    let place = Place::new(source, span.clone());
    match DeValue::parse(text) {
        Ok(value) if !text.is_empty() => {
            return Node {
                place,
                ..convert(source, value, span.start)
            };
        }
        Err(error) if text.starts_with(['{', '[', '"', '\'']) => {
            let at = error.span().map_or(span.clone(), |at| {
                span.start + at.start..span.start + at.end
            });
            problems.push(syntax(
                "the value is not valid TOML",
                &error,
                &Place::new(source, at),
            ));
        }
        _ => {}
    }
    Node {
        value: Value::String(text.to_owned()),
        place,
    }
}

fn syntax(title: &str, error: &toml::de::Error, place: &Place) -> Diagnostic {
    let message = syntax::words(error.message());
    match error.span() {
        Some(_) => Diagnostic::error(title, place, message),
        None => Diagnostic::error(format!("{title}: {message}"), place, ""),
    }
}

/// The span without white space at its ends.
pub(super) fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = &text[span.clone()];
    let start = span.start + inner.len() - inner.trim_start().len();
    start..start + inner.trim().len()
}

/// Converts what the parser gives; `offset` is where the parsed text begins in the source.
fn convert(source: &Rc<Source>, value: Spanned<DeValue<'_>>, offset: usize) -> Node {
    let place = shifted(source, value.span(), offset);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(integer) => {
            let beyond = if integer.as_str().starts_with('-') {
                i128::MIN
            } else {
                i128::MAX
            };
            Value::Integer(
                i128::from_str_radix(integer.as_str(), integer.radix()).unwrap_or(beyond),
            )
        }
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Value::Boolean(boolean),
        DeValue::Datetime(datetime) => Value::Date(datetime.to_string()),
        DeValue::Array(array) => Value::Array(
            array
                .into_iter()
                .map(|value| convert(source, value, offset))
                .collect(),
        ),
        DeValue::Table(table) => convert_table(source, table, offset),
    };
    Node { value, place }
}

fn convert_table(source: &Rc<Source>, table: DeTable<'_>, offset: usize) -> Value {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_place: shifted(source, key.span(), offset),
            key: key.into_inner().into_owned(),
            node: convert(source, value, offset),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_place.span.start);
    Value::Table(Table(entries))
}

fn shifted(source: &Rc<Source>, span: Range<usize>, offset: usize) -> Place {
    Place::new(source, offset + span.start..offset + span.end)
}

/// The most parts of a dotted key; the longest that leads anywhere has ten or so.
const SEGMENTS_MAX: usize = 50;

/// A dotted key such as `cohort.pickers.recovery` or `cohort.*.post_launch.failure`, and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub segments: Vec<String>,
    pub place: Place,
}

impl Path {
    /// Reads a dotted key; a segment in double quotes may hold dots.
    pub(super) fn parse(text: &str, place: &Place) -> Result<Path, Diagnostic> {
        let mut segments = vec![String::new()];
        let mut quoted = false;
        for c in text.trim().chars() {
            match c {
                '"' => quoted = !quoted,
                '.' if !quoted => segments.push(String::new()),
                c => segments.last_mut().expect("never empty").push(c),
            }
        }
        if quoted || segments.iter().any(|segment| segment.trim().is_empty()) {
            let label = if quoted {
                "a quote is not closed"
            } else {
                "a part of it is empty"
            };
            return Err(
                Diagnostic::error(format!("`{text}` is not a dotted key"), place, label)
                    .help("write it like `rollout.robomaker.failure_threshold_percentage`"),
            );
        }
        if segments.len() > SEGMENTS_MAX {
            let title = format!("a dotted key has at most {SEGMENTS_MAX} parts");
            return Err(Diagnostic::error(
                title,
                place,
                format!("this has {}", segments.len()),
            ));
        }
        Ok(Path {
            segments,
            place: place.clone(),
        })
    }

    /// The path as one would write it: [`Path::parse`] makes the same path of it.
    pub(super) fn text(&self) -> String {
        let written = |segment: &String| {
            if segment.contains('.') {
                format!("\"{segment}\"")
            } else {
                segment.clone()
            }
        };
        self.segments
            .iter()
            .map(written)
            .collect::<Vec<String>>()
            .join(".")
    }
}

/// The arrays of tables whose tables a path calls by their `name`.
const NAMED: [&str; 2] = ["cohort", "link"];

/// Replaces the value at `path` in the tree by `value`.
///
/// Cohorts and links go by their `name`; `*` stands for all that have the parent of what is set.
///
/// # Errors
/// None has the name, or the parent that the path speaks of; the path goes through something that is not a table.
pub(super) fn set(root: &mut Node, path: &Path, value: &Node) -> Result<(), Diagnostic> {
    let (first, rest) = path.segments.split_first().expect("a path has segments");
    match (NAMED.iter().find(|what| *what == first), rest) {
        (None, _) => set_in_table(root, path, &path.segments, value),
        (Some(what), [name, inner @ ..]) if !inner.is_empty() => {
            set_in_named(root, path, what, (name, inner), value)
        }
        (Some(what), _) => {
            let title = format!("a path into {what}s needs a {what} and a key");
            let help = format!("write `{what}.NAME.key`, or `{what}.*.key` for all {what}s");
            Err(Diagnostic::error(title, &path.place, "this has one of them at most").help(help))
        }
    }
}

/// Replaces a value in the tables of one array, the tables called `name` or all: `what` is such a table, as in "cohort".
fn set_in_named(
    root: &mut Node,
    path: &Path,
    what: &str,
    (name, inner): (&str, &[String]),
    value: &Node,
) -> Result<(), Diagnostic> {
    let Value::Table(table) = &mut root.value else {
        return Ok(());
    };
    let Some(Entry {
        node: Node {
            value: Value::Array(tables),
            ..
        },
        ..
    }) = table.get_mut(what)
    else {
        return Err(Diagnostic::error(
            format!("the scenario has no {what}s"),
            &path.place,
            "this speaks of one",
        ));
    };
    let mut named = false;
    let mut set = false;
    for table in tables.iter_mut() {
        if name != "*" && name_of(table) != Some(name) {
            continue;
        }
        named = true;
        if has_parent(table, inner) {
            set_in_table(table, path, inner, value)?;
            set = true;
        }
    }
    if set {
        return Ok(());
    }
    let parent = inner[..inner.len() - 1].join(".");
    if named && name != "*" {
        return Err(Diagnostic::error(
            format!("{what} `{name}` has no `{parent}`"),
            &path.place,
            "so this changes nothing",
        ));
    }
    if named {
        return Err(Diagnostic::error(
            format!("no {what} has `{parent}`"),
            &path.place,
            "so this changes nothing",
        ));
    }
    let names: Vec<&str> = tables.iter().filter_map(name_of).collect();
    Err(Diagnostic::error(
        format!("no {what} is called `{name}`"),
        &path.place,
        did_you_mean(name, &names),
    )
    .help(format!("the {what}s are {}; `*` means all", list(&names))))
}

fn name_of(table: &Node) -> Option<&str> {
    let Value::Table(table) = &table.value else {
        return None;
    };
    match &table.get("name")?.node.value {
        Value::String(name) => Some(name),
        _ => None,
    }
}

fn has_parent(node: &Node, segments: &[String]) -> bool {
    let (first, rest) = segments.split_first().expect("a path has segments");
    match &node.value {
        Value::Table(table) => {
            rest.is_empty()
                || table
                    .get(first)
                    .is_some_and(|entry| has_parent(&entry.node, rest))
        }
        _ => false,
    }
}

fn set_in_table(
    node: &mut Node,
    path: &Path,
    segments: &[String],
    value: &Node,
) -> Result<(), Diagnostic> {
    let (first, rest) = segments.split_first().expect("a path has segments");
    let kind = node.value.kind();
    let Value::Table(table) = &mut node.value else {
        let title = format!("`{}` goes through {kind}, which has no keys", path.text());
        return Err(Diagnostic::error(title, &path.place, "leads nowhere"));
    };
    if table.get(first).is_none() {
        let empty = Node {
            value: Value::Table(Table::default()),
            place: path.place.clone(),
        };
        table.0.push(Entry {
            key: first.clone(),
            key_place: path.place.clone(),
            node: empty,
        });
    }
    let entry = table.get_mut(first).expect("it was just made sure of");
    if rest.is_empty() {
        entry.key_place = path.place.clone();
        entry.node = value.clone();
        Ok(())
    } else {
        set_in_table(&mut entry.node, path, rest, value)
    }
}

/// The values that a path leads to: one, or those of every cohort or link that the path names and that has it.
pub(super) fn led_to<'n>(root: &'n Node, segments: &[String]) -> Vec<&'n Node> {
    match segments {
        [what, name, inner @ ..] if NAMED.contains(&what.as_str()) => {
            let Some(Node {
                value: Value::Array(tables),
                ..
            }) = get(root, &segments[..1])
            else {
                return Vec::new();
            };
            let named = tables
                .iter()
                .filter(|table| name == "*" || name_of(table) == Some(name));
            named.filter_map(|table| get(table, inner)).collect()
        }
        _ => get(root, segments).into_iter().collect(),
    }
}

/// The value at a path that names no cohort or link.
pub(super) fn get<'n>(node: &'n Node, segments: &[String]) -> Option<&'n Node> {
    match (segments.split_first(), &node.value) {
        (None, _) => Some(node),
        (Some((first, rest)), Value::Table(table)) => get(&table.get(first)?.node, rest),
        _ => None,
    }
}

/// Where each cohort and link stands among its kind, by kind and name: a fleet may have thousands of them.
pub(super) type Named = HashMap<(&'static str, String), usize>;

pub(super) fn named(root: &Node) -> Named {
    let mut named = Named::new();
    for what in NAMED {
        let Some(Node {
            value: Value::Array(tables),
            ..
        }) = get(root, &[what.to_owned()])
        else {
            continue;
        };
        for (number, table) in tables.iter().enumerate().rev() {
            if let Some(name) = name_of(table) {
                named.insert((what, name.to_owned()), number);
            }
        }
    }
    named
}

/// The value at a path, and whether it is there: where it is not, the nearest table that would hold it. A path into cohorts or links
/// names one.
pub(super) fn nearest<'n>(root: &'n Node, named: &Named, segments: &[String]) -> (&'n Node, bool) {
    let mut node = root;
    let mut segments = segments.iter();
    let mut what = segments
        .as_slice()
        .first()
        .and_then(|first| NAMED.into_iter().find(|what| what == first));
    while let Some(segment) = segments.next() {
        let Value::Table(table) = &node.value else {
            return (node, false);
        };
        let Some(entry) = table.get(segment) else {
            return (node, false);
        };
        node = &entry.node;
        if let (Some(what), Value::Array(tables), Some(name)) =
            (what.take(), &node.value, segments.as_slice().first())
        {
            let Some(table) = named
                .get(&(what, name.clone()))
                .and_then(|number| tables.get(*number))
            else {
                return (node, false);
            };
            segments.next();
            node = table;
        }
    }
    (node, true)
}

/// The tree as text that does not depend on layout, comments or the order of keys: what a scenario's hash is taken of.
pub(super) fn canonical(node: &Node, out: &mut String) {
    match &node.value {
        Value::String(text) => *out += &quoted(text),
        Value::Integer(integer) => *out += &integer.to_string(),
        Value::Float(float) => *out += &float_text(*float),
        Value::Boolean(boolean) => *out += &boolean.to_string(),
        Value::Date(date) => *out += date,
        Value::Array(nodes) => {
            out.push('[');
            for node in nodes {
                canonical(node, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Table(table) => {
            let mut entries: Vec<&Entry> = table.0.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for entry in entries {
                *out += &quoted(&entry.key);
                out.push('=');
                canonical(&entry.node, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// A text between quotes, as TOML takes it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c.is_control() => out += &format!("\\u{:04X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number with a point or an exponent, which tell it from an integer, in the fewest digits that read back the same.
fn float_text(float: f64) -> String {
    /// Between these, digits are short enough without an exponent.
    const PLAIN: Range<f64> = 1e-5..1e16;
    let plain = float == 0.0 || PLAIN.contains(&float.abs()) || !float.is_finite();
    let text = if plain {
        format!("{float}")
    } else {
        format!("{float:e}")
    };
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        format!("{text}.0")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{float_text, quoted};

    #[test]
    fn values_are_written_as_toml_takes_them() {
        assert_eq!(quoted("a \"b\" \\ \n\u{7}é"), r#""a \"b\" \\ \n\u0007é""#);
        let written = [1.0, -2.0, 0.0, 0.1, 1e15, 1e300, 2.5e-9, f64::INFINITY].map(float_text);
        assert_eq!(
            written,
            [
                "1.0",
                "-2.0",
                "0.0",
                "0.1",
                "1000000000000000.0",
                "1e300",
                "2.5e-9",
                "inf"
            ]
        );
    }
}
