//! From drawn quantities to the simulation's whole milliseconds.

use crate::model::Ms;
use crate::model::NEVER;

/// The size of a bundle [bit]; nothing where there is none.
pub(in crate::sim) fn bundle_bits(bundle: Option<u64>) -> f64 {
    bundle.unwrap_or(0) as f64 * 8.0
}

/// The time for `bits` at `rate` [bit/s] in whole milliseconds, rounded up; never for a rate of zero.
#[inline(always)]
pub(in crate::sim) fn transfer_ms(bits: f64, rate: f64) -> Ms {
    if bits == 0.0 {
        0
    } else {
        whole_ms(bits * 1000.0 / rate)
    }
}

/// A duration [ms] rounded up to whole milliseconds, and never further away than [`NEVER`].
///
/// Adding 2^52 leaves no bits for a fraction, so the sum is rounded to an integer that can be read off its bits; unlike
/// `ceil` and a cast, this takes part in vectorised loops on every processor.
#[inline(always)]
pub(in crate::sim) fn whole_ms(ms: f64) -> Ms {
    const INTEGERS: f64 = (1u64 << 52) as f64;
    let ms = ms.min(NEVER as f64);
    let shifted = ms + INTEGERS;
    let nearest = shifted - INTEGERS;
    (shifted.to_bits() & ((1 << 52) - 1)) + u64::from(nearest < ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_up_to_the_next_millisecond() {
        for (ms, whole) in [
            (0.0, 0),
            (0.1, 1),
            (0.5, 1),
            (1.0, 1),
            (1.5, 2),
            (2.5, 3),
            (600_000.0, 600_000),
            (7.000_001, 8),
        ] {
            assert_eq!(whole_ms(ms), whole, "{ms}");
        }
        assert_eq!(whole_ms(f64::INFINITY), NEVER);
        assert_eq!(whole_ms(1e300), NEVER);
        assert_eq!(transfer_ms(8e6, 0.0), NEVER);
        assert_eq!(transfer_ms(0.0, 0.0), 0);
        assert_eq!(transfer_ms(8e6, 1e6), 8000);
    }
}
