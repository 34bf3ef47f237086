//! The scenario file as a JSON Schema, for editors: which keys there are, what they mean, and what their values look like.
//!
//! Keys, their ranges, defaults and what they say come from where they are told; `tests/it/schema.rs` holds the rest to the readers, key by key
//! and word by word. A schema says less than a reader: sums, ranges of what has a unit, names that have to exist are left to the reader. What
//! it refuses, the reader refuses.

mod build;
mod changes;
mod fleet;
mod laws;
mod release;
mod results;
mod rules;

use serde_json::{Value, json};

use crate::scenario::keys::document::DOCUMENT;
use crate::scenario::keys::results::TUNE;
use build::{described, table};

/// The schema of a scenario file, in draft 7, which editors of TOML know.
pub fn scenario_schema() -> Value {
    let mut schema = table(format!("{}.", DOCUMENT.about))
        .keys(DOCUMENT.keys, part)
        .done();
    let (profiles, sweep, vary) = (
        changes::profiles(&schema),
        changes::sweep(&schema),
        changes::vary(&schema),
    );
    schema["properties"]["profile"] = described(DOCUMENT.key("profile"), profiles);
    schema["properties"]["sweep"] = described(DOCUMENT.key("sweep"), sweep);
    schema["properties"]["tune"]["properties"]["vary"] = described(TUNE.key("vary"), vary);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("rollcast scenario");
    schema["definitions"] = laws::definitions();
    schema["allOf"] = json!([
        { "not": { "required": ["observe_for", "observe_after"] } },
        {
            "if": { "properties": { "cohort": { "contains": { "required": ["maintenance"] } } } },
            "then": { "required": ["start"] }
        },
        {
            "if": { "properties": { "cohort": { "contains": { "required": ["joins"] } } } },
            "then": {
                "required": ["campaign"],
                "properties": { "campaign": { "anyOf": [{ "required": ["canary"] }, { "required": ["sync"] }] } }
            }
        }
    ]);
    schema
}

/// The shape of a key of the document.
fn part(key: &str) -> Value {
    match key {
        "name" => scenario_name(),
        "start" => start(),
        "release" => release::release(),
        "rollout" => rules::rollout(),
        "link" => fleet::links(),
        "cohort" => fleet::cohorts(),
        "campaign" => rules::campaign(),
        "tune" => results::tune(),
        "expect" => results::limits(),
        "check" => results::check(),
        // They repeat the rest of the schema and are made when that is known.
        _ => json!({}),
    }
}

/// `baseline` is where baselines are.
fn scenario_name() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$", "not": { "const": "baseline" } })
}

/// What is before and after a time of day in the many ways to write a date.
fn start() -> Value {
    json!({ "type": "string", "pattern": r"^(\+00)?[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ][0-9]{2}.*([Zz]|[+-][0-9]{2}.*|\])$" })
}
