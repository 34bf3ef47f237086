//! Records of a play: the [`outcome`] of a replication, a [`recording`] of every start, the [`movements`] of robots between
//! statuses, and what is in [`sight`] at a time.

pub(in crate::sim) mod movements;
pub(in crate::sim) mod outcome;
pub(in crate::sim) mod recording;
pub(in crate::sim) mod sight;
