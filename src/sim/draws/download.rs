//! Downloads of a robot whose rate changes in time, interrupted whenever it is offline.

use crate::model::{Instant, Ms};
use crate::sim::draws::presence::Presence;
use crate::sim::draws::trace::{TraceDice, size};
use crate::sim::link::STEPS_PER_BYTE;

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
    use crate::model::RateTrace;

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
        assert_eq!(trace.longest(1.2e9), 146 * 3_000);
    }
}
