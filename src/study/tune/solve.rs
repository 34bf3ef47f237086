//! From a tuning to its answer: the walk, the choice or what is in its way, and the trials.

use crate::model::RoboMaker;
use crate::study::Watch;
use crate::study::columns::Parts;
use crate::study::tune::{Blocked, Choice, Pareto, Price, Trials, Tuning, Walk, blocked, choose, pareto, prices, trials};

/// What a tuning came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The setting to use, and by limit what it costs.
    Chosen(Choice, Vec<Price>),
    /// No setting meets all limits.
    Blocked(Blocked),
}

/// A tuning that was played.
pub struct Tuned<'a> {
    pub tuning: Tuning<'a>,
    pub walk: Walk,
    /// By setting.
    pub pareto: Vec<Option<Pareto>>,
    pub answer: Answer,
    /// The settings that were played again: the chosen one or the nearest, runners-up, and the service's sample.
    pub tried: Vec<usize>,
    /// None if it was interrupted.
    pub trials: Option<Trials>,
}

impl<'a> Tuning<'a> {
    /// Plays every setting, chooses, and plays the choice again; `None` if no setting was finished.
    pub fn solve(self, parts: &Parts, replications: u64, watch: &impl Watch) -> Option<Tuned<'a>> {
        let walk = self.play(parts, replications, watch);
        let pareto = pareto(&walk, self.aim.confidence);
        let answer = match choose(self.aim, &self.settings, &walk) {
            Some(choice) => {
                let prices = prices(self.aim, &walk, choice.best);
                Answer::Chosen(choice, prices)
            }
            None => Answer::Blocked(blocked(self.aim, &walk, |name| self.robots(name))?),
        };
        let (mut tried, varied): (Vec<usize>, _) = match &answer {
            Answer::Chosen(choice, _) => {
                let all = std::iter::once(choice.best).chain(choice.runners.iter().map(|(which, _)| *which));
                (all.collect(), Some(choice.best))
            }
            Answer::Blocked(blocked) => (vec![blocked.nearest], None),
        };
        tried.push(self.sample());
        let whole = walk.replications == replications && walk.sheets.iter().all(Option::is_some);
        let trials = if whole { trials(&self, &tried, varied, replications, watch) } else { None };
        Some(Tuned { tuning: self, walk, pareto, answer, tried, trials })
    }

    /// The robots in the fleet of a profile.
    pub fn robots(&self, profile: &str) -> u32 {
        let known = self.scenario.profiles.iter().find(|known| known.name == profile);
        known.expect("measures speak of profiles that are played").world.fleet.robots()
    }

    /// The rules of the first profile as a setting has them.
    pub fn rules(&self, setting: usize) -> RoboMaker {
        self.profiles_of(&self.settings[setting]).swap_remove(0).rules
    }
}

impl Tuned<'_> {
    /// The chosen setting, or the nearest where none could be chosen.
    pub fn subject(&self) -> usize {
        match &self.answer {
            Answer::Chosen(choice, _) => choice.best,
            Answer::Blocked(blocked) => blocked.nearest,
        }
    }
}
