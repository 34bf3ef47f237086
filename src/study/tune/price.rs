//! What each limit costs: how much better the best setting would be without it, and what a little less of it would buy.

use crate::stats::holm;
use crate::study::limit::Op;
use crate::study::tune::{Aim, Walk};

/// What is bought is noticed from this share of the objective on.
const NOTICED: f64 = 0.01;

/// The price of a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// The best setting without the limit.
    pub without: usize,
    /// Whether it is better than the chosen one with confidence, and noticeably.
    pub noticed: bool,
    pub relaxation: Option<Relaxation>,
}

/// The nearest relaxation of a limit that buys something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relaxation {
    /// The best setting that the relaxed limit allows.
    pub setting: usize,
    /// The bound that allows it, in the unit of the metric.
    pub bound: f64,
}

/// By limit, its price when `best` was chosen.
pub fn prices(aim: &Aim, walk: &Walk, best: usize) -> Vec<Price> {
    (0..aim.limits.len())
        .map(|limit| price(aim, walk, best, limit))
        .collect()
}

fn price(aim: &Aim, walk: &Walk, best: usize, limit: usize) -> Price {
    let allowed: Vec<usize> = walk
        .distinct()
        .filter(|(_, sheet)| sheet.meets(Some(limit)))
        .map(|(which, _)| which)
        .collect();
    let without = walk
        .best(allowed.iter().copied())
        .expect("the chosen one is among them");
    let own = walk.sheet(best);
    let bought = |which: &usize| {
        let gain = own.criteria[0] - walk.sheet(*which).criteria[0];
        gain > NOTICED * own.criteria[0].abs()
    };
    let better: Vec<usize> = allowed.into_iter().filter(bought).collect();
    let surely = surely_better(walk, &better, best, aim.confidence);
    let better: Vec<usize> = better
        .into_iter()
        .zip(surely)
        .filter(|(_, surely)| *surely)
        .map(|(which, _)| which)
        .collect();
    let needed = |which: usize| {
        walk.sheet(which).limits[limit]
            .assured
            .filter(|bound| bound.is_finite())
    };
    let op = aim.limits[limit].op;
    let distance = |bound: f64| match op {
        Op::AtMost => bound,
        Op::AtLeast => -bound,
    };
    let nearest = better
        .iter()
        .filter_map(|which| needed(*which))
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
    let relaxation = nearest.and_then(|bound| {
        let within = |which: &usize| needed(*which).is_some_and(|needed| op.allows(needed, bound));
        let setting = walk.best(better.iter().copied().filter(within))?;
        Some(Relaxation { setting, bound })
    });
    Price {
        without,
        noticed: better.contains(&without),
        relaxation,
    }
}

/// Which settings are better than another with confidence: paired differences of the objective, with Holm's correction.
fn surely_better(walk: &Walk, settings: &[usize], than: usize, confidence: f64) -> Vec<bool> {
    let own = walk.sheet(than);
    let p: Vec<f64> = settings
        .iter()
        .map(|which| own.p_worse(walk.sheet(*which), 0).unwrap_or(1.0))
        .collect();
    holm(&p)
        .into_iter()
        .map(|p| p <= 1.0 - confidence)
        .collect()
}
