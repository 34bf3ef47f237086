//! What is seen of a job as a whole.

use crate::model::Instant;
use crate::rollout::EndedBy;
use crate::sim::campaign::JobKind;
use crate::sim::record::sight::StatusCounts;

/// A job at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSight {
    pub kind: JobKind,
    pub created: Instant,
    /// How many it is for.
    pub robots: u32,
    /// When its first robots started, if they have.
    pub first_start: Option<Instant>,
    /// How and when its status turned terminal, if it has.
    pub ended: Option<(EndedBy, Instant)>,
    /// When the last of its robot deployments ended, if all have.
    pub drained: Option<Instant>,
    pub counts: StatusCounts,
}
