//! Where in a JSON document something is.

use std::fmt;

use serde_json::Value;

/// The way from a document to a value in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonPath(pub Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    Key(String),
    Index(usize),
}

impl JsonPath {
    pub fn key(&self, key: &str) -> JsonPath {
        self.with(Segment::Key(key.to_owned()))
    }

    pub fn index(&self, index: usize) -> JsonPath {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> JsonPath {
        JsonPath(self.0.iter().cloned().chain([segment]).collect())
    }
}

/// Whether a key needs no quotes.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// As in JSONPath: `$.deploymentApplicationConfigs[0].application`.
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.0 {
            match segment {
                Segment::Key(key) if is_plain(key) => write!(f, ".{key}")?,
                Segment::Key(key) => write!(f, "[{}]", Value::from(key.as_str()))?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
