//! What CSV files share: a header line, then rows; no comments, which many readers do not take. What made the numbers stands in the JSON
//! file beside them.

use crate::report::number::text;
use crate::scenario::InRobots;
use crate::stats::Estimate;
use crate::study::{BRIEF, MetricSummary, Spread, statistic_name};
use crate::theory::Exactness;

/// A name that others gave, as a cell that no spreadsheet runs as a formula: one that begins with `=`, `+`, `-`, `@` or a tab gets an
/// apostrophe before it, which spreadsheets do not show.
pub(super) fn name_cell(name: &str) -> String {
    let runs = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("{}{name}", if runs { "'" } else { "" })
}

/// Rows of text as CSV.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(super) fn new(header: &[String]) -> Table {
        let mut table = Table(csv::Writer::from_writer(Vec::new()));
        table.row(header);
        table
    }

    pub(super) fn row(&mut self, fields: &[String]) {
        self.0
            .write_record(fields)
            .expect("memory takes every row, and rows are of one length");
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_inner().expect("memory takes every byte")
    }
}

/// A number as files have it; `inf` for a time that never comes, empty where there is no value.
pub(super) fn number(x: f64) -> String {
    match x {
        f64::INFINITY => "inf".to_owned(),
        x if x.is_finite() => text(x),
        _ => String::new(),
    }
}

pub(super) fn optional(x: Option<f64>) -> String {
    x.map_or_else(String::new, number)
}

/// Empty where there is no value.
pub(super) fn whole_number(x: Option<u32>) -> String {
    x.map_or_else(String::new, |x| x.to_string())
}

pub(super) fn strings<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

/// The columns of a spread.
pub(super) fn spread_names(name: &str) -> [String; 6] {
    ["mean", "mean.lo", "mean.hi", "p05", "p50", "p95"]
        .map(|statistic| format!("{name}.{statistic}"))
}

pub(super) fn spread(spread: Spread) -> [String; 6] {
    let [mean, lo, hi] = estimate(spread.mean);
    [
        mean,
        lo,
        hi,
        number(spread.p05),
        number(spread.p50),
        number(spread.p95),
    ]
}

pub(super) fn estimate(estimate: Estimate) -> [String; 3] {
    [
        number(estimate.value),
        optional(estimate.lo),
        optional(estimate.hi),
    ]
}

/// The metric whose statistics are followed by the computed columns.
pub(super) const EXACT: &str = "threshold_reached";

/// The columns of a probability that was computed.
pub(super) fn exact_names() -> [String; 3] {
    ["exact", "exact.lo", "exact.hi"].map(|statistic| format!("{EXACT}.{statistic}"))
}

/// A computed probability, and its interval where it depends on random numbers; empty where it is not known.
pub(super) fn exact(exactness: &Exactness) -> [String; 3] {
    match exactness {
        Ok(tail) => {
            let ends = tail
                .interval
                .map_or([None, None], |ends| [ends.lo, ends.hi].map(Some));
            [number(tail.value), optional(ends[0]), optional(ends[1])]
        }
        Err(_) => Default::default(),
    }
}

/// Which statistics a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// [`BRIEF`], each with the ends of its interval.
    Brief,
    All,
}

impl Detail {
    /// Whether it has a statistic; a proportion, which has no name, always.
    fn has(self, name: &str) -> bool {
        self == Detail::All || name.is_empty() || BRIEF.contains(&name)
    }
}

/// Whether a statistic comes with an interval.
fn has_interval(name: &str) -> bool {
    !matches!(name, "sd" | "min" | "max")
}

/// The columns of a metric's statistics: `metric.stat`, and `.lo` and `.hi` of its interval; behind those of [`EXACT`], what was computed.
pub(super) fn statistic_names(summary: &MetricSummary, detail: Detail) -> Vec<String> {
    let shown = summary
        .estimates
        .iter()
        .filter(|(name, _)| detail.has(name));
    let columns = shown.flat_map(|(name, _)| {
        let column = statistic_name(summary.metric.name, name);
        if has_interval(name) {
            vec![
                column.clone(),
                format!("{column}.lo"),
                format!("{column}.hi"),
            ]
        } else {
            vec![column]
        }
    });
    columns.collect()
}

/// The values of those columns.
pub(super) fn statistics(summary: &MetricSummary, detail: Detail) -> Vec<String> {
    let shown = summary
        .estimates
        .iter()
        .filter(|(name, _)| detail.has(name));
    let fields = shown.flat_map(|(name, value)| match has_interval(name) {
        true => estimate(*value).to_vec(),
        false => vec![number(value.value)],
    });
    fields.collect()
}

/// The columns of a setting's metrics: their statistics, and behind those of [`EXACT`] what was computed.
pub(super) fn setting_names(summaries: &[MetricSummary], detail: Detail) -> Vec<String> {
    let names = summaries.iter().flat_map(|summary| {
        let computed = (summary.metric.name == EXACT).then(exact_names);
        statistic_names(summary, detail)
            .into_iter()
            .chain(computed.into_iter().flatten())
    });
    names.collect()
}

/// The values of those columns.
pub(super) fn setting(
    summaries: &[MetricSummary],
    threshold_reached: &Exactness,
    detail: Detail,
) -> Vec<String> {
    let fields = summaries.iter().flat_map(|summary| {
        let computed = (summary.metric.name == EXACT).then(|| exact(threshold_reached));
        statistics(summary, detail)
            .into_iter()
            .chain(computed.into_iter().flatten())
    });
    fields.collect()
}

/// What percentages mean in robots: the window, and the failures that stop the job; empty where that is not known.
pub(super) fn robots(in_robots: Option<InRobots>) -> [String; 2] {
    [
        in_robots.map(|robots| robots.window),
        in_robots.and_then(|robots| robots.failures_to_stop),
    ]
    .map(whole_number)
}
