//! What checking a file gives: nothing in it can be invalid.

use crate::model::{Cohort, Start, World};
use crate::rollout::{Campaign, CanaryRobots, Rules};

/// The name of the scenario as it stands, without any profile's changes.
pub const BASE: &str = "base";

/// One hypothesis about the release and the fleet, and the rules it is played under.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub name: String,
    pub world: World,
    /// Of the only job, or of the main job of the campaign.
    pub rules: Rules,
    /// The jobs around the main job, if there may be any.
    pub campaign: Option<Campaign>,
    /// When the first job is created, where the file says so.
    pub start: Option<Start>,
}

/// What percentages mean in robots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InRobots {
    /// *K*
    pub window: u32,
    /// *F*; none where it is more robots than the job has.
    pub failures_to_stop: Option<u32>,
}

impl Profile {
    /// How many robots the only job is for, or the main job of the campaign; none where that is not known before it is played.
    pub fn main_robots(&self) -> Option<u32> {
        let n = self.world.fleet.robots();
        let Some(campaign) = &self.campaign else {
            return Some(n);
        };
        if self
            .world
            .fleet
            .cohorts
            .iter()
            .any(|cohort| cohort.joins.is_some())
        {
            return None;
        }
        let canaries = match campaign
            .canary
            .as_ref()
            .filter(|canary| !canary.rejoin)
            .map(|canary| &canary.robots)
        {
            None => 0,
            Some(CanaryRobots::Cohorts(cohorts)) => cohorts
                .iter()
                .map(|cohort| self.world.fleet.cohorts[usize::from(*cohort)].robots)
                .sum(),
            Some(picked) => picked.picked_of(n)?,
        };
        Some(n - canaries).filter(|n| *n > 0)
    }

    /// What the percentages of these rules mean in the only job, or in the main job of the campaign, where that is known.
    pub fn in_robots(&self, rules: &Rules) -> Option<InRobots> {
        let n = self.main_robots()?;
        let setting = rules.setting(n);
        let failures = setting.failures_to_stop();
        Some(InRobots {
            window: setting.admission.window,
            failures_to_stop: (failures <= n).then_some(failures),
        })
    }
}

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub name: String,
    pub seed: u64,
    pub replications: u64,
    /// The base first, then the others in file order; at least one.
    pub profiles: Vec<Profile>,
    /// Sixteen hexadecimal digits that change with anything the scenario says, its data files included, but the seed, the number of
    /// replications, and what is expected of the results.
    pub hash: String,
}

impl Scenario {
    /// The profile of this name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// Whether any robot keeps weekly hours: results then depend on the time zone data too.
    pub fn has_weekly_hours(&self) -> bool {
        let cohorts = self.profiles.iter().flat_map(|it| &it.world.fleet.cohorts);
        cohorts.into_iter().any(keeps_hours)
    }
}

fn keeps_hours(cohort: &Cohort) -> bool {
    let mut robots = 0..cohort.inventory.len().max(1) as u32;
    robots
        .any(|index| cohort.windows_of(index).is_some() || cohort.offline_hours_of(index).is_some())
}
