//! A sweep as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::json::{Computed, PrecisionSummary, metrics, pretty};
use crate::report::provenance::Provenance;
use crate::report::schema::{every_metric, schema};
use crate::report::sweep::capacity::CapacityJson;
use crate::scenario::Knob;
use crate::stats::LEVEL;
use crate::study::{MetricSummary, SweepRow, SweepRun};

/// What came of `rollcast sweep`: `sweep.json`, and with the rows what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct SweepSummary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// What was varied.
    knobs: Vec<KnobSummary<'a>>,
    /// At which values of the knob all holds that the scenario expects; left out where nothing is expected, where more than one knob
    /// varies or its values have no order, and after an interruption.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<CapacityJson<'a>>,
    /// A row a profile and setting; left out in `sweep.json`, which has them beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<RowSummary<'a>>>,
}

/// A knob.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Knob")]
struct KnobSummary<'a> {
    /// Its dotted key.
    key: String,
    /// Its values as texts.
    values: Vec<&'a str>,
}

/// What came of a setting under a profile.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Row")]
struct RowSummary<'a> {
    /// The profile.
    profile: &'a str,
    /// The values of the knobs, in their order.
    values: &'a [String],
    /// Replications finished.
    replications: u64,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "every_metric")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
}

/// The schema of `sweep.json`, with rows or without.
pub fn sweep_schema() -> serde_json::Value {
    schema::<SweepSummary>("rollcast sweep")
}

/// What made a sweep: `sweep.json`, beside the rows in `sweep.csv`. With `rows`, those too, for other programs to read.
pub fn sweep_json(provenance: &Provenance, knobs: &[Knob], run: &SweepRun, rows: bool) -> String {
    let capacity = run
        .capacity
        .as_ref()
        .map(|capacity| CapacityJson::of(capacity, knobs));
    let knobs = knobs.iter().map(|knob| KnobSummary {
        key: knob.key(),
        values: knob
            .values
            .iter()
            .map(|value| value.text.as_str())
            .collect(),
    });
    fn row(row: &SweepRow) -> RowSummary<'_> {
        RowSummary {
            profile: &row.profile,
            values: &row.values,
            replications: row.replications(),
            metrics: row.summaries(),
            threshold_reached_exact: Computed::from(&row.threshold_reached),
        }
    }
    let rows = rows.then(|| run.rows.iter().map(row).collect());
    let precision = run.attained.as_ref().map(PrecisionSummary::from);
    pretty(&SweepSummary {
        provenance,
        confidence: LEVEL,
        precision,
        knobs: knobs.collect(),
        capacity,
        rows,
    })
}
