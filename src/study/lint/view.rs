//! What the rules look at: a profile, its jobs as numbers of robots, and how long its steps take.

use crate::model::{Campaign, CanaryRobots, Cohort, OnStop, Probability, Release, RoboMaker, Script};
use crate::scenario::Profile;
use crate::study::steps::Course;

/// A profile as the rules look at it.
pub(in crate::study) struct View<'a> {
    pub(in crate::study) profile: &'a Profile,
    pub(in crate::study) n: u32,
    /// The canary, if there is one, and the main job.
    pub(in crate::study) jobs: Vec<Job>,
    /// By cohort.
    pub(in crate::study) courses: Vec<Vec<Course>>,
}

/// A job that deploys the release.
pub(in crate::study) struct Job {
    pub(in crate::study) name: &'static str,
    pub(in crate::study) is_canary: bool,
    pub(in crate::study) rules: RoboMaker,
    pub(in crate::study) n: u32,
    /// Whether it is for so many robots for certain.
    pub(in crate::study) is_exact: bool,
    /// So many of them fail whatever happens, if each has its turn.
    pub(in crate::study) certain: u32,
    own: [bool; 3],
}

/// The keys of a deploymentConfig, in the order of [`Job::own`].
const CONFIG: [&str; 3] = ["concurrent_deployment_percentage", "failure_threshold_percentage", "robot_deployment_timeout"];

impl Job {
    /// The dotted key of one of its rules.
    pub(in crate::study) fn key(&self, name: &str) -> String {
        let own = CONFIG.iter().zip(self.own).any(|(key, own)| *key == name && own);
        format!("{}.{name}", if own { "campaign.canary" } else { "rollout.robomaker" })
    }

    pub(in crate::study) fn window(&self) -> u32 {
        self.rules.window(self.n)
    }

    pub(in crate::study) fn failures(&self) -> u32 {
        self.rules.failures_to_breach(self.n)
    }

    /// The most robots that fail, if a stop comes in time for any: those in flight when the threshold is reached may fail too.
    pub(in crate::study) fn failures_max(&self) -> u32 {
        let draining = if self.rules.on_stop == OnStop::Drain { self.window() - 1 } else { 0 };
        (self.failures() + draining).min(self.n)
    }

    /// The least threshold that takes more than so many failures [%], if there is one.
    pub(in crate::study) fn threshold_above(&self, failures: u32) -> Option<u8> {
        (1..=100).find(|percent| {
            let rules = RoboMaker { failure_threshold_percentage: *percent, ..self.rules.clone() };
            (failures + 1..=self.n).contains(&rules.failures_to_breach(self.n))
        })
    }
}

impl<'a> View<'a> {
    pub(in crate::study) fn new(profile: &'a Profile) -> View<'a> {
        let fleet = &profile.world.fleet;
        let n = fleet.robots();
        let timeout = profile.rules.robot_deployment_timeout;
        let courses = fleet.cohorts.iter().map(|cohort| Course::of(&profile.world, cohort, timeout)).collect();
        View { profile, n, jobs: jobs(profile, n), courses }
    }

    pub(in crate::study) fn cohorts(&self) -> impl Iterator<Item = (&'a Cohort, &[Course])> {
        self.profile.world.fleet.cohorts.iter().zip(&self.courses).map(|(cohort, courses)| (cohort, courses.as_slice()))
    }

    /// The main job.
    pub(in crate::study) fn main(&self) -> &Job {
        self.jobs.last().expect("there is a main job")
    }

    /// The mean of a statistic of the courses over all robots that have one.
    pub(in crate::study) fn mean(&self, of: impl Fn(&Course) -> f64) -> f64 {
        let all = || self.courses.iter().flatten();
        let robots: f64 = all().map(|course| f64::from(course.robots)).sum();
        all().map(|course| f64::from(course.robots) * of(course)).sum::<f64>() / robots.max(1.0)
    }

    /// How many robots fail on average if each has its turn, without those that time makes fail.
    pub(in crate::study) fn failures_mean(&self) -> f64 {
        let release = &self.profile.world.release;
        let of_cohort = |(cohort, _): (&Cohort, _)| {
            let certain = certain_mean(cohort, release);
            certain + (f64::from(cohort.robots) - certain) * failure_mean(cohort)
        };
        self.cohorts().map(of_cohort).sum()
    }

    /// Whether each of a job's robots has its turn before a cancel or the fleet timeout, whatever happens.
    pub(in crate::study) fn ends_in_time(&self, job: &Job, preparing_max: f64) -> bool {
        let rounds = f64::from(job.n.div_ceil(job.window()));
        let deadline = job.rules.cancel.map_or(job.rules.fleet_timeout, |cancel| cancel.min(job.rules.fleet_timeout));
        preparing_max + rounds * job.rules.robot_deployment_timeout as f64 <= deadline as f64
    }
}

fn jobs(profile: &Profile, n: u32) -> Vec<Job> {
    let cohorts = &profile.world.fleet.cohorts;
    let certain = |cohort: &Cohort| certain_failures(cohort, &profile.world.release);
    let everybody: u32 = cohorts.iter().map(certain).sum();
    let joins = |cohort: &Cohort| cohort.joins.is_some();
    let all_registered = !cohorts.iter().any(joins);
    let alone = Job {
        name: "the job",
        is_canary: false,
        rules: profile.rules.clone(),
        n,
        is_exact: all_registered,
        certain: everybody,
        own: [false; 3],
    };
    let Some(Campaign { canary: Some(canary), .. }) = &profile.campaign else { return vec![alone] };
    let at_first: u32 = cohorts.iter().filter(|cohort| !joins(cohort)).map(|cohort| cohort.robots).sum();
    let (robots, failing, is_exact) = match &canary.robots {
        CanaryRobots::Cohorts(named) => {
            let named: Vec<&Cohort> = named.iter().map(|cohort| &cohorts[usize::from(*cohort)]).collect();
            let robots = named.iter().map(|cohort| cohort.robots).sum();
            (robots, named.iter().map(|cohort| certain(cohort)).sum(), !named.iter().any(|cohort| joins(cohort)))
        }
        picked => {
            let robots = picked.picked_of(n).expect("a bug: cohorts are not picked");
            let exact = all_registered || matches!(picked, CanaryRobots::Count(robots, _) if *robots <= at_first);
            // Those picked may be all that can succeed.
            (robots, (everybody + robots).saturating_sub(n), exact)
        }
    };
    let config = &canary.config;
    let own = [
        config.concurrent_deployment_percentage.is_some(),
        config.failure_threshold_percentage.is_some(),
        config.robot_deployment_timeout.is_some(),
    ];
    let first = Job {
        name: "the canary",
        is_canary: true,
        rules: canary.rules(&profile.rules),
        n: robots,
        is_exact,
        certain: failing,
        own,
    };
    let rest = if canary.rejoin { n } else { n - robots };
    let certain = match &canary.robots {
        _ if canary.rejoin => everybody,
        CanaryRobots::Cohorts(_) => everybody - failing,
        _ => everybody.saturating_sub(robots),
    };
    let main = Job { name: "the main job", n: rest, is_exact: all_registered, certain, ..alone };
    if rest == 0 { vec![first] } else { vec![first, main] }
}

/// How many robots of a cohort have no bundle.
pub(in crate::study) fn without_bundle(cohort: &Cohort, release: &Release) -> u32 {
    cohort.architectures.iter().zip(release.bundle).filter(|(_, bundle)| bundle.is_none()).map(|(robots, _)| robots).sum()
}

/// How many robots of a cohort fail whatever happens.
pub(in crate::study) fn certain_failures(cohort: &Cohort, release: &Release) -> u32 {
    if always_fails(cohort) {
        return cohort.robots;
    }
    // Dead robots are placed at random, so they may be those without a bundle.
    without_bundle(cohort, release).max(cohort.dead)
}

/// How many robots of a cohort are dead or without a bundle, on average: dead ones are placed at random.
pub(in crate::study) fn certain_mean(cohort: &Cohort, release: &Release) -> f64 {
    let (dead, without) = (f64::from(cohort.dead), f64::from(without_bundle(cohort, release)));
    dead + without - dead * without / f64::from(cohort.robots)
}

/// Whether a script or the faults fail each robot of a cohort.
pub(in crate::study) fn always_fails(cohort: &Cohort) -> bool {
    let known = |probability: &Probability| if let Probability::Constant(p) = probability { *p } else { 0.0 };
    let script = |script: &Script| known(&script.failure) + known(&script.hang) >= 1.0;
    scripts(cohort).any(|(_, it)| script(it)) || cohort.faults.iter().map(|fault| known(&fault.probability)).sum::<f64>() >= 1.0
}

/// The scripts of a cohort by the name of their step.
pub(in crate::study) fn scripts(cohort: &Cohort) -> impl Iterator<Item = (&'static str, &Script)> {
    let steps = [
        ("download_condition", &cohort.download_condition),
        ("pre_launch", &cohort.pre_launch),
        ("post_launch", &cohort.post_launch),
    ];
    steps.into_iter().filter_map(|(name, script)| Some((name, script.as_ref()?)))
}

/// The mean probability that a robot of a cohort fails that has a bundle and answers, timeouts and links aside: mishaps of different
/// steps are drawn apart, so the mean of the product is that of the means.
pub(in crate::study) fn failure_mean(cohort: &Cohort) -> f64 {
    let of_scripts = scripts(cohort).map(|(_, script)| (script.failure.mean() + script.hang.mean()).min(1.0));
    let faults: f64 = cohort.faults.iter().map(|fault| fault.probability.mean()).sum();
    1.0 - of_scripts.chain([faults.min(1.0)]).map(|p| 1.0 - p).product::<f64>()
}

/// The dotted key of a cohort's key.
pub(in crate::study) fn of_cohort(cohort: &Cohort, key: &str) -> String {
    named("cohort", &cohort.name, key)
}

/// The dotted key of a key of a cohort or link.
pub(in crate::study) fn named(what: &str, name: &str, key: &str) -> String {
    if name.contains('.') { format!("{what}.\"{name}\".{key}") } else { format!("{what}.{name}.{key}") }
}
