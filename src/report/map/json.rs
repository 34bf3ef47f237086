//! A decision map as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::{Computed, PrecisionSummary, metrics, pretty};
use crate::report::levels::{LevelsJson, RobotsJson};
use crate::report::provenance::Provenance;
use crate::report::schema::{map_metrics, schema};
use crate::scenario::Scenario;
use crate::stats::LEVEL;
use crate::study::{MapRow, MapRun, MetricSummary};

/// What came of `rollcast sweep --map`: `map.json`, and with the rows what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct MapSummary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// Of both axes [%].
    percentages: &'a [u8],
    /// In the order of the scenario.
    profiles: Vec<MapProfile<'a>>,
    /// A row a profile and pair of percentages; left out in `map.json`, which has them beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<MapSettingSummary<'a>>>,
}

/// A profile of a map.
#[derive(JsonSchema, Serialize)]
struct MapProfile<'a> {
    /// The profile.
    profile: &'a str,
    /// Robots in the fleet.
    robots: u32,
    /// What came of the percentages in the file; null if it was not finished.
    in_file: Option<MapSettingSummary<'a>>,
}

/// What came of a pair of percentages under a profile.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Setting")]
struct MapSettingSummary<'a> {
    /// The profile.
    profile: &'a str,
    #[serde(flatten)]
    levels: LevelsJson,
    #[serde(flatten)]
    robots: RobotsJson,
    /// Replications finished.
    replications: u64,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "map_metrics")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
}

/// The schema of `map.json`, with rows or without.
pub fn map_schema() -> serde_json::Value {
    schema::<MapSummary>("rollcast sweep --map")
}

/// What made a map and what comes of the setting in the file: `map.json`, beside the rows in `map.csv`. With `rows`, those too, for
/// other programs to read.
pub fn map_json(provenance: &Provenance, scenario: &Scenario, map: &MapRun, rows: bool) -> String {
    fn summary<'a>(scenario: &'a Scenario, row: &'a MapRow) -> MapSettingSummary<'a> {
        let profile = &scenario.profiles[row.setting.profile];
        MapSettingSummary {
            profile: &profile.name,
            levels: LevelsJson(row.setting.levels),
            robots: RobotsJson::from(row.setting.in_robots),
            replications: row.result.replications,
            metrics: row.metrics(),
            threshold_reached_exact: Computed::from(&row.threshold_reached),
        }
    }
    let profiles = scenario
        .profiles
        .iter()
        .zip(&map.own)
        .map(|(profile, own)| MapProfile {
            profile: &profile.name,
            robots: profile.world.fleet.robots(),
            in_file: own.as_ref().map(|own| summary(scenario, own)),
        });
    pretty(&MapSummary {
        provenance,
        confidence: LEVEL,
        precision: map.attained.as_ref().map(PrecisionSummary::from),
        percentages: &map.percentages,
        profiles: profiles.collect(),
        rows: rows.then(|| map.rows.iter().map(|row| summary(scenario, row)).collect()),
    })
}
