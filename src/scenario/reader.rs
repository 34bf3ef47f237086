//! Reading values out of the tree while collecting every problem.
//!
//! A reader asks a [`Section`] for its keys one by one; whatever nobody asked for is then an unknown key, and what was asked
//! for is what it may have meant. A value that cannot be read leaves a problem behind and gives `None`, and reading goes on.

use std::path::Path as FilePath;
use std::rc::Rc;

use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};
use crate::scenario::tree::{Node, Table, Value, list};
use crate::units::Quantity;

/// What reading a scenario needs beside the tree.
pub struct Reading<'f> {
    /// The folder that file names in the scenario are relative to.
    pub folder: &'f FilePath,
    pub problems: Problems,
    /// Data files read, in the order of their first mention.
    pub data: Vec<Rc<Source>>,
}

impl Reading<'_> {
    pub fn problem(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Reports a value of the wrong kind.
    pub fn expected(&mut self, what: &str, node: &Node, help: impl Into<String>) {
        let title = format!("expected {what}, found {}", node.value.kind());
        self.problem(Diagnostic::error(title, &node.place, format!("this is {}", node.value.kind())).help(help));
    }

    pub fn string<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        match &node.value {
            Value::String(text) => Some(text),
            _ => {
                self.expected("a string", node, "write it in quotes");
                None
            }
        }
    }

    /// An integer within `range`.
    pub fn integer(&mut self, node: &Node, what: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let (least, most) = (*range.start(), *range.end());
        let allowed = format!("a whole number from {} to {}", crate::units::count(least), crate::units::count(most));
        let Value::Integer(integer) = node.value else {
            self.expected(&allowed, node, format!("write {what} as a whole number, without quotes or a unit"));
            return None;
        };
        match u64::try_from(integer) {
            Ok(integer) if range.contains(&integer) => Some(integer),
            _ => {
                let title = format!("{what} must be {allowed}");
                self.problem(Diagnostic::error(title, &node.place, "out of range"));
                None
            }
        }
    }

    /// A number from 0 to 1.
    pub fn share(&mut self, node: &Node, what: &str) -> Option<f64> {
        let number = match node.value {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
            Value::String(ref text) if text.trim_end().ends_with('%') => {
                let percent = text.trim_end().trim_end_matches('%').trim();
                let help = match percent.parse::<f64>() {
                    Ok(number) => format!("write {} instead of {text:?}", number / 100.0),
                    Err(_) => "write 0.02 for 2 %".to_owned(),
                };
                self.expected("a number from 0 to 1", node, help);
                return None;
            }
            _ => {
                self.expected("a number from 0 to 1", node, format!("{what} is a share of one: write 0.02 for 2 %"));
                return None;
            }
        };
        if (0.0..=1.0).contains(&number) {
            return Some(number);
        }
        let title = format!("{what} must be from 0 to 1");
        let mut diagnostic = Diagnostic::error(title, &node.place, "out of range");
        if (1.0..=100.0).contains(&number) {
            diagnostic = diagnostic.help(format!("for {number} % write {}", number / 100.0));
        }
        self.problem(diagnostic);
        None
    }

    /// A number of any size.
    pub fn number(&mut self, node: &Node, what: &str) -> Option<f64> {
        match node.value {
            Value::Integer(integer) => Some(integer as f64),
            Value::Float(float) if float.is_finite() => Some(float),
            Value::Float(_) => {
                self.problem(Diagnostic::error(format!("{what} must be a finite number"), &node.place, ""));
                None
            }
            _ => {
                self.expected("a number", node, format!("write {what} without quotes"));
                None
            }
        }
    }

    /// A quantity with its unit, in the base unit of its kind.
    pub fn quantity(&mut self, node: &Node, quantity: Quantity) -> Option<f64> {
        let Value::String(text) = &node.value else {
            let title = match node.value {
                Value::Integer(_) | Value::Float(_) => format!("{} needs a unit", quantity.name()),
                _ => format!("expected {}, found {}", quantity.name(), node.value.kind()),
            };
            self.problem(Diagnostic::error(title, &node.place, "no unit").help(quantity.example()));
            return None;
        };
        match quantity.parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(Diagnostic::error(error.problem, &node.place, format!("not {}", quantity.name())).help(error.help));
                None
            }
        }
    }

    /// A duration in whole milliseconds, rounded up, within `range`.
    pub fn duration(&mut self, node: &Node, what: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let ms = self.quantity(node, Quantity::Duration)?.ceil() as u64;
        if range.contains(&ms) {
            return Some(ms);
        }
        let [least, most] = [range.start(), range.end()].map(|ms| crate::units::duration(*ms as f64));
        let title = format!("{what} must be from {least} to {most}");
        self.problem(Diagnostic::error(title, &node.place, "out of range"));
        None
    }

    /// One of several words.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let Value::String(text) = &node.value else {
            self.expected("a word", node, format!("{what} is one of {}", list(&words)));
            return None;
        };
        let choice = choices.iter().find(|(word, _)| word == text).map(|(_, choice)| *choice);
        if choice.is_none() {
            let title = format!("`{text}` is not a choice for {what}");
            let diagnostic = Diagnostic::error(title, &node.place, did_you_mean(text, &words));
            self.problem(diagnostic.help(format!("the choices are {}", list(&words))));
        }
        choice
    }

    /// The node as a section; a problem if it is not a table.
    pub fn section<'n>(&mut self, node: &'n Node, name: impl Into<String>) -> Option<Section<'n>> {
        let name = name.into();
        match &node.value {
            Value::Table(table) => Some(Section { name, table, place: &node.place, asked: Vec::new() }),
            _ => {
                self.expected("a table", node, format!("write `{name}` as {{ key = value, ... }}"));
                None
            }
        }
    }
}

/// A table while its keys are read.
pub struct Section<'n> {
    /// What the table is called in messages.
    pub name: String,
    pub table: &'n Table,
    pub place: &'n Place,
    asked: Vec<&'static str>,
}

impl<'n> Section<'n> {
    /// The value of `key`, if the table has it.
    pub fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.table.get(key).map(|entry| &entry.node)
    }

    /// The value of `key`; a problem if the table does not have it.
    pub fn require(&mut self, reading: &mut Reading, key: &'static str, help: &str) -> Option<&'n Node> {
        let node = self.get(key);
        if node.is_none() {
            let title = format!("`{}` needs `{key}`", self.name);
            reading.problem(Diagnostic::error(title, self.place, format!("`{key}` is missing here")).help(help));
        }
        node
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, reading: &mut Reading) {
        for entry in &self.table.0 {
            if !self.asked.contains(&entry.key.as_str()) {
                let title = format!("`{}` has no key `{}`", self.name, entry.key);
                let label = did_you_mean(&entry.key, &self.asked);
                let help = format!("the keys of `{}` are {}", self.name, list(&self.asked));
                reading.problem(Diagnostic::error(title, &entry.key_place, label).help(help));
            }
        }
    }
}

/// "did you mean `x`?" for the most similar of `words`, or a plain label if none is similar.
pub fn did_you_mean(text: &str, words: &[&str]) -> String {
    let nearest = words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&text.to_lowercase(), &word.to_lowercase()), *word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4)
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, word)) => format!("did you mean `{word}`?"),
        None => "unknown".to_owned(),
    }
}
