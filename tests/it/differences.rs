//! Differences between settings, verdicts on them and the rule when replications are enough: against published numbers, closed forms,
//! an independent library, brute force, and their own promise of coverage.

use std::panic::catch_unwind;
use std::sync::Arc;

use crate::common::coverage::{Uniforms, coverage};
use rollcast::numeric::math::ln;
use rollcast::stats::{
    Contrast, Interval, MeanContrast, MeanSample, MeanSide, MeanTails, ProportionContrast,
    QuantileContrast, Side, Support, Told, benjamini_hochberg, binomial_pmf, checkpoints,
    clopper_pearson, fewest, holm, is_relatively_precise, order_statistics_n_min, side, sort_total,
};

const INFINITY: f64 = f64::INFINITY;

#[track_caller]
fn assert_near(actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{actual} is not {expected} ± {tolerance}"
    );
}

// Many p-values at once

const P_VALUES: [f64; 10] = [
    0.0002, 0.004, 0.019, 0.0095, 0.028, 0.3, 0.0201, 0.42, 0.6, 0.049,
];

#[test]
fn adjusted_p_values_match_the_golden_numbers() {
    let expected = [
        0.002, 0.036, 0.133, 0.076, 0.14, 0.9, 0.133, 0.9, 0.9, 0.196,
    ];
    holm(&P_VALUES)
        .iter()
        .zip(expected)
        .for_each(|(actual, expected)| assert_near(*actual, expected, 1e-12));
    let expected = [
        0.002, 0.02, 0.0402, 0.031_667, 0.046_667, 0.375, 0.0402, 0.466_667, 0.6, 0.07,
    ];
    benjamini_hochberg(&P_VALUES)
        .iter()
        .zip(expected)
        .for_each(|(actual, expected)| assert_near(*actual, expected, 5e-7));
}

/// Against the definitions: the least level at which the step procedure rejects.
#[test]
fn adjusted_p_values_are_the_least_levels_that_reject() {
    let mut uniforms = Uniforms(11);
    for count in [1usize, 2, 5, 12] {
        let p_values: Vec<f64> = (0..count)
            .map(|_| (uniforms.next() * 20.0).round() / 100.0)
            .collect();
        let mut sorted = p_values.clone();
        sorted.sort_by(f64::total_cmp);
        let m = count as f64;
        let holm_rejects = |level: f64| {
            let steps = sorted
                .iter()
                .enumerate()
                .take_while(|(rank, p)| **p * (m - *rank as f64) <= level + 1e-12);
            steps.count()
        };
        let bh_rejects = |level: f64| {
            (1..=count)
                .rev()
                .find(|rank| sorted[rank - 1] * m / *rank as f64 <= level + 1e-12)
                .unwrap_or(0)
        };
        for (adjusted, rejects) in [
            (holm(&p_values), &holm_rejects as &dyn Fn(f64) -> usize),
            (benjamini_hochberg(&p_values), &bh_rejects),
        ] {
            for (p, adjusted) in p_values.iter().zip(&adjusted) {
                let rejected = |level: f64| {
                    rejects(level)
                        .checked_sub(1)
                        .is_some_and(|last| *p <= sorted[last])
                };
                assert!(
                    *adjusted >= 1.0 || rejected(*adjusted),
                    "{p} is not rejected at {adjusted}"
                );
                assert!(
                    !rejected(adjusted - 1e-9),
                    "{p} is rejected below {adjusted}"
                );
            }
        }
    }
    assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
}

// Means

const ANYTHING: Support = Support::Loose(-INFINITY, INFINITY);

fn anything(values: &[f64]) -> MeanSide<'_> {
    MeanSide {
        values,
        support: ANYTHING,
    }
}

fn within(values: &[f64], lo: f64, hi: f64) -> MeanSide<'_> {
    MeanSide {
        values,
        support: Support::Within(lo, hi),
    }
}

#[track_caller]
fn interval(contrast: &Contrast, error: f64) -> Interval {
    let told = contrast.at(error);
    told.interval().unwrap_or_else(|| panic!("{told:?}"))
}

fn paired_means(a: &[f64], b: &[f64]) -> Contrast {
    Contrast::Means(MeanContrast::paired(anything(a), anything(b)))
}

fn own_means(a: &[f64], b: &[f64]) -> Contrast {
    Contrast::Means(MeanContrast::own(anything(a), anything(b)))
}

/// Student's own pairs: additional hours of sleep with two drugs, "The probable error of a mean", Biometrika 6 (1908). By NumPy and SciPy from
/// Hall's formula.
#[test]
fn differences_of_means_are_halls() {
    let a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let paired = paired_means(&a, &b);
    assert_near(paired.estimate(), 1.58, 1e-14);
    let of_pairs = interval(&paired, 0.05);
    assert_near(of_pairs.lo, 0.919_564_626_627_663, 1e-12);
    assert_near(of_pairs.hi, 5.206_478_603_398_068, 1e-12);
    assert_near(paired.least_error_beyond(0.0), 4.879_533_41e-5, 1e-12);
    let apart = interval(&own_means(&a, &b), 0.05);
    assert_near(apart.lo, -0.411_241_564_074_610_54, 1e-12);
    assert_near(apart.hi, 3.524_210_950_259_832_7, 1e-12);
}

/// 20 pairs of counts up to 40 that are all equal say no more than that 17 % of rollouts may differ, by 40 either way.
#[test]
fn equal_pairs_are_no_proof_that_there_is_no_difference() {
    let values: Vec<f64> = (0..20).map(|i| f64::from(i * 7 % 11)).collect();
    let of = |n: usize| {
        let values: Vec<f64> = values.iter().cycle().take(n).copied().collect();
        interval(
            &Contrast::Means(MeanContrast::paired(
                within(&values, 0.0, 40.0),
                within(&values, 0.0, 40.0),
            )),
            0.05,
        )
    };
    // 1 - 0.025^(1/n).
    for (n, unseen) in [(20, 0.1684334710), (50, 0.0711217365), (199, 0.0183663277)] {
        let Interval { lo, hi } = of(n);
        assert_near(lo, -40.0 * unseen, 1e-5);
        assert_near(hi, 40.0 * unseen, 1e-5);
    }
    // From 200 on a pair that was not seen differs by as much as two replications do: here by about 4.5.
    let wide = of(200).hi;
    assert!((0.01 * 4.0..0.02 * 5.0).contains(&wide), "{wide}");
    // What is certain has no width.
    let side = || MeanSide {
        values: &values,
        support: Support::Certain,
    };
    let certain = interval(&Contrast::Means(MeanContrast::paired(side(), side())), 0.05);
    assert_eq!(certain, Interval { lo: 0.0, hi: 0.0 });
}

#[test]
fn times_that_mostly_agree_say_in_how_many_rollouts_they_may_not() {
    let a: Vec<f64> = (0..50).map(|i| f64::from(i * 7919 % 101)).collect();
    let mut b = a.clone();
    b[7] += 5.0;
    let contrast = |b: &[f64]| Contrast::Means(MeanContrast::paired(anything(&a), anything(b)));
    let Told::Mostly(mostly) = contrast(&b).at(0.05) else {
        panic!()
    };
    assert_eq!(mostly.value, 0.0);
    assert_near(
        mostly.others_at_most,
        clopper_pearson(1, 50, 0.95).hi,
        1e-12,
    );
    assert_eq!(
        contrast(&b).least_error_beyond(0.0),
        1.0,
        "nothing is claimed"
    );
    // 200 such pairs have an interval, as both sides vary.
    let told = contrast(&b)
        .as_if(200)
        .at(0.05)
        .interval()
        .expect("an interval from 200 on");
    assert!(told.contains(0.1) && told.hi > 0.2, "{told:?}");
}

#[test]
fn too_few_pairs_have_no_interval() {
    for contrast in [paired_means(&[1.0], &[2.0]), own_means(&[1.0], &[2.0, 3.0])] {
        assert_eq!(
            (contrast.at(0.05), contrast.least_error_beyond(0.0)),
            (Told::Open(Some(2)), 1.0)
        );
    }
    assert!(
        ProportionContrast::paired(0, 0, 0).is_none()
            && ProportionContrast::own((0, 0), (1, 2)).is_none()
    );
    assert!(paired_quantiles(&[], &[], 0.5).is_none());
}

/// Pairs that share a part of their luck: their values, and the difference of the means.
fn pairs(uniforms: &mut Uniforms, n: usize) -> (Vec<f64>, Vec<f64>) {
    let pair = |uniforms: &mut Uniforms| {
        let shared = uniforms.near_normal();
        (
            shared + 0.3 * uniforms.near_normal(),
            1.0 + 1.1 * shared + 0.3 * uniforms.near_normal(),
        )
    };
    (0..n).map(|_| pair(uniforms)).unzip()
}

#[test]
fn intervals_of_differences_of_means_cover_as_often_as_they_say() {
    for (seed, n) in [(21, 20), (22, 60)] {
        let mut widths = [0.0, 0.0];
        let mut covered = [0, 0];
        coverage(seed, 10_000, |uniforms| {
            let (a, b) = pairs(uniforms, n);
            let (_, apart) = pairs(uniforms, n);
            for (i, difference) in [paired_means(&a, &b), own_means(&a, &apart)]
                .iter()
                .enumerate()
            {
                let interval = interval(difference, 0.05);
                widths[i] += interval.half_width();
                covered[i] += u32::from(interval.contains(1.0));
            }
            true
        });
        for covered in covered {
            assert!(
                (9_350..=9_650).contains(&covered),
                "{covered} of 10,000 with {n}"
            );
        }
        assert!(
            widths[0] < 0.4 * widths[1],
            "pairs are worth it: {widths:?}"
        );
    }
}

// Quantiles

fn sorted(values: &[f64]) -> Arc<[f64]> {
    let mut sorted = values.to_vec();
    sort_total(&mut sorted);
    sorted.into()
}

fn paired_quantiles(a: &[f64], b: &[f64], q: f64) -> Option<Contrast> {
    QuantileContrast::of(sorted(a), sorted(b), q).map(Contrast::Quantiles)
}

#[test]
fn a_time_that_never_comes_has_no_difference() {
    let often = |share: usize| -> Vec<f64> {
        (0..200)
            .map(|i| if i % 10 < share { INFINITY } else { i as f64 })
            .collect()
    };
    let finite = often(0);
    assert!(paired_quantiles(&finite, &often(6), 0.5).is_none());
    assert!(paired_quantiles(&often(6), &often(6), 0.5).is_none());
    assert!(paired_quantiles(&finite, &often(1), 0.5).is_some());
    // An end that never comes is none, and no number of replications promises another one.
    assert_eq!(
        paired_quantiles(&finite, &often(1), 0.9).unwrap().at(0.05),
        Told::Open(None)
    );
}

#[test]
fn order_statistics_give_a_difference_from_few_replications_on() {
    for (q, n_min) in [
        (0.5, 7),
        (0.9, 42),
        (0.95, 86),
        (0.05, 86),
        (0.99, 437),
        (0.01, 437),
    ] {
        assert_eq!(order_statistics_n_min(q, 0.95), n_min);
        let a: Vec<f64> = (0..n_min).map(|i| (i % 3) as f64).collect();
        let b: Vec<f64> = a.iter().map(|a| a + 5.0).collect();
        let of = |n: usize| paired_quantiles(&a[..n], &b[..n], q).unwrap();
        assert_eq!(of(n_min - 1).at(0.05), Told::Open(Some(n_min)));
        let Interval { lo, hi } = interval(&of(n_min), 0.05);
        assert!(
            (3.0..=5.0).contains(&lo) && (5.0..=7.0).contains(&hi),
            "{lo} {hi}"
        );
        assert!(of(n_min).least_error_beyond(0.0) <= 0.05);
    }
}

/// Every pair differs by the same, or few near the quantile do: that pairs agree is no measure of how sure their quantiles are.
#[test]
fn quantiles_whose_pairs_tie_have_an_interval_with_a_width() {
    let mut uniforms = Uniforms(37);
    let a: Vec<f64> = (0..300)
        .map(|_| -100.0 * ln(1.0 - uniforms.next()))
        .collect();
    let shifted: Vec<f64> = a.iter().map(|a| a + 7.0).collect();
    let seldom: Vec<f64> = a
        .iter()
        .map(|a| if uniforms.next() < 0.2 { a + 3.0 } else { *a })
        .collect();
    for b in [&a, &shifted, &seldom] {
        for q in [0.1, 0.5] {
            let Interval { lo, hi } = interval(&paired_quantiles(&a, b, q).unwrap(), 0.05);
            assert!(hi - lo > 1.0, "{lo} to {hi}");
        }
    }
}

/// Counts that jump: order statistics cover whatever the ties.
#[test]
fn intervals_of_differences_of_steps_cover_more_often_than_they_say() {
    for (seed, q, n) in [(61, 0.5, 20), (62, 0.9, 200), (63, 0.1, 50)] {
        let share = coverage(seed, 2_000, |uniforms| {
            let pair = |uniforms: &mut Uniforms| {
                let shared = uniforms.next();
                let mut count = || {
                    (-3.0
                        * ln(1.0
                            - if uniforms.next() < 0.7 {
                                shared
                            } else {
                                uniforms.next()
                            }))
                    .floor()
                };
                (count(), count())
            };
            let (a, b): (Vec<f64>, Vec<f64>) = (0..n).map(|_| pair(uniforms)).unzip();
            interval(&paired_quantiles(&a, &b, q).unwrap(), 0.05).contains(0.0)
        });
        assert!(share >= 0.95, "{share} for {q} of {n}");
    }
}

/// Exponential times, the second 30 % longer, from luck that is shared in part; the quantiles differ by 0.3 · ln(1 / (1 − q)).
#[test]
fn intervals_of_differences_of_quantiles_cover_as_often_as_they_say() {
    for (seed, q, n) in [
        (30, 0.5, 20),
        (31, 0.5, 50),
        (32, 0.5, 200),
        (33, 0.5, 1000),
        (34, 0.9, 300),
        (35, 0.95, 500),
        (36, 0.99, 2000),
    ] {
        let truth = -0.3 * ln(1.0 - q);
        let share = coverage(seed, 4_000, |uniforms| {
            let pair = |uniforms: &mut Uniforms| {
                let shared = uniforms.next();
                let mut time = || {
                    -ln(1.0
                        - if uniforms.next() < 0.7 {
                            shared
                        } else {
                            uniforms.next()
                        })
                };
                (time(), 1.3 * time())
            };
            let (a, b): (Vec<f64>, Vec<f64>) = (0..n).map(|_| pair(uniforms)).unzip();
            interval(&paired_quantiles(&a, &b, q).unwrap(), 0.05).contains(truth)
        });
        assert!(share >= 0.95, "{share} for {q} of {n}");
    }
}

/// Nearly all pairs differ by a little, few by much: medians of small samples agree better than those of large ones. Sections of 10 pairs
/// covered two thirds.
#[test]
fn intervals_of_differences_of_medians_cover_where_few_pairs_differ_by_much() {
    let pairs = |uniforms: &mut Uniforms, n: usize| -> Contrast {
        let pair = |uniforms: &mut Uniforms| {
            let time = -1000.0 * ln(1.0 - uniforms.next());
            (
                time,
                1.01 * time + if uniforms.next() < 0.02 { 1000.0 } else { 0.0 },
            )
        };
        let (a, b): (Vec<f64>, Vec<f64>) = (0..n).map(|_| pair(uniforms)).unzip();
        paired_quantiles(&a, &b, 0.5).unwrap()
    };
    let truth = pairs(&mut Uniforms(70), 1_000_000).estimate();
    let share = coverage(71, 2_000, |uniforms| {
        interval(&pairs(uniforms, 200), 0.05).contains(truth)
    });
    assert!(share >= 0.95, "{share}");
}

// Proportions

fn paired_proportions(only_a: u64, only_b: u64, n: u64) -> Contrast {
    Contrast::Proportions(ProportionContrast::paired(only_a, only_b, n).unwrap())
}

/// By SciPy from the formulas: complete response before and after consolidation therapy (Cavo et al., 2012), 16 and 6 discordant pairs of
/// 161; and Newcombe's examples (1998), 48/80 and 56/70, 3/10 and 9/10.
#[test]
fn differences_of_proportions_are_those_of_the_formulas() {
    let own = |a, b| Contrast::Proportions(ProportionContrast::own(a, b).unwrap());
    for (contrast, lo, hi) in [
        (
            paired_proportions(16, 6, 161),
            -0.125_145_236_322_652_9,
            -0.001_109_006_081_064_581_3,
        ),
        (
            own((48, 80), (56, 70)),
            0.043_886_878_207_775_62,
            0.344_171_023_208_157_96,
        ),
        (
            own((3, 10), (9, 10)),
            0.106_786_929_892_740_75,
            0.852_806_514_247_883_8,
        ),
    ] {
        let found = interval(&contrast, 0.05);
        assert_near(found.lo, lo, 1e-9);
        assert_near(found.hi, hi, 1e-9);
        let p = contrast.least_error_beyond(0.0);
        let end = interval(&contrast, p * (1.0 + 1e-9));
        assert!(
            p < 0.05 && end.lo.abs().min(end.hi.abs()) < 1e-6,
            "{p}: {end:?}"
        );
    }
}

#[test]
fn without_discordant_pairs_the_interval_is_that_of_an_event_never_seen() {
    for n in [1, 20, 1000] {
        let contrast = paired_proportions(0, 0, n);
        let Interval { lo, hi } = interval(&contrast, 0.05);
        let upper = clopper_pearson(0, n, 0.95).hi;
        assert_eq!((contrast.estimate(), lo, hi), (0.0, -upper, upper));
    }
    // All of them, and nothing beyond certainty.
    let all = interval(&paired_proportions(0, 30, 30), 0.05);
    assert!(all.hi == 1.0 && all.lo < 0.9, "{all:?}");
}

#[test]
fn the_other_side_has_the_opposite_difference_and_zero_is_out_when_p_is_small() {
    for n in [1u64, 2, 7, 60, 1000] {
        for only_a in 0..=n.min(25) {
            for only_b in 0..=(n - only_a).min(25) {
                let (there, back) = (
                    paired_proportions(only_a, only_b, n),
                    paired_proportions(only_b, only_a, n),
                );
                let (forth, opposite) = (interval(&there, 0.05), interval(&back, 0.05));
                assert_near(forth.lo, -opposite.hi, 1e-14);
                assert_eq!(there.estimate(), -back.estimate());
                assert!(forth.contains(there.estimate()) && forth.lo >= -1.0 && forth.hi <= 1.0);
                let p = there.least_error_beyond(0.0);
                assert_eq!(
                    !forth.contains(0.0),
                    p < 0.05,
                    "{only_a} {only_b} of {n}: {forth:?} {p}"
                );
            }
        }
    }
}

/// Every possible outcome of `n` pairs, weighed by its probability: no randomness.
#[test]
fn intervals_of_differences_of_proportions_cover_as_often_as_they_say_whatever_the_discordance() {
    let mut least = (1.0, String::new());
    for n in [20u64, 50, 100] {
        let intervals: Vec<Vec<Interval>> = (0..=n)
            .map(|only_a| {
                (0..=n - only_a)
                    .map(|only_b| interval(&paired_proportions(only_a, only_b, n), 0.05))
                    .collect()
            })
            .collect();
        for p_a in [0.0, 0.18 / n as f64, 0.02, 0.05, 0.1, 0.3] {
            for p_b in [0.0, 0.18 / n as f64, 0.03, 0.08, 0.2, 0.5, 0.69] {
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
                if covered < least.0 {
                    least = (covered, format!("{p_a} and {p_b}, {n} pairs"));
                }
            }
        }
    }
    assert!(least.0 >= 0.935, "{least:?}");
}

// Verdicts

#[test]
fn an_interval_is_read_against_zero_and_the_margin() {
    let of = |lo, hi, margin| side(Interval { lo, hi }, margin);
    assert_eq!(of(-0.5, 0.5, 1.0), Side::Within);
    assert_eq!(
        of(0.2, 0.5, 1.0),
        Side::Within,
        "sure, and too small to matter"
    );
    assert_eq!(of(-1.0, 1.0, 1.0), Side::Within);
    assert_eq!(of(0.2, 1.5, 1.0), Side::Above);
    assert_eq!(of(-1.5, -0.2, 1.0), Side::Below);
    assert_eq!(of(-0.2, 1.5, 1.0), Side::Open);
    assert_eq!(of(0.0, 1.5, 1.0), Side::Open);
    assert_eq!(of(0.0, 0.0, 0.0), Side::Within);
    assert_eq!(of(-1e-9, 1e-9, 0.0), Side::Open);
}

#[test]
fn the_fewest_that_decide_are_found_and_no_more_are_asked_for_than_can_be_played() {
    for least in [101, 102, 137, 200, 5000, 99_999] {
        assert_eq!(fewest(100, 100_000, |n| n >= least), Some(least));
    }
    assert_eq!(fewest(100, 100_000, |n| n > 100_000), None);
    assert_eq!(
        fewest(100, 100, |_| true),
        None,
        "more than 100 are not played"
    );
}

/// The interval of counts narrows at 200, and what would decide is reckoned with the rule there.
#[test]
fn replications_to_decide_are_reckoned_by_the_rule_at_their_number() {
    let values: Vec<f64> = (0..50).map(|i| f64::from(i * 7 % 11)).collect();
    let contrast = Contrast::Means(MeanContrast::paired(
        within(&values, 0.0, 40.0),
        within(&values, 0.0, 40.0),
    ));
    let decides = |n: u64| side(interval(&contrast.as_if(n as usize), 0.05), 0.2) == Side::Within;
    assert_eq!(fewest(50, 1_000_000, decides), Some(200));
}

#[test]
fn a_difference_is_seldom_claimed_where_there_is_none() {
    let claimed = coverage(42, 10_000, |uniforms| {
        let (a, b) = pairs(uniforms, 40);
        let b: Vec<f64> = b.iter().map(|b| b - 1.0).collect();
        matches!(
            side(interval(&paired_means(&a, &b), 0.05), 0.01),
            Side::Above | Side::Below
        )
    });
    assert!((0.04..=0.065).contains(&claimed), "{claimed}");
}

#[test]
fn equivalence_is_seldom_claimed_where_the_difference_matters() {
    for (seed, n) in [(43, 40), (44, 400)] {
        let claimed = coverage(seed, 4_000, |uniforms| {
            let (a, b) = pairs(uniforms, n);
            side(interval(&paired_means(&a, &b), 0.05), 1.0) == Side::Within
        });
        assert!(claimed <= 0.035, "{claimed} of {n}");
    }
}

/// One rollout in eight breaks ten robots more, 1.25 on average, and 1 does not matter: with few replications most pairs agree.
#[test]
fn equivalence_is_seldom_claimed_where_few_rollouts_differ() {
    for (seed, n, p) in [
        (51, 20, 0.125),
        (52, 50, 0.125),
        (53, 199, 0.02),
        (54, 200, 0.125),
        (55, 200, 0.02),
    ] {
        let claimed = coverage(seed, 4_000, |uniforms| {
            let a: Vec<f64> = (0..n)
                .map(|_| (5.0 * uniforms.next()).floor() + (5.0 * uniforms.next()).floor())
                .collect();
            let b: Vec<f64> = a
                .iter()
                .map(|a| a + if uniforms.next() < p { 10.0 } else { 0.0 })
                .collect();
            let contrast = Contrast::Means(MeanContrast::paired(
                within(&a, 0.0, 40.0),
                within(&b, 0.0, 40.0),
            ));
            side(interval(&contrast, 0.05), 9.99 * p) == Side::Within
        });
        assert!(claimed <= 0.0375, "{claimed} of {n} at {p}");
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
    let precise = |estimate, half: f64| {
        is_relatively_precise(
            estimate,
            Interval {
                lo: estimate - half,
                hi: estimate + half,
            },
            0.25,
        )
    };
    // 0.25 / 1.25 = 0.2: with 100 ± 20 the true value is 80 at least, and 20 is a quarter of that.
    assert!(precise(100.0, 20.0) && !precise(100.0, 20.1) && precise(-100.0, 20.0));
    assert!(precise(0.0, 0.0) && !precise(0.0, 1e-9));
    assert!(
        !is_relatively_precise(
            100.0,
            Interval {
                lo: 75.0,
                hi: 101.0
            },
            0.25
        ),
        "the farther end counts"
    );
    assert!(!is_relatively_precise(
        5.0,
        Interval {
            lo: 5.0,
            hi: INFINITY
        },
        0.9
    ));
}

/// Law and Kelton's promise: the estimate is off by more than the precision in about 5 % at most.
#[test]
fn an_estimate_at_the_first_precise_checkpoint_is_as_precise_as_asked() {
    let precision = 0.05;
    let kept = coverage(45, 3_000, |uniforms| {
        let mut values: Vec<f64> = Vec::new();
        for n in checkpoints(16_384) {
            values.resize_with(n as usize, || -ln(1.0 - uniforms.next()));
            let sample = MeanSample::of(&values).unwrap();
            let interval = sample
                .interval(ANYTHING, &MeanTails::new(values.len(), 0.95))
                .known()
                .unwrap();
            if is_relatively_precise(sample.mean(), interval, precision) {
                break;
            }
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean - 1.0).abs() <= precision
    });
    assert!(kept >= 0.93, "{kept}");
}

#[test]
fn differences_have_the_same_bits_on_every_platform() {
    let a: Vec<f64> = (0..200).map(|i| f64::from(i * 7919 % 1009)).collect();
    let b: Vec<f64> = (0..200).map(|i| f64::from(i * 7907 % 997)).collect();
    let bits = [
        interval(&paired_means(&a, &b), 0.05).hi,
        interval(&paired_quantiles(&a, &b, 0.5).unwrap(), 0.05).lo,
        interval(&paired_proportions(16, 6, 161), 0.05).lo,
    ]
    .map(f64::to_bits);
    let frozen = [
        0x404a_2cdc_8c5d_b880,
        0xc065_0000_0000_0000,
        0xbfc0_04c2_54a0_c421,
    ];
    assert_eq!(bits, frozen, "{bits:#x?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert!(catch_unwind(|| holm(&[0.5, 1.1])).is_err());
    assert!(catch_unwind(|| benjamini_hochberg(&[f64::NAN])).is_err());
    assert!(catch_unwind(|| paired_means(&[1.0, 2.0], &[1.0])).is_err());
    assert!(catch_unwind(|| paired_means(&[1.0, 2.0], &[1.0, INFINITY])).is_err());
    assert!(catch_unwind(|| paired_quantiles(&[1.0], &[1.0], 1.0)).is_err());
    assert!(catch_unwind(|| paired_proportions(2, 2, 3)).is_err());
    assert!(catch_unwind(|| side(Interval { lo: 0.0, hi: 1.0 }, -1.0)).is_err());
    assert!(
        catch_unwind(|| is_relatively_precise(1.0, Interval { lo: 0.0, hi: 1.0 }, 1.0)).is_err()
    );
}
