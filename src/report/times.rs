//! Times as people read them, in one notation: `5 h 23 min`, with their intervals.
//!
//! A time is rounded to a step that its interval supports, and no finer than the second from a minute on and the minute from an hour
//! on. The ends of an interval are rounded outwards, and a half-width is measured from the time as it is written, so that what is written
//! holds what was found.

use crate::report::figures::{decimals_of, differs_at_most, proportion};
use crate::stats::Estimate;
use crate::study::{MetricSummary, RestsOn};
use crate::units::{count, decimal, duration};

/// Steps that times are rounded to [s].
const STEPS: [f64; 4] = [86_400.0, 3_600.0, 60.0, 1.0];

/// Steps below a minute, by the places after the point that they need [s].
const FINE: [f64; 4] = [1.0, 0.1, 0.01, 0.001];

/// An interval whose longer side is at most this many times the shorter is written with a half-width: the longer side.
const NEARLY_EVEN: f64 = 1.25;

/// Sides of an interval of so few steps are even too.
const FEW: f64 = 2.0;

/// An interval narrower than this share of its value is no interval: only rounding errors keep its ends apart.
const DUST: f64 = 1e-9;

/// A time [s] with its interval; "never" where it is infinite, a dash for what no replication has.
pub(super) fn time(estimate: Estimate) -> String {
    time_or(estimate, "never")
}

/// As [`time`], with the words for a time that does not come.
pub(super) fn time_or(estimate: Estimate, never: &str) -> String {
    let Estimate { value, lo, hi } = estimate;
    if value.is_nan() {
        return "-".to_owned();
    }
    if value.is_infinite() {
        return never.to_owned();
    }
    let (narrow, wide) = sides(estimate);
    if (lo, hi) == (None, None) {
        return format!("{}, no interval", plain(value));
    }
    if narrow.is_some() && wide <= DUST * value.abs() {
        return plain(value);
    }
    let step = step(estimate);
    let shown = rounded(value, step);
    if let (Some(lo), Some(hi)) = (lo, hi)
        && is_even([value - lo, hi - value], step)
    {
        let at = (value / step).round() * step;
        let half_width = (at - lo).max(hi - at);
        return format!("{shown} ± {}", outwards(half_width, step, up));
    }
    let lo = lo.map(|lo| outwards(lo, step, down));
    let hi = hi.map(|hi| match hi.is_finite() {
        true => outwards(hi, step, up),
        false => never.to_owned(),
    });
    let [lo, hi] = [lo, hi].map(|end| end.unwrap_or_else(|| "?".to_owned()));
    format!("{shown} [{lo}, {hi}]")
}

/// Whether the sides of an interval are about as long.
fn is_even(sides: [f64; 2], step: f64) -> bool {
    let [below, above] = sides.map(|side| (side / step - DUST).ceil());
    let (shorter, longer) = (below.min(above), below.max(above));
    longer.is_finite() && (longer <= FEW || longer <= NEARLY_EVEN * shorter)
}

/// A time [s] as [`time`] rounds it, without the interval.
pub(super) fn alone(estimate: Estimate) -> String {
    let value = estimate.value;
    match sides(estimate).1 > DUST * value.abs() {
        true => rounded(value, step(estimate)),
        false => plain(value),
    }
}

/// A time [s] without an interval; a dash for what no replication has.
pub(super) fn plain(seconds: f64) -> String {
    match seconds.abs() {
        f64::INFINITY => "never".to_owned(),
        ..59.95 => duration(seconds * 1000.0),
        59.95.. => rounded(seconds, least(seconds.abs())),
        _ => "-".to_owned(),
    }
}

/// The narrower side of an interval [s], where both are finite, and the wider of those that are.
fn sides(Estimate { value, lo, hi }: Estimate) -> (Option<f64>, f64) {
    let sides = [lo.map(|lo| value - lo), hi.map(|hi| hi - value)];
    let [below, above] = sides.map(|side| side.filter(|side| side.is_finite()));
    let narrow = below.zip(above).map(|(below, above)| below.min(above));
    let wide = below.unwrap_or(0.0).max(above.unwrap_or(0.0));
    (narrow, wide)
}

/// What a time is rounded to [s]: at most half of the wider side of its interval, and half of the narrower one or a tenth of the time, but never
/// more than the time, which would be gone.
fn step(estimate: Estimate) -> f64 {
    let size = estimate.value.abs();
    let (narrow, wide) = sides(estimate);
    let supported = match size {
        0.0 => wide / 2.0,
        _ => {
            let most = (narrow.unwrap_or(0.0) / 2.0).max(size / 10.0);
            most.min(wide / 2.0).min(size)
        }
    };
    let supported = STEPS.into_iter().find(|step| *step <= supported);
    supported.unwrap_or(0.0).max(match size {
        ..59.95 => fine(size, wide),
        _ => least(size),
    })
}

/// What a time below a minute is rounded to at least [s].
fn fine(size: f64, wide: f64) -> f64 {
    let [.., finest] = FINE;
    let decimals = decimals_of(wide.max(1e-2)).min(FINE.len() - 1);
    let mut steps = FINE[decimals..].iter().copied();
    let kept = steps.find(|step| size == 0.0 || *step <= size);
    kept.unwrap_or(finest)
}

/// What a time from a minute on is rounded to at least [s].
fn least(size: f64) -> f64 {
    match size {
        ..3_599.5 => 1.0,
        _ => 60.0,
    }
}

/// The last step [s] that is not above a time.
fn down(seconds: f64, step: f64) -> f64 {
    (seconds / step + DUST).floor() * step
}

/// The first step [s] that is not below a time.
fn up(seconds: f64, step: f64) -> f64 {
    (seconds / step - DUST).ceil() * step
}

/// An end of an interval, or its half-width [s].
fn outwards(seconds: f64, step: f64, round: fn(f64, f64) -> f64) -> String {
    let step = match seconds.abs() {
        ..59.95 => step,
        size => step.max(least(size)),
    };
    rounded(round(seconds, step), step)
}

/// A time [s] to a step, in the units that the step leaves: two, or three where days have minutes.
fn rounded(seconds: f64, step: f64) -> String {
    let steps = (seconds.abs() / step).round();
    let sign = if seconds < 0.0 && steps > 0.0 {
        "-"
    } else {
        ""
    };
    let seconds = steps * step;
    if seconds < 60.0 {
        let decimals = FINE.iter().position(|fine| *fine == step).unwrap_or(0);
        return format!("{sign}{} s", decimal(seconds, decimals));
    }
    let mut left = seconds.round() as u64;
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let parts = units.into_iter().filter_map(|(unit, name)| {
        let n = left / unit;
        left %= unit;
        (n > 0).then(|| format!("{} {name}", count(n)))
    });
    let parts: Vec<String> = parts.collect();
    format!("{sign}{}", parts.join(" "))
}

/// The mean of a metric that is a time [s], divided by `scale`, with its interval, or with what is known instead.
pub(super) fn mean(summary: &MetricSummary, scale: f64) -> String {
    let mean = scaled(summary.get("mean"), scale);
    if mean.value.is_nan() {
        return "-".to_owned();
    }
    match summary.mean_rests_on {
        RestsOn::Nothing(mostly) => {
            let shown = plain(mostly.value / scale);
            format!("{shown}, {}", differs_at_most(mostly.others_at_most))
        }
        RestsOn::Spread | RestsOn::Unseen => time(mean),
    }
}

fn scaled(Estimate { value, lo, hi }: Estimate, scale: f64) -> Estimate {
    Estimate {
        value: value / scale,
        lo: lo.map(|lo| lo / scale),
        hi: hi.map(|hi| hi / scale),
    }
}

/// The median of a time with its interval, or how often it comes at all where the median is never.
pub(super) fn median(summary: &MetricSummary, never: &str) -> String {
    let median = summary.get("p50");
    match median.value.is_infinite() {
        true => format!("{never} in {}", proportion(summary.get("p_never"))),
        false => time_or(median, never),
    }
}

/// By when a time has come in 95 % of rollouts, and in how many it never comes; nothing where its median is never already.
pub(super) fn late(summary: &MetricSummary, never: &str) -> String {
    let [median, p95, p_never] = ["p50", "p95", "p_never"].map(|name| summary.get(name));
    if median.value.is_infinite() {
        return String::new();
    }
    match (p95.value.is_finite(), p_never.value > 0.0) {
        (true, false) => time_or(p95, never),
        (true, true) => {
            let p95 = time_or(p95, never);
            format!("{p95}, {never} in {}", proportion(p_never))
        }
        (false, _) => format!("{never} in {}", proportion(p_never)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::many_estimates;
    use crate::units::Quantity;

    fn of(value: f64, lo: f64, hi: f64) -> String {
        time(Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        })
    }

    #[test]
    fn a_time_has_the_units_that_its_interval_supports() {
        assert_eq!(of(1054.6, 1054.1, 1055.2), "17 min 35 s ± 1 s");
        assert_eq!(of(1804.3, 1800.5, 1807.7), "30 min 4 s ± 4 s");
        assert_eq!(of(19_360.0, 19_346.0, 19_374.0), "5 h 23 min ± 1 min");
        assert_eq!(of(19_360.0, 18_760.0, 19_960.0), "5 h 23 min ± 11 min");
        assert_eq!(
            of(217_210.0, 215_700.0, 218_800.0),
            "2 d 12 h 20 min ± 27 min"
        );
        assert_eq!(of(12.345, 12.22, 12.47), "12.35 s ± 0.13 s");
    }

    #[test]
    fn an_uneven_interval_has_both_ends_rounded_outwards() {
        assert_eq!(
            of(1804.3, 1800.5, 1812.2),
            "30 min 4 s [30 min, 30 min 13 s]"
        );
        assert_eq!(of(7200.0, 7100.0, f64::INFINITY), "2 h [1 h 58 min, never]");
        let open = Estimate {
            value: 30.0,
            lo: None,
            hi: Some(32.0),
        };
        assert_eq!(time(open), "30 s [?, 32 s]");
    }

    #[test]
    fn a_long_tail_does_not_round_the_time_away() {
        assert_eq!(of(1200.0, 1100.0, 10_800.0), "20 min [18 min, 3 h]");
        assert_eq!(
            of(16_140.0, 15_600.0, 32_400.0),
            "4 h 29 min [4 h 20 min, 9 h]"
        );
        assert_eq!(of(0.5, 0.45, 10_800.0), "0.5 s [0.4 s, 3 h]");
        assert_eq!(of(5.0, 4.5, 70.3), "5 s [4 s, 1 min 11 s]");
        assert_eq!(of(-30.0, -90.0, 600.0), "-30 s [-1 min 30 s, 10 min]");
        assert_eq!(of(0.0, 0.0, 10_800.0), "0 s [0 s, 3 h]");
    }

    /// A time as it is written [s].
    fn read(text: &str) -> f64 {
        let size = text.trim_start_matches('-').replace(',', "");
        let ms = Quantity::Duration.parse(&size).unwrap();
        if text.starts_with('-') {
            -ms / 1e3
        } else {
            ms / 1e3
        }
    }

    #[test]
    fn what_is_written_holds_what_was_found() {
        for estimate in many_estimates() {
            let shown = time(estimate);
            let (value, lo, hi) = match (shown.split_once(" ± "), shown.split_once(" [")) {
                (Some((value, half)), _) => {
                    let (value, half) = (read(value), read(half));
                    (value, value - half, value + half)
                }
                (None, Some((value, ends))) => {
                    let (lo, hi) = ends.trim_end_matches(']').split_once(", ").unwrap();
                    (read(value), read(lo), read(hi))
                }
                (None, None) => panic!("{shown} has no interval"),
            };
            let dust = 1e-6 * estimate.value;
            let held = lo - dust <= estimate.lo.unwrap() && estimate.hi.unwrap() <= hi + dust;
            assert!(held && value > 0.0, "{shown}: {estimate:?}");
        }
    }

    #[test]
    fn only_what_is_certain_is_bare() {
        assert_eq!(of(8100.0, 8100.0, 8100.0), "2 h 15 min");
        assert_eq!(of(0.0, 0.0, 0.0), "0 s");
        assert_eq!(of(f64::INFINITY, 7200.0, f64::INFINITY), "never");
        assert_eq!(of(-30.0, -30.5, -29.5), "-30.00 s ± 0.50 s");
    }
}
