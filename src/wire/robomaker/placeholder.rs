//! The skeletons that `aws robomaker create-deployment-job --generate-cli-skeleton` prints: every key, and nothing in them.

use serde_json::Value;

use crate::wire::robomaker::path::JsonPath;

/// The key of an entry that a skeleton shows in a map.
const MAP_KEY: &str = "KeyName";

/// Whether a document is a skeleton in which nothing that is required has been filled in.
pub(super) fn is_untouched(document: &Value) -> bool {
    let config = &document["deploymentApplicationConfigs"][0];
    let launch = &config["launchConfig"];
    let required = [
        &document["fleet"],
        &config["application"],
        &config["applicationVersion"],
        &launch["packageName"],
        &launch["launchFile"],
    ];
    required.into_iter().all(|value| value.as_str() == Some(""))
}

/// Takes out what is still as a skeleton has it, and says what that was.
pub(super) fn strip(document: &mut Value) -> Vec<JsonPath> {
    let mut stripped = Vec::new();
    strip_within(document, &JsonPath::default(), &mut stripped);
    stripped
}

/// Whether the value is a placeholder, or has nothing left in it once those in it are taken out.
fn strip_within(value: &mut Value, path: &JsonPath, stripped: &mut Vec<JsonPath>) -> bool {
    match value {
        Value::String(text) if text.is_empty() => stripped.push(path.clone()),
        Value::Number(number) if number.as_i64() == Some(0) => stripped.push(path.clone()),
        Value::Object(object)
            if object.len() == 1
                && object
                    .get(MAP_KEY)
                    .is_some_and(|value| value.as_str() == Some("")) =>
        {
            stripped.push(path.clone());
        }
        Value::Object(object) => {
            let before = object.len();
            object.retain(|key, value| !strip_within(value, &path.key(key), stripped));
            return object.is_empty() && before > 0;
        }
        Value::Array(values) => {
            let before = values.len();
            let mut index = 0;
            values.retain_mut(|value| {
                index += 1;
                !strip_within(value, &path.index(index - 1), stripped)
            });
            return values.is_empty() && before > 0;
        }
        _ => return false,
    }
    true
}
