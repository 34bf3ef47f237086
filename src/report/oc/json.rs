//! The operating characteristic as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::ScriptStep;
use crate::report::json::{Computed, metrics, pretty};
use crate::report::levels::{LevelsJson, RobotsJson};
use crate::report::provenance::Provenance;
use crate::report::schema::{oc_metrics, schema};
use crate::stats::LEVEL;
use crate::study::{Line, MetricSummary, Oc, OcRow, OcSetting};

/// What came of `rollcast oc`: `oc.json`, and with the rows what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct Summary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// The profile that was played.
    profile: &'a str,
    /// The script whose failure probability varies.
    #[schemars(extend("enum" = ScriptStep::ALL.map(ScriptStep::name)))]
    script: &'static str,
    /// The probability that the script fails in a good release.
    #[schemars(range(min = 0, max = 1))]
    good: f64,
    /// The probability that it fails in a bad one.
    #[schemars(range(min = 0, max = 1))]
    bad: f64,
    /// In what share of good rollouts the optimum line stops at most.
    #[schemars(range(min = 0, max = 1))]
    error: f64,
    /// Robots in the fleet.
    robots: u32,
    /// The pairs of percentages, the one in the file first.
    settings: Vec<Setting>,
    /// A row a setting and probability; left out in `oc.json`, which has them beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Row<'a>>>,
}

/// A pair of percentages.
#[derive(JsonSchema, Serialize)]
struct Setting {
    #[serde(flatten)]
    levels: LevelsJson,
    #[serde(flatten)]
    robots: RobotsJson,
}

/// What came of a setting at a probability.
#[derive(JsonSchema, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    setting: Setting,
    /// The probability that the script fails.
    #[schemars(range(min = 0, max = 1))]
    p: f64,
    /// Replications finished.
    replications: u64,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "oc_metrics")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
    /// What is computed beside it; null where durations depend on outcomes.
    exact: Option<Exact>,
    /// The optimum line with one robot at a time; null where it cannot count the failures that the setting counts.
    optimum: Option<OfLine>,
    /// Why there is no optimum; left out where there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_optimum: Option<String>,
    /// The optimum line with the setting's window; null where durations depend on outcomes, or there is no optimum.
    line: Option<OfLine>,
}

/// What can be computed where durations do not depend on outcomes.
#[derive(JsonSchema, Serialize)]
struct Exact {
    /// Probability that the threshold ends the job with robots never started.
    #[schemars(range(min = 0, max = 1))]
    stopped: f64,
    /// Mean number of robots that the command reaches [robots].
    exposed_count: f64,
    /// Mean number of robots exposed and not updated [robots].
    broken_count: f64,
}

/// What the optimum line would do.
#[derive(JsonSchema, Serialize)]
struct OfLine {
    /// Share of rollouts that it stops.
    #[schemars(range(min = 0, max = 1))]
    threshold_reached: f64,
    /// Mean number of robots that it exposes [robots].
    exposed_count: f64,
    /// Mean number of robots that it breaks [robots].
    broken_count: f64,
}

impl From<&OcSetting> for Setting {
    fn from(setting: &OcSetting) -> Setting {
        Setting {
            levels: LevelsJson(setting.levels),
            robots: RobotsJson::from(setting.in_robots),
        }
    }
}

impl From<Line> for OfLine {
    fn from(line: Line) -> OfLine {
        OfLine {
            threshold_reached: line.reached,
            exposed_count: line.exposed,
            broken_count: line.broken,
        }
    }
}

/// The schema of `oc.json`, with rows or without.
pub fn oc_schema() -> serde_json::Value {
    schema::<Summary>("rollcast oc")
}

/// What made an operating characteristic: `oc.json`, beside the rows in `oc.csv`. With `rows`, those too, for other programs to read.
pub fn oc_json(provenance: &Provenance, profile: &str, oc: &Oc, rows: Option<&[OcRow]>) -> String {
    pretty(&Summary {
        provenance,
        confidence: LEVEL,
        profile,
        script: oc.script.name(),
        good: oc.hypotheses.good,
        bad: oc.hypotheses.bad,
        error: oc.hypotheses.error,
        robots: oc.n,
        settings: oc.settings.iter().map(Setting::from).collect(),
        rows: rows.map(|rows| rows.iter().map(row).collect()),
    })
}

fn row(row: &OcRow) -> Row<'_> {
    Row {
        setting: Setting::from(&row.setting),
        p: row.p,
        replications: row.result.replications,
        metrics: &row.result.metrics,
        threshold_reached_exact: Computed::from(&row.threshold_reached),
        exact: row.exact.map(|exact| Exact {
            stopped: exact.stopped,
            exposed_count: exact.started,
            broken_count: exact.failed,
        }),
        optimum: row.optimum.as_ref().ok().copied().map(OfLine::from),
        no_optimum: row.optimum.as_ref().err().map(ToString::to_string),
        line: row.line.map(OfLine::from),
    }
}
