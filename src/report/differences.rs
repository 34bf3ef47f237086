//! Differences between two results as people read them: in the unit of the values, or of the difference where that is smaller, with
//! their intervals.

use crate::report::figures::{bracketed, differs_at_most, plus_minus, time_unit};
use crate::stats::Estimate;
use crate::study::Compared;
use crate::units::decimal;

/// Whether more replications would give the difference an interval.
pub(super) fn has_no_interval_yet(row: &Compared) -> bool {
    row.difference.is_some() && row.lo.is_none() && row.mostly.is_none()
}

/// In which unit the values of a row are written.
pub(super) struct Scale {
    unit: f64,
    name: &'static str,
    decimals: usize,
}

impl Scale {
    /// The unit in which the values of a row are best written.
    pub(super) fn of(row: &Compared) -> Scale {
        let largest = [row.a, row.b]
            .into_iter()
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max);
        let ((unit, name), decimals) = match row.unit() {
            "share" => ((0.01, " %"), 1),
            "s" => (time_unit(largest), 2),
            _ => ((1.0, ""), 1),
        };
        Scale {
            unit,
            name,
            decimals,
        }
    }

    pub(super) fn value(&self, value: f64) -> String {
        match value.is_finite() {
            true => decimal(value / self.unit, self.decimals) + self.name,
            false => "never".to_owned(),
        }
    }

    /// A margin, with one more decimal than values.
    pub(super) fn margin(&self, margin: f64) -> String {
        decimal(margin / self.unit, self.decimals + 1) + self.name
    }

    /// The difference with its interval, and as a share of A where that is meaningful; or the most common difference, where no more is known.
    pub(super) fn difference(&self, row: &Compared) -> String {
        let Some(difference) = row.mostly.map(|mostly| mostly.value).or(row.difference) else {
            return "-".to_owned();
        };
        if (difference, row.lo, row.hi) == (0.0, Some(0.0), Some(0.0)) {
            return "0".to_owned();
        }
        let half_width = row.lo.zip(row.hi).map_or(0.0, |(lo, hi)| (hi - lo) / 2.0);
        let (unit, name) = match row.unit() {
            // A difference of minutes between hours is one of minutes.
            "s" => time_unit(difference.abs().max(half_width)),
            "share" => (self.unit, " points"),
            _ => (self.unit, self.name),
        };
        if (row.lo, row.hi) == (None, None) {
            let known = match (row.mostly, row.verdict.replications_to_decide()) {
                (Some(mostly), _) => differs_at_most(mostly.others_at_most),
                (None, Some(_)) => "no interval yet".to_owned(),
                (None, None) => "no interval, as it may be that it never comes".to_owned(),
            };
            let shown = signed(decimal(difference / unit, self.decimals));
            return format!("{shown}{name}, {known}");
        }
        let estimate = Estimate {
            value: difference,
            lo: row.lo,
            hi: row.hi,
        };
        if row.unit() == "share" {
            return signed(bracketed(estimate, unit, self.decimals, name));
        }
        let shown = signed(plus_minus(estimate, unit, self.decimals, name));
        if row.a == 0.0 || is_zero(&shown) {
            shown
        } else {
            format!("{shown}, {}", percent(difference / row.a))
        }
    }
}

/// A number and its unit, with a plus sign where it is above zero.
fn signed(text: String) -> String {
    match is_zero(&text) || text.starts_with('-') {
        true => text,
        false => format!("+{text}"),
    }
}

/// Whether the number that a text begins with is written as zero.
fn is_zero(text: &str) -> bool {
    let number = text.split(' ').next().unwrap_or_default();
    number.chars().all(|c| matches!(c, '0' | '.' | '-'))
}

/// A relative difference.
pub(super) fn percent(relative: f64) -> String {
    signed(decimal(relative * 100.0, 1)) + " %"
}
