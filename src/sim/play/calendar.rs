//! The event calendar: the next event of each occupied slot, earliest first.
//!
//! A rollout with a window of *K* only ever takes the earliest end and puts the next robot's end in its place, so the calendar
//! offers just that. The near future lies in a loser tree. Where K is large, the far future waits in buckets of equal width, and
//! becomes the tree's content bucket by bucket, so that the tree stays in the nearest cache: a tree of 200 000 would not. What
//! lies beyond all buckets waits in no order, and is spread over buckets anew when they are used up.
//!
//! A spread gives a quarter of the buckets to the earlier half of the entries, so each is paid for by half as many events at
//! least: O(log K) an event whatever the times are, and simultaneous events are no burden.
//!
//! The calendar knows nothing of robots: an entry is a number, smaller is earlier, and two entries are never equal.

use crate::sim::play::tournament::{EMPTY, Tournament};

/// Up to this many entries, a tree alone is as fast.
const FEW: usize = 16_384;

/// Entries a bucket on average while half of them lie in a quarter of the buckets.
const BUCKET: usize = 512;

/// The entries of a fixed number of slots; see the module's description. Its memory is kept from one filling to the next.
#[derive(Default)]
pub(super) struct Calendar {
    /// The entries before `horizon`.
    near: Tournament,
    horizon: u64,
    /// Bucket `i` holds entries from `start + i · 2^width_bits` on; those before `next` are used up.
    buckets: Vec<Vec<u64>>,
    next: usize,
    start: u64,
    width_bits: u32,
    /// Entries after all buckets.
    beyond: Vec<u64>,
}

impl Calendar {
    /// Fills the calendar, one slot an entry. There must be at least one.
    pub(super) fn fill(&mut self, keys: impl ExactSizeIterator<Item = u64>) {
        let slots = keys.len();
        self.buckets.iter_mut().for_each(Vec::clear);
        self.beyond.clear();
        if slots <= FEW {
            self.buckets.clear();
            self.near.fill(keys);
            self.horizon = EMPTY;
        } else {
            self.buckets
                .resize_with(4 * slots.div_ceil(2 * BUCKET), Vec::new);
            self.beyond.extend(keys);
            self.spread();
            self.approach();
        }
    }

    /// The earliest entry.
    #[inline]
    pub(super) fn first(&self) -> u64 {
        self.near.first()
    }

    /// The second earliest entry, [`EMPTY`] if there is none. O(log K), but O(K) if the tree holds only one.
    pub(super) fn second(&self) -> u64 {
        match self.near.second() {
            EMPTY => self.far().min().unwrap_or(EMPTY),
            second => second,
        }
    }

    /// Puts `key`, which is not earlier, into the slot of the earliest entry.
    #[inline]
    pub(super) fn replace_first(&mut self, key: u64) {
        if key < self.horizon {
            self.near.replace_first(key);
        } else {
            self.near.replace_first(EMPTY);
            self.put(key);
            if self.near.first() == EMPTY {
                self.approach();
            }
        }
    }

    /// Leaves the slot of the earliest entry empty. When all are, the earliest entry is [`EMPTY`].
    pub(super) fn remove_first(&mut self) {
        self.near.replace_first(EMPTY);
        if self.near.first() == EMPTY && self.far().next().is_some() {
            self.approach();
        }
    }

    /// The entries of all slots that are not empty, in no particular order.
    pub(super) fn entries(&self) -> impl Iterator<Item = u64> {
        self.near.entries().chain(self.far())
    }

    fn far(&self) -> impl Iterator<Item = u64> {
        self.buckets.iter().chain([&self.beyond]).flatten().copied()
    }

    /// Puts a key into the far future.
    #[inline]
    fn put(&mut self, key: u64) {
        let bucket = ((key - self.start) >> self.width_bits) as usize;
        self.buckets
            .get_mut(bucket)
            .unwrap_or(&mut self.beyond)
            .push(key);
    }

    /// Moves the horizon past the next bucket with entries, and those into the tree.
    #[cold]
    fn approach(&mut self) {
        loop {
            while let Some(bucket) = self.buckets.get_mut(self.next) {
                self.next += 1;
                if !bucket.is_empty() {
                    self.near.fill(bucket.drain(..));
                    self.horizon = self
                        .start
                        .saturating_add((self.next as u64).saturating_mul(1 << self.width_bits));
                    return;
                }
            }
            self.spread();
        }
    }

    /// Spreads the entries beyond all buckets over the buckets, which are empty.
    fn spread(&mut self) {
        let mut keys = std::mem::take(&mut self.beyond);
        let middle = keys.len() / 2;
        let (before, median, _) = keys.select_nth_unstable(middle);
        self.start = before.iter().copied().min().unwrap_or(*median);
        let width = (*median - self.start) / (self.buckets.len() as u64 / 4) + 1;
        self.width_bits = width.next_power_of_two().trailing_zeros();
        self.next = 0;
        for key in keys.drain(..) {
            self.put(key);
        }
        // The entries beyond are others now, but the memory can stay.
        keys.append(&mut self.beyond);
        self.beyond = keys;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    /// Plays a calendar against a binary heap, entries being a time above a place; `journey` gives a time by place.
    fn check(slots: u64, journey: impl Fn(u64) -> u64) {
        const PLACE_BITS: u32 = 24;
        let end = |now: u64, place: u64| (now + journey(place)) << PLACE_BITS | place;
        let first: Vec<u64> = (0..slots).map(|place| end(0, place)).collect();
        let mut calendar = Calendar::default();
        // Whatever was in it before is gone.
        calendar.fill((0..40_000u32).map(|key| u64::from(key) << 30));
        calendar.fill(first.iter().copied());
        let mut heap: BinaryHeap<_> = first.into_iter().map(Reverse).collect();
        for place in slots..5 * slots {
            let Reverse(expected) = heap.pop().expect("as many entries as slots");
            assert_eq!(calendar.first(), expected, "slots {slots}, place {place}");
            assert_eq!(
                calendar.second(),
                heap.peek().map_or(EMPTY, |Reverse(key)| *key),
                "slots {slots}, place {place}"
            );
            let key = end(expected >> PLACE_BITS, place);
            heap.push(Reverse(key));
            calendar.replace_first(key);
        }
        let mut entries: Vec<u64> = calendar.entries().collect();
        entries.sort_unstable();
        let expected: Vec<u64> = heap
            .into_sorted_vec()
            .into_iter()
            .rev()
            .map(|Reverse(key)| key)
            .collect();
        assert!(entries == expected, "slots {slots}: other entries are left");
    }

    #[test]
    fn gives_the_order_of_a_binary_heap_with_and_without_buckets() {
        let words = Key::new(1).words();
        for slots in [1, 2, 100, FEW as u64, FEW as u64 + 1, 50_000] {
            check(slots, |place| 60_000 + words.at(place) % 100_000);
            // Most entries fall into the bucket at hand, few lie very far away.
            check(slots, |place| {
                if words.at(place).is_multiple_of(100) {
                    1 << 30
                } else {
                    words.at(place) % 50
                }
            });
        }
    }

    #[test]
    fn simultaneous_and_immediate_entries_come_in_their_order() {
        for slots in [3, FEW as u64 + 1] {
            check(slots, |_| 5);
            check(slots, |_| 0);
            check(slots, |place| if place % 3 == 0 { 0 } else { 1000 });
        }
    }
}
