//! Laws measured rather than assumed: CSV files of quantiles or of recorded values, every bad row reported with its line.

use std::rc::Rc;

use crate::random::{Law, LawError};
use crate::scenario::data::Measured;
use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::reader::Reading;
use crate::scenario::sheet::{self, Sheet, header_help};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::list;
use crate::units::{Quantity, count};

/// The largest table read [bytes].
const FILE_MAX: u64 = 16_000_000;

/// The most rows of a data file.
const ROWS_MAX: usize = 200_000;

/// The most problems reported of one data file.
const PROBLEMS_MAX: usize = 5;

/// The greatest value in base units: beyond it are only slips of the pen.
const VALUE_MAX: f64 = 1e50;

/// A row of a data file in base units.
struct Row {
    quantile: f64,
    value: f64,
    place: Place,
}

/// Reads the quantile table that `node` names: columns `quantile`, `value` and `unit`.
pub(super) fn quantiles(
    reading: &mut Reading,
    node: &Node,
    quantity: Quantity,
) -> Option<Result<Law, LawError>> {
    once(reading, node, "quantiles", quantity, |reading, source| {
        let rows = rows(
            reading,
            node,
            source,
            &["quantile", "value", "unit"],
            quantity,
        )?;
        in_order(reading, node, &rows)?;
        if let [only] = rows.as_slice() {
            let diagnostic = Diagnostic::error(
                "a table of quantiles needs at least two rows",
                &only.place,
                "its only row",
            );
            reading.problem(diagnostic.other(&node.place, NAMED));
            return None;
        }
        let ends = (rows.first()?.quantile, rows.last()?.quantile);
        Some(
            Law::quantiles(rows.iter().map(|row| (row.quantile, row.value)).collect())
                .map(|law| Measured { law, ends }),
        )
    })
}

/// Reads the recorded values of the file that `node` names: columns `value` and `unit`.
pub(super) fn samples(
    reading: &mut Reading,
    node: &Node,
    quantity: Quantity,
) -> Option<Result<Law, LawError>> {
    once(reading, node, "samples", quantity, |reading, source| {
        let rows = rows(reading, node, source, &["value", "unit"], quantity)?;
        Some(
            Law::samples(rows.iter().map(|row| row.value).collect()).map(|law| Measured {
                law,
                ends: (0.0, 1.0),
            }),
        )
    })
}

/// What a file gives, read again only if there was something wrong with it.
fn once(
    reading: &mut Reading,
    node: &Node,
    kind: &'static str,
    quantity: Quantity,
    read: impl FnOnce(&mut Reading, &Rc<Source>) -> Option<Result<Measured, LawError>>,
) -> Option<Result<Law, LawError>> {
    let Value::String(name) = &node.value else {
        reading.expected(
            "the name of a file",
            node,
            "write the name of a CSV file in quotes",
        );
        return None;
    };
    let source = sheet::open(reading, node, name, "table", FILE_MAX)?;
    let key = (kind, name.clone(), quantity);
    let measured = match reading.files.measured.known(&key) {
        Some(known) => known,
        None => match read(reading, &source)? {
            Ok(measured) => {
                reading.files.measured.put(key, measured.clone());
                measured
            }
            Err(error) => return Some(Err(error)),
        },
    };
    let (first, last) = measured.ends;
    if first > 0.0 || last < 1.0 {
        let title = format!("the table ends at the quantiles {first} and {last}");
        let help = "draws beyond its ends get the value at the end; add rows for 0 and 1 if the extremes are known";
        reading.problem(
            Diagnostic::warning(title, &node.place, "measured only between its ends").help(help),
        );
    }
    Some(Ok(measured.law))
}

/// What is said at the place in the scenario that names a file.
const NAMED: &str = "the table is named here";

/// Reads the rows of a table, at least one; its columns may come in any order.
fn rows(
    reading: &mut Reading,
    node: &Node,
    source: &Rc<Source>,
    columns: &[&'static str],
    quantity: Quantity,
) -> Option<Vec<Row>> {
    let Some(sheet) = Sheet::new(source) else {
        let diagnostic = Diagnostic::error("the table is empty", &node.place, NAMED);
        reading.problem(diagnostic.help(header_help(columns)));
        return None;
    };
    let missing: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|column| sheet.column(column).is_none())
        .collect();
    if !missing.is_empty() {
        let plural = if missing.len() == 1 {
            "column"
        } else {
            "columns"
        };
        let title = format!("the table has no {plural} {}", list(&missing));
        let diagnostic = Diagnostic::error(title, &sheet.header_place(), "its first line")
            .other(&node.place, NAMED);
        reading.problem(diagnostic.help(header_help(columns)));
        return None;
    }
    let mut rows = Vec::new();
    let mut problems = 0;
    for (record, place) in sheet.rows().take(ROWS_MAX + 1) {
        let field = |column: &str| {
            sheet
                .column(column)
                .and_then(|i| record.get(i))
                .unwrap_or("")
        };
        match row(&field, columns, quantity) {
            Ok((quantile, value)) => rows.push(Row {
                quantile,
                value,
                place,
            }),
            Err((title, help)) => {
                problems += 1;
                if problems <= PROBLEMS_MAX {
                    let mut diagnostic =
                        Diagnostic::error(title, &place, "this row").other(&node.place, NAMED);
                    diagnostic.help = help;
                    reading.problem(diagnostic);
                }
            }
        }
    }
    let title = if problems > PROBLEMS_MAX {
        format!(
            "{} more rows of the table are wrong",
            count((problems - PROBLEMS_MAX) as u64)
        )
    } else if rows.len() + problems > ROWS_MAX {
        format!("the table has more than {} rows", count(ROWS_MAX as u64))
    } else if rows.is_empty() && problems == 0 {
        "the table has no rows".to_owned()
    } else {
        return (problems == 0).then_some(rows);
    };
    reading.problem(Diagnostic::error(title, &node.place, NAMED));
    None
}

/// The quantile (0 where there is no such column) and the value of a row, or what is wrong with it and how to mend it.
fn row<'r>(
    field: &impl Fn(&str) -> &'r str,
    columns: &[&str],
    quantity: Quantity,
) -> Result<(f64, f64), (String, Option<String>)> {
    let number = |column: &str| field(column).parse::<f64>().ok();
    let quantile = if columns.contains(&"quantile") {
        number("quantile")
    } else {
        Some(0.0)
    };
    let Some(quantile) = quantile.filter(|quantile| (0.0..=1.0).contains(quantile)) else {
        return Err(("`quantile` must be a number from 0 to 1".to_owned(), None));
    };
    let Some(value) = number("value").filter(|value| (0.0..=VALUE_MAX).contains(value)) else {
        return Err((
            "`value` must be a finite number that is zero or more".to_owned(),
            None,
        ));
    };
    match quantity.unit(field("unit")) {
        Some(unit) => Ok((quantile, value * unit)),
        None if field("unit").is_empty() => {
            let example = match quantity {
                Quantity::Duration => "s",
                Quantity::Size => "MB",
                Quantity::Rate => "Mbit/s",
            };
            Err((
                "the row has no unit".to_owned(),
                Some(format!("name it in the column `unit`, as in {example}")),
            ))
        }
        None => {
            let error = quantity.parse(&format!("1 {}", field("unit"))).err();
            let help = error.map_or_else(|| quantity.example().to_owned(), |error| error.help);
            Err((
                format!("`{}` is not a unit of {}", field("unit"), quantity.name()),
                Some(help),
            ))
        }
    }
}

/// Reports rows that do not go up.
fn in_order(reading: &mut Reading, node: &Node, rows: &[Row]) -> Option<()> {
    let mut problems = 0;
    for pair in rows.windows(2) {
        let (before, row) = (&pair[0], &pair[1]);
        let problem = if row.quantile <= before.quantile {
            "`quantile` does not increase"
        } else if row.value < before.value {
            "`value` decreases"
        } else {
            continue;
        };
        problems += 1;
        if problems > PROBLEMS_MAX {
            reading.problem(Diagnostic::error(
                "more rows of the table are out of order",
                &node.place,
                NAMED,
            ));
            break;
        }
        let help = "the rows of a quantile table go up: each quantile above the one before, no value below it";
        let diagnostic = Diagnostic::error(problem, &row.place, "from the row before to this one");
        reading.problem(diagnostic.other(&node.place, NAMED).help(help));
    }
    (problems == 0).then_some(())
}
