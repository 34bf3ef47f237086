//! What can be seen of a play at a time that it was taken to.

use crate::model::Ms;
use crate::sim::journey::Journey;
use crate::sim::outcome::EndedBy;
use crate::sim::playing::{Counts, RobotSight};
use crate::sim::traffic::Traffic;
use crate::sim::traffic::flight::State;

impl Traffic<'_> {
    pub(in crate::sim) fn ended(&self) -> Option<(EndedBy, Ms)> {
        self.ended
    }

    /// Robots by status at a time it was taken to [ms].
    pub(in crate::sim) fn counts(&self, time: Ms) -> Counts {
        if time < self.now {
            return Counts { pending: self.deployments.n(), ..Counts::default() };
        }
        let mut course = self.course.clone();
        course.pass_to(time);
        course.settle();
        let left = self.deployments.n() - self.course.next;
        let over = self.ended.is_some();
        Counts {
            pending: if over { 0 } else { left },
            deploying: self.in_flight,
            updated: self.tally.updated,
            failed: self.course.failed,
            aborted: self.tally.aborted,
            never_started: if over { left } else { 0 },
            down: course.down as u32,
        }
    }

    /// Each robot at a time it was taken to [ms], in start order.
    pub(in crate::sim) fn robots(&mut self, time: Ms) -> Vec<RobotSight> {
        let started = if time < self.now { 0 } else { self.course.next };
        (0..self.deployments.n())
            .map(|place| {
                let robot = self.deployments.robot(place);
                let deployment = (place < started).then(|| self.sight(place, time));
                let in_flight = deployment.as_ref().is_some_and(|(_, _, in_flight)| *in_flight);
                RobotSight { robot, deployment: deployment.map(|(start, journey, _)| (start, journey)), in_flight }
            })
            .collect()
    }

    /// When a deployment started, how it has gone until a time, and whether it still goes on.
    fn sight(&mut self, place: u32, time: Ms) -> (Ms, Journey, bool) {
        let log = self.log.as_ref().expect("a play that is looked at keeps a log");
        let (start, mut received) = (log.starts[place as usize], log.received[place as usize]);
        let in_flight = self.flights.at(place).filter(|flight| !flight.heals).cloned();
        if let Some(flight) = &in_flight {
            received = flight.received;
            if let State::Flows(flow) = flight.state {
                let missing = self.lines.missing(time, flow);
                received.work += u128::from(flight.missing.steps() - missing.steps());
            }
        }
        let cut =
            self.aborted.binary_search_by_key(&place, |(place, _)| *place).is_ok().then(|| self.ended.map_or(0, |(_, at)| at));
        let draws = self.deployments.draws(place);
        let shared = self.deployments.link(place).map(|_| received);
        let journey = self.deployments.trip(place, &draws, start).follow(shared, cut.or(in_flight.is_some().then_some(time)));
        (start, journey, in_flight.is_some())
    }
}
