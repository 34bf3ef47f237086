//! The operations: what each does to the account, and what it answers.

use serde::Serialize;

use crate::report::robot_deployment;
use crate::serve::account::{Account, Answered};
use crate::serve::resources::{Resource, Robot};
use crate::serve::views::moment;
use crate::wire::robomaker::{
    CreateDeploymentJobRequest, CreateRobotRequest, CreateRobotResponse, EmptyResponse, Exception,
    ExceptionKind, Input, LATEST, ListDeploymentJobsResponse, ListFleetsResponse, ListRequest,
    ListRobotApplicationsResponse, ListRobotsResponse, ListTagsForResourceResponse,
    RegisterRobotResponse,
};

/// What an operation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// A JSON object.
    pub json: String,
    /// Whether the account is another one than before.
    pub changed: bool,
}

impl Answer {
    fn new(answer: &impl Serialize, changed: bool) -> Answer {
        Answer {
            json: serde_json::to_string(answer).expect("a bug: the service's types are JSON"),
            changed,
        }
    }

    fn told(answer: &impl Serialize) -> Answer {
        Answer::new(answer, false)
    }

    fn done(answer: &impl Serialize) -> Answer {
        Answer::new(answer, true)
    }

    /// Of an operation that has nothing to say.
    fn nothing(changed: bool) -> Answer {
        Answer::new(&EmptyResponse {}, changed)
    }
}

impl Account {
    /// Carries out an operation at the time to which the account was taken.
    ///
    /// # Errors
    /// The service would have refused it; nothing has changed then.
    pub fn answer(&mut self, input: &Input) -> Result<Answer, Exception> {
        match input {
            Input::CreateDeploymentJob(request) => self.answer_create_job(input, request),
            Input::SyncDeploymentJob {
                client_request_token,
                fleet,
            } => self.answer_sync(input, client_request_token, fleet),
            Input::CancelDeploymentJob { job } => {
                let job = self.job(job)?;
                self.cancel(job)?;
                Ok(Answer::nothing(true))
            }
            Input::DescribeDeploymentJob { job } => self.answer_describe_job(job),
            Input::ListDeploymentJobs(request) => {
                let (deployment_jobs, next_token) = self.list_jobs(request)?;
                Ok(Answer::told(&ListDeploymentJobsResponse {
                    deployment_jobs,
                    next_token,
                }))
            }
            Input::CreateFleet(request) => {
                let fleet = self.create_fleet(&request.name, request.tags.clone())?;
                Ok(Answer::done(&self.created_fleet(fleet)))
            }
            Input::DescribeFleet { fleet } => {
                let fleet = self.fleet(fleet)?;
                Ok(Answer::told(&self.described_fleet(fleet)))
            }
            Input::ListFleets(request) => {
                let (fleets, next_token) = self.list_fleets(request)?;
                Ok(Answer::told(&ListFleetsResponse {
                    fleet_details: fleets.iter().map(|it| self.fleet_summary(*it)).collect(),
                    next_token,
                }))
            }
            // What is not there is deleted: the service declares no other answer.
            Input::DeleteFleet { fleet } => match self.resource(fleet) {
                Some(Resource::Fleet(fleet)) => {
                    self.delete_fleet(fleet);
                    Ok(Answer::nothing(true))
                }
                _ => Ok(Answer::nothing(false)),
            },
            Input::CreateRobot(request) => self.answer_create_robot(request),
            Input::DescribeRobot { robot } => {
                let robot = self.robot(robot)?;
                Ok(Answer::told(&self.described_robot(robot)))
            }
            Input::ListRobots(request) => self.answer_list_robots(request),
            Input::DeleteRobot { robot } => match self.resource(robot) {
                Some(Resource::Robot(robot)) => {
                    self.delete_robot(robot);
                    Ok(Answer::nothing(true))
                }
                _ => Ok(Answer::nothing(false)),
            },
            Input::RegisterRobot { fleet, robot } => {
                let numbers = (self.fleet(fleet)?, self.robot(robot)?);
                self.register_robot(numbers.0, numbers.1)?;
                Ok(registration(fleet, robot))
            }
            Input::DeregisterRobot { fleet, robot } => {
                let numbers = (self.fleet(fleet)?, self.robot(robot)?);
                self.deregister_robot(numbers.0, numbers.1)?;
                Ok(registration(fleet, robot))
            }
            Input::CreateRobotApplication(request) => {
                let application = self.create_application(request.clone())?;
                Ok(Answer::done(&self.created_application(application)))
            }
            Input::CreateRobotApplicationVersion(request) => {
                let application = self.application(&request.application)?;
                let version = self.create_version(
                    application,
                    request.current_revision_id.as_deref(),
                    request.image_digest.as_deref(),
                )?;
                Ok(Answer::done(&self.created_version(application, version)))
            }
            Input::DescribeRobotApplication(request) => {
                let application = self.application(&request.application)?;
                let version = request.application_version.as_deref();
                let answer = self.described_application(application, version)?;
                Ok(Answer::told(&answer))
            }
            Input::ListRobotApplications(request) => {
                let (applications, next_token) = self.list_applications(request)?;
                let summaries = applications
                    .iter()
                    .map(|(it, version)| self.application_summary(*it, *version));
                Ok(Answer::told(&ListRobotApplicationsResponse {
                    robot_application_summaries: summaries.collect(),
                    next_token,
                }))
            }
            Input::DeleteRobotApplication(request) => {
                let Some(Resource::Application(application)) = self.resource(&request.application)
                else {
                    return Ok(Answer::nothing(false));
                };
                let version = request.application_version.as_deref();
                // The working copy cannot be deleted by itself.
                let version = version.filter(|version| *version != LATEST);
                let is_there = version.is_none_or(|version| {
                    self.applications[application].version(version).is_some()
                });
                if is_there {
                    self.delete_application(application, version);
                }
                Ok(Answer::nothing(is_there))
            }
            Input::TagResource { resource_arn, tags } => {
                self.tag(resource_arn, tags.clone())?;
                Ok(Answer::nothing(true))
            }
            Input::UntagResource {
                resource_arn,
                tag_keys,
            } => {
                self.untag(resource_arn, tag_keys)?;
                Ok(Answer::nothing(true))
            }
            Input::ListTagsForResource { resource_arn } => {
                let tags = self.tags(resource_arn)?.clone();
                Ok(Answer::told(&ListTagsForResourceResponse { tags }))
            }
        }
    }

    fn answer_create_job(
        &mut self,
        input: &Input,
        request: &CreateDeploymentJobRequest,
    ) -> Result<Answer, Exception> {
        let token = request.client_request_token.as_deref().unwrap_or_default();
        if let Some(answer) = self.answered(token, input)? {
            return Ok(answer);
        }
        let fleet = self.fleet(&request.fleet)?;
        let application = request
            .deployment_application_configs
            .first()
            .expect("a bug: a request that was checked deploys one application");
        let job = self.create_job(
            fleet,
            application.clone(),
            request.deployment_config.clone(),
            request.tags.clone(),
        )?;
        let created = self.jobs[job].asked.created(&self.names, &self.facts(job));
        Ok(self.keep_answer(token, input, job, Answer::done(&created)))
    }

    fn answer_sync(
        &mut self,
        input: &Input,
        token: &str,
        fleet: &str,
    ) -> Result<Answer, Exception> {
        if let Some(answer) = self.answered(token, input)? {
            return Ok(answer);
        }
        let fleet = self.fleet(fleet)?;
        let job = self.sync(fleet)?;
        let created = self.jobs[job].asked.synced(&self.names, &self.facts(job));
        Ok(self.keep_answer(token, input, job, Answer::done(&created)))
    }

    /// What was answered to a request with this token. A token is free again when its job has expired.
    fn answered(&self, token: &str, input: &Input) -> Result<Option<Answer>, Exception> {
        let answered = self.answered.get(token);
        let Some(answered) = answered.filter(|answered| !self.has_expired(answered.job)) else {
            return Ok(None);
        };
        if answered.request != *input {
            return Err(Exception::new(
                ExceptionKind::IdempotentParameterMismatch,
                format!(
                    "the clientRequestToken {token} was used with another request, which created {}: use a token for one request only",
                    self.jobs[answered.job].asked.arn
                ),
            ));
        }
        Ok(Some(Answer {
            json: answered.answer.clone(),
            changed: false,
        }))
    }

    fn keep_answer(&mut self, token: &str, input: &Input, job: usize, answer: Answer) -> Answer {
        let answered = Answered {
            request: input.clone(),
            job,
            answer: answer.json.clone(),
        };
        self.answered.insert(token.to_owned(), answered);
        answer
    }

    fn answer_describe_job(&mut self, arn: &str) -> Result<Answer, Exception> {
        let job = self.job(arn)?;
        let robots = self.robots_of_job(job);
        let facts = self.facts(job);
        let asked = &self.jobs[job].asked;
        let robots = robots.iter().map(|at| {
            let robot_arn = self.robots[at.robot as usize].arn.clone();
            robot_deployment(&self.names, robot_arn, &asked.arn, at)
        });
        let description = asked.description(&self.names, &facts, self.now, robots.collect());
        Ok(Answer::told(&description))
    }

    fn answer_create_robot(&mut self, request: &CreateRobotRequest) -> Result<Answer, Exception> {
        let robot = self.create_robot(
            &request.name,
            request.architecture,
            &request.greengrass_group_id,
            request.tags.clone(),
        )?;
        let Robot {
            arn,
            name,
            architecture,
            greengrass_group,
            created_unix_ms,
            tags,
            ..
        } = self.robots[robot].clone();
        Ok(Answer::done(&CreateRobotResponse {
            arn,
            name,
            created_at: moment(created_unix_ms),
            greengrass_group_id: greengrass_group,
            architecture,
            tags,
        }))
    }

    fn answer_list_robots(&mut self, request: &ListRequest) -> Result<Answer, Exception> {
        let (robots, next_token) = self.list_robots(request)?;
        let robots = robots.iter().map(|it| self.robot_summary(*it));
        Ok(Answer::told(&ListRobotsResponse {
            robots: robots.collect(),
            next_token,
        }))
    }
}

fn registration(fleet: &str, robot: &str) -> Answer {
    Answer::done(&RegisterRobotResponse {
        fleet: fleet.to_owned(),
        robot: robot.to_owned(),
    })
}
