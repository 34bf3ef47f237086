//! Numbers and quantities as tables have them: with a decimal comma, with a unit in the cell, as a time on a clock.
//!
//! What may be read in two ways is refused with how to write it: a wrong number is worse than none.

use crate::units::{Quantity, UnitError};

/// How the numbers of a column are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Decimals {
    /// Some cell has a comma that can only be a decimal one.
    comma: bool,
    point: bool,
}

impl Decimals {
    /// What the cells of a column show.
    pub(super) fn of<'c>(cells: impl Iterator<Item = &'c str>) -> Decimals {
        cells.fold(Decimals::default(), |decimals, cell| {
            let number = split(cell).0;
            let behind = number.split_once(',').map(|(_, behind)| behind.len());
            Decimals {
                comma: decimals.comma || behind.is_some_and(|digits| digits != 3),
                point: decimals.point || number.contains('.'),
            }
        })
    }

    /// A cell with a point in the place of a decimal comma.
    fn with_point(self, cell: &str) -> Result<String, UnitError> {
        let (number, rest) = split(cell);
        let marks = number
            .matches([',', '.', '\'', '\u{a0}', '\u{202f}', ' ', '_'])
            .count();
        let refused = |problem: String, help: String| Err(UnitError { problem, help });
        match number.split_once(',') {
            _ if marks > 1 || marks == 1 && !number.contains([',', '.']) => refused(
                format!("`{cell}` has a thousands separator"),
                "write the number without it, with a point for decimals: 1234.5".to_owned(),
            ),
            Some((whole, behind)) if behind.len() == 3 && !self.comma => refused(
                format!("`{cell}` may be {whole}{behind} or {whole}.{behind}"),
                "write the number without a thousands separator, with a point for decimals"
                    .to_owned(),
            ),
            Some(_) if self.point => refused(
                format!("`{cell}` has a decimal comma, and other cells of its column have a point"),
                "write all numbers of a column in one way".to_owned(),
            ),
            Some((whole, behind)) => Ok(format!("{whole}.{behind}{rest}")),
            None => Ok(cell.to_owned()),
        }
    }

    /// A number without a unit.
    pub(super) fn number(self, cell: &str) -> Option<f64> {
        self.with_point(cell).ok()?.trim().parse().ok()
    }

    /// A quantity in its base unit; `unit` is the one that counts where the cell has none, empty if there is none.
    ///
    /// # Errors
    /// What is wrong, and how to mend it.
    pub(super) fn quantity(
        self,
        cell: &str,
        unit: &str,
        quantity: Quantity,
    ) -> Result<f64, UnitError> {
        if quantity == Quantity::Duration && cell.contains(':') {
            return clock_ms(cell);
        }
        let text = self.with_point(cell)?;
        let (number, rest) = split(&text);
        let Some(value) = number.parse::<f64>().ok().filter(|value| value.is_finite()) else {
            return Err(UnitError {
                problem: format!("`{cell}` is not a finite number that is zero or more"),
                help: quantity.example().to_owned(),
            });
        };
        if rest.contains(|c: char| c.is_ascii_digit()) {
            return quantity.parse(&text);
        }
        let (own, unit) = (singular(rest), singular(unit));
        let unit = match (own.is_empty(), unit.is_empty()) {
            (true, true) => {
                return Err(UnitError {
                    problem: format!("`{cell}` has no unit"),
                    help: format!(
                        "name it in a column `unit`, or beside the file, as in unit = \"{}\"",
                        example_of(quantity)
                    ),
                });
            }
            (false, false) if own != unit => {
                return Err(UnitError {
                    problem: format!(
                        "`{cell}` has a unit of its own, and its unit is said to be `{unit}`"
                    ),
                    help: "leave one of them out".to_owned(),
                });
            }
            (true, _) => unit,
            (false, _) => own,
        };
        if unit.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(UnitError {
                problem: format!("`{unit}` is not a unit of {}", quantity.name()),
                help: "where commas separate fields, decimals have a point: write 12.5, or separate fields by semicolons".to_owned(),
            });
        }
        Ok(value * quantity.known_unit(&unit)?)
    }
}

/// `Mbits/s` says no less than `Mbit/s`.
fn singular(unit: &str) -> String {
    unit.trim().replace("bits", "bit")
}

fn example_of(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Duration => "s",
        Quantity::Size => "MB",
        Quantity::Rate => "Mbit/s",
    }
}

/// What a cell has of a number, and what follows.
fn split(cell: &str) -> (&str, &str) {
    let is_mark = |c: char| matches!(c, ',' | '.' | '\'' | '_' | ' ' | '\u{a0}' | '\u{202f}');
    let cell = cell.trim();
    let end = cell
        .find(|c: char| !c.is_ascii_digit() && !is_mark(c))
        .unwrap_or(cell.len());
    // What stands before the unit is not a mark between digits.
    let number = cell[..end].trim_end_matches(|c: char| is_mark(c) && c != '.' && c != ',');
    let number = &cell[..number.len() + exponent(&cell[number.len()..])];
    (number, &cell[number.len()..])
}

/// The length of the exponent that a text begins with, as in `1e-05`.
fn exponent(text: &str) -> usize {
    let Some(power) = text.strip_prefix(['e', 'E']) else {
        return 0;
    };
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    let n = digits.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 {
        0
    } else {
        text.len() - digits.len() + n
    }
}

/// A time as a clock shows it, hours first [ms].
fn clock_ms(cell: &str) -> Result<f64, UnitError> {
    let refused = |problem: String| {
        Err(UnitError {
            problem,
            help: "write hours, minutes and seconds, as in 0:04:12, or a duration, as in 4min 12s"
                .to_owned(),
        })
    };
    let parts: Vec<&str> = cell.trim().split(':').collect();
    let [hours, minutes, seconds] = parts[..] else {
        return refused(format!(
            "`{cell}` may be hours and minutes, or minutes and seconds"
        ));
    };
    let whole = |text: &str, most: u64| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|n: &u64| digits && *n <= most)
    };
    let seconds: Option<f64> = Some(seconds)
        .filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
        .and_then(|text| text.replace(',', ".").parse().ok())
        .filter(|s| (0.0..60.0).contains(s));
    match (whole(hours, 1_000_000), whole(minutes, 59), seconds) {
        (Some(hours), Some(minutes), Some(seconds)) => {
            Ok((hours * 3600 + minutes * 60) as f64 * 1e3 + seconds * 1e3)
        }
        _ => refused(format!(
            "`{cell}` is not a time in hours, minutes and seconds"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(column: &[&str], unit: &str, quantity: Quantity) -> Vec<Result<f64, String>> {
        let decimals = Decimals::of(column.iter().copied());
        let read = |cell: &&str| {
            decimals
                .quantity(cell, unit, quantity)
                .map_err(|error| error.problem)
        };
        column.iter().map(read).collect()
    }

    #[test]
    fn cells_are_read_as_tools_write_them() {
        let rates = |column: &[&str], unit| read(column, unit, Quantity::Rate);
        assert_eq!(
            rates(&["40.25 Mbits/s", "5 kB/s"], ""),
            [Ok(40.25e6), Ok(40e3)]
        );
        assert_eq!(
            rates(&["12,5", "8,125", "3"], "Mbit/s"),
            [Ok(12.5e6), Ok(8.125e6), Ok(3e6)]
        );
        assert_eq!(rates(&["12,5 Mbit/s"], "Mbits/s"), [Ok(12.5e6)]);
        assert_eq!(rates(&["1e3"], "bit/s"), [Ok(1e3)]);
        let durations = |column: &[&str], unit| read(column, unit, Quantity::Duration);
        assert_eq!(durations(&["4min 12s", "5min"], ""), [Ok(252e3), Ok(300e3)]);
        assert_eq!(
            durations(&["0:04:12", "26:00:00.5"], ""),
            [Ok(252e3), Ok(93_600_500.0)]
        );
        assert_eq!(durations(&["1,5"], "h"), [Ok(5_400e3)]);
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_refused() {
        for (column, unit) in [
            (&["1,234"][..], "Mbit/s"),
            (&["1,234,567"], "Mbit/s"),
            (&["1.234,5"], "Mbit/s"),
            (&["1 234"], "Mbit/s"),
            (&["1'234"], "Mbit/s"),
            (&["1,5", "2.5"], "Mbit/s"),
            (&["5 Mbit/s"], "kbit/s"),
            (&["5"], ""),
            (&["-5"], "Mbit/s"),
            (&["nan"], "Mbit/s"),
            (&[""], "Mbit/s"),
        ] {
            let read = read(column, unit, Quantity::Rate);
            assert!(read.iter().any(Result::is_err), "{column:?}: {read:?}");
        }
        for cell in [
            "04:12", "0:61:00", "0:00:60", "-1:00:00", "0:1:2:3", "a:00:00",
        ] {
            assert!(read(&[cell], "", Quantity::Duration)[0].is_err(), "{cell}");
        }
    }
}
