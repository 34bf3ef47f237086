//! Who starts when.

use crate::model::{Instant, Ms};
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

impl Order {
    /// The order that a word says.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Order> {
        match word {
            "shuffled" => Some(Order::Shuffled),
            "file" => Some(Order::File),
            _ => None,
        }
    }
}

/// At most `robots` turns in each interval.
///
/// ```
/// use rollcast::model::Instant;
/// use rollcast::rollout::{Admission, EndedBy, TurnRate, Seen, Turns};
///
/// let rate = Some(TurnRate {
///     robots: 4,
///     every: 60_000,
/// });
/// let admission = Admission {
///     rate,
///     ..Admission::window(10, Instant::NEVER, EndedBy::Cancel)
/// };
/// let seen = Seen {
///     time: 30_000,
///     turns: 4,
///     waiting: 16,
///     in_flight: 1,
/// };
/// assert_eq!(
///     admission.turns(&seen),
///     Turns {
///         now: 0,
///         again: Some(60_000)
///     }
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnRate {
    /// At least 1.
    pub robots: u32,
    /// [ms], at least 1.
    pub every: Ms,
}

/// What becomes of a robot whose turn comes while it cannot be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreachable {
    /// It is waited for in its slot, and the clock of its timeout runs.
    HoldsSlot,
    /// It waits without a slot, and its deployment starts when it can be contacted.
    Queues,
}

/// When robots may start: the rules that shape a trajectory, as numbers of robots and times.
///
/// ```
/// use rollcast::model::Instant;
/// use rollcast::rollout::{Admission, EndedBy, Pacing};
///
/// let sliding = Admission::window(3, Instant::NEVER, EndedBy::Cancel);
/// let batches = Admission {
///     pacing: Pacing::Batches,
///     ..sliding
/// };
/// // One of three has ended, and nine wait.
/// assert_eq!((sliding.starts(2, 9), batches.starts(2, 9)), (1, 0));
/// assert_eq!((sliding.starts(0, 9), batches.starts(0, 9)), (3, 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Admission {
    /// Robots in flight at most; at least 1.
    pub window: u32,
    pub pacing: Pacing,
    /// How many get their turn in a time at most.
    pub rate: Option<TurnRate>,
    pub unreachable: Unreachable,
    /// When the job ends at the latest. Ends of robots at this very moment still count, and refill.
    pub deadline: Instant,
    /// What ends the job then; [`EndedBy::Never`] where it does not end, and is watched no longer.
    pub at_deadline: EndedBy,
}

/// What admission knows of a job's robots.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// From the job's first turns on [ms].
    pub time: Ms,
    /// Robots that have had their turn, and those whose turn is to come.
    pub turns: u32,
    pub waiting: u32,
    /// Robots in slots.
    pub in_flight: u32,
}

/// What admission says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// The number of robots that get their turn now.
    pub now: u32,
    /// When to ask again, though nothing happens before [ms from the job's first turns on].
    pub again: Option<Ms>,
}

impl Admission {
    /// A window whose slots are filled again at once.
    #[must_use]
    pub fn window(window: u32, deadline: Instant, at_deadline: EndedBy) -> Admission {
        Admission {
            window,
            pacing: Pacing::Sliding,
            rate: None,
            unreachable: Unreachable::HoldsSlot,
            deadline,
            at_deadline,
        }
    }

    /// Whether it is nothing but a window along the line-up until a job that ends: a trajectory is then one event a deployment.
    #[must_use]
    pub fn is_window(&self) -> bool {
        self.rate.is_none()
            && self.unreachable == Unreachable::HoldsSlot
            && self.at_deadline != EndedBy::Never
    }

    /// Who gets a turn now, and when to ask again.
    #[must_use]
    pub fn turns(&self, seen: &Seen) -> Turns {
        let now = self.starts(seen.in_flight, seen.waiting);
        let Some(rate) = self.rate else {
            return Turns { now, again: None };
        };
        let intervals = seen.time / rate.every;
        let allowed = (intervals + 1)
            .saturating_mul(rate.robots.into())
            .saturating_sub(seen.turns.into());
        let now = now.min(u32::try_from(allowed).unwrap_or(u32::MAX));
        Turns {
            now,
            again: (now < seen.waiting).then_some((intervals + 1) * rate.every),
        }
    }

    /// How many of the robots that are waiting start now in a window, with `in_flight` robots in flight.
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
        let of = |pacing| Admission {
            pacing,
            ..Admission::window(3, Instant::CREATION, EndedBy::Cancel)
        };
        let starts =
            |pacing, waiting| [3, 2, 0].map(|in_flight| of(pacing).starts(in_flight, waiting));
        assert_eq!(
            (starts(Pacing::Sliding, 9), starts(Pacing::Sliding, 2)),
            ([0, 1, 3], [0, 1, 2])
        );
        assert_eq!(
            (starts(Pacing::Batches, 9), starts(Pacing::Batches, 2)),
            ([0, 0, 3], [0, 0, 2])
        );
    }

    #[test]
    fn a_rate_gives_turns_interval_by_interval_and_asks_to_be_asked_again() {
        let rate = Some(TurnRate {
            robots: 4,
            every: 60_000,
        });
        let admission = Admission {
            rate,
            ..Admission::window(10, Instant::CREATION, EndedBy::Cancel)
        };
        let turns = |time, turns, in_flight| {
            let Turns { now, again } = admission.turns(&Seen {
                time,
                turns,
                waiting: 20 - turns,
                in_flight,
            });
            (now, again)
        };
        assert_eq!(turns(0, 0, 0), (4, Some(60_000)));
        assert_eq!(
            turns(30_000, 4, 1),
            (0, Some(60_000)),
            "nothing more in this interval"
        );
        assert_eq!(turns(60_000, 4, 4), (4, Some(120_000)));
        assert_eq!(
            turns(120_000, 8, 8),
            (2, Some(180_000)),
            "the window is full"
        );
        assert_eq!(turns(240_000, 16, 0), (4, None), "all have had their turn");
    }
}
