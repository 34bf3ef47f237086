//! Distributions by independent means, and how draws and tables are held against them.
#![allow(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

use rollcast::random::{Law, QuantileTable, Words};
use statrs::distribution::{Continuous, ContinuousCDF};
use statrs::function::erf::{erfc, erfc_inv};

/// The words nearest to tail probabilities from 1/2 down to 1e-9, with the exact probability that a table reads them as.
pub fn tail_words(per_decade: u32) -> impl Iterator<Item = (u64, f64)> {
    (0..=9 * per_decade).map(move |step| {
        let wanted = 0.5 * 10_f64.powf(-f64::from(step) / f64::from(per_decade));
        let place = ((wanted * 2_f64.powi(53)) as u64).min((1 << 52) - 1);
        (place << 11, (place as f64 + 0.5) * 2_f64.powi(-53))
    })
}

type Function = Box<dyn Fn(f64) -> f64>;

/// A distribution: P(X ≤ x), P(X < x), P(X > x) and, where there is one, the density.
pub struct Oracle {
    pub cdf: Function,
    pub cdf_before: Function,
    pub sf: Function,
    pub density: Function,
}

impl Oracle {
    pub fn of<D: Continuous<f64, f64> + ContinuousCDF<f64, f64> + Clone + 'static>(
        law: D,
    ) -> Oracle {
        let (a, b, c, d) = (law.clone(), law.clone(), law.clone(), law);
        Oracle {
            cdf: Box::new(move |x| a.cdf(x)),
            cdf_before: Box::new(move |x| b.cdf(x)),
            sf: Box::new(move |x| c.sf(x)),
            density: Box::new(move |x| d.pdf(x)),
        }
    }

    /// All that a quantile function with jumps and level stretches says of the distribution: P(X ≤ x) is the greatest p whose quantile
    /// does not exceed x. It has no density.
    pub fn of_quantile(quantile: impl Fn(f64) -> f64 + Clone + 'static) -> Oracle {
        /// The greatest p for which `within` holds, if it holds up to there.
        fn greatest(within: impl Fn(f64) -> bool) -> f64 {
            if within(1.0) {
                return 1.0;
            }
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..54 {
                let middle = 0.5 * (low + high);
                *(if within(middle) { &mut low } else { &mut high }) = middle;
            }
            low
        }
        let [a, b, c] = [(); 3].map(|()| quantile.clone());
        Oracle {
            cdf: Box::new(move |x| greatest(|p| a(p) <= x)),
            cdf_before: Box::new(move |x| greatest(|p| b(p) < x)),
            sf: Box::new(move |x| 1.0 - greatest(|p| c(p) <= x)),
            density: Box::new(|_| f64::NAN),
        }
    }

    pub fn mixture(parts: Vec<(f64, Oracle)>) -> Oracle {
        let parts = std::rc::Rc::new(parts);
        let sum = |function: fn(&Oracle) -> &Function| -> Function {
            let parts = std::rc::Rc::clone(&parts);
            Box::new(move |x| {
                parts
                    .iter()
                    .map(|(weight, part)| weight * function(part)(x))
                    .sum()
            })
        };
        Oracle {
            cdf: sum(|part| &part.cdf),
            cdf_before: sum(|part| &part.cdf_before),
            sf: sum(|part| &part.sf),
            density: sum(|part| &part.density),
        }
    }

    /// The quantile function, for probabilities up to about 1/2 that are asked for in order: each is solved for from the last, and the
    /// first from `near`.
    ///
    /// Newton's method on the logarithm of the probability over that of the value.
    pub fn ends(self, near: f64) -> Ends {
        let oracle = std::rc::Rc::new(self);
        let end = |sign: f64, tail_at: fn(&Oracle) -> &Function| {
            let (oracle, last) = (std::rc::Rc::clone(&oracle), std::cell::Cell::new(near));
            move |tail: f64| {
                for _ in 0..100 {
                    let x = last.get();
                    let at = tail_at(&oracle)(x);
                    let step = (tail / at).ln() * at / (sign * (oracle.density)(x) * x);
                    last.set(x * step.clamp(-1.0, 1.0).exp());
                    if step.abs() < 1e-11 {
                        return last.get();
                    }
                }
                panic!("found no value with the probability {tail}");
            }
        };
        Ends::new(
            end(1.0, |oracle| &oracle.cdf),
            end(-1.0, |oracle| &oracle.sf),
        )
    }
}

/// The z that a standard normal variable exceeds with probability `q`, to the last digits: a Newton step on statrs' own.
pub fn normal_upper(q: f64) -> f64 {
    use std::f64::consts::{SQRT_2, TAU};
    let z = SQRT_2 * erfc_inv(2.0 * q);
    z + (0.5 * erfc(z / SQRT_2) - q) / ((-0.5 * z * z).exp() / TAU.sqrt())
}

/// A quantile function from either end: the value at probability p, and the one exceeded with probability q.
pub struct Ends {
    pub lower: Function,
    pub upper: Function,
}

impl Ends {
    pub fn new(lower: impl Fn(f64) -> f64 + 'static, upper: impl Fn(f64) -> f64 + 'static) -> Ends {
        Ends {
            lower: Box::new(lower),
            upper: Box::new(upper),
        }
    }
}

/// The greatest error of the table of `law` in both tails down to 1e-9, relative to the value or to `floor`, whichever is greater, and
/// where it is: the probability below and the probability above.
pub fn greatest_error(law: &Law, floor: f64, exact: &Ends, per_decade: u32) -> (f64, f64, f64) {
    let table = QuantileTable::new(law);
    let errors = tail_words(per_decade).flat_map(|(word, tail)| {
        let error = |seen: f64, exact: f64| (seen - exact).abs() / exact.max(floor);
        [
            (
                error(table.value(word), (exact.lower)(tail)),
                tail,
                1.0 - tail,
            ),
            (
                error(table.value(!word), (exact.upper)(tail)),
                1.0 - tail,
                tail,
            ),
        ]
    });
    errors.fold((0.0, 0.0, 0.0), |worst, error| {
        if error.0 > worst.0 || error.0.is_nan() {
            error
        } else {
            worst
        }
    })
}

/// An upper bound of sup |F_n − F| · √n for draws from the table of `law`, at most 64 / √n above it. Whatever F is, the supremum is above c
/// with a probability of at most 2 exp(−2c²).
///
/// F is only asked at every 64th draw in order of size; between two of them it can only rise, and so can F_n.
pub fn kolmogorov(law: &Law, words: &Words, n: usize, exact: &Oracle) -> f64 {
    const STRIDE: usize = 64;
    let table = QuantileTable::new(law);
    // Non-negative doubles are in the order of their bits.
    let mut drawn: Vec<u64> = Vec::with_capacity(n);
    let mut block = [0.0; 4096];
    while drawn.len() < n {
        let block = &mut block[..(n - drawn.len()).min(4096)];
        table.fill(words, drawn.len() as u64, block);
        drawn.extend(block.iter().map(|value| value.to_bits()));
    }
    drawn.sort_unstable();
    let share = |count: usize| count as f64 / n as f64;
    let mut from = 0;
    let mut cdf_last = 0.0;
    let mut worst = 0.0_f64;
    for at in (0..n).step_by(STRIDE).chain([n - 1]) {
        if at < from {
            continue;
        }
        let x = f64::from_bits(drawn[at]);
        let before = from
            + drawn[from..at]
                .iter()
                .take_while(|&&other| other < drawn[at])
                .count();
        let through = at
            + drawn[at..]
                .iter()
                .take_while(|&&other| other == drawn[at])
                .count();
        // Between the last value and this one.
        worst = worst
            .max(share(before) - cdf_last)
            .max((exact.cdf_before)(x) - share(from));
        // At this one.
        cdf_last = (exact.cdf)(x);
        worst = worst.max((share(through) - cdf_last).abs());
        from = through;
    }
    worst.max(1.0 - cdf_last) * (n as f64).sqrt()
}

pub fn constant(value: f64) -> Law {
    Law::constant(value).unwrap()
}

pub fn lognormal(median: f64, sigma: f64) -> Law {
    Law::lognormal(median, sigma).unwrap()
}
