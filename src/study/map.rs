//! The decision map: every pair of the two knobs that every engine has, for every profile.
//!
//! Settings are made from the rules of a checked profile, so nothing is read or checked again. Percentages that mean the same numbers
//! of robots are played once and are rows of their own.

use std::sync::Arc;

use crate::rollout::{Levels, Rules};
use crate::scenario::{InRobots, Scenario};
use crate::stats::Estimate;
use crate::study::columns::{Summary, finished, is_whole};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::precision::{Attained, Until};
use crate::study::scheme::Scheme;
use crate::study::summary::{BRIEF, MetricSummary, Statistics, Wanted, summary_of};
use crate::study::{METRICS, Watch};
use crate::theory::exact::Exactness;

/// The metrics that a map keeps, in the order of columns; of each the statistics that the rows of a sweep have too.
pub const MAP_METRICS: [&str; 14] = [
    "time_to_50_s",
    "time_to_95_s",
    "job_duration_s",
    "threshold_reached",
    "stopped",
    "time_to_stop_s",
    "success_rate",
    "broken_count",
    "exposed_count",
    "never_started_count",
    "down_peak_count",
    "downtime_robot_s",
    "slot_s_total",
    "slot_s_offline",
];

/// The statistics whose precision counts, in every setting: those on the terminal.
const MAP_SHOWN: [(&str, &[&str]); 4] = [
    ("time_to_95_s", &["p50", "p95", "p_never"]),
    ("threshold_reached", &[""]),
    ("broken_count", &["mean"]),
    ("down_peak_count", &["mean"]),
];

/// The metrics of a map with their statistics.
pub static MAP_WANTED: [Wanted; MAP_METRICS.len()] = {
    let mut all = [Wanted {
        metric: &METRICS[0],
        statistics: Statistics::Only(&BRIEF),
    }; MAP_METRICS.len()];
    let mut i = 0;
    while i < all.len() {
        let mut metric = 0;
        while !same(METRICS[metric].name, MAP_METRICS[i]) {
            metric += 1;
        }
        all[i].metric = &METRICS[metric];
        i += 1;
    }
    all
};

/// Whether two names are equal, while compiling.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// A map to be played.
pub struct Map {
    /// The percentages on both axes, ascending.
    pub percentages: Vec<u8>,
    plan: Plan,
    rows: Vec<MapSetting>,
    /// Their names.
    profiles: Vec<String>,
}

/// One setting of one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapSetting {
    /// Its place in the scenario.
    pub profile: usize,
    pub levels: Levels,
    /// None where the number of robots of the main job is not known before it is played.
    pub in_robots: Option<InRobots>,
}

/// The results of one setting.
pub struct MapRow {
    pub setting: MapSetting,
    pub result: Arc<Summary>,
    /// The probability that the threshold is reached, where it is known.
    pub threshold_reached: Exactness,
}

impl MapRow {
    pub fn metrics(&self) -> &[MetricSummary] {
        &self.result.metrics
    }

    /// The probability that the threshold is reached or the rollout `stopped`, as it is known best: computed where that can be, and no
    /// rollout is stopped whose threshold is not reached.
    pub fn chance(&self, event: &str) -> Estimate {
        let simulated = summary_of(self.metrics(), event).get("");
        match (&self.threshold_reached, event) {
            (Ok(tail), "threshold_reached") => tail.estimate(),
            (Ok(tail), "stopped") => tail.bounds(simulated),
            _ => simulated,
        }
    }
}

/// A map that was played.
pub struct MapRun {
    pub percentages: Vec<u8>,
    /// By profile, concurrency and threshold; those that were not finished are left out.
    pub rows: Vec<MapRow>,
    /// By profile, its own setting, whether it is on the axes or not.
    pub own: Vec<Option<MapRow>>,
    /// How many replications each was to have in the end.
    pub asked: u64,
    /// What came of the precision asked for; none if none was, or after an interruption.
    pub attained: Option<Attained>,
    pub watched_longer: Option<WatchedLonger>,
}

impl Map {
    /// The map of a scenario at the multiples of `step` up to 100.
    pub fn new(scenario: &Scenario, step: u8) -> Map {
        let percentages: Vec<u8> = (1..=100)
            .filter(|percentage| percentage % step == 0)
            .collect();
        let mut worlds = Worlds::default();
        let mut settings: Vec<(usize, usize, Rules)> = Vec::new();
        let mut own = Vec::new();
        for (which, profile) in scenario.profiles.iter().enumerate() {
            let world = worlds.number(which, profile.world.clone());
            for concurrency in percentages.iter().copied() {
                settings.extend(percentages.iter().map(|&threshold| {
                    let levels = Levels {
                        concurrency,
                        threshold,
                    };
                    (which, world, profile.rules.at(levels))
                }));
            }
            own.push((which, world, profile.rules.clone()));
        }
        settings.append(&mut own);
        let (rows, cases) = settings
            .into_iter()
            .map(|(which, world, rules)| {
                let profile = &scenario.profiles[which];
                let n = profile.world.fleet.robots();
                let row = MapSetting {
                    profile: which,
                    levels: rules.levels(),
                    in_robots: profile.in_robots(&rules),
                };
                (
                    row,
                    (world, Scheme::new(&rules, profile.campaign.as_ref(), n)),
                )
            })
            .unzip();
        Map {
            percentages,
            plan: Plan::new(worlds.distinct, cases),
            rows,
            profiles: scenario
                .profiles
                .iter()
                .map(|profile| profile.name.clone())
                .collect(),
        }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn plan_mut(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// The number of settings on the axes of all profiles together.
    pub fn rows(&self) -> usize {
        self.rows.len() - self.profiles.len()
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &'static [Wanted] {
        &MAP_WANTED
    }

    /// Plays every setting, for a number of replications or until all that is shown is precise.
    pub fn play(self, until: impl Into<Until>, watch: &impl Watch) -> MapRun {
        let until = until.into();
        let (results, asked) = self.plan.play_until(&MAP_WANTED, &until, &MAP_SHOWN, watch);
        let on_axes = self.rows();
        let exact = self.plan.exact_tails(finished(&results));
        let complete = is_whole(&results, asked);
        let settings = self.rows.into_iter().zip(results).zip(exact);
        let mut rows: Vec<Option<MapRow>> = settings
            .map(|((setting, result), threshold_reached)| {
                Some(MapRow {
                    setting,
                    result: result?,
                    threshold_reached,
                })
            })
            .collect();
        let own = rows.split_off(on_axes);
        let rows: Vec<MapRow> = rows.into_iter().flatten().collect();
        // A profile's own setting counts once.
        let off_axes = own.iter().flatten().filter(|row| {
            let Levels {
                concurrency,
                threshold,
            } = row.setting.levels;
            ![concurrency, threshold]
                .iter()
                .all(|level| self.percentages.contains(level))
        });
        let all = rows.iter().chain(off_axes);
        let all = all.map(|row| (self.profiles[row.setting.profile].as_str(), row.metrics()));
        let attained = until.attained(&MAP_SHOWN, all);
        MapRun {
            attained: attained.filter(|_| complete),
            watched_longer: self.plan.watched_longer(),
            percentages: self.percentages,
            rows,
            own,
            asked,
        }
    }
}
