//! Numbers as files have them: without the dust of rounding, without a negative zero, and never longer than a reader can take.

use std::io;

use serde_json::ser::{Formatter, PrettyFormatter};

/// Significant digits: more than any estimate has, fewer than rounding errors reach.
const DIGITS: usize = 12;

/// Above this, whole numbers are no longer exact.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The number without rounding errors. Whole numbers keep all their digits; zero has no sign.
pub(super) fn rounded(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    if !x.is_finite() || x.fract() == 0.0 && x.abs() < WHOLE_MAX {
        return x;
    }
    let text = format!("{x:.*e}", DIGITS - 1);
    text.parse().expect("a bug: a formatted number is one")
}

/// The rounded number in the fewest digits that read back the same, with a power of ten where it is very small or large.
pub(super) fn text(x: f64) -> String {
    let x = rounded(x);
    match x.abs() {
        0.0 => "0".to_owned(),
        1e-5..1e16 => format!("{x}"),
        _ => format!("{x:e}"),
    }
}

/// Methods that [`PrettyFormatter`] has already.
macro_rules! as_in_pretty {
    ($($name:ident($($argument:ident: $type:ty)?),)+) => {
        $(fn $name<W: ?Sized + io::Write>(
            &mut self,
            writer: &mut W,
            $($argument: $type)?
        ) -> io::Result<()> {
            self.0.$name(writer, $($argument)?)
        })+
    };
}

/// Indented JSON whose numbers are [`rounded`].
#[derive(Default)]
pub(super) struct Rounded<'a>(PrettyFormatter<'a>);

impl Formatter for Rounded<'_> {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.0.write_f64(writer, rounded(value))
    }

    as_in_pretty! {
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        begin_object_value(),
        end_object_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_errors_do_not_reach_files() {
        assert_eq!(text(0.1044000000000006), "0.1044");
        assert_eq!(text(0.1 + 0.2), "0.3");
        assert_eq!(text(-0.0), "0");
        assert_eq!(rounded(-0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(text(1.0 / 3.0), "0.333333333333");
    }

    #[test]
    fn small_probabilities_are_short() {
        assert_eq!(text(3.4e-60), "3.4e-60");
        assert_eq!(text(2.9e-7 / 3.0), "9.66666666667e-8");
        assert_eq!(text(0.000_123), "0.000123");
    }

    #[test]
    fn whole_numbers_and_milliseconds_keep_their_digits() {
        assert_eq!(text(123_456_789_012_345.0), "123456789012345");
        assert_eq!(text(86_399.999), "86399.999");
        assert_eq!(text(5.0), "5");
    }
}
