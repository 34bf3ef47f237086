//! What is wrong with a request, in words for a client: those in which the services of this protocol say it, with the place as a path.

use serde_json::Value;

use crate::wire::robomaker::breach::{Breach, Constraint};
use crate::wire::robomaker::exception::{Exception, ExceptionKind};
use crate::wire::robomaker::path::JsonPath;

/// As many as are told one by one.
const TOLD_MAX: usize = 50;
/// As much as is quoted of a value [characters].
const QUOTED_MAX: usize = 100;

/// The exception that tells all that is wrong: values of another type alone if there are any, since the rest was not read then.
pub(super) fn exception(breaches: &[Breach]) -> Exception {
    let is_unreadable = |breach: &&Breach| {
        matches!(
            breach.constraint,
            Constraint::Kind { .. } | Constraint::Whole { .. }
        )
    };
    let unreadable: Vec<&Breach> = breaches.iter().filter(is_unreadable).collect();
    if unreadable.is_empty() {
        let told = sentences(breaches.iter());
        let (n, s) = (breaches.len(), if breaches.len() == 1 { "" } else { "s" });
        Exception::invalid(format!("{n} validation error{s} detected: {told}"))
    } else {
        Exception::new(
            ExceptionKind::Serialization,
            sentences(unreadable.into_iter()),
        )
    }
}

fn sentences<'b>(breaches: impl ExactSizeIterator<Item = &'b Breach>) -> String {
    let more = breaches.len().saturating_sub(TOLD_MAX);
    let mut told: Vec<String> = breaches.take(TOLD_MAX).map(sentence).collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}

fn sentence(breach: &Breach) -> String {
    let place = place(&breach.path);
    if let Constraint::Kind { is, wanted } = &breach.constraint {
        return format!("Value at '{place}' is {is}, not {wanted}");
    }
    if let Constraint::Whole { .. } = &breach.constraint {
        return format!(
            "Value {} at '{place}' is not a whole number",
            quoted(&breach.value)
        );
    }
    let (value, place) = match &breach.constraint {
        Constraint::Missing(name) => ("null".to_owned(), place_of(&place, name)),
        Constraint::Elements { has, .. } | Constraint::Entries { has, .. } => {
            (format!("of size {has}"), place)
        }
        _ => (format!("'{}'", quoted(&breach.value)), place),
    };
    let who = if breach.of_key { "Map key" } else { "Member" };
    format!(
        "Value {value} at '{place}' failed to satisfy constraint: {who} must {}",
        must(&breach.constraint)
    )
}

fn must(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Kind { wanted, .. } => format!("be {wanted}"),
        Constraint::Length { has, min, .. } if has < min => {
            format!("have length greater than or equal to {min}")
        }
        Constraint::Length { max, .. } => format!("have length less than or equal to {max}"),
        Constraint::Pattern(pattern) => match pattern.regex() {
            Some(regex) => format!("satisfy regular expression pattern: {regex}"),
            None => "be text".to_owned(),
        },
        Constraint::Word(words) => format!("satisfy enum value set: [{}]", words.join(", ")),
        Constraint::Range { min, max } | Constraint::Whole { min, max } => {
            format!("have value between {min} and {max}")
        }
        Constraint::Moment(error) => format!("be a moment: {error}"),
        Constraint::Elements { min, max, .. } if min == max => {
            format!("have length equal to {max}")
        }
        Constraint::Elements { min, max, .. } => format!("have length between {min} and {max}"),
        Constraint::Entries { max, .. } => format!("have length less than or equal to {max}"),
        Constraint::Unknown(_) => "be a member of the model".to_owned(),
        Constraint::Missing(_) => "not be null".to_owned(),
    }
}

/// A path as one writes it in a program: `deploymentApplicationConfigs[0].application`.
fn place(path: &JsonPath) -> String {
    let text = path.to_string();
    let inner = text.trim_start_matches('$');
    short(inner.trim_start_matches('.'))
}

fn place_of(structure: &str, member: &str) -> String {
    match structure {
        "" => member.to_owned(),
        structure => format!("{structure}.{member}"),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        value => short(&value.to_string()),
    }
}

fn short(text: &str) -> String {
    let mut chars = text.chars();
    let mut start: String = chars.by_ref().take(QUOTED_MAX).collect();
    if chars.next().is_some() {
        start.push_str("...");
    }
    start
}
