//! Reading rates that were recorded one after another.

use std::sync::Arc;

use crate::model::RateTrace;
use crate::random::Law;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::cohort::TRACE;
use crate::scenario::law::stands_still;
use crate::scenario::numbers::Decimals;
use crate::scenario::reader::Reading;
use crate::scenario::sheet;
use crate::scenario::table_name::TraceName;
use crate::scenario::times::{
    FILE_MAX, TimedRow, TimedTable, Times, median_step, time_unit, timed_rows,
};
use crate::scenario::tree::{Node, Value};
use crate::units::{Quantity, count};

/// A robot's rate: a law, and how it changes in time, if it does.
pub(super) type OwnRate = (Law, Option<Arc<RateTrace>>);

/// The most spans that are averaged over.
const SPANS_MAX: u64 = 1_000_000;

/// Whether a value of `download_rate` is a trace.
pub(super) fn is_trace(node: &Node) -> bool {
    matches!(&node.value, Value::Table(table) if table.get("trace").is_some())
}

/// Reads a trace, or the law of its averages.
pub(super) fn own_rate(reading: &mut Reading, node: &Node) -> Option<OwnRate> {
    let mut section = reading.table(node, &TRACE)?;
    let file_node = section.value("trace")?;
    let file = reading.string(file_node).map(str::to_owned);
    let [column, time] = ["column", "time"].map(|key| reading.text_at(&mut section, key));
    let unit = reading.given_text(&mut section, "unit");
    let times = ["time", "time_unit"].map(|key| section.value(key));
    if let (Some(step), [Some(time), _] | [_, Some(time)]) = (section.value("step"), times) {
        let title = "rates hold for a `step` or as times say, not both";
        let diagnostic = Diagnostic::error(title, &step.place, "a step here");
        reading.problem(diagnostic.other(&time.place, "times here"));
        return None;
    }
    let time_unit = time_unit(reading, &mut section);
    let [step, average] = ["step", "average"].map(|key| reading.given_duration(&mut section, key));
    let mistyped = section.has_mistyped_key();
    section.finish(reading);
    if mistyped {
        return None;
    }
    let name = TraceName {
        file: file?,
        column: column?,
        unit: unit?,
        time: time?,
        time_unit: time_unit?,
        step: step?,
    };
    sheet::open(reading, file_node, &name.file, "trace", FILE_MAX)?;
    let trace = match reading.files.traces.known(&name) {
        Some(known) => known,
        None => {
            let trace = Arc::new(trace(reading, file_node, &name)?);
            reading.files.traces.put(name, Arc::clone(&trace));
            trace
        }
    };
    match average? {
        None => Some((Law::constant(trace.average()).ok()?, Some(trace))),
        Some(span) if trace.period() / span > SPANS_MAX => {
            let title = format!(
                "the trace has more than {} spans of this length",
                count(SPANS_MAX)
            );
            let diagnostic = Diagnostic::error(title, &node.place, "`average` is too short");
            reading.problem(diagnostic.help("average over longer spans"));
            None
        }
        Some(span) => {
            let law = Law::samples(averages(&trace, span)).ok()?;
            if law.cdf(0.0) > 0.0 {
                reading.problem(stands_still("download_rate", node, law.cdf(0.0)));
                return None;
            }
            Some((law, None))
        }
    }
}

/// The average rate of each whole span of this length [ms], or of the trace if it is shorter [bit/s].
fn averages(trace: &RateTrace, span: u64) -> Vec<f64> {
    let spans = (trace.period() / span) as usize;
    if spans == 0 {
        return vec![trace.average()];
    }
    let mut bits = vec![0.0; spans];
    let ends = trace.rows().iter().skip(1).map(|(from, _)| *from);
    for (&(from, rate), end) in trace.rows().iter().zip(ends.chain([trace.period()])) {
        let mut now = from;
        while now < end {
            let which = (now / span) as usize;
            let until = end.min((which as u64 + 1) * span);
            if let Some(bits) = bits.get_mut(which) {
                *bits += rate * (until - now) as f64;
            }
            now = until;
        }
    }
    bits.iter().map(|bits| bits / span as f64).collect()
}

fn trace(reading: &mut Reading, node: &Node, name: &TraceName) -> Option<RateTrace> {
    const NAMED: &str = "the trace is named here";
    let table = TimedTable {
        file: &name.file,
        what: "trace",
        time: match name.step {
            Some(step) => Times::Steps(step, &name.time),
            None => Times::Column(&name.time, name.time_unit),
        },
        columns: [("column", name.column.as_str())],
        optional: Some("unit"),
    };
    let rows: Vec<TimedRow<2>> = timed_rows(reading, node, &table)?;
    if let (Some(unit), Some(_)) = (&name.unit, rows.iter().find(|row| !row.cells[1].is_empty())) {
        reading.problem(sheet::two_units("trace", unit, node));
        return None;
    }
    let decimals = Decimals::of(rows.iter().map(|row| row.cells[0].as_str()));
    let first = rows.first()?.time;
    let mut rates: Vec<(u64, f64)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let [rate, own_unit] = &row.cells;
        let goes_back = rates
            .last()
            .is_some_and(|(last, _)| row.time <= first + *last as i64);
        let problem = match decimals.quantity(
            rate,
            name.unit.as_deref().unwrap_or(own_unit),
            Quantity::Rate,
        ) {
            _ if goes_back => (
                "time does not go on from the row before to this one".to_owned(),
                "sort the rows by time, with one row per moment; where a clock was set back at night, write the times with their offsets".to_owned(),
            ),
            Ok(rate) if rate > 0.0 && rate < 1.0 => (
                "the rate is less than a bit per second".to_owned(),
                Quantity::Rate.example().to_owned(),
            ),
            Ok(rate) if rate <= RATE_MAX => {
                rates.push((row.time.abs_diff(first), rate));
                continue;
            }
            Ok(_) => (
                "the rate is far too large".to_owned(),
                Quantity::Rate.example().to_owned(),
            ),
            Err(error) => (error.problem, error.help),
        };
        let (title, help) = problem;
        let diagnostic = Diagnostic::error(title, &row.place, "this row");
        reading.problem(diagnostic.other(&node.place, NAMED).help(help));
        return None;
    }
    if rates.iter().all(|(_, rate)| *rate == 0.0) {
        let title = "no rate of the trace is above 0";
        let diagnostic = Diagnostic::error(title, &node.place, NAMED);
        reading.problem(diagnostic.help("robots that never answer are `dead`"));
        return None;
    }
    let times: Vec<i64> = rows.iter().map(|row| row.time).collect();
    let period = times.last()?.abs_diff(first) + median_step(&times)?;
    Some(RateTrace::new(rates, period))
}

/// The greatest rate [bit/s]: beyond it are only slips of the pen.
const RATE_MAX: f64 = 1e15;
