//! Outputs as JSON Schemas, made from the types that are written: a field cannot be one and not the other.
//!
//! What the types do not say is said beside them: the words of verdicts, and which statistics a metric has. An object has no fields but
//! those described.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::report::json::StatisticJson;
use crate::study::{EVERYTHING, Kind, MAP_WANTED, Metric, QUANTILES, Wanted, oc_wanted};

/// The schema of the output `T`, called `title`, in draft 7 like that of scenarios.
pub(super) fn schema<T: JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    strict(&mut schema);
    schema.insert("title".to_owned(), json!(title));
    schema.to_value()
}

/// A schema as a file has it.
pub fn schema_text(schema: &Value) -> String {
    super::json::pretty(schema)
}

/// Closes every object, and leaves out formats that only Rust knows, and null where a field is left out instead.
fn strict(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or(json!([]));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            let is_required = required
                .as_array()
                .is_some_and(|names| names.contains(&json!(name)));
            if !is_required {
                never_null(property);
            }
        }
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    schema.remove("format");
    transform_subschemas(&mut strict, schema);
}

/// Removes null from what a schema allows.
fn never_null(schema: &mut Value) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
        branches.retain(|branch| branch["type"] != "null");
        if let [only] = branches.as_slice() {
            schema["allOf"] = json!([only]);
            schema
                .as_object_mut()
                .expect("a bug: a schema that is no object")
                .remove("anyOf");
        }
    }
}

/// Words, or null.
pub(super) fn nullable(words: &[&'static str]) -> Vec<Option<&'static str>> {
    words.iter().copied().map(Some).chain([None]).collect()
}

pub(super) fn every_metric(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Metrics>()
}

pub(super) fn map_metrics(generator: &mut SchemaGenerator) -> Schema {
    metrics(&MAP_WANTED, generator)
}

pub(super) fn oc_metrics(generator: &mut SchemaGenerator) -> Schema {
    metrics(&oc_wanted(), generator)
}

/// The statistics of every metric.
struct Metrics;

impl JsonSchema for Metrics {
    fn schema_name() -> Cow<'static, str> {
        "Metrics".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        metrics(&EVERYTHING, generator)
    }
}

/// An object of metrics, each with its wanted statistics.
fn metrics(wanted: &[Wanted], generator: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    for wanted in wanted {
        let mut schema = of_metric(wanted, generator);
        let about = wanted.metric.about;
        let about = match wanted.metric.kind {
            Kind::Event => format!("share of replications: {about}"),
            _ => about.to_owned(),
        };
        schema.insert("description".to_owned(), json!(about));
        properties.insert(wanted.metric.name.to_owned(), schema.to_value());
    }
    let about = "Statistics by metric; the unit is in brackets.";
    object(about, &properties)
}

/// An event has its proportion, any other metric an object of statistics.
fn of_metric(wanted: &Wanted, generator: &mut SchemaGenerator) -> Schema {
    match wanted.metric.kind {
        Kind::Event => generator.subschema_for::<StatisticJson>(),
        Kind::Number if wanted.wants_all() => generator.subschema_for::<OfNumber>(),
        Kind::Time if wanted.wants_all() => generator.subschema_for::<OfTime>(),
        _ => statistics(wanted, generator),
    }
}

fn statistics(wanted: &Wanted, generator: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    for (name, about) in all_statistics(wanted.metric)
        .into_iter()
        .filter(|(name, _)| wanted.wants(name))
    {
        let mut schema = match name {
            "sd" | "min" | "max" => json_schema!({ "type": ["number", "null"] }),
            _ => generator.subschema_for::<StatisticJson>(),
        };
        schema.insert("description".to_owned(), json!(about));
        properties.insert(name.to_owned(), schema.to_value());
    }
    let about = "Statistics over replications, in the metric's unit.";
    object(about, &properties)
}

/// The statistics of a metric, each with its description.
fn all_statistics(metric: &Metric) -> Vec<(&'static str, String)> {
    let mut quantiles: Vec<(&str, String)> = QUANTILES
        .iter()
        .map(|(name, q)| {
            (
                *name,
                format!("The {:.0} % quantile; null if it never comes.", q * 100.0),
            )
        })
        .collect();
    let plain: &[(&str, &str)] = match metric.kind {
        Kind::Event => return Vec::new(),
        Kind::Ratio => return vec![("mean", "The ratio of the means.".to_owned())],
        Kind::Number => &[
            ("mean", "The mean."),
            (
                "sd",
                "The standard deviation; null for a single replication.",
            ),
            ("min", "The least."),
            ("max", "The most."),
        ],
        Kind::Time => &[("p_never", "Share of replications in which it never comes.")],
    };
    quantiles.extend(
        plain
            .iter()
            .map(|(name, about)| (*name, (*about).to_owned())),
    );
    quantiles
}

fn object(about: &str, properties: &Map<String, Value>) -> Schema {
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    json_schema!({ "type": "object", "description": about, "properties": properties, "required": required })
}

/// Every statistic of a number that every replication has.
struct OfNumber;

/// Every statistic of a time that may never come.
struct OfTime;

impl JsonSchema for OfNumber {
    fn schema_name() -> Cow<'static, str> {
        "StatisticsOfNumber".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        statistics(Wanted::first_of(Kind::Number), generator)
    }
}

impl JsonSchema for OfTime {
    fn schema_name() -> Cow<'static, str> {
        "StatisticsOfTime".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        statistics(Wanted::first_of(Kind::Time), generator)
    }
}
