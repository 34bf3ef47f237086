//! A TOML document as a tree in which every key and value knows its place, and the edits that flags, profiles and sweeps make
//! to it before it is checked.

use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub value: Value,
    pub place: Place,
}

/// What a value is. Dates and times have no use in a scenario yet and are kept as their text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

impl Value {
    /// What kind of value it is, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date or time",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }
}

/// Entries in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table(pub Vec<Entry>);

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_place: Place,
    pub node: Node,
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.key == key)
    }
}

/// Parses a whole document; problems of syntax are collected, all of them.
pub fn parse_document(source: &Rc<Source>, problems: &mut Problems) -> Node {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = error.message();
        problems.push(Diagnostic::error(format!("the file is not valid TOML: {message}"), &Place::new(source, span), ""));
    }
    let span = table.span();
    Node { value: convert_table(source, table.into_inner(), problems), place: Place::new(source, span) }
}

/// Parses one value as it stands after the `=` of a flag; a text that is no TOML value is taken as a string, so that
/// `recovery=30min` needs no quotes.
pub fn parse_value(source: &Rc<Source>, span: std::ops::Range<usize>, problems: &mut Problems) -> Node {
    let text = source.text[span.clone()].trim();
    let value = match DeValue::parse(text) {
        Ok(value) if !text.is_empty() => convert(source, value, problems).value,
        _ => Value::String(text.to_owned()),
    };
    let mut node = Node { value, place: Place::new(source, span.clone()) };
    relocate(&mut node, &Place::new(source, span));
    node
}

/// A value parsed on its own has places from its own beginning: put them all at the value's place in the flag.
fn relocate(node: &mut Node, place: &Place) {
    node.place = place.clone();
    match &mut node.value {
        Value::Array(nodes) => nodes.iter_mut().for_each(|node| relocate(node, place)),
        Value::Table(table) => {
            for entry in &mut table.0 {
                entry.key_place = place.clone();
                relocate(&mut entry.node, place);
            }
        }
        _ => {}
    }
}

fn convert(source: &Rc<Source>, value: Spanned<DeValue<'_>>, problems: &mut Problems) -> Node {
    let place = Place::new(source, value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => {
                problems.push(Diagnostic::error("this integer is too large", &place, ""));
                Value::Integer(0)
            }
        },
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(boolean) => Value::Boolean(boolean),
        DeValue::Datetime(datetime) => Value::Date(datetime.to_string()),
        DeValue::Array(array) => Value::Array(array.into_iter().map(|value| convert(source, value, problems)).collect()),
        DeValue::Table(table) => convert_table(source, table, problems),
    };
    Node { value, place }
}

fn convert_table(source: &Rc<Source>, table: DeTable<'_>, problems: &mut Problems) -> Value {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_place: Place::new(source, key.span()),
            key: key.into_inner().into_owned(),
            node: convert(source, value, problems),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_place.span.start);
    Value::Table(Table(entries))
}

/// A dotted key such as `cohort.pickers.recovery` or `cohort.*.post_launch.failure`, and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub segments: Vec<String>,
    pub place: Place,
}

impl Path {
    /// Reads a dotted key; a segment in double quotes may hold dots.
    pub fn parse(text: &str, place: &Place) -> Result<Path, Diagnostic> {
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
            return Err(Diagnostic::error(format!("`{text}` is not a dotted key"), place, "")
                .help("write it like `rollout.robomaker.failure_threshold_percentage`"));
        }
        Ok(Path { segments, place: place.clone() })
    }

    pub fn text(&self) -> String {
        self.segments.join(".")
    }
}

/// Replaces the value at `path` in the tree by `value`.
///
/// Cohorts are named by their `name`; `*` stands for all that have the parent of what is set.
///
/// # Errors
/// No cohort has the name, or the parent that the path speaks of; the path goes through something that is not a table.
pub fn set(root: &mut Node, path: &Path, value: &Node) -> Result<(), Diagnostic> {
    match path.segments.split_first() {
        Some((first, rest)) if first == "cohort" => match rest {
            [name, inner @ ..] if !inner.is_empty() => set_in_cohorts(root, path, name, inner, value),
            _ => Err(Diagnostic::error("which key of a cohort?", &path.place, "")
                .help("write `cohort.NAME.key`, or `cohort.*.key` for all cohorts")),
        },
        _ => set_in_table(root, path, &path.segments, value),
    }
}

fn set_in_cohorts(root: &mut Node, path: &Path, name: &str, inner: &[String], value: &Node) -> Result<(), Diagnostic> {
    let Value::Table(table) = &mut root.value else { return Ok(()) };
    let Some(Entry { node: Node { value: Value::Array(cohorts), .. }, .. }) = table.get_mut("cohort") else {
        return Err(Diagnostic::error("the scenario has no cohorts", &path.place, "this speaks of one"));
    };
    let mut named = false;
    let mut set = false;
    for cohort in cohorts.iter_mut() {
        if name != "*" && cohort_name(cohort) != Some(name) {
            continue;
        }
        named = true;
        if has_parent(cohort, inner) {
            set_in_table(cohort, path, inner, value)?;
            set = true;
        }
    }
    if set {
        return Ok(());
    }
    let parent = inner[..inner.len() - 1].join(".");
    if named && name != "*" {
        return Err(Diagnostic::error(format!("cohort `{name}` has no `{parent}`"), &path.place, "so this changes nothing"));
    }
    if named {
        return Err(Diagnostic::error(format!("no cohort has `{parent}`"), &path.place, "so this changes nothing"));
    }
    let names: Vec<&str> = cohorts.iter().filter_map(cohort_name).collect();
    Err(Diagnostic::error(format!("no cohort is called `{name}`"), &path.place, "")
        .help(format!("the cohorts are {}; `*` means all", list(&names))))
}

fn cohort_name(cohort: &Node) -> Option<&str> {
    let Value::Table(table) = &cohort.value else { return None };
    match &table.get("name")?.node.value {
        Value::String(name) => Some(name),
        _ => None,
    }
}

fn has_parent(node: &Node, segments: &[String]) -> bool {
    let (first, rest) = segments.split_first().expect("a path has segments");
    match &node.value {
        Value::Table(table) => rest.is_empty() || table.get(first).is_some_and(|entry| has_parent(&entry.node, rest)),
        _ => false,
    }
}

fn set_in_table(node: &mut Node, path: &Path, segments: &[String], value: &Node) -> Result<(), Diagnostic> {
    let (first, rest) = segments.split_first().expect("a path has segments");
    let kind = node.value.kind();
    let Value::Table(table) = &mut node.value else {
        return Err(Diagnostic::error(format!("`{}` goes through {kind}, which has no keys", path.text()), &path.place, ""));
    };
    if table.get(first).is_none() {
        let empty = Node { value: Value::Table(Table::default()), place: path.place.clone() };
        table.0.push(Entry { key: first.clone(), key_place: path.place.clone(), node: empty });
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

/// The value at a path that names no cohort.
pub fn get<'n>(node: &'n Node, segments: &[String]) -> Option<&'n Node> {
    match (segments.split_first(), &node.value) {
        (None, _) => Some(node),
        (Some((first, rest)), Value::Table(table)) => get(&table.get(first)?.node, rest),
        _ => None,
    }
}

/// Words as a list for a sentence.
pub fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The tree as text that does not depend on layout, comments or the order of keys: what a scenario's hash is taken of.
pub fn canonical(node: &Node, out: &mut String) {
    match &node.value {
        Value::String(text) => *out += &format!("{text:?}"),
        Value::Integer(integer) => *out += &integer.to_string(),
        Value::Float(float) => *out += &format!("{float:?}"),
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
                *out += &format!("{:?}=", entry.key);
                canonical(&entry.node, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}
