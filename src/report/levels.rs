//! The two knobs of the engine in JSON, by the names that the engine gives them: keys of the object that holds them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::rollout::{KNOBS, Knob, Levels};
use crate::scenario::InRobots;

/// The levels that the knobs are set to.
pub(super) struct LevelsJson(pub Levels);

/// What levels mean in robots.
#[derive(JsonSchema, serde::Serialize)]
pub(super) struct RobotsJson {
    /// Robots in flight at most, of a campaign in the main job; null where its number of robots is not known.
    window: Option<u32>,
    /// Failed robots that stop the job; null if there are not enough robots for it, or their number is not known.
    failures_to_stop: Option<u32>,
}

impl From<Option<InRobots>> for RobotsJson {
    fn from(robots: Option<InRobots>) -> RobotsJson {
        RobotsJson {
            window: robots.map(|robots| robots.window),
            failures_to_stop: robots.and_then(|robots| robots.failures_to_stop),
        }
    }
}

/// For each knob, the range of levels that give equal numbers of robots in every job.
pub(super) struct SameLevelsJson {
    pub concurrency: (u8, u8),
    pub threshold: (u8, u8),
}

impl Serialize for LevelsJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(KNOBS.len()))?;
        for (knob, level) in KNOBS.iter().zip([self.0.concurrency, self.0.threshold]) {
            map.serialize_entry(knob.name, &level)?;
        }
        map.end()
    }
}

impl Serialize for SameLevelsJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(KNOBS.len()))?;
        for (knob, levels) in KNOBS.iter().zip([self.concurrency, self.threshold]) {
            map.serialize_entry(&plural(knob), &levels)?;
        }
        map.end()
    }
}

impl JsonSchema for LevelsJson {
    fn schema_name() -> Cow<'static, str> {
        "Levels".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        object(|knob| {
            let level = json!({
                "description": knob.about,
                "type": "integer",
                "format": "uint8",
                "minimum": knob.least,
                "maximum": knob.most,
            });
            (knob.name.to_owned(), level)
        })
    }
}

impl JsonSchema for SameLevelsJson {
    fn schema_name() -> Cow<'static, str> {
        "SameLevels".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        object(|knob| {
            let mut levels = <(u8, u8)>::json_schema(generator);
            let about = match *knob == KNOBS[0] {
                true => format!(
                    "The range of {} that gives equal numbers of robots in every job.",
                    knob.name.replace('_', " ")
                ),
                false => format!("Likewise for {}.", plural(knob).replace('_', " ")),
            };
            levels.insert("description".to_owned(), about.into());
            (plural(knob), levels.to_value())
        })
    }
}

fn plural(knob: &Knob) -> String {
    format!("{}s", knob.name)
}

/// An object with a property for each knob.
fn object(property: impl FnMut(&Knob) -> (String, Value)) -> Schema {
    let properties: Map<String, Value> = KNOBS.iter().map(property).collect();
    let required: Vec<String> = properties.keys().cloned().collect();
    json_schema!({ "type": "object", "properties": properties, "required": required })
}
