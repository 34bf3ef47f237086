//! The walk over all settings: both percentages, times the values of `[tune.vary]`, under every profile that matters.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::model::RoboMaker;
use crate::scenario::{BASE, InRobots, Problems, Profile, Scenario, ScenarioFile, combinations};
use crate::sim::Setting;
use crate::stats;
use crate::study::columns::Parts;
use crate::study::exact::FailureLaw;
use crate::study::limit::{Assessment, Columns, Gauge, Happening, Judge, Limit, Measure, Reach, Statistic};
use crate::study::plan::{Plan, Worlds};
use crate::study::scheme::Scheme;
use crate::study::summary::{Estimate, Statistics, Wanted};
use crate::study::tune::{Aim, Asked};
use crate::study::{Metric, Watch};

/// What the Pareto front compares: the objective, the robots broken, false aborts.
pub(super) const CRITERIA: usize = 3;

/// The percentages of the service's samples.
pub(super) const SAMPLE: (u8, u8) = (20, 25);

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
    pub concurrent_deployment_percentage: u8,
    pub failure_threshold_percentage: u8,
    /// By profile, *K* and *F* [robots].
    pub robots: Vec<(u32, u32)>,
}

/// What was found of one setting.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub objective: Estimate,
    /// By limit.
    pub limits: Vec<Assessment>,
    /// What the front compares, such that less is better: the objective, robots broken, the probability of a false abort.
    pub criteria: [f64; CRITERIA],
    /// The same by section of the replications.
    pub(super) sections: [Vec<f64>; CRITERIA],
}

/// A tuning to be played.
pub struct Tuning<'a> {
    pub scenario: &'a Scenario,
    pub aim: &'a Aim,
    /// The keys of `[tune.vary]`.
    pub knobs: Vec<String>,
    /// The percentages on both axes, ascending.
    pub percentages: Vec<u8>,
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
    objective: Option<(Estimate, Vec<f64>)>,
    limits: Vec<(usize, Assessment)>,
    broken: Option<(f64, Vec<f64>)>,
    reached: Option<(f64, Vec<f64>)>,
}

impl<'a> Tuning<'a> {
    /// The tuning of a scenario whose `[tune]` asks for this, over the multiples of `step` up to 100, to be played so often.
    ///
    /// # Errors
    /// What is wrong with values of `[tune.vary]` together.
    pub fn new(
        file: &ScenarioFile,
        scenario: &'a Scenario,
        asked: &'a Asked,
        step: u8,
        replications: u64,
    ) -> Result<Tuning<'a>, Problems> {
        let mut problems = Problems::default();
        let names: Vec<String> = scenario.profiles.iter().map(|profile| profile.name.clone()).collect();
        let mut combined = Vec::new();
        let mut checker = file.settings(&names);
        let aim = &asked.aim;
        for combination in combinations(&asked.vary) {
            if combination.is_empty() {
                combined.push(Combination { values: Vec::new(), profiles: scenario.profiles.clone() });
                continue;
            }
            let values = combination.iter().map(|(_, value)| value.text.clone()).collect();
            match checker.check(&combination) {
                Ok(profiles) => combined.push(Combination { values, profiles }),
                Err(found) => problems.extend(found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let percentages: Vec<u8> = (1..=100).filter(|percentage| percentage % step == 0).collect();
        let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != BASE).collect();
        let broken = if others.is_empty() { vec![names[0].as_str()] } else { others };
        let broken: Vec<Measure> = broken.into_iter().map(|name| Measure::known(name, "broken_count", Statistic::Mean)).collect();
        let reached = Measure::known(&names[0], "threshold_reached", Statistic::Probability(Happening::Event));
        let measures: Vec<&Measure> =
            aim.limits.iter().map(|limit| &limit.measure).chain(&broken).chain([&aim.objective, &reached]).collect();
        let profiles: Vec<usize> = (0..names.len()).filter(|which| measures.iter().any(|m| m.profile == names[*which])).collect();
        let mut metrics: Vec<&'static Metric> = Vec::new();
        for metric in measures.iter().flat_map(|measure| measure.metrics()) {
            if !metrics.iter().any(|known| std::ptr::eq(*known, metric)) {
                metrics.push(metric);
            }
        }
        // What a summary of one costs is estimated from a quantile.
        let wanted = metrics.iter().map(|metric| Wanted { metric, statistics: Statistics::Only(&["p50"]) }).collect();
        let (settings, plan) = settings(scenario, &combined, &percentages, &profiles);
        let knobs = asked.vary.iter().map(crate::scenario::Knob::key).collect();
        let combinations = combined;
        let laws = laws(aim, scenario, &combinations, replications);
        Ok(Tuning {
            scenario,
            aim,
            knobs,
            percentages,
            combinations,
            settings,
            profiles,
            broken,
            reached,
            plan,
            wanted,
            metrics,
            laws,
        })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
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

    pub fn sample(&self) -> usize {
        self.settings.len() - 1
    }

    /// The profiles as a setting has them.
    pub fn profiles_of(&self, setting: &TuneSetting) -> Vec<Profile> {
        let with = |which| {
            let profile = self.profile(setting.combination, which);
            Profile { rules: rules(&profile.rules, setting.percentages()), ..profile.clone() }
        };
        (0..self.scenario.profiles.len()).map(with).collect()
    }

    /// What a setting means in robots in the first profile, where that is known.
    pub fn in_robots(&self, setting: usize) -> Option<InRobots> {
        let setting = &self.settings[setting];
        let profile = self.profile(setting.combination, 0);
        profile.in_robots(&rules(&profile.rules, setting.percentages()))
    }

    /// How many robots the only job is for, or the main job, under a setting in the first profile, where that is known.
    pub fn main_robots(&self, setting: usize) -> Option<u32> {
        self.profile(self.settings[setting].combination, 0).main_robots()
    }

    /// A profile under the values of `[tune.vary]`, by its place in the scenario.
    fn profile(&self, combination: Option<usize>, which: usize) -> &Profile {
        combination.map_or(&self.scenario.profiles[which], |combination| &self.combinations[combination].profiles[which])
    }

    /// Plays every setting.
    pub fn play(&self, parts: &Parts, replications: u64, watch: &impl Watch) -> Walk {
        let n_settings = self.settings.len();
        let found = self.plan.play_with(
            parts,
            &self.wanted,
            replications,
            watch,
            |n| (n as u64, self.instruments(n), stats::sections(n)),
            |(n, instruments, sections), rows, _, columns| {
                let columns = Columns::new(&self.metrics, columns);
                let mut profiles: Vec<(usize, usize)> = rows.iter().map(|row| (row / n_settings, row % n_settings)).collect();
                profiles.dedup_by_key(|(profile, _)| *profile);
                let each = profiles
                    .into_iter()
                    .map(|(which, setting)| (which, self.found(&instruments[which], which, setting, &columns, sections)));
                Played { replications: *n, found: each.collect() }
            },
        );
        let played = found.iter().flatten().map(|result| result.replications).min().unwrap_or(0);
        let worst = self.worst(&found, n_settings);
        let sheet = |setting: usize| {
            let results: Option<Vec<&Found>> = (0..self.profiles.len())
                .map(|which| found[which * n_settings + setting].as_ref().and_then(|result| result.found.get(&which)))
                .collect();
            results.map(|results| Arc::new(self.sheet(&results, &worst)))
        };
        let varied = self.combinations.iter().flat_map(|combination| &combination.profiles);
        let campaign = self.scenario.profiles.iter().chain(varied).any(|profile| profile.campaign.is_some());
        let mut first: BTreeMap<_, usize> = BTreeMap::new();
        let same_as: Vec<usize> = (0..n_settings)
            .map(|which| {
                let setting = &self.settings[which];
                // Jobs of a campaign are for fewer robots than the fleet, of which percentages may mean other numbers.
                let apart = campaign.then_some(setting.percentages());
                *first.entry((setting.combination, &setting.robots, apart)).or_insert(which)
            })
            .collect();
        let mut sheets: Vec<Option<Arc<Sheet>>> = Vec::with_capacity(n_settings);
        for which in 0..n_settings {
            sheets.push(if same_as[which] == which { sheet(which) } else { sheets[same_as[which]].clone() });
        }
        Walk { sheets, same_as, worst, replications: played }
    }

    /// By profile played, what is applied to its settings.
    fn instruments(&self, replications: usize) -> Vec<Instruments<'_>> {
        let of = |which: &usize| Instruments::new(self, &self.scenario.profiles[*which], replications);
        self.profiles.iter().map(of).collect()
    }

    fn found(
        &self,
        instruments: &Instruments,
        which: usize,
        setting: usize,
        columns: &Columns,
        sections: &[Range<usize>],
    ) -> Found {
        let setting = &self.settings[setting];
        let profile = self.profile(setting.combination, self.profiles[which]);
        let n = profile.world.fleet.robots();
        let exact = || self.known(profile, setting);
        let value = |measure: &Measure| {
            (measure.profile == profile.name).then(|| (measure.value(columns, n), measure.over_sections(columns, sections, n)))
        };
        let judged = instruments.judges.iter().map(|(limit, judge)| {
            let known = if self.aim.limits[*limit].measure.is_threshold_reached() { exact() } else { None };
            (*limit, known.map_or_else(|| judge.assess(columns), |known| judge.exactly(known)))
        });
        Found {
            objective: instruments
                .objective
                .as_ref()
                .map(|gauge| (gauge.estimate(columns), self.aim.objective.over_sections(columns, sections, n))),
            limits: judged.collect(),
            broken: self.broken.iter().find_map(value),
            reached: value(&self.reached),
        }
    }

    /// The exact probability that the threshold is reached, where it is known.
    fn known(&self, profile: &Profile, setting: &TuneSetting) -> Option<f64> {
        let which = self.scenario.profiles.iter().position(|known| known.name == profile.name)?;
        let law = self.laws.get(&(setting.combination, which))?;
        let rules = rules(&profile.rules, setting.percentages());
        let tail = law.reached(&Setting::new(&rules, profile.world.fleet.robots())).ok()?;
        tail.standard_error.is_none().then_some(tail.value)
    }

    /// Whether what a limit bounds is known exactly, but where a job may be cut off.
    pub fn knows(&self, limit: &Limit) -> bool {
        let which = self.scenario.profiles.iter().position(|profile| profile.name == limit.measure.profile);
        let known = |which| (0..self.combinations.len()).all(|combination| self.laws.contains_key(&(Some(combination), which)));
        limit.measure.is_threshold_reached() && which.is_some_and(known)
    }

    /// The profile in which settings break the most robots, as a share of its fleet, at the worst.
    fn worst(&self, found: &[Option<Arc<Played>>], n_settings: usize) -> String {
        let most = |measure: &Measure| {
            let which = self.profiles.iter().position(|which| self.scenario.profiles[*which].name == measure.profile);
            let Some(which) = which else { return f64::NEG_INFINITY };
            let n = f64::from(self.scenario.profiles[self.profiles[which]].world.fleet.robots());
            let broken = found[which * n_settings..(which + 1) * n_settings].iter().flatten();
            let broken = broken.filter_map(|result| result.found.get(&which)?.broken.as_ref().map(|(broken, _)| broken / n));
            broken.fold(f64::NEG_INFINITY, f64::max)
        };
        let worst = self.broken.iter().reduce(|worst, other| if most(other) > most(worst) { other } else { worst });
        worst.expect("some profile is played").profile.clone()
    }

    fn sheet(&self, found: &[&Found], worst: &str) -> Sheet {
        let (objective, sections) = found.iter().find_map(|found| found.objective.clone()).expect("its profile is played");
        let mut limits: Vec<(usize, Assessment)> = found.iter().flat_map(|found| found.limits.iter().copied()).collect();
        limits.sort_by_key(|(limit, _)| *limit);
        let which = self.profiles.iter().position(|which| self.scenario.profiles[*which].name == worst);
        let broken = found[which.expect("it was played")].broken.clone().expect("it was measured");
        let reached = found.iter().find_map(|found| found.reached.clone()).expect("the first profile is played");
        let cost = |value: f64| self.aim.cost(value);
        Sheet {
            objective,
            limits: limits.into_iter().map(|(_, assessment)| assessment).collect(),
            criteria: [cost(objective.value), broken.0, reached.0],
            sections: [sections.into_iter().map(cost).collect(), broken.1, reached.1],
        }
    }
}

impl TuneSetting {
    fn percentages(&self) -> (u8, u8) {
        (self.concurrent_deployment_percentage, self.failure_threshold_percentage)
    }
}

/// What is applied to every setting of a profile.
pub(super) struct Instruments<'a> {
    pub(super) objective: Option<Gauge<'a>>,
    /// With the limit's place.
    pub(super) judges: Vec<(usize, Judge<'a>)>,
}

impl<'a> Instruments<'a> {
    pub(super) fn new(tuning: &'a Tuning, profile: &Profile, replications: usize) -> Instruments<'a> {
        let Aim { objective, limits, confidence, .. } = tuning.aim;
        let own = limits.iter().enumerate().filter(|(_, limit)| limit.measure.profile == profile.name);
        let reach = Reach::of_any_setting(profile);
        Instruments {
            objective: (objective.profile == profile.name).then(|| Gauge::new(objective, reach, replications)),
            judges: own.map(|(which, limit)| (which, Judge::new(limit, reach, replications, *confidence))).collect(),
        }
    }
}

/// The rules with these percentages.
fn rules(rules: &RoboMaker, (concurrency, threshold): (u8, u8)) -> RoboMaker {
    RoboMaker { concurrent_deployment_percentage: concurrency, failure_threshold_percentage: threshold, ..rules.clone() }
}

/// The laws that limits on `threshold_reached` can be judged by.
fn laws(
    aim: &Aim,
    scenario: &Scenario,
    combinations: &[Combination],
    replications: u64,
) -> BTreeMap<(Option<usize>, usize), FailureLaw> {
    let bounded = aim.limits.iter().map(|limit| &limit.measure).filter(|measure| measure.is_threshold_reached());
    let bounded: Vec<usize> =
        bounded.filter_map(|measure| scenario.profiles.iter().position(|profile| profile.name == measure.profile)).collect();
    let file = [(None, &scenario.profiles)];
    let all = file.into_iter().chain((0..).map(Some).zip(combinations.iter().map(|combination| &combination.profiles)));
    let law = |(combination, profiles): (Option<usize>, &Vec<Profile>), which: usize| {
        let profile = profiles[which].campaign.is_none().then_some(&profiles[which])?;
        Some(((combination, which), FailureLaw::of_profile(profile, replications).ok()?))
    };
    all.flat_map(|profiles| bounded.iter().filter_map(move |which| law(profiles, *which))).collect()
}

/// All settings, and the plan of their rows: by profile played, then by setting.
fn settings(scenario: &Scenario, combined: &[Combination], percentages: &[u8], profiles: &[usize]) -> (Vec<TuneSetting>, Plan) {
    let mut pairs: Vec<(Option<usize>, (u8, u8))> = Vec::new();
    for combination in 0..combined.len() {
        for concurrency in percentages {
            pairs.extend(percentages.iter().map(|threshold| (Some(combination), (*concurrency, *threshold))));
        }
    }
    pairs.push((None, SAMPLE));
    let mut worlds = Worlds::default();
    let mut settings: Vec<TuneSetting> = pairs
        .iter()
        .map(|(combination, (concurrency, threshold))| TuneSetting {
            combination: *combination,
            concurrent_deployment_percentage: *concurrency,
            failure_threshold_percentage: *threshold,
            robots: Vec::with_capacity(profiles.len()),
        })
        .collect();
    let mut rows = Vec::with_capacity(pairs.len() * profiles.len());
    for which in profiles {
        let mut known: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for (setting, (combination, pair)) in settings.iter_mut().zip(&pairs) {
            let profile = combination.map_or(&scenario.profiles[*which], |combination| &combined[combination].profiles[*which]);
            let world = *known.entry(*combination).or_insert_with(|| worlds.number(*which, profile.world.clone()));
            let rules = rules(&profile.rules, *pair);
            let n = profile.world.fleet.robots();
            setting.robots.push((rules.window(n), rules.failures_to_breach(n)));
            rows.push((world, Scheme::new(&rules, profile.campaign.as_ref(), n)));
        }
    }
    (settings, Plan::new(worlds.distinct, rows))
}
