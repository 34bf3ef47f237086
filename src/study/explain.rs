//! What a scenario means in numbers, before anything is played: its profiles' jobs as robots, their steps as times, what they ask of
//! links, and how much work a run is.

mod values;

pub use values::{ExplainedValue, explained_changes, explained_values};

use crate::model::{Cohort, Ms, World};
use crate::scenario::{Profile, Scenario};
use crate::study::run::{TIMELINE_REPLICATIONS, replication_bytes, threshold_reached};
use crate::theory::LinkDemand;
use crate::theory::demand::demands;
use crate::theory::exact::Exactness;
use crate::theory::steps::Course;
use crate::theory::view::{Job, View, failure_mean, failures_mean, without_bundle};

/// A profile in numbers.
pub struct Explained {
    pub robots: u32,
    /// The canary, if there is one, and the main job.
    pub jobs: Vec<ExplainedJob>,
    pub cohorts: Vec<ExplainedCohort>,
    pub links: Vec<ExplainedLink>,
    /// Robots that fail on average, without those that time makes fail: timeouts, links, and who comes and goes.
    pub failures_mean: f64,
    pub threshold_reached: Exactness,
    /// The mean time that a deployment takes if nothing goes wrong and nobody is in the way [ms].
    pub deployment_mean: f64,
    /// What dead robots hold slots of all jobs for together, on average if each has its turn [ms]: those without a bundle hold none.
    pub dead_slots: f64,
    /// As `dead_slots`, for robots whose scripts hang [ms].
    pub hanging_slots: f64,
    /// Events of a replication in which all goes well: ends of deployments, and downloads over links that begin, pause and go on.
    pub events: f64,
}

/// A job as numbers of robots.
pub struct ExplainedJob {
    pub name: &'static str,
    pub robots: u32,
    /// Whether the number is the same in every replication; robots that join later may not be there yet.
    pub is_exact: bool,
    pub window: u32,
    /// `None` if there are not enough robots for it.
    pub failures_to_breach: Option<u32>,
    /// The most that fail before a stop takes effect; `None` if nothing stops it.
    pub failures_max: Option<u32>,
    pub robot_timeout: Ms,
    /// Robots that fail for certain, if each has its turn.
    pub certain_failures: u32,
    /// The most that get a turn before the job is canceled or its fleet timeout comes; `None` if there is time for all, for all that is
    /// known.
    pub turns_max: Option<u32>,
    /// The time of all deployments over the window: how long it takes if all slots are always busy [ms].
    pub busy: f64,
}

/// A cohort as numbers of robots, and how long its steps take.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedCohort {
    pub name: String,
    pub robots: u32,
    pub dead: u32,
    pub without_bundle: u32,
    /// The probability that a robot fails that answers and has a bundle, on average over releases, time aside.
    pub failure_mean: f64,
    pub courses: Vec<Course>,
}

/// What the robots of a job ask of a link under its window.
pub struct ExplainedLink {
    pub job: &'static str,
    pub name: String,
    /// [bit/s]
    pub capacity: u64,
    pub demand: LinkDemand,
    /// Robots of the window that are on it.
    pub at_once: f64,
    /// What they ask for if all download at once, and on average over a deployment [bit/s].
    pub peak: f64,
    pub mean: f64,
    /// How long it takes to carry all downloads, as many as there are on average [ms].
    pub transfer: f64,
}

impl Explained {
    pub fn of(profile: &Profile, replications: u64) -> Explained {
        let view = View::new(profile);
        let world = &profile.world;
        let cohort = |(cohort, courses): (&Cohort, &[Course])| ExplainedCohort {
            name: cohort.name.clone(),
            robots: cohort.robots,
            dead: cohort.dead,
            without_bundle: without_bundle(cohort, &world.release),
            failure_mean: failure_mean(cohort),
            courses: courses.to_vec(),
        };
        let links = view.jobs.iter().flat_map(|job| {
            demands(world, job).into_iter().map(move |demand| {
                let at_once = demand.of_window(job.window(), job.n);
                let (peak, mean) = demand.peak_and_mean(at_once);
                let capacity = world.links[demand.link].capacity;
                let transfer = demand.robots * demand.bits_mean * 1000.0 / capacity as f64;
                ExplainedLink {
                    job: job.name,
                    name: world.links[demand.link].name.clone(),
                    capacity,
                    demand,
                    at_once,
                    peak,
                    mean,
                    transfer,
                }
            })
        });
        let cohorts = &world.fleet.cohorts;
        let timeout = |job: &Job| job.rules.robot_timeout() as f64;
        Explained {
            robots: view.n,
            jobs: view
                .jobs
                .iter()
                .map(|job| explained_job(job, world))
                .collect(),
            cohorts: view.cohorts().map(cohort).collect(),
            links: links.collect(),
            failures_mean: failures_mean(profile),
            threshold_reached: threshold_reached(profile, replications),
            deployment_mean: view.deployment_mean(),
            dead_slots: view
                .jobs
                .iter()
                .map(|job| job.silent(cohorts, &world.release).0 * timeout(job))
                .sum(),
            hanging_slots: view
                .jobs
                .iter()
                .map(|job| job.hanging(cohorts, &world.release).0 * timeout(job))
                .sum(),
            events: events(&view),
        }
    }
}

fn explained_job(job: &Job, world: &World) -> ExplainedJob {
    let (window, needed) = (job.window(), job.failures());
    let reachable = needed <= job.n;
    ExplainedJob {
        name: job.name,
        robots: job.n,
        is_exact: job.is_exact,
        window,
        failures_to_breach: reachable.then_some(needed),
        failures_max: reachable.then(|| job.failures_max()),
        robot_timeout: job.rules.robot_timeout(),
        certain_failures: job.certain,
        turns_max: Some(job.turns(world).most).filter(|most| job.is_exact && *most < job.n),
        busy: job.working(&world.fleet.cohorts, |_| 1.0) / f64::from(window),
    }
}

/// A deployment is one event, its end; over a link its download is one more, and two for each time that the robot is offline in it.
fn events(view: &View) -> f64 {
    let mut events = f64::from(view.n);
    for (cohort, courses) in view.cohorts() {
        let on_link: u32 = match cohort.inventory.is_empty() {
            true => {
                if cohort.link.is_some() {
                    cohort.robots
                } else {
                    0
                }
            }
            false => (0..cohort.robots)
                .filter(|index| cohort.link_of(*index).is_some())
                .count() as u32,
        };
        let share = f64::from(on_link) / f64::from(cohort.robots);
        for course in courses {
            let pauses = cohort
                .connectivity
                .as_ref()
                .map_or(0.0, |it| course.download().mean / it.online_mean());
            events += f64::from(course.robots) * share * (2.0 + 2.0 * pauses);
        }
    }
    events
}

/// The memory that a run takes whatever it plays [bytes]: the program, its tables and charts.
const RUN_BYTES: usize = 8_000_000;

/// What a thread keeps of a robot to record what happens to it [bytes].
const RECORDED_ROBOT: usize = 125;

/// About the memory that a run takes on `threads` threads [bytes]: fates, outcomes, and the timelines of the first replications.
pub fn run_bytes(scenario: &Scenario, threads: usize) -> usize {
    let of_profile = |profile: &Profile| {
        let fates = threads * RECORDED_ROBOT * profile.world.fleet.robots() as usize;
        let (any, over_time) = replication_bytes(profile);
        let replications = scenario.replications as usize;
        fates + replications * any + replications.min(TIMELINE_REPLICATIONS as usize) * over_time
    };
    RUN_BYTES + scenario.profiles.iter().map(of_profile).sum::<usize>()
}
