//! What links carry over time, over replications: the mean rate in each interval of a grid as a median with a band.
//!
//! The load of an interval is the mean over it, so that nothing is lost on a coarse grid: load times length is what was carried.
//! Grids are those of [`grid`](super::grid), and intervals of a fine one add up to those of a coarser one.

use serde::{Deserialize, Serialize};

use crate::model::{Instant, Ms};
use crate::sim::Rate;
use crate::stats;
use crate::study::grid;

/// The most intervals of a link's grid, and of all links of a replication together where there are many.
const INTERVALS_MAX: Ms = 500;
const INTERVALS_MAX_TOGETHER: Ms = 2000;
const INTERVALS_MIN: Ms = 50;

/// The loads of one replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadTimeline {
    step: Ms,
    /// By link, then by interval from `i · step` to `(i + 1) · step`; none after the last load [bit/s]. In single precision: there
    /// are many.
    loads: Vec<Vec<f32>>,
}

impl LoadTimeline {
    /// The memory that it takes [bytes].
    pub(super) fn bytes(&self) -> usize {
        self.loads
            .iter()
            .map(|loads| loads.len() * size_of::<f32>())
            .sum()
    }

    /// The loads of a recorded replication: by link the total rate from a time on, where it changes. Nothing counts from `end` on.
    pub fn new(rates: &[Vec<(Instant, Rate)>], end: Instant) -> LoadTimeline {
        let spans: Vec<Vec<(Ms, Ms, Rate)>> = rates.iter().map(|rates| spans(rates, end)).collect();
        let horizon = spans
            .iter()
            .flatten()
            .map(|(_, until, _)| *until)
            .max()
            .unwrap_or(0);
        let together = INTERVALS_MAX_TOGETHER / (rates.len() as Ms).max(1);
        let step = grid::step(horizon, together.clamp(INTERVALS_MIN, INTERVALS_MAX));
        LoadTimeline {
            step,
            loads: spans.iter().map(|spans| means(spans, step)).collect(),
        }
    }

    /// The load of a link between `interval · step` and the same of the next [bit/s]; `step` is a multiple of this grid's.
    fn over(&self, link: usize, interval: u64, step: Ms) -> f64 {
        let parts = step / self.step;
        let loads = self.loads.get(link).map_or(&[][..], Vec::as_slice);
        let from = loads.len().min((interval * parts) as usize);
        let to = loads.len().min(((interval + 1) * parts) as usize);
        // The sum of nothing would be -0.
        loads[from..to]
            .iter()
            .fold(0.0, |sum, load| sum + f64::from(*load))
            / parts as f64
    }

    /// The end of the last interval with a load [ms].
    fn horizon(&self) -> Ms {
        self.loads
            .iter()
            .map(|loads| loads.len() as Ms * self.step)
            .max()
            .unwrap_or(0)
    }
}

/// From when to when a rate lasts that is not zero, before `end`, from the beginning on [ms].
fn spans(rates: &[(Instant, Rate)], end: Instant) -> Vec<(Ms, Ms, Rate)> {
    let untils = rates.iter().skip(1).map(|(time, _)| *time).chain([end]);
    rates
        .iter()
        .zip(untils)
        .map(|((from, rate), until)| (from.ms(), until.min(end).ms(), *rate))
        .filter(|(from, until, rate)| from < until && *rate > Rate::default())
        .collect()
}

/// The mean rate [bit/s] in each interval of length `step` [ms] that spans of constant rates make, up to the last of them.
fn means(spans: &[(Ms, Ms, Rate)], step: Ms) -> Vec<f32> {
    let end = spans.last().map_or(0, |(_, until, _)| *until);
    let mut work = vec![0u128; end.div_ceil(step) as usize];
    for &(from, until, rate) in spans {
        let mut now = from;
        while now < until {
            let interval = now / step;
            let next = until.min((interval + 1) * step);
            work[interval as usize] += u128::from(rate.steps()) * u128::from(next - now);
            now = next;
        }
    }
    let steps_per_bit_per_s = Rate::from_bits_per_s(1).steps() as f64;
    work.into_iter()
        .map(|work| (work as f64 / step as f64 / steps_per_bit_per_s) as f32)
        .collect()
}

/// The 5 % quantile, the median and the 95 % quantile of a load over replications [bit/s].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadBand {
    pub p05: f64,
    pub p50: f64,
    pub p95: f64,
}

impl LoadBand {
    fn of(timelines: &[LoadTimeline], link: usize, interval: u64, step: Ms) -> LoadBand {
        let loads = timelines
            .iter()
            .map(|timeline| timeline.over(link, interval, step));
        let mut loads: Vec<f64> = loads.collect();
        stats::sort_total(&mut loads);
        let [p05, p50, p95] = [0.05, 0.5, 0.95]
            .map(|q| stats::quantile(&loads, q).expect("a bug: loads of no replications"));
        LoadBand { p05, p50, p95 }
    }
}

/// What links carry over time, over replications.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadSummary {
    /// [ms]
    pub step: Ms,
    /// By link, then by interval from `i · step` to `(i + 1) · step`. The last has no load in any replication.
    pub bands: Vec<Vec<LoadBand>>,
}

impl LoadSummary {
    /// Summarises the loads of `links` links in at least one replication on the coarsest grid among them.
    pub fn of(timelines: &[LoadTimeline], links: usize) -> LoadSummary {
        let step = timelines
            .iter()
            .map(|timeline| timeline.step)
            .max()
            .unwrap_or(grid::FINEST);
        let horizon = timelines
            .iter()
            .map(LoadTimeline::horizon)
            .max()
            .unwrap_or(0);
        let intervals = horizon.div_ceil(step);
        let bands = (0..links).map(|link| {
            let intervals = 0..=intervals;
            intervals
                .map(|interval| LoadBand::of(timelines, link, interval, step))
                .collect()
        });
        LoadSummary {
            step,
            bands: bands.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates that change at odd times, with pauses.
    fn rates(seed: u64, changes: u64) -> Vec<(Instant, Rate)> {
        (1..=changes)
            .map(|i| {
                (
                    Instant::at(i * i * (37 + seed)),
                    Rate::from_bits_per_s((i * 7919 + seed) % 5 * 1_000_003),
                )
            })
            .collect()
    }

    /// What rates carry until `end` [bit].
    fn carried(rates: &[(Instant, Rate)], end: Instant) -> f64 {
        let untils = rates.iter().skip(1).map(|(time, _)| *time).chain([end]);
        let spans = rates
            .iter()
            .zip(untils)
            .map(|((from, rate), until)| (until.min(end).ms().saturating_sub(from.ms()), rate));
        spans
            .map(|(length, rate)| length as f64 / 1000.0 * rate.bits_per_s() as f64)
            .sum()
    }

    #[test]
    fn load_times_length_is_what_was_carried_whatever_the_grid() {
        for changes in [1, 5, 60, 700] {
            let rates = [rates(1, changes), rates(2, changes / 2), Vec::new()];
            let end = Instant::at(changes * changes * 30);
            let summary = LoadSummary::of(&[LoadTimeline::new(&rates, end)], rates.len());
            for (rates, bands) in rates.iter().zip(&summary.bands) {
                let bits: f64 = bands
                    .iter()
                    .map(|band| band.p50 * summary.step as f64 / 1000.0)
                    .sum();
                let carried = carried(rates, end);
                assert!(
                    (bits - carried).abs() <= 1e-6 * carried,
                    "{changes} changes: {bits} bits of {carried}"
                );
                let last = bands.last().expect("intervals").p95;
                assert!(last == 0.0 && last.is_sign_positive(), "{last}");
            }
        }
    }

    #[test]
    fn a_short_replication_has_no_load_after_its_end() {
        let long = LoadTimeline::new(
            &[vec![
                (Instant::CREATION, Rate::from_bits_per_s(8)),
                (Instant::at(1_000_000), Rate::default()),
            ]],
            Instant::at(2_000_000),
        );
        let short = LoadTimeline::new(
            &[vec![
                (Instant::CREATION, Rate::from_bits_per_s(8)),
                (Instant::at(2_500), Rate::default()),
            ]],
            Instant::at(2_000_000),
        );
        assert!(short.step < long.step);
        let summary = LoadSummary::of(&[long, short], 1);
        assert_eq!(summary.step, 5_000);
        assert_eq!(
            summary.bands[0][0],
            LoadBand {
                p05: 4.0,
                p50: 4.0,
                p95: 8.0
            }
        );
        assert_eq!(
            summary.bands[0][1],
            LoadBand {
                p05: 0.0,
                p50: 0.0,
                p95: 8.0
            }
        );
    }
}
