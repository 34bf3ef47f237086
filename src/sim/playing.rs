//! A rollout that is taken to a time, looked at, and taken on.
//!
//! It goes by steps whatever the world, so that what it has seen so far never depends on what comes: slower than
//! [`Player::play`], and equal to it in every number.

use crate::model::Ms;
use crate::rollout::{EndedBy, Setting};
use crate::sim::journey::Journey;
use crate::sim::outcome::Outcome;
use crate::sim::player::{Player, outcome_of};
use crate::sim::traffic::{Log, Traffic};

/// A rollout as it goes.
pub struct Playing<'p> {
    time: Ms,
    state: State<'p>,
}

enum State<'p> {
    /// The job ends before any robot starts.
    NoStart(Box<Outcome>),
    Goes(Box<Traffic<'p>>),
}

/// Robots by status at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for a slot.
    pub pending: u32,
    /// In a slot, or draining.
    pub deploying: u32,
    pub updated: u32,
    pub failed: u32,
    pub aborted: u32,
    /// Their turn never comes.
    pub never_started: u32,
    /// Down, and not up again yet.
    pub down: u32,
}

/// A robot at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotSight {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// When its deployment started [ms after the job's creation], and how it has gone so far; `None` if it has not.
    pub deployment: Option<(Ms, Journey)>,
    /// Whether its deployment has not ended: the journey then goes until now, and has no verdict of its own yet.
    pub in_flight: bool,
    /// While it downloads or extracts the bundle.
    pub progress: Option<Progress>,
}

/// How far a robot is with downloading and extracting the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done and all there is to do, each as the time it takes the robot when it is online and has its own rate [ms].
    pub done: Ms,
    pub total: Ms,
    /// How long the rest takes at the pace of the download so far, if the robot stays online [ms]; `None` where that never ends.
    pub left: Option<Ms>,
}

impl Player<'_> {
    /// Begins to play the drawn replication under a setting.
    pub fn begin(&mut self, setting: &Setting) -> Playing<'_> {
        self.line_up_for(setting);
        self.begin_again(setting)
    }

    /// The same for the setting that was played last.
    ///
    /// # Panics
    /// If the line-up was formed for another order or timeout.
    pub fn begin_again(&self, setting: &Setting) -> Playing<'_> {
        let (_, order, robot_timeout) = self.line_up();
        assert_eq!((&order, robot_timeout), (&setting.order, setting.robot_timeout), "another setting than was played");
        if let Some(outcome) = self.no_start(setting) {
            return Playing { time: 0, state: State::NoStart(Box::new(outcome)) };
        }
        let traffic = Traffic::new(self.deployments(), setting, self.job_start(), Some(Log::default()));
        Playing { time: 0, state: State::Goes(Box::new(traffic)) }
    }
}

impl Playing<'_> {
    /// Takes the rollout on until all has happened that happens up to and at `time` [ms after the job's creation]. A time that is
    /// past changes nothing.
    pub fn advance(&mut self, time: Ms) {
        self.time = self.time.max(time);
        if let State::Goes(traffic) = &mut self.state {
            while !traffic.advance(self.time) {
                traffic.breach();
            }
        }
    }

    /// The time it was taken to [ms after the job's creation].
    pub fn now(&self) -> Ms {
        self.time
    }

    /// How and when the job ended, if it has.
    pub fn ended(&self) -> Option<(EndedBy, Ms)> {
        let ended = match &self.state {
            State::NoStart(outcome) => Some((outcome.ended_by, outcome.job_duration)),
            State::Goes(traffic) => traffic.ended(),
        };
        ended.filter(|(_, time)| *time <= self.time)
    }

    /// Robots by status now.
    pub fn counts(&self) -> Counts {
        match &self.state {
            State::NoStart(outcome) if self.ended().is_some() => Counts { never_started: outcome.n, ..Counts::default() },
            State::NoStart(outcome) => Counts { pending: outcome.n, ..Counts::default() },
            State::Goes(traffic) => traffic.counts(self.time),
        }
    }

    /// Each robot as it is now, in start order; none of a job that never starts one.
    pub fn robots(&mut self) -> Vec<RobotSight> {
        match &mut self.state {
            State::NoStart(_) => Vec::new(),
            State::Goes(traffic) => traffic.robots(self.time),
        }
    }

    /// Plays to the end.
    pub fn finish(self) -> Outcome {
        match self.state {
            State::NoStart(outcome) => *outcome,
            State::Goes(traffic) => outcome_of(&traffic.finish()),
        }
    }
}
