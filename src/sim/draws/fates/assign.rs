//! Turning the fates of a fleet to a job for some of its robots, and back.

use crate::model::{Instant, Ms, Stage};
use crate::sim::draws::assignment::Assignment;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::{BEYOND, Fate};
use crate::sim::draws::fates::Fates;
use crate::sim::draws::presence::Presence;
use crate::sim::draws::robot::Draws;

impl Fates {
    /// Takes up a job of the drawn replication.
    pub(in crate::sim) fn assign(&mut self, dice: &Dice, assignment: &Assignment) {
        self.recall();
        let n = dice.robots() as usize;
        let mut assigned = std::mem::take(&mut self.spare);
        let comes_and_goes = !self.steady.is_empty();
        assigned.job = assignment.job;
        assigned.created = assignment.created;
        assigned.robots.clear();
        assigned.attempts.clear();
        assigned.attempts.resize(n, None);
        assigned.steady.clear();
        assigned.spells.clear();
        if comes_and_goes {
            assigned.steady.resize(n, Instant::NEVER);
            assigned.spells.resize(n, None);
        }
        for &(robot, attempt) in &assignment.robots {
            let at = robot as usize;
            assigned.robots.push(robot);
            assigned.attempts[at] = Some(attempt);
            if comes_and_goes {
                let mut presence = self.hand.presence(dice, robot);
                assigned.spells[at] = presence.numbered_spell_at(assignment.created);
                assigned.steady[at] = steady(
                    dice,
                    self.dead(dice, robot),
                    robot,
                    presence.since(assignment.created),
                );
            }
            if !attempt.is_first() {
                let lead = self.lead.get(at).copied().unwrap_or(0);
                assigned.replaced.push((robot, self.fates[at], lead));
                let draws = self.hand.draws(dice, robot, attempt);
                let struck = draws.mishap.iter().any(Option::is_some) || self.dead(dice, robot);
                self.fates[at] = later_fate(&draws, struck, self.fates[at]);
                if let Some(lead) = self.lead.get_mut(at) {
                    *lead = clipped_sum(&draws, Stage::Validating, Stage::Downloading);
                }
            }
        }
        self.assigned = Some(assigned);
    }

    /// Goes back to the whole fleet and its first deployments.
    pub(in crate::sim) fn recall(&mut self) {
        let Some(mut assigned) = self.assigned.take() else {
            return;
        };
        for (robot, fate, lead) in assigned.replaced.drain(..) {
            self.fates[robot as usize] = fate;
            if let Some(at) = self.lead.get_mut(robot as usize) {
                *at = lead;
            }
        }
        self.spare = assigned;
    }
}

/// Until when a robot can be contacted without interruption, from the job's creation on.
pub(super) fn steady(dice: &Dice, dead: bool, robot: u32, mut presence: Presence) -> Instant {
    let (cohort, index) = dice.member(robot);
    let spell = presence.spell_at(Instant::CREATION);
    match (dead, spell.online) {
        (true, _) => Instant::NEVER,
        (false, true) if !cohort.cohort.depends_on_start(index) => spell.until,
        _ => Instant::CREATION,
    }
}

/// The fate of a robot in a deployment that is not its first.
fn later_fate(draws: &Draws, struck: bool, first: Fate) -> Fate {
    let scripts = Stage::SCRIPTS.iter().fold(0u32, |sum, stage| {
        sum.saturating_add(clipped(draws.length[*stage as usize]))
    });
    Fate {
        end: clipped_sum(draws, Stage::Validating, Stage::PostLaunch)
            .saturating_add(clipped(draws.length[Stage::PostLaunch as usize])),
        download: clipped(draws.length[Stage::Downloading as usize]),
        scripts,
        struck,
        ..first
    }
}

/// The time that stages from `first` until, and not with, `end` take [ms].
fn clipped_sum(draws: &Draws, first: Stage, end: Stage) -> u32 {
    draws.length[first as usize..end as usize]
        .iter()
        .fold(0, |sum, length| sum.saturating_add(clipped(*length)))
}

fn clipped(ms: Ms) -> u32 {
    u32::try_from(ms).unwrap_or(BEYOND)
}
