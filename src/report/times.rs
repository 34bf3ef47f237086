//! Times as people read them, in one notation: `5 h 23 min`, with their intervals.
//!
//! A time is rounded to a step that its interval supports, and no finer than the second from a minute on and the minute from an hour
//! on. The ends of an interval are rounded outwards, so that what is written holds what was found.

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
    let Estimate { value, lo, hi } = estimate;
    if value.is_nan() {
        return "-".to_owned();
    }
    if value.is_infinite() {
        return "never".to_owned();
    }
    let sides = [lo.map(|lo| value - lo), hi.map(|hi| hi - value)];
    let known = || {
        sides
            .iter()
            .flatten()
            .copied()
            .filter(|side| side.is_finite())
    };
    let widest = known().fold(0.0, f64::max);
    if sides == [None, None] {
        return format!("{}, no interval", plain(value));
    }
    if known().count() == 2 && widest <= DUST * value.abs() {
        return plain(value);
    }
    let step = step(value, widest);
    let [below, above] = sides.map(|side| side.map(|side| (side / step - DUST).ceil()));
    let shown = rounded(value, step);
    if let (Some(below), Some(above)) = (below, above) {
        let (shorter, longer) = (below.min(above), below.max(above));
        if longer.is_finite() && (longer <= FEW || longer <= NEARLY_EVEN * shorter) {
            return format!("{shown} ± {}", rounded(longer * step, step));
        }
    }
    let lo = lo.map(|lo| (lo / step + DUST).floor() * step);
    let hi = hi.map(|hi| (hi / step - DUST).ceil() * step);
    let [lo, hi] = [lo, hi].map(|end| match end {
        Some(end) if end.is_finite() => rounded(end, step),
        Some(_) => "never".to_owned(),
        None => "?".to_owned(),
    });
    format!("{shown} [{lo}, {hi}]")
}

/// A time [s] to the step that its interval supports, without the interval.
pub(super) fn alone(Estimate { value, lo, hi }: Estimate) -> String {
    if !value.is_finite() {
        return plain(value);
    }
    let sides = [lo.map(|lo| value - lo), hi.map(|hi| hi - value)];
    let known = sides.into_iter().flatten().filter(|side| side.is_finite());
    rounded(value, step(value, known.fold(0.0, f64::max)))
}

/// A time [s] without an interval.
pub(super) fn plain(seconds: f64) -> String {
    match seconds.abs() {
        f64::INFINITY => "never".to_owned(),
        ..59.95 => duration(seconds * 1000.0),
        _ => rounded(seconds, step(seconds, 0.0)),
    }
}

/// What a time is rounded to, given how uncertain it is [s].
fn step(value: f64, half_width: f64) -> f64 {
    let least = match value.abs() {
        ..59.95 => FINE[decimals_of(half_width.max(1e-2)).min(FINE.len() - 1)],
        ..3_599.5 => 1.0,
        _ => 60.0,
    };
    let supported = STEPS.into_iter().find(|step| *step <= half_width / 2.0);
    supported.unwrap_or(0.0).max(least)
}

/// A time [s] to a step, in the units that the step leaves: two, or three where days have minutes.
fn rounded(seconds: f64, step: f64) -> String {
    let sign = if seconds < -step / 2.0 { "-" } else { "" };
    let seconds = (seconds.abs() / step).round() * step;
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
        false => time(median),
    }
}

/// By when a time has come in 95 % of rollouts, and in how many it never comes; nothing where its median is never already.
pub(super) fn late(summary: &MetricSummary, never: &str) -> String {
    let [median, p95, p_never] = ["p50", "p95", "p_never"].map(|name| summary.get(name));
    if median.value.is_infinite() {
        return String::new();
    }
    match (p95.value.is_finite(), p_never.value > 0.0) {
        (true, false) => time(p95),
        (true, true) => format!("{}, {never} in {}", time(p95), proportion(p_never)),
        (false, _) => format!("{never} in {}", proportion(p_never)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(of(19_360.0, 18_760.0, 19_960.0), "5 h 23 min ± 10 min");
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
    fn only_what_is_certain_is_bare() {
        assert_eq!(of(8100.0, 8100.0, 8100.0), "2 h 15 min");
        assert_eq!(of(0.0, 0.0, 0.0), "0 s");
        assert_eq!(of(f64::INFINITY, 7200.0, f64::INFINITY), "never");
        assert_eq!(of(-30.0, -30.5, -29.5), "-30.00 s ± 0.50 s");
    }
}
