//! Changes to the scenario by dotted keys: profiles, and the knobs of `[sweep]` and `[tune.vary]`.
//!
//! A dotted key has the type of the value that it leads to. Tables have none here: of one, several keys may each set a part. Nor have
//! keys with quotes in unusual places, and keys that the schema does not know: the reader says what is wrong with them.

use serde_json::{Map, Value, json};

use crate::scenario::checked::BASE;
use crate::scenario::profiles::PROFILES_MAX;
use crate::scenario::schema::build::{about, reference, text};
use crate::scenario::sweep::{RESERVED, SETTINGS_MAX};

/// Keys of the document that dotted keys do not lead into, or that are not read there.
const OUTSIDE: [&str; 8] = [
    "name",
    "seed",
    "replications",
    "profile",
    "sweep",
    "tune",
    "expect",
    "check",
];

pub(super) fn profiles(schema: &Value) -> Value {
    let changes = json!({
        "type": "object",
        "description": "A hypothesis: dotted keys in quotes, as in \"cohort.*.post_launch.failure\", and their values",
        "propertyNames": { "not": reserved() },
        "patternProperties": typed(schema, |value| value),
    });
    json!({
        "type": "object",
        "description": "Hypotheses by name, each what it changes of the scenario. Default: none",
        "propertyNames": { "pattern": "^[A-Za-z0-9_-]+$", "not": { "const": BASE } },
        "maxProperties": PROFILES_MAX,
        "additionalProperties": changes,
    })
}

pub(super) fn sweep(schema: &Value) -> Value {
    json!({
        "type": "object",
        "description": "Knobs: dotted keys in quotes, each with the values it takes. Default: none",
        "propertyNames": { "not": reserved() },
        "patternProperties": typed(schema, |value| json!({ "anyOf": [reference("range"), values(&value)] })),
        "additionalProperties": { "anyOf": [reference("range"), values(&json!(true))] },
    })
}

pub(super) fn vary(schema: &Value) -> Value {
    // A key with quotes inside may mean the same as one without.
    let rules = r#"^\s*(rollout\.robomaker\.|campaign\.)|""#;
    let percentages = r"^\s*rollout\.robomaker\.(concurrent_deployment_percentage|failure_threshold_percentage)\s*$";
    let mut vary = sweep(schema);
    let typed = vary["patternProperties"]
        .as_object_mut()
        .expect("a sweep has types");
    typed.retain(|key, _| {
        key.starts_with(r"^rollout\.robomaker\.") && !key.contains("_percentage$")
            || key.starts_with(r"^campaign\.")
    });
    vary["description"] = json!(
        "Further rules to choose from, beside the two percentages: dotted keys in quotes below `rollout.robomaker.` and `campaign.`, each with \
         its values, at most 100 combinations. Default: none"
    );
    vary["propertyNames"] = json!({ "pattern": rules, "not": { "pattern": percentages } });
    vary
}

/// Keys that all settings and profiles share.
fn reserved() -> Value {
    json!({ "pattern": format!(r"^\s*({})(\.|\s*$)", RESERVED.join("|")) })
}

/// The values of a knob.
fn values(one: &Value) -> Value {
    json!({ "type": "array", "items": one, "minItems": 1, "maxItems": SETTINGS_MAX })
}

/// Whole numbers from one to another, both included.
pub(super) fn range() -> Value {
    let pattern = r"^\s*[+-]?[0-9]+\s*\.\.=?\s*[+-]?[0-9]+\s*(/\s*\+?[0-9]+\s*)?$";
    about(
        text(pattern),
        "Whole numbers, both ends included: \"1..100\", or \"5..100/5\" for every fifth",
    )
}

/// By patterns of dotted keys, what they lead to, made into what such an entry holds.
fn typed(schema: &Value, of: impl Fn(Value) -> Value) -> Value {
    let mut leaves = Vec::new();
    if let Some(keys) = schema["properties"].as_object() {
        for (key, value) in keys
            .iter()
            .filter(|(key, _)| !OUTSIDE.contains(&key.as_str()))
        {
            let pointer = format!("#/properties/{key}");
            match key.as_str() {
                "cohort" | "link" => {
                    let named = format!(r#"{key}\.([^."]+|"[^"]+")"#);
                    collect(
                        &value["items"],
                        &named,
                        &format!("{pointer}/items"),
                        &mut leaves,
                    );
                }
                _ => collect(value, key, &pointer, &mut leaves),
            }
        }
    }
    let entries = leaves
        .into_iter()
        .map(|(path, pointer)| (format!("^{path}$"), of(json!({ "$ref": pointer }))));
    Value::Object(entries.collect::<Map<String, Value>>())
}

/// The values below a table that are no tables themselves, each with the pattern of its dotted key and its place in the schema.
fn collect(schema: &Value, path: &str, pointer: &str, leaves: &mut Vec<(String, String)>) {
    match schema["properties"].as_object() {
        Some(keys) => {
            for (key, value) in keys {
                collect(
                    value,
                    &format!(r"{path}\.{key}"),
                    &format!("{pointer}/properties/{key}"),
                    leaves,
                );
            }
        }
        None => leaves.push((path.to_owned(), pointer.to_owned())),
    }
}
