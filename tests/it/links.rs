//! The link against an engine that recomputes everything for every flow at every change, and against closed forms.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rollcast::sim::{Link, LinkStatistics, Rate, Work};

/// How the reference shares the capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sharing {
    MaxMin,
    /// The mutant: everyone gets capacity / flows or his cap, what others leave is lost.
    Equal,
}

struct Job {
    cap: u64,
    remaining: u64,
}

/// Plain water filling over all flows, stepped from change to change. No clocks, no classes, no heaps.
struct Reference {
    sharing: Sharing,
    capacity: u64,
    now: u64,
    jobs: BTreeMap<u32, Job>,
    statistics: LinkStatistics,
}

impl Reference {
    fn new(capacity: u64, sharing: Sharing) -> Self {
        Self {
            sharing,
            capacity,
            now: 0,
            jobs: BTreeMap::new(),
            statistics: LinkStatistics::default(),
        }
    }

    fn level(&self) -> Option<u64> {
        let mut caps: Vec<u64> = self
            .jobs
            .values()
            .filter(|job| job.remaining > 0)
            .map(|job| job.cap)
            .collect();
        caps.sort_unstable();
        if self.sharing == Sharing::Equal {
            return (!caps.is_empty()).then(|| self.capacity / caps.len() as u64);
        }
        let mut rest = self.capacity;
        for (k, &cap) in caps.iter().enumerate() {
            let level = rest / (caps.len() - k) as u64;
            if cap > level {
                return Some(level);
            }
            rest -= cap;
        }
        None
    }

    /// Of the flows that are not complete, in order of their numbers.
    fn rates(&self) -> Vec<(u32, u64)> {
        let level = self.level().unwrap_or(u64::MAX);
        self.jobs
            .iter()
            .filter(|(_, job)| job.remaining > 0)
            .map(|(&flow, job)| (flow, job.cap.min(level)))
            .collect()
    }

    fn next_completion(&self) -> Option<u64> {
        if self.first_complete().is_some() {
            return Some(self.now);
        }
        let times = self.rates().into_iter().filter(|&(_, rate)| rate > 0);
        let times = times.filter_map(|(flow, rate)| {
            self.now
                .checked_add(self.jobs[&flow].remaining.div_ceil(rate))
        });
        // The last millisecond that a time can hold stands for never.
        times.filter(|&time| time < u64::MAX).min()
    }

    fn first_complete(&self) -> Option<u32> {
        self.jobs
            .iter()
            .find(|(_, job)| job.remaining == 0)
            .map(|(&flow, _)| flow)
    }

    fn advance(&mut self, to: u64) {
        let elapsed = to - self.now;
        self.now = to;
        if elapsed == 0 {
            return;
        }
        let mut total = 0;
        if self
            .rates()
            .iter()
            .any(|(flow, rate)| *rate < self.jobs[flow].cap)
        {
            self.statistics.saturated_ms += elapsed;
        }
        for (flow, rate) in self.rates() {
            let job = self.jobs.get_mut(&flow).unwrap();
            let received = u64::try_from(
                (u128::from(rate) * u128::from(elapsed)).min(u128::from(job.remaining)),
            )
            .unwrap();
            job.remaining -= received;
            self.statistics.carried += u128::from(received);
            total += rate;
        }
        self.statistics.peak = self.statistics.peak.max(Rate::from_steps(total));
    }
}

/// What kind of world a random sequence of changes happens in.
#[derive(Debug)]
struct World {
    capacity: u64,
    /// Caps to draw from.
    caps: Vec<u64>,
    /// Largest work of a flow, of a size that takes a few dozen milliseconds up to ages.
    work_max: u64,
    n_flows: u32,
}

impl World {
    fn random(rng: &mut StdRng) -> Self {
        let n_flows = *[2, 5, 12, 40].choose(rng).unwrap();
        let capacity = match rng.random_range(0..6) {
            0 => rng.random_range(0..=u64::from(n_flows)),
            1 => rng.random_range(1..100),
            2 => Rate::CAPACITY_MAX.steps() - rng.random_range(0..3),
            _ => rng.random_range(1_000..1_000_000_000),
        };
        // Around a flow's even share, where the split happens, and far from it.
        let share = (capacity / u64::from(n_flows)).max(1);
        let n_caps = *[1, 2, 4, 16, 100].choose(rng).unwrap();
        let caps = (0..n_caps)
            .map(|_| match rng.random_range(0..12) {
                0 => 0,
                1 => u64::MAX,
                2 => capacity + rng.random_range(0..3),
                3 => share,
                4..8 => rng.random_range(0..=4 * share),
                _ => rng.random_range(share / 2..=2 * share),
            })
            .collect();
        // Often few enough that a time passes between events, sometimes as much as there can be.
        let work_max = match rng.random_range(0..5) {
            0 => Work::MAX.steps(),
            1 => 10,
            _ => share
                .saturating_mul(rng.random_range(1..1000))
                .clamp(1, Work::MAX.steps()),
        };
        Self {
            capacity,
            caps,
            work_max,
            n_flows,
        }
    }
}

/// Runs one random sequence on both engines; the first difference as an error.
fn difference(seed: u64, sharing: Sharing) -> Result<usize, String> {
    let rng = &mut StdRng::seed_from_u64(seed);
    let world = World::random(rng);
    let mut link = Link::new(Rate::from_steps(world.capacity));
    let mut reference = Reference::new(world.capacity, sharing);
    let mut n_completed = 0;
    // Flows that left, with what remains for them.
    let mut away: BTreeMap<u32, u64> = BTreeMap::new();
    let same_work = rng
        .random_bool(0.3)
        .then(|| rng.random_range(1..=world.work_max));
    let mut now = 0_u64;
    macro_rules! same {
        ($what:expr, $link:expr, $reference:expr) => {
            let (a, b) = ($link, $reference);
            if a != b {
                return Err(format!(
                    "seed {seed}, {now} ms, {}: {a:?} against {b:?} in {world:?}",
                    $what
                ));
            }
        };
    }

    for _ in 0..rng.random_range(10..200) {
        // Pass time, up to a completion at most; often just to it.
        let next = reference.next_completion();
        // Not always asked, as the link must do without; but time must not pass a completion that only the mutant has not seen.
        if rng.random_bool(0.7) || sharing != Sharing::MaxMin {
            same!("next completion", link.next_completion(), next);
        }
        let until = next.unwrap_or(now.saturating_add(1000));
        now = match rng.random_range(0..4) {
            0 => now,
            1 => rng.random_range(now..=until),
            2 => rng.random_range(now..=until.min(now.saturating_add(3))),
            _ => until,
        };
        reference.advance(now);

        // Changes at this instant, completions among them at random.
        for _ in 0..rng.random_range(0..8) {
            let flow = rng.random_range(0..world.n_flows);
            match rng.random_range(0..10) {
                0..4 if !reference.jobs.contains_key(&flow) => {
                    let cap = *world.caps.choose(rng).unwrap();
                    let fresh = if rng.random_bool(0.02) {
                        0
                    } else {
                        rng.random_range(1..=world.work_max)
                    };
                    let work = away.remove(&flow).unwrap_or(same_work.unwrap_or(fresh));
                    link.join(now, flow, Rate::from_steps(cap), Work::from_steps(work));
                    reference.jobs.insert(
                        flow,
                        Job {
                            cap,
                            remaining: work,
                        },
                    );
                }
                4 | 5 if reference.jobs.contains_key(&flow) => {
                    let remaining = reference.jobs.remove(&flow).unwrap().remaining;
                    same!(
                        "remaining of one that leaves",
                        link.leave(now, flow).steps(),
                        remaining
                    );
                    away.insert(flow, remaining);
                }
                6 => {
                    let first = reference.first_complete();
                    same!("completion", link.pop_complete(now), first);
                    n_completed += usize::from(first.is_some());
                    first.map(|flow| reference.jobs.remove(&flow));
                }
                7 if reference.jobs.contains_key(&flow) => {
                    same!(
                        "remaining",
                        link.remaining(now, flow).steps(),
                        reference.jobs[&flow].remaining
                    );
                }
                // Questions amid the changes of an instant must not change the answers.
                8 => {
                    let total: u64 = reference.rates().iter().map(|&(_, rate)| rate).sum();
                    same!("rate", link.rate(now).steps(), total);
                }
                9 => {
                    same!("level", link.level(now).map(Rate::steps), reference.level());
                    same!("flows", link.n_flows(), reference.rates().len() as u64);
                    same!("statistics", link.statistics(now), reference.statistics);
                }
                _ => {}
            }
        }
        // What is complete must go before time passes.
        while let Some(flow) = reference.first_complete() {
            if rng.random_bool(0.1) {
                same!(
                    "remaining of a complete one",
                    link.leave(now, flow),
                    Work::ZERO
                );
            } else {
                same!(
                    "next completion while some are complete",
                    link.next_completion(),
                    Some(now)
                );
                same!("completion", link.pop_complete(now), Some(flow));
                n_completed += 1;
            }
            reference.jobs.remove(&flow);
        }
        same!("completion of nothing", link.pop_complete(now), None);
    }
    for (&flow, job) in &reference.jobs {
        same!(
            "remaining at the end",
            link.remaining(now, flow).steps(),
            job.remaining
        );
    }
    same!(
        "statistics at the end",
        link.statistics(now),
        reference.statistics
    );
    // Empties the link, which checks that no work was lost.
    for &flow in reference.jobs.keys() {
        link.leave(now, flow);
    }
    Ok(n_completed)
}

#[test]
fn random_changes_differ_from_brute_force() {
    let mut n_completed = 0;
    for seed in 0..6_000 {
        n_completed +=
            difference(seed, Sharing::MaxMin).unwrap_or_else(|difference| panic!("{difference}"));
    }
    // The sequences must be about something.
    assert!(n_completed > 60_000, "only {n_completed} completions");
}

#[test]
fn equal_shares_pass_for_max_min() {
    let n_seen = (0..200)
        .filter(|&seed| difference(seed, Sharing::Equal).is_err())
        .count();
    assert!(
        n_seen > 100,
        "equal shares were noticed in {n_seen} sequences of 200"
    );
}

/// A rollout: `n_flows` in flight, the next joins when one completes. Returns (time, flow) in the order of completion.
fn play(
    capacity: u64,
    jobs: &[(u64, u64)],
    n_in_flight: usize,
) -> (Vec<(u64, u32)>, LinkStatistics) {
    let mut link = Link::new(Rate::from_steps(capacity));
    let mut waiting = (0..).zip(jobs);
    let mut completions = Vec::new();
    for (flow, &(cap, work)) in waiting.by_ref().take(n_in_flight) {
        link.join(0, flow, Rate::from_steps(cap), Work::from_steps(work));
    }
    while let Some(now) = link.next_completion() {
        completions.push((now, link.pop_complete(now).unwrap()));
        if let Some((flow, &(cap, work))) = waiting.next() {
            link.join(now, flow, Rate::from_steps(cap), Work::from_steps(work));
        }
    }
    let now = completions.last().unwrap().0;
    (completions, link.statistics(now))
}

fn play_reference(
    capacity: u64,
    jobs: &[(u64, u64)],
    n_in_flight: usize,
) -> (Vec<(u64, u32)>, LinkStatistics) {
    let mut reference = Reference::new(capacity, Sharing::MaxMin);
    let mut waiting = (0..).zip(jobs);
    let mut completions = Vec::new();
    let join = |reference: &mut Reference, (flow, &(cap, remaining)): (u32, &(u64, u64))| {
        reference.jobs.insert(flow, Job { cap, remaining });
    };
    waiting
        .by_ref()
        .take(n_in_flight)
        .for_each(|job| join(&mut reference, job));
    while let Some(now) = reference.next_completion() {
        reference.advance(now);
        let flow = reference.first_complete().unwrap();
        reference.jobs.remove(&flow);
        completions.push((now, flow));
        if let Some(job) = waiting.next() {
            join(&mut reference, job);
        }
    }
    (completions, reference.statistics)
}

/// Flows of caps that lie within `spread` of each other (relative to them), of which one completes or leaves and the next joins a little
/// later, so that the level goes to and fro across many caps. The first difference to the reference as an error.
fn seesaw(spread: f64, percent: u64, n_in_flight: u32, rng: &mut StdRng) -> Result<(), String> {
    let base = 10 * MBIT_PER_S;
    let width = (base as f64 * spread) as u64;
    let capacity = (base + width / 2) / 100 * percent * u64::from(n_in_flight);
    let mut link = Link::new(Rate::from_steps(capacity));
    let mut reference = Reference::new(capacity, Sharing::MaxMin);
    let mut now = 0;
    let mut joined = 0;
    for _ in 0..4 * n_in_flight {
        while reference.jobs.len() < n_in_flight as usize {
            let cap = base + rng.random_range(0..=width);
            let work = rng.random_range(1_000_000..50_000_000) * BYTE;
            link.join(now, joined, Rate::from_steps(cap), Work::from_steps(work));
            reference.jobs.insert(
                joined,
                Job {
                    cap,
                    remaining: work,
                },
            );
            joined += 1;
        }
        for is_before_joining in [false, true] {
            let next = reference.next_completion().unwrap();
            if link.next_completion() != Some(next) {
                return Err(format!(
                    "next completion {:?} instead of {next} ms",
                    link.next_completion()
                ));
            }
            now = if is_before_joining {
                next.min(now + 2)
            } else {
                next
            };
            reference.advance(now);
            while let Some(flow) = reference.first_complete() {
                reference.jobs.remove(&flow);
                if link.pop_complete(now) != Some(flow) {
                    return Err(format!("flow {flow} is not complete at {now} ms"));
                }
            }
            let (&flow, job) = reference
                .jobs
                .range(rng.random_range(0..joined)..)
                .next()
                .unwrap_or(reference.jobs.first_key_value().unwrap());
            let remaining = link.remaining(now, flow).steps();
            if remaining != job.remaining || link.level(now).map(Rate::steps) != reference.level() {
                return Err(format!(
                    "{remaining} remain instead of {}, or the level differs, at {now} ms",
                    job.remaining
                ));
            }
            if is_before_joining && rng.random_bool(0.1) {
                reference.jobs.remove(&flow);
                link.leave(now, flow);
            }
        }
    }
    if link.statistics(now) != reference.statistics {
        return Err(format!(
            "{:?} instead of {:?}",
            link.statistics(now),
            reference.statistics
        ));
    }
    Ok(())
}

#[test]
fn almost_equal_caps_differ_from_brute_force() {
    let rng = &mut StdRng::seed_from_u64(11);
    for spread in [1e-6, 0.001, 0.01, 0.05, 0.3] {
        for percent in [95, 99, 100] {
            seesaw(spread, percent, 150, rng)
                .unwrap_or_else(|difference| panic!("spread {spread}, {percent} %: {difference}"));
        }
    }
}

const BYTE: u64 = 8 * 1000 * 1024;
const MBIT_PER_S: u64 = 1_000_000 * 1024;

/// Caps and sizes as robots have them, in the regimes of the benchmark.
fn rollout(n_flows: usize, n_distinct: Option<usize>, rng: &mut StdRng) -> Vec<(u64, u64)> {
    let cap = |rng: &mut StdRng| rng.random_range(2 * MBIT_PER_S..40 * MBIT_PER_S);
    let caps: Vec<u64> = (0..n_distinct.unwrap_or(n_flows))
        .map(|_| cap(rng))
        .collect();
    let cap = |i: usize| {
        if n_distinct == Some(0) {
            u64::MAX
        } else {
            caps[i % caps.len()]
        }
    };
    (0..n_flows)
        .map(|i| (cap(i), rng.random_range(10_000_000..200_000_000) * BYTE))
        .collect()
}

#[test]
fn whole_rollouts_differ_from_brute_force() {
    let rng = &mut StdRng::seed_from_u64(1);
    for n_distinct in [None, Some(0), Some(1), Some(4), Some(16)] {
        for percent in [5, 50, 90, 99, 120] {
            let n_in_flight = 60;
            let jobs = rollout(300, n_distinct, rng);
            let caps: u64 = jobs
                .iter()
                .take(n_in_flight)
                .map(|&(cap, _)| cap.min(20 * MBIT_PER_S))
                .sum();
            let capacity = caps / 100 * percent;
            assert_eq!(
                play(capacity, &jobs, n_in_flight),
                play_reference(capacity, &jobs, n_in_flight),
                "{n_distinct:?} caps, capacity {percent} %"
            );
        }
    }
}

/// Flows of one class overlap for so long that its clock and the virtual time wrap around many times.
#[test]
fn clocks_wrap_around() {
    let largest = Work::MAX.steps();
    for cap in [
        u64::MAX,
        Rate::CAPACITY_MAX.steps() / 4,
        Rate::CAPACITY_MAX.steps() / 2,
    ] {
        let rng = &mut StdRng::seed_from_u64(cap);
        let jobs: Vec<_> = (0..500)
            .map(|i| {
                if i % 7 == 0 {
                    (cap / 1000, largest)
                } else {
                    (cap, largest - rng.random_range(0..largest / 2))
                }
            })
            .collect();
        let capacity = Rate::CAPACITY_MAX.steps();
        let (completions, statistics) = play(capacity, &jobs, 3);
        assert!(
            statistics.carried > 100 << 64,
            "the clocks did not wrap around"
        );
        assert_eq!(
            (completions, statistics),
            play_reference(capacity, &jobs, 3),
            "cap {cap}"
        );
    }
}

#[test]
fn identical_robots_complete_out_of_order() {
    let jobs = [(10 * MBIT_PER_S, 100_000_000 * BYTE); 200];
    let (completions, statistics) = play(1_999 * MBIT_PER_S, &jobs, 200);
    let expected: Vec<_> = (0..200).map(|flow| (80_041, flow)).collect();
    assert_eq!(completions, expected);
    assert_eq!(statistics.carried_bytes(), 20_000_000_000);
}

/// All finish within the same millisecond, but neither in the order of their numbers nor of their joining; some in one class, one alone,
/// at their cap or held below it.
#[test]
fn ties_go_by_finish_instead_of_start_order() {
    for cap in [1_000, 5_000, u64::MAX] {
        let mut link = Link::new(Rate::from_steps(4_000));
        for (flow, cap, work) in [
            (7, cap, 9_999),
            (5, cap, 9_998),
            (2, cap, 10_000),
            (3, 2_000, 9_997),
        ] {
            link.join(3, flow, Rate::from_steps(cap), Work::from_steps(work));
        }
        for flow in [2, 3, 5, 7] {
            assert_eq!(link.next_completion(), Some(13), "cap {cap}");
            assert_eq!(link.peek_complete(13), Some(flow), "cap {cap}");
            assert_eq!(link.pop_complete(13), Some(flow), "cap {cap}");
        }
        assert_eq!(link.next_completion(), None);
    }
}

#[test]
fn four_downloads_at_once_miss_the_closed_form() {
    let jobs = [100, 200, 400, 800].map(|megabytes| (u64::MAX, megabytes * 1_000_000 * BYTE));
    let (completions, statistics) = play(100 * MBIT_PER_S, &jobs, 4);
    for (flow, (&(time, completed), expected)) in
        (0..).zip(completions.iter().zip([32_000, 56_000, 88_000, 120_000]))
    {
        assert_eq!(completed, flow);
        assert!(
            (expected..=expected + 1).contains(&time),
            "flow {flow} after {time} ms instead of {expected}"
        );
    }
    assert_eq!(statistics.carried_bytes(), 1_500_000_000);
    assert_eq!(statistics.saturated_ms, completions[3].0);
    assert_eq!(statistics.peak, Rate::from_bits_per_s(100_000_000));
}

/// 10 flows of 2 Mbit/s and 10 of 20 on 120 Mbit/s: the slow ones run at their cap, the fast ones at 10, then at 20.
#[test]
fn two_classes_miss_the_closed_form() {
    let slow = (2 * MBIT_PER_S, 25_000_000 * BYTE);
    let jobs: Vec<_> = (0..20)
        .map(|i| {
            if i < 10 {
                slow
            } else {
                (20 * MBIT_PER_S, 100_000_000 * BYTE)
            }
        })
        .collect();
    let (completions, statistics) = play(120 * MBIT_PER_S, &jobs, 20);
    // The fast ones need 80 s at 10 Mbit/s, the slow ones then 20 s more, at their cap of 2.
    let expected: Vec<_> = (10..20)
        .map(|flow| (80_000, flow))
        .chain((0..10).map(|flow| (100_000, flow)))
        .collect();
    assert_eq!(completions, expected);
    assert_eq!(statistics.saturated_ms, 80_000);

    // The other way round: the slow ones go first, after 20 s, and leave 12 Mbit/s to each of the fast ones.
    let jobs = jobs.map_slow_work(5_000_000 * BYTE);
    let (completions, _) = play(120 * MBIT_PER_S, &jobs, 20);
    let expected: Vec<_> = (0..10)
        .map(|flow| (20_000, flow))
        .chain((10..20).map(|flow| (70_000, flow)))
        .collect();
    assert_eq!(completions, expected);
}

trait MapSlowWork {
    fn map_slow_work(self, work: u64) -> Self;
}

impl MapSlowWork for Vec<(u64, u64)> {
    fn map_slow_work(mut self, work: u64) -> Self {
        self.iter_mut().take(10).for_each(|job| job.1 = work);
        self
    }
}

#[test]
fn a_single_flow_misses_its_quotient() {
    let rng = &mut StdRng::seed_from_u64(2);
    for _ in 0..2_000 {
        let bits = rng.random_range(1..58);
        let (capacity, cap) = (
            rng.random_range(1..1 << bits),
            rng.random_range(1..1 << bits),
        );
        let work = rng.random_range(1..=Work::MAX.steps());
        let (completions, statistics) = play(capacity, &[(cap, work)], 1);
        assert_eq!(completions, [(work.div_ceil(cap.min(capacity)), 0)]);
        assert_eq!(statistics.carried, u128::from(work));
        assert_eq!(
            statistics.saturated_ms,
            if cap > capacity { completions[0].0 } else { 0 }
        );
    }
}

/// From what flows receive in a millisecond alone: none below its cap has less than another, the sum is the capacity up to less than a
/// step a flow, or everyone has his cap.
#[test]
fn rates_are_not_max_min_fair() {
    let rng = &mut StdRng::seed_from_u64(3);
    for _ in 0..300 {
        let capacity = rng.random_range(1_000..1_000_000);
        let mut link = Link::new(Rate::from_steps(capacity));
        let mut caps: BTreeMap<u32, u64> = BTreeMap::new();
        let n_caps = rng.random_range(1..30);
        for now in 0..60 {
            for _ in 0..rng.random_range(1..4) {
                let flow = rng.random_range(0..40);
                if caps.remove(&flow).is_some() {
                    link.leave(now, flow);
                } else {
                    let cap = rng.random_range(1..=n_caps) * capacity / 100;
                    link.join(now, flow, Rate::from_steps(cap), Work::MAX);
                    caps.insert(flow, cap);
                }
            }
            let before: Vec<_> = caps
                .keys()
                .map(|&flow| link.remaining(now, flow).steps())
                .collect();
            let rates: Vec<_> = caps
                .keys()
                .zip(before)
                .map(|(&flow, w)| w - link.remaining(now + 1, flow).steps())
                .collect();
            let sum: u64 = rates.iter().sum();
            assert!(sum <= capacity);
            assert_eq!(Rate::from_steps(sum), link.rate(now + 1));
            let most = rates.iter().copied().max().unwrap_or(0);
            let mut n_held = 0;
            for (&rate, &cap) in rates.iter().zip(caps.values()) {
                assert!(rate <= cap);
                assert!(
                    rate == cap || rate == most,
                    "a flow below its cap of {cap} has {rate}, another {most}"
                );
                n_held += u64::from(rate < cap);
            }
            assert!(
                n_held == 0 || sum + n_held > capacity,
                "{} steps of {capacity} lie idle",
                capacity - sum
            );
        }
    }
}

#[test]
fn a_level_of_zero_moves_something() {
    let mut link = Link::new(Rate::from_steps(3));
    for flow in 0..4 {
        link.join(0, flow, Rate::UNLIMITED, Work::from_steps(6));
    }
    assert_eq!(link.next_completion(), None);
    assert_eq!(link.level(1_000), Some(Rate::from_steps(0)));
    assert_eq!(link.leave(5_000, 2), Work::from_steps(6));
    assert_eq!(link.next_completion(), Some(5_006));
    // A cap of nothing is not held back by the others, and does not hold them back.
    link.join(5_003, 2, Rate::from_steps(0), Work::from_steps(1));
    assert_eq!(link.next_completion(), Some(5_006));
    for flow in [0, 1, 3] {
        assert_eq!(link.pop_complete(5_006), Some(flow));
    }
    assert_eq!((link.next_completion(), link.level(9_000)), (None, None));
    assert_eq!(link.statistics(9_000).saturated_ms, 5_006);
    assert_eq!(link.leave(9_000, 2), Work::from_steps(1));
}

/// What a flow leaves behind when it leaves must be swept, or memory grows with every return. The size is that of the debug output.
#[test]
fn flapping_flows_pile_up() {
    for n_caps in [1, 200] {
        for (capacity, cap) in [
            (1 << 40, 0),
            (1 << 40, 1 << 31),
            (1 << 40, 1 << 34),
            (1 << 40, u64::MAX - 200),
            (100, 1 << 34),
        ] {
            let mut link = Link::new(Rate::from_steps(capacity));
            let cap = |flow: u32| Rate::from_steps(cap + u64::from(flow % n_caps));
            for flow in 0..200 {
                link.join(
                    0,
                    flow,
                    cap(flow),
                    Work::from_steps(Work::MAX.steps() - u64::from(flow)),
                );
            }
            link.rate(0);
            let size = format!("{link:?}").len();
            for now in 0..20_000_u32 {
                let flow = 100 + now % 7;
                let now = u64::from(now / 3);
                let remaining = link.leave(now, flow);
                link.join(now, flow, cap(flow), remaining);
            }
            let size_after = format!("{link:?}").len();
            assert!(
                size_after < 3 * size,
                "{n_caps} caps of {:?} on {capacity}: {size} grew to {size_after}",
                cap(0)
            );
        }
    }
}

#[test]
fn rounding_moves_a_rate_by_more_than_a_hundred_thousandth() {
    let rng = &mut StdRng::seed_from_u64(4);
    let (mut n_up, mut n_down) = (0, 0);
    for _ in 0..10_000 {
        let steps = rng.random::<u64>() >> rng.random_range(1..64);
        let rounded = Rate::from_steps(steps).rounded().steps();
        let moved = i128::from(rounded) - i128::from(steps);
        assert!(
            moved.unsigned_abs() * 100_000 <= u128::from(steps),
            "{steps} became {rounded}"
        );
        let n_bits = u64::BITS - rounded.leading_zeros();
        assert!(
            n_bits <= rounded.trailing_zeros() + if moved == 0 { 24 } else { 17 },
            "{steps} became {rounded}"
        );
        n_up += u32::from(moved > 0);
        n_down += u32::from(moved < 0);
        // Rounded once, it stays.
        assert_eq!(Rate::from_steps(rounded).rounded().steps(), rounded);
    }
    assert!(n_up > 2_000 && n_down > 2_000, "{n_up} up, {n_down} down");
    // Rates as people write them stay.
    for bits_per_s in [
        100_000_000,
        12_345_000,
        98_760_000,
        2_500_000_000,
        9_600,
        1 << 40,
    ] {
        let rate = Rate::from_bits_per_s(bits_per_s);
        assert_eq!(rate.rounded(), rate);
    }
    assert_eq!(Rate::UNLIMITED.rounded(), Rate::UNLIMITED);
    assert!(Rate::from_steps(u64::MAX - 1).rounded().steps() > u64::MAX / 2);
}

#[test]
fn bytes_do_not_survive_the_units() {
    for bytes in [0, 1, 123_456_789, 1_000_000_000_000] {
        assert_eq!(Work::from_bytes(bytes).map(Work::bytes), Some(bytes));
    }
    assert_eq!(
        (
            Work::from_bytes(1_000_000_000_001),
            Work::from_bytes(u64::MAX)
        ),
        (None, None)
    );
    assert_eq!(Rate::from_bits_per_s(1_000_000).bits_per_s(), 1_000_000);
    assert_eq!(Rate::from_bits_per_s(u64::MAX), Rate::UNLIMITED);
}

fn link_with_two() -> Link {
    let mut link = Link::new(Rate::from_steps(1_000));
    for flow in 0..2 {
        link.join(10, flow, Rate::UNLIMITED, Work::from_steps(5_000));
    }
    link
}

#[test]
#[should_panic(expected = "time went back")]
fn time_goes_back() {
    link_with_two().rate(9);
}

#[test]
#[should_panic(expected = "time passed a completion at 20 ms")]
fn a_completion_is_passed() {
    link_with_two().rate(21);
}

#[test]
#[should_panic(expected = "complete flows still on the link")]
fn a_complete_flow_is_forgotten() {
    let mut link = link_with_two();
    link.pop_complete(20);
    link.rate(21);
}

#[test]
#[should_panic(expected = "already on")]
fn a_flow_joins_twice() {
    link_with_two().join(10, 1, Rate::UNLIMITED, Work::ZERO);
}

#[test]
#[should_panic(expected = "not on the link")]
fn a_flow_leaves_twice() {
    let mut link = link_with_two();
    link.leave(10, 1);
    link.leave(10, 1);
}

#[test]
#[should_panic(expected = "a download has at most")]
fn too_much_work_wraps_around() {
    link_with_two().join(
        10,
        2,
        Rate::UNLIMITED,
        Work::from_steps(Work::MAX.steps() + 1),
    );
}

#[test]
#[should_panic(expected = "a link's capacity is at most")]
fn too_much_capacity_wraps_around() {
    Link::new(Rate::UNLIMITED);
}
