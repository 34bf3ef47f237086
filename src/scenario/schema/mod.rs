//! The scenario file as a JSON Schema, for editors: which keys there are, what they mean, and what their values look like.
//!
//! The readers of this module's parent are written by hand, so this is too; `tests/it/schema.rs` holds the two together, key by key and word
//! by word. A schema says less than a reader: sums, ranges of what has a unit, names that have to exist are left to the reader. What
//! it refuses, the reader refuses.

mod build;
mod changes;
mod fleet;
mod laws;
mod release;
mod results;
mod rules;

use serde_json::{Value, json};

use crate::model::Ms;
use crate::scenario::keys::document::{OBSERVE_AFTER_MAX_MS, OBSERVE_FOR_MAX_MS, REPLICATIONS_MAX};
use crate::units::duration;
use build::{about, integer, or, reference, table};

/// The schema of a scenario file, in draft 7, which editors of TOML know.
pub fn scenario_schema() -> Value {
    let replications = about(
        integer(1, REPLICATIONS_MAX),
        "How often the rollout is played [replications]",
    );
    let observed = |ms: Ms, text: &str| {
        about(
            reference("duration"),
            &format!("{text}, up to {}", duration(ms as f64)),
        )
    };
    let mut schema =
        table("A scenario: a release, a fleet of robots, and the rules under which the one is rolled out to the other.")
            .require(
                "name",
                about(scenario_name(), "Letters, digits, `_` and `-`, at most 60; results go to a folder of this name"),
            )
            .key("seed", or(about(integer(0, i64::MAX as u64), "Of every random number"), json!(1)))
            .key("replications", or(replications, json!(1000)))
            .key("start", about(start(), START))
            .key("observe_for", or(observed(OBSERVE_FOR_MAX_MS, OBSERVE_FOR), json!("0s")))
            .key("observe_after", observed(OBSERVE_AFTER_MAX_MS, OBSERVE_AFTER))
            .require("release", release::release())
            .key("rollout", rules::rollout())
            .key("link", fleet::links())
            .require("cohort", fleet::cohorts())
            .key("campaign", rules::campaign())
            .key("tune", results::tune())
            .key("expect", results::expect())
            .key("check", results::check())
            .done();
    let (profiles, sweep, vary) = (
        changes::profiles(&schema),
        changes::sweep(&schema),
        changes::vary(&schema),
    );
    schema["properties"]["profile"] = profiles;
    schema["properties"]["sweep"] = sweep;
    schema["properties"]["tune"]["properties"]["vary"] = vary;
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

const START: &str = "When the first job is created: a date and time with an offset, a zone in brackets, or `Z` for UTC, as in \
                     \"2026-03-28T21:00[Europe/Berlin]\". Required once a cohort has `maintenance`";

const OBSERVE_FOR: &str = "How long robots that a job gave up are watched from the first job's creation on, or until the last robot deployment \
                           has ended if that is later: the same for every setting";

const OBSERVE_AFTER: &str = "Instead of `observe_for`, which is better for comparing settings: how long robots that a job gave up are watched \
                             after the last robot deployment ended";

/// `baseline` is where baselines are.
fn scenario_name() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$", "not": { "const": "baseline" } })
}

/// What is before and after a time of day in the many ways to write a date.
fn start() -> Value {
    json!({ "type": "string", "pattern": r"^(\+00)?[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ][0-9]{2}.*([Zz]|[+-][0-9]{2}.*|\])$" })
}
