//! What can be seen of a play at a time that it was taken to.

use crate::model::{Instant, Ms, NEVER, Stage};
use crate::rollout::EndedBy;
use crate::sim::draws::download::RobotTrace;
use crate::sim::draws::robot::Draws;
use crate::sim::journey::Journey;
use crate::sim::play::traffic::Traffic;
use crate::sim::play::traffic::flight::{Flight, State};
use crate::sim::record::sight::{Progress, RobotSight, StatusCounts};

impl Traffic<'_> {
    pub(in crate::sim) fn ended(&self) -> Option<(EndedBy, Instant)> {
        self.ended
    }

    /// Robots by status at a time it was taken to.
    pub(in crate::sim) fn counts(&self, time: Instant) -> StatusCounts {
        if time < self.now {
            return StatusCounts {
                pending: self.lined_up.n(),
                ..StatusCounts::default()
            };
        }
        let left = self.lined_up.n() - self.course.next;
        let over = self
            .ended
            .is_some_and(|(ended_by, _)| ended_by != EndedBy::Never);
        StatusCounts {
            pending: if over { 0 } else { left },
            deploying: self.in_flight,
            updated: self.tally.updated,
            failed: self.course.failed,
            aborted: self.tally.aborted,
            never_started: if over { left } else { 0 },
            down: self.course.down_at(time) as u32,
        }
    }

    /// Each robot at a time it was taken to, in start order.
    pub(in crate::sim) fn robots(&mut self, time: Instant) -> Vec<RobotSight> {
        let turns = if time < self.now { 0 } else { self.turns };
        (0..self.lined_up.n())
            .map(|place| {
                let robot = self.lined_up.robot(place);
                let log = self
                    .log
                    .as_ref()
                    .expect("a bug: a play that is looked at keeps no log");
                if place < turns && log.starts[place as usize] < Instant::NEVER {
                    return self.sight(place, time);
                }
                RobotSight::waiting(robot)
            })
            .collect()
    }

    /// How the deployment at a place that has started has gone until a time.
    fn sight(&mut self, place: u32, time: Instant) -> RobotSight {
        let log = self
            .log
            .as_ref()
            .expect("a bug: a play that is looked at keeps no log");
        let (start, mut received) = (log.starts[place as usize], log.received[place as usize]);
        let mut in_flight = self
            .flights
            .at(place)
            .filter(|flight| flight.has_slot())
            .cloned();
        if let Some(flight) = &mut in_flight {
            received = flight.received;
            if let State::Flows(flow) = flight.state {
                let missing = self.lines.missing(time, flow);
                received.work += u128::from(flight.missing.steps() - missing.steps());
                flight.missing = missing;
            }
        }
        let cut = self
            .aborted
            .binary_search_by_key(&place, |(place, _)| *place)
            .is_ok()
            .then(|| self.ended.map_or(Instant::CREATION, |(_, at)| at));
        let draws = self.lined_up.draws(place);
        let shared = self.lined_up.link(place).map(|_| received);
        let journey = self
            .lined_up
            .trip(place, &draws, start)
            .follow(shared, cut.or(in_flight.is_some().then_some(time)));
        let progress = in_flight.as_mut().and_then(|flight| {
            let trace = self.lined_up.trace(place);
            progress(&draws, flight, &journey, trace, received.work, time)
        });
        RobotSight {
            robot: self.lined_up.robot(place),
            deployment: Some(journey),
            in_flight: in_flight.is_some(),
            progress,
        }
    }
}

/// How far a robot in flight is that has gone so far and `received` so much over its link [steps of `Work`].
fn progress(
    draws: &Draws,
    flight: &mut Flight,
    journey: &Journey,
    trace: Option<RobotTrace>,
    received: u128,
    time: Instant,
) -> Option<Progress> {
    let [download, extraction] =
        [Stage::Downloading, Stage::Extracting].map(|stage| draws.length[stage as usize]);
    let total = (download + extraction).min(NEVER);
    match journey.last {
        Stage::Downloading => {
            let (missing, left) = match (flight.link, trace) {
                (None, Some(trace)) => {
                    let from = journey.from(Stage::Downloading);
                    let presence = &mut flight.presence;
                    let there = trace.there(presence, from, time, draws.bundle);
                    let share = u128::from(draws.bundle - there) * u128::from(download);
                    let missing = share.div_ceil(u128::from(draws.bundle.max(1))) as Ms;
                    (missing, trace.rest_ms(draws.bundle, there, time))
                }
                (None, None) => {
                    let from = journey.from(Stage::Downloading);
                    let missing = flight.presence.missing_at(from, download, time);
                    (missing, missing)
                }
                (Some(_), _) => {
                    let (missing, size) = (
                        u128::from(flight.missing.steps()),
                        u128::from(flight.size.steps()),
                    );
                    // Rounded up: what is not done is missing.
                    let at_its_own = (u128::from(download) * missing).div_ceil(size.max(1)) as Ms;
                    let at_this_pace =
                        || (u128::from(journey.slot.download) * missing).div_ceil(received) as Ms;
                    (
                        at_its_own,
                        if received > 0 {
                            at_this_pace()
                        } else {
                            at_its_own
                        },
                    )
                }
            };
            let done = if download < NEVER {
                download - missing
            } else {
                0
            };
            Some(Progress {
                done,
                total,
                left: Some(left + extraction).filter(|_| total < NEVER),
            })
        }
        Stage::Extracting => {
            // What fails may take longer than what does not.
            let from = journey.from(Stage::Extracting);
            let left = extraction.saturating_sub(flight.presence.worked_within(from, time));
            Some(Progress {
                done: total.saturating_sub(left),
                total,
                left: Some(left).filter(|_| total < NEVER),
            })
        }
        _ => None,
    }
}
