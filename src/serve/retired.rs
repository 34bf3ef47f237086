//! What the real service answers of deployments since its end.
//!
//! New fleets, robots and deployments were refused from 2022-01-31 on; on 2022-05-02 all that there was of them was removed, and every
//! operation on them was refused. How is on record for ListFleets in July 2022
//! (<https://github.com/SummitRoute/aws_breaking_changes/issues/64>): a ThrottlingException with the status 400 and the words below, which SDKs take for a reason
//! to try again. That all of these operations answered so is inferred from their deprecation notes, which have nearly the same words.
//! Applications and tags were answered until the service ended on 2025-09-10. What it has answered since is not known to us.

use crate::wire::robomaker::{Exception, ExceptionKind, Input};

/// The words as they are on record.
const MESSAGE: &str = "AWS RoboMaker is Unable to process this request as the support for the AWS RoboMaker application deployment feature has ended. \
    Please see https://docs.aws.amazon.com/robomaker/latest/dg/fleets.html for additional information.";

/// What the service answers to an operation that it does not have any more.
pub(super) fn refuses(input: &Input) -> Option<Exception> {
    let is_left = match input {
        Input::CreateRobotApplication(_)
        | Input::CreateRobotApplicationVersion(_)
        | Input::DescribeRobotApplication(_)
        | Input::ListRobotApplications(_)
        | Input::DeleteRobotApplication(_)
        | Input::TagResource { .. }
        | Input::UntagResource { .. }
        | Input::ListTagsForResource { .. } => true,
        Input::CreateDeploymentJob(_)
        | Input::DescribeDeploymentJob { .. }
        | Input::ListDeploymentJobs(_)
        | Input::SyncDeploymentJob { .. }
        | Input::CancelDeploymentJob { .. }
        | Input::CreateFleet(_)
        | Input::DescribeFleet { .. }
        | Input::ListFleets(_)
        | Input::DeleteFleet { .. }
        | Input::CreateRobot(_)
        | Input::DescribeRobot { .. }
        | Input::ListRobots(_)
        | Input::DeleteRobot { .. }
        | Input::RegisterRobot { .. }
        | Input::DeregisterRobot { .. } => false,
    };
    (!is_left).then(|| Exception::new(ExceptionKind::Throttling, MESSAGE))
}
