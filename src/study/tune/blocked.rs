//! When no setting meets the limits: which of them are in the way, and what is nearest.

use std::cmp::Ordering;

use crate::study::limit::Verdict;
use crate::study::tune::{Aim, Sheet, Walk};

/// What is in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocked {
    /// By limit, how many settings meet it, those that mean the same robots counted once.
    pub met_by: Vec<usize>,
    /// By limit, how many are neither shown to meet it nor shown not to.
    pub open_by: Vec<usize>,
    /// Whether every setting is shown not to meet some limit, or the objective never to come.
    pub is_refuted: bool,
    /// By limit, the setting that comes nearest to it.
    pub nearest_to: Vec<usize>,
    /// By limit, the best setting that meets all the others.
    pub without: Vec<Option<usize>>,
    /// The setting whose limits are missed least, in the worst of them.
    pub nearest: usize,
    /// Whether limits are met, but the objective is not shown to come where they are.
    pub is_objective_open: bool,
}

/// What is in the way of a choice; nothing was played if there is nothing.
pub fn blocked(aim: &Aim, walk: &Walk, robots: impl Fn(&str) -> u32) -> Option<Blocked> {
    let missed = |which: usize, limit: usize| {
        let bound = aim.limits[limit]
            .bound
            .of(robots(&aim.limits[limit].measure.profile));
        let own = &walk.sheet(which).limits[limit];
        match own.assured {
            _ if own.verdict == Verdict::Held => 0.0,
            // Relative to the bound, so that shares and times can be compared.
            Some(assured) => (assured - bound).abs() / bound.abs().max(f64::MIN_POSITIVE),
            None => f64::INFINITY,
        }
    };
    let limits = 0..aim.limits.len();
    let settings: Vec<usize> = walk.distinct().map(|(which, _)| which).collect();
    // By the worst miss first, then the next: where one is out of all bounds everywhere, the others decide.
    let nearest = |misses: &dyn Fn(usize) -> Vec<f64>| {
        let sorted = |which: usize| {
            let mut misses = misses(which);
            misses.sort_by(|a, b| b.total_cmp(a));
            misses
        };
        let order = |a: &[f64], b: &[f64]| {
            a.iter()
                .zip(b)
                .map(|(a, b)| a.total_cmp(b))
                .find(|order| order.is_ne())
        };
        let least = settings
            .iter()
            .map(|which| sorted(*which))
            .min_by(|a, b| order(a, b).unwrap_or(Ordering::Equal))?;
        walk.best(
            settings
                .iter()
                .copied()
                .filter(|which| sorted(*which) == least),
        )
    };
    let all_misses = |which: usize| {
        let never = if walk.sheet(which).objective.value.is_finite() {
            0.0
        } else {
            f64::INFINITY
        };
        limits
            .clone()
            .map(|limit| missed(which, limit))
            .chain([never])
            .collect()
    };
    let count = |limit: usize, verdict| {
        walk.distinct()
            .filter(|(_, sheet)| sheet.limits[limit].verdict == verdict)
            .count()
    };
    let is_refuted = |sheet: &Sheet| {
        sheet
            .limits
            .iter()
            .any(|limit| limit.verdict == Verdict::Broken)
            || sheet.objective.lo == Some(f64::INFINITY)
    };
    let without = |limit: usize| {
        walk.best(
            walk.distinct()
                .filter(|(_, sheet)| sheet.meets(Some(limit)))
                .map(|(which, _)| which),
        )
    };
    let all_held = |which: &usize| {
        walk.sheet(*which)
            .limits
            .iter()
            .all(|limit| limit.verdict == Verdict::Held)
    };
    let nearest_to: Option<Vec<usize>> = limits
        .clone()
        .map(|limit| nearest(&|which| vec![missed(which, limit)]))
        .collect();
    Some(Blocked {
        met_by: limits
            .clone()
            .map(|limit| count(limit, Verdict::Held))
            .collect(),
        open_by: limits
            .clone()
            .map(|limit| count(limit, Verdict::Open))
            .collect(),
        is_refuted: walk.distinct().all(|(_, sheet)| is_refuted(sheet)),
        nearest_to: nearest_to?,
        without: limits.clone().map(without).collect(),
        nearest: nearest(&all_misses)?,
        is_objective_open: settings.iter().any(all_held),
    })
}
