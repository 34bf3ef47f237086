//! One choice of the rules' knobs for a fleet of known size.

use crate::model::Ms;
use crate::random::Chance;
use crate::rollout::{Admission, EndedBy, Order, RoboMaker, Stop};

/// The rules of a rollout as numbers of robots and times: one choice of the knobs for a fleet of known size.
///
/// Sorted settings lie so that those that share a line-up, and then a trajectory, are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    pub order: Order,
    /// [ms]
    pub robot_timeout: Ms,
    pub admission: Admission,
    /// How the job may end while it prepares, with cumulated chances.
    pub job_faults: Vec<(EndedBy, Chance)>,
    pub stop: Stop,
}

impl Setting {
    /// The setting that RoboMaker's rules make for a fleet of `n` robots.
    pub fn new(rules: &RoboMaker, n: u32) -> Setting {
        let mut below = 0.0;
        let (deadline, at_deadline) = match rules.cancel {
            Some(cancel) if cancel <= rules.fleet_timeout => (cancel, EndedBy::Cancel),
            _ => (rules.fleet_timeout, RoboMaker::FLEET_TIMEOUT),
        };
        Setting {
            order: rules.order.clone(),
            robot_timeout: rules.robot_deployment_timeout,
            admission: Admission { window: rules.window(n), pacing: rules.pacing, deadline, at_deadline },
            stop: Stop { on_stop: rules.on_stop, ended_by: RoboMaker::BREACH, failures: rules.failures_to_breach(n) },
            job_faults: rules
                .job_faults
                .iter()
                .map(|fault| {
                    below += fault.probability;
                    (RoboMaker::job_fault(fault.code), Chance::new(f64::min(below, 1.0)))
                })
                .collect(),
        }
    }

    /// Whether two settings differ in nothing but the threshold, so that one trajectory serves both.
    pub fn shares_trajectory(&self, other: &Setting) -> bool {
        let Setting { order, robot_timeout, admission, job_faults, stop: Stop { on_stop, ended_by, failures: _ } } = self;
        let Stop { on_stop: theirs, ended_by: theirs_too, failures: _ } = &other.stop;
        (order, robot_timeout, admission, job_faults, on_stop, ended_by)
            == (&other.order, &other.robot_timeout, &other.admission, &other.job_faults, theirs, theirs_too)
    }
}
