//! With which probability a robot fails, given the luck of the release.

use crate::model::{Architecture, FailureCode, Luck, Probability, ScriptStep, World};
use crate::numeric::math::{exp_m1, ln_1p};
use crate::stats::CountLaw;

/// A probability: known, or one of those drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Odds {
    Known(f64),
    /// By number of the draw, then by number of the law that it is read with.
    Drawn(usize, usize),
}

/// A uniform number drawn once a replication, and the beta laws (a, b) that are read with it.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    what: What,
    pub(super) laws: Vec<(f64, f64)>,
}

impl Draw {
    /// The mean of each law.
    pub(super) fn means(&self) -> Vec<f64> {
        self.laws.iter().map(|(a, b)| a / (a + b)).collect()
    }
}

/// What is drawn; with the cohort where each has its own luck.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Failure(ScriptStep, Option<usize>),
    Hang(ScriptStep, Option<usize>),
    Fault(FailureCode, Option<usize>),
}

/// The robots of a cohort.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    pub(super) robots: u64,
    /// How many fail for certain: those that never answer, and those without a bundle.
    pub(super) certain: CountLaw,
    /// The mishaps that may strike the others, independently: of each, probabilities that exclude each other.
    pub(super) mishaps: Vec<Vec<Odds>>,
}

/// All cohorts, and the draws that they share.
pub(super) struct Crowds {
    pub(super) crowds: Vec<Crowd>,
    pub(super) draws: Vec<Draw>,
}

impl Crowds {
    /// Crowds with one more mishap, whose probability is given by cohort.
    pub(super) fn with(&self, mishaps: &[f64]) -> Crowds {
        let mut crowds = self.crowds.clone();
        for (crowd, p) in crowds.iter_mut().zip(mishaps) {
            crowd.mishaps.push(vec![Odds::Known(*p)]);
        }
        Crowds {
            crowds,
            draws: self.draws.clone(),
        }
    }
}

impl Crowd {
    /// The cohorts of a world, in order.
    pub(super) fn all(world: &World) -> Crowds {
        let mut draws: Vec<Draw> = Vec::new();
        let mut crowds = Vec::new();
        for (number, cohort) in world.fleet.cohorts.iter().enumerate() {
            let own = (world.luck == Luck::PerCohort).then_some(number);
            let mut odds = |probability, what| odds(&mut draws, probability, what);
            let mut mishaps = Vec::new();
            for (step, script) in cohort.scripts.iter() {
                mishaps.push(vec![
                    odds(script.failure, What::Failure(step, own)),
                    odds(script.hang, What::Hang(step, own)),
                ]);
            }
            let faults = cohort
                .faults
                .iter()
                .map(|fault| odds(fault.probability, What::Fault(fault.code, own)));
            mishaps.push(faults.collect());
            let without = Architecture::ALL
                .into_iter()
                .filter(|kind| world.release.bundle[*kind as usize].is_none());
            let without: u64 = without
                .map(|kind| u64::from(cohort.architectures[kind as usize]))
                .sum();
            let (robots, dead) = (u64::from(cohort.robots), u64::from(cohort.dead));
            let both = CountLaw::hypergeometric(robots, without, dead);
            crowds.push(Crowd {
                robots,
                certain: both.subtracted_from(without + dead),
                mishaps,
            });
        }
        Crowds { crowds, draws }
    }

    /// The cohorts of a world, in order, if nothing counts but that robots never answer or that a script of theirs hangs.
    pub(super) fn that_hang(world: &World) -> Crowds {
        let mut draws: Vec<Draw> = Vec::new();
        let mut crowds = Vec::new();
        for (number, cohort) in world.fleet.cohorts.iter().enumerate() {
            let own = (world.luck == Luck::PerCohort).then_some(number);
            let mishaps = cohort
                .scripts
                .iter()
                .map(|(step, script)| vec![odds(&mut draws, script.hang, What::Hang(step, own))]);
            crowds.push(Crowd {
                robots: cohort.robots.into(),
                certain: CountLaw::certain(cohort.dead.into()),
                mishaps: mishaps.collect(),
            });
        }
        Crowds { crowds, draws }
    }

    /// The probability that a robot fails that is not certain to, given the values drawn.
    pub(super) fn failure(&self, luck: &[&[f64]]) -> f64 {
        any(self.mishaps.iter().map(|odds| {
            let probabilities = odds.iter().map(|odds| match odds {
                Odds::Known(p) => *p,
                Odds::Drawn(draw, law) => luck[*draw][*law],
            });
            probabilities.sum::<f64>().min(1.0)
        }))
    }

    /// The draws that its mishaps depend on.
    pub(super) fn draws(&self) -> impl Iterator<Item = usize> {
        self.mishaps.iter().flatten().filter_map(|odds| match odds {
            Odds::Known(_) => None,
            Odds::Drawn(draw, _) => Some(*draw),
        })
    }
}

/// The probability that any of several independent mishaps strikes.
pub(super) fn any(mishaps: impl Iterator<Item = f64>) -> f64 {
    -exp_m1(mishaps.map(|p| ln_1p(-p)).sum())
}

fn odds(draws: &mut Vec<Draw>, probability: Probability, what: What) -> Odds {
    match probability {
        Probability::Constant(p) => Odds::Known(p),
        Probability::Beta { mean, correlation } => {
            let total = 1.0 / correlation - 1.0;
            let law = (mean * total, (1.0 - mean) * total);
            let draw = draws
                .iter()
                .position(|draw| draw.what == what)
                .unwrap_or_else(|| {
                    draws.push(Draw {
                        what,
                        laws: Vec::new(),
                    });
                    draws.len() - 1
                });
            let laws = &mut draws[draw].laws;
            let law = laws
                .iter()
                .position(|known| *known == law)
                .unwrap_or_else(|| {
                    laws.push(law);
                    laws.len() - 1
                });
            Odds::Drawn(draw, law)
        }
    }
}
