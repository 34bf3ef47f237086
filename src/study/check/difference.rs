//! The exact layer: whether a scenario still comes to what its baseline says, byte by byte, and where it first does not.

use crate::scenario::Scenario;
use crate::sim::MODEL_VERSION;
use crate::study::check::baseline::{self, Baseline, BaselineProfile, CHECKS, Trace};
use crate::study::check::canonical::{self, IDENTITY, WORDS};
use crate::study::check::centre::word;
use crate::study::check::take::{self, ProfileTake, Take};
use crate::study::metric::{METRICS, Metric};

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
    let mut parted = Vec::new();
    for (which, now) in take.profiles.iter().enumerate() {
        let Some(before) = baseline.profile(&now.name) else {
            continue;
        };
        let pairs = now
            .digests
            .iter()
            .zip(&before.digests.0)
            .take(replications as usize);
        let differing: Vec<u64> = (0..)
            .zip(pairs)
            .filter(|(_, (now, before))| baseline::hex(**now) != **before)
            .map(|(replication, _)| replication)
            .collect();
        if !differing.is_empty() {
            parted.push(Parted {
                which,
                now,
                before,
                differing,
            });
        }
    }
    let first = parted.iter().min_by_key(|parted| parted.differing[0]);
    let gone = baseline.profiles.iter().map(|before| &before.profile);
    let new = take.profiles.iter().map(|now| &now.name);
    Comparison {
        causes: causes(scenario, baseline),
        replications,
        differing: parted
            .iter()
            .map(|parted| (parted.now.name.clone(), parted.differing.len() as u64))
            .collect(),
        gone: gone
            .filter(|name| new.clone().all(|now| now != *name))
            .cloned()
            .collect(),
        new: new
            .clone()
            .filter(|name| baseline.profile(name).is_none())
            .cloned()
            .collect(),
        first: first.map(|it| First {
            replication: it.differing[0],
            profile: it.now.name.clone(),
            metrics: metrics(it.now, it.before, it.differing[0] as usize),
            robot: first_robot(scenario, &parted),
        }),
    }
}

/// A profile that differs.
struct Parted<'a> {
    /// Its place in the scenario.
    which: usize,
    now: &'a ProfileTake,
    before: &'a BaselineProfile,
    /// The replications that differ, at least one.
    differing: Vec<u64>,
}

/// The first robot that fares otherwise in the first traced replication that differs.
fn first_robot(scenario: &Scenario, parted: &[Parted]) -> Option<RobotDifference> {
    let traces = parted.iter().flat_map(|it| {
        let traces = it.before.traces.iter();
        let differing = traces.filter(|trace| it.differing.contains(&trace.replication));
        differing.map(|trace| (it.which, trace))
    });
    let mut traces: Vec<(usize, &Trace)> = traces.collect();
    traces.sort_by_key(|(_, trace)| trace.replication);
    let mut robots = traces
        .into_iter()
        .map(|(which, trace)| robot(scenario, which, trace));
    robots.find_map(|robot| robot)
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
    let zones = [baseline.time_zones.clone(), baseline::time_zones(scenario)];
    if zones[0] != zones[1] {
        let [before, now] = zones.map(|zones| zones.unwrap_or_else(|| "none".to_owned()));
        causes.push(Cause::TimeZones { before, now });
    }
    let mut unknown = baseline.metrics.0.clone();
    unknown.retain(|name| Metric::find(name).is_none());
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
    let places = now.len().min(CHECKS).max(trace.checks.len() / 2);
    let place = (0..places).find(|place| {
        let check = now
            .get(*place)
            .map(|line| String::from_iter(canonical::check(line)));
        check.as_deref() != trace.checks.get(2 * place..2 * place + 2)
    })?;
    let before: Option<Vec<&str>> = trace.lines.get(place).map(|line| line.split(' ').collect());
    let now: Option<Vec<&str>> = now.get(place).map(|line| line.split(' ').collect());
    let shown = now.as_ref().or(before.as_ref())?;
    let [job, turn, cohort, robot] =
        [0, 1, 2, 3].map(|place| shown.get(place).copied().unwrap_or("").to_owned());
    Some(RobotDifference {
        replication: trace.replication,
        profile: profile.name.clone(),
        job,
        turn: turn.parse().unwrap_or(0),
        cohort,
        robot,
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
        let [before, now] = [before, now].map(|words| identity(words, place == 0));
        return Some(Event {
            name: TURN,
            before,
            now,
        });
    }
    let [before, now] = [before, now].map(|words| match words.get(place) {
        None => "-".to_owned(),
        Some(word) => match word.parse::<u64>() {
            Ok(ms) if canonical::is_time(place) => format!("{}", ms as f64 / 1000.0),
            _ => (*word).to_owned(),
        },
    });
    Some(Event {
        name: WORDS[place],
        before,
        now,
    })
}

/// Whose line it is, with the job where that differs.
fn identity(words: &[&str], with_job: bool) -> String {
    match words.get(..IDENTITY) {
        None => String::new(),
        Some([job, _, cohort, robot]) if with_job => format!("{cohort} {robot} of {job}"),
        Some(words) => format!("{} {}", words[2], words[3]),
    }
}
