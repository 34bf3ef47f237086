//! What happens next to robots that meet: a queue of events, one number each.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{Instant, ROBOTS_MAX};

/// What happens to a robot at a time, as one number: its instant above kind above place, the order in which events are handled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event(u64);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKind {
    /// The robot wants to download, and is online.
    Joins = 0,
    /// The robot goes offline.
    Pauses = 1,
    /// The job hears of the robot: its deployment has ended, or it can be contacted if it waits without a slot. Last of what happens at an
    /// instant.
    Reports = 2,
}

impl Event {
    const PLACE_BITS: u32 = 28;
    const TIME_SHIFT: u32 = Event::PLACE_BITS + 2;

    pub(super) fn new(time: Instant, kind: EventKind, place: u32) -> Event {
        assert!(
            time.ms() < 1 << (64 - Event::TIME_SHIFT),
            "a bug: an event at {time:?}"
        );
        Event(
            time.ms() << Event::TIME_SHIFT | (kind as u64) << Event::PLACE_BITS | u64::from(place),
        )
    }

    pub(super) fn time(self) -> Instant {
        Instant::at(self.0 >> Event::TIME_SHIFT)
    }

    pub(super) fn kind(self) -> EventKind {
        match self.0 >> Event::PLACE_BITS & 3 {
            0 => EventKind::Joins,
            1 => EventKind::Pauses,
            _ => EventKind::Reports,
        }
    }

    pub(super) fn place(self) -> u32 {
        self.0 as u32 & ((1 << Event::PLACE_BITS) - 1)
    }
}

const _: () = assert!(
    ROBOTS_MAX <= 1 << Event::PLACE_BITS,
    "a robot's place overflows an event"
);
const _: () = assert!(
    Event::TIME_SHIFT - Event::PLACE_BITS == 2 && EventKind::Reports as u64 <= 3,
    "a kind overflows an event"
);

/// Events to come.
#[derive(Clone, Default)]
pub(super) struct Events(BinaryHeap<Reverse<Event>>);

impl Events {
    pub(super) fn push(&mut self, event: Event) {
        self.0.push(Reverse(event));
    }

    /// The earliest event's time.
    pub(super) fn next_time(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse(event)| event.time())
    }

    /// Takes out the first event that happens at `now`.
    pub(super) fn take_at(&mut self, now: Instant) -> Option<Event> {
        if self.next_time() == Some(now) {
            self.0.pop().map(|Reverse(event)| event)
        } else {
            None
        }
    }
}
