//! The 24 failure codes of RoboMaker's DeploymentJobErrorCode, spelled as the service spells them, and where each can arise.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Where in a robot deployment a configured fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultStage {
    /// Before the robot is contacted: the robot is not exposed.
    CloudCheck,
    /// When the command arrives.
    Contact,
    Validating,
    /// After the download, while the bundle is unpacked.
    Extracting,
    Launching,
}

macro_rules! failure_codes {
    ($($name:ident),+ $(,)?) => {
        /// Why a robot deployment or a deployment job failed, in the order of the service's own list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum FailureCode { $($name),+ }

        impl FailureCode {
            /// Every code, in the service's order.
            pub const ALL: [FailureCode; 24] = [$(FailureCode::$name),+];

            /// The service's spelling.
            pub fn name(self) -> &'static str {
                match self { $(FailureCode::$name => stringify!($name)),+ }
            }
        }
    };
}

failure_codes![
    ResourceNotFound,
    EnvironmentSetupError,
    EtagMismatch,
    FailureThresholdBreached,
    RobotDeploymentAborted,
    RobotDeploymentNoResponse,
    RobotAgentConnectionTimeout,
    GreengrassDeploymentFailed,
    InvalidGreengrassGroup,
    MissingRobotArchitecture,
    MissingRobotApplicationArchitecture,
    MissingRobotDeploymentResource,
    GreengrassGroupVersionDoesNotExist,
    LambdaDeleted,
    ExtractingBundleFailure,
    PreLaunchFileFailure,
    PostLaunchFileFailure,
    BadPermissionError,
    DownloadConditionFailed,
    BadLambdaAssociated,
    InternalServerError,
    RobotApplicationDoesNotExist,
    DeploymentFleetDoesNotExist,
    FleetDeploymentTimeout,
];

impl FailureCode {
    /// The code spelled exactly `name`.
    pub fn from_name(name: &str) -> Option<FailureCode> {
        FailureCode::ALL
            .into_iter()
            .find(|code| code.name() == name)
    }

    /// The stage at which the code can be configured as a robot's fault; `None` for codes that arise from something else.
    pub fn fault_stage(self) -> Option<FaultStage> {
        use FailureCode::*;
        match self {
            MissingRobotArchitecture
            | BadPermissionError
            | InvalidGreengrassGroup
            | GreengrassGroupVersionDoesNotExist
            | LambdaDeleted
            | BadLambdaAssociated
            | InternalServerError => Some(FaultStage::CloudCheck),
            RobotAgentConnectionTimeout | GreengrassDeploymentFailed => Some(FaultStage::Contact),
            ResourceNotFound | EtagMismatch => Some(FaultStage::Validating),
            ExtractingBundleFailure => Some(FaultStage::Extracting),
            MissingRobotDeploymentResource | EnvironmentSetupError => Some(FaultStage::Launching),
            _ => None,
        }
    }

    /// Whether a fault with this code strikes the robot in every later deployment too, until its cause is repaired. The others
    /// pass, or are mended by trying again.
    pub fn is_permanent(self) -> bool {
        use FailureCode::*;
        self.is_of_release()
            || matches!(
                self,
                MissingRobotArchitecture
                    | BadPermissionError
                    | InvalidGreengrassGroup
                    | GreengrassGroupVersionDoesNotExist
                    | BadLambdaAssociated
                    | EnvironmentSetupError
            )
    }

    /// Whether a fault with this code lies in the version that is deployed, so that another version does not meet it.
    pub fn is_of_release(self) -> bool {
        use FailureCode::*;
        matches!(
            self,
            ResourceNotFound | EtagMismatch | MissingRobotDeploymentResource
        )
    }

    /// Whether the whole job can fail with the code while it prepares.
    pub fn strikes_job(self) -> bool {
        use FailureCode::*;
        matches!(
            self,
            ResourceNotFound
                | LambdaDeleted
                | BadPermissionError
                | InternalServerError
                | RobotApplicationDoesNotExist
                | DeploymentFleetDoesNotExist
        )
    }

    /// What makes a code arise that cannot be configured as a robot's fault.
    pub fn arises_from(self) -> &'static str {
        use FailureCode::*;
        match self {
            MissingRobotApplicationArchitecture => {
                "an `architecture` that `release.bundle` has no bundle for"
            }
            RobotDeploymentNoResponse => "`dead` robots",
            RobotDeploymentAborted => {
                "the robot timeout, `on_stop = \"abort\"`, or a job that stops before the robot's turn"
            }
            PreLaunchFileFailure => "`pre_launch.failure`",
            PostLaunchFileFailure => "`post_launch.failure`",
            DownloadConditionFailed => "`download_condition.failure`",
            FailureThresholdBreached => "the failure threshold",
            FleetDeploymentTimeout => "`fleet_timeout`",
            RobotApplicationDoesNotExist | DeploymentFleetDoesNotExist => {
                "`rollout.robomaker.job_faults`"
            }
            _ => "`faults`",
        }
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fault of the whole job while it prepares: the code and its probability per replication.
#[derive(Clone, Debug)]
pub struct JobFault {
    pub code: FailureCode,
    pub probability: f64,
}

impl Ord for JobFault {
    fn cmp(&self, other: &JobFault) -> Ordering {
        self.code
            .cmp(&other.code)
            .then(self.probability.total_cmp(&other.probability))
    }
}

impl PartialOrd for JobFault {
    fn partial_cmp(&self, other: &JobFault) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for JobFault {
    fn eq(&self, other: &JobFault) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for JobFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_can_be_reached_by_some_configuration() {
        let by_fault = FailureCode::ALL
            .iter()
            .filter(|c| c.fault_stage().is_some())
            .count();
        assert_eq!(by_fault, 14);
        let permanent = FailureCode::ALL.iter().filter(|c| c.is_permanent());
        assert_eq!(permanent.clone().count(), 9);
        assert!(
            permanent.clone().all(|c| c.fault_stage().is_some()),
            "what recurs is a fault"
        );
        for code in FailureCode::ALL {
            assert_eq!(FailureCode::from_name(code.name()), Some(code));
            assert_ne!(
                code.arises_from() == "`faults`",
                code.fault_stage().is_none()
            );
        }
    }
}
