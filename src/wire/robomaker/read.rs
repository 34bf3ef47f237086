//! How a request becomes an input: the only way from bytes to one.

use serde_json::{Map, Value, json};

use crate::wire::robomaker::breach::{Breach, Constraint};
use crate::wire::robomaker::exception::{Exception, ExceptionKind};
use crate::wire::robomaker::input::Input;
use crate::wire::robomaker::operation::Operation;
use crate::wire::robomaker::path::JsonPath;
use crate::wire::robomaker::route::Route;
use crate::wire::robomaker::shape::Shape;
use crate::wire::robomaker::status::{DeploymentStatus, RobotStatus};
use crate::wire::robomaker::violation;

impl Route {
    /// The input of the operation, read of a request's body.
    ///
    /// What the model does not know is not read, nor are members that are null; a body with nothing in it is an empty object.
    ///
    /// # Errors
    /// SerializationException for a body that is no JSON object or has values of other types, and InvalidParameterException for one that
    /// breaks constraints of the model, with all that is wrong.
    ///
    /// ```
    /// use rollcast::wire::robomaker::{Input, Operation};
    ///
    /// let route = Operation::of("POST", "/describeFleet").unwrap();
    /// let no = route.clone().read(br#"{"fleet": "Trek"}"#).unwrap_err();
    /// assert_eq!(
    ///     no.message,
    ///     "1 validation error detected: Value 'Trek' at 'fleet' failed to satisfy constraint: \
    ///      Member must satisfy regular expression pattern: arn:.*"
    /// );
    /// let input = route.read(br#"{"fleet": "arn:aws:robomaker:eu:1:deployment-fleet/Trek/5"}"#).unwrap();
    /// assert!(matches!(input, Input::DescribeFleet { fleet } if fleet.ends_with("/Trek/5")));
    /// ```
    pub fn read(self, body: &[u8]) -> Result<Input, Exception> {
        let shape = Shape::Structure(self.operation.input());
        let name = self.operation.name();
        let document = Value::Object(self.document(body)?);
        let document = shape.heard(document);
        let mut breaches = shape.breaches(&document);
        breaches.extend(unheard_of_status(name, &document));
        if !breaches.is_empty() {
            return Err(violation::exception(&breaches));
        }
        let input = json!({ name: document });
        Ok(serde_json::from_value(input)
            .expect("a bug: what has the shape of the service's model is one of its values"))
    }

    /// All that a request says: its body, or what its path and query say.
    fn document(self, body: &[u8]) -> Result<Map<String, Value>, Exception> {
        let mut document = match self.operation.method() {
            "POST" => object(body)?,
            _ => Map::new(),
        };
        if let Some(arn) = self.resource_arn {
            document.insert("resourceArn".to_owned(), Value::from(arn));
        }
        if self.operation == Operation::UntagResource && !self.tag_keys.is_empty() {
            document.insert("tagKeys".to_owned(), Value::from(self.tag_keys));
        }
        Ok(document)
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Exception> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let unreadable = |what: String| Exception::new(ExceptionKind::Serialization, what);
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(unreadable("The body is not a JSON object".to_owned())),
        Err(error) => Err(unreadable(format!("The body is not JSON: {error}"))),
    }
}

/// A filter by a status that there is not: it would silently find nothing.
fn unheard_of_status(operation: &str, document: &Value) -> Option<Breach> {
    let statuses: &'static [&'static str] = match operation {
        "ListDeploymentJobs" => &DeploymentStatus::NAMES,
        "ListRobots" => &RobotStatus::NAMES,
        _ => return None,
    };
    let filter = &document["filters"][0];
    let value = &filter["values"][0];
    let is_unheard_of = filter["name"] == "status"
        && value
            .as_str()
            .is_some_and(|status| !statuses.contains(&status));
    is_unheard_of.then(|| Breach {
        path: JsonPath::default()
            .key("filters")
            .index(0)
            .key("values")
            .index(0),
        of_key: false,
        value: value.clone(),
        constraint: Constraint::Word(statuses),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wire::robomaker::list::ListRequest;

    const FLEET: &str = "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/Trek/1";

    fn read(operation: Operation, body: &str) -> Result<Input, Exception> {
        let path = operation.uri().replace("{resourceArn}", "arn%3Aa");
        Operation::of(operation.method(), &path)
            .unwrap()
            .read(body.as_bytes())
    }

    /// What is told to be wrong, apart.
    fn wrong(operation: Operation, body: &Value) -> Vec<String> {
        let no = read(operation, &body.to_string()).unwrap_err();
        assert_eq!(no.kind, ExceptionKind::InvalidParameter, "{}", no.message);
        let (head, told) = no.message.split_once(": ").unwrap();
        let told: Vec<String> = told.split("; ").map(str::to_owned).collect();
        let s = if told.len() == 1 { "" } else { "s" };
        assert_eq!(head, format!("{} validation error{s} detected", told.len()));
        told
    }

    fn job() -> Value {
        json!({
            "deploymentConfig": { "concurrentDeploymentPercentage": 20 },
            "clientRequestToken": "t",
            "fleet": FLEET,
            "deploymentApplicationConfigs": [{
                "application": "arn:a",
                "applicationVersion": "1",
                "launchConfig": { "packageName": "p", "launchFile": "l" },
            }],
        })
    }

    #[test]
    fn all_that_is_wrong_is_told_in_the_words_of_the_protocol() {
        let mut body = job();
        body["deploymentConfig"]["concurrentDeploymentPercentage"] = json!(101);
        body["deploymentApplicationConfigs"][0]["applicationVersion"] = json!("$LATEST");
        body["deploymentApplicationConfigs"][0]["launchConfig"] = json!({ "packageName": "" });
        body["tags"] = json!({ "a!": "x" });
        body["fleet"] = Value::Null;
        let mut told = wrong(Operation::CreateDeploymentJob, &body);
        told.sort();
        let failed = "failed to satisfy constraint:";
        assert_eq!(
            told,
            [
                format!(
                    "Value '$LATEST' at 'deploymentApplicationConfigs[0].applicationVersion' {failed} Member must satisfy regular expression pattern: [0-9]*"
                ),
                format!(
                    "Value '' at 'deploymentApplicationConfigs[0].launchConfig.packageName' {failed} Member must have length greater than or equal to 1"
                ),
                format!(
                    "Value '101' at 'deploymentConfig.concurrentDeploymentPercentage' {failed} Member must have value between 1 and 100"
                ),
                format!(
                    "Value 'a!' at 'tags[\"a!\"]' {failed} Map key must satisfy regular expression pattern: [a-zA-Z0-9 _.\\-\\/+=:]*"
                ),
                format!(
                    "Value null at 'deploymentApplicationConfigs[0].launchConfig.launchFile' {failed} Member must not be null"
                ),
                format!("Value null at 'fleet' {failed} Member must not be null"),
            ]
        );
    }

    #[test]
    fn what_the_model_does_not_know_is_not_read() {
        let mut body = job();
        body["unheardOf"] = json!({ "fleet": 7 });
        body["deploymentConfig"]["concurrent"] = json!("x");
        body["deploymentConfig"]["failureThresholdPercentage"] = Value::Null;
        let Input::CreateDeploymentJob(request) =
            read(Operation::CreateDeploymentJob, &body.to_string()).unwrap()
        else {
            panic!("another operation")
        };
        assert_eq!(serde_json::to_value(request).unwrap(), job());
    }

    #[test]
    fn values_of_another_type_are_unreadable_and_nothing_else_is_told() {
        for (body, told) in [
            (
                r#"{"maxResults": "5"}"#,
                "Value at 'maxResults' is text, not a whole number",
            ),
            (
                r#"{"maxResults": 1.5}"#,
                "Value 1.5 at 'maxResults' is not a whole number",
            ),
            (
                r#"{"filters": {}, "nextToken": ""}"#,
                "Value at 'filters' is an object, not a list in brackets",
            ),
            (
                r#"{"filters": [null]}"#,
                "Value at 'filters[0]' is null, not an object in braces",
            ),
            ("[]", "The body is not a JSON object"),
            ("null", "The body is not a JSON object"),
        ] {
            let no = read(Operation::ListFleets, body).unwrap_err();
            assert_eq!(
                (no.kind, no.message.as_str()),
                (ExceptionKind::Serialization, told),
                "{body}"
            );
        }
        for body in [
            "{",
            "{'a': 1}",
            "{\"a\": 1,}",
            "{} x",
            "\u{feff}{}",
            "{\"a\": NaN}",
        ] {
            let no = read(Operation::ListFleets, body).unwrap_err();
            assert_eq!(no.kind, ExceptionKind::Serialization, "{body}");
            assert!(
                no.message.starts_with("The body is not JSON: "),
                "{}",
                no.message
            );
        }
        let deep = "[".repeat(100_000);
        for body in [deep.as_bytes(), b"{\"name\": \"\xff\"}"] {
            let route = Operation::of("POST", "/createFleet").unwrap();
            assert_eq!(
                route.read(body).unwrap_err().kind,
                ExceptionKind::Serialization
            );
        }
    }

    #[test]
    fn a_body_with_nothing_in_it_asks_for_nothing() {
        for body in ["", " \n", "{}"] {
            let input = read(Operation::ListRobots, body).unwrap();
            assert_eq!(input, Input::ListRobots(ListRequest::default()));
        }
        let told = wrong(Operation::DeleteRobot, &json!({}));
        assert_eq!(
            told,
            ["Value null at 'robot' failed to satisfy constraint: Member must not be null"]
        );
    }

    #[test]
    fn lists_take_the_filters_and_the_pages_that_the_documentation_has() {
        use Operation::{ListDeploymentJobs, ListFleets, ListRobotApplications, ListRobots};
        let filter =
            |name: &str, value: &str| json!({ "filters": [{ "name": name, "values": [value] }] });
        let takes = |operation: Operation, body: &Value| read(operation, &body.to_string()).is_ok();
        for (operation, name, value, is_taken) in [
            (ListDeploymentJobs, "status", "Canceled", true),
            (ListDeploymentJobs, "status", "canceled", false),
            (ListDeploymentJobs, "status", "NoResponse", false),
            (ListDeploymentJobs, "fleetName", "any", true),
            (ListDeploymentJobs, "name", "any", false),
            (ListRobots, "status", "NoResponse", true),
            (ListRobots, "status", "Canceled", false),
            (ListRobots, "fleetName", "Pending", true),
            (ListFleets, "name", "any", true),
            (ListFleets, "name", "a b", false),
            (ListFleets, "status", "Failed", false),
            (ListRobotApplications, "name", "any", true),
            (ListRobotApplications, "fleetName", "any", false),
        ] {
            assert_eq!(
                takes(operation, &filter(name, value)),
                is_taken,
                "{} {name} {value}",
                operation.name()
            );
        }
        for operation in [
            ListDeploymentJobs,
            ListRobots,
            ListFleets,
            ListRobotApplications,
        ] {
            let most = if operation == ListRobotApplications {
                100
            } else {
                200
            };
            for (size, is_taken) in [(0, false), (1, true), (most, true), (most + 1, false)] {
                assert_eq!(
                    takes(operation, &json!({ "maxResults": size })),
                    is_taken,
                    "{} {size}",
                    operation.name()
                );
            }
            for filters in [
                json!([]),
                json!([{}]),
                json!([{ "name": "name" }]),
                json!([{ "name": "name", "values": [] }]),
                json!([{ "values": ["a"] }]),
            ] {
                assert!(
                    !takes(operation, &json!({ "filters": filters })),
                    "{} {filters}",
                    operation.name()
                );
            }
            let value = json!({ "name": "fleetName", "values": ["a", "b"] });
            assert!(!takes(operation, &json!({ "filters": [value] })));
            assert!(!takes(operation, &json!({ "nextToken": "a b" })));
        }
        assert!(takes(
            ListRobotApplications,
            &json!({ "versionQualifier": "ALL" })
        ));
        assert!(!takes(
            ListRobotApplications,
            &json!({ "versionQualifier": "all" })
        ));
    }

    #[test]
    fn tags_are_of_the_resource_in_the_path_whatever_the_body_says() {
        let body = r#"{"resourceArn": "arn:other", "tags": {"a": ""}, "tagKeys": 7}"#;
        let resource_arn = "arn:a".to_owned();
        let tags = BTreeMap::from([("a".to_owned(), String::new())]);
        assert_eq!(
            read(Operation::TagResource, body).unwrap(),
            Input::TagResource {
                resource_arn: resource_arn.clone(),
                tags
            }
        );
        assert_eq!(
            read(Operation::ListTagsForResource, body).unwrap(),
            Input::ListTagsForResource { resource_arn }
        );
        let told = wrong(Operation::UntagResource, &json!({ "tagKeys": ["a"] }));
        assert_eq!(
            told,
            ["Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"]
        );
        let wrong_arn = Operation::of("GET", "/tags/robot")
            .unwrap()
            .read(b"")
            .unwrap_err();
        assert!(
            wrong_arn.message.contains("'resourceArn'"),
            "{}",
            wrong_arn.message
        );
        let route = Operation::of("DELETE", "/tags/arn:a?tagKeys=b%21&tagKeys=").unwrap();
        let no = route.read(b"").unwrap_err();
        assert!(
            no.message
                .starts_with("2 validation errors detected: Value 'b!' at 'tagKeys[0]'"),
            "{}",
            no.message
        );
    }

    #[test]
    fn an_exception_stays_short_however_much_is_wrong() {
        let keys: Map<String, Value> = (0..9999)
            .map(|n| (format!("{n}!"), json!("\u{1F916}".repeat(300))))
            .collect();
        let no = read(
            Operation::CreateFleet,
            &json!({ "name": "x y".repeat(5000), "tags": keys }).to_string(),
        )
        .unwrap_err();
        assert!(
            no.message.starts_with("20000 validation errors detected: "),
            "{}",
            no.message
        );
        assert!(no.message.ends_with("; and 19950 more"), "{}", no.message);
        assert!(no.message.len() < 50 * 800, "{}", no.message.len());
    }

    #[test]
    fn a_written_input_is_read_back_as_itself() {
        let body = json!({ "name": "r", "architecture": "ARM64", "greengrassGroupId": "g", "tags": { "rollcast:cohort": "a" } });
        let input = read(Operation::CreateRobot, &body.to_string()).unwrap();
        let text = serde_json::to_string(&input).unwrap();
        assert!(
            text.starts_with(
                r#"{"CreateRobot":{"name":"r","architecture":"ARM64","greengrassGroupId":"g""#
            ),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Input>(&text).unwrap(), input);
        let tags = Input::UntagResource {
            resource_arn: "arn:a".to_owned(),
            tag_keys: vec!["b".to_owned()],
        };
        assert_eq!(
            serde_json::to_value(&tags).unwrap(),
            json!({ "UntagResource": { "resourceArn": "arn:a", "tagKeys": ["b"] } })
        );
    }
}
