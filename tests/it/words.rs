//! Random words: frozen values, then the ways in which keyed words could fail to be random.
//!
//! Every statistic is seeded, hence fixed. The battery says the probability of a false alarm it is made for; elsewhere bounds are at
//! about 5 standard deviations.

#![expect(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

mod battery;

use std::collections::HashSet;

use self::battery::{Place, battery, spell};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rollcast::random::{Chance, Key, Words};

/// |z| beyond this is a defect, not bad luck.
const SIGMAS: f64 = 5.0;

fn is_ordinary(count: f64, trials: f64, probability: f64) -> bool {
    let sd = (trials * probability * (1.0 - probability)).sqrt();
    (count - trials * probability).abs() < SIGMAS * sd
}

/// The streams of keys that differ in one small step: seeds, replications, purposes, attempts.
fn neighbours() -> Vec<(&'static str, Words, Words)> {
    let key = |seed, replication, purpose: &str, attempt| {
        Key::new(seed)
            .part(replication)
            .name(purpose)
            .part(attempt)
            .words()
    };
    let base = key(1, 1, "launch", 0);
    vec![
        ("seed", base, key(2, 1, "launch", 0)),
        ("replication", base, key(1, 2, "launch", 0)),
        (
            "distant replication",
            base,
            key(1, 1 << 63 | 1, "launch", 0),
        ),
        ("purpose", base, key(1, 1, "launcg", 0)),
        ("attempt", base, key(1, 1, "launch", 1)),
        (
            "swapped parts",
            key(1, 2, "launch", 0),
            key(2, 1, "launch", 0),
        ),
    ]
}

#[test]
fn golden_words_never_change() {
    let words = Key::new(42).part(7).name("download").words();
    let seen = [0, 1, 2, 1000, u64::MAX].map(|index| words.at(index));
    assert_eq!(seen, GOLDEN);
    assert_eq!(Key::new(0).words().at(0), GOLDEN_ZERO);
}

const GOLDEN: [u64; 5] = [
    0x5192_2542_e14d_f16c,
    0x35f5_bfdb_ea85_6b2b,
    0xe2c5_0796_9ad9_93cf,
    0xde56_e89d_ba00_32c3,
    0x21c7_d367_682a_a6b3,
];
const GOLDEN_ZERO: u64 = 0xdffc_cc9f_31b0_c225;

/// Words as a simulation reads them: by seed, replication, purpose and cohort, and over the spells of a robot.
#[test]
fn golden_places_never_change() {
    let cohort = Key::new(0).name("warehouse").words().at(0);
    let place = |replication, purpose, index| {
        word(Place {
            seed: 42,
            replication,
            purpose,
            cohort,
            index,
        })
    };
    let seen = [
        place(0, 0, 0),
        place(7, 3, 4711),
        place(7, 23, spell(1, 4711)),
        place(7, 23, spell(2, 4711)),
    ];
    assert_eq!((cohort, seen), GOLDEN_PLACES);
}

const GOLDEN_PLACES: (u64, [u64; 4]) = (
    0x4002_e5e4_9e6e_209c,
    [
        0x45db_9d7d_5e89_8c5e,
        0x5d23_3169_24ee_9e1e,
        0x82c4_d36b_009a_f149,
        0x3aa2_b5e9_c9ac_02b6,
    ],
);

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

/// The word at a place, as a simulation looks it up.
fn word(
    Place {
        seed,
        replication,
        purpose,
        cohort,
        index,
    }: Place,
) -> u64 {
    Key::new(seed)
        .part(replication)
        .part(purpose)
        .part(cohort)
        .words()
        .at(index)
}

/// How probable it is that random words fail the battery.
const FALSE_ALARM: f64 = 1e-6;

#[test]
fn keyed_words_pass_the_battery() {
    let report = battery(word);
    assert!(
        report.probabilities.len() > 1000,
        "{} statistics",
        report.probabilities.len()
    );
    assert_eq!(report.alarms(FALSE_ALARM), [""; 0]);
    // And their probabilities are spread as probabilities are, neither crowded at zero nor far from it.
    let low = report
        .probabilities
        .iter()
        .filter(|(_, p)| *p < 0.1)
        .count() as f64;
    assert!(
        is_ordinary(low, report.probabilities.len() as f64, 0.1),
        "{low} of them are below 0.1"
    );
}

/// What a simulation could do wrong with good words, and what words could do wrong: each must fail the battery where it is wrong.
#[test]
fn the_battery_finds_weak_words() {
    let alarms = |weak: fn(Place) -> u64| battery(weak).alarms(FALSE_ALARM);
    let found = |alarms: &[String], what: &str| alarms.iter().any(|alarm| alarm.starts_with(what));

    // One round with one key.
    let one_round = alarms(|place| {
        let mut z = place
            .index
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(word(Place { index: 0, ..place }));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z ^ (z >> 31)
    });
    assert!(
        found(&one_round, "by spell of one robot")
            && found(&one_round, "avalanche: bit 63 of the index"),
        "{one_round:#?}"
    );

    // Parts of the key that are only added up.
    let added = alarms(|place| {
        word(Place {
            seed: place.seed + place.replication,
            replication: 0,
            ..place
        })
    });
    assert!(
        found(&added, "by seed, then replication")
            && found(&added, "seed 1 and replication 2, swapped"),
        "{added:#?}"
    );

    // A purpose that is an offset into one stream.
    let offset = alarms(|place| {
        word(Place {
            purpose: 0,
            index: place.index + place.purpose,
            ..place
        })
    });
    assert!(found(&offset, "by purpose, then robot"), "{offset:#?}");

    // Spells folded into 32 bits, so that one robot's next is its neighbour's.
    let folded = alarms(|place| {
        word(Place {
            index: (place.index >> 32) + (place.index & 0xffff_ffff),
            ..place
        })
    });
    assert!(
        found(&folded, "by spell, then robot")
            && found(&folded, "spells 3 and the next, of neighbours"),
        "{folded:#?}"
    );

    // Sequences that are good by themselves, but the same for two seeds but for a few bits.
    let alike =
        alarms(|place| word(Place { seed: 0, ..place }) ^ place.seed.wrapping_mul(0x0101_0101));
    assert!(
        found(&alike, "two seeds in turn") && found(&alike, "avalanche: bit 0 of the seed"),
        "{alike:#?}"
    );
}

/// All 64 × 64 pairs of bits of the words of two robots, two replications, two purposes.
#[test]
fn bits_of_neighbouring_streams_are_independent() {
    let n: u64 = 20_000;
    let base = neighbours()[0].1;
    let shifted = (0..n)
        .map(|index| (base.at(index), base.at(index + 1)))
        .collect();
    let pairs = neighbours().into_iter().map(|(name, one, other)| {
        (
            name,
            (0..n)
                .map(|index| (one.at(index), other.at(index)))
                .collect(),
        )
    });
    for (name, pairs) in pairs.chain([("next index", shifted)]) {
        let pairs: Vec<(u64, u64)> = pairs;
        for rotation in 0..64 {
            let mut agreements = [0_u32; 64];
            for &(one, other) in &pairs {
                let agree = !(one ^ other.rotate_left(rotation));
                (0..64).for_each(|bit| agreements[bit] += (agree >> bit & 1) as u32);
            }
            for (bit, &agreements) in agreements.iter().enumerate() {
                assert!(
                    is_ordinary(f64::from(agreements), n as f64, 0.5),
                    "{name}: bit {bit}, rotated {rotation}: {agreements}"
                );
            }
        }
    }
}

#[test]
fn distinct_names_and_parts_give_distinct_streams() {
    let key = Key::new(1);
    let mut names: Vec<String> = (0..2000).map(|i| format!("cohort {i}")).collect();
    // The ways to spell one sequence of bytes: by length, by trailing zeros, by where chunks end.
    names.extend(
        [
            "",
            "\0",
            "\0\0",
            "a",
            "a\0",
            "abcdefgh",
            "abcdefg",
            "abcdefgh\0",
            "abcdefghi",
        ]
        .map(str::to_owned),
    );
    let mut firsts: HashSet<u64> = names
        .iter()
        .map(|name| key.name(name).words().at(0))
        .collect();
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
    assert_eq!(
        (Chance::new(0.0), Chance::new(1.0)),
        (Chance::NEVER, Chance::ALWAYS)
    );
    assert!(
        Chance::new(f64::MIN_POSITIVE).happens(0),
        "what is possible must not become impossible"
    );
}

#[test]
fn chance_is_monotone_and_exact() {
    let half = Chance::new(0.5);
    assert!(half.happens((1 << 63) - 1) && !half.happens(1 << 63));
    assert!(half.happens_at_top(1 << 63) && !half.happens_at_top((1 << 63) - 1));
    let words = Key::new(16).words();
    for index in 0..20_000 {
        let word = words.at(index);
        let happen: Vec<bool> = (0..=50)
            .map(|i| Chance::new(f64::from(i) / 50.0).happens(word))
            .collect();
        assert!(
            happen.is_sorted(),
            "one that fails at p must fail at every greater p"
        );
    }
    assert_eq!(Chance::new(0.02).probability(), 0.02);
}

#[test]
fn chance_comes_true_as_often_as_it_says() {
    let words = Key::new(17).words();
    let n = 500_000;
    for p in [0.001, 0.02, 0.3, 0.97] {
        let chance = Chance::new(p);
        let bottom = (0..n)
            .filter(|&index| chance.happens(words.at(index)))
            .count();
        let top = (0..n)
            .filter(|&index| chance.happens_at_top(words.at(index)))
            .count();
        assert!(
            is_ordinary(bottom as f64, n as f64, p) && is_ordinary(top as f64, n as f64, p),
            "{p}: {bottom}, {top}"
        );
    }
}

#[test]
fn opposite_ends_of_a_word_exclude_each_other() {
    let words = Key::new(18).words();
    let (fault, failure) = (Chance::new(0.3), Chance::new(0.7));
    let neither_or_both = (0..100_000)
        .filter(|&index| fault.happens(words.at(index)) == failure.happens_at_top(words.at(index)));
    assert_eq!(
        neither_or_both.count(),
        0,
        "probabilities that sum to 1 leave nothing between and nothing shared"
    );
}

#[test]
#[should_panic(expected = "a probability lies in [0, 1], not NaN")]
fn chance_refuses_nan() {
    let _ = Chance::new(f64::NAN);
}
