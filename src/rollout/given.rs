//! What the keys of an engine's table were given.

use crate::model::{JobFault, Ms};
use crate::rollout::Order;

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
