//! Estimators and intervals against published numbers, an independent library,
//! 30-digit arithmetic (`exact` below), and their own promise of coverage.

use std::panic::catch_unwind;

use crate::common::acceptance::assert_relative;
use crate::common::coverage::coverage;
use crate::common::poisson_binomial::poisson_binomial_upper_tail;
use rollcast::stats::{
    Interval, MeanSample, MeanTails, Moments, Mostly, QuantileInterval, QuantileRanks, Support,
    binomial_pmf, binomial_upper_tail, clopper_pearson, clopper_pearson_lower,
    clopper_pearson_upper, linear_ratio, quantile, quantile_interval, quantile_interval_ranks,
    quantile_rank, ratio_of_totals, sort_total, student_t_quantile,
};
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

const INFINITY: f64 = f64::INFINITY;

#[track_caller]
fn assert_rounds_to(actual: Interval, expected: (f64, f64)) {
    let (lo, hi) = expected;
    assert!(
        (actual.lo - lo).abs() <= 5.1e-7 && (actual.hi - hi).abs() <= 5.1e-7,
        "{actual:?} does not round to [{lo}, {hi}]"
    );
}

// Moments and Student t

#[test]
fn moments_reproduce_the_textbook() {
    // Law, "Simulation Modeling and Analysis", the example of section 4.5.
    let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
    let moments = Moments::of(&values).unwrap();
    assert_relative(moments.mean, 1.343, 1e-15);
    assert!((moments.sd.unwrap() * moments.sd.unwrap() - 0.17).abs() < 0.005);
    assert_eq!((moments.count, moments.min, moments.max), (10, 0.50, 1.89));
}

#[test]
fn moments_keep_their_digits_under_a_large_offset_and_an_odd_first_value() {
    let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 10)).collect();
    let moments = Moments::of(&values).unwrap();
    assert_eq!(moments.mean, 1e9 + 4.5);
    assert_relative(moments.sd.unwrap(), (8250.0_f64 / 999.0).sqrt(), 1e-14);

    let mut values: Vec<f64> = (0..1000).map(|i| f64::from(i) / 10.0).collect();
    values[0] = 1e12;
    let moments = Moments::of(&values).unwrap();
    assert_relative(moments.mean, 1e9 + 49.95, 2e-16);
}

#[test]
fn moments_of_equal_values_are_exact() {
    for count in [2, 3, 7, 1000] {
        let moments = Moments::of(&vec![0.1; count]).unwrap();
        assert_eq!((moments.mean, moments.sd), (0.1, Some(0.0)));
    }
}

#[test]
fn moments_of_too_few_or_infinite_values_have_no_spread() {
    assert_eq!(Moments::of(&[]), None);

    let single = Moments::of(&[3.0]).unwrap();
    assert_eq!((single.count, single.mean, single.sd), (1, 3.0, None));

    let never = Moments::of(&[1.0, INFINITY, INFINITY]).unwrap();
    assert_eq!((never.mean, never.sd), (INFINITY, None));
    assert_eq!((never.min, never.max), (1.0, INFINITY));

    let pair = Moments::of(&[1.0, 3.0]).unwrap();
    assert_eq!((pair.mean, pair.sd), (2.0, Some(2.0_f64.sqrt())));
}

#[test]
fn student_t_quantile_agrees_with_tables_and_exact_values() {
    for (p, df, exact) in [
        (0.025, 1.0, 12.706_204_736_174_704),
        (0.025, 2.0, 4.302_652_729_749_464),
        (0.025, 3.0, 3.182_446_305_283_71),
        (0.025, 29.0, 2.045_229_642_132_704_3),
        (0.025, 999.0, 1.962_341_461_133_45),
        (0.025, 1e6, 1.959_966_356_814_107),
        (0.005, 1.5, 17.820_310_514_462_807),
        (1e-10, 5.0, 156.825_592_708_894_3),
        (0.4999, 7.0, 2.597_460_309_025_450_4e-4),
    ] {
        assert_relative(-student_t_quantile(p, df), exact, 1e-12);
    }
    // The other tail, whose probability is not exactly representable.
    assert_relative(
        student_t_quantile(0.975, 29.0),
        2.045_229_642_132_704_3,
        1e-13,
    );
    assert_eq!(student_t_quantile(0.5, 4.0), 0.0);
}

#[test]
fn student_t_quantile_agrees_with_statrs() {
    for df in [1.0, 2.0, 4.0, 9.5, 30.0, 200.0, 5000.0] {
        let law = StudentsT::new(0.0, 1.0, df).unwrap();
        for p in [1e-6, 0.005, 0.025, 0.2, 0.45, 0.7, 0.95, 0.995] {
            let probability = law.cdf(student_t_quantile(p, df));
            assert_relative(probability, p, 1e-10);
        }
    }
}

// Means

fn mean_interval(values: &[f64], support: Support, error: f64) -> Option<Interval> {
    MeanSample::of(values)?
        .interval(support, &MeanTails::new(values.len(), 1.0 - error))
        .known()
}

/// By NumPy and SciPy from Hall's formula, which has a real root on the far side of its pole too.
#[test]
fn mean_interval_is_halls_joined_with_what_was_not_seen() {
    let values = [0.0, 1.0, 1.0, 2.0, 0.0, 5.0, 1.0, 0.0, 3.0, 12.0];
    let anything = Support::Loose(-INFINITY, INFINITY);
    for (error, lo, hi) in [
        (0.05, 0.637_799_840_342_179, 12.676_893_881_709_452),
        (0.10, 0.936_448_913_223_124, 11.496_188_688_134_43),
    ] {
        let found = mean_interval(&values, anything, error).unwrap();
        assert_relative(found.lo, lo, 1e-12);
        assert_relative(found.hi, hi, 1e-12);
    }
    let within = mean_interval(&values, Support::Within(0.0, 40.0), 0.05).unwrap();
    assert_relative(within.lo, 0.637_799_840_342_179, 1e-12);
    assert_relative(within.hi, 14.068_641_543_203_531, 1e-12);
    let far: Vec<f64> = (1..10).map(f64::from).chain([1000.0]).collect();
    let found = mean_interval(&far, anything, 0.001).unwrap();
    assert_relative(found.lo, -143.308_409_105_534_48, 1e-12);
    assert_relative(found.hi, 977.489_606_419_179_6, 1e-12);
    // A mean is not beyond what its values can be.
    assert_eq!(
        mean_interval(&far, Support::Loose(0.0, 950.0), 0.001).map(|found| found.lo),
        Some(0.0)
    );
}

#[test]
fn mean_interval_covers_as_often_as_it_says() {
    for (seed, count) in [(1, 20), (2, 60)] {
        let share = coverage(seed, 10_000, |uniforms| {
            let values: Vec<f64> = (0..count).map(|_| uniforms.near_normal()).collect();
            mean_interval(&values, Support::Loose(-INFINITY, INFINITY), 0.05)
                .unwrap()
                .contains(0.0)
        });
        assert!(
            (0.935..=0.96).contains(&share),
            "{share} with {count} values"
        );
    }
}

/// A disaster on 100 robots in 1 % of rollouts, one robot on average, beside a small count: Student's t covers 0.2 to 0.9.
#[test]
fn mean_interval_covers_what_a_sample_seldom_shows() {
    for (seed, count) in [(3, 20), (4, 50), (5, 199), (6, 200), (7, 400)] {
        let share = coverage(seed, 4_000, |uniforms| {
            let mut value = || {
                if uniforms.next() < 0.01 {
                    100.0 * uniforms.next()
                } else {
                    f64::from(u8::from(uniforms.next() < 0.2))
                }
            };
            let values: Vec<f64> = (0..count).map(|_| value()).collect();
            mean_interval(&values, Support::Within(0.0, 100.0), 0.05)
                .unwrap()
                .contains(0.01 * 50.0 + 0.99 * 0.2)
        });
        assert!(share >= 0.93, "{share} with {count} values");
    }
}

#[test]
fn times_that_are_mostly_equal_have_no_mean_interval_before_200() {
    let values: Vec<f64> = (0..50)
        .map(|i| {
            if i % 10 == 0 {
                60.0 + f64::from(i)
            } else {
                50.0
            }
        })
        .collect();
    let interval = |values: &[f64], support| {
        MeanSample::of(values)
            .unwrap()
            .interval(support, &MeanTails::new(values.len(), 0.95))
    };
    let hour = Support::Loose(0.0, 3600.0);
    assert_eq!(
        interval(&values, hour).mostly(),
        Some(Mostly {
            value: 50.0,
            others_at_most: clopper_pearson(5, 50, 0.95).hi
        })
    );
    let many: Vec<f64> = values.iter().cycle().take(200).copied().collect();
    assert!(
        interval(&many, hour)
            .known()
            .is_some_and(|found| found.contains(53.0))
    );
    assert_eq!(
        interval(&[50.0; 200], Support::Loose(0.0, INFINITY)).known(),
        None,
        "nothing bounds the others"
    );
    assert_eq!(
        interval(&[50.0; 2], Support::Certain).known(),
        Some(Interval { lo: 50.0, hi: 50.0 })
    );
}

// Proportions

#[test]
fn clopper_pearson_matches_the_published_intervals() {
    for (successes, n, expected) in [
        (0, 1000, (0.0, 0.003_682)),
        (3, 1000, (0.000_619, 0.008_742)),
        (50, 1000, (0.037_335, 0.065_390)),
        (10, 20, (0.271_958, 0.728_042)),
    ] {
        assert_rounds_to(clopper_pearson(successes, n, 0.95), expected);
    }
}

#[test]
fn proportion_intervals_end_exactly_at_0_and_1() {
    for n in [1, 2, 20, 1_000_000] {
        assert_eq!(clopper_pearson(0, n, 0.95).lo, 0.0);
        assert_eq!(clopper_pearson(n, n, 0.95).hi, 1.0);
        assert!(clopper_pearson(0, n, 0.95).hi < 1.0 && clopper_pearson(n, n, 0.95).lo > 0.0);
        assert_eq!(clopper_pearson_lower(0, n, 0.99), 0.0);
        assert_eq!(clopper_pearson_upper(n, n, 0.99), 1.0);
    }
    assert_eq!(clopper_pearson(0, 0, 0.95), Interval { lo: 0.0, hi: 1.0 });
    // "The rule of three": 1 − 0.05^(1/1000).
    assert_relative(
        clopper_pearson_upper(0, 1000, 0.95),
        0.002_991_249_545_095_296,
        1e-12,
    );
}

#[test]
fn clopper_pearson_bounds_leave_exactly_the_error_in_the_tail() {
    for (k, n) in [
        (1, 2),
        (1, 20),
        (19, 20),
        (3, 1000),
        (700, 1000),
        (40_000, 1_000_000),
    ] {
        for error in [1e-9, 0.025, 0.05, 0.5] {
            let lower = clopper_pearson_lower(k, n, 1.0 - error);
            assert_relative(binomial_upper_tail(n, lower, k), error, 1e-6);
            let upper = clopper_pearson_upper(k, n, 1.0 - error);
            let at_most_k = binomial_upper_tail(n, 1.0 - upper, n - k);
            assert_relative(at_most_k, error, 1e-6);
        }
    }
    let both = clopper_pearson(3, 1000, 0.95);
    assert_relative(both.lo, clopper_pearson_lower(3, 1000, 0.975), 1e-12);
    assert_relative(both.hi, clopper_pearson_upper(3, 1000, 0.975), 1e-12);
}

#[test]
fn clopper_pearson_never_covers_less_than_its_level() {
    for n in [1, 2, 15, 60] {
        let intervals: Vec<_> = (0..=n).map(|k| clopper_pearson(k, n, 0.95)).collect();
        for step in 1..200 {
            let p = f64::from(step) / 200.0;
            let covered: f64 = (0..=n)
                .filter(|&k| intervals[k as usize].contains(p))
                .map(|k| binomial_pmf(n, p, k))
                .sum();
            assert!(covered >= 0.95, "{covered} at n = {n}, p = {p}");
        }
    }
}

#[test]
fn clopper_pearson_covers_simulated_rare_events() {
    let share = coverage(3, 4_000, |uniforms| {
        let successes = (0..500).filter(|_| uniforms.next() < 0.01).count();
        clopper_pearson(successes as u64, 500, 0.95).contains(0.01)
    });
    assert!(share >= 0.94, "{share}");
}

// Quantiles

#[test]
fn quantile_rank_is_not_moved_by_floating_point_noise() {
    assert_eq!(quantile_rank(0.95, 1000), 950);
    assert_eq!(quantile_rank(0.07, 100), 7);
    assert_eq!(quantile_rank(0.951, 1000), 951);
    assert_eq!(quantile_rank(0.950_000_1, 1000), 951);
    for percent in 1..100_usize {
        let q = percent as f64 / 100.0;
        for hundreds in [1, 3, 10, 10_000] {
            assert_eq!(quantile_rank(q, 100 * hundreds), percent * hundreds);
        }
    }
    assert_eq!(
        (
            quantile_rank(0.5, 1),
            quantile_rank(0.5, 2),
            quantile_rank(0.5, 3)
        ),
        (1, 1, 2)
    );
    assert_eq!((quantile_rank(1e-9, 10), quantile_rank(0.999, 10)), (1, 10));
}

#[test]
fn quantile_is_an_observed_value_even_when_some_times_never_come() {
    let mut times = vec![30.0, INFINITY, 10.0, 20.0, INFINITY];
    sort_total(&mut times);
    assert_eq!(times, [10.0, 20.0, 30.0, INFINITY, INFINITY]);
    assert_eq!(quantile(&times, 0.5), Some(30.0));
    assert_eq!(quantile(&times, 0.6), Some(30.0));
    assert_eq!(quantile(&times, 0.61), Some(INFINITY));
    assert_eq!(quantile(&[7.0], 0.99), Some(7.0));
    assert_eq!(quantile(&[], 0.5), None);
}

#[test]
fn quantile_ranks_match_the_golden_numbers() {
    for (q, n, lo, hi) in [
        (0.5, 1000, 469, 532),
        (0.9, 1000, 881, 919),
        (0.95, 1000, 936, 964),
        (0.99, 1000, 983, 997),
        (0.99, 10_000, 9880, 9920),
    ] {
        let expected = QuantileRanks {
            lo: Some(lo),
            hi: Some(hi),
        };
        assert_eq!(quantile_interval_ranks(q, n, 0.95), expected, "{q} of {n}");
    }
}

#[test]
fn quantile_interval_is_open_until_the_sample_is_large_enough() {
    for (q, n_min) in [(0.95, 72), (0.99, 368)] {
        assert_eq!(quantile_interval_ranks(q, n_min - 1, 0.95).hi, None);
        assert_eq!(quantile_interval_ranks(q, n_min, 0.95).hi, Some(n_min));
        assert_eq!(quantile_interval_ranks(1.0 - q, n_min - 1, 0.95).lo, None);
        assert_eq!(quantile_interval_ranks(1.0 - q, n_min, 0.95).lo, Some(1));
    }
    let open = QuantileInterval { lo: None, hi: None };
    assert_eq!(quantile_interval(&[], 0.5, 0.95), open);
    assert_eq!(quantile_interval(&[1.0], 0.5, 0.95), open);
    assert_eq!(quantile_interval(&[1.0, 2.0], 0.5, 0.95), open);
}

#[test]
fn quantile_interval_tells_an_observed_never_from_an_open_end() {
    let all = quantile_interval(&[INFINITY; 100], 0.5, 0.95);
    assert_eq!((all.lo, all.hi), (Some(INFINITY), Some(INFINITY)));
    let mut times: Vec<f64> = (0..1000).map(f64::from).collect();
    times[950..].fill(INFINITY);
    let some = quantile_interval(&times, 0.95, 0.95);
    assert_eq!((some.lo, some.hi), (Some(935.0), Some(INFINITY)));
}

#[test]
fn quantile_ranks_are_the_narrowest_that_hold_up_to_a_million() {
    for n in [100, 5_000, 1_000_000_u64] {
        for q in [0.01, 0.5, 0.9, 0.99] {
            for level in [0.5, 0.95, 0.999] {
                let error = (1.0 - level) / 2.0;
                let ranks = quantile_interval_ranks(q, n as usize, level);
                let below = |rank: u64| binomial_upper_tail(n, 1.0 - q, n - rank + 1);
                if let Some(lo) = ranks.lo {
                    let lo = lo as u64;
                    assert!(below(lo) <= error && below(lo + 1) > error);
                }
                if let Some(hi) = ranks.hi {
                    let hi = hi as u64;
                    assert!(binomial_upper_tail(n, q, hi) <= error);
                    assert!(binomial_upper_tail(n, q, hi - 1) > error);
                }
            }
        }
    }
}

#[test]
fn quantile_interval_covers_at_least_as_often_as_it_says() {
    for (seed, q, n) in [(4, 0.5, 40), (5, 0.9, 100), (6, 0.95, 200)] {
        let share = coverage(seed, 10_000, |uniforms| {
            let mut values: Vec<f64> = (0..n).map(|_| uniforms.next()).collect();
            sort_total(&mut values);
            let interval = quantile_interval(&values, q, 0.95);
            interval.lo.unwrap() <= q && q <= interval.hi.unwrap()
        });
        assert!(share >= 0.945, "{share} for {q} of {n}");
    }
}

// Ratios

/// The interval of a ratio in a fleet of `most` robots, without the unseen mass of the whole fleet.
fn ratio_interval(x: &[f64], y: &[f64]) -> Interval {
    let (values, _) = linear_ratio(x, y, 1.0).unwrap();
    let support = Support::Loose(f64::NEG_INFINITY, INFINITY);
    MeanSample::of(&values)
        .unwrap()
        .interval(support, &MeanTails::new(x.len(), 0.95))
        .known()
        .unwrap()
}

#[test]
fn ratio_of_constant_denominators_is_a_mean() {
    let x = [3.0, 5.0, 4.0, 8.0];
    assert_eq!(ratio_of_totals(&x, &[2.0; 4]), Some(2.5));
    let (values, _) = linear_ratio(&x, &[2.0; 4], 8.0).unwrap();
    values
        .iter()
        .zip(x)
        .for_each(|(value, x)| assert_relative(*value, x / 2.0, 1e-15));
}

#[test]
fn ratio_matches_a_calculation_by_hand() {
    // r = 5/10; residuals 0, -0.5, 0.5, over a mean of 10/3.
    let (values, support) = linear_ratio(&[1.0, 1.0, 3.0], &[2.0, 3.0, 5.0], 20.0).unwrap();
    assert_eq!(
        ratio_of_totals(&[1.0, 1.0, 3.0], &[2.0, 3.0, 5.0]),
        Some(0.5)
    );
    values
        .iter()
        .zip([0.5, 0.35, 0.65])
        .for_each(|(value, by_hand)| assert_relative(*value, by_hand, 1e-15));
    // A rollout that starts 20 robots and updates none, or all, adds so much.
    let Support::Within(lo, hi) = support else {
        panic!("{support:?}")
    };
    assert_relative(lo, -2.5, 1e-15);
    assert_relative(hi, 3.5, 1e-15);
}

#[test]
fn ratio_without_pairs_or_denominator_is_none() {
    assert_eq!(
        (
            ratio_of_totals(&[], &[]),
            ratio_of_totals(&[0.0, 0.0], &[0.0, 0.0])
        ),
        (None, None)
    );
    assert_eq!(linear_ratio(&[0.0, 0.0], &[0.0, 0.0], 7.0), None);
    assert_eq!(ratio_of_totals(&[1.0], &[2.0]), Some(0.5));
}

#[test]
fn ratio_interval_covers_about_as_often_as_it_says() {
    let share = coverage(7, 5_000, |uniforms| {
        let mut pair = || {
            let started = 20.0 + (80.0 * uniforms.next()).floor();
            let updated = (0..started as u32).filter(|_| uniforms.next() < 0.9);
            (updated.count() as f64, started)
        };
        let (updated, started): (Vec<_>, Vec<_>) = (0..50).map(|_| pair()).unzip();
        ratio_interval(&updated, &started).contains(0.9)
    });
    assert!((0.935..=0.965).contains(&share), "{share}");
}

// Exact tails

#[test]
fn binomial_tail_gives_the_oracles_of_the_threshold() {
    // O06: 100 robots, 10 failures allowed; O15: 20 timeouts of 100.
    assert_relative(
        binomial_upper_tail(100, 0.05, 10),
        0.028_188_294_163_416_14,
        1e-14,
    );
    let p_timeout = 0.135_968_607_641_424_38;
    assert_relative(
        binomial_upper_tail(100, p_timeout, 20),
        0.047_834_762_680_496_04,
        1e-13,
    );
}

#[test]
fn binomial_tail_is_relatively_accurate_far_out() {
    for (n, p, k, exact) in [
        (500, 0.02, 25, 3.750_006_328_359_977e-5),
        (1000, 0.01, 50, 8.306_371_435_388_777e-20),
        (1000, 0.01, 200, 2.221_482_673_839_392e-188),
        (1_000_000, 0.5, 500_000, 0.500_398_942_180_665_9),
        (1_000_000, 0.5, 510_000, 2.772_181_643_849_612e-89),
        (1_000_000, 0.95, 951_000, 2.113_182_414_788_288e-6),
    ] {
        assert_relative(binomial_upper_tail(n, p, k), exact, 1e-12);
    }
}

#[test]
fn binomial_law_agrees_with_statrs() {
    for (n, p) in [(1, 0.3), (2, 0.5), (40, 0.07), (1000, 0.013), (1000, 0.97)] {
        let law = Binomial::new(p, n).unwrap();
        let mut sum = 0.0;
        for k in 0..=n {
            let at_least_k = if k == 0 { 1.0 } else { law.sf(k - 1) };
            assert!((binomial_upper_tail(n, p, k) - at_least_k).abs() < 1e-11);
            sum += binomial_pmf(n, p, k);
            assert!((sum - law.cdf(k)).abs() < 1e-11);
        }
    }
}

#[test]
fn binomial_law_is_exact_where_there_is_no_chance() {
    for tail in [binomial_upper_tail, |n, p, k| {
        poisson_binomial_upper_tail(&[(n, p)], k)
    }] {
        assert_eq!(
            (tail(5, 0.3, 0), tail(5, 0.3, 6), tail(0, 0.3, 0)),
            (1.0, 0.0, 1.0)
        );
        assert_eq!((tail(5, 0.0, 0), tail(5, 0.0, 1)), (1.0, 0.0));
        assert_eq!((tail(5, 1.0, 5), tail(5, 1.0, 6)), (1.0, 0.0));
    }
    let pmf = |n, p| {
        [
            binomial_pmf(n, p, 0),
            binomial_pmf(n, p, 1),
            binomial_pmf(n, p, 2),
        ]
    };
    assert_eq!(
        (pmf(2, 0.0), pmf(2, 1.0)),
        ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    );
    assert_eq!(
        (pmf(0, 0.0), pmf(0, 1.0)),
        ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    );
}

#[test]
fn poisson_binomial_tail_is_relatively_accurate_far_out() {
    let groups = [(300, 0.01), (200, 0.05), (100, 0.5)];
    for (k, exact) in [
        (1, 1.0),
        (40, 0.999_965_856_027),
        (66, 0.338_880_195_622_227_5),
        (100, 5.020_113_876_921_735e-9),
        (200, 6.115_825_231_134_111e-85),
    ] {
        assert_relative(poisson_binomial_upper_tail(&groups, k), exact, 1e-11);
    }
    assert_eq!(poisson_binomial_upper_tail(&groups, 601), 0.0);
}

#[test]
fn poisson_binomial_tail_does_not_depend_on_how_robots_are_grouped() {
    let singles = vec![(1, 0.02); 1000];
    for k in [1, 20, 50, 120] {
        let exact = binomial_upper_tail(1000, 0.02, k);
        for groups in [&[(1000, 0.02)][..], &[(400, 0.02), (600, 0.02)], &singles] {
            assert_relative(poisson_binomial_upper_tail(groups, k), exact, 1e-11);
        }
    }
    // Here the smallest terms of the sum, but not of its parts, are left out.
    let halves = [(600, 0.5), (600, 0.5)];
    let exact = binomial_upper_tail(1200, 0.5, 700);
    assert_relative(poisson_binomial_upper_tail(&halves, 700), exact, 1e-11);

    let shifted = [(7, 1.0), (0, 0.5), (1000, 0.02), (50, 0.0)];
    let exact = binomial_upper_tail(1000, 0.02, 30);
    assert_relative(poisson_binomial_upper_tail(&shifted, 37), exact, 1e-11);
    let none = [
        poisson_binomial_upper_tail(&[], 0),
        poisson_binomial_upper_tail(&[], 1),
    ];
    assert_eq!(none, [1.0, 0.0]);
}

#[test]
fn poisson_binomial_tail_of_ten_thousand_robots_that_all_differ() {
    let groups: Vec<_> = (0..10_000)
        .map(|i| (1, f64::from(i % 1000) / 10_000.0))
        .collect();
    let tail = poisson_binomial_upper_tail(&groups, 547);
    assert_relative(tail, 0.015_668_161_461_533_32, 1e-10);
}

// What everything rests on

#[test]
fn results_have_the_same_bits_on_every_platform() {
    let bits = [
        student_t_quantile(0.025, 29.0),
        clopper_pearson(3, 1000, 0.95).hi,
        binomial_upper_tail(1000, 0.01, 50),
        poisson_binomial_upper_tail(&[(300, 0.01), (200, 0.05)], 40),
    ]
    .map(f64::to_bits);
    let frozen = [
        0xc000_5ca1_5bce_2873,
        0x3f81_e756_7f47_f58e,
        0x3bf8_841d_e73d_e3fe,
        0x3dfe_8572_0d4b_7b82,
    ];
    assert_eq!(bits, frozen, "{bits:#x?}");
}

#[test]
fn impossible_arguments_are_refused() {
    assert!(catch_unwind(|| clopper_pearson(3, 2, 0.95)).is_err());
    assert!(catch_unwind(|| clopper_pearson(1, 2, 95.0)).is_err());
    assert!(catch_unwind(|| clopper_pearson_upper(1, 2, 1.0)).is_err());
    assert!(catch_unwind(|| binomial_upper_tail(10, 1.1, 3)).is_err());
    assert!(catch_unwind(|| quantile(&[1.0], 1.0)).is_err());
    assert!(catch_unwind(|| quantile_rank(0.5, 0)).is_err());
    assert!(catch_unwind(|| sort_total(&mut [1.0, f64::NAN])).is_err());
    assert!(catch_unwind(|| Moments::of(&[1.0, f64::NAN])).is_err());
    assert!(catch_unwind(|| Moments::of(&[-INFINITY, INFINITY])).is_err());
    assert!(catch_unwind(|| student_t_quantile(0.5, 0.5)).is_err());
    assert!(catch_unwind(|| ratio_of_totals(&[1.0], &[])).is_err());
}
