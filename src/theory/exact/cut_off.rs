//! How likely it is that a job lasts so long that a cancel or the fleet timeout comes first.
//!
//! A job in which each robot has its turn has a longest course: as if every robot that may hang did, and every other took the longest
//! that its laws allow. Where that is too long, it is bounded how often enough robots are slow to matter: robots that never
//! answer, that hang, or that hold a slot for longer than some time x. If fewer than s of them do, the job lasts as long as s − 1
//! robot timeouts and the others' x allow, so the probability that it is cut off is at most P(s or more are slow); of several x
//! the least bound counts.
//!
//! Robots wait for their maintenance windows only while some window is closed, and wherever a slot's robot does not wait it works. So
//! a job fits if the work of its slots fits into the time before the end at which all windows are open.

use std::ops::Range;
use std::sync::OnceLock;

use crate::model::{Ms, Windows, World};
use crate::rollout::{Admission, Pacing};
use crate::sim::Dice;
use crate::stats::CountLaw;
use crate::theory::exact::chances::Crowd;

/// How many x are tried, each three quarters of the one before, from the robot timeout on.
const TIMES: usize = 30;

/// How long robots hold their slots.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    n: u32,
    robot_timeout: Ms,
    /// [ms]
    preparing_max: Ms,
    /// Robots that never answer, each of which holds a slot for the robot timeout at most, and the longest that others do.
    silent: u32,
    slot_max: Ms,
    /// None where how long robots take is known only by their timeout.
    world: Option<Box<World>>,
    slow: OnceLock<Vec<Slow>>,
}

/// The law of the number of robots that hold a slot for longer than some time, or a law of more.
#[derive(Clone, Debug)]
struct Slow {
    longer_than: Ms,
    count: CountLaw,
}

impl Slots {
    /// Of robots that share no link and are never offline: maintenance windows waited for.
    pub(super) fn of(world: &World, dice: &Dice, robot_timeout: Ms) -> Slots {
        let slot_max = dice.slots_max(robot_timeout).into_iter().max().unwrap_or(0);
        let silent = world.fleet.cohorts.iter().map(|cohort| cohort.dead).sum();
        Slots {
            silent,
            slot_max,
            world: Some(Box::new(world.clone())),
            ..Slots::at_most(world, dice, robot_timeout)
        }
    }

    /// Of robots that may all hold their slots for the robot timeout.
    pub(super) fn at_most(world: &World, dice: &Dice, robot_timeout: Ms) -> Slots {
        let (n, preparing_max) = (world.fleet.robots(), dice.preparing_max());
        Slots {
            n,
            robot_timeout,
            preparing_max,
            silent: 0,
            slot_max: robot_timeout,
            world: None,
            slow: OnceLock::new(),
        }
    }

    /// The longest that a job takes in which each robot has its turn [ms].
    pub(super) fn longest(&self, admission: &Admission) -> Ms {
        let most = if self.silent > 0 {
            self.robot_timeout.max(self.slot_max)
        } else {
            self.slot_max
        };
        // Robot i has its turn after at most i / K longest deployments, in batches too.
        let rounds = Ms::from(self.n.div_ceil(admission.window)).saturating_mul(most);
        self.longest_with(admission, self.silent, most, self.slot_max)
            .min(self.preparing_max.saturating_add(rounds))
    }

    /// The longest if `slow` robots hold their slot for `most` at most and the others for `others` [ms].
    fn longest_with(&self, admission: &Admission, slow: u32, most: Ms, others: Ms) -> Ms {
        let (n, slow, window) = (Ms::from(self.n), Ms::from(slow), Ms::from(admission.window));
        let longest = match admission.pacing {
            // While a robot waits for its turn all slots are busy with others: R. L. Graham, SIAM J. Appl. Math. 17 (1969).
            Pacing::Sliding => {
                let work = slow
                    .saturating_mul(most)
                    .saturating_add((n - slow).saturating_mul(others));
                work.div_ceil(window)
                    .saturating_add(if slow > 0 { most } else { others })
            }
            Pacing::Batches => {
                let rounds = n.div_ceil(window);
                let slow = slow.min(rounds);
                slow.saturating_mul(most)
                    .saturating_add((rounds - slow).saturating_mul(others))
            }
        };
        self.preparing_max.saturating_add(longest)
    }

    /// A bound on the probability that a cancel or the fleet timeout comes before each robot has had its turn; 0 where even the longest
    /// job fits.
    pub(super) fn cut_off(&self, admission: &Admission) -> f64 {
        if self.longest(admission) <= admission.deadline.ms() {
            return 0.0;
        }
        let Some(world) = &self.world else { return 1.0 };
        let slow = self.slow.get_or_init(|| slow(world, self.robot_timeout));
        let open = open_before(world, admission.deadline.ms());
        slow.iter()
            .map(|slow| self.too_many(slow, admission, open))
            .fold(1.0, f64::min)
    }

    /// The probability that too many robots are slow for a job that has this much time in which no robot waits [ms].
    fn too_many(&self, slow: &Slow, admission: &Admission, open: Ms) -> f64 {
        // The least number that does not fit, or one more than there are.
        let (mut least, mut fits_above) = (0, self.n + 1);
        while least < fits_above {
            let robots = least + (fits_above - least) / 2;
            if self.longest_with(admission, robots, self.robot_timeout, slow.longer_than) <= open {
                least = robots + 1;
            } else {
                fits_above = robots;
            }
        }
        match least {
            0 => 1.0,
            least => slow.count.upper_tail(least.into()),
        }
    }
}

/// How long before an end all maintenance windows are open [ms].
fn open_before(world: &World, end: Ms) -> Ms {
    let cohorts = &world.fleet.cohorts;
    let all = cohorts
        .iter()
        .filter_map(|cohort| cohort.windows.as_ref())
        .chain(cohorts.iter().flat_map(|cohort| {
            let listed = cohort.inventory.iter();
            listed.filter_map(|robot| robot.windows.as_deref())
        }));
    let mut known: Vec<&Windows> = Vec::new();
    let mut open: Vec<Range<Ms>> = std::iter::once(0..end).collect();
    for windows in all {
        if !known.contains(&windows) {
            known.push(windows);
            open = both(&open, windows.intervals());
        }
    }
    open.iter()
        .map(|interval| interval.end - interval.start)
        .sum()
}

/// What lies in intervals of both lists, each sorted and disjoint.
fn both(a: &[Range<Ms>], b: &[Range<Ms>]) -> Vec<Range<Ms>> {
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        let common = a[i].start.max(b[j].start)..a[i].end.min(b[j].end);
        if !common.is_empty() {
            found.push(common);
        }
        if a[i].end < b[j].end { i += 1 } else { j += 1 }
    }
    found
}

/// The laws of the numbers of slow robots, for times that are short of the robot timeout.
fn slow(world: &World, robot_timeout: Ms) -> Vec<Slow> {
    let dice = Dice::new(world);
    let mut laws = Vec::with_capacity(TIMES);
    let mut longer_than = robot_timeout;
    for _ in 0..TIMES {
        let shorter = longer_than / 4 * 3 + longer_than % 4;
        if shorter == longer_than {
            break;
        }
        longer_than = shorter;
        let held_longer = dice.held_longer(longer_than);
        let law = Crowd::that_hang(world).with(&held_longer).law();
        laws.extend(law.map(|count| Slow { longer_than, count }));
    }
    laws
}
