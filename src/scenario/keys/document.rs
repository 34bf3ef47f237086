//! The keys of the document itself.

use crate::model::Ms;

/// The most replications of a run.
pub const REPLICATIONS_MAX: u64 = 10_000_000;

/// The longest time for which robots are watched after the last robot deployment: 30 days.
pub const OBSERVE_AFTER_MAX_MS: Ms = 30 * 86_400_000;

/// The longest time from the first job's creation on for which robots are watched in any case: 90 days.
pub const OBSERVE_FOR_MAX_MS: Ms = 90 * 86_400_000;
