//! A link on which downloads share a capacity, max-min fair, each flow capped by its robot's own rate.
//!
//! # Rates
//! The rates are those of water filling with a defined floor, in integers. Of m flows with caps c₁ ≤ c₂ ≤ …, let
//! levelₖ = ⌊(capacity − c₁ − … − cₖ) / (m − k)⌋. The smallest k whose next cap is above levelₖ (or k = m) splits them: the first k run
//! at their caps, the others at levelₖ, the *fair level*[^waterfilling]. Moving a cap that is at most the level to the capped side never
//! lowers the level, and moving one that is above it never raises it, so no other split is consistent, and any split can be repaired
//! one cap at a time, from whichever side is wrong, without turning back. Equal caps never end up on different sides.
//!
//! Rates are constant between changes (a flow joins, leaves or completes). Several changes at one instant act together: the split is
//! repaired when time is about to pass or the next completion is asked for, and a rate that lasts no time does no work, so neither the
//! order of changes within an instant nor a question asked between them matters. A flow completes at the first millisecond at which it
//! has received its size; from then on it has no rate, whether or not it has been handed out. A flow of no work is complete when it
//! joins. A cap of 0, or a fair level of 0 (more shared flows than steps of rate), stops flows until something changes.
//!
//! # Algorithm
//! Flows of equal cap form a *class*. Its members always have the same rate, so one work clock serves them all: a member finishes when
//! the clock has advanced by its work since it joined, and the order of these finishes never changes. They are a heap. The clock is
//! driven by `cap × now` while the class is capped, and by the *virtual time* common to all shared classes, which advances at the fair
//! level, while it is not[^virtual]; the class stores its difference to the one or the other. Hence a class changes sides in O(1),
//! whatever the number of its members: 1e5 flows of one cap around their sum cannot thrash. Capped classes queue by the time at which
//! their first member completes, shared ones by the virtual time at which it finishes; while a class stays on its side, rates of others
//! may change but this number does not. The next completion is the earlier of the two heads.
//!
//! Of the order of the caps only the class that would cross next is ever needed: the capped one of the greatest cap and the shared one
//! of the least. They are the heads of two more heaps; a class is found by its cap in a hash map.
//!
//! Where many classes lie close together around the level, they would cross to and fro with every flow that comes or goes. Once they
//! do, those nearest to the level become a *border*, whose classes do not cross but have what they received summed up when it is asked
//! for; the module `border` says how. It closes when the level leaves it.
//!
//! # Exactness
//! Rates, time, clocks and work are integers, and work is rate × time without rounding, so an engine that steps all flows one by one
//! has the same times and amounts, bit for bit (`tests/it/links.rs` is one). Virtual time and work clocks wrap around at 2⁶⁴. This loses
//! nothing: they are only added to, and read as a difference `finish − clock`, which lies between −capacity × 1 ms (a flow is taken
//! out in the millisecond in which it finishes) and [`Work::MAX`] (it had at most that much to do when it joined). The finishes in one
//! heap thus span less than 2⁵⁹ + 8.2e18 < 2⁶³, and a wrapping difference, read with its sign, is the true one. That includes entries
//! of flows and classes that have gone since: they lie behind a head that is still true, or are dropped before the clock moves.
//! Completion times of capped classes span at most `Work::MAX` too, as the slowest rate is one step.
//!
//! # Complexity
//! With n flows in c classes: amortised O(log n) to join, leave or complete, O(1) for rates, plus O(log c) for each *class* that changes
//! sides. While flows only complete, the level only rises and each class crosses at most once. In a steady state a flow that joins
//! lowers the level by about level / shared flows, and thus moves about h classes, where h = level × density of the caps at the level /
//! share of the caps above it: 1 to 2 for lognormal caps of σ = 0.5 to 1. h grows like 1/σ as distinct caps come closer together, to
//! thousands for σ = 0.001 with a capacity just below their sum. The border bounds what that costs: while it is open, a flow that comes
//! or goes costs a walk over at most 64 slots of caps and a sum over them, whatever h is.
//!
//! [^waterfilling]: Bertsekas and Gallager, *Data Networks*, 2nd ed. (1992), section 6.5.2, with one link and a cap per flow.
//! [^virtual]: Demers, Keshav and Shenker, *Analysis and simulation of a fair queueing algorithm*, SIGCOMM 1989, section 2.

mod border;
mod class;
mod queue;
mod sharing;
mod units;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use border::Border;
use class::{Class, Flow, Place, Side};
use queue::{Entry, Queue};
pub(super) use units::STEPS_PER_BYTE;
pub use units::{LinkStatistics, Rate, Work};

/// A completion time that does not come: nothing moves.
const NEVER: u64 = u64::MAX;

/// A shared link: flows join with a cap and an amount of work, and leave or complete. The module's documentation has the rules.
///
/// Times are in milliseconds, start at 0 and must not go back. A completion must be handed out ([`Link::pop_complete`]) or withdrawn
/// ([`Link::leave`]) before time moves past it. Flows are numbered by their robots' places in the start order, so that completions in
/// the same millisecond come in that order. The memory is 16 bytes for each number up to the highest, 16 to 40 for each flow on the
/// link, and about 200 for each of their caps.
///
/// ```
/// use rollcast::sim::{Link, Rate, Work};
///
/// let mut link = Link::new(Rate::from_bits_per_s(8_000_000));
/// let megabyte = Work::from_bytes(1_000_000).unwrap();
/// link.join(0, 0, Rate::UNLIMITED, megabyte);
/// link.join(0, 1, Rate::from_bits_per_s(2_000_000), megabyte);
/// // The second is slower than its half, and leaves the rest to the first.
/// assert_eq!(link.next_completion(), Some(1_334));
/// assert_eq!(link.pop_complete(1_334), Some(0));
/// assert_eq!(link.next_completion(), Some(4_000));
/// ```
///
/// # Panics
/// All methods panic, also in release builds, when `now` lies before the last one or beyond a completion that was not handed out.
#[derive(Clone, Debug)]
pub struct Link {
    /// \[1/1024 bit/s\], as all rates below
    capacity: u64,
    now: u64,
    flows: Vec<Flow>,
    /// Complete flows, not yet handed out; an entry holds while its flow is [`Place::Complete`].
    complete: BinaryHeap<Reverse<u32>>,

    classes: Vec<Class>,
    /// Indices of `classes` without members.
    free: Vec<u32>,
    by_cap: HashMap<u64, u32, BuildHasherDefault<CapHasher>>,
    /// Capped classes by their caps, the greatest first, and shared ones, the least first.
    greatest_capped: Queue,
    least_shared: Queue,
    /// No capped class is above this cap, and no shared one below `shared_min`.
    capped_max: u64,
    shared_min: u64,
    /// Sum of the caps of the capped flows. Exceeds the capacity, and possibly 64 bits, amid the changes of an instant.
    capped_sum: u128,
    n_capped: u64,
    n_shared: u64,
    /// Classes near the fair level. None of its flows counts in the five numbers above.
    border: Border,
    /// Classes that crossed to the capped and to the shared side, of late: sums over settlements, each an eighth less at the next.
    risen: u64,
    fallen: u64,
    /// Looks at classes of the border, of late, counted likewise, and settlements during which it stays closed.
    looks: u64,
    pause: u32,
    /// Classes whose first member or side changed since they were last queued.
    changed: Vec<u32>,
    /// Capped classes by the time of their first completion.
    by_time: Queue,
    /// Shared classes by the virtual time of their first finish.
    by_virtual: Queue,
    /// Classes of the border by the earliest time at which their first member may complete.
    by_bound: Queue,
    /// Empty between uses.
    aside: Vec<Entry>,
    virtual_now: u64,

    /// Whether what follows is that of the flows as they are now.
    is_settled: bool,
    level: u64,
    /// Flows at the level, and the sum of the caps of the others.
    n_at_level: u64,
    cap_sum: u64,
    next: u64,

    /// Work done: by all flows together, granted to those that joined, and handed back to those that left.
    carried: u128,
    granted: u128,
    returned: u128,
    peak: u64,
    saturated_ms: u64,
}

/// Caps are looked up by nothing but their bits, and the order in which they lie in the map is never seen.
#[derive(Clone, Copy, Debug, Default)]
struct CapHasher(u64);

impl Hasher for CapHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, cap: u64) {
        // Both halves of the product with the golden ratio: a rounded cap ends with many zeros, and so does the low half.
        let product = u128::from(self.0 ^ cap) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Link {
    /// An idle link at time 0.
    ///
    /// # Panics
    /// When the capacity is above [`Rate::CAPACITY_MAX`].
    pub fn new(capacity: Rate) -> Self {
        assert!(
            capacity <= Rate::CAPACITY_MAX,
            "a link's capacity is at most {}, not {capacity}",
            Rate::CAPACITY_MAX
        );
        let capacity = capacity.steps();
        Self {
            capacity,
            now: 0,
            flows: Vec::new(),
            complete: BinaryHeap::new(),
            classes: Vec::new(),
            free: Vec::new(),
            by_cap: HashMap::default(),
            greatest_capped: Queue::default(),
            least_shared: Queue::default(),
            capped_max: 0,
            shared_min: capacity + 1,
            capped_sum: 0,
            n_capped: 0,
            n_shared: 0,
            border: Border::new(),
            risen: 0,
            fallen: 0,
            looks: 0,
            pause: 0,
            changed: Vec::new(),
            by_time: Queue::default(),
            by_virtual: Queue::default(),
            by_bound: Queue::default(),
            aside: Vec::new(),
            virtual_now: 0,
            is_settled: true,
            level: 0,
            n_at_level: 0,
            cap_sum: 0,
            next: NEVER,
            carried: 0,
            granted: 0,
            returned: 0,
            peak: 0,
            saturated_ms: 0,
        }
    }

    /// Puts a flow on the link that is to receive `work` at no more than `cap`. O(log n).
    ///
    /// # Panics
    /// When the flow is on the link already, or the work above [`Work::MAX`].
    pub fn join(&mut self, now: u64, flow: u32, cap: Rate, work: Work) {
        assert!(
            work <= Work::MAX,
            "flow {flow} wants {} bytes, a download has at most {}",
            work.bytes(),
            Work::MAX.bytes()
        );
        self.advance(now);
        let index = flow as usize;
        if index >= self.flows.len() {
            self.flows.resize(index + 1, Flow::ABSENT);
        }
        assert!(
            self.flows[index].place == Place::Absent,
            "flow {flow} joins a link it is already on"
        );
        self.granted += u128::from(work.steps());
        if work == Work::ZERO {
            self.flows[index].place = Place::Complete;
            self.complete.push(Reverse(flow));
            return;
        }
        // No cap above the capacity is ever reached: all such flows are one class.
        let class = self.class_of(cap.steps().min(self.capacity + 1));
        let finish = self.clock(class).wrapping_add(work.steps());
        self.flows[index] = Flow {
            finish,
            place: Place::Class(class),
        };
        let member = &mut self.classes[class as usize];
        match member.side {
            Side::Capped => {
                self.capped_sum += u128::from(member.cap);
                self.n_capped += 1;
            }
            Side::Shared => self.n_shared += 1,
            Side::Border => self.border.add_flows(member.cap, 1),
        }
        let leads = member.insert(Entry {
            key: finish,
            id: flow,
        });
        if member.n_members == 1 {
            self.line_up(class);
        }
        if leads {
            self.mark_changed(class);
        }
        self.is_settled = false;
    }

    /// Takes a flow off the link (timeout, abort, going offline) and returns what it has yet to receive, with which it may join again;
    /// nothing if it is complete but was not handed out. Amortised O(log n).
    ///
    /// # Panics
    /// When the flow is not on the link.
    pub fn leave(&mut self, now: u64, flow: u32) -> Work {
        let remaining = self.remaining(now, flow);
        self.returned += u128::from(remaining.steps());
        match self.flows[flow as usize].place {
            Place::Class(class) => self.remove(class, flow, Place::Absent),
            // Its entry among the complete flows no longer holds.
            _ => self.flows[flow as usize].place = Place::Absent,
        }
        self.check_if_empty();
        remaining
    }

    /// What a flow has yet to receive. O(1) beyond the passing of time.
    ///
    /// # Panics
    /// When the flow is not on the link.
    pub fn remaining(&mut self, now: u64, flow: u32) -> Work {
        self.advance(now);
        match self
            .flows
            .get(flow as usize)
            .map(|flow| (flow.place, flow.finish))
        {
            Some((Place::Class(class), finish)) => {
                Work::from_steps(finish.wrapping_sub(self.clock(class)))
            }
            Some((Place::Complete, _)) => Work::ZERO,
            Some((Place::Absent, _)) | None => panic!("flow {flow} is not on the link"),
        }
    }

    /// The time of the next completion if nothing else changes before; `None` if none comes. The last time seen as long as there are
    /// complete flows to hand out. Which flow it is, is known when that time has come ([`Link::peek_complete`]): of those that complete
    /// in the same millisecond the first in the start order is not the first to finish.
    pub fn next_completion(&mut self) -> Option<u64> {
        if self.first_complete().is_some() {
            return Some(self.now);
        }
        self.settle();
        (self.next != NEVER).then_some(self.next)
    }

    /// The complete flow of the lowest number, still on the link.
    pub fn peek_complete(&mut self, now: u64) -> Option<u32> {
        self.advance(now);
        self.first_complete()
    }

    /// Hands out the complete flow of the lowest number and takes it off the link. Amortised O(log n).
    pub fn pop_complete(&mut self, now: u64) -> Option<u32> {
        let flow = self.peek_complete(now)?;
        self.complete.pop();
        self.flows[flow as usize].place = Place::Absent;
        self.check_if_empty();
        Some(flow)
    }

    /// The total rate from now on, for a chart of load over time.
    pub fn rate(&mut self, now: u64) -> Rate {
        self.advance(now);
        self.settle();
        Rate::from_steps(self.total())
    }

    /// The fair level from now on; `None` when all flows run at their caps.
    pub fn level(&mut self, now: u64) -> Option<Rate> {
        self.advance(now);
        self.settle();
        (self.n_at_level > 0).then_some(Rate::from_steps(self.level))
    }

    /// Flows on the link that are not complete.
    pub fn n_flows(&self) -> u64 {
        self.n_capped + self.n_shared + self.border.n_flows()
    }

    /// What the link did until now.
    pub fn statistics(&mut self, now: u64) -> LinkStatistics {
        self.advance(now);
        LinkStatistics {
            carried: self.carried,
            peak: Rate::from_steps(self.peak),
            saturated_ms: self.saturated_ms,
        }
    }

    /// Lets time pass, and takes the flows out of their classes that complete at its end.
    fn advance(&mut self, to: u64) {
        assert!(
            to >= self.now,
            "time went back on a link, from {} ms to {to} ms",
            self.now
        );
        if to == self.now {
            return;
        }
        self.settle();
        assert!(
            self.first_complete().is_none(),
            "time passed {} ms with complete flows still on the link",
            self.now
        );
        assert!(
            to <= self.next,
            "time passed a completion at {} ms on a link, to {to} ms",
            self.next
        );
        let elapsed = to - self.now;
        let rate = self.total();
        self.now = to;
        self.carried += u128::from(rate) * u128::from(elapsed);
        assert!(
            self.carried <= u128::from(self.capacity) * u128::from(self.now),
            "bug: a link carried more than its capacity"
        );
        self.peak = self.peak.max(rate);
        if self.border.is_open {
            let level = if self.n_at_level > 0 {
                self.level
            } else {
                u64::MAX
            };
            self.border.advance(level, elapsed, &mut self.classes);
        }
        if self.n_at_level > 0 {
            self.saturated_ms += elapsed;
            self.virtual_now = self
                .virtual_now
                .wrapping_add(self.level.wrapping_mul(elapsed));
        }
        if to == self.next {
            self.collect_complete();
        }
    }

    /// The class of a cap, made if there is none.
    fn class_of(&mut self, cap: u64) -> u32 {
        let n_classes = self.classes.len();
        let class = *self.by_cap.entry(cap).or_insert_with(|| {
            self.free.pop().unwrap_or_else(|| {
                u32::try_from(n_classes).expect("a bug: more classes than flows")
            })
        });
        if class as usize == n_classes {
            self.classes.push(Class::new());
        }
        if self.classes[class as usize].n_members == 0 {
            // Either side is consistent with the split, which is repaired before time passes.
            let side = self.side_of(cap);
            match side {
                Side::Capped => self.capped_max = self.capped_max.max(cap),
                Side::Border => self.border.add_class(cap, class),
                Side::Shared => self.shared_min = self.shared_min.min(cap),
            }
            let new = &mut self.classes[class as usize];
            (new.cap, new.side, new.clock_offset, new.is_queued) = (cap, side, 0, false);
        }
        class
    }

    /// The side on which a new class of a cap starts.
    fn side_of(&self, cap: u64) -> Side {
        let is_capped = if self.border.is_open {
            self.border.is_below(cap)
        } else {
            cap < self.shared_min && self.has_room(cap)
        };
        match (self.border.holds(cap), is_capped) {
            (true, _) => Side::Border,
            (false, true) => Side::Capped,
            (false, false) => Side::Shared,
        }
    }

    /// Takes a flow out of its class.
    fn remove(&mut self, class: u32, flow: u32, to: Place) {
        let finish = self.flows[flow as usize].finish;
        self.flows[flow as usize].place = to;
        let from = &mut self.classes[class as usize];
        match from.side {
            Side::Capped => {
                self.capped_sum -= u128::from(from.cap);
                self.n_capped -= 1;
            }
            Side::Shared => self.n_shared -= 1,
            Side::Border => self.border.remove_flow(from.cap),
        }
        let was_first = from.remove(
            Entry {
                key: finish,
                id: flow,
            },
            class,
            &self.flows,
        );
        if from.n_members == 0 {
            from.is_queued = false;
            if from.side == Side::Border {
                self.border.remove_class(from.cap);
            }
            self.by_cap.remove(&from.cap);
            self.free.push(class);
        } else if was_first {
            self.mark_changed(class);
        }
        self.is_settled = false;
    }

    /// Moves the flows that have received their size by now out of their classes, to be handed out in order of their numbers.
    fn collect_complete(&mut self) {
        while let Some(class) = self.first_capped().filter(|entry| entry.key <= self.now) {
            self.collect_class(class.id);
        }
        while let Some(class) = self
            .first_shared()
            .filter(|entry| entry.ahead_of(self.virtual_now) <= 0)
        {
            self.collect_class(class.id);
        }
        while let Some(entry) = self.first_of_border().filter(|entry| entry.key <= self.now) {
            self.collect_class(entry.id);
            self.queue(entry.id);
        }
    }

    fn collect_class(&mut self, class: u32) {
        let clock = self.clock(class);
        while self.classes[class as usize].n_members > 0 {
            let first = self.classes[class as usize].first();
            let ahead = first.ahead_of(clock);
            if ahead > 0 {
                break;
            }
            // Its last millisecond was not needed to the end.
            self.carried -= u128::from(ahead.unsigned_abs());
            self.remove(class, first.id, Place::Complete);
            self.complete.push(Reverse(first.id));
        }
        self.classes[class as usize].is_queued = false;
    }

    fn first_complete(&mut self) -> Option<u32> {
        while let Some(&Reverse(flow)) = self.complete.peek() {
            if self.flows[flow as usize].place == Place::Complete {
                return Some(flow);
            }
            self.complete.pop();
        }
        None
    }

    /// An empty link must have given what the flows asked for, to the last step.
    fn check_if_empty(&self) {
        if self.n_flows() == 0 {
            assert!(
                self.granted == self.carried + self.returned,
                "bug: a link lost or invented work"
            );
        }
    }
}
