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

    /// The share of time that a robot is online, robots of a log on average; hours of a cohort's own zone count, those of an inventory's
    /// do not.
    pub fn share_online(&self) -> f64 {
        let spells = match &self.spells {
            Spells::None => 1.0,
            Spells::Random(spells) => spells.share_online(),
            Spells::Recorded(log) => log.share_online(),
        };
        let hours = self.offline_hours.as_ref().map_or(0.0, Windows::share_open);
        spells * (1.0 - hours)
    }

    /// About how long a robot is still offline that is found so [ms]: exactly for spells or hours alone, and together as if the end of one
    /// were the end of both. None if there is no such law.
    pub fn offline_residual(&self) -> Option<Law> {
        let of_spells = match &self.spells {
            Spells::None => None,
            Spells::Random(spells) => {
                Some((1.0 - spells.share_online(), spells.residual(false).clone()))
            }
            Spells::Recorded(log) => {
                let spells = log.laws()?;
                Some((1.0 - log.share_online(), spells.residual(false).clone()))
            }
        };
        let of_hours = self.offline_hours.as_ref().and_then(|hours| {
            let lengths = hours
                .intervals()
                .iter()
                .map(|it| (it.end - it.start) as f64);
            let residual = Law::samples(lengths.collect()).ok()?.residual().ok()?;
            Some((hours.share_open(), residual))
        });
        match (of_spells, of_hours) {
            (None, None) => None,
            (Some((_, law)), None) | (None, Some((_, law))) => Some(law),
            (Some((off, spells)), Some((closed, hours))) => {
                let off = (1.0 - closed) * off;
                let parts = vec![
                    (closed / (closed + off), hours),
                    (off / (closed + off), spells),
                ];
                Law::mixture(parts).ok()
            }
        }
    }

    /// How long a robot is online at a time, on average over its spells and hours [ms].
    pub fn online_mean(&self) -> f64 {
        let spells = match &self.spells {
            Spells::None => f64::INFINITY,
            Spells::Random(spells) => spells.spell(true).mean(),
            Spells::Recorded(log) => log.online_mean(),
        };
        let hours = self.offline_hours.as_ref().map_or(f64::INFINITY, |hours| {
            let open: u64 = hours.intervals().iter().map(|it| it.end - it.start).sum();
            (hours.horizon_ms() - open) as f64 / hours.intervals().len() as f64
        });
        spells.min(hours)
    }
}
