//! How each robot stands between the jobs of a campaign.

use crate::model::Instant;
use crate::rollout::{CanaryRobots, Pick};
use crate::sim::draws::attempt::{Attempt, Past};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::journey::Verdict;
use crate::sim::play::lineup::LinedUp;
use crate::sim::record::recording::{Deployment, Recording};

/// A robot as its deployments so far have left it.
#[derive(Clone, Debug, Default)]
pub(super) struct RobotState {
    attempt: Attempt,
    /// What its last deployment made of it, by the job's word; `None` before the first. A robot that runs the release keeps what it
    /// has if a later deployment never reached it.
    pub(super) verdict: Option<Verdict>,
    /// Whether its latest deployment updated it.
    in_sync: bool,
    pub(super) exposed: bool,
    /// Whether it runs the release.
    is_running: bool,
    /// Whether it was updated when it came back by itself from the deployment that its verdict is of, if it did.
    pub(super) healed: Option<bool>,
}

/// The robots of a fleet; see the module's description.
#[derive(Clone)]
pub(in crate::sim) struct Roster {
    /// By robot.
    pub(super) states: Vec<RobotState>,
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
            states: vec![RobotState::default(); n as usize],
            joins: Vec::new(),
            running: 0,
        }
    }

    /// Adds a robot that was never deployed to.
    pub(in crate::sim) fn add(&mut self) {
        self.states.push(RobotState::default());
    }

    /// A robot's next deployment is of another release than its last one: what was wrong with that one is past.
    pub(in crate::sim) fn meets_another_release(&mut self, robot: u32) {
        let past = &mut self.states[robot as usize].attempt.past;
        *past = Past {
            fault: past.fault.filter(|code| !code.is_of_release()),
            ..Past::default()
        };
    }

    /// The number of robots of the fleet, registered or not.
    pub(super) fn robots(&self) -> u32 {
        self.states.len() as u32
    }

    /// How many of them run the release.
    pub(super) fn running(&self) -> u32 {
        self.running
    }

    /// Which of a robot's deployments comes next.
    pub(super) fn attempt(&self, robot: u32) -> Attempt {
        self.states[robot as usize].attempt
    }

    /// The deployment that comes next of each robot a job is for; its turn may not come.
    pub(in crate::sim) fn target(&mut self, robots: &[u32]) -> Vec<(u32, Attempt)> {
        let mut targets = Vec::with_capacity(robots.len());
        for robot in robots {
            let attempt = &mut self.states[*robot as usize].attempt;
            targets.push((*robot, *attempt));
            attempt.jobs_before += 1;
        }
        targets
    }

    /// The robots registered at a time that are wanted, ascending.
    pub(super) fn registered(&self, time: Instant, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        (0..self.robots())
            .filter(|robot| {
                let joins = self.joins.get(*robot as usize);
                joins.is_none_or(|joins| *joins <= time) && wanted(*robot)
            })
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
        self.registered(time, |robot| !self.states[robot as usize].in_sync)
    }

    /// The robots that were exposed, ascending.
    pub(super) fn exposed(&self) -> Vec<u32> {
        (0..self.robots())
            .filter(|robot| self.states[*robot as usize].exposed)
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
        lined_up: LinedUp,
        recording: &Recording,
        created: Instant,
    ) -> Vec<Deployment> {
        let deployments: Vec<Deployment> = lined_up
            .deployments(recording)
            .map(|deployment| deployment.of_job(created))
            .collect();
        for (place, deployment) in (0..).zip(&deployments) {
            self.absorb_one(lined_up, recording, place, deployment);
        }
        deployments
    }

    /// As `absorb`, of some of the robots alone.
    pub(in crate::sim) fn absorb_some(
        &mut self,
        lined_up: LinedUp,
        recording: &Recording,
        created: Instant,
        is_meant: impl Fn(u32) -> bool,
    ) {
        for (place, deployment) in (0..).zip(lined_up.deployments(recording)) {
            if is_meant(deployment.robot) {
                self.absorb_one(lined_up, recording, place, &deployment.of_job(created));
            }
        }
    }

    fn absorb_one(
        &mut self,
        lined_up: LinedUp,
        recording: &Recording,
        place: u32,
        deployment: &Deployment,
    ) {
        let state = &mut self.states[deployment.robot as usize];
        let was_running = state.is_running;
        let is_reached = deployment.down.is_some() || deployment.healed.is_some();
        let is_updated = deployment.verdict == Verdict::Updated;
        let mut past = match is_updated {
            true => Past::default(),
            false => (state.attempt.past)
                .after_journey(&lined_up.draws(place), &lined_up.journey(recording, place)),
        };
        state.in_sync = is_updated;
        state.exposed |= is_reached;
        if is_reached || !was_running {
            state.is_running = is_updated;
            state.healed = None;
            state.verdict = Some(deployment.verdict);
        }
        if let Some(end) = deployment.healed.and_then(|healing| healing.end) {
            state.in_sync = end.updated;
            state.is_running = end.updated;
            state.healed = Some(end.updated);
            past = match end.updated {
                true => Past::default(),
                false => past.after_healing(&lined_up.draws(place)),
            };
        }
        state.attempt.number += 1;
        state.attempt.past = past;
        self.running = self.running + u32::from(state.is_running) - u32::from(was_running);
    }
}
