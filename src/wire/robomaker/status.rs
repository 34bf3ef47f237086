//! The words for where a job and a robot are.

use serde::{Deserialize, Serialize};

/// The status of a deployment job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeploymentStatus {
    Pending,
    Preparing,
    InProgress,
    Failed,
    Succeeded,
    Canceled,
}

impl DeploymentStatus {
    /// As the service spells them, in their order.
    pub(super) const NAMES: [&'static str; 6] = [
        "Pending",
        "Preparing",
        "InProgress",
        "Failed",
        "Succeeded",
        "Canceled",
    ];

    pub fn name(self) -> &'static str {
        DeploymentStatus::NAMES[self as usize]
    }
}

/// The status of a robot, of its own and in a job's summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RobotStatus {
    Available,
    Registered,
    PendingNewDeployment,
    Deploying,
    Failed,
    InSync,
    NoResponse,
}

impl RobotStatus {
    /// As the service spells them, in their order.
    pub(super) const NAMES: [&'static str; 7] = [
        "Available",
        "Registered",
        "PendingNewDeployment",
        "Deploying",
        "Failed",
        "InSync",
        "NoResponse",
    ];

    pub fn name(self) -> &'static str {
        RobotStatus::NAMES[self as usize]
    }
}

/// The step that a robot deployment is in. The model lists the download condition after the download; the guide has it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RobotDeploymentStep {
    Validating,
    DownloadingExtracting,
    ExecutingDownloadCondition,
    ExecutingPreLaunch,
    Launching,
    ExecutingPostLaunch,
    Finished,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_named_as_it_is_written() {
        for name in DeploymentStatus::NAMES {
            let status: DeploymentStatus = serde_json::from_value(name.into()).unwrap();
            assert_eq!(status.name(), name);
        }
        for name in RobotStatus::NAMES {
            let status: RobotStatus = serde_json::from_value(name.into()).unwrap();
            assert_eq!(status.name(), name);
        }
    }
}
