//! The walk over all settings of a tuning, and what is found of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenario::Direction;
use crate::stats::{Estimate, Sampled};
use crate::study::Watch;
use crate::study::columns::Parts;
use crate::study::limit::{Assessment, Columns};
use crate::study::tune::instruments::{self, Instruments};
use crate::study::tune::{Trial, Tuning};

/// What the Pareto front compares: the objective, the robots broken, false aborts.
pub(super) const CRITERIA: usize = 3;

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

/// What was found of a setting under one profile; means and probabilities come with what tells them apart from those of other settings.
struct Found {
    aim: instruments::Found,
    objective: Option<Arc<Sampled>>,
    broken: Option<(f64, Arc<Sampled>)>,
    reached: Option<(f64, Arc<Sampled>)>,
    /// The exact probability that the threshold is reached.
    known: Option<f64>,
}

/// By combination and place of the profile among those played.
type InstrumentsOf<'a> = BTreeMap<(Option<usize>, usize), Instruments<'a>>;

impl Tuning<'_> {
    /// Plays every setting.
    pub fn play(&self, parts: &Parts, replications: u64, watch: &impl Watch) -> Walk {
        let found = self.plan.play_with(
            parts,
            &self.wanted,
            replications,
            watch,
            |n| (n as u64, self.instruments(n)),
            |(replications, instruments), rows, _, columns| Played {
                replications: *replications,
                found: self.found(instruments, rows, &Columns::new(&self.metrics, columns)),
            },
        );
        let played = found.iter().flatten().map(|played| played.replications);
        let worst = self.worst(&found);
        let mut sheets: Vec<Option<Arc<Sheet>>> = Vec::with_capacity(self.settings.len());
        for (which, same) in self.same_as.iter().enumerate() {
            sheets.push(if *same == which {
                self.sheet(&found, which, worst).map(Arc::new)
            } else {
                sheets[*same].clone()
            });
        }
        Walk {
            sheets,
            same_as: self.same_as.clone(),
            worst: self.scenario.profiles[self.profiles[worst]].name.clone(),
            replications: played.min().unwrap_or(0),
        }
    }

    /// What is applied to the settings of each combination, by profile played: what can come of it depends on what is varied.
    fn instruments(&self, replications: usize) -> InstrumentsOf<'_> {
        let mut all = BTreeMap::new();
        for combination in self.with_file() {
            for (place, which) in self.profiles.iter().enumerate() {
                let profile = self.profile(combination, *which);
                all.insert(
                    (combination, place),
                    Instruments::new(self, profile, replications),
                );
            }
        }
        all
    }

    /// What is found under the profiles of these rows, which were played as one.
    fn found(
        &self,
        instruments: &InstrumentsOf,
        rows: &[usize],
        columns: &Columns,
    ) -> BTreeMap<usize, Found> {
        let mut all = BTreeMap::new();
        for row in rows {
            let (place, setting) = (row / self.settings.len(), row % self.settings.len());
            all.entry(place).or_insert_with(|| {
                let setting = &self.settings[setting];
                let own = &instruments[&(setting.combination, place)];
                let known = self.known(self.profiles[place], setting);
                Found {
                    aim: own.found(columns, known),
                    objective: own.sampled_objective(columns),
                    broken: own.broken.map(|measure| own.sampled(measure, columns)),
                    reached: own.reached.map(|measure| own.sampled(measure, columns)),
                    known,
                }
            });
        }
        all
    }

    /// Of the profiles played, the one in which settings break the most robots, as a share of its fleet, at the worst.
    fn worst(&self, played: &[Option<Arc<Played>>]) -> usize {
        let mut worst: Option<(usize, f64)> = None;
        for (place, rows) in played.chunks(self.settings.len()).enumerate() {
            let profile = &self.scenario.profiles[self.profiles[place]];
            if !self
                .broken
                .iter()
                .any(|measure| measure.profile == profile.name)
            {
                continue;
            }
            let n = f64::from(profile.world.fleet.robots());
            let most = rows
                .iter()
                .flatten()
                .filter_map(|played| played.found.get(&place)?.broken.as_ref())
                .fold(f64::NEG_INFINITY, |most, (broken, _)| most.max(broken / n));
            if worst.is_none_or(|(_, worst)| most > worst) {
                worst = Some((place, most));
            }
        }
        worst
            .expect("a bug: no profile whose broken robots are compared")
            .0
    }

    /// What was found of a setting; none if it was not played under every profile.
    fn sheet(&self, played: &[Option<Arc<Played>>], setting: usize, worst: usize) -> Option<Sheet> {
        let by_profile = played.chunks(self.settings.len()).enumerate();
        let found: Vec<&Found> = by_profile
            .map(|(place, rows)| rows[setting].as_ref()?.found.get(&place))
            .collect::<Option<_>>()?;
        let Trial { objective, limits } =
            instruments::Found::together(found.iter().map(|found| &found.aim));
        let (sampled, known) = found
            .iter()
            .find_map(|found| Some((found.objective.clone()?, found.known)))
            .expect("a bug: the profile of the objective was not played");
        let broken = found[worst]
            .broken
            .clone()
            .expect("a bug: broken robots that nobody counted");
        let (reached, known_reached) = found
            .iter()
            .find_map(|found| Some((found.reached.clone()?, found.known)))
            .expect("a bug: the first profile was not played");
        let is_exact = self.aim.objective.is_threshold_reached() && known.is_some();
        Some(Sheet {
            objective,
            limits,
            criteria: [
                self.aim.cost(objective.value),
                broken.0,
                known_reached.unwrap_or(reached.0),
            ],
            exact: [is_exact, false, known_reached.is_some()],
            sampled: [sampled, broken.1, reached.1],
            maximises: self.aim.direction == Direction::Maximise,
        })
    }
}
