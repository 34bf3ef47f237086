//! The walk over all settings: both percentages, times the values of `[tune.vary]`, under every profile that matters.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rollout::{Levels, SAMPLE};
use crate::scenario::{
    BASE, Direction, InRobots, Problems, Profile, Scenario, ScenarioFile, combinations,
};
use crate::stats::Estimate;
use crate::stats::{RankTable, Sampled};
use crate::study::columns::Parts;
use crate::study::limit::{
    Assessment, Columns, Gauge, Happening, Judge, Limit, Measure, Reach, Statistic,
};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::scheme::Scheme;
use crate::study::summary::{Statistics, Wanted};
use crate::study::tune::meaning::Meanings;
use crate::study::tune::{Aim, Asked};
use crate::study::{Metric, Watch};
use crate::theory::exact::FailureLaw;

/// What the Pareto front compares: the objective, the robots broken, false aborts.
pub(super) const CRITERIA: usize = 3;

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

/// What was found of one setting.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub objective: Estimate,
    /// By limit.
    pub limits: Vec<Assessment>,
    /// What the front compares, such that less is better: the objective, robots broken, the probability of a false abort.
    pub criteria: [f64; CRITERIA],
    /// Which of them were computed, not simulated.
    pub exact: [bool; CRITERIA],
    /// What tells it apart from other settings, as simulated.
    pub(super) sampled: [Arc<Sampled>; CRITERIA],
    /// Whether more of the objective is better.
    pub(super) maximises: bool,
}

impl Sheet {
    /// The one-sided p-value against "in this criterion it is no worse than the other"; `None` where the two do not differ as far as is
    /// known.
    pub(super) fn p_worse(&self, other: &Sheet, criterion: usize) -> Option<f64> {
        let (own, theirs) = (self.criteria[criterion], other.criteria[criterion]);
        if self.exact[criterion] && other.exact[criterion] {
            return (own != theirs).then_some(if own > theirs { 0.0 } else { 1.0 });
        }
        let (own, theirs) = (&self.sampled[criterion], &other.sampled[criterion]);
        if criterion == 0 && self.maximises {
            theirs.p_above(own)
        } else {
            own.p_above(theirs)
        }
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
    profiles: Vec<usize>,
    /// The robots broken that the front compares, by profile.
    broken: Vec<Measure>,
    reached: Measure,
    plan: Plan,
    wanted: Vec<Wanted>,
    metrics: Vec<&'static Metric>,
    /// By combination and profile, the law of the number of robots that fail, where it is known.
    laws: BTreeMap<(Option<usize>, usize), FailureLaw>,
    /// By setting, the first one that means the same robots.
    same_as: Vec<usize>,
}

/// A walk that was finished, or as far as it came.
pub struct Walk {
    /// By setting.
    pub sheets: Vec<Option<Arc<Sheet>>>,
    /// By setting, the first one that means the same robots.
    pub same_as: Vec<usize>,
    /// The profile whose broken robots the front compares: the one in which settings break most.
    pub worst: String,
    pub replications: u64,
}

/// What came of a setting as it was played: for every profile, by its place among those played, whose rules mean it.
struct Played {
    replications: u64,
    found: BTreeMap<usize, Found>,
}

/// What was found of a setting under one profile.
struct Found {
    /// With what tells it apart, as the others.
    objective: Option<(Estimate, Arc<Sampled>)>,
    limits: Vec<(usize, Assessment)>,
    broken: Option<(f64, Arc<Sampled>)>,
    reached: Option<(f64, Arc<Sampled>)>,
    /// The exact probability that the threshold is reached.
    known: Option<f64>,
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
        let mut problems = Problems::default();
        let names: Vec<String> = scenario
            .profiles
            .iter()
            .map(|profile| profile.name.clone())
            .collect();
        let mut combined = Vec::new();
        let mut checker = file.settings(&names);
        let aim = &asked.aim;
        for combination in combinations(&asked.vary) {
            if combination.is_empty() {
                combined.push(Combination {
                    values: Vec::new(),
                    profiles: scenario.profiles.clone(),
                });
                continue;
            }
            let values = combination
                .iter()
                .map(|(_, value)| value.text.clone())
                .collect();
            match checker.check(&combination) {
                Ok(profiles) => combined.push(Combination { values, profiles }),
                Err(found) => problems.extend(found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let percentages = percentages(step);
        let others: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| *name != BASE)
            .collect();
        let broken = if others.is_empty() {
            vec![names[0].as_str()]
        } else {
            others
        };
        let broken: Vec<Measure> = broken
            .into_iter()
            .map(|name| Measure::known(name, "broken_count", Statistic::Mean))
            .collect();
        let reached = Measure::known(
            &names[0],
            "threshold_reached",
            Statistic::Probability(Happening::Event),
        );
        let measures: Vec<&Measure> = aim
            .limits
            .iter()
            .map(|limit| &limit.measure)
            .chain(&broken)
            .chain([&aim.objective, &reached])
            .collect();
        let profiles: Vec<usize> = (0..names.len())
            .filter(|which| measures.iter().any(|m| m.profile == names[*which]))
            .collect();
        let mut metrics: Vec<&'static Metric> = Vec::new();
        for metric in measures.iter().flat_map(|measure| measure.metrics()) {
            if !metrics.iter().any(|known| std::ptr::eq(*known, metric)) {
                metrics.push(metric);
            }
        }
        // What a summary of one costs is estimated from a quantile.
        let wanted = metrics
            .iter()
            .map(|metric| Wanted {
                metric,
                statistics: Statistics::Only(&["p50"]),
            })
            .collect();
        let settings = settings(scenario, &combined, &percentages, &profiles);
        let same_as = same_as(&settings);
        let plan = plan(scenario, &combined, &settings, &same_as, &profiles);
        let knobs = asked.vary.iter().map(crate::scenario::Knob::key).collect();
        let combinations = combined;
        let laws = laws(aim, scenario, &combinations);
        Ok(Tuning {
            scenario,
            aim,
            knobs,
            percentages,
            step,
            combinations,
            settings,
            profiles,
            broken,
            reached,
            plan,
            wanted,
            metrics,
            laws,
            same_as,
        })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan if the percentages were walked in other steps.
    pub fn plan_in_steps(&self, step: u8) -> Plan {
        let settings = settings(
            self.scenario,
            &self.combinations,
            &percentages(step),
            &self.profiles,
        );
        plan(
            self.scenario,
            &self.combinations,
            &settings,
            &same_as(&settings),
            &self.profiles,
        )
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    pub(super) fn metrics(&self) -> &[&'static Metric] {
        &self.metrics
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
        let with = |which| {
            let profile = self.profile(setting.combination, which);
            Profile {
                rules: profile.rules.at(setting.levels),
                ..profile.clone()
            }
        };
        (0..self.scenario.profiles.len()).map(with).collect()
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
    fn profile(&self, combination: Option<usize>, which: usize) -> &Profile {
        combination.map_or(&self.scenario.profiles[which], |combination| {
            &self.combinations[combination].profiles[which]
        })
    }

    /// Of what has been played, the settings that were watched longer than others.
    pub fn watched_longer(&self) -> Option<WatchedLonger> {
        self.plan.watched_longer()
    }

    /// Whether nothing is left to chance in any setting that is played.
    pub fn is_certain(&self) -> bool {
        let combinations = std::iter::once(None).chain((0..self.combinations.len()).map(Some));
        combinations
            .flat_map(|combination| {
                self.profiles
                    .iter()
                    .map(move |which| self.profile(combination, *which))
            })
            .all(|profile| Reach::of(profile).is_certain())
    }

    /// Plays every setting.
    pub fn play(&self, parts: &Parts, replications: u64, watch: &impl Watch) -> Walk {
        let n_settings = self.settings.len();
        let found = self.plan.play_with(
            parts,
            &self.wanted,
            replications,
            watch,
            |n| (n as u64, self.instruments(n)),
            |(n, instruments), rows, _, columns| {
                let columns = Columns::new(&self.metrics, columns);
                let mut profiles: Vec<(usize, usize)> = rows
                    .iter()
                    .map(|row| (row / n_settings, row % n_settings))
                    .collect();
                profiles.dedup_by_key(|(profile, _)| *profile);
                let each = profiles.into_iter().map(|(which, setting)| {
                    (which, self.found(instruments, which, setting, &columns))
                });
                Played {
                    replications: *n,
                    found: each.collect(),
                }
            },
        );
        let played = found
            .iter()
            .flatten()
            .map(|result| result.replications)
            .min()
            .unwrap_or(0);
        let worst = self.worst(&found, n_settings);
        let sheet = |setting: usize| {
            let results: Option<Vec<&Found>> = (0..self.profiles.len())
                .map(|which| {
                    found[which * n_settings + setting]
                        .as_ref()
                        .and_then(|result| result.found.get(&which))
                })
                .collect();
            results.map(|results| Arc::new(self.sheet(&results, &worst)))
        };
        let same_as = self.same_as.clone();
        let mut sheets: Vec<Option<Arc<Sheet>>> = Vec::with_capacity(n_settings);
        for which in 0..n_settings {
            sheets.push(if same_as[which] == which {
                sheet(which)
            } else {
                sheets[same_as[which]].clone()
            });
        }
        Walk {
            sheets,
            same_as,
            worst,
            replications: played,
        }
    }

    /// What is applied to the settings of each combination, by profile played: what can come of it depends on what is varied.
    fn instruments(&self, replications: usize) -> InstrumentsOf<'_> {
        let combinations = std::iter::once(None).chain((0..self.combinations.len()).map(Some));
        let of_profiles = |combination: Option<usize>| {
            let of = move |(place, which): (usize, &usize)| {
                (
                    (combination, place),
                    Instruments::new(self, self.profile(combination, *which), replications),
                )
            };
            self.profiles.iter().enumerate().map(of)
        };
        combinations.flat_map(of_profiles).collect()
    }

    fn found(
        &self,
        instruments: &InstrumentsOf,
        which: usize,
        setting: usize,
        columns: &Columns,
    ) -> Found {
        let setting = &self.settings[setting];
        let instruments = &instruments[&(setting.combination, which)];
        let profile = self.profile(setting.combination, self.profiles[which]);
        let n = profile.world.fleet.robots();
        let known = self.known(profile, setting);
        let value = |measure: &Measure| {
            let sampled = || Arc::new(measure.sampled(columns, &instruments.reach, None));
            (measure.profile == profile.name).then(|| (measure.value(columns, n), sampled()))
        };
        let objective = || {
            Arc::new(self.aim.objective.sampled(
                columns,
                &instruments.reach,
                instruments.ranks.as_ref(),
            ))
        };
        Found {
            objective: instruments
                .objective(columns, known)
                .map(|estimate| (estimate, objective())),
            limits: instruments.limits(columns, known),
            broken: self.broken.iter().find_map(value),
            reached: value(&self.reached),
            known,
        }
    }

    /// The exact probability that the threshold is reached, where it is known.
    fn known(&self, profile: &Profile, setting: &TuneSetting) -> Option<f64> {
        let which = self
            .scenario
            .profiles
            .iter()
            .position(|known| known.name == profile.name)?;
        let law = self.laws.get(&(setting.combination, which))?;
        let rules = profile.rules.at(setting.levels);
        law.reached(&rules.setting(profile.world.fleet.robots()))
            .ok()?
            .exact()
    }

    /// Whether what a limit bounds is known exactly, but where a job may be cut off.
    pub fn knows(&self, limit: &Limit) -> bool {
        let which = self
            .scenario
            .profiles
            .iter()
            .position(|profile| profile.name == limit.measure.profile);
        let known = |which| {
            (0..self.combinations.len())
                .all(|combination| self.laws.contains_key(&(Some(combination), which)))
        };
        limit.measure.is_threshold_reached() && which.is_some_and(known)
    }

    /// The profile in which settings break the most robots, as a share of its fleet, at the worst.
    fn worst(&self, found: &[Option<Arc<Played>>], n_settings: usize) -> String {
        let most = |measure: &Measure| {
            let which = self
                .profiles
                .iter()
                .position(|which| self.scenario.profiles[*which].name == measure.profile);
            let Some(which) = which else {
                return f64::NEG_INFINITY;
            };
            let n = f64::from(
                self.scenario.profiles[self.profiles[which]]
                    .world
                    .fleet
                    .robots(),
            );
            let broken = found[which * n_settings..(which + 1) * n_settings]
                .iter()
                .flatten();
            let broken = broken.filter_map(|result| {
                result
                    .found
                    .get(&which)?
                    .broken
                    .as_ref()
                    .map(|(broken, _)| broken / n)
            });
            broken.fold(f64::NEG_INFINITY, f64::max)
        };
        let worst = self.broken.iter().reduce(|worst, other| {
            if most(other) > most(worst) {
                other
            } else {
                worst
            }
        });
        worst.expect("some profile is played").profile.clone()
    }

    fn sheet(&self, found: &[&Found], worst: &str) -> Sheet {
        let (objective, sampled) = found
            .iter()
            .find_map(|found| found.objective.clone())
            .expect("its profile is played");
        let mut limits: Vec<(usize, Assessment)> = found
            .iter()
            .flat_map(|found| found.limits.iter().copied())
            .collect();
        limits.sort_by_key(|(limit, _)| *limit);
        let which = self
            .profiles
            .iter()
            .position(|which| self.scenario.profiles[*which].name == worst);
        let broken = found[which.expect("it was played")]
            .broken
            .clone()
            .expect("it was measured");
        let of_first = found
            .iter()
            .find(|found| found.reached.is_some())
            .expect("the first profile is played");
        let reached = of_first.reached.clone().expect("it was just found");
        let of_objective = found
            .iter()
            .find(|found| found.objective.is_some())
            .expect("its profile is played");
        let is_exact = self.aim.objective.is_threshold_reached() && of_objective.known.is_some();
        Sheet {
            objective,
            limits: limits
                .into_iter()
                .map(|(_, assessment)| assessment)
                .collect(),
            criteria: [
                self.aim.cost(objective.value),
                broken.0,
                of_first.known.unwrap_or(reached.0),
            ],
            exact: [is_exact, false, of_first.known.is_some()],
            sampled: [sampled, broken.1, reached.1],
            maximises: self.aim.direction == Direction::Maximise,
        }
    }
}

/// By combination and profile played.
type InstrumentsOf<'a> = BTreeMap<(Option<usize>, usize), Instruments<'a>>;

/// What is applied to every setting of a profile.
pub(super) struct Instruments<'a> {
    aim: &'a Aim,
    reach: Reach,
    objective: Option<Gauge<'a>>,
    /// Of the objective, if it is a quantile.
    ranks: Option<Arc<RankTable>>,
    /// With the limit's place.
    judges: Vec<(usize, Judge<'a>)>,
}

impl<'a> Instruments<'a> {
    pub(super) fn new(
        tuning: &'a Tuning,
        profile: &Profile,
        replications: usize,
    ) -> Instruments<'a> {
        let Aim {
            objective,
            limits,
            confidence,
            ..
        } = tuning.aim;
        let own = limits
            .iter()
            .enumerate()
            .filter(|(_, limit)| limit.measure.profile == profile.name);
        let reach = Reach::of_any_setting(profile);
        Instruments {
            aim: tuning.aim,
            reach,
            ranks: objective.ranks(replications),
            objective: (objective.profile == profile.name)
                .then(|| Gauge::new(objective, reach, replications)),
            judges: own
                .map(|(which, limit)| (which, Judge::new(limit, reach, replications, *confidence)))
                .collect(),
        }
    }

    /// The objective, if it is of this profile; `known` is the exact probability that the threshold is reached.
    pub(super) fn objective(&self, columns: &Columns, known: Option<f64>) -> Option<Estimate> {
        let gauge = self.objective.as_ref()?;
        let known = known.filter(|_| self.aim.objective.is_threshold_reached());
        Some(match known {
            Some(value) => Estimate {
                value,
                lo: Some(value),
                hi: Some(value),
            },
            None => gauge.estimate(columns),
        })
    }

    /// What can be said of the limits on this profile, with their places.
    pub(super) fn limits(&self, columns: &Columns, known: Option<f64>) -> Vec<(usize, Assessment)> {
        let judged = self.judges.iter().map(|(limit, judge)| {
            let known = known.filter(|_| self.aim.limits[*limit].measure.is_threshold_reached());
            (
                *limit,
                known.map_or_else(|| judge.assess(columns), |known| judge.exactly(known)),
            )
        });
        judged.collect()
    }
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
    let measures = aim
        .limits
        .iter()
        .map(|limit| &limit.measure)
        .chain([&aim.objective]);
    let asked: Vec<&str> = measures
        .filter(|measure| measure.is_threshold_reached())
        .map(|measure| measure.profile.as_str())
        .collect();
    let wanted =
        |which: &usize| *which == 0 || asked.contains(&scenario.profiles[*which].name.as_str());
    let wanted: Vec<usize> = (0..scenario.profiles.len()).filter(wanted).collect();
    let file = [(None, &scenario.profiles)];
    let all = file.into_iter().chain(
        (0..)
            .map(Some)
            .zip(combinations.iter().map(|combination| &combination.profiles)),
    );
    let law = |(combination, profiles): (Option<usize>, &Vec<Profile>), which: usize| {
        let profile = profiles[which]
            .campaign
            .is_none()
            .then_some(&profiles[which])?;
        Some(((combination, which), FailureLaw::exactly_of(profile).ok()?))
    };
    all.flat_map(|profiles| wanted.iter().filter_map(move |which| law(profiles, *which)))
        .collect()
}

/// All settings: by combination, concurrency and threshold, and the service's sample.
fn settings(
    scenario: &Scenario,
    combined: &[Combination],
    percentages: &[u8],
    profiles: &[usize],
) -> Vec<TuneSetting> {
    let played = |all: &[Profile]| {
        Meanings::of(
            &profiles
                .iter()
                .map(|which| &all[*which])
                .collect::<Vec<&Profile>>(),
        )
    };
    let setting = |combination, meanings: &Meanings, levels: Levels| TuneSetting {
        combination,
        levels,
        concurrency: meanings.concurrency(levels.concurrency),
        threshold: meanings.threshold(levels.threshold),
    };
    let mut settings = Vec::new();
    for (number, combination) in combined.iter().enumerate() {
        let meanings = played(&combination.profiles);
        for concurrency in percentages {
            let levels = percentages.iter().map(|threshold| Levels {
                concurrency: *concurrency,
                threshold: *threshold,
            });
            settings.extend(levels.map(|levels| setting(Some(number), &meanings, levels)));
        }
    }
    settings.push(setting(None, &played(&scenario.profiles), SAMPLE.1));
    settings
}

/// By setting, the first one that means the same robots.
fn same_as(settings: &[TuneSetting]) -> Vec<usize> {
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    let meaning =
        |setting: &TuneSetting| (setting.combination, setting.concurrency, setting.threshold);
    settings
        .iter()
        .enumerate()
        .map(|(which, setting)| *first.entry(meaning(setting)).or_insert(which))
        .collect()
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
            let setting = &settings[*same];
            let profile = setting
                .combination
                .map_or(&scenario.profiles[*which], |combination| {
                    &combined[combination].profiles[*which]
                });
            let world = *known
                .entry(setting.combination)
                .or_insert_with(|| worlds.number(*which, profile.world.clone()));
            let rules = profile.rules.at(setting.levels);
            rows.push((
                world,
                Scheme::new(
                    &rules,
                    profile.campaign.as_ref(),
                    profile.world.fleet.robots(),
                ),
            ));
        }
    }
    Plan::new(worlds.distinct, rows)
}
