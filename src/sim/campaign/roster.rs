//! How each robot stands between the jobs of a campaign.

use crate::model::{FailureCode, Instant};
use crate::rollout::{CanaryRobots, Pick};
use crate::sim::draws::attempt::{Attempt, Past};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::journey::Verdict;
use crate::sim::play::lineup::Deployments;
use crate::sim::record::recording::{Passage, Recording};

/// A robot as its deployments so far have left it.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    attempt: Attempt,
    pub(super) class: Class,
    /// Whether its latest deployment updated it.
    in_sync: bool,
    pub(super) exposed: bool,
    /// Whether it runs the release.
    is_running: bool,
    /// Whether it was updated when it came back by itself from the deployment that its class is of, if it did.
    pub(super) healed: Option<bool>,
}

/// What its last deployment made of a robot, by the job's word. One that runs the release keeps what it has if a later deployment never
/// reached it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Class {
    #[default]
    NeverStarted,
    Updated,
    Failed(FailureCode),
    Aborted,
}

/// The robots of a fleet; see the module's description.
#[derive(Clone)]
pub(in crate::sim) struct Roster {
    /// By robot.
    pub(super) standings: Vec<Standing>,
    /// By robot, when it is registered; empty if all are from the beginning on.
    joins: Vec<Instant>,
    running: u32,
}

impl Roster {
    /// All robots before any job.
    pub(in crate::sim) fn new(dice: &Dice, hand: &Hand) -> Roster {
        let mut roster = Roster::of_registered(dice.robots());
        if dice.cohorts.iter().any(|cohort| cohort.joins.is_some()) {
            roster
                .joins
                .extend((0..dice.robots()).map(|robot| hand.joins(dice, robot)));
        }
        roster
    }

    /// `n` robots that are all registered, before any job.
    pub(in crate::sim) fn of_registered(n: u32) -> Roster {
        Roster {
            standings: vec![Standing::default(); n as usize],
            joins: Vec::new(),
            running: 0,
        }
    }

    /// The number of robots of the fleet, registered or not.
    pub(super) fn robots(&self) -> u32 {
        self.standings.len() as u32
    }

    /// How many of them run the release.
    pub(super) fn running(&self) -> u32 {
        self.running
    }

    /// Which of a robot's deployments comes next.
    pub(super) fn attempt(&self, robot: u32) -> Attempt {
        self.standings[robot as usize].attempt
    }

    /// The deployment that comes next of each robot a job is for; its turn may not come.
    pub(super) fn target(&mut self, robots: &[u32]) -> Vec<(u32, Attempt)> {
        let target = |robot: &u32| {
            let attempt = &mut self.standings[*robot as usize].attempt;
            let now = *attempt;
            attempt.jobs_before += 1;
            (*robot, now)
        };
        robots.iter().map(target).collect()
    }

    /// The robots registered at a time that are wanted, ascending.
    pub(super) fn registered(&self, time: Instant, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let joined = |robot: &u32| {
            self.joins
                .get(*robot as usize)
                .is_none_or(|joins| *joins <= time)
        };
        (0..self.robots())
            .filter(|robot| joined(robot) && wanted(*robot))
            .collect()
    }

    /// When the next robot is registered after a time; none if all are.
    pub(super) fn next_joins(&self, time: Instant) -> Option<Instant> {
        self.joins
            .iter()
            .copied()
            .filter(|joins| *joins > time)
            .min()
    }

    /// The registered robots that are not in sync, ascending.
    pub(super) fn not_in_sync(&self, time: Instant) -> Vec<u32> {
        self.registered(time, |robot| !self.standings[robot as usize].in_sync)
    }

    /// The robots that were exposed, ascending.
    pub(super) fn exposed(&self) -> Vec<u32> {
        (0..self.robots())
            .filter(|robot| self.standings[*robot as usize].exposed)
            .collect()
    }

    /// The robots of a canary at the beginning, ascending.
    pub(super) fn canary(&self, dice: &Dice, hand: &Hand, robots: &CanaryRobots) -> Vec<u32> {
        let pick = match robots {
            CanaryRobots::Cohorts(cohorts) => {
                return self.registered(Instant::CREATION, |robot| {
                    cohorts.contains(&(dice.cohort_of(robot) as u16))
                });
            }
            CanaryRobots::Count(_, pick) | CanaryRobots::Share(_, pick) => *pick,
        };
        let mut picked = self.registered(Instant::CREATION, |_| true);
        let count = robots
            .picked_of(picked.len() as u32)
            .expect("a bug: cohorts are not picked");
        if pick == Pick::Random {
            picked.sort_by_cached_key(|robot| (hand.canary_word(dice, *robot), *robot));
        }
        picked.truncate(count as usize);
        picked.sort_unstable();
        picked
    }

    /// Takes note of what a job did to its robots that was created at a time; its deployments, as the first job counts.
    pub(in crate::sim) fn absorb(
        &mut self,
        deployments: Deployments,
        recording: &Recording,
        created: Instant,
    ) -> Vec<Passage> {
        let passages = deployments
            .passages(recording)
            .map(|passage| passage.of_job(created));
        let passages: Vec<Passage> = passages.collect();
        for (place, passage) in (0..).zip(&passages) {
            self.absorb_one(deployments, recording, place, passage);
        }
        passages
    }

    fn absorb_one(
        &mut self,
        deployments: Deployments,
        recording: &Recording,
        place: u32,
        passage: &Passage,
    ) {
        let draws = || deployments.draws(place);
        let standing = &mut self.standings[passage.robot as usize];
        let was_running = standing.is_running;
        let is_reached = passage.down.is_some() || passage.healed.is_some();
        let is_updated = passage.verdict == Verdict::Updated;
        let mut past = standing.attempt.past;
        past = if is_updated {
            Past::default()
        } else {
            past.after_journey(&draws(), &deployments.journey(recording, place))
        };
        standing.in_sync = is_updated;
        standing.exposed |= is_reached;
        if is_reached || !was_running {
            standing.is_running = is_updated;
            standing.healed = None;
            standing.class = match (passage.verdict, passage.verdict.code()) {
                (Verdict::Updated, _) => Class::Updated,
                (verdict, Some(code)) if verdict.failed() => Class::Failed(code),
                _ => Class::Aborted,
            };
        }
        if let Some(end) = passage.healed.and_then(|healing| healing.end) {
            standing.in_sync = end.updated;
            standing.is_running = end.updated;
            standing.healed = Some(end.updated);
            past = if end.updated {
                Past::default()
            } else {
                past.after_healing(&draws())
            };
        }
        standing.attempt.number += 1;
        standing.attempt.past = past;
        self.running = self.running + u32::from(standing.is_running) - u32::from(was_running);
    }
}
