//! What a report may load and run: its own styles and script, known by their hashes, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style sheet of reports.
pub const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The content security policy of a document with this body, whose charts may have style sheets of their own, and with this script.
pub(super) fn policy(body: &str, script: Option<&str>) -> String {
    let mut styles = vec![source_of_policy(STYLE)];
    for style in sheets(body).map(source_of_policy) {
        if !styles.contains(&style) {
            styles.push(style);
        }
    }
    let styles = styles.join(" ");
    let script = script.map_or_else(|| "'none'".to_owned(), source_of_policy);
    format!(
        "default-src 'none'; style-src {styles}; script-src {script}; base-uri 'none'; form-action 'none'"
    )
}

/// The texts of the style elements in a body. Elsewhere `<` is escaped, so nothing else looks like one.
fn sheets(body: &str) -> impl Iterator<Item = &str> {
    let parts = body.split("<style>").skip(1);
    parts.filter_map(|part| part.split("</style>").next())
}

/// A source of a content security policy: the only text that it allows.
pub fn source_of_policy(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
