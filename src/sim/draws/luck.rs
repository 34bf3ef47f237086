//! The luck of the release in one replication: the chances that are drawn once and hold for all robots.

use crate::model::Luck;
use crate::random::{Chance, Key};
use crate::sim::draws::dice::{CohortDice, Dice, Odds, PURPOSES, Purpose};

/// Opens the key of a release that is not the first of its replication: no cohort's identity, which is a mixed word, is as small.
const LATER_RELEASE: u64 = 1;

/// The chances of a script in one replication.
#[derive(Clone, Copy)]
pub(in crate::sim) struct ScriptChance {
    pub(in crate::sim) failure: Chance,
    pub(in crate::sim) hang: Chance,
}

impl ScriptChance {
    /// Failure takes the low end of the word and hanging the high end, so that another failure rate leaves the hangs alone.
    #[inline(always)]
    pub(in crate::sim) fn struck(self, word: u64) -> bool {
        self.failure.happens(word) | self.hang.happens_at_top(word)
    }
}

/// The words of a replication by purpose, before they are told apart by cohort.
pub(in crate::sim) fn keys(dice: &Dice, replication: u64) -> [Key; PURPOSES] {
    std::array::from_fn(|purpose| dice.key(replication, purpose))
}

/// The chances of a cohort's scripts and faults in a replication: fault `i` strikes where the word falls below bound `i` but not below
/// the one before.
pub(in crate::sim) fn chances(
    dice: &Dice,
    cohort: &CohortDice,
    keys: &[Key; PURPOSES],
    scripts: &mut Vec<ScriptChance>,
    faults: &mut Vec<Chance>,
) {
    let probability =
        |odds: &Odds, purpose, which| probability(dice, cohort, keys, odds, purpose, which);
    scripts.clear();
    scripts.extend(cohort.scripts.iter().map(|script| ScriptChance {
        failure: Chance::new(probability(
            &script.failure,
            Purpose::FailureLuck,
            script.stage as u64,
        )),
        hang: Chance::new(probability(
            &script.hang,
            Purpose::HangLuck,
            script.stage as u64,
        )),
    }));
    let mut below = 0.0;
    faults.clear();
    faults.extend(cohort.faults.iter().map(|fault| {
        below += probability(&fault.probability, Purpose::FaultLuck, fault.code as u64);
        Chance::new(f64::min(below, 1.0))
    }));
}

/// The chance that a robot of a cohort has the release's latent fault in a replication, if the release has one.
pub(in crate::sim) fn latent(
    dice: &Dice,
    cohort: &CohortDice,
    keys: &[Key; PURPOSES],
) -> Option<Chance> {
    let latent = dice.latent.as_ref()?;
    Some(Chance::new(probability(
        dice,
        cohort,
        keys,
        &latent.failure,
        Purpose::LatentLuck,
        0,
    )))
}

fn probability(
    dice: &Dice,
    cohort: &CohortDice,
    keys: &[Key; PURPOSES],
    odds: &Odds,
    purpose: Purpose,
    which: u64,
) -> f64 {
    match odds {
        Odds::Known(p) => *p,
        Odds::Drawn(table) => {
            let key = match (keys[purpose as usize], dice.release) {
                (key, 0) => key,
                (key, release) => key.part(LATER_RELEASE).part(release.into()),
            };
            let key = match dice.luck {
                Luck::Shared => key,
                Luck::PerCohort => key.part(cohort.identity),
            };
            // A table is exact to 1e-7, and may pass 1 by as much.
            table.value(key.words().at(which)).min(1.0)
        }
    }
}

impl Dice {
    /// For each cohort, the probabilities of the mishaps that may strike a robot in a replication, each independently of the others:
    /// one for each script and one for the faults.
    pub fn mishap_probabilities(&self, replication: u64) -> Vec<Vec<f64>> {
        let keys = keys(self, replication);
        let (mut scripts, mut faults) = (Vec::new(), Vec::new());
        let mut probabilities = Vec::with_capacity(self.cohorts.len());
        for cohort in &self.cohorts {
            chances(self, cohort, &keys, &mut scripts, &mut faults);
            let of_scripts = scripts.iter().map(|chance: &ScriptChance| {
                (chance.failure.probability() + chance.hang.probability()).min(1.0)
            });
            let any_fault = faults.last().map(|any| any.probability());
            probabilities.push(of_scripts.chain(any_fault).collect());
        }
        probabilities
    }
}
