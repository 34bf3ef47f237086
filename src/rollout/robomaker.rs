//! The rollout rules of RoboMaker's CreateDeploymentJob. Where the service's published rules leave a point open, the point is a
//! named option; the defaults are listed in docs/model.md.

use crate::model::{FLEET_TIMEOUT_MAX_MS, FailureCode, JobFault, Ms};
use crate::rollout::{EndedBy, JobEnding, Knob, Levels, OnStop, Order, Pacing};
use crate::units::duration;

/// How a share of the fleet becomes a number of robots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rounding {
    Floor,
    Ceil,
}

/// When the failure threshold trips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// failed · 100 ≥ threshold · n
    Reach,
    /// failed · 100 > threshold · n
    Exceed,
}

/// The deploymentConfig of a RoboMaker job and the options for the points its documentation leaves open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoboMaker {
    /// 1..=100
    pub concurrent_deployment_percentage: u8,
    /// 1..=100
    pub failure_threshold_percentage: u8,
    /// From a robot's start to the end of its deployment at the latest [ms].
    pub robot_deployment_timeout: Ms,
    /// From the job's creation to its end at the latest [ms].
    pub fleet_timeout: Ms,
    /// When the job is canceled, from its creation [ms].
    pub cancel: Option<Ms>,
    pub rounding: Rounding,
    pub pacing: Pacing,
    pub order: Order,
    pub breach: Breach,
    pub on_stop: OnStop,
    /// At most one strikes a job; in the order of `FailureCode`.
    pub job_faults: Vec<JobFault>,
}

/// What another reading of the documentation makes of rules.
pub type Reading = fn(&mut RoboMaker);

/// The rules where the file says nothing: the values of the service's own samples, and the readings of its documentation that
/// docs/model.md lists.
impl Default for RoboMaker {
    fn default() -> RoboMaker {
        RoboMaker {
            concurrent_deployment_percentage: 20,
            failure_threshold_percentage: 25,
            robot_deployment_timeout: 5 * 3_600_000,
            fleet_timeout: FLEET_TIMEOUT_MAX_MS,
            cancel: None,
            rounding: Rounding::Floor,
            pacing: Pacing::Sliding,
            order: Order::Shuffled,
            breach: Breach::Reach,
            on_stop: OnStop::Drain,
            job_faults: Vec::new(),
        }
    }
}

impl RoboMaker {
    /// Where its knobs stand in a scenario.
    pub const TABLE: &str = "rollout.robomaker";

    /// The knob of [`Levels::concurrency`].
    pub const CONCURRENCY: Knob = Knob {
        name: "concurrent_deployment_percentage",
        table: RoboMaker::TABLE,
        least: 1,
        most: 100,
        about: "Robots that may be deployed to at a time [% of the job's robots].",
    };

    /// The knob of [`Levels::threshold`].
    pub const THRESHOLD: Knob = Knob {
        name: "failure_threshold_percentage",
        table: RoboMaker::TABLE,
        least: 1,
        most: 100,
        about: "Failed robots that stop the job [% of the job's robots].",
    };

    /// The failure threshold was reached.
    pub const BREACH: EndedBy = EndedBy::Engine(JobEnding { name: "breach", code: Some(FailureCode::FailureThresholdBreached) });

    /// The fleet timeout.
    pub const FLEET_TIMEOUT: EndedBy =
        EndedBy::Engine(JobEnding { name: "fleet_timeout", code: Some(FailureCode::FleetDeploymentTimeout) });

    /// A fault of the job while it prepared.
    pub const fn job_fault(code: FailureCode) -> EndedBy {
        EndedBy::Engine(JobEnding { name: "job_fault", code: Some(code) })
    }

    /// The key of the robot deployment timeout, beside those of the two knobs.
    pub const TIMEOUT: &str = "robot_deployment_timeout";

    /// The levels of the service's own samples, and whose they are.
    pub const SAMPLE: (&str, Levels) = ("RoboMaker's", Levels { concurrency: 20, threshold: 25 });

    /// What the documentation leaves open, read otherwise: as one would write it, and what it makes of rules.
    pub const OTHER_READINGS: [(&str, Reading); 4] = [
        ("rounding = \"ceil\"", |rules| rules.rounding = Rounding::Ceil),
        ("breach = \"exceed\"", |rules| rules.breach = Breach::Exceed),
        ("pacing = \"batches\"", |rules| rules.pacing = Pacing::Batches),
        ("order = \"file\"", |rules| rules.order = Order::File),
    ];

    /// Its keys in the order of the docs, each with what it is where the file says nothing.
    pub fn defaults() -> [(&'static str, String); 12] {
        let rules = RoboMaker::default();
        let time = |ms: Ms| duration(ms as f64);
        [
            (RoboMaker::CONCURRENCY.name, rules.concurrent_deployment_percentage.to_string()),
            (RoboMaker::THRESHOLD.name, rules.failure_threshold_percentage.to_string()),
            (RoboMaker::TIMEOUT, time(rules.robot_deployment_timeout)),
            ("fleet_timeout", time(rules.fleet_timeout)),
            ("cancel", "never".to_owned()),
            ("preparing", "7s".to_owned()),
            ("rounding", "floor".to_owned()),
            ("pacing", "sliding".to_owned()),
            ("order", "shuffled".to_owned()),
            ("breach", "reach".to_owned()),
            ("on_stop", "drain".to_owned()),
            ("job_faults", "none".to_owned()),
        ]
    }

    /// What the two are set to.
    pub fn levels(&self) -> Levels {
        Levels { concurrency: self.concurrent_deployment_percentage, threshold: self.failure_threshold_percentage }
    }

    /// The same rules with these.
    pub fn at(&self, Levels { concurrency, threshold }: Levels) -> RoboMaker {
        RoboMaker { concurrent_deployment_percentage: concurrency, failure_threshold_percentage: threshold, ..self.clone() }
    }

    /// The window *K* [robots] in a fleet of `n`: never less than one.
    pub fn window(&self, n: u32) -> u32 {
        let scaled = u64::from(n) * u64::from(self.concurrent_deployment_percentage);
        let robots = match self.rounding {
            Rounding::Floor => scaled / 100,
            Rounding::Ceil => scaled.div_ceil(100),
        };
        u32::try_from(robots).expect("a share of n is at most n").max(1)
    }

    /// The number *F* of failed robots in a fleet of `n` that breaches the threshold; more than `n` where nothing can.
    pub fn failures_to_breach(&self, n: u32) -> u32 {
        let scaled = u64::from(n) * u64::from(self.failure_threshold_percentage);
        let failures = match self.breach {
            Breach::Reach => scaled.div_ceil(100),
            Breach::Exceed => scaled / 100 + 1,
        };
        u32::try_from(failures).expect("a share of n is at most n + 1")
    }

    /// How many of `n` robots have started when the threshold is reached, at least.
    pub fn started_at_breach(&self, n: u32) -> u32 {
        let (window, needed) = (self.window(n), self.failures_to_breach(n));
        match self.pacing {
            // Of those that ended before, all slots have been filled again.
            Pacing::Sliding => n.min(window + (needed - 1).min(n)),
            Pacing::Batches => n.min(needed.div_ceil(window).saturating_mul(window)),
        }
    }

    /// The most of `n` robots that fail, if a stop comes in time for any: those in flight when the threshold is reached may fail too.
    pub fn failures_max(&self, n: u32) -> u32 {
        let draining = if self.on_stop == OnStop::Drain { self.window(n) - 1 } else { 0 };
        (self.failures_to_breach(n) + draining).min(n)
    }

    /// Whether the recursions over starts and failures are exact, if outcomes do not depend on time: a freed slot is filled at once, and robots
    /// in flight run on.
    pub fn has_recursions(&self) -> bool {
        self.pacing == Pacing::Sliding && self.on_stop == OnStop::Drain && self.job_faults.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(concurrency: u8, threshold: u8, rounding: Rounding, breach: Breach) -> RoboMaker {
        RoboMaker {
            concurrent_deployment_percentage: concurrency,
            failure_threshold_percentage: threshold,
            rounding,
            breach,
            ..RoboMaker::default()
        }
    }

    #[test]
    fn window_rounds_as_told_and_never_to_zero() {
        let window = |n, p, rounding| rules(p, 25, rounding, Breach::Reach).window(n);
        assert_eq!(window(200, 10, Rounding::Floor), 20);
        assert_eq!(window(1, 20, Rounding::Floor), 1);
        assert_eq!(window(14, 20, Rounding::Floor), 2);
        assert_eq!(window(14, 20, Rounding::Ceil), 3);
        assert_eq!(window(100, 7, Rounding::Ceil), 7);
    }

    #[test]
    fn threshold_counts_failures_without_float_noise() {
        let failures = |n, t, breach| rules(20, t, Rounding::Floor, breach).failures_to_breach(n);
        assert_eq!(failures(100, 25, Breach::Reach), 25);
        assert_eq!(failures(101, 25, Breach::Reach), 26);
        assert_eq!(failures(100, 25, Breach::Exceed), 26);
        assert_eq!(failures(1, 1, Breach::Reach), 1);
        assert_eq!(failures(1, 100, Breach::Exceed), 2, "under exceed, 100 % can never trip");
        for n in 1..500u32 {
            for t in 1..=100u8 {
                let f = failures(n, t, Breach::Reach);
                assert!(f * 100 >= u32::from(t) * n && (f - 1) * 100 < u32::from(t) * n);
            }
        }
    }
}
