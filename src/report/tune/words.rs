//! What tables and charts of a tuning say in words.

use crate::report::figures::{bracketed, exact_probability, size_unit};
use crate::report::times::{self, time_or};
use crate::report::words::{never, watched};
use crate::rollout::Levels;
use crate::sim::MARKS;
use crate::stats::Estimate;
use crate::study::limit::{Assessment, Measure, Statistic, Unit, Verdict};
use crate::study::tune::{Answer, Tuned, Tuning};
use crate::units::{count, share};

/// A setting by all percentages that mean the same robots, and the values of `[tune.vary]` if there are any.
pub(super) fn setting(tuning: &Tuning, which: usize) -> String {
    let setting = &tuning.settings[which];
    let percentages = match which == tuning.sample() {
        true => format!(
            "{} % / {} %",
            setting.levels.concurrency, setting.levels.threshold
        ),
        false => format!(
            "{} / {}",
            range(setting.concurrency),
            range(setting.threshold)
        ),
    };
    match setting
        .combination
        .map(|combination| &tuning.combinations[combination].values)
    {
        Some(values) if !values.is_empty() => format!("{percentages}, {}", values.join(", ")),
        _ => percentages,
    }
}

/// A range of percentages.
pub(super) fn range((first, last): (u8, u8)) -> String {
    match first == last {
        true => format!("{first} %"),
        false => format!("{first} to {last} %"),
    }
}

/// What to add to a number of robots that several percentages mean: all of these percentages.
fn as_much_as(percentages: (u8, u8)) -> String {
    match percentages.0 == percentages.1 {
        true => String::new(),
        false => format!("; {} mean the same", range(percentages)),
    }
}

/// A setting in robots: what the percentages mean in the first profile's fleet.
pub(super) fn robots(tuning: &Tuning, which: usize) -> String {
    let setting = &tuning.settings[which];
    let known = tuning.in_robots(which);
    let window = match (known, tuning.main_robots(which)) {
        (Some(robots), Some(n)) => {
            let same = as_much_as(setting.concurrency);
            let (window, n) = (count(robots.window.into()), count(n.into()));
            format!(" ({window} of {n}{same})")
        }
        _ => String::new(),
    };
    let Levels {
        concurrency,
        threshold,
    } = setting.levels;
    let stops = match known.map(|robots| robots.failures_to_stop) {
        None => format!("stop at {threshold} % failures"),
        Some(Some(failures)) => {
            let same = as_much_as(setting.threshold);
            format!(
                "stop at {threshold} % failures ({}{same})",
                count(failures.into())
            )
        }
        Some(None) => format!("a threshold of {threshold} %, which nothing reaches"),
    };
    format!("{concurrency} % at a time{window}, {stops}")
}

/// The values of `[tune.vary]` of a setting, as one would write them.
pub(super) fn knobs(tuning: &Tuning, which: usize) -> Option<String> {
    let values = &tuning.combinations[tuning.settings[which].combination?].values;
    let each = tuning
        .knobs
        .iter()
        .zip(values)
        .map(|(key, value)| format!("{key} = {value}"));
    let all: Vec<String> = each.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A value of a measure with its interval, in these words where it is a time that does not come.
fn estimate(measure: &Measure, estimate: Estimate, never: &str) -> String {
    if measure.is_threshold_reached()
        && estimate.lo == Some(estimate.value)
        && estimate.hi == Some(estimate.value)
    {
        return exact_probability(estimate.value);
    }
    match measure.unit() {
        Unit::Seconds => time_or(estimate, never),
        Unit::Share => bracketed(estimate, 0.01, 1, " %"),
        Unit::Count | Unit::Plain => bracketed(estimate, 1.0, 1, ""),
        Unit::Bytes => {
            let (unit, name) = size_unit(estimate.value);
            bracketed(estimate, unit, 1, name)
        }
    }
}

/// The words for a measure that is a time and does not come: of times of the fleet, how long robots were watched.
pub(super) fn never_of(tuned: &Tuned, measure: &Measure) -> String {
    let is_of_fleet = MARKS
        .iter()
        .any(|mark| measure.metric.name == format!("time_to_{mark}_s"));
    let profile = tuned.tuning.scenario.profile(&measure.profile);
    let watch = profile.and_then(|profile| profile.world.cutting_watch());
    never(watch.filter(|_| is_of_fleet))
}

/// The objective's value with its interval.
pub(super) fn objective_shown(tuned: &Tuned, value: Estimate) -> String {
    let objective = &tuned.tuning.aim.objective;
    estimate(objective, value, &never_of(tuned, objective))
}

/// The objective's value without its interval.
pub(super) fn objective_alone(tuned: &Tuned, value: Estimate) -> String {
    let objective = &tuned.tuning.aim.objective;
    match objective.unit() {
        Unit::Seconds if value.value.is_infinite() => never_of(tuned, objective),
        Unit::Seconds => times::alone(value),
        unit => unit.shown(value.value),
    }
}

/// A value of a limit's measure.
pub(super) fn limited(tuned: &Tuned, limit: usize, value: f64) -> String {
    let limit = &tuned.tuning.aim.limits[limit];
    match value.is_infinite() {
        true => never_of(tuned, &limit.measure),
        false => limit.shown(value, tuned.tuning.robots(&limit.measure.profile)),
    }
}

/// A limit's measure: its value, and its confidence bound.
pub(super) fn assessed(tuned: &Tuned, limit: usize, assessment: &Assessment) -> String {
    let value = limited(tuned, limit, assessment.value);
    let limit = &tuned.tuning.aim.limits[limit];
    let n = tuned.tuning.robots(&limit.measure.profile);
    let side = match limit.op {
        crate::study::limit::Op::AtMost => "at most",
        crate::study::limit::Op::AtLeast => "at least",
    };
    match assessment.assured {
        _ if is_exact(&limit.measure, assessment) => exact_probability(assessment.value),
        None => format!("{value}, no bound"),
        Some(assured) if assured == assessment.value => value,
        Some(assured) if limit.shown(assured, n) == value => value,
        Some(assured) if assured.is_infinite() => match watched(&never_of(tuned, &limit.measure)) {
            watched if watched.is_empty() => format!("{value}, may never come"),
            watched => format!("{value}, may not come{watched}"),
        },
        Some(assured) => format!("{value}, {side} {}", limit.shown(assured, n)),
    }
}

/// Whether the limited measure was computed, not simulated.
pub(super) fn is_exact(measure: &Measure, assessment: &Assessment) -> bool {
    let value = Some(assessment.value);
    measure.is_threshold_reached() && assessment.assured == value && assessment.other == value
}

/// How far the confidence bound is from the limit's bound.
pub(super) fn distance(tuned: &Tuned, limit: usize, assessment: &Assessment) -> String {
    let limit = &tuned.tuning.aim.limits[limit];
    let n = tuned.tuning.robots(&limit.measure.profile);
    let bound = limit.bound.of(n);
    let by = assessment
        .assured
        .filter(|assured| assured.is_finite())
        .map(|assured| limit.shown((bound - assured).abs(), n));
    match (assessment.verdict, by) {
        (Verdict::Held, Some(by)) => format!("held, {by} left"),
        (Verdict::Held, None) => "held".to_owned(),
        (Verdict::Open, Some(by)) => format!("open, {by} short"),
        (Verdict::Broken, Some(by)) => format!("broken by {by}"),
        (verdict, None) => verdict.name().to_owned(),
    }
}

/// The limits that do not hold, in words; or that all hold.
pub(super) fn verdicts(tuned: &Tuned, limits: &[Assessment]) -> Vec<String> {
    let failing = limits.iter().enumerate();
    let failing = failing.filter(|(_, limit)| limit.verdict != Verdict::Held);
    let failing = failing.map(|(which, limit)| {
        let (verdict, text) = (limit.verdict.name(), &tuned.tuning.aim.limits[which].text);
        format!("{verdict}: {text} ({})", assessed(tuned, which, limit))
    });
    let failing: Vec<String> = failing.collect();
    match failing.is_empty() && !limits.is_empty() {
        true => vec!["limits held".to_owned()],
        false => failing,
    }
}

/// A difference of objectives in words.
pub(super) fn difference(measure: &Measure, difference: f64) -> String {
    match measure.unit() {
        Unit::Share => share(difference, 2).replace(" %", " points"),
        unit => unit.shown(difference),
    }
}

/// The objective in words: a median is called one.
pub(super) fn objective_name(tuned: &Tuned) -> String {
    let objective = &tuned.tuning.aim.objective;
    let name = objective.name();
    match objective.statistic {
        Statistic::Quantile(0.5) => format!("{name} (the median)"),
        _ => name,
    }
}

/// What kind of setting the answer is about.
pub(super) fn subject_name(tuned: &Tuned) -> &'static str {
    match tuned.answer {
        Answer::Chosen(..) => "chosen",
        Answer::Blocked(_) => "nearest",
    }
}
