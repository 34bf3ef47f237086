//! Who starts when.

use crate::model::Ms;
use crate::rollout::EndedBy;

/// In which order robots get their turn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// A fresh random order in every replication.
    Shuffled,
    /// Cohorts as in the file, robots by index.
    File,
    /// Cohorts in this order, which names each once, in a fresh random order within each.
    Cohorts(Vec<u16>),
}

/// When freed slots are filled again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pacing {
    /// Each at once.
    Sliding,
    /// All together, when all of a batch have ended.
    Batches,
}

/// When robots may start: the rules that shape a trajectory, as numbers of robots and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Admission {
    /// Robots in flight at most; at least 1.
    pub window: u32,
    pub pacing: Pacing,
    /// When the job ends at the latest [ms after its creation]. Ends of robots at this very moment still count, and refill.
    pub deadline: Ms,
    /// What ends the job then.
    pub at_deadline: EndedBy,
}

impl Admission {
    /// How many of the robots that are waiting start now, while so many are in flight.
    #[inline]
    #[must_use]
    pub fn starts(&self, in_flight: u32, waiting: u32) -> u32 {
        let free = match self.pacing {
            Pacing::Sliding => self.window.saturating_sub(in_flight),
            Pacing::Batches if in_flight == 0 => self.window,
            Pacing::Batches => 0,
        };
        free.min(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_filled_at_once_or_with_its_batch() {
        let of = |pacing| Admission { window: 3, pacing, deadline: 0, at_deadline: EndedBy::Cancel };
        let starts = |pacing, waiting| [3, 2, 0].map(|in_flight| of(pacing).starts(in_flight, waiting));
        assert_eq!((starts(Pacing::Sliding, 9), starts(Pacing::Sliding, 2)), ([0, 1, 3], [0, 1, 2]));
        assert_eq!((starts(Pacing::Batches, 9), starts(Pacing::Batches, 2)), ([0, 0, 3], [0, 0, 2]));
    }
}
