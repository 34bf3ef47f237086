//! The titles of an operating characteristic's charts: which settings tell a good release from a bad one, and what a bad one breaks.

use crate::report::titles::{of_robots, robots, share, with_others};
use crate::report::words::listed;
use crate::rollout::Levels;
use crate::stats::Estimate;
use crate::study::{Oc, OcRow, OcSetting};

/// A setting tells a good release from a bad one if it stops the good one at most, and the bad one at least so often.
const GOOD_MOST: f64 = 0.05;
const BAD_LEAST: f64 = 0.95;

/// The ends of an interval; of a computed value, itself.
fn ends(estimate: Estimate) -> (f64, f64) {
    let Estimate { value, lo, hi } = estimate;
    (lo.unwrap_or(value), hi.unwrap_or(value))
}

/// Whether a setting tells a good release from a bad one, given how often it stops each; `None` if the replications do not say.
fn tells(good: Estimate, bad: Estimate) -> Option<bool> {
    let (good, bad) = (ends(good), ends(bad));
    if good.1 <= GOOD_MOST && bad.0 >= BAD_LEAST {
        return Some(true);
    }
    (good.0 > GOOD_MOST || bad.1 < BAD_LEAST).then_some(false)
}

/// The row of a setting at a probability.
fn at<'a>(rows: &'a [OcRow], setting: &OcSetting, p: f64) -> Option<&'a OcRow> {
    rows.iter()
        .find(|row| row.setting == *setting && row.p == p)
}

/// A setting by its threshold, and by how many robots at a time where others have the same threshold.
fn short(oc: &Oc, setting: &OcSetting) -> String {
    let Levels {
        concurrency,
        threshold,
    } = setting.levels;
    let settings = oc.settings.iter();
    let same = settings.filter(|it| it.levels.threshold == threshold);
    match same.count() {
        0 | 1 => format!("{threshold} %"),
        _ => format!("{threshold} % ({concurrency} % at a time)"),
    }
}

/// Their thresholds, each once.
fn thresholds(settings: &[&OcSetting]) -> Vec<u8> {
    let mut all: Vec<u8> = settings.iter().map(|it| it.levels.threshold).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Which thresholds tell a good release from a bad one.
pub(super) fn probability(oc: &Oc, rows: &[OcRow], reached: fn(&OcRow) -> Estimate) -> String {
    let [mut telling, mut not] = [Vec::new(), Vec::new()];
    for setting in &oc.settings {
        let [good, bad] =
            [oc.hypotheses.good, oc.hypotheses.bad].map(|p| at(rows, setting, p).map(reached));
        match good.zip(bad).and_then(|(good, bad)| tells(good, bad)) {
            Some(true) => telling.push(setting),
            Some(false) => not.push(setting),
            None => {}
        }
    }
    let [good, bad] = [oc.hypotheses.good, oc.hypotheses.bad].map(share);
    let apart = format!("a good release ({good} fail) from a bad one ({bad})");
    let mixed = thresholds(&telling)
        .iter()
        .any(|it| thresholds(&not).contains(it));
    let [yes, no] = [&telling, &not].map(|settings| {
        let names: Vec<String> = match mixed {
            true => settings.iter().map(|it| short(oc, it)).collect(),
            false => thresholds(settings)
                .iter()
                .map(|it| format!("{it} %"))
                .collect(),
        };
        listed(&names, 3, " and ")
    });
    match (telling.len(), not.len()) {
        (0, 0) if !is_played(oc, rows) => {
            format!("What tells {apart} was not played")
        }
        (0, 0) => format!("Whether a threshold tells {apart} is inconclusive"),
        (0, _) => format!("A threshold of {no} does not tell {apart}"),
        (_, 0) => format!("A threshold of {yes} tells {apart}"),
        _ => format!("A threshold of {yes} tells {apart}, {no} does not"),
    }
}

/// Whether any setting met both releases.
fn is_played(oc: &Oc, rows: &[OcRow]) -> bool {
    let both = [oc.hypotheses.good, oc.hypotheses.bad];
    let mut settings = oc.settings.iter();
    settings.any(|setting| both.iter().all(|p| at(rows, setting, *p).is_some()))
}

/// How many robots a bad release breaks.
pub(super) fn broken(oc: &Oc, rows: &[OcRow], broken: fn(&OcRow) -> Estimate) -> String {
    let bad = share(oc.hypotheses.bad);
    let played = oc.settings.iter().filter_map(|setting| {
        let row = at(rows, setting, oc.hypotheses.bad)?;
        Some((short(oc, setting), broken(row).value))
    });
    let played: Vec<(String, f64)> = played.collect();
    let [(name, first), others @ ..] = played.as_slice() else {
        return format!("A bad release ({bad} fail) was not played");
    };
    let first = format!(
        "A bad release ({bad} fail) breaks {} at a threshold of {name}",
        of_robots(*first)
    );
    let others = others
        .iter()
        .map(|(name, broken)| (name.as_str(), robots(*broken)));
    with_others(&first, &others.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_intervals_leave_open_is_not_claimed() {
        let of = |value: f64, lo: f64, hi: f64| Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        };
        let (never, always) = (of(0.0, 0.0, 0.01), of(1.0, 0.99, 1.0));
        assert_eq!(tells(never, always), Some(true));
        assert_eq!(tells(never, never), Some(false));
        assert_eq!(tells(always, always), Some(false));
        assert_eq!(tells(never, of(0.95, 0.9, 0.99)), None);
    }
}
