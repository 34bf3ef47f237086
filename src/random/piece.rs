//! The grid of a quantile table, and the pieces of cubics that its cells are made of.

/// Octaves of tail probability told apart: from 1/2 down to 2⁻⁴¹, below which values are clamped.
pub(super) const OCTAVES: u64 = 40;
/// The places where the octaves begin and end: 2⁵³ times the tail probability.
pub(super) const PLACE_MIN: f64 = (1_u64 << (52 - OCTAVES)) as f64;
pub(super) const PLACE_END: f64 = MANTISSA_ONE as f64;

pub(super) const MANTISSA_BITS: u32 = 52;
const MANTISSA_ONE: u64 = 1 << MANTISSA_BITS;

/// A part of a split cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// First place after the piece.
    pub end: f64,
    /// Where along the piece a place lies: (place − start) · scale, in [0, 1].
    pub start: f64,
    pub scale: f64,
    pub cubic: [f64; 4],
    /// The value at the end, never passed.
    pub last: f64,
}

/// c₀ + c₁t + c₂t² + c₃t³.
#[inline(always)]
pub(super) fn cubic(c: &[f64; 4], t: f64) -> f64 {
    c[0] + t * (c[1] + t * (c[2] + t * c[3]))
}
