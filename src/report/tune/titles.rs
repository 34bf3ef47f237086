//! The titles of a tuning's charts, and its objective in words.

use crate::report::times;
use crate::report::titles::{capital, of_robots, robots};
use crate::report::tune::words::{objective_alone, setting};
use crate::study::limit::{Measure, Statistic, Unit, Verdict};
use crate::study::tune::{Answer, Tuned};

/// A measure in words: `time to 95 %, median`.
pub(super) fn in_words(measure: &Measure) -> String {
    let name = measure.metric.name;
    let name = ["_robot_s", "_s", "_count", "_bytes"]
        .iter()
        .find_map(|unit| name.strip_suffix(unit))
        .unwrap_or(name);
    let what = match name.strip_prefix("time_to_") {
        Some(mark) => format!("time to {mark} %"),
        None => name.replace('_', " "),
    };
    match measure.statistic {
        Statistic::Mean => format!("{what}, mean"),
        Statistic::Quantile(0.5) => format!("{what}, median"),
        Statistic::Quantile(q) => format!("{what}, {:.0} % quantile", 100.0 * q),
        Statistic::Probability(_) => format!("probability of {}", measure.written),
    }
}

/// Which setting is best within the limits.
pub(super) fn map(tuned: &Tuned) -> String {
    let (objective, subject) = (&tuned.tuning.aim.objective, tuned.subject());
    let value = objective_alone(tuned, tuned.walk.sheet(subject).objective);
    let value = format!("{} {value}", in_words(objective));
    let setting = setting(&tuned.tuning, subject);
    match tuned.answer {
        Answer::Chosen(..) => {
            let best = match tuned.confirmed() {
                Some(Verdict::Held) => "Best within the limits",
                Some(Verdict::Broken) => "Refuted by fresh replications",
                Some(Verdict::Open) | None => "Best within the limits, not confirmed",
            };
            format!("{best}: {setting}; {value}")
        }
        Answer::Blocked(_) => format!("No setting is shown to meet all limits; nearest: {setting}"),
    }
}

/// What the ends of the front give and cost, of the settings with a place on the chart.
pub(super) fn front(tuned: &Tuned, front: &[(f64, f64)]) -> String {
    let objective = &tuned.tuning.aim.objective;
    let shown = front.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
    let mut shown: Vec<(f64, f64)> = shown.copied().collect();
    shown.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    let said = |(x, _): &(f64, f64)| match objective.unit() {
        Unit::Seconds => times::plain(*x),
        unit => unit.shown(*x),
    };
    match shown.as_slice() {
        [] => format!("No setting has a {}", in_words(objective)),
        [only] => format!(
            "One setting is best in all: {} and {} broken",
            said(only),
            of_robots(only.1)
        ),
        [fewest, .., most] => capital(&format!(
            "{}: {} with {} broken to {} with {}",
            in_words(objective),
            said(fewest),
            of_robots(fewest.1),
            said(most),
            robots(most.1)
        )),
    }
}
