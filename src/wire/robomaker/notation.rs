//! The same request in other notations: what a file is that is not the request's JSON, and how to turn it into that.

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

/// A notation in which a request is told, but that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What it is, with its article.
    pub what: &'static str,
    /// How to turn it into JSON.
    pub help: String,
}

/// Members of objects whose keys are the user's own.
const MAPS: [&str; 2] = ["environmentVariables", "tags"];

/// A literal of Python as it stands in a call of boto3: what JSON writes, in single quotes too.
pub fn python_literal(text: &str) -> Option<Value> {
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options).ok()?;
    value(&parsed.value?)
}

fn value(ast: &ast::Value) -> Option<Value> {
    Some(match ast {
        ast::Value::StringLit(text) => Value::from(text.value.as_ref()),
        ast::Value::NumberLit(number) => Value::Number(number.value.parse().ok()?),
        ast::Value::BooleanLit(flag) => Value::Bool(flag.value),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(array) => array.elements.iter().map(value).collect::<Option<_>>()?,
        ast::Value::Object(object) => {
            let members = object.properties.iter();
            let members = members.map(|it| Some((it.name.as_str().to_owned(), value(&it.value)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
    })
}

/// What a text is that is not JSON, if it is in a notation that is known.
pub fn foreign(text: &str) -> Option<Foreign> {
    let text = text.trim_start();
    if text.contains("datetime.datetime(") {
        return Some(Foreign {
            what: "an answer as Python prints it",
            help: "print it as JSON: print(json.dumps(response, default=str))".to_owned(),
        });
    }
    if text
        .strip_prefix('{')
        .is_some_and(|inner| inner.trim_start().starts_with('\''))
    {
        return Some(Foreign {
            what: "a dictionary of Python",
            help: "print it as JSON: print(json.dumps(request))".to_owned(),
        });
    }
    if text.starts_with("aws ") || text.contains("ercentage=") || text.contains("TimeoutInSeconds=")
    {
        let members: Vec<String> = text
            .split([',', ' ', '\n', '"', '\''])
            .filter_map(|word| word.split_once('='))
            .filter(|(_, number)| number.parse::<u64>().is_ok())
            .map(|(member, number)| format!("\"{member}\": {number}"))
            .collect();
        return Some(Foreign {
            what: "the shorthand of the AWS CLI",
            help: format!(
                "write the deploymentConfig alone, as JSON: {{ {} }}",
                members.join(", ")
            ),
        });
    }
    let first = text
        .lines()
        .find(|line| !line.trim_start().starts_with('#'))?;
    let (key, _) = first.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ' ');
    is_key.then(|| Foreign {
        what: "YAML",
        help: "the AWS CLI prints its skeleton as JSON with --generate-cli-skeleton input; to turn this file into JSON: python3 -c \
               'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)' < FILE"
            .to_owned(),
    })
}

/// A document whose members are spelled as the service's model has them: other SDKs begin them with capitals.
pub(super) fn camel_case(document: &Value) -> Value {
    let Value::Object(object) = document else {
        return document.clone();
    };
    let capitals = object
        .keys()
        .any(|key| key == "DeploymentConfig" || key == "DeploymentApplicationConfigs");
    if capitals {
        lowered(document)
    } else {
        document.clone()
    }
}

fn lowered(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(lowered).collect(),
        Value::Object(object) => {
            let members = object.iter().map(|(key, value)| {
                let key = lower_first(key);
                let value = match MAPS.contains(&key.as_str()) {
                    true => value.clone(),
                    false => lowered(value),
                };
                (key, value)
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// A member as the service's model spells it.
pub fn lower_first(key: &str) -> String {
    let mut chars = key.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}
