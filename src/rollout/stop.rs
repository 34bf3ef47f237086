//! What stops a rollout, and what becomes of the robots in flight then.

use crate::rollout::EndedBy;

/// What becomes of the robots in flight when the job stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnStop {
    /// They run on to their end, and count.
    Drain,
    /// They are cut at once.
    Abort,
}

/// A stop rule that watches failures go by: it fires at the failure that reaches its number. Up to there a trajectory does not depend on it, so one
/// trajectory serves any number of them.
///
/// ```
/// use rollcast::rollout::{OnStop, RoboMaker, Stop};
///
/// let stop = Stop {
///     on_stop: OnStop::Drain,
///     ended_by: RoboMaker::BREACH,
///     failures: 15,
/// };
/// assert!(!stop.fires(14) && stop.fires(15));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stop {
    pub on_stop: OnStop,
    /// What ends the job then.
    pub ended_by: EndedBy,
    /// More than there are robots for never.
    pub failures: u32,
}

impl Stop {
    /// Whether it fires at a failure after which `failed` robots have failed.
    #[inline]
    #[must_use]
    pub fn fires(&self, failed: u32) -> bool {
        failed >= self.failures
    }
}
