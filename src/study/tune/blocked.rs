//! When no setting meets the limits: which of them are in the way, and what is nearest.

use crate::study::limit::Verdict;
use crate::study::tune::choice::in_order;
use crate::study::tune::{Sheet, Tuning, Walk};

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
pub fn blocked(tuning: &Tuning, walk: &Walk) -> Option<Blocked> {
    let limits = 0..tuning.aim.limits.len();
    let nearest_to: Option<Vec<usize>> = limits
        .clone()
        .map(|limit| nearest(walk, |sheet| vec![missed(tuning, sheet, limit)]))
        .collect();
    let nearest = nearest(walk, |sheet| {
        let comes = sheet.objective.value.is_finite();
        let misses = limits.clone().map(|limit| missed(tuning, sheet, limit));
        misses
            .chain([if comes { 0.0 } else { f64::INFINITY }])
            .collect()
    });
    Some(Blocked {
        met_by: limits
            .clone()
            .map(|limit| count(walk, limit, Verdict::Held))
            .collect(),
        open_by: limits
            .clone()
            .map(|limit| count(walk, limit, Verdict::Open))
            .collect(),
        is_refuted: walk.distinct().all(|(_, sheet)| is_refuted(sheet)),
        nearest_to: nearest_to?,
        without: limits
            .map(|limit| walk.best(walk.meeting(Some(limit))))
            .collect(),
        nearest: nearest?,
        is_objective_open: walk.distinct().any(|(_, sheet)| sheet.meets_limits(None)),
    })
}

/// How far a setting is from a limit, relative to the bound, so that shares and times can be compared.
fn missed(tuning: &Tuning, sheet: &Sheet, limit: usize) -> f64 {
    let own = &sheet.limits[limit];
    let limit = &tuning.aim.limits[limit];
    let bound = limit.bound.of(tuning.robots(&limit.measure.profile));
    match own.assured {
        _ if own.verdict == Verdict::Held => 0.0,
        Some(assured) => (assured - bound).abs() / bound.abs().max(f64::MIN_POSITIVE),
        None => f64::INFINITY,
    }
}

/// The setting with the least misses: by the worst of them first, then the next, so that where one is out of all bounds everywhere, the
/// others decide.
fn nearest(walk: &Walk, misses: impl Fn(&Sheet) -> Vec<f64>) -> Option<usize> {
    let descending = walk.distinct().map(|(which, sheet)| {
        let mut misses = misses(sheet);
        misses.sort_by(|a, b| b.total_cmp(a));
        (which, misses)
    });
    let all: Vec<(usize, Vec<f64>)> = descending.collect();
    let (_, least) = all.iter().min_by(|(_, a), (_, b)| in_order(a, b))?;
    let nearest = all.iter().filter(|(_, misses)| misses == least);
    walk.best(nearest.map(|(which, _)| *which))
}

fn count(walk: &Walk, limit: usize, verdict: Verdict) -> usize {
    let all = walk.distinct();
    all.filter(|(_, sheet)| sheet.limits[limit].verdict == verdict)
        .count()
}

fn is_refuted(sheet: &Sheet) -> bool {
    sheet
        .limits
        .iter()
        .any(|limit| limit.verdict == Verdict::Broken)
        || sheet.objective.lo == Some(f64::INFINITY)
}
