//! The choice: the best of the settings whose limits hold, and what is not shown to be worse.

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
    /// Whether every limit holds with confidence, but for those left out, and the objective ever comes.
    pub fn meets(&self, leave_out: Option<usize>) -> bool {
        self.objective.value.is_finite()
            && self
                .limits
                .iter()
                .enumerate()
                .all(|(which, limit)| Some(which) == leave_out || limit.verdict == Verdict::Held)
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
        self.sheets[setting].as_ref().expect("it was played")
    }

    /// The best of settings: that of the best objective; of equals that which breaks fewest robots, then that with the fewest false
    /// aborts, then that of least concurrency and threshold.
    pub(super) fn best(&self, of: impl Iterator<Item = usize>) -> Option<usize> {
        of.min_by(|a, b| {
            let [mine, other] = [a, b].map(|which| &self.sheet(*which).criteria);
            let by_criteria = mine
                .iter()
                .zip(other)
                .map(|(a, b)| a.total_cmp(b))
                .find(|order| order.is_ne());
            by_criteria.unwrap_or(a.cmp(b))
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

/// The best setting that meets all limits; `None` if none does.
pub fn choose(aim: &Aim, settings: &[TuneSetting], walk: &Walk) -> Option<Choice> {
    let feasible: Vec<usize> = walk
        .distinct()
        .filter(|(_, sheet)| sheet.meets(None))
        .map(|(which, _)| which)
        .collect();
    let best = walk.best(feasible.iter().copied())?;
    let no_worse = walk.no_worse(&feasible, best, aim.confidence);
    let tied = |which: usize| {
        let place = feasible.binary_search(&walk.same_as[which]);
        place.is_ok_and(|place| no_worse[place])
    };
    let at = |which: usize| {
        (
            settings[which].combination,
            settings[which].levels.concurrency,
        )
    };
    let beside = |which: &usize| at(*which) == at(best);
    let on_axes = walk.sheets.len() - 1;
    let first = (0..=best)
        .rev()
        .take_while(beside)
        .take_while(|which| tied(*which))
        .last()
        .unwrap_or(best);
    let last = (best..on_axes)
        .take_while(beside)
        .take_while(|which| tied(*which))
        .last()
        .unwrap_or(best);
    // Settings of one trajectory mean the same robots at a time in every profile.
    let trajectory = |which: usize| (settings[which].combination, settings[which].concurrency);
    let mut rest: Vec<usize> = feasible
        .iter()
        .copied()
        .filter(|which| trajectory(*which) != trajectory(best))
        .collect();
    let mut runners = Vec::new();
    while runners.len() < RUNNERS_MAX
        && let Some(next) = walk.best(rest.iter().copied())
    {
        runners.push((next, tied(next)));
        rest.retain(|which| trajectory(*which) != trajectory(next));
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
