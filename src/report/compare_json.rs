//! A comparison as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::json::{Provenance, pretty};
use crate::report::words::Sides;
use crate::scenario::Scenario;
use crate::study::{Compared, Comparison, LEVEL, Margins, Pairing, statistic_name};

#[derive(Serialize)]
struct Summary<'a> {
    provenance: &'a Provenance,
    confidence: f64,
    a: Side<'a>,
    b: Side<'a>,
    /// As a share, of statistics that have no margin of their own.
    margin: f64,
    /// Profiles that only one side has, which are not compared.
    only_a: &'a [String],
    only_b: &'a [String],
    profiles: Vec<Profile<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    scenario: &'a str,
    scenario_hash: &'a str,
}

#[derive(Serialize)]
struct Profile<'a> {
    profile: &'a str,
    statistics: BTreeMap<String, Row>,
}

/// Null for what never comes, and for what the replications do not tell.
#[derive(Serialize)]
struct Row {
    a: Option<f64>,
    b: Option<f64>,
    difference: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    margin: f64,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    replications_to_decide: Option<u64>,
    decides: bool,
    p_value: Option<f64>,
    p_holm: Option<f64>,
    p_bh: Option<f64>,
}

impl From<&Compared> for Row {
    fn from(row: &Compared) -> Row {
        let finite = |x: f64| x.is_finite().then_some(x);
        Row {
            a: finite(row.a),
            b: finite(row.b),
            difference: row.difference,
            lo: row.lo,
            hi: row.hi,
            margin: row.margin,
            verdict: row.verdict.name(),
            replications_to_decide: row.verdict.replications_to_decide(),
            decides: row.decides,
            p_value: row.p_value,
            p_holm: row.p_holm,
            p_bh: row.p_bh,
        }
    }
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
        Side { name, scenario: &scenario.name, scenario_hash: &scenario.hash }
    }
    let profiles = comparison.profiles.iter().map(|profile| {
        let rows = profile.rows.iter().map(|row| (statistic_name(row.metric.name, row.statistic), Row::from(row)));
        Profile { profile: &profile.name, statistics: rows.collect() }
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
