//! rollcast forecasts a fleet rollout before it happens.
//!
//! A scenario says what a fleet of robots is like and under which rules a release is deployed to it; rollcast plays the rollout
//! thousands of times as a discrete-event simulation and tells how long it takes, how likely it is stopped, and how many robots
//! a bad release breaks. The library is also the specification of the model.
//!
//! Rooms in reading order, each of which knows only those before it: [`units`], [`key`], [`numeric`], [`random`] and [`stats`] know nothing of robots;
//! [`model`] is the world as plain data, [`rollout`] what a rollout engine decides, [`wire`] the notations of others, [`scenario`] the
//! file that a world is read from; [`sim`] plays one replication, [`theory`] is what is known without playing, [`study`] plays many
//! replications; [`chart`] draws and knows nothing of rollouts; [`report`] turns results into bytes; [`cli`] is what users type.

#![warn(unreachable_pub)]

pub mod chart;
pub mod cli;
pub mod key;
pub mod model;
pub mod numeric;
pub mod random;
pub mod report;
pub mod rollout;
pub mod scenario;
pub mod serve;
pub mod sim;
pub mod stats;
pub mod study;
pub mod theory;
pub mod units;
pub mod wire;
