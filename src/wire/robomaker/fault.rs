//! What is wrong with a file, in words for whoever writes it.

use crate::wire::robomaker::breach::{Breach, Constraint};
use crate::wire::robomaker::path::JsonPath;
use crate::wire::robomaker::shape::Shape;
use serde_json::Value;

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub path: JsonPath,
    /// Whether it is the last key of the path that is wrong, and not the value there.
    pub of_key: bool,
    pub what: String,
    pub mend: Mend,
}

/// How to mend a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    Help(String),
    /// A member is missing that the service requires.
    Supply,
    /// One of these keys is meant, or none.
    Key(Vec<&'static str>),
}

impl Shape {
    /// All that is wrong with a document.
    pub(super) fn faults(&self, document: &Value) -> Vec<Fault> {
        self.breaches(document).into_iter().map(Fault::of).collect()
    }
}

impl Fault {
    fn of(breach: Breach) -> Fault {
        let (what, mend) = told(&breach);
        Fault {
            path: breach.path,
            of_key: breach.of_key,
            what,
            mend,
        }
    }
}

fn told(breach: &Breach) -> (String, Mend) {
    let value = &breach.value;
    let (what, help) = match &breach.constraint {
        Constraint::Kind { is, wanted } => (
            format!("it is {is}, not {wanted}"),
            format!("write {wanted}"),
        ),
        Constraint::Length { has: 0, min, .. } if *min > 0 => {
            ("it is empty".to_owned(), "fill it in".to_owned())
        }
        Constraint::Length { has, min, max } => (
            format!("it has {has} characters"),
            match min {
                0 | 1 => format!("the service takes at most {max}"),
                min => format!("the service takes {min} to {max}"),
            },
        ),
        Constraint::Pattern(pattern) => (
            format!("{value} is not what the service takes"),
            format!("write {}", pattern.words()),
        ),
        Constraint::Word(words) => (
            format!("{value} is not what the service takes"),
            format!("write one of {}", words.join(", ")),
        ),
        Constraint::Range { min, max } => (
            format!("{value} is out of range"),
            format!("the service takes {min} to {max}"),
        ),
        Constraint::Whole { min, max } => (
            format!("{value} is no such number"),
            format!("write a whole number from {min} to {max}"),
        ),
        Constraint::Moment(error) => (
            format!("it is no moment: {error}"),
            "write seconds since 1970-01-01 UTC".to_owned(),
        ),
        Constraint::Elements { has, min, max } => (
            format!("it has {has} elements"),
            if min == max {
                format!("the service takes exactly {max}")
            } else {
                format!("the service takes {min} to {max}")
            },
        ),
        Constraint::Entries { has, max } => (
            format!("it has {has} entries"),
            format!("the service takes at most {max}"),
        ),
        Constraint::Unknown(members) => {
            let key = value.as_str().unwrap_or_default();
            let what = format!("the service knows no `{key}` here");
            let names = members.iter().map(|member| member.name).collect();
            return (what, Mend::Key(names));
        }
        Constraint::Missing(name) => return (format!("`{name}` is missing"), Mend::Supply),
    };
    (what, Mend::Help(help))
}
