//! The rollout rules of RoboMaker's CreateDeploymentJob. Where the service's published rules leave a point open, the point is a
//! named option; the defaults are listed in docs/model.md.

use crate::key::Absent::{Is, Means};
use crate::key::{Key, Takes, key};
use crate::model::{
    FLEET_TIMEOUT_MAX_MS, FailureCode, Instant, JobFault, Ms, ROBOT_TIMEOUT_MAX_MS,
    ROBOT_TIMEOUT_MIN_MS,
};
use crate::random::Chance;
use crate::rollout::{
    Admission, DeploymentConfig, EndedBy, Engine, EngineEnding, EngineTable, Given, Knob, Levels,
    OnStop, Order, Pacing, Setting, Stop,
};
use crate::units::Quantity;

/// Where its keys stand in a scenario.
const TABLE: &str = "rollout.robomaker";

const CONCURRENCY: &str = DeploymentConfig::KEYS[0];
const THRESHOLD: &str = DeploymentConfig::KEYS[1];
const TIMEOUT: &str = DeploymentConfig::KEYS[2];

/// The keys of its table.
const KEYS: [Key; 12] = [
    key(
        CONCURRENCY,
        PERCENT,
        Is("20"),
        "How many robots may be deployed to at a time, as a percentage of the robots of the job",
    ),
    key(
        THRESHOLD,
        PERCENT,
        Is("25"),
        "How many failed robots stop the job, as a percentage of the robots of the job",
    ),
    key(
        TIMEOUT,
        Takes::Duration(ROBOT_TIMEOUT_MIN_MS, ROBOT_TIMEOUT_MAX_MS),
        Is("5h"),
        "From a robot's turn to the end of its deployment at the latest",
    ),
    key(
        "fleet_timeout",
        Takes::Duration(ROBOT_TIMEOUT_MIN_MS, FLEET_TIMEOUT_MAX_MS),
        Is("30d"),
        "From the job's creation to its end at the latest",
    ),
    key(
        "cancel",
        Takes::Duration(0, FLEET_TIMEOUT_MAX_MS),
        Means("never"),
        "When the job is canceled, after its creation",
    ),
    key(
        "preparing",
        Takes::Law(Quantity::Duration),
        Is("7s"),
        "Pending and Preparing together, on average up to 1 d",
    ),
    key(
        "rounding",
        Takes::Choice(&["floor", "ceil"]),
        Is("floor"),
        "How a percentage becomes robots at a time; at least one",
    ),
    key(
        "pacing",
        Takes::Choice(&["sliding", "batches"]),
        Is("sliding"),
        "Whether a freed slot is filled at once, or all when a batch has ended",
    ),
    key(
        "order",
        Takes::Order,
        Is("shuffled"),
        "In which order robots get their turn: at random, as in the file, or cohort by cohort, at random within each",
    ),
    key(
        "breach",
        Takes::Choice(&["reach", "exceed"]),
        Is("reach"),
        "Whether failures stop the job that reach the threshold, or that exceed it",
    ),
    key(
        "on_stop",
        Takes::Choice(&["drain", "abort"]),
        Is("drain"),
        "Whether robots in flight run on when the job stops, or are cut at once",
    ),
    key(
        "job_faults",
        Takes::JobFaults,
        Means("none"),
        "Probabilities of codes with which the job fails while it prepares; at most one strikes",
    ),
];

const PERCENT: Takes = Takes::Whole(1, 100);

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
///
/// ```
/// use rollcast::rollout::{Engine, RoboMaker, Rounding};
///
/// let rules = RoboMaker {
///     concurrent_deployment_percentage: 10,
///     failure_threshold_percentage: 25,
///     ..RoboMaker::default()
/// };
/// // Of 59 robots 5.9 are rounded down, and the 15th failure is the first beyond 14.75.
/// let setting = rules.setting(59);
/// assert_eq!(
///     (setting.admission.window, setting.failures_to_stop()),
///     (5, 15)
/// );
/// let rules = RoboMaker {
///     rounding: Rounding::Ceil,
///     ..rules
/// };
/// assert_eq!(rules.setting(59).admission.window, 6);
/// ```
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
    /// The knob of [`Levels::concurrency`].
    pub const CONCURRENCY: Knob = Knob {
        name: CONCURRENCY,
        table: TABLE,
        least: 1,
        most: 100,
        about: "Robots that may be deployed to at a time [% of the job's robots].",
    };

    /// The knob of [`Levels::threshold`].
    pub const THRESHOLD: Knob = Knob {
        name: THRESHOLD,
        table: TABLE,
        least: 1,
        most: 100,
        about: "Failed robots that stop the job [% of the job's robots].",
    };

    /// The failure threshold was reached.
    pub const BREACH: EndedBy = EndedBy::Engine(EngineEnding {
        name: "breach",
        code: Some(FailureCode::FailureThresholdBreached),
    });

    /// The fleet timeout.
    pub const FLEET_TIMEOUT: EndedBy = EndedBy::Engine(EngineEnding {
        name: "fleet_timeout",
        code: Some(FailureCode::FleetDeploymentTimeout),
    });

    /// A fault of the job while it prepared.
    pub const fn job_fault(code: FailureCode) -> EndedBy {
        EndedBy::Engine(EngineEnding {
            name: "job_fault",
            code: Some(code),
        })
    }

    /// The key of the robot deployment timeout, beside those of the two knobs.
    pub const TIMEOUT: &str = TIMEOUT;

    /// The levels of the service's own samples, and whose they are.
    pub const SAMPLE: (&str, Levels) = (
        "RoboMaker's",
        Levels {
            concurrency: 20,
            threshold: 25,
        },
    );

    /// Its table in a scenario.
    pub const ENGINE: EngineTable = EngineTable {
        name: "robomaker",
        about: "The rules of CreateDeploymentJob; all of it has defaults, those of the service's samples",
        keys: &KEYS,
        concurrency: CONCURRENCY,
        threshold: THRESHOLD,
        timeout: TIMEOUT,
        other_readings: &[
            ("rounding", "ceil"),
            ("breach", "exceed"),
            ("pacing", "batches"),
            ("order", "file"),
        ],
    };

    /// The window *K* [robots] in a fleet of `n`: never less than one.
    pub fn window(&self, n: u32) -> u32 {
        let scaled = u64::from(n) * u64::from(self.concurrent_deployment_percentage);
        let robots = match self.rounding {
            Rounding::Floor => scaled / 100,
            Rounding::Ceil => scaled.div_ceil(100),
        };
        u32::try_from(robots)
            .expect("a bug: a share of n robots above n")
            .max(1)
    }

    /// The number *F* of failed robots in a fleet of `n` that breaches the threshold; more than `n` where nothing can.
    pub fn failures_to_breach(&self, n: u32) -> u32 {
        let scaled = u64::from(n) * u64::from(self.failure_threshold_percentage);
        let failures = match self.breach {
            Breach::Reach => scaled.div_ceil(100),
            Breach::Exceed => scaled / 100 + 1,
        };
        u32::try_from(failures).expect("a bug: more failures than n + 1 robots")
    }
}

impl Engine for RoboMaker {
    fn setting(&self, n: u32) -> Setting {
        let mut below = 0.0;
        let (deadline, at_deadline) = match self.cancel {
            Some(cancel) if cancel <= self.fleet_timeout => (cancel, EndedBy::Cancel),
            _ => (self.fleet_timeout, RoboMaker::FLEET_TIMEOUT),
        };
        Setting {
            order: self.order.clone(),
            robot_timeout: self.robot_deployment_timeout,
            admission: Admission {
                pacing: self.pacing,
                ..Admission::window(self.window(n), Instant::at(deadline), at_deadline)
            },
            stops: vec![Stop {
                on_stop: self.on_stop,
                ended_by: RoboMaker::BREACH,
                failures: self.failures_to_breach(n),
            }],
            job_faults: self
                .job_faults
                .iter()
                .map(|fault| {
                    below += fault.probability;
                    (
                        RoboMaker::job_fault(fault.code),
                        Chance::new(f64::min(below, 1.0)),
                    )
                })
                .collect(),
        }
    }

    fn take(&mut self, key: &str, given: Given) {
        match (key, given) {
            (CONCURRENCY, Given::Whole(percent)) => {
                self.concurrent_deployment_percentage = percent as u8;
            }
            (THRESHOLD, Given::Whole(percent)) => self.failure_threshold_percentage = percent as u8,
            (TIMEOUT, Given::Duration(ms)) => self.robot_deployment_timeout = ms,
            ("fleet_timeout", Given::Duration(ms)) => self.fleet_timeout = ms,
            ("cancel", Given::Duration(ms)) => self.cancel = Some(ms),
            ("rounding", Given::Choice(which)) => {
                self.rounding = [Rounding::Floor, Rounding::Ceil][which];
            }
            ("pacing", Given::Choice(which)) => {
                self.pacing = [Pacing::Sliding, Pacing::Batches][which];
            }
            ("order", Given::Order(order)) => self.order = order,
            ("breach", Given::Choice(which)) => {
                self.breach = [Breach::Reach, Breach::Exceed][which];
            }
            ("on_stop", Given::Choice(which)) => {
                self.on_stop = [OnStop::Drain, OnStop::Abort][which];
            }
            ("job_faults", Given::JobFaults(faults)) => self.job_faults = faults,
            (key, given) => unreachable!("a bug: `{key}` was given {given:?}"),
        }
    }

    fn levels(&self) -> Option<Levels> {
        Some(Levels {
            concurrency: self.concurrent_deployment_percentage,
            threshold: self.failure_threshold_percentage,
        })
    }

    fn has_campaigns(&self) -> bool {
        true
    }

    fn differ(&mut self, config: &DeploymentConfig) {
        let DeploymentConfig {
            concurrent_deployment_percentage,
            failure_threshold_percentage,
            robot_deployment_timeout,
        } = *config;
        let own = [
            concurrent_deployment_percentage,
            failure_threshold_percentage,
        ];
        for (of_job, own) in [
            &mut self.concurrent_deployment_percentage,
            &mut self.failure_threshold_percentage,
        ]
        .into_iter()
        .zip(own)
        {
            *of_job = own.unwrap_or(*of_job);
        }
        self.robot_deployment_timeout =
            robot_deployment_timeout.unwrap_or(self.robot_deployment_timeout);
    }

    fn cancel(&self) -> Option<Ms> {
        self.cancel
    }

    fn uncancel(&mut self) {
        self.cancel = None;
    }

    fn job_faults_mut(&mut self) -> Option<&mut Vec<JobFault>> {
        Some(&mut self.job_faults)
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
        assert_eq!(
            failures(1, 100, Breach::Exceed),
            2,
            "under exceed, 100 % can never trip"
        );
        for n in 1..500u32 {
            for t in 1..=100u8 {
                let f = failures(n, t, Breach::Reach);
                assert!(f * 100 >= u32::from(t) * n && (f - 1) * 100 < u32::from(t) * n);
            }
        }
    }
}
