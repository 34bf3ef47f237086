//! What one account of the service holds at a simulated time, and the replication behind it.
//!
//! The accepted commands alone decide what is here: applied to the same scenario at the same times they give the same account, names and
//! all. Nothing here knows of a wall clock or of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Architecture, Instant, Ms};
use crate::report::Names;
use crate::scenario::{Profile, Scenario};
use crate::serve::resources::{
    Application, Fleet, Job, Resource, Revision, Robot, Tags, Version, successor,
};
use crate::sim::OpenSession;
use crate::study::RobotAt;
use crate::wire::robomaker::{Exception, Input, Owner, RobotSoftwareSuite, Source};

/// Where the bundles of the scenario's application are said to be.
const BUCKET: &str = "rollcast-bundles";

/// See the module's description.
pub struct Account {
    pub(super) names: Names,
    pub(super) profile: Profile,
    pub(super) session: OpenSession,
    pub(super) now: Ms,
    pub(super) fleets: Vec<Fleet>,
    pub(super) robots: Vec<Robot>,
    pub(super) applications: Vec<Application>,
    pub(super) jobs: Vec<Job>,
    /// What was deployed: an application and its version, in the order of first deployment.
    pub(super) releases: Vec<(usize, String)>,
    /// By the client's token.
    pub(super) answered: BTreeMap<String, Answered>,
    /// By ARN, those that are deleted too.
    issued: BTreeMap<String, Resource>,
    /// The robots of jobs that were looked at, in the fleet's order.
    pub(super) looked_at: BTreeMap<usize, LookedAt>,
    /// The robots of jobs that have updated themselves by now, ascending, where that was asked.
    pub(super) healed: BTreeMap<usize, Vec<u32>>,
}

/// The robots of a job as they were seen.
pub(super) struct LookedAt {
    pub(super) robots: Arc<Vec<RobotAt>>,
    /// Whether the job was over then: nothing changes of them any more.
    pub(super) is_final: bool,
}

/// A request that created a job, by which a client may ask again.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) request: Input,
    pub(super) job: usize,
    pub(super) answer: String,
}

impl Account {
    /// An account at the beginning of a replication: with the scenario's fleet and its application, and without any job.
    ///
    /// # Panics
    /// If the rules of the profile are not RoboMaker's.
    pub fn new(
        scenario: &Scenario,
        profile: &Profile,
        replication: u64,
        start_unix_ms: i64,
    ) -> Account {
        assert!(
            profile.rules.robomaker().is_some(),
            "a bug: rules of another engine are served in RoboMaker's notation"
        );
        let names =
            Names::new(scenario, profile, replication, Owner::default()).starting_at(start_unix_ms);
        let mut account = Account {
            session: OpenSession::new(&profile.world, replication),
            names,
            profile: profile.clone(),
            now: 0,
            fleets: Vec::new(),
            robots: Vec::new(),
            applications: Vec::new(),
            jobs: Vec::new(),
            releases: Vec::new(),
            answered: BTreeMap::new(),
            issued: BTreeMap::new(),
            looked_at: BTreeMap::new(),
            healed: BTreeMap::new(),
        };
        account.add_scenario();
        account.advance(0);
        account
    }

    /// The time it was taken to [ms after the beginning].
    pub fn now(&self) -> Ms {
        self.now
    }

    /// Takes it on to a time; one that is past changes nothing.
    pub fn advance(&mut self, time: Ms) {
        if time > self.now {
            self.now = time;
            self.session.advance(Instant::at(time));
            self.forget_moving();
        }
    }

    /// Takes it on to the next time at which the status of a job or of a robot changes, or a robot joins. Whether there is one: otherwise it
    /// is taken to when the last thing happens.
    pub fn advance_to_next_change(&mut self) -> bool {
        let changes = self.session.advance_to_next_change().is_some();
        self.now = self.now.max(self.session.now().ms());
        self.forget_moving();
        changes
    }

    /// What an ARN names that there is; what was deleted there is no more.
    pub(super) fn resource(&self, arn: &str) -> Option<Resource> {
        self.issued.get(arn).copied().filter(|it| match *it {
            Resource::Fleet(fleet) => !self.fleets[fleet].is_deleted,
            Resource::Robot(robot) => self.is_there(robot),
            Resource::Application(application) => !self.applications[application].is_deleted,
            Resource::Job(job) => !self.has_expired(job),
        })
    }

    /// Whether a robot has appeared and was not deleted.
    pub(super) fn is_there(&self, robot: usize) -> bool {
        let robot = &self.robots[robot];
        !robot.is_deleted && robot.since <= self.now
    }

    /// The ARN of a resource that is created now. Those of equal names differ by when they were created.
    pub(super) fn issue(&mut self, kind: &str, name: &str, resource: Resource) -> String {
        let created = self.names.unix_ms(self.now);
        let arn = (created..)
            .map(|created| self.names.owner.arn(kind, name, created))
            .find(|arn| !self.issued.contains_key(arn))
            .expect("a bug: numbers end");
        self.issued.insert(arn.clone(), resource);
        arn
    }

    pub(super) fn issue_job(&mut self, job: usize) -> String {
        // The first one is the job that `rollcast run` describes.
        let of = match job {
            0 => "main".to_owned(),
            job => format!("job {job}"),
        };
        let arn = self.names.job(&of);
        self.issued.insert(arn.clone(), Resource::Job(job));
        arn
    }

    /// A revision that is made now.
    pub(super) fn revision(&self, of: &str) -> Revision {
        Revision {
            id: self.names.id(&format!("revision {of}")),
            unix_ms: self.names.unix_ms(self.now),
        }
    }

    pub(super) fn check_tags(tags: &Tags) -> Result<(), Exception> {
        match tags.len() > 50 {
            true => Err(Exception::invalid(format!(
                "a resource has at most 50 tags, and these would be {}",
                tags.len()
            ))),
            false => Ok(()),
        }
    }

    /// What was seen of robots is seen no more, but where nothing changes any more.
    pub(super) fn forget_moving(&mut self) {
        self.looked_at.retain(|_, looked_at| looked_at.is_final);
        self.healed.clear();
    }

    fn add_scenario(&mut self) {
        let created = self.names.created_unix_ms();
        let fleet = Fleet {
            arn: self.names.fleet(),
            name: self.names.resource.clone(),
            created_unix_ms: created,
            tags: Tags::new(),
            job: None,
            is_deleted: false,
        };
        self.issued.insert(fleet.arn.clone(), Resource::Fleet(0));
        self.fleets.push(fleet);
        let mut number = 0;
        for cohort in 0..self.profile.world.fleet.cohorts.len() {
            for _ in 0..self.profile.world.fleet.cohorts[cohort].robots {
                self.add_robot_of_scenario(cohort, number);
                number += 1;
            }
        }
        self.add_application_of_scenario(created);
    }

    fn add_robot_of_scenario(&mut self, cohort: usize, number: u32) {
        let world = &self.profile.world;
        let since = self.session.registered_at(number).ms();
        let arn = self.names.robot(world, number);
        // One that joins is created when it does.
        let created_unix_ms = match since {
            0 => self.names.robot_created_unix_ms(number),
            since => self.names.unix_ms(since),
        };
        let name = Names::robot_name(world, number);
        let robot = Robot {
            greengrass_group: self.names.id(&format!("group of robot {number}")),
            architecture: self.session.architecture(number),
            created_unix_ms,
            tags: Tags::from([(
                COHORT_TAG.to_owned(),
                tag_value(&world.fleet.cohorts[cohort].name),
            )]),
            cohort,
            since,
            fleet: Some(0),
            deployed_by: None,
            job: None,
            is_deleted: false,
            arn,
            name,
        };
        let resource = Resource::Robot(number as usize);
        self.issued.insert(robot.arn.clone(), resource);
        self.robots.push(robot);
    }

    fn add_application_of_scenario(&mut self, created: i64) {
        let release = &self.profile.world.release;
        let arn = self.names.application();
        let name = self.names.resource.clone();
        let sources: Vec<Source> = Architecture::ALL
            .into_iter()
            .filter(|architecture| release.bundle[*architecture as usize].is_some())
            .map(|architecture| {
                let key = format!("{name}/{}/{}.tar", release.version, architecture.name());
                Source {
                    s3_bucket: Some(BUCKET.to_owned()),
                    etag: Some(self.names.id(&key)),
                    s3_key: Some(key),
                    architecture: Some(architecture),
                }
            })
            .collect();
        let revision = Revision {
            unix_ms: created,
            ..self.revision(&arn)
        };
        let version = Version {
            number: release.version.clone(),
            sources: sources.clone(),
            revision: revision.clone(),
            image_digest: None,
            is_deleted: false,
        };
        self.issued.insert(arn.clone(), Resource::Application(0));
        self.applications.push(Application {
            arn,
            name,
            suite: RobotSoftwareSuite {
                name: Some("ROS".to_owned()),
                version: Some("Melodic".to_owned()),
            },
            sources,
            environment: None,
            tags: Tags::new(),
            latest: revision,
            next_version: successor(&version.number),
            versions: vec![version],
            is_deleted: false,
        });
    }
}

/// Something that an ARN names and that is not there.
pub(super) fn not_found(what: &str, arn: &str) -> Exception {
    Exception::not_found(format!("there is no {what} {arn}"))
}

/// The tag by which a robot that a client creates says how it behaves.
pub const COHORT_TAG: &str = "rollcast:cohort";

/// A text with nothing in it that the service takes in no tag.
pub(super) fn tag_value(text: &str) -> String {
    let taken = |c: char| c.is_ascii_alphanumeric() || " _.-/+=:".contains(c);
    text.chars()
        .map(|c| if taken(c) { c } else { '_' })
        .take(256)
        .collect()
}
