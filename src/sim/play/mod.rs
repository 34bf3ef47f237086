//! Playing one job under a setting.
//!
//! The [`lineup`] puts the robots in start order under a robot timeout. The fast play, [`apart`], moves a window along it, with its
//! [`calendar`] of ends; the event play, [`traffic`], serves every setting and world. Both report to a [`course`] starts and
//! ends, and a [`tally`] counts the robots that started. A [`player`] does all of that for one replication after another.

pub(in crate::sim) mod apart;
mod calendar;
pub(in crate::sim) mod comeback;
mod course;
pub(in crate::sim) mod ending;
pub(in crate::sim) mod lineup;
pub(in crate::sim) mod player;
pub(in crate::sim) mod result;
pub(in crate::sim) mod tally;
mod tournament;
pub(in crate::sim) mod traffic;
