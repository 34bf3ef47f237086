//! Fleets and their robots.

use crate::model::Architecture;
use crate::report::robot_status;
use crate::serve::account::{Account, COHORT_TAG, not_found, tag_value};
use crate::serve::resources::{Fleet, Resource, Robot, Tags};
use crate::sim::{ADDED_MAX, Verdict};
use crate::study::RobotPhase;
use crate::wire::robomaker::RobotStatus;
use crate::wire::robomaker::{Exception, ExceptionKind};

/// The most fleets of an account. Each has one job at a time, so that there are no more than 20 of those either, which is the service's
/// other quota.
const FLEETS_MAX: usize = 20;

impl Account {
    /// The fleet that an ARN names.
    pub(super) fn fleet(&self, arn: &str) -> Result<usize, Exception> {
        match self.resource(arn) {
            Some(Resource::Fleet(fleet)) => Ok(fleet),
            _ => Err(not_found("fleet", arn)),
        }
    }

    /// The robot that an ARN names.
    pub(super) fn robot(&self, arn: &str) -> Result<usize, Exception> {
        match self.resource(arn) {
            Some(Resource::Robot(robot)) => Ok(robot),
            _ => Err(not_found("robot", arn)),
        }
    }

    /// The robots of a fleet.
    pub(super) fn robots_of_fleet(&self, fleet: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.robots.len())
            .filter(move |robot| self.robots[*robot].fleet == Some(fleet) && self.is_there(*robot))
    }

    pub(super) fn create_fleet(&mut self, name: &str, tags: Tags) -> Result<usize, Exception> {
        Account::check_tags(&tags)?;
        let there = self.fleets.iter().filter(|fleet| !fleet.is_deleted).count();
        if there >= FLEETS_MAX {
            return Err(Exception::new(
                ExceptionKind::LimitExceeded,
                format!(
                    "there are {FLEETS_MAX} fleets, which is as many as there may be: delete one first"
                ),
            ));
        }
        let fleet = self.fleets.len();
        let arn = self.issue("deployment-fleet", name, Resource::Fleet(fleet));
        self.fleets.push(Fleet {
            arn,
            name: name.to_owned(),
            created_unix_ms: self.names.unix_ms(self.now),
            tags,
            job: None,
            is_deleted: false,
        });
        Ok(fleet)
    }

    /// Deregisters all robots of a fleet and deletes it. What is deployed to it fails.
    pub(super) fn delete_fleet(&mut self, fleet: usize) {
        self.fail_jobs_of_fleet(fleet);
        // Those that are still to join do not find it.
        for robot in &mut self.robots {
            if robot.fleet == Some(fleet) {
                robot.fleet = None;
                robot.deployed_by = None;
            }
        }
        self.fleets[fleet].is_deleted = true;
    }

    pub(super) fn create_robot(
        &mut self,
        name: &str,
        architecture: Architecture,
        greengrass_group: &str,
        tags: Tags,
    ) -> Result<usize, Exception> {
        Account::check_tags(&tags)?;
        let cohort = self.cohort_of_tags(&tags)?;
        let others = (0..self.robots.len()).filter(|robot| self.is_there(*robot));
        for other in others.map(|robot| &self.robots[robot]) {
            let what = if other.name == name {
                format!("the name {name}")
            } else if other.greengrass_group == greengrass_group {
                format!("the Greengrass group {greengrass_group}, and each robot has its own")
            } else {
                continue;
            };
            return Err(Exception::new(
                ExceptionKind::ResourceAlreadyExists,
                format!("the robot {} has {what}", other.arn),
            ));
        }
        let robot = self.robots.len();
        let number = self.session.add_robot(cohort, name, architecture);
        let number = number.ok_or_else(|| {
            Exception::new(
                ExceptionKind::LimitExceeded,
                format!(
                    "clients create at most {ADDED_MAX} robots; give the scenario a larger fleet"
                ),
            )
        })?;
        assert_eq!(
            number as usize, robot,
            "a bug: robots are numbered in their order"
        );
        let arn = self.issue("robot", name, Resource::Robot(robot));
        self.robots.push(Robot {
            arn,
            name: name.to_owned(),
            architecture,
            greengrass_group: greengrass_group.to_owned(),
            created_unix_ms: self.names.unix_ms(self.now),
            tags,
            cohort,
            since: self.now,
            fleet: None,
            deployed_by: None,
            job: None,
            is_deleted: false,
        });
        Ok(robot)
    }

    /// Deletes a robot, which leaves its fleet; a deployment to it goes on.
    pub(super) fn delete_robot(&mut self, robot: usize) {
        let robot = &mut self.robots[robot];
        robot.is_deleted = true;
        robot.fleet = None;
        robot.deployed_by = None;
    }

    pub(super) fn register_robot(&mut self, fleet: usize, robot: usize) -> Result<(), Exception> {
        if let Some(other) = self.robots[robot].fleet {
            return Err(Exception::invalid(format!(
                "the robot {} is registered to the fleet {}, and a robot is in one fleet at most: deregister it first",
                self.robots[robot].arn, self.fleets[other].arn
            )));
        }
        self.robots[robot].fleet = Some(fleet);
        Ok(())
    }

    pub(super) fn deregister_robot(&mut self, fleet: usize, robot: usize) -> Result<(), Exception> {
        if self.robots[robot].fleet != Some(fleet) {
            return Err(Exception::invalid(format!(
                "the robot {} is not registered to the fleet {}",
                self.robots[robot].arn, self.fleets[fleet].arn
            )));
        }
        let robot = &mut self.robots[robot];
        robot.fleet = None;
        robot.deployed_by = None;
        Ok(())
    }

    /// The status of a robot: that of its deployment by the newest job for it since it was registered. One that was given up as silent and
    /// has updated itself since is in sync.
    pub(super) fn status_of_robot(&mut self, robot: usize) -> RobotStatus {
        let Robot {
            fleet, deployed_by, ..
        } = self.robots[robot];
        let (Some(_), Some(job)) = (fleet, deployed_by) else {
            return match fleet {
                Some(_) => RobotStatus::Registered,
                None => RobotStatus::Available,
            };
        };
        let robots = self.robots_of_job(job);
        let at = robots
            .binary_search_by_key(&(robot as u32), |at| at.robot)
            .expect("a bug: a robot was deployed to by a job that is not for it");
        let phase = robots[at].phase;
        match phase {
            RobotPhase::Ended(Verdict::NoResponse) if self.has_healed(job, robot) => {
                RobotStatus::InSync
            }
            phase => robot_status(phase),
        }
    }

    fn has_healed(&mut self, job: usize, robot: usize) -> bool {
        let session = &self.session;
        let healed = self.healed.entry(job).or_insert_with(|| {
            let healed = session.healed(job as u32);
            let mut healed: Vec<u32> = healed.into_iter().map(|(robot, _)| robot).collect();
            healed.sort_unstable();
            healed
        });
        healed.binary_search(&(robot as u32)).is_ok()
    }

    fn cohort_of_tags(&self, tags: &Tags) -> Result<usize, Exception> {
        let Some(wanted) = tags.get(COHORT_TAG) else {
            return Ok(0);
        };
        let cohorts = &self.profile.world.fleet.cohorts;
        let found = cohorts
            .iter()
            .position(|cohort| tag_value(&cohort.name) == *wanted);
        found.ok_or_else(|| {
            let names: Vec<String> = cohorts
                .iter()
                .map(|cohort| format!("`{}`", tag_value(&cohort.name)))
                .collect();
            Exception::invalid(format!(
                "the tag {COHORT_TAG} is `{wanted}`, and the scenario has no such cohort but {}",
                names.join(", ")
            ))
        })
    }
}
