//! `[rollout]`, from the keys that engines tell, and the jobs of `[campaign]`.

use serde_json::{Value, json};

use crate::key::Takes;
use crate::model::FailureCode;
use crate::rollout::{ENGINES, EngineTable};
use crate::scenario::keys::campaign::{
    CAMPAIGN, CANARY, RECOVERY, RECOVERY_THRESHOLD, SYNC, deployment_config,
};
use crate::scenario::order::WORDS as ORDERS;
use crate::scenario::schema::build::{about, array, choice, reference, table};
use crate::scenario::schema::release::{bundle, version};

pub(super) fn rollout() -> Value {
    let rollout = table("The rollout engine and its rules");
    ENGINES
        .iter()
        .fold(rollout, |rollout, engine| {
            rollout.key(engine.table.name, rules(engine.table))
        })
        .done()
}

fn rules(engine: &EngineTable) -> Value {
    table(engine.about)
        .keys(engine.keys, |key| {
            match engine.key(key).map(|key| key.takes) {
                Some(Takes::Order) => {
                    json!({ "anyOf": [choice(&ORDERS), order_of_cohorts()] })
                }
                _ => job_faults(),
            }
        })
        .done()
}

fn job_faults() -> Value {
    let codes = FailureCode::ALL.iter().filter(|code| code.strikes_job());
    let probability = || {
        about(
            reference("share"),
            "Probability that the job fails with this code",
        )
    };
    codes
        .fold(table(""), |table, code| {
            table.key(code.name(), probability())
        })
        .done()
}

fn order_of_cohorts() -> Value {
    table("Cohort by cohort")
        .require(
            "cohorts",
            cohort_names("Every cohort once, in their order", 1),
        )
        .done()
}

/// Names of cohorts, none twice.
fn cohort_names(text: &str, least: usize) -> Value {
    let mut names = about(array(&reference("name"), least, None), text);
    names["uniqueItems"] = json!(true);
    names
}

pub(super) fn campaign() -> Value {
    table(CAMPAIGN.about)
        .keys(CAMPAIGN.keys, |key| match key {
            "canary" => canary(),
            "sync" => sync(),
            _ => recovery(),
        })
        .done()
}

fn canary() -> Value {
    table(CANARY.about)
        .keys(CANARY.keys, |_| {
            cohort_names(CANARY.key("cohorts").about, 1)
        })
        .keys(&deployment_config(None), |_| json!({}))
        .and(
            "oneOf",
            json!(["robots", "share", "cohorts"].map(|key| json!({ "required": [key] }))),
        )
        .and("not", json!({ "required": ["cohorts", "pick"] }))
        .done()
}

fn sync() -> Value {
    table(SYNC.about).keys(SYNC.keys, |_| json!({})).done()
}

fn recovery() -> Value {
    table(RECOVERY.about)
        .keys(RECOVERY.keys, |key| match key {
            "version" => version(),
            _ => bundle(),
        })
        .keys(&deployment_config(Some(RECOVERY_THRESHOLD)), |_| json!({}))
        .done()
}
