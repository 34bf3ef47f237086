//! From a tuning to its answer: the walk, the choice or what is in its way, and the trials.

use crate::rollout::Rules;
use crate::stats::Estimate;
use crate::study::Watch;
use crate::study::limit::{Assessment, Verdict};
use crate::study::precision::{Attained, Missed, Precision, Until};
use crate::study::tune::{
    Blocked, Choice, Pareto, Price, Sheet, Trials, Tuning, Walk, blocked, choose, pareto, prices,
    trials,
};

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
    /// The settings that were played again: the chosen one or the nearest, runners-up, and the service's sample unless one of them means
    /// the same robots.
    pub tried: Vec<usize>,
    /// None if it was interrupted.
    pub trials: Option<Trials>,
    /// Replications that were to be finished in the end.
    pub asked: u64,
    /// What came of the precision asked for; none if it was interrupted.
    pub attained: Option<Attained>,
}

/// Whether every setting has `replications` replications.
fn is_whole(walk: &Walk, replications: u64) -> bool {
    walk.replications == replications && walk.sheets.iter().all(Option::is_some)
}

impl<'a> Tuning<'a> {
    /// Plays every setting, chooses, and plays the choice again; `None` if no setting was finished.
    pub fn solve(self, until: impl Into<Until>, watch: &impl Watch) -> Option<Tuned<'a>> {
        let until = until.into();
        let (walk, asked) = self.walk(&until, watch);
        let pareto = pareto(&walk, self.aim.confidence);
        let answer = match choose(self.aim, &self.settings, &walk) {
            Some(choice) => {
                let prices = prices(self.aim, &walk, choice.best);
                Answer::Chosen(choice, prices)
            }
            None => Answer::Blocked(blocked(&self, &walk)?),
        };
        let (mut tried, varied): (Vec<usize>, _) = match &answer {
            Answer::Chosen(choice, _) => {
                let all = std::iter::once(choice.best)
                    .chain(choice.runners.iter().map(|(which, _)| *which));
                (all.collect(), Some(choice.best))
            }
            Answer::Blocked(blocked) => (vec![blocked.nearest], None),
        };
        if !tried.iter().any(|which| self.is_sample(*which)) {
            tried.push(self.sample());
        }
        let whole = is_whole(&walk, asked);
        let trials = match whole {
            true => trials(&self, &tried, varied, asked, watch),
            false => None,
        };
        let attained = self.attained(&until, &walk).filter(|_| whole);
        Some(Tuned {
            tuning: self,
            walk,
            pareto,
            answer,
            tried,
            trials,
            asked,
            attained,
        })
    }

    /// The walk over all settings with `replications` replications, or with as few as are enough for its precision; and how many were to be
    /// finished in the end.
    fn walk(&self, until: &Until, watch: &impl Watch) -> (Walk, u64) {
        // Fewer cannot show that a limit holds, whatever happens in them.
        let needed = self
            .replications_needed(until.replications)
            .unwrap_or(0)
            .min(until.replications);
        let mut before: Option<(Walk, u64)> = None;
        for checkpoint in until.checkpoints() {
            if checkpoint < needed {
                continue;
            }
            let parts = self.plan().parts_of(self.wanted(), checkpoint);
            let walk = self.play(&parts, checkpoint, watch);
            let whole = is_whole(&walk, checkpoint);
            let reached = whole
                && until
                    .precision
                    .is_some_and(|precision| self.missed(precision, &walk).is_empty());
            // What was begun again and not finished is worth less than what is there.
            let walk = match before {
                Some((before, _)) if !whole => before,
                _ => walk,
            };
            if !whole || reached {
                return (walk, checkpoint);
            }
            before = Some((walk, checkpoint));
        }
        before.expect("a bug: a study without a checkpoint")
    }

    fn attained(&self, until: &Until, walk: &Walk) -> Option<Attained> {
        let precision = until.precision?;
        Some(Attained {
            precision,
            replications_max: until.replications,
            missed: self.missed(precision, walk),
        })
    }

    /// The measures of the aim that are not this precise, with the number of settings in which they are not. A limit needs no more precision
    /// than to be known to hold or not.
    fn missed(&self, precision: Precision, walk: &Walk) -> Vec<Missed> {
        let sheets = walk.sheets.iter().enumerate();
        let sheets: Vec<&Sheet> = sheets
            .filter(|(which, _)| walk.same_as[*which] == *which)
            .filter_map(|(_, sheet)| sheet.as_deref())
            .collect();
        let objective = &self.aim.objective;
        let loose = sheets
            .iter()
            .filter(|sheet| !precision.is_met(objective.is_proportion(), sheet.objective));
        let limits = self.aim.limits.iter().enumerate().map(|(which, limit)| {
            let is_proportion = limit.measure.is_proportion();
            let loose = sheets
                .iter()
                .filter(|sheet| is_loose(precision, is_proportion, &sheet.limits[which]));
            (&limit.measure, loose.count())
        });
        let mut all: Vec<Missed> = std::iter::once((objective, loose.count()))
            .chain(limits)
            .filter(|(_, settings)| *settings > 0)
            .map(|(measure, settings)| Missed {
                profile: measure.profile.clone(),
                statistic: measure.written.clone(),
                settings,
                hardly_varies: false,
            })
            .collect();
        let profiles = &self.scenario.profiles;
        all.sort_by_key(|missed| {
            profiles
                .iter()
                .position(|profile| profile.name == missed.profile)
        });
        all
    }

    /// The robots in the fleet of a profile.
    pub fn robots(&self, profile: &str) -> u32 {
        let profile = self.scenario.profile(profile);
        profile
            .expect("a bug: a measure of a profile that is not played")
            .world
            .fleet
            .robots()
    }

    /// The rules of the first profile as a setting has them.
    pub fn rules(&self, setting: usize) -> Rules {
        self.profiles_of(&self.settings[setting])
            .swap_remove(0)
            .rules
    }
}

/// Whether a limit is open and what it bounds is not this precise.
fn is_loose(precision: Precision, is_proportion: bool, assessment: &Assessment) -> bool {
    let Assessment {
        value,
        assured,
        verdict,
        ..
    } = *assessment;
    let around = assured
        .map(|assured| (assured - value).abs())
        .map(|width| Estimate {
            value,
            lo: Some(value - width),
            hi: Some(value + width),
        });
    verdict == Verdict::Open
        && !around.is_some_and(|around| precision.is_met(is_proportion, around))
}

impl Tuned<'_> {
    /// The chosen setting, or the nearest where none could be chosen.
    pub fn subject(&self) -> usize {
        match &self.answer {
            Answer::Chosen(choice, _) => choice.best,
            Answer::Blocked(blocked) => blocked.nearest,
        }
    }

    /// What fresh replications say of the choice: held if they confirm it, broken if they refute it with confidence; none if there is no
    /// choice, or it was not played again.
    pub fn confirmed(&self) -> Option<Verdict> {
        let trials = self
            .trials
            .as_ref()
            .filter(|_| matches!(self.answer, Answer::Chosen(..)))?;
        Some(trials.fresh[0].verdict())
    }

    /// Whether fresh replications refute the choice.
    pub fn is_refuted(&self) -> bool {
        self.confirmed() == Some(Verdict::Broken)
    }
}
