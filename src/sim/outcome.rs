//! What is recorded of one replication under one setting.

use crate::model::{FailureCode, Ms};

/// How the job came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedBy {
    /// Every robot deployment ended and the threshold was not reached: the job Succeeded, also with some failed.
    Success,
    /// The failure threshold was reached: Failed with FailureThresholdBreached.
    Breach,
    /// The fleet timeout: Failed with FleetDeploymentTimeout.
    FleetTimeout,
    /// A fault of the job while it prepared: Failed with its code.
    JobFault(FailureCode),
}

impl EndedBy {
    pub fn name(self) -> &'static str {
        match self {
            EndedBy::Success => "success",
            EndedBy::Breach => "breach",
            EndedBy::FleetTimeout => "fleet_timeout",
            EndedBy::JobFault(_) => "job_fault",
        }
    }

    /// The job's failure code.
    pub fn code(self) -> Option<FailureCode> {
        match self {
            EndedBy::Success => None,
            EndedBy::Breach => Some(FailureCode::FailureThresholdBreached),
            EndedBy::FleetTimeout => Some(FailureCode::FleetDeploymentTimeout),
            EndedBy::JobFault(code) => Some(code),
        }
    }
}

/// The shares of the fleet [%] whose time is recorded.
pub const MARKS: [u64; 4] = [50, 90, 95, 99];

/// How one replication went. All times count from the job's creation [ms]; those after the job's end belong to robots that
/// drain.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Robots in the fleet.
    pub n: u32,
    pub updated: u32,
    pub failed: u32,
    pub aborted: u32,
    pub never_started: u32,
    pub exposed: u32,
    /// Robots that the robot timeout ended, silent ones included.
    pub timed_out: u32,
    pub no_response: u32,
    /// Failed robots by `FailureCode as usize`.
    pub failures: [u32; 24],
    pub ended_by: EndedBy,
    /// When the job's status turned terminal.
    pub job_duration: Ms,
    /// When the last robot deployment ended.
    pub drained: Ms,
    /// When the share of [`MARKS`] was updated, of all robots; `None` if never.
    pub time_to: [Option<Ms>; 4],
    /// The most robots down at one instant; a robot is down from the command's arrival until it is up again, that instant left out.
    pub down_peak: u32,
    /// Robot-milliseconds from the command's arrival to Finished, or to the end of a failed deployment plus recovery.
    pub downtime: Ms,
    /// Robot-milliseconds in slots, and those of them spent waiting for offline robots, downloading and in scripts.
    pub slot: Ms,
    pub slot_offline: Ms,
    pub slot_download: Ms,
    pub slot_scripts: Ms,
    pub bytes: u64,
}

impl Outcome {
    pub fn started(&self) -> u32 {
        self.n - self.never_started
    }

    /// Exposed and not updated.
    pub fn broken(&self) -> u32 {
        self.exposed - self.updated
    }

    pub fn threshold_reached(&self) -> bool {
        self.ended_by == EndedBy::Breach
    }

    /// Whether the threshold stopped the job while robots were left over.
    pub fn stopped(&self) -> bool {
        self.threshold_reached() && self.never_started > 0
    }

    /// When the failure arrived that reached the threshold.
    pub fn time_to_stop(&self) -> Option<Ms> {
        self.threshold_reached().then_some(self.job_duration)
    }

    /// Robots are neither lost nor counted twice. Stays on in release builds: numbers that do not add up must not leave.
    pub(super) fn check(&self) {
        let accounted = self.updated + self.failed + self.aborted + self.never_started;
        assert_eq!(accounted, self.n, "a bug: robots do not add up in {self:?}");
        assert!(self.exposed >= self.updated && self.exposed <= self.started(), "a bug: exposed robots in {self:?}");
        assert_eq!(self.failures.iter().sum::<u32>(), self.failed, "a bug: failure codes in {self:?}");
        assert!(self.job_duration <= self.drained, "a bug: time goes back in {self:?}");
    }
}
