//! Jobs in sequence: a canary, the main job, syncs for the robots that are not in sync, and a recovery that puts the old version back.
//!
//! The rules of each job are those of a deployment job; this says which jobs there are, for whom, and when. The main job's rules
//! stand beside a campaign, since a scenario without one has them too.

use crate::model::Ms;
use crate::rollout::{DeploymentConfig, Rules};

/// The latest that a campaign creates a job [ms after its beginning]: 300 days.
pub const CAMPAIGN_MS_MAX: Ms = 300 * 86_400_000;

/// The jobs around the main job.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Campaign {
    pub canary: Option<Canary>,
    pub sync: Option<Sync>,
    pub recovery: Option<Recovery>,
}

/// A job before the main job, for a few robots. The main job is created only if it succeeded and no latent fault of the release has
/// shown on its robots by the end of the soak.
///
/// ```
/// use rollcast::rollout::{Canary, CanaryRobots, DeploymentConfig, Pick, Rules};
///
/// let canary = Canary {
///     robots: CanaryRobots::Count(50, Pick::Random),
///     config: DeploymentConfig {
///         concurrent_deployment_percentage: Some(50),
///         ..DeploymentConfig::default()
///     },
///     soak: 86_400_000,
///     rejoin: false,
/// };
/// let rules = canary.rules(&Rules::default());
/// assert_eq!(rules.setting(50).admission.window, 25);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canary {
    pub robots: CanaryRobots,
    /// What its rules have of their own.
    pub config: DeploymentConfig,
    /// From the end of its last robot deployment to the main job's creation [ms].
    pub soak: Ms,
    /// Whether the main job is for the canary's robots too, all of them again.
    pub rejoin: bool,
}

/// The robots of a canary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CanaryRobots {
    /// All robots of these cohorts.
    Cohorts(Vec<u16>),
    /// This number of the registered robots.
    Count(u32, Pick),
    /// This share of those that are registered [millionths], rounded down; at least one robot.
    Share(u32, Pick),
}

impl CanaryRobots {
    /// How many of `registered` robots are picked; none where they are whole cohorts.
    pub fn picked_of(&self, registered: u32) -> Option<u32> {
        match self {
            CanaryRobots::Cohorts(_) => None,
            CanaryRobots::Count(count, _) => Some((*count).min(registered)),
            CanaryRobots::Share(millionths, _) => {
                Some(share_of(registered, *millionths).max(1).min(registered))
            }
        }
    }
}

/// How a canary's robots are picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pick {
    /// At random, afresh in every replication: a smaller canary is part of a larger one.
    Random,
    /// The first ones in the file.
    File,
}

/// SyncDeploymentJob after the main job, for the robots that are not in sync: with the main job's rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sync {
    /// The most syncs.
    pub times: u32,
    /// None once so large a share of the fleet is updated [millionths].
    pub until: u32,
    /// From the end of the last robot deployment of the job before [ms].
    pub interval: Ms,
    pub after_failure: AfterFailure,
}

/// Which failed jobs are followed by a sync too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AfterFailure {
    Never,
    /// Only a sync that failed: few robots that failed before reach its threshold again.
    Syncs,
    Always,
}

/// A job after a campaign that did not succeed: the old version for all robots that were exposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recovery {
    /// What its rules have of their own.
    pub config: DeploymentConfig,
    /// From the end of the last robot deployment, or the moment a latent fault is found, to the job's creation [ms].
    pub delay: Ms,
}

impl Canary {
    /// Its rules beside those of the main job.
    pub fn rules(&self, main: &Rules) -> Rules {
        main.beside(&self.config)
    }
}

impl Recovery {
    /// Its rules beside those of the main job. It goes on however many fail, unless it has a threshold of its own, and the plan to cancel the
    /// main job is not one to cancel it.
    pub fn rules(&self, main: &Rules) -> Rules {
        let failure_threshold_percentage =
            Some(self.config.failure_threshold_percentage.unwrap_or(100));
        main.beside(&DeploymentConfig {
            failure_threshold_percentage,
            ..self.config.clone()
        })
        .uncanceled()
    }
}

/// The fewest of `n` robots that are at least this share of them [millionths].
pub fn share_to_reach(n: u32, millionths: u32) -> u32 {
    let exactly = u64::from(n) * u64::from(millionths);
    u32::try_from(exactly.div_ceil(1_000_000)).expect("a bug: a share of n robots above n")
}

/// This share of `n` robots [millionths], rounded down.
pub fn share_of(n: u32, millionths: u32) -> u32 {
    u32::try_from(u64::from(n) * u64::from(millionths) / 1_000_000)
        .expect("a bug: a share of n robots above n")
}
