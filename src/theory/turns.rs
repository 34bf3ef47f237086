//! How many robots of a job get a turn before it is over, at most: what no luck can change.

use crate::model::Stage;
use crate::model::{Cohort, FaultStage, Ms, World};
use crate::theory::steps::Course;
use crate::theory::view::{Job, hang_mean, without_bundle};

/// Tables of laws are good to a relative error of 1e-7.
const SAFE: f64 = 1.0 - 1e-6;

/// Turns of a job, and what is known of them from below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turns {
    /// The most robots that start before the job is canceled or its fleet timeout comes.
    pub(crate) most: u32,
    /// The fewest robots that never answer; each of those that start holds a slot until the robot timeout.
    pub(crate) silent: u32,
    /// How long all turns take at the least, if all slots are always busy [ms].
    pub(crate) least: f64,
}

/// Robots that hold a slot for a time at the least [ms].
struct Holding {
    robots: u32,
    least: f64,
}

impl Job {
    /// When it is canceled or its fleet timeout comes [ms after its creation], and the key that says so, which is called as what ends it.
    pub(crate) fn deadline(&self) -> (&'static str, Ms) {
        let (ended_by, deadline) = self.rules.deadline();
        (ended_by.name(), deadline)
    }

    /// The turns that its robots get at most.
    pub(crate) fn turns(&self, world: &World) -> Turns {
        let timeout = self.rules.robot_timeout() as f64;
        let mut silent = 0;
        let mut holding: Vec<Holding> = Vec::new();
        for (cohort, _, courses) in self
            .cohorts(&world.fleet.cohorts)
            .filter(|(_, members, _)| *members > 0.0)
        {
            let without = without_bundle(cohort, &world.release);
            // A dead robot holds its slot, unless the cloud refuses it before it is asked.
            let is_refused = cohort
                .faults
                .iter()
                .any(|fault| fault.stage == FaultStage::CloudCheck);
            let dead = if is_refused {
                0
            } else {
                cohort.dead.saturating_sub(without)
            };
            silent += dead;
            holding.push(Holding {
                robots: without,
                least: 0.0,
            });
            holding.push(Holding {
                robots: dead,
                least: timeout,
            });
            let least = if hang_mean(cohort) == 1.0 {
                timeout
            } else {
                least_turn(cohort, courses).min(timeout)
            };
            holding.push(Holding {
                robots: cohort.robots - without - dead,
                least,
            });
        }
        // The job may be for the quickest of them, and they may come first.
        holding.sort_by(|a, b| a.least.total_cmp(&b.least));
        let window = f64::from(self.window());
        let (_, deadline) = self.deadline();
        let time = (deadline as f64 - world.preparing.support_min() * SAFE).max(0.0);
        let (mut slots, mut ended, mut waiting, mut least) = (window * time, 0.0, self.n, 0.0);
        for Holding {
            robots,
            least: each,
        } in holding
        {
            let robots = f64::from(robots.min(waiting));
            waiting -= robots as u32;
            least += robots * each;
            // Those that end hold slots in turn, and each slot has room for whole turns only.
            let room = if each > 0.0 {
                (slots / each).floor().min(window * (time / each).floor())
            } else {
                f64::INFINITY
            };
            let done = robots.min(room);
            ended += done;
            slots = if done < robots {
                0.0
            } else {
                slots - done * each
            };
        }
        let most = (ended + window).min(f64::from(self.n)) as u32;
        // Of a canary's robots it is not known who they are.
        let silent = if self.has_whole_cohorts { silent } else { 0 };
        Turns {
            most,
            silent,
            least: least / window,
        }
    }
}

/// How long a robot that answers and has a bundle holds its slot at the least: until it is updated, or until something first may fail it [ms].
fn least_turn(cohort: &Cohort, courses: &[Course]) -> f64 {
    let faults = (cohort.faults.iter()).map(|fault| Stage::of_fault(fault.stage));
    let failing = cohort
        .scripts
        .iter()
        .filter(|(_, script)| script.failure.mean() > 0.0)
        .map(|(step, _)| Stage::of_script(step));
    let fails_in = faults.chain(failing).min();
    courses
        .iter()
        .map(|course| {
            course.total(|step| match fails_in {
                Some(stage) if step.stage >= stage => 0.0,
                _ => step.least,
            })
        })
        .fold(f64::INFINITY, f64::min)
        * SAFE
}
