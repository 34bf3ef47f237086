//! What is played on a world: one job under a setting, or a campaign.

use crate::rollout::{Campaign, Rules, Setting};
use crate::scenario::Profile;
use crate::sim::{Outcome, Player};

/// What is played on a world. Sorted ones lie so that those that share a trajectory are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    Job(Setting),
    Campaign(Box<(Rules, Campaign)>),
}

impl Scheme {
    /// The rules for a fleet of `n` robots, of the only job or of the main job of a campaign.
    pub fn new(rules: &Rules, campaign: Option<&Campaign>, n: u32) -> Scheme {
        match campaign {
            None => Scheme::Job(rules.setting(n)),
            Some(campaign) => Scheme::Campaign(Box::new((rules.clone(), campaign.clone()))),
        }
    }

    /// What a profile says.
    pub fn of(profile: &Profile) -> Scheme {
        Scheme::new(
            &profile.rules,
            profile.campaign.as_ref(),
            profile.world.fleet.robots(),
        )
    }

    /// Whether two differ in nothing but the threshold of one job, so that one trajectory serves both.
    pub fn shares_trajectory(&self, other: &Scheme) -> bool {
        match (self, other) {
            (Scheme::Job(setting), Scheme::Job(other)) => setting.shares_trajectory(other),
            _ => false,
        }
    }

    /// Plays the drawn replication.
    pub fn play(&self, player: &mut Player) -> Outcome {
        match self {
            Scheme::Job(setting) => player.play(setting),
            Scheme::Campaign(campaign) => player.play_campaign(&campaign.0, &campaign.1).outcome,
        }
    }

    /// Plays the drawn replication under schemes that share a trajectory, and gives their outcomes in order.
    pub(super) fn play_all(player: &mut Player, same: &[Scheme]) -> Vec<Outcome> {
        match &same[0] {
            campaign @ Scheme::Campaign(_) => vec![campaign.play(player)],
            Scheme::Job(_) => {
                let settings = same.iter().map(|scheme| match scheme {
                    Scheme::Job(setting) => setting.clone(),
                    Scheme::Campaign(_) => unreachable!("a bug: a campaign shares no trajectory"),
                });
                player.play_all(&settings.collect::<Vec<Setting>>())
            }
        }
    }
}
