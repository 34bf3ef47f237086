//! RoboMaker's deployment API as data: what stood in request files and in the service's answers, spelled and typed as there.
//!
//! The service had one notation for a deployment, and tools were made for it. These are its types ([`request`], [`job`],
//! [`fleet`], [`application`]), the constraints of its published model ([`shape`], [`model`]) and its ways of naming things and telling
//! time. For whoever stands in for the service there are its operations ([`operation`]), how a request is read as the input of one
//! ([`route`], [`read`], [`input`]) and how it is refused ([`exception`]). The field order is the model's, which the service's own samples
//! keep to. Source: the service model 2018-06-29 as it came with botocore 1.35, and the samples of the AWS CLI; docs/robomaker.md says
//! what these leave open.
//!
//! Nothing here reads a file or knows what a simulation is.

mod application;
mod arn;
mod breach;
mod exception;
mod fault;
mod fleet;
mod input;
mod job;
mod list;
mod model;
mod notation;
mod operation;
mod path;
mod pattern;
mod placeholder;
mod read;
mod reason;
mod request;
mod route;
mod shape;
mod status;
mod table;
mod timestamp;
mod violation;

pub use application::{
    CreateRobotApplicationResponse, CreateRobotApplicationVersionResponse,
    DescribeRobotApplicationResponse, Environment, LATEST, ListRobotApplicationsResponse,
    RobotApplicationSummary, RobotSoftwareSuite, Source,
};
pub use arn::{Owner, base36, resource_name};
pub use exception::{Exception, ExceptionKind};
pub use fault::{Fault, Mend};
pub use fleet::{
    CreateFleetResponse, CreateRobotResponse, DescribeFleetResponse, DescribeRobotResponse,
    EmptyResponse, FleetSummary, ListFleetsResponse, ListRobotsResponse,
    ListTagsForResourceResponse, RegisterRobotResponse, RobotSummary,
};
pub use input::{
    ApplicationRequest, CreateFleetRequest, CreateRobotApplicationRequest,
    CreateRobotApplicationVersionRequest, CreateRobotRequest, Input,
};
pub use job::{
    CreateDeploymentJobResponse, DescribeDeploymentJobResponse, JobSummary,
    ListDeploymentJobsResponse, ProgressDetail, RobotDeployment, SyncDeploymentJobResponse,
};
pub use list::{FilterName, ListRequest};
pub use notation::{Foreign, foreign, lower_first, python_literal};
pub use operation::Operation;
pub use path::{JsonPath, Segment};
pub use reason::reason;
pub use request::{
    CreateDeploymentJobRequest, DeploymentApplicationConfig, DeploymentConfig, LaunchConfig,
    ROBOT_TIMEOUT_DEFAULT_S, Refused, Request, S3Object,
};
pub use route::Route;
pub use status::{DeploymentStatus, RobotDeploymentStep, RobotStatus};
pub use table::{operations_json, operations_list};
pub use timestamp::Timestamp;

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    /// Requires a sample of the service to be read as a `T` that prints back as it was, keys in their order.
    fn assert_prints_back<T: Serialize + DeserializeOwned>(name: &str) {
        let text = std::fs::read_to_string(format!("tests/robomaker/{name}.json")).expect(name);
        let parsed: T =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let printed = serde_json::to_string(&parsed).expect("JSON");
        assert_eq!(plain(&printed), plain(&text), "{name}");
    }

    #[test]
    fn the_samples_of_the_service_print_back_equal() {
        assert_prints_back::<CreateFleetResponse>("create-fleet");
        assert_prints_back::<ListFleetsResponse>("list-fleets");
        assert_prints_back::<CreateRobotResponse>("create-robot");
        assert_prints_back::<DescribeRobotResponse>("describe-robot");
        assert_prints_back::<ListRobotsResponse>("list-robots");
        assert_prints_back::<RegisterRobotResponse>("register-robot");
        assert_prints_back::<CreateRobotApplicationResponse>("create-robot-application");
        assert_prints_back::<DescribeRobotApplicationResponse>("describe-robot-application");
        assert_prints_back::<ListRobotApplicationsResponse>("list-robot-applications");
        assert_prints_back::<ListTagsForResourceResponse>("list-tags-for-resource");
    }
}
