//! Ticks of a logarithmic axis: round values a ratio apart.

use super::quantity::Quantity;
use super::scale::{Range, Scale};
use super::tick_labels::{Tick, label};
use super::ticks::{DAY, HOUR, MIN, inside};

/// Times between a second and a hundred days that people name, from many to few: a unit [s] and its multiples.
const TIMES: [[(f64, &[f64]); 4]; 3] = [
    [
        (1.0, &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0]),
        (MIN, &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0]),
        (HOUR, &[1.0, 2.0, 3.0, 6.0, 12.0]),
        (DAY, &[1.0, 2.0, 5.0, 10.0, 30.0]),
    ],
    [
        (1.0, &[1.0, 5.0, 20.0]),
        (MIN, &[1.0, 5.0, 20.0]),
        (HOUR, &[1.0, 5.0]),
        (DAY, &[1.0, 5.0, 20.0]),
    ],
    [
        (1.0, &[1.0, 10.0]),
        (MIN, &[1.0, 10.0]),
        (HOUR, &[1.0, 6.0]),
        (DAY, &[1.0, 7.0, 30.0]),
    ],
];

/// At most `max` ticks within a logarithmic `range`.
pub(super) fn logarithmic(range: Range, quantity: Quantity, max: usize) -> Vec<Tick> {
    let candidates = candidates(quantity).map(|values| within(values, range));
    let [.., fewest] = &candidates;
    let values = candidates.iter().find(|c| c.len() <= max).unwrap_or(fewest);
    if values.len() < 4 && range.hi < 10.0 * range.lo {
        return within_a_decade(range, quantity, max);
    }
    let every = values.len().div_ceil(max.max(2)).max(1);
    let ticks = values.iter().step_by(every).map(|&value| Tick {
        value,
        label: label(value, value.min(1.0), quantity),
    });
    ticks.collect()
}

/// Values that people name, from many to few.
fn candidates(quantity: Quantity) -> [Vec<f64>; 3] {
    match quantity {
        Quantity::Duration => TIMES.map(named_times),
        _ => [&[1.0, 2.0, 5.0][..], &[1.0, 5.0], &[1.0]].map(|m| decades(m, -15..16)),
    }
}

/// A logarithmic `range` that ends at ticks, of which there are at most `max`; as it is if that takes too many.
pub(super) fn rounded_out(range: Range, quantity: Quantity, max: usize) -> Range {
    let rounded = candidates(quantity).into_iter().map(|values| {
        let below = values.iter().rev().find(|v| **v <= range.lo * 1.000_001);
        let above = values.iter().find(|v| **v >= range.hi * 0.999_999);
        let (lo, hi) = (*below.unwrap_or(&range.lo), *above.unwrap_or(&range.hi));
        Range { lo, hi, ..range }
    });
    let mut fitting = rounded.filter(|wide| {
        let ticks = logarithmic(*wide, quantity, max);
        let [first, .., last] = &ticks[..] else {
            return false;
        };
        let ends = first.value <= wide.lo * 1.000_001 && last.value >= wide.hi * 0.999_999;
        ends && wide.hi <= range.hi * 3.0 && wide.lo >= range.lo / 3.0
    });
    fitting.next().unwrap_or(range)
}

/// Named times with decades of seconds below and decades of days above.
fn named_times(times: [(f64, &[f64]); 4]) -> Vec<f64> {
    let named = times
        .into_iter()
        .flat_map(|(unit, multiples)| multiples.iter().map(move |n| n * unit));
    let below = decades(&[1.0], -15..0).into_iter();
    let above = decades(&[1.0], 2..11).into_iter().map(|days| days * DAY);
    below.chain(named).chain(above).collect()
}

fn decades(mantissas: &[f64], exponents: std::ops::Range<i32>) -> Vec<f64> {
    exponents
        .map(|k| format!("1e{k}").parse::<f64>().unwrap_or(1.0))
        .flat_map(|power| mantissas.iter().map(move |m| m * power))
        .collect()
}

fn within(mut values: Vec<f64>, range: Range) -> Vec<f64> {
    values.retain(|v| *v >= range.lo * 0.999_999 && *v <= range.hi * 1.000_001);
    values
}

/// The ticks of a linear axis, less those that crowd at the high end.
fn within_a_decade(range: Range, quantity: Quantity, max: usize) -> Vec<Tick> {
    let plain = Range {
        scale: Scale::Linear,
        ..range
    };
    let mut kept: Vec<Tick> = vec![];
    for tick in inside(plain, quantity, max) {
        let place = range.position(tick.value);
        if kept
            .last()
            .is_none_or(|last| place - range.position(last.value) > 0.8 / max as f64)
        {
            kept.push(tick);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lo: f64, hi: f64, quantity: Quantity) -> Vec<String> {
        let range = Range {
            lo,
            hi,
            scale: Scale::Log,
        };
        logarithmic(range, quantity, 9)
            .into_iter()
            .map(|t| t.label)
            .collect()
    }

    #[test]
    fn seconds_to_a_month_are_times_people_name() {
        assert_eq!(
            labels(3.0, 2_592_000.0, Quantity::Duration),
            [
                "10 s", "1 min", "10 min", "1 h", "6 h", "1 d", "7 d", "30 d"
            ]
        );
    }

    #[test]
    fn a_narrow_range_falls_back_to_linear_ticks() {
        let ticks = labels(9400.0, 28_000.0, Quantity::Duration);
        assert!(
            (3..=9).contains(&ticks.len()) && ticks.contains(&"4 h".to_owned()),
            "{ticks:?}"
        );
    }

    #[test]
    fn a_range_ends_at_ticks_where_that_takes_few() {
        let range = |lo, hi| Range {
            lo,
            hi,
            scale: Scale::Log,
        };
        let wide = rounded_out(range(23.0, 1994.0), Quantity::Count, 7);
        assert_eq!((wide.lo, wide.hi), (20.0, 2000.0));
        let wide = rounded_out(range(700.0, 40_000.0), Quantity::Duration, 9);
        assert_eq!((wide.lo, wide.hi), (600.0, 43_200.0));
        let narrow = rounded_out(range(1.1, 1.9), Quantity::Number, 7);
        assert_eq!((narrow.lo, narrow.hi), (1.0, 2.0));
    }

    #[test]
    fn decades_keep_their_decimals() {
        let expected = ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"];
        assert_eq!(labels(0.02, 5.0, Quantity::Number), expected);
    }
}
