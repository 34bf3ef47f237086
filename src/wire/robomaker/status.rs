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
