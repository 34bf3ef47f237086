//! Loops over plain arrays, compiled once for each kind of vector unit that a processor may have.
//!
//! Every version is the same source. Rust neither contracts `a × b + c` into one rounding nor reorders additions, so all of them
//! give the same bits, and which one runs shows in nothing but time.

/// Work on plain arrays that gains from wider vector units.
pub(crate) trait Bulk {
    /// Does the work. To be `#[inline(always)]`, like all that it calls in its loops: only what is inlined is compiled for the
    /// unit it runs on.
    fn run(self);
}

/// A vector unit that this processor has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// What every processor of the architecture has.
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Unit {
    /// The widest unit of this processor.
    pub(crate) fn widest() -> Unit {
        Unit::present().next().expect("every processor has the baseline")
    }

    /// Every unit of this processor, the widest first.
    pub(crate) fn present() -> impl Iterator<Item = Unit> {
        #[cfg(target_arch = "x86_64")]
        let wide = {
            use std::arch::is_x86_feature_detected as has;
            let avx512 = has!("avx512f") && has!("avx512dq") && has!("avx512vl") && has!("avx512bw");
            [avx512.then_some(Kind::Avx512), has!("avx2").then_some(Kind::Avx2)]
        };
        #[cfg(not(target_arch = "x86_64"))]
        let wide: [Option<Kind>; 0] = [];
        wide.into_iter().flatten().chain([Kind::Baseline]).map(Unit)
    }

    /// Does the work on this unit.
    pub(crate) fn run(self, work: impl Bulk) {
        match self.0 {
            Kind::Baseline => work.run(),
            // SAFETY: units are made by `present` alone, which has asked the processor.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { on_avx2(work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { on_avx512(work) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn on_avx2(work: impl Bulk) {
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn on_avx512(work: impl Bulk) {
    work.run();
}
