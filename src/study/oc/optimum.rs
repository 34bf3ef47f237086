//! What the optimum line would do, where it can be held against settings: both must count the same failures.
//!
//! The line is computed for robots that fail independently, each with a probability that the scenario gives. A setting breaks robots
//! that time out on a slow link or offline too, and none while the job is cut off: where it may, the line would break fewer than any rule
//! could. So there is no line unless every failure that a setting counts is one of those.

use std::fmt;

use crate::model::{Cohort, Probability, ScriptStep};
use crate::rollout::Order;
use crate::scenario::Profile;
use crate::study::oc::Hypotheses;
use crate::study::oc::robot::RobotChances;
use crate::theory::WhyNot;
use crate::theory::exact::Exactness;
use crate::theory::{OptimumLine, operating};

/// The line is not computed for fleets of more robots than this: it would take longer than to play them.
const LINE_ROBOTS_MAX: u32 = 100_000;

/// What the optimum line would do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub reached: f64,
    /// Means.
    pub exposed: f64,
    pub broken: f64,
}

/// Why there is no optimum to hold a setting against.
#[derive(Clone, Debug, PartialEq)]
pub enum NoOptimum {
    /// Good and bad releases cannot be told apart.
    Alike,
    TooManyRobots,
    /// A failure probability is drawn for a whole cohort at once, so its robots do not fail independently.
    SharesLuck {
        cohort: String,
    },
    /// Robots take turns in the order of the file, and those of some cohorts fail more often.
    InOrder,
    /// What a setting counts depends on time.
    Time(WhyNot),
}

impl fmt::Display for NoOptimum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoOptimum::Alike => f.write_str("good and bad releases cannot be told apart"),
            NoOptimum::TooManyRobots => f.write_str("the fleet is too large"),
            NoOptimum::SharesLuck { cohort } => {
                write!(f, "robots of {cohort} share the luck of the release")
            }
            NoOptimum::InOrder => f.write_str(
                "robots that fail more often than others have fixed places in the order",
            ),
            NoOptimum::Time(why) => write!(f, "what settings count depends on time: {why}"),
        }
    }
}

/// The line of a profile whose script fails with one of two probabilities, given the chances of a robot under each.
///
/// # Errors
/// There is none to hold settings against, whichever they are.
pub(super) fn line(
    profile: &Profile,
    script: ScriptStep,
    hypotheses: Hypotheses,
    (good, bad): (RobotChances, RobotChances),
) -> Result<OptimumLine, NoOptimum> {
    let fleet = &profile.world.fleet;
    if fleet.robots() > LINE_ROBOTS_MAX {
        return Err(NoOptimum::TooManyRobots);
    }
    if let Some(cohort) = fleet
        .cohorts
        .iter()
        .find(|cohort| shares_luck(cohort, script))
    {
        return Err(NoOptimum::SharesLuck {
            cohort: cohort.name.clone(),
        });
    }
    let cohorts = fleet.cohorts.iter();
    let chances = cohorts.map(|cohort| RobotChances::of_cohort(&profile.world, cohort));
    let differ = chances
        .clone()
        .zip(chances.skip(1))
        .any(|(one, next)| one != next);
    if differ && profile.rules.setting(1).order == Order::File {
        return Err(NoOptimum::InOrder);
    }
    OptimumLine::new(good.fails, bad.fails, hypotheses.error).ok_or(NoOptimum::Alike)
}

/// Whether what goes wrong with robots of a cohort, beside the script, is drawn for all of them at once.
fn shares_luck(cohort: &Cohort, script: ScriptStep) -> bool {
    let hangs = cohort.scripts.iter().map(|(_, own)| own.hang);
    let others = cohort.scripts.iter().filter(|(which, _)| *which != script);
    let faults = cohort.faults.iter().map(|fault| fault.probability);
    let mut all = hangs
        .chain(others.map(|(_, own)| own.failure))
        .chain(faults);
    all.any(|probability| matches!(probability, Probability::Beta { .. }))
}

/// Of the failures that a setting counts, the line may leave out this share: robots that time out without a mishap.
const LEFT_OUT_MAX: f64 = 0.01;

/// Whether a setting counts the failures that the line counts, given what is known of its threshold and the chances of a robot.
///
/// # Errors
/// It counts others.
pub(super) fn counts_the_same(reached: &Exactness, chances: RobotChances) -> Result<(), NoOptimum> {
    match reached {
        Ok(_) => Ok(()),
        Err(WhyNot::RobotTimeout { chance, .. }) if *chance <= LEFT_OUT_MAX * chances.fails => {
            Ok(())
        }
        Err(why) => Err(NoOptimum::Time(why.clone())),
    }
}

/// What a line does to `n` robots with these chances, `window` at a time, in jobs that begin with a probability.
pub(super) fn under(
    line: OptimumLine,
    robots: u32,
    window: u32,
    chances: RobotChances,
    begins: f64,
) -> Line {
    let RobotChances { fails, unexposed } = chances;
    let jobs = operating(robots.into(), window.into(), fails, |started| {
        line.failures_to_stop(started)
    });
    // Whether a robot is started is decided before its outcome is: the means go with the chances.
    let started = begins * jobs.started;
    Line {
        reached: begins * jobs.reached,
        exposed: (1.0 - unexposed) * started,
        broken: (fails - unexposed) * started,
    }
}
