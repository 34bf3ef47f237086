//! Downloads at a rate that changes in time: bytes add up along a trace.
//!
//! A robot plays the trace from a phase of its own in absolute time, whether or not it downloads. How much comes in between two moments
//! is a difference of sums, and when a download is complete is a search in them, so there is no event for a row.

use crate::model::{Ms, NEVER, RateTrace};
use crate::sim::link::{Rate, STEPS_PER_BYTE};

/// A trace ready for drawing.
pub(in crate::sim) struct TraceDice {
    /// When each row begins [ms], how much has come in by then [steps of `Work`], and how much does a millisecond from then on.
    rows: Vec<(Ms, u128, u128)>,
    pub(in crate::sim) period: Ms,
    /// What comes in in a period.
    whole: u128,
}

impl TraceDice {
    pub(in crate::sim) fn new(trace: &RateTrace) -> TraceDice {
        let mut sum = 0;
        let mut rows = Vec::with_capacity(trace.rows().len());
        let ends = trace.rows().iter().skip(1).map(|(from, _)| *from);
        for (&(from, rate), end) in trace.rows().iter().zip(ends.chain([trace.period()])) {
            let steps = u128::from(Rate::of_robot(rate).steps());
            rows.push((from, sum, steps));
            sum += steps * u128::from(end - from);
        }
        TraceDice {
            rows,
            period: trace.period(),
            whole: sum,
        }
    }

    /// What comes in from the beginning of the trace on, in a time [ms].
    pub(in crate::sim) fn sum(&self, time: Ms) -> u128 {
        let within = time % self.period;
        let row = self.rows.partition_point(|(from, ..)| *from <= within) - 1;
        let (from, sum, steps) = self.rows[row];
        self.whole * u128::from(time / self.period) + sum + steps * u128::from(within - from)
    }

    /// The least time in which so much comes in from the beginning on [ms]; never where nothing does.
    pub(in crate::sim) fn reaches(&self, sum: u128) -> Ms {
        if self.whole == 0 {
            return NEVER;
        }
        // What is there exactly at the end of a period came in within it.
        let periods = sum.saturating_sub(1) / self.whole;
        let rest = sum - periods * self.whole;
        let row = self
            .rows
            .partition_point(|(_, before, _)| *before < rest)
            .saturating_sub(1);
        let (from, before, steps) = self.rows[row];
        let ms = match rest - before {
            0 => 0,
            missing => missing.div_ceil(steps),
        };
        let time = periods * u128::from(self.period) + u128::from(from) + ms;
        Ms::try_from(time).unwrap_or(NEVER).min(NEVER)
    }

    /// The longest that a bundle [bit] takes a robot that is always online, wherever in the trace it begins [ms].
    pub(in crate::sim) fn longest(&self, bits: f64) -> Ms {
        match (size((bits / 8.0) as u64), self.whole) {
            (0, _) => 0,
            (_, 0) => NEVER,
            (size, whole) => {
                let periods = size.div_ceil(whole).min(u128::from(NEVER)) as Ms;
                periods.saturating_mul(self.period).min(NEVER)
            }
        }
    }
}

/// The work of so many bytes [steps of `Work`].
pub(in crate::sim) fn size(bytes: u64) -> u128 {
    u128::from(bytes) * u128::from(STEPS_PER_BYTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_and_its_search_are_each_others_inverse() {
        let rows = vec![
            (0, 0.0),
            (700, 3e6),
            (1_500, 0.0),
            (1_501, 1e6),
            (2_000, 0.0),
        ];
        let trace = TraceDice::new(&RateTrace::new(rows, 4_000));
        for time in 1..20_000 {
            let sum = trace.sum(time);
            let reached = trace.reaches(sum);
            assert!(
                reached <= time && trace.sum(reached) == sum,
                "{time}: {reached}"
            );
            assert!(sum == 0 || trace.sum(reached - 1) < sum, "{time}");
        }
    }
}
