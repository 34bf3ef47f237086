//! The flows of one cap.

use super::queue::{Entry, Queue};

/// Where a flow is, by its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    /// The class's work clock at which the flow is complete; meaningless unless it is in a class.
    pub finish: u64,
    pub place: Place,
}

impl Flow {
    pub(super) const ABSENT: Self = Self {
        finish: 0,
        place: Place::Absent,
    };

    fn is(self, class: u32, member: Entry) -> bool {
        self.place == Place::Class(class) && self.finish == member.key
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Never joined, left, or completed and handed out.
    Absent,
    /// Complete, and not yet handed out.
    Complete,
    /// Downloading, in the class of this index.
    Class(u32),
}

/// Which rate the members of a class have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Their cap.
    Capped,
    /// The fair level.
    Shared,
    /// The lesser of the two: see [`Border`](super::border::Border).
    Border,
}

/// Flows of equal cap. They always have equal rates, so that one work clock serves all and the order of their finishes never changes.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Class {
    /// \[1/1024 bit/s\]
    pub cap: u64,
    pub side: Side,
    pub n_members: u32,
    /// The work clock less the reading that drives it: `cap × now` while capped, the shared virtual time otherwise. Changing sides is
    /// a change of this number, whatever the number of members.
    pub clock_offset: u64,
    /// The class's true statement in the queue of its side, if `is_queued`.
    pub queue_key: u64,
    pub is_queued: bool,
    /// Already among the classes to be queued anew.
    pub is_changed: bool,
    /// The member that finishes first. Kept out of the heap so that a class of one flow, the usual one when all caps differ, neither
    /// allocates nor follows a pointer.
    first: Entry,
    /// Boxed, so that a class fits a cache line.
    rest: Option<Box<Queue>>,
}

impl Class {
    pub(super) fn new() -> Self {
        Self {
            cap: 0,
            side: Side::Capped,
            n_members: 0,
            clock_offset: 0,
            queue_key: 0,
            is_queued: false,
            is_changed: false,
            first: Entry { key: 0, id: 0 },
            rest: None,
        }
    }

    /// The member that finishes first. Only for a class that has members.
    pub(super) fn first(&self) -> Entry {
        debug_assert!(
            self.n_members > 0,
            "bug: the first member of an empty class"
        );
        self.first
    }

    /// Adds a member and says whether it is now the first. O(log n).
    pub(super) fn insert(&mut self, member: Entry) -> bool {
        self.n_members += 1;
        if self.n_members == 1 {
            self.first = member;
            return true;
        }
        let leads = member.is_before(self.first);
        self.rest.get_or_insert_default().push(if leads {
            std::mem::replace(&mut self.first, member)
        } else {
            member
        });
        leads
    }

    /// Forgets `member`, whose flow has already been moved elsewhere, and says whether it was the first. Amortised O(log n).
    pub(super) fn remove(&mut self, member: Entry, class: u32, flows: &[Flow]) -> bool {
        let holds = |entry: Entry| flows[entry.id as usize].is(class, entry);
        self.n_members -= 1;
        let Some(rest) = &mut self.rest else {
            return true;
        };
        if self.n_members == 0 {
            rest.clear();
            return true;
        }
        if member == self.first {
            self.first = rest
                .pop(holds)
                .expect("a bug: a class has fewer members than it counts");
            return true;
        }
        rest.sweep(self.n_members as usize, holds);
        false
    }
}
