//! Spells online and offline in turn, drawn from two laws.

use crate::model::Ms;
use crate::random::{Law, LawError};

/// The shortest mean of a spell [ms]: below a second there would be more spells than anything else in a rollout.
pub const SPELL_MEAN_MIN_MS: Ms = 1_000;

/// An alternating renewal process in equilibrium: robots are online and offline in turn, for times drawn from two laws, and what
/// is seen at time 0 is a random moment of it (D. R. Cox, *Renewal Theory*, 1962, chapter 7).
#[derive(Clone, Debug, PartialEq)]
pub struct RandomSpells {
    on: Law,
    off: Law,
    on_residual: Law,
    off_residual: Law,
}

/// The law of what is left of a spell at a random moment of it.
fn residual(law: &Law, online: bool) -> Result<Law, ConnectivityError> {
    let mean_ms = law.mean();
    if mean_ms < SPELL_MEAN_MIN_MS as f64 {
        return Err(ConnectivityError::Short { online, mean_ms });
    }
    law.residual()
        .map_err(|error| ConnectivityError::Law { online, error })
}

/// Why two laws make no spells.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectivityError {
    /// The law of one kind of spell has no residual law.
    Law { online: bool, error: LawError },
    /// Spells of one kind are shorter than [`SPELL_MEAN_MIN_MS`] on average.
    Short { online: bool, mean_ms: f64 },
}

impl RandomSpells {
    /// Spells online of the law `on`, and offline of the law `off` [ms].
    ///
    /// # Errors
    /// A mean that is too short or not finite, or a law without a residual; the first found.
    pub fn new(on: Law, off: Law) -> Result<RandomSpells, ConnectivityError> {
        let (on_residual, off_residual) = (residual(&on, true)?, residual(&off, false)?);
        Ok(RandomSpells {
            on,
            off,
            on_residual,
            off_residual,
        })
    }

    /// The law of spells online or offline [ms].
    pub fn spell(&self, online: bool) -> &Law {
        if online { &self.on } else { &self.off }
    }

    /// The law of what is left at time 0 of a spell online or offline [ms].
    pub fn residual(&self, online: bool) -> &Law {
        if online {
            &self.on_residual
        } else {
            &self.off_residual
        }
    }

    /// The share of time that a robot is online.
    pub fn share_online(&self) -> f64 {
        self.on.mean() / (self.on.mean() + self.off.mean())
    }
}
