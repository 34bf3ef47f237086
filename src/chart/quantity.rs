//! What a number on a chart stands for, and how people write it.

/// What an axis, a bar or a cell measures. Decides ticks, number format and the unit in the axis label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A duration in seconds, written as `30 min`, `1 h 30`, `2 d`.
    Duration,
    /// A number of things; the axis label names them. Thousands are separated: `1,000`.
    Count,
    /// A share from 0 to 1, written in percent.
    Share,
    /// A plain number; the axis label names its unit.
    Number,
}

/// Whether charts can show `value`: finite, and small enough that sums and differences stay finite.
pub(super) fn is_shown(value: f64) -> bool {
    value.is_finite() && value.abs() <= 1e15
}

impl Quantity {
    /// A single value as written beside a bar or in a cell: about three significant digits.
    pub fn value(self, value: f64) -> String {
        if !is_shown(value) {
            return "n/a".to_owned();
        }
        match self {
            Quantity::Duration if value < 0.0 => format!("−{}", duration(-value)),
            Quantity::Duration => duration(value),
            Quantity::Share => share(value),
            Quantity::Count if value.abs() >= 1.0 && value.fract() != 0.0 => {
                fixed(value, usize::from(value.abs() < 100.0))
            }
            Quantity::Count | Quantity::Number => number(value),
        }
    }
}

/// `value` with `decimals` decimals and thousands separators.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let digits = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out = String::new();
    if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Three significant digits below 1,000, whole numbers above.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 {
        return fixed(value, 0);
    }
    if size < 1e-4 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let decimals = match size {
        100.0.. => 0,
        10.0.. => 1,
        _ => {
            let mut bounds = std::iter::successors(Some(1.0), |bound| Some(bound / 10.0)).take(5);
            2 + bounds.position(|bound| size >= bound).unwrap_or(5)
        }
    };
    trim_zeros(&fixed(value, decimals))
}

fn trim_zeros(digits: &str) -> String {
    match digits.split_once('.') {
        Some((whole, fraction)) if fraction.trim_end_matches('0').is_empty() => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.trim_end_matches('0')),
        None => digits.to_owned(),
    }
}

/// Percent; a share that is not quite 0 or 1 never reads as 0% or 100%.
fn share(value: f64) -> String {
    let percent = value * 100.0;
    if percent > 0.0 && percent < 0.01 {
        "<0.01 %".to_owned()
    } else if percent > 99.9 && percent < 100.0 {
        ">99.9 %".to_owned()
    } else if percent.abs() < 1.0 {
        format!("{} %", trim_zeros(&fixed(percent, 2)))
    } else {
        format!("{} %", trim_zeros(&fixed(percent, 1)))
    }
}

/// Two neighbouring units at most: `3.2 s`, `12 min`, `1 h 05`, `2.3 d`.
fn duration(seconds: f64) -> String {
    const MIN: f64 = 60.0;
    const HOUR: f64 = 3600.0;
    const DAY: f64 = 86_400.0;
    if seconds == 0.0 {
        "0".to_owned()
    } else if seconds < 59.95 {
        format!("{} s", number((seconds * 10.0).round() / 10.0))
    } else if seconds < 59.95 * MIN {
        format!("{} min", number(rounded(seconds / MIN)))
    } else if seconds < 23.99 * HOUR {
        let minutes = (seconds / MIN).round();
        let (hours, rest) = ((minutes / 60.0).floor(), minutes % 60.0);
        if rest == 0.0 {
            format!("{hours} h")
        } else {
            format!("{hours} h {rest:02}")
        }
    } else {
        format!("{} d", number(rounded(seconds / DAY)))
    }
}

fn rounded(value: f64) -> f64 {
    if value < 10.0 {
        (value * 10.0).round() / 10.0
    } else {
        value.round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_use_the_units_people_say() {
        let says = |s: f64| Quantity::Duration.value(s);
        assert_eq!(
            [
                0.0,
                3.0,
                59.99,
                90.0,
                3599.9,
                3900.0,
                7200.0,
                86_399.0,
                200_000.0,
                2_592_000.0
            ]
            .map(says),
            [
                "0", "3 s", "1 min", "1.5 min", "1 h", "1 h 05", "2 h", "1 d", "2.3 d", "30 d"
            ]
        );
    }

    #[test]
    fn counts_separate_thousands_and_means_keep_a_decimal() {
        let says = |v: f64| Quantity::Count.value(v);
        assert_eq!(
            [0.0, 7.0, 12.34, 999.6, 10_000_000.0, -1234.0].map(says),
            ["0", "7", "12.3", "1,000", "10,000,000", "−1,234"]
        );
    }

    #[test]
    fn an_almost_certain_share_does_not_read_as_certain() {
        let says = |v: f64| Quantity::Share.value(v);
        assert_eq!(
            [0.0, 0.00001, 0.0042, 0.125, 0.99996, 1.0].map(says),
            ["0 %", "<0.01 %", "0.42 %", "12.5 %", ">99.9 %", "100 %"]
        );
    }

    #[test]
    fn numbers_keep_three_digits() {
        let says = |v: f64| Quantity::Number.value(v);
        assert_eq!(
            [0.012345, 1.5, 23.456, 1234.5].map(says),
            ["0.0123", "1.5", "23.5", "1,234"]
        );
        assert_eq!(Quantity::Number.value(f64::NAN), "n/a");
    }
}
