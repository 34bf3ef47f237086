//! The operations as a table: for a reader, and as JSON to be held to the service's own model.

use serde_json::{Map, Value, json};

use crate::wire::robomaker::exception::ExceptionKind;
use crate::wire::robomaker::operation::Operation;
use crate::wire::robomaker::shape::{Member, Shape};

/// The operations, a line each: its name, its method, its path.
pub fn operations_list() -> String {
    Operation::all()
        .map(|it| format!("{:<30} {:<6} {}\n", it.name(), it.method(), it.uri()))
        .collect()
}

/// The operations with all that is known of their inputs and exceptions.
pub fn operations_json() -> Value {
    Operation::all()
        .map(|it| {
            json!({
                "name": it.name(),
                "method": it.method(),
                "uri": it.uri(),
                "input": Shape::Structure(it.input()).json(),
                "exceptions": it.exceptions().map(exception_json).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn exception_json(kind: ExceptionKind) -> Value {
    json!({ "name": kind.name(), "status": kind.status() })
}

impl Shape {
    fn json(&self) -> Value {
        match self {
            Shape::Anything | Shape::Number | Shape::Timestamp => json!({}),
            Shape::Text { min, max, pattern } => {
                let mut json = limits("string", *min, *max);
                json.extend(pattern.regex().map(|it| ("pattern".to_owned(), it.into())));
                Value::Object(json)
            }
            Shape::Word(words) => json!({ "type": "string", "enum": words }),
            Shape::Integer { min, max } => json!({ "type": "integer", "min": min, "max": max }),
            Shape::Structure(members) => structure(members),
            Shape::List { member, min, max } => {
                let mut json = limits("list", *min, *max);
                json.insert("member".to_owned(), member.json());
                Value::Object(json)
            }
            Shape::Map { key, value, max } => {
                let mut json = limits("map", 0, *max);
                json.insert("key".to_owned(), key.json());
                json.insert("value".to_owned(), value.json());
                Value::Object(json)
            }
        }
    }
}

/// A type with the limits of its length, where it has some.
fn limits(kind: &str, min: usize, max: usize) -> Map<String, Value> {
    let mut json = Map::from_iter([("type".to_owned(), Value::from(kind))]);
    if max != usize::MAX {
        json.insert("min".to_owned(), min.into());
        json.insert("max".to_owned(), max.into());
    }
    json
}

fn structure(members: &[Member]) -> Value {
    let required = members.iter().filter(|member| member.required);
    let required: Vec<&str> = required.map(|member| member.name).collect();
    let members = members.iter();
    let members = members.map(|member| (member.name.to_owned(), member.shape.json()));
    json!({ "type": "structure", "required": required, "members": members.collect::<Map<_, _>>() })
}
