//! Which parts of a schema speak of which parts of a document.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use jsonschema::Validator;
use serde_json::{Value, json};

/// A step into a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// What a path leads to.
pub fn at<'v>(document: &'v Value, path: &[Step]) -> &'v Value {
    path.iter().fold(document, |value, step| match step {
        Step::Key(key) => &value[key.as_str()],
        Step::Index(index) => &value[*index],
    })
}

/// What a path leads to, to be changed.
pub fn at_mut<'v>(document: &'v mut Value, path: &[Step]) -> &'v mut Value {
    path.iter().fold(document, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Index(index) => &mut value[*index],
    })
}

pub struct Schema {
    pub root: Value,
    whole: Validator,
    /// By pointer, of parts.
    parts: RefCell<HashMap<String, Validator>>,
}

impl Schema {
    pub fn new(root: Value) -> Schema {
        assert!(
            jsonschema::meta::is_valid(&root),
            "{:?}",
            jsonschema::meta::validate(&root)
                .err()
                .map(|e| e.to_string())
        );
        let whole = jsonschema::draft7::new(&root).unwrap_or_else(|error| panic!("{error}"));
        Schema {
            root,
            whole,
            parts: RefCell::default(),
        }
    }

    pub fn is_valid(&self, document: &Value) -> bool {
        self.whole.is_valid(document)
    }

    /// What is wrong with a document, each with its place in it.
    pub fn errors(&self, document: &Value) -> Vec<String> {
        self.whole
            .iter_errors(document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    pub fn part(&self, pointer: &str) -> &Value {
        self.root
            .pointer(pointer)
            .unwrap_or_else(|| panic!("the schema has no {pointer}"))
    }

    fn allows(&self, pointer: &str, value: &Value) -> bool {
        let mut parts = self.parts.borrow_mut();
        let part = parts.entry(pointer.to_owned()).or_insert_with(|| {
            // References lead into the whole.
            let mut root = self.root.clone();
            let object = root.as_object_mut().expect("a schema");
            let properties = object.remove("properties").unwrap_or(json!({}));
            let definitions = object.remove("definitions").unwrap_or(json!({}));
            let part = self.part(pointer).clone();
            let text =
                json!({ "definitions": { "part": part, "properties": properties, "definitions": definitions } }).to_string();
            let text = text.replace("\"#/properties/", "\"#/definitions/properties/");
            let text = text.replace("\"#/definitions/", "\"#/definitions/definitions/");
            let text = text.replace("#/definitions/definitions/properties/", "#/definitions/properties/");
            let mut schema: Value = serde_json::from_str(&text).expect("a schema");
            schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
            schema["allOf"] = json!([{ "$ref": "#/definitions/part" }]);
            jsonschema::draft7::new(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}"))
        });
        part.is_valid(value)
    }

    /// Calls `visit` with the pointer of each part of the schema that speaks of a value, and the path to that value.
    pub fn walk(&self, document: &Value, visit: &mut impl FnMut(&str, &[Step])) {
        self.walk_part("", document, &mut Vec::new(), visit);
    }

    fn walk_part(
        &self,
        pointer: &str,
        value: &Value,
        path: &mut Vec<Step>,
        visit: &mut impl FnMut(&str, &[Step]),
    ) {
        let schema = self.part(pointer);
        if let Some(target) = schema["$ref"].as_str() {
            return self.walk_part(target.trim_start_matches('#'), value, path, visit);
        }
        visit(pointer, path);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for index in 0..schema[keyword].as_array().map_or(0, Vec::len) {
                let branch = format!("{pointer}/{keyword}/{index}");
                if speaks(self.part(&branch)) && self.allows(&branch, value) {
                    self.walk_part(&branch, value, path, visit);
                }
            }
        }
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    path.push(Step::Key(key.clone()));
                    for place in self.places(pointer, schema, key) {
                        self.walk_part(&place, value, path, visit);
                    }
                    path.pop();
                }
            }
            Value::Array(items) if schema["items"].is_object() => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Index(index));
                    self.walk_part(&format!("{pointer}/items"), item, path, visit);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// The parts of a table's schema that speak of the value of a key.
    fn places(&self, pointer: &str, schema: &Value, key: &str) -> Vec<String> {
        if schema["properties"].get(key).is_some() {
            return vec![format!("{pointer}/properties/{}", escaped(key))];
        }
        let patterns = schema["patternProperties"]
            .as_object()
            .into_iter()
            .flat_map(|patterns| patterns.keys());
        let matching = patterns.filter(|pattern| matches(pattern, key));
        let places: Vec<String> = matching
            .map(|pattern| format!("{pointer}/patternProperties/{}", escaped(pattern)))
            .collect();
        match schema["additionalProperties"].is_object() && places.is_empty() {
            true => vec![format!("{pointer}/additionalProperties")],
            false => places,
        }
    }

    /// The pointers of all parts that a document can be walked through.
    pub fn all_parts(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        self.collect("", &mut all);
        all
    }

    fn collect(&self, pointer: &str, all: &mut BTreeSet<String>) {
        let schema = self.part(pointer);
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.trim_start_matches('#');
            return self.collect(target, all);
        }
        if !schema.is_object() || !all.insert(pointer.to_owned()) {
            return;
        }
        for keyword in ["properties", "patternProperties"] {
            for key in schema[keyword]
                .as_object()
                .into_iter()
                .flat_map(|keys| keys.keys())
            {
                self.collect(&format!("{pointer}/{keyword}/{}", escaped(key)), all);
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if schema[keyword].is_object() {
                self.collect(&format!("{pointer}/{keyword}"), all);
            }
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for index in 0..schema[keyword].as_array().map_or(0, Vec::len) {
                let branch = format!("{pointer}/{keyword}/{index}");
                if speaks(self.part(&branch)) {
                    self.collect(&branch, all);
                }
            }
        }
    }
}

/// Whether a branch says what a value is, and not only which keys go together.
fn speaks(branch: &Value) -> bool {
    ["$ref", "type", "enum"]
        .iter()
        .any(|keyword| branch.get(*keyword).is_some())
        && branch["type"] != "null"
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn matches(pattern: &str, key: &str) -> bool {
    jsonschema::is_valid(
        &json!({ "type": "string", "pattern": pattern }),
        &json!(key),
    )
}
