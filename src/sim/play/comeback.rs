//! Robots that a job gave up as silent and that come back while they are watched, and what they change of its numbers: they may be
//! exposed by it, and may come to run the release when its own robots do not yet.

use crate::model::Instant;
use crate::sim::play::ending::EndKey;
use crate::sim::record::outcome::{Healing, marks_of};

/// A silent robot that comes back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) struct Comeback {
    /// Its place in the start order.
    pub(in crate::sim) place: u32,
    pub(in crate::sim) healing: Healing,
    /// Whether the command reaches it only now.
    pub(in crate::sim) exposes: bool,
}

impl Comeback {
    /// What of it is seen until the end of a watch, if anything is.
    pub(in crate::sim) fn seen_until(self, watch_end: Instant) -> Option<Comeback> {
        Some(Comeback {
            healing: self.healing.seen_until(watch_end)?,
            ..self
        })
    }
}

/// When each mark of `n` robots is reached by the updates of a job, given in two parts in order of time, together with the robots that
/// are updated by themselves. O(h log n) for h of these.
pub(in crate::sim) fn time_to(
    n: u32,
    updates: [&[EndKey]; 2],
    comebacks: &[Comeback],
) -> [Option<Instant>; 4] {
    let mut healed: Vec<Instant> = comebacks
        .iter()
        .filter_map(|comeback| comeback.healing.updated())
        .collect();
    healed.sort_unstable();
    // The place of each healed robot among all that run the release, counted from 1.
    let mut ranks = Vec::with_capacity(healed.len());
    for (rank, time) in (1..).zip(&healed) {
        let updated_by_then =
            updates.map(|updates| updates.partition_point(|end| end.time() <= *time));
        ranks.push(rank + updated_by_then.iter().sum::<usize>());
    }
    let [early, late] = updates;
    marks_of(n).map(|mark| {
        let mark = mark as usize;
        let among = ranks.partition_point(|rank| *rank <= mark);
        if among > 0 && ranks[among - 1] == mark {
            return Some(healed[among - 1]);
        }
        let update = (mark - among).checked_sub(1)?;
        early
            .get(update)
            .or_else(|| late.get(update - early.len()))
            .map(|end| end.time())
    })
}
