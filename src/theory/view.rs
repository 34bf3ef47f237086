//! What the rules look at: a profile, its jobs as numbers of robots, and how long its steps take.

use std::rc::Rc;

use crate::model::{Cohort, FaultStage, Ms, Probability, Release, ScriptStep};
use crate::rollout::{Campaign, CanaryRobots, KNOBS, Levels, Pick, Rules};
use crate::scenario::Profile;
use crate::theory::lattice::Grids;
use crate::theory::steps::Course;

/// A profile as the rules look at it.
pub(crate) struct View<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) n: u32,
    /// The canary, if there is one, and the main job.
    pub(crate) jobs: Vec<Job>,
    /// By cohort, under the main job's robot timeout.
    pub(crate) courses: Rc<Courses>,
}

/// The courses of robots by cohort.
pub(crate) type Courses = Vec<Vec<Course>>;

/// A job that deploys the release.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) is_canary: bool,
    /// Whether it is created at the beginning.
    pub(crate) is_first: bool,
    pub(crate) rules: Rules,
    pub(crate) n: u32,
    /// Whether `n` is certain.
    pub(crate) is_exact: bool,
    /// The robots that fail whatever happens, if each has its turn.
    pub(crate) certain: u32,
    /// By cohort, how many of its robots the job is for: on average, where a canary's are picked at random.
    pub(crate) members: Vec<f64>,
    /// Whether those are whole cohorts.
    pub(crate) has_whole_cohorts: bool,
    /// By cohort, under its own robot timeout.
    pub(crate) courses: Rc<Courses>,
    /// The keys of those of its rules that it has of its own.
    own: Vec<&'static str>,
}

impl Job {
    /// The dotted key of one of its rules; of the rules where no key says that.
    pub(crate) fn key(&self, name: &str) -> String {
        let engine = self.rules.table();
        match name {
            "" => engine.path(),
            name if self.own.contains(&name) => format!("campaign.canary.{name}"),
            name => format!("{}.{name}", engine.path()),
        }
    }

    /// The dotted key of how many robots at a time.
    pub(crate) fn concurrency_key(&self) -> String {
        self.key(self.rules.table().concurrency)
    }

    /// The dotted key of how many failures stop it.
    pub(crate) fn threshold_key(&self) -> String {
        self.key(self.rules.table().threshold)
    }

    /// The dotted key of how long a robot is waited for.
    pub(crate) fn timeout_key(&self) -> String {
        self.key(self.rules.table().timeout)
    }

    /// Whether a canary takes from the main job how many robots at a time.
    pub(crate) fn inherits_concurrency(&self) -> bool {
        self.is_canary && !self.own.contains(&self.rules.table().concurrency)
    }

    pub(crate) fn window(&self) -> u32 {
        self.rules.window(self.n)
    }

    pub(crate) fn failures(&self) -> u32 {
        self.rules.failures_to_stop(self.n)
    }

    /// The most robots that fail, if a stop comes in time for any: those in flight when the threshold is reached may fail too.
    pub(crate) fn failures_max(&self) -> u32 {
        self.rules.setting(self.n).failures_max(self.n)
    }

    /// How many of its robots have started when rules stop it, at least; all where that is not known.
    pub(crate) fn started_at_stop(&self, rules: &Rules) -> u32 {
        rules
            .setting(self.n)
            .started_at_stop(self.n)
            .unwrap_or(self.n)
    }

    /// The percentages that its knobs may be set to; none where it has no such knobs.
    pub(crate) fn percentages(&self) -> impl DoubleEndedIterator<Item = u8> {
        KNOBS[0].least..=if self.rules.has_knobs() {
            KNOBS[0].most
        } else {
            0
        }
    }

    /// Its rules with another concurrency, or another threshold.
    pub(crate) fn with_concurrency(&self, concurrency: u8) -> Rules {
        self.rules.at(Levels {
            concurrency,
            ..self.rules.levels()
        })
    }

    pub(crate) fn with_threshold(&self, threshold: u8) -> Rules {
        self.rules.at(Levels {
            threshold,
            ..self.rules.levels()
        })
    }

    /// Robots of the job by cohort, and their courses.
    pub(crate) fn cohorts<'a>(
        &'a self,
        cohorts: &'a [Cohort],
    ) -> impl Iterator<Item = (&'a Cohort, f64, &'a [Course])> {
        let of_job = cohorts.iter().zip(&self.members).zip(self.courses.iter());
        of_job.map(|((cohort, members), courses)| (cohort, *members, courses.as_slice()))
    }

    /// Whether robots of a cohort may be among its own.
    pub(crate) fn is_for(&self, cohorts: &[Cohort], cohort: &Cohort) -> bool {
        self.cohorts(cohorts)
            .any(|(other, members, _)| std::ptr::eq(other, cohort) && members > 0.0)
    }

    /// How long its deployments take together if nothing goes wrong and no robot slows another down: robots without a bundle take no time [ms].
    pub(crate) fn working(&self, cohorts: &[Cohort], is_at_work: impl Fn(&Cohort) -> f64) -> f64 {
        let mut sum = 0.0;
        for (cohort, members, courses) in self.cohorts(cohorts) {
            let mean = courses
                .iter()
                .map(|course| f64::from(course.robots) * course.mean)
                .sum::<f64>()
                / f64::from(cohort.robots);
            sum += members * is_at_work(cohort) * mean;
        }
        sum
    }

    /// How many of its robots are dead and have a bundle, so that each holds a slot until the robot timeout: on average, and at least.
    pub(crate) fn silent(&self, cohorts: &[Cohort], release: &Release) -> (f64, u32) {
        let (mut on_average, mut at_least) = (0.0, 0);
        for (cohort, members, _) in self.cohorts(cohorts) {
            on_average += members * dead_share(cohort) * (1.0 - without_share(cohort, release));
            if self.has_whole_cohorts && members > 0.0 {
                at_least += cohort.dead.saturating_sub(without_bundle(cohort, release));
            }
        }
        (on_average, at_least)
    }

    /// How many of its robots run a script that hangs, so that each holds a slot until the robot timeout: on average, and at least.
    pub(crate) fn hanging(&self, cohorts: &[Cohort], release: &Release) -> (f64, u32) {
        let (mut on_average, mut at_least) = (0.0, 0);
        for (cohort, members, _) in self.cohorts(cohorts) {
            on_average += members
                * (1.0 - dead_share(cohort))
                * (1.0 - without_share(cohort, release))
                * hang_mean(cohort);
            if self.has_whole_cohorts && members > 0.0 && hang_mean(cohort) == 1.0 {
                at_least += cohort
                    .robots
                    .saturating_sub(cohort.dead)
                    .saturating_sub(without_bundle(cohort, release));
            }
        }
        (on_average, at_least)
    }

    /// The least threshold that takes more than `failures` failures [%], if there is one.
    pub(crate) fn threshold_above(&self, failures: u32) -> Option<u8> {
        self.percentages().find(|percent| {
            (failures + 1..=self.n)
                .contains(&self.with_threshold(*percent).failures_to_stop(self.n))
        })
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(profile: &'a Profile) -> View<'a> {
        let fleet = &profile.world.fleet;
        let n = fleet.robots();
        let mut grids = Grids::default();
        let mut known: Vec<(Ms, Rc<Courses>)> = Vec::new();
        let mut courses = |timeout: Ms| match known.iter().find(|(of, _)| *of == timeout) {
            Some((_, courses)) => Rc::clone(courses),
            None => {
                let courses = fleet
                    .cohorts
                    .iter()
                    .map(|cohort| Course::of(&profile.world, cohort, timeout, &mut grids));
                let courses: Rc<Courses> = Rc::new(courses.collect());
                known.push((timeout, Rc::clone(&courses)));
                courses
            }
        };
        let jobs = jobs(profile, n, &mut courses);
        View {
            profile,
            n,
            jobs,
            courses: courses(profile.rules.robot_timeout()),
        }
    }

    pub(crate) fn cohorts(&self) -> impl Iterator<Item = (&'a Cohort, &[Course])> {
        self.profile
            .world
            .fleet
            .cohorts
            .iter()
            .zip(self.courses.iter())
            .map(|(cohort, courses)| (cohort, courses.as_slice()))
    }

    /// The main job.
    pub(crate) fn main(&self) -> &Job {
        self.jobs.last().expect("a bug: no main job")
    }

    /// How long a deployment takes on average if nothing goes wrong and no robot slows another down, over all robots that have a bundle [ms].
    pub(crate) fn deployment_mean(&self) -> f64 {
        let all = self.courses.iter().flatten();
        let robots: f64 = all.clone().map(|course| f64::from(course.robots)).sum();
        all.map(|course| f64::from(course.robots) * course.mean)
            .sum::<f64>()
            / robots.max(1.0)
    }

    /// Whether a job's threshold is certain to be reached before a cancel or the fleet timeout.
    pub(crate) fn certainly_breaches(&self, job: &Job, preparing_max: f64) -> bool {
        let (_, deadline) = job.rules.deadline();
        let rounds = ((deadline as f64 - preparing_max) / job.rules.robot_timeout() as f64)
            .floor()
            .max(0.0);
        // A slot is free again after a robot timeout at the latest, so the first robots in order have ended by then, at the least.
        let ended = (rounds * f64::from(job.window())).min(f64::from(job.n));
        ended - f64::from(job.n - job.certain) >= f64::from(job.failures())
    }
}

/// How many robots of a profile fail on average if each has its turn, without those that time makes fail.
pub(crate) fn failures_mean(profile: &Profile) -> f64 {
    let release = &profile.world.release;
    let mut mean = 0.0;
    for cohort in &profile.world.fleet.cohorts {
        let certain = certain_mean(cohort, release);
        mean += certain + (f64::from(cohort.robots) - certain) * failure_mean(cohort);
    }
    mean
}

fn jobs(profile: &Profile, n: u32, courses: &mut dyn FnMut(Ms) -> Rc<Courses>) -> Vec<Job> {
    let cohorts = &profile.world.fleet.cohorts;
    let release = &profile.world.release;
    let everybody: u32 = cohorts
        .iter()
        .map(|cohort| certain_failures(cohort, release))
        .sum();
    let all_registered = cohorts.iter().all(|cohort| cohort.joins.is_none());
    let fleet: Vec<f64> = cohorts
        .iter()
        .map(|cohort| f64::from(cohort.robots))
        .collect();
    let alone = Job {
        name: "the job",
        is_canary: false,
        is_first: true,
        rules: profile.rules.clone(),
        n,
        is_exact: all_registered,
        certain: everybody,
        members: fleet.clone(),
        has_whole_cohorts: true,
        courses: courses(profile.rules.robot_timeout()),
        own: Vec::new(),
    };
    let Some(Campaign {
        canary: Some(canary),
        ..
    }) = &profile.campaign
    else {
        return vec![alone];
    };
    let at_first: u32 = cohorts
        .iter()
        .filter(|cohort| cohort.joins.is_none())
        .map(|cohort| cohort.robots)
        .sum();
    let (robots, failing, is_exact) = match &canary.robots {
        CanaryRobots::Cohorts(named) => {
            let named: Vec<&Cohort> = named
                .iter()
                .map(|cohort| &cohorts[usize::from(*cohort)])
                .collect();
            let robots = named.iter().map(|cohort| cohort.robots).sum();
            (
                robots,
                named
                    .iter()
                    .map(|cohort| certain_failures(cohort, release))
                    .sum(),
                named.iter().all(|cohort| cohort.joins.is_none()),
            )
        }
        picked => {
            let robots = picked.picked_of(n).expect("a bug: cohorts are not picked");
            let exact = all_registered
                || matches!(picked, CanaryRobots::Count(robots, _) if *robots <= at_first);
            // Those picked may be all that can succeed.
            (robots, (everybody + robots).saturating_sub(n), exact)
        }
    };
    let members = canary_members(&canary.robots, cohorts, robots, n);
    let whole = matches!(canary.robots, CanaryRobots::Cohorts(_));
    let own = canary.config.own().collect();
    let rules = canary.rules(&profile.rules);
    let first = Job {
        name: "the canary",
        is_canary: true,
        is_first: true,
        n: robots,
        is_exact,
        certain: failing,
        members: members.clone(),
        has_whole_cohorts: whole,
        courses: courses(rules.robot_timeout()),
        rules,
        own,
    };
    let rest = if canary.rejoin { n } else { n - robots };
    let certain = match &canary.robots {
        _ if canary.rejoin => everybody,
        CanaryRobots::Cohorts(_) => everybody - failing,
        _ => everybody.saturating_sub(robots),
    };
    let members = match canary.rejoin {
        true => fleet,
        false => fleet
            .iter()
            .zip(&members)
            .map(|(robots, picked)| robots - picked)
            .collect(),
    };
    let has_whole_cohorts = whole || canary.rejoin;
    let main = Job {
        name: "the main job",
        is_first: false,
        n: rest,
        is_exact: all_registered,
        certain,
        members,
        has_whole_cohorts,
        ..alone
    };
    if rest == 0 {
        vec![first]
    } else {
        vec![first, main]
    }
}

/// How many robots of each cohort are in a canary of `robots` robots.
fn canary_members(robots: &CanaryRobots, cohorts: &[Cohort], picked: u32, n: u32) -> Vec<f64> {
    match robots {
        CanaryRobots::Cohorts(named) => {
            let mut members = vec![0.0; cohorts.len()];
            for number in named.iter().copied().map(usize::from) {
                members[number] = f64::from(cohorts[number].robots);
            }
            members
        }
        CanaryRobots::Count(_, Pick::File) | CanaryRobots::Share(_, Pick::File) => {
            let mut left = picked;
            cohorts
                .iter()
                .map(|cohort| {
                    // A robot that joins later is not registered yet.
                    let taken = match cohort.joins {
                        Some(_) => 0,
                        None => cohort.robots.min(left),
                    };
                    left -= taken;
                    f64::from(taken)
                })
                .collect()
        }
        _ => cohorts
            .iter()
            .map(|cohort| f64::from(cohort.robots) * f64::from(picked) / f64::from(n))
            .collect(),
    }
}

/// The share of a cohort's robots that is dead.
pub(crate) fn dead_share(cohort: &Cohort) -> f64 {
    f64::from(cohort.dead) / f64::from(cohort.robots)
}

/// The share of a cohort's robots that has no bundle.
pub(crate) fn without_share(cohort: &Cohort, release: &Release) -> f64 {
    f64::from(without_bundle(cohort, release)) / f64::from(cohort.robots)
}

/// How many robots of a cohort have no bundle.
pub(crate) fn without_bundle(cohort: &Cohort, release: &Release) -> u32 {
    cohort
        .architectures
        .iter()
        .zip(release.bundle)
        .filter(|(_, bundle)| bundle.is_none())
        .map(|(robots, _)| robots)
        .sum()
}

/// How many robots of a cohort fail whatever happens.
pub(crate) fn certain_failures(cohort: &Cohort, release: &Release) -> u32 {
    if always_fails(cohort) {
        return cohort.robots;
    }
    // Dead robots are placed at random, so they may be those without a bundle.
    without_bundle(cohort, release).max(cohort.dead)
}

/// How many robots of a cohort are dead or without a bundle, on average: dead ones are placed at random.
pub(crate) fn certain_mean(cohort: &Cohort, release: &Release) -> f64 {
    let (dead, without) = (
        f64::from(cohort.dead),
        f64::from(without_bundle(cohort, release)),
    );
    dead + without - dead * without / f64::from(cohort.robots)
}

/// Whether a script or the faults fail each robot of a cohort.
pub(crate) fn always_fails(cohort: &Cohort) -> bool {
    cohort
        .scripts
        .iter()
        .any(|(_, script)| known(&script.failure) + known(&script.hang) >= 1.0)
        || cohort
            .faults
            .iter()
            .map(|fault| known(&fault.probability))
            .sum::<f64>()
            >= 1.0
}

/// A probability that is known; 0 for one that is drawn.
fn known(probability: &Probability) -> f64 {
    match probability {
        Probability::Constant(p) => *p,
        _ => 0.0,
    }
}

/// The mean probability that a robot of a cohort fails that has a bundle and answers, timeouts and links aside: mishaps of different
/// steps are drawn apart, so the mean of the product is that of the means.
pub(crate) fn failure_mean(cohort: &Cohort) -> f64 {
    let of_scripts = cohort
        .scripts
        .iter()
        .map(|(_, script)| (script.failure.mean() + script.hang.mean()).min(1.0));
    let faults: f64 = cohort
        .faults
        .iter()
        .map(|fault| fault.probability.mean())
        .sum();
    1.0 - of_scripts
        .chain([faults.min(1.0)])
        .map(|p| 1.0 - p)
        .product::<f64>()
}

/// With which probabilities a robot that has a bundle and answers gets to its download, and hangs before it, on average over
/// releases, timeouts aside.
pub(crate) fn before_download(cohort: &Cohort) -> (f64, f64) {
    let faults: f64 = cohort
        .faults
        .iter()
        .filter(|fault| fault.stage <= FaultStage::Validating)
        .map(|fault| fault.probability.mean())
        .sum();
    let passes = 1.0 - faults.min(1.0);
    let Some(script) = &cohort.scripts[ScriptStep::DownloadCondition] else {
        return (passes, 0.0);
    };
    let (failure, hang) = (script.failure.mean(), script.hang.mean());
    (
        passes * (1.0 - (failure + hang).min(1.0)),
        passes * hang.min(1.0),
    )
}

/// The probability that a robot that has a bundle and answers runs a script that hangs, on average over releases, timeouts aside.
pub(crate) fn hang_mean(cohort: &Cohort) -> f64 {
    // By script, the last stage before it in which a fault strikes.
    let before = [
        FaultStage::Validating,
        FaultStage::Extracting,
        FaultStage::Launching,
    ];
    // The probability that no script before has ended the deployment, and that one of them hung.
    let (mut goes_on, mut hangs) = (1.0, 0.0);
    for (step, script) in cohort.scripts.iter() {
        // At most one fault strikes a robot.
        let faults = cohort
            .faults
            .iter()
            .filter(|fault| fault.stage <= before[step as usize])
            .map(|fault| fault.probability.mean());
        let reaches = goes_on * (1.0 - faults.sum::<f64>().min(1.0));
        hangs += reaches * script.hang.mean();
        goes_on *= 1.0 - (script.failure.mean() + script.hang.mean()).min(1.0);
    }
    hangs
}

/// The dotted key of a cohort's key.
pub(crate) fn of_cohort(cohort: &Cohort, key: &str) -> String {
    named("cohort", &cohort.name, key)
}

/// The dotted key of a key of a cohort or link.
pub(crate) fn named(what: &str, name: &str, key: &str) -> String {
    if name.contains('.') {
        format!("{what}.\"{name}\".{key}")
    } else {
        format!("{what}.{name}.{key}")
    }
}
