//! Sharing the capacity: which classes run at their cap, how high the fair level is, and which class completes a flow next.

use std::mem;

use super::class::{Class, Side};
use super::queue::Entry;
use super::{Link, NEVER};

impl Link {
    /// Brings the split, the queues and the next completion up to date after the changes of an instant.
    pub(super) fn settle(&mut self) {
        if self.is_settled {
            return;
        }
        self.split();
        self.level = self.fair_level().unwrap_or(0);
        assert!(
            self.capped_sum + u128::from(self.level) * u128::from(self.n_shared) <= u128::from(self.capacity),
            "bug: the rates on a link exceed its capacity"
        );
        while let Some(class) = self.changed.pop() {
            self.queue(class);
        }
        let capped = self.first_capped().map_or(NEVER, |entry| entry.key);
        let shared = self.first_shared().map_or(NEVER, |entry| self.time_after(entry.ahead_of(self.virtual_now), self.level));
        self.next = capped.min(shared);
        self.is_settled = true;
    }

    /// The rate left to each shared flow by the capped ones; `None` without shared flows or if nothing is left.
    fn fair_level(&self) -> Option<u64> {
        u128::from(self.capacity).checked_sub(self.capped_sum).and_then(|rest| (rest as u64).checked_div(self.n_shared))
    }

    /// Moves classes between the sides until all capped caps are at most the fair level, and all shared ones above it.
    fn split(&mut self) {
        let capacity = u128::from(self.capacity);
        let is_too_high =
            |link: &Self| link.capped_sum > capacity || link.fair_level().is_some_and(|level| link.capped_max > level);
        while is_too_high(self) {
            let Some((&cap, &class)) = self.by_cap.range(..=self.capped_max).next_back() else {
                self.capped_max = 0;
                break;
            };
            // The bound may have been of a class that is gone.
            self.capped_max = cap;
            if !is_too_high(self) {
                break;
            }
            self.change_side(class);
            self.shared_min = cap;
            self.capped_max = cap - 1;
        }
        while self.fair_level().is_some_and(|level| self.shared_min <= level) {
            let (&cap, &class) = self.by_cap.range(self.shared_min..).next().expect("bug: shared flows without a class");
            self.shared_min = cap;
            if self.fair_level().is_some_and(|level| cap > level) {
                break;
            }
            self.change_side(class);
            self.capped_max = cap;
            self.shared_min = cap + 1;
        }
        if self.n_shared == 0 {
            // Any bound is true now; this one lets new classes start on the side on which they probably stay.
            self.shared_min = self.capacity + 1;
        }
    }

    /// O(1), whatever the number of members.
    fn change_side(&mut self, class: u32) {
        let clock = self.clock(class);
        let Class { cap, side, n_members, .. } = self.classes[class as usize];
        let n_members = u64::from(n_members);
        let caps = u128::from(cap) * u128::from(n_members);
        let side = match side {
            Side::Capped => {
                self.capped_sum -= caps;
                self.n_capped -= n_members;
                self.n_shared += n_members;
                Side::Shared
            }
            Side::Shared => {
                self.capped_sum += caps;
                self.n_capped += n_members;
                self.n_shared -= n_members;
                Side::Capped
            }
        };
        let clock_offset = clock.wrapping_sub(self.reading(cap, side));
        let moved = &mut self.classes[class as usize];
        (moved.side, moved.clock_offset, moved.is_queued) = (side, clock_offset, false);
        self.mark_changed(class);
    }

    /// Puts a class into the queue of its side, unless it stands there as it should.
    fn queue(&mut self, class: u32) {
        self.classes[class as usize].is_changed = false;
        let Class { cap, side, n_members, clock_offset, is_queued, queue_key, .. } = self.classes[class as usize];
        if n_members == 0 {
            return;
        }
        let first = self.classes[class as usize].first();
        let key = match side {
            Side::Capped => self.time_after(first.ahead_of(self.clock(class)), cap),
            Side::Shared => first.key.wrapping_sub(clock_offset),
        };
        if is_queued && queue_key == key {
            return;
        }
        let queued = &mut self.classes[class as usize];
        (queued.is_queued, queued.queue_key) = (true, key);
        let (queue, n_classes) = match side {
            Side::Capped if key == NEVER => return,
            Side::Capped => (&mut self.by_time, self.by_cap.len()),
            Side::Shared => (&mut self.by_virtual, self.by_cap.len()),
        };
        queue.push(Entry { key, id: class });
        queue.sweep(n_classes, |entry| holds(&self.classes, side, entry));
    }

    /// When `work`, not yet done, is done at a rate: at the first millisecond not before.
    fn time_after(&self, work: i64, rate: u64) -> u64 {
        debug_assert!(work > 0, "bug: a flow that is complete still counts");
        let work = work.cast_unsigned();
        if rate == 0 { NEVER } else { self.now.saturating_add(work.div_ceil(rate)) }
    }

    /// Sum of all rates, once settled.
    pub(super) fn total(&self) -> u64 {
        // `settle` asserts that the sum is at most the capacity.
        self.capped_sum as u64 + self.level * self.n_shared
    }

    /// Work clock of a class.
    pub(super) fn clock(&self, class: u32) -> u64 {
        let class = &self.classes[class as usize];
        class.clock_offset.wrapping_add(self.reading(class.cap, class.side))
    }

    /// What drives the clocks of the classes of a side. Only differences count, so `cap × now` may be taken from time 0 on.
    fn reading(&self, cap: u64, side: Side) -> u64 {
        match side {
            Side::Capped => cap.wrapping_mul(self.now),
            Side::Shared => self.virtual_now,
        }
    }

    pub(super) fn mark_changed(&mut self, class: u32) {
        if !mem::replace(&mut self.classes[class as usize].is_changed, true) {
            self.changed.push(class);
        }
    }

    pub(super) fn first_capped(&mut self) -> Option<Entry> {
        self.by_time.first(|entry| holds(&self.classes, Side::Capped, entry))
    }

    pub(super) fn first_shared(&mut self) -> Option<Entry> {
        self.by_virtual.first(|entry| holds(&self.classes, Side::Shared, entry))
    }
}

/// Whether an entry of the queue of a side still says what its class would.
fn holds(classes: &[Class], side: Side, entry: Entry) -> bool {
    let class = &classes[entry.id as usize];
    class.is_queued && class.side == side && class.queue_key == entry.key
}
