//! What holds slots: dead robots, and downloads longer than the robot timeout.

use crate::model::Cohort;
use crate::study::lint::view::{View, of_cohort, without_bundle};
use crate::study::lint::{Remark, robots};
use crate::study::steps::Course;
use crate::units::{count, duration, rate, share, size};

/// Dead robots that take less than this share of the time that the others are worked on are not worth a remark.
const DEAD_SHARE: f64 = 0.1;

/// The share of a cohort's robots that may be too slow without a remark.
const SLOW_SHARE: f64 = 0.01;

const TIMEOUT: &str = "robot_deployment_timeout";

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    dead(view, remarks);
    let mut slow = Vec::new();
    for (cohort, courses) in view.cohorts() {
        if !never_updated(view, cohort, courses, remarks) {
            slow.extend(Slow::of(view, cohort, courses));
        }
    }
    remarks.extend(too_slow(view, &slow));
}

fn dead(view: &View, remarks: &mut Vec<Remark>) {
    let job = view.main();
    let world = &view.profile.world;
    // Dead robots without a bundle fail at once; how many there are is chance.
    let silent = |cohort: &Cohort| cohort.dead.saturating_sub(without_bundle(cohort, &world.release));
    let dead: u32 = world.fleet.cohorts.iter().map(silent).sum();
    let timeout = job.rules.robot_deployment_timeout as f64;
    let held = f64::from(dead) * timeout;
    let working = view.mean(|course| course.total(|step| step.mean)) * f64::from(view.n - dead);
    if dead == 0 || held < DEAD_SHARE * working {
        return;
    }
    let window = job.window();
    let slowest = view.courses.iter().flatten().map(|course| course.total(|step| step.p95)).fold(0.0, f64::max);
    let title = match dead {
        1 => format!("1 robot that never answers holds its slot for {}", duration(timeout)),
        _ => format!("{} that never answer hold their slots for {} each", robots(dead), duration(timeout)),
    };
    let frozen = duration(held / f64::from(window));
    let key = world.fleet.cohorts.iter().max_by_key(|cohort| silent(cohort)).map(|cohort| of_cohort(cohort, "dead"));
    let help = if slowest < timeout / 2.0 {
        format!("a shorter timeout lets the others pass: deployments slow at every step take {}", duration(slowest))
    } else {
        "take them out of the fleet before the rollout".to_owned()
    };
    let remark = Remark::warning("dead-robots", title, job.key(TIMEOUT), "how long a silent robot is waited for")
        .why(format!(
            "that is {} in slots, as if the whole window of {} stood still for {frozen}; the others need about {} of it, and no rollout that reaches \
             all robots is over before {}",
            duration(held),
            count(window.into()),
            duration(working),
            duration(timeout),
        ))
        .help(help);
    remarks.push(remark.other(key.expect("a fleet has cohorts"), "never answer"));
}

/// Whether no robot of a cohort can be updated in time, whatever its luck.
fn never_updated(view: &View, cohort: &Cohort, courses: &[Course], remarks: &mut Vec<Remark>) -> bool {
    let job = view.main();
    let timeout = job.rules.robot_deployment_timeout as f64;
    // Tables of laws are good to a relative error of 1e-7.
    let least = courses.iter().map(|course| course.total(|step| step.least) * (1.0 - 1e-6)).fold(f64::INFINITY, f64::min);
    if courses.is_empty() || least <= timeout {
        return false;
    }
    let title = format!("no robot of {} can be updated within the robot timeout", cohort.name);
    let quickest = courses.iter().min_by(|a, b| a.total(|step| step.least).total_cmp(&b.total(|step| step.least)));
    let download = quickest.expect("there is a course").download().least;
    // In a campaign robots that the job gave up may heal, and count.
    let kind = if view.profile.campaign.is_some() { Remark::warning } else { Remark::error };
    let remark = kind("never-updated", title, job.key(TIMEOUT), "shorter than any of their deployments".to_owned())
        .why(format!("their quickest deployment takes {}, {} of it to download", duration(least), duration(download)))
        .help("a longer timeout, a smaller bundle or a faster line");
    remarks.push(remark.other(of_cohort(cohort, "download_rate"), "at these rates"));
    true
}

/// Robots of a cohort that the robot timeout is too short for.
struct Slow<'a> {
    cohort: &'a Cohort,
    /// The course with the largest bundle.
    course: &'a Course,
    /// The share whose download alone takes longer.
    share: f64,
    /// The sum of the medians of all steps, if that is longer [ms].
    typical: Option<f64>,
}

impl<'a> Slow<'a> {
    fn of(view: &View, cohort: &'a Cohort, courses: &'a [Course]) -> Option<Slow<'a>> {
        let timeout = view.main().rules.robot_deployment_timeout as f64;
        let robots: f64 = courses.iter().map(|course| f64::from(course.robots)).sum();
        let slow: f64 = courses.iter().map(|course| f64::from(course.robots) * course.share_slower(timeout)).sum();
        let typical = courses.iter().map(|course| course.total(|step| step.p50)).fold(0.0, f64::max);
        let course = courses.iter().max_by(|a, b| a.bits.total_cmp(&b.bits))?;
        let slow = Slow { cohort, course, share: slow / robots, typical: Some(typical).filter(|typical| *typical > timeout) };
        (slow.share >= SLOW_SHARE || slow.typical.is_some()).then_some(slow)
    }
}

/// One remark of all cohorts: they have the timeout in common.
fn too_slow(view: &View, slow: &[Slow]) -> Option<Remark> {
    let job = view.main();
    let timeout = job.rules.robot_deployment_timeout as f64;
    let worst = slow
        .iter()
        .max_by(|a, b| (a.typical.is_some(), a.share).partial_cmp(&(b.typical.is_some(), b.share)).expect("shares"))?;
    let title = match worst.typical {
        Some(_) => format!("a typical deployment to {} takes longer than the robot timeout", worst.cohort.name),
        None => {
            let parts: Vec<String> =
                slow.iter().map(|slow| format!("{} of {}", share(slow.share, 1), slow.cohort.name)).collect();
            format!("robots that download too slowly for the robot timeout: {}", parts.join(", "))
        }
    };
    let download = worst.course.download();
    let typical = worst
        .typical
        .map_or_else(String::new, |typical| format!("; all steps together, at their medians, take {}", duration(typical)));
    let remark = Remark::warning("timeout-too-short", title, job.key(TIMEOUT), "ends them, mostly in mid-download")
        .why(format!(
            "a robot of {} downloads {} in {} at the median rate and in {} at a rate that 5 % fall short of; to be done in {} takes {}{typical}",
            worst.cohort.name,
            size(worst.course.bits / 8.0),
            duration(download.p50),
            duration(download.p95),
            duration(timeout),
            rate(worst.course.bits * 1000.0 / timeout),
        ))
        .help("a longer timeout, a smaller bundle, or a job of their own with another timeout");
    Some(remark.other(of_cohort(worst.cohort, "download_rate"), format!("rates of {}", worst.cohort.name)))
}
