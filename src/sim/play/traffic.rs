//! Event-driven rollout of one line-up, for every world and every setting: an event for each step at which robots share a link.
//!
//! What a robot does before and after its download is as fixed as anywhere else, so its journey is walked through twice: at its
//! start, to know when the download begins if nothing ends the deployment before, and when the download is complete, to know the
//! rest. In between it is a flow on its link, which pauses while the robot is offline, and which the robot timeout ends.
//!
//! All that happens at one instant to flows comes before the ends of deployments at that instant, and those come one at a time in
//! start order; a robot that starts then may be a flow at that instant too. O(log n) an event beside the links' own cost.

mod event;
mod flight;
mod healing;
mod lines;
mod plain;
mod sight;
mod watch;

use std::collections::{BTreeSet, VecDeque};

use crate::model::{Instant, Stage};
use crate::rollout::{Admission, EndedBy, OnStop, Seen, Setting, Stop, Turns, Unreachable};
use crate::sim::journey::{Received, Verdict};
use crate::sim::link::{LinkStatistics, Rate, STEPS_PER_BYTE, Work};
use crate::sim::play::apart::Cut;
use crate::sim::play::comeback;
use crate::sim::play::comeback::Comeback;
use crate::sim::play::course::Course;
use crate::sim::play::ending::{EndKey, Ending};
use crate::sim::play::lineup::LinedUp;
use crate::sim::play::tally::Tally;
use crate::sim::record::outcome::LinkUse;
use event::{Event, EventKind, Events};
use flight::{Flight, Flights, State};
use lines::Lines;

/// What the recording of a play keeps of each robot, by place.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Log {
    /// [`Instant::NEVER`] for those that have had their turn and not started.
    pub(in crate::sim) starts: Vec<Instant>,
    /// The deployments that may not go as the line-up says; in order of place only once the play is over.
    pub(in crate::sim) endings: Vec<Ending>,
    /// What robots got over their links.
    pub(in crate::sim) received: Vec<Received>,
    /// By link, the total rate from a time on.
    pub(in crate::sim) loads: Vec<Vec<(Instant, Rate)>>,
}

/// How a rollout over links went.
#[derive(Clone)]
pub(in crate::sim) struct Passed {
    /// Robots of the job; of the fleet in a campaign's outcome.
    pub(in crate::sim) n: u32,
    pub(in crate::sim) cut: Cut,
    pub(in crate::sim) tally: Tally,
    /// Robots that came back while they were watched, by place.
    pub(in crate::sim) comebacks: Vec<Comeback>,
    pub(in crate::sim) links: Vec<LinkUse>,
    pub(in crate::sim) log: Option<Log>,
    /// The places that had neither ended nor been given up when they were watched no longer, whether or not they had had their turn, in start
    /// order.
    pub(in crate::sim) open: Vec<u32>,
}

/// A rollout over links as it goes: it can be taken to any time, and a copy of it goes on by itself.
#[derive(Clone)]
pub(in crate::sim) struct Traffic<'d> {
    lined_up: LinedUp<'d>,
    admission: Admission,
    /// In the order in which they are looked at.
    stops: Vec<Stop>,
    /// What becomes of the robots in flight when something else than a stop rule ends the job.
    on_stop: OnStop,
    /// When the job's first robots have their turn.
    start: Instant,
    /// Robots that have had their turn: the place that is next.
    turns: u32,
    /// The places of those that wait without a slot to be contacted.
    queued: BTreeSet<u32>,
    /// When admission is to be asked again, though nothing happens before.
    tick: Instant,
    events: Events,
    course: Course,
    lines: Lines,
    flights: Flights<'d>,
    /// When deployments are given up that may still be downloading then, and their places: in start order, so in order of time.
    timeouts: VecDeque<(Instant, u32)>,
    /// The instant being handled.
    now: Instant,
    in_flight: u32,
    /// When the last deployment that has ended did so.
    drained: Instant,
    ended: Option<(EndedBy, Instant)>,
    /// Whether a stop rule ended it.
    fired: bool,
    /// The stop rule that has fired, if the job does not know yet.
    breaching: Option<Stop>,
    /// Until when silent robots are watched: the latest it can be until all deployments have ended, or a session settles it.
    watch_end: Instant,
    /// The latest time until which they may be watched: what comes later is not planned.
    watch_bound: Instant,
    tally: Tally,
    aborted: Vec<(u32, Instant)>,
    /// As in [`Passed`].
    open: Vec<u32>,
    /// Robots given up as silent that come back, but for those that still download over a link.
    comebacks: Vec<Comeback>,
    /// By link, what flows got [steps of `Work`].
    received: Vec<u128>,
    log: Option<Log>,
}

impl<'d> Traffic<'d> {
    /// The line-up's first robots set out at `start`; with a log, if every start is to be kept.
    pub(in crate::sim) fn new(
        lined_up: LinedUp<'d>,
        setting: &Setting,
        start: Instant,
        log: Option<Log>,
    ) -> Traffic<'d> {
        let (dice, admission) = (lined_up.dice, setting.admission);
        let watch_bound = lined_up
            .watch
            .time(admission.deadline + lined_up.line.robot_timeout);
        let mut traffic = Traffic {
            lined_up,
            admission,
            stops: setting.stops.clone(),
            on_stop: setting.on_stop(),
            start,
            turns: 0,
            queued: BTreeSet::new(),
            tick: Instant::NEVER,
            events: Events::default(),
            course: Course::default(),
            lines: Lines::new(&dice.links),
            flights: Flights::new(lined_up.n()),
            timeouts: VecDeque::new(),
            now: start,
            in_flight: 0,
            drained: start,
            ended: None,
            fired: false,
            breaching: None,
            watch_end: watch_bound,
            watch_bound,
            tally: Tally::default(),
            aborted: Vec::new(),
            open: Vec::new(),
            comebacks: Vec::new(),
            received: vec![0; dice.links.len()],
            log,
        };
        traffic.course.begin(lined_up, start);
        traffic.admit();
        traffic
    }

    /// Plays to the end for each of some stop rules, each of which fires no sooner than the one before. Until the first of them fires nothing
    /// depends on it, and each goes on by itself from there.
    pub(in crate::sim) fn finish_each(mut self, stops: &[Stop]) -> Vec<Passed> {
        let mut passed: Vec<Passed> = Vec::with_capacity(stops.len());
        for (number, stop) in stops.iter().enumerate() {
            self.stops.clear();
            self.stops.push(*stop);
            if self.breaching.is_none() {
                self.advance(Instant::NEVER);
            } else if stop.fires(self.course.failed) {
                self.breaching = Some(*stop);
            } else {
                self.breaching = None;
                self.refill();
                self.advance(Instant::NEVER);
            }
            if self.breaching.is_none() {
                let whole = self.passed();
                passed.resize(stops.len(), whole);
                return passed;
            }
            if number + 1 == stops.len() {
                passed.push(self.finish());
                return passed;
            }
            passed.push(self.clone().finish());
        }
        passed
    }

    /// Plays to the end.
    pub(in crate::sim) fn finish(mut self) -> Passed {
        while !self.advance(Instant::NEVER) {
            self.breach();
        }
        self.passed()
    }

    /// Handles all that happens up to and at `until`, but no further than to the failure that stops the job, which it is then
    /// to be told. Whether it got to `until`.
    pub(in crate::sim) fn advance(&mut self, until: Instant) -> bool {
        loop {
            while let Some(event) = self
                .breaching
                .is_none()
                .then(|| self.events.take_at(self.now))
                .flatten()
            {
                match event.kind() {
                    EventKind::Joins => self.join(event.place()),
                    EventKind::Pauses => self.pause(event.place()),
                    EventKind::Reports => self.report(event.place()),
                }
            }
            if self.breaching.is_some() {
                return false;
            }
            if self.tick == self.now {
                self.refill();
                continue;
            }
            self.log_loads();
            let next = self.next_instant();
            let deadline = if self.ended.is_none() {
                self.admission.deadline
            } else {
                Instant::NEVER
            };
            if next.min(deadline) > until.min(self.watch_end)
                || next.min(deadline) >= Instant::NEVER
            {
                self.pass_to(self.now.max(until.min(self.watch_end)));
                return true;
            }
            if next > deadline {
                self.pass_to(deadline);
                self.meet_deadline();
                continue;
            }
            self.pass_to(next);
            self.complete_downloads();
            self.time_out();
        }
    }

    /// The job learns that the failures are there which stop it.
    pub(in crate::sim) fn breach(&mut self) {
        let stop = self
            .breaching
            .take()
            .expect("a bug: no stop rule has fired");
        self.fired = true;
        self.end_job(stop.ended_by, stop.on_stop);
    }

    /// When something happens next; [`Instant::NEVER`] if nothing does.
    fn next_instant(&mut self) -> Instant {
        let event = self.events.next_time().unwrap_or(Instant::NEVER);
        let complete = self.lines.next_completion();
        event.min(complete).min(self.next_timeout()).min(self.tick)
    }

    /// When the robot timeout next ends a deployment that may still be downloading.
    fn next_timeout(&mut self) -> Instant {
        while let Some(&(timeout, place)) = self.timeouts.front() {
            if self.flights.at(place).is_some_and(Flight::may_download) {
                return timeout;
            }
            self.timeouts.pop_front();
        }
        Instant::NEVER
    }

    fn pass_to(&mut self, now: Instant) {
        self.now = now;
        self.course.pass_to(now);
    }

    /// Plans an event, if robots may be watched then.
    fn plan(&mut self, time: Instant, kind: EventKind, place: u32) {
        if time <= self.watch_bound {
            self.events.push(Event::new(time, kind, place));
        }
    }

    /// Gives as many robots their turn as may have it now.
    fn admit(&mut self) {
        let waiting = self.lined_up.n() - self.turns;
        let seen = Seen {
            time: self.now - self.start,
            turns: self.turns,
            waiting,
            in_flight: self.in_flight,
        };
        let Turns { now, again } = self.admission.turns(&seen);
        self.tick = again.map_or(Instant::NEVER, |again| self.start + again);
        for _ in 0..now {
            self.turn();
        }
    }

    /// The next robot has its turn.
    fn turn(&mut self) {
        let place = self.turns;
        self.turns += 1;
        if let Some(log) = &mut self.log {
            log.starts.push(Instant::NEVER);
            log.received.push(Received::default());
        }
        match self.comes_later(place) {
            Some(comes) => {
                self.queued.insert(place);
                self.plan(comes, EventKind::Reports, place);
            }
            None => self.start(place),
        }
    }

    /// When a robot can be contacted that waits without a slot until then; nothing if it starts now.
    fn comes_later(&self, place: u32) -> Option<Instant> {
        if self.admission.unreachable == Unreachable::HoldsSlot {
            return None;
        }
        let refused = self.lined_up.draws(place).mishap[Stage::CloudCheck as usize].is_some();
        let comes = self
            .lined_up
            .presence(place)
            .contact(self.now, self.watch_end);
        (!refused && comes > self.now).then_some(comes)
    }

    /// The job hears of a robot.
    fn report(&mut self, place: u32) {
        if self.queued.remove(&place) {
            self.start(place);
        } else {
            self.end(place);
        }
    }

    /// Starts a robot.
    fn start(&mut self, place: u32) {
        if let Some(flight) = self.plain_flight(place) {
            self.start_plain(flight);
            return;
        }
        let draws = self.lined_up.draws(place);
        let flight = self.new_flight(place, draws.cap, draws.bundle);
        let trip = self.lined_up.trip(place, &draws, self.now);
        let deadline = trip.deadline;
        let journey = trip.follow(flight.link.map(|_| flight.received), None);
        match journey.contact {
            Some(contact) if contact > self.now => self.course.start_waiting(contact),
            contact => self.course.start(contact.is_some()),
        }
        self.note_start(place);
        if flight.link.is_some() && journey.last == Stage::Downloading {
            self.flights.add(flight);
            self.timeouts.push_back((deadline, place));
            self.plan_join(place, journey.from(Stage::Downloading));
        } else {
            let ending = Ending::of(&journey, place, self.lined_up.cohort(place));
            self.flights.add(Flight {
                state: State::Known(ending),
                ..flight
            });
            self.plan(ending.end, EventKind::Reports, place);
        }
    }

    fn note_start(&mut self, place: u32) {
        self.in_flight += 1;
        if let Some(log) = &mut self.log {
            log.starts[place as usize] = self.now;
        }
    }

    /// A robot that sets out now, and has downloaded nothing of its bundle [bytes].
    fn new_flight(&self, place: u32, cap: Rate, bundle: u64) -> Flight<'d> {
        let size = Work::from_bytes(bundle).expect("a bug: a bundle larger than a link takes");
        Flight {
            place,
            start: self.now,
            heals: None,
            link: self.lined_up.link(place),
            cap,
            presence: self.lined_up.presence(place),
            size,
            missing: size,
            received: Received::default(),
            state: State::Waits,
        }
    }

    /// The robot joins its link when it is online from `time` on, unless the robot timeout comes first.
    fn plan_join(&mut self, place: u32, time: Instant) {
        let flight = self.flights.at_mut(place);
        let limit = match flight.heals {
            Some(_) => self.watch_bound,
            None => flight.start + self.lined_up.line.robot_timeout,
        };
        let joins = flight.presence.next_online(time, limit);
        self.plan(joins, EventKind::Joins, place);
    }

    fn join(&mut self, place: u32) {
        let now = self.now;
        // What has timed out at this very moment, or was aborted, joins nothing.
        if self
            .flights
            .at(place)
            .is_none_or(|flight| flight.state != State::Waits)
        {
            return;
        }
        let flight = self.flights.at_mut(place);
        let until = flight.presence.spell_at(now).until;
        let link = flight
            .link
            .expect("a bug: a robot without a link joins one");
        flight.state = State::Flows(
            self.lines
                .join(now, link, place, flight.cap, flight.missing),
        );
        self.plan(until, EventKind::Pauses, place);
    }

    /// The robot goes offline; it may have left its link already.
    fn pause(&mut self, place: u32) {
        if self.leave(place) {
            self.plan_join(place, self.now);
        }
    }

    /// Takes a robot off its link, if it is on it and its download is not complete.
    fn leave(&mut self, place: u32) -> bool {
        let now = self.now;
        let Some(&Flight {
            state: State::Flows(flow),
            ..
        }) = self.flights.at(place)
        else {
            return false;
        };
        let missing = self.lines.leave(now, flow);
        let flight = self.flights.at_mut(place);
        let got = u128::from(flight.missing.steps() - missing.steps());
        flight.missing = if flight.presence.restarts() {
            flight.size
        } else {
            missing
        };
        flight.state = State::Waits;
        flight.received.work += got;
        self.received[usize::from(flow.link)] += got;
        true
    }

    /// Hands out the downloads that are complete now.
    fn complete_downloads(&mut self) {
        while let Some((place, flow)) = self.lines.pop_complete(self.now) {
            let flight = self.flights.at_mut(place);
            let got = u128::from(flight.missing.steps());
            flight.received = Received {
                complete: Some(self.now),
                work: flight.received.work + got,
            };
            flight.state = State::Waits;
            self.received[usize::from(flow.link)] += got;
            match flight.heals {
                Some(comeback) => self.healed(comeback),
                None => self.foresee(place),
            }
        }
    }

    /// Ends the deployments by the robot timeout that are still downloading.
    fn time_out(&mut self) {
        while self.next_timeout() == self.now {
            let (_, place) = self
                .timeouts
                .pop_front()
                .expect("a bug: no timeout where one comes next");
            self.leave(place);
            self.foresee(place);
        }
    }

    /// How the deployment of a robot ends that has left its link for good, or is aborted at a time.
    fn ending(&self, flight: &Flight, abort: Option<Instant>) -> Ending {
        let draws = self.lined_up.draws(flight.place);
        let trip = self.lined_up.trip(flight.place, &draws, flight.start);
        let journey = trip.follow(flight.link.map(|_| flight.received), abort);
        Ending::of(&journey, flight.place, self.lined_up.cohort(flight.place))
    }

    /// Plans the end of a deployment that nothing on a link changes any more.
    fn foresee(&mut self, place: u32) {
        let flight = self.flights.at_mut(place).clone();
        let ending = self
            .plain_ending(&flight)
            .unwrap_or_else(|| self.ending(&flight, None));
        self.flights.at_mut(place).state = State::Known(ending);
        self.plan(ending.end, EventKind::Reports, place);
    }

    /// The job learns that a deployment has ended.
    fn end(&mut self, place: u32) {
        // What was aborted at this very moment has ended already.
        let Some(&Flight {
            state: State::Known(ending),
            ..
        }) = self.flights.at(place)
        else {
            return;
        };
        let flight = self.flights.remove(place);
        self.course.end(self.lined_up, EndKey::of(&ending));
        self.count(&flight, &ending);
        if ending.verdict == Verdict::NoResponse {
            self.watch(place, ending.contact.is_none());
        }
        if self.ended.is_none() {
            let failed = self.course.failed;
            self.breaching = self
                .stops
                .iter()
                .find(|stop| ending.verdict.failed() && stop.fires(failed))
                .copied();
            if self.breaching.is_none() {
                self.refill();
            }
        }
    }

    /// Starts robots in slots that are free, and ends the job when no robot is left.
    fn refill(&mut self) {
        self.admit();
        if self.in_flight == 0 && self.turns == self.lined_up.n() && self.queued.is_empty() {
            self.end_job(EndedBy::Success, OnStop::Drain);
        }
    }

    fn count(&mut self, flight: &Flight, ending: &Ending) {
        self.tally.add(self.lined_up.dice, ending);
        self.in_flight -= 1;
        self.drained = self.now;
        if let Some(log) = &mut self.log {
            log.received[flight.place as usize] = flight.received;
            log.endings.push(*ending);
        }
        self.settle_watch();
    }

    /// Once the job and all deployments have ended, it is known until when robots are watched.
    fn settle_watch(&mut self) {
        if self.in_flight == 0 && self.ended.is_some() {
            self.watch_end = self.lined_up.watch.time(self.now);
        }
    }

    /// The job ends now at the latest, or is watched no longer.
    fn meet_deadline(&mut self) {
        match self.admission.at_deadline {
            EndedBy::Never => self.stay_open(),
            ended_by => self.end_job(ended_by, self.on_stop),
        }
    }

    /// Robots are watched no longer: what has not ended stays open.
    fn stay_open(&mut self) {
        for place in 0..self.turns {
            if self.flights.at(place).is_some_and(Flight::has_slot) {
                self.leave(place);
                let flight = self.flights.remove(place);
                let ending = Ending {
                    verdict: Verdict::Open,
                    ..self.ending(&flight, Some(self.now))
                };
                self.open.push(place);
                self.count(&flight, &ending);
            }
        }
        self.open.extend(std::mem::take(&mut self.queued));
        self.open.extend(self.turns..self.lined_up.n());
        self.open.sort_unstable();
        self.course.arriving.forget_after(self.now);
        self.tick = Instant::NEVER;
        self.ended = Some((EndedBy::Never, self.now));
        self.drained = self.now;
        self.watch_end = self.now;
    }

    /// The job's status turns terminal now.
    fn end_job(&mut self, ended_by: EndedBy, on_stop: OnStop) {
        self.ended = Some((ended_by, self.now));
        self.drained = self.now;
        self.tick = Instant::NEVER;
        self.queued.clear();
        if on_stop == OnStop::Abort {
            for place in 0..self.turns {
                if self.flights.at(place).is_some_and(Flight::has_slot) {
                    self.abort(place);
                }
            }
            self.course.arriving.forget_after(self.now);
        }
        self.settle_watch();
    }

    fn abort(&mut self, place: u32) {
        self.leave(place);
        let flight = self.flights.remove(place);
        let ending = self.ending(&flight, Some(self.now));
        self.aborted.push((place, flight.start));
        if ending.contact.is_some() {
            // If the command arrives at this very moment, it is due.
            self.course.settle();
            self.course.recover(self.lined_up.recovery(place));
        }
        self.count(&flight, &ending);
    }

    /// Notes the rates of links where they have changed.
    fn log_loads(&mut self) {
        let Some(log) = &mut self.log else { return };
        log.loads.resize(self.received.len(), Vec::new());
        for (link, rate) in self.lines.changed_rates(self.now) {
            let loads = &mut log.loads[usize::from(link)];
            // A rate that lasts no time is none.
            loads.pop_if(|(time, _)| *time == self.now);
            if loads.last().map_or(Rate::default(), |(_, last)| *last) != rate {
                loads.push((self.now, rate));
            }
        }
    }

    /// How it went, when robots are watched no more.
    pub(in crate::sim) fn passed(mut self) -> Passed {
        let (ended_by, time) = self.ended.expect("a bug: a job is over that has not ended");
        self.course.pass_to(Instant::NEVER);
        let comebacks = self.seen_comebacks();
        let time_to = match comebacks
            .iter()
            .any(|comeback| comeback.healing.updated().is_some())
        {
            true => comeback::time_to(self.lined_up.n(), [&self.course.updates, &[]], &comebacks),
            false => self.course.reached.map(|end| end.map(EndKey::time)),
        };
        let cut = Cut {
            ended_by,
            fired: self.fired,
            time,
            started: self.course.next,
            drained: self.drained,
            down_peak: self.course.down_peak as u32,
            time_to,
            aborted: self.aborted,
        };
        for flight in self.flights.lasting() {
            if let State::Flows(flow) = flight.state {
                let missing = self.lines.missing(self.watch_end, flow);
                self.received[usize::from(flow.link)] +=
                    u128::from(flight.missing.steps() - missing.steps());
            }
        }
        let statistics = self.lines.statistics(self.watch_end);
        let uses = statistics
            .into_iter()
            .zip(&self.received)
            .map(|(statistics, received)| {
                let LinkStatistics {
                    carried,
                    peak,
                    saturated_ms,
                } = statistics;
                assert_eq!(
                    carried, *received,
                    "a bug: a link carried other bytes than its robots received"
                );
                LinkUse {
                    bytes: (carried / u128::from(STEPS_PER_BYTE)) as u64,
                    peak,
                    saturated: saturated_ms,
                }
            });
        Passed {
            n: self.lined_up.n(),
            cut,
            tally: self.tally,
            links: uses.collect(),
            comebacks,
            log: self.log,
            open: self.open,
        }
    }
}
