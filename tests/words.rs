//! Random words: frozen values, then the ways in which keyed words could fail to be random.
//!
//! Every statistic is seeded, hence fixed; bounds are at about 5 standard deviations.

#![expect(clippy::disallowed_methods, reason = "tests may use the platform's functions: no output depends on them")]

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rollcast::random::{Chance, Key, Words};
use std::collections::HashSet;

/// |z| beyond this is a defect, not bad luck.
const SIGMAS: f64 = 5.0;

fn is_ordinary(count: f64, trials: f64, probability: f64) -> bool {
    let sd = (trials * probability * (1.0 - probability)).sqrt();
    (count - trials * probability).abs() < SIGMAS * sd
}

/// The streams of keys that differ in one small step: seeds, replications, purposes, attempts.
fn neighbours() -> Vec<(&'static str, Words, Words)> {
    let key = |seed, replication, purpose: &str, attempt| Key::new(seed).part(replication).name(purpose).part(attempt).words();
    let base = key(1, 1, "launch", 0);
    vec![
        ("seed", base, key(2, 1, "launch", 0)),
        ("replication", base, key(1, 2, "launch", 0)),
        ("distant replication", base, key(1, 1 << 63 | 1, "launch", 0)),
        ("purpose", base, key(1, 1, "launcg", 0)),
        ("attempt", base, key(1, 1, "launch", 1)),
        ("swapped parts", key(1, 2, "launch", 0), key(2, 1, "launch", 0)),
    ]
}

#[test]
fn golden_words_never_change() {
    let words = Key::new(42).part(7).name("download").words();
    let seen = [0, 1, 2, 1000, u64::MAX].map(|index| words.at(index));
    assert_eq!(seen, GOLDEN);
    assert_eq!(Key::new(0).words().at(0), GOLDEN_ZERO);
}

const GOLDEN: [u64; 5] =
    [0x5192_2542_e14d_f16c, 0x35f5_bfdb_ea85_6b2b, 0xe2c5_0796_9ad9_93cf, 0xde56_e89d_ba00_32c3, 0x21c7_d367_682a_a6b3];
const GOLDEN_ZERO: u64 = 0xdffc_cc9f_31b0_c225;

#[test]
fn golden_shuffle_never_changes() {
    let mut order: Vec<u32> = (0..10).collect();
    order.shuffle(&mut Key::new(42).name("order").words().rng());
    assert_eq!(order, GOLDEN_ORDER);
}

const GOLDEN_ORDER: [u32; 10] = [5, 7, 9, 8, 1, 6, 3, 0, 2, 4];

#[test]
fn generator_reads_the_stream_in_order() {
    let words = Key::new(3).words();
    let mut rng = words.rng();
    assert_eq!([rng.next_u64(), rng.next_u64()], [words.at(0), words.at(1)]);
    assert_eq!(rng.next_u32(), (words.at(2) >> 32) as u32);
    let mut bytes = [0; 12];
    rng.fill(&mut bytes);
    assert_eq!(bytes[..8], words.at(3).to_le_bytes());
    assert_eq!(bytes[8..], words.at(4).to_le_bytes()[..4]);
}

#[test]
fn every_byte_is_uniform() {
    let words = Key::new(11).name("bytes").words();
    let n: u64 = 200_000;
    let mut counts = vec![[0_u32; 256]; 8];
    for index in 0..n {
        for (counts, byte) in counts.iter_mut().zip(words.at(index).to_le_bytes()) {
            counts[usize::from(byte)] += 1;
        }
    }
    let expected = n as f64 / 256.0;
    for (place, counts) in counts.iter().enumerate() {
        let chi_square: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        // 255 degrees of freedom: mean 255, standard deviation 22.6.
        assert!((chi_square - 255.0).abs() < SIGMAS * 22.6, "byte {place}: {chi_square}");
    }
}

#[test]
fn consecutive_words_are_uncorrelated() {
    let words = Key::new(12).words();
    let uniform = |index| words.at(index) as f64 / 2_f64.powi(64) - 0.5;
    let n = 500_000;
    for lag in [1, 2, 3, 64, 1 << 20, 1 << 40] {
        let sum: f64 = (0..n).map(|index| uniform(index) * uniform(index.wrapping_add(lag))).sum();
        // Each product has variance 1/144.
        let z = sum * 12.0 / (n as f64).sqrt();
        assert!(z.abs() < SIGMAS, "lag {lag}: z = {z}");
    }
}

#[test]
fn flipping_one_bit_of_the_index_flips_half_of_the_word() {
    let words = Key::new(13).words();
    let n = 4_000;
    for input in 0..64 {
        let mut flips = [0_u32; 64];
        for index in 0..n {
            // Indices all over the range, so that high bits are not always zero.
            let index = words.at(index).rotate_left(17);
            let changed = words.at(index) ^ words.at(index ^ (1 << input));
            (0..64).for_each(|output| flips[output] += (changed >> output & 1) as u32);
        }
        for (output, &flips) in flips.iter().enumerate() {
            assert!(is_ordinary(f64::from(flips), n as f64, 0.5), "bit {input} of the index, {output} of the word: {flips}");
        }
    }
}

#[test]
fn flipping_one_bit_of_a_part_flips_half_of_the_words() {
    let n = 4_000;
    for input in 0..64 {
        let mut flips = [0_u32; 64];
        for part in 0..n {
            let word = |part| Key::new(14).part(part).words().at(0);
            let changed = word(part) ^ word(part ^ (1 << input));
            (0..64).for_each(|output| flips[output] += (changed >> output & 1) as u32);
        }
        for (output, &flips) in flips.iter().enumerate() {
            assert!(is_ordinary(f64::from(flips), n as f64, 0.5), "bit {input} of the part, {output} of the word: {flips}");
        }
    }
}

/// All 64 × 64 pairs of bits of the words of two robots, two replications, two purposes.
#[test]
fn bits_of_neighbouring_streams_are_independent() {
    let n: u64 = 20_000;
    let base = neighbours()[0].1;
    let shifted = (0..n).map(|index| (base.at(index), base.at(index + 1))).collect();
    let pairs =
        neighbours().into_iter().map(|(name, one, other)| (name, (0..n).map(|index| (one.at(index), other.at(index))).collect()));
    for (name, pairs) in pairs.chain([("next index", shifted)]) {
        let pairs: Vec<(u64, u64)> = pairs;
        for rotation in 0..64 {
            let mut agreements = [0_u32; 64];
            for &(one, other) in &pairs {
                let agree = !(one ^ other.rotate_left(rotation));
                (0..64).for_each(|bit| agreements[bit] += (agree >> bit & 1) as u32);
            }
            for (bit, &agreements) in agreements.iter().enumerate() {
                assert!(is_ordinary(f64::from(agreements), n as f64, 0.5), "{name}: bit {bit}, rotated {rotation}: {agreements}");
            }
        }
    }
}

/// Streams read across: one word of each of many neighbouring keys must look as random as many words of one key.
#[test]
fn first_words_of_neighbouring_keys_are_uniform() {
    let n: u64 = 200_000;
    let by_seed = (0..n).map(|seed| Key::new(seed).words().at(0)).collect();
    let by_replication = (0..n).map(|replication| Key::new(1).part(replication).name("launch").words().at(5)).collect();
    let words: [(&str, Vec<u64>); 2] = [("seed", by_seed), ("replication", by_replication)];
    for (name, words) in &words {
        for shift in [0, 13, 26, 39, 52] {
            let mut counts = [0_u32; 4096];
            words.iter().for_each(|word| counts[(word >> shift & 0xfff) as usize] += 1);
            let expected = n as f64 / 4096.0;
            let chi_square: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
            // 4095 degrees of freedom: standard deviation 90.5.
            assert!((chi_square - 4095.0).abs() < SIGMAS * 90.5, "by {name}, bits from {shift}: {chi_square}");
        }
    }
}

/// G. Marsaglia's birthday spacings: equal gaps between 4096 birthdays in a year of 2³² days are Poisson with mean 2¹²·³ / 2³⁴ = 4.
#[test]
fn birthday_spacings_repeat_as_often_as_they_should() {
    for shift in [0, 16, 32] {
        let mut repeats = 0;
        for year in 0..200 {
            let words = Key::new(15).part(year).words();
            let mut days: Vec<u64> = (0..4096).map(|index| words.at(index) >> shift & 0xffff_ffff).collect();
            days.sort_unstable();
            let mut gaps: Vec<u64> = days.windows(2).map(|days| days[1] - days[0]).collect();
            gaps.sort_unstable();
            repeats += gaps.windows(2).filter(|gaps| gaps[0] == gaps[1]).count();
        }
        let mean = 200.0 * 4.0_f64;
        assert!((repeats as f64 - mean).abs() < SIGMAS * mean.sqrt(), "bits from {shift}: {repeats} repeats, expected {mean}");
    }
}

#[test]
fn distinct_names_and_parts_give_distinct_streams() {
    let key = Key::new(1);
    let mut names: Vec<String> = (0..2000).map(|i| format!("cohort {i}")).collect();
    // The ways to spell one sequence of bytes: by length, by trailing zeros, by where chunks end.
    names.extend(["", "\0", "\0\0", "a", "a\0", "abcdefgh", "abcdefg", "abcdefgh\0", "abcdefghi"].map(str::to_owned));
    let mut firsts: HashSet<u64> = names.iter().map(|name| key.name(name).words().at(0)).collect();
    assert_eq!(firsts.len(), names.len());
    firsts.extend((0..2000).map(|part| key.part(part).words().at(0)));
    assert_eq!(firsts.len(), names.len() + 2000);
    assert_ne!(key.name("ab").name("c"), key.name("a").name("bc"));
    assert_ne!(key.part(1).part(2), key.part(2).part(1));
    assert_ne!(key.words().at(0), Key::new(1).part(0).words().at(0));
}

#[test]
fn chance_never_and_always() {
    for word in [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX - 1, u64::MAX] {
        assert!(!Chance::new(0.0).happens(word) && !Chance::new(0.0).happens_at_top(word));
        assert!(Chance::new(1.0).happens(word) && Chance::new(1.0).happens_at_top(word));
    }
    assert_eq!((Chance::new(0.0), Chance::new(1.0)), (Chance::NEVER, Chance::ALWAYS));
    assert!(Chance::new(f64::MIN_POSITIVE).happens(0), "what is possible must not become impossible");
}

#[test]
fn chance_is_monotone_and_exact() {
    let half = Chance::new(0.5);
    assert!(half.happens((1 << 63) - 1) && !half.happens(1 << 63));
    assert!(half.happens_at_top(1 << 63) && !half.happens_at_top((1 << 63) - 1));
    let words = Key::new(16).words();
    for index in 0..20_000 {
        let word = words.at(index);
        let happen: Vec<bool> = (0..=50).map(|i| Chance::new(f64::from(i) / 50.0).happens(word)).collect();
        assert!(happen.is_sorted(), "one that fails at p must fail at every greater p");
    }
    assert_eq!(Chance::new(0.02).probability(), 0.02);
}

#[test]
fn chance_comes_true_as_often_as_it_says() {
    let words = Key::new(17).words();
    let n = 500_000;
    for p in [0.001, 0.02, 0.3, 0.97] {
        let chance = Chance::new(p);
        let bottom = (0..n).filter(|&index| chance.happens(words.at(index))).count();
        let top = (0..n).filter(|&index| chance.happens_at_top(words.at(index))).count();
        assert!(is_ordinary(bottom as f64, n as f64, p) && is_ordinary(top as f64, n as f64, p), "{p}: {bottom}, {top}");
    }
}

#[test]
fn opposite_ends_of_a_word_exclude_each_other() {
    let words = Key::new(18).words();
    let (fault, failure) = (Chance::new(0.3), Chance::new(0.7));
    let neither_or_both = (0..100_000).filter(|&index| fault.happens(words.at(index)) == failure.happens_at_top(words.at(index)));
    assert_eq!(neither_or_both.count(), 0, "probabilities that sum to 1 leave nothing between and nothing shared");
}

#[test]
#[should_panic(expected = "a probability lies in [0, 1], not NaN")]
fn chance_refuses_nan() {
    let _ = Chance::new(f64::NAN);
}
