//! A session without a plan: jobs are created by command, for any robots, of any release.
//!
//! It is the event play held, a job at a time, as in [`Session`](crate::sim::Session). What a robot's deployments leave behind is settled when a later job is for it:
//! until then the job that was for it last watches it, however long it takes, and sees it come back.

use std::sync::Arc;

use crate::model::{
    Architecture, Cohort, Fleet, Instant, ListedRobot, ScriptStep, WatchEnd, World,
};
use crate::rollout::{Order, Rules, Setting};
use crate::sim::campaign::{JobKind, Roster};
use crate::sim::draws::assignment::Assignment;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::record::sight::{RobotSight, StatusCounts};
use crate::sim::session::held::{Held, Table};
use crate::sim::session::sight::JobSight;

/// The most robots that can be added to those of the world.
pub const ADDED_MAX: u32 = 10_000;

/// A replication in which jobs are created by command. Time counts from its beginning.
///
/// ```
/// use rollcast::model::Instant;
/// use rollcast::scenario::ScenarioFile;
/// use rollcast::sim::{Deploys, OpenSession};
///
/// let file = ScenarioFile::read("scenarios/lab.toml".as_ref()).unwrap();
/// let (scenario, _) = file.check(&[]).unwrap();
/// let profile = &scenario.profiles[0];
/// let mut session = OpenSession::new(&profile.world, 0);
/// let robots: Vec<u32> = (0..session.robots()).collect();
/// let release = Deploys::release(0);
/// let job = session.create_job(&robots, release, &profile.rules).unwrap();
/// session.advance(Instant::at(60_000));
/// assert!(session.job(job).counts.deploying > 0);
/// assert!(session.cancel(job));
/// ```
pub struct OpenSession {
    /// That of the scenario, with the robots that were added in cohorts of their own behind it.
    world: World,
    replication: u64,
    /// How many cohorts the scenario has.
    cohorts: usize,
    now: Instant,
    /// By robot.
    robots: Vec<Member>,
    roster: Roster,
    jobs: Vec<OpenJob>,
    /// Those of the jobs so far: a job deploys what one before it did, more often than not.
    dice: Vec<(Deploys, Arc<Dice>)>,
}

/// A robot of an open session.
struct Member {
    registered: Instant,
    architecture: Architecture,
    /// The job that was for it last.
    job: Option<u32>,
    /// The release that its last deployment was of.
    release: Option<u32>,
}

/// What a job deploys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deploys {
    /// Which release: 0 has the luck that the replication holds, later ones have their own.
    pub release: u32,
    /// For which architectures there is a source, by `Architecture as usize`; its size is the scenario's, which may have none.
    pub architectures: [bool; 3],
    /// Which scripts there are files for, in the order of [`ScriptStep::ALL`]: the others do not run.
    pub scripts: [bool; 3],
}

impl Deploys {
    /// All that the scenario has, as the release of a number.
    pub fn release(release: u32) -> Deploys {
        Deploys {
            release,
            architectures: [true; 3],
            scripts: [true; 3],
        }
    }
}

/// Why a job cannot be created now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Busy {
    /// A robot whose deployment by an earlier job goes on.
    Robot { robot: u32, job: u32 },
    /// A link over which robots of a job in flight download: what they would leave to each other is not played.
    Link { link: String, job: u32 },
}

struct OpenJob {
    created: Instant,
    /// Its robots, ascending.
    robots: Vec<u32>,
    /// Which of them no later job is for, ascending.
    watched: Vec<u32>,
    /// The links that they download over.
    links: Vec<u16>,
    held: Held,
}

impl OpenJob {
    fn is_for(&self, robot: u32) -> bool {
        self.robots.binary_search(&robot).is_ok()
    }

    fn time(&self, now: Instant) -> Instant {
        now.since(self.created)
    }

    fn is_drained(&self, now: Instant) -> bool {
        self.held.drained(self.time(now)).is_some()
    }
}

/// What changes of a job that anybody can see.
#[derive(PartialEq)]
struct Seen {
    in_progress: bool,
    ended: bool,
    counts: StatusCounts,
    healed: usize,
}

impl OpenSession {
    /// A replication at its beginning, before any job.
    pub fn new(world: &World, replication: u64) -> OpenSession {
        let world = World {
            previous: None,
            watch: WatchEnd::AtLeast(Instant::NEVER),
            ..world.clone()
        };
        let dice = Dice::new(&world);
        let mut hand = Hand::default();
        hand.draw(&dice, replication);
        let robots: Vec<Member> = (0..dice.robots())
            .map(|robot| Member {
                registered: hand.joins(&dice, robot),
                architecture: hand.architecture(&dice, robot),
                job: None,
                release: None,
            })
            .collect();
        OpenSession {
            replication,
            cohorts: world.fleet.cohorts.len(),
            now: Instant::CREATION,
            roster: Roster::of_registered(dice.robots()),
            robots,
            jobs: Vec::new(),
            dice: vec![(Deploys::release(0), Arc::new(dice))],
            world,
        }
    }

    /// The time it was taken to.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// How many robots there are: those of the scenario come first, in its order, registered or not.
    pub fn robots(&self) -> u32 {
        self.robots.len() as u32
    }

    /// When a robot of the scenario is registered, and one that was added was.
    pub fn registered_at(&self, robot: u32) -> Instant {
        self.robots[robot as usize].registered
    }

    pub fn architecture(&self, robot: u32) -> Architecture {
        self.robots[robot as usize].architecture
    }

    /// The fleet of all robots, those that were added in cohorts behind the others.
    pub fn fleet(&self) -> &Fleet {
        &self.world.fleet
    }

    /// Adds a robot to a cohort of the scenario, by its place there: the next one after all that the cohort has. Its number.
    ///
    /// # Panics
    /// If there is no such cohort.
    pub fn add_robot(
        &mut self,
        cohort: usize,
        name: &str,
        architecture: Architecture,
    ) -> Option<u32> {
        assert!(cohort < self.cohorts, "there is no cohort {cohort}");
        let number = self.robots();
        let cohorts = &mut self.world.fleet.cohorts;
        let scenario: u32 = cohorts[..self.cohorts]
            .iter()
            .map(|cohort| cohort.robots)
            .sum();
        if number - scenario >= ADDED_MAX {
            return None;
        }
        let robot = ListedRobot::new(name, architecture);
        let of_cohort = &cohorts[cohort];
        match cohorts.last() {
            Some(last) if cohorts.len() > self.cohorts && last.name == of_cohort.name => {}
            _ => {
                let first_index = cohorts
                    .iter()
                    .filter(|other| other.name == of_cohort.name)
                    .map(|other| other.robots)
                    .sum();
                let added = Cohort {
                    first_index,
                    robots: 0,
                    architectures: [0; 3],
                    dead: 0,
                    joins: None,
                    inventory: Arc::new([]),
                    ..of_cohort.clone()
                };
                cohorts.push(added);
            }
        }
        let last = cohorts
            .last_mut()
            .expect("a bug: a robot was added to no cohort");
        last.robots += 1;
        last.architectures[architecture as usize] += 1;
        last.inventory = last.inventory.iter().cloned().chain([robot]).collect();
        self.roster.add();
        self.robots.push(Member {
            registered: self.now,
            architecture,
            job: None,
            release: None,
        });
        Some(number)
    }

    /// Takes it on until all has happened that happens up to and at a time. A time that is past changes nothing.
    pub fn advance(&mut self, time: Instant) {
        if time <= self.now {
            return;
        }
        self.now = time;
        for job in &mut self.jobs {
            job.held.advance(job.time(time));
        }
    }

    /// When anything happens next, after now: `None` if nothing happens any more unless it is commanded.
    pub fn next_event(&mut self) -> Option<Instant> {
        let now = self.now;
        let joins = self
            .robots
            .iter()
            .map(|robot| robot.registered)
            .filter(|registered| *registered > now)
            .min();
        let jobs = self.jobs.iter_mut().filter_map(|job| {
            let next = job.held.next_event(job.time(now))?;
            Some(next.of_job(job.created))
        });
        jobs.chain(joins).min()
    }

    /// Takes it on to the next time at which the status of a job or a robot changes, and to the end of that: `None` if none changes any more.
    pub fn advance_to_next_change(&mut self) -> Option<Instant> {
        let before = self.seen();
        while let Some(next) = self.next_event() {
            self.advance(next);
            if self.seen() != before {
                return Some(next);
            }
        }
        None
    }

    fn seen(&self) -> (usize, Vec<Seen>) {
        let registered = self.robots.iter();
        let registered = registered.filter(|robot| robot.registered <= self.now);
        let jobs = (0..).zip(&self.jobs).map(|(number, job)| {
            let time = job.time(self.now);
            Seen {
                in_progress: job.held.first_start(time).is_some(),
                ended: job.held.ended(time).is_some(),
                counts: job.held.counts(time),
                healed: self.healed(number).len(),
            }
        });
        (registered.count(), jobs.collect())
    }

    /// Creates a job for some robots, ascending and at least one, which are registered by now. Its number, counted from 0.
    ///
    /// # Errors
    /// One of the robots is still deployed to, or downloads over a link that a job in flight uses.
    pub fn create_job(
        &mut self,
        robots: &[u32],
        deploys: Deploys,
        rules: &Rules,
    ) -> Result<u32, Busy> {
        let links = self.links_of(robots);
        self.free(robots, &links)?;
        self.supersede(robots);
        let number = self.jobs.len() as u32;
        for robot in robots {
            let member = &mut self.robots[*robot as usize];
            if member
                .release
                .is_some_and(|release| release != deploys.release)
            {
                self.roster.meets_another_release(*robot);
            }
            (member.job, member.release) = (Some(number), Some(deploys.release));
        }
        let assignment = Assignment {
            job: number,
            created: self.now,
            robots: self.roster.target(robots),
            watch: self.world.watch,
        };
        let setting = self.setting(rules, robots.len() as u32);
        let table = Table::new(
            &self.dice(deploys),
            self.replication,
            JobKind::Main,
            assignment,
            setting,
            None,
        );
        self.jobs.push(OpenJob {
            created: self.now,
            robots: robots.to_vec(),
            watched: robots.to_vec(),
            links,
            held: Held::new(table, Instant::NEVER),
        });
        let job = &mut self.jobs[number as usize];
        job.held.advance(Instant::CREATION);
        Ok(number)
    }

    /// Cancels a job: its robots that wait never start, and what becomes of those in flight is for its rules to say. Whether it had not
    /// ended.
    pub fn cancel(&mut self, job: u32) -> bool {
        let job = &mut self.jobs[job as usize];
        let time = job.time(self.now);
        job.held.cancel(time)
    }

    /// How many jobs were created so far.
    pub fn jobs(&self) -> u32 {
        self.jobs.len() as u32
    }

    /// A job as it is now.
    pub fn job(&self, job: u32) -> JobSight {
        let OpenJob { created, held, .. } = &self.jobs[job as usize];
        held.sight(JobKind::Main, *created, self.now)
    }

    /// Whether a job has ended and no deployment of its robots goes on.
    pub fn is_over(&self, job: u32) -> bool {
        self.jobs[job as usize].is_drained(self.now)
    }

    /// The job that was for a robot last, if one was.
    pub fn job_of(&self, robot: u32) -> Option<u32> {
        self.robots[robot as usize].job
    }

    /// The robots that a job is for, ascending.
    pub fn targets(&self, job: u32) -> &[u32] {
        &self.jobs[job as usize].robots
    }

    /// Each robot of a job as its deployment is now, in start order.
    pub fn robots_of(&mut self, job: u32) -> Vec<RobotSight> {
        let now = self.now;
        let job = &mut self.jobs[job as usize];
        let time = job.time(now);
        job.held.robots(time)
    }

    /// The robots that a job gave up as silent, that no later job is for and that have updated themselves by now, each with when.
    pub fn healed(&self, job: u32) -> Vec<(u32, Instant)> {
        let OpenJob { created, held, .. } = &self.jobs[job as usize];
        let (healed, _) = held.healed_after(0);
        let healed = healed
            .into_iter()
            .map(|(robot, time)| (robot, time.of_job(*created)));
        healed.filter(|(_, time)| *time <= self.now).collect()
    }

    /// The links that robots download over, ascending.
    fn links_of(&self, robots: &[u32]) -> Vec<u16> {
        let mut links: Vec<u16> = robots
            .iter()
            .filter_map(|robot| {
                let (cohort, index) = self.world.fleet.member(*robot);
                cohort.link_of(index)
            })
            .collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// Whether nothing goes on that a job for these robots would meet.
    fn free(&self, robots: &[u32], links: &[u16]) -> Result<(), Busy> {
        let in_flight = (0..)
            .zip(&self.jobs)
            .filter(|(_, job)| !job.is_drained(self.now));
        for (number, job) in in_flight {
            if let Some(robot) = robots.iter().copied().find(|robot| job.is_for(*robot)) {
                return Err(Busy::Robot { robot, job: number });
            }
            if let Some(link) = links.iter().find(|link| job.links.contains(link)) {
                let link = self.world.links[usize::from(*link)].name.clone();
                return Err(Busy::Link { link, job: number });
            }
        }
        Ok(())
    }

    /// Robots get another deployment: what the last one made of them is settled, and they are not watched for its sake any more.
    fn supersede(&mut self, robots: &[u32]) {
        for job in &mut self.jobs {
            let (settled, watched): (Vec<u32>, Vec<u32>) = job
                .watched
                .iter()
                .partition(|robot| robots.binary_search(robot).is_ok());
            if settled.is_empty() {
                continue;
            }
            let is_settled = |robot: u32| settled.binary_search(&robot).is_ok();
            let recording = job.held.recording_until(self.now.since(job.created));
            let lined_up = job.held.table().lined_up();
            self.roster
                .absorb_some(lined_up, &recording, job.created, is_settled);
            job.held.forget(&is_settled);
            job.watched = watched;
        }
    }

    /// The setting of rules for so many robots: those that were added to a cohort have their turn after the others of it.
    fn setting(&self, rules: &Rules, robots: u32) -> Setting {
        let mut setting = rules.setting(robots);
        if let Order::Cohorts(order) = &mut setting.order {
            let cohorts = &self.world.fleet.cohorts;
            let with_added = order.iter().flat_map(|cohort| {
                let name = &cohorts[usize::from(*cohort)].name;
                let added =
                    (self.cohorts..cohorts.len()).filter(|added| cohorts[*added].name == *name);
                [*cohort].into_iter().chain(added.map(|added| added as u16))
            });
            *order = with_added.collect();
        }
        setting
    }

    /// The dice of what is deployed, for all robots that there are now.
    fn dice(&mut self, deploys: Deploys) -> Arc<Dice> {
        let n = self.robots();
        // Robots that were added since make those from before useless.
        self.dice.retain(|(_, dice)| dice.robots() == n);
        if let Some((_, dice)) = self.dice.iter().find(|(known, _)| *known == deploys) {
            return Arc::clone(dice);
        }
        let mut world = self.world.clone();
        world.release.number = deploys.release;
        for (bundle, has_source) in world.release.bundle.iter_mut().zip(deploys.architectures) {
            *bundle = bundle.filter(|_| has_source);
        }
        for cohort in &mut world.fleet.cohorts {
            for (step, has_file) in ScriptStep::ALL.into_iter().zip(deploys.scripts) {
                cohort.scripts[step] = cohort.scripts[step].take().filter(|_| has_file);
            }
        }
        let dice = Arc::new(Dice::new(&world));
        self.dice.push((deploys, Arc::clone(&dice)));
        dice
    }
}
