//! A scenario explained, for other programs.

use serde::Serialize;

use crate::report::explain::{ExplainedProfile, step_name};
use crate::report::json::{Computed, Provenance, pretty};
use crate::study::{Course, ExplainedCohort, ExplainedJob, ExplainedLink, ExplainedValue, Step};

#[derive(Serialize)]
struct Summary<'a> {
    provenance: &'a Provenance,
    replications: u64,
    /// About the memory of a run.
    memory_bytes: usize,
    values: Vec<Value<'a>>,
    profiles: Vec<Profile<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    key: &'a str,
    value: &'a str,
    default: bool,
}

#[derive(Serialize)]
struct Profile<'a> {
    profile: &'a str,
    changes: Vec<Change<'a>>,
    robots: u32,
    jobs: Vec<Job>,
    /// Timeouts and links aside.
    failed_count_mean: f64,
    threshold_reached_exact: Computed,
    deployment_s_mean: f64,
    slot_s_dead: f64,
    /// In a replication without failures.
    events: f64,
    links: Vec<Link<'a>>,
    cohorts: Vec<Cohort<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    key: &'a str,
    /// Null where there is none.
    base: Option<&'a str>,
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct Job {
    job: &'static str,
    robots: u32,
    /// Whether it is for so many in every replication.
    robots_known: bool,
    window: u32,
    /// Null if there are not enough robots for it.
    failures_to_breach: Option<u32>,
    failed_count_max: Option<u32>,
    /// If each robot has its turn.
    failed_count_certain: u32,
    robot_deployment_timeout_s: f64,
    /// If all slots are busy and nothing goes wrong.
    busy_s: f64,
}

impl From<&ExplainedJob> for Job {
    fn from(job: &ExplainedJob) -> Job {
        Job {
            job: job_name(job.name),
            robots: job.robots,
            robots_known: job.is_exact,
            window: job.window,
            failures_to_breach: job.failures_to_breach,
            failed_count_max: job.failures_max,
            failed_count_certain: job.certain_failures,
            robot_deployment_timeout_s: job.robot_timeout as f64 / 1e3,
            busy_s: job.busy / 1e3,
        }
    }
}

fn job_name(job: &str) -> &'static str {
    if job == "the canary" { "canary" } else { "main" }
}

#[derive(Serialize)]
struct Link<'a> {
    job: &'static str,
    link: &'a str,
    capacity_bit_s: u64,
    /// That download over it, on average.
    robots: f64,
    /// Of a window.
    robots_at_once: f64,
    /// What they ask for if all download at once, and on average.
    peak_bit_s: f64,
    mean_bit_s: f64,
    /// What all downloads take, as many as there are on average.
    transfer_s: f64,
}

impl<'a> From<&'a ExplainedLink> for Link<'a> {
    fn from(link: &'a ExplainedLink) -> Link<'a> {
        Link {
            job: job_name(link.job),
            link: &link.name,
            capacity_bit_s: link.capacity,
            robots: link.demand.robots,
            robots_at_once: link.at_once,
            peak_bit_s: link.peak,
            mean_bit_s: link.mean,
            transfer_s: link.transfer / 1e3,
        }
    }
}

#[derive(Serialize)]
struct Cohort<'a> {
    cohort: &'a str,
    robots: u32,
    dead: u32,
    without_bundle: u32,
    /// Of a robot that answers and has a bundle, timeouts and links aside.
    failure_probability_mean: f64,
    architectures: Vec<Architecture>,
}

#[derive(Serialize)]
struct Architecture {
    architecture: &'static str,
    robots: u32,
    bundle_bytes: f64,
    deployment_s_mean: f64,
    steps: Vec<StepSummary>,
}

#[derive(Serialize)]
struct StepSummary {
    step: &'static str,
    s_min: f64,
    s_mean: f64,
    s_p50: f64,
    s_p95: f64,
}

impl<'a> From<&'a ExplainedCohort> for Cohort<'a> {
    fn from(cohort: &'a ExplainedCohort) -> Cohort<'a> {
        Cohort {
            cohort: &cohort.name,
            robots: cohort.robots,
            dead: cohort.dead,
            without_bundle: cohort.without_bundle,
            failure_probability_mean: cohort.failure_mean,
            architectures: cohort.courses.iter().map(Architecture::from).collect(),
        }
    }
}

impl From<&Course> for Architecture {
    fn from(course: &Course) -> Architecture {
        let step = |step: &Step| StepSummary {
            step: step_name(step.stage),
            s_min: step.least / 1e3,
            s_mean: step.mean / 1e3,
            s_p50: step.p50 / 1e3,
            s_p95: step.p95 / 1e3,
        };
        Architecture {
            architecture: course.architecture.name(),
            robots: course.robots,
            bundle_bytes: course.bits / 8.0,
            deployment_s_mean: course.mean / 1e3,
            steps: course.steps.iter().map(step).collect(),
        }
    }
}

/// The whole explanation for other programs.
pub fn explain_json(
    provenance: &Provenance,
    replications: u64,
    values: &[ExplainedValue],
    profiles: &[ExplainedProfile],
    bytes: usize,
) -> String {
    fn profile(profile: &ExplainedProfile) -> Profile<'_> {
        Profile {
            profile: &profile.name,
            changes: profile
                .changes
                .iter()
                .map(|(key, base, value)| Change { key, base: base.as_deref(), value: value.as_deref() })
                .collect(),
            robots: profile.facts.robots,
            jobs: profile.facts.jobs.iter().map(Job::from).collect(),
            failed_count_mean: profile.facts.failures_mean,
            threshold_reached_exact: Computed::from(&profile.facts.threshold_reached),
            deployment_s_mean: profile.facts.deployment_mean / 1e3,
            slot_s_dead: profile.facts.dead_slots / 1e3,
            events: profile.facts.events,
            links: profile.facts.links.iter().map(Link::from).collect(),
            cohorts: profile.facts.cohorts.iter().map(Cohort::from).collect(),
        }
    }
    pretty(&Summary {
        provenance,
        replications,
        memory_bytes: bytes,
        values: values.iter().map(|value| Value { key: &value.key, value: &value.text, default: value.is_default }).collect(),
        profiles: profiles.iter().map(profile).collect(),
    })
}
