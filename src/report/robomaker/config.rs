//! RoboMaker's rules in its own notation.

use schemars::JsonSchema;
use serde::Serialize;

use crate::rollout::{RoboMaker, Rules};
use crate::wire::robomaker::DeploymentConfig;

/// The robot deployment timeout as the service takes it: in whole seconds, rounded up [s].
pub(in crate::report) fn robot_timeout_s(rules: &RoboMaker) -> u64 {
    rules.robot_deployment_timeout.div_ceil(1000)
}

/// The rules, which must be RoboMaker's: its notation knows no others.
pub(in crate::report) fn of_robomaker(rules: &Rules) -> &RoboMaker {
    rules
        .robomaker()
        .expect("a bug: rules of another engine in RoboMaker's notation")
}

/// The deploymentConfig that gives these rules.
pub fn deployment_config(rules: &RoboMaker) -> DeploymentConfig {
    DeploymentConfig {
        concurrent_deployment_percentage: Some(rules.concurrent_deployment_percentage),
        failure_threshold_percentage: Some(rules.failure_threshold_percentage),
        robot_deployment_timeout_in_seconds: Some(robot_timeout_s(rules)),
        download_condition_file: None,
    }
}

/// As RoboMaker spells it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeploymentConfig")]
pub(in crate::report) struct PastedConfig {
    /// Robots that may be deployed to at a time [% of the job's robots].
    #[schemars(range(min = 1, max = 100))]
    concurrent_deployment_percentage: u8,
    /// Failed robots that stop the job [% of the job's robots].
    #[schemars(range(min = 1, max = 100))]
    failure_threshold_percentage: u8,
    /// From a robot's turn to the end of its deployment at the latest [s].
    robot_deployment_timeout_in_seconds: u64,
}

impl PastedConfig {
    pub(in crate::report) fn of(rules: &RoboMaker) -> PastedConfig {
        PastedConfig {
            concurrent_deployment_percentage: rules.concurrent_deployment_percentage,
            failure_threshold_percentage: rules.failure_threshold_percentage,
            robot_deployment_timeout_in_seconds: robot_timeout_s(rules),
        }
    }
}
