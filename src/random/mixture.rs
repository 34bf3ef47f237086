//! Mixtures: with these probabilities one law, else another.

use super::segment::{Course, Segment, segments};
use super::shape::{Shape, Shaped};
use crate::numeric::math::ln;
use crate::numeric::solve::bracketed;

/// Laws with their weights, none of them a mixture itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mixture<L> {
    parts: Vec<(f64, L)>,
    /// Where jumps and kinks of the parts lie in the whole, so that quantiles at atoms are exact.
    segments: Vec<Segment>,
    /// For each segment, the part that varies there if only one does.
    alone: Vec<Option<Alone>>,
}

/// A part that has a stretch of values to itself, as the law in "nothing or this law" has: its own quantile is the mixture's.
#[derive(Clone, Debug, PartialEq)]
struct Alone {
    part: usize,
    /// The probability that the other parts have below and above this stretch.
    others_below: f64,
    others_above: f64,
}

impl<L: Shaped> Mixture<L> {
    /// Weights are positive and sum to 1.
    pub(super) fn new(parts: Vec<(f64, L)>) -> Mixture<L> {
        let mut mixture = Mixture {
            parts,
            segments: Vec::new(),
            alone: Vec::new(),
        };
        mixture.segments = segments(&mixture);
        mixture.alone = mixture
            .segments
            .iter()
            .map(|segment| mixture.alone_on(segment.course))
            .collect();
        mixture
    }

    fn alone_on(&self, course: Course) -> Option<Alone> {
        let (Course::Line(low, high) | Course::Curve(low, high)) = course else {
            return None;
        };
        let mut varying = (0..self.parts.len()).filter(|part| {
            let shape = self.parts[*part].1.shape();
            shape.sf(low) > shape.sf_from(high) || shape.cdf(low) < shape.cdf_before(high)
        });
        let (Some(part), None) = (varying.next(), varying.next()) else {
            return None;
        };
        let others = (self.parts.iter().enumerate())
            .filter(|(index, _)| *index != part)
            .map(|(_, other)| other);
        Some(Alone {
            part,
            others_below: others
                .clone()
                .map(|(weight, law)| weight * law.shape().cdf(low))
                .sum(),
            others_above: others
                .map(|(weight, law)| weight * law.shape().sf(low))
                .sum(),
        })
    }

    pub(super) fn parts(&self) -> &[(f64, L)] {
        &self.parts
    }

    fn sum(&self, term: impl Fn(&dyn Shape) -> f64) -> f64 {
        self.parts
            .iter()
            .map(|(weight, law)| weight * term(law.shape()))
            .sum()
    }

    /// The solution of `excess(x) = 0` for a quantile that lies between `low` and `high` and between those of the parts.
    fn solve(
        &self,
        low: f64,
        high: f64,
        quantile: impl Fn(&dyn Shape) -> f64,
        excess: impl Fn(f64) -> f64,
    ) -> f64 {
        let of_parts = self.parts.iter().map(|(_, law)| quantile(law.shape()));
        let low = of_parts.clone().fold(f64::INFINITY, f64::min).max(low);
        let high = of_parts.fold(0.0, f64::max).min(high);
        if low < high && high.is_finite() {
            bracketed(low, high, excess)
        } else {
            high
        }
    }
}

impl<L: Shaped> Shape for Mixture<L> {
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|part| part.cdf(x))
    }

    fn sf(&self, x: f64) -> f64 {
        self.sum(|part| part.sf(x))
    }

    fn cdf_before(&self, x: f64) -> f64 {
        self.sum(|part| part.cdf_before(x))
    }

    fn sf_from(&self, x: f64) -> f64 {
        self.sum(|part| part.sf_from(x))
    }

    fn quantile(&self, p: f64) -> f64 {
        let index = self
            .segments
            .partition_point(|segment| segment.to.lower < p)
            .min(self.segments.len() - 1);
        match self.segments[index].course {
            Course::Atom(x) => x,
            Course::Line(low, high) | Course::Curve(low, high) => {
                if let Some(alone) = &self.alone[index] {
                    let (weight, law) = &self.parts[alone.part];
                    return law
                        .shape()
                        .quantile(((p - alone.others_below) / weight).clamp(0.0, 1.0))
                        .clamp(low, high);
                }
                self.solve(low, high, |part| part.quantile(p), |x| ln(self.cdf(x) / p))
            }
        }
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let index = self
            .segments
            .partition_point(|segment| segment.to.upper > q)
            .min(self.segments.len() - 1);
        match self.segments[index].course {
            Course::Atom(x) => x,
            Course::Line(low, high) | Course::Curve(low, high) => {
                if let Some(alone) = &self.alone[index] {
                    let (weight, law) = &self.parts[alone.part];
                    return law
                        .shape()
                        .quantile_upper(((q - alone.others_above) / weight).clamp(0.0, 1.0))
                        .clamp(low, high);
                }
                self.solve(
                    low,
                    high,
                    |part| part.quantile_upper(q),
                    |x| ln(q / self.sf(x)),
                )
            }
        }
    }

    fn mean(&self) -> f64 {
        self.sum(|part| part.mean())
    }

    fn yardstick(&self) -> f64 {
        self.sum(|part| part.yardstick())
    }

    fn knots(&self) -> Vec<f64> {
        let mut knots: Vec<f64> = self
            .parts
            .iter()
            .flat_map(|(_, law)| law.shape().knots())
            .collect();
        knots.sort_by(f64::total_cmp);
        knots.dedup();
        knots
    }

    fn is_piecewise_linear(&self) -> bool {
        self.parts
            .iter()
            .all(|(_, law)| law.shape().is_piecewise_linear())
    }
}
