//! What made a result, which every JSON file and every chart says.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::tzdb_version;
use crate::scenario::Scenario;

/// What made a result: enough to make it again, and nothing that differs between machines or thread counts.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Provenance {
    /// The program's version.
    pub rollcast: &'static str,
    /// Rises with every change that gives other numbers for the same scenario and seed.
    pub model_version: u32,
    /// The scenario's name.
    pub scenario: String,
    /// Sixteen hexadecimal digits that change with anything the scenario says that changes results.
    pub scenario_hash: String,
    /// The version of the time zone data, where weekly hours depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zones: Option<&'static str>,
    /// Of every random number.
    pub seed: u64,
    /// Replications finished.
    pub replications: u64,
    /// The command that makes the result again.
    pub command: String,
}

impl Provenance {
    pub fn new(scenario: &Scenario, replications: u64, command: String) -> Provenance {
        Provenance {
            rollcast: env!("CARGO_PKG_VERSION"),
            model_version: crate::sim::MODEL_VERSION,
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash.clone(),
            time_zones: scenario.has_weekly_hours().then(tzdb_version),
            seed: scenario.seed,
            replications,
            command,
        }
    }

    /// The command whose results in a file these would replace, unless they are of the same command, scenario and version.
    pub fn replaces(&self, file: &[u8]) -> Option<String> {
        let file: Value = serde_json::from_slice(file).ok()?;
        let earlier = file.get("provenance")?;
        let is_same = serde_json::to_value(self).is_ok_and(|own| own == *earlier);
        let command = earlier.get("command")?.as_str()?;
        (!is_same).then(|| command.to_owned())
    }

    /// One line for charts.
    pub fn line(&self) -> String {
        let Provenance {
            rollcast,
            model_version,
            scenario_hash,
            seed,
            command,
            ..
        } = self;
        let zones = self
            .time_zones
            .map_or_else(String::new, |version| format!(", time zones {version}"));
        format!(
            "rollcast {rollcast}, model {model_version}, scenario {scenario_hash}{zones}, seed {seed}: {command}"
        )
    }
}
