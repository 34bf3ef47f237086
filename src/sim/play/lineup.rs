//! The fleet in start order under one robot timeout, with each robot's end packed into a number: what a rollout plays.
//!
//! A line-up depends on the order and the timeout, not on the window or the threshold, so those settings share it.

use std::ops::Range;

use crate::model::{Instant, Ms, ROBOTS_MAX, WatchEnd};
use crate::rollout::Order;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::download::RobotTrace;
use crate::sim::draws::fates::Fates;
use crate::sim::draws::presence::Presence;
use crate::sim::draws::robot::Draws;
use crate::sim::draws::shuffle::sort_uniform;
use crate::sim::journey::{SlotTime, Trip, Verdict};
use crate::sim::play::ending::{EndKey, Ending, ending_at};
use crate::sim::play::tally::Tally;

/// The fleet in start order; see the module's description. Its memory is kept from one replication to the next.
#[derive(Default)]
pub(crate) struct Lineup {
    pub(in crate::sim) robot_timeout: Ms,
    /// The robot at each place.
    pub(in crate::sim) order: Vec<u32>,
    /// The end of each place's journey if it began at the job's creation and the robot was online and contactable throughout.
    pub(in crate::sim) ends: Vec<EndKey>,
    /// Until when, by place, `ends` holds whenever the deployment starts; empty if all hold always.
    pub(in crate::sim) steady: Vec<Instant>,
    /// The endings of robots that are not smooth, by place, if they are online and contactable throughout.
    pub(in crate::sim) rough: Vec<Ending>,
    /// All robots counted, if they are online and contactable throughout.
    pub(in crate::sim) whole: Tally,
    /// Working memory of the shuffle.
    sorting: Vec<u64>,
    spare: Vec<u64>,
}

impl Lineup {
    /// Lines up the fleet of a replication.
    pub(crate) fn form(&mut self, dice: &Dice, fates: &Fates, order: &Order, robot_timeout: Ms) {
        self.robot_timeout = robot_timeout;
        self.order.clear();
        match (order, &fates.assigned) {
            (Order::File, Some(assigned)) => self.order.extend(&assigned.robots),
            (Order::File, None) => self.order.extend(0..dice.robots()),
            (Order::Shuffled, _) => self.shuffle(dice, fates, 0..dice.cohorts.len()),
            (Order::Cohorts(cohorts), _) => {
                for cohort in cohorts {
                    self.shuffle(dice, fates, usize::from(*cohort)..usize::from(*cohort) + 1);
                }
            }
        }
        self.steady.clear();
        if !fates.steady().is_empty() {
            self.steady.extend(
                self.order
                    .iter()
                    .map(|robot| fates.steady()[*robot as usize]),
            );
        }
        self.ends.clear();
        self.rough.clear();
        let mut whole = Tally::default();
        for (place, robot) in (0u32..).zip(&self.order) {
            let fate = &fates.fates[*robot as usize];
            self.ends.push(if fate.smooth(robot_timeout) {
                whole.add_smooth(dice, fate);
                EndKey::new(
                    Instant::at(fate.end.into()),
                    place,
                    Verdict::Updated,
                    Some(0),
                )
            } else {
                let ending = rough(dice, fates, place, *robot, robot_timeout);
                if matches!(ending.verdict, Verdict::Failed(_))
                    && ending.contact.is_none()
                    && !self.steady.is_empty()
                {
                    // The cloud's own check does not contact the robot.
                    self.steady[place as usize] = Instant::NEVER;
                }
                self.rough.push(ending);
                EndKey::of(&ending)
            });
        }
        for ending in &self.rough {
            whole.add(dice, ending);
        }
        self.whole = whole;
    }

    /// Appends the robots of cohorts in the order of a keyed word each, so that one robot more does not change the order of the others. Words are
    /// compared by their upper 39 bits; the robot's number decides the rest.
    fn shuffle(&mut self, dice: &Dice, fates: &Fates, cohorts: Range<usize>) {
        const ROBOT_BITS: u32 = 25;
        const {
            assert!(
                ROBOTS_MAX <= 1 << ROBOT_BITS,
                "a robot's number overflows the key it is shuffled by"
            );
        };
        self.sorting.clear();
        for (number, cohort) in cohorts.clone().zip(&dice.cohorts[cohorts]) {
            let key = |robot: u32, jobs_before: u32| {
                let word = fates
                    .hand
                    .start_word(number, robot - cohort.robots.start, jobs_before);
                word >> ROBOT_BITS << ROBOT_BITS | u64::from(robot)
            };
            let robots = cohort.robots.clone();
            match &fates.assigned {
                None => self.sorting.extend(robots.map(|robot| key(robot, 0))),
                Some(assigned) => {
                    let its_own = robots.filter(|robot| assigned.is_for(*robot));
                    self.sorting.extend(
                        its_own.map(|robot| key(robot, assigned.attempt(robot).jobs_before)),
                    );
                }
            }
        }
        sort_uniform(&mut self.sorting, &mut self.spare);
        self.order.extend(
            self.sorting
                .iter()
                .map(|key| (key & ((1 << ROBOT_BITS) - 1)) as u32),
        );
    }

    /// How the robot's deployment at `place` ends if it is not smooth and the robot is online and contactable throughout.
    pub(in crate::sim) fn rough_at(&self, place: u32) -> Option<&Ending> {
        ending_at(&self.rough, place)
    }
}

/// How a deployment that is not smooth ends if the robot is online and contactable throughout. Dead robots never are.
fn rough(dice: &Dice, fates: &Fates, place: u32, robot: u32, robot_timeout: Ms) -> Ending {
    let fate = &fates.fates[robot as usize];
    let draws = fates.draws(dice, robot);
    let journey = Trip {
        draws: &draws,
        presence: Presence::constant(!fates.dead(dice, robot)),
        trace: None,
        start: Instant::CREATION,
        deadline: Instant::at(robot_timeout),
    }
    .walk();
    Ending::of(&journey, place, fate.cohort)
}

/// The deployments of a replication: the fleet in start order, with all that decides how each one goes.
#[derive(Clone, Copy)]
pub(in crate::sim) struct LinedUp<'a> {
    pub(in crate::sim) dice: &'a Dice,
    pub(in crate::sim) fates: &'a Fates,
    pub(in crate::sim) line: &'a Lineup,
    /// Until when robots that the job gives up are watched.
    pub(in crate::sim) watch: WatchEnd,
}

impl<'a> LinedUp<'a> {
    /// Counts a tally on to the place `started`, which is not counted; `late` are the endings of robots that were not online and contactable throughout,
    /// by place. Free but for those if it is the whole fleet: the line-up has counted it.
    pub(in crate::sim) fn count_on(self, tally: &mut Tally, late: &[Ending], started: u32) {
        let LinedUp {
            dice, fates, line, ..
        } = self;
        if started == self.n() {
            tally.clone_from(&line.whole);
        } else {
            for robot in &line.order[tally.places as usize..started as usize] {
                let fate = &fates.fates[*robot as usize];
                if fate.smooth(line.robot_timeout) {
                    tally.add_smooth(dice, fate);
                }
            }
            tally.places = started;
            while let Some(ending) = line
                .rough
                .get(tally.rough)
                .filter(|ending| ending.place < started)
            {
                tally.add(dice, ending);
                tally.rough += 1;
            }
        }
        while let Some(ending) = late.get(tally.late).filter(|ending| ending.place < started) {
            tally.remove(dice, &self.steady_ending(ending.place));
            tally.add(dice, ending);
            tally.late += 1;
        }
    }

    /// The number of robots.
    pub(in crate::sim) fn n(self) -> u32 {
        self.line.order.len() as u32
    }

    pub(in crate::sim) fn robot(self, place: u32) -> u32 {
        self.line.order[place as usize]
    }

    /// Whether robots may be given up as silent and come back.
    pub(in crate::sim) fn may_heal(self) -> bool {
        !self.line.steady.is_empty()
    }

    pub(in crate::sim) fn draws(self, place: u32) -> Draws {
        self.fates.draws(self.dice, self.robot(place))
    }

    pub(in crate::sim) fn presence(self, place: u32) -> Presence<'a> {
        self.fates.presence(self.dice, self.robot(place))
    }

    pub(in crate::sim) fn trace(self, place: u32) -> Option<RobotTrace<'a>> {
        self.fates.trace(self.dice, self.robot(place))
    }

    pub(in crate::sim) fn cohort(self, place: u32) -> u16 {
        self.fates.fates[self.robot(place) as usize].cohort
    }

    /// The link that the robot at `place` downloads over, if it has anything to download.
    pub(in crate::sim) fn link(self, place: u32) -> Option<u16> {
        let fate = &self.fates.fates[self.robot(place) as usize];
        let cohort = &self.dice.cohorts[usize::from(fate.cohort)];
        cohort
            .cohort
            .link_of(self.robot(place) - cohort.robots.start)
            .filter(|_| self.dice.bundle_of(fate) > 0)
    }

    /// How long the robot at `place` stays down after a deployment that did not update it [ms].
    pub(in crate::sim) fn recovery(self, place: u32) -> Ms {
        self.dice.recovery(self.robot(place))
    }

    /// The deployment at `place` if it starts at `start`, to be walked through.
    pub(in crate::sim) fn trip<'d>(
        self,
        place: u32,
        draws: &'d Draws,
        start: Instant,
    ) -> Trip<'d, 'a> {
        Trip {
            draws,
            presence: self.presence(place),
            trace: self.trace(place),
            start,
            deadline: start + self.line.robot_timeout,
        }
    }

    /// How the deployment at `place` that starts at `start` ends; `None` if just as it does when the robot is online and contactable throughout.
    #[cold]
    pub(in crate::sim) fn late(self, place: u32, start: Instant) -> Option<Ending> {
        let fate = &self.fates.fates[self.robot(place) as usize];
        let timeout = self.line.robot_timeout;
        if fate.smooth(timeout) && self.trace(place).is_none() {
            // Once it is contacted, a robot that stays online goes on as if it had never been away.
            let mut presence = self.presence(place);
            let contact = presence.contact(start, start + timeout);
            let end = contact + Ms::from(fate.end);
            if end <= start + timeout && end < presence.spell_at(contact).until {
                let window = presence.online_within(start, contact);
                return (contact > start).then(|| Ending {
                    contact: Some(contact),
                    end,
                    slot: SlotTime {
                        total: end - start,
                        offline: contact - start - window,
                        window,
                        ..fate.slot()
                    },
                    ..Ending::smooth(self.dice, fate, place, start)
                });
            }
        }
        let draws = self.draws(place);
        let journey = self.trip(place, &draws, start).walk();
        Some(Ending::of(&journey, place, fate.cohort))
    }

    /// How the deployment at `place` ends if it starts at the job's creation and the robot is online and contactable throughout.
    pub(in crate::sim) fn steady_ending(self, place: u32) -> Ending {
        if let Some(ending) = self.line.rough_at(place) {
            return *ending;
        }
        Ending::smooth(
            self.dice,
            &self.fates.fates[self.robot(place) as usize],
            place,
            Instant::CREATION,
        )
    }
}
