//! Sorts uniformly random keys: the shuffled start order.
//!
//! Uniform keys need no comparisons to find roughly where they belong: two stable passes, each distributing by eleven bits, leave
//! them sorted by their upper 22 bits. Keys that agree in those are few and lie side by side, which one pass of insertions settles.
//! O(n), for as many robots as a fleet may have.

/// Bits of a key that a pass distributes by.
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;

/// Below this many keys, setting up the passes costs more than it saves.
const FEW: usize = 1000;

/// Sorts keys whose upper bits are uniformly random; `spare` is working memory.
pub(in crate::sim) fn sort_uniform(keys: &mut Vec<u64>, spare: &mut Vec<u64>) {
    if keys.len() < FEW {
        keys.sort_unstable();
        return;
    }
    spare.resize(keys.len(), 0);
    let mut counts = [[0u32; DIGITS]; 2];
    for key in &*keys {
        counts[0][digit(*key, 0)] += 1;
        counts[1][digit(*key, 1)] += 1;
    }
    distribute(keys, spare, &mut counts[0], 0);
    distribute(spare, keys, &mut counts[1], 1);
    settle(keys);
}

/// The upper 22 bits of a key hold digit 0 below digit 1.
#[inline]
fn digit(key: u64, which: u32) -> usize {
    (key >> (64 - 2 * DIGIT_BITS + which * DIGIT_BITS)) as usize % DIGITS
}

/// Moves keys into the order of a digit; those that agree in it keep theirs. `counts` are the numbers of keys by digit.
fn distribute(from: &[u64], to: &mut [u64], counts: &mut [u32; DIGITS], which: u32) {
    let mut first = 0;
    for count in &mut *counts {
        first += std::mem::replace(count, first);
    }
    for key in from {
        let place = &mut counts[digit(*key, which)];
        to[*place as usize] = *key;
        *place += 1;
    }
}

/// Sorts keys that all lie close to their places.
fn settle(keys: &mut [u64]) {
    for i in 1..keys.len() {
        let key = keys[i];
        let mut place = i;
        while place > 0 && keys[place - 1] > key {
            keys[place] = keys[place - 1];
            place -= 1;
        }
        keys[place] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    #[test]
    fn sorts_as_comparisons_do() {
        let words = Key::new(1).words();
        for n in [0, 1, 2, FEW - 1, FEW, 5000, 300_000] {
            // Two keys share every upper part, in falling order.
            let mut keys: Vec<u64> = (0..n as u64)
                .map(|i| words.at(i / 2) >> 25 << 25 | (n as u64 - i))
                .collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort_uniform(&mut keys, &mut Vec::new());
            assert!(keys == expected, "{n} keys");
        }
    }
}
