//! `[[link]]` and `[[cohort]]`.

use serde_json::{Value, json};

use crate::key::Keys;
use crate::model::{Architecture, FailureCode, ROBOTS_MAX};
use crate::scenario::fleet::COHORTS_MAX;
use crate::scenario::keys::cohort::{
    COHORT, CONNECTIVITY, FAULT, INVENTORY, INVENTORY_COLUMNS, SCRIPT, TIMED,
};
use crate::scenario::keys::document::LINK;
use crate::scenario::links::LINKS_MAX;
use crate::scenario::schema::build::{about, array, choice, integer, reference, table, text};
use crate::scenario::windows::WINDOWS_MAX;

pub(super) fn links() -> Value {
    let link = table(LINK.about).keys(LINK.keys, |_| json!({}));
    array(&link.done(), 0, LINKS_MAX)
}

pub(super) fn cohorts() -> Value {
    array(&cohort(), 1, COHORTS_MAX)
}

fn cohort() -> Value {
    let without_inventory = json!({
        "required": ["architecture", "download_rate"],
        "dependencies": { "maintenance": ["zone"] },
    });
    table(COHORT.about)
        .keys(COHORT.keys, part)
        .and(
            "not",
            json!({ "required": ["extract_rate", "extract_duration"] }),
        )
        .and("dependencies", json!({ "zone": ["maintenance"] }))
        .and(
            "if",
            json!({ "properties": { "robots": { "type": "object" } } }),
        )
        .and("then", json!({ "properties": { "architecture": false } }))
        .and("else", without_inventory)
        .done()
}

/// The shape of a key of a cohort.
fn part(key: &str) -> Value {
    match key {
        "robots" => robots(),
        "architecture" => architecture(),
        "dead" => json!({ "anyOf": [reference("share"), text(r"^\s*[0-9]+\s*robots?\s*$")] }),
        "connectivity" => of(&CONNECTIVITY),
        "maintenance" => maintenance(),
        "faults" => faults(),
        "validating" | "launching" => of(&TIMED),
        _ => of(&SCRIPT),
    }
}

/// A table all of whose keys are told.
pub(super) fn of(keys: &Keys) -> Value {
    table(keys.about).keys(keys.keys, |_| json!({})).done()
}

fn robots() -> Value {
    let inventory = table(INVENTORY.about)
        .keys(INVENTORY.keys, |_| of(&INVENTORY_COLUMNS))
        .and(
            "oneOf",
            json!(["file", "csv"].map(|key| json!({ "required": [key] }))),
        );
    json!({ "anyOf": [integer(1, ROBOTS_MAX.into()), inventory.done()] })
}

fn architecture() -> Value {
    let names = Architecture::ALL.map(Architecture::name);
    let mut shares = table("Shares of the robots by architecture, which add up to 1")
        .and("minProperties", json!(1));
    for name in names {
        let text = format!("Share of robots that are {name}");
        shares = shares.key(name, about(reference("share"), &text));
    }
    json!({ "anyOf": [choice(&names), shares.done()] })
}

fn maintenance() -> Value {
    const DAY: &str = "(mon|tue|wed|thu|fri|sat|sun)";
    const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";
    let days = format!(r"^\s*(daily|{DAY}(\s*-\s*{DAY})?(\s*,\s*{DAY}(\s*-\s*{DAY})?)*)\s*$");
    let window = table("A window that recurs every week")
        .require(
            "days",
            about(
                text(&days),
                "The days on which it opens: `daily`, `mon-fri`, `fri-mon`, `mon,wed,fri`",
            ),
        )
        .require(
            "from",
            about(
                text(&format!("^{TIME}$")),
                "When it opens, by the clock in `zone`: `22:00` or `22:00:30`",
            ),
        )
        .require(
            "to",
            about(
                text(&format!("^({TIME}|24:00(:00)?)$")),
                "When it closes; before `from` it is on the next day, `24:00` ends the day",
            ),
        );
    array(&window.done(), 1, WINDOWS_MAX)
}

/// What a code of `faults` has.
pub(super) fn fault() -> Value {
    json!({
        "description": "A probability, or a table with `probability` and `fails_after`",
        "anyOf": [reference("probability"), of(&FAULT)],
    })
}

fn faults() -> Value {
    let mut codes = table("");
    for code in FailureCode::ALL
        .iter()
        .filter(|code| code.fault_stage().is_some())
    {
        codes = codes.key(
            code.name(),
            about(
                reference("fault"),
                "Probability that a robot's deployment fails with this code",
            ),
        );
    }
    codes.done()
}
