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
    let allowed: Vec<usize> = walk.meeting(Some(limit)).collect();
    let without = walk
        .best(allowed.iter().copied())
        .expect("a bug: the chosen setting meets every limit");
    let own = walk.sheet(best).criteria[0];
    let bought = allowed
        .into_iter()
        .filter(|which| own - walk.sheet(*which).criteria[0] > NOTICED * own.abs());
    let better = surely_better(walk, bought.collect(), best, aim.confidence);
    let needed: Vec<(usize, f64)> = better
        .iter()
        .filter_map(|which| Some((*which, walk.sheet(*which).limits[limit].assured?)))
        .filter(|(_, bound)| bound.is_finite())
        .collect();
    let op = aim.limits[limit].op;
    let bounds = needed.iter().map(|(_, bound)| *bound);
    let nearest = match op {
        Op::AtMost => bounds.reduce(f64::min),
        Op::AtLeast => bounds.reduce(f64::max),
    };
    let relaxation = nearest.and_then(|bound| {
        let within = needed
            .iter()
            .filter(|(_, needed)| op.allows(*needed, bound));
        let setting = walk.best(within.map(|(which, _)| *which))?;
        Some(Relaxation { setting, bound })
    });
    Price {
        without,
        noticed: better.contains(&without),
        relaxation,
    }
}

/// The settings that are better than another with confidence: paired differences of the objective, with Holm's correction.
fn surely_better(walk: &Walk, settings: Vec<usize>, than: usize, confidence: f64) -> Vec<usize> {
    let own = walk.sheet(than);
    let p: Vec<f64> = settings
        .iter()
        .map(|which| own.p_worse(walk.sheet(*which), 0).unwrap_or(1.0))
        .collect();
    let surely = settings.into_iter().zip(holm(&p));
    surely
        .filter(|(_, p)| *p <= 1.0 - confidence)
        .map(|(which, _)| which)
        .collect()
}
