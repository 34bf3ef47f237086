//! Rates and work as integers, so that sums do not drift and two engines can agree bit for bit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Steps of a [`Rate`] in one bit per second.
const STEPS_PER_BIT_PER_S: u64 = 1024;
/// Steps of [`Work`] in one byte: 8 bits, 1000 milliseconds in a second, and the steps of a rate.
pub(in crate::sim) const STEPS_PER_BYTE: u64 = 8 * 1000 * STEPS_PER_BIT_PER_S;

/// Significant bits of a rate that is rounded for a link: one of 17 bits lies within 2⁻¹⁷ of any rate, relative to it.
const ROUNDED_BITS: u32 = 17;

/// Significant bits of a rate that stays: rates as people write them, of up to five decimal digits, have no more.
const WRITTEN_BITS: u32 = 24;

/// A rate \[1/1024 bit/s\].
///
/// The fraction keeps the loss of the floored fair level small: 1e5 flows lose less than 100 bit/s together.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Rate(u64);

impl Rate {
    /// The cap of a flow without a cap.
    pub const UNLIMITED: Self = Self(u64::MAX);
    /// The largest capacity of a link, 563 Tbit/s. [`Work::MAX`] and one millisecond of it fit in 63 bits together.
    pub const CAPACITY_MAX: Self = Self(1 << 59);

    /// A rate in steps \[1/1024 bit/s\].
    pub const fn from_steps(steps: u64) -> Self {
        Self(steps)
    }

    /// A rate in bits per second, [`Rate::UNLIMITED`] when it does not fit (above 18 Pbit/s).
    pub const fn from_bits_per_s(bits_per_s: u64) -> Self {
        Self(bits_per_s.saturating_mul(STEPS_PER_BIT_PER_S))
    }

    /// A robot's own rate [bit/s] as it counts on a link: [`Rate::rounded`].
    pub(in crate::sim) fn of_robot(bits_per_s: f64) -> Self {
        // Saturates where it does not fit.
        Self((bits_per_s * STEPS_PER_BIT_PER_S as f64).round() as u64).rounded()
    }

    /// The rate in its steps \[1/1024 bit/s\].
    pub const fn steps(self) -> u64 {
        self.0
    }

    /// The rate itself where it has up to 24 significant bits, as rates that people write; otherwise the nearest of 17, which is less than
    /// 1e-5 of it away. [`Rate::UNLIMITED`] stays.
    ///
    /// For the caps of robots: on a link, flows of equal cap cost less than flows of almost equal caps, of which a law draws many. Of
    /// those at most 65536 are left to an octave.
    #[must_use]
    pub const fn rounded(self) -> Self {
        let n_bits = u64::BITS - self.0.leading_zeros();
        if self.0 == u64::MAX || n_bits <= WRITTEN_BITS + self.0.trailing_zeros() {
            return self;
        }
        let n_dropped = n_bits - ROUNDED_BITS;
        // At the very top there is nothing to round up to.
        Self(self.0.saturating_add(1 << (n_dropped - 1)) >> n_dropped << n_dropped)
    }

    /// The rate \[bit/s\], rounded down.
    pub const fn bits_per_s(self) -> u64 {
        self.0 / STEPS_PER_BIT_PER_S
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{STEPS_PER_BIT_PER_S} bit/s", self.0)
    }
}

/// An amount to download, as a [`Rate`] times milliseconds \[1/1024 bit/s × ms\]; a byte is 8 192 000 of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Work(u64);

impl Work {
    /// Nothing left to download.
    pub const ZERO: Self = Self(0);
    /// The largest download, 1 TB (8.2e18 steps, below 2⁶³).
    pub const MAX: Self = Self(1_000_000_000_000 * STEPS_PER_BYTE);

    /// An amount in steps \[1/1024 bit/s × ms\].
    pub const fn from_steps(steps: u64) -> Self {
        Self(steps)
    }

    /// An amount in bytes; `None` above [`Work::MAX`].
    pub const fn from_bytes(bytes: u64) -> Option<Self> {
        match bytes.checked_mul(STEPS_PER_BYTE) {
            Some(steps) if steps <= Self::MAX.0 => Some(Self(steps)),
            _ => None,
        }
    }

    /// The amount in its steps \[1/1024 bit/s × ms\].
    pub const fn steps(self) -> u64 {
        self.0
    }

    /// The amount in whole bytes, rounded down.
    pub const fn bytes(self) -> u64 {
        self.0 / STEPS_PER_BYTE
    }
}

/// What a link did until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkStatistics {
    /// Work received by all flows, each at most its size \[1/1024 bit/s × ms\]; wider than [`Work`], it is a sum over flows.
    pub carried: u128,
    /// Highest total rate that lasted at least a millisecond.
    pub peak: Rate,
    /// Time during which at least one flow was held below its cap \[ms\].
    pub saturated_ms: u64,
}

impl LinkStatistics {
    /// Whole bytes received by all flows.
    pub const fn carried_bytes(&self) -> u128 {
        self.carried / STEPS_PER_BYTE as u128
    }
}
