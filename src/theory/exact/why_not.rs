//! What stands between a scenario and an exact answer.

use std::fmt;

use crate::model::{Ms, World};
use crate::rollout::EndedBy;
use crate::units::{self, duration};

/// Why the probability that the threshold is reached is not known but from simulation.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// Which robots a later job is for depends on what became of them before.
    Campaign,
    /// The rules are more than a window along the fleet and one stop rule that counts failures.
    NoWindow,
    /// Robots of a cohort share a link, so how long they take depends on the others.
    SharesLink { cohort: String },
    /// Robots of a cohort come and go, so one may be silent when its timeout comes.
    ComesAndGoes { cohort: String },
    /// Robots with which nothing goes wrong run into their timeout, up to a share `chance` of them: too many to leave them out.
    RobotTimeout {
        cohort: String,
        chance: f64,
        robot_timeout: Ms,
    },
    /// A cancel or the fleet timeout may come first: the job takes up to `longest` [ms].
    JobCutOff {
        longest: Ms,
        ended_by: EndedBy,
        deadline: Ms,
    },
    /// The luck is too much to average over, and one replication alone gives no interval.
    OneReplication,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WhyNot::NoWindow => f.write_str(
                "the rules are more than a window of slots and one number of failures that stops",
            ),
            WhyNot::Campaign => f.write_str("there are several jobs"),
            WhyNot::SharesLink { cohort } => write!(f, "robots of {cohort} share a link"),
            WhyNot::ComesAndGoes { cohort } => write!(f, "robots of {cohort} are offline at times"),
            WhyNot::RobotTimeout {
                cohort,
                chance,
                robot_timeout,
            } => {
                let timeout = duration(*robot_timeout as f64);
                write!(
                    f,
                    "a robot of {cohort} with which nothing goes wrong may still run into the robot timeout of {timeout}, "
                )?;
                if *chance < 1.0 {
                    write!(f, "with a probability of up to {}", units::chance(*chance))
                } else {
                    f.write_str("and often")
                }
            }
            WhyNot::JobCutOff {
                longest,
                ended_by,
                deadline,
            } => {
                let [longest, deadline] = [longest, deadline].map(|ms| duration(*ms as f64));
                let what = if *ended_by == EndedBy::Cancel {
                    "it is canceled"
                } else {
                    "the fleet timeout ends it"
                };
                write!(f, "the job may take {longest}, and {what} after {deadline}")
            }
            WhyNot::OneReplication => f.write_str("it would take at least two replications"),
        }
    }
}

/// Whether a robot's outcome depends neither on time nor on other robots, but for the robot timeout.
pub(super) fn outcomes_do_not_depend_on_time(world: &World) -> Result<(), WhyNot> {
    let cohorts = &world.fleet.cohorts;
    for cohort in cohorts {
        let indices = 0..cohort.inventory.len().max(1) as u32;
        if indices
            .into_iter()
            .any(|index| cohort.link_of(index).is_some())
        {
            return Err(WhyNot::SharesLink {
                cohort: cohort.name.clone(),
            });
        }
    }
    match cohorts.iter().find(|cohort| cohort.connectivity.is_some()) {
        Some(cohort) => Err(WhyNot::ComesAndGoes {
            cohort: cohort.name.clone(),
        }),
        None => Ok(()),
    }
}

/// Where robots run into their timeout with which nothing goes wrong: the cohort that may do so most often.
pub(super) fn robot_timeout(world: &World, overruns: &[f64], robot_timeout: Ms) -> WhyNot {
    let (cohort, chance) = world
        .fleet
        .cohorts
        .iter()
        .zip(overruns)
        .max_by(|a, b| a.1.total_cmp(b.1))
        .expect("a bug: a fleet without cohorts");
    WhyNot::RobotTimeout {
        cohort: cohort.name.clone(),
        chance: *chance,
        robot_timeout,
    }
}
