//! Differences between two results as people read them: in the unit of the values, or of the difference where that is smaller, with
//! their intervals.

use crate::report::figures::{bracketed, differs_at_most, plus_minus};
use crate::report::times;
use crate::stats::Estimate;
use crate::study::Compared;
use crate::units::decimal;

/// Whether more replications would give the difference an interval.
pub(super) fn has_no_interval_yet(row: &Compared) -> bool {
    row.difference.is_some() && row.lo.is_none() && row.mostly.is_none()
}

/// In which unit the values of a row are written.
pub(super) enum Scale {
    Time,
    /// What one is in the unit, the unit, and the places after the point.
    Number(f64, &'static str, usize),
}

impl Scale {
    /// The unit in which the values of a row are best written.
    pub(super) fn of(row: &Compared) -> Scale {
        match row.unit() {
            "s" => Scale::Time,
            "share" => Scale::Number(0.01, " %", 1),
            _ => Scale::Number(1.0, "", 1),
        }
    }

    pub(super) fn value(&self, value: f64) -> String {
        match self {
            Scale::Time => times::plain(value),
            _ if value.is_infinite() => "never".to_owned(),
            Scale::Number(unit, name, decimals) => decimal(value / unit, *decimals) + name,
        }
    }

    /// A margin, with one more decimal than values.
    pub(super) fn margin(&self, margin: f64) -> String {
        match self {
            Scale::Time => times::plain(margin),
            Scale::Number(unit, name, decimals) => decimal(margin / unit, decimals + 1) + name,
        }
    }

    /// The difference with its interval, and as a share of A where that is meaningful; or the most common difference, where no more is known.
    pub(super) fn difference(&self, row: &Compared) -> String {
        let shown = self.absolute(row);
        let relative = row.difference.filter(|_| row.a != 0.0);
        match (self, relative) {
            (Scale::Number(_, " %", _), _) | (_, None) => shown,
            _ if is_zero(&shown) || (row.lo, row.hi) == (None, None) => shown,
            (_, Some(difference)) => format!("{shown}, {}", percent(difference / row.a)),
        }
    }

    /// The difference with its interval; or the most common difference, where no more is known.
    pub(super) fn absolute(&self, row: &Compared) -> String {
        let Some(difference) = row.mostly.map(|mostly| mostly.value).or(row.difference) else {
            return "-".to_owned();
        };
        if (difference, row.lo, row.hi) == (0.0, Some(0.0), Some(0.0)) {
            return "0".to_owned();
        }
        if (row.lo, row.hi) == (None, None) {
            let known = match (row.mostly, row.verdict.replications_to_decide()) {
                (Some(mostly), _) => differs_at_most(mostly.others_at_most),
                (None, Some(_)) => "no interval yet".to_owned(),
                (None, None) => "no interval, as it may be that it never comes".to_owned(),
            };
            return format!("{}, {known}", signed(self.bare(difference)));
        }
        let estimate = Estimate {
            value: difference,
            lo: row.lo,
            hi: row.hi,
        };
        signed(match self {
            Scale::Time => times::time(estimate),
            Scale::Number(unit, " %", decimals) => bracketed(estimate, *unit, *decimals, " points"),
            Scale::Number(unit, name, decimals) => plus_minus(estimate, *unit, *decimals, name),
        })
    }

    /// A difference without an interval.
    fn bare(&self, difference: f64) -> String {
        match self {
            Scale::Time => times::plain(difference),
            Scale::Number(unit, name, decimals) => {
                let name = name.replace(" %", " points");
                decimal(difference / unit, *decimals) + &name
            }
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
    let percent = relative * 100.0;
    let decimals = usize::from(percent.abs() < 100.0);
    signed(decimal(percent, decimals)) + " %"
}
