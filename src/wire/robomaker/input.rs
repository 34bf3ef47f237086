//! What operations are asked, as it was checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Architecture;
use crate::wire::robomaker::application::{Environment, RobotSoftwareSuite, Source};
use crate::wire::robomaker::list::ListRequest;
use crate::wire::robomaker::request::CreateDeploymentJobRequest;

/// An operation with all that it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum Input {
    CreateDeploymentJob(CreateDeploymentJobRequest),
    DescribeDeploymentJob {
        job: String,
    },
    ListDeploymentJobs(ListRequest),
    SyncDeploymentJob {
        client_request_token: String,
        fleet: String,
    },
    CancelDeploymentJob {
        job: String,
    },
    CreateFleet(CreateFleetRequest),
    DescribeFleet {
        fleet: String,
    },
    ListFleets(ListRequest),
    DeleteFleet {
        fleet: String,
    },
    CreateRobot(CreateRobotRequest),
    DescribeRobot {
        robot: String,
    },
    ListRobots(ListRequest),
    DeleteRobot {
        robot: String,
    },
    RegisterRobot {
        fleet: String,
        robot: String,
    },
    DeregisterRobot {
        fleet: String,
        robot: String,
    },
    CreateRobotApplication(CreateRobotApplicationRequest),
    CreateRobotApplicationVersion(CreateRobotApplicationVersionRequest),
    DescribeRobotApplication(ApplicationRequest),
    ListRobotApplications(ListRequest),
    DeleteRobotApplication(ApplicationRequest),
    TagResource {
        resource_arn: String,
        tags: BTreeMap<String, String>,
    },
    UntagResource {
        resource_arn: String,
        tag_keys: Vec<String>,
    },
    ListTagsForResource {
        resource_arn: String,
    },
}

/// A fleet to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreateFleetRequest {
    pub name: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A robot to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotRequest {
    pub name: String,
    pub architecture: Architecture,
    pub greengrass_group_id: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// An application to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotApplicationRequest {
    pub name: String,
    #[serde(default)]
    pub sources: Vec<Source>,
    pub robot_software_suite: RobotSoftwareSuite,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
}

/// A version of an application to be made of its working copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRobotApplicationVersionRequest {
    pub application: String,
    /// The revision that the working copy has to be at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_revision_id: Option<String>,
    #[serde(default, rename = "s3Etags")]
    pub s3_etags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
}

/// An application, or a version of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationRequest {
    pub application: String,
    /// A number, or `$LATEST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_version: Option<String>,
}
