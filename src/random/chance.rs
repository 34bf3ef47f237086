//! Yes or no: a probability compiled into an integer, so that a draw compares words and never floats.
//!
//! Two settings or profiles that read the same word are coupled as tightly as can be: a robot that fails at a probability also fails at
//! every greater one.

/// 2⁶³, the number of outcomes told apart. One bit of the word is given up so that probability 1 has a bound of its own.
const OUTCOMES: u64 = 1 << 63;

/// An event of a given probability, decided by one random word.
///
/// Reading the word as a uniform number u in [0, 1), the event happens iff u < p: never at p = 0, always at p = 1, and at a greater p
/// whenever it does at a smaller one.
///
/// ```
/// use rollcast::random::{Chance, Key};
///
/// let words = Key::new(7).name("failure").words();
/// let failing = |p| {
///     let chance = Chance::new(p);
///     (0..1000)
///         .filter(move |robot| chance.happens(words.at(*robot)))
///         .collect::<Vec<u64>>()
/// };
/// let (few, many) = (failing(0.1), failing(0.3));
/// assert!((250..350).contains(&many.len()));
/// assert!(few.iter().all(|robot| many.contains(robot)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance {
    bound: u64,
}

impl Chance {
    /// The event that never happens.
    pub const NEVER: Chance = Chance { bound: 0 };
    /// The event that always happens.
    pub const ALWAYS: Chance = Chance { bound: OUTCOMES };

    /// An event of probability `probability`, rounded up to a multiple of 2⁻⁶³ so that no possible event becomes impossible.
    ///
    /// # Panics
    ///
    /// If `probability` is not in [0, 1].
    #[must_use]
    pub fn new(probability: f64) -> Chance {
        assert!(
            (0.0..=1.0).contains(&probability),
            "a probability lies in [0, 1], not {probability}"
        );
        Chance {
            bound: (probability * OUTCOMES as f64).ceil() as u64,
        }
    }

    /// Whether the event happens for this word: u < p.
    #[inline(always)]
    #[must_use]
    pub const fn happens(self, word: u64) -> bool {
        word >> 1 < self.bound
    }

    /// Whether the event happens when it takes the top end of the word: u ≥ 1 − p.
    ///
    /// Two events that exclude each other share a word by taking opposite ends: both happen for no word as long as their
    /// probabilities sum to at most 1, and changing one moves the other for no word.
    #[inline(always)]
    #[must_use]
    pub const fn happens_at_top(self, word: u64) -> bool {
        word >> 1 >= OUTCOMES - self.bound
    }

    /// The probability of the event, exactly as drawn.
    #[must_use]
    pub fn probability(self) -> f64 {
        self.bound as f64 / OUTCOMES as f64
    }
}
