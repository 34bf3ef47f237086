//! When robots are online: spells of either kind in turn, in absolute time.

use crate::model::Ms;
use crate::random::{Law, LawError};

/// The shortest mean of a spell [ms]: below a second there would be more spells than anything else in a rollout.
pub const SPELL_MEAN_MIN_MS: Ms = 1_000;

/// What an interrupted download does when the robot is online again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// It goes on where it was.
    Resumes,
    /// It begins anew.
    Restarts,
}

/// An alternating renewal process in equilibrium: robots are online and offline in turn, for times drawn from two laws, and what
/// is seen at time 0 is a random moment of it (D. R. Cox, *Renewal Theory*, 1962, chapter 7).
///
/// ```
/// use rollcast::model::{Connectivity, Interrupted};
/// use rollcast::random::Law;
///
/// let hours = |mean: f64| Law::exponential(mean * 3_600_000.0).unwrap();
/// let connectivity = Connectivity::new(hours(18.0), hours(6.0), Interrupted::Resumes).unwrap();
/// assert_eq!(connectivity.share_online(), 0.75);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Connectivity {
    on: Law,
    off: Law,
    on_residual: Law,
    off_residual: Law,
    pub interrupted: Interrupted,
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

/// Why two laws make no connectivity.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectivityError {
    /// The law of one kind of spell has no residual law.
    Law { online: bool, error: LawError },
    /// Spells of one kind are shorter than [`SPELL_MEAN_MIN_MS`] on average.
    Short { online: bool, mean_ms: f64 },
}

impl Connectivity {
    /// Robots that are online for times of the law `on`, and offline for times of the law `off` [ms].
    ///
    /// # Errors
    /// A mean that is too short or not finite, or a law without a residual; the first found.
    pub fn new(
        on: Law,
        off: Law,
        interrupted: Interrupted,
    ) -> Result<Connectivity, ConnectivityError> {
        let (on_residual, off_residual) = (residual(&on, true)?, residual(&off, false)?);
        Ok(Connectivity {
            on,
            off,
            on_residual,
            off_residual,
            interrupted,
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
