//! The border: classes so close to the fair level that changes of it would move them to and fro between the sides.
//!
//! While it is open, it holds all classes with caps in `lo..hi`, and the fair level lies there too; classes below it are capped, those
//! above it shared. Its classes are not moved when the level moves. What a class of cap c receives is c × (time with the level at or
//! above c) + ∫ level over the other time, so it suffices to note, for each of some *slots* of caps, how long the level was in it and
//! what a shared flow received meanwhile: a class sums the former over the slots above its own and the latter over those below. Only
//! the few classes in the slot of the level itself are advanced one by one.
//!
//! A class of the border queues by the time at which its first member would complete if it ran at its cap from now on. It cannot be
//! earlier, and is later by the little that the level lies below the cap; it is looked at again once its time is the earliest.

use std::ops::Range;

use super::class::Class;

const SLOTS: usize = 64;

/// Classes taken into the border at most, on each side of the level, at first and at most.
const CLASSES: usize = 128;
const CLASSES_MAX: usize = 2048;

/// Settlements that a border must last to have been worth it.
const SHORT: u32 = 32;

/// The border reaches at most level / 2⁵ to each side, so that a class is looked at again few times: each leaves a part as small of
/// what it has to receive.
pub(super) const WIDTH_SHIFT: u32 = 5;

#[derive(Clone, Debug, Default)]
struct Slot {
    /// Caps and indices of the classes, ascending.
    classes: Vec<(u64, u32)>,
    n_flows: u64,
    /// Of the flows.
    cap_sum: u128,
}

/// How the flows of the border are split by the fair level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Share {
    pub n_capped: u64,
    pub capped_sum: u128,
}

#[derive(Clone, Debug)]
pub(super) struct Border {
    pub is_open: bool,
    lo: u64,
    /// The first cap above; `u64::MAX` when there is no class above.
    hi: u64,
    /// Slot s starts at `base + (s << shift)`, the first at `lo`; the last ends at `hi`.
    base: u64,
    shift: u32,
    slots: Vec<Slot>,
    /// How long the fair level was in each slot, and what a shared flow received then.
    time: [u64; SLOTS],
    received: [u64; SLOTS],
    n_classes: usize,
    n_flows: u64,
    /// Classes that the next border takes at most on each side.
    pub reach: usize,
    /// Settlements since it was opened.
    age: u32,
    /// The slot of the level, and the flows of the slots below it.
    at: usize,
    below: Share,
}

impl Border {
    pub(super) fn new() -> Self {
        Self {
            is_open: false,
            lo: 0,
            hi: 0,
            base: 0,
            shift: 0,
            slots: Vec::new(),
            time: [0; SLOTS],
            received: [0; SLOTS],
            n_classes: 0,
            n_flows: 0,
            reach: CLASSES,
            age: 0,
            at: 0,
            below: Share::default(),
        }
    }

    /// Opens it for caps in `lo..hi` around a level, none of which is below `least` or above `greatest`. Classes are to be added.
    pub(super) fn open(&mut self, level: u64, caps: Range<u64>, least: u64, greatest: u64) {
        (self.lo, self.hi) = (caps.start, caps.end);
        self.base = least;
        self.shift = (u64::BITS - (greatest - least).leading_zeros()).saturating_sub(SLOTS.ilog2());
        self.slots.resize(SLOTS, Slot::default());
        self.time = [0; SLOTS];
        self.received = [0; SLOTS];
        self.is_open = true;
        self.age = 0;
        self.at = self.slot(level);
        self.below = Share::default();
    }

    /// Closes it and returns its classes.
    pub(super) fn close(&mut self) -> Vec<(u64, u32)> {
        self.is_open = false;
        (self.n_classes, self.n_flows) = (0, 0);
        let mut classes = Vec::new();
        for slot in &mut self.slots {
            classes.append(&mut slot.classes);
            (slot.n_flows, slot.cap_sum) = (0, 0);
        }
        classes
    }

    /// Takes more classes next time if the level left the border soon. Says whether there is a point in that.
    pub(super) fn extend(&mut self) -> bool {
        if self.age > SHORT {
            return true;
        }
        self.reach *= 2;
        let has_point = self.reach <= CLASSES_MAX;
        self.reach = self.reach.min(CLASSES_MAX);
        has_point
    }

    pub(super) fn is_below(&self, cap: u64) -> bool {
        cap < self.lo
    }

    pub(super) fn holds(&self, cap: u64) -> bool {
        self.is_open && cap >= self.lo && cap < self.hi
    }

    pub(super) fn n_flows(&self) -> u64 {
        self.n_flows
    }

    fn slot(&self, cap: u64) -> usize {
        // At most `SLOTS - 1`, hence no truncation.
        (cap.saturating_sub(self.base) >> self.shift).min(SLOTS as u64 - 1) as usize
    }

    fn start(&self, slot: usize) -> u64 {
        if slot == 0 {
            self.lo
        } else {
            self.base + ((slot as u64) << self.shift)
        }
    }

    pub(super) fn add_class(&mut self, cap: u64, class: u32) {
        let slot = self.slot(cap);
        let classes = &mut self.slots[slot].classes;
        let place = classes.partition_point(|&(other, _)| other < cap);
        classes.insert(place, (cap, class));
        self.n_classes += 1;
    }

    pub(super) fn remove_class(&mut self, cap: u64) {
        let slot = self.slot(cap);
        let classes = &mut self.slots[slot].classes;
        let place = classes.partition_point(|&(other, _)| other < cap);
        classes.remove(place);
        self.n_classes -= 1;
    }

    pub(super) fn add_flows(&mut self, cap: u64, n_flows: u64) {
        let index = self.slot(cap);
        let caps = u128::from(cap) * u128::from(n_flows);
        let slot = &mut self.slots[index];
        slot.n_flows += n_flows;
        slot.cap_sum += caps;
        self.n_flows += n_flows;
        if index < self.at {
            self.below.n_capped += n_flows;
            self.below.capped_sum += caps;
        }
    }

    pub(super) fn remove_flow(&mut self, cap: u64) {
        let index = self.slot(cap);
        let slot = &mut self.slots[index];
        slot.n_flows -= 1;
        slot.cap_sum -= u128::from(cap);
        self.n_flows -= 1;
        if index < self.at {
            self.below.n_capped -= 1;
            self.below.capped_sum -= u128::from(cap);
        }
    }

    /// What a class of the border has received since it was opened, up to a constant.
    pub(super) fn reading(&self, cap: u64) -> u64 {
        let slot = self.slot(cap);
        let time = self.time[slot + 1..]
            .iter()
            .fold(0, |sum: u64, &time| sum.wrapping_add(time));
        let received = self.received[..slot]
            .iter()
            .fold(0, |sum: u64, &received| sum.wrapping_add(received));
        cap.wrapping_mul(time).wrapping_add(received)
    }

    /// Lets time pass at a fair level, `u64::MAX` if all flows run at their caps.
    pub(super) fn advance(&mut self, level: u64, elapsed: u64, classes: &mut [Class]) {
        self.time[self.at] = self.time[self.at].wrapping_add(elapsed);
        self.received[self.at] = self.received[self.at].wrapping_add(level.wrapping_mul(elapsed));
        for &(cap, class) in &self.slots[self.at].classes {
            let clock = &mut classes[class as usize].clock_offset;
            *clock = clock.wrapping_add(cap.min(level).wrapping_mul(elapsed));
        }
    }

    /// Splits the flows of the border, given the capped ones below it and the number of all that are not: flows of a cap run at it if
    /// the capacity is enough for that cap, or less, for everyone. `None` if the fair level lies outside the border, or the border
    /// should be drawn anew.
    pub(super) fn split(
        &mut self,
        capacity: u64,
        capped_sum: u128,
        n_others: u64,
        classes: &[Class],
    ) -> Option<Share> {
        let has_room = |cap: u64, below: Share| {
            let wanted = capped_sum
                + below.capped_sum
                + u128::from(cap) * u128::from(n_others - below.n_capped);
            wanted <= u128::from(capacity)
        };
        self.age = self.age.saturating_add(1);
        // Enough joined that it should be drawn anew.
        if self.n_classes > 4 * self.reach {
            return None;
        }
        while !has_room(self.start(self.at), self.below) {
            self.at = self.at.checked_sub(1)?;
            self.below.n_capped -= self.slots[self.at].n_flows;
            self.below.capped_sum -= self.slots[self.at].cap_sum;
        }
        loop {
            let slot = &self.slots[self.at];
            let with = Share {
                n_capped: self.below.n_capped + slot.n_flows,
                capped_sum: self.below.capped_sum + slot.cap_sum,
            };
            if self.at == SLOTS - 1 || !has_room(self.start(self.at + 1), with) {
                break;
            }
            self.at += 1;
            self.below = with;
        }
        let mut share = self.below;
        for &(cap, class) in &self.slots[self.at].classes {
            if !has_room(cap, share) {
                break;
            }
            let n_members = classes[class as usize].n_members;
            share.n_capped += u64::from(n_members);
            share.capped_sum += u128::from(cap) * u128::from(n_members);
        }
        (self.hi == u64::MAX || !has_room(self.hi, share)).then_some(share)
    }
}
