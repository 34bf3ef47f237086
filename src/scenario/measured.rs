//! Laws measured rather than assumed: tables of quantiles or of recorded values, every bad row reported with its line.

use std::rc::Rc;

use crate::key::Keys;
use crate::random::{Law, LawError};
use crate::scenario::data::Measured;
use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::keys::law::{QUANTILES, SAMPLES};
use crate::scenario::numbers::Decimals;
use crate::scenario::reader::Reading;
use crate::scenario::sheet::{self, Sheet, header_help};
use crate::scenario::table_name::TableName;
use crate::scenario::tree::{Node, Value};
use crate::units::{Quantity, UnitError, count};

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

/// Reads the quantile table that `node` names.
pub(super) fn quantiles(
    reading: &mut Reading,
    node: &Node,
    quantity: Quantity,
) -> Option<Result<Law, LawError>> {
    once(
        reading,
        node,
        &QUANTILES,
        quantity,
        |reading, name, source| {
            let rows = rows(reading, node, source, name, quantity)?;
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
        },
    )
}

/// Reads the recorded values of the file that `node` names.
pub(super) fn samples(
    reading: &mut Reading,
    node: &Node,
    quantity: Quantity,
) -> Option<Result<Law, LawError>> {
    once(
        reading,
        node,
        &SAMPLES,
        quantity,
        |reading, name, source| {
            let rows = rows(reading, node, source, name, quantity)?;
            Some(
                Law::samples(rows.iter().map(|row| row.value).collect()).map(|law| Measured {
                    law,
                    ends: (0.0, 1.0),
                }),
            )
        },
    )
}

/// Reads how `node` names a table: the name of its file, or a table with further keys.
fn table_name(reading: &mut Reading, node: &Node, keys: &'static Keys) -> Option<TableName> {
    let quantile = (keys.name == QUANTILES.name).then(|| "quantile".to_owned());
    if let Value::String(file) = &node.value {
        return Some(TableName {
            file: file.clone(),
            quantile,
            column: None,
            unit: None,
        });
    }
    let mut section = reading.table(node, keys)?;
    let file = section.value("file").map(|node| reading.string(node));
    let [column, unit] = ["column", "unit"].map(|key| reading.given_text(&mut section, key));
    let given = match &quantile {
        Some(_) => reading.given_text(&mut section, "quantile"),
        None => Some(None),
    };
    let mistyped = section.has_mistyped_key();
    section.finish(reading);
    if mistyped {
        return None;
    }
    Some(TableName {
        file: file??.to_owned(),
        quantile: given?.or(quantile),
        column: column?,
        unit: unit?,
    })
}

/// What a file gives, read again only if there was something wrong with it.
fn once(
    reading: &mut Reading,
    node: &Node,
    keys: &'static Keys,
    quantity: Quantity,
    read: impl FnOnce(&mut Reading, &TableName, &Rc<Source>) -> Option<Result<Measured, LawError>>,
) -> Option<Result<Law, LawError>> {
    let name = table_name(reading, node, keys)?;
    let source = sheet::open(reading, node, &name.file, "table", FILE_MAX)?;
    let key = (name, quantity);
    let measured = match reading.files.measured.known(&key) {
        Some(known) => known,
        None => match read(reading, &key.0, &source)? {
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
            Diagnostic::warning(title, &node.place, "measured only between its ends")
                .help(help)
                .aside(),
        );
    }
    Some(Ok(measured.law))
}

/// What is said at the place in the scenario that names a file.
const NAMED: &str = "the table is named here";

/// Where in a row stands what.
struct Columns {
    quantile: Option<usize>,
    value: usize,
    unit: Option<usize>,
    /// Whether the first line names them.
    has_header: bool,
}

/// Finds the columns of a table; one whose first line begins with a number has no header, and its columns are in their usual order.
fn columns(reading: &mut Reading, node: &Node, sheet: &Sheet, name: &TableName) -> Option<Columns> {
    let begins_with_number = sheet
        .header
        .get(0)
        .is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit()))
        && sheet.is_brief(&sheet.header_place());
    let usual: &[&'static str] = match name.quantile {
        Some(_) => &["quantile", "value", "unit"],
        None => &["value", "unit"],
    };
    if begins_with_number && name.column.is_none() {
        let value = usize::from(name.quantile.is_some());
        return Some(Columns {
            quantile: name.quantile.as_ref().map(|_| 0),
            value,
            unit: Some(value + 1).filter(|unit| *unit < sheet.header.len()),
            has_header: false,
        });
    }
    let wanted = [
        name.quantile.as_deref(),
        Some(name.column.as_deref().unwrap_or("value")),
    ];
    let missing: Vec<&str> = wanted
        .into_iter()
        .flatten()
        .filter(|column| sheet.column(column).is_none())
        .collect();
    if let [first, more @ ..] = missing.as_slice() {
        let meant = more.is_empty().then_some(*first);
        let diagnostic = sheet
            .without("table", &missing, meant)
            .other(&node.place, NAMED);
        let help = header_help(usual);
        reading.problem(diagnostic.help(format!(
            "{help}; or name the column that counts, as in {{ file = \"{}\", column = \"NAME\", unit = \"UNIT\" }}",
            name.file
        )));
        return None;
    }
    if let Some(diagnostic) = wanted
        .into_iter()
        .flatten()
        .find_map(|name| sheet.twice(name))
    {
        reading.problem(diagnostic.other(&node.place, NAMED));
        return None;
    }
    Some(Columns {
        quantile: wanted[0].and_then(|column| sheet.column(column)),
        value: sheet.column(wanted[1]?)?,
        unit: sheet.column("unit"),
        has_header: true,
    })
}

/// Reads the rows of a table, at least one; its columns may come in any order.
fn rows(
    reading: &mut Reading,
    node: &Node,
    source: &Rc<Source>,
    name: &TableName,
    quantity: Quantity,
) -> Option<Vec<Row>> {
    let Some(sheet) = Sheet::new(source) else {
        let diagnostic = Diagnostic::error("the table is empty", &node.place, NAMED);
        reading.problem(diagnostic.help(header_help(&["value", "unit"])));
        return None;
    };
    let columns = columns(reading, node, &sheet, name)?;
    if let (Some(unit), Some(_)) = (&name.unit, columns.unit) {
        reading.problem(sheet::two_units("table", unit, node));
        return None;
    }
    let records: Vec<_> = sheet.rows(columns.has_header).take(ROWS_MAX + 1).collect();
    let decimals = |column: usize| {
        let cells = records.iter().filter_map(|(record, _)| record.get(column));
        Decimals::of(cells)
    };
    let value_decimals = decimals(columns.value);
    let quantile_decimals = columns.quantile.map(decimals);
    let problems_max = if columns.has_header { PROBLEMS_MAX } else { 1 };
    let mut rows = Vec::new();
    let mut problems = 0;
    for (record, place) in records {
        let cell = |column: Option<usize>| column.and_then(|i| record.get(i)).unwrap_or("");
        let quantile = match quantile_decimals {
            Some(decimals) => decimals.number(cell(columns.quantile)),
            None => Some(0.0),
        };
        let quantile = quantile
            .filter(|quantile| (0.0..=1.0).contains(quantile))
            .ok_or_else(|| UnitError {
                problem: "`quantile` must be a number from 0 to 1".to_owned(),
                help: "write 0.95 for 95 %".to_owned(),
            });
        let unit = match &name.unit {
            Some(unit) => unit,
            None => cell(columns.unit),
        };
        let value = value_decimals
            .quantity(cell(Some(columns.value)), unit, quantity)
            .and_then(|value| match value <= VALUE_MAX {
                true => Ok(value),
                false => Err(UnitError {
                    problem: "the value is far too large".to_owned(),
                    help: quantity.example().to_owned(),
                }),
            });
        let whole = sheet.too_long(&record).map_or(Ok(()), Err);
        match whole
            .and(quantile)
            .and_then(|quantile| Ok((quantile, value?)))
        {
            Ok((quantile, value)) => rows.push(Row {
                quantile,
                value,
                place,
            }),
            Err(error) => {
                problems += 1;
                if problems <= problems_max {
                    // Without a header it may be no table, of which no more is quoted than the beginning of a row.
                    let diagnostic = match (columns.has_header, sheet.is_brief(&place)) {
                        (true, _) => Diagnostic::error(error.problem, &place, "this row"),
                        (false, true) => {
                            Diagnostic::error(error.problem, &sheet::beginning(&place), "this row")
                        }
                        (false, false) => {
                            let title = "a row of the table, which has no header, cannot be read";
                            Diagnostic::error(title, &sheet::beginning(&place), "this row")
                        }
                    };
                    let diagnostic = diagnostic.other(&node.place, NAMED);
                    reading.problem(diagnostic.help(error.help));
                }
                // The other rows have the same mistake, which is in the scenario.
                let number = value_decimals.number(cell(Some(columns.value)));
                if number.is_some() && unit.is_empty() && columns.unit.is_none() {
                    return None;
                }
            }
        }
    }
    let title = if problems == problems_max + 1 {
        "another row of the table is wrong".to_owned()
    } else if problems > problems_max {
        format!(
            "{} more rows of the table are wrong",
            count((problems - problems_max) as u64)
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
