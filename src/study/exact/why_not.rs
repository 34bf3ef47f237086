//! What stands between a scenario and an exact answer.

use std::fmt;

use crate::model::{Cohort, Ms, World};
use crate::sim::{Dice, EndedBy, NEVER};
use crate::units::duration;

/// Why the probability that the threshold is reached is not known but from simulation.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// Robots of a cohort share a link, so how long they take depends on the others.
    SharesLink { cohort: String },
    /// Robots of a cohort come and go, so one may be silent when its timeout comes.
    ComesAndGoes { cohort: String },
    /// A robot with which nothing goes wrong may run into its timeout: its journey takes up to `longest` [ms].
    RobotTimeout { cohort: String, longest: Ms, robot_timeout: Ms },
    /// A cancel or the fleet timeout may come first: the job takes up to `longest` [ms].
    JobCutOff { longest: Ms, ended_by: EndedBy, deadline: Ms },
    /// The luck is too much to average over, and one replication does not tell how much its own tells.
    OneReplication,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |ms: &Ms| duration(*ms as f64);
        match self {
            WhyNot::SharesLink { cohort } => write!(f, "robots of {cohort} share a link"),
            WhyNot::ComesAndGoes { cohort } => write!(f, "robots of {cohort} are offline at times"),
            WhyNot::RobotTimeout { cohort, longest, .. } if *longest >= NEVER => {
                write!(f, "a download of {cohort} may never end, and the robot timeout decides")
            }
            WhyNot::RobotTimeout { cohort, longest, robot_timeout } => {
                let (longest, timeout) = (ms(longest), ms(robot_timeout));
                write!(f, "a robot of {cohort} with which nothing goes wrong may take {longest}, the robot timeout is {timeout}")
            }
            WhyNot::JobCutOff { longest, ended_by, deadline } => {
                let (longest, deadline) = (ms(longest), ms(deadline));
                let what = if *ended_by == EndedBy::Cancel { "it is canceled" } else { "the fleet timeout ends it" };
                write!(f, "the job may take {longest}, and {what} after {deadline}")
            }
            WhyNot::OneReplication => f.write_str("it would take at least two replications"),
        }
    }
}

/// Whether a robot's outcome depends neither on time nor on other robots.
pub(super) fn outcomes_do_not_depend_on_time(world: &World, dice: &Dice, robot_timeout: Ms) -> Result<(), WhyNot> {
    let cohorts = &world.fleet.cohorts;
    let name = |cohort: &Cohort| cohort.name.clone();
    let shares = |cohort: &&Cohort| (0..cohort.inventory.len().max(1) as u32).any(|index| cohort.link_of(index).is_some());
    if let Some(cohort) = cohorts.iter().find(shares) {
        return Err(WhyNot::SharesLink { cohort: name(cohort) });
    }
    if let Some(cohort) = cohorts.iter().find(|cohort| cohort.connectivity.is_some()) {
        return Err(WhyNot::ComesAndGoes { cohort: name(cohort) });
    }
    match cohorts.iter().zip(dice.journeys_max()).find(|(_, longest)| *longest > robot_timeout) {
        Some((cohort, longest)) => Err(WhyNot::RobotTimeout { cohort: name(cohort), longest, robot_timeout }),
        None => Ok(()),
    }
}
