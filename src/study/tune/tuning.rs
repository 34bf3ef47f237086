//! A tuning to be played: the settings that it walks, both percentages times the values of `[tune.vary]`, under every profile that
//! matters.

use std::collections::BTreeMap;

use crate::rollout::{Levels, SAMPLE};
use crate::scenario::{
    BASE, InRobots, Knob, Problems, Profile, Scenario, ScenarioFile, combinations,
};
use crate::study::Metric;
use crate::study::limit::{Happening, Limit, Measure, Reach, Statistic};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::scheme::Scheme;
use crate::study::summary::{Statistics, Wanted};
use crate::study::tune::meaning::Meanings;
use crate::study::tune::{Aim, Asked};
use crate::theory::exact::FailureLaw;

/// The values of `[tune.vary]` that go together, and what the profiles are under them.
pub struct Combination {
    /// By knob.
    pub values: Vec<String>,
    pub profiles: Vec<Profile>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TuneSetting {
    /// Its place in [`Tuning::combinations`]; what the file says if that is none of them.
    pub combination: Option<usize>,
    pub levels: Levels,
    /// From which to which percentage a setting means the same robots in every job, by axis.
    pub concurrency: (u8, u8),
    pub threshold: (u8, u8),
}

impl TuneSetting {
    fn new(combination: Option<usize>, levels: Levels, meanings: &Meanings) -> TuneSetting {
        TuneSetting {
            combination,
            levels,
            concurrency: meanings.concurrency(levels.concurrency),
            threshold: meanings.threshold(levels.threshold),
        }
    }

    /// Equal for settings of one trajectory, which mean the same robots at a time in every profile.
    pub(super) fn trajectory(&self) -> (Option<usize>, (u8, u8)) {
        (self.combination, self.concurrency)
    }
}

/// A tuning to be played.
pub struct Tuning<'a> {
    pub scenario: &'a Scenario,
    pub aim: &'a Aim,
    /// The keys of `[tune.vary]`.
    pub knobs: Vec<String>,
    /// The percentages on both axes, ascending, and the step that made them.
    pub percentages: Vec<u8>,
    pub step: u8,
    pub combinations: Vec<Combination>,
    /// By combination, concurrency and threshold; the service's sample comes last.
    pub settings: Vec<TuneSetting>,
    /// The profiles played, by their place in the scenario.
    pub(super) profiles: Vec<usize>,
    /// The robots broken that the front compares, by profile.
    pub(super) broken: Vec<Measure>,
    pub(super) reached: Measure,
    pub(super) plan: Plan,
    pub(super) wanted: Vec<Wanted>,
    pub(super) metrics: Vec<&'static Metric>,
    /// By combination and place in the scenario, the law of the number of robots that fail, where it is known.
    laws: BTreeMap<(Option<usize>, usize), FailureLaw>,
    /// By setting, the first one that means the same robots.
    pub(super) same_as: Vec<usize>,
}

impl<'a> Tuning<'a> {
    /// The tuning of a scenario whose `[tune]` asks for this, over the multiples of `step` up to 100 and the least percentages.
    ///
    /// # Errors
    /// What is wrong with values of `[tune.vary]` together.
    pub fn new(
        file: &ScenarioFile,
        scenario: &'a Scenario,
        asked: &'a Asked,
        step: u8,
    ) -> Result<Tuning<'a>, Problems> {
        let aim = &asked.aim;
        let names: Vec<String> = scenario
            .profiles
            .iter()
            .map(|profile| profile.name.clone())
            .collect();
        let combinations = combined(file, scenario, &names, &asked.vary)?;
        let broken: Vec<Measure> = names
            .iter()
            .filter(|name| *name != BASE || names.len() == 1)
            .map(|name| Measure::known(name, "broken_count", Statistic::Mean))
            .collect();
        let event = Statistic::Probability(Happening::Event);
        let reached = Measure::known(&names[0], "threshold_reached", event);
        let measures: Vec<&Measure> = aim.measures().chain(&broken).chain([&reached]).collect();
        let profiles: Vec<usize> = (0..names.len())
            .filter(|which| {
                measures
                    .iter()
                    .any(|measure| measure.profile == names[*which])
            })
            .collect();
        let mut metrics: Vec<&'static Metric> = Vec::new();
        for metric in measures.iter().flat_map(|measure| measure.metrics()) {
            if !metrics.iter().any(|known| std::ptr::eq(*known, metric)) {
                metrics.push(metric);
            }
        }
        // What a summary of one costs is estimated from a quantile.
        let statistics = Statistics::Only(&["p50"]);
        let wanted = metrics
            .iter()
            .map(|metric| Wanted { metric, statistics })
            .collect();
        let Grid {
            settings,
            same_as,
            plan,
        } = Grid::new(scenario, &combinations, step, &profiles);
        Ok(Tuning {
            scenario,
            aim,
            knobs: asked.vary.iter().map(Knob::key).collect(),
            percentages: percentages(step),
            step,
            laws: laws(aim, scenario, &combinations),
            combinations,
            settings,
            profiles,
            broken,
            reached,
            plan,
            wanted,
            metrics,
            same_as,
        })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan if the percentages were walked in other steps.
    pub fn plan_in_steps(&self, step: u8) -> Plan {
        Grid::new(self.scenario, &self.combinations, step, &self.profiles).plan
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The profiles played, by their place in the scenario.
    pub fn profiles(&self) -> &[usize] {
        &self.profiles
    }

    /// How many settings are on the axes, which are those to choose from; the service's sample is the one after them.
    pub fn on_axes(&self) -> usize {
        self.settings.len() - 1
    }

    /// How many of them mean different robots.
    pub fn distinct(&self) -> usize {
        (0..self.on_axes())
            .filter(|which| self.same_as[*which] == *which)
            .count()
    }

    pub fn sample(&self) -> usize {
        self.settings.len() - 1
    }

    /// Whether the service's sample means the same robots as a setting with the file's own values.
    pub fn is_sample(&self, setting: usize) -> bool {
        let (own, sample) = (&self.settings[setting], &self.settings[self.sample()]);
        let of_file = own.combination.is_none_or(|combination| {
            self.combinations[combination].profiles == self.scenario.profiles
        });
        of_file && (own.concurrency, own.threshold) == (sample.concurrency, sample.threshold)
    }

    /// The profiles as a setting has them.
    pub fn profiles_of(&self, setting: &TuneSetting) -> Vec<Profile> {
        let profiles = profiles_in(self.scenario, &self.combinations, setting.combination);
        let changed = profiles.iter().map(|profile| Profile {
            rules: profile.rules.at(setting.levels),
            ..profile.clone()
        });
        changed.collect()
    }

    /// What a setting means in robots in the first profile, where that is known.
    pub fn in_robots(&self, setting: usize) -> Option<InRobots> {
        let setting = &self.settings[setting];
        let profile = self.profile(setting.combination, 0);
        profile.in_robots(&profile.rules.at(setting.levels))
    }

    /// How many robots the only job is for, or the main job, under a setting in the first profile, where that is known.
    pub fn main_robots(&self, setting: usize) -> Option<u32> {
        self.profile(self.settings[setting].combination, 0)
            .main_robots()
    }

    /// A profile under the values of `[tune.vary]`, by its place in the scenario.
    pub(super) fn profile(&self, combination: Option<usize>, which: usize) -> &Profile {
        &profiles_in(self.scenario, &self.combinations, combination)[which]
    }

    /// What the file says, and every combination.
    pub(super) fn with_file(&self) -> impl Iterator<Item = Option<usize>> + use<> {
        with_file(&self.combinations)
    }

    /// Of what has been played, the settings that were watched longer than others.
    pub fn watched_longer(&self) -> Option<WatchedLonger> {
        self.plan.watched_longer()
    }

    /// Whether nothing is left to chance in any setting that is played.
    pub fn is_certain(&self) -> bool {
        self.with_file().all(|combination| {
            let mut profiles = self.profiles.iter();
            profiles.all(|which| Reach::of(self.profile(combination, *which)).is_certain())
        })
    }

    /// The exact probability that the threshold is reached under a profile, by its place in the scenario, where it is known.
    pub(super) fn known(&self, which: usize, setting: &TuneSetting) -> Option<f64> {
        let law = self.laws.get(&(setting.combination, which))?;
        let profile = self.profile(setting.combination, which);
        let rules = profile.rules.at(setting.levels);
        law.reached(&rules.setting(profile.world.fleet.robots()))
            .ok()?
            .exact()
    }

    /// Whether what a limit bounds is known exactly, but where a job may be cut off.
    pub fn knows(&self, limit: &Limit) -> bool {
        let Limit { measure, .. } = limit;
        let mut profiles = self.scenario.profiles.iter();
        let which = profiles.position(|profile| profile.name == measure.profile);
        measure.is_threshold_reached()
            && which.is_some_and(|which| {
                let mut all = 0..self.combinations.len();
                all.all(|combination| self.laws.contains_key(&(Some(combination), which)))
            })
    }
}

/// Every combination of the values of `[tune.vary]`, with the profiles as they are under it.
fn combined(
    file: &ScenarioFile,
    scenario: &Scenario,
    names: &[String],
    vary: &[Knob],
) -> Result<Vec<Combination>, Problems> {
    let mut problems = Problems::default();
    let mut combined = Vec::new();
    let mut checker = file.settings(names);
    for combination in combinations(vary) {
        let checked = match combination.as_slice() {
            [] => Ok(scenario.profiles.clone()),
            values => checker.check(values),
        };
        match checked {
            Ok(profiles) => combined.push(Combination {
                values: combination
                    .iter()
                    .map(|(_, value)| value.text.clone())
                    .collect(),
                profiles,
            }),
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        Err(problems)
    } else {
        Ok(combined)
    }
}

/// The scenario's profiles under the values of `[tune.vary]`, or as the file has them.
fn profiles_in<'a>(
    scenario: &'a Scenario,
    combinations: &'a [Combination],
    combination: Option<usize>,
) -> &'a [Profile] {
    combination.map_or(&scenario.profiles, |combination| {
        &combinations[combination].profiles
    })
}

fn with_file(combinations: &[Combination]) -> impl Iterator<Item = Option<usize>> + use<> {
    std::iter::once(None).chain((0..combinations.len()).map(Some))
}

/// The percentages of both axes: a step leaves the least ones in, where one more robot at a time makes the most difference.
fn percentages(step: u8) -> Vec<u8> {
    const KEPT: u8 = 3;
    (1..=100)
        .filter(|percentage| percentage % step == 0 || *percentage <= KEPT)
        .collect()
}

/// The laws that answer how likely the threshold is reached: under the first profile, whose false aborts are compared, and those whose
/// limits or objective ask for it.
fn laws(
    aim: &Aim,
    scenario: &Scenario,
    combinations: &[Combination],
) -> BTreeMap<(Option<usize>, usize), FailureLaw> {
    let mut laws = BTreeMap::new();
    for combination in with_file(combinations) {
        let profiles = profiles_in(scenario, combinations, combination);
        for (which, profile) in profiles.iter().enumerate() {
            let mut measures = aim
                .measures()
                .filter(|measure| measure.is_threshold_reached());
            let is_asked = which == 0 || measures.any(|measure| measure.profile == profile.name);
            if is_asked
                && profile.campaign.is_none()
                && let Ok(law) = FailureLaw::exactly_of(profile)
            {
                laws.insert((combination, which), law);
            }
        }
    }
    laws
}

/// The settings of a tuning and what they share.
struct Grid {
    settings: Vec<TuneSetting>,
    same_as: Vec<usize>,
    plan: Plan,
}

impl Grid {
    /// All settings in steps of some percent, for the profiles that are played.
    fn new(scenario: &Scenario, combined: &[Combination], step: u8, played: &[usize]) -> Grid {
        let percentages = percentages(step);
        let mut settings = Vec::new();
        for (number, combination) in combined.iter().enumerate() {
            let meanings = Meanings::of(&combination.profiles, played);
            for concurrency in percentages.iter().copied() {
                settings.extend(percentages.iter().map(|&threshold| {
                    TuneSetting::new(
                        Some(number),
                        Levels {
                            concurrency,
                            threshold,
                        },
                        &meanings,
                    )
                }));
            }
        }
        let meanings = Meanings::of(&scenario.profiles, played);
        settings.push(TuneSetting::new(None, SAMPLE.1, &meanings));
        let mut first: BTreeMap<_, usize> = BTreeMap::new();
        let same_as: Vec<usize> = settings
            .iter()
            .enumerate()
            .map(|(which, it)| {
                let meaning = (it.combination, it.concurrency, it.threshold);
                *first.entry(meaning).or_insert(which)
            })
            .collect();
        Grid {
            plan: plan(scenario, combined, &settings, &same_as, played),
            settings,
            same_as,
        }
    }
}

/// The plan of the settings' rows: by profile played, then by setting. What means the same robots is played with the percentages of the first.
fn plan(
    scenario: &Scenario,
    combined: &[Combination],
    settings: &[TuneSetting],
    same_as: &[usize],
    profiles: &[usize],
) -> Plan {
    let mut worlds = Worlds::default();
    let mut rows = Vec::with_capacity(settings.len() * profiles.len());
    for which in profiles {
        let mut known: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for same in same_as {
            let TuneSetting {
                combination,
                levels,
                ..
            } = settings[*same];
            let profile = &profiles_in(scenario, combined, combination)[*which];
            let world = *known
                .entry(combination)
                .or_insert_with(|| worlds.number(*which, profile.world.clone()));
            let n = profile.world.fleet.robots();
            let rules = profile.rules.at(levels);
            rows.push((world, Scheme::new(&rules, profile.campaign.as_ref(), n)));
        }
    }
    Plan::new(worlds.distinct, rows)
}
