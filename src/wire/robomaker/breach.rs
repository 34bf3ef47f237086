//! The check of a JSON value against a shape: every constraint that it breaks, and where.
//!
//! botocore, and so the AWS CLI, checks required members, types and the lower ends alone; the service checked all of it.

use serde_json::Value;

use crate::wire::robomaker::path::JsonPath;
use crate::wire::robomaker::pattern::Pattern;
use crate::wire::robomaker::shape::{Member, Shape};
use crate::wire::robomaker::timestamp::Timestamp;

/// A constraint that a value breaks.
#[derive(Clone, Debug)]
pub(super) struct Breach {
    pub path: JsonPath,
    /// Whether it is the last key of the path that breaks it, and not the value there.
    pub of_key: bool,
    /// What breaks it.
    pub value: Value,
    pub constraint: Constraint,
}

#[derive(Clone, Debug)]
pub(super) enum Constraint {
    /// It is something else than the shape.
    Kind {
        is: &'static str,
        wanted: &'static str,
    },
    Length {
        has: usize,
        min: usize,
        max: usize,
    },
    Pattern(Pattern),
    Word(&'static [&'static str]),
    Range {
        min: i64,
        max: i64,
    },
    /// A number, but not a whole one that counts anything.
    Whole {
        min: i64,
        max: i64,
    },
    Moment(String),
    Elements {
        has: usize,
        min: usize,
        max: usize,
    },
    Entries {
        has: usize,
        max: usize,
    },
    /// The structure has no such member.
    Unknown(&'static [Member]),
    /// The structure lacks this one.
    Missing(&'static str),
}

impl Shape {
    /// All constraints that a document breaks.
    pub(super) fn breaches(&self, document: &Value) -> Vec<Breach> {
        let mut breaches = Vec::new();
        self.check(document, &JsonPath::default(), &mut breaches);
        breaches
    }

    fn check(&self, value: &Value, path: &JsonPath, breaches: &mut Vec<Breach>) {
        match (self, value) {
            (Shape::Structure(members), Value::Object(object)) => {
                for (key, value) in object {
                    match members.iter().find(|member| member.name == key) {
                        Some(member) => member.shape.check(value, &path.key(key), breaches),
                        None => breaches.push(Breach {
                            path: path.key(key),
                            of_key: true,
                            value: Value::from(key.as_str()),
                            constraint: Constraint::Unknown(members),
                        }),
                    }
                }
                let known = |key: &str| members.iter().any(|member| member.name == key);
                let unknown: Vec<&String> = object.keys().filter(|key| !known(key)).collect();
                for member in members.iter().filter(|member| member.required) {
                    // A member that is mistyped is not missing too.
                    if !object.contains_key(member.name)
                        && !unknown.iter().any(|key| is_nearly(key, member.name))
                    {
                        let constraint = Constraint::Missing(member.name);
                        breaches.push(at(path, Value::Null, constraint));
                    }
                }
            }
            (Shape::List { member, min, max }, Value::Array(values)) => {
                let has = values.len();
                if !(*min..=*max).contains(&has) {
                    let (min, max) = (*min, *max);
                    let constraint = Constraint::Elements { has, min, max };
                    breaches.push(at(path, Value::Null, constraint));
                }
                for (index, value) in values.iter().enumerate() {
                    member.check(value, &path.index(index), breaches);
                }
            }
            (
                Shape::Map {
                    key,
                    value: shape,
                    max,
                },
                Value::Object(object),
            ) => {
                if object.len() > *max {
                    let has = object.len();
                    let constraint = Constraint::Entries { has, max: *max };
                    breaches.push(at(path, Value::Null, constraint));
                }
                for (name, value) in object {
                    let here = path.key(name);
                    let name = Value::from(name.as_str());
                    if let Some(constraint) = key.broken(&name) {
                        breaches.push(Breach {
                            of_key: true,
                            ..at(&here, name, constraint)
                        });
                    }
                    shape.check(value, &here, breaches);
                }
            }
            (shape, value) => {
                if let Some(constraint) = shape.broken(value) {
                    breaches.push(at(path, value.clone(), constraint));
                }
            }
        }
    }

    /// What a value that has nothing in it breaks.
    fn broken(&self, value: &Value) -> Option<Constraint> {
        match (self, value) {
            (Shape::Anything, _) | (Shape::Number, Value::Number(_)) => None,
            (Shape::Text { min, max, pattern }, Value::String(text)) => {
                let (has, min, max) = (text.chars().count(), *min, *max);
                if !(min..=max).contains(&has) {
                    Some(Constraint::Length { has, min, max })
                } else {
                    (!pattern.matches(text)).then_some(Constraint::Pattern(*pattern))
                }
            }
            (Shape::Word(words), Value::String(text)) => {
                (!words.contains(&text.as_str())).then_some(Constraint::Word(words))
            }
            (Shape::Integer { min, max }, Value::Number(number)) => {
                let (min, max) = (*min, *max);
                match number.as_i64() {
                    Some(integer) if (min..=max).contains(&integer) => None,
                    Some(_) => Some(Constraint::Range { min, max }),
                    None => Some(Constraint::Whole { min, max }),
                }
            }
            (Shape::Timestamp, Value::Number(_) | Value::String(_)) => {
                let read = serde_json::from_value::<Timestamp>(value.clone());
                read.err()
                    .map(|error| Constraint::Moment(error.to_string()))
            }
            (shape, value) => Some(Constraint::Kind {
                is: kind(value),
                wanted: shape.words(),
            }),
        }
    }
}

fn at(path: &JsonPath, value: Value, constraint: Constraint) -> Breach {
    Breach {
        path: path.clone(),
        of_key: false,
        value,
        constraint,
    }
}

/// Whether a key looks like a slip of the pen for a name.
fn is_nearly(key: &str, name: &str) -> bool {
    strsim::damerau_levenshtein(&key.to_lowercase(), &name.to_lowercase()) <= 2
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
