//! What is asked of results: `expect`, `[check]` and `[tune]`. They speak of metrics, which their readers know.

use serde_json::{Value, json};

use crate::scenario::keys::results::{CHECK, TUNE};
use crate::scenario::schema::build::{about, any_text, array, table, text};
use crate::scenario::tune::PHRASES_MAX;

const LIMIT: &str = "A limit: `measure <= bound` or `measure >= bound`, as in \"time_to_95_s.p95 <= 6h\" or \"bad: p(threshold_reached) >= 99%\"";

/// Texts, each of which is a limit.
pub(super) fn limits() -> Value {
    let limit = about(text("[<>]=|[≤≥]"), LIMIT);
    array(&limit, 0, PHRASES_MAX)
}

pub(super) fn check() -> Value {
    let margin = about(
        any_text(),
        "\"2%\" of everything, or \"broken_count.mean=5\" of one statistic",
    );
    table(CHECK.about)
        .keys(CHECK.keys, |_| array(&margin, 0, PHRASES_MAX))
        .done()
}

/// But for `vary`, which repeats the rest of the schema.
pub(super) fn tune() -> Value {
    table(TUNE.about)
        .keys(TUNE.keys, |key| match key {
            "limits" => limits(),
            _ => json!({}),
        })
        .and(
            "oneOf",
            json!([{ "required": ["minimise"] }, { "required": ["maximise"] }]),
        )
        .done()
}
