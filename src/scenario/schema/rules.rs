//! `[rollout]`, from the keys that engines tell, and the jobs of `[campaign]`.

use serde_json::{Value, json};

use crate::model::{FailureCode, ROBOTS_MAX};
use crate::rollout::{ENGINES, EngineTable, Key, RoboMaker, Takes};
use crate::scenario::campaign::{TIMES_MAX, WAIT_MS_MAX};
use crate::scenario::order::WORDS as ORDERS;
use crate::scenario::schema::build::{
    Table, about, array, choice, integer, or, positive_share, reference, table,
};
use crate::scenario::schema::release::{bundle, version};
use crate::units::duration;

pub fn rollout() -> Value {
    let rollout = table("The rollout engine and its rules");
    ENGINES
        .iter()
        .fold(rollout, |rollout, engine| {
            rollout.key(engine.table.name, rules(engine.table))
        })
        .done()
}

fn rules(engine: &EngineTable) -> Value {
    engine
        .keys
        .iter()
        .fold(table(engine.about), |table, key| {
            table.key(key.name, value(key))
        })
        .done()
}

/// What a key may be, what it says, and its default.
fn value(key: &Key) -> Value {
    let text = match key.without {
        "" => key.about.to_owned(),
        without => format!("{}. Default: {without}", key.about),
    };
    let value = match key.takes {
        Takes::JobFaults => return job_faults(&text),
        _ => about(kind(key.takes), &text),
    };
    match key.takes {
        _ if key.default.is_empty() => value,
        Takes::Whole { .. } => or(
            value,
            json!(
                key.default
                    .parse::<u64>()
                    .expect("a bug: a default that is no number")
            ),
        ),
        _ => or(value, json!(key.default)),
    }
}

fn kind(takes: Takes) -> Value {
    match takes {
        Takes::Whole { least, most } => integer(least, most),
        Takes::Duration { .. } => reference("duration"),
        Takes::Choice(words) => choice(words),
        Takes::Order => json!({ "anyOf": [choice(&ORDERS), order_of_cohorts()] }),
        Takes::JobFaults => reference("share"),
        Takes::Preparing => reference("law_of_durations"),
    }
}

fn job_faults(text: &str) -> Value {
    let mut faults = table(text);
    for code in FailureCode::ALL.iter().filter(|code| code.strikes_job()) {
        faults = faults.key(
            code.name(),
            about(
                kind(Takes::JobFaults),
                "Probability that the job fails with this code",
            ),
        );
    }
    faults.done()
}

fn key(name: &str) -> Key {
    *RoboMaker::ENGINE.key(name).expect("a bug: no such key")
}

/// A key of the main job's rules that another job may have of its own.
fn own(name: &str) -> Value {
    let key = key(name);
    about(kind(key.takes), &format!("{}. {AS_MAIN}", key.about))
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

pub fn campaign() -> Value {
    table("Jobs before and after the main one, which has the rules of [rollout.robomaker]; each is left out where there is no such job")
        .key("canary", canary())
        .key("sync", sync())
        .key("recovery", recovery())
        .done()
}

/// How long a campaign waits, up to 30 days.
fn wait(text: &str) -> Value {
    or(
        about(
            reference("duration"),
            &format!("{text}, up to {}", duration(WAIT_MS_MAX as f64)),
        ),
        json!("0s"),
    )
}

const THRESHOLD: &str = RoboMaker::THRESHOLD.name;

const AS_MAIN: &str = "Default: as in [rollout.robomaker]";

/// The deploymentConfig of a job beside the main one, but for its threshold.
fn config(job: Table) -> Table {
    [RoboMaker::CONCURRENCY.name, RoboMaker::TIMEOUT]
        .into_iter()
        .fold(job, |job, key| job.key(key, own(key)))
}

fn canary() -> Value {
    let share = "For a share of the robots registered, rounded down, at least one";
    let share = about(positive_share(), share);
    let pick = "Which robots: at random, afresh in every replication, or the first in the file";
    config(table("A job before the main one, for a few robots: `robots`, `share` or `cohorts` says for which"))
        .key("robots", about(integer(1, ROBOTS_MAX.into()), "For so many robots"))
        .key("share", share)
        .key("cohorts", cohort_names("For all robots of these cohorts", 1))
        .key("pick", or(about(choice(&["random", "file"]), pick), json!("random")))
        .key(THRESHOLD, own(THRESHOLD))
        .key("soak", wait("From the end of its last robot deployment to the main job's creation"))
        .key(
            "rejoin",
            or(
                about(json!({ "type": "boolean" }), "Whether the main job is for the canary's robots too, all of them again"),
                json!(false),
            ),
        )
        .and("oneOf", json!(["robots", "share", "cohorts"].map(|key| json!({ "required": [key] }))))
        .and("not", json!({ "required": ["cohorts", "pick"] }))
        .done()
}

fn sync() -> Value {
    let after_failure = "Which failed jobs are followed by a sync: none, only a sync that failed, or the main job too";
    table("SyncDeploymentJob after the main job, for the robots not in sync, with the main job's rules")
        .key("times", or(about(integer(1, TIMES_MAX), "At most so many [jobs]"), json!(1)))
        .key("until", or(about(reference("share"), "None once at least so large a share of the fleet is updated"), json!(1)))
        .key("interval", wait("From the end of the last robot deployment of the job before"))
        .key("after_failure", or(about(choice(&["never", "syncs", "always"]), after_failure), json!("never")))
        .done()
}

fn recovery() -> Value {
    config(table("When the canary or the main job was stopped, the old version for all robots that were exposed"))
        .key("version", about(version(), "The old version: 1 to 255 digits"))
        .key("bundle", bundle("The size of the old version's bundle by architecture, at most 1 TB. Default: as in [release]"))
        .key("delay", wait("From the end of the last robot deployment, or from when a latent fault is found"))
        .key(THRESHOLD, value(&Key { default: "100", ..key(THRESHOLD) }))
        .done()
}
