//! A scenario explained, for other programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{self, LocalSteps, Stage};
use crate::report::explain::text::{ExplainedProfile, step_name};
use crate::report::json::{Computed, pretty};
use crate::report::provenance::Provenance;
use crate::report::schema::schema;
use crate::study::{
    ExplainedCohort, ExplainedHours, ExplainedJob, ExplainedLink, ExplainedLog, ExplainedTrace,
    ExplainedValue, LeftOut,
};
use crate::theory::{Course, Step};

/// What `rollcast explain --json` prints.
#[derive(JsonSchema, Serialize)]
struct Summary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Replications that a run plays.
    replications: u64,
    /// About the memory of a run on one thread [bytes].
    memory_bytes: usize,
    /// Every value of the base.
    values: Vec<Value<'a>>,
    /// The base first, then the others in the order of the file.
    profiles: Vec<Profile<'a>>,
}

/// A value of the scenario.
#[derive(JsonSchema, Serialize)]
struct Value<'a> {
    /// Its dotted key.
    key: &'a str,
    /// As one would write it, with its unit.
    value: &'a str,
    /// Whether it is a default, in no file and no flag.
    default: bool,
}

/// What a profile means.
#[derive(JsonSchema, Serialize)]
struct Profile<'a> {
    /// The profile.
    profile: &'a str,
    /// What it changes of the base.
    changes: Vec<Change<'a>>,
    /// Robots in the fleet.
    robots: u32,
    /// The canary, if there is one, and the main job.
    jobs: Vec<Job>,
    /// Robots that fail on average, timeouts and links aside [robots].
    failed_count_mean: f64,
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
    /// The mean duration of a deployment without failures, queues or shared links [s]; weekly hours and interruptions of downloads are
    /// left out.
    deployment_s_mean: f64,
    /// How long a robot is offline in mid-download by its spells on average, if the download goes on where it was [s].
    interrupted_s_mean: f64,
    /// What dead robots hold slots for together, on average [s].
    slot_s_dead: f64,
    /// How long robots whose scripts hang hold slots together, on average if each has its turn [s].
    slot_s_hanging: f64,
    /// Of a replication in which all goes well [events].
    events: f64,
    /// Those that robots download over.
    links: Vec<Link<'a>>,
    /// In the order of the file.
    cohorts: Vec<Cohort<'a>>,
}

/// A value that a profile changes.
#[derive(JsonSchema, Serialize)]
struct Change<'a> {
    /// Its dotted key.
    key: &'a str,
    /// In the base; null where it has none.
    base: Option<&'a str>,
    /// In the profile; null where it has none.
    value: Option<&'a str>,
}

/// A job as numbers of robots.
#[derive(JsonSchema, Serialize)]
struct Job {
    /// Which job.
    #[schemars(extend("enum" = ["canary", "main"]))]
    job: &'static str,
    /// Robots that it is for.
    robots: u32,
    /// Whether that number is the same in every replication.
    robots_known: bool,
    /// Robots in flight at most.
    window: u32,
    /// Failed robots that stop the job; null if there are not enough robots for it.
    failures_to_breach: Option<u32>,
    /// The most that fail before a stop takes effect; null if nothing stops it.
    failed_count_max: Option<u32>,
    /// Robots that would fail for certain if each had its turn.
    failed_count_certain: u32,
    /// From a robot's turn to the end of its deployment at the latest [s].
    robot_deployment_timeout_s: f64,
    /// The most that get a turn before the job is canceled or its fleet timeout comes [robots]; null if there is time for all, for all
    /// that is known.
    started_count_max: Option<u32>,
    /// How long it takes if all slots are busy and nothing goes wrong [s], weekly hours left out.
    busy_s: f64,
    /// The same from its creation on and with weekly hours; null where there are none, where robots keep different ones, and where the
    /// time of the creation is not known [s].
    busy_by_clock_s: Option<f64>,
    /// What `busy_s` leaves out.
    #[schemars(extend("items" = serde_json::json!({"type": "string", "enum": LeftOut::NAMES})))]
    busy_without: Vec<&'static str>,
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
            started_count_max: job.turns_max,
            busy_s: job.busy / 1e3,
            busy_by_clock_s: job.busy_by_clock.map(|ms| ms / 1e3),
            busy_without: job.left_out.iter().map(|it| it.name()).collect(),
        }
    }
}

fn job_name(job: &str) -> &'static str {
    match job {
        "the canary" => "canary",
        _ => "main",
    }
}

/// What robots ask of a link under a job's window.
#[derive(JsonSchema, Serialize)]
struct Link<'a> {
    /// The job: `canary` or `main`.
    job: &'static str,
    /// Its name.
    link: &'a str,
    /// Its capacity [bit/s].
    capacity_bit_s: u64,
    /// Robots that download over it, on average.
    robots: f64,
    /// Of a window, those that are on it.
    robots_at_once: f64,
    /// What they ask for if all download at once [bit/s].
    peak_bit_s: f64,
    /// What they ask for on average over a deployment [bit/s].
    mean_bit_s: f64,
    /// What all downloads take, as many as there are on average [s].
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

/// A cohort as numbers of robots.
#[derive(JsonSchema, Serialize)]
struct Cohort<'a> {
    /// Its name.
    cohort: &'a str,
    /// Robots in it.
    robots: u32,
    /// Robots that never answer.
    dead: u32,
    /// Robots that the release has no bundle for.
    without_bundle: u32,
    /// Of a robot that answers and has a bundle, timeouts and links aside.
    #[schemars(range(min = 0, max = 1))]
    failure_probability_mean: f64,
    /// When its robots may be contacted; null where they may be at any time.
    maintenance: Option<WeeklyHours>,
    /// When its robots are offline by the clock; null where they never are.
    hours_offline: Option<WeeklyHours>,
    /// Whether steps on the robot itself go on in hours offline, or stop.
    #[schemars(extend("enum" = ["go_on", "stop"]))]
    local_steps: &'static str,
    /// When robots were online; null where there is no log.
    presence_log: Option<PresenceLog>,
    /// How rates change in time; null where there is no trace.
    rate_trace: Option<RateTrace>,
    /// Those that it has robots of.
    architectures: Vec<Architecture>,
}

/// Weekly hours of a cohort's robots.
#[derive(JsonSchema, Serialize)]
struct WeeklyHours {
    /// How much of a day they are, on average over robots and days [s].
    a_day_s: f64,
    /// How long they last at a time, at most [s].
    s_max: f64,
}

impl From<&ExplainedHours> for WeeklyHours {
    fn from(hours: &ExplainedHours) -> WeeklyHours {
        WeeklyHours {
            a_day_s: hours.a_day / 1e3,
            s_max: hours.longest as f64 / 1e3,
        }
    }
}

/// A log of presence.
#[derive(JsonSchema, Serialize)]
struct PresenceLog {
    /// Robots in the log.
    robots: usize,
    /// Those of them that are never online.
    never_online: usize,
    /// How long it lasts [s].
    length_s: f64,
    /// The share of time that its robots are online, on average.
    #[schemars(range(min = 0, max = 1))]
    share_online: f64,
}

impl From<&ExplainedLog> for PresenceLog {
    fn from(log: &ExplainedLog) -> PresenceLog {
        PresenceLog {
            robots: log.robots,
            never_online: log.never_online,
            length_s: log.length as f64 / 1e3,
            share_online: log.share_online,
        }
    }
}

/// Rates recorded one after another.
#[derive(JsonSchema, Serialize)]
struct RateTrace {
    /// Rows of the trace.
    rows: usize,
    /// How long it lasts [s].
    length_s: f64,
    /// The average rate [bit/s].
    average_bit_s: f64,
    /// The share of time at which the rate is zero.
    #[schemars(range(min = 0, max = 1))]
    share_zero: f64,
}

impl From<&ExplainedTrace> for RateTrace {
    fn from(trace: &ExplainedTrace) -> RateTrace {
        RateTrace {
            rows: trace.rows,
            length_s: trace.length as f64 / 1e3,
            average_bit_s: trace.average,
            share_zero: trace.share_zero,
        }
    }
}

/// The robots of a cohort of one architecture.
#[derive(JsonSchema, Serialize)]
struct Architecture {
    /// As the service names it.
    #[schemars(extend("enum" = model::Architecture::ALL.map(model::Architecture::name)))]
    architecture: &'static str,
    /// How many they are.
    robots: u32,
    /// The size of their bundle [bytes].
    bundle_bytes: f64,
    /// The mean duration of a deployment without failures, queues or shared links [s].
    deployment_s_mean: f64,
    /// In their order.
    steps: Vec<StepSummary>,
}

/// How long a step takes.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Step")]
struct StepSummary {
    /// The step.
    #[schemars(extend("enum" = Stage::ALL.map(step_name)))]
    step: &'static str,
    /// The least [s].
    s_min: f64,
    /// The mean; of a download, of times up to the robot timeout [s].
    s_mean: f64,
    /// The median [s].
    s_p50: f64,
    /// The 95 % quantile [s].
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
            maintenance: cohort.presence.maintenance.as_ref().map(WeeklyHours::from),
            hours_offline: cohort.presence.offline.as_ref().map(WeeklyHours::from),
            local_steps: match cohort.presence.local_steps {
                LocalSteps::GoOn => "go_on",
                LocalSteps::Stop => "stop",
            },
            presence_log: cohort.presence.log.as_ref().map(PresenceLog::from),
            rate_trace: cohort.presence.trace.as_ref().map(RateTrace::from),
            architectures: cohort.courses.iter().map(Architecture::from).collect(),
        }
    }
}

impl From<&Step> for StepSummary {
    fn from(step: &Step) -> StepSummary {
        StepSummary {
            step: step_name(step.stage),
            s_min: step.least / 1e3,
            s_mean: step.mean / 1e3,
            s_p50: step.p50 / 1e3,
            s_p95: step.p95 / 1e3,
        }
    }
}

impl From<&Course> for Architecture {
    fn from(course: &Course) -> Architecture {
        Architecture {
            architecture: course.architecture.name(),
            robots: course.robots,
            bundle_bytes: course.bits / 8.0,
            deployment_s_mean: course.mean / 1e3,
            steps: course.steps.iter().map(StepSummary::from).collect(),
        }
    }
}

/// The schema of an explanation for other programs.
pub fn explain_schema() -> serde_json::Value {
    schema::<Summary>("rollcast explain")
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
                .map(|(key, base, value)| Change {
                    key,
                    base: base.as_deref(),
                    value: value.as_deref(),
                })
                .collect(),
            robots: profile.facts.robots,
            jobs: profile.facts.jobs.iter().map(Job::from).collect(),
            failed_count_mean: profile.facts.failures_mean,
            threshold_reached_exact: Computed::from(&profile.facts.threshold_reached),
            deployment_s_mean: profile.facts.deployment_mean / 1e3,
            interrupted_s_mean: profile.facts.interrupted_mean / 1e3,
            slot_s_dead: profile.facts.dead_slots / 1e3,
            slot_s_hanging: profile.facts.hanging_slots / 1e3,
            events: profile.facts.events,
            links: profile.facts.links.iter().map(Link::from).collect(),
            cohorts: profile.facts.cohorts.iter().map(Cohort::from).collect(),
        }
    }
    pretty(&Summary {
        provenance,
        replications,
        memory_bytes: bytes,
        values: values
            .iter()
            .map(|value| Value {
                key: &value.key,
                value: &value.text,
                default: value.is_default,
            })
            .collect(),
        profiles: profiles.iter().map(profile).collect(),
    })
}
