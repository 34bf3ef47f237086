//! Laws and probabilities as the file writes them, and the measured tables they may name.

use std::path::Path as FilePath;
use std::rc::Rc;

use crate::model::Probability;
use crate::random::{Law, LawError};
use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::reader::{Reading, Section, did_you_mean};
use crate::scenario::tree::{Node, Value, list};
use crate::units::Quantity;

const KINDS: [&str; 10] =
    ["constant", "uniform", "exponential", "lognormal", "gamma", "weibull", "triangular", "quantiles", "samples", "mixture"];

/// The largest data file read [bytes].
const DATA_FILE_MAX: u64 = 16_000_000;

/// The most rows of a data file.
const DATA_ROWS_MAX: usize = 200_000;

/// How deep mixtures may nest.
const DEPTH_MAX: u32 = 8;

/// Reads a law of durations [ms] or rates [bit/s]; a bare quantity is a constant.
pub fn law(reading: &mut Reading, node: &Node, name: &str, quantity: Quantity) -> Option<Law> {
    nested_law(reading, node, name, quantity, 0)
}

fn nested_law(reading: &mut Reading, node: &Node, name: &str, quantity: Quantity, depth: u32) -> Option<Law> {
    let entry = match &node.value {
        Value::Table(table) => match table.0.as_slice() {
            [entry] => entry,
            entries => {
                let found = if entries.is_empty() { "this is empty" } else { "this has several keys" };
                let title = format!("`{name}` must be exactly one law");
                let help = format!("write one of {}, as in {{ constant = \"20 s\" }}", list(&KINDS));
                reading.problem(Diagnostic::error(title, &node.place, found).help(help));
                return None;
            }
        },
        _ => {
            let value = reading.quantity(node, quantity)?;
            return built(reading, &node.place, Law::constant(value));
        }
    };
    let value = &entry.node;
    let law = match entry.key.as_str() {
        "constant" => Law::constant(reading.quantity(value, quantity)?),
        "uniform" => {
            let [min, max] = parameters(reading, value, "uniform", ["min", "max"], quantity)?;
            Law::uniform(min, max)
        }
        "exponential" => {
            let [mean] = parameters(reading, value, "exponential", ["mean"], quantity)?;
            Law::exponential(mean)
        }
        "triangular" => {
            let [min, mode, max] = parameters(reading, value, "triangular", ["min", "mode", "max"], quantity)?;
            Law::triangular(min, mode, max)
        }
        "lognormal" => lognormal(reading, value, quantity)?,
        "gamma" => {
            let mut section = reading.section(value, "gamma")?;
            let mean = section.require(reading, "mean", GAMMA).and_then(|node| reading.quantity(node, quantity));
            let cv = section.require(reading, "cv", GAMMA).and_then(|node| reading.number(node, "`cv`"));
            section.finish(reading);
            Law::gamma_from_mean(mean?, cv?)
        }
        "weibull" => {
            let mut section = reading.section(value, "weibull")?;
            let scale = section.require(reading, "scale", WEIBULL).and_then(|node| reading.quantity(node, quantity));
            let shape = section.require(reading, "shape", WEIBULL).and_then(|node| reading.number(node, "`shape`"));
            section.finish(reading);
            Law::weibull(shape?, scale?)
        }
        "quantiles" => {
            let rows = data_file(reading, value, ["quantile", "value", "unit"], quantity)?;
            quantile_table(reading, value, &rows)?
        }
        "samples" => {
            let rows = data_file(reading, value, ["", "value", "unit"], quantity)?;
            Law::samples(rows.iter().map(|row| row.value).collect())
        }
        "mixture" => mixture(reading, value, name, quantity, depth)?,
        other => {
            let title = format!("`{other}` is not a law");
            let diagnostic = Diagnostic::error(title, &entry.key_place, did_you_mean(other, &KINDS));
            reading.problem(diagnostic.help(format!("the laws are {}", list(&KINDS))));
            return None;
        }
    };
    built(reading, &value.place, law)
}

const GAMMA: &str = "write gamma = { mean = \"30s\", cv = 0.5 }; cv is the standard deviation over the mean";
const WEIBULL: &str = "write weibull = { scale = \"30s\", shape = 1.5 }";
const LOGNORMAL: &str =
    "write lognormal = { median = \"6s\", p95 = \"20s\" }, or median with sigma, or mean with cv (standard deviation over mean)";

/// Reports what a law's constructor refuses.
fn built(reading: &mut Reading, place: &Place, law: Result<Law, LawError>) -> Option<Law> {
    match law {
        Ok(law) => Some(law),
        Err(error) => {
            reading.problem(Diagnostic::error(error.to_string(), place, ""));
            None
        }
    }
}

/// Parameters that are all quantities of the law's kind, all required.
fn parameters<const N: usize>(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    keys: [&'static str; N],
    quantity: Quantity,
) -> Option<[f64; N]> {
    let mut section = reading.section(node, name)?;
    let help = format!("{name} takes {}", list(&keys));
    let values = keys.map(|key| section.require(reading, key, &help).and_then(|node| reading.quantity(node, quantity)));
    section.finish(reading);
    let mut out = [0.0; N];
    for (out, value) in out.iter_mut().zip(values) {
        *out = value?;
    }
    Some(out)
}

fn lognormal(reading: &mut Reading, node: &Node, quantity: Quantity) -> Option<Result<Law, LawError>> {
    let mut section = reading.section(node, "lognormal")?;
    let median = section.get("median");
    let p95 = section.get("p95");
    let sigma = section.get("sigma");
    let mean = section.get("mean");
    let cv = section.get("cv");
    let law = match (median, p95, sigma, mean, cv) {
        (Some(median), Some(p95), None, None, None) => {
            let (median, p95) = (reading.quantity(median, quantity), reading.quantity(p95, quantity));
            Some(Law::lognormal_from_p95(median?, p95?))
        }
        (Some(median), None, Some(sigma), None, None) => {
            let (median, sigma) = (reading.quantity(median, quantity), reading.number(sigma, "`sigma`"));
            Some(Law::lognormal(median?, sigma?))
        }
        (None, None, None, Some(mean), Some(cv)) => {
            let (mean, cv) = (reading.quantity(mean, quantity), reading.number(cv, "`cv`"));
            Some(Law::lognormal_from_mean(mean?, cv?))
        }
        _ => {
            reading.problem(
                Diagnostic::error(
                    "this does not determine a lognormal law",
                    &node.place,
                    "needs two of its parameters that go together",
                )
                .help(LOGNORMAL),
            );
            None
        }
    };
    section.finish(reading);
    law
}

fn mixture(reading: &mut Reading, node: &Node, name: &str, quantity: Quantity, depth: u32) -> Option<Result<Law, LawError>> {
    const HELP: &str = "write mixture = [{ share = 0.9, law = { ... } }, { share = 0.1, law = { ... } }]";
    let Value::Array(parts) = &node.value else {
        reading.expected("an array of parts", node, HELP);
        return None;
    };
    if depth == DEPTH_MAX {
        reading.problem(Diagnostic::error("mixtures nest too deep", &node.place, "").help("write one flat mixture"));
        return None;
    }
    let parts: Vec<Option<(f64, Law)>> = parts
        .iter()
        .map(|part| {
            let mut section = reading.section(part, "mixture part")?;
            let share = section.require(reading, "share", HELP).and_then(|node| reading.share(node, "`share`"));
            let law = section.require(reading, "law", HELP).and_then(|node| nested_law(reading, node, name, quantity, depth + 1));
            section.finish(reading);
            Some((share?, law?))
        })
        .collect();
    let parts: Option<Vec<(f64, Law)>> = parts.into_iter().collect();
    Some(Law::mixture(parts?))
}

/// Reads a probability: a bare number, `{ constant = p }` or `{ beta = { mean, correlation } }`.
pub fn probability(reading: &mut Reading, node: &Node, name: &str) -> Option<Probability> {
    const HELP: &str = "write a number from 0 to 1, { constant = 0.01 }, or { beta = { mean = 0.01, correlation = 0.001 } }";
    let Value::Table(_) = &node.value else {
        return reading.share(node, &format!("`{name}`")).map(Probability::Constant);
    };
    let mut section = reading.section(node, name)?;
    let probability = match (section.get("constant"), section.get("beta")) {
        (Some(constant), None) => reading.share(constant, &format!("`{name}`")).map(Probability::Constant),
        (None, Some(beta)) => beta_probability(reading, beta),
        _ => {
            let title = format!("`{name}` must be exactly one of `constant` and `beta`");
            reading.problem(Diagnostic::error(title, &node.place, "").help(HELP));
            None
        }
    };
    section.finish(reading);
    probability
}

fn beta_probability(reading: &mut Reading, node: &Node) -> Option<Probability> {
    const HELP: &str = "write beta = { mean = 0.01, correlation = 0.001 }; correlation is that of two robots' failures";
    let mut section: Section = reading.section(node, "beta")?;
    let mean = section.require(reading, "mean", HELP).and_then(|node| reading.share(node, "`mean`"));
    let correlation = section.require(reading, "correlation", HELP).and_then(|node| reading.share(node, "`correlation`"));
    section.finish(reading);
    let (mean, correlation) = (mean?, correlation?);
    built(reading, &node.place, Law::beta(mean, correlation))?;
    Some(Probability::Beta { mean, correlation })
}

/// A row of a data file in base units.
struct Row {
    quantile: f64,
    value: f64,
    place: Place,
}

/// Reads the CSV file that `node` names: the columns in any order, every bad row reported with its line.
fn data_file(reading: &mut Reading, node: &Node, columns: [&str; 3], quantity: Quantity) -> Option<Vec<Row>> {
    let name = reading.string(node)?;
    let path = reading.folder.join(name);
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(problem) => {
            let title = format!("cannot read the table `{name}`: {problem}");
            let diagnostic = Diagnostic::error(title, &node.place, "named here");
            reading.problem(diagnostic.help("file names are relative to the scenario file"));
            return None;
        }
    };
    let source = Rc::new(Source { name: path.display().to_string(), text });
    if !reading.data.contains(&source) {
        reading.data.push(Rc::clone(&source));
    }
    let wanted: Vec<&str> = columns.into_iter().filter(|column| !column.is_empty()).collect();
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(source.text.as_bytes());
    let header_place = line_place(&source, 1);
    let header = csv.headers().cloned().unwrap_or_default();
    let position = |column: &str| header.iter().position(|name| name == column);
    let missing: Vec<&str> = wanted.iter().copied().filter(|column| position(column).is_none()).collect();
    if !missing.is_empty() {
        let title = format!("the table has no column {}", list(&missing));
        let help = format!("its first line must name the columns {}", list(&wanted));
        reading.problem(
            Diagnostic::error(title, &header_place, "the columns").other(&node.place, "the table is named here").help(help),
        );
        return None;
    }
    let mut rows = Vec::new();
    let mut sound = true;
    for record in csv.records() {
        let Ok(record) = record else {
            reading.problem(Diagnostic::error("the table is not valid CSV", &header_place, ""));
            return None;
        };
        let line = record.position().map_or(1, |position| position.line() as usize);
        let place = line_place(&source, line);
        let field = |column: &str| position(column).and_then(|i| record.get(i)).unwrap_or("");
        let number = |column: &str| field(column).parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0);
        let unit = quantity.unit(field("unit"));
        let quantile = if columns[0].is_empty() { Some(0.0) } else { number(columns[0]).filter(|p| *p <= 1.0) };
        match (quantile, number("value"), unit) {
            (Some(quantile), Some(value), Some(unit)) => rows.push(Row { quantile, value: value * unit, place }),
            (quantile, value, _) => {
                let (title, help) = if quantile.is_none() {
                    ("`quantile` must be a number from 0 to 1".to_owned(), None)
                } else if value.is_none() {
                    ("`value` must be a finite number that is zero or more".to_owned(), None)
                } else {
                    (format!("`{}` is not a unit of {}", field("unit"), quantity.name()), Some(quantity.example()))
                };
                let mut diagnostic = Diagnostic::error(title, &place, "this row").other(&node.place, "the table is named here");
                diagnostic.help = help.map(str::to_owned);
                reading.problem(diagnostic);
                sound = false;
            }
        }
        if rows.len() > DATA_ROWS_MAX {
            let title = format!("the table has more than {} rows", crate::units::count(DATA_ROWS_MAX as u64));
            reading.problem(Diagnostic::error(title, &node.place, "named here"));
            return None;
        }
    }
    sound.then_some(rows)
}

fn read_text(path: &FilePath) -> Result<String, String> {
    let length = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > DATA_FILE_MAX {
        return Err(format!("it is larger than {}", crate::units::size(DATA_FILE_MAX as f64)));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// The place of a whole line, 1-based, without its end.
fn line_place(source: &Rc<Source>, line: usize) -> Place {
    let start: usize = source.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let text = source.text[start..].lines().next().unwrap_or("");
    Place::new(source, start..start + text.len())
}

fn quantile_table(reading: &mut Reading, node: &Node, rows: &[Row]) -> Option<Result<Law, LawError>> {
    let mut sound = true;
    for pair in rows.windows(2) {
        let (before, row) = (&pair[0], &pair[1]);
        let problem = if row.quantile <= before.quantile {
            "`quantile` does not increase"
        } else if row.value < before.value {
            "`value` decreases"
        } else {
            continue;
        };
        let help = "the rows of a quantile table go up: each quantile above the one before, no value below it";
        reading.problem(
            Diagnostic::error(problem, &row.place, "from the row before to this one")
                .other(&node.place, "the table is named here")
                .help(help),
        );
        sound = false;
    }
    if !sound {
        return None;
    }
    if let (Some(first), Some(last)) = (rows.first(), rows.last())
        && (first.quantile > 0.0 || last.quantile < 1.0)
    {
        let title = format!("the table ends at the quantiles {} and {}", first.quantile, last.quantile);
        let help = "draws beyond its ends get the value at the end; add rows for 0 and 1 if the extremes are known";
        reading.problem(Diagnostic::warning(title, &node.place, "measured only between its ends").help(help));
    }
    Some(Law::quantiles(rows.iter().map(|row| (row.quantile, row.value)).collect()))
}
