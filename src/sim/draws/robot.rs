//! All that is drawn for one robot.

use crate::model::{FailureCode, Ms, STAGES};
use crate::sim::link::Rate;

/// What goes wrong in a stage, if the robot gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The stage ends in failure after a time [ms] of its own.
    Fails { code: FailureCode, after: Ms },
    /// The stage lasts until the timeout or a stop ends it.
    Hangs,
}

/// What is drawn for one robot: the same whatever the setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    /// How long each stage lasts when nothing goes wrong and no other robot slows it down [ms]; 0 for a stage that does not exist.
    pub length: [Ms; STAGES],
    pub mishap: [Option<Mishap>; STAGES],
    /// Size of the bundle for this robot's architecture [bytes]; 0 if there is none.
    pub bundle: u64,
    /// The robot's own rate, as it counts on a link.
    pub cap: Rate,
}
