//! `[rollout.robomaker]` and the jobs of `[campaign]`.

use serde_json::{Value, json};

use crate::model::{FLEET_TIMEOUT_MAX_MS, FailureCode, ROBOT_TIMEOUT_MAX_MS, ROBOT_TIMEOUT_MIN_MS, ROBOTS_MAX};
use crate::rollout::RoboMaker;
use crate::scenario::campaign::{TIMES_MAX, WAIT_MS_MAX};
use crate::scenario::order::WORDS as ORDERS;
use crate::scenario::schema::build::{Table, about, array, choice, integer, or, positive_share, reference, table};
use crate::scenario::schema::release::{bundle, version};
use crate::units::duration;

const CONCURRENCY: &str = "How many robots may be deployed to at a time, as a percentage of the robots of the job";
const THRESHOLD: &str = "How many failed robots stop the job, as a percentage of the robots of the job";

fn robot_timeout() -> String {
    let [least, most] = [ROBOT_TIMEOUT_MIN_MS, ROBOT_TIMEOUT_MAX_MS].map(|ms| duration(ms as f64));
    format!("From a robot's turn to the end of its deployment at the latest, from {least} to {most}")
}

pub fn rollout() -> Value {
    table("The rollout engine and its rules").key("robomaker", robomaker()).done()
}

fn robomaker() -> Value {
    let defaults = RoboMaker::default();
    let within = format!("up to {}", duration(FLEET_TIMEOUT_MAX_MS as f64));
    let fleet_timeout = format!("From the job's creation to its end at the latest, from 1 min {within}");
    let cancel = format!("When the job is canceled, from its creation, {within}. Default: never");
    let order = "In which order robots get their turn: at random, as in the file, or cohort by cohort, at random within each";
    let order = or(about(json!({ "anyOf": [choice(&ORDERS), order_of_cohorts()] }), order), json!("shuffled"));
    let mut faults =
        table("Probabilities of codes with which the job fails while it prepares; at most one strikes. Default: none");
    for code in FailureCode::ALL.iter().filter(|code| code.strikes_job()) {
        faults = faults.key(code.name(), about(reference("share"), "Probability that the job fails with this code"));
    }
    let concurrency = or(about(integer(1, 100), CONCURRENCY), json!(defaults.concurrent_deployment_percentage));
    let threshold = or(about(integer(1, 100), THRESHOLD), json!(defaults.failure_threshold_percentage));
    table("The rules of CreateDeploymentJob; all of it has defaults, those of the service's samples")
        .key("concurrent_deployment_percentage", concurrency)
        .key("failure_threshold_percentage", threshold)
        .key("robot_deployment_timeout", or(about(reference("duration"), &robot_timeout()), json!("5h")))
        .key("fleet_timeout", or(about(reference("duration"), &fleet_timeout), json!("30d")))
        .key("cancel", about(reference("duration"), &cancel))
        .key(
            "preparing",
            or(about(reference("law_of_durations"), "Pending and Preparing together, on average up to 1 d"), json!("7s")),
        )
        .key(
            "rounding",
            or(about(choice(&["floor", "ceil"]), "How a percentage becomes robots at a time; at least one"), json!("floor")),
        )
        .key(
            "pacing",
            or(
                about(choice(&["sliding", "batches"]), "Whether a freed slot is filled at once, or all when a batch has ended"),
                json!("sliding"),
            ),
        )
        .key("order", order)
        .key(
            "breach",
            or(
                about(choice(&["reach", "exceed"]), "Whether failures stop the job that reach the threshold, or that exceed it"),
                json!("reach"),
            ),
        )
        .key(
            "on_stop",
            or(
                about(choice(&["drain", "abort"]), "Whether robots in flight run on when the job stops, or are cut at once"),
                json!("drain"),
            ),
        )
        .key("job_faults", faults.done())
        .done()
}

fn order_of_cohorts() -> Value {
    table("Cohort by cohort").require("cohorts", cohort_names("Every cohort once, in their order", 1)).done()
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
    or(about(reference("duration"), &format!("{text}, up to {}", duration(WAIT_MS_MAX as f64))), json!("0s"))
}

const AS_MAIN: &str = "Default: as in [rollout.robomaker]";

/// The deploymentConfig of a job beside the main one, but for its threshold.
fn config(job: Table) -> Table {
    job.key("concurrent_deployment_percentage", about(integer(1, 100), &format!("{CONCURRENCY}. {AS_MAIN}")))
        .key("robot_deployment_timeout", about(reference("duration"), &format!("{}. {AS_MAIN}", robot_timeout())))
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
        .key("failure_threshold_percentage", about(integer(1, 100), &format!("{THRESHOLD}. {AS_MAIN}")))
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
        .key("failure_threshold_percentage", or(about(integer(1, 100), THRESHOLD), json!(100)))
        .done()
}
