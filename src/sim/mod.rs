//! One replication of a rollout.
//!
//! **Reading order.** Folders are read in this order, and each folder's first page gives the order of its files:
//!
//! 1. `draws`: what chance holds, whatever the setting. [`Dice`] are a world's laws compiled for drawing; a [`Hand`] is how they lie in one
//!    replication; [`Fates`] hold the fleet in plain arrays, 16 bytes per robot. [`Presence`] says when a robot is online.
//! 2. `journey`: one robot's way through the stages of a deployment, from its draws and its presence. Where robots do not interact, the whole
//!    [`Journey`] is known at its start.
//! 3. `play`: one job under a [`Setting`](crate::rollout::Setting). The line-up puts the robots in start order. The fast play (`apart`) moves a
//!    window along it, one event per deployment; the event play (`traffic`) asks admission for turns, and serves links, rates and
//!    every other rule. A [`Player`] does this for one replication after another.
//! 4. `link`: a [`Link`] shares its capacity among downloads, max-min fair, in integers.
//! 5. `record`: what is kept. An [`Outcome`] is the numbers of a replication; a [`Recording`] has every start.
//! 6. `campaign`: jobs in sequence on the same fates. Which job comes next is decided apart from how jobs are played.
//! 7. `session`: a [`Session`] is the event play held in memory: advanced, looked at, told to cancel.
//!
//! **Words.** A *fate* is what the dice hold for a robot; a *line-up* is the robots in start order with their ends as numbers; a *cut* is where a
//! stop rule ends a trajectory; a *tally* counts robots that started; an *attempt* is the n-th deployment of a robot.
//!
//! Nothing here reads a file, prints, or knows that there are other replications. Time is integer milliseconds from the job's
//! creation. At one instant downloads come first (complete, timed out, begun, paused), then robots' ends and contacts in start order; then turns
//! that were asked for again, and what ends the job at the latest.

mod campaign;
mod draws;
mod journey;
mod link;
mod play;
mod record;
mod session;

pub use campaign::{CampaignPlay, JobKind, JobPlay};
pub use draws::assignment::Assignment;
pub use draws::attempt::{Attempt, Lapse, Past, RECOVERING};
pub use draws::dice::{Dice, PURPOSES};
pub use draws::fates::Fates;
pub use draws::hand::Hand;
pub use draws::presence::{Presence, Spell};
pub use draws::robot::{Draws, Mishap};
pub use journey::{Journey, SlotTime, Verdict};
pub use link::{Link, LinkStatistics, Rate, Work};
pub use play::player::Player;
pub use record::movements::{Condition, ConditionChange, Move, Movements, Status};
pub use record::outcome::{Aftermath, Healing, HealingEnd, LinkUse, MARKS, Outcome};
pub use record::recording::{Deployment, Recording, RobotRecord};
pub use record::sight::{Progress, RobotSight, StatusCounts};
pub use session::{JobSight, Session};

/// Rises with every change that gives other numbers for the same scenario and seed; outputs carry it.
pub const MODEL_VERSION: u32 = 2;
