//! Choices of a case: a pure function of its number.

use rollcast::random::{Key, Words};

pub struct Luck {
    words: Words,
    next: u64,
}

impl Luck {
    pub fn of(what: &str, case: u64) -> Luck {
        Luck {
            words: Key::new(1).name(what).part(case).words(),
            next: 0,
        }
    }

    pub fn word(&mut self) -> u64 {
        self.next += 1;
        self.words.at(self.next)
    }

    /// One of `0..n`, or 0 if there is none.
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n.max(1) as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number that is small more often than not, up to `most`.
    pub fn few(&mut self, most: usize) -> usize {
        let bits = self.below(most.ilog2() as usize + 1);
        self.below(1 << bits).min(most)
    }
}
