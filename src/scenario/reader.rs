//! Reading values out of the tree while collecting every problem.
//!
//! A reader asks a [`Section`] for its keys one by one. A key that was not asked for is unknown, and the keys that were asked for are
//! what it may have meant, so that a mistyped key is one problem and not also a missing key. A value that cannot be read leaves a
//! problem and gives `None`, and reading goes on.

use std::rc::Rc;

use crate::key::{Absent, Key, Keys};
use crate::scenario::data::DataFiles;
use crate::scenario::diagnostic::{Diagnostic, PROBLEMS_MAX, Place, Problems, Source};
use crate::scenario::keys::elsewhere;
use crate::scenario::left_out::LeftOut;
use crate::scenario::tree::{Entry, Node, Table, Value, quoted};
use crate::scenario::words::{did_you_mean, list, nearest_key};
use crate::units::{Quantity, count};

/// What reading a scenario needs beside the tree.
pub(super) struct Reading<'f> {
    pub files: &'f DataFiles,
    pub problems: Problems,
    /// Data files read, in the order of their first mention.
    pub data: Vec<Rc<Source>>,
    /// Warnings of links that no tree read so far uses; `None` before the first tree.
    pub unused_links: Option<Vec<Diagnostic>>,
    pub left_out: LeftOut,
}

impl<'f> Reading<'f> {
    pub(super) fn new(files: &'f DataFiles, left_out: LeftOut) -> Reading<'f> {
        Reading {
            files,
            problems: Problems::default(),
            data: Vec::new(),
            unused_links: None,
            left_out,
        }
    }

    /// Records the links that a tree does not use: a link is unused if no tree uses it.
    pub(super) fn note_unused_links(&mut self, unused: Vec<Diagnostic>) {
        match &mut self.unused_links {
            Some(known) => known.retain(|link| unused.contains(link)),
            None => self.unused_links = Some(unused),
        }
    }

    pub(super) fn problem(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Reports a value of the wrong kind.
    pub(super) fn expected(&mut self, what: &str, node: &Node, help: impl Into<String>) {
        let title = format!("expected {what}, found {}", node.value.kind());
        self.problem(
            Diagnostic::error(title, &node.place, format!("this is {}", node.value.kind()))
                .help(help),
        );
    }

    pub(super) fn string<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        match &node.value {
            Value::String(text) => Some(text),
            _ => {
                self.expected("a string", node, "write it in quotes");
                None
            }
        }
    }

    /// A text, or a date or time that TOML knows without quotes, as its text.
    pub(super) fn text_or_time<'n>(&mut self, node: &'n Node, help: &str) -> Option<&'n str> {
        match &node.value {
            Value::String(text) | Value::Date(text) => Some(text),
            _ => {
                self.expected("a string", node, help);
                None
            }
        }
    }

    /// An integer within `range`.
    pub(super) fn integer(
        &mut self,
        node: &Node,
        what: &str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let title = format!(
            "{what} must be a whole number from {} to {}",
            count(*range.start()),
            count(*range.end())
        );
        let Value::Integer(integer) = node.value else {
            let diagnostic =
                Diagnostic::error(title, &node.place, format!("this is {}", node.value.kind()));
            self.problem(match &node.value {
                Value::String(_) => diagnostic.help("write it without quotes or a unit"),
                _ => diagnostic,
            });
            return None;
        };
        let integer = u64::try_from(integer)
            .ok()
            .filter(|integer| range.contains(integer));
        if integer.is_none() {
            self.problem(Diagnostic::error(title, &node.place, "out of range"));
        }
        integer
    }

    /// True or false.
    pub(super) fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        match node.value {
            Value::Boolean(flag) => Some(flag),
            _ => {
                self.expected(
                    "true or false",
                    node,
                    format!("write {} = true, without quotes", what.trim_matches('`')),
                );
                None
            }
        }
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self, node: &Node, what: &str) -> Option<f64> {
        let title = format!("{what} must be a number from 0 to 1");
        let number = match node.value {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
            _ => {
                let help = match &node.value {
                    Value::String(text) => match text
                        .trim_end()
                        .trim_end_matches('%')
                        .trim_end()
                        .parse::<f64>()
                    {
                        Ok(number) if text.contains('%') && !(0.0..=100.0).contains(&number) => {
                            "a share is from 0 % to 100 %, written from 0 to 1".to_owned()
                        }
                        Ok(number) if text.contains('%') => {
                            format!("write {} instead of {}", hundredth(number), quoted(text))
                        }
                        Ok(_) => "write it without quotes".to_owned(),
                        Err(_) => SHARE.to_owned(),
                    },
                    _ => SHARE.to_owned(),
                };
                let label = format!("this is {}", node.value.kind());
                self.problem(Diagnostic::error(title, &node.place, label).help(help));
                return None;
            }
        };
        if (0.0..=1.0).contains(&number) {
            return Some(number);
        }
        let label = if number.is_nan() {
            "not a number"
        } else {
            "out of range"
        };
        let mut diagnostic = Diagnostic::error(title, &node.place, label);
        if (1.0..=100.0).contains(&number) {
            diagnostic = diagnostic.help(format!("for {number} % write {}", hundredth(number)));
        }
        self.problem(diagnostic);
        None
    }

    /// A finite number of any size.
    pub(super) fn number(&mut self, node: &Node, what: &str) -> Option<f64> {
        let number = match node.value {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
            _ => {
                let label = format!("this is {}", node.value.kind());
                let diagnostic =
                    Diagnostic::error(format!("{what} must be a number"), &node.place, label);
                self.problem(diagnostic.help(format!("write {what} without quotes or a unit")));
                return None;
            }
        };
        if number.is_finite() {
            return Some(number);
        }
        self.problem(Diagnostic::error(
            format!("{what} must be a finite number"),
            &node.place,
            "this is not",
        ));
        None
    }

    /// A quantity with its unit, in the base unit of its kind.
    pub(super) fn quantity(&mut self, node: &Node, quantity: Quantity) -> Option<f64> {
        let Value::String(text) = &node.value else {
            match node.value {
                Value::Integer(_) | Value::Float(_) => {
                    let title = format!("{} needs a unit", quantity.name());
                    self.problem(
                        Diagnostic::error(title, &node.place, "no unit").help(quantity.example()),
                    );
                }
                _ => self.expected(quantity.name(), node, quantity.example()),
            }
            return None;
        };
        match quantity.parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(
                    Diagnostic::error(
                        error.problem,
                        &node.place,
                        format!("not {}", quantity.name()),
                    )
                    .help(error.help),
                );
                None
            }
        }
    }

    /// A duration in whole milliseconds, rounded up, within `range`.
    pub(super) fn duration(
        &mut self,
        node: &Node,
        what: &str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let ms = self.quantity(node, Quantity::Duration)?.ceil() as u64;
        if range.contains(&ms) {
            return Some(ms);
        }
        let [least, most] =
            [range.start(), range.end()].map(|ms| crate::units::duration(*ms as f64));
        let title = format!("{what} must be from {least} to {most}");
        self.problem(Diagnostic::error(title, &node.place, "out of range"));
        None
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let Value::String(text) = &node.value else {
            self.expected(
                "a string",
                node,
                format!("{what} is one of {}", list(&words)),
            );
            return None;
        };
        let choice = choices
            .iter()
            .find(|(word, _)| word == text)
            .map(|(_, choice)| *choice);
        if choice.is_none() {
            let title = format!("`{text}` is not a choice for {what}");
            let diagnostic = Diagnostic::error(title, &node.place, did_you_mean(text, &words));
            self.problem(diagnostic.help(format!("the choices are {}", list(&words))));
        }
        choice
    }

    /// The whole number of a key, or its default.
    pub(super) fn whole_at(&mut self, section: &mut Section, name: &str) -> Option<u64> {
        let (key, node) = section.at(name);
        match node {
            Some(node) => self.integer(node, &key.quoted(), key.range()),
            None => key.default()?.parse().ok(),
        }
    }

    /// The duration of a key, or its default, in whole milliseconds.
    pub(super) fn duration_at(&mut self, section: &mut Section, name: &str) -> Option<u64> {
        let (key, node) = section.at(name);
        match node {
            Some(node) => self.duration(node, &key.quoted(), key.range()),
            None => Quantity::Duration
                .parse(key.default()?)
                .ok()
                .map(|ms| ms as u64),
        }
    }

    /// The text of a key where the file has it.
    pub(super) fn given_text(
        &mut self,
        section: &mut Section,
        name: &str,
    ) -> Option<Option<String>> {
        optional(section.value(name), None, |node| {
            self.string(node).map(|text| Some(text.to_owned()))
        })
    }

    /// The duration of a key where the file has it, in whole milliseconds.
    pub(super) fn given_duration(
        &mut self,
        section: &mut Section,
        name: &str,
    ) -> Option<Option<u64>> {
        let (key, node) = section.at(name);
        optional(node, None, |node| {
            self.duration(node, &key.quoted(), key.range()).map(Some)
        })
    }

    /// The text of a key, or its default.
    pub(super) fn text_at(&mut self, section: &mut Section, name: &str) -> Option<String> {
        let (key, node) = section.at(name);
        match node {
            Some(node) => self.string(node).map(str::to_owned),
            None => key.default().map(str::to_owned),
        }
    }

    /// The share of a key, or its default.
    pub(super) fn share_at(&mut self, section: &mut Section, name: &str) -> Option<f64> {
        let (key, node) = section.at(name);
        match node {
            Some(node) => self.share(node, &key.quoted()),
            None => key.default()?.parse().ok(),
        }
    }

    /// The flag of a key, or its default.
    pub(super) fn flag_at(&mut self, section: &mut Section, name: &str) -> Option<bool> {
        let (key, node) = section.at(name);
        match node {
            Some(node) => self.flag(node, &key.quoted()),
            None => key.default()?.parse().ok(),
        }
    }

    /// What the word of a key, or its default, stands for: `choices` are in the order of the key's words.
    pub(super) fn choice_at<T: Copy, const N: usize>(
        &mut self,
        section: &mut Section,
        name: &str,
        choices: [T; N],
    ) -> Option<T> {
        let (key, node) = section.at(name);
        let words = key.words();
        assert_eq!(words.len(), N, "a bug: `{name}` takes other words");
        let choices: Vec<(&str, T)> = words.iter().copied().zip(choices).collect();
        match node {
            Some(node) => self.choice(node, &key.quoted(), &choices),
            None => {
                let default = key.default()?;
                let choice = choices.iter().find(|(word, _)| *word == default)?;
                Some(choice.1)
            }
        }
    }

    /// The node as a table with these keys; a problem if it is not a table.
    pub(super) fn table<'n>(&mut self, node: &'n Node, keys: &'static Keys) -> Option<Section<'n>> {
        let section = match keys.help {
            "" => self.section(node, keys.name),
            help => self.section_or(node, keys.name, || help),
        };
        section.map(|section| section.with(keys))
    }

    /// The node as a section called `name`; a problem if it is not a table.
    pub(super) fn section<'n>(&mut self, node: &'n Node, name: &str) -> Option<Section<'n>> {
        self.section_or(node, name, || {
            format!("write `{name}` as {{ key = value, ... }}")
        })
    }

    /// The node as a section called `name`; a problem with this help if it is not a table.
    pub(super) fn section_or<'n, H: Into<String>>(
        &mut self,
        node: &'n Node,
        name: &str,
        help: impl FnOnce() -> H,
    ) -> Option<Section<'n>> {
        match &node.value {
            Value::Table(table) => Some(Section::new(format!("`{name}`"), table, &node.place)),
            _ => {
                self.expected("a table", node, help());
                None
            }
        }
    }
}

const SHARE: &str = "it is a share of one: write 0.02 for 2 %";

/// A percentage as a share of one, without the noise of a division in binary.
fn hundredth(percent: f64) -> f64 {
    (percent * 1e10).round() / 1e12
}

/// A table while its keys are read.
pub(super) struct Section<'n> {
    /// What the table is called in messages.
    name: String,
    /// What is told of its keys, where that is told.
    keys: Option<&'static Keys>,
    pub table: &'n Table,
    place: &'n Place,
    asked: Vec<&'static str>,
    /// Keys that are required and not there, with how to write them.
    missing: Vec<(&'static str, String)>,
}

impl<'n> Section<'n> {
    /// The keys of a whole document.
    pub(super) fn root(node: &'n Node) -> Option<Section<'n>> {
        let Value::Table(table) = &node.value else {
            return None;
        };
        Some(Section::new("the scenario".to_owned(), table, &node.place))
    }

    fn new(name: String, table: &'n Table, place: &'n Place) -> Section<'n> {
        Section {
            name,
            keys: None,
            table,
            place,
            asked: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// The table as one with these keys.
    pub(super) fn with(mut self, keys: &'static Keys) -> Section<'n> {
        self.keys = Some(keys);
        self
    }

    /// What is told of a key, and its value; `finish` reports a problem if it is required and not there.
    pub(super) fn at(&mut self, name: &str) -> (&'static Key, Option<&'n Node>) {
        let keys = self.keys.expect("a bug: a table of which no keys are told");
        let key = keys.key(name);
        let node = match key.absent {
            Absent::Required(help) => self.require(key.name, help),
            _ => self.get(key.name),
        };
        (key, node)
    }

    /// The value of a key that is told; `finish` reports a problem if it is required and not there.
    pub(super) fn value(&mut self, name: &str) -> Option<&'n Node> {
        self.at(name).1
    }

    /// From now on the table is called `name` in messages.
    pub(super) fn rename(&mut self, name: &str) {
        self.name = format!("`{name}`");
    }

    /// Where the table stands.
    pub(super) fn place(&self) -> &'n Place {
        self.place
    }

    /// The value of `key`, if the table has it.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key).map(|entry| &entry.node)
    }

    /// The value of `key`; `finish` reports a problem if the table does not have it.
    pub(super) fn require(&mut self, key: &'static str, help: &str) -> Option<&'n Node> {
        let node = self.get(key);
        if node.is_none() && self.missing.iter().all(|(missing, _)| *missing != key) {
            self.missing.push((key, help.to_owned()));
        }
        node
    }

    /// Whether the table has a key that looks like one of its own mistyped.
    pub(super) fn has_mistyped_key(&self) -> bool {
        self.unknown()
            .any(|entry| nearest_key(&entry.key, &self.asked).is_some())
    }

    fn unknown(&self) -> impl Iterator<Item = &'n Entry> {
        self.table
            .0
            .iter()
            .filter(|entry| !self.asked.contains(&entry.key.as_str()))
    }

    /// Reports unknown keys, and required keys that are missing rather than mistyped.
    pub(super) fn finish(self, reading: &mut Reading) {
        let mut mistyped = Vec::new();
        // More are not kept, and each takes a search for what may be meant.
        for entry in self.unknown().take(PROBLEMS_MAX) {
            let title = format!("{} has no key `{}`", self.name, entry.key);
            mistyped.extend(nearest_key(&entry.key, &self.asked));
            let help = match self.asked.as_slice() {
                [only] => format!("the only key of {} is `{only}`", self.name),
                all => format!("the keys of {} are {}", self.name, list(all)),
            };
            let label = match nearest_key(&entry.key, &self.asked) {
                Some(near) => format!("did you mean `{near}`?"),
                None => match elsewhere(&entry.key) {
                    Some(path) => format!("did you mean `{path}`?"),
                    None => "unknown".to_owned(),
                },
            };
            reading.problem(Diagnostic::error(title, &entry.key_place, label).help(help));
        }
        for (key, help) in &self.missing {
            if !mistyped.contains(key) {
                let title = format!("{} needs `{key}`", self.name);
                reading.problem(
                    Diagnostic::error(title, self.place, format!("`{key}` is missing here"))
                        .help(help),
                );
            }
        }
    }
}

/// The default where the key is not given; `None` where it is given and cannot be read.
pub(super) fn optional<T>(
    node: Option<&Node>,
    default: T,
    read: impl FnOnce(&Node) -> Option<T>,
) -> Option<T> {
    match node {
        Some(node) => read(node),
        None => Some(default),
    }
}

/// A sum of shares as one would write it.
pub(super) fn rounded(sum: f64) -> f64 {
    (sum * 1e9).round() / 1e9
}
