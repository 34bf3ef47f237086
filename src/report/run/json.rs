//! `summary.json`: every statistic of a run with its interval.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::FailureCode;
use crate::report::expect::ExpectationJson;
use crate::report::json::{Computed, PrecisionSummary, StatisticJson, metrics, pretty};
use crate::report::provenance::Provenance;
use crate::report::schema::{every_metric, schema};
use crate::stats::LEVEL;
use crate::study::expect::Expectation;
use crate::study::{FailureCount, JobSummary, LinkSummary, MetricSummary, Run};

/// What came of `rollcast run`: `summary.json`, and what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct RunSummary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// What the scenario expects; left out if it expects nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expectations: Vec<ExpectationJson<'a>>,
    /// The base first, then the others in the order of the file.
    profiles: Vec<ProfileSummary<'a>>,
}

/// A profile over all replications.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Profile")]
struct ProfileSummary<'a> {
    /// The profile.
    profile: &'a str,
    /// Robots in the fleet.
    robots: u32,
    /// Robots in flight at most, of a campaign in the main job; null where its number of robots is not known.
    window: Option<u32>,
    /// Failed robots that stop the job; null if there are not enough robots for it, or their number is not known.
    failures_to_breach: Option<u32>,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "every_metric")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
    /// Robots by the code with which they failed, of codes that occurred.
    failures: Vec<Failure>,
    /// Jobs by the code with which they failed, of codes that occurred.
    job_failures: Vec<Failure>,
    /// Left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    /// The jobs of a campaign; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    jobs: Vec<Job<'a>>,
}

/// A job of a campaign, over the replications in which it was created.
#[derive(JsonSchema, Serialize)]
struct Job<'a> {
    /// `canary`, `main`, `sync_1` and so on, `recovery`.
    #[schemars(regex(pattern = "^(canary|main|sync_[1-9][0-9]*|recovery)$"))]
    job: String,
    /// Replications in which it was created.
    replications: usize,
    /// Share of replications in which it was created.
    share: StatisticJson,
    /// Mean time from the beginning to its creation [s].
    created_s: StatisticJson,
    /// Mean number of robots that it was for [robots].
    robots_count: StatisticJson,
    /// Statistics of its own robots and from its creation on, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "every_metric")]
    metrics: &'a [MetricSummary],
}

impl<'a> From<&'a JobSummary> for Job<'a> {
    fn from(job: &'a JobSummary) -> Job<'a> {
        Job {
            job: job.kind.name(),
            replications: job.replications,
            share: StatisticJson::from(job.share),
            created_s: StatisticJson::from(job.created_s.mean),
            robots_count: StatisticJson::from(job.robots.mean),
            metrics: &job.summaries,
        }
    }
}

/// A link that downloads shared.
#[derive(JsonSchema, Serialize)]
struct Link<'a> {
    /// Its name.
    link: &'a str,
    /// Its capacity [bit/s].
    capacity_bit_s: u64,
    /// Mean of the bytes carried in a replication [bytes].
    bytes_total: StatisticJson,
    /// Mean of the highest rate that lasted a millisecond [bit/s].
    peak_bit_s: StatisticJson,
    /// Mean time during which some robot got less than its own rate [s].
    saturated_s: StatisticJson,
}

impl<'a> From<&'a LinkSummary> for Link<'a> {
    fn from(link: &'a LinkSummary) -> Link<'a> {
        Link {
            link: &link.name,
            capacity_bit_s: link.capacity,
            bytes_total: StatisticJson::from(link.bytes.mean),
            peak_bit_s: StatisticJson::from(link.peak_bit_s.mean),
            saturated_s: StatisticJson::from(link.saturated_s.mean),
        }
    }
}

/// A failure code that occurred.
#[derive(JsonSchema, Serialize)]
struct Failure {
    /// As the service spells it.
    #[schemars(extend("enum" = FailureCode::ALL.map(FailureCode::name)))]
    code: &'static str,
    /// Mean number in a replication.
    count: StatisticJson,
    /// Share of replications with at least one.
    any: StatisticJson,
}

impl From<&FailureCount> for Failure {
    fn from(count: &FailureCount) -> Failure {
        Failure {
            code: count.code.name(),
            count: StatisticJson::from(count.count.mean),
            any: StatisticJson::from(count.any),
        }
    }
}

/// The schema of `summary.json`.
pub fn run_schema() -> serde_json::Value {
    schema::<RunSummary>("rollcast run")
}

/// `summary.json`.
pub fn summary_json(provenance: &Provenance, run: &Run, expected: &[Expectation]) -> String {
    let expectations = expected.iter().map(ExpectationJson::from).collect();
    let profiles = run
        .profiles
        .iter()
        .map(|profile| {
            let n = profile.outcomes[0].n;
            ProfileSummary {
                profile: &profile.name,
                robots: n,
                window: profile.in_robots.map(|robots| robots.window),
                failures_to_breach: profile.in_robots.and_then(|robots| robots.failures_to_stop),
                metrics: &profile.summaries,
                threshold_reached_exact: Computed::from(&profile.threshold_reached),
                failures: profile.failures.robots.iter().map(Failure::from).collect(),
                job_failures: profile.failures.jobs.iter().map(Failure::from).collect(),
                links: profile.links.iter().map(Link::from).collect(),
                jobs: profile.jobs.iter().map(Job::from).collect(),
            }
        })
        .collect();
    let precision = run.attained.as_ref().map(PrecisionSummary::from);
    pretty(&RunSummary {
        provenance,
        confidence: LEVEL,
        precision,
        expectations,
        profiles,
    })
}
