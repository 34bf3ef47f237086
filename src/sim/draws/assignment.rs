//! A job for some robots of the fleet, created later than the beginning, that may have been deployed to before.
//!
//! Fates are drawn for the whole fleet as if each robot met its first deployment at the beginning. What a later job finds different is
//! kept here: who belongs to it, the fates of those whose deployment is not their first, and where each is on its path online and
//! offline when the job is created. Time counts from there. Its memory is kept from one job to the next.

use crate::model::{Instant, WatchEnd};
use crate::sim::draws::attempt::Attempt;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::Fate;
use crate::sim::draws::hand::Hand;
use crate::sim::draws::presence::{NumberedSpell, Presence};

/// A job of a campaign, as its player needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Its number in the campaign, which keys what is drawn once a job.
    pub job: u32,
    /// When it is created, as the first job counts.
    pub created: Instant,
    /// Its robots, ascending, each with the deployment that is in turn.
    pub robots: Vec<(u32, Attempt)>,
    /// Until when robots that it gives up are watched, in time from its creation on.
    pub watch: WatchEnd,
}

/// An assignment as the fates of a replication meet it.
#[derive(Default)]
pub(in crate::sim) struct Assigned {
    pub(in crate::sim) job: u32,
    pub(in crate::sim) created: Instant,
    /// Ascending.
    pub(in crate::sim) robots: Vec<u32>,
    /// By robot of the fleet; none for those that do not belong to the job.
    pub(in crate::sim) attempts: Vec<Option<Attempt>>,
    /// Until when a robot can be contacted without interruption, from the job's creation on.
    pub(in crate::sim) steady: Vec<Instant>,
    /// By robot, the spell it is in at the job's creation.
    pub(in crate::sim) spells: Vec<Option<NumberedSpell>>,
    /// The fates that later deployments have taken the place of, with the time before the download.
    pub(in crate::sim) replaced: Vec<(u32, Fate, u32)>,
}

impl Assigned {
    /// Which of a robot's deployments is in turn.
    pub(in crate::sim) fn attempt(&self, robot: u32) -> Attempt {
        self.attempts[robot as usize].unwrap_or_default()
    }

    pub(in crate::sim) fn is_for(&self, robot: u32) -> bool {
        self.attempts[robot as usize].is_some()
    }

    /// When a robot is online, from the job's creation on.
    pub(in crate::sim) fn presence<'a>(
        &self,
        hand: &'a Hand,
        dice: &'a Dice,
        robot: u32,
    ) -> Presence<'a> {
        let spell = self.spells.get(robot as usize).copied().flatten();
        hand.presence_from(dice, robot, self.created, spell)
    }
}
