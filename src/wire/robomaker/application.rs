//! Robot applications: what they are made of, and what the service answered of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Architecture;
use crate::wire::robomaker::timestamp::Timestamp;

/// The version of a working copy, which is deployed to no robot.
pub const LATEST: &str = "$LATEST";

/// A bundle. The model requires none of this; a version has the ETag of what it was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Architecture>,
}

/// What an application runs on: `ROS` and `Melodic`, say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotSoftwareSuite {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The container image of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotApplicationResponse {
    pub arn: String,
    pub name: String,
    pub version: String,
    pub sources: Vec<Source>,
    pub robot_software_suite: RobotSoftwareSuite,
    pub last_updated_at: Timestamp,
    pub revision_id: String,
    pub tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotApplicationVersionResponse {
    pub arn: String,
    pub name: String,
    pub version: String,
    pub sources: Vec<Source>,
    pub robot_software_suite: RobotSoftwareSuite,
    pub last_updated_at: Timestamp,
    pub revision_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRobotApplicationResponse {
    pub arn: String,
    pub name: String,
    pub version: String,
    pub sources: Vec<Source>,
    pub robot_software_suite: RobotSoftwareSuite,
    pub revision_id: String,
    pub last_updated_at: Timestamp,
    pub tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListRobotApplicationsResponse {
    pub robot_application_summaries: Vec<RobotApplicationSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// An application in a list, or a version of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RobotApplicationSummary {
    pub name: String,
    pub arn: String,
    pub version: String,
    pub last_updated_at: Timestamp,
    /// Older answers did not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robot_software_suite: Option<RobotSoftwareSuite>,
}
