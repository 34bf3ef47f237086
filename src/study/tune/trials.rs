//! The choice played again: on replications that had no say in it, under the open points of the rules, and with other rates.

use rayon::prelude::*;

use crate::model::World;
use crate::scenario::Profile;
use crate::sim::{Dice, Player};
use crate::stats::Estimate;
use crate::study::columns::by_setting;
use crate::study::limit::{Assessment, Columns, Measure, Verdict, replications_needed};
use crate::study::scheme::Scheme;
use crate::study::tune::walk::Instruments;
use crate::study::tune::{Tuning, Variation, variations};
use crate::study::{Watch, replicate};
use crate::theory::exact::FailureLaw;

/// Replications of each variation of a rate, which draws fates of its own, if that is enough to show the limits.
const VARIED: u64 = 300;

/// A setting played again.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub objective: Estimate,
    /// By limit.
    pub limits: Vec<Assessment>,
}

impl Trial {
    /// The worst verdict on a limit; held where there is none.
    pub fn verdict(&self) -> Verdict {
        self.limits
            .iter()
            .map(|limit| limit.verdict)
            .max()
            .unwrap_or(Verdict::Held)
    }
}

/// A trial of the choice with something changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Varied {
    pub name: String,
    pub is_rule: bool,
    /// The first of the fresh ones.
    pub replications: u64,
    pub trial: Trial,
}

/// What came of playing again.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    /// Replications `first..first + replications` of the scenario's seed, which the walk did not play.
    pub first: u64,
    pub replications: u64,
    /// By setting asked for.
    pub fresh: Vec<Trial>,
    pub varied: Vec<Varied>,
}

/// What came of a case: the objective, if it is of its profile, and its profile's limits with their places.
struct Found {
    objective: Option<Estimate>,
    limits: Vec<(usize, Assessment)>,
}

/// What is played of one profile in one world.
#[derive(PartialEq)]
struct Case {
    /// By its place among those played.
    profile: usize,
    world: usize,
    scheme: Scheme,
}

impl Tuning<'_> {
    /// How many of `replications` it takes to show that the limits hold, if it can be shown at all.
    pub fn replications_needed(&self, replications: u64) -> Option<u64> {
        let needed = self
            .aim
            .limits
            .iter()
            .filter(|limit| !self.knows(limit))
            .filter_map(|limit| {
                let profile = self
                    .scenario
                    .profiles
                    .iter()
                    .find(|profile| profile.name == limit.measure.profile)?;
                replications_needed(
                    limit,
                    profile.world.fleet.robots(),
                    self.aim.confidence,
                    replications,
                )
            });
        needed.max()
    }

    /// How many replications each variation of a rate is played, out of `replications`.
    fn rate_replications(&self, replications: u64) -> u64 {
        replications.min(
            self.replications_needed(replications)
                .map_or(VARIED, |needed| needed.max(VARIED)),
        )
    }

    /// How many replications the trials tick through after the walk.
    pub fn trial_ticks(&self, replications: u64) -> u64 {
        replications + self.rate_replications(replications)
    }
}

/// Plays settings again on as many fresh replications as the walk had, and one of them with variations; `None` if it was interrupted.
pub fn trials(
    tuning: &Tuning,
    settings: &[usize],
    varied: Option<usize>,
    replications: u64,
    watch: &impl Watch,
) -> Option<Trials> {
    let first = replications;
    let of = |which: &usize| tuning.profiles_of(&tuning.settings[*which]);
    let variations = varied.map_or_else(Vec::new, |which| variations(&of(&which)));
    let (rules, rates): (Vec<Variation>, Vec<Variation>) = variations
        .into_iter()
        .partition(|variation| variation.is_rule);
    // Other readings of the rules meet the fates that are drawn anyway.
    let mut lists: Vec<Vec<Profile>> = settings.iter().map(of).collect();
    lists.extend(rules.iter().map(|variation| variation.profiles.clone()));
    let mut fresh = play(tuning, &lists, first, replications, watch)?;
    let of_rules = fresh.split_off(settings.len());
    let rate_replications = tuning.rate_replications(replications);
    let lists: Vec<Vec<Profile>> = rates
        .iter()
        .map(|variation| variation.profiles.clone())
        .collect();
    let of_rates = play(tuning, &lists, first, rate_replications, watch)?;
    let named = |variations: Vec<Variation>, trials: Vec<Trial>, replications| {
        let pairs = variations.into_iter().zip(trials);
        pairs.map(move |(Variation { name, is_rule, .. }, trial)| Varied {
            name,
            is_rule,
            replications,
            trial,
        })
    };
    let varied = named(rules, of_rules, replications)
        .chain(named(rates, of_rates, rate_replications))
        .collect();
    Some(Trials {
        first,
        replications,
        fresh,
        varied,
    })
}

/// The exact probability that the threshold is reached in a case, where it is asked for and known.
fn known(tuning: &Tuning, case: &Case, world: &World, dice: &Dice) -> Option<f64> {
    let profile = &tuning.scenario.profiles[tuning.profiles()[case.profile]];
    let measures = tuning
        .aim
        .limits
        .iter()
        .map(|limit| &limit.measure)
        .chain([&tuning.aim.objective]);
    let asked = measures
        .filter(|measure| measure.profile == profile.name)
        .any(Measure::is_threshold_reached);
    match &case.scheme {
        Scheme::Job(setting) if asked => FailureLaw::of(world, dice, setting.robot_timeout, 0)
            .ok()?
            .reached(setting)
            .ok()?
            .exact(),
        _ => None,
    }
}

/// Plays replications from `first` on of each list of profiles, and gives what comes of each.
fn play(
    tuning: &Tuning,
    lists: &[Vec<Profile>],
    first: u64,
    replications: u64,
    watch: &impl Watch,
) -> Option<Vec<Trial>> {
    let mut worlds: Vec<&World> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    // By case: what can come of it is not what can come of the file's own profile.
    let mut profiles_of_cases: Vec<&Profile> = Vec::new();
    // By list and profile played.
    let mut places: Vec<usize> = Vec::new();
    for profiles in lists {
        for (profile, which) in tuning.profiles().iter().enumerate() {
            let played = &profiles[*which];
            let world = &played.world;
            let number = worlds
                .iter()
                .position(|known| *known == world)
                .unwrap_or_else(|| {
                    worlds.push(world);
                    worlds.len() - 1
                });
            let case = Case {
                profile,
                world: number,
                scheme: Scheme::of(played),
            };
            // A variation that changes nothing here is played once.
            places.push(
                cases
                    .iter()
                    .position(|known| *known == case)
                    .unwrap_or_else(|| {
                        cases.push(case);
                        profiles_of_cases.push(played);
                        cases.len() - 1
                    }),
            );
        }
    }
    let dice: Vec<Dice> = worlds.iter().map(|world| Dice::new(world)).collect();
    let metrics = tuning.metrics();
    let width = metrics.len();
    let worker = || dice.iter().map(Player::new).collect::<Vec<Player>>();
    let played = replicate(
        first..first + replications,
        watch,
        worker,
        |players, replication| {
            let mut values = vec![0.0; cases.len() * width];
            for (number, player) in players.iter_mut().enumerate() {
                player.draw(replication);
                for (which, case) in cases
                    .iter()
                    .enumerate()
                    .filter(|(_, case)| case.world == number)
                {
                    let outcome = case.scheme.play(player);
                    let own = &mut values[which * width..(which + 1) * width];
                    own.iter_mut()
                        .zip(metrics)
                        .for_each(|(value, metric)| *value = (metric.value)(&outcome));
                }
            }
            values
        },
    );
    if played.len() as u64 != replications {
        return None;
    }
    let instruments: Vec<Instruments> = profiles_of_cases
        .iter()
        .map(|profile| Instruments::new(tuning, profile, played.len()))
        .collect();
    let known: Vec<Option<f64>> = cases
        .par_iter()
        .map(|case| known(tuning, case, worlds[case.world], &dice[case.world]))
        .collect();
    let found = by_setting(&played, cases.len(), width, |case, columns| {
        let columns = Columns::new(metrics, columns);
        let instruments = &instruments[case];
        let known = known[case];
        Found {
            objective: instruments.objective(&columns, known),
            limits: instruments.limits(&columns, known),
        }
    });
    let trial = |places: &[usize]| {
        let found = || places.iter().map(|place| &found[*place]);
        let mut limits: Vec<(usize, Assessment)> = found()
            .flat_map(|found| found.limits.iter().copied())
            .collect();
        limits.sort_by_key(|(limit, _)| *limit);
        Trial {
            objective: found()
                .find_map(|found| found.objective)
                .expect("its profile is played"),
            limits: limits
                .into_iter()
                .map(|(_, assessment)| assessment)
                .collect(),
        }
    };
    Some(places.chunks(tuning.profiles().len()).map(trial).collect())
}
