//! `[release]`, and what a recovery says of the version before.

use serde_json::{Value, json};

use crate::model::Architecture;
use crate::scenario::schema::build::{about, choice, or, reference, table};

pub fn release() -> Value {
    let latent =
        table("A fault that no deployment notices and that shows on an updated robot later")
            .require(
                "failure",
                about(
                    reference("probability"),
                    "Probability that an updated robot has it",
                ),
            )
            .require(
                "after",
                about(
                    reference("law_of_durations"),
                    "How long after the robot's update it shows",
                ),
            );
    let luck = "How robots share a release's drawn probabilities: one draw a script for the whole fleet, or one a script and cohort";
    table("What is rolled out")
        .require("version", about(version(), "A version as the service numbers them: 1 to 255 digits"))
        .require("bundle", bundle("The size of the bundle by architecture, at most 1 TB; a robot without one fails in the cloud"))
        .key("luck", or(about(choice(&["shared", "per_cohort"]), luck), json!("shared")))
        .key("latent", latent.done())
        .done()
}

pub fn version() -> Value {
    json!({ "anyOf": [{ "type": "string", "pattern": "^[0-9]{1,255}$" }, { "type": "integer", "minimum": 0 }] })
}

pub fn bundle(text: &str) -> Value {
    let mut table = table(text).and("minProperties", json!(1));
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
