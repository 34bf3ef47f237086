//! What schemas are put together from.

use serde_json::{Map, Value, json};

use crate::key::{Absent, Key, Takes};
use crate::units::Quantity;

/// A table under construction: it has no keys but those added.
pub(super) struct Table {
    about: String,
    keys: Map<String, Value>,
    required: Vec<String>,
    more: Map<String, Value>,
}

/// An empty table; `about` describes it.
pub(super) fn table(about: impl Into<String>) -> Table {
    Table {
        about: about.into(),
        keys: Map::new(),
        required: Vec::new(),
        more: Map::new(),
    }
}

impl Table {
    /// A key that may be left out.
    pub(super) fn key(mut self, name: &str, value: Value) -> Table {
        self.keys.insert(name.to_owned(), value);
        self
    }

    /// A key that has to be there.
    pub(super) fn require(mut self, name: &str, value: Value) -> Table {
        self.required.push(name.to_owned());
        self.key(name, value)
    }

    /// Keys as they are told; `other` gives the shape of those that have one of their own.
    pub(super) fn keys<'k>(
        self,
        keys: impl IntoIterator<Item = &'k Key>,
        other: impl Fn(&str) -> Value,
    ) -> Table {
        keys.into_iter().fold(self, |table, key| {
            let shape = shape(key.takes).unwrap_or_else(|| other(key.name));
            let value = described(key, shape);
            match key.absent {
                Absent::Required(_) => table.require(key.name, value),
                _ => table.key(key.name, value),
            }
        })
    }

    /// A condition on the table as a whole.
    pub(super) fn and(mut self, keyword: &str, value: Value) -> Table {
        self.more.insert(keyword.to_owned(), value);
        self
    }

    pub(super) fn done(self) -> Value {
        let mut schema = self.more;
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("description".to_owned(), json!(self.about));
        schema.insert("properties".to_owned(), Value::Object(self.keys));
        schema.insert("additionalProperties".to_owned(), json!(false));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        Value::Object(schema)
    }
}

/// A shape with what is told of a key that has it.
pub(super) fn described(key: &Key, shape: Value) -> Value {
    let text = key.text();
    match key.absent {
        Absent::Required(_) => about(shape, &text),
        Absent::Is(default) => {
            let value = serde_json::from_str(default).unwrap_or_else(|_| json!(default));
            or(about(shape, &text), value)
        }
        Absent::Means(what) => about(shape, &format!("{text}. Default: {what}")),
        Absent::Depends(how) => about(shape, &format!("{text}; {how}")),
    }
}

/// What values of a key are; nothing where only its reader knows.
fn shape(takes: Takes) -> Option<Value> {
    Some(match takes {
        Takes::Whole(least, most) => integer(least, most),
        Takes::Number(least, most) => number(least, most),
        Takes::Share => reference("share"),
        Takes::PositiveShare => positive_share(),
        Takes::Duration(..) => reference("duration"),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Choice(words) => choice(words),
        Takes::Text => any_text(),
        Takes::Name => reference("name"),
        Takes::Rate => reference("rate"),
        Takes::Probability => reference("probability"),
        Takes::Law(Quantity::Duration) => reference("law_of_durations"),
        Takes::Law(_) => reference("law_of_rates"),
        Takes::OfLaw
        | Takes::Table
        | Takes::Tables
        | Takes::Order
        | Takes::JobFaults
        | Takes::Other => {
            return None;
        }
    })
}

/// The schema with a description of its own, to which what a reference leads to is added in brackets.
pub(super) fn about(schema: Value, text: &str) -> Value {
    let Some(target) = schema["$ref"].as_str() else {
        let mut schema = schema;
        schema["description"] = json!(text);
        return schema;
    };
    let kind = target
        .rsplit('/')
        .next()
        .unwrap_or(target)
        .replace('_', " ");
    let text = match text.split_once(". Default") {
        Some((text, default)) => format!("{text} [{kind}]. Default{default}"),
        None => format!("{text} [{kind}]"),
    };
    // In draft 7, whatever stands beside a reference is ignored.
    json!({ "allOf": [schema], "description": text })
}

/// A described value with its default.
pub(super) fn or(mut schema: Value, default: Value) -> Value {
    let text = schema["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    schema["description"] = json!(format!("{text}. Default: {default}"));
    schema["default"] = default;
    schema
}

/// One of [`super::laws::definitions`].
pub(super) fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

/// A whole number within a range.
pub(super) fn integer(least: u64, most: u64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

/// A number within a range.
pub(super) fn number(least: f64, most: f64) -> Value {
    json!({ "type": "number", "minimum": least, "maximum": most })
}

/// One of several words.
pub(super) fn choice(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// A text like the pattern.
pub(super) fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A text with something in it.
pub(super) fn any_text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

/// A share of one that is more than nothing.
pub(super) fn positive_share() -> Value {
    json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 })
}

/// An array with a least and a greatest length.
pub(super) fn array(items: &Value, least: usize, most: impl Into<Option<usize>>) -> Value {
    let mut array = json!({ "type": "array", "items": items, "minItems": least });
    if let Some(most) = most.into() {
        array["maxItems"] = json!(most);
    }
    array
}
