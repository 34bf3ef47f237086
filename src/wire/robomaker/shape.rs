//! The shapes of the service's model, as data. Structures name every member that the model has; lengths are in characters.

use serde_json::Value;

use crate::wire::robomaker::pattern::Pattern;

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
    /// One of these words.
    Word(&'static [&'static str]),
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

impl Shape {
    pub(super) fn words(&self) -> &'static str {
        match self {
            Shape::Anything => "anything",
            Shape::Text { .. } | Shape::Word(_) => "text in quotes",
            Shape::Integer { .. } => "a whole number",
            Shape::Number => "a number",
            Shape::Timestamp => "seconds since 1970-01-01 UTC",
            Shape::Structure(_) | Shape::Map { .. } => "an object in braces",
            Shape::List { .. } => "a list in brackets",
        }
    }

    /// What the service reads of a document: members that it does not know are not there for it, nor are those that are null.
    pub(super) fn heard(&self, value: Value) -> Value {
        match (self, value) {
            (Shape::Structure(members), Value::Object(object)) => {
                let known = object.into_iter().filter(|(_, value)| !value.is_null());
                let known = known.filter_map(|(key, value)| {
                    let member = members.iter().find(|member| member.name == key)?;
                    Some((key, member.shape.heard(value)))
                });
                Value::Object(known.collect())
            }
            (Shape::List { member, .. }, Value::Array(values)) => values
                .into_iter()
                .map(|value| member.heard(value))
                .collect(),
            (Shape::Map { value: shape, .. }, Value::Object(object)) => Value::Object(
                object
                    .into_iter()
                    .map(|(key, value)| (key, shape.heard(value)))
                    .collect(),
            ),
            (_, value) => value,
        }
    }
}
