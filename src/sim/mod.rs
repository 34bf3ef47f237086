//! One replication of a rollout.
//!
//! Reading order: a robot's [`journey`](Journey) through the stages of a deployment; the [`Dice`] that hold every robot's draws
//! as pure functions of what they are for; the [`Fates`] of a fleet in plain arrays; the line-up that puts them in start order
//! under a robot timeout; the rollout that moves a window along the line-up while stop rules watch; the tally of the robots that
//! started, and the [`Outcome`] that is recorded. A [`Player`] does all of that for one replication after another. A [`Link`], on
//! which downloads share a capacity, stands by itself: no rollout has one yet.
//!
//! Nothing here reads a file, prints, or knows that there are other replications. Time is integer milliseconds from the job's
//! creation.

mod calendar;
mod course;
mod dice;
mod fates;
mod hand;
mod journey;
mod lineup;
mod link;
mod millis;
mod outcome;
mod player;
mod presence;
mod rollout;
mod shuffle;
mod tally;
mod tournament;
mod traffic;

pub use dice::Dice;
pub use fates::Fates;
pub use hand::Hand;
pub use journey::{Draws, Journey, Mishap, NEVER, STAGES, Stage, Verdict};
pub use link::{Link, LinkStatistics, Rate, Work};
pub use outcome::{EndedBy, Healing, LinkUse, MARKS, Outcome};
pub use player::{EndState, Passage, Player, Recording, RobotRecord, Setting};
pub use presence::{Presence, Spell};
pub use rollout::Admission;

/// Rises with every change that gives other numbers for the same scenario and seed; outputs carry it.
pub const MODEL_VERSION: u32 = 1;
