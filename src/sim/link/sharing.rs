//! Sharing the capacity: which classes run at their cap, how high the fair level is, and which class completes a flow next.

use std::mem;

use super::border::{self, Share};
use super::class::{Class, Side};
use super::queue::Entry;
use super::{Link, NEVER};

/// Classes that cross to each side and back again, of late, above which those near the level become a border: eight times
/// what crosses per settlement, in eighths; a half of the settlements move the level up, the others down.
const CROSSINGS_MIN: u64 = 96;

/// As many crossings count in one settlement: a single one that moves many, as after a start, does not tell what follows.
const CROSSINGS_COUNTED: u64 = 8;

/// Classes of the border that are looked at to find the first completion, of late, counted as crossings are, above which it does not
/// pay: flows that all have about the same left to receive.
const LOOKS_MAX: u64 = 64 * 16;

/// Settlements until it is tried again.
const PAUSE: u32 = 4096;

/// Classes that leave the capped side in one settlement before the rest is sorted.
const FALLS_ONE_BY_ONE: u64 = 32;

impl Link {
    /// Brings the split, the queues and the next completion up to date after the changes of an instant.
    pub(super) fn settle(&mut self) {
        if self.is_settled {
            return;
        }
        let share = self.share_out();
        self.cap_sum = u64::try_from(self.capped_sum + share.capped_sum)
            .expect("a bug: the caps on a link exceed its capacity");
        self.n_at_level = self.n_shared + self.border.n_flows() - share.n_capped;
        let rest = self
            .capacity
            .checked_sub(self.cap_sum)
            .expect("a bug: the rates on a link exceed its capacity");
        self.level = rest.checked_div(self.n_at_level).unwrap_or(0);
        while let Some(class) = self.changed.pop() {
            self.queue(class);
        }
        let capped = self.first_capped().map_or(NEVER, |entry| entry.key);
        let shared = self.first_shared().map_or(NEVER, |entry| {
            self.time_after(entry.ahead_of(self.virtual_now), self.level)
        });
        self.next = self.first_time_of_border(capped.min(shared));
        self.is_settled = true;
    }

    /// Repairs the split, and says how the border is split, if it is open.
    fn share_out(&mut self) -> Share {
        if self.border.is_open {
            if self.looks > LOOKS_MAX {
                (self.looks, self.pause) = (0, PAUSE);
            } else if let Some(share) = self.split_border() {
                return share;
            } else if !self.border.extend() {
                self.pause = PAUSE;
            }
            self.close_border();
        }
        self.split();
        self.pause = self.pause.saturating_sub(1);
        let is_to_and_fro = self.risen.min(self.fallen) > CROSSINGS_MIN && self.pause == 0;
        match self.fair_level() {
            Some(level) if is_to_and_fro && self.n_shared > 0 => {
                self.open_border(level);
                self.split_border()
                    .expect("a bug: the fair level is not in a border around it")
            }
            _ => Share::default(),
        }
    }

    fn split_border(&mut self) -> Option<Share> {
        self.border.split(
            self.capacity,
            self.capped_sum,
            self.n_shared + self.border.n_flows(),
            &self.classes,
        )
    }

    /// Takes the classes nearest to the level into the border.
    fn open_border(&mut self, level: u64) {
        let reach = level >> border::WIDTH_SHIFT;
        let mut taken = Vec::new();
        let (mut least, mut greatest) = (level, level);
        let lo = loop {
            let Some((cap, class)) = self.greatest_capped() else {
                break 0;
            };
            if cap < level - reach || taken.len() == self.border.reach {
                break cap + 1;
            }
            least = cap;
            taken.push((class, self.take_out(class)));
        };
        let n_below = taken.len();
        let hi = loop {
            let Some((cap, class)) = self.least_shared() else {
                break u64::MAX;
            };
            if cap - level > reach || taken.len() == n_below + self.border.reach {
                break cap;
            }
            greatest = cap;
            taken.push((class, self.take_out(class)));
        };
        self.border.open(level, lo..hi, least, greatest);
        for (class, clock) in taken {
            self.put_in(class, Side::Border, clock);
        }
    }

    /// Gives the classes of the border to the sides, by the level that was.
    fn close_border(&mut self) {
        let level = if self.n_at_level > 0 {
            self.level
        } else {
            self.capacity
        };
        for (cap, class) in self.border.close() {
            self.change_side(
                class,
                if cap <= level {
                    Side::Capped
                } else {
                    Side::Shared
                },
            );
        }
        // Nothing in it holds, and no times of long ago may stay.
        self.by_bound.clear();
        (self.capped_max, self.shared_min) = (level, level + 1);
        (self.risen, self.fallen) = (self.risen / 2, self.fallen / 2);
    }

    /// The time of the next completion, given that of the classes outside the border.
    fn first_time_of_border(&mut self, mut time: u64) -> u64 {
        self.looks -= self.looks / 8;
        while let Some(entry) = self.first_of_border().filter(|entry| entry.key < time) {
            self.looks += 8;
            let class = &self.classes[entry.id as usize];
            let (cap, ahead) = (class.cap, class.first().ahead_of(self.clock(entry.id)));
            let bound = self.time_after(ahead, cap);
            if bound != entry.key {
                self.by_bound.pop(|_| true);
                self.queue_at(entry.id, bound);
                continue;
            }
            if self.n_at_level == 0 || cap <= self.level {
                time = bound;
                break;
            }
            time = time.min(self.time_after(ahead, self.level));
            self.by_bound.pop(|_| true);
            self.aside.push(entry);
        }
        while let Some(entry) = self.aside.pop() {
            self.by_bound.push(entry);
        }
        time
    }

    /// Moves classes as above once they are many, which is when many flows join at once: sorting all caps is cheaper than a heap.
    fn fall_in_bulk(&mut self) {
        let sorted = self.greatest_capped.take_sorted();
        let mut n_fallen = 0;
        for &entry in &sorted {
            if is_lined_up(&self.classes, Side::Capped, entry) {
                let cap = entry.key.wrapping_neg();
                if self.has_room(cap) {
                    break;
                }
                let clock = self.take_out(entry.id);
                self.put_in(entry.id, Side::Shared, clock);
                self.shared_min = self.shared_min.min(cap);
                self.capped_max = cap - 1;
            }
            n_fallen += 1;
        }
        // In ascending order, which is the cheaper one.
        sorted[..n_fallen]
            .iter()
            .rev()
            .for_each(|entry| self.line_up(entry.id));
        self.greatest_capped.put_sorted(sorted, n_fallen);
    }

    /// Whether a cap is at most the fair level, if there are shared flows, and whether the capacity is enough for the capped ones, if
    /// not. Without a division: this is asked more often than anything else.
    pub(super) fn has_room(&self, cap: u64) -> bool {
        self.capped_sum + u128::from(cap) * u128::from(self.n_shared) <= u128::from(self.capacity)
    }

    /// The rate left to each shared flow by the capped ones; `None` without shared flows or if nothing is left.
    fn fair_level(&self) -> Option<u64> {
        u128::from(self.capacity)
            .checked_sub(self.capped_sum)
            .and_then(|rest| (rest as u64).checked_div(self.n_shared))
    }

    /// Moves classes between the sides until all capped caps are at most the fair level, and all shared ones above it.
    fn split(&mut self) {
        let (mut n_risen, mut n_fallen) = (0, 0);
        while !self.has_room(self.capped_max) {
            let Some((cap, class)) = self.greatest_capped() else {
                self.capped_max = 0;
                break;
            };
            // The bound may have been of a class that is gone.
            self.capped_max = cap;
            if self.has_room(cap) {
                break;
            }
            self.greatest_capped.pop(|_| true);
            self.change_side(class, Side::Shared);
            n_fallen += 1;
            self.shared_min = self.shared_min.min(cap);
            self.capped_max = cap - 1;
            if n_fallen == FALLS_ONE_BY_ONE {
                self.fall_in_bulk();
            }
        }
        while self.n_shared > 0 && self.has_room(self.shared_min) {
            let (cap, class) = self
                .least_shared()
                .expect("a bug: shared flows without a class");
            self.shared_min = cap;
            if !self.has_room(cap) {
                break;
            }
            self.least_shared.pop(|_| true);
            self.change_side(class, Side::Capped);
            n_risen += 1;
            self.capped_max = self.capped_max.max(cap);
            self.shared_min = cap + 1;
        }
        self.risen = self.risen - self.risen / 8 + 8 * n_risen.min(CROSSINGS_COUNTED);
        self.fallen = self.fallen - self.fallen / 8 + 8 * n_fallen.min(CROSSINGS_COUNTED);
        if self.n_shared == 0 {
            // Any bound is true now; this one lets new classes start on the side on which they probably stay.
            self.shared_min = self.capacity + 1;
        }
    }

    /// The number of members does not matter.
    fn change_side(&mut self, class: u32, to: Side) {
        let clock = self.take_out(class);
        self.put_in(class, to, clock);
        self.line_up(class);
    }

    /// Takes a class off its side and returns its work clock.
    fn take_out(&mut self, class: u32) -> u64 {
        let clock = self.clock(class);
        let from = &mut self.classes[class as usize];
        let n_members = u64::from(from.n_members);
        match from.side {
            Side::Capped => {
                self.capped_sum -= u128::from(from.cap) * u128::from(n_members);
                self.n_capped -= n_members;
            }
            Side::Shared => self.n_shared -= n_members,
            // It closes, and has forgotten its flows.
            Side::Border => {}
        }
        from.side = Side::Border;
        clock
    }

    /// Puts a class that was taken off its side on another.
    fn put_in(&mut self, class: u32, to: Side, clock: u64) {
        let Class { cap, n_members, .. } = self.classes[class as usize];
        let n_members = u64::from(n_members);
        match to {
            Side::Capped => {
                self.capped_sum += u128::from(cap) * u128::from(n_members);
                self.n_capped += n_members;
            }
            Side::Shared => self.n_shared += n_members,
            Side::Border => {
                self.border.add_class(cap, class);
                self.border.add_flows(cap, n_members);
            }
        }
        let clock_offset = clock.wrapping_sub(self.reading(cap, to));
        let moved = &mut self.classes[class as usize];
        (moved.side, moved.clock_offset, moved.is_queued) = (to, clock_offset, false);
        self.mark_changed(class);
    }

    /// Puts a class into the order of the caps of its side.
    pub(super) fn line_up(&mut self, class: u32) {
        let Class { cap, side, .. } = self.classes[class as usize];
        let (queue, key) = match side {
            Side::Capped => (&mut self.greatest_capped, cap.wrapping_neg()),
            Side::Shared => (&mut self.least_shared, cap),
            Side::Border => return,
        };
        queue.push(Entry { key, id: class });
        queue.sweep(self.by_cap.len(), |entry| {
            is_lined_up(&self.classes, side, entry)
        });
    }

    fn greatest_capped(&mut self) -> Option<(u64, u32)> {
        let entry = self
            .greatest_capped
            .first(|entry| is_lined_up(&self.classes, Side::Capped, entry))?;
        Some((entry.key.wrapping_neg(), entry.id))
    }

    fn least_shared(&mut self) -> Option<(u64, u32)> {
        let entry = self
            .least_shared
            .first(|entry| is_lined_up(&self.classes, Side::Shared, entry))?;
        Some((entry.key, entry.id))
    }

    /// Puts a class into the queue of its side, unless it stands there as it should.
    pub(super) fn queue(&mut self, class: u32) {
        self.classes[class as usize].is_changed = false;
        let Class {
            cap,
            side,
            n_members,
            clock_offset,
            is_queued,
            queue_key,
            ..
        } = self.classes[class as usize];
        if n_members == 0 {
            return;
        }
        let first = self.classes[class as usize].first();
        let key = match side {
            Side::Capped | Side::Border => self.time_after(first.ahead_of(self.clock(class)), cap),
            Side::Shared => first.key.wrapping_sub(clock_offset),
        };
        if !is_queued || queue_key != key {
            self.queue_at(class, key);
        }
    }

    fn queue_at(&mut self, class: u32, key: u64) {
        let queued = &mut self.classes[class as usize];
        (queued.is_queued, queued.queue_key) = (true, key);
        let side = queued.side;
        let (queue, n_classes) = match side {
            Side::Capped | Side::Border if key == NEVER => return,
            Side::Capped => (&mut self.by_time, self.by_cap.len()),
            Side::Shared => (&mut self.by_virtual, self.by_cap.len()),
            Side::Border => (&mut self.by_bound, self.by_cap.len()),
        };
        queue.push(Entry { key, id: class });
        queue.sweep(n_classes, |entry| holds(&self.classes, side, entry));
    }

    /// When `work`, not yet done, is done at a rate: at the first millisecond not before.
    fn time_after(&self, work: i64, rate: u64) -> u64 {
        debug_assert!(work > 0, "bug: a flow that is complete still counts");
        let work = work.cast_unsigned();
        if rate == 0 {
            NEVER
        } else {
            self.now.saturating_add(work.div_ceil(rate))
        }
    }

    /// Sum of all rates, once settled.
    pub(super) fn total(&self) -> u64 {
        self.cap_sum + self.level * self.n_at_level
    }

    /// Work clock of a class.
    pub(super) fn clock(&self, class: u32) -> u64 {
        let class = &self.classes[class as usize];
        class
            .clock_offset
            .wrapping_add(self.reading(class.cap, class.side))
    }

    /// What drives the clocks of the classes of a side. Only differences count, so `cap × now` may be taken from time 0 on.
    fn reading(&self, cap: u64, side: Side) -> u64 {
        match side {
            Side::Capped => cap.wrapping_mul(self.now),
            Side::Shared => self.virtual_now,
            Side::Border => self.border.reading(cap),
        }
    }

    pub(super) fn mark_changed(&mut self, class: u32) {
        if !mem::replace(&mut self.classes[class as usize].is_changed, true) {
            self.changed.push(class);
        }
    }

    pub(super) fn first_capped(&mut self) -> Option<Entry> {
        self.by_time
            .first(|entry| holds(&self.classes, Side::Capped, entry))
    }

    pub(super) fn first_of_border(&mut self) -> Option<Entry> {
        self.by_bound
            .first(|entry| holds(&self.classes, Side::Border, entry))
    }

    pub(super) fn first_shared(&mut self) -> Option<Entry> {
        self.by_virtual
            .first(|entry| holds(&self.classes, Side::Shared, entry))
    }
}

/// Whether an entry in the order of the caps of a side still says where its class is.
fn is_lined_up(classes: &[Class], side: Side, entry: Entry) -> bool {
    let class = &classes[entry.id as usize];
    let cap = if side == Side::Capped {
        entry.key.wrapping_neg()
    } else {
        entry.key
    };
    class.side == side && class.cap == cap && class.n_members > 0
}

/// Whether an entry of the queue of a side still says what its class would.
fn holds(classes: &[Class], side: Side, entry: Entry) -> bool {
    let class = &classes[entry.id as usize];
    class.is_queued && class.side == side && class.queue_key == entry.key
}

#[cfg(test)]
mod tests {
    use super::super::{Link, Rate, Work};

    /// Caps within a percent, and a capacity just below their sum: each flow that goes or comes moves the level across many caps. Caps
    /// that are wide apart have no need of it.
    #[test]
    fn a_border_opens_where_classes_cross_to_and_fro() {
        for (spread, permille, is_expected) in [(100_000_u64, 999, true), (100_000_000, 500, false)]
        {
            let cap = |flow: u32| {
                Rate::from_steps(10_000_000_000 + spread * u64::from(flow * 7919 % 1000))
            };
            let sum: u64 = (0..1000).map(|flow| cap(flow).steps()).sum();
            let mut link = Link::new(Rate::from_steps(sum / 1000 * permille));
            (0..1000).for_each(|flow| link.join(0, flow, cap(flow), Work::MAX));
            let mut was_open = false;
            for flow in 0..1000 {
                let now = u64::from(flow) * 2;
                link.leave(now, flow);
                link.next_completion();
                link.join(now + 1, flow, cap(flow), Work::MAX);
                link.next_completion();
                was_open |= link.border.is_open;
            }
            assert_eq!(was_open, is_expected, "spread {spread}");
            (0..1000).for_each(|flow| {
                link.leave(2000, flow);
            });
        }
    }
}
