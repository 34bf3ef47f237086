//! What stands in a log: whose it is, and the commands that were accepted.

use serde::{Deserialize, Serialize};

use crate::model::{Ms, tzdb_version};
use crate::scenario::{Profile, Scenario};
use crate::sim::MODEL_VERSION;
use crate::wire::robomaker::Input;

/// The first line of a log: all that its commands are applied to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// The program's version.
    pub rollcast: String,
    pub model_version: u32,
    pub scenario: String,
    pub scenario_hash: String,
    pub seed: u64,
    pub profile: String,
    pub replication: u64,
    /// The version of the time zone data, where weekly hours depend on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zones: Option<String>,
    /// When simulated time begins [ms since 1970-01-01 UTC].
    pub start_unix_ms: i64,
}

impl Header {
    pub fn new(
        scenario: &Scenario,
        profile: &Profile,
        replication: u64,
        start_unix_ms: i64,
    ) -> Header {
        let zones = || tzdb_version().to_owned();
        Header {
            rollcast: env!("CARGO_PKG_VERSION").to_owned(),
            model_version: MODEL_VERSION,
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash.clone(),
            seed: scenario.seed,
            profile: profile.name.clone(),
            replication,
            time_zones: scenario.has_weekly_hours().then(zones),
            start_unix_ms,
        }
    }

    /// What differs between a log and the server that would go on with it, but for when time begins: what, in the log, and now.
    pub fn differences(&self, now: &Header) -> Vec<(&'static str, String, String)> {
        let zones = |header: &Header| header.time_zones.clone().unwrap_or_else(|| "-".to_owned());
        let both = [
            ("rollcast", self.rollcast.clone(), now.rollcast.clone()),
            (
                "model version",
                self.model_version.to_string(),
                now.model_version.to_string(),
            ),
            ("scenario", self.scenario.clone(), now.scenario.clone()),
            (
                "scenario hash",
                self.scenario_hash.clone(),
                now.scenario_hash.clone(),
            ),
            ("seed", self.seed.to_string(), now.seed.to_string()),
            ("profile", self.profile.clone(), now.profile.clone()),
            (
                "replication",
                self.replication.to_string(),
                now.replication.to_string(),
            ),
            ("time zones", zones(self), zones(now)),
        ];
        both.into_iter()
            .filter(|(_, logged, now)| logged != now)
            .collect()
    }
}

/// Every other line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    Command(Command),
    /// Time is not told beyond this until another one stands in the log, and a server that is started again goes on from there.
    #[serde(rename_all = "camelCase")]
    Clock {
        clock_ms: Ms,
    },
}

/// A command that was accepted, with when it was [ms after the beginning].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    pub at_ms: Ms,
    pub command: Input,
}
