//! Baselines: the results of a scenario that a user accepted.
//!
//! A baseline is small enough to be committed. Of every metric it has the mean and the median on a line of its own, for those who
//! review a change. Of every replication it keeps a digest of all that happened, and the values of the metrics that matter; of two
//! replications a profile, the first one and the first one that ended otherwise, a check of each robot's line, and the lines
//! themselves of the first robots. So the first replication that differs can always be named, mostly with the robot, and often with
//! the event. A seal over all of it tells a file that was edited by accident. It is written and read here, as text; files are for
//! others.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::tzdb_version;
use crate::scenario::{Profile, Scenario};
use crate::sim::MODEL_VERSION;
use crate::study::check::canonical;
use crate::study::check::centre::{centres, word};
use crate::study::check::take::{self, ProfileTake, Take};
use crate::study::check::words::Words;
use crate::study::metric::{METRICS, Metric};

/// The version of the format.
const FORMAT: u32 = 2;

/// Robots of a traced replication whose lines are kept.
const LINES: usize = 25;

/// Robots of a traced replication whose lines are checked.
pub(super) const CHECKS: usize = 3000;

/// The metrics whose values are kept, by replication.
const KEPT: [&str; 17] = [
    "updated_count",
    "failed_count",
    "started_count",
    "exposed_count",
    "broken_count",
    "no_response_count",
    "success_rate",
    "job_duration_s",
    "drained_s",
    "time_to_50_s",
    "time_to_95_s",
    "threshold_reached",
    "stopped",
    "down_peak_count",
    "downtime_robot_s",
    "slot_s_total",
    "bytes_total",
];

/// The results of a scenario that a user accepted: `results/baseline/NAME.json`.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of the format.
    format: u32,
    /// The version of the program that made it.
    pub rollcast: String,
    /// Rises with every change that gives other numbers for the same scenario and seed.
    pub model_version: u32,
    /// The scenario's name.
    pub scenario: String,
    /// The scenario's hash.
    pub scenario_hash: String,
    /// The version of the time zone data, where weekly hours depend on it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zones: Option<String>,
    /// Of every random number.
    pub seed: u64,
    /// Replications played.
    pub replications: u64,
    /// The command that makes it again.
    pub command: String,
    /// The metrics that go into digests, with spaces between them.
    pub metrics: Words,
    /// In the order of the scenario.
    pub profiles: Vec<BaselineProfile>,
    /// Sixteen hexadecimal digits of everything above, however it is laid out: what tells a file that was edited by accident.
    seal: String,
}

/// A profile of a baseline.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineProfile {
    /// The profile.
    pub profile: String,
    /// Robots in the fleet.
    pub robots: u32,
    /// The probability that the threshold is reached, where it is known exactly, in the fewest digits that read back the same.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold_reached: Option<String>,
    /// By metric, `mean` and `median` over replications, `never` for a time that does not come and `none` for a ratio of nothing.
    pub centres: BTreeMap<String, String>,
    /// By replication, each sixteen hexadecimal digits of all that happened, with spaces between them.
    pub digests: Words,
    /// By metric, its values by replication in the metric's unit, each in the fewest digits that read back the same, `never` for a time
    /// that never came, with spaces between them.
    pub values: BTreeMap<String, Words>,
    /// The first replication, and the first that ended otherwise.
    pub traces: Vec<Trace>,
}

/// A replication, robot by robot in start order.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// Counted from 0.
    pub replication: u64,
    /// Robots in its jobs.
    pub robots: u64,
    /// Two letters a robot that differ if its line does, of the first 3,000.
    pub checks: String,
    /// What happened to the first 25 robots.
    pub lines: Vec<String>,
}

impl Trace {
    fn of(replication: u64, lines: Vec<String>) -> Trace {
        let checks = lines
            .iter()
            .take(CHECKS)
            .flat_map(|line| canonical::check(line))
            .collect();
        let robots = lines.len() as u64;
        Trace {
            replication,
            robots,
            checks,
            lines: lines.into_iter().take(LINES).collect(),
        }
    }
}

impl BaselineProfile {
    /// What came of a profile.
    fn of(profile: &Profile, played: &ProfileTake) -> BaselineProfile {
        let mut outcomes = played.outcomes.iter();
        let other = outcomes.position(|outcome| outcome.ended_by != played.outcomes[0].ended_by);
        let traced = [Some(0), other].into_iter().flatten();
        let values = KEPT.map(Metric::named).map(|metric| {
            let values = metric.values(&played.outcomes).into_iter();
            (metric.name.to_owned(), Words(values.map(word).collect()))
        });
        BaselineProfile {
            profile: profile.name.clone(),
            robots: profile.world.fleet.robots(),
            threshold_reached: played.threshold_exactly().map(|chance| chance.to_string()),
            centres: centres(&played.outcomes),
            digests: Words(played.digests.iter().map(|digest| hex(*digest)).collect()),
            values: values.into(),
            traces: traced
                .map(|which| Trace::of(which as u64, take::lines(profile, which as u64)))
                .collect(),
        }
    }

    /// The probability that the threshold is reached, where it was known exactly.
    pub fn threshold_exactly(&self) -> Option<f64> {
        self.threshold_reached.as_ref()?.parse().ok()
    }

    /// The values of the metric called `name`, if they are kept.
    pub fn values(&self, name: &str) -> Option<Vec<f64>> {
        let words = self.values.get(name)?.0.iter();
        words.map(|word| value(word)).collect()
    }
}

/// The value that a word of a baseline stands for.
pub(super) fn value(word: &str) -> Option<f64> {
    match word {
        "never" => Some(f64::INFINITY),
        word => word.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

/// The metrics that go into the digests of a new baseline.
pub(super) fn all_metrics() -> Vec<&'static Metric> {
    METRICS.iter().collect()
}

/// What is wrong with a file that is not the JSON of a baseline.
fn unreadable(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!(
        "it is not a baseline as `rollcast check --bless` writes it, from line {line}, column {column} on"
    )
}

impl Baseline {
    /// The baseline of a scenario that came to this, with [`all_metrics`] in its digests.
    pub fn of(scenario: &Scenario, take: &Take, command: String) -> Baseline {
        let profiles = scenario.profiles.iter().zip(&take.profiles);
        let baseline = Baseline {
            format: FORMAT,
            rollcast: env!("CARGO_PKG_VERSION").to_owned(),
            model_version: MODEL_VERSION,
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash.clone(),
            time_zones: time_zones(scenario),
            seed: scenario.seed,
            replications: take.replications,
            command,
            metrics: Words(Metric::names().into_iter().map(str::to_owned).collect()),
            profiles: profiles
                .map(|(profile, played)| BaselineProfile::of(profile, played))
                .collect(),
            seal: String::new(),
        };
        baseline.sealed()
    }

    /// This baseline, sealed anew.
    #[must_use]
    pub fn sealed(self) -> Baseline {
        Baseline {
            seal: self.seal_of_content(),
            ..self
        }
    }

    /// What its seal has to be: of the content alone, so neither indentation nor the ends of lines matter.
    fn seal_of_content(&self) -> String {
        let unsealed = Baseline {
            seal: String::new(),
            ..self.clone()
        };
        let content = serde_json::to_string(&unsealed).expect("a bug: a baseline that is no JSON");
        hex(canonical::first_word(&Sha256::digest(content.as_bytes())))
    }

    /// The text of its file.
    pub fn to_text(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("a bug: a baseline that is no JSON");
        text.push('\n');
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let baseline = Baseline::parse_edited(text)?;
        match baseline.seal == baseline.seal_of_content() {
            true => Ok(baseline),
            false => Err(
                "it was edited since it was written: its seal does not fit its content".to_owned(),
            ),
        }
    }

    /// Reads the text of a file whatever its seal: of one that was edited on purpose.
    ///
    /// # Errors
    /// What else is wrong with it.
    pub fn parse_edited(text: &str) -> Result<Baseline, String> {
        /// What a file of any format has.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let Head { format } = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if format < FORMAT {
            return Err(format!(
                "it has the earlier format {format}, and this version reads format {FORMAT}: bless it again"
            ));
        }
        if format > FORMAT {
            return Err(format!(
                "it has format {format}, of a later version: this one reads format {FORMAT}"
            ));
        }
        let baseline: Baseline = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        baseline.check()?;
        Ok(baseline)
    }

    fn check(&self) -> Result<(), String> {
        if self.replications == 0 || self.profiles.is_empty() {
            return Err("it has no replications".to_owned());
        }
        for profile in &self.profiles {
            let name = &profile.profile;
            let n = self.replications as usize;
            if profile.digests.0.len() != n {
                return Err(format!(
                    "profile {name} has not a digest for each replication"
                ));
            }
            let reached = profile
                .threshold_reached
                .as_ref()
                .map(|word| word.parse::<f64>());
            if reached.is_some_and(|p| !p.is_ok_and(|p| (0.0..=1.0).contains(&p))) {
                return Err(format!(
                    "profile {name} has no probability that the threshold is reached"
                ));
            }
            for (metric, values) in &profile.values {
                if values.0.len() != n || values.0.iter().any(|word| value(word).is_none()) {
                    return Err(format!(
                        "profile {name} has not a value of {metric} for each replication"
                    ));
                }
            }
            if let Some(missing) = KEPT
                .iter()
                .find(|kept| !profile.values.contains_key(**kept))
            {
                return Err(format!("profile {name} has no values of {missing}"));
            }
            for trace in &profile.traces {
                let checks = trace.robots.min(CHECKS as u64);
                let lines = trace.robots.min(LINES as u64);
                if trace.checks.len() as u64 != 2 * checks
                    || trace.lines.len() as u64 != lines
                    || !trace.checks.is_ascii()
                {
                    return Err(format!(
                        "replication {} of profile {name} has not a check for each robot",
                        trace.replication
                    ));
                }
            }
        }
        Ok(())
    }

    /// The profile of this name.
    pub(super) fn profile(&self, name: &str) -> Option<&BaselineProfile> {
        self.profiles.iter().find(|profile| profile.profile == name)
    }

    /// The metrics that go into its digests; those that this version does not know are left out, and so nothing is the same.
    pub fn known_metrics(&self) -> Vec<&'static Metric> {
        self.metrics
            .0
            .iter()
            .filter_map(|name| Metric::find(name))
            .collect()
    }
}

/// The version of the time zone data, where the scenario depends on it.
pub(super) fn time_zones(scenario: &Scenario) -> Option<String> {
    scenario
        .has_weekly_hours()
        .then(|| tzdb_version().to_owned())
}

/// A digest as files have it.
pub(super) fn hex(digest: u64) -> String {
    format!("{digest:016x}")
}
