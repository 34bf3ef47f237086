//! What a scenario means in numbers, before anything is played: its profiles' jobs as robots, their steps as times, what they ask of
//! links, and how much work a run is.

mod presence;
mod values;

pub use presence::{
    ExplainedHours, ExplainedLog, ExplainedPresence, ExplainedTrace, offline_hours,
};
pub use values::{ExplainedValue, explained_changes, explained_values};

use crate::model::{Cohort, Connectivity, Ms, World};
use crate::scenario::Profile;
use crate::study::explain::presence::hours_begin_rate;
use crate::study::run::threshold_reached;
use crate::theory::LinkDemand;
use crate::theory::clock::{Clock, clocks};
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
    /// The mean time that a deployment takes if nothing goes wrong and no robot waits for another [ms]: without weekly hours, and
    /// downloads as if they were not interrupted.
    pub deployment_mean: f64,
    /// How long a robot is offline in mid-download by its spells on average, if it waits as long as that takes and goes on where it was [ms].
    pub interrupted_mean: f64,
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
    /// The time of all deployments over the window: how long it takes if all slots are always busy [ms], without weekly hours.
    pub busy: f64,
    /// As `busy`, but after the creation of the job and with the weekly hours, where all of its robots keep the same [ms].
    pub busy_by_clock: Option<f64>,
    /// What `busy` leaves out.
    pub left_out: Vec<LeftOut>,
}

/// What a time leaves out that a job takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LeftOut {
    /// Waiting for maintenance windows.
    Maintenance(ExplainedHours),
    /// Waiting while robots are offline by the clock.
    HoursOffline(ExplainedHours),
    /// Being held up on shared links.
    Links,
    /// Downloads interrupted by spells offline: how much longer that takes on average, if they go on where they were [ms].
    Interruptions(f64),
}

impl LeftOut {
    /// As outputs name it.
    pub fn name(self) -> &'static str {
        match self {
            LeftOut::Maintenance(_) => "maintenance",
            LeftOut::HoursOffline(_) => "hours_offline",
            LeftOut::Links => "links",
            LeftOut::Interruptions(_) => "interruptions",
        }
    }

    /// The names of all.
    pub const NAMES: [&str; 4] = ["maintenance", "hours_offline", "links", "interruptions"];
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
    pub presence: ExplainedPresence,
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
        let cohorts = view.cohorts().map(|(cohort, courses)| ExplainedCohort {
            name: cohort.name.clone(),
            robots: cohort.robots,
            dead: cohort.dead,
            without_bundle: without_bundle(cohort, &world.release),
            failure_mean: failure_mean(cohort),
            presence: ExplainedPresence::of(cohort),
            courses: courses.to_vec(),
        });
        let links = view.jobs.iter().flat_map(|job| {
            let demands = demands(world, job).into_iter();
            demands.map(move |demand| ExplainedLink::of(world, job, demand))
        });
        let held = view.jobs.iter().map(|job| {
            let timeout = job.rules.robot_timeout() as f64;
            let (silent, _) = job.silent(&world.fleet.cohorts, &world.release);
            let (hanging, _) = job.hanging(&world.fleet.cohorts, &world.release);
            (silent * timeout, hanging * timeout)
        });
        Explained {
            robots: view.n,
            jobs: view
                .jobs
                .iter()
                .map(|job| explained_job(job, world))
                .collect(),
            cohorts: cohorts.collect(),
            links: links.collect(),
            failures_mean: failures_mean(profile),
            threshold_reached: threshold_reached(profile, replications),
            deployment_mean: view.deployment_mean(),
            interrupted_mean: interrupted_mean(&view),
            dead_slots: held.clone().map(|(silent, _)| silent).sum(),
            hanging_slots: held.map(|(_, hanging)| hanging).sum(),
            events: events(&view),
        }
    }
}

impl ExplainedLink {
    fn of(world: &World, job: &Job, demand: LinkDemand) -> ExplainedLink {
        let link = &world.links[demand.link];
        let at_once = demand.of_window(job.window(), job.n);
        let (peak, mean) = demand.peak_and_mean(at_once);
        ExplainedLink {
            job: job.name,
            name: link.name.clone(),
            capacity: link.capacity,
            at_once,
            peak,
            mean,
            transfer: demand.robots * demand.bits_mean * 1000.0 / link.capacity as f64,
            demand,
        }
    }
}

fn explained_job(job: &Job, world: &World) -> ExplainedJob {
    let cohorts = &world.fleet.cohorts;
    let (window, needed) = (job.window(), job.failures());
    let reachable = needed <= job.n;
    let busy = job.working(cohorts, |_| 1.0) / f64::from(window);
    let clocks = clocks_of(job, cohorts);
    // Only the first job is created at the beginning, from which hours are counted.
    let same = job.is_first && clocks.iter().all(|clock| clock.is_as(&clocks[0]));
    let clock = clocks.first().filter(|clock| same && clock.has_hours());
    let each = busy * f64::from(window) / f64::from(job.n);
    let busy_by_clock = clock.and_then(|clock| clock.done_after(busy, each));
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
        busy,
        busy_by_clock,
        left_out: left_out(job, world, &clocks),
    }
}

/// The clocks of a job's robots.
fn clocks_of<'w>(job: &'w Job, cohorts: &'w [Cohort]) -> Vec<Clock<'w>> {
    let members = job
        .cohorts(cohorts)
        .filter(|(_, members, _)| *members > 0.0);
    members.flat_map(|(cohort, ..)| clocks(cohort)).collect()
}

/// What the time of a job's deployments over its window leaves out.
fn left_out(job: &Job, world: &World, clocks: &[Clock]) -> Vec<LeftOut> {
    let maintenance = ExplainedHours::of(clocks.iter().map(|it| (it.robots, it.windows)));
    let offline = ExplainedHours::of(clocks.iter().map(|it| (it.robots, it.offline)));
    let interrupted: f64 = job
        .cohorts(&world.fleet.cohorts)
        .map(|(cohort, members, courses)| {
            members / f64::from(cohort.robots) * interrupted(cohort, courses)
        })
        .sum();
    let links = !demands(world, job).is_empty();
    [
        maintenance.map(LeftOut::Maintenance),
        offline.map(LeftOut::HoursOffline),
        links.then_some(LeftOut::Links),
        (interrupted > 0.0).then(|| LeftOut::Interruptions(interrupted / f64::from(job.window()))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How long the robots of a cohort that have a bundle are offline in mid-download together, on average by their spells [ms].
fn interrupted(cohort: &Cohort, courses: &[Course]) -> f64 {
    let connectivity = cohort.connectivity.as_ref();
    let online = connectivity.map_or(1.0, Connectivity::share_online);
    let downloads = courses
        .iter()
        .map(|course| f64::from(course.robots) * course.download().mean);
    downloads.sum::<f64>() * (1.0 - online) / online
}

/// How long a robot that has a bundle is offline in mid-download on average [ms].
fn interrupted_mean(view: &View) -> f64 {
    let courses = view.courses.iter().flatten();
    let robots: u32 = courses.map(|course| course.robots).sum();
    let all = view
        .cohorts()
        .map(|(cohort, courses)| interrupted(cohort, courses));
    all.sum::<f64>() / f64::from(robots.max(1))
}

/// A deployment is one event, its end; over a link its download is one more, and two for each time that the robot is offline in it.
fn events(view: &View) -> f64 {
    let mut events = f64::from(view.n);
    for (cohort, courses) in view.cohorts() {
        let on_link = match (cohort.inventory.is_empty(), cohort.link) {
            (true, None) => 0,
            (true, Some(_)) => cohort.robots,
            (false, _) => {
                let robots = (0..cohort.robots).filter(|index| cohort.link_of(*index).is_some());
                robots.count() as u32
            }
        };
        let share = f64::from(on_link) / f64::from(cohort.robots);
        for course in courses {
            let by_spells = cohort
                .connectivity
                .as_ref()
                .map_or(0.0, |it| course.download().mean / it.online_mean());
            let pauses = by_spells + course.download().mean * hours_begin_rate(cohort);
            events += f64::from(course.robots) * share * (2.0 + 2.0 * pauses);
        }
    }
    events
}
