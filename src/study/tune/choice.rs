//! The choice: the best of the settings whose limits hold, and what is not shown to be worse.

use std::cmp::Ordering;

use crate::stats::holm;
use crate::study::limit::Verdict;
use crate::study::tune::{Aim, Sheet, TuneSetting, Walk};

/// Runners-up that are named.
const RUNNERS_MAX: usize = 3;

/// A setting that was chosen, and those beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The best setting, by its place in the walk.
    pub best: usize,
    /// How many settings meet all limits, those that mean the same robots counted once.
    pub feasible: usize,
    /// Settings that the replications do not show to be worse, the best left out and those that mean the same robots
    /// counted once.
    pub tied: Vec<usize>,
    /// The thresholds that are not shown to be worse at the best's concurrency, from the least to the greatest that all between do, those that mean the
    /// same robots as the best included.
    pub thresholds: (u8, u8),
    /// The best setting of each other concurrency, the nearest to the best first, with whether it is tied.
    pub runners: Vec<(usize, bool)>,
}

impl Sheet {
    /// Whether every limit holds with confidence, but for the one left out.
    pub(super) fn meets_limits(&self, leave_out: Option<usize>) -> bool {
        let mut limits = self.limits.iter().enumerate();
        limits.all(|(which, limit)| Some(which) == leave_out || limit.verdict == Verdict::Held)
    }

    /// Whether every limit holds with confidence, but for the one left out, and the objective ever comes.
    pub fn meets(&self, leave_out: Option<usize>) -> bool {
        self.objective.value.is_finite() && self.meets_limits(leave_out)
    }
}

impl Walk {
    /// The settings to choose from with their sheets, those that mean the same robots once, as the first of them.
    pub(super) fn distinct(&self) -> impl Iterator<Item = (usize, &Sheet)> {
        let on_axes = self.sheets.len() - 1;
        let all = self.sheets[..on_axes].iter().enumerate();
        all.filter(|(which, _)| self.same_as[*which] == *which)
            .filter_map(|(which, sheet)| Some((which, &**sheet.as_ref()?)))
    }

    pub fn sheet(&self, setting: usize) -> &Sheet {
        self.sheets[setting]
            .as_ref()
            .expect("a bug: a setting that was not played")
    }

    /// The settings that meet every limit, but for the one left out.
    pub(super) fn meeting(&self, leave_out: Option<usize>) -> impl Iterator<Item = usize> {
        let meeting = self
            .distinct()
            .filter(move |(_, sheet)| sheet.meets(leave_out));
        meeting.map(|(which, _)| which)
    }

    /// The best of settings: that of the best objective; of equals that which breaks fewest robots, then that with the fewest false
    /// aborts, then that of least concurrency and threshold.
    pub(super) fn best(&self, of: impl Iterator<Item = usize>) -> Option<usize> {
        of.min_by(|a, b| {
            let [mine, other] = [a, b].map(|which| &self.sheet(*which).criteria);
            in_order(mine, other).then(a.cmp(b))
        })
    }

    /// Which of some settings are no worse than another as far as the replications tell: the paired differences of the objective,
    /// with Holm's correction over all of them.
    pub(super) fn no_worse(&self, settings: &[usize], than: usize, confidence: f64) -> Vec<bool> {
        let best = self.sheet(than);
        let p: Vec<Option<f64>> = settings
            .iter()
            .map(|which| self.sheet(*which).p_worse(best, 0))
            .collect();
        let tests: Vec<f64> = p.iter().flatten().copied().collect();
        let mut adjusted = holm(&tests).into_iter();
        let error = 1.0 - confidence;
        p.iter()
            .map(|p| p.is_none() || adjusted.next().is_some_and(|p| p > error))
            .collect()
    }
}

/// The order of two lists of numbers by the first in which they differ.
pub(super) fn in_order(a: &[f64], b: &[f64]) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| a.total_cmp(b))
        .fold(Ordering::Equal, Ordering::then)
}

/// Of settings that lie one beside the other, the last that is tied with the best at its concurrency.
fn last_beside(
    along: impl Iterator<Item = usize>,
    settings: &[TuneSetting],
    tied: &[bool],
    best: usize,
) -> usize {
    let TuneSetting {
        combination,
        levels,
        ..
    } = &settings[best];
    along
        .take_while(|which| {
            let other = &settings[*which];
            let is_beside = other.levels.concurrency == levels.concurrency;
            tied[*which] && is_beside && other.combination == *combination
        })
        .last()
        .unwrap_or(best)
}

/// The best setting that meets all limits; `None` if none does.
pub fn choose(aim: &Aim, settings: &[TuneSetting], walk: &Walk) -> Option<Choice> {
    let feasible: Vec<usize> = walk.meeting(None).collect();
    let best = walk.best(feasible.iter().copied())?;
    let no_worse = walk.no_worse(&feasible, best, aim.confidence);
    let tied: Vec<bool> = walk
        .same_as
        .iter()
        .map(|same| {
            feasible
                .binary_search(same)
                .is_ok_and(|place| no_worse[place])
        })
        .collect();
    let on_axes = walk.sheets.len() - 1;
    let first = last_beside((0..=best).rev(), settings, &tied, best);
    let last = last_beside(best..on_axes, settings, &tied, best);
    let mut rest = feasible.clone();
    rest.retain(|which| settings[*which].trajectory() != settings[best].trajectory());
    let mut runners = Vec::new();
    while runners.len() < RUNNERS_MAX
        && let Some(next) = walk.best(rest.iter().copied())
    {
        runners.push((next, tied[next]));
        rest.retain(|which| settings[*which].trajectory() != settings[next].trajectory());
    }
    let all_tied = feasible
        .iter()
        .zip(&no_worse)
        .filter(|(which, no_worse)| **no_worse && **which != best);
    Some(Choice {
        best,
        feasible: feasible.len(),
        tied: all_tied.map(|(which, _)| *which).collect(),
        thresholds: (settings[first].threshold.0, settings[last].threshold.1),
        runners,
    })
}
