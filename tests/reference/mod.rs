//! A plain reference engine: one event per step per robot, one setting at a time, written to be obviously right.
//!
//! It shares nothing with the engine under test but the fates of the robots (how long each stage takes, what goes wrong in it) and
//! the start order. The window and the threshold follow from the percentages in its own way. In reading order: one robot's way
//! through its stages ([`robot`]), the job that starts robots and stops ([`job`]), and the numbers that are read off what happened
//! ([`numbers`]).
//!
//! Two rules decide what happens at one instant. Stages that take no time are passed at once, so a robot that starts is contacted
//! at once; but an end is always an event of its own. Events at one instant are handled in start order.

pub mod job;
pub mod numbers;
pub mod robot;

use rollcast::model::{FailureCode, Ms, World};
use rollcast::sim::{Draws, EndedBy};

use robot::Robot;

/// What the reference engine is told about a fleet.
pub struct Fates {
    /// By robot.
    pub draws: Vec<Draws>,
    /// How long a robot stays down after a failed deployment [ms], by robot.
    pub recovery: Vec<Ms>,
}

impl Fates {
    pub fn new(world: &World, draws: Vec<Draws>) -> Fates {
        let cohorts = world.fleet.cohorts.iter();
        let recovery = cohorts.flat_map(|cohort| std::iter::repeat_n(cohort.recovery, cohort.robots as usize)).collect();
        Fates { draws, recovery }
    }
}

/// All that happened in a job.
pub struct History {
    /// In start order.
    pub robots: Vec<Robot>,
    pub ended_by: EndedBy,
    /// When the status of the job turned terminal [ms].
    pub job_end: Ms,
}

impl History {
    /// The history of a job that failed while it prepared.
    pub fn of_job_fault(robots: Vec<Robot>, code: FailureCode, preparing: Ms) -> History {
        History { robots, ended_by: EndedBy::JobFault(code), job_end: preparing }
    }
}
