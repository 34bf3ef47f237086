//! Failure reasons: the service's are free text of which no sample is published, so these are rollcast's own.

use crate::model::FailureCode;

/// What a failure code means, in a sentence, of a robot deployment.
pub fn reason(code: FailureCode) -> &'static str {
    match code {
        FailureCode::ResourceNotFound => {
            "A resource of the deployment, such as the source bundle, does not exist."
        }
        FailureCode::EnvironmentSetupError => {
            "The robot could not set up the environment of the application."
        }
        FailureCode::EtagMismatch => "The source bundle has changed since the version was made.",
        FailureCode::FailureThresholdBreached => {
            "Too large a share of the robots could not be updated."
        }
        FailureCode::RobotDeploymentAborted => {
            "The deployment to the robot was stopped before it was finished."
        }
        FailureCode::RobotDeploymentNoResponse => {
            "The robot did not respond: it may be off or without a connection."
        }
        FailureCode::RobotAgentConnectionTimeout => {
            "The agent on the robot did not connect in time."
        }
        FailureCode::GreengrassDeploymentFailed => "Greengrass could not deploy to the robot.",
        FailureCode::InvalidGreengrassGroup => "The Greengrass group of the robot cannot be used.",
        FailureCode::MissingRobotArchitecture => "The robot has no architecture on record.",
        FailureCode::MissingRobotApplicationArchitecture => {
            "The application has no source for the architecture of the robot."
        }
        FailureCode::MissingRobotDeploymentResource => {
            "The package or the launch file is not in the bundle."
        }
        FailureCode::GreengrassGroupVersionDoesNotExist => {
            "The Greengrass group of the robot or its version does not exist."
        }
        FailureCode::LambdaDeleted => "The function that deploys the application was deleted.",
        FailureCode::ExtractingBundleFailure => "The bundle could not be unpacked.",
        FailureCode::PreLaunchFileFailure => "The pre-launch script failed.",
        FailureCode::PostLaunchFileFailure => "The post-launch script failed.",
        FailureCode::BadPermissionError => "A permission that the deployment needs is missing.",
        FailureCode::DownloadConditionFailed => {
            "The download condition script failed: nothing was downloaded."
        }
        FailureCode::BadLambdaAssociated => {
            "A wrong function is in the Greengrass group of the robot."
        }
        FailureCode::InternalServerError => "An error within the service.",
        FailureCode::RobotApplicationDoesNotExist => {
            "The application or its version does not exist any more."
        }
        FailureCode::DeploymentFleetDoesNotExist => "The fleet does not exist any more.",
        FailureCode::FleetDeploymentTimeout => {
            "The deployment to the fleet took longer than a job may."
        }
    }
}
