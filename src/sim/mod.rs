//! One replication of a rollout.
//!
//! **The way of one replication.** [`Dice`] are a world's laws compiled for drawing. [`Player::draw`] draws a replication: [`Fates`], how each robot's
//! deployment goes if no stage fails or hangs and the robot stays online. For a [`Setting`](crate::rollout::Setting) the robots are lined up in start order; the fast play
//! moves a window along the line-up, or the event play asks admission for turns. The fast play serves jobs without links whose setting has one stop
//! rule, no rate of turns, holds a slot for a robot that cannot be contacted, and ends the job at its deadline; the event play serves the others. Where a stop rule fires, the trajectory is cut, a tally counts the
//! robots that started, and both together are an [`Outcome`].
//!
//! **Reading order.** Folders are read in this order:
//!
//! 1. `draws`: what is random, whatever the setting. A [`Hand`] is what is drawn once per replication; [`Fates`] hold the fleet in plain arrays,
//!    16 bytes per robot; [`Draws`] are the same of one robot, stage by stage; [`Presence`] says when a robot is online.
//! 2. `journey`: a robot's way through the stages of a deployment, from its draws and its presence. Where robots do not interact, the whole
//!    [`Journey`] is known at its start.
//! 3. `play`: one job under a setting. The line-up puts the robots in start order. The fast play (`apart`) has one event per deployment; the
//!    event play (`traffic`) serves links, rates and every other rule. A [`Player`] does this for one replication after another.
//! 4. `link`: a [`Link`] shares its capacity among downloads, max-min fair, in integers.
//! 5. `record`: what is kept. An [`Outcome`] is the numbers of a replication; a [`Recording`] has every [`Deployment`].
//! 6. `campaign`: jobs in sequence on the same fates. Which job comes next is decided apart from how jobs are played.
//! 7. `session`: a [`Session`] is the event play held in memory, to be advanced, looked at and canceled.
//!
//! **Words.** What is known of one robot deployment, from short to long: a *fate* is its times if no stage fails or hangs and the robot stays online; *draws* are all
//! that is drawn for it; a *flight* is one that has not ended; a *journey* is when each stage began and how it ended; an *ending* is what counts of a
//! journey; an *end key* is its end as one number for a calendar; a *deployment* is what a recording says of it. A [`Verdict`] is how it ended, and an
//! *attempt* is its number among the robot's deployments. A *line-up* is the robots in start order; a *cut* is where a trajectory ends, by a stop rule or otherwise; a robot is
//! *struck* if a stage fails or hangs or it never answers, *smooth* if it is updated within the timeout while online, and its ending is *rough* otherwise;
//! a *tally* counts robots that started.
//!
//! Nothing here reads a file, prints, or knows that there are other replications. An [`Instant`](crate::model::Instant) counts from a job's
//! creation: in a job of a campaign from its own, everywhere else from the first one's. At one instant downloads come first (complete, timed out,
//! begun, paused), then robots' ends and contacts in start order; then admission's scheduled re-checks, then the job's deadline.

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
pub use session::{ADDED_MAX, Busy, Deploys, JobSight, OpenSession, Session};

/// Rises with every change that gives other numbers for the same scenario and seed; outputs carry it.
pub const MODEL_VERSION: u32 = 2;
