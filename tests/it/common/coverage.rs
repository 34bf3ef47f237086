//! Random numbers for tests of estimators, and how often an interval keeps its promise.

/// SplitMix64: Steele, Lea and Flood (2014).
pub struct Uniforms(pub u64);

impl Uniforms {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
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
