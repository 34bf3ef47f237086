//! A battery of tests for keyed words: every way in which a simulation reads them, each as one sequence of words that has to look random,
//! and every bit of every part of a key, which has to matter.
//!
//! A statistic becomes the probability of being this far out, on either side, if words are random; [`Report`] collects them. Sources of
//! the tests: D. E. Knuth, *The Art of Computer Programming* 2, section 3.3; G. Marsaglia's Diehard (birthday spacings, ranks of
//! matrices); P. L'Ecuyer & R. Simard, TestU01 (Hamming weights).

use statrs::distribution::{ChiSquared, ContinuousCDF, DiscreteCDF, Poisson};
use statrs::function::erf::erfc;

/// What words are a function of. The first four are absorbed into a key, in this order.
#[derive(Clone, Copy)]
pub struct Place {
    pub seed: u64,
    pub replication: u64,
    pub purpose: u64,
    pub cohort: u64,
    pub index: u64,
}

/// A part of a place: its name, and how to change it.
type Part = (&'static str, fn(&mut Place) -> &mut u64);

const PARTS: [Part; 5] = [
    ("seed", |place| &mut place.seed),
    ("replication", |place| &mut place.replication),
    ("purpose", |place| &mut place.purpose),
    ("cohort", |place| &mut place.cohort),
    ("index", |place| &mut place.index),
];

/// As many purposes as a simulation has.
const PURPOSES: u64 = rollcast::sim::PURPOSES as u64;
/// Words of a sequence.
const LENGTH: u64 = 1 << 17;

/// The index of spell `number` of a robot, as presences read it.
pub fn spell(number: u64, robot: u64) -> u64 {
    number << 32 | robot
}

/// Somewhere in the middle of a simulation.
const HERE: Place = Place {
    seed: 1,
    replication: 7,
    purpose: 3,
    cohort: 0x5192_2542_e14d_f16c,
    index: 0,
};

/// A name, and the place of the i-th word.
type Sequence = (&'static str, fn(u64) -> Place);

/// The orders in which neighbouring words are read, or could be compared.
const SEQUENCES: [Sequence; 13] = [
    ("by robot", |i| Place { index: i, ..HERE }),
    ("by robot, from far on", |i| Place {
        index: (1 << 31) + i,
        ..HERE
    }),
    ("by replication", |i| Place {
        replication: i,
        ..HERE
    }),
    ("by seed", |i| Place { seed: i, ..HERE }),
    ("by cohort", |i| Place { cohort: i, ..HERE }),
    ("by purpose, then replication", |i| Place {
        purpose: i % PURPOSES,
        replication: i / PURPOSES,
        ..HERE
    }),
    ("by purpose, then robot", |i| Place {
        purpose: i % PURPOSES,
        index: i / PURPOSES,
        ..HERE
    }),
    ("two seeds in turn", |i| Place {
        seed: 1 + i % 2,
        index: i / 2,
        ..HERE
    }),
    ("two replications in turn", |i| Place {
        replication: i % 2,
        index: i / 2,
        ..HERE
    }),
    ("by seed, then replication", |i| Place {
        seed: i % 256,
        replication: i / 256,
        ..HERE
    }),
    ("by spell of one robot", |i| Place {
        index: spell(i, 4711),
        ..HERE
    }),
    ("by robot at one spell", |i| Place {
        index: spell(5, i),
        ..HERE
    }),
    ("by spell, then robot", |i| Place {
        index: spell(i % 32, i / 32),
        ..HERE
    }),
];

/// The probabilities of statistics as extreme as those seen.
#[derive(Default)]
pub struct Report {
    pub probabilities: Vec<(String, f64)>,
}

impl Report {
    /// Those too improbable for so many: if words are random, there are any with at most this probability.
    pub fn alarms(&self, overall: f64) -> Vec<String> {
        let bound = overall / self.probabilities.len() as f64;
        let alarms = self
            .probabilities
            .iter()
            .filter(|(_, p)| p.is_nan() || *p < bound);
        alarms.map(|(what, p)| format!("{what}: {p:e}")).collect()
    }

    fn normal(&mut self, what: String, z: f64) {
        self.probabilities
            .push((what, erfc(z.abs() / std::f64::consts::SQRT_2)));
    }

    fn poisson(&mut self, what: String, count: u64, mean: f64) {
        let law = Poisson::new(mean).unwrap();
        let at_least = count.checked_sub(1).map_or(1.0, |below| law.sf(below));
        self.probabilities
            .push((what, (2.0 * law.cdf(count).min(at_least)).min(1.0)));
    }

    fn chi_square(&mut self, what: String, sum: f64, freedom: usize) {
        let law = ChiSquared::new(freedom as f64).unwrap();
        self.probabilities
            .push((what, 2.0 * law.cdf(sum).min(law.sf(sum))));
    }

    /// Counts of `n` trials against their probabilities.
    fn counts(&mut self, what: String, counts: &[u32], probability: impl Fn(usize) -> f64) {
        let n = counts.iter().map(|&count| f64::from(count)).sum::<f64>();
        let term = |(cell, &count): (usize, &u32)| {
            let expected = n * probability(cell);
            (f64::from(count) - expected).powi(2) / expected
        };
        self.chi_square(
            what,
            counts.iter().enumerate().map(term).sum(),
            counts.len() - 1,
        );
    }
}

/// The whole battery on a function from places to words.
pub fn battery(word: impl Fn(Place) -> u64) -> Report {
    let mut report = Report::default();
    for (name, place) in SEQUENCES {
        let words: Vec<u64> = (0..LENGTH).map(|i| word(place(i))).collect();
        sequence(&mut report, name, &words);
    }
    for (name, part) in PARTS {
        avalanche(&mut report, name, part, &word);
    }
    pairs_of_streams(&mut report, &word);
    report
}

/// One end of a word turned to the top. Both count: the upper bits of some generators are better than the lower.
type End = (&'static str, fn(u64) -> u64);

const ENDS: [End; 2] = [("top", |word| word), ("bottom", u64::reverse_bits)];

fn centred(word: u64) -> f64 {
    word as f64 / 2_f64.powi(64) - 0.5
}

fn sequence(report: &mut Report, name: &str, words: &[u64]) {
    for byte in 0..8 {
        let mut counts = [0; 256];
        words
            .iter()
            .for_each(|word| counts[(word >> (8 * byte) & 0xff) as usize] += 1);
        report.counts(format!("{name}: byte {byte}"), &counts, |_| 1.0 / 256.0);
    }
    for (end, oriented) in ENDS {
        let words: Vec<u64> = words.iter().map(|&word| oriented(word)).collect();
        for lag in [1, 2, 3, 4, 8, 16, PURPOSES as usize, 32, 256] {
            let sum: f64 = words
                .iter()
                .zip(&words[lag..])
                .map(|(&one, &other)| centred(one) * centred(other))
                .sum();
            // Each product has variance 1/144.
            report.normal(
                format!("{name}: correlation at lag {lag}, {end}"),
                sum * 12.0 / ((words.len() - lag) as f64).sqrt(),
            );
        }
        let mut cells = vec![0; 4096];
        words
            .chunks_exact(2)
            .for_each(|pair| cells[(pair[0] >> 58 << 6 | pair[1] >> 58) as usize] += 1);
        report.counts(format!("{name}: pairs, {end}"), &cells, |_| 1.0 / 4096.0);
        collisions(report, format!("{name}: collisions, {end}"), &words);
        birthdays(report, format!("{name}: birthday spacings, {end}"), &words);
    }
    weights(
        report,
        format!("{name}: Hamming weights"),
        words.iter().copied(),
    );
    weights(
        report,
        format!("{name}: Hamming distances"),
        words.windows(2).step_by(2).map(|pair| pair[0] ^ pair[1]),
    );
    let centred_weight = |word: &u64| f64::from(word.count_ones()) - 32.0;
    let sum: f64 = words
        .windows(2)
        .map(|pair| centred_weight(&pair[0]) * centred_weight(&pair[1]))
        .sum();
    // The weight of a word has variance 16.
    report.normal(
        format!("{name}: correlation of Hamming weights"),
        sum / (16.0 * (words.len() as f64).sqrt()),
    );
    ranks(report, format!("{name}: ranks"), words);
}

/// Balls that fall into an urn that is not empty, urns being the top 26 bits. Their number is nearly Poisson.
fn collisions(report: &mut Report, what: String, words: &[u64]) {
    let mut balls: Vec<u64> = words.iter().map(|word| word >> 38).collect();
    balls.sort_unstable();
    let full = balls.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let (n, urns) = (balls.len() as f64, 2_f64.powi(26));
    report.poisson(
        what,
        full as u64,
        n - urns * -((n * (-1.0 / urns).ln_1p()).exp_m1()),
    );
}

/// Equal gaps between 4096 birthdays in years of 2³² days, which are Poisson with mean 2¹²·³ / 2³⁴ = 4 a year.
fn birthdays(report: &mut Report, what: String, words: &[u64]) {
    let mut repeats = 0;
    for year in words.chunks_exact(4096) {
        let mut days: Vec<u64> = year.iter().map(|word| word >> 32).collect();
        days.sort_unstable();
        let mut gaps: Vec<u64> = days.windows(2).map(|days| days[1] - days[0]).collect();
        gaps.sort_unstable();
        repeats += gaps.windows(2).filter(|gaps| gaps[0] == gaps[1]).count() as u64;
    }
    report.poisson(what, repeats, 4.0 * (words.len() / 4096) as f64);
}

/// The number of ones, from 22 and fewer to 42 and more.
fn weights(report: &mut Report, what: String, words: impl Iterator<Item = u64>) {
    let mut probability = [0.0; 21];
    let mut exactly = 2_f64.powi(-64);
    for ones in 0..=64_u32 {
        probability[(ones.clamp(22, 42) - 22) as usize] += exactly;
        exactly *= f64::from(64 - ones) / f64::from(ones + 1);
    }
    let mut counts = [0; 21];
    words.for_each(|word| counts[(word.count_ones().clamp(22, 42) - 22) as usize] += 1);
    report.counts(what, &counts, |cell| probability[cell]);
}

/// Words as the rows of 64 × 64 binary matrices.
fn ranks(report: &mut Report, what: String, words: &[u64]) {
    let mut counts = [0; 3];
    for matrix in words.chunks_exact(64) {
        let mut rows = matrix.to_vec();
        let mut rank = 0;
        for column in 0..64 {
            let Some(pivot) = (rank..64).find(|&row| rows[row] >> column & 1 == 1) else {
                continue;
            };
            rows.swap(rank, pivot);
            let pivot = rows[rank];
            for row in &mut rows[rank + 1..] {
                *row ^= if *row >> column & 1 == 1 { pivot } else { 0 };
            }
            rank += 1;
        }
        counts[(64 - rank).min(2)] += 1;
    }
    // P(full rank) = Π (1 − 2⁻ⁱ); with a rank less by one it is twice that, to 2⁻⁶³.
    let full: f64 = (1..=64).map(|i| 1.0 - 0.5_f64.powi(i)).product();
    report.counts(what, &counts, |lost| {
        [full, 2.0 * full, 1.0 - 3.0 * full][lost]
    });
}

/// Flips each bit of one part of many places: every bit of the word must flip in half of them, independently of the others.
fn avalanche(
    report: &mut Report,
    name: &str,
    part: fn(&mut Place) -> &mut u64,
    word: impl Fn(Place) -> u64,
) {
    const TRIALS: u64 = 2048;
    for bit in 0..64 {
        let mut flips = [0_u32; 64];
        let mut of_weight = 0.0;
        for trial in 0..TRIALS {
            let mut place = Place {
                seed: trial % 3,
                replication: trial,
                purpose: trial % PURPOSES,
                index: 3 * trial,
                ..HERE
            };
            // Some of the values are all over the range, so that high bits are not always zero.
            *part(&mut place) ^= if trial % 2 == 0 {
                0
            } else {
                trial.wrapping_mul(0xd134_2543_de82_ef95)
            };
            let before = word(place);
            *part(&mut place) ^= 1 << bit;
            let changed = before ^ word(place);
            (0..64).for_each(|output| flips[output] += (changed >> output & 1) as u32);
            of_weight += f64::from(changed.count_ones()) - 32.0;
        }
        let n = TRIALS as f64;
        let sum = flips
            .iter()
            .map(|&flips| (f64::from(flips) - n / 2.0).powi(2) / (n / 4.0))
            .sum();
        report.chi_square(
            format!("avalanche: bit {bit} of the {name}, each bit"),
            sum,
            64,
        );
        report.normal(
            format!("avalanche: bit {bit} of the {name}, all bits"),
            of_weight / (16.0 * n).sqrt(),
        );
    }
}

/// Robot by robot, two streams whose keys differ in one small step.
fn pairs_of_streams(report: &mut Report, word: impl Fn(Place) -> u64) {
    const ROBOTS: u64 = 8192;
    let stream = |place: Place| {
        (0..ROBOTS)
            .map(|index| word(Place { index, ..place }))
            .collect::<Vec<u64>>()
    };
    let mut compare = |what: String, one: &[u64], other: &[u64]| {
        for (end, oriented) in ENDS {
            let products = one
                .iter()
                .zip(other)
                .map(|(&one, &other)| centred(oriented(one)) * centred(oriented(other)));
            report.normal(
                format!("{what}: correlation, {end}"),
                products.sum::<f64>() * 12.0 / (ROBOTS as f64).sqrt(),
            );
        }
        let distances = one
            .iter()
            .zip(other)
            .map(|(one, other)| f64::from((one ^ other).count_ones()) - 32.0);
        report.normal(
            format!("{what}: Hamming distance"),
            distances.sum::<f64>() / (16.0 * ROBOTS as f64).sqrt(),
        );
    };
    let by_purpose: Vec<Vec<u64>> = (0..PURPOSES)
        .map(|purpose| stream(Place { purpose, ..HERE }))
        .collect();
    for other in 1..by_purpose.len() {
        for one in 0..other {
            compare(
                format!("purposes {one} and {other}"),
                &by_purpose[one],
                &by_purpose[other],
            );
        }
    }
    for (name, part) in [PARTS[0], PARTS[1], PARTS[3]] {
        let streams: Vec<Vec<u64>> = (0..16)
            .map(|step| {
                let mut place = HERE;
                *part(&mut place) += step;
                stream(place)
            })
            .collect();
        for (step, pair) in streams.windows(2).enumerate() {
            compare(format!("{name}s {step} and the next"), &pair[0], &pair[1]);
        }
    }
    let swapped = |one, other| {
        stream(Place {
            seed: one,
            replication: other,
            ..HERE
        })
    };
    for (one, other) in [(0, 1), (1, 2), (3, 10), (42, 7)] {
        compare(
            format!("seed {one} and replication {other}, swapped"),
            &swapped(one, other),
            &swapped(other, one),
        );
    }
    let spells: Vec<Vec<u64>> = (0..16)
        .map(|k| {
            (0..ROBOTS)
                .map(|robot| {
                    word(Place {
                        index: spell(k, robot),
                        ..HERE
                    })
                })
                .collect()
        })
        .collect();
    for (k, pair) in spells.windows(2).enumerate() {
        compare(format!("spells {k} and the next"), &pair[0], &pair[1]);
        compare(
            format!("spells {k} and the next, of neighbours"),
            &pair[0][1..],
            &pair[1][..pair[1].len() - 1],
        );
    }
}
