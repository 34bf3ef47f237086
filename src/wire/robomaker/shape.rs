//! The shapes of the service's model and their constraints, as data, and the check of a JSON value against one.
//!
//! botocore, and so the AWS CLI, checks required members, types and the lower ends alone; the service checked all of it. Lengths are
//! in characters. Structures name every member that the model has.

use std::fmt;

use serde_json::Value;

/// Where in a JSON document something is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonPath(pub Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    Key(String),
    Index(usize),
}

impl JsonPath {
    pub fn key(&self, key: &str) -> JsonPath {
        self.with(Segment::Key(key.to_owned()))
    }

    pub fn index(&self, index: usize) -> JsonPath {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> JsonPath {
        JsonPath(self.0.iter().cloned().chain([segment]).collect())
    }
}

/// As in JSONPath: `$.deploymentApplicationConfigs[0].application`.
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.0 {
            let plain = |key: &str| {
                !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            match segment {
                Segment::Key(key) if plain(key) => write!(f, ".{key}")?,
                Segment::Key(key) => write!(f, "[{}]", Value::from(key.as_str()))?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

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

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// What a client adds to an answer.
    Anything,
    Text {
        min: usize,
        max: usize,
        pattern: Pattern,
    },
    Integer {
        min: i64,
        max: i64,
    },
    Number,
    Timestamp,
    Structure(&'static [Member]),
    List {
        member: &'static Shape,
        min: usize,
        max: usize,
    },
    Map {
        key: &'static Shape,
        value: &'static Shape,
        max: usize,
    },
}

/// A member of a structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
}

pub(super) const fn required(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        required: true,
    }
}

pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        required: false,
    }
}

/// The patterns of the model, all of them for a text as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `.*`
    Line,
    /// Anything, line breaks included.
    Anything,
    /// `arn:.*`
    Arn,
    /// `[a-zA-Z0-9_\-=]*`
    Token,
    /// `[0-9]*`
    Digits,
    /// `[a-zA-Z0-9_.\-]*`
    Command,
    /// `[a-z0-9][a-z0-9.\-]*[a-z0-9]`
    Bucket,
    /// `[A-Z_][A-Z0-9_]*`
    Variable,
    /// `[a-zA-Z0-9 _.\-\/+=:]*`
    Tag,
}

impl Pattern {
    fn matches(self, text: &str) -> bool {
        let all = |allowed: fn(char) -> bool| text.chars().all(allowed);
        let line = |text: &str| !text.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']);
        match self {
            Pattern::Anything => true,
            Pattern::Line => line(text),
            Pattern::Arn => text.strip_prefix("arn:").is_some_and(line),
            Pattern::Token => all(|c| c.is_ascii_alphanumeric() || "_-=".contains(c)),
            Pattern::Digits => all(|c| c.is_ascii_digit()),
            Pattern::Command => all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)),
            Pattern::Bucket => {
                let edge = |c: Option<char>| {
                    c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                };
                let inner =
                    all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c));
                inner && edge(text.chars().next()) && edge(text.chars().next_back())
            }
            Pattern::Variable => {
                !text.starts_with(|c: char| c.is_ascii_digit())
                    && all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            }
            Pattern::Tag => all(|c| c.is_ascii_alphanumeric() || " _.-/+=:".contains(c)),
        }
    }

    /// What a text of it is, in words.
    fn words(self) -> &'static str {
        match self {
            Pattern::Line => "one line of text",
            Pattern::Anything => "text",
            Pattern::Arn => "an ARN, which begins with `arn:`",
            Pattern::Token => "letters, digits and any of `_-=`",
            Pattern::Digits => {
                "the number of a version, in digits: the service deploys no `$LATEST`"
            }
            Pattern::Command => "letters, digits and any of `_.-`",
            Pattern::Bucket => {
                "the name of a bucket: lower-case letters, digits, `.` and `-`, the ends a letter or digit"
            }
            Pattern::Variable => {
                "the name of a variable: capital letters, digits and `_`, no digit at first"
            }
            Pattern::Tag => "letters, digits, spaces and any of `_.-/+=:`",
        }
    }
}

impl Shape {
    /// All that is wrong with a document.
    pub(super) fn faults(&self, document: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check(document, &JsonPath::default(), &mut faults);
        faults
    }

    /// All that is wrong with a value at a path.
    fn check(&self, value: &Value, path: &JsonPath, faults: &mut Vec<Fault>) {
        let fault = |what: String, help: String| Fault {
            path: path.clone(),
            of_key: false,
            what,
            mend: Mend::Help(help),
        };
        match (self, value) {
            (Shape::Anything, _) => {}
            (Shape::Text { min, max, pattern }, Value::String(text)) => {
                let length = text.chars().count();
                if length == 0 && *min > 0 {
                    faults.push(fault("it is empty".to_owned(), "fill it in".to_owned()));
                } else if !(*min..=*max).contains(&length) {
                    let takes = if *min > 1 {
                        format!("{min} to {max}")
                    } else {
                        format!("at most {max}")
                    };
                    faults.push(fault(
                        format!("it has {length} characters"),
                        format!("the service takes {takes}"),
                    ));
                } else if !pattern.matches(text) {
                    faults.push(fault(
                        format!("{value} is not what the service takes"),
                        format!("write {}", pattern.words()),
                    ));
                }
            }
            (Shape::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
                Some(integer) if (*min..=*max).contains(&integer) => {}
                Some(integer) => {
                    faults.push(fault(
                        format!("{integer} is out of range"),
                        format!("the service takes {min} to {max}"),
                    ));
                }
                None => {
                    faults.push(fault(
                        format!("{number} is no such number"),
                        format!("write a whole number from {min} to {max}"),
                    ));
                }
            },
            (Shape::Number, Value::Number(_)) => {}
            (Shape::Timestamp, Value::Number(_) | Value::String(_)) => {
                if let Err(error) =
                    serde_json::from_value::<crate::wire::robomaker::Timestamp>(value.clone())
                {
                    faults.push(fault(
                        format!("it is no moment: {error}"),
                        "write seconds since 1970-01-01 UTC".to_owned(),
                    ));
                }
            }
            (Shape::Structure(members), Value::Object(object)) => {
                for (key, value) in object {
                    match members.iter().find(|member| member.name == key) {
                        Some(member) => member.shape.check(value, &path.key(key), faults),
                        None => faults.push(Fault {
                            path: path.key(key),
                            of_key: true,
                            what: format!("the service knows no `{key}` here"),
                            mend: Mend::Key(members.iter().map(|member| member.name).collect()),
                        }),
                    }
                }
                // A member that is mistyped is not missing too.
                let mistyped = |name: &str| {
                    object.keys().any(|key| {
                        let known = members.iter().any(|member| member.name == key);
                        !known
                            && strsim::damerau_levenshtein(
                                &key.to_lowercase(),
                                &name.to_lowercase(),
                            ) <= 2
                    })
                };
                for member in members.iter().filter(|member| {
                    member.required && !object.contains_key(member.name) && !mistyped(member.name)
                }) {
                    faults.push(Fault {
                        mend: Mend::Supply,
                        ..fault(format!("`{}` is missing", member.name), String::new())
                    });
                }
            }
            (Shape::List { member, min, max }, Value::Array(values)) => {
                if !(*min..=*max).contains(&values.len()) {
                    let takes = if min == max {
                        format!("exactly {max}")
                    } else {
                        format!("{min} to {max}")
                    };
                    faults.push(fault(
                        format!("it has {} elements", values.len()),
                        format!("the service takes {takes}"),
                    ));
                }
                for (index, value) in values.iter().enumerate() {
                    member.check(value, &path.index(index), faults);
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
                    faults.push(fault(
                        format!("it has {} entries", object.len()),
                        format!("the service takes at most {max}"),
                    ));
                }
                for (name, value) in object {
                    let at = path.key(name);
                    let mut named = Vec::new();
                    key.check(&Value::String(name.clone()), &at, &mut named);
                    faults.extend(named.into_iter().map(|fault| Fault {
                        of_key: true,
                        ..fault
                    }));
                    shape.check(value, &at, faults);
                }
            }
            (shape, value) => {
                let what = format!("it is {}, not {}", kind(value), shape.words());
                faults.push(fault(what, format!("write {}", shape.words())));
            }
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Shape::Anything => "anything",
            Shape::Text { .. } => "text in quotes",
            Shape::Integer { .. } => "a whole number",
            Shape::Number => "a number",
            Shape::Timestamp => "seconds since 1970-01-01 UTC",
            Shape::Structure(_) | Shape::Map { .. } => "an object in braces",
            Shape::List { .. } => "a list in brackets",
        }
    }
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
