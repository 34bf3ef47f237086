//! Any law as one monotone table: a draw is one word, one look-up and one cubic.
//!
//! No branch on the kind of law, no rejection, no `exp` or `ln` while sampling: the same bits everywhere from `+` and `×` alone, at a
//! cost that does not depend on the law. And the value is monotone in the word, which is the best coupling there is between two
//! settings that read the same words.
//!
//! # Layout
//!
//! The top bit of a word says which tail of the law it falls into; the next 52, counted from that end, are its *place*: the tail
//! probability in units of 2⁻⁵³. Each tail is cut into octaves of the tail probability, each octave into 2^S cells, each cell holds a
//! cubic. Converted to a double, the place carries all of it in its bits: the exponent is the octave, the first S bits of the
//! mantissa the cell, the others how far along the cell it lies.
//!
//! Where the law jumps, bends or turns too sharply for one cubic, a cell is *split* into pieces, found by search. An atom
//! yields its value and no other.

use super::compile::compile;
use super::law::Law;
use super::piece::{MANTISSA_BITS, OCTAVES, PLACE_END, PLACE_MIN, Piece, cubic};
use super::word::Words;
use rand::Rng;
use rand_distr::Distribution;

/// How much of the mantissa says where in a cell a place lies. Finer steps would be smaller than the rounding errors of the cubic, which
/// would then no longer be monotone.
const ALONG_MASK: u64 = ((1 << ALONG_BITS) - 1) << (MANTISSA_BITS - ALONG_BITS);
const ALONG_BITS: u32 = 40;
/// A table is read a block of words at a time, in loops of one kind of work each, so that they vectorise.
const BLOCK: usize = 64;

/// A law compiled for sampling.
///
/// Between probabilities 2⁻⁴¹ and 1 − 2⁻⁴¹ its values are built to a relative error of 1e-7, checked at two points of every cubic;
/// farther out, for one word in 2⁴⁰, they are clamped. Values below a millionth of the mean are only that accurate relative to that
/// millionth (for a [residual](Law::residual) law the mean is that of the whole interval), and ranges of a probability below 2⁻⁴⁰ are
/// not refined. Atoms are exact. Straight stretches are straight up to steps of 2⁻⁴⁰ of a cell.
///
/// ```
/// use rollcast::random::{Key, Law, QuantileTable};
///
/// let law = Law::exponential(60.0).unwrap();
/// let (table, words) = (QuantileTable::new(&law), Key::new(7).name("script").words());
/// let mut drawn = vec![0.0; 10_000];
/// table.fill(&words, 0, &mut drawn);
/// assert_eq!(drawn[5], table.value(words.at(5)));
/// let mean = drawn.iter().sum::<f64>() / 10_000.0;
/// assert!((mean - law.mean()).abs() < 3.0);
/// ```
#[derive(Clone, Debug)]
pub struct QuantileTable {
    constant: Option<f64>,
    /// Every octave holds 2^`cell_bits` cells.
    cell_bits: u32,
    /// Cubics of the lower tail, then of the upper, each from the end of the tail to the median: c₀ + c₁t + c₂t² + c₃t³ for t in
    /// [0, 1). A split cell has NaN for c₀, which any value computed from it inherits, and its range of pieces in c₁ and c₂.
    cells: Vec<[f64; 4]>,
    pieces: Vec<Piece>,
}

/// Where a word falls in the table.
struct Spot {
    place: f64,
    cell: u32,
    along: f64,
}

impl QuantileTable {
    /// Compiles `law`.
    #[must_use]
    pub fn new(law: &Law) -> QuantileTable {
        let compiled = compile(law);
        QuantileTable {
            constant: law.as_constant(),
            cell_bits: compiled.cell_bits,
            cells: compiled.cells,
            pieces: compiled.pieces,
        }
    }

    /// The value of the law at `word`, read as a uniform number in (0, 1). Non-decreasing in the word.
    #[inline]
    #[must_use]
    pub fn value(&self, word: u64) -> f64 {
        let spot = self.spot(word);
        let cell = &self.cells[spot.cell as usize];
        let value = cubic(cell, spot.along);
        if value.is_nan() {
            self.split_value(cell, spot.place)
        } else {
            value
        }
    }

    /// Fills `out` with the values at the words of consecutive indices: `out[i]` is exactly `value(words.at(first_index + i))`.
    #[inline(always)]
    pub fn fill(&self, words: &Words, first_index: u64, out: &mut [f64]) {
        if let Some(constant) = self.constant {
            out.fill(constant);
            return;
        }
        let mut index = first_index;
        for out in out.chunks_mut(BLOCK) {
            self.fill_block(words, index, out);
            index = index.wrapping_add(out.len() as u64);
        }
    }

    #[inline(always)]
    fn fill_block(&self, words: &Words, first_index: u64, out: &mut [f64]) {
        let mut spots = [0; BLOCK];
        let mut cubics = [[0.0; 4]; BLOCK];
        let (spots, cubics) = (&mut spots[..out.len()], &mut cubics[..out.len()]);
        let word = |i: usize| words.at(first_index.wrapping_add(i as u64));
        for (i, (along, cell)) in out.iter_mut().zip(&mut *spots).enumerate() {
            let spot = self.spot(word(i));
            (*along, *cell) = (spot.along, spot.cell);
        }
        // Cubics are copied together before any is evaluated, so that the evaluation vectorises.
        for (cubic, cell) in cubics.iter_mut().zip(&*spots) {
            *cubic = self.cells[*cell as usize];
        }
        for (value, c) in out.iter_mut().zip(&*cubics) {
            *value = cubic(c, *value);
        }
        if self.pieces.is_empty() {
            return;
        }
        for (i, value) in out.iter_mut().enumerate() {
            if value.is_nan() {
                *value = self.value(word(i));
            }
        }
    }

    /// The only value of the law, if there is but one: no word need be drawn for it.
    #[inline]
    #[must_use]
    pub fn constant(&self) -> Option<f64> {
        self.constant
    }

    #[inline(always)]
    fn spot(&self, word: u64) -> Spot {
        let is_upper = word >> 63;
        // Counted from the nearer end: as it is in the lower tail, complemented in the upper.
        let from_end = word ^ 0_u64.wrapping_sub(is_upper);
        // 52 bits, placed in the mantissa of 2⁵², less 2⁵² − 1/2: an exact conversion by bit operations and one subtraction, to the
        // middle of the place so that the two tails mirror each other.
        let exponent = (1023 + u64::from(MANTISSA_BITS)) << MANTISSA_BITS;
        let place = f64::from_bits((from_end >> 11) | exponent) - (PLACE_END - 0.5);
        let place = if place > PLACE_MIN { place } else { PLACE_MIN };
        let bits = place.to_bits();
        let first_cell = PLACE_MIN.to_bits() >> (MANTISSA_BITS - self.cell_bits);
        let cell = (bits >> (MANTISSA_BITS - self.cell_bits)) - first_cell
            + is_upper * (OCTAVES << self.cell_bits);
        let along =
            f64::from_bits(((bits << self.cell_bits) & ALONG_MASK) | 1.0_f64.to_bits()) - 1.0;
        Spot {
            place,
            cell: cell as u32,
            along,
        }
    }

    #[inline(never)]
    fn split_value(&self, cell: &[f64; 4], place: f64) -> f64 {
        let pieces = &self.pieces[cell[1] as usize..cell[2] as usize];
        pieces[pieces.partition_point(|piece| piece.end <= place)].value(place)
    }
}

impl Piece {
    fn value(&self, place: f64) -> f64 {
        // Adding and subtracting 2¹² rounds to multiples of 2⁻⁴⁰, coarse enough for the cubic to be monotone.
        const COARSE: f64 = (1_u64 << (MANTISSA_BITS - ALONG_BITS)) as f64;
        let along = ((place - self.start) * self.scale + COARSE) - COARSE;
        let value = cubic(&self.cubic, along);
        if self.cubic[0] <= self.last {
            value.min(self.last)
        } else {
            value.max(self.last)
        }
    }
}

impl Distribution<f64> for QuantileTable {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.value(rng.next_u64())
    }
}
