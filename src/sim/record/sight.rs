//! What is seen of a job and its robots at a time to which it was played.

use crate::model::Ms;
use crate::sim::journey::Journey;

/// Robots of a job by status at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Waiting for a slot.
    pub pending: u32,
    /// In a slot, or draining.
    pub deploying: u32,
    pub updated: u32,
    pub failed: u32,
    pub aborted: u32,
    /// Their turn never comes.
    pub never_started: u32,
    /// Down by this job, and not up again yet.
    pub down: u32,
}

/// A robot of a job at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotSight {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// How its deployment has gone so far; `None` if it has not started.
    pub deployment: Option<Journey>,
    /// Whether its deployment has not ended: the journey then goes until now, and has no verdict of its own yet.
    pub in_flight: bool,
    /// While it downloads or extracts the bundle.
    pub progress: Option<Progress>,
}

impl RobotSight {
    /// A robot whose deployment has not started.
    pub(in crate::sim) fn waiting(robot: u32) -> RobotSight {
        RobotSight {
            robot,
            deployment: None,
            in_flight: false,
            progress: None,
        }
    }
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
