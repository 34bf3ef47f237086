//! RoboMaker's deployment API as data: what stood in request files and in the service's answers, spelled and typed as there.
//!
//! The service had one notation for a deployment, and tools were made for it. These are its types ([`request`], [`job`]), the
//! constraints of its published model ([`shape`]) and its ways of naming things and telling time. The field order is the model's, which
//! the service's own samples keep to. Source: the service model 2018-06-29 as it came with botocore 1.35, and the samples of the AWS
//! CLI; docs/robomaker.md says what these leave open.
//!
//! Nothing here reads a file or knows what a simulation is.

mod arn;
mod job;
mod notation;
mod placeholder;
mod reason;
mod request;
mod shape;
mod status;
mod timestamp;

pub use arn::{Owner, base36, resource_name};
pub use job::{
    CreateDeploymentJobResponse, DescribeDeploymentJobResponse, JobSummary,
    ListDeploymentJobsResponse, ProgressDetail, RobotDeployment, SyncDeploymentJobResponse,
};
pub use notation::{Foreign, foreign, lower_first, python_literal};
pub use reason::reason;
pub use request::{
    CreateDeploymentJobRequest, DeploymentApplicationConfig, DeploymentConfig, LaunchConfig,
    ROBOT_TIMEOUT_DEFAULT_S, Refused, Request, S3Object,
};
pub use shape::{Fault, JsonPath, Mend, Segment};
pub use status::{DeploymentStatus, RobotDeploymentStep, RobotStatus};
pub use timestamp::Timestamp;
