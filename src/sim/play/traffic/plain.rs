//! Robots without a mishap, the common case: their fates are enough, and nothing is drawn again.

use crate::model::Ms;
use crate::sim::journey::SlotTime;
use crate::sim::link::Rate;
use crate::sim::play::ending::Ending;
use crate::sim::play::lineup::LinedUp;
use crate::sim::play::traffic::Traffic;
use crate::sim::play::traffic::event::EventKind;
use crate::sim::play::traffic::flight::Flight;

impl<'d> Traffic<'d> {
    /// The flight of a robot that sets out now, if nothing goes wrong with it but time, and it is there at least until its download
    /// begins: as most are, without drawing anything again.
    pub(super) fn plain_flight(&self, place: u32) -> Option<Flight<'d>> {
        let LinedUp {
            dice, fates, line, ..
        } = self.lined_up;
        let robot = self.lined_up.robot(place);
        let fate = &fates.fates[robot as usize];
        self.lined_up.link(place)?;
        let begins = self.now + Ms::from(fates.lead[robot as usize]);
        let is_there = line
            .steady
            .get(place as usize)
            .is_none_or(|steady| begins < *steady);
        if fate.struck || !is_there || begins > self.now + line.robot_timeout {
            return None;
        }
        let cap = Rate::of_robot(fates.hand.download_rate(dice, robot));
        Some(self.new_flight(place, cap, dice.bundle_of(fate)))
    }

    pub(super) fn start_plain(&mut self, flight: Flight<'d>) {
        let place = flight.place;
        let begins =
            self.now + Ms::from(self.lined_up.fates.lead[self.lined_up.robot(place) as usize]);
        self.course.start(true);
        self.note_start(place);
        self.flights.add(flight);
        self.timeouts
            .push_back((self.now + self.lined_up.line.robot_timeout, place));
        self.plan(begins, EventKind::Joins, place);
    }

    /// How a deployment ends whose download is complete now, if nothing goes wrong with the robot but time and it is there to its end.
    pub(super) fn plain_ending(&self, flight: &Flight) -> Option<Ending> {
        let LinedUp {
            dice, fates, line, ..
        } = self.lined_up;
        let robot = self.lined_up.robot(flight.place);
        let fate = &fates.fates[robot as usize];
        let lead = Ms::from(fates.lead[robot as usize]);
        let complete = flight.received.complete?;
        let end = complete + (Ms::from(fate.end) - Ms::from(fate.download) - lead);
        let is_there = line
            .steady
            .get(flight.place as usize)
            .is_none_or(|steady| end < *steady);
        // Where the times are clipped, they do not hold.
        if fate.struck
            || !is_there
            || end > flight.start + line.robot_timeout
            || fate.end == u32::MAX
        {
            return None;
        }
        let download = complete - flight.start - lead;
        let alone = flight
            .received
            .work
            .div_ceil(u128::from(flight.cap.steps())) as Ms;
        Some(Ending {
            end,
            slot: SlotTime {
                total: end - flight.start,
                download,
                contention: download.saturating_sub(alone),
                ..fate.slot()
            },
            ..Ending::smooth(dice, fate, flight.place, flight.start)
        })
    }
}
