//! Residual laws against quadrature: of P(X > x) for the distribution, of the quantile function for the mean; and against what is known
//! in closed form.

// The platform's functions are exact enough to check against.
#![allow(clippy::disallowed_methods)]

use rollcast::random::{Key, Law, LawError, QuantileTable, Words};

/// Accuracy that the tables promise, relative to the value or to a millionth of the mean of the law.
const PROMISED: f64 = 1e-7;

/// A law with the values where its cdf is not smooth, each with its probability (zero at mere kinks).
struct Case {
    name: &'static str,
    law: Law,
    knots: Vec<(f64, f64)>,
}

fn lognormal(median: f64, sigma: f64) -> Law {
    Law::lognormal(median, sigma).unwrap()
}

fn constant(value: f64) -> Law {
    Law::constant(value).unwrap()
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
    Case { name, law: law.unwrap(), knots: kinks.iter().map(|&x| (x, 0.0)).collect() }
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
        kinked("beta 70 %", Law::beta(0.7, 0.25).unwrap().scaled(9.0), &[9.0]),
        kinked("uniform", Law::uniform(3.0, 8.0), &[3.0, 8.0]),
        kinked("uniform from 0", Law::uniform(0.0, 8.0), &[8.0]),
        kinked("triangular", Law::triangular(1.0, 2.0, 5.0), &[1.0, 2.0, 5.0]),
        kinked("triangular falling", Law::triangular(0.0, 0.0, 5.0), &[5.0]),
        kinked("triangular rising", Law::triangular(3.0, 7.0, 7.0), &[3.0, 7.0]),
    ]
}

fn rough_cases() -> Vec<Case> {
    let case = |name, law, knots: &[(f64, f64)]| Case { name, law, knots: knots.to_vec() };
    let points = vec![(0.1, 3.0), (0.25, 3.0), (0.5, 8.0), (0.6, 8.0), (0.75, 8.5), (0.9, 40.0)];
    let from_zero = vec![(0.2, 0.0), (0.5, 1.0), (1.0, 20.0)];
    let two_speeds = vec![(0.7, lognormal(60.0, 0.4)), (0.3, lognormal(1800.0, 0.8))];
    let gap = vec![(0.5, Law::uniform(0.0, 1.0).unwrap()), (0.5, Law::uniform(5.0, 6.0).unwrap())];
    let inner = vec![(0.5, Law::triangular(10.0, 20.0, 30.0).unwrap()), (0.5, Law::exponential(20.0).unwrap())];
    let nested = vec![(0.2, constant(15.0)), (0.1, constant(0.0)), (0.7, mixture(inner))];
    vec![
        case("quantiles", Law::quantiles(points).unwrap(), &[(3.0, 0.25), (8.0, 0.1), (8.5, 0.0), (40.0, 0.1)]),
        case("quantiles from 0", Law::quantiles(from_zero).unwrap(), &[(0.0, 0.2), (1.0, 0.0), (20.0, 0.0)]),
        case(
            "samples",
            Law::samples(vec![5.0, 1.0, 2.5, 1.0, 9.0, 0.0, 7.5, 7.0]).unwrap(),
            &[(0.0, 0.125), (1.0, 0.25), (2.5, 0.125), (5.0, 0.125), (7.0, 0.125), (7.5, 0.125), (9.0, 0.125)],
        ),
        case("two constants", mixture(vec![(0.3, constant(1.0)), (0.7, constant(2.0))]), &[(1.0, 0.3), (2.0, 0.7)]),
        case("two lognormals", mixture(two_speeds), &[]),
        // The mean of its residual is 10⁶ times its own, and only values far below that are bent.
        case("two widths", mixture(vec![(0.9, lognormal(60.0, 0.1)), (0.1, lognormal(60.0, 4.0))]), &[]),
        case("zero or lognormal", mixture(vec![(0.2, constant(0.0)), (0.8, lognormal(60.0, 1.0))]), &[(0.0, 0.2)]),
        // A gamma function far beyond its tail must cost no more than one within.
        case(
            "far apart",
            mixture(vec![(0.3, Law::uniform(190e3, 200e3).unwrap()), (0.7, Law::weibull(8.7, 0.9).unwrap())]),
            &[(190e3, 0.0), (200e3, 0.0)],
        ),
        case("gap", mixture(gap), &[(1.0, 0.0), (5.0, 0.0), (6.0, 0.0)]),
        case("nested", mixture(nested), &[(0.0, 0.1), (10.0, 0.0), (15.0, 0.2), (20.0, 0.0), (30.0, 0.0)]),
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
    half * RULE.iter().map(|(node, weight)| weight * (f(middle - half * node) + f(middle + half * node))).sum::<f64>()
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
        let levels = (1..2000).map(|step| 0.75_f64.powi(step)).filter(|&level| level > 1e-200);
        let levels = levels.flat_map(|level| [law.quantile(level), law.quantile_upper(level)]);
        let greatest = law.quantile_upper(1e-200);
        let mut edges: Vec<f64> = grid.chain(levels).chain(case.knots.iter().map(|&(x, _)| x)).collect();
        edges.retain(|&x| (least..=greatest).contains(&x));
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let areas: Vec<f64> = edges.windows(2).map(|ends| gauss(ends[0], ends[1], |x| law.sf(x))).collect();
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
        Self { law, edges, below, above }
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
    let knots = case.knots.iter().flat_map(|&(x, weight)| [law.cdf(x), law.cdf(x) - weight]);
    let near = (-400..400).map(|step| 0.025 * f64::from(step));
    let far = (20..1200).map(|step| 0.5 * f64::from(step));
    let grid = (20..120).map(|step| -0.5 * f64::from(step)).chain(near).chain(far);
    let knots = knots.map(logit).filter(|s| s.abs() < 60.0);
    // A law may leave a knot like a root or a logarithm.
    let knots = knots.flat_map(|s| (0..40).map(|step| 0.5_f64.powi(step)).flat_map(move |apart| [s - apart, s, s + apart]));
    let mut edges: Vec<f64> = knots.chain(grid).collect();
    edges.sort_by(f64::total_cmp);
    let integrand = |s: f64| {
        let (p, q) = (1.0 / (1.0 + (-s).exp()), 1.0 / (1.0 + s.exp()));
        let x = if s < 0.0 { law.quantile(p) } else { law.quantile_upper(q) };
        x.powi(k) * p * q
    };
    edges.windows(2).map(|ends| gauss(ends[0], ends[1], integrand)).sum()
}

fn words(name: &str) -> Words {
    Key::new(2025).name("residual").name(name).words()
}

/// Words at tail probabilities from 1/2 down to 1e-9, with the exact probability that a table reads them as.
fn tail_words(per_decade: u32) -> impl Iterator<Item = (u64, f64)> {
    (0..=9 * per_decade).map(move |step| {
        let wanted = 0.5 * 10_f64.powf(-f64::from(step) / f64::from(per_decade));
        let place = ((wanted * 2_f64.powi(53)) as u64).min((1 << 52) - 1);
        (place << 11, (place as f64 + 0.5) * 2_f64.powi(-53))
    })
}

#[track_caller]
fn assert_relative(seen: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (seen / expected - 1.0).abs();
    assert!(error <= tolerance || seen == expected, "{what}: {seen:e} for {expected:e}, off by {error:e}");
}

// Closed forms.

#[test]
fn the_residual_of_a_constant_is_uniform() {
    assert_eq!(residual(&constant(900.0)), Law::uniform(0.0, 900.0).unwrap());
    for same in [
        Law::samples(vec![900.0; 7]).unwrap(),
        Law::quantiles(vec![(0.2, 900.0), (0.8, 900.0)]).unwrap(),
        mixture(vec![(0.5, constant(900.0)), (0.5, Law::samples(vec![900.0]).unwrap())]),
    ] {
        assert_eq!(residual(&same), Law::uniform(0.0, 900.0).unwrap());
    }
}

#[test]
fn memoryless_laws_are_their_own_residuals() {
    for law in [Law::exponential(60.0).unwrap(), Law::weibull(1.0, 60.0).unwrap(), Law::gamma(1.0, 60.0).unwrap()] {
        assert_eq!(residual(&law), law);
    }
    let or_nothing = mixture(vec![(0.4, constant(0.0)), (0.6, Law::exponential(60.0).unwrap())]);
    assert_eq!(residual(&or_nothing), Law::exponential(60.0).unwrap());
}

#[test]
fn far_tails_have_their_closed_forms() {
    let check = |law: &Law, x: f64, expected: f64| assert_relative(residual(law).sf(x), expected, 1e-11, &format!("{law:?}"));
    for x in [0.1_f64, 1.0, 5.0, 40.0, 300.0, 600.0] {
        // Half an exponential, half the sum of two.
        check(&Law::gamma(2.0, 1.0).unwrap(), x, (1.0 + x / 2.0) * (-x).exp());
        check(&Law::gamma(3.0, 1.0).unwrap(), x, (1.0 + 2.0 * x / 3.0 + x * x / 6.0) * (-x).exp());
        check(&Law::weibull(0.5, 1.0).unwrap(), x * x, (1.0 + x) * (-x).exp());
    }
    for rest in [0.5_f64, 0.1, 2e-3, 1e-5, 1e-7] {
        let tolerance_of_x = 1e-15 / rest;
        let check = |law: &Law, x: f64, expected| {
            assert_relative(residual(law).sf(x), expected, 1e-11 + tolerance_of_x, &format!("{law:?}"));
        };
        check(&Law::uniform(0.0, 1.0).unwrap(), 1.0 - rest, rest * rest);
        check(&Law::triangular(0.0, 0.0, 1.0).unwrap(), 1.0 - rest, rest * rest * rest);
        check(&Law::triangular(0.0, 1.0, 1.0).unwrap(), 1.0 - rest, rest * rest * (3.0 - rest) / 2.0);
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
    assert_relative(residual(&law).mean(), (0.9 * 60.0 * 60.0 + 0.1 * 3600.0 * 3600.0) / (2.0 * 414.0), 1e-14, "two constants");
    assert_eq!(residual(&constant(900.0)).mean(), 450.0);
    let mut drawn = vec![0.0; 400_000];
    QuantileTable::new(&residual(&constant(900.0))).fill(&words("paradox"), 0, &mut drawn);
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    // The standard deviation is 900/√12.
    assert!((mean - 450.0).abs() < 4.0 * 259.8 / (drawn.len() as f64).sqrt(), "{mean}");
}

/// The first moment of arrival after a random time, found by laying intervals end to end instead of by any formula.
#[test]
fn residuals_are_what_a_visitor_finds() {
    const VISITS: usize = 20_000;
    for case in [&smooth_cases()[4], &smooth_cases()[15], &rough_cases()[0], &rough_cases()[7]] {
        let table = QuantileTable::new(&case.law);
        let (intervals, visits) = (words(case.name), words("visits"));
        let mut found: Vec<f64> = (0..VISITS as u64)
            .map(|visit| {
                // Late enough to have forgotten the start.
                let at = case.law.mean() * (40.0 + 20.0 * (visits.at(visit) as f64 / 2_f64.powi(64)));
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
        let distance = kolmogorov(&found, |x| law.cdf(x));
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
            let (lower, upper) = (exact.below[i] / exact.law_mean(), exact.above[i] / exact.law_mean());
            if lower > 1e-12 {
                assert_relative(law.cdf(x), lower, 1e-11, &format!("{}: lower tail at {x}", case.name));
                least.0 = least.0.min(lower);
            }
            if upper > 1e-14 {
                assert_relative(law.sf(x), upper, 1e-10 + of_x(x, upper), &format!("{}: upper tail at {x}", case.name));
                least.1 = least.1.min(upper);
            }
            assert!((law.cdf(x) + law.sf(x) - 1.0).abs() < 1e-11, "{}: the tails at {x} are complements", case.name);
        }
        assert!(least.0 < 1e-9 && least.1 < 1e-9 || !case.knots.is_empty(), "{}: {least:?} tested", case.name);
    }
}

#[test]
fn means_match_quadrature_of_the_quantile_function() {
    for case in all_cases() {
        let (first, second) = (raw_moment(&case, 1), raw_moment(&case, 2));
        assert_relative(case.law.mean(), first, 1e-10, case.name);
        assert_relative(Quadrature::new(&case).law_mean(), first, 1e-10, case.name);
        assert_relative(residual(&case.law).mean(), second / (2.0 * first), 1e-9, case.name);
    }
}

#[test]
fn quantiles_invert_both_tails() {
    for case in all_cases() {
        let law = residual(&case.law);
        assert_eq!((law.quantile(0.0), law.support_min()), (0.0, 0.0), "{}", case.name);
        assert_eq!(law.quantile_upper(0.0), case.law.quantile_upper(0.0), "{}", case.name);
        for (_, tail) in tail_words(20) {
            let (low, high) = (law.quantile(tail), law.quantile_upper(tail));
            assert_relative(law.cdf(low), tail, 1e-12, &format!("{}: cdf(quantile({tail}))", case.name));
            let of_x = 4e-16 * high * case.law.sf(0.999_999_999 * high) / case.law.mean() / tail;
            assert_relative(law.sf(high), tail, 1e-9 + of_x, &format!("{}: sf(quantile_upper({tail}))", case.name));
        }
    }
}

// Tables.

#[test]
fn tables_keep_their_promise_by_quadrature() {
    for case in all_cases() {
        let (table, exact) = (QuantileTable::new(&residual(&case.law)), Quadrature::new(&case));
        for (word, tail) in tail_words(30) {
            let (low, high) = (table.value(word), table.value(!word));
            // What a probability misses, over the density, is the error of the value; the quadrature itself is good to 1e-11.
            let error = |x: f64, missed: f64| {
                let allowed = PROMISED * x.max(1e-6 * exact.law_mean()) + 1e-15 * x;
                let density = case.law.sf(x - allowed).max(1e-300) / exact.law_mean();
                (missed.abs() - 1e-11 * tail) / density / allowed
            };
            let (low_error, high_error) = (error(low, exact.tails(low).0 - tail), error(high, exact.tails(high).1 - tail));
            assert!(low_error < 1.0, "{} at {tail}: {low} is off by {low_error} of what is allowed", case.name);
            assert!(high_error < 1.0, "{} at 1 - {tail}: {high} is off by {high_error} of what is allowed", case.name);
        }
    }
}

/// sup |F_n − F| · √n. Above 1.95 with probability 0.001.
fn kolmogorov(sorted: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let n = sorted.len() as f64;
    let gap = |(i, &x): (usize, &f64)| (cdf(x) - i as f64 / n).abs().max((cdf(x) - (i + 1) as f64 / n).abs());
    sorted.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

#[test]
fn draws_follow_the_quadrature() {
    for case in all_cases() {
        let exact = Quadrature::new(&case);
        let mut drawn = vec![0.0; 10_000];
        QuantileTable::new(&residual(&case.law)).fill(&words(case.name), 0, &mut drawn);
        drawn.sort_by(f64::total_cmp);
        let distance = kolmogorov(&drawn, |x| exact.tails(x).0);
        assert!(distance < 1.95, "{}: {distance}", case.name);
    }
}

#[test]
fn values_never_decrease_with_the_word() {
    for case in all_cases() {
        let table = QuantileTable::new(&residual(&case.law));
        let mut sequence: Vec<u64> = (0..20_000).map(|index| words("monotone").at(index)).collect();
        sequence.extend((0..8_000).flat_map(|index| {
            let word = words("steps").at(index) & !0xfff_ffff;
            [0, 1, 2, 3].map(|step| word + (step << (11 + index % 14)))
        }));
        sequence.extend((0..63).flat_map(|bit| [(1 << bit) - 1, 1 << bit, !(1 << bit), !(1 << bit) + 1]));
        sequence.sort_unstable();
        let values: Vec<f64> = sequence.iter().map(|&word| table.value(word)).collect();
        assert!(values.is_sorted() && values[0] >= 0.0 && values[values.len() - 1].is_finite(), "{}", case.name);
    }
}

#[test]
fn residuals_have_no_atoms() {
    for case in rough_cases() {
        let table = QuantileTable::new(&residual(&case.law));
        assert_eq!(table.constant(), None);
        let mut drawn: Vec<u64> = (0..50_000).map(|index| table.value(words("atoms").at(index)).to_bits()).collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert!(drawn.len() > 49_990, "{}: {} of 50000 draws differ", case.name, drawn.len());
    }
}

#[test]
fn many_samples_are_the_sums_they_stand_for() {
    const N: u32 = 200_000;
    let values: Vec<f64> = (1..=N).map(|i| f64::from(i.wrapping_mul(2_654_435_761) % 1_000_003)).collect();
    let law = residual(&Law::samples(values.clone()).unwrap());
    let sum: f64 = values.iter().sum();
    for x in [1e-3, 17.0, 1234.5, 250_000.25, 900_000.0, 999_990.0] {
        let below: f64 = values.iter().map(|value| value.min(x)).sum();
        let above: f64 = values.iter().map(|value| (value - x).max(0.0)).sum();
        assert_relative(law.cdf(x), below / sum, 1e-11, "lower");
        assert_relative(law.sf(x), above / sum, 1e-11, "upper");
        let (low, high) = (below / sum, above / sum);
        let quantile = if low < high { law.quantile(low) } else { law.quantile_upper(high) };
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
        Law::quantiles(vec![(0.0, 0.0), (1e-15, 1.0), (0.5, 1.0), (1.0 - 1e-15, 1.0), (1.0, 1e100)]),
        Law::samples(vec![0.0, 0.0, 1e100]),
        Law::mixture(vec![(1e-12, constant(1e100)), (1.0 - 1e-12, lognormal(1e-100, 1.0))]),
        Law::mixture(vec![(0.5, Law::weibull(0.1, 1.0).unwrap()), (0.5, Law::gamma(1e4, 1.0).unwrap())]),
        Law::mixture(vec![(0.999, constant(0.0)), (0.001, Law::beta(0.02, 0.5).unwrap())]),
    ];
    for law in laws.map(Result::unwrap) {
        let residual = residual(&law);
        assert!(law.mean().is_finite() && residual.mean().is_finite() && residual.mean() <= 1e140, "{law:.60?}");
        // E[X²] is at least the square of the mean; a unit in the last place of the least double is half of it.
        assert!(residual.mean() >= 0.4999 * law.mean() || law.mean() < 1e-320, "{law:.60?}: {}", residual.mean());
        let table = QuantileTable::new(&residual);
        let mut sequence: Vec<u64> = (0..5_000).map(|index| words("extreme").at(index)).collect();
        sequence.extend((0..63).flat_map(|bit| [1 << bit, !(1 << bit)]));
        sequence.sort_unstable();
        let values: Vec<f64> = sequence.iter().map(|&word| table.value(word)).collect();
        let last = values[values.len() - 1];
        assert!(values.is_sorted() && values[0] >= 0.0 && last.is_finite(), "{law:.60?}");
        assert!(last <= law.quantile_upper(0.0) * (1.0 + 1e-15), "{law:.60?}");
    }
}

#[test]
fn scaling_and_residual_commute() {
    for case in all_cases() {
        let (one, other) = (residual(&case.law).scaled(8.0).unwrap(), residual(&case.law.scaled(8.0).unwrap()));
        for p in [1e-6, 0.15, 0.5, 0.93] {
            assert_relative(one.quantile(p), other.quantile(p), 1e-12, case.name);
            assert_relative(one.quantile(p), 8.0 * residual(&case.law).quantile(p), 1e-11, case.name);
        }
        assert_relative(one.mean(), 8.0 * residual(&case.law).mean(), 1e-12, case.name);
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
    assert_relative(both.cdf(30.0), 0.25 * one.cdf(30.0) + 0.75, 1e-14, "mixture");
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
    assert_eq!(LawError::NoResidual.to_string(), "residual: the mean is 0 but must be positive");
    let second = residual(&lognormal(60.0, 0.5)).residual();
    assert_eq!(second, Err(LawError::SecondResidual));
    assert!(LawError::SecondResidual.to_string().starts_with("residual: the law is the residual of another"));
    // Those that are among the other laws have one.
    assert!(residual(&constant(3.0)).residual().is_ok());
}
