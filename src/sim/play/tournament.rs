//! A loser tree: the earliest of a fixed number of entries, for the calendar.
//!
//! It offers to replace the earliest entry and nothing else: no push, no pop. The path of a replacement is known before any
//! comparison, so its loads do not wait for one another and its selections need no branch: half the cost of a binary heap.
//! O(log K) a replacement, O(K) to fill. The tree is filled up to a power of two, so that every path has the same length and its
//! end is no surprise either.

use std::hint::select_unpredictable;

/// The entry of a slot that has nothing left to happen.
pub(super) const EMPTY: u64 = u64::MAX;

#[derive(Clone, Copy)]
struct Entry {
    key: u64,
    leaf: u32,
}

/// A tournament over a fixed number of slots; see the module's description.
#[derive(Default)]
pub(super) struct Tournament {
    /// The loser of the match at each inner node, from 1; node 0 holds the winner of all.
    nodes: Vec<Entry>,
    /// Winners while the tree is filled.
    winners: Vec<Entry>,
}

impl Tournament {
    /// Fills the tree, one slot an entry. There must be at least one.
    pub(super) fn fill(&mut self, keys: impl ExactSizeIterator<Item = u64>) {
        assert!(keys.len() > 0, "a tournament of nobody");
        let vacant = Entry {
            key: EMPTY,
            leaf: 0,
        };
        let slots = keys.len().next_power_of_two();
        self.winners.clear();
        self.winners.resize(slots, vacant);
        self.winners
            .extend(keys.enumerate().map(|(leaf, key)| Entry {
                key,
                leaf: leaf as u32,
            }));
        self.winners.resize(2 * slots, vacant);
        self.nodes.clear();
        self.nodes.resize(slots, vacant);
        for node in (1..slots).rev() {
            let (left, right) = (self.winners[2 * node], self.winners[2 * node + 1]);
            let (winner, loser) = if left.key <= right.key {
                (left, right)
            } else {
                (right, left)
            };
            self.winners[node] = winner;
            self.nodes[node] = loser;
        }
        self.nodes[0] = self.winners[1];
    }

    /// The earliest entry.
    #[inline]
    pub(super) fn first(&self) -> u64 {
        self.nodes[0].key
    }

    /// The second earliest entry: the earliest of those that lost to the first. [`EMPTY`] if there is none.
    pub(super) fn second(&self) -> u64 {
        let mut second = EMPTY;
        let mut node = (self.nodes[0].leaf as usize + self.nodes.len()) / 2;
        while node > 0 {
            second = second.min(self.nodes[node].key);
            node /= 2;
        }
        second
    }

    /// Puts `key` into the slot of the earliest entry.
    #[inline]
    pub(super) fn replace_first(&mut self, key: u64) {
        let slots = self.nodes.len();
        let mut winner = Entry {
            key,
            leaf: self.nodes[0].leaf,
        };
        let mut node = (winner.leaf as usize + slots) / 2;
        while node > 0 {
            let other = self.nodes[node];
            // Which of the two is earlier is a coin's toss: a mispredicted branch would cost more than the whole path.
            let stays = winner.key < other.key;
            let loser_key = select_unpredictable(stays, other.key, winner.key);
            let loser_leaf = select_unpredictable(stays, other.leaf, winner.leaf);
            winner.key = select_unpredictable(stays, winner.key, other.key);
            winner.leaf = select_unpredictable(stays, winner.leaf, other.leaf);
            self.nodes[node] = Entry {
                key: loser_key,
                leaf: loser_leaf,
            };
            node /= 2;
        }
        self.nodes[0] = winner;
    }

    /// The entries of all slots that are not empty, in no particular order.
    pub(super) fn entries(&self) -> impl Iterator<Item = u64> {
        self.nodes
            .iter()
            .map(|entry| entry.key)
            .filter(|key| *key != EMPTY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    #[test]
    fn gives_the_order_of_a_binary_heap_for_any_number_of_slots() {
        let mut state = 1u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 20
        };
        for slots in (1..40).chain([100, 127, 128, 129]) {
            let first: Vec<u64> = (0..slots).map(|_| next()).collect();
            let mut tournament = Tournament::default();
            tournament.fill(first.iter().copied());
            let mut heap: BinaryHeap<_> = first.into_iter().map(Reverse).collect();
            for step in 0..500 {
                let Reverse(expected) = heap.pop().unwrap_or(Reverse(EMPTY));
                assert_eq!(tournament.first(), expected, "slots {slots}, step {step}");
                let key = if step < 300 {
                    expected.saturating_add(next() % 1000 + 1)
                } else {
                    EMPTY
                };
                if key != EMPTY {
                    heap.push(Reverse(key));
                }
                tournament.replace_first(key);
                assert_eq!(tournament.entries().count(), heap.len());
            }
        }
    }
}
