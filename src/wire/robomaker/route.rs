//! Which operation a method and a path ask for.

use percent_encoding::percent_decode_str;

use crate::wire::robomaker::exception::{Exception, ExceptionKind};
use crate::wire::robomaker::operation::Operation;

/// An operation, with what the path and the query say of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub operation: Operation,
    /// Of the operations on tags.
    pub resource_arn: Option<String>,
    /// In the query of UntagResource.
    pub tag_keys: Vec<String>,
}

/// What all operations on tags have in front of the ARN.
const TAGS: &str = "/tags/";

impl Operation {
    /// The operation that a method and a path with its query ask for, both as they were sent.
    ///
    /// An ARN in a path is percent-encoded as clients do; one that is sent as it is, with its slashes, is taken too.
    ///
    /// # Errors
    /// UnknownOperationException with the status 404, as services of this protocol answer to what they do not have, a wrong method included.
    ///
    /// ```
    /// use rollcast::wire::robomaker::Operation;
    ///
    /// let route = Operation::of("DELETE", "/tags/arn%3Aaws%3Arobomaker%3Aeu%3A1%3Arobot%2Fr1%2F5?tagKeys=Region&tagKeys=A%20b").unwrap();
    /// assert_eq!(route.operation, Operation::UntagResource);
    /// assert_eq!(route.resource_arn.as_deref(), Some("arn:aws:robomaker:eu:1:robot/r1/5"));
    /// assert_eq!(route.tag_keys, ["Region", "A b"]);
    /// assert_eq!(Operation::of("GET", "/createFleet").unwrap_err().kind.status(), 404);
    /// ```
    pub fn of(method: &str, target: &str) -> Result<Route, Exception> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let arn = path.strip_prefix(TAGS);
        let is_at = |operation: &Operation| match arn {
            Some(_) => operation.uri().starts_with(TAGS),
            None => operation.uri() == path,
        };
        let operation = Operation::all().find(|it| it.method() == method && is_at(it));
        let operation = operation.ok_or_else(|| unknown(method, path))?;
        Ok(Route {
            operation,
            resource_arn: arn.map(decoded),
            tag_keys: match operation {
                Operation::UntagResource => values(query, "tagKeys"),
                _ => Vec::new(),
            },
        })
    }
}

fn unknown(method: &str, path: &str) -> Exception {
    let path: String = path.chars().take(100).collect();
    Exception::new(
        ExceptionKind::UnknownOperation,
        format!(
            "{method} {path} is no operation of this endpoint: rollcast serve --operations lists them"
        ),
    )
}

/// Bytes that are no text become marks that no pattern takes and no name has.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The values of a name in a query, which may have a plus for a space.
fn values(query: &str, name: &str) -> Vec<String> {
    let plain = |text: &str| decoded(&text.replace('+', " "));
    let pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let named = pairs.filter(|(key, _)| plain(key) == name);
    named.map(|(_, value)| plain(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_where_it_is_and_with_no_other_method() {
        for operation in Operation::all() {
            let path = operation.uri().replace("{resourceArn}", "arn%3Aa");
            let found = Operation::of(operation.method(), &path).unwrap();
            assert_eq!(found.operation, operation);
            for method in ["PUT", "PATCH", "HEAD", "post", ""] {
                let no = Operation::of(method, &path).unwrap_err();
                assert_eq!(no.kind, ExceptionKind::UnknownOperation, "{method} {path}");
            }
        }
    }

    #[test]
    fn what_is_nearly_an_operation_is_none() {
        for path in [
            "",
            "/",
            "/createfleet",
            "/createFleet/",
            "//createFleet",
            "/tags",
            "/updateRobotApplication",
            "createFleet",
        ] {
            let no = Operation::of("POST", path).unwrap_err();
            assert_eq!(no.kind, ExceptionKind::UnknownOperation, "{path}");
            assert!(
                no.message
                    .starts_with(&format!("POST {path} is no operation")),
                "{}",
                no.message
            );
        }
        assert!(
            Operation::of("POST", &"/x".repeat(9999))
                .unwrap_err()
                .message
                .len()
                < 300
        );
    }

    #[test]
    fn an_arn_is_found_however_it_is_encoded() {
        let arn = "arn:aws:robomaker:us-west-2:1:robot/r 1/5%";
        for path in [
            "/tags/arn:aws:robomaker:us-west-2:1:robot/r%201/5%25",
            "/tags/arn%3aaws%3Arobomaker:us-west-2%3A1%3Arobot%2Fr%201%2f5%",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let route = Operation::of(method, path).unwrap();
                assert_eq!(route.resource_arn.as_deref(), Some(arn), "{method} {path}");
            }
        }
        let broken = Operation::of("GET", "/tags/%ff%").unwrap();
        assert_eq!(broken.resource_arn.as_deref(), Some("\u{fffd}%"));
    }

    #[test]
    fn keys_of_tags_are_those_of_the_query_in_their_order() {
        let keys = |query: &str| {
            Operation::of("DELETE", &format!("/tags/arn:a?{query}"))
                .unwrap()
                .tag_keys
        };
        assert_eq!(
            keys("tagKeys=b&other=x&tagKeys=a%2Bc+d&tagKeys"),
            ["b", "a+c d", ""]
        );
        assert_eq!(keys("tag%4beys=a%3D1=2"), ["a=1=2"]);
        assert_eq!(keys(""), [""; 0]);
        assert_eq!(
            Operation::of("GET", "/tags/arn:a?tagKeys=b")
                .unwrap()
                .tag_keys,
            [""; 0]
        );
    }
}
