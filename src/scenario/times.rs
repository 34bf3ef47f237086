//! Columns of times in logs and traces.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::numbers::Decimals;
use crate::scenario::reader::{Reading, Section, optional};
use crate::scenario::sheet::{self, Sheet};
use crate::scenario::table_name::TimeUnit;
use crate::scenario::tree::Node;
use crate::units::{UnitError, count, duration};

/// The largest log or trace read [bytes].
pub(super) const FILE_MAX: u64 = 64_000_000;

/// The most rows of a log or trace.
const ROWS_MAX: usize = 1_000_000;

/// The longest log or trace [ms].
const SPAN_MAX_MS: u64 = 3_660 * 86_400_000;

/// The most rows reported of a log or trace.
const PROBLEMS_MAX: usize = 5;

/// The years that a number is likely to mean that counts from 1970.
const LIKELY_YEARS: std::ops::Range<i16> = 1990..2100;

/// A cell of a column of times [ms since whenever all its cells count from]: RFC 3339, a local date and time, or a number of this unit.
///
/// # Errors
/// What is wrong, and how to mend it.
fn time_ms(cell: &str, unit: Option<TimeUnit>, decimals: Decimals) -> Result<i64, UnitError> {
    let refused = |problem: String, help: &str| {
        Err(UnitError {
            problem,
            help: help.to_owned(),
        })
    };
    let number = decimals.number(cell).filter(|number| number.is_finite());
    match (number, unit) {
        (Some(number), Some(unit)) => {
            let ms = number * f64::from(unit as u16);
            if ms.abs() > 1e17 {
                return refused(
                    format!("`{cell}` is outside the range of times"),
                    "is it in another unit?",
                );
            }
            Ok(ms.round() as i64)
        }
        (Some(number), None) => {
            let likely = [("s", 1000.0), ("ms", 1.0)].map(|(unit, factor)| {
                let time = Timestamp::from_millisecond((number * factor) as i64).ok()?;
                LIKELY_YEARS
                    .contains(&time.to_zoned(TimeZone::UTC).year())
                    .then(|| format!("time_unit = \"{unit}\" beside it if that is {time}"))
            });
            let help = match likely {
                [Some(one), None] | [None, Some(one)] => format!("write {one}"),
                _ => "write time_unit = \"s\" or time_unit = \"ms\" beside it".to_owned(),
            };
            refused(
                format!("`{cell}` is a number, and its unit is not known"),
                &help,
            )
        }
        (None, Some(_)) => refused(
            format!("`{cell}` is not a number"),
            "leave out `time_unit` where times are dates",
        ),
        (None, None) => match (cell.parse::<Timestamp>(), cell.parse::<DateTime>()) {
            (Ok(time), _) if !cell.contains('[') => Ok(time.as_millisecond()),
            _ if cell.contains('[') => refused(
                format!("`{cell}` names a time zone"),
                "write the offset from UTC instead, as in 2026-03-02T22:00:00+01:00",
            ),
            (_, Ok(time)) => match time.to_zoned(TimeZone::UTC) {
                Ok(time) => Ok(time.timestamp().as_millisecond()),
                Err(_) => refused(
                    format!("`{cell}` is outside the range of times"),
                    "leave out rows that only say that something has no end",
                ),
            },
            _ => refused(
                format!("`{cell}` is not a time"),
                "write a date and time, as in 2026-03-02 22:00:00 or 2026-03-02T22:00:00Z, or numbers with time_unit = \"s\" or \"ms\"",
            ),
        },
    }
}

/// Whether a date and time says how far its clock is from UTC.
fn has_offset(cell: &str) -> bool {
    cell.parse::<Timestamp>().is_ok()
}

/// A row of a log or trace: when, and what its other columns say.
pub(super) struct TimedRow<const N: usize> {
    /// [ms]
    pub time: i64,
    pub cells: [String; N],
    pub place: Place,
}

/// When the rows of a log or trace are.
#[derive(Clone, Copy)]
pub(super) enum Times<'t> {
    /// As a column says, in this unit where it has numbers.
    Column(&'t str, Option<TimeUnit>),
    /// One after another [ms], in a table without a column of this name.
    Steps(u64, &'t str),
}

/// How a log or trace is called, and the names of its columns.
pub(super) struct TimedTable<'t, const N: usize> {
    pub file: &'t str,
    /// What it is to the user.
    pub what: &'static str,
    pub time: Times<'t>,
    /// The keys that name its other columns, and what they are called.
    pub columns: [(&'static str, &'t str); N],
    /// The file may be without it.
    pub optional: Option<&'t str>,
}

fn at<const N: usize>(row: &&TimedRow<N>) -> i64 {
    row.time
}

/// Reads the rows of a log or trace in the order of the file, at least two; an optional column is the last of the cells.
pub(super) fn timed_rows<const N: usize, const M: usize>(
    reading: &mut Reading,
    node: &Node,
    table: &TimedTable<N>,
) -> Option<Vec<TimedRow<M>>> {
    let TimedTable { file, what, .. } = *table;
    let source = sheet::open(reading, node, file, what, FILE_MAX)?;
    let named = format!("the {what} is named here");
    let Some(sheet) = Sheet::new(&source) else {
        let title = format!("the {what} is empty");
        reading.problem(Diagnostic::error(title, &node.place, named));
        return None;
    };
    let time_column = match table.time {
        Times::Column(column, _) => Some(("time", column)),
        Times::Steps(_, column) => {
            if sheet.column(column).is_some() {
                let title = format!("the {what} has a column `{column}`, and a `step` too");
                let diagnostic = Diagnostic::error(title, &node.place, named);
                reading.problem(
                    diagnostic.help("leave out `step`: the times say how long each row holds"),
                );
                return None;
            }
            None
        }
    };
    let wanted: Vec<(&str, &str)> = time_column.into_iter().chain(table.columns).collect();
    let missing: Vec<(&str, &str)> = wanted
        .iter()
        .copied()
        .filter(|(_, column)| sheet.column(column).is_none())
        .collect();
    if let [(_, first), ..] = missing.as_slice() {
        let names: Vec<&str> = missing.iter().map(|(_, column)| *column).collect();
        let diagnostic = sheet.without(what, &names, Some(first));
        let keys: Vec<String> = missing
            .iter()
            .map(|(key, _)| format!("{key} = \"NAME\""))
            .collect();
        reading.problem(diagnostic.other(&node.place, named).help(format!(
            "where the file calls them otherwise, say so beside it, as in {}{}",
            keys.join(", "),
            match (missing.as_slice(), what) {
                ([("time", _)], "trace") =>
                    "; in a trace without times each rate may hold for a step, as in step = \"1s\"",
                _ => "",
            }
        )));
        return None;
    }
    if let Some(diagnostic) = wanted.iter().find_map(|(_, column)| sheet.twice(column)) {
        reading.problem(diagnostic.other(&node.place, named));
        return None;
    }
    let of_cells = table.columns.map(|(_, column)| column).into_iter();
    let places = of_cells.chain(table.optional);
    let places: Vec<Option<usize>> = places.map(|column| sheet.column(column)).collect();
    let time_place = time_column.and_then(|(_, column)| sheet.column(column));
    let records: Vec<_> = sheet.rows(true).take(ROWS_MAX + 1).collect();
    let times = records
        .iter()
        .filter_map(|(record, _)| record.get(time_place?));
    let decimals = Decimals::of(times.clone());
    let with_offset = times.clone().next().is_some_and(has_offset);
    let mut rows = Vec::new();
    let mut problems = 0;
    for (record, place) in records {
        let cell = |column: Option<usize>| column.and_then(|i| record.get(i)).unwrap_or("");
        let written = cell(time_place);
        let whole = sheet.too_long(&record).map_or(Ok(()), Err);
        let time = whole.and_then(|()| match table.time {
            Times::Steps(step, _) => Ok((rows.len() as u64 * step) as i64),
            Times::Column(_, unit) => match time_ms(written, unit, decimals) {
                Ok(_) if unit.is_none() && has_offset(written) != with_offset => Err(UnitError {
                    problem: "some times have an offset or `Z`, and others have none".to_owned(),
                    help: "write all times of a column in one way".to_owned(),
                }),
                time => time,
            },
        });
        match time {
            Ok(time) => rows.push(TimedRow {
                time,
                cells: std::array::from_fn(|i| cell(places.get(i).copied().flatten()).to_owned()),
                place,
            }),
            Err(error) => {
                problems += 1;
                let diagnostic = Diagnostic::error(error.problem, &place, "this row");
                let diagnostic = diagnostic.other(&node.place, named.as_str());
                if problems <= PROBLEMS_MAX {
                    reading.problem(diagnostic.help(error.help));
                }
                // The other rows have the same mistake, which is in the scenario.
                let is_number = decimals.number(written).is_some();
                if matches!(table.time, Times::Column(_, unit) if unit.is_some() != is_number) {
                    return None;
                }
            }
        }
    }
    let [first, last] = [rows.iter().min_by_key(at), rows.iter().max_by_key(at)];
    if let (Some(first), Some(last)) = (first, last)
        && last.time.abs_diff(first.time) > SPAN_MAX_MS
    {
        let title = format!("the {what} is longer than {}", duration(SPAN_MAX_MS as f64));
        let diagnostic = Diagnostic::error(title, &last.place, "its last moment");
        reading.problem(diagnostic.other(&first.place, "its first").help(
            "leave out rows of clocks that were not set, or say what times count: time_unit = \"s\" or \"ms\"",
        ));
        return None;
    }
    let title = match rows.len() + problems {
        n if n > ROWS_MAX => format!("the {what} has more than {} rows", count(ROWS_MAX as u64)),
        0 | 1 if problems == 0 => format!("the {what} needs at least two rows"),
        _ => return (problems == 0).then_some(rows),
    };
    reading.problem(Diagnostic::error(title, &node.place, named));
    None
}

/// Reads what times count, where they are numbers.
pub(super) fn time_unit(reading: &mut Reading, section: &mut Section) -> Option<Option<TimeUnit>> {
    let choices = [("s", TimeUnit::Second), ("ms", TimeUnit::Millisecond)];
    optional(section.value("time_unit"), None, |node| {
        reading.choice(node, "`time_unit`", &choices).map(Some)
    })
}

/// How long what a table says last goes on [ms]: the median step between its times, which ascend.
pub(super) fn median_step(times: &[i64]) -> Option<u64> {
    let mut steps: Vec<u64> = times
        .windows(2)
        .map(|pair| pair[1].abs_diff(pair[0]))
        .filter(|step| *step > 0)
        .collect();
    steps.sort_unstable();
    steps.get(steps.len().saturating_sub(1) / 2).copied()
}
