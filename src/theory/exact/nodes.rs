//! Nodes and weights for the mean over a draw, as the sum of its parts between kinks.

use crate::numeric::math::{
    beta_cdf, beta_quantile, beta_quantile_upper, exp, ln_1p, normal_cdf, normal_quantile,
    normal_sf, sqrt,
};
use crate::stats::{Point, beta_nodes_between};
use crate::theory::exact::chances::Draw;
use crate::theory::exact::kinks::Kink;

/// A weight in the mean over a draw, and the value of each law there.
pub(super) type Node = (f64, Vec<f64>);

impl Draw {
    /// Nodes for the mean over the draw, each with its weight and the value of each law; nothing if there are more than `nodes_max`.
    pub(super) fn nodes(&self, robots: u64, nodes_max: f64, kinks: &[Kink]) -> Option<Vec<Node>> {
        let nodes: Vec<Node> = match self.laws.as_slice() {
            [(a, b)] => {
                let inner = kinks.iter().map(|kink| kink.at);
                let points: Vec<Point> = std::iter::once(Point::ZERO)
                    .chain(inner)
                    .chain([Point::ONE])
                    .collect();
                let parts = points
                    .windows(2)
                    .flat_map(|part| beta_nodes_between(*a, *b, robots, part[0], part[1]));
                parts.map(|node| (node.weight, vec![node.p])).collect()
            }
            laws => normal_nodes(laws, robots, nodes_max, kinks)?,
        };
        (nodes.len() as f64 <= nodes_max).then_some(nodes)
    }
}

/// Scores further out have a probability below 1e-60.
const FARTHEST: f64 = 16.5;

/// Nodes where several laws are read with one uniform number: by the trapezoidal rule in its normal score.
fn normal_nodes(
    laws: &[(f64, f64)],
    robots: u64,
    nodes_max: f64,
    kinks: &[Kink],
) -> Option<Vec<Node>> {
    let n = robots as f64;
    // What is averaged is as narrow as a binomial law beside the luck, or as the steepest luck.
    let narrowest = laws
        .iter()
        .map(|(a, b)| sqrt((a + b) / (n + a + b)).min(a.min(*b)))
        .fold(1.0, f64::min);
    let step = 0.3 * narrowest;
    let mut scores: Vec<f64> = kinks
        .iter()
        .map(|kink| score(laws[kink.law], kink.at))
        .collect();
    scores.retain(|score| score.abs() < FARTHEST);
    scores.sort_by(f64::total_cmp);
    scores.dedup();
    let ends: Vec<f64> = std::iter::once(f64::NEG_INFINITY)
        .chain(scores)
        .chain([f64::INFINITY])
        .collect();
    let parts: Vec<Part> = ends
        .windows(2)
        .map(|ends| Part::new(ends[0], ends[1], step))
        .collect();
    if parts.iter().map(Part::nodes).sum::<f64>() > nodes_max {
        return None;
    }
    let nodes = parts.iter().flat_map(Part::scores).map(|(score, width)| {
        let weight = width * exp(-0.5 * score * score) / sqrt(std::f64::consts::TAU);
        let values = laws.iter().map(|law| value(*law, score));
        (weight, values.collect())
    });
    Some(nodes.collect())
}

/// The value of a beta law at a normal score.
fn value((a, b): (f64, f64), score: f64) -> f64 {
    match score < 0.0 {
        true => beta_quantile(a, b, normal_cdf(score)),
        false => beta_quantile_upper(a, b, normal_sf(score)),
    }
}

/// The normal score at which a beta law has a value.
fn score((a, b): (f64, f64), at: Point) -> f64 {
    let (below, above) = (beta_cdf(a, b, at.p), beta_cdf(b, a, at.rest));
    if below < above {
        normal_quantile(below)
    } else {
        -normal_quantile(above)
    }
}

/// A part of the line of scores, and the steps by which it is gone through.
struct Part {
    low: f64,
    high: f64,
    step: f64,
    /// In steps, of the variable that stretches the part over the whole line.
    first: f64,
    last: f64,
}

impl Part {
    /// At this distance from a kink on the stretched line, the part has come as near to it as e^-60.
    const NEAREST: f64 = 60.0;

    fn new(low: f64, high: f64, step: f64) -> Part {
        let (from, to, step) = match (low.is_finite(), high.is_finite()) {
            (false, false) => (-FARTHEST, FARTHEST, step),
            (false, true) => (-FARTHEST - high, Part::NEAREST, step),
            (true, false) => (-Part::NEAREST, FARTHEST - low, step),
            // Scores go by at most a quarter of the width as fast as the stretched line.
            (true, true) => (
                -Part::NEAREST,
                Part::NEAREST,
                step.min(4.0 * step / (high - low)),
            ),
        };
        Part {
            low,
            high,
            step,
            first: -(-from / step).ceil(),
            last: (to / step).ceil(),
        }
    }

    fn nodes(&self) -> f64 {
        self.last - self.first + 1.0
    }

    /// Scores, and the width of the line that each stands for.
    fn scores(&self) -> impl Iterator<Item = (f64, f64)> {
        (self.first as i64..=self.last as i64).map(|i| {
            let (score, slope) = self.at(i as f64 * self.step);
            (score, self.step * slope)
        })
    }

    /// The score at a place of the stretched line, and its slope there.
    fn at(&self, place: f64) -> (f64, f64) {
        let rising = 1.0 / (1.0 + exp(-place));
        let falling = 1.0 / (1.0 + exp(place));
        match (self.low.is_finite(), self.high.is_finite()) {
            (false, false) => (place, 1.0),
            (false, true) => (self.high - softplus(-place), falling),
            (true, false) => (self.low + softplus(place), rising),
            (true, true) => (
                self.low + (self.high - self.low) * rising,
                (self.high - self.low) * rising * falling,
            ),
        }
    }
}

/// ln(1 + e^x)
fn softplus(x: f64) -> f64 {
    x.max(0.0) + ln_1p(exp(-x.abs()))
}
