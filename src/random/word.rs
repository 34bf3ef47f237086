//! Random words: a random number is a pure function of what it is for.
//!
//! A generator hands out numbers in the order they are asked for, so one robot more, another thread or another setting shifts all
//! that follow. Here a number is looked up instead: a [`Key`] says what it is for (seed, replication, purpose, ...) and an index
//! says for whom. Nothing is remembered between two look-ups.
//!
//! Not for secrets: the words are statistically random, not unpredictable.

use rand::TryRng;
use rand::rand_core::{Infallible, utils};

/// 2⁶⁴ divided by the golden ratio, made odd: consecutive indices land far apart.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Multipliers of the two rounds: those of Stafford's "variant 13" of the murmur finaliser, found by search for even avalanche.
const ROUND_1: u64 = 0xbf58_476d_1ce4_e5b9;
const ROUND_2: u64 = 0x94d0_49bb_1331_11eb;
/// Starts the two halves of a key at unrelated places: digits of π and e.
const START_A: u64 = 0x243f_6a88_85a3_08d3;
const START_B: u64 = 0xb7e1_5162_8aed_2a6b;
/// Added to the length that opens a name, so that no name reads like a sequence of small numbers.
const NAME: u64 = 0x6e61_6d65_0000_0000;

/// What a stream of random words is for, absorbed part by part into 128 bits.
///
/// The order of the parts matters: `key.part(1).part(2)` and `key.part(2).part(1)` are unrelated, as are keys of neighbouring seeds
/// or replications.
///
/// ```
/// use rollcast::random::Key;
///
/// let download = |replication| Key::new(7).part(replication).name("download").words();
/// // What robot 3 gets does not depend on who else was drawn, or when.
/// assert_eq!(download(0).at(3), download(0).at(3));
/// assert_ne!(download(0).at(3), download(1).at(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    a: u64,
    b: u64,
}

impl Key {
    /// The key that everything drawn under `seed` descends from.
    #[must_use]
    pub const fn new(seed: u64) -> Key {
        Key {
            a: START_A,
            b: START_B,
        }
        .part(seed)
    }

    /// The key of a number within this key: a replication, an attempt, a cohort's place.
    #[must_use]
    pub const fn part(self, part: u64) -> Key {
        // Each half is a bijection of `part`, so two parts of one key can never give one key.
        let a = mix((self.a ^ part).wrapping_add(GOLDEN));
        let b = mix(self.b.wrapping_add(part).rotate_left(32) ^ self.a);
        Key { a, b }
    }

    /// The key of a name within this key: a purpose, a cohort.
    #[must_use]
    pub fn name(self, name: &str) -> Key {
        let opened = self.part(NAME.wrapping_add(name.len() as u64));
        name.as_bytes().chunks(8).fold(opened, |key, chunk| {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            key.part(u64::from_le_bytes(bytes))
        })
    }

    /// The stream of random words under this key.
    #[must_use]
    pub const fn words(self) -> Words {
        // Mixed once more, so that a stream and the key's own parts share no bits.
        Words {
            add: mix(self.a ^ ROUND_2),
            flip: mix(self.b ^ ROUND_1),
        }
    }
}

/// A bijection of 64 bits in which every input bit flips every output bit with probability 1/2.
///
/// Pelle Evensen's "moremur", which is better than the murmur finaliser on inputs that differ in few bits.
const fn mix(mut z: u64) -> u64 {
    z ^= z >> 27;
    z = z.wrapping_mul(0x3c79_ac49_2ba7_b653);
    z ^= z >> 33;
    z = z.wrapping_mul(0x1c69_b3f7_4ac4_ae35);
    z ^ (z >> 27)
}

/// A stream of 2⁶⁴ random words that can be read at any index.
///
/// Two multiply-xorshift rounds over the index, each with a key of its own. With one added key all streams would be segments of one
/// cycle, and two purposes of neighbouring robots could read the same words in the same order.
///
/// ```
/// use rollcast::random::Key;
///
/// let words = Key::new(7).name("download").words();
/// let mut of_some = [0; 4];
/// words.fill(100, &mut of_some);
/// assert_eq!(of_some[2], words.at(102));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    add: u64,
    flip: u64,
}

impl Words {
    /// The word at `index`: 64 uniform bits, independent of those at any other index.
    #[inline(always)]
    #[must_use]
    pub const fn at(&self, index: u64) -> u64 {
        let mut z = index.wrapping_mul(GOLDEN).wrapping_add(self.add);
        z = (z ^ (z >> 30)).wrapping_mul(ROUND_1) ^ self.flip;
        z = (z ^ (z >> 27)).wrapping_mul(ROUND_2);
        z ^ (z >> 31)
    }

    /// The stream from an index on: what it has at 0 is what this one has there.
    #[must_use]
    pub const fn starting_at(self, index: u64) -> Words {
        Words {
            add: index.wrapping_mul(GOLDEN).wrapping_add(self.add),
            flip: self.flip,
        }
    }

    /// Fills `out` with the words at consecutive indices.
    #[inline(always)]
    pub fn fill(&self, first_index: u64, out: &mut [u64]) {
        for (i, word) in out.iter_mut().enumerate() {
            *word = self.at(first_index.wrapping_add(i as u64));
        }
    }

    /// The stream as one of rand's generators, starting at index 0: for shuffles and other samplers that use a varying number
    /// of words.
    #[must_use]
    pub const fn rng(self) -> WordRng {
        WordRng {
            words: self,
            next: 0,
        }
    }
}

/// Reads a stream of words in index order, as a generator of the rand ecosystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordRng {
    words: Words,
    next: u64,
}

impl TryRng for WordRng {
    type Error = Infallible;

    /// The upper half of one word.
    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let word = self.words.at(self.next);
        self.next = self.next.wrapping_add(1);
        Ok(word)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}
