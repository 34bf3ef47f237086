//! The chart of a comparison: differences in percent of A, a row a statistic.

use crate::chart::{Axis, ForestChart, ForestPanel, ForestRow, Heading, Quantity, Tone};
use crate::report::chart::Chart;
use crate::report::compare::title::title;
use crate::report::differences::percent;
use crate::report::provenance::Provenance;
use crate::report::words::{Sides, plural};
use crate::study::{Compared, Comparison, ProfileComparison, Verdict};

/// Panels at most; more profiles are left to the CSV file.
const PANELS_MAX: usize = 4;

/// The names of all charts that a comparison may have.
pub const COMPARE_CHARTS: [&str; 1] = ["compare"];

/// What is shown of each profile.
const SHOWN: [(&str, &str, &str); 11] = [
    ("Time to 50 %, median", "time_to_50_s", "p50"),
    ("Time to 95 %, median", "time_to_95_s", "p50"),
    ("Time to 95 %, 95 % quantile", "time_to_95_s", "p95"),
    ("Job duration, mean", "job_duration_s", "mean"),
    ("Robots failed, mean", "failed_count", "mean"),
    ("Robots broken, mean", "broken_count", "mean"),
    ("Most robots down at once, mean", "down_peak_count", "mean"),
    ("Downtime, mean", "downtime_robot_s", "mean"),
    ("Success rate (points)", "success_rate", "mean"),
    ("95 % never running (points)", "time_to_95_s", "p_never"),
    ("Threshold reached (points)", "threshold_reached", ""),
];

/// The charts of a comparison of at least one replication.
pub fn compare_charts(
    sides: &Sides,
    comparison: &Comparison,
    provenance: &Provenance,
) -> Vec<Chart> {
    let replications = plural(comparison.replications, "replication");
    let subtitle = format!(
        "{replications} of each with the same random numbers; A: {}; B: {}",
        sides.name_a, sides.name_b
    );
    let profiles = comparison.profiles.iter();
    let title = title(&comparison.profiles[0], &SHOWN);
    let picture = ForestChart {
        heading: Heading::new(title, subtitle),
        value: Axis::new("B less A, relative to A or in points", Quantity::Share)
            .including(0.0, 0.0),
        panels: profiles.take(PANELS_MAX).map(panel).collect(),
        error_note: "95 % interval".to_owned(),
        band_note: "does not matter".to_owned(),
    };
    vec![Chart::new(COMPARE_CHARTS[0], picture.picture(), provenance)]
}

fn panel(profile: &ProfileComparison) -> ForestPanel {
    let rows = SHOWN
        .into_iter()
        .map(|(name, metric, statistic)| row(name, profile.get(metric, statistic)));
    ForestPanel {
        title: profile.name.clone(),
        rows: rows.collect(),
    }
}

fn row(name: &str, row: &Compared) -> ForestRow {
    let value = relative(row, row.difference);
    let words = match row.verdict {
        Verdict::Inconclusive(_) => "inconclusive",
        Verdict::NoDifference => "no difference",
        Verdict::Incomparable => match (row.a.is_finite(), row.b.is_finite()) {
            (true, _) => "never in B",
            (_, true) => "never in A",
            _ => "never",
        },
        other => other.name(),
    };
    let note = match value {
        Some(value) if row.unit() == "share" => {
            format!("{} points, {words}", percent(value).trim_end_matches(" %"))
        }
        Some(value) => format!("{}, {words}", percent(value)),
        None if row.difference.is_some() => format!("0 in A, {words}"),
        None => words.to_owned(),
    };
    ForestRow {
        name: name.to_owned(),
        value,
        interval: relative(row, row.lo).zip(relative(row, row.hi)),
        band: relative(row, Some(row.margin))
            .filter(|band| band.is_finite())
            .unwrap_or(0.0),
        note: note.replace('-', "−"),
        tone: match row.verdict {
            Verdict::Better => Tone::Good,
            Verdict::Worse => Tone::Bad,
            Verdict::Higher | Verdict::Lower => Tone::Changed,
            _ => Tone::Quiet,
        },
    }
}

/// A difference as a share of A's value; that of shares as it is.
fn relative(row: &Compared, difference: Option<f64>) -> Option<f64> {
    let scale = if row.unit() == "share" { 1.0 } else { row.a };
    match difference? {
        difference if scale != 0.0 => Some(difference / scale),
        // No difference from zero.
        0.0 => Some(0.0),
        _ => None,
    }
}
