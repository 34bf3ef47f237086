//! Results as JSON: what made them, and every statistic with its interval.

use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::model::{FailureCode, tzdb_version};
use crate::report::expect::ExpectationJson;
use crate::report::levels::LevelsJson;
use crate::report::number::Rounded;
use crate::report::schema::{every_metric, map_metrics, schema};
use crate::report::sweep::capacity::CapacityJson;
use crate::scenario::{Knob, Scenario};
use crate::stats::{Estimate, LEVEL};
use crate::study::expect::Expectation;
use crate::study::{
    Attained, FailureCount, JobSummary, LinkSummary, MapRow, MapRun, MetricSummary, Run, SweepRow,
    SweepRun,
};
use crate::theory::{ExactTail, Exactness};

/// What made a result: enough to make it again, and nothing that differs between machines or thread counts.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Provenance {
    /// The program's version.
    pub rollcast: &'static str,
    /// Rises with every change that gives other numbers for the same scenario and seed.
    pub model_version: u32,
    /// The scenario's name.
    pub scenario: String,
    /// Sixteen hexadecimal digits that change with anything the scenario says that changes results.
    pub scenario_hash: String,
    /// The version of the time zone data, where maintenance windows depend on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zones: Option<&'static str>,
    /// Of every random number.
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
        let Provenance {
            rollcast,
            model_version,
            scenario_hash,
            seed,
            command,
            ..
        } = self;
        let zones = self
            .time_zones
            .map_or_else(String::new, |version| format!(", time zones {version}"));
        format!(
            "rollcast {rollcast}, model {model_version}, scenario {scenario_hash}{zones}, seed {seed}: {command}"
        )
    }
}

/// The precision that was asked for, and what is not that precise.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Precision")]
pub(super) struct PrecisionSummary<'a> {
    /// What was asked for, as a share.
    #[schemars(range(min = 0, max = 1))]
    asked: f64,
    /// Replications that would have been played at most.
    replications_max: u64,
    /// What is not that precise.
    missed: Vec<MissedSummary<'a>>,
}

/// A statistic that is not as precise as was asked for.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Missed")]
struct MissedSummary<'a> {
    /// The profile.
    profile: &'a str,
    /// The statistic, as `metric.stat`.
    statistic: &'a str,
    /// In how many settings.
    settings: usize,
}

impl<'a> From<&'a Attained> for PrecisionSummary<'a> {
    fn from(attained: &'a Attained) -> PrecisionSummary<'a> {
        let missed = attained.missed.iter();
        let missed = missed.map(|m| MissedSummary {
            profile: &m.profile,
            statistic: &m.statistic,
            settings: m.settings,
        });
        let Attained {
            precision,
            replications_max,
            ..
        } = *attained;
        PrecisionSummary {
            asked: precision.share(),
            replications_max,
            missed: missed.collect(),
        }
    }
}

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
    share: Statistic,
    /// Mean time from the beginning to its creation [s].
    created_s: Statistic,
    /// Mean number of robots that it was for [robots].
    robots_count: Statistic,
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
            share: Statistic::from(job.share),
            created_s: Statistic::from(job.created_s.mean),
            robots_count: Statistic::from(job.robots.mean),
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
    bytes_total: Statistic,
    /// Mean of the highest rate that lasted a millisecond [bit/s].
    peak_bit_s: Statistic,
    /// Mean of how long somebody got less than his own rate [s].
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

/// A failure code that occurred.
#[derive(JsonSchema, Serialize)]
struct Failure {
    /// As the service spells it.
    #[schemars(extend("enum" = FailureCode::ALL.map(FailureCode::name)))]
    code: &'static str,
    /// Mean number in a replication.
    count: Statistic,
    /// Share of replications with at least one.
    any: Statistic,
}

impl From<&FailureCount> for Failure {
    fn from(count: &FailureCount) -> Failure {
        Failure {
            code: count.code.name(),
            count: Statistic::from(count.count.mean),
            any: Statistic::from(count.any),
        }
    }
}

/// A statistic; null for what is not known, and for what never comes, which is said beside it.
#[derive(JsonSchema, Serialize)]
pub(super) struct Statistic {
    /// The estimate; null where there is none, and where it never comes.
    value: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    value_never: bool,
    /// The lower end of its interval; null where the replications do not tell, and where it never comes.
    lo: Option<f64>,
    /// True where the lower end is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    lo_never: bool,
    /// The upper end of its interval; null where the replications do not tell, and where it never comes.
    hi: Option<f64>,
    /// True where the upper end is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    hi_never: bool,
}

impl From<Estimate> for Statistic {
    fn from(Estimate { value, lo, hi }: Estimate) -> Statistic {
        Statistic {
            value: finite(value),
            value_never: never(value),
            lo: lo.and_then(finite),
            lo_never: lo.is_some_and(never),
            hi: hi.and_then(finite),
            hi_never: hi.is_some_and(never),
        }
    }
}

/// A number as JSON takes it: null for what is not there, and for what never comes.
pub(super) fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

/// Whether a time never comes.
pub(super) fn never(x: f64) -> bool {
    x == f64::INFINITY
}

/// Whether a field that is only written where it is true is left out.
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

/// A probability that was computed; null, with the reason, where it is not known.
#[derive(JsonSchema, Serialize)]
pub(super) struct Computed {
    /// The probability; null where it is not known.
    #[schemars(range(min = 0, max = 1))]
    value: Option<f64>,
    /// `exact`, or `conditional` on the luck drawn; left out where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ExactTail::KINDS))]
    kind: Option<&'static str>,
    /// Lower end of the 95 % interval of what is conditional; left out where the value is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    lo: Option<f64>,
    /// Its upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    hi: Option<f64>,
    /// Why it is not known; left out where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&Exactness> for Computed {
    fn from(exactness: &Exactness) -> Computed {
        match exactness {
            Ok(tail) => {
                let (lo, hi) = (
                    tail.interval.map(|ends| ends.lo),
                    tail.interval.map(|ends| ends.hi),
                );
                Computed {
                    value: Some(tail.value),
                    kind: Some(tail.kind()),
                    lo,
                    hi,
                    reason: None,
                }
            }
            Err(why) => Computed {
                value: None,
                kind: None,
                lo: None,
                hi: None,
                reason: Some(why.to_string()),
            },
        }
    }
}

/// Metrics as a map from name to statistics: an event to its proportion, any other to a map from statistic to value.
pub(super) fn metrics<S: Serializer>(
    summaries: &&[MetricSummary],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(summaries.len()))?;
    for summary in *summaries {
        match summary.estimates.as_slice() {
            [("", estimate)] => {
                map.serialize_entry(summary.metric.name, &Statistic::from(*estimate))?;
            }
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
                "sd" | "min" | "max" => {
                    map.serialize_entry(name, &Statistic::from(*estimate).value)?;
                }
                _ => map.serialize_entry(name, &Statistic::from(*estimate))?,
            }
        }
        map.end()
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

/// What came of `rollcast sweep`: `sweep.json`, and with the rows what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct SweepSummary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// What was varied.
    knobs: Vec<KnobSummary<'a>>,
    /// At which values of the knob all holds that the scenario expects; left out where nothing is expected, where more than one knob
    /// varies or its values have no order, and after an interruption.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<CapacityJson<'a>>,
    /// A row a profile and setting; left out in `sweep.json`, which has them beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<RowSummary<'a>>>,
}

/// A knob.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Knob")]
struct KnobSummary<'a> {
    /// Its dotted key.
    key: String,
    /// Its values as texts.
    values: Vec<&'a str>,
}

/// What came of a setting under a profile.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Row")]
struct RowSummary<'a> {
    /// The profile.
    profile: &'a str,
    /// The values of the knobs, in their order.
    values: &'a [String],
    /// Replications finished.
    replications: u64,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "every_metric")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
}

/// The schema of `sweep.json`, with rows or without.
pub fn sweep_schema() -> serde_json::Value {
    schema::<SweepSummary>("rollcast sweep")
}

/// What made a sweep: `sweep.json`, beside the rows in `sweep.csv`. With `rows`, those too, for other programs to read.
pub fn sweep_json(provenance: &Provenance, knobs: &[Knob], run: &SweepRun, rows: bool) -> String {
    let capacity = run
        .capacity
        .as_ref()
        .map(|capacity| CapacityJson::of(capacity, knobs));
    let knobs = knobs.iter().map(|knob| KnobSummary {
        key: knob.key(),
        values: knob
            .values
            .iter()
            .map(|value| value.text.as_str())
            .collect(),
    });
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
    pretty(&SweepSummary {
        provenance,
        confidence: LEVEL,
        precision,
        knobs: knobs.collect(),
        capacity,
        rows,
    })
}

/// What came of `rollcast sweep --map`: `map.json`, and with the rows what `--json` prints.
#[derive(JsonSchema, Serialize)]
struct MapSummary<'a> {
    /// What made it.
    provenance: &'a Provenance,
    /// Of all intervals.
    #[schemars(range(min = 0, max = 1))]
    confidence: f64,
    /// Left out without `--precision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<PrecisionSummary<'a>>,
    /// Of both axes [%].
    percentages: &'a [u8],
    /// In the order of the scenario.
    profiles: Vec<MapProfile<'a>>,
    /// A row a profile and pair of percentages; left out in `map.json`, which has them beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<MapSettingSummary<'a>>>,
}

/// A profile of a map.
#[derive(JsonSchema, Serialize)]
struct MapProfile<'a> {
    /// The profile.
    profile: &'a str,
    /// Robots in the fleet.
    robots: u32,
    /// What came of the percentages in the file; null if it was not finished.
    in_file: Option<MapSettingSummary<'a>>,
}

/// What came of a pair of percentages under a profile.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Setting")]
struct MapSettingSummary<'a> {
    /// The profile.
    profile: &'a str,
    #[serde(flatten)]
    levels: LevelsJson,
    /// Robots in flight at most, of a campaign in the main job; null where its number of robots is not known.
    window: Option<u32>,
    /// Failed robots that stop the job; null if there are not enough robots for it, or their number is not known.
    failures_to_stop: Option<u32>,
    /// Replications finished.
    replications: u64,
    /// Its statistics, by metric.
    #[serde(serialize_with = "metrics")]
    #[schemars(schema_with = "map_metrics")]
    metrics: &'a [MetricSummary],
    /// The probability that the threshold is reached, computed where it is known.
    threshold_reached_exact: Computed,
}

/// The schema of `map.json`, with rows or without.
pub fn map_schema() -> serde_json::Value {
    schema::<MapSummary>("rollcast sweep --map")
}

/// What made a map and what comes of the setting in the file: `map.json`, beside the rows in `map.csv`. With `rows`, those too, for
/// other programs to read.
pub fn map_json(provenance: &Provenance, scenario: &Scenario, map: &MapRun, rows: bool) -> String {
    fn summary<'a>(scenario: &'a Scenario, row: &'a MapRow) -> MapSettingSummary<'a> {
        let profile = &scenario.profiles[row.setting.profile];
        MapSettingSummary {
            profile: &profile.name,
            levels: LevelsJson(row.setting.levels),
            window: row.setting.in_robots.map(|robots| robots.window),
            failures_to_stop: row
                .setting
                .in_robots
                .and_then(|robots| robots.failures_to_stop),
            replications: row.result.replications,
            metrics: row.metrics(),
            threshold_reached_exact: Computed::from(&row.threshold_reached),
        }
    }
    let profiles = scenario
        .profiles
        .iter()
        .zip(&map.own)
        .map(|(profile, own)| MapProfile {
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

/// Indented JSON with numbers as [`Rounded`] writes them.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Rounded::default());
    value
        .serialize(&mut serializer)
        .expect("numbers and strings are JSON");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is UTF-8")
}
