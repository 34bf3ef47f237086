//! What the resources of a replication are called, and when they were made.
//!
//! Whoever tells of a replication in the service's notation gets its names here, so that a file and the endpoint speak of the same robots.

use sha2::{Digest, Sha256};

use crate::model::{Ms, Start, World};
use crate::scenario::{Profile, Scenario};
use crate::wire::robomaker::{Owner, Timestamp, base36, resource_name};

/// How long before the beginning the scenario's fleet, robots and application were created [ms]: a day.
const CREATED_BEFORE_MS: i64 = 86_400_000;

/// The names of one replication of a profile.
#[derive(Clone, Debug)]
pub struct Names {
    pub owner: Owner,
    /// The scenario's name, as a resource has it.
    pub resource: String,
    /// The beginning [ms since 1970-01-01 UTC].
    pub start_unix_ms: i64,
    /// What differs between scenarios, seeds, profiles and replications.
    seed: String,
}

impl Names {
    /// Names of resources of an owner; the beginning is that of the scenario, or 1970.
    pub fn new(scenario: &Scenario, profile: &Profile, replication: u64, owner: Owner) -> Names {
        let Scenario {
            hash, seed, name, ..
        } = scenario;
        Names {
            owner,
            resource: resource_name(name),
            start_unix_ms: profile.start.map_or(0, Start::unix_ms),
            seed: format!("{hash} {seed} {} {replication}", profile.name),
        }
    }

    /// The same with another beginning [ms since 1970-01-01 UTC].
    #[must_use]
    pub fn starting_at(self, start_unix_ms: i64) -> Names {
        Names {
            start_unix_ms,
            ..self
        }
    }

    /// When the scenario's fleet, robots and application were created [ms since 1970-01-01 UTC].
    pub fn created_unix_ms(&self) -> i64 {
        (self.start_unix_ms - CREATED_BEFORE_MS).max(0)
    }

    /// The ARN of the scenario's fleet.
    pub fn fleet(&self) -> String {
        self.of_scenario("deployment-fleet")
    }

    /// The ARN of the scenario's application.
    pub fn application(&self) -> String {
        self.of_scenario("robot-application")
    }

    /// The name of a robot of the scenario.
    pub fn robot_name(world: &World, robot: u32) -> String {
        let (cohort, index) = world.fleet.member(robot);
        let name = cohort.listed(index).map_or_else(
            || format!("{}-{index}", cohort.name),
            |listed| listed.name.clone(),
        );
        resource_name(&name)
    }

    /// When a robot of the scenario was created [ms since 1970-01-01 UTC]: one after the other.
    pub fn robot_created_unix_ms(&self, robot: u32) -> i64 {
        self.created_unix_ms() + i64::from(robot)
    }

    /// The ARN of a robot of the scenario. Robots of equal names are told apart by when they were created, as the service does.
    pub fn robot(&self, world: &World, robot: u32) -> String {
        let name = Names::robot_name(world, robot);
        let created = self.robot_created_unix_ms(robot);
        self.owner.arn("robot", &name, created)
    }

    /// The ARN of a job, by what tells it from the others.
    pub fn job(&self, of: &str) -> String {
        self.owner.job_arn(&self.id(of))
    }

    /// Twelve characters that differ between what they are of, replications, profiles, seeds and scenarios.
    pub fn id(&self, of: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(format!("{} {of}", self.seed));
        let bytes: [u8; 8] = hasher.finalize()[..8]
            .try_into()
            .expect("a bug: a hash shorter than eight bytes");
        base36(u64::from_be_bytes(bytes))
    }

    /// A time [ms after the beginning] [ms since 1970-01-01 UTC].
    pub fn unix_ms(&self, time: Ms) -> i64 {
        self.start_unix_ms
            .saturating_add(i64::try_from(time).unwrap_or(i64::MAX))
    }

    /// A time [ms after the beginning] on the wire.
    pub fn timestamp(&self, time: Ms) -> Timestamp {
        Timestamp {
            unix_ms: self.unix_ms(time),
        }
    }

    fn of_scenario(&self, kind: &str) -> String {
        self.owner.arn(kind, &self.resource, self.created_unix_ms())
    }
}
