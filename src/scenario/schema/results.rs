//! What is asked of results: `expect`, `[check]` and `[tune]`. They speak of metrics, which whoever reads them knows.

use serde_json::{Value, json};

use crate::scenario::keys::document::REPLICATIONS_MAX;
use crate::scenario::schema::build::{about, any_text, array, integer, number, or, table, text};
use crate::scenario::tune::{CONFIDENCE, PHRASES_MAX};

const LIMIT: &str = "A limit: `measure <= bound` or `measure >= bound`, as in \"time_to_95_s.p95 <= 6h\" or \"bad: p(threshold_reached) >= 99%\"";

/// Texts, each of which is a limit.
fn limits(what: &str) -> Value {
    let limit = about(text("[<>]=|[≤≥]"), LIMIT);
    about(
        array(&limit, 0, PHRASES_MAX),
        &format!("{what}: at most {PHRASES_MAX} limits. Default: none"),
    )
}

pub fn expect() -> Value {
    limits("What the results have to be like")
}

pub fn check() -> Value {
    let margin = about(
        any_text(),
        "\"2%\" of everything, or \"broken_count.mean=5\" of one statistic",
    );
    let replications =
        "How often `rollcast check` plays the scenario. Default: as often as its baseline, or 50";
    table("How `rollcast check` plays the scenario and compares it with its baseline")
        .key(
            "replications",
            about(integer(1, REPLICATIONS_MAX), replications),
        )
        .key(
            "margins",
            about(
                array(&margin, 0, PHRASES_MAX),
                "Differences up to which nobody minds. Default: [\"1%\"]",
            ),
        )
        .done()
}

/// But for `vary`.
pub fn tune() -> Value {
    let measure = |text: &str| {
        about(
            any_text(),
            &format!("{text}: a measure, as in \"time_to_95_s.p50\""),
        )
    };
    let confidence = about(
        number(0.5, 0.9999),
        "With which each limit has to hold, from 0.5 to 0.9999",
    );
    table("What `rollcast tune` looks for")
        .key("minimise", measure("What is to be least"))
        .key("maximise", measure("What is to be most"))
        .key("limits", limits("What has to hold"))
        .key("confidence", or(confidence, json!(CONFIDENCE)))
        .and(
            "oneOf",
            json!([{ "required": ["minimise"] }, { "required": ["maximise"] }]),
        )
        .done()
}
