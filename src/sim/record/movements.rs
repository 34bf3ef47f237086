//! How robots move from status to status in the course of a job or a campaign.

use crate::model::Instant;
use crate::sim::campaign::JobKind;
use crate::sim::journey::Verdict;
use crate::sim::record::outcome::Healing;
use crate::sim::record::recording::Deployment;

/// Where a robot is in the course of things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Waiting for a slot, or for a job.
    #[default]
    Pending,
    Deploying,
    Updated,
    Failed,
    Aborted,
    /// On the old version again.
    Recovered,
}

/// A robot changes its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub time: Instant,
    pub from: Status,
    pub to: Status,
}

/// All that moves in the course of a replication, in time from the beginning on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Movements {
    pub moves: Vec<Move>,
    /// From when until when robots are down. A robot that is deployed to while it is down is down anew.
    pub downs: Vec<(Instant, Instant)>,
    pub turns: Vec<ConditionChange>,
}

/// A robot begins to be something that has nothing to do with its status, or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionChange {
    pub time: Instant,
    pub what: Condition,
    pub begins: bool,
}

/// What a robot may be whatever its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It runs the release.
    Running,
    /// It was given up as silent, came back by itself and was updated, or failed.
    Healed,
    HealedFailed,
}

/// How a robot stands while its movements are gathered.
#[derive(Clone, Copy, Default)]
struct RobotMovements {
    status: Status,
    /// Which of the times down is its last.
    last_down: Option<usize>,
    is_running: bool,
    healed: Option<Condition>,
}

impl Movements {
    /// The movements of one job.
    pub fn of_job(deployments: impl Iterator<Item = Deployment>) -> Movements {
        let mut movements = Movements::default();
        for deployment in deployments {
            movements.add(&mut RobotMovements::default(), JobKind::Main, &deployment);
        }
        movements
    }

    /// The movements of a campaign, whose deployments come job by job.
    pub fn of_campaign(deployed: &[(JobKind, Deployment)]) -> Movements {
        let robots = deployed
            .iter()
            .map(|(_, deployment)| deployment.robot as usize + 1)
            .max()
            .unwrap_or(0);
        let mut movements = Movements::default();
        let mut of_robots: Vec<RobotMovements> = vec![RobotMovements::default(); robots];
        for (kind, deployment) in deployed {
            movements.add(&mut of_robots[deployment.robot as usize], *kind, deployment);
        }
        movements
    }

    /// The changes of the number of robots that run the release, in order of time; at one instant those that end come first.
    pub fn running(&self) -> Vec<(Instant, i32)> {
        let running = self
            .turns
            .iter()
            .filter(|turn| turn.what == Condition::Running);
        let mut changes: Vec<(Instant, i32)> = running
            .map(|turn| (turn.time, if turn.begins { 1 } else { -1 }))
            .collect();
        changes.sort_unstable();
        changes
    }

    fn add(&mut self, robot: &mut RobotMovements, kind: JobKind, deployment: &Deployment) {
        self.moves.push(Move {
            time: deployment.start,
            from: robot.status,
            to: Status::Deploying,
        });
        let end = match status(deployment.verdict) {
            // A robot that is not reached keeps what it has.
            _ if robot.is_running && deployment.down.is_none() => robot.status,
            Status::Updated if kind == JobKind::Recovery => Status::Recovered,
            status => status,
        };
        if !robot.is_running || deployment.down.is_some() {
            self.heals_no_more(
                robot,
                deployment.down.map_or(deployment.end, |(from, _)| from),
            );
        }
        self.moves.push(Move {
            time: deployment.end,
            from: Status::Deploying,
            to: end,
        });
        robot.status = end;
        if let Some((from, up)) = deployment.down {
            self.stop_running(robot, from);
            self.go_down(robot, from, up);
        }
        if end == Status::Updated && deployment.verdict == Verdict::Updated {
            self.run(robot, deployment.end);
        }
        if let Some(healing) = deployment.healed {
            self.heal(robot, kind, deployment, &healing);
        }
    }

    /// A silent robot comes back, and pulls what the latest job deployed.
    fn heal(
        &mut self,
        robot: &mut RobotMovements,
        kind: JobKind,
        deployment: &Deployment,
        healing: &Healing,
    ) {
        self.stop_running(robot, healing.contact);
        self.heals_no_more(robot, healing.contact);
        let word_of_job = status(deployment.verdict);
        if robot.status != word_of_job {
            self.moves.push(Move {
                time: healing.contact,
                from: robot.status,
                to: word_of_job,
            });
            robot.status = word_of_job;
        }
        let Some(end) = healing.end.filter(|_| kind != JobKind::Recovery) else {
            return;
        };
        let what = if end.updated {
            Condition::Healed
        } else {
            Condition::HealedFailed
        };
        self.turns.push(ConditionChange {
            time: end.time,
            what,
            begins: true,
        });
        robot.healed = Some(what);
        if end.updated {
            self.run(robot, end.time);
        }
    }

    fn run(&mut self, robot: &mut RobotMovements, time: Instant) {
        self.turns.push(ConditionChange {
            time,
            what: Condition::Running,
            begins: true,
        });
        robot.is_running = true;
    }

    fn stop_running(&mut self, robot: &mut RobotMovements, time: Instant) {
        if std::mem::take(&mut robot.is_running) {
            self.turns.push(ConditionChange {
                time,
                what: Condition::Running,
                begins: false,
            });
        }
    }

    fn heals_no_more(&mut self, robot: &mut RobotMovements, time: Instant) {
        if let Some(what) = robot.healed.take() {
            self.turns.push(ConditionChange {
                time,
                what,
                begins: false,
            });
        }
    }

    fn go_down(&mut self, robot: &mut RobotMovements, from: Instant, up: Instant) {
        if let Some(last) = robot.last_down {
            let (_, up) = &mut self.downs[last];
            *up = from.min(*up);
        }
        robot.last_down = Some(self.downs.len());
        self.downs.push((from, up));
    }
}

fn status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Updated => Status::Updated,
        Verdict::Aborted => Status::Aborted,
        Verdict::Open => Status::Deploying,
        Verdict::Failed(_) | Verdict::TimedOut | Verdict::NoResponse => Status::Failed,
    }
}
