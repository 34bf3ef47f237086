//! A replication in the service's own notation: the answers that its API would have given.
//!
//! What the service leaves open is rollcast's choice: a job's config names all three percentages and times that count, no matter who set
//! them; robots are listed in the fleet's order; names that no request gives are made of the scenario's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::{FailureCode, Ms, ScriptStep, Stage, Start};
use crate::rollout::{EndedBy, RoboMaker, Rules};
use crate::scenario::{Profile, Scenario};
use crate::sim::{JobKind, Verdict};
use crate::study::{JobFacts, JobPhase, RobotAt, RobotPhase};
use crate::wire::robomaker::{
    CreateDeploymentJobRequest, CreateDeploymentJobResponse, DeploymentApplicationConfig,
    DeploymentConfig, DeploymentStatus, DescribeDeploymentJobResponse, JobSummary, LaunchConfig,
    ListDeploymentJobsResponse, Owner, ProgressDetail, Request, RobotDeployment,
    RobotDeploymentStep, RobotStatus, S3Object, SyncDeploymentJobResponse, Timestamp, base36,
    reason, resource_name,
};

/// How long before the first job its fleet, robots and application were created [ms]: a day.
const CREATED_BEFORE_MS: i64 = 86_400_000;

/// The robot deployment timeout as the service takes it: in whole seconds, rounded up [s].
pub(super) fn robot_timeout_s(rules: &RoboMaker) -> u64 {
    rules.robot_deployment_timeout.div_ceil(1000)
}

/// The rules, which must be RoboMaker's: its notation knows no others.
pub(super) fn of_robomaker(rules: &Rules) -> &RoboMaker {
    rules
        .robomaker()
        .expect("a bug: rules of another engine in RoboMaker's notation")
}

/// The deploymentConfig that gives these rules.
pub fn deployment_config(rules: &RoboMaker) -> DeploymentConfig {
    DeploymentConfig {
        concurrent_deployment_percentage: Some(rules.concurrent_deployment_percentage),
        failure_threshold_percentage: Some(rules.failure_threshold_percentage),
        robot_deployment_timeout_in_seconds: Some(robot_timeout_s(rules)),
        download_condition_file: None,
    }
}

/// As RoboMaker spells it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeploymentConfig")]
pub(super) struct PastedConfig {
    /// Robots that may be deployed to at a time [% of the job's robots].
    #[schemars(range(min = 1, max = 100))]
    concurrent_deployment_percentage: u8,
    /// Failed robots that stop the job [% of the job's robots].
    #[schemars(range(min = 1, max = 100))]
    failure_threshold_percentage: u8,
    /// From a robot's turn to the end of its deployment at the latest [s].
    robot_deployment_timeout_in_seconds: u64,
}

impl PastedConfig {
    pub(super) fn of(rules: &RoboMaker) -> PastedConfig {
        PastedConfig {
            concurrent_deployment_percentage: rules.concurrent_deployment_percentage,
            failure_threshold_percentage: rules.failure_threshold_percentage,
            robot_deployment_timeout_in_seconds: robot_timeout_s(rules),
        }
    }
}

/// A value of the service's notation as its clients print it.
pub fn wire_json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("a bug: the service's types are JSON") + "\n"
}

/// Speaks of one replication of a profile as the service would have.
pub struct Service<'a> {
    scenario: &'a Scenario,
    profile: &'a Profile,
    replication: u64,
    /// The names of the request, or names made from the scenario's.
    fleet: String,
    application: DeploymentApplicationConfig,
    condition: Option<S3Object>,
    tags: BTreeMap<String, String>,
    owner: Owner,
}

impl<'a> Service<'a> {
    pub fn new(
        scenario: &'a Scenario,
        profile: &'a Profile,
        replication: u64,
        request: Option<&Request>,
    ) -> Service<'a> {
        let asked_fleet = request.and_then(|request| request.fleet.clone());
        let owner = asked_fleet
            .as_deref()
            .and_then(Owner::of)
            .unwrap_or_default();
        let created = created_ms(profile);
        let name = resource_name(&scenario.name);
        let mut application = request
            .and_then(|request| request.application.clone())
            .unwrap_or_else(|| DeploymentApplicationConfig {
                application: owner.arn("robot-application", &name, created),
                application_version: String::new(),
                launch_config: launch_config(scenario, profile),
            });
        // A flag or a profile may have the last word over the request.
        application
            .application_version
            .clone_from(&profile.world.release.version);
        let condition = match request {
            Some(request) if request.application.is_some() => {
                request.config.download_condition_file.clone()
            }
            _ => has(profile, ScriptStep::DownloadCondition).then(|| S3Object {
                bucket: "deployment-scripts".to_owned(),
                key: "download_condition.sh".to_owned(),
                etag: None,
            }),
        };
        Service {
            scenario,
            profile,
            replication,
            fleet: asked_fleet.unwrap_or_else(|| owner.arn("deployment-fleet", &name, created)),
            application,
            condition,
            tags: request.map_or_else(Default::default, |request| request.tags.clone()),
            owner,
        }
    }

    /// The request that asks for the main job.
    pub fn request(&self) -> CreateDeploymentJobRequest {
        CreateDeploymentJobRequest {
            deployment_config: self.config(of_robomaker(&self.profile.rules)),
            client_request_token: Some(self.id("request")),
            fleet: self.fleet.clone(),
            deployment_application_configs: vec![self.application.clone()],
            tags: self.tags.clone(),
        }
    }

    /// DescribeDeploymentJob of a job at a time [ms after the first job's creation].
    pub fn describe(
        &self,
        job: &JobFacts,
        time: Ms,
        robots: &[RobotAt],
    ) -> DescribeDeploymentJobResponse {
        let JobSummary {
            arn,
            fleet,
            status,
            deployment_application_configs,
            deployment_config,
            failure_reason,
            failure_code,
            created_at,
        } = self.summary(job, time);
        DescribeDeploymentJobResponse {
            robot_deployment_summary: robots.iter().map(|robot| self.robot(&arn, robot)).collect(),
            arn,
            fleet,
            status,
            deployment_config,
            deployment_application_configs,
            failure_reason,
            failure_code,
            created_at,
            tags: self.tags_of(job),
        }
    }

    /// ListDeploymentJobs at a time: the jobs that were created by then, the newest first.
    pub fn list(&self, jobs: &[JobFacts], time: Ms) -> ListDeploymentJobsResponse {
        let created = jobs.iter().rev().filter(|job| job.created <= time);
        ListDeploymentJobsResponse {
            deployment_jobs: created.map(|job| self.summary(job, time)).collect(),
            next_token: None,
        }
    }

    /// The answer to the call that created a job.
    pub fn created(&self, job: &JobFacts) -> String {
        let JobSummary {
            arn,
            fleet,
            status,
            deployment_application_configs,
            deployment_config,
            created_at,
            ..
        } = self.summary(job, job.created);
        let (failure_reason, failure_code) = (None, None);
        match job.kind {
            JobKind::Sync(_) => wire_json(&SyncDeploymentJobResponse {
                arn,
                fleet,
                status,
                deployment_config,
                deployment_application_configs,
                failure_reason,
                failure_code,
                created_at,
            }),
            JobKind::Canary | JobKind::Main | JobKind::Recovery => {
                wire_json(&CreateDeploymentJobResponse {
                    arn,
                    fleet,
                    status,
                    deployment_application_configs,
                    failure_reason,
                    failure_code,
                    created_at,
                    deployment_config,
                    tags: self.tags_of(job),
                })
            }
        }
    }

    fn summary(&self, job: &JobFacts, time: Ms) -> JobSummary {
        let phase = job.phase(time);
        let code = match phase {
            JobPhase::Ended(ended_by) => ended_by.code(),
            _ => None,
        };
        JobSummary {
            arn: self.owner.job_arn(&self.id(&job.kind.name())),
            fleet: self.fleet.clone(),
            status: status(phase),
            deployment_application_configs: vec![self.application_of(job)],
            deployment_config: self.config(of_robomaker(&job.rules)),
            failure_reason: code.map(|code| job_reason(job, code)),
            failure_code: code.map(|code| code.name().to_owned()),
            created_at: self.timestamp(job.created),
        }
    }

    fn robot(&self, job_arn: &str, at: &RobotAt) -> RobotDeployment {
        let (status, code, reason) = robot_status(at.phase);
        RobotDeployment {
            arn: self.robot_arn(at.robot),
            deployment_start_time: at.start.map(|time| self.timestamp(time)),
            deployment_finish_time: at.end.map(|time| self.timestamp(time)),
            status,
            progress_detail: progress_detail(job_arn, at),
            failure_reason: reason.map(str::to_owned),
            failure_code: code.map(|code| code.name().to_owned()),
        }
    }

    /// Robots of equal names are told apart by when they were created, as the service does.
    fn robot_arn(&self, robot: u32) -> String {
        let (cohort, index) = self.profile.world.fleet.member(robot);
        let name = cohort.listed(index).map_or_else(
            || format!("{}-{index}", cohort.name),
            |listed| listed.name.clone(),
        );
        let created = created_ms(self.profile) + i64::from(robot);
        self.owner.arn("robot", &resource_name(&name), created)
    }

    fn application_of(&self, job: &JobFacts) -> DeploymentApplicationConfig {
        let mut application = self.application.clone();
        if let (JobKind::Recovery, Some(previous)) = (job.kind, &self.profile.world.previous) {
            application.application_version =
                match previous.version.bytes().all(|byte| byte.is_ascii_digit()) {
                    true => previous.version.clone(),
                    false => version_before(&application.application_version),
                };
        }
        application
    }

    fn config(&self, rules: &RoboMaker) -> DeploymentConfig {
        DeploymentConfig {
            download_condition_file: self.condition.clone(),
            ..deployment_config(rules)
        }
    }

    /// A sync has no tags.
    fn tags_of(&self, job: &JobFacts) -> BTreeMap<String, String> {
        if job.kind.is_sync() {
            Default::default()
        } else {
            self.tags.clone()
        }
    }

    fn timestamp(&self, time: Ms) -> Timestamp {
        Timestamp {
            unix_ms: unix_ms(self.profile, time),
        }
    }

    /// Twelve characters that differ between jobs, replications, profiles, seeds and scenarios.
    fn id(&self, of: &str) -> String {
        let mut hasher = Sha256::new();
        let Scenario { hash, seed, .. } = self.scenario;
        hasher.update(format!(
            "{hash} {seed} {} {} {of}",
            self.profile.name, self.replication
        ));
        let bytes: [u8; 8] = hasher.finalize()[..8]
            .try_into()
            .expect("a bug: a hash shorter than eight bytes");
        base36(u64::from_be_bytes(bytes))
    }
}

/// A time [ms after the first job's creation] in the scenario's own [ms since 1970-01-01 UTC], where one without a start begins.
fn unix_ms(profile: &Profile, time: Ms) -> i64 {
    let start = profile.start.map_or(0, Start::unix_ms);
    start.saturating_add(i64::try_from(time).unwrap_or(i64::MAX))
}

/// When fleet, robots and application were created [ms since 1970-01-01 UTC].
fn created_ms(profile: &Profile) -> i64 {
    (unix_ms(profile, 0) - CREATED_BEFORE_MS).max(0)
}

fn has(profile: &Profile, step: ScriptStep) -> bool {
    let mut cohorts = profile.world.fleet.cohorts.iter();
    cohorts.any(|cohort| cohort.scripts[step].is_some())
}

fn launch_config(scenario: &Scenario, profile: &Profile) -> LaunchConfig {
    LaunchConfig {
        package_name: resource_name(&scenario.name),
        pre_launch_file: has(profile, ScriptStep::PreLaunch).then(|| "pre_launch.sh".to_owned()),
        launch_file: "deploy.launch".to_owned(),
        post_launch_file: has(profile, ScriptStep::PostLaunch).then(|| "post_launch.sh".to_owned()),
        environment_variables: Default::default(),
    }
}

/// The number of the version before, of a version that is not the first.
fn version_before(version: &str) -> String {
    version.parse::<u128>().map_or_else(
        |_| version.to_owned(),
        |number| number.saturating_sub(1).to_string(),
    )
}

fn status(phase: JobPhase) -> DeploymentStatus {
    match phase {
        JobPhase::Pending => DeploymentStatus::Pending,
        JobPhase::Preparing => DeploymentStatus::Preparing,
        JobPhase::InProgress => DeploymentStatus::InProgress,
        JobPhase::Ended(
            EndedBy::Success | EndedBy::LatentFault | EndedBy::NoJob | EndedBy::Never,
        ) => DeploymentStatus::Succeeded,
        JobPhase::Ended(EndedBy::Cancel) => DeploymentStatus::Canceled,
        JobPhase::Ended(EndedBy::Engine(_)) => DeploymentStatus::Failed,
    }
}

fn job_reason(job: &JobFacts, code: FailureCode) -> String {
    match code {
        // Other robots may end at the instant at which the threshold is reached.
        FailureCode::FailureThresholdBreached => format!(
            "The failure threshold of {} % was reached: {} of {} robots.",
            of_robomaker(&job.rules).failure_threshold_percentage,
            job.rules.failures_to_stop(job.robots),
            job.robots
        ),
        code => reason(code).to_owned(),
    }
}

/// What the job's description shows of a robot: its status, and of one that was not updated the code and the reason.
fn robot_status(phase: RobotPhase) -> (RobotStatus, Option<FailureCode>, Option<&'static str>) {
    let aborted = FailureCode::RobotDeploymentAborted;
    match phase {
        RobotPhase::Waiting => (RobotStatus::PendingNewDeployment, None, None),
        RobotPhase::Deploying => (RobotStatus::Deploying, None, None),
        RobotPhase::NeverStarted => (
            RobotStatus::Failed,
            Some(aborted),
            Some("The job ended before the robot had its turn."),
        ),
        RobotPhase::Ended(verdict) => {
            let code = verdict.code();
            let status = match verdict {
                Verdict::Updated => RobotStatus::InSync,
                Verdict::NoResponse => RobotStatus::NoResponse,
                Verdict::Failed(_) | Verdict::TimedOut | Verdict::Aborted | Verdict::Open => {
                    RobotStatus::Failed
                }
            };
            let why = match verdict {
                Verdict::TimedOut => {
                    Some("The deployment took longer than the robot deployment timeout.")
                }
                _ => code.map(reason),
            };
            (status, code, why)
        }
    }
}

fn progress_detail(job_arn: &str, at: &RobotAt) -> ProgressDetail {
    let Some(stage) = at.stage else {
        return ProgressDetail::default();
    };
    let step = match (at.phase, stage) {
        (RobotPhase::Ended(Verdict::Updated), _) => RobotDeploymentStep::Finished,
        (_, Stage::CloudCheck | Stage::Contact) => return ProgressDetail::default(),
        (_, Stage::Validating) => RobotDeploymentStep::Validating,
        (_, Stage::DownloadCondition) => RobotDeploymentStep::ExecutingDownloadCondition,
        (_, Stage::Downloading | Stage::Extracting) => RobotDeploymentStep::DownloadingExtracting,
        (_, Stage::PreLaunch) => RobotDeploymentStep::ExecutingPreLaunch,
        (_, Stage::Launching) => RobotDeploymentStep::Launching,
        (_, Stage::PostLaunch) => RobotDeploymentStep::ExecutingPostLaunch,
    };
    ProgressDetail {
        current_progress: Some(step),
        // Rounded down, so that unfinished work is never shown as done.
        percent_done: at.progress.map(|progress| {
            (10_000.0 * progress.done as f64 / progress.total.max(1) as f64).floor() / 100.0
        }),
        estimated_time_remaining_seconds: at
            .progress
            .and_then(|progress| Some(progress.left?.div_ceil(1000) as i64)),
        target_resource: Some(job_arn.to_owned()),
    }
}
