//! The fate of one robot in one replication, in short.

use crate::model::{Ms, ROBOT_TIMEOUT_MAX_MS};

/// Longer than any robot timeout.
pub(in crate::sim) const BEYOND: u32 = u32::MAX;

const _: () = assert!(
    ROBOT_TIMEOUT_MAX_MS < BEYOND as Ms,
    "a robot timeout overflows a fate"
);

/// A robot's journey in 16 bytes, from the contact on, if nothing but time can go wrong and no other robot slows it down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Fate {
    /// From the contact to the end [ms], at most [`BEYOND`].
    pub(in crate::sim) end: u32,
    /// Time spent downloading [ms].
    pub(in crate::sim) download: u32,
    /// Time spent in scripts [ms].
    pub(in crate::sim) scripts: u32,
    pub(in crate::sim) cohort: u16,
    pub(in crate::sim) architecture: u8,
    /// Whether something other than time goes wrong: then the times above do not hold, and its journey follows from its draws.
    pub(in crate::sim) struck: bool,
}
