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
        Unit::present()
            .next()
            .expect("a bug: a processor without the baseline")
    }

    /// Every unit of this processor, the widest first.
    pub(crate) fn present() -> impl Iterator<Item = Unit> {
        #[cfg(target_arch = "x86_64")]
        let wide = {
            use std::arch::is_x86_feature_detected as has;
            let avx512 =
                has!("avx512f") && has!("avx512dq") && has!("avx512vl") && has!("avx512bw");
            [
                avx512.then_some(Kind::Avx512),
                has!("avx2").then_some(Kind::Avx2),
            ]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Law, QuantileTable, Words};

    struct Draw<'a> {
        table: &'a QuantileTable,
        words: &'a Words,
        first_index: u64,
        drawn: &'a mut [u64],
        values: &'a mut [f64],
    }

    impl Bulk for Draw<'_> {
        #[inline(always)]
        fn run(self) {
            self.words.fill(self.first_index, self.drawn);
            self.table.fill(self.words, self.first_index, self.values);
        }
    }

    /// Every kind of law, smooth, split and of one value, and the residual of each that has one of its own.
    fn laws() -> Vec<Law> {
        let mixture = |parts: Vec<(f64, Law)>| Law::mixture(parts);
        let lognormal = |median, sigma| Law::lognormal(median, sigma).unwrap();
        let constant = |value| Law::constant(value).unwrap();
        let laws: Vec<Law> = [
            Law::uniform(3.0, 8.0),
            Law::exponential(60.0),
            Law::lognormal(240.0, 0.5),
            Law::lognormal(1e-100, 5.0),
            Law::gamma_from_mean(60.0, 0.5),
            Law::gamma_from_mean(60.0, 10.0),
            Law::weibull(0.5, 60.0),
            Law::triangular(1.0, 2.0, 5.0),
            Law::quantiles(vec![(0.1, 3.0), (0.25, 3.0), (0.5, 8.0), (0.9, 40.0)]),
            Law::samples((0..500).map(|i| f64::from(i * i % 97)).collect()),
            Law::beta(0.02, 0.01),
            mixture(vec![
                (0.7, lognormal(60.0, 0.4)),
                (0.3, lognormal(1800.0, 0.8)),
            ]),
            mixture(vec![
                (0.2, constant(0.0)),
                (0.5, Law::triangular(10.0, 20.0, 30.0).unwrap()),
                (0.3, constant(15.0)),
            ]),
        ]
        .into_iter()
        .map(Result::unwrap)
        .collect();
        let residuals: Vec<Law> = laws.iter().map(|law| law.residual().unwrap()).collect();
        [laws, residuals, vec![constant(7.0)]].concat()
    }

    #[test]
    fn every_unit_gives_the_bits_of_single_draws() {
        let words = Key::new(8).name("lanes").words();
        for law in laws() {
            let table = QuantileTable::new(&law);
            // Starts and lengths that are no multiple of any block or vector, one beyond the last index, and the spells of robots.
            for (first_index, len) in [
                (0, 1),
                (1, 63),
                (17, 1000),
                (u64::MAX - 40, 131),
                (5 << 32 | 4711, 517),
            ] {
                let index = |i: usize| first_index.wrapping_add(i as u64);
                let single: Vec<(u64, u64)> = (0..len)
                    .map(|i| {
                        (
                            words.at(index(i)),
                            table.value(words.at(index(i))).to_bits(),
                        )
                    })
                    .collect();
                for unit in Unit::present() {
                    let (mut drawn, mut values) = (vec![0; len], vec![f64::NAN; len]);
                    unit.run(Draw {
                        table: &table,
                        words: &words,
                        first_index,
                        drawn: &mut drawn,
                        values: &mut values,
                    });
                    let bulk: Vec<(u64, u64)> = drawn
                        .iter()
                        .zip(&values)
                        .map(|(word, value)| (*word, value.to_bits()))
                        .collect();
                    assert!(
                        bulk == single,
                        "{unit:?} draws other values from {first_index} on for {law:.60?}"
                    );
                }
            }
        }
    }
}
