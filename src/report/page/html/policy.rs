//! What a report may load and run: its own styles and script, known by their hashes, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The content security policy of a document with this body, whose charts may have style sheets of their own, and with this script.
pub(super) fn policy(body: &str, script: Option<&str>) -> String {
    let mut styles = vec![hash(STYLE)];
    for style in sheets(body).map(hash) {
        if !styles.contains(&style) {
            styles.push(style);
        }
    }
    let styles = styles.join(" ");
    let script = script.map_or_else(|| "'none'".to_owned(), hash);
    format!(
        "default-src 'none'; style-src {styles}; script-src {script}; base-uri 'none'; form-action 'none'"
    )
}

/// The texts of the style elements in a body. Elsewhere `<` is escaped, so nothing else looks like one.
fn sheets(body: &str) -> impl Iterator<Item = &str> {
    let parts = body.split("<style>").skip(1);
    parts.filter_map(|part| part.split("</style>").next())
}

/// A source of a policy: the only text that it allows.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
