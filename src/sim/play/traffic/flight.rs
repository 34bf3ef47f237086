//! Robots on their way, each found by its place in the start order.
//!
//! A flight has a number as long as it lasts. Numbers are used again, so that flights are as many as there ever were at once, not as
//! many as robots.

use crate::model::Instant;
use crate::sim::draws::presence::Presence;
use crate::sim::journey::Received;
use crate::sim::link::{Rate, Work};
use crate::sim::play::comeback::Comeback;
use crate::sim::play::ending::Ending;
use crate::sim::play::traffic::lines::FlowId;

/// Where a robot is on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// It will download, or go on with it.
    Waits,
    /// On its link.
    Flows(FlowId),
    /// Past the download, or never to get there: how its deployment ends.
    Known(Ending),
}

/// A deployment that has not ended, or a robot that pulls the newest one by itself and has not downloaded it yet.
#[derive(Clone)]
pub(super) struct Flight<'d> {
    pub(super) place: u32,
    /// When the deployment started, or from when on a robot that heals waited for its contact.
    pub(super) start: Instant,
    /// Of a robot that pulls the newest deployment by itself, what is known of that before it has downloaded it.
    pub(super) heals: Option<Comeback>,
    /// `None` if it downloads at its own rate.
    pub(super) link: Option<u16>,
    pub(super) cap: Rate,
    /// Kept at the spell it was last asked for: a flow pauses at its end.
    pub(super) presence: Presence<'d>,
    /// The whole bundle, and what of it is missing while the robot is not on its link.
    pub(super) size: Work,
    pub(super) missing: Work,
    /// What it got over the link until it was last off it.
    pub(super) received: Received,
    pub(super) state: State,
}

impl Flight<'_> {
    /// Whether it holds a slot: robots that heal hold none.
    pub(super) fn has_slot(&self) -> bool {
        self.heals.is_none()
    }

    /// Whether it holds a slot and may still be downloading.
    pub(super) fn may_download(&self) -> bool {
        self.has_slot() && !matches!(self.state, State::Known(_))
    }
}

/// A place none of whose flights is left.
const NO_FLIGHT: u32 = u32::MAX;

/// The flights of a play.
#[derive(Clone)]
pub(super) struct Flights<'d> {
    flights: Vec<Flight<'d>>,
    free: Vec<u32>,
    /// The number of each place's flight.
    number: Vec<u32>,
}

impl<'d> Flights<'d> {
    /// No flight yet, for `places` places.
    pub(super) fn new(places: u32) -> Flights<'d> {
        Flights {
            flights: Vec::new(),
            free: Vec::new(),
            number: vec![NO_FLIGHT; places as usize],
        }
    }

    pub(super) fn add(&mut self, flight: Flight<'d>) {
        let place = flight.place as usize;
        let number = self.free.pop().unwrap_or(self.flights.len() as u32);
        match self.flights.get_mut(number as usize) {
            Some(free) => *free = flight,
            None => self.flights.push(flight),
        }
        self.number[place] = number;
    }

    /// Takes a place's flight out. There must be one.
    pub(super) fn remove(&mut self, place: u32) -> Flight<'d> {
        let number = std::mem::replace(&mut self.number[place as usize], NO_FLIGHT);
        self.free.push(number);
        self.flights[number as usize].clone()
    }

    pub(super) fn at(&self, place: u32) -> Option<&Flight<'d>> {
        self.flights.get(self.number[place as usize] as usize)
    }

    /// A place's flight. There must be one.
    pub(super) fn at_mut(&mut self, place: u32) -> &mut Flight<'d> {
        &mut self.flights[self.number[place as usize] as usize]
    }

    /// The flights that last.
    pub(super) fn lasting(&self) -> impl Iterator<Item = &Flight<'d>> {
        (0..)
            .zip(&self.flights)
            .filter(|(number, flight)| self.number[flight.place as usize] == *number)
            .map(|(_, flight)| flight)
    }
}
