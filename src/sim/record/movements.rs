//! How robots move from status to status in the course of a job or a campaign.

use crate::model::Instant;
use crate::sim::campaign::{Deployed, JobKind};
use crate::sim::journey::Verdict;
use crate::sim::record::outcome::Healing;
use crate::sim::record::recording::Passage;

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
    pub turns: Vec<Turn>,
}

/// A robot begins to be something that has nothing to do with its status, or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub time: Instant,
    pub what: Being,
    pub begins: bool,
}

/// What a robot may be whatever its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Being {
    /// It runs the release.
    Running,
    /// It was given up as silent, came back by itself and was updated, or failed.
    Healed,
    HealedFailed,
}

/// How a robot stands while its movements are gathered.
#[derive(Clone, Copy, Default)]
struct Standing {
    status: Status,
    /// Which of the times down is its last.
    last_down: Option<usize>,
    is_running: bool,
    healed: Option<Being>,
}

impl Movements {
    /// The movements of one job.
    pub fn of_job(passages: impl Iterator<Item = Passage>) -> Movements {
        let mut movements = Movements::default();
        for passage in passages {
            movements.add(&mut Standing::default(), JobKind::Main, &passage);
        }
        movements
    }

    /// The movements of a campaign, whose deployments come job by job.
    pub fn of_campaign(deployed: &[Deployed]) -> Movements {
        let robots = deployed
            .iter()
            .map(|deployed| deployed.passage.robot as usize + 1)
            .max()
            .unwrap_or(0);
        let mut movements = Movements::default();
        let mut standings: Vec<Standing> = vec![Standing::default(); robots];
        for Deployed { kind, passage } in deployed {
            movements.add(&mut standings[passage.robot as usize], *kind, passage);
        }
        movements
    }

    /// The changes of the number of robots that run the release, in order of time; at one instant those that end come first.
    pub fn running(&self) -> Vec<(Instant, i32)> {
        let running = self.turns.iter().filter(|turn| turn.what == Being::Running);
        let mut changes: Vec<(Instant, i32)> = running
            .map(|turn| (turn.time, if turn.begins { 1 } else { -1 }))
            .collect();
        changes.sort_unstable();
        changes
    }

    fn add(&mut self, robot: &mut Standing, kind: JobKind, passage: &Passage) {
        self.moves.push(Move {
            time: passage.start,
            from: robot.status,
            to: Status::Deploying,
        });
        let end = match status(passage.verdict) {
            // A robot that is not reached keeps what it has.
            _ if robot.is_running && passage.down.is_none() => robot.status,
            Status::Updated if kind == JobKind::Recovery => Status::Recovered,
            status => status,
        };
        if !robot.is_running || passage.down.is_some() {
            self.heals_no_more(robot, passage.down.map_or(passage.end, |(from, _)| from));
        }
        self.moves.push(Move {
            time: passage.end,
            from: Status::Deploying,
            to: end,
        });
        robot.status = end;
        if let Some((from, up)) = passage.down {
            self.stop_running(robot, from);
            self.go_down(robot, from, up);
        }
        if end == Status::Updated && passage.verdict == Verdict::Updated {
            self.run(robot, passage.end);
        }
        if let Some(healing) = passage.healed {
            self.heal(robot, kind, passage, &healing);
        }
    }

    /// A silent robot comes back, and pulls what the latest job deployed.
    fn heal(&mut self, robot: &mut Standing, kind: JobKind, passage: &Passage, healing: &Healing) {
        self.stop_running(robot, healing.contact);
        self.heals_no_more(robot, healing.contact);
        let word_of_job = status(passage.verdict);
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
            Being::Healed
        } else {
            Being::HealedFailed
        };
        self.turns.push(Turn {
            time: end.time,
            what,
            begins: true,
        });
        robot.healed = Some(what);
        if end.updated {
            self.run(robot, end.time);
        }
    }

    fn run(&mut self, robot: &mut Standing, time: Instant) {
        self.turns.push(Turn {
            time,
            what: Being::Running,
            begins: true,
        });
        robot.is_running = true;
    }

    fn stop_running(&mut self, robot: &mut Standing, time: Instant) {
        if std::mem::take(&mut robot.is_running) {
            self.turns.push(Turn {
                time,
                what: Being::Running,
                begins: false,
            });
        }
    }

    fn heals_no_more(&mut self, robot: &mut Standing, time: Instant) {
        if let Some(what) = robot.healed.take() {
            self.turns.push(Turn {
                time,
                what,
                begins: false,
            });
        }
    }

    fn go_down(&mut self, robot: &mut Standing, from: Instant, up: Instant) {
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
