//! Where an axis has its ticks: at values people would choose by hand.
//!
//! Decimal quantities step by 1, 2 or 5 times a power of ten; durations by the units of the clock and the calendar.
//! Of all steps the finest that stays within the wanted number of ticks wins.

use super::frame::TICK_FONT;
use super::quantity::Quantity;
use super::scale::{Range, Scale};
use super::tick_labels::{Tick, labelled};

pub(super) const MIN: f64 = 60.0;
pub(super) const HOUR: f64 = 60.0 * MIN;
pub(super) const DAY: f64 = 24.0 * HOUR;

/// Steps for durations of a second and more: a unit [s] and its multiples.
const DURATION_STEPS: [(f64, &[f64]); 4] = [
    (1.0, &[1.0, 2.0, 5.0, 10.0, 15.0, 30.0]),
    (MIN, &[1.0, 2.0, 5.0, 10.0, 15.0, 30.0]),
    (HOUR, &[1.0, 2.0, 3.0, 6.0, 12.0]),
    (
        DAY,
        &[1.0, 2.0, 7.0, 14.0, 30.0, 60.0, 180.0, 365.0, 730.0, 1825.0],
    ),
];

/// Ticks inside `range`, at most `max` of them (and at least two steps apart where the values allow).
pub(super) fn inside(range: Range, quantity: Quantity, max: usize) -> Vec<Tick> {
    if range.scale == Scale::Log {
        return super::log_ticks::logarithmic(range, quantity, max);
    }
    let max = max.max(2);
    let mut best = None;
    for step in steps(quantity, (range.hi - range.lo) / 64.0) {
        let n = multiples(range, step).len();
        if n < 2 && best.is_some() {
            break;
        }
        best = Some(step);
        // A coarse next step (2 d to 7 d) may leave too few: then a few ticks too many are the lesser evil.
        if n <= max && n >= 2
            || n <= 9 && n > max && multiples(range, next(quantity, step)).len() < 3 && max > 4
        {
            break;
        }
    }
    best.map_or(vec![], |step| {
        labelled(&multiples(range, step), step, quantity)
    })
}

/// The most ticks inside `range` whose labels stay apart along `room` pixels.
pub(super) fn fitting(room: f64, range: Range, quantity: Quantity) -> Vec<Tick> {
    as_wide_as("", room, range, quantity)
}

/// As [`fitting`], where each label also has room for a `text`.
pub(super) fn as_wide_as(text: &str, room: f64, range: Range, quantity: Quantity) -> Vec<Tick> {
    let least = TICK_FONT.width(text);
    for max in (2..=9).rev() {
        let ticks = inside(range, quantity, max);
        let mut neighbours = ticks.windows(2);
        if neighbours.all(|pair| are_apart(&pair[0], &pair[1], range, room, least)) {
            return with_ends(ticks, range, quantity, |a, b| {
                are_apart(a, b, range, room, least)
            });
        }
    }
    inside(range, quantity, 2).into_iter().take(1).collect()
}

/// The ticks of a logarithmic axis with those of its ends, where these are apart from the others.
fn with_ends(
    mut ticks: Vec<Tick>,
    range: Range,
    quantity: Quantity,
    are_apart: impl Fn(&Tick, &Tick) -> bool,
) -> Vec<Tick> {
    if range.scale == Scale::Linear {
        return ticks;
    }
    let all = inside(range, quantity, usize::MAX);
    if let Some(last) = all.last()
        && ticks.last().is_some_and(|tick| are_apart(tick, last))
    {
        ticks.push(last.clone());
    }
    if let Some(first) = all.first()
        && ticks.first().is_some_and(|tick| are_apart(first, tick))
    {
        ticks.insert(0, first.clone());
    }
    ticks
}

fn are_apart(tick: &Tick, next: &Tick, range: Range, room: f64, least: f64) -> bool {
    let [at, to] = [tick, next].map(|tick| range.position(tick.value) * room);
    let [half, other] = [tick, next].map(|tick| TICK_FONT.width(&tick.label).max(least) / 2.0);
    to - at >= half + other + 14.0
}

/// The range widened to whole steps, for axes that should end at a tick, with its ticks.
pub(super) fn widened(range: Range, quantity: Quantity, max: usize) -> (Range, Vec<Tick>) {
    if range.scale == Scale::Log {
        let wide = super::log_ticks::rounded_out(range, quantity, max);
        return (wide, inside(wide, quantity, max));
    }
    for step in steps(quantity, (range.hi - range.lo) / 64.0) {
        // A small tolerance, so that 0.30000000000000004 does not need one more step.
        let lo = (range.lo / step + 1e-9).floor() * step;
        let hi = (range.hi / step - 1e-9).ceil() * step;
        if (hi - lo) / step < max as f64 - 0.5 {
            let wide = Range {
                lo,
                hi,
                scale: Scale::Linear,
            };
            return (wide, labelled(&multiples(wide, step), step, quantity));
        }
    }
    (range, inside(range, quantity, max))
}

fn steps(quantity: Quantity, finest: f64) -> Vec<f64> {
    let mut power = 1e-15;
    while power * 10.0 <= finest {
        power *= 10.0;
    }
    let decimal = (0..).map(|i| decimal_step(power, i)).take(16);
    match quantity {
        Quantity::Duration if finest < 1e7 => {
            let long = DURATION_STEPS
                .iter()
                .flat_map(|(unit, multiples)| multiples.iter().map(move |n| n * unit));
            let short = decimal.filter(|&s| s < 0.6);
            short.chain(long.filter(|&s| s >= finest)).collect()
        }
        Quantity::Count => decimal.filter(|&s| s > 0.9).collect(),
        _ => decimal.collect(),
    }
}

/// 1, 2, 5, 10, 20, ... times `power`, rounded to the decimal number it stands for.
fn decimal_step(power: f64, i: usize) -> f64 {
    let mut step = power * [1.0, 2.0, 5.0][i % 3];
    for _ in 0..i / 3 {
        step *= 10.0;
    }
    format!("{step:.0e}").parse().unwrap_or(step)
}

fn next(quantity: Quantity, step: f64) -> f64 {
    steps(quantity, step)
        .into_iter()
        .find(|&s| s > step * 1.001)
        .unwrap_or(step)
}

fn multiples(range: Range, step: f64) -> Vec<f64> {
    let first = (range.lo / step - 1e-6).ceil();
    let last = (range.hi / step + 1e-6).floor();
    let n = (last - first + 1.0).clamp(0.0, 1000.0) as usize;
    (0..n).map(|i| (first + i as f64) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Quantity; 4] = [
        Quantity::Duration,
        Quantity::Count,
        Quantity::Share,
        Quantity::Number,
    ];

    fn range(lo: f64, hi: f64) -> Range {
        Range {
            lo,
            hi,
            scale: Scale::Linear,
        }
    }

    fn labels(hi: f64, quantity: Quantity) -> Vec<String> {
        inside(range(0.0, hi), quantity, 7)
            .into_iter()
            .map(|t| t.label)
            .collect()
    }

    #[test]
    fn every_range_gets_three_to_nine_ticks() {
        let mut hi = 0.37;
        while hi < 1e9 {
            for quantity in ALL {
                let hi = if quantity == Quantity::Count {
                    hi + 2.0
                } else {
                    hi
                };
                for max in 5..=9 {
                    let n = inside(range(0.0, hi), quantity, max).len();
                    assert!(
                        (3..=9).contains(&n),
                        "{n} ticks, {quantity:?} 0..{hi}, at most {max}"
                    );
                }
            }
            hi *= 1.07;
        }
    }

    #[test]
    fn a_widened_range_begins_and_ends_at_a_tick() {
        let mut hi = 0.37;
        while hi < 1e9 {
            for quantity in ALL {
                let (wide, ticks) = widened(range(0.0, hi), quantity, 7);
                let last = ticks[ticks.len() - 1].value;
                assert!(wide.hi >= hi && last == wide.hi, "{hi} {wide:?} {ticks:?}");
                assert!(
                    (2..=7).contains(&ticks.len()),
                    "{quantity:?} {hi} {ticks:?}"
                );
            }
            hi *= 1.07;
        }
    }

    #[test]
    fn durations_step_by_the_clock_and_the_calendar() {
        assert_eq!(
            labels(3.0, Quantity::Duration),
            ["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s", "3.0 s"]
        );
        assert_eq!(
            labels(50.0, Quantity::Duration),
            ["0", "10 s", "20 s", "30 s", "40 s", "50 s"]
        );
        assert_eq!(
            labels(7200.0, Quantity::Duration),
            ["0", "30 min", "1 h", "1 h 30", "2 h"]
        );
        assert_eq!(
            labels(30.0 * 3600.0, Quantity::Duration),
            ["0", "6 h", "12 h", "18 h", "1 d", "1 d 6 h"]
        );
        assert_eq!(
            labels(30.0 * 86_400.0, Quantity::Duration),
            ["0", "7 d", "14 d", "21 d", "28 d"]
        );
    }

    #[test]
    fn counts_are_whole_and_shares_are_percent() {
        assert_eq!(labels(2.0, Quantity::Count), ["0", "1", "2"]);
        assert_eq!(labels(10_000_000.0, Quantity::Count)[1], "2,000,000");
        assert_eq!(
            labels(1.0, Quantity::Share),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        assert_eq!(
            labels(0.003, Quantity::Share),
            [
                "0.00 %", "0.05 %", "0.10 %", "0.15 %", "0.20 %", "0.25 %", "0.30 %"
            ]
        );
    }
}
