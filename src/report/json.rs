//! What the JSON of several commands shares: statistics with their intervals, what is computed, and how numbers are written.

use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::report::number::Rounded;
use crate::stats::Estimate;
use crate::study::{Attained, MetricSummary};
use crate::theory::{ExactTail, Exactness};

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
        let missed = attained.missed.iter().map(|missed| MissedSummary {
            profile: &missed.profile,
            statistic: &missed.statistic,
            settings: missed.settings,
        });
        PrecisionSummary {
            asked: attained.precision.share(),
            replications_max: attained.replications_max,
            missed: missed.collect(),
        }
    }
}

/// A statistic; null for what is not known, and for a time that never comes, which has a field of its own.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Statistic")]
pub(super) struct StatisticJson {
    /// The estimate; null where there is none, and where it never comes.
    value: Option<f64>,
    /// True where it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    value_never: bool,
    /// The lower end of its interval; null where the replications do not show it, and where it never comes.
    lo: Option<f64>,
    /// True where the lower end is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    lo_never: bool,
    /// The upper end of its interval; null where the replications do not show it, and where it never comes.
    hi: Option<f64>,
    /// True where the upper end is that it never comes; else left out.
    #[serde(skip_serializing_if = "is_false")]
    hi_never: bool,
}

impl From<Estimate> for StatisticJson {
    fn from(Estimate { value, lo, hi }: Estimate) -> StatisticJson {
        StatisticJson {
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
    /// `exact`, or `conditional` on the random numbers drawn; left out where it is not known.
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
        let tail = exactness.as_ref();
        let interval = tail.ok().and_then(|tail| tail.interval);
        Computed {
            value: tail.ok().map(|tail| tail.value),
            kind: tail.ok().map(ExactTail::kind),
            lo: interval.map(|ends| ends.lo),
            hi: interval.map(|ends| ends.hi),
            reason: tail.err().map(ToString::to_string),
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
                map.serialize_entry(summary.metric.name, &StatisticJson::from(*estimate))?;
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
                    map.serialize_entry(name, &StatisticJson::from(*estimate).value)?;
                }
                _ => map.serialize_entry(name, &StatisticJson::from(*estimate))?,
            }
        }
        map.end()
    }
}

/// Indented JSON with numbers as [`Rounded`] writes them.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Rounded::default());
    value
        .serialize(&mut serializer)
        .expect("a bug: numbers and strings are JSON");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("a bug: JSON is UTF-8")
}
