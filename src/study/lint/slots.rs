//! Deployments longer than the robot timeout.

use crate::model::Cohort;
use crate::study::lint::{Remark, mean_over};
use crate::theory::steps::{Course, quantile_of};
use crate::theory::view::{Job, View, of_cohort};
use crate::units::{duration, rate, share, size};

/// The share of a cohort's robots that may be too slow without a remark.
const SLOW_SHARE: f64 = 0.01;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for job in &view.jobs {
        let mut slow = Vec::new();
        for (cohort, _, courses) in job
            .cohorts(&view.profile.world.fleet.cohorts)
            .filter(|(_, members, _)| *members > 0.0)
        {
            if !never_updated(view, job, cohort, courses, remarks) {
                slow.extend(Slow::of(job, cohort, courses));
            }
        }
        remarks.extend(too_slow(job, &slow));
    }
}

/// Whether no robot of a cohort can ever be updated in time.
fn never_updated(
    view: &View,
    job: &Job,
    cohort: &Cohort,
    courses: &[Course],
    remarks: &mut Vec<Remark>,
) -> bool {
    const LABEL: &str = "shorter than any of their deployments";
    let timeout = job.rules.robot_timeout() as f64;
    // Tables of laws are good to a relative error of 1e-7.
    let least = courses
        .iter()
        .map(|course| course.total(|step| step.least) * (1.0 - 1e-6))
        .fold(f64::INFINITY, f64::min);
    if courses.is_empty() || least <= timeout {
        return false;
    }
    let by = match view.jobs.len() {
        1 => String::new(),
        _ => format!(" by {}", job.name),
    };
    let title = format!(
        "no robot of {} can be updated{by} within the robot timeout",
        cohort.name
    );
    let quickest = courses.iter().min_by(|a, b| {
        a.total(|step| step.least)
            .total_cmp(&b.total(|step| step.least))
    });
    let download = quickest
        .expect("a bug: a cohort without courses")
        .download()
        .least;
    // In a campaign robots that the job gave up may heal, and count.
    let remark = match view.profile.campaign {
        Some(_) => Remark::warning("never-updated", title, job.timeout_key(), LABEL),
        None => Remark::error("never-updated", title, job.timeout_key(), LABEL),
    };
    let remark = remark
        .why(format!(
            "their quickest deployment takes {}, {} of it to download",
            duration(least),
            duration(download)
        ))
        .help("a longer timeout, a smaller bundle or a faster line");
    remarks.push(remark.other(of_cohort(cohort, "download_rate"), "at these rates"));
    true
}

/// Robots of a cohort that the robot timeout is too short for.
struct Slow<'a> {
    cohort: &'a Cohort,
    courses: &'a [Course],
    /// The share that is not done in time though nothing goes wrong and no robot waits for another, and of all robots the share whose
    /// download alone takes longer.
    share: f64,
    downloading: f64,
    /// The share that is late once it is online.
    stepping: f64,
}

impl<'a> Slow<'a> {
    fn of(job: &Job, cohort: &'a Cohort, courses: &'a [Course]) -> Option<Slow<'a>> {
        let timeout = job.rules.robot_timeout() as f64;
        // Shares of the download are exact, those of all steps good to a percent.
        let downloading = mean_over(courses, |course| course.share_slower(timeout));
        let share = mean_over(courses, |course| course.late).max(downloading);
        let stepping = mean_over(courses, |course| course.share_later(timeout));
        (share >= SLOW_SHARE).then_some(Slow {
            cohort,
            courses,
            share,
            downloading,
            stepping,
        })
    }

    /// The course with the largest bundle.
    fn largest(&self) -> &Course {
        let largest = self.courses.iter().max_by(|a, b| a.bits.total_cmp(&b.bits));
        largest.expect("a bug: a cohort without courses")
    }
}

/// One remark of all cohorts: they have the timeout in common.
fn too_slow(job: &Job, slow: &[Slow]) -> Option<Remark> {
    let timeout = job.rules.robot_timeout() as f64;
    let worst = slow.iter().max_by(|a, b| a.share.total_cmp(&b.share))?;
    let parts = slow.iter().map(|slow| {
        let about = if slow.share > slow.downloading {
            "about "
        } else {
            ""
        };
        format!("{about}{} of {}", share(slow.share, 1), slow.cohort.name)
    });
    let parts: Vec<String> = parts.collect();
    let title = format!(
        "deployments that take longer than the robot timeout: {}",
        parts.join(", ")
    );
    let course = worst.largest();
    let download = course.download();
    let [typical, long] = [0.5, 0.95].map(|p| duration(quantile_of(worst.courses, p)));
    let (waiting, offline) = match worst.cohort.connectivity {
        Some(_) if worst.stepping < worst.share / 2.0 => (
            ", once they are online",
            "; most of those that are late are offline for too long",
        ),
        Some(_) => (", once they are online", ""),
        None => ("", ""),
    };
    let why = if let (true, Some(traced)) = (worst.downloading >= worst.share / 2.0, &course.traced)
    {
        format!(
            "a robot of {} downloads {} in {} from the median moment of its trace on and in {} or more from 5 % of moments; to be done in {} takes {} on \
             average",
            worst.cohort.name,
            size(course.bits / 8.0),
            duration(traced.quantile(0.5)),
            duration(traced.quantile(0.95)),
            duration(timeout),
            rate(course.bits * 1000.0 / timeout),
        )
    } else if worst.downloading >= worst.share / 2.0 {
        format!(
            "a robot of {} downloads {} in {} at the median rate and in {} or more at a rate that 5 % fall short of; to be done in {} takes {}",
            worst.cohort.name,
            size(course.bits / 8.0),
            duration(course.bits * 1000.0 / course.rate.quantile(0.5)),
            duration(course.bits * 1000.0 / course.rate.quantile(0.05)),
            duration(timeout),
            rate(course.bits * 1000.0 / timeout),
        )
    } else {
        format!(
            "if nothing goes wrong and no robot waits for another, half of the robots of {} take about {typical} or more{waiting}, and 5 % about {long}; of the \
             download alone that is {} at the median rate{offline}",
            worst.cohort.name,
            duration(download.p50),
        )
    };
    let label = "ends them, and counts them as failed";
    let remark = Remark::warning("timeout-too-short", title, job.timeout_key(), label)
        .why(why)
        .help("a longer timeout, a smaller bundle, or a job of their own with another timeout");
    let rates = format!("rates of {}", worst.cohort.name);
    Some(remark.other(of_cohort(worst.cohort, "download_rate"), rates))
}
