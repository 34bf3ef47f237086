//! The choice played again: on replications that had no say in it, under the open points of the rules, and with other rates.

use rayon::prelude::*;

use crate::model::World;
use crate::scenario::Profile;
use crate::sim::Dice;
use crate::stats::Estimate;
use crate::study::columns::by_setting;
use crate::study::limit::{Assessment, Columns, Verdict};
use crate::study::scheme::Scheme;
use crate::study::tune::instruments::{Found, Instruments};
use crate::study::tune::{Tuning, Variation, variations};
use crate::study::{Watch, place_in, replicate};
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
        let unknown = self.aim.limits.iter().filter(|limit| !self.knows(limit));
        unknown
            .filter_map(|limit| {
                self.aim
                    .replications_needed(limit, self.scenario, replications)
            })
            .max()
    }

    /// How many replications each variation of a rate is played, out of `replications`.
    fn rate_replications(&self, replications: u64) -> u64 {
        let needed = self.replications_needed(replications).unwrap_or(VARIED);
        replications.min(needed.max(VARIED))
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
    let mut lists: Vec<Vec<Profile>> = settings
        .iter()
        .map(|which| tuning.profiles_of(&tuning.settings[*which]))
        .collect();
    let variations = varied.map_or_else(Vec::new, |which| {
        variations(&tuning.profiles_of(&tuning.settings[which]))
    });
    let (rules, rates): (Vec<Variation>, Vec<Variation>) = variations
        .into_iter()
        .partition(|variation| variation.is_rule);
    // Other readings of the rules meet the fates that are drawn anyway.
    lists.extend(rules.iter().map(|variation| variation.profiles.clone()));
    let mut fresh = play(tuning, &lists, first, replications, watch)?;
    let of_rules = fresh.split_off(settings.len());
    let rate_replications = tuning.rate_replications(replications);
    let lists: Vec<Vec<Profile>> = rates
        .iter()
        .map(|variation| variation.profiles.clone())
        .collect();
    let of_rates = play(tuning, &lists, first, rate_replications, watch)?;
    let of_rules = rules.into_iter().zip(of_rules);
    let of_rates = rates.into_iter().zip(of_rates);
    let varied = of_rules.map(|(variation, trial)| Varied::of(variation, replications, trial));
    let of_rates =
        of_rates.map(|(variation, trial)| Varied::of(variation, rate_replications, trial));
    Some(Trials {
        first,
        replications,
        fresh,
        varied: varied.chain(of_rates).collect(),
    })
}

impl Varied {
    fn of(Variation { name, is_rule, .. }: Variation, replications: u64, trial: Trial) -> Varied {
        Varied {
            name,
            is_rule,
            replications,
            trial,
        }
    }
}

/// The exact probability that the threshold is reached in a case, where it is asked for and known.
fn known(tuning: &Tuning, case: &Case, world: &World, dice: &Dice) -> Option<f64> {
    let profile = &tuning.scenario.profiles[tuning.profiles[case.profile]];
    let mut measures = tuning.aim.measures();
    let asked = measures.any(|it| it.profile == profile.name && it.is_threshold_reached());
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
        for (profile, which) in tuning.profiles.iter().enumerate() {
            let played = &profiles[*which];
            let case = Case {
                profile,
                world: place_in(&mut worlds, &played.world),
                scheme: Scheme::of(played),
            };
            // A variation that changes nothing here is played once.
            let place = place_in(&mut cases, case);
            if place == profiles_of_cases.len() {
                profiles_of_cases.push(played);
            }
            places.push(place);
        }
    }
    let dice: Vec<Dice> = worlds.iter().map(|world| Dice::new(world)).collect();
    let metrics = &tuning.metrics;
    let width = metrics.len();
    let played = replicate(
        first..first + replications,
        watch,
        &dice,
        |players, replication| {
            let mut values = vec![0.0; cases.len() * width];
            for (number, player) in players.iter_mut().enumerate() {
                player.draw(replication);
                let here = cases.iter().zip(values.chunks_mut(width));
                for (case, values) in here.filter(|(case, _)| case.world == number) {
                    let outcome = case.scheme.play(player);
                    for (value, metric) in values.iter_mut().zip(metrics) {
                        *value = (metric.value)(&outcome);
                    }
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
    let found: Vec<Found> = by_setting(&played, cases.len(), width, |case, columns| {
        instruments[case].found(&Columns::new(metrics, columns), known[case])
    });
    let trials = places.chunks(tuning.profiles.len());
    let trials = trials.map(|places| Found::together(places.iter().map(|place| &found[*place])));
    Some(trials.collect())
}
