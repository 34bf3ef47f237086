//! Estimates as people read them: with their intervals and units.
//!
//! One form everywhere: `value ± half-width` where an interval reaches about equally far to both sides, `value [lo, hi]` where it does
//! not, and always for proportions. Two significant digits of the half-width are kept, and the value ends at the same
//! place; ends are rounded outwards, so that what is written holds what was found. [`times`](super::times) says how times are rounded. An end that the replications do not show is `?`; without either end there is no interval. A bare number is certain by construction.

use crate::stats::{Estimate, Interval};
use crate::study::MetricSummary;
use crate::theory::{ExactTail, Exactness};
use crate::units::{chance, decimal, share};

/// An interval whose longer side is at most this many times the shorter is written with a half-width: the longer side.
const NEARLY_EVEN: f64 = 1.25;

/// An interval narrower than this share of its value is no interval: only rounding errors keep its ends apart.
const DUST: f64 = 1e-9;

/// The places after the point that a half-width needs for two significant digits.
pub(super) fn decimals_of(half_width: f64) -> usize {
    // Formatting rounds first: 0.0996 has 0.10 as its two digits.
    let text = format!("{half_width:.1e}");
    let exponent = text
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    exponent.map_or(0, |exponent| usize::try_from(1 - exponent).unwrap_or(0))
}

/// An estimate divided by `scale`, with its interval and unit; with `decimals` where no interval says how many are meaningful. A
/// dash for what no replication has.
pub(super) fn plus_minus(estimate: Estimate, scale: f64, decimals: usize, unit: &str) -> String {
    if estimate.value.is_nan() {
        return "-".to_owned();
    }
    let value = estimate.value / scale;
    let (Some(lo), Some(hi)) = (estimate.lo, estimate.hi) else {
        return bracketed(estimate, scale, decimals, unit);
    };
    if hi - lo <= DUST * estimate.value.abs() {
        let decimals = if value.fract() == 0.0 { 0 } else { decimals };
        return format!("{}{unit}", decimal(value, decimals));
    }
    let (below, above) = (value - lo / scale, hi / scale - value);
    let (shorter, longer) = (below.min(above), below.max(above));
    if longer > NEARLY_EVEN * shorter || !longer.is_finite() {
        return bracketed(estimate, scale, decimals, unit);
    }
    let decimals = decimals_of(longer);
    let written = format!("{value:.decimals$}");
    let written: f64 = written.parse().expect("a bug: a formatted number is one");
    let half_width = (written - lo / scale).max(hi / scale - written);
    let half_width = decimal(up(half_width, decimals), decimals);
    format!("{} ± {half_width}{unit}", decimal(value, decimals))
}

/// The least number with so many places after the point that is not below `x`, but for rounding errors.
fn up(x: f64, decimals: usize) -> f64 {
    let one: f64 = std::iter::repeat_n(10.0, decimals).product();
    let steps = x * one;
    (steps - DUST * steps.abs().max(1.0)).ceil() / one
}

/// The greatest number with so many places after the point that is not above `x`, but for rounding errors.
fn down(x: f64, decimals: usize) -> f64 {
    -up(-x, decimals)
}

/// As [`plus_minus`], but always with both ends of the interval; a time that never comes is "never".
pub(super) fn bracketed(estimate: Estimate, scale: f64, decimals: usize, unit: &str) -> String {
    let value = estimate.value / scale;
    let [lo, hi] = [estimate.lo, estimate.hi].map(|end| end.map(|end| end / scale));
    if value.is_infinite() {
        return "never".to_owned();
    }
    if (lo, hi) == (None, None) {
        return format!("{}{unit}, no interval", decimal(value, decimals));
    }
    let half_width = match (lo, hi) {
        (Some(lo), Some(hi)) if hi.is_finite() => (hi - lo) / 2.0,
        (Some(lo), _) => value - lo,
        (None, Some(hi)) if hi.is_finite() => hi - value,
        (None, _) => 0.0,
    };
    let decimals = if half_width > DUST * value.abs() {
        decimals_of(half_width)
    } else {
        decimals
    };
    let lo = end(lo, decimals, down);
    let hi = end(hi, decimals, up);
    format!("{}{unit} [{lo}, {hi}]", decimal(value, decimals))
}

/// An end of an interval, rounded outwards.
fn end(end: Option<f64>, decimals: usize, outwards: fn(f64, usize) -> f64) -> String {
    match end {
        Some(end) if end.is_finite() => decimal(outwards(end, decimals), decimals),
        Some(_) => "never".to_owned(),
        None => "?".to_owned(),
    }
}

/// A mean number of robots with its interval and its share of the fleet.
pub(super) fn mean_robots(summary: &MetricSummary, n: f64) -> String {
    let mean = summary.get("mean");
    let shown = plus_minus(mean, 1.0, 1, "");
    format!("{shown}, {}", found_share(mean.value / n))
}

/// A share that was found, in percent: none and all are said of nothing else.
pub(super) fn found_share(part: f64) -> String {
    /// Less is not told apart.
    const LEAST: f64 = 1e-3;
    match part {
        _ if 0.0 < part && part < LEAST => format!("< {}", share(LEAST, 1)),
        _ if 1.0 - LEAST < part && part < 1.0 => format!("> {}", share(1.0 - LEAST, 1)),
        _ => share(part, 1),
    }
}

/// A proportion with its interval, in percent.
pub(super) fn proportion(estimate: Estimate) -> String {
    /// What is known to be less is not told apart.
    const LEAST: f64 = 1e-4;
    match estimate {
        Estimate {
            value,
            hi: Some(hi),
            ..
        } if 0.0 < value && hi < LEAST => {
            format!("< {}", share(LEAST, 2))
        }
        Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        } if lo == hi => found_share(value),
        _ => bracketed(estimate, 0.01, 1, " %"),
    }
}

/// The computed value beside a proportion, if there is one.
pub(super) fn exactly(exactness: &Exactness) -> String {
    let Ok(ExactTail { value, interval }) = exactness else {
        return String::new();
    };
    match interval {
        None => format!(", {}", exact_probability(*value)),
        Some(Interval { lo, hi }) => {
            let [value, lo, hi] = [value, lo, hi].map(|p| probability(*p));
            format!(", computed {value} [{lo}, {hi}]")
        }
    }
}

/// A probability that was computed, "exactly" where it is what is written.
pub(super) fn exact_probability(p: f64) -> String {
    match probability(p) {
        bound if bound.starts_with(|first: char| !first.is_ascii_digit()) => bound,
        whole if is_whole(1e4 * p) && !whole.starts_with("1 in") => format!("exactly {whole}"),
        rounded => format!("computed {rounded}"),
    }
}

/// A number of robots that was computed, "exactly" where it is what is written.
pub(super) fn exact_robots(n: f64) -> String {
    let how = if is_whole(10.0 * n) {
        "exactly"
    } else {
        "computed"
    };
    format!("{how} {}", decimal(n, 1))
}

/// Whether only rounding errors keep a number from being whole.
fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() <= DUST * x.abs()
}

/// A probability, none and all said of nothing else.
pub(super) fn probability(p: f64) -> String {
    /// Above this it would be rounded to 100 %.
    const NEARLY_SURE: f64 = 0.99995;
    match p {
        NEARLY_SURE.. => format!("over {}", share(0.9999, 2)),
        _ => chance(p),
    }
}

/// The largest unit in which a size [bytes] is at least one.
pub(super) fn size_unit(bytes: f64) -> (f64, &'static str) {
    let units = [(1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB")];
    units
        .into_iter()
        .find(|(unit, _)| bytes >= *unit)
        .unwrap_or((1.0, " B"))
}

/// What is known where most rollouts have one value, which stands before it, and nothing bounds the others.
pub(super) fn differs_at_most(others: f64) -> String {
    format!("differs in at most {} of rollouts", share(up(others, 3), 1))
}

/// Estimates of all sizes, with even and uneven intervals of all widths.
#[cfg(test)]
pub(super) fn many_estimates() -> impl Iterator<Item = Estimate> {
    let power = |part: f64| f64::from(1_u32 << (24.0 * part) as u32);
    (1..20_000).map(move |i| {
        // Multiples of irrational numbers fill a cube evenly, modulo one.
        let parts = [2.0, 3.0, 5.0, 7.0].map(|n: f64| (f64::from(i) * n.sqrt()).fract());
        let [size, digits, below, above] = parts;
        let value = 0.01 * power(size) * (1.0 + digits);
        let side = |part: f64| 8.0 * value / power(part) * (1.0 + part);
        let above = if i % 2 == 0 { below } else { above };
        Estimate {
            value,
            lo: Some(value - side(below)),
            hi: Some(value + side(above)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64, lo: f64, hi: f64) -> Estimate {
        Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        }
    }

    #[test]
    fn half_widths_keep_two_significant_digits() {
        let shown = |half: f64| plus_minus(of(5.0, 5.0 - half, 5.0 + half), 1.0, 1, " h");
        assert_eq!(shown(0.0296), "5.000 ± 0.030 h");
        assert_eq!(shown(0.0996), "5.00 ± 0.10 h");
        assert_eq!(shown(0.000_123), "5.00000 ± 0.00013 h");
        assert_eq!(shown(1.84), "5.0 ± 1.9 h");
        assert_eq!(
            plus_minus(of(12_345.6, 12_333.2, 12_358.0), 1.0, 1, ""),
            "12,346 ± 13"
        );
        assert_eq!(
            plus_minus(of(0.01, -0.0098, 0.0298), 1.0, 1, ""),
            "0.010 ± 0.020"
        );
        assert_eq!(
            plus_minus(of(7200.0, 7020.0, 7380.0), 3600.0, 2, " h"),
            "2.000 ± 0.050 h"
        );
    }

    #[test]
    fn what_reaches_further_to_one_side_has_both_ends() {
        assert_eq!(
            plus_minus(of(1.0, 0.1, 4.9), 1.0, 1, " robots"),
            "1.0 robots [0.1, 4.9]"
        );
        assert_eq!(
            plus_minus(of(100.0, 97.1, 100.0), 1.0, 1, ""),
            "100.0 [97.1, 100.0]"
        );
        assert_eq!(
            plus_minus(of(5.0, 4.5, 5.6), 1.0, 1, ""),
            "5.00 ± 0.60",
            "no end is left out"
        );
    }

    #[test]
    fn what_is_written_holds_what_was_found() {
        let number = |text: &str| text.replace(',', "").parse::<f64>().unwrap();
        for estimate in many_estimates() {
            let shown = plus_minus(estimate, 1.0, 1, "");
            let (lo, hi) = match (shown.split_once(" ± "), shown.split_once(" [")) {
                (Some((value, half)), _) => {
                    let (value, half) = (number(value), number(half));
                    (value - half, value + half)
                }
                (None, Some((_, ends))) => {
                    let (lo, hi) = ends.trim_end_matches(']').split_once(", ").unwrap();
                    (number(lo), number(hi))
                }
                (None, None) => panic!("{shown} has no interval"),
            };
            let dust = 1e-6 * estimate.value;
            let held = lo - dust <= estimate.lo.unwrap() && estimate.hi.unwrap() <= hi + dust;
            assert!(held, "{shown}: {estimate:?}");
        }
    }

    #[test]
    fn what_is_not_known_does_not_look_certain() {
        let open = |lo, hi| plus_minus(Estimate { value: 5.0, lo, hi }, 1.0, 1, " h");
        assert_eq!(open(None, None), "5.0 h, no interval");
        assert_eq!(open(Some(4.2), None), "5.00 h [4.20, ?]");
        assert_eq!(open(None, Some(9.0)), "5.0 h [?, 9.0]");
        assert_eq!(open(Some(4.2), Some(f64::INFINITY)), "5.00 h [4.20, never]");
    }

    #[test]
    fn only_what_is_certain_is_bare() {
        assert_eq!(plus_minus(of(100.0, 100.0, 100.0), 1.0, 1, ""), "100");
        assert_eq!(plus_minus(of(0.0, 0.0, 0.0), 1.0, 1, ""), "0");
        assert_eq!(
            plus_minus(of(8100.0, 8100.0, 8100.0), 3600.0, 2, " h"),
            "2.25 h"
        );
        assert_eq!(
            plus_minus(of(0.3, 0.1 + 0.2, 0.300_000_000_000_000_1), 1.0, 2, ""),
            "0.30"
        );
    }

    #[test]
    fn proportions_and_quantiles_have_both_ends() {
        assert_eq!(proportion(of(0.5, 0.469, 0.531)), "50.0 % [46.9, 53.1]");
        assert_eq!(proportion(of(0.0, 0.0, 0.0037)), "0.00 % [0.00, 0.37]");
        assert_eq!(proportion(of(0.0, 0.0, 0.003_702)), "0.00 % [0.00, 0.38]");
        assert_eq!(proportion(of(1.0, 1.0, 1.0)), "100.0 %");
    }

    #[test]
    fn what_is_rare_is_neither_zero_nor_a_power_of_ten() {
        assert_eq!(exact_probability(7.1e-5), "computed 1 in 14,000");
        assert_eq!(exact_probability(0.0003), "computed 1 in 3,300");
        assert_eq!(exact_probability(0.125), "exactly 12.50 %");
        assert_eq!(exact_probability(0.123_456), "computed 12.35 %");
        assert_eq!(exact_probability(0.999_97), "over 99.99 %");
        assert_eq!(exact_probability(1.0), "over 99.99 %");
        assert_eq!(exact_probability(9.9e-58), "less than 1 in 1,000,000,000");
        assert_eq!(exact_probability(0.0), "exactly 0 %");
        assert_eq!(proportion(of(1e-58, 9e-59, 1.1e-58)), "< 0.01 %");
        assert_eq!(found_share(1.0 / 5000.0), "< 0.1 %");
        assert_eq!(found_share(4999.0 / 5000.0), "> 99.9 %");
        assert_eq!(
            [0.0, 0.001, 1.0].map(found_share),
            ["0.0 %", "0.1 %", "100.0 %"]
        );
        assert_eq!(exact_robots(411.0), "exactly 411.0");
        assert_eq!(exact_robots(411.04), "computed 411.0");
    }
}
