//! Means over a probability that is itself drawn from a beta law.
//!
//! What is averaged are terms such as p^k (1 − p)^(n − k), and tails of them that may be very rare, so the rule must be accurate
//! relatively and for all k at once. In the log-odds t of p the beta density times such a term is analytic within |Im t| < π and falls off
//! exponentially at both ends, for which the trapezoidal rule on the whole line is about the best there is: its error is
//! exponential in the inverse of the step (Trefethen and Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56,
//! 2014). Where p is so close to 0 or 1 that a term does not change any more, the rest of the sum is a geometric series.

use crate::numeric::beta::ln_kernel;
use crate::numeric::math::{exp, exp_m1, ln, sqrt};

/// A value of the probability and its weight in the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaNode {
    pub weight: f64,
    pub p: f64,
}

/// A probability and its complement, given apart so that neither loses digits when it is small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub p: f64,
    pub rest: f64,
}

impl Point {
    pub const ZERO: Point = Point { p: 0.0, rest: 1.0 };
    pub const ONE: Point = Point { p: 1.0, rest: 0.0 };
}

/// Nodes lighter than this are left out.
const WEIGHT_MIN: f64 = 1e-60;

/// A term of `n` robots does not change any more where n · p is below this.
const FLAT: f64 = 1e-20;

/// The widest step in log-odds.
const STEP_MAX: f64 = 0.3;

/// Nodes and weights for the mean over p ~ Beta(`a`, `b`) of functions of p that are terms of a binomial law of up to `n` robots,
/// whose probability is linear in p. About `100 · sqrt(n + a + b)` nodes; their weights add up to 1.
///
/// Relative error of a tail of the mixed law below 1e-10 for tails down to 1e-40.
///
/// # Panics
///
/// Unless `a` and `b` are positive.
#[must_use]
pub fn beta_nodes(a: f64, b: f64, n: u64) -> Vec<BetaNode> {
    beta_nodes_between(a, b, n, Point::ZERO, Point::ONE)
}

/// As [`beta_nodes`], for the part of the mean with p between two points: where the function has a kink, the mean is the sum of
/// the parts on both sides of it, each as accurate as if there were none. The weights add up to the probability of the part.
///
/// With p = low + (high − low) q the rule is the trapezoidal one in the log-odds of q. In these no function that is linear in p
/// and lies between 0 and 1 is steeper than the log-odds of p itself, and all singularities stay at |Im| = π.
///
/// # Panics
///
/// Unless `a` and `b` are positive and the points in order.
#[must_use]
pub fn beta_nodes_between(a: f64, b: f64, n: u64, low: Point, high: Point) -> Vec<BetaNode> {
    assert!(
        a > 0.0 && b > 0.0,
        "a beta law has positive parameters, not {a} and {b}"
    );
    assert!(
        low.p <= high.p && low.rest >= high.rest,
        "a part between {low:?} and {high:?}"
    );
    let robots = n.max(1) as f64;
    // A peak has a standard deviation of at least 2 / sqrt(n + a + b) in t, and a step is 0.6 of that.
    let step = (1.2 / sqrt(robots + a + b)).min(STEP_MAX);
    let edge = ln(robots / FLAT);
    let width = if low.p < low.rest {
        high.p - low.p
    } else {
        low.rest - high.rest
    };
    // How far the mean lies above the low end and below the high one, times a + b.
    let (above, below) = (a * low.rest - b * low.p, b * high.p - a * high.rest);
    let centre = match (above > 0.0, below > 0.0) {
        (false, _) => -edge,
        (_, false) => edge,
        _ => ln(above / below).clamp(-edge, edge),
    };
    let node = |t: f64| {
        let (q, back) = (1.0 / (1.0 + exp(-t)), 1.0 / (1.0 + exp(t)));
        let (p, rest) = (low.p * back + high.p * q, low.rest * back + high.rest * q);
        let stretch = width * q * back / (p * rest);
        BetaNode {
            weight: step * exp(ln_kernel(a, b, p, rest)) * stretch,
            p,
        }
    };
    let walk = |direction: f64, shape: f64, end: f64, nodes: &mut Vec<BetaNode>| {
        let mut last = node(centre).weight;
        for i in 1.. {
            let t = centre + direction * f64::from(i) * step;
            if direction * t > edge {
                // Weights go on as powers of e^(−shape · step).
                let weight = last * exp(-shape * step) / -exp_m1(-shape * step);
                nodes.push(BetaNode { weight, p: end });
                return;
            }
            let next = node(t);
            if next.weight < WEIGHT_MIN && next.weight < last {
                return;
            }
            last = next.weight;
            nodes.push(next);
        }
    };
    let mut nodes = Vec::new();
    walk(-1.0, if low.p == 0.0 { a } else { 1.0 }, low.p, &mut nodes);
    nodes.reverse();
    nodes.push(node(centre));
    walk(
        1.0,
        if high.rest == 0.0 { b } else { 1.0 },
        high.p,
        &mut nodes,
    );
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::math::ln_gamma;
    use crate::stats::CountLaw;

    /// `P(X = k)` of the beta-binomial law: C(n, k) B(k + a, n − k + b) / B(a, b).
    fn beta_binomial(n: u64, a: f64, b: f64, k: u64) -> f64 {
        let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
        let (size, hits) = (n as f64, k as f64);
        let ln_choose = ln_gamma(size + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(size - hits + 1.0);
        exp(ln_choose + ln_beta(hits + a, size - hits + b) - ln_beta(a, b))
    }

    fn mixed(n: u64, a: f64, b: f64) -> CountLaw {
        let mut mixture = None;
        for node in beta_nodes(a, b, n) {
            CountLaw::binomial_above(n, node.p, 1e-80).mix_into(&mut mixture, node.weight);
        }
        mixture.unwrap()
    }

    #[test]
    fn weights_add_up_to_one_whatever_the_shape() {
        for total in [0.0101, 0.3, 1.0, 19.0, 499.0, 9999.0] {
            for mean in [1e-6, 1e-3, 0.02, 0.5, 0.9, 0.999_999] {
                for n in [1, 30, 5000] {
                    let sum: f64 = beta_nodes(mean * total, (1.0 - mean) * total, n)
                        .iter()
                        .map(|node| node.weight)
                        .sum();
                    assert!(
                        (sum - 1.0).abs() < 1e-11,
                        "{mean} {total} {n}: {:e}",
                        sum - 1.0
                    );
                }
            }
        }
    }

    #[test]
    fn tails_are_those_of_the_beta_binomial_law() {
        for (n, a, b) in [
            (500, 2.0, 98.0),
            (60, 0.02, 0.5),
            (2000, 9.99, 989.0),
            (40, 0.003, 3.0),
            (40, 3.0, 0.01),
            (25, 200.0, 300.0),
        ] {
            let law = mixed(n, a, b);
            let mut exact = 0.0;
            for k in (1..=n).rev() {
                exact += beta_binomial(n, a, b, k);
                if exact > 1e-40 {
                    let tail = law.upper_tail(k);
                    // The logarithms of gamma functions above lose digits.
                    assert!(
                        (tail / exact - 1.0).abs() < 2e-10,
                        "{n} {a} {b}: {k}: {tail:e}, not {exact:e}"
                    );
                }
            }
        }
    }

    /// With n = 1 the tail is the mean; with one k it is a moment: E[p^2] = a (a + 1) / ((a + b) (a + b + 1)).
    #[test]
    fn moments_are_those_of_the_beta_law() {
        for (a, b) in [(1e-8, 0.01), (0.5, 0.5), (2.0, 98.0), (5e3, 5e3)] {
            let second = a * (a + 1.0) / ((a + b) * (a + b + 1.0));
            let moment: f64 = beta_nodes(a, b, 2)
                .iter()
                .map(|node| node.weight * node.p * node.p)
                .sum();
            assert!(
                (moment / second - 1.0).abs() < 1e-10,
                "{a} {b}: {moment:e}, not {second:e}"
            );
        }
    }
}
