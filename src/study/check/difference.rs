//! The exact layer: whether a scenario still comes to what its baseline says, byte by byte, and where it first does not.

use crate::scenario::Scenario;
use crate::sim::MODEL_VERSION;
use crate::study::check::baseline::{self, Baseline, BaselineProfile, CHECKS, Trace};
use crate::study::check::canonical::{self, IDENTITY, WORDS};
use crate::study::check::centre::word;
use crate::study::check::take::{self, ProfileTake, Take};
use crate::study::metric::METRICS;

/// What a baseline has otherwise than the scenario or the program, before anything is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Scenario {
        before: String,
        now: String,
    },
    ModelVersion {
        before: u32,
        now: u32,
    },
    Seed {
        before: u64,
        now: u64,
    },
    TimeZones {
        before: String,
        now: String,
    },
    /// Metrics in its digests that this version does not know.
    Metrics(Vec<String>),
}

/// What the exact layer finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub causes: Vec<Cause>,
    /// Replications of each profile that were compared.
    pub replications: u64,
    /// Profiles that differ, and in how many replications.
    pub differing: Vec<(String, u64)>,
    /// Profiles of the baseline that the scenario has no more, and of the scenario that the baseline has not.
    pub gone: Vec<String>,
    pub new: Vec<String>,
    pub first: Option<First>,
}

/// The first replication that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct First {
    pub replication: u64,
    pub profile: String,
    /// What came of it otherwise: a metric, its value before, and now.
    pub metrics: Vec<(String, f64, f64)>,
    /// The first robot that differs in the first replication of which the baseline has the robots.
    pub robot: Option<RobotDifference>,
}

/// A robot that fares otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotDifference {
    pub replication: u64,
    pub profile: String,
    /// As it is now, or as it was where there are fewer now: its job, turn, cohort and number.
    pub job: String,
    pub turn: u64,
    pub cohort: String,
    pub robot: String,
    /// The first event that differs, where the baseline has its robots' events.
    pub event: Option<Event>,
}

/// An event that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub name: &'static str,
    /// In seconds, where the event is a time; `-` where it never came.
    pub before: String,
    pub now: String,
}

impl Comparison {
    /// Whether everything compared is the same.
    pub fn is_same(&self) -> bool {
        self.differing.is_empty() && self.gone.is_empty() && self.new.is_empty()
    }
}

/// Compares what a scenario came to with its baseline.
pub(super) fn compare(scenario: &Scenario, baseline: &Baseline, take: &Take) -> Comparison {
    let replications = take.replications.min(baseline.replications);
    let names = |of: &mut dyn Iterator<Item = &String>,
                 other: &dyn Fn(&str) -> bool|
     -> Vec<String> { of.filter(|name| !other(name)).cloned().collect() };
    let was = |name: &str| {
        baseline
            .profiles
            .iter()
            .any(|profile| profile.profile == name)
    };
    let is = |name: &str| take.profiles.iter().any(|profile| profile.name == name);
    let pairs: Vec<(usize, &ProfileTake, &BaselineProfile)> = take
        .profiles
        .iter()
        .enumerate()
        .filter_map(|(which, now)| {
            Some((
                which,
                now,
                baseline
                    .profiles
                    .iter()
                    .find(|before| before.profile == now.name)?,
            ))
        })
        .collect();
    let parted = |now: &ProfileTake, before: &BaselineProfile| -> Vec<u64> {
        let pairs = now
            .digests
            .iter()
            .zip(&before.digests.0)
            .take(replications as usize)
            .zip(0..);
        pairs
            .filter(|((now, before), _)| baseline::hex(**now) != **before)
            .map(|(_, replication)| replication)
            .collect()
    };
    let parted: Vec<(usize, &ProfileTake, &BaselineProfile, Vec<u64>)> = pairs
        .into_iter()
        .map(|(which, now, before)| (which, now, before, parted(now, before)))
        .collect();
    let differing = parted.iter().filter(|(_, _, _, parted)| !parted.is_empty());
    let first = differing
        .clone()
        .min_by_key(|(_, _, _, parted)| parted[0])
        .map(|(_, now, before, parted)| First {
            replication: parted[0],
            profile: now.name.clone(),
            metrics: metrics(now, before, parted[0] as usize),
            robot: None,
        });
    let robot = || {
        let traces = differing.clone().flat_map(|(which, _, before, parted)| {
            before
                .traces
                .iter()
                .filter(|trace| parted.contains(&trace.replication))
                .map(move |trace| (*which, trace))
        });
        let mut traces: Vec<(usize, &Trace)> = traces.collect();
        traces.sort_by_key(|(_, trace)| trace.replication);
        traces
            .into_iter()
            .find_map(|(which, trace)| robot(scenario, which, trace))
    };
    Comparison {
        causes: causes(scenario, baseline),
        replications,
        differing: differing
            .clone()
            .map(|(_, now, _, parted)| (now.name.clone(), parted.len() as u64))
            .collect(),
        gone: names(
            &mut baseline.profiles.iter().map(|profile| &profile.profile),
            &is,
        ),
        new: names(&mut take.profiles.iter().map(|profile| &profile.name), &was),
        first: first.map(|first| First {
            robot: robot(),
            ..first
        }),
    }
}

fn causes(scenario: &Scenario, baseline: &Baseline) -> Vec<Cause> {
    let mut causes = Vec::new();
    if baseline.scenario_hash != scenario.hash {
        causes.push(Cause::Scenario {
            before: baseline.scenario_hash.clone(),
            now: scenario.hash.clone(),
        });
    }
    if baseline.model_version != MODEL_VERSION {
        causes.push(Cause::ModelVersion {
            before: baseline.model_version,
            now: MODEL_VERSION,
        });
    }
    if baseline.seed != scenario.seed {
        causes.push(Cause::Seed {
            before: baseline.seed,
            now: scenario.seed,
        });
    }
    let zones = baseline::time_zones(scenario);
    if baseline.time_zones != zones {
        let named = |zones: &Option<String>| zones.clone().unwrap_or_else(|| "none".to_owned());
        causes.push(Cause::TimeZones {
            before: named(&baseline.time_zones),
            now: named(&zones),
        });
    }
    let unknown = baseline
        .metrics
        .0
        .iter()
        .filter(|name| METRICS.iter().all(|metric| metric.name != **name));
    let unknown: Vec<String> = unknown.cloned().collect();
    if !unknown.is_empty() {
        causes.push(Cause::Metrics(unknown));
    }
    causes
}

/// The metrics of a replication that have another value, of those that are kept.
fn metrics(
    now: &ProfileTake,
    before: &BaselineProfile,
    replication: usize,
) -> Vec<(String, f64, f64)> {
    let kept = METRICS
        .iter()
        .filter_map(|metric| Some((metric, &before.values.get(metric.name)?.0[replication])));
    let differing = kept.filter_map(|(metric, was)| {
        let now = (metric.value)(&now.outcomes[replication]);
        (word(now) != *was).then_some((metric.name.to_owned(), baseline::value(was)?, now))
    });
    differing.collect()
}

/// The first robot that fares otherwise in a traced replication.
fn robot(scenario: &Scenario, which: usize, trace: &Trace) -> Option<RobotDifference> {
    let profile = &scenario.profiles[which];
    let now = take::lines(profile, trace.replication);
    let checks = |place: usize| trace.checks.get(2 * place..2 * place + 2);
    let same = |place: &usize| match (now.get(*place), checks(*place)) {
        (Some(line), Some(check)) => canonical::check(line).iter().collect::<String>() == check,
        (None, None) => true,
        _ => false,
    };
    let places = now.len().min(CHECKS).max(trace.checks.len() / 2);
    let place = (0..places).find(|place| !same(place))?;
    let before: Option<Vec<&str>> = trace.lines.get(place).map(|line| line.split(' ').collect());
    let now: Option<Vec<&str>> = now.get(place).map(|line| line.split(' ').collect());
    let shown = now.as_ref().or(before.as_ref())?;
    let word = |place: usize| shown.get(place).copied().unwrap_or("");
    Some(RobotDifference {
        replication: trace.replication,
        profile: profile.name.clone(),
        job: word(0).to_owned(),
        turn: word(1).parse().unwrap_or(0),
        cohort: word(2).to_owned(),
        robot: word(3).to_owned(),
        event: before
            .zip(now.clone())
            .and_then(|(before, now)| event(&before, &now)),
    })
}

/// The event that another robot has the turn.
const TURN: &str = "whose turn it is";

/// What events that differ are called.
pub fn events() -> Vec<&'static str> {
    std::iter::once(TURN)
        .chain(WORDS.into_iter().skip(IDENTITY))
        .collect()
}

/// The first event of a robot's line that differs.
fn event(before: &[&str], now: &[&str]) -> Option<Event> {
    let place = (0..WORDS.len()).find(|place| before.get(*place) != now.get(*place))?;
    if place < IDENTITY {
        let of_job = |words: &[&str]| {
            if place == 0 {
                format!(" of {}", words[0])
            } else {
                String::new()
            }
        };
        let named = |words: &[&str]| {
            words.get(..IDENTITY).map_or_else(String::new, |words| {
                format!("{} {}{}", words[2], words[3], of_job(words))
            })
        };
        return Some(Event {
            name: TURN,
            before: named(before),
            now: named(now),
        });
    }
    let shown = |words: &[&str]| match (words.get(place), canonical::is_time(place)) {
        (None, _) => "-".to_owned(),
        (Some(word), true) => word.parse::<u64>().map_or_else(
            |_| (*word).to_owned(),
            |ms| format!("{}", ms as f64 / 1000.0),
        ),
        (Some(word), false) => (*word).to_owned(),
    };
    Some(Event {
        name: WORDS[place],
        before: shown(before),
        now: shown(now),
    })
}
