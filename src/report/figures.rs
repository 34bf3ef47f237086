//! Estimates as people read them: with their intervals and units.

use crate::study::{Estimate, ExactTail, Exactness, MetricSummary, RestsOn};
use crate::units::{decimal, share};

/// `value ± half-width unit`, both divided by `scale`.
pub fn plus_minus(estimate: Estimate, scale: f64, decimals: usize, unit: &str) -> String {
    let value = decimal(estimate.value / scale, decimals);
    match (estimate.lo, estimate.hi) {
        (Some(lo), Some(hi)) if lo == hi && (estimate.value / scale).fract() == 0.0 => {
            format!("{}{unit}", decimal(estimate.value / scale, 0))
        }
        (Some(lo), Some(hi)) => format!("{value} ± {}{unit}", decimal((hi - lo) / 2.0 / scale, decimals)),
        _ => format!("{value}{unit}"),
    }
}

/// A mean number of robots with its interval and its share of the fleet.
pub fn mean_robots(summary: &MetricSummary, n: f64) -> String {
    let mean = summary.get("mean");
    format!("{}, {}", plus_minus(mean, 1.0, 1, ""), share(mean.value / n, 1))
}

/// A proportion with its interval, in percent.
pub fn proportion(estimate: Estimate) -> String {
    let bound = |bound: Option<f64>| decimal(bound.unwrap_or(f64::NAN) * 100.0, 1);
    format!("{} [{}, {}]", share(estimate.value, 1), bound(estimate.lo), bound(estimate.hi))
}

/// What a proportion is called beside that was computed too, if it was.
pub fn exactly(exactness: &Exactness) -> String {
    /// Standard errors that a 95 % interval reaches to either side.
    const REACH: f64 = 1.96;
    match exactness {
        Ok(ExactTail { value, standard_error: None }) => format!(", {}", exact_probability(*value)),
        Ok(ExactTail { value, standard_error: Some(error) }) => {
            format!(", given the luck {} ± {}", probability(*value), probability(REACH * error))
        }
        Err(_) => String::new(),
    }
}

/// A probability that was computed.
pub fn exact_probability(p: f64) -> String {
    /// From here on it would be rounded to 100 %.
    const NEARLY_SURE: f64 = 0.99995;
    match p {
        1.0 => format!("exactly {}", share(1.0, 0)),
        NEARLY_SURE.. => format!("over {}", share(0.9999, 2)),
        _ => format!("exactly {}", probability(p)),
    }
}

/// A probability in percent, or in powers of ten where it is rare.
fn probability(p: f64) -> String {
    /// From here on percent read well.
    const COMMON: f64 = 1e-3;
    match p {
        0.0 => "0".to_owned(),
        _ if p < COMMON => format!("{p:.1e}"),
        _ => share(p, 2),
    }
}

/// The largest unit in which a time [s] is at least two.
pub fn time_unit(seconds: f64) -> (f64, &'static str) {
    [(86_400.0, " d"), (3600.0, " h"), (60.0, " min")].into_iter().find(|(unit, _)| seconds >= 2.0 * unit).unwrap_or((1.0, " s"))
}

/// A mean time [s], divided by `scale`, with its interval.
pub fn mean_time(mean: Estimate, scale: f64) -> String {
    let (unit, name) = time_unit(mean.value / scale);
    plus_minus(mean, unit * scale, 2, name)
}

/// The mean of a metric that is a time [s], divided by `scale`, with its interval, or what is known instead of one.
pub fn mean_time_of(summary: &MetricSummary, scale: f64) -> String {
    let mean = mean_time(summary.get("mean"), scale);
    match summary.mean_rests_on {
        RestsOn::Nothing(others) => format!("{mean}, {}", differs_at_most(others)),
        RestsOn::Spread | RestsOn::Unseen => mean,
    }
}

/// What is known where most rollouts came to the same and nothing bounds the others.
pub fn differs_at_most(others: f64) -> String {
    format!("differs in at most {} of rollouts", share(others, 1))
}

/// A quantile of a time with its interval; "never" if it never comes so often.
pub fn time_quantile(quantile: Estimate) -> String {
    if quantile.value.is_infinite() {
        return "never".to_owned();
    }
    let (unit, name) = time_unit(quantile.value);
    let end = |end: Option<f64>| time_end(end, unit);
    format!("{}{name} [{}, {}]", decimal(quantile.value / unit, 2), end(quantile.lo), end(quantile.hi))
}

/// An end of an interval of times, in a unit.
fn time_end(end: Option<f64>, unit: f64) -> String {
    match end {
        Some(end) if end.is_finite() => decimal(end / unit, 2),
        Some(_) => "never".to_owned(),
        None => "?".to_owned(),
    }
}

/// The median of a time with its interval, its 95 % quantile, and how often it never comes.
pub fn time_quantiles(summary: &MetricSummary) -> String {
    let (median, p95, never) = (summary.get("p50"), summary.get("p95"), summary.get("p_never"));
    if median.value.is_infinite() {
        return format!("never in {}", proportion(never));
    }
    let (unit, name) = time_unit(median.value);
    let mut text = time_quantile(median);
    text += &match p95.value.is_finite() {
        true => format!(", p95 {}{name}", decimal(p95.value / unit, 2)),
        false => ", p95 never".to_owned(),
    };
    if never.value > 0.0 {
        text += &format!(", never in {}", share(never.value, 1));
    }
    text
}
