//! How robots move from status to status in the course of a job or a campaign.

use crate::model::Ms;
use crate::sim::campaign::{Deployed, JobKind};
use crate::sim::recording::{EndState, Passage};

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
    /// [ms after the beginning]
    pub time: Ms,
    pub from: Status,
    pub to: Status,
}

/// All that moves in the course of a replication, in time from the beginning on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Movements {
    pub moves: Vec<Move>,
    /// From when until when robots are down. A robot that is deployed to while it is down is down anew.
    pub downs: Vec<(Ms, Ms)>,
    /// When robots healed in the end, and whether they were updated.
    pub healings: Vec<(Ms, bool)>,
}

impl Movements {
    /// The movements of one job.
    pub fn of_job(passages: impl Iterator<Item = Passage>) -> Movements {
        let mut movements = Movements::default();
        for passage in passages {
            movements.moves.push(Move { time: passage.start, from: Status::Pending, to: Status::Deploying });
            movements.moves.push(Move { time: passage.end, from: Status::Deploying, to: status(passage.end_state) });
            movements.downs.extend(passage.down);
            movements.healings.extend(passage.healed.map(|healing| (healing.end, healing.updated)));
        }
        movements
    }

    /// The movements of a campaign, whose deployments come job by job.
    pub fn of_campaign(deployed: &[Deployed]) -> Movements {
        let robots = deployed.iter().map(|deployed| deployed.passage.robot as usize + 1).max().unwrap_or(0);
        let mut movements = Movements::default();
        // By robot, how it stands and which of the times down is its last.
        let mut standing: Vec<(Status, Option<usize>)> = vec![Default::default(); robots];
        for Deployed { kind, passage, healing_counts } in deployed {
            let (now, last_down) = &mut standing[passage.robot as usize];
            movements.moves.push(Move { time: passage.start, from: *now, to: Status::Deploying });
            // A robot that is not reached keeps what it has.
            let keeps = *now == Status::Updated && passage.down.is_none();
            *now = match status(passage.end_state) {
                _ if keeps => Status::Updated,
                Status::Updated if *kind == JobKind::Recovery => Status::Recovered,
                status => status,
            };
            movements.moves.push(Move { time: passage.end, from: Status::Deploying, to: *now });
            if let Some((from, up)) = passage.down {
                if let Some(last) = *last_down {
                    let (_, up) = &mut movements.downs[last];
                    *up = from.min(*up);
                }
                *last_down = Some(movements.downs.len());
                movements.downs.push((from, up));
            }
            match passage.healed {
                Some(healing) if *healing_counts && healing.updated => {
                    movements.moves.push(Move { time: healing.end, from: *now, to: Status::Updated });
                    *now = Status::Updated;
                }
                Some(healing) if !healing_counts => movements.healings.push((healing.end, healing.updated)),
                _ => {}
            }
        }
        movements
    }
}

fn status(end_state: EndState) -> Status {
    match end_state {
        EndState::Updated => Status::Updated,
        EndState::Failed => Status::Failed,
        EndState::Aborted => Status::Aborted,
    }
}
