//! What the service answered of fleets, robots and tags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Architecture;
use crate::wire::robomaker::status::{DeploymentStatus, RobotStatus};
use crate::wire::robomaker::timestamp::Timestamp;

/// What operations answered that have nothing to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmptyResponse {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateFleetResponse {
    pub arn: String,
    pub name: String,
    pub created_at: Timestamp,
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeFleetResponse {
    pub name: String,
    pub arn: String,
    pub robots: Vec<RobotSummary>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_status: Option<DeploymentStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_time: Option<Timestamp>,
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFleetsResponse {
    pub fleet_details: Vec<FleetSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A fleet in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetSummary {
    pub name: String,
    pub arn: String,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_status: Option<DeploymentStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_time: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotResponse {
    pub arn: String,
    pub name: String,
    pub created_at: Timestamp,
    pub greengrass_group_id: String,
    pub architecture: Architecture,
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRobotResponse {
    pub arn: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet_arn: Option<String>,
    pub status: RobotStatus,
    pub greengrass_group_id: String,
    pub created_at: Timestamp,
    pub architecture: Architecture,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_time: Option<Timestamp>,
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListRobotsResponse {
    pub robots: Vec<RobotSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A robot in a list or in a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RobotSummary {
    pub arn: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet_arn: Option<String>,
    pub status: RobotStatus,
    /// With a second capital, unlike where a robot is created or described. Older answers did not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub green_grass_group_id: Option<String>,
    pub created_at: Timestamp,
    pub architecture: Architecture,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_job: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_time: Option<Timestamp>,
}

/// What RegisterRobot and DeregisterRobot answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRobotResponse {
    pub fleet: String,
    pub robot: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListTagsForResourceResponse {
    pub tags: BTreeMap<String, String>,
}
