//! When robots are online: spells of either kind in turn, drawn or recorded, and weekly hours offline.

use std::sync::Arc;

use crate::model::{ConnectivityError, PresenceLog, RandomSpells, Windows};
use crate::random::Law;

/// What an interrupted download does when the robot is online again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// It goes on where it was.
    Resumes,
    /// It begins anew.
    Restarts,
}

/// What steps on the robot itself do in weekly hours offline: launches, scripts, unpacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalSteps {
    /// They go on.
    GoOn,
    /// They wait, and go on where they were: the robot is switched off.
    Stop,
}

/// When robots are online, and what becomes of what is interrupted.
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
    pub spells: Spells,
    /// Weekly hours in which robots are offline whatever their spells, by the clock of their cohort; robots of an inventory may have
    /// their own.
    pub offline_hours: Option<Windows>,
    pub local_steps: LocalSteps,
    pub interrupted: Interrupted,
}

/// Spells online and offline in turn, beside weekly hours.
#[derive(Clone, Debug, PartialEq)]
pub enum Spells {
    /// Always online.
    None,
    Random(Box<RandomSpells>),
    Recorded(Arc<PresenceLog>),
}

impl Connectivity {
    /// Robots that are online for times of the law `on`, and offline for times of the law `off` [ms].
    ///
    /// # Errors
    /// As those of [`RandomSpells::new`].
    pub fn new(
        on: Law,
        off: Law,
        interrupted: Interrupted,
    ) -> Result<Connectivity, ConnectivityError> {
        Ok(Connectivity {
            spells: Spells::Random(Box::new(RandomSpells::new(on, off)?)),
            offline_hours: None,
            local_steps: LocalSteps::GoOn,
            interrupted,
        })
    }

    /// The share of time that a robot is online by its spells, robots of a log on average; weekly hours aside.
    pub fn share_online(&self) -> f64 {
        match &self.spells {
            Spells::None => 1.0,
            Spells::Random(spells) => spells.share_online(),
            Spells::Recorded(log) => log.share_online(),
        }
    }

    /// How long a robot is still offline that is found so in its spells [ms], weekly hours aside; none where that cannot be, or is without
    /// end.
    pub fn offline_residual(&self) -> Option<Law> {
        match &self.spells {
            Spells::None => None,
            Spells::Random(spells) => Some(spells.residual(false).clone()),
            Spells::Recorded(log) => Law::samples(log.offline_spells()).ok()?.residual().ok(),
        }
    }

    /// How long a robot is online at a time by its spells, on average [ms]; weekly hours aside.
    pub fn online_mean(&self) -> f64 {
        match &self.spells {
            Spells::None => f64::INFINITY,
            Spells::Random(spells) => spells.spell(true).mean(),
            Spells::Recorded(log) => log.online_mean(),
        }
    }
}
