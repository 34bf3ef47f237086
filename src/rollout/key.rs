//! The keys of an engine's table, told once: the reader, the schema and what `explain` says come from them.

use crate::model::{JobFault, Ms};
use crate::rollout::Order;

/// A key of an engine's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub takes: Takes,
    /// What it is where the file says nothing, as one would write it without quotes; empty for nothing.
    pub default: &'static str,
    /// What that comes to where it is nothing.
    pub without: &'static str,
    /// What it says, without its range.
    pub about: &'static str,
}

/// What a key may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A whole number.
    Whole { least: u64, most: u64 },
    /// A duration [ms].
    Duration { least: Ms, most: Ms },
    /// One of some words.
    Choice(&'static [&'static str]),
    /// In which order robots get their turn.
    Order,
    /// Codes with which a job fails while it prepares, each with a probability.
    JobFaults,
    /// The law of what passes between a job's creation and its first starts. It is the world's, not the rules'.
    Preparing,
}

/// What a key was given, read and within its range.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Whole(u64),
    Duration(Ms),
    /// The place of the word among the choices.
    Choice(usize),
    Order(Order),
    JobFaults(Vec<JobFault>),
}
