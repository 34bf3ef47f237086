//! Laws and probabilities as the file writes them.

use crate::key::{Keys, Takes};
use crate::model::Probability;
use crate::random::{Allowed, Law, LawError};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::keys::law::{
    BETA, EXPONENTIAL, GAMMA, LOGNORMAL, TRIANGULAR, UNIFORM, WEIBULL,
};
use crate::scenario::measured;
use crate::scenario::reader::{Reading, Section, optional, rounded};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{did_you_mean, list};
use crate::units::Quantity;

const KINDS: [&str; 10] = [
    "constant",
    "uniform",
    "exponential",
    "lognormal",
    "gamma",
    "weibull",
    "triangular",
    "quantiles",
    "samples",
    "mixture",
];

/// How deep mixtures may nest.
const DEPTH_MAX: u32 = 8;

/// Reads a law of durations [ms] or rates [bit/s]; a bare quantity is a constant.
pub(super) fn law(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    quantity: Quantity,
) -> Option<Law> {
    let law = nested_law(reading, node, name, quantity, 0)?;
    if quantity == Quantity::Rate && law.cdf(0.0) > 0.0 {
        reading.problem(stands_still(name, node, law.cdf(0.0)));
        return None;
    }
    Some(law)
}

/// What to say of a law of rates under which a robot gets nothing for ever.
pub(super) fn stands_still(name: &str, node: &Node, share: f64) -> Diagnostic {
    let title = format!(
        "`{name}` is 0 with a probability of {}",
        crate::units::share(share, 1)
    );
    let why = "a rate is drawn once per robot: such a robot never has its bundle";
    let help = "if these are values second by second, play them as they were recorded, { trace = \"FILE\" }, or as averages, { trace = \"FILE\", average = \"60s\" }; robots that never answer are `dead`";
    Diagnostic::error(title, &node.place, "no rate at all")
        .why(why)
        .help(help)
}

/// The law of a key, or none where it is not given.
pub(super) fn law_at(
    reading: &mut Reading,
    section: &mut Section,
    name: &str,
) -> Option<Option<Law>> {
    let (key, node) = section.at(name);
    let Takes::Law(quantity) = key.takes else {
        panic!("a bug: `{name}` takes no law");
    };
    optional(node, None, |node| {
        law(reading, node, key.name, quantity).map(Some)
    })
}

/// The law of a key that is required.
pub(super) fn required_law(
    reading: &mut Reading,
    section: &mut Section,
    name: &str,
) -> Option<Law> {
    law_at(reading, section, name)?
}

fn nested_law(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    quantity: Quantity,
    depth: u32,
) -> Option<Law> {
    let entry = match &node.value {
        Value::Table(table) => match table.0.as_slice() {
            [entry] => entry,
            entries => {
                let found = if entries.is_empty() {
                    "this is empty"
                } else {
                    "this has several keys"
                };
                let title = format!("`{name}` must be exactly one law");
                let help = format!(
                    "write one of {}, as in {{ constant = \"20 s\" }}",
                    list(&KINDS)
                );
                reading.problem(Diagnostic::error(title, &node.place, found).help(help));
                return None;
            }
        },
        _ => {
            let value = reading.quantity(node, quantity)?;
            return built(reading, node, Law::constant(value));
        }
    };
    let value = &entry.node;
    let law = match entry.key.as_str() {
        "constant" => Law::constant(reading.quantity(value, quantity)?),
        "uniform" => {
            let [min, max] = parameters(reading, value, &UNIFORM, quantity)?;
            Law::uniform(min?, max?)
        }
        "exponential" => {
            let [mean] = parameters(reading, value, &EXPONENTIAL, quantity)?;
            Law::exponential(mean?)
        }
        "triangular" => {
            let [min, mode, max] = parameters(reading, value, &TRIANGULAR, quantity)?;
            Law::triangular(min?, mode?, max?)
        }
        "lognormal" => lognormal(reading, value, quantity)?,
        "gamma" => {
            let [mean, cv] = parameters(reading, value, &GAMMA, quantity)?;
            each_sound(reading, value, (mean, cv), Law::gamma_from_mean)?
        }
        "weibull" => {
            let [scale, shape] = parameters(reading, value, &WEIBULL, quantity)?;
            each_sound(reading, value, (shape, scale), Law::weibull)?
        }
        "quantiles" => measured::quantiles(reading, value, quantity)?,
        "samples" => measured::samples(reading, value, quantity)?,
        "mixture" => mixture(reading, value, name, quantity, depth)?,
        other => {
            let title = format!("`{other}` is not a law");
            let diagnostic =
                Diagnostic::error(title, &entry.key_place, did_you_mean(other, &KINDS));
            reading.problem(diagnostic.help(format!("the laws are {}", list(&KINDS))));
            return None;
        }
    };
    built(reading, value, law)
}

/// Reports what a law's constructor refuses. It speaks of numbers in base units; the user wrote others, so the message names the
/// parameters and the underlined text shows their values.
fn built(reading: &mut Reading, node: &Node, law: Result<Law, LawError>) -> Option<Law> {
    match law {
        Ok(law) => Some(law),
        Err(error) => {
            reading.problem(refusal(&error, node));
            None
        }
    }
}

/// A law of two parameters that are right or wrong whatever the other is: each is tried beside a 1, so that a mistake in one does
/// not hide a mistake in the other.
fn each_sound(
    reading: &mut Reading,
    node: &Node,
    parameters: (Option<f64>, Option<f64>),
    law: impl Fn(f64, f64) -> Result<Law, LawError>,
) -> Option<Result<Law, LawError>> {
    let (first, second) = parameters;
    let alone = [
        first.map(|first| law(first, 1.0)),
        second.map(|second| law(1.0, second)),
    ];
    let built: Vec<Option<Law>> = alone
        .into_iter()
        .flatten()
        .map(|law| built(reading, node, law))
        .collect();
    let (first, second) = (first?, second?);
    built
        .iter()
        .all(Option::is_some)
        .then(|| law(first, second))
}

fn refusal(error: &LawError, node: &Node) -> Diagnostic {
    let place = |parameter: &str| match &node.value {
        Value::Table(table) => table.get(parameter).map(|entry| &entry.node.place),
        _ => None,
    };
    match error {
        LawError::Parameter {
            law: "constant", ..
        } => Diagnostic::error("this is far too large", &node.place, "too large"),
        LawError::Parameter {
            law,
            parameter,
            value,
            allowed,
        } => match place(parameter) {
            Some(at) => out_of_range(&format!("`{parameter}` of `{law}`"), at, *value, *allowed),
            // Of the ways to write a law, only a lognormal's p95 stands for a parameter with a range of its own.
            None => {
                let (near, label) = match *value < 1.0 {
                    true => ("close to", "a constant says as much"),
                    false => ("far above", "a law this wide cannot be drawn from"),
                };
                let at = place("p95").unwrap_or(&node.place);
                Diagnostic::error(
                    format!("`p95` of `{law}` is too {near} `median`"),
                    at,
                    label,
                )
            }
        },
        LawError::Order {
            law,
            lesser: (lesser, _),
            greater: (greater, _),
            may_be_equal,
        } => {
            let (must, is) = if *may_be_equal {
                ("must not be less than", "less than")
            } else {
                ("must be greater than", "not greater than")
            };
            let title = format!("`{greater}` of `{law}` {must} `{lesser}`");
            match (place(greater), place(lesser)) {
                (Some(greater), Some(at)) => {
                    Diagnostic::error(title, greater, format!("{is} `{lesser}`"))
                        .other(at, format!("`{lesser}`"))
                }
                _ => Diagnostic::error(title, &node.place, "in this law"),
            }
        }
        LawError::Weights { sum } => {
            let label = format!("these add up to {}", rounded(*sum));
            Diagnostic::error(
                "the shares of a mixture must add up to 1",
                &node.place,
                label,
            )
        }
        LawError::TooFew { law: "mixture", .. } => Diagnostic::error(
            "a mixture needs at least one part",
            &node.place,
            "this has none",
        )
        .help(MIXTURE),
        LawError::Entry {
            law: "mixture",
            index,
            ..
        } => {
            let part = match &node.value {
                Value::Array(parts) => parts.get(*index),
                _ => None,
            };
            let title = "the share of a part must be more than zero";
            Diagnostic::error(
                title,
                part.map_or(&node.place, |part| &part.place),
                "no draw would come from this part",
            )
        }
        LawError::Entry { .. }
        | LawError::EntryOrder { .. }
        | LawError::TooFew { .. }
        | LawError::NoResidual
        | LawError::SecondResidual => Diagnostic::error(error.to_string(), &node.place, "this law"),
    }
}

/// A parameter outside its range. The ranges of what has a unit are so wide that only zero and the absurd are outside.
fn out_of_range(what: &str, place: &Place, value: f64, allowed: Allowed) -> Diagnostic {
    let (least, most) = match allowed {
        Allowed::Closed(least, most) | Allowed::Open(least, most) => (least, most),
    };
    if most < 1e50 {
        return Diagnostic::error(format!("{what} {allowed}"), place, "out of range");
    }
    if value > most {
        return Diagnostic::error(format!("{what} is far too large"), place, "too large");
    }
    let label = if value == 0.0 {
        "this is zero"
    } else {
        "too small"
    };
    let must = if least > 0.0 {
        "must be more than zero"
    } else {
        "must be zero or more"
    };
    Diagnostic::error(format!("{what} {must}"), place, label)
}

/// The parameters of a law, in the order of its keys.
fn parameters<const N: usize>(
    reading: &mut Reading,
    node: &Node,
    keys: &'static Keys,
    quantity: Quantity,
) -> Option<[Option<f64>; N]> {
    let mut section = reading.table(node, keys)?;
    let values = std::array::from_fn(|which| {
        let (key, node) = section.at(keys.keys[which].name);
        match key.takes {
            Takes::OfLaw => reading.quantity(node?, quantity),
            _ => reading.number(node?, &key.quoted()),
        }
    });
    section.finish(reading);
    Some(values)
}

fn lognormal(
    reading: &mut Reading,
    node: &Node,
    quantity: Quantity,
) -> Option<Result<Law, LawError>> {
    let mut section = reading.table(node, &LOGNORMAL)?;
    let [median, p95, sigma, mean, cv] =
        ["median", "p95", "sigma", "mean", "cv"].map(|key| section.value(key));
    let law = match (median, p95, sigma, mean, cv) {
        (Some(median), Some(p95), None, None, None) => {
            let (median, p95) = (
                reading.quantity(median, quantity),
                reading.quantity(p95, quantity),
            );
            Some(Law::lognormal_from_p95(median?, p95?))
        }
        (Some(median), None, Some(sigma), None, None) => {
            let (median, sigma) = (
                reading.quantity(median, quantity),
                reading.number(sigma, "`sigma`"),
            );
            each_sound(reading, node, (median, sigma), Law::lognormal)
        }
        (None, None, None, Some(mean), Some(cv)) => {
            let (mean, cv) = (reading.quantity(mean, quantity), reading.number(cv, "`cv`"));
            each_sound(reading, node, (mean, cv), Law::lognormal_from_mean)
        }
        _ if section.has_mistyped_key() => None,
        _ => {
            let label = "needs two of its parameters that go together";
            reading.problem(
                Diagnostic::error(
                    "this does not determine a lognormal law",
                    &node.place,
                    label,
                )
                .help(LOGNORMAL.help),
            );
            None
        }
    };
    section.finish(reading);
    law
}

const MIXTURE: &str =
    "write mixture = [{ share = 0.9, law = { ... } }, { share = 0.1, law = { ... } }]";

fn mixture(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    quantity: Quantity,
    depth: u32,
) -> Option<Result<Law, LawError>> {
    let Value::Array(parts) = &node.value else {
        reading.expected("an array of parts", node, MIXTURE);
        return None;
    };
    if depth == DEPTH_MAX {
        let title = format!("mixtures nest more than {DEPTH_MAX} deep");
        reading.problem(
            Diagnostic::error(title, &node.place, "too deep").help("write one flat mixture"),
        );
        return None;
    }
    let parts: Vec<Option<(f64, Law)>> = parts
        .iter()
        .map(|part| {
            let mut section = reading.section_or(part, "mixture", || MIXTURE)?;
            let share = section
                .require("share", MIXTURE)
                .and_then(|node| reading.share(node, "`share`"));
            let law = section
                .require("law", MIXTURE)
                .and_then(|node| nested_law(reading, node, name, quantity, depth + 1));
            section.finish(reading);
            Some((share?, law?))
        })
        .collect();
    let parts: Option<Vec<(f64, Law)>> = parts.into_iter().collect();
    Some(Law::mixture(parts?))
}

/// The probability of a key, or its default.
pub(super) fn probability_at(
    reading: &mut Reading,
    section: &mut Section,
    name: &str,
) -> Option<Probability> {
    let (key, node) = section.at(name);
    match node {
        Some(node) => probability(reading, node, key.name, &key.quoted()),
        None => key.default()?.parse().ok().map(Probability::Constant),
    }
}

/// Reads a probability: a bare number, `{ constant = p }` or `{ beta = { mean, correlation } }`. `name` is what its table is called
/// in messages, `what` what the probability itself is.
pub(super) fn probability(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    what: &str,
) -> Option<Probability> {
    const HELP: &str = "write a number from 0 to 1, { constant = 0.01 }, or { beta = { mean = 0.01, correlation = 0.001 } }";
    let Value::Table(_) = &node.value else {
        return reading.share(node, what).map(Probability::Constant);
    };
    let mut section = reading.section(node, name)?;
    let probability = match (section.get("constant"), section.get("beta")) {
        (Some(constant), None) => reading.share(constant, what).map(Probability::Constant),
        (None, Some(beta)) => beta_probability(reading, beta),
        (None, None) if section.has_mistyped_key() => None,
        (constant, _) => {
            let title = format!("{what} must be exactly one of `constant` and `beta`");
            let label = if constant.is_some() {
                "this is both"
            } else {
                "this is neither"
            };
            reading.problem(Diagnostic::error(title, &node.place, label).help(HELP));
            None
        }
    };
    section.finish(reading);
    probability
}

fn beta_probability(reading: &mut Reading, node: &Node) -> Option<Probability> {
    let mut section = reading.table(node, &BETA)?;
    let [mean, correlation] = ["mean", "correlation"].map(|name| {
        let (key, node) = section.at(name);
        reading.share(node?, &key.quoted())
    });
    section.finish(reading);
    // Each is tried beside a value that is sound, so that a mistake in one does not hide a mistake in the other.
    let alone = [
        mean.map(|mean| Law::beta(mean, 0.5)),
        correlation.map(|correlation| Law::beta(0.5, correlation)),
    ];
    let built_alone: Vec<Option<Law>> = alone
        .into_iter()
        .flatten()
        .map(|law| built(reading, node, law))
        .collect();
    let (mean, correlation) = (mean?, correlation?);
    if built_alone.iter().any(Option::is_none) {
        return None;
    }
    built(reading, node, Law::beta(mean, correlation))?;
    Some(Probability::Beta { mean, correlation })
}
