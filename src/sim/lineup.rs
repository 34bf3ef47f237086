//! The fleet in start order under one robot timeout, with each robot's end packed into a number: what a rollout plays.
//!
//! A line-up depends on the order and the timeout, not on the window or the threshold, so those settings share it.

use crate::model::{Ms, Order};
use crate::sim::dice::Dice;
use crate::sim::fates::Fates;
use crate::sim::journey::{Journey, Stage, Verdict};
use crate::sim::shuffle::sort_uniform;
use crate::sim::tally::Tally;

/// An end as one number: time [ms] above the robot's place in the start order above its flags. Comparing two of them compares
/// time first, then place, which is the order in which simultaneous events are handled.
///
/// 33 bits hold 99 days of milliseconds, 28 bits hold 268 million robots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct End(u64);

impl End {
    const PLACE_SHIFT: u32 = 3;
    const TIME_SHIFT: u32 = 31;
    const TIME_MAX: Ms = (1 << (64 - End::TIME_SHIFT)) - 1;
    const FAILED: u64 = 1;
    const EXPOSED: u64 = 2;

    fn new(time: Ms, place: u32, verdict: Verdict, exposed: bool) -> End {
        let flags = u64::from(verdict.failed()) * End::FAILED + u64::from(exposed) * End::EXPOSED;
        End(time << End::TIME_SHIFT | u64::from(place) << End::PLACE_SHIFT | flags)
    }

    /// Not before any end at `time` [ms]; not before any at all if the time is beyond all of them.
    pub(super) fn last_at(time: Ms) -> End {
        End(time.min(End::TIME_MAX) << End::TIME_SHIFT | ((1 << End::TIME_SHIFT) - 1))
    }

    /// The end of the same journey begun `start` [ms] later.
    #[inline]
    pub(super) fn after(self, start: Ms) -> End {
        End(self.0 + (start << End::TIME_SHIFT))
    }

    #[inline]
    pub(super) fn key(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) fn from_key(key: u64) -> End {
        End(key)
    }

    #[inline]
    pub(super) fn time(self) -> Ms {
        self.0 >> End::TIME_SHIFT
    }

    #[inline]
    pub(super) fn place(self) -> u32 {
        (self.0 >> End::PLACE_SHIFT) as u32 & ((1 << 28) - 1)
    }

    #[inline]
    pub(super) fn failed(self) -> bool {
        self.0 & End::FAILED != 0
    }

    #[inline]
    pub(super) fn exposed(self) -> bool {
        self.0 & End::EXPOSED != 0
    }
}

/// How a robot's deployment goes that is not smooth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ending {
    pub(super) place: u32,
    pub(super) cohort: u16,
    pub(super) verdict: Verdict,
    pub(super) exposed: bool,
    /// All times in [ms].
    pub(super) end: Ms,
    pub(super) offline: Ms,
    pub(super) download: Ms,
    pub(super) scripts: Ms,
    pub(super) bytes: u64,
}

impl Ending {
    pub(super) fn of(journey: &Journey, place: u32, cohort: u16) -> Ending {
        Ending {
            place,
            cohort,
            verdict: journey.verdict,
            exposed: journey.exposed(),
            end: journey.end(),
            offline: journey.offline(),
            download: journey.spent(Stage::Downloading),
            scripts: journey.scripts(),
            bytes: journey.bytes,
        }
    }
}

/// The fleet in start order; see the module's description. Its memory is kept from one replication to the next.
#[derive(Default)]
pub struct Lineup {
    pub(super) robot_timeout: Ms,
    /// The robot at each place.
    pub(super) order: Vec<u32>,
    /// The end of each place's journey, if it began at 0.
    pub(super) ends: Vec<End>,
    /// The robots whose journey is not smooth, by place.
    pub(super) rough: Vec<Ending>,
    /// All robots counted.
    pub(super) whole: Tally,
    /// Working memory of the shuffle.
    sorting: Vec<u64>,
    spare: Vec<u64>,
}

impl Lineup {
    /// Lines up the fleet of a replication.
    pub fn form(&mut self, dice: &Dice, fates: &Fates, order: Order, robot_timeout: Ms) {
        self.robot_timeout = robot_timeout;
        self.order.clear();
        match order {
            Order::File => self.order.extend(0..dice.robots()),
            Order::Shuffled => self.shuffle(dice, fates),
        }
        self.ends.clear();
        self.rough.clear();
        let mut whole = Tally::default();
        for (place, robot) in (0u32..).zip(&self.order) {
            let fate = &fates.fates[*robot as usize];
            self.ends.push(if fate.smooth(robot_timeout) {
                whole.add_smooth(dice, fate);
                End::new(Ms::from(fate.end), place, Verdict::Updated, true)
            } else {
                let journey = Journey::walk(&fates.draws(dice, *robot), robot_timeout);
                let ending = Ending::of(&journey, place, fate.cohort);
                self.rough.push(ending);
                End::new(ending.end, place, ending.verdict, ending.exposed)
            });
        }
        for ending in &self.rough {
            whole.add(dice, ending);
        }
        self.whole = whole;
    }

    /// Orders the robots by a keyed word each, so that one robot more does not change the order of the others. Words are
    /// compared by their upper 39 bits; the robot's number decides the rest.
    fn shuffle(&mut self, dice: &Dice, fates: &Fates) {
        const ROBOT_BITS: u32 = 25;
        self.sorting.clear();
        for (number, cohort) in dice.cohorts.iter().enumerate() {
            self.sorting.extend(cohort.robots.clone().map(|robot| {
                let word = fates.hand.start_word(number, robot - cohort.robots.start);
                word >> ROBOT_BITS << ROBOT_BITS | u64::from(robot)
            }));
        }
        sort_uniform(&mut self.sorting, &mut self.spare);
        self.order.extend(self.sorting.iter().map(|key| (key & ((1 << ROBOT_BITS) - 1)) as u32));
    }

    /// How the robot's deployment at `place` ends if it is not smooth.
    pub(super) fn rough_at(&self, place: u32) -> Option<&Ending> {
        self.rough.binary_search_by_key(&place, |ending| ending.place).ok().map(|i| &self.rough[i])
    }
}
