//! Downloads at a rate that changes in time: bytes add up along a trace.
//!
//! A robot plays the trace from a phase of its own in absolute time, whether or not it downloads. How much comes in between two moments
//! is a difference of sums, and when a download is complete is a search in them, so there is no event for a row.

use crate::model::{Instant, Ms, NEVER, RateTrace};
use crate::sim::draws::presence::Presence;
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
    fn sum(&self, time: Ms) -> u128 {
        let within = time % self.period;
        let row = self.rows.partition_point(|(from, ..)| *from <= within) - 1;
        let (from, sum, steps) = self.rows[row];
        self.whole * u128::from(time / self.period) + sum + steps * u128::from(within - from)
    }

    /// The least time in which so much comes in from the beginning on [ms]; never where nothing does.
    fn reaches(&self, sum: u128) -> Ms {
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

    /// The longest that a bundle takes a robot that is always online, wherever in the trace it begins [ms].
    pub(in crate::sim) fn longest(&self, bundle_bytes: u64) -> Ms {
        match (size(bundle_bytes), self.whole) {
            (0, _) => 0,
            (_, 0) => NEVER,
            (size, whole) => {
                let periods = size.div_ceil(whole).min(u128::from(NEVER)) as Ms;
                periods.saturating_mul(self.period).min(NEVER)
            }
        }
    }
}

fn size(bytes: u64) -> u128 {
    u128::from(bytes) * u128::from(STEPS_PER_BYTE)
}

/// A trace as one robot plays it.
#[derive(Clone, Copy)]
pub(in crate::sim) struct RobotTrace<'a> {
    pub(in crate::sim) trace: &'a TraceDice,
    /// Where in the trace the robot is at the creation of the job for which it is asked [ms].
    pub(in crate::sim) phase: Ms,
}

impl RobotTrace<'_> {
    fn sum(self, time: Instant) -> u128 {
        self.trace.sum(time.ms() + self.phase)
    }

    /// When a bundle [bytes] has come in whose download begins at `from`, and is interrupted whenever the robot is offline.
    pub(in crate::sim) fn downloaded(
        self,
        presence: &mut Presence,
        from: Instant,
        bundle: u64,
        limit: Instant,
    ) -> Instant {
        let mut now = from;
        let mut missing = size(bundle);
        while now <= limit && missing > 0 {
            let spell = presence.spell_at(now);
            if spell.online {
                let until = spell.until.min(limit + 1);
                let more = self.sum(until) - self.sum(now);
                if more >= missing {
                    let end = self.trace.reaches(self.sum(now) + missing);
                    return Instant::at(end.saturating_sub(self.phase)).min(Instant::NEVER);
                }
                missing = if presence.restarts() {
                    size(bundle)
                } else {
                    missing - more
                };
            }
            now = spell.until;
        }
        if missing == 0 { now } else { Instant::NEVER }
    }

    /// The bytes that come in between two moments while the robot is online: of one that begins anew each time, else together, at most the
    /// bundle.
    pub(in crate::sim) fn received(
        self,
        presence: &mut Presence,
        from: Instant,
        to: Instant,
        bundle: u64,
    ) -> u64 {
        let mut before = 0;
        let mut steps = 0;
        let mut now = from;
        while now < to {
            let spell = presence.spell_at(now);
            let until = spell.until.min(to);
            if spell.online {
                steps = (steps + self.sum(until) - self.sum(now)).min(size(bundle));
            } else if presence.restarts() {
                before += std::mem::take(&mut steps);
            }
            now = until;
        }
        ((before + steps) / u128::from(STEPS_PER_BYTE)) as u64
    }

    /// What of a bundle is there at `time` whose download began at `from` [bytes].
    pub(in crate::sim) fn there(
        self,
        presence: &mut Presence,
        from: Instant,
        time: Instant,
        bundle: u64,
    ) -> u64 {
        let spell = presence.spell_at(time);
        match (presence.restarts(), spell.online) {
            (false, _) => self.received(presence, from, time, bundle),
            (true, true) => self.received(presence, from.max(spell.from), time, bundle),
            (true, false) => 0,
        }
    }

    /// When the rest of a bundle will have come in at `time` if the robot stays online, of which so much is there [bytes].
    pub(in crate::sim) fn rest_ms(self, bundle: u64, there: u64, time: Instant) -> Ms {
        let missing = size(bundle).saturating_sub(size(there));
        self.trace
            .reaches(self.sum(time) + missing)
            .saturating_sub(time.ms() + self.phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 150 MB on a line that pauses for two seconds of three: 2.75 Mbit/s on average.
    #[test]
    fn bytes_add_up_along_a_trace() {
        let trace = RateTrace::new(vec![(0, 0.0), (1_000, 0.0), (2_000, 8.25e6)], 3_000);
        let trace = TraceDice::new(&trace);
        let mut presence = Presence::constant(true);
        let end = |phase: Ms, presence: &mut Presence| {
            let robot = RobotTrace {
                trace: &trace,
                phase,
            };
            robot
                .downloaded(presence, Instant::CREATION, 150_000_000, Instant::NEVER)
                .ms()
        };
        // 1 200 Mbit are 145 whole seconds and 3.75 Mbit more of the 146th.
        let last = (3.75e6_f64 / 8.25e6 * 1000.0).ceil() as Ms;
        assert_eq!(end(0, &mut presence), 145 * 3_000 + 2_000 + last);
        assert_eq!(end(2_000, &mut presence), 145 * 3_000 + last);
        assert_eq!(trace.longest(150_000_000), 146 * 3_000);
    }

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
