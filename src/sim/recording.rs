//! A replication with every start kept, and what can be read off it robot by robot.

use crate::model::{Ms, Order};
use crate::sim::journey::Journey;
use crate::sim::link::Rate;
use crate::sim::outcome::{Healing, Outcome};
use crate::sim::player::Player;
use crate::sim::traffic::Log;

/// A replication under one setting with every start kept.
#[derive(Clone, Debug)]
pub struct Recording {
    pub outcome: Outcome,
    /// The line-up that it is a recording of.
    pub(super) line_up: (u64, Order, Ms),
    pub(super) log: Log,
    /// The places that were cut while running, ascending, and when each had started [ms].
    pub(super) aborted: Vec<(u32, Ms)>,
    pub(super) healings: Vec<(u32, Healing)>,
}

impl Recording {
    /// By link, the total rate from a time on [ms after the job's creation], where it changes.
    pub fn loads(&self) -> &[Vec<(Ms, Rate)>] {
        &self.log.loads
    }
}

/// What happened to one robot of a recorded replication, stage by stage.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotRecord {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// When its deployment started [ms after the job's creation], and how it went; `None` if it never did.
    pub deployment: Option<(Ms, Journey)>,
    /// What became of it after the job gave it up, if anything did while it was watched.
    pub healed: Option<Healing>,
}

/// A robot deployment of a recorded replication in short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// When it started and ended [ms after the job's creation].
    pub start: Ms,
    pub end: Ms,
    pub end_state: EndState,
    /// When the robot was taken down, and when it is up again; `None` if it never was.
    pub down: Option<(Ms, Ms)>,
    pub healed: Option<Healing>,
}

/// The class of a robot deployment's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndState {
    Updated,
    Failed,
    Aborted,
}

impl Player<'_> {
    /// What happened to each robot of a recording, in start order.
    ///
    /// # Panics
    /// If another replication has been drawn since, or another order or timeout played.
    pub fn robots(&self, recording: &Recording) -> impl Iterator<Item = RobotRecord> {
        assert_eq!(self.line_up(), recording.line_up, "a recording of something else than is lined up");
        let deployments = self.deployments();
        let mut aborted = recording.aborted.iter().peekable();
        let mut healings = recording.healings.iter().peekable();
        (0..deployments.n()).map(move |place| {
            let healed = healings.next_if(|(at, _)| *at == place).map(|(_, healing)| *healing);
            let aborted = aborted.next_if(|(at, _)| *at == place).map(|_| recording.outcome.job_duration);
            let deployment = recording.log.starts.get(place as usize).map(|start| {
                let draws = deployments.draws(place);
                let received = recording.log.received.get(place as usize).filter(|_| deployments.link(place).is_some());
                (*start, deployments.trip(place, &draws, *start).follow(received.copied(), aborted))
            });
            RobotRecord { robot: deployments.robot(place), deployment, healed }
        })
    }

    /// The deployments of a recording, in start order.
    ///
    /// # Panics
    /// If another replication has been drawn since, or another order or timeout played.
    pub fn passages(&self, recording: &Recording) -> impl Iterator<Item = Passage> + Clone {
        assert_eq!(self.line_up(), recording.line_up, "a recording of something else than is lined up");
        let deployments = self.deployments();
        let mut endings = recording.log.endings.iter().peekable();
        let mut aborted = recording.aborted.iter().peekable();
        let mut healings = recording.healings.iter().peekable();
        (0..).zip(&recording.log.starts).map(move |(place, start)| {
            let healed = healings.next_if(|(at, _)| *at == place).map(|(_, healing)| *healing);
            let aborted = aborted.next_if(|(at, _)| *at == place).is_some();
            let (end, contact, failed) = match endings.next_if(|ending| ending.place == place) {
                Some(ending) => (ending.end, ending.contact, ending.verdict.failed()),
                None => {
                    let end = deployments.line.ends[place as usize];
                    (end.time(), end.exposed().then_some(0), end.failed())
                }
            };
            let (end_state, end) = match (aborted, failed) {
                (true, _) => (EndState::Aborted, recording.outcome.job_duration),
                (_, true) => (EndState::Failed, start + end),
                (_, false) => (EndState::Updated, start + end),
            };
            let recovery = || if end_state == EndState::Updated { 0 } else { deployments.recovery(place) };
            let contact = contact.map(|contact| start + contact).filter(|contact| !aborted || *contact <= end);
            let down = contact.map(|contact| (contact, end + recovery()));
            Passage { start: *start, end, end_state, down, healed }
        })
    }
}
