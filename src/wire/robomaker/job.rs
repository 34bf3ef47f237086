//! What the service answered: a job as it was created, listed and described.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wire::robomaker::request::{DeploymentApplicationConfig, DeploymentConfig};
use crate::wire::robomaker::status::{DeploymentStatus, RobotDeploymentStep, RobotStatus};
use crate::wire::robomaker::timestamp::Timestamp;

/// What CreateDeploymentJob answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateDeploymentJobResponse {
    pub arn: String,
    pub fleet: String,
    pub status: DeploymentStatus,
    pub deployment_application_configs: Vec<DeploymentApplicationConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    pub created_at: Timestamp,
    pub deployment_config: DeploymentConfig,
    pub tags: BTreeMap<String, String>,
}

/// What SyncDeploymentJob answered: a job with the latest one's config.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncDeploymentJobResponse {
    pub arn: String,
    pub fleet: String,
    pub status: DeploymentStatus,
    pub deployment_config: DeploymentConfig,
    pub deployment_application_configs: Vec<DeploymentApplicationConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    pub created_at: Timestamp,
}

/// What DescribeDeploymentJob answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeDeploymentJobResponse {
    pub arn: String,
    pub fleet: String,
    pub status: DeploymentStatus,
    pub deployment_config: DeploymentConfig,
    pub deployment_application_configs: Vec<DeploymentApplicationConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    pub created_at: Timestamp,
    /// Every robot of the job.
    pub robot_deployment_summary: Vec<RobotDeployment>,
    pub tags: BTreeMap<String, String>,
}

/// What ListDeploymentJobs answered: the newest job first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListDeploymentJobsResponse {
    pub deployment_jobs: Vec<JobSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A job in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSummary {
    pub arn: String,
    pub fleet: String,
    pub status: DeploymentStatus,
    pub deployment_application_configs: Vec<DeploymentApplicationConfig>,
    pub deployment_config: DeploymentConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    pub created_at: Timestamp,
}

/// A robot in a job's description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RobotDeployment {
    /// The robot's own.
    pub arn: String,
    /// Of a deployment that started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_start_time: Option<Timestamp>,
    /// Of one that ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_finish_time: Option<Timestamp>,
    pub status: RobotStatus,
    pub progress_detail: ProgressDetail,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
}

/// How far a robot deployment is; empty until the robot reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressDetail {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_progress: Option<RobotDeploymentStep>,
    /// Of the step, 0 to 100; in DownloadingExtracting only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_done: Option<f64>,
    /// Of the step [s]; in DownloadingExtracting only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_time_remaining_seconds: Option<i64>,
    /// The ARN of the deployment job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource: Option<String>,
}
