//! Residual laws against quadrature: of P(X > x) for the distribution, of the quantile function for the mean; and against what is known
//! in closed form.

// The platform's functions are exact enough to check against.
#![allow(clippy::disallowed_methods)]

use crate::common::tails::{
    Ends, Oracle, constant, greatest_error, kolmogorov, lognormal, tail_words,
};
use rollcast::random::{Key, Law, LawError, QuantileTable, Words};
use statrs::function::{erf::erfc, gamma::gamma_lr, gamma::gamma_ur};

/// Accuracy that the tables promise, relative to the value or to a millionth of the mean of the law.
const PROMISED: f64 = 1e-7;

/// A law with the values where its cdf is not smooth, each with its probability (zero at mere kinks).
struct Case {
    name: &'static str,
    law: Law,
    knots: Vec<(f64, f64)>,
}

fn mixture(parts: Vec<(f64, Law)>) -> Law {
    Law::mixture(parts).unwrap()
}

fn residual(law: &Law) -> Law {
    law.residual().unwrap()
}

fn smooth(name: &'static str, law: Result<Law, LawError>) -> Case {
    kinked(name, law, &[])
}

fn kinked(name: &'static str, law: Result<Law, LawError>, kinks: &[f64]) -> Case {
    Case {
        name,
        law: law.unwrap(),
        knots: kinks.iter().map(|&x| (x, 0.0)).collect(),
    }
}

fn smooth_cases() -> Vec<Case> {
    vec![
        smooth("lognormal 0.001", Law::lognormal(240.0, 0.001)),
        smooth("lognormal 0.05", Law::lognormal(240.0, 0.05)),
        // The upper tail has one form on either side of 0.1.
        smooth("lognormal 0.0999", Law::lognormal(240.0, 0.0999)),
        smooth("lognormal 0.1001", Law::lognormal(240.0, 0.1001)),
        smooth("lognormal 0.8", Law::lognormal(240.0, 0.8)),
        smooth("lognormal 2", Law::lognormal(240.0, 2.0)),
        smooth("lognormal 5", Law::lognormal(240.0, 5.0)),
        smooth("exponential", Law::exponential(60.0)),
        smooth("weibull 0.1", Law::weibull(0.1, 60.0)),
        smooth("weibull 0.7", Law::weibull(0.7, 60.0)),
        smooth("weibull 3", Law::weibull(3.0, 60.0)),
        smooth("weibull 100", Law::weibull(100.0, 60.0)),
        smooth("gamma cv 0.01", Law::gamma_from_mean(60.0, 0.01)),
        smooth("gamma cv 0.3", Law::gamma_from_mean(60.0, 0.3)),
        smooth("gamma cv 0.9", Law::gamma_from_mean(60.0, 0.9)),
        smooth("gamma cv 2", Law::gamma_from_mean(60.0, 2.0)),
        smooth("gamma cv 10", Law::gamma_from_mean(60.0, 10.0)),
        kinked("beta 2 %", Law::beta(0.02, 0.01), &[1.0]),
        kinked("beta 98 %", Law::beta(0.98, 0.0003), &[1.0]),
        kinked(
            "beta 70 %",
            Law::beta(0.7, 0.25).unwrap().scaled(9.0),
            &[9.0],
        ),
        kinked("uniform", Law::uniform(3.0, 8.0), &[3.0, 8.0]),
        kinked("uniform from 0", Law::uniform(0.0, 8.0), &[8.0]),
        kinked(
            "triangular",
            Law::triangular(1.0, 2.0, 5.0),
            &[1.0, 2.0, 5.0],
        ),
        kinked("triangular falling", Law::triangular(0.0, 0.0, 5.0), &[5.0]),
        kinked(
            "triangular rising",
            Law::triangular(3.0, 7.0, 7.0),
            &[3.0, 7.0],
        ),
    ]
}

fn rough_cases() -> Vec<Case> {
    let case = |name, law, knots: &[(f64, f64)]| Case {
        name,
        law,
        knots: knots.to_vec(),
    };
    let points = vec![
        (0.1, 3.0),
        (0.25, 3.0),
        (0.5, 8.0),
        (0.6, 8.0),
        (0.75, 8.5),
        (0.9, 40.0),
    ];
    let from_zero = vec![(0.2, 0.0), (0.5, 1.0), (1.0, 20.0)];
    let two_speeds = vec![(0.7, lognormal(60.0, 0.4)), (0.3, lognormal(1800.0, 0.8))];
    let gap = vec![
        (0.5, Law::uniform(0.0, 1.0).unwrap()),
        (0.5, Law::uniform(5.0, 6.0).unwrap()),
    ];
    let inner = vec![
        (0.5, Law::triangular(10.0, 20.0, 30.0).unwrap()),
        (0.5, Law::exponential(20.0).unwrap()),
    ];
    let nested = vec![
        (0.2, constant(15.0)),
        (0.1, constant(0.0)),
        (0.7, mixture(inner)),
    ];
    vec![
        case(
            "quantiles",
            Law::quantiles(points).unwrap(),
            &[(3.0, 0.25), (8.0, 0.1), (8.5, 0.0), (40.0, 0.1)],
        ),
        case(
            "quantiles from 0",
            Law::quantiles(from_zero).unwrap(),
            &[(0.0, 0.2), (1.0, 0.0), (20.0, 0.0)],
        ),
        case(
            "samples",
            Law::samples(vec![5.0, 1.0, 2.5, 1.0, 9.0, 0.0, 7.5, 7.0]).unwrap(),
            &[
                (0.0, 0.125),
                (1.0, 0.25),
                (2.5, 0.125),
                (5.0, 0.125),
                (7.0, 0.125),
                (7.5, 0.125),
                (9.0, 0.125),
            ],
        ),
        case(
            "two constants",
            mixture(vec![(0.3, constant(1.0)), (0.7, constant(2.0))]),
            &[(1.0, 0.3), (2.0, 0.7)],
        ),
        case("two lognormals", mixture(two_speeds), &[]),
        // The mean of its residual is 10⁶ times its own, and only values far below that are bent.
        case(
            "two widths",
            mixture(vec![
                (0.9, lognormal(60.0, 0.1)),
                (0.1, lognormal(60.0, 4.0)),
            ]),
            &[],
        ),
        case(
            "zero or lognormal",
            mixture(vec![(0.2, constant(0.0)), (0.8, lognormal(60.0, 1.0))]),
            &[(0.0, 0.2)],
        ),
        // A gamma function far beyond its tail must cost no more than one within.
        case(
            "far apart",
            mixture(vec![
                (0.3, Law::uniform(190e3, 200e3).unwrap()),
                (0.7, Law::weibull(8.7, 0.9).unwrap()),
            ]),
            &[(190e3, 0.0), (200e3, 0.0)],
        ),
        case("gap", mixture(gap), &[(1.0, 0.0), (5.0, 0.0), (6.0, 0.0)]),
        case(
            "nested",
            mixture(nested),
            &[
                (0.0, 0.1),
                (10.0, 0.0),
                (15.0, 0.2),
                (20.0, 0.0),
                (30.0, 0.0),
            ],
        ),
    ]
}

fn all_cases() -> Vec<Case> {
    smooth_cases().into_iter().chain(rough_cases()).collect()
}

/// ∫ f from `low` to `high` by the Gauss-Legendre rule of ten points (Abramowitz & Stegun, table 25.4).
fn gauss(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RULE: [(f64, f64); 5] = [
        (0.148_874_338_981_631_21, 0.295_524_224_714_752_87),
        (0.433_395_394_129_247_2, 0.269_266_719_309_996_36),
        (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
        (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
        (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
    ];
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    half * RULE
        .iter()
        .map(|(node, weight)| weight * (f(middle - half * node) + f(middle + half * node)))
        .sum::<f64>()
}

/// The residual law of a case by quadrature of its P(X > x) alone.
struct Quadrature<'a> {
    law: &'a Law,
    edges: Vec<f64>,
    /// ∫ P(X > t) dt up to each edge, and from it on.
    below: Vec<f64>,
    above: Vec<f64>,
}

impl<'a> Quadrature<'a> {
    fn new(case: &'a Case) -> Self {
        let law = &case.law;
        // Edges dense both in ln x and in the probability, down to where nothing more is added, and at every knot.
        let least = 1e-24 * law.mean();
        let grid = (0..500).map(|step| least * (0.25 * f64::from(step)).exp());
        let levels = (1..2000)
            .map(|step| 0.75_f64.powi(step))
            .filter(|&level| level > 1e-200);
        let levels = levels.flat_map(|level| [law.quantile(level), law.quantile_upper(level)]);
        let greatest = law.quantile_upper(1e-200);
        let mut edges: Vec<f64> = grid
            .chain(levels)
            .chain(case.knots.iter().map(|&(x, _)| x))
            .collect();
        edges.retain(|&x| (least..=greatest).contains(&x));
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let areas: Vec<f64> = edges
            .windows(2)
            .map(|ends| gauss(ends[0], ends[1], |x| law.sf(x)))
            .collect();
        let first = edges[0] * law.sf(edges[0]);
        let mut below = vec![first];
        below.extend(areas.iter().scan(first, |sum, area| {
            *sum += area;
            Some(*sum)
        }));
        let mut above: Vec<f64> = areas
            .iter()
            .rev()
            .scan(0.0, |sum, area| {
                *sum += area;
                Some(*sum)
            })
            .collect();
        above.reverse();
        above.push(0.0);
        Self {
            law,
            edges,
            below,
            above,
        }
    }

    fn law_mean(&self) -> f64 {
        self.below[self.below.len() - 1]
    }

    /// P(X_e ≤ x) and P(X_e > x).
    fn tails(&self, x: f64) -> (f64, f64) {
        let end = self.edges.partition_point(|&edge| edge <= x);
        if end == 0 {
            return (x / self.law_mean(), 1.0 - x / self.law_mean());
        }
        if end == self.edges.len() {
            return (1.0, 0.0);
        }
        let sf = |x| self.law.sf(x);
        let below = self.below[end - 1] + gauss(self.edges[end - 1], x, sf);
        let above = self.above[end] + gauss(x, self.edges[end], sf);
        (below / self.law_mean(), above / self.law_mean())
    }
}

/// E[Xᵏ] by quadrature of the quantile function over the logit of the probability.
fn raw_moment(case: &Case, k: i32) -> f64 {
    let law = &case.law;
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let knots = case
        .knots
        .iter()
        .flat_map(|&(x, weight)| [law.cdf(x), law.cdf(x) - weight]);
    let near = (-400..400).map(|step| 0.025 * f64::from(step));
    let far = (20..1200).map(|step| 0.5 * f64::from(step));
    let grid = (20..120)
        .map(|step| -0.5 * f64::from(step))
        .chain(near)
        .chain(far);
    let knots = knots.map(logit).filter(|s| s.abs() < 60.0);
    // A law may leave a knot like a root or a logarithm.
    let knots = knots.flat_map(|s| {
        (0..40)
            .map(|step| 0.5_f64.powi(step))
            .flat_map(move |apart| [s - apart, s, s + apart])
    });
    let mut edges: Vec<f64> = knots.chain(grid).collect();
    edges.sort_by(f64::total_cmp);
    let integrand = |s: f64| {
        let (p, q) = (1.0 / (1.0 + (-s).exp()), 1.0 / (1.0 + s.exp()));
        let x = if s < 0.0 {
            law.quantile(p)
        } else {
            law.quantile_upper(q)
        };
        x.powi(k) * p * q
    };
    edges
        .windows(2)
        .map(|ends| gauss(ends[0], ends[1], integrand))
        .sum()
}

fn words(name: &str) -> Words {
    Key::new(2025).name("residual").name(name).words()
}

#[track_caller]
fn assert_relative(seen: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (seen / expected - 1.0).abs();
    assert!(
        error <= tolerance || seen == expected,
        "{what}: {seen:e} for {expected:e}, off by {error:e}"
    );
}

// Closed forms.

#[test]
fn the_residual_of_a_constant_is_uniform() {
    assert_eq!(
        residual(&constant(900.0)),
        Law::uniform(0.0, 900.0).unwrap()
    );
    for same in [
        Law::samples(vec![900.0; 7]).unwrap(),
        Law::quantiles(vec![(0.2, 900.0), (0.8, 900.0)]).unwrap(),
        mixture(vec![
            (0.5, constant(900.0)),
            (0.5, Law::samples(vec![900.0]).unwrap()),
        ]),
    ] {
        assert_eq!(residual(&same), Law::uniform(0.0, 900.0).unwrap());
    }
}

#[test]
fn memoryless_laws_are_their_own_residuals() {
    for law in [
        Law::exponential(60.0).unwrap(),
        Law::weibull(1.0, 60.0).unwrap(),
        Law::gamma(1.0, 60.0).unwrap(),
    ] {
        assert_eq!(residual(&law), law);
    }
    let or_nothing = mixture(vec![
        (0.4, constant(0.0)),
        (0.6, Law::exponential(60.0).unwrap()),
    ]);
    assert_eq!(residual(&or_nothing), Law::exponential(60.0).unwrap());
}

#[test]
fn far_tails_have_their_closed_forms() {
    let check = |law: &Law, x: f64, expected: f64| {
        assert_relative(residual(law).sf(x), expected, 1e-11, &format!("{law:?}"));
    };
    for x in [0.1_f64, 1.0, 5.0, 40.0, 300.0, 600.0] {
        // Half an exponential, half the sum of two.
        check(
            &Law::gamma(2.0, 1.0).unwrap(),
            x,
            (1.0 + x / 2.0) * (-x).exp(),
        );
        check(
            &Law::gamma(3.0, 1.0).unwrap(),
            x,
            (1.0 + 2.0 * x / 3.0 + x * x / 6.0) * (-x).exp(),
        );
        check(
            &Law::weibull(0.5, 1.0).unwrap(),
            x * x,
            (1.0 + x) * (-x).exp(),
        );
    }
    for rest in [0.5_f64, 0.1, 2e-3, 1e-5, 1e-7] {
        let tolerance_of_x = 1e-15 / rest;
        let check = |law: &Law, x: f64, expected| {
            assert_relative(
                residual(law).sf(x),
                expected,
                1e-11 + tolerance_of_x,
                &format!("{law:?}"),
            );
        };
        check(&Law::uniform(0.0, 1.0).unwrap(), 1.0 - rest, rest * rest);
        check(
            &Law::triangular(0.0, 0.0, 1.0).unwrap(),
            1.0 - rest,
            rest * rest * rest,
        );
        check(
            &Law::triangular(0.0, 1.0, 1.0).unwrap(),
            1.0 - rest,
            rest * rest * (3.0 - rest) / 2.0,
        );
        // Beta with a = 1 and b = 3: P(X > x) = (1 - x)³.
        check(&Law::beta(0.25, 0.2).unwrap(), 1.0 - rest, rest.powi(4));
    }
    // A law that is never below 3 loses nothing until then.
    let late = residual(&Law::uniform(3.0, 5.0).unwrap());
    assert_relative(late.cdf(1e-12), 0.25e-12, 1e-15, "late");
    assert_relative(late.quantile(1e-12), 4e-12, 1e-15, "late");
}

#[test]
fn the_waiting_time_paradox() {
    // Nine intervals of a minute to one of an hour: whoever comes at random mostly meets the hour.
    let law = mixture(vec![(0.9, constant(60.0)), (0.1, constant(3600.0))]);
    assert_relative(
        residual(&law).mean(),
        (0.9 * 60.0 * 60.0 + 0.1 * 3600.0 * 3600.0) / (2.0 * 414.0),
        1e-14,
        "two constants",
    );
    assert_eq!(residual(&constant(900.0)).mean(), 450.0);
    let mut drawn = vec![0.0; 400_000];
    QuantileTable::new(&residual(&constant(900.0))).fill(&words("paradox"), 0, &mut drawn);
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    // The standard deviation is 900/√12.
    assert!(
        (mean - 450.0).abs() < 4.0 * 259.8 / (drawn.len() as f64).sqrt(),
        "{mean}"
    );
}

/// The first moment of arrival after a random time, found by laying intervals end to end instead of by any formula.
#[test]
fn residuals_are_what_a_visitor_finds() {
    const VISITS: usize = 20_000;
    for case in [
        &smooth_cases()[4],
        &smooth_cases()[15],
        &rough_cases()[0],
        &rough_cases()[7],
    ] {
        let table = QuantileTable::new(&case.law);
        let (intervals, visits) = (words(case.name), words("visits"));
        let mut found: Vec<f64> = (0..VISITS as u64)
            .map(|visit| {
                // Late enough to have forgotten the start.
                let at =
                    case.law.mean() * (40.0 + 20.0 * (visits.at(visit) as f64 / 2_f64.powi(64)));
                let mut ends = 0.0;
                let mut index = visit << 20;
                while ends <= at {
                    ends += table.value(intervals.at(index));
                    index += 1;
                }
                ends - at
            })
            .collect();
        found.sort_by(f64::total_cmp);
        let law = residual(&case.law);
        let distance = distance(&found, |x| law.cdf(x));
        assert!(distance < 1.95, "{}: {distance}", case.name);
    }
}

// Quadrature.

#[test]
fn both_tails_match_quadrature() {
    for case in all_cases() {
        let (law, exact) = (residual(&case.law), Quadrature::new(&case));
        // What half a unit in the last place of x does to the upper tail, where the law is narrow or bounded.
        let of_x = |x: f64, upper: f64| 4e-16 * x * case.law.sf(x) / exact.law_mean() / upper;
        let mut least = (1.0_f64, 1.0_f64);
        for (i, &x) in exact.edges.iter().enumerate() {
            let (lower, upper) = (
                exact.below[i] / exact.law_mean(),
                exact.above[i] / exact.law_mean(),
            );
            if lower > 1e-12 {
                assert_relative(
                    law.cdf(x),
                    lower,
                    1e-11,
                    &format!("{}: lower tail at {x}", case.name),
                );
                least.0 = least.0.min(lower);
            }
            if upper > 1e-14 {
                assert_relative(
                    law.sf(x),
                    upper,
                    1e-10 + of_x(x, upper),
                    &format!("{}: upper tail at {x}", case.name),
                );
                least.1 = least.1.min(upper);
            }
            assert!(
                (law.cdf(x) + law.sf(x) - 1.0).abs() < 1e-11,
                "{}: the tails at {x} are complements",
                case.name
            );
        }
        assert!(
            least.0 < 1e-9 && least.1 < 1e-9 || !case.knots.is_empty(),
            "{}: {least:?} tested",
            case.name
        );
    }
}

#[test]
fn means_match_quadrature_of_the_quantile_function() {
    for case in all_cases() {
        let (first, second) = (raw_moment(&case, 1), raw_moment(&case, 2));
        assert_relative(case.law.mean(), first, 1e-10, case.name);
        assert_relative(Quadrature::new(&case).law_mean(), first, 1e-10, case.name);
        assert_relative(
            residual(&case.law).mean(),
            second / (2.0 * first),
            1e-9,
            case.name,
        );
    }
}

#[test]
fn quantiles_invert_both_tails() {
    for case in all_cases() {
        let law = residual(&case.law);
        assert_eq!(
            (law.quantile(0.0), law.support_min()),
            (0.0, 0.0),
            "{}",
            case.name
        );
        assert_eq!(
            law.quantile_upper(0.0),
            case.law.quantile_upper(0.0),
            "{}",
            case.name
        );
        for (_, tail) in tail_words(20) {
            let (low, high) = (law.quantile(tail), law.quantile_upper(tail));
            assert_relative(
                law.cdf(low),
                tail,
                1e-12,
                &format!("{}: cdf(quantile({tail}))", case.name),
            );
            let of_x = 4e-16 * high * case.law.sf(0.999_999_999 * high) / case.law.mean() / tail;
            assert_relative(
                law.sf(high),
                tail,
                1e-9 + of_x,
                &format!("{}: sf(quantile_upper({tail}))", case.name),
            );
        }
    }
}

// Tables.

#[test]
fn tables_keep_their_promise_by_quadrature() {
    for case in all_cases() {
        let (table, exact) = (
            QuantileTable::new(&residual(&case.law)),
            Quadrature::new(&case),
        );
        for (word, tail) in tail_words(30) {
            let (low, high) = (table.value(word), table.value(!word));
            // What a probability misses, over the density, is the error of the value; the quadrature itself is good to 1e-11.
            let error = |x: f64, missed: f64| {
                let allowed = PROMISED * x.max(1e-6 * exact.law_mean()) + 1e-15 * x;
                let density = case.law.sf(x - allowed).max(1e-300) / exact.law_mean();
                (missed.abs() - 1e-11 * tail) / density / allowed
            };
            let (low_error, high_error) = (
                error(low, exact.tails(low).0 - tail),
                error(high, exact.tails(high).1 - tail),
            );
            assert!(
                low_error < 1.0,
                "{} at {tail}: {low} is off by {low_error} of what is allowed",
                case.name
            );
            assert!(
                high_error < 1.0,
                "{} at 1 - {tail}: {high} is off by {high_error} of what is allowed",
                case.name
            );
        }
    }
}

/// Laws with the distribution functions of their residuals in closed form, and where those have their medians.
fn closed_oracles() -> Vec<(&'static str, Law, Oracle, f64)> {
    fn oracle(
        cdf: impl Fn(f64) -> f64 + Clone + 'static,
        sf: impl Fn(f64) -> f64 + 'static,
        density: impl Fn(f64) -> f64 + 'static,
    ) -> Oracle {
        let before = cdf.clone();
        Oracle {
            cdf: Box::new(cdf),
            cdf_before: Box::new(before),
            sf: Box::new(sf),
            density: Box::new(density),
        }
    }
    let normal_sf = |z: f64| 0.5 * erfc(z / std::f64::consts::SQRT_2);
    // The price of a call option, see Black & Scholes (1973).
    let lognormal_oracle = |median: f64, sigma: f64| {
        let mean = median * (0.5 * sigma * sigma).exp();
        let z = move |x: f64| (x / median).ln() / sigma;
        oracle(
            move |x| normal_sf(sigma - z(x)) + x / mean * normal_sf(z(x)),
            move |x| normal_sf(z(x) - sigma) - x / mean * normal_sf(z(x)),
            move |x| normal_sf(z(x)) / mean,
        )
    };
    let gamma = |shape: f64, x: f64| {
        if x > 0.0 {
            (gamma_lr(shape, x), gamma_ur(shape, x))
        } else {
            (0.0, 1.0)
        }
    };
    vec![
        (
            "lognormal 0.8",
            Law::lognormal(240.0, 0.8).unwrap(),
            lognormal_oracle(240.0, 0.8),
            100.0,
        ),
        (
            "lognormal 2",
            Law::lognormal(240.0, 2.0).unwrap(),
            lognormal_oracle(240.0, 2.0),
            1000.0,
        ),
        (
            // Half an exponential, half the sum of two.
            "gamma of shape 2",
            Law::gamma(2.0, 1.0).unwrap(),
            oracle(
                move |x| 0.5 * (gamma(1.0, x).0 + gamma(2.0, x).0),
                |x| (1.0 + x / 2.0) * (-x).exp(),
                |x| (1.0 + x) / 2.0 * (-x).exp(),
            ),
            1.0,
        ),
        (
            // The root of the value is a gamma variable of shape 2.
            "weibull 0.5",
            Law::weibull(0.5, 1.0).unwrap(),
            oracle(
                move |x| gamma(2.0, x.sqrt()).0,
                |x| (1.0 + x.sqrt()) * (-x.sqrt()).exp(),
                |x| 0.5 * (-x.sqrt()).exp(),
            ),
            2.0,
        ),
        (
            // The square of the value is a gamma variable of shape 1/2.
            "weibull 2",
            Law::weibull(2.0, 1.0).unwrap(),
            oracle(
                move |x| gamma(0.5, x * x).0,
                move |x| gamma(0.5, x * x).1,
                |x| (-x * x).exp() / (0.25 * std::f64::consts::PI).sqrt(),
            ),
            0.5,
        ),
    ]
}

/// Laws with the quantile functions of their residuals in closed form.
fn closed_ends() -> Vec<(&'static str, Law, Ends)> {
    // 1 - (1 - p)^(1/k), also where p is small.
    fn rest(p: f64, k: f64) -> f64 {
        -((-p).ln_1p() / k).exp_m1()
    }
    let two = mixture(vec![(0.3, constant(1.0)), (0.7, constant(2.0))]);
    vec![
        (
            "constant",
            constant(900.0),
            Ends::new(|p| 900.0 * p, |q| 900.0 * (1.0 - q)),
        ),
        (
            "exponential",
            Law::exponential(60.0).unwrap(),
            Ends::new(|p| -60.0 * (-p).ln_1p(), |q| -60.0 * q.ln()),
        ),
        (
            "uniform from 0",
            Law::uniform(0.0, 1.0).unwrap(),
            Ends::new(|p| rest(p, 2.0), |q| 1.0 - q.sqrt()),
        ),
        ("uniform", Law::uniform(3.0, 5.0).unwrap(), {
            // The residual exceeds x with probability (5 - x)² / 16 from 3 on.
            Ends::new(
                |p| {
                    if p < 0.75 {
                        4.0 * p
                    } else {
                        5.0 - (16.0 * (1.0 - p)).sqrt()
                    }
                },
                |q| {
                    if q < 0.25 {
                        5.0 - (16.0 * q).sqrt()
                    } else {
                        4.0 * (1.0 - q)
                    }
                },
            )
        }),
        (
            "triangular falling",
            Law::triangular(0.0, 0.0, 1.0).unwrap(),
            Ends::new(|p| rest(p, 3.0), |q| 1.0 - q.cbrt()),
        ),
        // Beta with a = 1 and b = 3: P(X > x) = (1 - x)³.
        (
            "beta",
            Law::beta(0.25, 0.2).unwrap(),
            Ends::new(|p| rest(p, 4.0), |q| 1.0 - q.powf(0.25)),
        ),
        // P(X > x) is 1 up to 1 and 0.7 up to 2, the mean 1.7.
        (
            "two constants",
            two,
            Ends::new(
                |p| {
                    if 1.7 * p < 1.0 {
                        1.7 * p
                    } else {
                        2.0 - 1.7 * (1.0 - p) / 0.7
                    }
                },
                |q| {
                    if 1.7 * q < 0.7 {
                        2.0 - 1.7 * q / 0.7
                    } else {
                        1.7 * (1.0 - q)
                    }
                },
            ),
        ),
    ]
}

#[test]
fn tables_keep_their_promise_by_closed_forms() {
    let solved = closed_oracles()
        .into_iter()
        .map(|(name, law, oracle, near)| (name, law, oracle.ends(near)));
    for (name, law, exact) in closed_ends().into_iter().chain(solved) {
        let (error, below, above) =
            greatest_error(&residual(&law), 1e-6 * law.mean(), &exact, 3000);
        assert!(
            error <= PROMISED,
            "{name}: off by {error:e} with {below:e} below and {above:e} above"
        );
    }
}

/// Each law fails with a probability of at most 2 exp(−2 · 2.4²) = 2e-5.
#[test]
fn a_million_draws_follow_the_closed_forms() {
    for (name, law, exact, _) in closed_oracles() {
        let distance = kolmogorov(&residual(&law), &words(name), 1_000_000, &exact);
        assert!(distance < 2.4, "{name}: {distance}");
    }
}

// Frozen values.

#[test]
fn draws_never_change() {
    let seen: Vec<(&str, [u64; 4])> = all_cases()
        .iter()
        .map(|case| {
            let table = QuantileTable::new(&residual(&case.law));
            let words = words("frozen");
            // Two ordinary words and one far out in each tail.
            (
                case.name,
                [words.at(0), words.at(1), 1 << 34, u64::MAX << 34]
                    .map(|word| table.value(word).to_bits()),
            )
        })
        .collect();
    for (seen, frozen) in seen.iter().zip(FROZEN) {
        assert_eq!(
            seen,
            frozen,
            "{} drew {:?}",
            seen.0,
            seen.1.map(f64::from_bits)
        );
    }
    assert_eq!(seen.len(), FROZEN.len());
}

const FROZEN: &[(&str, [u64; 4])] = &[
    (
        "lognormal 0.001",
        [
            0x4067_92f8_898b_e032,
            0x4060_9aa2_fbd1_9d55,
            0x3e8e_0001_19a8_8787,
            0x406e_222d_f1b3_69db,
        ],
    ),
    (
        "lognormal 0.05",
        [
            0x4067_9a84_2c8b_f56f,
            0x4060_9ff3_7e3c_e355,
            0x3e8e_099b_4104_754a,
            0x4073_7ea0_eac8_a7b5,
        ],
    ),
    (
        "lognormal 0.0999",
        [
            0x4067_b2f5_eb22_3afd,
            0x4060_afe5_f226_c5a5,
            0x3e8e_266b_62aa_7033,
            0x4079_c2ff_22c6_404b,
        ],
    ),
    (
        "lognormal 0.1001",
        [
            0x4067_b31c_bff6_06e8,
            0x4060_affb_d178_7c1e,
            0x3e8e_2692_e774_26b0,
            0x4079_ca80_d4cc_63f0,
        ],
    ),
    (
        "lognormal 0.8",
        [
            0x407b_e087_a1ea_d61e,
            0x406c_46e6_8ff8_24f4,
            0x3e94_a82b_c215_b7f5,
            0x40e4_7691_cb75_afeb,
        ],
    ),
    (
        "lognormal 2",
        [
            0x40db_909b_2965_64c5,
            0x40ba_ad8a_4bef_1705,
            0x3ebb_b57e_88fd_0e40,
            0x41d4_6e78_5aea_bced,
        ],
    ),
    (
        "lognormal 5",
        [
            0x42f4_880b_df0c_2e32,
            0x42a7_359d_36f3_604c,
            0x3faf_cc78_8437_aec3,
            0x4554_c810_3ea1_7a0c,
        ],
    ),
    (
        "exponential",
        [
            0x4057_1ce6_a066_2183,
            0x4048_2ff4_c8a8_88b1,
            0x3e6e_0000_1e3c_0000,
            0x4093_7ea8_e309_ed08,
        ],
    ),
    (
        "weibull 0.1",
        [
            0x4291_d3a2_e1b3_1dc4,
            0x4263_20cb_6391_efef,
            0x3fd6_509f_4d67_8f5a,
            0x43ab_4f89_25ab_95fb,
        ],
    ),
    (
        "weibull 0.7",
        [
            0x4066_451f_432b_b2e9,
            0x4054_c94c_e1d0_dfba,
            0x3e72_fcc3_a00d_f1a0,
            0x40b3_ba06_e5e6_d6f9,
        ],
    ),
    (
        "weibull 3",
        [
            0x4047_8b34_7796_15f5,
            0x403e_a2d8_2a3f_83cf,
            0x3e6a_ca15_4343_b8d9,
            0x4063_9a0e_972c_fc5f,
        ],
    ),
    (
        "weibull 100",
        [
            0x4047_70b9_7a85_7bd3,
            0x4040_8284_0b42_0015,
            0x3e6d_d46c_4939_7822,
            0x404e_caca_e2ed_0ef2,
        ],
    ),
    (
        "gamma cv 0.01",
        [
            0x4047_92f7_c3ca_e239,
            0x4040_9aa2_7088_b2e7,
            0x3e6e_0000_1e00_0000,
            0x404f_7e60_cc0a_4243,
        ],
    ),
    (
        "gamma cv 0.3",
        [
            0x4049_01f0_9835_e976,
            0x4040_b627_3a0b_e57d,
            0x3e6e_0000_1e00_0006,
            0x406b_c4bc_3889_48e5,
        ],
    ),
    (
        "gamma cv 0.9",
        [
            0x4054_ead4_e2c7_6b3f,
            0x4046_6d67_15ec_f2f2,
            0x3e6e_0000_1e00_78e2,
            0x4090_439a_31a0_0291,
        ],
    ),
    (
        "gamma cv 2",
        [
            0x406c_b516_9b82_56d5,
            0x405a_8adc_39ae_6c31,
            0x3e6e_1a97_ea46_0045,
            0x40b1_7628_227b_753d,
        ],
    ),
    (
        "gamma cv 10",
        [
            0x40b1_f7b3_badb_759b,
            0x409e_f9bb_df83_0a1c,
            0x3e91_6368_19d0_da65,
            0x40fa_2476_3bd6_0b07,
        ],
    ),
    (
        "beta 2 %",
        [
            0x3f97_8675_9528_bb89,
            0x3f8a_c9fd_2f82_3c45,
            0x3db4_7ae1_5c28_f5c9,
            0x3fca_f19e_6ff4_5207,
        ],
    ),
    (
        "beta 98 %",
        [
            0x3fe8_a48d_9401_d1db,
            0x3fe1_5b54_785d_be6f,
            0x3e0f_5c29_151e_b856,
            0x3fef_a751_64ca_58c9,
        ],
    ),
    (
        "beta 70 %",
        [
            0x4016_0e59_2a59_f95b,
            0x400d_1e70_72ae_8033,
            0x3e39_3333_4c66_665f,
            0x4021_ffef_23b3_2190,
        ],
    ),
    (
        "uniform",
        [
            0x4012_454d_9249_cbd2,
            0x4008_5aaa_546f_a22a,
            0x3e36_0000_1600_0000,
            0x401f_ffc4_aba0_3e54,
        ],
    ),
    (
        "uniform from 0",
        [
            0x4011_30a0_7897_92e9,
            0x4005_3bb6_430f_8958,
            0x3e30_0000_1010_0000,
            0x401f_ffc0_0000_2000,
        ],
    ),
    (
        "triangular",
        [
            0x4002_1533_4f4a_8c62,
            0x3ff7_c465_48da_e40d,
            0x3e25_5555_6aaa_aaaa,
            0x4013_fb6b_d009_1a9a,
        ],
    ),
    (
        "triangular falling",
        [
            0x4000_1124_d53a_eb5f,
            0x3ff2_da67_4927_2170,
            0x3e1a_aaaa_c578_e38e,
            0x4013_fb00_0001_aaab,
        ],
    ),
    (
        "triangular rising",
        [
            0x4012_1bb9_07aa_e055,
            0x4009_174a_0dec_30c8,
            0x3e36_aaaa_c155_5556,
            0x401b_ffd9_e982_cfa3,
        ],
    ),
    (
        "quantiles",
        [
            0x4036_3cb4_c772_7cf2,
            0x4022_f73d_a24a_4d22,
            0x3e47_9999_b133_3333,
            0x4043_ffff_ff14_0001,
        ],
    ),
    (
        "quantiles from 0",
        [
            0x4025_3f91_af09_9e61,
            0x4019_d9df_342b_998e,
            0x3e3b_0000_1b88_b002,
            0x4033_ffd7_7bbc_0981,
        ],
    ),
    (
        "samples",
        [
            0x4015_e89e_96a1_0785,
            0x400b_8765_5df9_8997,
            0x3e32_db6d_c9b6_db6e,
            0x4021_ffff_fef8_0001,
        ],
    ),
    (
        "two constants",
        [
            0x3ff7_ad4a_aab3_e32e,
            0x3fee_1bd1_3949_ccf3,
            0x3e1b_3333_4e66_6666,
            0x3fff_ffff_ff64_924a,
        ],
    ),
    (
        "two lognormals",
        [
            0x40a9_04c1_9813_dee7,
            0x4098_9423_8588_e288,
            0x3ea8_a92d_40fe_3674,
            0x4113_0826_0120_aad1,
        ],
    ),
    (
        "two widths",
        [
            0x41f2_fe22_e24b_eed5,
            0x41b4_663e_50f9_cb45,
            0x3ef1_8505_cedc_438f,
            0x43db_9cb0_0420_6206,
        ],
    ),
    (
        "zero or lognormal",
        [
            0x4066_6b8a_caac_306b,
            0x4054_2993_dbd3_64af,
            0x3e78_bb17_0df7_3d27,
            0x40e7_774a_9f0a_04ee,
        ],
    ),
    (
        "far apart",
        [
            0x4102_b479_7038_46a2,
            0x40fa_5956_1789_197b,
            0x3f0c_9093_2c3b_94ef,
            0x4108_69f0_c0db_4354,
        ],
    ),
    (
        "gap",
        [
            0x4010_dbf9_696f_1b60,
            0x4006_9103_e741_1e3f,
            0x3e28_0000_1848_0001,
            0x4017_ffe4_4985_2583,
        ],
    ),
    (
        "nested",
        [
            0x4032_8c79_513e_3858,
            0x4027_1122_e0f3_7c0c,
            0x3e52_e38e_4bd4_fc7e,
            0x4078_e246_a35a_072e,
        ],
    ),
];

/// sup |F_n − F| · √n. Above 1.95 with probability 0.001.
fn distance(sorted: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let n = sorted.len() as f64;
    let gap = |(i, &x): (usize, &f64)| {
        (cdf(x) - i as f64 / n)
            .abs()
            .max((cdf(x) - (i + 1) as f64 / n).abs())
    };
    sorted.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

#[test]
fn draws_follow_the_quadrature() {
    for case in all_cases() {
        let exact = Quadrature::new(&case);
        let mut drawn = vec![0.0; 10_000];
        QuantileTable::new(&residual(&case.law)).fill(&words(case.name), 0, &mut drawn);
        drawn.sort_by(f64::total_cmp);
        let distance = distance(&drawn, |x| exact.tails(x).0);
        assert!(distance < 1.95, "{}: {distance}", case.name);
    }
}

#[test]
fn values_never_decrease_with_the_word() {
    for case in all_cases() {
        let table = QuantileTable::new(&residual(&case.law));
        let mut sequence: Vec<u64> = (0..20_000)
            .map(|index| words("monotone").at(index))
            .collect();
        sequence.extend((0..8_000).flat_map(|index| {
            let word = words("steps").at(index) & !0xfff_ffff;
            [0, 1, 2, 3].map(|step| word + (step << (11 + index % 14)))
        }));
        sequence.extend(
            (0..63).flat_map(|bit| [(1 << bit) - 1, 1 << bit, !(1 << bit), !(1 << bit) + 1]),
        );
        sequence.sort_unstable();
        let values: Vec<f64> = sequence.iter().map(|&word| table.value(word)).collect();
        assert!(
            values.is_sorted() && values[0] >= 0.0 && values[values.len() - 1].is_finite(),
            "{}",
            case.name
        );
    }
}

#[test]
fn residuals_have_no_atoms() {
    for case in rough_cases() {
        let table = QuantileTable::new(&residual(&case.law));
        assert_eq!(table.constant(), None);
        let mut drawn: Vec<u64> = (0..50_000)
            .map(|index| table.value(words("atoms").at(index)).to_bits())
            .collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert!(
            drawn.len() > 49_990,
            "{}: {} of 50000 draws differ",
            case.name,
            drawn.len()
        );
    }
}

#[test]
fn many_samples_are_the_sums_they_stand_for() {
    const N: u32 = 200_000;
    let values: Vec<f64> = (1..=N)
        .map(|i| f64::from(i.wrapping_mul(2_654_435_761) % 1_000_003))
        .collect();
    let law = residual(&Law::samples(values.clone()).unwrap());
    let sum: f64 = values.iter().sum();
    for x in [1e-3, 17.0, 1234.5, 250_000.25, 900_000.0, 999_990.0] {
        let below: f64 = values.iter().map(|value| value.min(x)).sum();
        let above: f64 = values.iter().map(|value| (value - x).max(0.0)).sum();
        assert_relative(law.cdf(x), below / sum, 1e-11, "lower");
        assert_relative(law.sf(x), above / sum, 1e-11, "upper");
        let (low, high) = (below / sum, above / sum);
        let quantile = if low < high {
            law.quantile(low)
        } else {
            law.quantile_upper(high)
        };
        assert_relative(quantile, x, 1e-10, "quantile");
    }
    let squares: f64 = values.iter().map(|value| value * value).sum();
    assert_relative(law.mean(), squares / (2.0 * sum), 1e-11, "mean");
    assert!(QuantileTable::new(&law).value(1 << 63) > 0.0);
}

// The corners.

#[test]
fn extreme_laws_have_finite_means_and_ordered_residual_tables() {
    let laws = [
        Law::constant(1e100),
        Law::constant(5e-324),
        Law::lognormal(1e-100, 5.0),
        Law::lognormal(1e100, 5.0),
        Law::lognormal(1.0, 1e-6),
        Law::weibull(0.1, 1e100),
        Law::weibull(100.0, 1e-100),
        Law::gamma(0.01, 1e-100),
        Law::gamma(1e4, 1e100),
        Law::beta(1e-6, 1e-4),
        Law::beta(0.999_999, 0.99),
        Law::uniform(0.0, 1e-100),
        Law::uniform(1.0, 1.0 + f64::EPSILON),
        Law::uniform(1e-200, 3e-200),
        Law::triangular(0.0, 0.0, 1e100),
        Law::triangular(0.0, 1e100, 1e100),
        Law::triangular(1e-200, 1e-200, 3e-200),
        Law::quantiles(vec![(0.0, 1.0), (1.0, 2.0)]),
        Law::quantiles(vec![
            (0.0, 0.0),
            (1e-15, 1.0),
            (0.5, 1.0),
            (1.0 - 1e-15, 1.0),
            (1.0, 1e100),
        ]),
        Law::samples(vec![0.0, 0.0, 1e100]),
        Law::mixture(vec![
            (1e-12, constant(1e100)),
            (1.0 - 1e-12, lognormal(1e-100, 1.0)),
        ]),
        Law::mixture(vec![
            (0.5, Law::weibull(0.1, 1.0).unwrap()),
            (0.5, Law::gamma(1e4, 1.0).unwrap()),
        ]),
        Law::mixture(vec![
            (0.999, constant(0.0)),
            (0.001, Law::beta(0.02, 0.5).unwrap()),
        ]),
    ];
    for law in laws.map(Result::unwrap) {
        let residual = residual(&law);
        assert!(
            law.mean().is_finite() && residual.mean().is_finite() && residual.mean() <= 1e140,
            "{law:.60?}"
        );
        // E[X²] is at least the square of the mean; a unit in the last place of the least double is half of it.
        assert!(
            residual.mean() >= 0.4999 * law.mean() || law.mean() < 1e-320,
            "{law:.60?}: {}",
            residual.mean()
        );
        let table = QuantileTable::new(&residual);
        let mut sequence: Vec<u64> = (0..5_000).map(|index| words("extreme").at(index)).collect();
        sequence.extend((0..63).flat_map(|bit| [1 << bit, !(1 << bit)]));
        sequence.sort_unstable();
        let values: Vec<f64> = sequence.iter().map(|&word| table.value(word)).collect();
        let last = values[values.len() - 1];
        assert!(
            values.is_sorted() && values[0] >= 0.0 && last.is_finite(),
            "{law:.60?}"
        );
        assert!(
            last <= law.quantile_upper(0.0) * (1.0 + 1e-15),
            "{law:.60?}"
        );
    }
}

#[test]
fn scaling_and_residual_commute() {
    for case in all_cases() {
        let (one, other) = (
            residual(&case.law).scaled(8.0).unwrap(),
            residual(&case.law.scaled(8.0).unwrap()),
        );
        for p in [1e-6, 0.15, 0.5, 0.93] {
            assert_relative(one.quantile(p), other.quantile(p), 1e-12, case.name);
            assert_relative(
                one.quantile(p),
                8.0 * residual(&case.law).quantile(p),
                1e-11,
                case.name,
            );
        }
        assert_relative(
            one.mean(),
            8.0 * residual(&case.law).mean(),
            1e-12,
            case.name,
        );
    }
    assert!(residual(&lognormal(1e99, 1.0)).scaled(100.0).is_err());
}

#[test]
fn shares_of_a_residual_mixture_may_be_smaller_than_weights() {
    let law = mixture(vec![(1e-10, constant(1e-6)), (1.0 - 1e-10, constant(1e6))]);
    let scaled = residual(&law).scaled(2.0).unwrap();
    assert_relative(scaled.mean(), 1e6, 1e-9, "scaled");
}

#[test]
fn a_residual_may_be_part_of_a_mixture() {
    let (one, other) = (residual(&lognormal(60.0, 0.5)), constant(7.0));
    let both = mixture(vec![(0.25, one.clone()), (0.75, other)]);
    assert_relative(
        both.cdf(30.0),
        0.25 * one.cdf(30.0) + 0.75,
        1e-14,
        "mixture",
    );
    assert_eq!(QuantileTable::new(&both).value(1 << 63), 7.0);
}

#[test]
fn laws_without_a_residual_are_refused() {
    let zeros = [
        constant(0.0),
        Law::samples(vec![0.0; 3]).unwrap(),
        Law::quantiles(vec![(0.1, 0.0), (0.9, 0.0)]).unwrap(),
        mixture(vec![(0.5, constant(0.0)), (0.5, constant(0.0))]),
    ];
    for law in zeros {
        assert_eq!(law.residual(), Err(LawError::NoResidual), "{law:?}");
    }
    assert_eq!(
        LawError::NoResidual.to_string(),
        "residual: the mean is 0 but must be positive"
    );
    let second = residual(&lognormal(60.0, 0.5)).residual();
    assert_eq!(second, Err(LawError::SecondResidual));
    assert!(
        LawError::SecondResidual
            .to_string()
            .starts_with("residual: the law is the residual of another")
    );
    // Those that are among the other laws have one.
    assert!(residual(&constant(3.0)).residual().is_ok());
}
