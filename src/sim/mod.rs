//! One replication of a rollout.
//!
//! Reading order: a robot's [`presence`](Presence) in time and its [`journey`](Journey) through the stages of a deployment; the
//! [`Dice`] that hold every robot's draws as pure functions of what they are for; the [`Fates`] of a fleet in plain arrays; the
//! line-up that puts them in start order under a robot timeout. Two engines play a line-up under a [`Setting`](crate::rollout::Setting). Where robots do not
//! meet, a deployment is one event, its end: the rollout moves a window along the line-up while stop rules watch. Where they share a
//! [`Link`], traffic adds an event for each step at which they do. Either tells a course of starts and ends, and a tally counts
//! the robots that started for the [`Outcome`] that is recorded. A [`Player`] does all of that for one replication after another.
//!
//! A campaign plays several jobs on the same fates, each an [`Assignment`] of robots and of their n-th deployment ([`Attempt`]).
//! A [`Session`] is the event play held: it is advanced, looked at and told to cancel, through campaigns too.
//!
//! Nothing here reads a file, prints, or knows that there are other replications. Time is integer milliseconds from the job's
//! creation.

mod campaign;
mod draws;
mod journey;
mod link;
mod play;
mod record;
mod session;

pub use campaign::{CampaignPlay, Deployed, JobKind, JobPlay};
pub use draws::assignment::Assignment;
pub use draws::attempt::{Attempt, Lapse, Past, RECOVERING};
pub use draws::dice::{Dice, PURPOSES};
pub use draws::fates::Fates;
pub use draws::hand::Hand;
pub use draws::presence::{Presence, Spell};
pub use draws::robot::{Draws, Mishap};
pub use journey::{Journey, Verdict};
pub use link::{Link, LinkStatistics, Rate, Work};
pub use play::player::Player;
pub use record::movements::{Being, Move, Movements, Status, Turn};
pub use record::outcome::{Aftermath, Healing, HealingEnd, LinkUse, MARKS, Outcome};
pub use record::recording::{EndState, Passage, Recording, RobotRecord};
pub use record::sight::{Counts, Progress, RobotSight};
pub use session::{JobSight, Session};

/// Rises with every change that gives other numbers for the same scenario and seed; outputs carry it.
pub const MODEL_VERSION: u32 = 2;
