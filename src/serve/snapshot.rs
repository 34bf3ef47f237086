//! All that a page shows of an account at a time, as plain data.

use std::collections::BTreeMap;

use crate::model::Ms;
use crate::serve::account::Account;
use crate::serve::resources::{Fleet, Job};
use crate::wire::robomaker::{DeploymentStatus, RobotStatus};

/// An account at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When simulated time began [ms since 1970-01-01 UTC].
    pub start_unix_ms: i64,
    /// How long ago that is [ms].
    pub elapsed: Ms,
    /// In the order in which they were created.
    pub fleets: Vec<FleetView>,
    /// The newest first, without those that have expired.
    pub jobs: Vec<JobView>,
    /// How many robots are in no fleet.
    pub robots_available: u32,
}

/// How many robots have each status; those that none has are left out, and the rest is in the order of a robot's way.
pub type ByStatus = Vec<(RobotStatus, u32)>;

#[derive(Clone, Debug, PartialEq)]
pub struct FleetView {
    pub name: String,
    pub arn: String,
    pub robots: u32,
    pub by_status: ByStatus,
    /// The newest job.
    pub job: Option<String>,
    pub job_status: Option<DeploymentStatus>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    pub arn: String,
    /// The name of its fleet.
    pub fleet: String,
    /// The name of its application.
    pub application: String,
    pub version: String,
    pub is_sync: bool,
    pub status: DeploymentStatus,
    pub failure_code: Option<String>,
    pub failure_reason: Option<String>,
    /// After the beginning [ms].
    pub created: Ms,
    /// When its status turned terminal, after the beginning [ms].
    pub ended: Option<Ms>,
    pub robots: u32,
    /// As its description has them.
    pub by_status: ByStatus,
}

impl Account {
    pub fn snapshot(&mut self) -> Snapshot {
        let fleets = (0..self.fleets.len()).filter(|fleet| !self.fleets[*fleet].is_deleted);
        let fleets: Vec<usize> = fleets.collect();
        let jobs = (0..self.jobs.len()).rev();
        let jobs: Vec<usize> = jobs.filter(|job| !self.has_expired(*job)).collect();
        let available = (0..self.robots.len())
            .filter(|robot| self.is_there(*robot) && self.robots[*robot].fleet.is_none());
        Snapshot {
            start_unix_ms: self.names.start_unix_ms,
            elapsed: self.now,
            robots_available: available.count() as u32,
            fleets: fleets.into_iter().map(|it| self.fleet_view(it)).collect(),
            jobs: jobs.into_iter().map(|it| self.job_view(it)).collect(),
        }
    }

    fn fleet_view(&mut self, fleet: usize) -> FleetView {
        let robots: Vec<usize> = self.robots_of_fleet(fleet).collect();
        let statuses = robots.iter().map(|robot| self.status_of_robot(*robot));
        let by_status = counted(statuses.collect());
        let Fleet { name, arn, job, .. } = &self.fleets[fleet];
        let newest = job.map(|job| self.summary(&self.jobs[job].asked, &self.facts(job)));
        FleetView {
            name: name.clone(),
            arn: arn.clone(),
            robots: robots.len() as u32,
            by_status,
            job_status: newest.as_ref().map(|newest| newest.status),
            job: newest.map(|newest| newest.arn),
        }
    }

    fn job_view(&mut self, job: usize) -> JobView {
        let robots = self.robots_of_job(job);
        let statuses = robots
            .iter()
            .map(|at| at.phase)
            .map(crate::report::robot_status);
        let by_status = counted(statuses.collect());
        let facts = self.facts(job);
        let Job {
            asked,
            fleet,
            application,
            origin,
            ..
        } = &self.jobs[job];
        let summary = self.summary(asked, &facts);
        JobView {
            fleet: self.fleets[*fleet].name.clone(),
            application: self.applications[*application].name.clone(),
            version: asked.application.application_version.clone(),
            is_sync: *origin != job,
            status: summary.status,
            failure_code: summary.failure_code,
            failure_reason: summary.failure_reason,
            created: facts.created,
            ended: facts.ended.map(|(_, time)| time),
            robots: facts.robots,
            by_status,
            arn: summary.arn,
        }
    }
}

fn counted(statuses: Vec<RobotStatus>) -> ByStatus {
    let mut counts: BTreeMap<usize, (RobotStatus, u32)> = BTreeMap::new();
    for status in statuses {
        let place = ORDER.iter().position(|it| *it == status);
        let place = place.expect("a bug: a status has no place");
        counts.entry(place).or_insert((status, 0)).1 += 1;
    }
    counts.into_values().collect()
}

/// A robot's way.
const ORDER: [RobotStatus; 7] = [
    RobotStatus::Available,
    RobotStatus::Registered,
    RobotStatus::PendingNewDeployment,
    RobotStatus::Deploying,
    RobotStatus::InSync,
    RobotStatus::Failed,
    RobotStatus::NoResponse,
];
