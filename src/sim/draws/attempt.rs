//! A robot's deployments in sequence: the number of the current one, and the state carried over from earlier ones.

use crate::model::{FailureCode, Stage};
use crate::sim::draws::robot::Mishap;

/// Which of a robot's deployments is played. What is drawn afresh for each is keyed by its number, so that a robot's first one is the
/// same whichever job it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Counted from 0.
    pub number: u32,
    /// How many jobs were for the robot before, whether or not its turn came in them; keys its place in the start order.
    pub jobs_before: u32,
    pub past: Past,
}

impl Attempt {
    /// Whether the robot's deployment is drawn like its first one.
    pub(in crate::sim) fn is_first(&self) -> bool {
        self.number == 0 && self.past == Past::default()
    }
}

/// The number of a deployment that puts the old version back: apart from all that deploy the new one.
pub const RECOVERING: u32 = 1 << 31;

/// State carried over from earlier deployments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The permanent fault that struck it.
    pub fault: Option<FailureCode>,
    /// What each script did wrong to it when it last ran, by the place in [`Stage::SCRIPTS`].
    pub scripts: [Option<Lapse>; 3],
}

/// What a script did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    Failed,
    Hung,
}

impl Past {
    /// What the script of a stage did wrong.
    pub(in crate::sim) fn lapse(&self, stage: Stage) -> Option<Lapse> {
        let script = Stage::SCRIPTS.iter().position(|script| *script == stage)?;
        self.scripts[script]
    }

    /// The past after a deployment that went as far as the stage `last`, where `mishap` ended it if it was neither time nor an abort.
    pub(in crate::sim) fn after(mut self, last: Stage, mishap: Option<Mishap>) -> Past {
        for (script, lapse) in Stage::SCRIPTS.into_iter().zip(&mut self.scripts) {
            if script < last {
                *lapse = None;
            }
        }
        if let Some(Mishap::Fails { code, .. }) = mishap
            && code.is_permanent()
        {
            self.fault = Some(code);
        }
        if let Some(script) = Stage::SCRIPTS.iter().position(|script| *script == last) {
            self.scripts[script] = match mishap {
                Some(Mishap::Fails { .. }) => Some(Lapse::Failed),
                Some(Mishap::Hangs) => Some(Lapse::Hung),
                None => self.scripts[script],
            };
        }
        self
    }
}
