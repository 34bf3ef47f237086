//! Results as JSON: what made them, and every statistic with its interval.

mod oc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

pub use oc::oc_json;

use crate::model::tzdb_version;
use crate::report::expect::ExpectationJson;
use crate::scenario::{Knob, Scenario};
use crate::study::expect::Expectation;
use crate::study::{
    Attained, Estimate, Exactness, FailureCount, JobSummary, LEVEL, LinkSummary, MapRow, MapRun, MetricSummary, Run, SweepRow,
    SweepRun,
};

/// What made a result: enough to make it again, and nothing that differs between machines or thread counts.
#[derive(Clone, Debug, Serialize)]
pub struct Provenance {
    pub rollcast: &'static str,
    /// Rises with every change that gives other numbers for the same scenario and seed.
    pub model_version: u32,
    pub scenario: String,
    pub scenario_hash: String,
    /// The version of the time zone data, where maintenance windows depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zones: Option<&'static str>,
    pub seed: u64,
    /// Replications finished.
    pub replications: u64,
    /// The command that makes the result again.
    pub command: String,
}

impl Provenance {
    pub fn new(scenario: &Scenario, replications: u64, command: String) -> Provenance {
        Provenance {
            rollcast: env!("CARGO_PKG_VERSION"),
            model_version: crate::sim::MODEL_VERSION,
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash.clone(),
            time_zones: scenario.has_windows().then(tzdb_version),
            seed: scenario.seed,
            replications,
            command,
        }
    }

    /// One line for charts.
    pub fn line(&self) -> String {
        let Provenance { rollcast, model_version, scenario_hash, seed, command, .. } = self;
        let zones = self.time_zones.map_or_else(String::new, |version| format!(", time zones {version}"));
        format!("rollcast {rollcast}, model {model_version}, scenario {scenario_hash}{zones}, seed {seed}: {command}")
    }
}

/// The precision that was asked for, and what is not that precise.
#[derive(Serialize)]
pub(super) struct PrecisionSummary<'a> {
    /// As a share.
    asked: f64,
    replications_max: u64,
    missed: Vec<MissedSummary<'a>>,
}

#[derive(Serialize)]
struct MissedSummary<'a> {
    profile: &'a str,
    statistic: &'a str,
    /// In how many settings.
    settings: usize,
}

impl<'a> From<&'a Attained> for PrecisionSummary<'a> {
    fn from(attained: &'a Attained) -> PrecisionSummary<'a> {
        let missed = attained.missed.iter();
        let missed = missed.map(|m| MissedSummary { profile: &m.profile, statistic: &m.statistic, settings: m.settings });
        let Attained { precision, replications_max, .. } = *attained;
        PrecisionSummary { asked: precision.share(), replications_max, missed: missed.collect() }
    }
}

#[derive(Serialize)]
struct RunSummary<'a> {
    provenance: &'a Provenance,
    confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expectations: Vec<ExpectationJson<'a>>,
    profiles: Vec<ProfileSummary<'a>>,
}

#[derive(Serialize)]
struct ProfileSummary<'a> {
    profile: &'a str,
    robots: u32,
    /// Robots in flight at most.
    window: Option<u32>,
    /// Failed robots that stop the job; null if there are not enough robots for it.
    failures_to_breach: Option<u32>,
    #[serde(serialize_with = "metrics")]
    metrics: &'a [MetricSummary],
    threshold_reached_exact: Computed,
    failures: Vec<Failure>,
    job_failures: Vec<Failure>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    /// Of a campaign.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    jobs: Vec<Job<'a>>,
}

#[derive(Serialize)]
struct Job<'a> {
    job: String,
    /// Those in which it was created.
    replications: usize,
    share: Statistic,
    created_s: Statistic,
    robots_count: Statistic,
    #[serde(serialize_with = "metrics")]
    metrics: &'a [MetricSummary],
}

impl<'a> From<&'a JobSummary> for Job<'a> {
    fn from(job: &'a JobSummary) -> Job<'a> {
        Job {
            job: job.kind.name(),
            replications: job.replications,
            share: Statistic::from(job.share),
            created_s: Statistic::from(job.created_s.mean),
            robots_count: Statistic::from(job.robots.mean),
            metrics: &job.summaries,
        }
    }
}

#[derive(Serialize)]
struct Link<'a> {
    link: &'a str,
    capacity_bit_s: u64,
    bytes_total: Statistic,
    peak_bit_s: Statistic,
    saturated_s: Statistic,
}

impl<'a> From<&'a LinkSummary> for Link<'a> {
    fn from(link: &'a LinkSummary) -> Link<'a> {
        Link {
            link: &link.name,
            capacity_bit_s: link.capacity,
            bytes_total: Statistic::from(link.bytes.mean),
            peak_bit_s: Statistic::from(link.peak_bit_s.mean),
            saturated_s: Statistic::from(link.saturated_s.mean),
        }
    }
}

#[derive(Serialize)]
struct Failure {
    code: &'static str,
    count: Statistic,
    any: Statistic,
}

impl From<&FailureCount> for Failure {
    fn from(count: &FailureCount) -> Failure {
        Failure { code: count.code.name(), count: Statistic::from(count.count.mean), any: Statistic::from(count.any) }
    }
}

/// A statistic; null for what never comes, and for an open end of its interval.
#[derive(Serialize)]
pub(super) struct Statistic {
    value: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
}

impl From<Estimate> for Statistic {
    fn from(estimate: Estimate) -> Statistic {
        let finite = |x: f64| x.is_finite().then_some(x);
        Statistic { value: finite(estimate.value), lo: estimate.lo.and_then(finite), hi: estimate.hi.and_then(finite) }
    }
}

/// A probability that was computed; null, with the reason, where it is not known.
#[derive(Serialize)]
pub(super) struct Computed {
    value: Option<f64>,
    /// `exact`, or `conditional` on the luck drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standard_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&Exactness> for Computed {
    fn from(exactness: &Exactness) -> Computed {
        match exactness {
            Ok(tail) => {
                Computed { value: Some(tail.value), kind: Some(tail.kind()), standard_error: tail.standard_error, reason: None }
            }
            Err(why) => Computed { value: None, kind: None, standard_error: None, reason: Some(why.to_string()) },
        }
    }
}

/// Metrics as a map from name to statistics: an event to its proportion, any other to a map from statistic to value.
fn metrics<S: Serializer>(summaries: &&[MetricSummary], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(summaries.len()))?;
    for summary in *summaries {
        match summary.estimates.as_slice() {
            [("", estimate)] => map.serialize_entry(summary.metric.name, &Statistic::from(*estimate))?,
            _ => map.serialize_entry(summary.metric.name, &Statistics(summary))?,
        }
    }
    map.end()
}

struct Statistics<'a>(&'a MetricSummary);

impl Serialize for Statistics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.estimates.len()))?;
        for (name, estimate) in &self.0.estimates {
            match *name {
                "sd" | "min" | "max" => map.serialize_entry(name, &Statistic::from(*estimate).value)?,
                _ => map.serialize_entry(name, &Statistic::from(*estimate))?,
            }
        }
        map.end()
    }
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
    pretty(&RunSummary { provenance, confidence: LEVEL, precision, expectations, profiles })
}

#[derive(Serialize)]
struct SweepSummary<'a> {
    provenance: &'a Provenance,
    confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    knobs: Vec<KnobSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<RowSummary<'a>>>,
}

#[derive(Serialize)]
struct KnobSummary<'a> {
    key: String,
    values: Vec<&'a str>,
}

#[derive(Serialize)]
struct RowSummary<'a> {
    profile: &'a str,
    /// By knob.
    values: &'a [String],
    replications: u64,
    #[serde(serialize_with = "metrics")]
    metrics: &'a [MetricSummary],
    threshold_reached_exact: Computed,
}

/// What made a sweep: `sweep.json`, beside the rows in `sweep.csv`. With `rows`, those too, for other programs to read.
pub fn sweep_json(provenance: &Provenance, knobs: &[Knob], run: &SweepRun, rows: bool) -> String {
    let knobs = knobs
        .iter()
        .map(|knob| KnobSummary { key: knob.key(), values: knob.values.iter().map(|value| value.text.as_str()).collect() });
    fn row(row: &SweepRow) -> RowSummary<'_> {
        RowSummary {
            profile: &row.profile,
            values: &row.values,
            replications: row.replications(),
            metrics: row.summaries(),
            threshold_reached_exact: Computed::from(&row.threshold_reached),
        }
    }
    let rows = rows.then(|| run.rows.iter().map(row).collect());
    let precision = run.attained.as_ref().map(PrecisionSummary::from);
    pretty(&SweepSummary { provenance, confidence: LEVEL, precision, knobs: knobs.collect(), rows })
}

#[derive(Serialize)]
struct MapSummary<'a> {
    provenance: &'a Provenance,
    confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// Of both axes.
    percentages: &'a [u8],
    profiles: Vec<MapProfile<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<MapSettingSummary<'a>>>,
}

#[derive(Serialize)]
struct MapProfile<'a> {
    profile: &'a str,
    robots: u32,
    /// Null if it was not finished.
    in_file: Option<MapSettingSummary<'a>>,
}

#[derive(Serialize)]
struct MapSettingSummary<'a> {
    profile: &'a str,
    concurrent_deployment_percentage: u8,
    failure_threshold_percentage: u8,
    window: Option<u32>,
    /// Null if there are not enough robots for it.
    failures_to_stop: Option<u32>,
    replications: u64,
    #[serde(serialize_with = "metrics")]
    metrics: &'a [MetricSummary],
    threshold_reached_exact: Computed,
}

/// What made a map and what comes of the setting in the file: `map.json`, beside the rows in `map.csv`. With `rows`, those too, for
/// other programs to read.
pub fn map_json(provenance: &Provenance, scenario: &Scenario, map: &MapRun, rows: bool) -> String {
    fn summary<'a>(scenario: &'a Scenario, row: &'a MapRow) -> MapSettingSummary<'a> {
        let profile = &scenario.profiles[row.setting.profile];
        MapSettingSummary {
            profile: &profile.name,
            concurrent_deployment_percentage: row.setting.concurrent_deployment_percentage,
            failure_threshold_percentage: row.setting.failure_threshold_percentage,
            window: row.setting.in_robots.map(|robots| robots.window),
            failures_to_stop: row.setting.in_robots.and_then(|robots| robots.failures_to_stop),
            replications: row.result.replications,
            metrics: row.metrics(),
            threshold_reached_exact: Computed::from(&row.threshold_reached),
        }
    }
    let profiles = scenario.profiles.iter().zip(&map.own).map(|(profile, own)| MapProfile {
        profile: &profile.name,
        robots: profile.world.fleet.robots(),
        in_file: own.as_ref().map(|own| summary(scenario, own)),
    });
    pretty(&MapSummary {
        provenance,
        confidence: LEVEL,
        precision: map.attained.as_ref().map(PrecisionSummary::from),
        percentages: &map.percentages,
        profiles: profiles.collect(),
        rows: rows.then(|| map.rows.iter().map(|row| summary(scenario, row)).collect()),
    })
}

pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("numbers and strings are JSON");
    text.push('\n');
    text
}
