//! A scenario played for a check: what a baseline is made of, and what it is compared with.

use crate::scenario::{Profile, Scenario};
use crate::sim::{Dice, Outcome, Player};
use crate::study::check::canonical;
use crate::study::expect::Evidence;
use crate::study::limit::Reach;
use crate::study::run::threshold_reached;
use crate::study::{Metric, Watch, replicate};
use crate::theory::exact::Exactness;

/// Every profile of a scenario, played.
pub struct Take {
    pub replications: u64,
    /// In the scenario's order.
    pub profiles: Vec<ProfileTake>,
}

/// A played profile.
pub struct ProfileTake {
    pub name: String,
    /// By replication.
    pub outcomes: Vec<Outcome>,
    /// Of the canonical text of each replication.
    pub digests: Vec<u64>,
    pub threshold_reached: Exactness,
    /// What its metrics can be at all.
    pub reach: Reach,
}

impl ProfileTake {
    /// The probability that the threshold is reached, where it is known exactly.
    pub fn threshold_exactly(&self) -> Option<f64> {
        let exact = self
            .threshold_reached
            .as_ref()
            .ok()
            .filter(|tail| tail.kind() == "exact");
        exact.map(|tail| tail.value)
    }
}

impl Take {
    /// What expectations are judged by.
    pub fn evidence(&self) -> Vec<Evidence<'_>> {
        let each = self.profiles.iter().map(|profile| Evidence {
            profile: &profile.name,
            outcomes: &profile.outcomes,
            threshold_reached: &profile.threshold_reached,
            reach: profile.reach,
        });
        each.collect()
    }
}

/// Plays every profile so often; `metrics` go into the digests. None if it was interrupted.
pub(super) fn take(
    scenario: &Scenario,
    metrics: &[&'static Metric],
    replications: u64,
    watch: &impl Watch,
) -> Option<Take> {
    let cases: Vec<Dice> = scenario
        .profiles
        .iter()
        .map(|profile| Dice::new(&profile.world))
        .collect();
    let played = replicate(0..replications, watch, &cases, |players, replication| {
        let each = players.iter_mut().zip(&scenario.profiles);
        let digests = each.map(|(player, profile)| {
            player.draw(replication);
            canonical::digest(player, profile, metrics)
        });
        digests.collect::<Vec<(Outcome, u64)>>()
    });
    if (played.len() as u64) < replications {
        return None;
    }
    let mut by_profile: Vec<(Vec<Outcome>, Vec<u64>)> =
        cases.iter().map(|_| Default::default()).collect();
    for replication in played {
        for ((outcomes, digests), (outcome, digest)) in by_profile.iter_mut().zip(replication) {
            outcomes.push(outcome);
            digests.push(digest);
        }
    }
    let profiles = scenario.profiles.iter().zip(by_profile);
    let profiles = profiles.map(|(profile, (outcomes, digests))| ProfileTake {
        name: profile.name.clone(),
        threshold_reached: threshold_reached(profile, replications),
        reach: Reach::of(profile),
        outcomes,
        digests,
    });
    Some(Take {
        replications,
        profiles: profiles.collect(),
    })
}

/// The lines of the robots of one replication of a profile.
pub(super) fn lines(profile: &Profile, replication: u64) -> Vec<String> {
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    player.draw(replication);
    canonical::lines(&mut player, profile)
}
