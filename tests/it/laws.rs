//! Laws and their quantile tables, on four levels: construction, errors, frozen values, and agreement with independent sources
//! (statrs for distribution functions, rand_distr for samples).

#![expect(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

use crate::common::tails::{
    Ends, Oracle, constant, greatest_error, kolmogorov, lognormal, normal_upper, tail_words,
};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::Distribution;
use rollcast::numeric::math;
use rollcast::random::{Key, Law, LawError, QuantileTable, Words};
use statrs::distribution as oracle;

/// Accuracy that the tables promise, relative to the value.
const PROMISED: f64 = 1e-7;

fn words(name: &str) -> Words {
    Key::new(2024).name(name).words()
}

fn oracle_gamma(shape: f64, scale: f64) -> Oracle {
    Oracle::of(oracle::Gamma::new(shape, 1.0 / scale).unwrap())
}

fn oracle_lognormal(median: f64, sigma: f64) -> Oracle {
    Oracle::of(oracle::LogNormal::new(median.ln(), sigma).unwrap())
}

fn oracle_uniform(min: f64, max: f64) -> Oracle {
    Oracle::of(oracle::Uniform::new(min, max).unwrap())
}

/// An atom at `value`.
fn oracle_constant(value: f64) -> Oracle {
    Oracle::of_quantile(move |_| value)
}

/// Smooth laws with what statrs says of them.
fn smooth_laws() -> Vec<(&'static str, Law, Oracle)> {
    vec![
        (
            "lognormal 0.05",
            lognormal(240.0, 0.05),
            oracle_lognormal(240.0, 0.05),
        ),
        (
            "lognormal 0.5",
            lognormal(240.0, 0.5),
            oracle_lognormal(240.0, 0.5),
        ),
        (
            "lognormal 2",
            lognormal(240.0, 2.0),
            oracle_lognormal(240.0, 2.0),
        ),
        (
            "lognormal 5",
            lognormal(240.0, 5.0),
            oracle_lognormal(240.0, 5.0),
        ),
        (
            "exponential",
            Law::exponential(60.0).unwrap(),
            Oracle::of(oracle::Exp::new(1.0 / 60.0).unwrap()),
        ),
        (
            "weibull 0.5",
            Law::weibull(0.5, 60.0).unwrap(),
            Oracle::of(oracle::Weibull::new(0.5, 60.0).unwrap()),
        ),
        (
            "weibull 3",
            Law::weibull(3.0, 60.0).unwrap(),
            Oracle::of(oracle::Weibull::new(3.0, 60.0).unwrap()),
        ),
        (
            "gamma cv 0.1",
            Law::gamma_from_mean(60.0, 0.1).unwrap(),
            oracle_gamma(100.0, 0.6),
        ),
        (
            "gamma cv 0.5",
            Law::gamma_from_mean(60.0, 0.5).unwrap(),
            oracle_gamma(4.0, 15.0),
        ),
        (
            "gamma cv 2",
            Law::gamma_from_mean(60.0, 2.0).unwrap(),
            oracle_gamma(0.25, 240.0),
        ),
        (
            "beta 2 %",
            Law::beta(0.02, 0.01).unwrap(),
            Oracle::of(oracle::Beta::new(1.98, 97.02).unwrap()),
        ),
        (
            "beta 50 %",
            Law::beta(0.5, 0.25).unwrap(),
            Oracle::of(oracle::Beta::new(1.5, 1.5).unwrap()),
        ),
        (
            "triangular",
            Law::triangular(1.0, 2.0, 5.0).unwrap(),
            Oracle::of(oracle::Triangular::new(1.0, 5.0, 2.0).unwrap()),
        ),
        (
            "uniform",
            Law::uniform(3.0, 8.0).unwrap(),
            oracle_uniform(3.0, 8.0),
        ),
    ]
}

/// Laws with atoms, kinks and gaps.
fn rough_laws() -> Vec<(&'static str, Law)> {
    let points = vec![
        (0.1, 3.0),
        (0.25, 3.0),
        (0.5, 8.0),
        (0.75, 8.5),
        (0.9, 40.0),
    ];
    let mixture = |parts| Law::mixture(parts).unwrap();
    let two_speeds = vec![(0.7, lognormal(60.0, 0.4)), (0.3, lognormal(1800.0, 0.8))];
    let gap = vec![
        (0.5, Law::uniform(0.0, 1.0).unwrap()),
        (0.5, Law::uniform(5.0, 6.0).unwrap()),
    ];
    let kinks = vec![
        (0.4, Law::triangular(10.0, 20.0, 30.0).unwrap()),
        (0.4, Law::exponential(20.0).unwrap()),
        (0.2, constant(15.0)),
    ];
    vec![
        ("constant", constant(7.25)),
        ("quantiles", Law::quantiles(points).unwrap()),
        (
            "samples",
            Law::samples((0..1000).map(|i| f64::from(i * i % 977)).collect()).unwrap(),
        ),
        (
            "two constants",
            mixture(vec![(0.3, constant(1.0)), (0.7, constant(2.0))]),
        ),
        ("two lognormals", mixture(two_speeds)),
        (
            "zero or lognormal",
            mixture(vec![(0.2, constant(0.0)), (0.8, lognormal(60.0, 1.0))]),
        ),
        (
            "zero or gamma",
            mixture(vec![
                (0.2, constant(0.0)),
                (0.8, Law::gamma_from_mean(60.0, 0.7).unwrap()),
            ]),
        ),
        ("gap", mixture(gap)),
        ("kinks", mixture(kinks)),
        ("gamma cv 10", Law::gamma_from_mean(60.0, 10.0).unwrap()),
        ("beta near 0 or 1", Law::beta(0.02, 0.9).unwrap()),
    ]
}

/// The quantile function of the law "quantiles", spelled out.
fn measured_quantile(p: f64) -> f64 {
    let points = [
        (0.1, 3.0),
        (0.25, 3.0),
        (0.5, 8.0),
        (0.75, 8.5),
        (0.9, 40.0),
    ];
    let after = points.iter().position(|&(level, _)| p < level);
    match after {
        Some(0) => 3.0,
        Some(end) => {
            let ((p0, x0), (p1, x1)) = (points[end - 1], points[end]);
            x0 + (x1 - x0) * (p - p0) / (p1 - p0)
        }
        None => 40.0,
    }
}

/// The values of the law "samples", sorted.
fn recorded() -> Vec<f64> {
    let mut values: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 977)).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn two_lognormals() -> Oracle {
    Oracle::mixture(vec![
        (0.7, oracle_lognormal(60.0, 0.4)),
        (0.3, oracle_lognormal(1800.0, 0.8)),
    ])
}

/// What is known of rough laws by other means.
fn rough_oracle(name: &str) -> Option<Oracle> {
    let exponential = || Oracle::of(oracle::Exp::new(0.05).unwrap());
    let triangular = || Oracle::of(oracle::Triangular::new(10.0, 30.0, 20.0).unwrap());
    match name {
        "quantiles" => Some(Oracle::of_quantile(measured_quantile)),
        "samples" => {
            let sorted = recorded();
            Some(Oracle::of_quantile(move |p| {
                sorted[((p * 1000.0).ceil() as usize).max(1) - 1]
            }))
        }
        "two lognormals" => Some(two_lognormals()),
        "zero or lognormal" => Some(Oracle::mixture(vec![
            (0.2, oracle_constant(0.0)),
            (0.8, oracle_lognormal(60.0, 1.0)),
        ])),
        "gap" => Some(Oracle::mixture(vec![
            (0.5, oracle_uniform(0.0, 1.0)),
            (0.5, oracle_uniform(5.0, 6.0)),
        ])),
        "kinks" => Some(Oracle::mixture(vec![
            (0.4, triangular()),
            (0.4, exponential()),
            (0.2, oracle_constant(15.0)),
        ])),
        _ => None,
    }
}

/// sup |F_n − G_m| · √(nm / (n + m)), ties counted together.
fn smirnov(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let (n, m) = (one.len() as f64, other.len() as f64);
    let share = |sample: &[f64], x| {
        sample.partition_point(|&value| value <= x) as f64 / sample.len() as f64
    };
    let gap = one
        .iter()
        .chain(&other)
        .map(|&x| (share(&one, x) - share(&other, x)).abs())
        .fold(0.0, f64::max);
    gap * (n * m / (n + m)).sqrt()
}

fn draws(law: &Law, name: &str, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n];
    QuantileTable::new(law).fill(&words(name), 0, &mut out);
    out
}

// Construction.

#[test]
fn every_way_to_state_a_lognormal_gives_the_same_law() {
    let law = Law::lognormal_from_p95(240.0, 540.0).unwrap();
    assert!(
        (law.quantile(0.5) - 240.0).abs() < 1e-12
            && (law.quantile(0.95) / 540.0 - 1.0).abs() < 1e-14
    );
    let law = Law::lognormal_from_mean(300.0, 0.4).unwrap();
    let from_median = lognormal(300.0 / 1.16_f64.sqrt(), 1.16_f64.ln().sqrt());
    assert!((law.mean() - 300.0).abs() < 1e-11);
    assert!((law.quantile(0.9) / from_median.quantile(0.9) - 1.0).abs() < 1e-14);
}

#[test]
fn means_are_those_asked_for() {
    let laws = [
        Law::gamma_from_mean(60.0, 0.7),
        Law::weibull_from_mean(60.0, 1.7),
        Law::exponential(60.0),
        Law::uniform(50.0, 70.0),
    ];
    for law in laws.map(Result::unwrap) {
        assert!((law.mean() - 60.0).abs() < 1e-11, "{law:?}");
    }
    assert!((Law::beta(0.02, 0.01).unwrap().mean() - 0.02).abs() < 1e-15);
    assert!((Law::triangular(1.0, 2.0, 6.0).unwrap().mean() - 3.0).abs() < 1e-15);
    assert_eq!(Law::samples(vec![4.0, 1.0, 1.0]).unwrap().mean(), 2.0);
    let clamped = Law::quantiles(vec![(0.2, 1.0), (0.6, 3.0), (0.9, 3.0)]).unwrap();
    assert!((clamped.mean() - (0.2 + 0.4 * 2.0 + 0.3 * 3.0 + 0.1 * 3.0)).abs() < 1e-15);
}

#[test]
fn scaling_multiplies_every_quantile() {
    let smooth = smooth_laws().into_iter().map(|(name, law, _)| (name, law));
    for (name, law) in smooth.chain(rough_laws()) {
        let scaled = law.scaled(8.0).unwrap();
        for p in [0.01, 0.15, 0.35, 0.6, 0.93] {
            let ratio = scaled.quantile(p) - 8.0 * law.quantile(p);
            assert!(ratio.abs() <= 1e-11 * scaled.quantile(p), "{name} at {p}");
        }
        assert!(
            (scaled.mean() / law.mean() / 8.0 - 1.0).abs() < 1e-12,
            "{name}"
        );
    }
}

#[test]
fn only_laws_of_one_value_are_constant() {
    let same = Law::quantiles(vec![(0.2, 3.0), (0.8, 3.0)]).unwrap();
    let both = Law::mixture(vec![(0.5, constant(3.0)), (0.5, same.clone())]).unwrap();
    for law in [
        constant(3.0),
        same,
        Law::samples(vec![3.0; 5]).unwrap(),
        both,
    ] {
        assert_eq!(QuantileTable::new(&law).constant(), Some(3.0));
        assert_eq!(draws(&law, "constant", 100), [3.0; 100]);
    }
    for (name, law) in rough_laws().into_iter().skip(1) {
        assert_eq!(law.as_constant(), None, "{name}");
    }
}

#[test]
fn nested_mixtures_are_the_mixture_they_describe() {
    let inner = Law::mixture(vec![
        (0.5, constant(1.0)),
        (0.5, Law::exponential(3.0).unwrap()),
    ])
    .unwrap();
    let nested = Law::mixture(vec![(0.4, inner), (0.6, constant(2.0))]).unwrap();
    let flat = vec![
        (0.2, constant(1.0)),
        (0.2, Law::exponential(3.0).unwrap()),
        (0.6, constant(2.0)),
    ];
    assert_eq!(nested, Law::mixture(flat).unwrap());
}

// Errors.

#[test]
fn bad_parameters_are_refused_with_what_is_allowed() {
    let message = |law: Result<Law, LawError>| law.unwrap_err().to_string();
    let cases = [
        (
            message(Law::constant(-1.0)),
            "constant: value is -1 but must be from 0 to 1e100",
        ),
        (
            message(Law::constant(f64::NAN)),
            "constant: value is NaN but must be from 0 to 1e100",
        ),
        (
            message(Law::uniform(5.0, 3.0)),
            "uniform: min (5) must be less than max (3)",
        ),
        (
            message(Law::exponential(0.0)),
            "exponential: mean is 0 but must be from 1e-100 to 1e100",
        ),
        (
            message(Law::lognormal(1.0, 6.0)),
            "lognormal: sigma is 6 but must be from 1e-6 to 5",
        ),
        (
            message(Law::lognormal_from_p95(9.0, 4.0)),
            "lognormal: median (9) must be less than p95 (4)",
        ),
        (
            message(Law::gamma_from_mean(1.0, 11.0)),
            "gamma: cv is 11 but must be from 0.01 to 10",
        ),
        (
            message(Law::weibull(0.05, 1.0)),
            "weibull: shape is 0.05 but must be from 0.1 to 100",
        ),
        (
            message(Law::triangular(1.0, 6.0, 5.0)),
            "triangular: mode (6) must not exceed max (5)",
        ),
        (
            message(Law::triangular(2.0, 2.0, 2.0)),
            "triangular: min (2) must be less than max (2)",
        ),
        (
            message(Law::beta(0.0, 0.5)),
            "beta: mean is 0 but must be from 1e-6 to 0.999999",
        ),
        (
            message(Law::beta(0.5, 1.0)),
            "beta: correlation is 1 but must be from 0.0001 to 0.99",
        ),
        (
            message(Law::samples(vec![])),
            "samples: 0 values given but at least 1 needed",
        ),
        (
            message(Law::samples(vec![1.0, f64::INFINITY])),
            "samples: value of entry 2 is inf but must be from 0 to 1e100",
        ),
        (
            message(Law::quantiles(vec![(0.5, 1.0)])),
            "quantiles: 1 points given but at least 2 needed",
        ),
        (
            message(Law::quantiles(vec![(0.5, 1.0), (0.5, 2.0)])),
            "quantiles: probability of entry 2 (0.5) must be greater than the one before it (0.5)",
        ),
        (
            message(Law::quantiles(vec![(0.1, 4.0), (0.5, 2.0)])),
            "quantiles: value of entry 2 (2) must not be less than the one before it (4)",
        ),
        (
            message(Law::mixture(vec![
                (0.5, constant(1.0)),
                (0.4, constant(2.0)),
            ])),
            "mixture: the weights sum to 0.9 but must sum to 1",
        ),
        (
            message(constant(1.0).scaled(-2.0)),
            "scaled: factor is -2 but must be from 1e-100 to 1e100",
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
}

// Frozen values.

#[test]
fn draws_never_change() {
    let smooth = smooth_laws().into_iter().map(|(name, law, _)| (name, law));
    let seen: Vec<(&str, [u64; 4])> = smooth
        .chain(rough_laws())
        .map(|(name, law)| {
            let table = QuantileTable::new(&law);
            let words = words("frozen");
            // Two ordinary words and one far out in each tail.
            let bits = [words.at(0), words.at(1), 1 << 34, u64::MAX << 34]
                .map(|word| table.value(word).to_bits());
            (name, bits)
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
        "lognormal 0.05",
        [
            0x406d_7327_911b_29de,
            0x406e_939a_6d73_ab51,
            0x4066_36d2_dec4_5f4b,
            0x4074_41e1_f0d7_0b50,
        ],
    ),
    (
        "lognormal 0.5",
        [
            0x4068_ee46_4db9_686a,
            0x4072_253a_7178_8968,
            0x4027_c94a_3de1_963e,
            0x40b2_eb20_5205_cd04,
        ],
    ),
    (
        "lognormal 2",
        [
            0x405c_9daf_8e9b_d638,
            0x4080_0f8a_679a_783c,
            0x3f57_b656_ddc9_c6da,
            0x4182_fa3e_f381_085c,
        ],
    ),
    (
        "lognormal 5",
        [
            0x4042_d9bd_5a3c_3bfb,
            0x4099_2a21_d53e_8359,
            0x3db7_909d_5cef_be30,
            0x4323_18a0_805b_d307,
        ],
    ),
    (
        "exponential",
        [
            0x403a_5e38_1f1b_13d5,
            0x404f_596e_de32_f003,
            0x3e6e_0000_1e3c_0000,
            0x4093_7ea8_e309_ed08,
        ],
    ),
    (
        "weibull 0.5",
        [
            0x4027_2d00_ab9a_e28e,
            0x4050_6133_93bf_51a0,
            0x3c8e_0000_3c78_001f,
            0x40d9_561d_a028_a615,
        ],
    ),
    (
        "weibull 3",
        [
            0x4046_cefa_2471_1242,
            0x404e_7175_bd85_a0cb,
            0x3fae_0000_0a13_fbfb,
            0x4064_9fca_b67b_f198,
        ],
    ),
    (
        "gamma cv 0.1",
        [
            0x404c_ce28_ac31_2fcb,
            0x404f_0df9_3c26_71b3,
            0x403e_a469_efd4_ee26,
            0x4059_d5d8_e9cf_1ea2,
        ],
    ),
    (
        "gamma cv 0.5",
        [
            0x4046_9871_c808_6f9b,
            0x4050_aafb_343a_ad9e,
            0x3fc7_88ac_4581_7935,
            0x407b_67de_5cc9_7918,
        ],
    ),
    (
        "gamma cv 2",
        [
            0x4004_e866_97f5_f52d,
            0x403f_baf0_0e52_ce04,
            0x38e4_3fc4_eb75_7e99,
            0x40b0_3e75_3d65_fc06,
        ],
    ),
    (
        "beta 2 %",
        [
            0x3f89_bfce_8d29_59c8,
            0x3f96_bb57_79a5_2cbd,
            0x3e9a_9688_4571_66b3,
            0x3fcb_e24b_a7d9_b485,
        ],
    ),
    (
        "beta 50 %",
        [
            0x3fd8_ada5_0352_4a14,
            0x3fe3_c31c_e69a_c216,
            0x3ea6_7c7c_6728_7589,
            0x3fef_fffe_9838_3b6d,
        ],
    ),
    (
        "triangular",
        [
            0x4001_c107_ac6a_a779,
            0x4007_90ab_e44a_7e01,
            0x3ff0_0040_0000_2000,
            0x4013_ffe4_4985_2583,
        ],
    ),
    (
        "uniform",
        [
            0x4013_1cc6_dd5b_c300,
            0x4018_f74c_7b85_6800,
            0x4008_0000_00a0_0001,
            0x401f_ffff_ffb0_0000,
        ],
    ),
    (
        "constant",
        [
            0x401d_0000_0000_0000,
            0x401d_0000_0000_0000,
            0x401d_0000_0000_0000,
            0x401d_0000_0000_0000,
        ],
    ),
    (
        "quantiles",
        [
            0x4014_731b_756f_1c40,
            0x4020_97dc_18b4_47f0,
            0x4008_0000_0000_0000,
            0x4044_0000_0000_0000,
        ],
    ),
    (
        "samples",
        [
            0x4074_a000_0000_0000,
            0x4083_9800_0000_0000,
            0x0000_0000_0000_0000,
            0x408e_8000_0000_0000,
        ],
    ),
    (
        "two constants",
        [
            0x4000_0000_0000_0000,
            0x4000_0000_0000_0000,
            0x3ff0_0000_0000_0000,
            0x4000_0000_0000_0000,
        ],
    ),
    (
        "two lognormals",
        [
            0x404e_3e0b_7e6b_3435,
            0x405a_c235_6dd9_02c8,
            0x4016_336b_e0e1_ab7c,
            0x4106_f402_81f6_784b,
        ],
    ),
    (
        "zero or lognormal",
        [
            0x4039_5b11_f01b_50a2,
            0x4051_7606_8898_82c6,
            0x0000_0000_0000_0000,
            0x40d7_02a3_844c_e60e,
        ],
    ),
    (
        "zero or gamma",
        [
            0x4038_9774_5608_f012,
            0x404c_424e_71e4_19bb,
            0x0000_0000_0000_0000,
            0x4085_f52e_bce5_adea,
        ],
    ),
    (
        "gap",
        [
            0x3fe6_c27c_5df2_7d00,
            0x4015_2fb8_3168_8fe0,
            0x3e20_0000_1000_0000,
            0x4017_ffff_ffe0_0000,
        ],
    ),
    (
        "kinks",
        [
            0x402e_0000_0000_0000,
            0x4033_e753_52fc_e676,
            0x3e69_0000_197d_0001,
            0x4078_d8ff_faa4_7346,
        ],
    ),
    (
        "gamma cv 10",
        [
            0x3757_c7b8_42e1_9685,
            0x3cc2_6be4_77f8_3895,
            0x0000_0000_0000_0000,
            0x40f3_d8a5_30bf_4833,
        ],
    ),
    (
        "beta near 0 or 1",
        [
            0x1730_f267_f7d8_170b,
            0x2f95_05e7_c3f6_3cf3,
            0x0000_0000_0000_0000,
            0x3ff0_0000_0000_0000,
        ],
    ),
];

// Accuracy.

#[test]
fn tables_keep_their_promise_by_the_law_itself() {
    let smooth = smooth_laws().into_iter().map(|(name, law, _)| (name, law));
    for (name, law) in smooth.chain(rough_laws()) {
        let table = QuantileTable::new(&law);
        let floor = 1e-6 * law.mean();
        for (word, tail) in tail_words(300) {
            for (seen, exact) in [
                (table.value(word), law.quantile(tail)),
                (table.value(!word), law.quantile_upper(tail)),
            ] {
                assert!(
                    (seen - exact).abs() <= PROMISED * exact.max(floor),
                    "{name} at {tail}: {seen} for {exact}"
                );
            }
        }
    }
}

/// Laws with their quantile functions by other means: closed forms where there are any, else solved from statrs' distribution functions.
fn laws_with_quantiles() -> Vec<(&'static str, Law, Ends)> {
    fn lognormal_ends(median: f64, sigma: f64) -> Ends {
        let at = move |z: f64| median * (sigma * z).exp();
        Ends::new(move |p| at(-normal_upper(p)), move |q| at(normal_upper(q)))
    }
    fn weibull_ends(shape: f64, scale: f64) -> Ends {
        let at = move |hazard: f64| scale * hazard.powf(1.0 / shape);
        Ends::new(move |p| at(-(-p).ln_1p()), move |q| at(-q.ln()))
    }
    let closed: Vec<(&str, Ends)> = vec![
        ("lognormal 0.05", lognormal_ends(240.0, 0.05)),
        ("lognormal 0.5", lognormal_ends(240.0, 0.5)),
        ("lognormal 2", lognormal_ends(240.0, 2.0)),
        ("lognormal 5", lognormal_ends(240.0, 5.0)),
        ("exponential", weibull_ends(1.0, 60.0)),
        ("weibull 0.5", weibull_ends(0.5, 60.0)),
        ("weibull 3", weibull_ends(3.0, 60.0)),
        (
            "triangular",
            Ends::new(
                |p| {
                    if p < 0.25 {
                        1.0 + (4.0 * p).sqrt()
                    } else {
                        5.0 - (12.0 * (1.0 - p)).sqrt()
                    }
                },
                |q| {
                    if q < 0.75 {
                        5.0 - (12.0 * q).sqrt()
                    } else {
                        1.0 + (4.0 * (1.0 - q)).sqrt()
                    }
                },
            ),
        ),
        ("uniform", Ends::new(|p| 3.0 + 5.0 * p, |q| 8.0 - 5.0 * q)),
        (
            "quantiles",
            Ends::new(measured_quantile, |q| measured_quantile(1.0 - q)),
        ),
        ("samples", {
            let (sorted, mirrored) = (recorded(), recorded());
            Ends::new(
                move |p| sorted[(p * 1000.0).ceil() as usize - 1],
                move |q| mirrored[999 - (q * 1000.0).floor() as usize],
            )
        }),
        ("zero or lognormal", {
            let part = lognormal_ends(60.0, 1.0);
            let upper = move |q: f64| (part.upper)(q / 0.8);
            let part = lognormal_ends(60.0, 1.0);
            Ends::new(
                move |p| {
                    if p < 0.2 {
                        0.0
                    } else {
                        (part.lower)((p - 0.2) / 0.8)
                    }
                },
                upper,
            )
        }),
        ("gap", Ends::new(|p| 2.0 * p, |q| 6.0 - 2.0 * q)),
    ];
    let smooth = smooth_laws()
        .into_iter()
        .map(|(name, law, oracle)| (name, law, Some(oracle)));
    let rough = rough_laws()
        .into_iter()
        .map(|(name, law)| (name, law, None));
    let mut closed: std::collections::HashMap<&str, Ends> = closed.into_iter().collect();
    let laws = smooth
        .chain(rough)
        .filter_map(|(name, law, oracle)| {
            let median = law.quantile(0.5);
            let oracle = oracle.or_else(|| (name == "two lognormals").then(two_lognormals));
            let ends = closed
                .remove(name)
                .or_else(|| oracle.map(|oracle| oracle.ends(median)))?;
            Some((name, law, ends))
        })
        .collect();
    assert!(closed.is_empty(), "every closed form is of a law");
    laws
}

#[test]
fn tables_keep_their_promise_by_independent_quantiles() {
    for (name, law, exact) in laws_with_quantiles() {
        let (error, below, above) = greatest_error(&law, 1e-6 * law.mean(), &exact, 3000);
        assert!(
            error <= PROMISED,
            "{name}: off by {error:e} with {below:e} below and {above:e} above"
        );
    }
}

#[test]
fn exact_quantiles_invert_exact_tails() {
    let smooth = smooth_laws().into_iter().map(|(name, law, _)| (name, law));
    // Not those that start above zero: there x itself is too coarse to hold a small probability.
    let smooth = smooth.filter(|(name, _)| !["uniform", "triangular"].contains(name));
    let continuous = smooth.chain(
        rough_laws()
            .into_iter()
            .filter(|&(name, _)| name == "two lognormals"),
    );
    for (name, law) in continuous {
        for (_, tail) in tail_words(20) {
            let (below, above) = (
                law.cdf(law.quantile(tail)),
                law.sf(law.quantile_upper(tail)),
            );
            assert!(
                (below / tail - 1.0).abs() < 1e-11,
                "{name}: cdf(quantile({tail})) = {below}"
            );
            assert!(
                (above / tail - 1.0).abs() < 1e-9,
                "{name}: sf(quantile_upper({tail})) = {above}"
            );
        }
    }
}

#[test]
fn special_functions_match_an_independent_source() {
    use statrs::function::{beta::beta_reg, gamma::gamma_lr, gamma::gamma_ur};
    for shape in [0.01, 0.3, 1.0, 4.0, 37.5, 1000.0] {
        for x in [0.01, 0.5, 0.9, 1.0, 1.1, 2.0].map(|relative| relative * shape) {
            assert!(
                (math::gamma_p(shape, x) - gamma_lr(shape, x)).abs() <= 1e-10 * gamma_lr(shape, x),
                "P({shape}, {x})"
            );
            assert!(
                (math::gamma_q(shape, x) - gamma_ur(shape, x)).abs() < 1e-12,
                "Q({shape}, {x})"
            );
        }
        for x in [0.001, 0.3, 0.8] {
            assert!(
                (math::beta_cdf(shape, 2.5, x) - beta_reg(shape, 2.5, x)).abs() < 1e-12,
                "I({shape}, 2.5, {x})"
            );
            assert!(
                (math::beta_sf(2.5, shape, 1.0 - x) - beta_reg(shape, 2.5, x)).abs() < 1e-12,
                "1 - I(2.5, {shape}, {x})"
            );
        }
    }
    // Closed forms in the far tails: Q(1, x) = e^-x, Q(2, x) = (1 + x) e^-x, I_x(a, 1) = x^a.
    assert!((math::gamma_q(1.0, 600.0) / math::exp(-600.0) - 1.0).abs() < 1e-12);
    assert!((math::gamma_q(2.0, 600.0) / (601.0 * math::exp(-600.0)) - 1.0).abs() < 1e-12);
    assert!((math::beta_cdf(30.0, 1.0, 1e-6) / 1e-180 - 1.0).abs() < 1e-12);
}

#[test]
fn normal_quantile_inverts_the_normal_tail() {
    for exponent in 1..300 {
        let p = 0.5 * 10_f64.powi(-exponent);
        let z = math::normal_quantile(p);
        // A relative error e of z shows as z² e in the tail.
        assert!(
            (math::normal_cdf(z) / p - 1.0).abs() < 1e-15 * z * z + 1e-14,
            "{p}: {z}"
        );
    }
    for p in [0.075, 0.0751, 0.3, 0.5, 0.7, 0.925, 0.95, 0.975] {
        assert!(
            (math::normal_cdf(math::normal_quantile(p)) - p).abs() < 3e-16,
            "{p}"
        );
    }
    assert!((math::normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
}

// Agreement of the draws with independent distributions.

/// Each law fails with a probability of at most 2 exp(−2 · 2.4²) = 2e-5.
#[test]
fn ten_million_draws_follow_the_independent_cdf() {
    let rough = rough_laws()
        .into_iter()
        .filter_map(|(name, law)| rough_oracle(name).map(|oracle| (name, law, oracle)));
    let mut laws = smooth_laws();
    laws.extend(rough);
    for (name, law, oracle) in laws {
        let distance = kolmogorov(&law, &words(name), 10_000_000, &oracle);
        assert!(distance < 2.4, "{name}: {distance}");
    }
}

#[test]
fn draws_agree_with_the_samples_of_rand_distr() {
    const N: usize = 50_000;
    fn sample(sampler: impl Distribution<f64>) -> Vec<f64> {
        sampler
            .sample_iter(SmallRng::seed_from_u64(9))
            .take(N)
            .collect()
    }
    let peers = [
        (
            lognormal(1.0, 0.5),
            sample(rand_distr::LogNormal::new(0.0, 0.5).unwrap()),
        ),
        (
            Law::exponential(2.0).unwrap(),
            sample(rand_distr::Exp::new(0.5).unwrap()),
        ),
        (
            Law::weibull(1.5, 3.0).unwrap(),
            sample(rand_distr::Weibull::new(3.0, 1.5).unwrap()),
        ),
        (
            Law::gamma(0.7, 2.0).unwrap(),
            sample(rand_distr::Gamma::new(0.7, 2.0).unwrap()),
        ),
        (
            Law::gamma(30.0, 2.0).unwrap(),
            sample(rand_distr::Gamma::new(30.0, 2.0).unwrap()),
        ),
        (
            Law::beta(0.02, 0.01).unwrap(),
            sample(rand_distr::Beta::new(1.98, 97.02).unwrap()),
        ),
        (
            Law::triangular(1.0, 2.0, 5.0).unwrap(),
            sample(rand_distr::Triangular::new(1.0, 5.0, 2.0).unwrap()),
        ),
    ];
    for (law, peer) in peers {
        let distance = smirnov(draws(&law, "peers", N), peer);
        assert!(distance < 1.95, "{law:?}: {distance}");
    }
}

#[test]
fn mixture_draws_have_the_moments_of_the_mixture() {
    for (name, law) in rough_laws() {
        let drawn = draws(&law, name, 400_000);
        let n = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / n;
        let sd = (drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
        assert!(
            (mean - law.mean()).abs() <= 4.0 * sd / n.sqrt(),
            "{name}: {mean} for {}",
            law.mean()
        );
    }
    let parts = [(0.7, 60.0, 0.4), (0.3, 1800.0, 0.8_f64)];
    let raw_second: f64 = parts
        .iter()
        .map(|(weight, median, sigma)| weight * median * median * (2.0 * sigma * sigma).exp())
        .sum();
    let drawn = draws(&rough_laws()[4].1, "second moment", 1_000_000);
    let second = drawn.iter().map(|x| x * x).sum::<f64>() / drawn.len() as f64;
    assert!(
        (second / raw_second - 1.0).abs() < 0.03,
        "{second} for {raw_second}"
    );
}

// Shape of the tables.

#[test]
fn values_never_decrease_with_the_word() {
    let smooth = smooth_laws().into_iter().map(|(name, law, _)| (name, law));
    for (name, law) in smooth.chain(rough_laws()) {
        let table = QuantileTable::new(&law);
        let mut sequence: Vec<u64> = (0..100_000)
            .map(|index| words("monotone").at(index))
            .collect();
        // Neighbours at the finest step that the table tells apart, where rounding could show.
        sequence.extend((0..30_000).flat_map(|index| {
            let word = words("steps").at(index) & !0xfff_ffff;
            [0, 1, 2, 3].map(|step| word + (step << (11 + index % 14)))
        }));
        // And across the borders of cells, to either side.
        for octave in 24..63 {
            for cell in 0..256 {
                let border = (1 << octave) + (cell << octave >> 8);
                sequence.extend([border - 1, border, !border, !border + 1]);
            }
        }
        sequence.sort_unstable();
        let mut last = 0.0;
        for word in sequence {
            let value = table.value(word);
            assert!(
                value >= last,
                "{name}: {value} after {last} at word {word:#x}"
            );
            last = value;
        }
        assert!(table.value(0) <= table.value(1 << 63) && last.is_finite());
    }
}

/// The corners of what constructors allow: finite, within the support, and in order.
#[test]
fn extreme_laws_compile_to_finite_ordered_tables() {
    let weighted = |weight, one, other| Law::mixture(vec![(weight, one), (1.0 - weight, other)]);
    let laws = [
        Law::lognormal(1e-100, 5.0),
        Law::lognormal(1e100, 5.0),
        Law::lognormal(1.0, 1e-6),
        Law::weibull(0.1, 1e100),
        Law::weibull(100.0, 1e-100),
        Law::gamma(0.01, 1e-100),
        Law::gamma(1e4, 1.0),
        Law::beta(1e-6, 1e-4),
        Law::beta(1e-6, 0.99),
        Law::beta(0.999_999, 1e-4),
        Law::beta(0.999_999, 0.99),
        Law::uniform(0.0, 1e-100),
        Law::uniform(1.0, 1.0 + f64::EPSILON),
        Law::triangular(0.0, 0.0, 1e100),
        Law::triangular(3.0, 7.0, 7.0),
        Law::quantiles(vec![(0.0, 1.0), (1.0, 2.0)]),
        Law::quantiles(vec![
            (0.0, 0.0),
            (1e-15, 1.0),
            (0.5, 1.0),
            (1.0 - 1e-15, 1.0),
            (1.0, 1e100),
        ]),
        Law::samples((0..50_000).map(|i| f64::from(i % 20_011)).collect()),
        weighted(1e-12, constant(1e100), lognormal(1e-100, 1.0)),
        weighted(
            0.5,
            Law::weibull(0.1, 1.0).unwrap(),
            Law::gamma(1e4, 1.0).unwrap(),
        ),
        weighted(0.999, constant(0.0), Law::beta(0.02, 0.5).unwrap()),
        weighted(
            0.5,
            Law::gamma(0.01, 1.0).unwrap(),
            Law::gamma(0.01, 1e6).unwrap(),
        ),
    ];
    for law in laws.map(Result::unwrap) {
        let table = QuantileTable::new(&law);
        let mut sequence: Vec<u64> = (0..20_000)
            .map(|index| words("extreme").at(index))
            .collect();
        sequence.extend((0..63).flat_map(|bit| [1 << bit, !(1 << bit)]));
        sequence.sort_unstable();
        let values: Vec<f64> = sequence.iter().map(|&word| table.value(word)).collect();
        assert!(
            values.is_sorted()
                && values[0] >= law.support_min()
                && values[values.len() - 1].is_finite(),
            "{law:.60?}"
        );
    }
}

#[test]
fn fill_gives_the_same_bits_as_value() {
    for (name, law) in rough_laws()
        .into_iter()
        .chain([("lognormal", lognormal(3.0, 0.5))])
    {
        let (table, words) = (QuantileTable::new(&law), words(name));
        for (first_index, n) in [(0, 1000), (17, 63), (u64::MAX - 40, 100)] {
            let mut out = vec![f64::NAN; n];
            table.fill(&words, first_index, &mut out);
            let single = |i: usize| table.value(words.at(first_index.wrapping_add(i as u64)));
            assert!(
                out.iter()
                    .enumerate()
                    .all(|(i, x)| x.to_bits() == single(i).to_bits()),
                "{name}"
            );
        }
        assert_eq!(table.sample(&mut words.rng()), table.value(words.at(0)));
    }
}

#[test]
fn two_constants_give_two_values_and_the_exact_probability() {
    for weight in [0.3, 0.5, 1e-6, 0.999] {
        let law =
            Law::mixture(vec![(weight, constant(1.0)), (1.0 - weight, constant(2.0))]).unwrap();
        let table = QuantileTable::new(&law);
        let border = (weight * 2_f64.powi(53)) as u64;
        let word = |place: u64| place << 11;
        // Places within one step of the border may fall to either side.
        assert_eq!(
            (table.value(word(border - 2)), table.value(word(border + 2))),
            (1.0, 2.0),
            "{weight}"
        );
        let drawn = draws(&law, "two", 100_000);
        assert!(drawn.iter().all(|&x| x == 1.0 || x == 2.0));
    }
}

#[test]
fn samples_only_give_recorded_values_alike() {
    let recorded = [5.0, 1.0, 2.5, 1.0, 9.0, 7.0, 7.5];
    let drawn = draws(
        &Law::samples(recorded.to_vec()).unwrap(),
        "samples",
        700_000,
    );
    for value in recorded {
        let expected = recorded.iter().filter(|&&other| other == value).count() as f64 * 100_000.0;
        let count = drawn.iter().filter(|&&x| x == value).count() as f64;
        assert!(
            (count - expected).abs() < 5.0 * expected.sqrt(),
            "{value}: {count}"
        );
    }
    assert!(drawn.iter().all(|x| recorded.contains(x)));
}

#[test]
fn measured_quantiles_are_straight_between_points_and_clamped_at_ends() {
    let points = [
        (0.1, 0.0),
        (0.25, 0.0),
        (0.5, 8.0),
        (0.75, 8.5),
        (0.9, 40.0),
    ];
    let table = QuantileTable::new(&Law::quantiles(points.to_vec()).unwrap());
    let at = |p: f64| table.value(((p * 2_f64.powi(53)) as u64) << 11);
    assert!(
        [0, 1, 1 << 60].iter().all(|&word| table.value(word) == 0.0),
        "zero below the first point"
    );
    assert_eq!((at(0.05), at(0.2), at(0.95)), (0.0, 0.0, 40.0));
    assert_eq!((table.value(u64::MAX), at(0.9001)), (40.0, 40.0));
    for ends in points.windows(2) {
        let ((p0, x0), (p1, x1)) = (ends[0], ends[1]);
        for step in 1..100 {
            let p = p0 + (p1 - p0) * f64::from(step) / 100.0;
            let line = x0 + (x1 - x0) * (p - p0) / (p1 - p0);
            assert!((at(p) - line).abs() <= 1e-11 * line, "{} for {line}", at(p));
        }
    }
}

#[test]
fn beyond_the_table_values_are_clamped() {
    let law = Law::exponential(1.0).unwrap();
    let table = QuantileTable::new(&law);
    assert_eq!(table.value(u64::MAX), law.quantile_upper(2_f64.powi(-41)));
    assert_eq!(table.value(0), law.quantile(2_f64.powi(-41)));
}
