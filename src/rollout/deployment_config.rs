//! What a job beside the main one has of its own.

use crate::model::Ms;
use crate::rollout::Given;

/// A deploymentConfig of which some is given: the rest is that of the main job.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentConfig {
    pub concurrent_deployment_percentage: Option<u8>,
    pub failure_threshold_percentage: Option<u8>,
    pub robot_deployment_timeout: Option<Ms>,
}

impl DeploymentConfig {
    /// The keys of RoboMaker's table that it may have of its own.
    pub const KEYS: [&str; 3] = [
        "concurrent_deployment_percentage",
        "failure_threshold_percentage",
        "robot_deployment_timeout",
    ];

    /// Takes what one of its keys was given.
    pub fn take(&mut self, key: &str, given: Given) {
        let [concurrency, threshold, timeout] = DeploymentConfig::KEYS;
        match given {
            Given::Whole(percent) if key == concurrency => {
                self.concurrent_deployment_percentage = Some(percent as u8);
            }
            Given::Whole(percent) if key == threshold => {
                self.failure_threshold_percentage = Some(percent as u8);
            }
            Given::Duration(ms) if key == timeout => self.robot_deployment_timeout = Some(ms),
            given => unreachable!("a bug: `{key}` was given {given:?}"),
        }
    }

    /// The keys of what is given of its own.
    pub fn own(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            self.concurrent_deployment_percentage.is_some(),
            self.failure_threshold_percentage.is_some(),
            self.robot_deployment_timeout.is_some(),
        ];
        DeploymentConfig::KEYS
            .into_iter()
            .zip(given)
            .filter(|(_, given)| *given)
            .map(|(key, _)| key)
    }
}
