//! What is told of a fleet, a robot or an application.

use crate::serve::account::Account;
use crate::serve::resources::{Application, Fleet, Robot, Version};
use crate::wire::robomaker::{
    CreateFleetResponse, CreateRobotApplicationResponse, CreateRobotApplicationVersionResponse,
    DescribeFleetResponse, DescribeRobotApplicationResponse, DescribeRobotResponse, Exception,
    FleetSummary, LATEST, RobotApplicationSummary, RobotSummary, Timestamp,
};

/// The most robots in the description of a fleet.
const DESCRIBED_ROBOTS_MAX: usize = 1000;

impl Account {
    pub(super) fn created_fleet(&self, fleet: usize) -> CreateFleetResponse {
        let Fleet {
            arn,
            name,
            created_unix_ms,
            tags,
            ..
        } = self.fleets[fleet].clone();
        CreateFleetResponse {
            arn,
            name,
            created_at: moment(created_unix_ms),
            tags,
        }
    }

    pub(super) fn fleet_summary(&self, fleet: usize) -> FleetSummary {
        let Fleet {
            arn,
            name,
            created_unix_ms,
            job,
            ..
        } = self.fleets[fleet].clone();
        let last = job.map(|job| self.summary(&self.jobs[job].asked, &self.facts(job)));
        FleetSummary {
            name,
            arn,
            created_at: moment(created_unix_ms),
            last_deployment_status: last.as_ref().map(|last| last.status),
            last_deployment_time: last.as_ref().map(|last| last.created_at),
            last_deployment_job: last.map(|last| last.arn),
        }
    }

    pub(super) fn described_fleet(&mut self, fleet: usize) -> DescribeFleetResponse {
        let robots: Vec<usize> = self
            .robots_of_fleet(fleet)
            .take(DESCRIBED_ROBOTS_MAX)
            .collect();
        let robots = robots.iter().map(|robot| self.robot_summary(*robot));
        let robots = robots.collect();
        let FleetSummary {
            name,
            arn,
            created_at,
            last_deployment_status,
            last_deployment_job,
            last_deployment_time,
        } = self.fleet_summary(fleet);
        DescribeFleetResponse {
            name,
            arn,
            robots,
            created_at,
            last_deployment_status,
            last_deployment_job,
            last_deployment_time,
            tags: self.fleets[fleet].tags.clone(),
        }
    }

    pub(super) fn robot_summary(&mut self, robot: usize) -> RobotSummary {
        let status = self.status_of_robot(robot);
        let Robot {
            arn,
            name,
            architecture,
            greengrass_group,
            created_unix_ms,
            fleet,
            job,
            ..
        } = &self.robots[robot];
        let created = |job: usize| self.names.timestamp(self.jobs[job].created);
        RobotSummary {
            arn: arn.clone(),
            name: name.clone(),
            fleet_arn: fleet.map(|fleet| self.fleets[fleet].arn.clone()),
            status,
            green_grass_group_id: Some(greengrass_group.clone()),
            created_at: moment(*created_unix_ms),
            architecture: *architecture,
            last_deployment_job: job.map(|job| self.jobs[job].asked.arn.clone()),
            last_deployment_time: job.map(created),
        }
    }

    pub(super) fn described_robot(&mut self, robot: usize) -> DescribeRobotResponse {
        let RobotSummary {
            arn,
            name,
            fleet_arn,
            status,
            green_grass_group_id: _,
            created_at,
            architecture,
            last_deployment_job,
            last_deployment_time,
        } = self.robot_summary(robot);
        let robot = &self.robots[robot];
        DescribeRobotResponse {
            arn,
            name,
            fleet_arn,
            status,
            greengrass_group_id: robot.greengrass_group.clone(),
            created_at,
            architecture,
            last_deployment_job,
            last_deployment_time,
            tags: robot.tags.clone(),
        }
    }

    pub(super) fn created_application(&self, application: usize) -> CreateRobotApplicationResponse {
        let Application {
            arn,
            name,
            suite,
            sources,
            environment,
            tags,
            latest,
            ..
        } = self.applications[application].clone();
        CreateRobotApplicationResponse {
            arn,
            name,
            version: LATEST.to_owned(),
            sources,
            robot_software_suite: suite,
            last_updated_at: moment(latest.unix_ms),
            revision_id: latest.id,
            tags,
            environment,
        }
    }

    pub(super) fn created_version(
        &self,
        application: usize,
        version: usize,
    ) -> CreateRobotApplicationVersionResponse {
        let Application {
            arn,
            name,
            suite,
            environment,
            versions,
            ..
        } = &self.applications[application];
        let Version {
            number,
            sources,
            revision,
            ..
        } = versions[version].clone();
        CreateRobotApplicationVersionResponse {
            arn: arn.clone(),
            name: name.clone(),
            version: number,
            sources,
            robot_software_suite: suite.clone(),
            last_updated_at: moment(revision.unix_ms),
            revision_id: revision.id,
            environment: environment.clone(),
        }
    }

    pub(super) fn described_application(
        &self,
        application: usize,
        version: Option<&str>,
    ) -> Result<DescribeRobotApplicationResponse, Exception> {
        let CreateRobotApplicationResponse {
            arn,
            name,
            version: latest,
            sources,
            robot_software_suite,
            last_updated_at,
            revision_id,
            tags,
            environment,
        } = self.created_application(application);
        let of_latest = DescribeRobotApplicationResponse {
            arn,
            name,
            version: latest,
            sources,
            robot_software_suite,
            revision_id,
            last_updated_at,
            tags,
            environment,
            image_digest: None,
        };
        let Some(version) = version.filter(|version| *version != LATEST) else {
            return Ok(of_latest);
        };
        let Version {
            number,
            sources,
            revision,
            image_digest,
            ..
        } = self.version(application, version)?.clone();
        Ok(DescribeRobotApplicationResponse {
            version: number,
            sources,
            revision_id: revision.id,
            last_updated_at: moment(revision.unix_ms),
            image_digest,
            ..of_latest
        })
    }

    pub(super) fn application_summary(
        &self,
        application: usize,
        version: Option<usize>,
    ) -> RobotApplicationSummary {
        let Application {
            arn,
            name,
            suite,
            latest,
            versions,
            ..
        } = &self.applications[application];
        let (version, revision) = match version {
            Some(version) => (&*versions[version].number, &versions[version].revision),
            None => (LATEST, latest),
        };
        RobotApplicationSummary {
            name: name.clone(),
            arn: arn.clone(),
            version: version.to_owned(),
            last_updated_at: moment(revision.unix_ms),
            robot_software_suite: Some(suite.clone()),
        }
    }
}

pub(super) fn moment(unix_ms: i64) -> Timestamp {
    Timestamp { unix_ms }
}
