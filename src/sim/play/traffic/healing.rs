//! Robots that the job gave up as silent and that come back: flights without a slot and without a timeout.

use crate::model::Stage;
use crate::sim::draws::robot::Draws;
use crate::sim::journey::Trip;
use crate::sim::play::comeback::Comeback;
use crate::sim::play::traffic::Traffic;
use crate::sim::play::traffic::flight::Flight;
use crate::sim::record::outcome::Healing;

impl Traffic<'_> {
    /// A silent robot pulls the newest deployment by itself when it can be contacted again; `exposes` says whether the command has not
    /// reached it before.
    pub(super) fn watch(&mut self, place: u32, exposes: bool) {
        let draws = self.lined_up.draws(place);
        let flight = self.new_flight(place, draws.cap, draws.bundle);
        let journey = self
            .healing_trip(&flight, &draws)
            .heal(flight.link.map(|_| flight.received));
        let Some(healing) = Healing::of(&journey) else {
            return;
        };
        let comeback = Comeback {
            place,
            healing,
            exposes,
        };
        if flight.link.is_some() && journey.last == Stage::Downloading {
            self.flights.add(Flight {
                heals: Some(comeback),
                ..flight
            });
            self.plan_join(place, journey.from(Stage::Downloading));
        } else {
            self.comebacks.push(comeback);
        }
    }

    fn healing_trip<'t>(&'t self, flight: &Flight, draws: &'t Draws) -> Trip<'t, 't> {
        let presence = self.lined_up.presence(flight.place);
        Trip {
            draws,
            presence,
            trace: self.lined_up.trace(flight.place),
            start: flight.start,
            deadline: self.watch_bound,
        }
    }

    /// A robot that heals has the whole bundle.
    pub(super) fn healed(&mut self, comeback: Comeback) {
        let flight = self.flights.remove(comeback.place);
        let draws = self.lined_up.draws(comeback.place);
        let journey = self
            .healing_trip(&flight, &draws)
            .heal(Some(flight.received));
        let healing = Healing::of(&journey).expect("a bug: a robot healed that did not come back");
        self.comebacks.push(Comeback {
            healing,
            ..comeback
        });
    }

    /// What is seen of the robots that came back until the end of the watch, by place.
    pub(super) fn seen_comebacks(&self) -> Vec<Comeback> {
        let downloading = self.flights.lasting().filter_map(|flight| flight.heals);
        let all = self.comebacks.iter().copied().chain(downloading);
        let mut seen: Vec<Comeback> = all
            .filter_map(|comeback| comeback.seen_until(self.watch_end))
            .collect();
        seen.sort_unstable_by_key(|comeback| comeback.place);
        seen
    }
}
