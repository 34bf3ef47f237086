//! A job and its robots as the service's answers have them.

use std::collections::BTreeMap;

use crate::model::{FailureCode, Ms, Stage};
use crate::report::robomaker::config::of_robomaker;
use crate::report::robomaker::names::Names;
use crate::rollout::EndedBy;
use crate::sim::Verdict;
use crate::study::{JobFacts, JobPhase, RobotAt, RobotPhase};
use crate::wire::robomaker::{
    CreateDeploymentJobResponse, DeploymentApplicationConfig, DeploymentConfig, DeploymentStatus,
    DescribeDeploymentJobResponse, JobSummary, ProgressDetail, RobotDeployment,
    RobotDeploymentStep, RobotStatus, SyncDeploymentJobResponse, reason,
};

/// A job as it was asked for.
#[derive(Clone, Debug)]
pub struct AskedJob {
    pub arn: String,
    /// The fleet's ARN.
    pub fleet: String,
    pub application: DeploymentApplicationConfig,
    pub config: DeploymentConfig,
    /// None of a sync.
    pub tags: BTreeMap<String, String>,
}

impl AskedJob {
    /// As ListDeploymentJobs has it at a time [ms after the beginning] that is not later than what is known of it.
    pub fn summary(&self, names: &Names, job: &JobFacts, time: Ms) -> JobSummary {
        let phase = job.phase(time);
        let code = match phase {
            JobPhase::Ended(ended_by) => ended_by.code(),
            _ => None,
        };
        JobSummary {
            arn: self.arn.clone(),
            fleet: self.fleet.clone(),
            status: status(phase),
            deployment_application_configs: vec![self.application.clone()],
            deployment_config: self.config.clone(),
            failure_reason: code.map(|code| job_reason(job, code)),
            failure_code: code.map(|code| code.name().to_owned()),
            created_at: names.timestamp(job.created),
        }
    }

    /// DescribeDeploymentJob at a time.
    pub fn description(
        &self,
        names: &Names,
        job: &JobFacts,
        time: Ms,
        robots: Vec<RobotDeployment>,
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
        } = self.summary(names, job, time);
        DescribeDeploymentJobResponse {
            robot_deployment_summary: robots,
            arn,
            fleet,
            status,
            deployment_config,
            deployment_application_configs,
            failure_reason,
            failure_code,
            created_at,
            tags: self.tags.clone(),
        }
    }

    /// What CreateDeploymentJob answered when it created the job.
    pub fn created(&self, names: &Names, job: &JobFacts) -> CreateDeploymentJobResponse {
        let JobSummary {
            arn,
            fleet,
            status,
            deployment_application_configs,
            deployment_config,
            failure_reason,
            failure_code,
            created_at,
        } = self.summary(names, job, job.created);
        CreateDeploymentJobResponse {
            arn,
            fleet,
            status,
            deployment_application_configs,
            failure_reason,
            failure_code,
            created_at,
            deployment_config,
            tags: self.tags.clone(),
        }
    }

    /// What SyncDeploymentJob answered when it created the job.
    pub fn synced(&self, names: &Names, job: &JobFacts) -> SyncDeploymentJobResponse {
        let JobSummary {
            arn,
            fleet,
            status,
            deployment_application_configs,
            deployment_config,
            failure_reason,
            failure_code,
            created_at,
        } = self.summary(names, job, job.created);
        SyncDeploymentJobResponse {
            arn,
            fleet,
            status,
            deployment_config,
            deployment_application_configs,
            failure_reason,
            failure_code,
            created_at,
        }
    }
}

/// A robot of a job, as the job's description has it.
pub fn robot_deployment(
    names: &Names,
    robot_arn: String,
    job_arn: &str,
    at: &RobotAt,
) -> RobotDeployment {
    let (status, code, reason) = told(at.phase);
    RobotDeployment {
        arn: robot_arn,
        deployment_start_time: at.start.map(|time| names.timestamp(time)),
        deployment_finish_time: at.end.map(|time| names.timestamp(time)),
        status,
        progress_detail: progress_detail(job_arn, at),
        failure_reason: reason.map(str::to_owned),
        failure_code: code.map(|code| code.name().to_owned()),
    }
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

/// The status that the job's description shows of a robot.
pub fn robot_status(phase: RobotPhase) -> RobotStatus {
    told(phase).0
}

/// What the job's description shows of a robot: its status, and of one that was not updated the code and the reason.
fn told(phase: RobotPhase) -> (RobotStatus, Option<FailureCode>, Option<&'static str>) {
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
