//! When no setting meets the limits: which of them are in the way, and what is nearest.

use crate::study::limit::Verdict;
use crate::study::tune::{Aim, Walk};

/// What is in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocked {
    /// By limit, how many settings meet it, those that mean the same robots counted once.
    pub met_by: Vec<usize>,
    /// By limit, the setting that comes nearest to it.
    pub nearest_to: Vec<usize>,
    /// By limit, the best setting that meets all the others.
    pub without: Vec<Option<usize>>,
    /// The setting whose limits are missed least, in the worst of them.
    pub nearest: usize,
    /// Whether limits are met, but the objective never comes where they are.
    pub never_comes: bool,
}

/// What is in the way of a choice; nothing was played if there is nothing.
pub fn blocked(aim: &Aim, walk: &Walk, robots: impl Fn(&str) -> u32) -> Option<Blocked> {
    let missed = |which: usize, limit: usize| {
        let Assessed { assured, bound } = assessed(aim, walk, which, limit, &robots);
        match assured {
            _ if walk.sheet(which).limits[limit].verdict == Verdict::Held => 0.0,
            // Relative to the bound, so that shares and times can be compared.
            Some(assured) => (assured - bound).abs() / bound.abs().max(f64::MIN_POSITIVE),
            None => f64::INFINITY,
        }
    };
    let limits = 0..aim.limits.len();
    let settings: Vec<usize> = walk.distinct().map(|(which, _)| which).collect();
    let least = |missed: &dyn Fn(usize) -> f64| {
        let nearest = settings.iter().copied().map(missed).fold(f64::INFINITY, f64::min);
        walk.best(settings.iter().copied().filter(|which| missed(*which) == nearest))
    };
    let worst = |which: usize| {
        let never = if walk.sheet(which).objective.value.is_finite() { 0.0 } else { f64::INFINITY };
        limits.clone().map(|limit| missed(which, limit)).fold(never, f64::max)
    };
    let held = |limit: usize| walk.distinct().filter(|(_, sheet)| sheet.limits[limit].verdict == Verdict::Held).count();
    let without = |limit: usize| {
        walk.best(walk.distinct().filter(|(_, sheet)| sheet.meets(Some(limit))).map(|(which, _)| which))
    };
    let all_held = |which: &usize| walk.sheet(*which).limits.iter().all(|limit| limit.verdict == Verdict::Held);
    let nearest_to: Option<Vec<usize>> = limits.clone().map(|limit| least(&|which| missed(which, limit))).collect();
    Some(Blocked {
        met_by: limits.clone().map(held).collect(),
        nearest_to: nearest_to?,
        without: limits.clone().map(without).collect(),
        nearest: least(&worst)?,
        never_comes: settings.iter().any(all_held),
    })
}

struct Assessed {
    assured: Option<f64>,
    bound: f64,
}

fn assessed(aim: &Aim, walk: &Walk, which: usize, limit: usize, robots: &impl Fn(&str) -> u32) -> Assessed {
    let bound = aim.limits[limit].bound.of(robots(&aim.limits[limit].measure.profile));
    Assessed { assured: walk.sheet(which).limits[limit].assured, bound }
}
