//! Random numbers for tests of estimators, and how often an interval keeps its promise.

use crate::common::split_mix;

/// Uniform on [0, 1).
pub struct Uniforms(pub u64);

impl Uniforms {
    pub fn next(&mut self) -> f64 {
        (split_mix(&mut self.0) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Mean 0, variance 1, and close enough to normal.
    pub fn near_normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// The share of `runs` in which `covers` holds.
pub fn coverage(seed: u64, runs: u32, mut covers: impl FnMut(&mut Uniforms) -> bool) -> f64 {
    let mut uniforms = Uniforms(seed);
    let hits = (0..runs).filter(|_| covers(&mut uniforms)).count();
    f64::from(hits as u32) / f64::from(runs)
}
