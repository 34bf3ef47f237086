//! Min-heaps over wrapping keys, with lazy removal.

/// A flow of a class by the class's work clock at its finish, or a class by the finish of its first flow.
///
/// Keys wrap around at 2⁶⁴ and compare by the sign of their difference, which orders any set of keys that spans less than 2⁶³ (as
/// sequence numbers do in RFC 1982). The module of [`Link`](super::Link) says why the keys of a heap always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: u64,
    pub id: u32,
}

impl Entry {
    /// How far the key lies ahead of `clock`; zero or negative once the clock has reached it.
    pub(super) fn ahead_of(self, clock: u64) -> i64 {
        self.key.wrapping_sub(clock).cast_signed()
    }

    /// Equal keys come in any order: flows that complete together are put in order when they are handed out.
    pub(super) fn is_before(self, other: Self) -> bool {
        self.ahead_of(other.key) < 0
    }
}

/// A min-heap from which entries are removed by ceasing to be true.
///
/// An entry is a statement ("this class finishes its first flow then"); who owns the heap knows whether it still holds. A false entry is
/// dropped when it comes to the top, or by a sweep once false ones outnumber true ones. The same statement twice is harmless, as the
/// first of the two to be acted upon makes the other false.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// The children of `i` are at `4 i + 1 ..= 4 i + 4`, the size of a cache line: half the levels, and about half the time, of a
    /// binary heap of 1e5.
    heap: Vec<Entry>,
}

impl Queue {
    const ARITY: usize = 4;
    /// Few enough entries that sweeping them is not worth it.
    const SMALL: usize = 32;

    /// Adds an entry, O(log n), O(1) when keys come in ascending order.
    pub(super) fn push(&mut self, entry: Entry) {
        let mut hole = self.heap.len();
        self.heap.push(entry);
        while hole > 0 {
            let parent = (hole - 1) / Self::ARITY;
            if !entry.is_before(self.heap[parent]) {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = entry;
    }

    /// The first entry that holds, amortised O(log n).
    pub(super) fn first(&mut self, holds: impl Fn(Entry) -> bool) -> Option<Entry> {
        while let Some(&entry) = self.heap.first() {
            if holds(entry) {
                return Some(entry);
            }
            self.pop_any();
        }
        None
    }

    /// Takes the first entry that holds, amortised O(log n).
    pub(super) fn pop(&mut self, holds: impl Fn(Entry) -> bool) -> Option<Entry> {
        while let Some(entry) = self.pop_any() {
            if holds(entry) {
                return Some(entry);
            }
        }
        None
    }

    fn pop_any(&mut self) -> Option<Entry> {
        let moved = self.heap.pop()?;
        let Some(&top) = self.heap.first() else {
            return Some(moved);
        };
        self.sift_down(0, moved);
        Some(top)
    }

    /// Fills a hole with an entry, or with what is before it below the hole.
    fn sift_down(&mut self, mut hole: usize, moved: Entry) {
        loop {
            let child = Self::ARITY * hole + 1;
            let least = match self.heap.get(child..child + Self::ARITY) {
                Some(&[a, b, c, d]) => {
                    // Indices by comparison instead of branches, which would be mispredicted every other time.
                    let left = child + usize::from(b.is_before(a));
                    let right = child + 2 + usize::from(d.is_before(c));
                    if self.heap[right].is_before(self.heap[left]) {
                        right
                    } else {
                        left
                    }
                }
                _ => {
                    let before =
                        |&i: &usize, &j: &usize| self.heap[i].ahead_of(self.heap[j].key).cmp(&0);
                    let Some(least) = (child..self.heap.len()).min_by(before) else {
                        break;
                    };
                    least
                }
            };
            if !self.heap[least].is_before(moved) {
                break;
            }
            self.heap[hole] = self.heap[least];
            hole = least;
        }
        self.heap[hole] = moved;
    }

    /// Drops what no longer holds, and repetitions, if that is most of the heap. `n_holding` statements hold at most, so that every
    /// sweep of n entries follows n / 2 pushes: amortised O(log n) a push.
    pub(super) fn sweep(&mut self, n_holding: usize, holds: impl Fn(Entry) -> bool) {
        if self.heap.len() > 2 * n_holding + Self::SMALL {
            let origin = self.heap[0].key;
            self.heap.retain(|&entry| holds(entry));
            if self.heap.len() > n_holding {
                // Sorted, it is a heap again.
                self.heap
                    .sort_unstable_by_key(|&entry| (entry.ahead_of(origin), entry.id));
                self.heap.dedup();
            } else {
                (0..self.heap.len().div_ceil(Self::ARITY))
                    .rev()
                    .for_each(|hole| self.sift_down(hole, self.heap[hole]));
            }
        }
    }

    /// All entries in order, also those that do not hold. The queue is empty until they are put back.
    pub(super) fn take_sorted(&mut self) -> Vec<Entry> {
        let mut sorted = std::mem::take(&mut self.heap);
        if let Some(&Entry { key: origin, .. }) = sorted.first() {
            sorted.sort_unstable_by_key(|entry| entry.ahead_of(origin));
        }
        sorted
    }

    /// Puts back what was taken, without the first `n_gone`.
    pub(super) fn put_sorted(&mut self, mut sorted: Vec<Entry>, n_gone: usize) {
        debug_assert!(
            self.heap.is_empty(),
            "bug: entries put back into a queue in use"
        );
        sorted.drain(..n_gone);
        self.heap = sorted;
    }

    pub(super) fn clear(&mut self) {
        self.heap.clear();
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Around the wrap, with repetitions, swept half way.
    #[test]
    fn entries_come_out_of_order_or_are_lost() {
        let rng = &mut StdRng::seed_from_u64(5);
        for n in 0..300 {
            let origin = u64::MAX - 200;
            let holds = |entry: Entry| !entry.id.is_multiple_of(3);
            let mut queue = Queue::default();
            let mut expected = Vec::new();
            for id in 0..n {
                let ahead = rng.random_range(0..400);
                let entry = Entry {
                    key: origin.wrapping_add(ahead),
                    id,
                };
                (0..=id % 5).for_each(|_| queue.push(entry));
                expected.extend(holds(entry).then_some(ahead));
                if id % 50 == 49 {
                    queue.sweep(0, holds);
                }
            }
            expected.sort_unstable();
            let mut popped: Vec<_> = std::iter::from_fn(|| queue.pop(holds)).collect();
            assert!(popped.is_sorted_by_key(|entry| entry.ahead_of(origin)));
            popped.sort_unstable_by_key(|entry| (entry.ahead_of(origin), entry.id));
            popped.dedup();
            let aheads: Vec<_> = popped
                .iter()
                .map(|entry| entry.ahead_of(origin).cast_unsigned())
                .collect();
            assert_eq!(aheads, expected);
        }
    }

    #[test]
    fn repetitions_pile_up() {
        let mut queue = Queue::default();
        for i in 0..10_000 {
            queue.push(Entry { key: 7, id: i % 10 });
            queue.sweep(10, |_| true);
            assert!(queue.heap.len() <= 20 + Queue::SMALL);
        }
    }
}
