//! How a rollout may end.

use crate::model::FailureCode;

/// How the job came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedBy {
    /// Every robot deployment ended and the threshold was not reached: the job Succeeded, also with some failed.
    Success,
    /// The failure threshold was reached: Failed with FailureThresholdBreached.
    Breach,
    /// The user canceled it: Canceled.
    Cancel,
    /// The fleet timeout: Failed with FleetDeploymentTimeout.
    FleetTimeout,
    /// A fault of the job while it prepared: Failed with its code.
    JobFault(FailureCode),
    /// A campaign whose canary succeeded, and on whose robots a latent fault of the release showed before the soak was over.
    LatentFault,
    /// A campaign in which no job was ever created: no robot was registered whenever there could have been one.
    NoJob,
}

impl EndedBy {
    pub fn name(self) -> &'static str {
        match self {
            EndedBy::Success => "success",
            EndedBy::Breach => "breach",
            EndedBy::Cancel => "cancel",
            EndedBy::FleetTimeout => "fleet_timeout",
            EndedBy::JobFault(_) => "job_fault",
            EndedBy::LatentFault => "latent_fault",
            EndedBy::NoJob => "no_job",
        }
    }

    /// The job's failure code.
    pub fn code(self) -> Option<FailureCode> {
        match self {
            EndedBy::Success | EndedBy::Cancel | EndedBy::LatentFault | EndedBy::NoJob => None,
            EndedBy::Breach => Some(FailureCode::FailureThresholdBreached),
            EndedBy::FleetTimeout => Some(FailureCode::FleetDeploymentTimeout),
            EndedBy::JobFault(code) => Some(code),
        }
    }
}
