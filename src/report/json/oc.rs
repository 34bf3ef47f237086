//! The operating characteristic as JSON.

use serde::Serialize;

use crate::report::json::{Computed, Provenance, metrics, pretty};
use crate::study::{LEVEL, Line, MetricSummary, Oc, OcRow, OcSetting};

#[derive(Serialize)]
struct Summary<'a> {
    provenance: &'a Provenance,
    confidence: f64,
    profile: &'a str,
    /// Whose failure probability varies.
    script: &'static str,
    good: f64,
    bad: f64,
    /// In how many good rollouts the optimum line stops at most.
    error: f64,
    robots: u32,
    /// The one in the file first.
    settings: Vec<Setting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Row<'a>>>,
}

#[derive(Serialize)]
struct Setting {
    concurrent_deployment_percentage: u8,
    failure_threshold_percentage: u8,
    /// Null where the number of robots of the main job is not known, as the next one.
    window: Option<u32>,
    /// Null if there are not enough robots for it.
    failures_to_stop: Option<u32>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    setting: Setting,
    p: f64,
    replications: u64,
    #[serde(serialize_with = "metrics")]
    metrics: &'a [MetricSummary],
    threshold_reached_exact: Computed,
    /// Null where durations depend on outcomes.
    exact: Option<Exact>,
    /// The optimum line with one robot at a time, and with this window; null where good and bad cannot be told apart.
    optimum: Option<OfLine>,
    line: Option<OfLine>,
}

#[derive(Serialize)]
struct Exact {
    stopped: f64,
    exposed_count: f64,
    broken_count: f64,
}

#[derive(Serialize)]
struct OfLine {
    threshold_reached: f64,
    exposed_count: f64,
    broken_count: f64,
}

impl From<Line> for OfLine {
    fn from(line: Line) -> OfLine {
        OfLine { threshold_reached: line.reached, exposed_count: line.exposed, broken_count: line.broken }
    }
}

/// What made an operating characteristic: `oc.json`, beside the rows in `oc.csv`. With `rows`, those too, for other programs to read.
pub fn oc_json(provenance: &Provenance, profile: &str, oc: &Oc, rows: Option<&[OcRow]>) -> String {
    let setting = |setting: &OcSetting| Setting {
        concurrent_deployment_percentage: setting.concurrent_deployment_percentage,
        failure_threshold_percentage: setting.failure_threshold_percentage,
        window: setting.in_robots.map(|robots| robots.window),
        failures_to_stop: setting.in_robots.and_then(|robots| robots.failures_to_stop),
    };
    pretty(&Summary {
        provenance,
        confidence: LEVEL,
        profile,
        script: oc.script.name(),
        good: oc.hypotheses.good,
        bad: oc.hypotheses.bad,
        error: oc.hypotheses.error,
        robots: oc.n,
        settings: oc.settings.iter().map(setting).collect(),
        rows: rows.map(|rows| rows.iter().map(|row| self::row(row, setting(&row.setting))).collect()),
    })
}

fn row(row: &OcRow, setting: Setting) -> Row<'_> {
    Row {
        setting,
        p: row.p,
        replications: row.result.replications,
        metrics: &row.result.metrics,
        threshold_reached_exact: Computed::from(&row.threshold_reached),
        exact: row.exact.map(|exact| Exact { stopped: exact.stopped, exposed_count: exact.started, broken_count: exact.failed }),
        optimum: row.optimum.map(OfLine::from),
        line: row.line.map(OfLine::from),
    }
}
