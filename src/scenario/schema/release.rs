//! `[release]`, and what a recovery says of the version before.

use serde_json::{Value, json};

use crate::model::Architecture;
use crate::scenario::keys::release::{LATENT, RELEASE};
use crate::scenario::schema::build::{about, reference, table};

pub(super) fn release() -> Value {
    table(RELEASE.about)
        .keys(RELEASE.keys, |key| match key {
            "version" => version(),
            "bundle" => bundle(),
            _ => latent(),
        })
        .done()
}

fn latent() -> Value {
    table(LATENT.about).keys(LATENT.keys, |_| json!({})).done()
}

pub(super) fn version() -> Value {
    json!({ "anyOf": [{ "type": "string", "pattern": "^[0-9]{1,255}$" }, { "type": "integer", "minimum": 0 }] })
}

pub(super) fn bundle() -> Value {
    let mut table = table("").and("minProperties", json!(1));
    for architecture in Architecture::ALL.map(Architecture::name) {
        table = table.key(
            architecture,
            about(
                reference("size"),
                &format!("The size of the bundle for {architecture}"),
            ),
        );
    }
    table.done()
}
