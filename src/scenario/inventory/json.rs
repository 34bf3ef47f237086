//! Inventories as the service printed them: the JSON of `list-robots` and `describe-fleet`.

use std::rc::Rc;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::scenario::diagnostic::{Diagnostic, PROBLEMS_MAX, Place, Source};
use crate::scenario::inventory::file::Rows;
use crate::scenario::inventory::robots::{COLUMNS, Inventory};
use crate::scenario::sheet::beginning;

const HELP: &str = "a JSON inventory is what `aws robomaker list-robots` or `describe-fleet` prints: { \"robots\": [{ \"name\": \"r1\", \"architecture\": \"ARM64\" }] }";

/// Understands a list of robots whose members are called so; what is wrong with it is in the inventory's problems.
pub(super) fn parse(source: &Rc<Source>, members: &[String; COLUMNS.len()]) -> Inventory {
    let mark = source.text.len() - source.text.trim_start_matches('\u{feff}').len();
    let place = |range: jsonc_parser::common::Range| {
        Place::new(source, range.start + mark..range.end + mark)
    };
    let refused = |title: String, place: Place, label: String| Inventory {
        problems: vec![Diagnostic::error(title, &place, label).help(HELP)],
        ..Inventory::default()
    };
    let parsed = parse_to_ast(
        &source.text[mark..],
        &CollectOptions::default(),
        &ParseOptions::default(),
    );
    let document = match parsed {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let (line, column) = place(error.range()).line_and_column();
            let title =
                format!("the inventory is not valid JSON from line {line}, column {column} on");
            let first = source.text[mark..].lines().next().map_or(0, str::len);
            let first = beginning(&Place::new(source, mark..mark + first));
            return refused(title, first, "its first line".to_owned());
        }
    };
    let robots = match &document {
        Some(Value::Array(robots)) => Some(robots),
        Some(Value::Object(answer)) => {
            let robots = answer.get_array("robots");
            let next = answer
                .get_string("nextToken")
                .or_else(|| answer.get_string("NextToken"))
                .filter(|next| robots.is_some() && !next.value.is_empty());
            if let Some(next) = next {
                let title = "the inventory is one page of a longer list".to_owned();
                let mut inventory = refused(title, place(next.range()), "it goes on".to_owned());
                inventory.problems[0].help =
                    Some("print the whole list: leave out --max-items".to_owned());
                return inventory;
            }
            robots
        }
        _ => None,
    };
    let Some(robots) = robots else {
        let title = "the inventory has no list `robots`".to_owned();
        return refused(title, Place::new(source, 0..0), String::new());
    };
    let [name, ..] = members;
    let named = robots.elements.iter().any(|robot| match robot {
        Value::Object(robot) => member(robot, name).is_some(),
        _ => false,
    });
    if !named && !robots.elements.is_empty() {
        let title = format!("no robot of the inventory has a member `{name}`");
        return refused(title, Place::new(source, 0..0), String::new());
    }
    let mut rows = Rows::default();
    for robot in &robots.elements {
        if rows.problems.len() >= PROBLEMS_MAX {
            break;
        }
        let row = robot.range();
        let row = place(jsonc_parser::common::Range {
            end: row.start + 1,
            ..row
        });
        match robot {
            Value::Object(robot) => {
                let found = members.each_ref().map(|name| member(robot, name));
                let odd = found.iter().flatten().filter(|value| {
                    matches!(
                        value,
                        Value::BooleanLit(_) | Value::Array(_) | Value::Object(_)
                    )
                });
                rows.problems.extend(odd.map(|value| {
                    let title = "what is told of a robot is text or a number";
                    Diagnostic::error(title, &place(value.range()), "this is neither").help(HELP)
                }));
                let cells = found.map(|value| value.map_or("", text));
                rows.robot(cells, &row, |cell| match found[cell] {
                    Some(value) => place(value.range()),
                    None => row.clone(),
                });
            }
            _ => rows
                .problems
                .push(Diagnostic::error("a robot is an object", &row, "this is not").help(HELP)),
        }
    }
    if robots.elements.is_empty() {
        rows.problems.push(Diagnostic::error(
            "the inventory lists no robots",
            &place(robots.range()),
            "this is empty",
        ));
    }
    rows.inventory()
}

/// The value of a robot's member, in whatever case its name is.
fn member<'a>(robot: &'a Object<'a>, name: &str) -> Option<&'a Value<'a>> {
    let mut members = robot.properties.iter();
    let found = members.find(|it| it.name.as_str().to_lowercase() == name.to_lowercase());
    found.map(|it| &it.value)
}

/// The text of a value; what is neither text nor number is read as no value.
fn text<'a>(value: &'a Value<'a>) -> &'a str {
    match value {
        Value::StringLit(text) => &text.value,
        Value::NumberLit(number) => number.value,
        _ => "",
    }
}
