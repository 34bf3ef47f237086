//! Quantities, laws and probabilities: what many keys have in common.

use serde_json::{Map, Value, json};

use crate::key::Keys;
use crate::scenario::keys::law::{
    BETA, EXPONENTIAL, GAMMA, LOGNORMAL, QUANTILES, SAMPLES, TRIANGULAR, UNIFORM, WEIBULL,
};
use crate::scenario::schema::build::{about, array, number, positive_share, reference, table};
use crate::scenario::schema::{changes, fleet};
use crate::units::Quantity;

/// A decimal number as quantities begin with.
const NUMBER: &str = r"([0-9]+\.?[0-9]*|\.[0-9]+)";

/// What [`reference`] leads to.
pub(super) fn definitions() -> Value {
    let mut all = Map::new();
    let mut add = |name: &str, schema: Value| all.insert(name.to_owned(), schema);
    add(
        "duration",
        quantity(
            Quantity::Duration,
            "A duration in ms, s, min, h or d, also in parts, as in \"1h 30min\"",
        ),
    );
    add(
        "size",
        quantity(
            Quantity::Size,
            "A size in bytes or bits, as in \"210 MB\" or \"10 Mbit\"",
        ),
    );
    add(
        "rate",
        quantity(
            Quantity::Rate,
            "A rate in bytes or bits per second, as in \"20 Mbit/s\" or \"40 MB/s\"",
        ),
    );
    add("law_of_durations", law("law_of_durations", "duration"));
    add("law_of_rates", law("law_of_rates", "rate"));
    add(
        "share",
        about(number(0.0, 1.0), "A share of one, from 0 to 1"),
    );
    add("probability", probability());
    add("fault", fleet::fault());
    add("name", name());
    add("range", changes::range());
    Value::Object(all)
}

/// A text that [`Quantity::parse`] reads: parts with ever smaller units, of anything but a duration only one.
fn quantity(quantity: Quantity, text: &str) -> Value {
    let units: Vec<&str> = quantity.units_descending().collect();
    let pattern = match quantity {
        Quantity::Duration => units
            .iter()
            .map(|unit| format!(r"({NUMBER}\s*{unit}\s*)?"))
            .collect(),
        Quantity::Size | Quantity::Rate => format!(r"{NUMBER}\s*({})\s*", units.join("|")),
    };
    json!({ "type": "string", "pattern": format!(r"^\s*{pattern}$"), "minLength": 1, "description": text })
}

/// A name of a cohort or link. Of letters beyond ASCII the reader knows more.
fn name() -> Value {
    let text = "Up to 100 letters, digits, spaces or any of `_-.`";
    json!({ "type": "string", "pattern": r"^[^\x00-\x1f!-,/:-@\[-^`{-\x7f]+$", "maxLength": 100, "description": text })
}

const LAW: &str = "A law: a bare quantity is a constant, otherwise a table with one key, as in { lognormal = { median = \"4min\", p95 = \
                   \"9min\" } }";

/// Laws of a quantity; `own` is what their definition is called.
fn law(own: &str, quantity: &str) -> Value {
    let parameters = |keys: &Keys| table(keys.about).keys(keys.keys, |_| reference(quantity));
    let lognormal = parameters(&LOGNORMAL).and("maxProperties", json!(2)).and(
        "oneOf",
        json!(
            [["median", "p95"], ["median", "sigma"], ["mean", "cv"]]
                .map(|both| json!({ "required": both }))
        ),
    );
    let part = table("A part of a mixture")
        .require(
            "share",
            about(
                positive_share(),
                "Of draws that come from this part; shares add up to 1",
            ),
        )
        .require("law", about(reference(own), "The law of this part"));
    let file = |keys: &Keys| {
        json!({
            "description": keys.about,
            "anyOf": [{ "type": "string", "minLength": 1 }, fleet::of(keys)],
        })
    };
    let laws = table(LAW)
        .key("constant", about(reference(quantity), "Always the same"))
        .key("lognormal", lognormal.done());
    let others = [&UNIFORM, &EXPONENTIAL, &GAMMA, &WEIBULL, &TRIANGULAR];
    let laws = others
        .into_iter()
        .fold(laws, |laws, keys| {
            laws.key(keys.name, parameters(keys).done())
        })
        .key("quantiles", file(&QUANTILES))
        .key("samples", file(&SAMPLES))
        .key(
            "mixture",
            about(
                array(&part.done(), 1, None),
                "One of several laws, each with its share",
            ),
        )
        .and("minProperties", json!(1))
        .and("maxProperties", json!(1));
    json!({ "description": LAW, "anyOf": [reference(quantity), laws.done()] })
}

fn probability() -> Value {
    const TEXT: &str =
        "A probability from 0 to 1; { beta = { mean, correlation } } is drawn once per replication";
    let table = table(TEXT)
        .key(
            "constant",
            about(number(0.0, 1.0), "Always the same, from 0 to 1"),
        )
        .key("beta", fleet::of(&BETA))
        .and("minProperties", json!(1))
        .and("maxProperties", json!(1));
    json!({ "description": TEXT, "anyOf": [number(0.0, 1.0), table.done()] })
}
