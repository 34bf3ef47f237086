//! A comparison as JSON.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::report::json::{finite, is_false, never, pretty};
use crate::report::provenance::Provenance;
use crate::report::schema::schema;
use crate::report::words::Sides;
use crate::scenario::Scenario;
use crate::stats::LEVEL;
use crate::study::{
    Compared, Comparison, METRICS, Margins, Pairing, Verdict, compared_statistics, statistic_name,
};

/// What came of `rollcast compare`: `compare.json`, and what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct Summary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// What is compared with.
    a: Side<'a>,
    /// What is compared.
    b: Side<'a>,
    /// The difference that does not matter, as a share, of statistics that have no margin of their own.
    margin: f64,
    /// Profiles that only A has, which are not compared.
    only_a: &'a [String],
    /// Profiles that only B has, which are not compared.
    only_b: &'a [String],
    /// Those that both sides have.
    profiles: Vec<Profile<'a>>,
}

/// One side.
#[derive(JsonSchema, Serialize)]
struct Side<'a> {
    /// Its name in the comparison.
    name: &'a str,
    /// The scenario's name.
    scenario: &'a str,
    /// The scenario's hash.
    scenario_hash: &'a str,
}

/// A profile that both sides have.
#[derive(JsonSchema, Serialize)]
struct Profile<'a> {
    /// The profile.
    profile: &'a str,
    /// Their differences, by `metric.stat`.
    #[schemars(schema_with = "differences")]
    statistics: BTreeMap<String, Row>,
}

/// A statistic on both sides; null for what the replications do not show, and for a time that never comes, which has a field of its own.
#[derive(JsonSchema, Serialize)]
struct Row {
    /// A's value, in the metric's unit; null where there is none, and where it never comes.
    a: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    a_never: bool,
    /// B's value; null where there is none, and where it never comes.
    b: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    b_never: bool,
    #[serde(flatten)]
    difference: DifferenceJson,
    /// The largest difference that does not matter; null where A has no value that it is a share of.
    margin: Option<f64>,
    /// What the difference amounts to.
    #[schemars(extend("enum" = Verdict::ALL.map(Verdict::name)))]
    verdict: &'static str,
    /// About how many replications would decide what is inconclusive; null if that is not a matter of their number.
    replications_to_decide: Option<u64>,
    /// Whether it is one of the statistics that decide.
    decides: bool,
    /// Of no difference, two-sided.
    #[schemars(range(min = 0, max = 1))]
    p_value: Option<f64>,
    /// The p-value adjusted by Holm's procedure over the statistics that decide, in all profiles together; null for the others.
    #[schemars(range(min = 0, max = 1))]
    p_holm: Option<f64>,
    /// The p-value adjusted by the procedure of Benjamini and Hochberg over all rows.
    #[schemars(range(min = 0, max = 1))]
    p_bh: Option<f64>,
}

/// What the second value is more than the first, with its interval.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Difference")]
pub(in crate::report) struct DifferenceJson {
    /// The second value less the first; null where there is none.
    difference: Option<f64>,
    /// The lower end of the difference's interval.
    lo: Option<f64>,
    /// The upper end of the difference's interval.
    hi: Option<f64>,
    /// Where there is no interval because most rollouts agree: the largest share of rollouts in which it may differ; left out elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    differs_at_most: Option<f64>,
}

impl From<&Compared> for DifferenceJson {
    fn from(row: &Compared) -> DifferenceJson {
        DifferenceJson {
            difference: row.difference,
            lo: row.lo,
            hi: row.hi,
            differs_at_most: row.mostly.map(|mostly| mostly.others_at_most),
        }
    }
}

impl From<&Compared> for Row {
    fn from(row: &Compared) -> Row {
        Row {
            a: finite(row.a),
            a_never: never(row.a),
            b: finite(row.b),
            b_never: never(row.b),
            difference: DifferenceJson::from(row),
            margin: finite(row.margin),
            verdict: row.verdict.name(),
            replications_to_decide: row.verdict.replications_to_decide(),
            decides: row.decides,
            p_value: row.p_value,
            p_holm: row.p_holm,
            p_bh: row.p_bh,
        }
    }
}

/// Every statistic that is compared, by name.
fn differences(generator: &mut SchemaGenerator) -> Schema {
    let names: Vec<String> = METRICS
        .iter()
        .flat_map(|metric| {
            let statistics = compared_statistics(metric.kind).into_iter();
            statistics.map(|name| statistic_name(metric.name, name))
        })
        .collect();
    json_schema!({
        "type": "object",
        "propertyNames": { "enum": names },
        "minProperties": names.len(),
        "additionalProperties": generator.subschema_for::<Row>(),
    })
}

/// The schema of `compare.json`.
pub fn compare_schema() -> serde_json::Value {
    schema::<Summary>("rollcast compare")
}

/// `compare.json`.
pub fn compare_json(
    provenance: &Provenance,
    sides: &Sides,
    margins: &Margins,
    pairing: &Pairing,
    comparison: &Comparison,
) -> String {
    fn side<'a>(name: &'a str, scenario: &'a Scenario) -> Side<'a> {
        Side {
            name,
            scenario: &scenario.name,
            scenario_hash: &scenario.hash,
        }
    }
    let profiles = comparison.profiles.iter().map(|profile| {
        let rows = profile.rows.iter().map(|row| {
            (
                statistic_name(row.metric.name, row.statistic),
                Row::from(row),
            )
        });
        Profile {
            profile: &profile.name,
            statistics: rows.collect(),
        }
    });
    pretty(&Summary {
        provenance,
        confidence: LEVEL,
        a: side(&sides.name_a, sides.a),
        b: side(&sides.name_b, sides.b),
        margin: margins.default_share(),
        only_a: &pairing.only_a,
        only_b: &pairing.only_b,
        profiles: profiles.collect(),
    })
}
