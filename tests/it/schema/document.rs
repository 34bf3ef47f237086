//! Scenarios as JSON, which schemas are about, and back as TOML, which the reader reads.

use std::path::{Path, PathBuf};

use rollcast::scenario::{Problems, Scenario, ScenarioFile};
use rollcast::study::Margins;
use rollcast::study::expect::expectations;
use rollcast::study::tune::Asked;
use serde_json::{Value, json};

/// A scenario, as JSON, with the folder that its data files are relative to.
pub struct Document {
    pub name: String,
    pub value: Value,
    pub folder: PathBuf,
}

impl Document {
    pub fn read(path: &Path) -> Document {
        let text = std::fs::read_to_string(path).expect("a scenario file");
        let name = path.display().to_string();
        let value = json_of(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Document {
            name,
            value,
            folder: path.parent().expect("a folder").to_owned(),
        }
    }

    /// The scenario that the reader makes of a value in this one's place, or what is wrong with it.
    pub fn check(&self, value: &Value) -> Result<Scenario, Problems> {
        let Value::Object(keys) = value else {
            panic!("a scenario is a table")
        };
        let lines = keys
            .iter()
            .map(|(key, value)| format!("{} = {}\n", quoted(key), toml_of(value)));
        let text: String = lines.collect();
        let file = ScenarioFile::parse("scenario.toml", text, self.folder.clone())?;
        check(&file)
    }
}

/// Checks all that commands check of a file.
pub fn check(file: &ScenarioFile) -> Result<Scenario, Problems> {
    let mut problems = Problems::default();
    let checked = file.check(&[]);
    let sound = checked.as_ref().ok().map(|(scenario, _)| scenario);
    Asked::read(file, sound, &mut problems);
    expectations(file, sound, &mut problems);
    if let Err(found) = Margins::default().and(&file.check_of_results(&mut problems).margins) {
        problems.extend(found);
    }
    match checked {
        Ok((scenario, _)) if !problems.has_errors() => Ok(scenario),
        Ok((_, found)) | Err(found) => {
            problems.extend(found);
            Err(problems)
        }
    }
}

/// The JSON that editors make of TOML: times are texts.
pub fn json_of(text: &str) -> Result<Value, toml::de::Error> {
    fn json_of(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => json!(text),
            toml::Value::Integer(integer) => json!(integer),
            toml::Value::Float(float) => json!(float),
            toml::Value::Boolean(boolean) => json!(boolean),
            toml::Value::Datetime(time) => json!(time.to_string()),
            toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
            toml::Value::Table(table) => Value::Object(
                table
                    .into_iter()
                    .map(|(key, value)| (key, json_of(value)))
                    .collect(),
            ),
        }
    }
    Ok(json_of(toml::Value::Table(toml::from_str(text)?)))
}

pub fn toml_of(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(toml_of).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{} = {}", quoted(key), toml_of(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Null => "nan".to_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
    }
}

/// A string of TOML; its escapes are those of JSON, but for one.
fn quoted(text: &str) -> String {
    json!(text).to_string().replace('\u{7f}', "\\u007f")
}
