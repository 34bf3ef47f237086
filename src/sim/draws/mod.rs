//! What chance holds for the robots of a replication, whatever the setting.
//!
//! [`Dice`](dice::Dice) are a world's laws compiled for drawing; a [`Hand`](hand::Hand) is what is drawn of them once per replication, the release's
//! [`luck`] among them; [`Fates`](fates::Fates) are those of a fleet in plain arrays. A robot's [`presence`] in time is a function of them too, and so is a
//! [`download`] at a rate that changes in time, along a [`trace`]. Further
//! deployments of a robot are keyed by their [`attempt`], and a job for some of the robots is an [`assignment`].

pub(in crate::sim) mod assignment;
pub(in crate::sim) mod attempt;
pub(in crate::sim) mod dice;
pub(in crate::sim) mod download;
pub(in crate::sim) mod fate;
pub(in crate::sim) mod fates;
pub(in crate::sim) mod hand;
mod longest;
pub(in crate::sim) mod luck;
pub(in crate::sim) mod millis;
pub(in crate::sim) mod presence;
pub(in crate::sim) mod robot;
pub(in crate::sim) mod shuffle;
pub(in crate::sim) mod trace;
