//! Differences between settings, verdicts on them and the rule when replications are enough: against published numbers, closed forms,
//! an independent library, brute force, and their own promise of coverage.

#[path = "common/coverage.rs"]
mod coverage;

use coverage::{Uniforms, coverage};
use rollcast::random::math::ln;
use rollcast::stats::{
    Difference, Interval, QuantileDifference, Side, benjamini_hochberg, binomial_pmf, checkpoints, concordant_pairs_n_min, holm,
    is_relatively_precise, n_to_decide, paired_means, paired_proportions, paired_quantiles, paired_quantiles_n_min,
    paired_ratios, side, student_t_quantile, student_t_two_sided, welch_means, wilson,
};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::panic::catch_unwind;

const INFINITY: f64 = f64::INFINITY;

#[track_caller]
fn assert_near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

// Many p-values at once

const P_VALUES: [f64; 10] = [0.0002, 0.004, 0.019, 0.0095, 0.028, 0.3, 0.0201, 0.42, 0.6, 0.049];

#[test]
fn adjusted_p_values_match_the_golden_numbers() {
    let expected = [0.002, 0.036, 0.133, 0.076, 0.14, 0.9, 0.133, 0.9, 0.9, 0.196];
    holm(&P_VALUES).iter().zip(expected).for_each(|(actual, expected)| assert_near(*actual, expected, 1e-12));
    let expected = [0.002, 0.02, 0.0402, 0.031_667, 0.046_667, 0.375, 0.0402, 0.466_667, 0.6, 0.07];
    benjamini_hochberg(&P_VALUES).iter().zip(expected).for_each(|(actual, expected)| assert_near(*actual, expected, 5e-7));
}

/// Against the definitions: the least level at which the step procedure rejects.
#[test]
fn adjusted_p_values_are_the_least_levels_that_reject() {
    let mut uniforms = Uniforms(11);
    for count in [1usize, 2, 5, 12] {
        let p_values: Vec<f64> = (0..count).map(|_| (uniforms.next() * 20.0).round() / 100.0).collect();
        let mut sorted = p_values.clone();
        sorted.sort_by(f64::total_cmp);
        let m = count as f64;
        let holm_rejects = |level: f64| {
            let steps = sorted.iter().enumerate().take_while(|(rank, p)| **p * (m - *rank as f64) <= level + 1e-12);
            steps.count()
        };
        let bh_rejects =
            |level: f64| (1..=count).rev().find(|rank| sorted[rank - 1] * m / *rank as f64 <= level + 1e-12).unwrap_or(0);
        for (adjusted, rejects) in
            [(holm(&p_values), &holm_rejects as &dyn Fn(f64) -> usize), (benjamini_hochberg(&p_values), &bh_rejects)]
        {
            for (p, adjusted) in p_values.iter().zip(&adjusted) {
                let rejected = |level: f64| rejects(level).checked_sub(1).is_some_and(|last| *p <= sorted[last]);
                assert!(*adjusted >= 1.0 || rejected(*adjusted), "{p} is not rejected at {adjusted}");
                assert!(!rejected(adjusted - 1e-9), "{p} is rejected below {adjusted}");
            }
        }
    }
    assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
}

// Student's t

#[test]
fn two_sided_p_values_agree_with_statrs_and_undo_the_quantile() {
    for df in [1.0, 2.5, 9.0, 40.0, 999.0] {
        let law = StudentsT::new(0.0, 1.0, df).unwrap();
        for t in [0.0_f64, 0.01, 0.7, 1.0, 2.0, 6.0] {
            let expected = 2.0 * law.cdf(-t);
            // It keeps seven digits for many degrees of freedom.
            assert_near(student_t_two_sided(t, df) / expected, 1.0, 1e-7);
            assert_eq!(student_t_two_sided(-t, df), student_t_two_sided(t, df));
        }
        for p in [1e-100, 1e-9, 0.05, 0.5, 0.999] {
            assert_near(student_t_two_sided(student_t_quantile(p / 2.0, df), df) / p, 1.0, 1e-12);
        }
    }
    assert_eq!(student_t_two_sided(INFINITY, 7.0), 0.0);
    // One degree of freedom is Cauchy's law: P(|T| > 1) = 1/2.
    assert_near(student_t_two_sided(1.0, 1.0), 0.5, 1e-14);
}

// Means

/// Student's own pairs: additional hours of sleep with two drugs, "The probable error of a mean", Biometrika 6 (1908). R's t.test gives
/// for them, paired, t = 4.0621, p = 0.002833, [0.7001142, 2.4598858], and by Welch p = 0.07939, [-0.2054832, 3.3654832].
#[test]
fn differences_of_means_reproduce_students_sleep() {
    let a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let paired = paired_means(&a, &b, 0.95).unwrap();
    assert_near(paired.estimate, 1.58, 1e-14);
    assert_near(paired.interval.lo, 0.700_114_2, 5e-8);
    assert_near(paired.interval.hi, 2.459_885_8, 5e-8);
    assert_near(paired.p_value, 0.002_833, 5e-7);
    let apart = welch_means(&a, &b, 0.95).unwrap();
    assert_near(apart.interval.lo, -0.205_483_2, 5e-8);
    assert_near(apart.interval.hi, 3.365_483_2, 5e-8);
    assert_near(apart.p_value, 0.079_39, 5e-6);
}

#[test]
fn what_does_not_differ_has_a_difference_of_exactly_zero() {
    let values: Vec<f64> = (0..200).map(|i| f64::from(i * 7919 % 101) / 3.0).collect();
    let ones = vec![2.5; 200];
    let nothing = Difference { estimate: 0.0, interval: Interval { lo: 0.0, hi: 0.0 }, p_value: 1.0 };
    assert_eq!(paired_means(&values, &values, 0.95), Some(nothing));
    assert_eq!(paired_quantiles(&values, &values, 0.5, 0.95), Some(QuantileDifference::Known(nothing)));
    assert_eq!(paired_ratios((&values, &ones), (&values, &ones), 0.95), Some(nothing));
    let shifted: Vec<f64> = values.iter().map(|value| value + 2.0).collect();
    let Some(shift) = paired_means(&values, &shifted, 0.95) else { panic!() };
    assert_near(shift.estimate, 2.0, 1e-12);
    assert!(shift.p_value < 1e-100, "the same in all pairs");
}

#[test]
fn too_few_pairs_have_no_interval() {
    assert_eq!((paired_means(&[], &[], 0.95), paired_means(&[1.0], &[2.0], 0.95)), (None, None));
    assert_eq!(welch_means(&[1.0], &[2.0, 3.0], 0.95), None);
    assert_eq!(paired_ratios((&[1.0], &[1.0]), (&[1.0], &[1.0]), 0.95), None);
    assert_eq!(paired_ratios((&[1.0, 1.0], &[0.0, 0.0]), (&[1.0, 1.0], &[1.0, 1.0]), 0.95), None);
    assert_eq!(paired_proportions(0, 0, 0, 0.95), None);
    assert_eq!(paired_quantiles(&[], &[], 0.5, 0.95), None);
}

/// Pairs that share a part of their luck: their values, and the difference of the means.
fn pairs(uniforms: &mut Uniforms, n: usize) -> (Vec<f64>, Vec<f64>) {
    let pair = |uniforms: &mut Uniforms| {
        let shared = uniforms.near_normal();
        (shared + 0.3 * uniforms.near_normal(), 1.0 + 1.1 * shared + 0.3 * uniforms.near_normal())
    };
    (0..n).map(|_| pair(uniforms)).unzip()
}

#[test]
fn intervals_of_differences_of_means_cover_as_often_as_they_say() {
    for (seed, n) in [(21, 10), (22, 60)] {
        let mut widths = [0.0, 0.0];
        let mut covered = [0, 0];
        coverage(seed, 10_000, |uniforms| {
            let (a, b) = pairs(uniforms, n);
            let (_, apart) = pairs(uniforms, n);
            for (i, difference) in [paired_means(&a, &b, 0.95), welch_means(&a, &apart, 0.95)].into_iter().enumerate() {
                let interval = difference.unwrap().interval;
                widths[i] += interval.half_width();
                covered[i] += u32::from(interval.contains(1.0));
            }
            true
        });
        for covered in covered {
            assert!((9_400..=9_600).contains(&covered), "{covered} of 10,000 with {n}");
        }
        assert!(widths[0] < 0.4 * widths[1], "pairs are worth it: {widths:?}");
    }
}

#[test]
fn intervals_of_differences_of_ratios_cover_about_as_often_as_they_say() {
    let share = coverage(23, 5_000, |uniforms| {
        let mut column = [const { Vec::new() }; 4];
        for _ in 0..60 {
            let luck = uniforms.next();
            let started = [50.0 + (50.0 * luck).floor(), 20.0 + (80.0 * luck).floor()];
            for (side, p) in [0.9, 0.8].into_iter().enumerate() {
                let updated = (0..started[side] as u32).filter(|_| uniforms.next() < p).count();
                column[2 * side].push(updated as f64);
                column[2 * side + 1].push(started[side]);
            }
        }
        let [a, of_a, b, of_b] = &column;
        paired_ratios((a, of_a), (b, of_b), 0.95).unwrap().interval.contains(-0.1)
    });
    assert!((0.935..=0.965).contains(&share), "{share}");
}

#[test]
fn a_difference_of_ratios_over_the_same_denominators_is_one_of_means() {
    let (a, b) = ([3.0, 5.0, 4.0, 8.0], [2.0, 6.0, 6.0, 9.0]);
    let ratios = paired_ratios((&a, &[2.0; 4]), (&b, &[2.0; 4]), 0.9).unwrap();
    let means = paired_means(&a.map(|x| x / 2.0), &b.map(|x| x / 2.0), 0.9).unwrap();
    for (ratio, mean) in
        [(ratios.estimate, means.estimate), (ratios.interval.lo, means.interval.lo), (ratios.p_value, means.p_value)]
    {
        assert_near(ratio, mean, 1e-14);
    }
}

// Quantiles

#[test]
fn a_time_that_never_comes_has_no_difference() {
    let often = |share: usize| -> Vec<f64> { (0..200).map(|i| if i % 10 < share { INFINITY } else { i as f64 }).collect() };
    let finite = often(0);
    assert_eq!(paired_quantiles(&finite, &often(6), 0.5, 0.95), Some(QuantileDifference::Never));
    assert_eq!(paired_quantiles(&often(6), &often(6), 0.5, 0.95), Some(QuantileDifference::Never));
    // In half of one section it never comes, though not in half of all replications.
    let mut once = finite.clone();
    once[..6].fill(INFINITY);
    assert!(
        matches!(paired_quantiles(&finite, &once, 0.5, 0.95), Some(QuantileDifference::Unsure(difference)) if difference > 0.0)
    );
    assert!(matches!(paired_quantiles(&finite, &often(1), 0.5, 0.95), Some(QuantileDifference::Known(_))));
}

#[test]
fn a_quantile_needs_replications_for_an_interval_and_says_how_many() {
    for (q, n_min) in [(0.5, 50), (0.9, 150), (0.95, 300), (0.05, 300), (0.99, 1500), (0.01, 1500)] {
        assert_eq!(paired_quantiles_n_min(q), n_min);
        let values: Vec<f64> = (0..n_min).map(|i| (i * 7919 % 10_007) as f64).collect();
        let of = |n: usize| paired_quantiles(&values[..n], &values[..n], q, 0.95).unwrap();
        assert!(matches!((of(n_min), of(n_min - 1)), (QuantileDifference::Known(_), QuantileDifference::Unsure(0.0))));
    }
}

/// Exponential times, the second 30 % longer, from luck that is shared in part; the quantiles differ by 0.3 · ln(1 / (1 − q)).
#[test]
fn intervals_of_differences_of_quantiles_cover_nearly_as_often_as_they_say() {
    for (seed, q, n) in [(31, 0.5, 50), (32, 0.5, 200), (33, 0.5, 1000), (34, 0.9, 300), (35, 0.95, 500), (36, 0.99, 2000)] {
        let truth = -0.3 * ln(1.0 - q);
        let share = coverage(seed, 4_000, |uniforms| {
            let pair = |uniforms: &mut Uniforms| {
                let shared = uniforms.next();
                let mut time = || -ln(1.0 - if uniforms.next() < 0.7 { shared } else { uniforms.next() });
                (time(), 1.3 * time())
            };
            let (a, b): (Vec<f64>, Vec<f64>) = (0..n).map(|_| pair(uniforms)).unzip();
            let Some(QuantileDifference::Known(difference)) = paired_quantiles(&a, &b, q, 0.95) else { panic!() };
            difference.interval.contains(truth)
        });
        assert!(share >= 0.93, "{share} for {q} of {n}");
    }
}

// Proportions

/// Complete response before and after consolidation therapy (Cavo et al., 2012): 59, 6, 16 and 80 pairs. Tango's interval and McNemar's
/// p-value as in Fagerland, Lydersen and Laake (2014) and the R package `contingencytables`.
#[test]
fn a_difference_of_proportions_reproduces_the_published_interval() {
    let difference = paired_proportions(16, 6, 161, 0.95).unwrap();
    assert_near(difference.estimate, -0.0621, 5e-5);
    assert_near(difference.interval.lo, -0.1240, 5e-5);
    assert_near(difference.interval.hi, -0.0054, 5e-5);
    assert_near(difference.p_value, 0.033_006, 5e-7);
}

#[test]
fn without_discordant_pairs_the_interval_is_wilsons() {
    for n in [1, 20, 1000] {
        let Difference { estimate, interval, p_value } = paired_proportions(0, 0, n, 0.95).unwrap();
        assert_eq!((estimate, p_value), (0.0, 1.0));
        let upper = wilson(0, n, 0.95).hi;
        assert_near(interval.hi, upper, 1e-12);
        assert_near(interval.lo, -upper, 1e-12);
        assert_near(concordant_pairs_n_min(upper, 0.95).unwrap() / n as f64, 1.0, 1e-9);
    }
    assert_eq!(concordant_pairs_n_min(0.0, 0.95), None);
    // All of them, and nothing beyond certainty.
    let all = paired_proportions(0, 30, 30, 0.95).unwrap();
    assert_eq!((all.estimate, all.interval.hi), (1.0, 1.0));
    assert_near(all.interval.lo, 2.0 * wilson(30, 30, 0.95).lo - 1.0, 1e-9);
}

#[test]
fn the_other_side_has_the_opposite_difference_and_zero_is_out_when_p_is_small() {
    for n in [1u64, 2, 7, 60, 1000] {
        for only_a in 0..=n.min(25) {
            for only_b in 0..=(n - only_a).min(25) {
                let there = paired_proportions(only_a, only_b, n, 0.95).unwrap();
                let back = paired_proportions(only_b, only_a, n, 0.95).unwrap();
                assert_eq!((there.interval.lo, there.estimate), (-back.interval.hi, -back.estimate));
                assert!(there.interval.contains(there.estimate) && there.interval.lo >= -1.0 && there.interval.hi <= 1.0);
                assert_eq!(!there.interval.contains(0.0), there.p_value < 0.05, "{only_a} {only_b} of {n}: {there:?}");
            }
        }
    }
}

/// Every possible outcome of `n` pairs, weighed by its probability: no randomness.
#[test]
fn intervals_of_differences_of_proportions_cover_as_often_as_they_say_whatever_the_discordance() {
    let (mut sum, mut cases, mut least) = (0.0, 0.0, (1.0, String::new()));
    for n in [30u64, 100] {
        let intervals: Vec<Vec<Interval>> = (0..=n)
            .map(|only_a| (0..=n - only_a).map(|only_b| paired_proportions(only_a, only_b, n, 0.95).unwrap().interval).collect())
            .collect();
        for p_a in [0.0, 0.005, 0.02, 0.05, 0.1, 0.3] {
            for p_b in [0.0, 0.01, 0.03, 0.08, 0.2, 0.5] {
                let mut covered = 0.0;
                for only_a in 0..=n {
                    let first = binomial_pmf(n, p_a, only_a);
                    if first < 1e-12 {
                        continue;
                    }
                    for only_b in 0..=n - only_a {
                        if intervals[only_a as usize][only_b as usize].contains(p_b - p_a) {
                            covered += first * binomial_pmf(n - only_a, p_b / (1.0 - p_a), only_b);
                        }
                    }
                }
                sum += covered;
                cases += 1.0;
                if covered < least.0 {
                    least = (covered, format!("{p_a} and {p_b}, {n} pairs"));
                }
            }
        }
    }
    assert!(sum / cases >= 0.95, "{}", sum / cases);
    assert!(least.0 >= 0.92, "{least:?}");
}

// Verdicts

#[test]
fn an_interval_is_read_against_zero_and_the_margin() {
    let of = |lo, hi, margin| side(Interval { lo, hi }, margin);
    assert_eq!(of(-0.5, 0.5, 1.0), Side::Within);
    assert_eq!(of(0.2, 0.5, 1.0), Side::Within, "sure, and too small to matter");
    assert_eq!(of(-1.0, 1.0, 1.0), Side::Within);
    assert_eq!(of(0.2, 1.5, 1.0), Side::Above);
    assert_eq!(of(-1.5, -0.2, 1.0), Side::Below);
    assert_eq!(of(-0.2, 1.5, 1.0), Side::Open);
    assert_eq!(of(0.0, 1.5, 1.0), Side::Open);
    assert_eq!(of(0.0, 0.0, 0.0), Side::Within);
    assert_eq!(of(-1e-9, 1e-9, 0.0), Side::Open);
}

#[test]
fn replications_to_decide_shrink_the_interval_until_it_decides() {
    let mut uniforms = Uniforms(41);
    for _ in 0..1000 {
        let (estimate, half, margin) = (4.0 * uniforms.next() - 2.0, 0.1 + 3.0 * uniforms.next(), 2.0 * uniforms.next());
        let open = |n: f64| {
            let half = half * (500.0 / n).sqrt();
            side(Interval { lo: estimate - half, hi: estimate + half }, margin) == Side::Open
        };
        let n = n_to_decide(500.0, estimate, half, half, margin).unwrap();
        assert!(open(n * 0.999) && !open(n * 1.001), "{estimate} ± {half} of {margin}: {n}");
    }
    assert_eq!(n_to_decide(500.0, 0.0, 1.0, 1.0, 0.0), None);
}

#[test]
fn a_difference_is_seldom_claimed_where_there_is_none() {
    let claimed = coverage(42, 10_000, |uniforms| {
        let (a, b) = pairs(uniforms, 40);
        let b: Vec<f64> = b.iter().map(|b| b - 1.0).collect();
        matches!(side(paired_means(&a, &b, 0.95).unwrap().interval, 0.01), Side::Above | Side::Below)
    });
    assert!((0.04..=0.06).contains(&claimed), "{claimed}");
}

#[test]
fn equivalence_is_seldom_claimed_where_the_difference_matters() {
    for (seed, n) in [(43, 40), (44, 400)] {
        let claimed = coverage(seed, 4_000, |uniforms| {
            let (a, b) = pairs(uniforms, n);
            side(paired_means(&a, &b, 0.95).unwrap().interval, 1.0) == Side::Within
        });
        assert!(claimed <= 0.035, "{claimed} of {n}");
    }
}

// Precision

#[test]
fn checkpoints_double_until_the_most() {
    let of = |max| checkpoints(max).collect::<Vec<u64>>();
    assert_eq!(of(1), [1]);
    assert_eq!(of(32), [32]);
    assert_eq!(of(33), [32, 33]);
    assert_eq!(of(500), [32, 64, 128, 256, 500]);
    assert_eq!(checkpoints(u64::MAX).last(), Some(u64::MAX));
}

#[test]
fn precision_is_relative_to_the_true_value() {
    let precise =
        |estimate, half: f64| is_relatively_precise(estimate, Interval { lo: estimate - half, hi: estimate + half }, 0.25);
    // 0.25 / 1.25 = 0.2: with 100 ± 20 the true value is 80 at least, and 20 is a quarter of that.
    assert!(precise(100.0, 20.0) && !precise(100.0, 20.1) && precise(-100.0, 20.0));
    assert!(precise(0.0, 0.0) && !precise(0.0, 1e-9));
    assert!(!is_relatively_precise(5.0, Interval { lo: 5.0, hi: INFINITY }, 0.9));
}

/// Law and Kelton's promise: the estimate is off by more than the precision in about 5 % at most.
#[test]
fn an_estimate_at_the_first_precise_checkpoint_is_as_precise_as_asked() {
    let precision = 0.05;
    let kept = coverage(45, 3_000, |uniforms| {
        let mut values: Vec<f64> = Vec::new();
        for n in checkpoints(16_384) {
            values.resize_with(n as usize, || -ln(1.0 - uniforms.next()));
            let moments = rollcast::stats::Moments::of(&values).unwrap();
            if is_relatively_precise(moments.mean, moments.mean_interval(0.95).unwrap(), precision) {
                break;
            }
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean - 1.0).abs() <= precision
    });
    assert!(kept >= 0.93, "{kept}");
}

#[test]
fn quantiles_that_jump_have_intervals() {
    let of = |step: f64| {
        let mut uniforms = Uniforms(38);
        let mut value = || (-10.0 * ln(1.0 - uniforms.next()) / step).floor() * step;
        let (a, b): (Vec<f64>, Vec<f64>) = (0..400).map(|_| (value(), value())).unzip();
        paired_quantiles(&a, &b, 0.9, 0.95).unwrap()
    };
    assert!(matches!(of(1.0), QuantileDifference::Unsure(_)));
    assert!(matches!(of(1e-6), QuantileDifference::Known(_)));
}

#[test]
fn differences_have_the_same_bits_on_every_platform() {
    let a: Vec<f64> = (0..200).map(|i| f64::from(i * 7919 % 1009)).collect();
    let b: Vec<f64> = (0..200).map(|i| f64::from(i * 7907 % 997)).collect();
    let Some(QuantileDifference::Known(medians)) = paired_quantiles(&a, &b, 0.5, 0.95) else { panic!() };
    let bits = [
        student_t_two_sided(2.5, 29.0),
        paired_means(&a, &b, 0.95).unwrap().interval.hi,
        medians.interval.lo,
        paired_proportions(16, 6, 161, 0.95).unwrap().interval.lo,
    ]
    .map(f64::to_bits);
    let frozen = [0x3f92_c3e1_0a7c_64ec, 0x404a_4028_41ac_329d, 0xc053_0fd1_bc7c_bbc9, 0xbfbf_bfff_ea5e_ef32];
    assert_eq!(bits, frozen, "{bits:#x?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert!(catch_unwind(|| holm(&[0.5, 1.1])).is_err());
    assert!(catch_unwind(|| benjamini_hochberg(&[f64::NAN])).is_err());
    assert!(catch_unwind(|| paired_means(&[1.0, 2.0], &[1.0], 0.95)).is_err());
    assert!(catch_unwind(|| paired_means(&[1.0, 2.0], &[1.0, INFINITY], 0.95)).is_err());
    assert!(catch_unwind(|| paired_quantiles(&[1.0], &[1.0], 1.0, 0.95)).is_err());
    assert!(catch_unwind(|| paired_proportions(2, 2, 3, 0.95)).is_err());
    assert!(catch_unwind(|| side(Interval { lo: 0.0, hi: 1.0 }, -1.0)).is_err());
    assert!(catch_unwind(|| is_relatively_precise(1.0, Interval { lo: 0.0, hi: 1.0 }, 1.0)).is_err());
}
