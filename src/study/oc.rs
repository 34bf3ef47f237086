//! The operating characteristic of settings: what each does to a release, over the probability that a script fails.
//!
//! One chart answers the threshold question: how likely a release is stopped, and how many robots it reaches and breaks until then, from
//! releases as good as hoped for to hopeless ones, under the setting in the file and under others. All of them use the same
//! random numbers: a robot whose script fails at a probability fails at every greater one. What can be [computed](super::exact) is, and beside every
//! setting stands what the [best rule there is](crate::theory::OptimumLine) would do with its window.

mod free;
mod jumps;
mod optimum;
mod robot;
mod script;

use std::sync::Arc;

use rayon::prelude::*;

pub use jumps::{finer, rounded};
pub use optimum::{Line, NoOptimum};
pub use script::{likeliest_script, mean_failure, scripts_of};

use crate::model::{Probability, ScriptStep, World};
use crate::rollout::{Levels, Rules};
use crate::scenario::{InRobots, Profile};
use crate::stats::Estimate;
use crate::study::columns::{Parts, Summary, finished};
use crate::study::place_in;
use crate::study::plan::Plan;
use crate::study::scheme::Scheme;
use crate::study::summary::{Statistics, Wanted, summary_of};
use crate::study::{Metric, Watch};
use crate::theory::exact::Exactness;
use crate::theory::{Operating, OptimumLine, operating};
use free::outcome_free;
use robot::RobotChances;

/// The metrics recorded of each replication, and the statistic of each: all that the study shows.
const SHOWN: [(&str, &[&str]); 5] = [
    ("threshold_reached", &[""]),
    ("stopped", &[""]),
    ("exposed_count", &["mean"]),
    ("broken_count", &["mean"]),
    ("time_to_stop_s", &["p50", "p_never"]),
];

/// What is recorded of each replication.
pub fn oc_wanted() -> [Wanted; SHOWN.len()] {
    SHOWN.map(|(name, statistics)| Wanted {
        metric: Metric::named(name),
        statistics: Statistics::Only(statistics),
    })
}

/// A pair of percentages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OcSetting {
    pub levels: Levels,
    /// None where the number of robots of the main job is not known before it is played.
    pub in_robots: Option<InRobots>,
}

/// What tells a good release from a bad one, and how often a good one may be stopped by the optimum line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hypotheses {
    /// Probabilities that the script fails.
    pub good: f64,
    pub bad: f64,
    pub error: f64,
}

/// An operating characteristic to be played.
pub struct Oc {
    pub script: ScriptStep,
    pub hypotheses: Hypotheses,
    /// The setting in the file first.
    pub settings: Vec<OcSetting>,
    /// That the script fails; ascending, those of the hypotheses among them.
    pub probabilities: Vec<f64>,
    /// Robots in the fleet.
    pub n: u32,
    profile: Profile,
    plan: Plan,
    wanted: Vec<Wanted>,
}

/// What one setting does at one probability.
pub struct OcRow {
    /// Its place in [`Oc::settings`].
    pub setting: OcSetting,
    pub p: f64,
    /// As simulated.
    pub result: Arc<Summary>,
    pub threshold_reached: Exactness,
    /// What is exact of the rest, where durations do not depend on outcomes.
    pub exact: Option<Operating>,
    /// What the optimum line would do to robots deployed one at a time: the best there is. It counts the failures that the setting
    /// counts, or there is none.
    pub optimum: Result<Line, NoOptimum>,
    /// What the same line would do with the window of the setting, where durations do not depend on outcomes. It stops no more good
    /// releases, but other rules may be better: it counts robots in flight as not failed.
    pub line: Option<Line>,
}

impl OcRow {
    /// A statistic as simulated.
    pub fn simulated(&self, metric: &str, statistic: &str) -> Estimate {
        summary_of(&self.result.metrics, metric).get(statistic)
    }

    /// The mean number of robots exposed: computed if it can be, else simulated.
    pub fn exposed(&self) -> f64 {
        self.exact.map_or_else(
            || self.simulated("exposed_count", "mean").value,
            |exact| exact.started,
        )
    }
}

impl Oc {
    /// The study of a profile whose cohorts have the script at least once: at these probabilities and those of the hypotheses, under the
    /// profile's own percentages and these pairs of concurrency and threshold.
    pub fn new(
        profile: &Profile,
        script: ScriptStep,
        hypotheses: Hypotheses,
        pairs: &[(u8, u8)],
        probabilities: &[f64],
    ) -> Oc {
        let n = profile.world.fleet.robots();
        let mut all = vec![profile.rules.levels()];
        for &(concurrency, threshold) in pairs {
            place_in(
                &mut all,
                Levels {
                    concurrency,
                    threshold,
                },
            );
        }
        let played: Vec<Rules> = all.iter().map(|levels| profile.rules.at(*levels)).collect();
        let settings = played.iter().map(|rules| OcSetting {
            levels: rules.levels(),
            in_robots: profile.in_robots(rules),
        });
        let mut probabilities = [probabilities, &[hypotheses.good, hypotheses.bad]].concat();
        probabilities.sort_by(f64::total_cmp);
        probabilities.dedup();
        let worlds = probabilities
            .iter()
            .map(|p| world_at(&profile.world, script, *p))
            .collect();
        let rows = played.iter().flat_map(|rules| {
            let scheme = Scheme::new(rules, profile.campaign.as_ref(), n);
            (0..probabilities.len()).map(move |world| (world, scheme.clone()))
        });
        let rows = rows.collect();
        Oc {
            script,
            hypotheses,
            settings: settings.collect(),
            n,
            profile: profile.clone(),
            plan: Plan::new(worlds, rows),
            probabilities,
            wanted: oc_wanted().to_vec(),
        }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn plan_mut(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The number of settings at all probabilities.
    pub fn rows(&self) -> usize {
        self.settings.len() * self.probabilities.len()
    }

    /// The chances of a robot at a probability that the script fails.
    fn robot(&self, p: f64) -> RobotChances {
        RobotChances::of(&world_at(&self.profile.world, self.script, p))
    }

    /// Plays every setting at every probability: rows by setting, then by probability.
    pub fn play(&self, parts: &Parts, replications: u64, watch: &impl Watch) -> Vec<OcRow> {
        let results = self.plan.play(parts, &self.wanted, replications, watch);
        let exact = self.plan.exact_tails(finished(&results));
        let (good, bad) = (
            self.robot(self.hypotheses.good),
            self.robot(self.hypotheses.bad),
        );
        let line = optimum::line(&self.profile, self.script, self.hypotheses, (good, bad));
        let lines = line
            .as_ref()
            .map_or_else(|_| Vec::new(), |line| self.lines(*line));
        let none = line.err().unwrap_or(NoOptimum::Alike);
        let whole_fleet = self.profile.main_robots() == Some(self.n);
        let cases = self
            .settings
            .iter()
            .flat_map(|setting| self.probabilities.iter().map(|p| (*setting, *p)));
        let rows: Vec<_> = cases.zip(results).zip(exact).collect();
        let rows = rows
            .into_par_iter()
            .map(|(((setting, p), result), threshold_reached)| {
                let exact = self.free_of_time(setting, p, &threshold_reached);
                let same = optimum::counts_the_same(&threshold_reached, self.robot(p));
                let window = setting
                    .in_robots
                    .filter(|_| whole_fleet && exact.is_some())
                    .map(|robots| robots.window);
                Some(OcRow {
                    setting,
                    p,
                    result: result?,
                    exact,
                    threshold_reached,
                    optimum: same.and_then(|()| line_at(&lines, 1, p).ok_or_else(|| none.clone())),
                    line: window.and_then(|window| line_at(&lines, window, p)),
                })
            });
        let rows: Vec<Option<OcRow>> = rows.collect();
        rows.into_iter().flatten().collect()
    }

    /// What a line does at every probability with a window of one and with those of the settings.
    fn lines(&self, line: OptimumLine) -> Vec<((u32, f64), Line)> {
        let mut windows: Vec<u32> = self
            .settings
            .iter()
            .filter_map(|setting| setting.in_robots)
            .map(|robots| robots.window)
            .chain([1])
            .collect();
        windows.sort_unstable();
        windows.dedup();
        let keys = windows
            .into_iter()
            .flat_map(|window| self.probabilities.iter().map(move |p| (window, *p)));
        let keys: Vec<(u32, f64)> = keys.collect();
        keys.into_par_iter()
            .map(|(window, p)| ((window, p), self.under(line, window, p)))
            .collect()
    }

    fn free_of_time(&self, setting: OcSetting, p: f64, reached: &Exactness) -> Option<Operating> {
        let world = world_at(&self.profile.world, self.script, p);
        let applies = reached.is_ok() && outcome_free(&world, &self.profile.rules, self.script);
        let InRobots {
            window,
            failures_to_stop,
        } = setting.in_robots.filter(|_| applies)?;
        let failures_to_stop = failures_to_stop.unwrap_or(u32::MAX);
        Some(operating(self.n.into(), window.into(), p, |_| {
            failures_to_stop.into()
        }))
    }

    /// What a line does to robots that fail as they do at a probability, if time plays no part.
    fn under(&self, line: OptimumLine, window: u32, p: f64) -> Line {
        let begins = 1.0 - self.profile.rules.setting(1).faulty();
        optimum::under(line, self.n, window, self.robot(p), begins)
    }
}

/// What a line does with a window at a probability, among what it does at all of them.
fn line_at(lines: &[((u32, f64), Line)], window: u32, p: f64) -> Option<Line> {
    let mut lines = lines.iter();
    lines
        .find(|(key, _)| *key == (window, p))
        .map(|(_, line)| *line)
}

/// The world in which the script fails with a probability, in all cohorts that have it.
fn world_at(world: &World, script: ScriptStep, p: f64) -> World {
    let mut world = world.clone();
    for cohort in &mut world.fleet.cohorts {
        if let Some(script) = &mut cohort.scripts[script] {
            script.failure = Probability::Constant(p);
        }
    }
    world
}
