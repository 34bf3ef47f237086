//! One replication as `rollcast run` describes it.

use std::collections::BTreeMap;

use crate::model::{Ms, ScriptStep};
use crate::report::robomaker::config::{deployment_config, of_robomaker};
use crate::report::robomaker::job::{AskedJob, robot_deployment};
use crate::report::robomaker::names::Names;
use crate::report::robomaker::wire_json;
use crate::rollout::Rules;
use crate::scenario::{Profile, Scenario};
use crate::sim::JobKind;
use crate::study::{JobFacts, RobotAt};
use crate::wire::robomaker::{
    CreateDeploymentJobRequest, DeploymentApplicationConfig, DeploymentConfig,
    DescribeDeploymentJobResponse, LaunchConfig, ListDeploymentJobsResponse, Owner, Request,
    S3Object, resource_name,
};

/// Speaks of one replication of a profile as the service would have.
pub struct Service<'a> {
    profile: &'a Profile,
    names: Names,
    /// The names of the request, or names made from the scenario's.
    fleet: String,
    application: DeploymentApplicationConfig,
    condition: Option<S3Object>,
    tags: BTreeMap<String, String>,
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
        let names = Names::new(scenario, profile, replication, owner);
        let mut application = request
            .and_then(|request| request.application.clone())
            .unwrap_or_else(|| DeploymentApplicationConfig {
                application: names.application(),
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
            profile,
            fleet: asked_fleet.unwrap_or_else(|| names.fleet()),
            application,
            condition,
            tags: request.map_or_else(Default::default, |request| request.tags.clone()),
            names,
        }
    }

    /// The request that asks for the main job.
    pub fn request(&self) -> CreateDeploymentJobRequest {
        CreateDeploymentJobRequest {
            deployment_config: self.config(&self.profile.rules),
            client_request_token: Some(self.names.id("request")),
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
        let asked = self.asked(job);
        let world = &self.profile.world;
        let robots = robots.iter().map(|at| {
            let arn = self.names.robot(world, at.robot);
            robot_deployment(&self.names, arn, &asked.arn, at)
        });
        asked.description(&self.names, job, time, robots.collect())
    }

    /// ListDeploymentJobs at a time: the jobs that were created by then, the newest first.
    pub fn list(&self, jobs: &[JobFacts], time: Ms) -> ListDeploymentJobsResponse {
        let created = jobs.iter().rev().filter(|job| job.created <= time);
        ListDeploymentJobsResponse {
            deployment_jobs: created
                .map(|job| self.asked(job).summary(&self.names, job, time))
                .collect(),
            next_token: None,
        }
    }

    /// The answer to the call that created a job.
    pub fn created(&self, job: &JobFacts) -> String {
        let asked = self.asked(job);
        if job.kind.is_sync() {
            wire_json(&asked.synced(&self.names, job))
        } else {
            wire_json(&asked.created(&self.names, job))
        }
    }

    fn asked(&self, job: &JobFacts) -> AskedJob {
        AskedJob {
            arn: self.names.job(&job.kind.name()),
            fleet: self.fleet.clone(),
            application: self.application_of(job),
            config: self.config(&job.rules),
            tags: self.tags_of(job),
        }
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

    fn config(&self, rules: &Rules) -> DeploymentConfig {
        DeploymentConfig {
            download_condition_file: self.condition.clone(),
            ..deployment_config(of_robomaker(rules))
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
