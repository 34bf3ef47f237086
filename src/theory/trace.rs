//! How long downloads take at rates that change in time, wherever in the trace they begin.

use crate::model::{Architecture, Cohort, RateTrace};
use crate::theory::lattice::{Midpoints, POINTS};

/// Downloads of a bundle by those robots of a cohort that play its trace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TracedDownloads {
    /// The share of the robots of their architecture.
    pub(crate) share: f64,
    /// How long they take [ms], equally likely and ascending.
    pub(crate) times: Midpoints,
    /// The least that one takes [ms].
    pub(crate) least: f64,
}

impl TracedDownloads {
    /// Those of a bundle of so many bits; none where no robot plays a trace, or there is nothing to download.
    pub(crate) fn of(
        cohort: &Cohort,
        architecture: Architecture,
        bits: f64,
    ) -> Option<TracedDownloads> {
        let trace = cohort.rate_trace.as_ref().filter(|_| bits > 0.0)?;
        let (mut robots, mut traced) = (0.0, 0.0);
        for index in 0..cohort.inventory.len().max(1) as u32 {
            let listed = cohort.listed(index);
            if listed.is_none_or(|listed| listed.architecture == architecture) {
                robots += 1.0;
                traced += f64::from(u8::from(cohort.rate_trace_of(index).is_some()));
            }
        }
        let received = Received::new(trace);
        (traced > 0.0).then(|| TracedDownloads {
            share: traced / robots,
            times: received.times(bits),
            least: received.least(bits),
        })
    }

    /// The time within which a share of them are complete [ms].
    pub(crate) fn quantile(&self, p: f64) -> f64 {
        self.times[(p * POINTS as f64) as usize]
    }

    /// How long downloads of all robots take, where those of the others take `others` [ms].
    pub(crate) fn among(&self, others: &Midpoints) -> Midpoints {
        let of_trace = (self.share * POINTS as f64).round() as usize;
        let mut times = thinned(&self.times, of_trace);
        times.extend(thinned(others, POINTS - of_trace));
        times.sort_by(f64::total_cmp);
        times.into()
    }
}

/// So many of the times, evenly spread.
fn thinned(times: &Midpoints, n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| times[(2 * i + 1) * POINTS / (2 * n)])
        .collect()
}

/// A trace, and what has come in by each of its rows.
struct Received<'a> {
    trace: &'a RateTrace,
    /// From the beginning of the trace to that of each row [bit].
    sums: Vec<f64>,
    /// In the whole trace [bit].
    whole: f64,
}

impl<'a> Received<'a> {
    fn new(trace: &'a RateTrace) -> Received<'a> {
        let mut sums = Vec::with_capacity(trace.rows().len());
        let mut sum = 0.0;
        for (rate, length) in trace.lengths() {
            sums.push(sum);
            sum += rate * length as f64 / 1000.0;
        }
        Received {
            trace,
            sums,
            whole: sum,
        }
    }

    /// How long so many bits take from each of many moments on, spread evenly over the trace [ms], ascending.
    fn times(&self, bits: f64) -> Midpoints {
        let step = self.trace.period() as f64 / POINTS as f64;
        let mut times: Vec<f64> = (0..POINTS)
            .map(|point| self.time_from((point as f64 + 0.5) * step, bits))
            .collect();
        times.sort_by(f64::total_cmp);
        times.into()
    }

    /// The least that so many bits take [ms]: of a download that begins or ends with a row.
    fn least(&self, bits: f64) -> f64 {
        let rows = self.trace.rows().iter().map(|(from, _)| *from as f64);
        let edges: Vec<f64> = rows.chain([self.trace.period() as f64]).collect();
        let periods = (bits / self.whole).ceil();
        let before = edges.iter().map(|end| {
            let end = periods * self.trace.period() as f64 + end;
            end - self.last_with(self.received(end) - bits)
        });
        let after = edges.iter().map(|from| self.time_from(*from, bits));
        before.chain(after).fold(f64::INFINITY, f64::min)
    }

    fn time_from(&self, from: f64, bits: f64) -> f64 {
        self.first_with(self.received(from) + bits) - from
    }

    /// What has come in at a time after the beginning [ms], in bits.
    fn received(&self, time: f64) -> f64 {
        let period = self.trace.period() as f64;
        let periods = (time / period).floor();
        let within = time - periods * period;
        let rows = self.trace.rows();
        let row = rows.partition_point(|(from, _)| *from as f64 <= within) - 1;
        let (from, rate) = rows[row];
        periods * self.whole + self.sums[row] + rate * (within - from as f64) / 1000.0
    }

    /// The first time at which so many bits have come in [ms].
    fn first_with(&self, bits: f64) -> f64 {
        let periods = ((bits / self.whole).ceil() - 1.0).max(0.0);
        let row = |rest: f64| self.sums.partition_point(|sum| *sum < rest);
        self.reached(periods, bits, row)
    }

    /// The last time at which no more bits have come in [ms].
    fn last_with(&self, bits: f64) -> f64 {
        let periods = (bits / self.whole).floor();
        let row = |rest: f64| self.sums.partition_point(|sum| *sum <= rest);
        self.reached(periods, bits, row)
    }

    /// When so many bits have come in, periods of them whole [ms], if `after` says which row begins after the rest.
    fn reached(&self, periods: f64, bits: f64, after: impl Fn(f64) -> usize) -> f64 {
        let rest = bits - periods * self.whole;
        let row = after(rest).saturating_sub(1);
        let (from, rate) = self.trace.rows()[row];
        let more = match rest - self.sums[row] {
            missing if missing > 0.0 && rate > 0.0 => missing * 1000.0 / rate,
            _ => 0.0,
        };
        periods * self.trace.period() as f64 + from as f64 + more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 8.25 Mbit/s in every third second: 150 MB need 146 of those and 0.45 s of another.
    #[test]
    fn a_download_waits_where_the_rate_is_zero() {
        let trace = RateTrace::new(vec![(0, 0.0), (1_000, 0.0), (2_000, 8.25e6)], 3_000);
        let received = Received::new(&trace);
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-3;
        let bits = 150e6 * 8.0;
        let rest = (bits / 8.25e6 - 145.0) * 1000.0;
        assert!(near(received.time_from(0.0, bits), 437_000.0 + rest));
        assert!(near(received.time_from(2_000.0, bits), 435_000.0 + rest));
        // From the middle of a good second on, half of one is left for the end.
        assert!(near(received.least(bits), 435_000.0 + rest));
        let times = received.times(bits);
        let mean = times.iter().sum::<f64>() / POINTS as f64;
        assert!((mean - 436_363.6).abs() < 500.0, "{mean}");
        assert!(
            times
                .iter()
                .all(|time| *time >= received.least(bits) - 1e-3)
        );
    }

    #[test]
    fn a_steady_trace_is_a_rate() {
        let trace = RateTrace::new(vec![(0, 8e6)], 1_000);
        let received = Received::new(&trace);
        assert!((received.least(80e6) - 10_000.0).abs() < 1e-6);
        assert!(
            received
                .times(80e6)
                .iter()
                .all(|time| (time - 10_000.0).abs() < 1e-6)
        );
    }
}
