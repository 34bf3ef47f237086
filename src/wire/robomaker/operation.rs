//! The operations that are answered: where they are, what they take, and how they may say no.

use crate::wire::robomaker::exception::ExceptionKind::{
    self, ConcurrentDeployment, IdempotentParameterMismatch, InternalServer, InvalidParameter,
    LimitExceeded, ResourceAlreadyExists, ResourceNotFound, Throttling,
};
use crate::wire::robomaker::model;
use crate::wire::robomaker::shape::Member;

/// An operation, in the order of [`Operation::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    CreateDeploymentJob,
    DescribeDeploymentJob,
    ListDeploymentJobs,
    SyncDeploymentJob,
    CancelDeploymentJob,
    CreateFleet,
    DescribeFleet,
    ListFleets,
    DeleteFleet,
    CreateRobot,
    DescribeRobot,
    ListRobots,
    DeleteRobot,
    RegisterRobot,
    DeregisterRobot,
    CreateRobotApplication,
    CreateRobotApplicationVersion,
    DescribeRobotApplication,
    ListRobotApplications,
    DeleteRobotApplication,
    TagResource,
    UntagResource,
    ListTagsForResource,
}

/// What the model says of an operation.
struct Facts {
    operation: Operation,
    name: &'static str,
    method: &'static str,
    /// With the names of members in braces.
    uri: &'static str,
    input: &'static [Member],
    /// Beside those that every operation has.
    exceptions: &'static [ExceptionKind],
}

/// The exceptions that every operation declares.
const COMMON: [ExceptionKind; 3] = [InvalidParameter, InternalServer, Throttling];

const fn post(
    operation: Operation,
    name: &'static str,
    uri: &'static str,
    input: &'static [Member],
    exceptions: &'static [ExceptionKind],
) -> Facts {
    Facts {
        operation,
        name,
        method: "POST",
        uri,
        input,
        exceptions,
    }
}

const DEPLOYING: [ExceptionKind; 4] = [
    ResourceNotFound,
    LimitExceeded,
    ConcurrentDeployment,
    IdempotentParameterMismatch,
];
const TAGS: &str = "/tags/{resourceArn}";

#[rustfmt::skip]
const FACTS: [Facts; 23] = [
    post(Operation::CreateDeploymentJob, "CreateDeploymentJob", "/createDeploymentJob", &model::CREATE_DEPLOYMENT_JOB, &DEPLOYING),
    post(Operation::DescribeDeploymentJob, "DescribeDeploymentJob", "/describeDeploymentJob", &model::JOB, &[ResourceNotFound]),
    post(Operation::ListDeploymentJobs, "ListDeploymentJobs", "/listDeploymentJobs", &model::LIST_JOBS_OR_ROBOTS, &[ResourceNotFound]),
    post(Operation::SyncDeploymentJob, "SyncDeploymentJob", "/syncDeploymentJob", &model::SYNC_DEPLOYMENT_JOB, &DEPLOYING),
    post(Operation::CancelDeploymentJob, "CancelDeploymentJob", "/cancelDeploymentJob", &model::JOB, &[ResourceNotFound]),
    post(Operation::CreateFleet, "CreateFleet", "/createFleet", &model::CREATE_FLEET, &[LimitExceeded]),
    post(Operation::DescribeFleet, "DescribeFleet", "/describeFleet", &model::FLEET, &[ResourceNotFound]),
    post(Operation::ListFleets, "ListFleets", "/listFleets", &model::LIST_FLEETS, &[ResourceNotFound]),
    post(Operation::DeleteFleet, "DeleteFleet", "/deleteFleet", &model::FLEET, &[]),
    post(Operation::CreateRobot, "CreateRobot", "/createRobot", &model::CREATE_ROBOT, &[LimitExceeded, ResourceAlreadyExists]),
    post(Operation::DescribeRobot, "DescribeRobot", "/describeRobot", &model::ROBOT, &[ResourceNotFound]),
    post(Operation::ListRobots, "ListRobots", "/listRobots", &model::LIST_JOBS_OR_ROBOTS, &[ResourceNotFound]),
    post(Operation::DeleteRobot, "DeleteRobot", "/deleteRobot", &model::ROBOT, &[]),
    post(Operation::RegisterRobot, "RegisterRobot", "/registerRobot", &model::REGISTRATION, &[LimitExceeded, ResourceNotFound]),
    post(Operation::DeregisterRobot, "DeregisterRobot", "/deregisterRobot", &model::REGISTRATION, &[ResourceNotFound]),
    post(Operation::CreateRobotApplication, "CreateRobotApplication", "/createRobotApplication", &model::CREATE_APPLICATION, &[ResourceAlreadyExists, LimitExceeded, IdempotentParameterMismatch]),
    post(Operation::CreateRobotApplicationVersion, "CreateRobotApplicationVersion", "/createRobotApplicationVersion", &model::CREATE_APPLICATION_VERSION, &[LimitExceeded, IdempotentParameterMismatch]),
    post(Operation::DescribeRobotApplication, "DescribeRobotApplication", "/describeRobotApplication", &model::DESCRIBE_APPLICATION, &[ResourceNotFound]),
    post(Operation::ListRobotApplications, "ListRobotApplications", "/listRobotApplications", &model::LIST_APPLICATIONS, &[]),
    post(Operation::DeleteRobotApplication, "DeleteRobotApplication", "/deleteRobotApplication", &model::DESCRIBE_APPLICATION, &[]),
    post(Operation::TagResource, "TagResource", TAGS, &model::TAG_RESOURCE, &[ResourceNotFound]),
    Facts { operation: Operation::UntagResource, name: "UntagResource", method: "DELETE", uri: TAGS, input: &model::UNTAG_RESOURCE, exceptions: &[ResourceNotFound] },
    Facts { operation: Operation::ListTagsForResource, name: "ListTagsForResource", method: "GET", uri: TAGS, input: &model::LIST_TAGS, exceptions: &[ResourceNotFound] },
];

impl Operation {
    /// All of them, deployments first.
    pub fn all() -> impl Iterator<Item = Operation> {
        FACTS.iter().map(|facts| facts.operation)
    }

    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.facts().name
    }

    pub fn method(self) -> &'static str {
        self.facts().method
    }

    /// Its path, with the names of members that stand in it in braces.
    pub fn uri(self) -> &'static str {
        self.facts().uri
    }

    pub(super) fn input(self) -> &'static [Member] {
        self.facts().input
    }

    /// The exceptions that it declares.
    pub fn exceptions(self) -> impl Iterator<Item = ExceptionKind> {
        COMMON
            .into_iter()
            .chain(self.facts().exceptions.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_finds_its_own_facts() {
        for (place, operation) in Operation::all().enumerate() {
            assert_eq!(operation as usize, place, "{}", operation.name());
        }
        assert_eq!(Operation::ListTagsForResource.name(), "ListTagsForResource");
        assert_eq!(Operation::UntagResource.method(), "DELETE");
    }
}
