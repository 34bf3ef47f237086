//! Robots that the job gave up as silent and that come back: flights without a slot and without a timeout.

use crate::sim::journey::{Draws, Journey, Stage, Trip};
use crate::sim::outcome::Healing;
use crate::sim::traffic::Traffic;
use crate::sim::traffic::flight::Flight;

impl Traffic<'_> {
    /// A silent robot pulls the newest deployment by itself when it can be contacted again.
    pub(super) fn watch(&mut self, place: u32) {
        let draws = self.deployments.draws(place);
        let flight = Flight { heals: true, ..self.new_flight(place, draws.cap, draws.bundle) };
        let journey = self.healing_trip(&flight, &draws).heal(flight.link.map(|_| flight.received));
        if flight.link.is_some() && journey.last == Stage::Downloading {
            self.flights.add(flight);
            self.plan_join(place, self.now + journey.from(Stage::Downloading));
        } else {
            self.note_healing(&flight, &journey);
        }
    }

    fn healing_trip<'t>(&'t self, flight: &Flight, draws: &'t Draws) -> Trip<'t, 't> {
        let presence = self.deployments.presence(flight.place);
        Trip { draws, presence, start: flight.start, deadline: self.watch_end }
    }

    /// A robot that heals has the whole bundle.
    pub(super) fn healed(&mut self, place: u32) {
        let flight = self.flights.remove(place);
        let draws = self.deployments.draws(place);
        let journey = self.healing_trip(&flight, &draws).heal(Some(flight.received));
        self.note_healing(&flight, &journey);
    }

    fn note_healing(&mut self, flight: &Flight, journey: &Journey) {
        if let Some(healing) = Healing::of(journey, flight.start) {
            self.healings.push((flight.place, healing));
        }
    }
}
