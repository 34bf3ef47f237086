//! Deployment jobs: what is asked for becomes a job of the session, and what is seen of that is told.

use std::sync::Arc;

use crate::model::{FailureCode, Ms, ScriptStep, Stage};
use crate::report::{AskedJob, deployment_config};
use crate::rollout::{EndedBy, EngineEnding, RoboMaker, Rules};
use crate::serve::account::{Account, LookedAt, not_found};
use crate::serve::resources::{Job, Resource, Tags};
use crate::sim::{Busy, Deploys};
use crate::study::{JobFacts, JobPhase, RobotAt};
use crate::wire::robomaker::{
    DeploymentApplicationConfig, DeploymentConfig, ROBOT_TIMEOUT_DEFAULT_S, RobotStatus,
};
use crate::wire::robomaker::{Exception, ExceptionKind};

/// After which a job that is over is deleted: 90 days from its creation [ms].
const EXPIRES_AFTER_MS: Ms = 90 * 86_400_000;

/// The percentages of a request that names none.
const CONCURRENCY_DEFAULT: u8 = 20;
const THRESHOLD_DEFAULT: u8 = 25;

/// What a job deploys to whom.
struct Order {
    fleet: usize,
    /// Ascending, at least one.
    robots: Vec<usize>,
    application: DeploymentApplicationConfig,
    config: DeploymentConfig,
    tags: Tags,
    /// The job that it is a sync of.
    sync_of: Option<usize>,
}

impl Account {
    /// The job that an ARN names.
    pub(super) fn job(&self, arn: &str) -> Result<usize, Exception> {
        match self.resource(arn) {
            Some(Resource::Job(job)) => Ok(job),
            _ => Err(not_found("deployment job", arn)),
        }
    }

    /// Where a job is.
    pub(super) fn facts(&self, job: usize) -> JobFacts {
        let Job {
            rules, failed_by, ..
        } = &self.jobs[job];
        let mut facts = JobFacts::of(&self.session.job(job as u32), rules.clone());
        if let (Some(failed_by), Some((ended_by, _))) = (failed_by, &mut facts.ended) {
            *ended_by = *failed_by;
        }
        facts
    }

    /// The robots of a job as they are now, in the order of their numbers.
    pub(super) fn robots_of_job(&mut self, job: usize) -> Arc<Vec<RobotAt>> {
        if let Some(looked_at) = self.looked_at.get(&job) {
            return Arc::clone(&looked_at.robots);
        }
        let facts = self.facts(job);
        let scripts = scripts_of(&self.jobs[job].asked);
        let mut sights = self.session.robots_of(job as u32);
        sights.sort_unstable_by_key(|sight| sight.robot);
        let cohorts = &self.profile.world.fleet.cohorts;
        let robots = sights.iter().map(|sight| {
            let cohort = &cohorts[self.robots[sight.robot as usize].cohort];
            RobotAt::of(sight, &facts, |stage| {
                stage.is_of(cohort) && runs(stage, scripts)
            })
        });
        let robots = Arc::new(robots.collect::<Vec<_>>());
        let looked_at = LookedAt {
            robots: Arc::clone(&robots),
            is_final: facts.is_over(self.now),
        };
        self.looked_at.insert(job, looked_at);
        robots
    }

    /// Whether a job is over and was created 90 days ago or earlier: it is deleted then.
    pub(super) fn has_expired(&self, job: usize) -> bool {
        let expires = self.jobs[job].created.saturating_add(EXPIRES_AFTER_MS);
        self.now >= expires && self.facts(job).is_over(self.now)
    }

    /// Whether a job's status is terminal.
    fn has_ended(&self, job: usize) -> bool {
        matches!(self.facts(job).phase(self.now), JobPhase::Ended(_))
    }

    /// Creates a job for all robots of a fleet.
    pub(super) fn create_job(
        &mut self,
        fleet: usize,
        application: DeploymentApplicationConfig,
        config: DeploymentConfig,
        tags: Tags,
    ) -> Result<usize, Exception> {
        Account::check_tags(&tags)?;
        let robots: Vec<usize> = self.robots_of_fleet(fleet).collect();
        if robots.is_empty() {
            return Err(Exception::invalid(format!(
                "no robot is registered to the fleet {}: register one first",
                self.fleets[fleet].arn
            )));
        }
        self.start(Order {
            fleet,
            robots,
            application,
            config,
            tags,
            sync_of: None,
        })
    }

    /// Creates a job as the newest one of a fleet, for its robots that are not in sync with that.
    pub(super) fn sync(&mut self, fleet: usize) -> Result<usize, Exception> {
        let arn = self.fleets[fleet].arn.clone();
        let Some(newest) = self.fleets[fleet].job else {
            return Err(Exception::invalid(format!(
                "nothing was deployed to the fleet {arn} that its robots could be brought to"
            )));
        };
        if self.has_expired(newest) {
            return Err(Exception::invalid(format!(
                "the newest job of the fleet {arn} has expired: create another one"
            )));
        }
        self.refuse_busy(fleet)?;
        let origin = self.jobs[newest].origin;
        let all: Vec<usize> = self.robots_of_fleet(fleet).collect();
        let robots: Vec<usize> = all
            .into_iter()
            .filter(|robot| !self.is_in_sync(*robot, origin))
            .collect();
        if robots.is_empty() {
            return Err(Exception::invalid(format!(
                "all robots of the fleet {arn} are in sync with its newest job"
            )));
        }
        let AskedJob {
            application,
            config,
            ..
        } = self.jobs[newest].asked.clone();
        self.start(Order {
            fleet,
            robots,
            application,
            config,
            tags: Tags::new(),
            sync_of: Some(newest),
        })
    }

    /// Cancels a job.
    pub(super) fn cancel(&mut self, job: usize) -> Result<(), Exception> {
        if self.has_ended(job) || !self.session.cancel(job as u32) {
            return Err(Exception::invalid(format!(
                "the deployment job {} has ended: nothing is left to cancel",
                self.jobs[job].asked.arn
            )));
        }
        self.forget_moving();
        Ok(())
    }

    /// The fleet of some jobs is deleted: those that have not ended fail.
    pub(super) fn fail_jobs_of_fleet(&mut self, fleet: usize) {
        let of_fleet = |job: &usize| self.jobs[*job].fleet == fleet;
        let jobs: Vec<usize> = (0..self.jobs.len()).filter(of_fleet).collect();
        for job in jobs {
            self.fail(job, FLEET_DELETED);
        }
    }

    /// A version of an application is deleted: jobs that have it and are still being prepared fail; a job on its way has it already.
    pub(super) fn fail_jobs_of_version(&mut self, application: usize, version: &str) {
        let now = self.now;
        let of_version = |job: &usize| {
            let Job {
                application: of,
                asked,
                ..
            } = &self.jobs[*job];
            let is_on_its_way = self.facts(*job).phase(now) == JobPhase::InProgress;
            *of == application && asked.application.application_version == version && !is_on_its_way
        };
        let jobs: Vec<usize> = (0..self.jobs.len()).filter(of_version).collect();
        for job in jobs {
            self.fail(job, APPLICATION_DELETED);
        }
    }

    fn fail(&mut self, job: usize, ending: EngineEnding) {
        if !self.has_ended(job) && self.session.cancel(job as u32) {
            self.jobs[job].failed_by = Some(EndedBy::Engine(ending));
            self.forget_moving();
        }
    }

    /// Whether a robot runs what a job deploys, by that job or a sync of it.
    fn is_in_sync(&mut self, robot: usize, origin: usize) -> bool {
        let by = self.robots[robot].deployed_by;
        by.is_some_and(|job| self.jobs[job].origin == origin)
            && self.status_of_robot(robot) == RobotStatus::InSync
    }

    /// A fleet has one job at a time.
    fn refuse_busy(&self, fleet: usize) -> Result<(), Exception> {
        let mut jobs = (0..self.jobs.len()).filter(|job| self.jobs[*job].fleet == fleet);
        let Some(job) = jobs.find(|job| !self.facts(*job).is_over(self.now)) else {
            return Ok(());
        };
        let arn = &self.jobs[job].asked.arn;
        Err(Exception::new(
            ExceptionKind::ConcurrentDeployment,
            match self.has_ended(job) {
                true => format!(
                    "the deployment job {arn} of this fleet has ended, and deployments to some of its robots go on: wait for them"
                ),
                false => {
                    format!(
                        "the deployment job {arn} of this fleet goes on: wait for it, or cancel it"
                    )
                }
            },
        ))
    }

    fn start(&mut self, order: Order) -> Result<usize, Exception> {
        let Order {
            fleet,
            robots,
            application,
            config,
            tags,
            sync_of,
        } = order;
        self.refuse_busy(fleet)?;
        let version = &application.application_version;
        let number = self.application(&application.application)?;
        let architectures = self.version(number, version)?.architectures();
        let of_scenario = self
            .profile
            .rules
            .robomaker()
            .expect("a bug: an account has RoboMaker's rules");
        let rules = rules(of_scenario, &config);
        let config = DeploymentConfig {
            download_condition_file: config.download_condition_file,
            ..deployment_config(&rules)
        };
        let rules = Rules::from(rules).uncanceled();
        let deployed = (number, version.clone());
        let known = self.releases.iter().position(|it| *it == deployed);
        let release = known.unwrap_or(self.releases.len());
        let job = self.jobs.len();
        let mut asked = AskedJob {
            arn: String::new(),
            fleet: self.fleets[fleet].arn.clone(),
            application,
            config,
            tags,
        };
        let deploys = Deploys {
            release: release as u32,
            architectures,
            scripts: scripts_of(&asked),
        };
        let numbers: Vec<u32> = robots.iter().map(|robot| *robot as u32).collect();
        let created = self
            .session
            .create_job(&numbers, deploys, &rules)
            .map_err(|busy| self.busy(&busy))?;
        assert_eq!(
            created as usize, job,
            "a bug: jobs are numbered in their order"
        );
        if known.is_none() {
            self.releases.push(deployed);
        }
        asked.arn = self.issue_job(job);
        self.jobs.push(Job {
            asked,
            rules,
            created: self.now,
            fleet,
            application: number,
            origin: sync_of.map_or(job, |of| self.jobs[of].origin),
            failed_by: None,
        });
        self.fleets[fleet].job = Some(job);
        for robot in robots {
            let robot = &mut self.robots[robot];
            (robot.deployed_by, robot.job) = (Some(job), Some(job));
        }
        self.forget_moving();
        Ok(job)
    }

    fn busy(&self, busy: &Busy) -> Exception {
        match busy {
            Busy::Robot { robot, job } => Exception::new(
                ExceptionKind::ConcurrentDeployment,
                format!(
                    "the deployment job {} still deploys to the robot {}: wait for it",
                    self.jobs[*job as usize].asked.arn, self.robots[*robot as usize].arn
                ),
            ),
            Busy::Link { link, job } => Exception::new(
                ExceptionKind::LimitExceeded,
                format!(
                    "robots of this fleet download over the link `{link}` of the scenario, as those of the deployment job {} do: rollcast plays \
                 one deployment at a time over a link; wait for that job and its robots",
                    self.jobs[*job as usize].asked.arn
                ),
            ),
        }
    }
}

/// Why a job fails whose fleet is deleted.
const FLEET_DELETED: EngineEnding = EngineEnding {
    name: "fleet_deleted",
    code: Some(FailureCode::DeploymentFleetDoesNotExist),
};

/// Why a job fails whose application or version is deleted while it is prepared.
const APPLICATION_DELETED: EngineEnding = EngineEnding {
    name: "application_deleted",
    code: Some(FailureCode::RobotApplicationDoesNotExist),
};

/// The scenario's rules with what a config says; a plan to cancel is for the client to carry out.
fn rules(of_scenario: &RoboMaker, config: &DeploymentConfig) -> RoboMaker {
    let DeploymentConfig {
        concurrent_deployment_percentage,
        failure_threshold_percentage,
        robot_deployment_timeout_in_seconds,
        download_condition_file: _,
    } = config;
    let timeout_s = robot_deployment_timeout_in_seconds.unwrap_or(ROBOT_TIMEOUT_DEFAULT_S);
    RoboMaker {
        concurrent_deployment_percentage: concurrent_deployment_percentage
            .unwrap_or(CONCURRENCY_DEFAULT),
        failure_threshold_percentage: failure_threshold_percentage.unwrap_or(THRESHOLD_DEFAULT),
        robot_deployment_timeout: timeout_s * 1000,
        ..of_scenario.clone()
    }
}

/// For which scripts a job names a file, in the order of [`ScriptStep::ALL`].
fn scripts_of(asked: &AskedJob) -> [bool; 3] {
    let launch = &asked.application.launch_config;
    ScriptStep::ALL.map(|step| match step {
        ScriptStep::DownloadCondition => asked.config.download_condition_file.is_some(),
        ScriptStep::PreLaunch => launch.pre_launch_file.is_some(),
        ScriptStep::PostLaunch => launch.post_launch_file.is_some(),
    })
}

/// Whether a stage is of no script, or of one that runs.
fn runs(stage: Stage, scripts: [bool; 3]) -> bool {
    ScriptStep::ALL
        .into_iter()
        .all(|step| Stage::of_script(step) != stage || scripts[step as usize])
}
