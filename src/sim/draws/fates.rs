//! The fates of a whole fleet in one replication, drawn once and used by every setting.
//!
//! Most robots meet no mishap, so a block of them is drawn stage by stage as if nothing happened: loops over plain arrays that
//! the compiler vectorises, for the widest vector unit of the processor. A robot with a mishap is marked, and walked through on its
//! own when a setting needs it. Both ways read the same words and give the same bits; a test holds them together, and another
//! the vector units.

mod assign;

use crate::model::{Instant, Ms, Stage};
use crate::random::lanes::{Bulk, Unit};
use crate::sim::draws::assignment::Assigned;
use crate::sim::draws::attempt::Attempt;
use crate::sim::draws::dice::{CohortDice, Dice, Purpose};
use crate::sim::draws::download::RobotTrace;
use crate::sim::draws::fate::{BEYOND, Fate};
use crate::sim::draws::hand::{CohortHand, Hand};
use crate::sim::draws::millis::{bundle_bits, transfer_ms, whole_ms};
use crate::sim::draws::presence::{Presence, spell_ms};
use crate::sim::draws::robot::Draws;

/// Robots drawn together; a few arrays of this many numbers stay in the nearest cache.
const BLOCK: usize = 512;

/// The fates of one replication by a robot's number in the fleet. Its memory is kept from one replication to the next.
#[derive(Default)]
pub struct Fates {
    pub(in crate::sim) fates: Vec<Fate>,
    /// Until when a robot's fate holds whenever its deployment starts: as long as it stays online from the first job's creation on; not even
    /// then if it has windows or a rate that changes in time; [`Instant::NEVER`] if it never answers. Empty if every fate holds always.
    pub(in crate::sim) steady: Vec<Instant>,
    /// From the contact to the download [ms], at most [`BEYOND`], if nothing goes wrong before. Empty if there are no links.
    pub(in crate::sim) lead: Vec<u32>,
    pub(in crate::sim) hand: Hand,
    /// The job that the fates are looked at for; the whole fleet's first deployments, from the beginning on, if there is none.
    pub(in crate::sim) assigned: Option<Assigned>,
    /// Its memory while there is none.
    pub(in crate::sim) spare: Assigned,
}

impl Fates {
    /// Draws the fates of a replication.
    pub fn draw(&mut self, dice: &Dice, replication: u64) {
        self.draw_on(Unit::widest(), dice, replication);
    }

    fn draw_on(&mut self, unit: Unit, dice: &Dice, replication: u64) {
        self.recall();
        self.hand.draw(dice, replication);
        self.fates.resize(dice.robots() as usize, Fate::default());
        self.lead.resize(
            if dice.links.is_empty() {
                0
            } else {
                dice.robots() as usize
            },
            0,
        );
        for (number, (cohort, hand)) in dice.cohorts.iter().zip(&self.hand.cohorts).enumerate() {
            let robots = cohort.robots.start as usize..cohort.robots.end as usize;
            let lead = self.lead.get_mut(robots.clone()).unwrap_or_default();
            let fates = &mut self.fates[robots];
            unit.run(CohortDraw {
                dice,
                cohort,
                hand,
                number: number as u16,
                fates,
                lead,
            });
        }
        self.steady.clear();
        if dice.cohorts.iter().any(CohortDice::comes_and_goes) {
            self.steady.resize(dice.robots() as usize, Instant::NEVER);
            for (cohort, hand) in dice.cohorts.iter().zip(&self.hand.cohorts) {
                let steady =
                    &mut self.steady[cohort.robots.start as usize..cohort.robots.end as usize];
                unit.run(SteadyDraw {
                    cohort,
                    hand,
                    steady,
                });
                if cohort.keeps_hours_or_log {
                    let robots = cohort.robots.clone().zip(steady);
                    for ((robot, steady), index) in robots.zip(0..) {
                        let presence = self.hand.presence(dice, robot);
                        *steady = assign::steady(dice, hand.is_dead(index), robot, presence);
                    }
                }
            }
        }
    }

    /// All that is drawn for a robot in its current deployment, stage by stage.
    pub fn draws(&self, dice: &Dice, robot: u32) -> Draws {
        self.hand.draws(dice, robot, self.attempt(robot))
    }

    /// Which of a robot's deployments is in turn.
    pub(in crate::sim) fn attempt(&self, robot: u32) -> Attempt {
        self.assigned
            .as_ref()
            .map_or_else(Attempt::default, |assigned| assigned.attempt(robot))
    }

    /// The number of robots that the job is for.
    pub(in crate::sim) fn robots(&self) -> u32 {
        self.assigned
            .as_ref()
            .map_or(self.fates.len(), |assigned| assigned.robots.len()) as u32
    }

    /// The number of the job in its campaign.
    pub(in crate::sim) fn job(&self) -> u32 {
        self.assigned.as_ref().map_or(0, |assigned| assigned.job)
    }

    /// Until when robots can be contacted without interruption, from the job's creation on, as in `steady`.
    pub(in crate::sim) fn steady(&self) -> &[Instant] {
        self.assigned
            .as_ref()
            .map_or(&self.steady, |assigned| &assigned.steady)
    }

    /// Whether a robot never answers.
    pub(in crate::sim) fn dead(&self, dice: &Dice, robot: u32) -> bool {
        let number = dice.cohort_of(robot);
        let index = robot - dice.cohorts[number].robots.start;
        self.hand.cohorts[number].is_dead(index)
    }

    /// How a robot's own rate changes in time, from the job's creation on; none where it has a rate that stays.
    pub(in crate::sim) fn trace<'a>(&self, dice: &'a Dice, robot: u32) -> Option<RobotTrace<'a>> {
        let created = self.assigned.as_ref().map(|assigned| assigned.created);
        self.hand.trace(dice, robot, created.unwrap_or_default())
    }

    /// When a robot is online, and when it may be contacted, from the job's creation on.
    pub fn presence<'a>(&'a self, dice: &'a Dice, robot: u32) -> Presence<'a> {
        match &self.assigned {
            Some(assigned) => assigned.presence(&self.hand, dice, robot),
            None => self.hand.presence(dice, robot),
        }
    }
}

/// The drawing of a cohort's fates, a block of robots at a time.
struct CohortDraw<'a> {
    dice: &'a Dice,
    cohort: &'a CohortDice,
    hand: &'a CohortHand,
    number: u16,
    fates: &'a mut [Fate],
    lead: &'a mut [u32],
}

impl Bulk for CohortDraw<'_> {
    #[inline(always)]
    fn run(self) {
        let mut block = Block::new();
        let architecture = self.hand.uniform_architecture();
        for (first, fates) in (0..).step_by(BLOCK).zip(self.fates.chunks_mut(BLOCK)) {
            block.draw(self.dice, self.cohort, self.hand, first, fates.len());
            match architecture {
                Some(kind) => block.write(fates, self.number, |_| kind),
                None => block.write(fates, self.number, |i| {
                    self.hand.architecture(first + i as u32)
                }),
            }
            if let Some(lead) = self
                .lead
                .get_mut(first as usize..first as usize + fates.len())
            {
                lead.copy_from_slice(&block.lead[..fates.len()]);
            }
        }
    }
}

/// The drawing of how long a cohort's robots can be contacted without interruption.
struct SteadyDraw<'a> {
    cohort: &'a CohortDice,
    hand: &'a CohortHand,
    steady: &'a mut [Instant],
}

impl Bulk for SteadyDraw<'_> {
    #[inline(always)]
    fn run(self) {
        let mut words = [0; BLOCK];
        let mut values = [0.0; BLOCK];
        if let Some(laws) = &self.cohort.spells {
            for (first, steady) in (0..).step_by(BLOCK).zip(self.steady.chunks_mut(BLOCK)) {
                let (words, values) = (&mut words[..steady.len()], &mut values[..steady.len()]);
                self.hand.words(Purpose::OnlineAtFirst).fill(first, words);
                laws.residual(true)
                    .fill(self.hand.words(Purpose::Spell), first, values);
                for ((steady, word), value) in steady.iter_mut().zip(&*words).zip(&*values) {
                    let online = Ms::from(laws.online_at_first.happens(*word));
                    *steady = Instant::at(spell_ms(*value) * online);
                }
            }
        }
        for (index, steady) in (0..).zip(&mut *self.steady) {
            if self.hand.is_dead(index) {
                *steady = Instant::NEVER;
            } else if self.cohort.cohort.depends_on_start(index) {
                *steady = Instant::CREATION;
            }
        }
    }
}

/// A time that may exceed every timeout in 32 bits.
#[inline(always)]
fn clipped(ms: Ms) -> u32 {
    u32::try_from(ms).unwrap_or(BEYOND)
}

/// Working arrays of one block of robots.
struct Block {
    words: [u64; BLOCK],
    values: [f64; BLOCK],
    stage: [u32; BLOCK],
    end: [u32; BLOCK],
    download: [u32; BLOCK],
    lead: [u32; BLOCK],
    scripts: [u32; BLOCK],
    struck: [bool; BLOCK],
}

impl Block {
    fn new() -> Block {
        Block {
            words: [0; BLOCK],
            values: [0.0; BLOCK],
            stage: [0; BLOCK],
            end: [0; BLOCK],
            download: [0; BLOCK],
            lead: [0; BLOCK],
            scripts: [0; BLOCK],
            struck: [false; BLOCK],
        }
    }

    #[inline(always)]
    fn draw(
        &mut self,
        dice: &Dice,
        cohort: &CohortDice,
        hand: &CohortHand,
        first: u32,
        len: usize,
    ) {
        self.mark_struck(dice, cohort, hand, first, len);
        match hand.uniform_architecture() {
            Some(kind) => {
                let bits = bundle_bits(dice.bundle[kind]);
                self.draw_times(cohort, hand, first, len, |_| bits);
            }
            None => {
                let bits = dice.bundle.map(bundle_bits);
                self.draw_times(cohort, hand, first, len, |i| {
                    bits[hand.architecture(first + i as u32)]
                });
            }
        }
    }

    /// Draws the times of the stages as if nothing happened; `bits` is the size of a robot's bundle.
    #[inline(always)]
    fn draw_times(
        &mut self,
        cohort: &CohortDice,
        hand: &CohortHand,
        first: u32,
        len: usize,
        bits: impl Fn(usize) -> f64,
    ) {
        let first = u64::from(first);
        let values = &mut self.values[..len];
        let end = &mut self.end[..len];
        let scripts = &mut self.scripts[..len];
        let stage = &mut self.stage[..len];
        cohort
            .download_rate
            .fill(hand.words(Purpose::DownloadRate), first, values);
        for (value, robot) in values
            .iter_mut()
            .zip(cohort.cohort.inventory.iter().skip(first as usize))
        {
            *value = robot.download_rate.unwrap_or(*value);
        }
        for (i, ((download, end), rate)) in self.download[..len]
            .iter_mut()
            .zip(&mut *end)
            .zip(&*values)
            .enumerate()
        {
            *download = clipped(transfer_ms(bits(i), *rate));
            *end = *download;
        }
        if let Some(rate) = &cohort.extract_rate {
            rate.fill(hand.words(Purpose::Extraction), first, values);
            for (i, (end, rate)) in end.iter_mut().zip(&*values).enumerate() {
                *end = end.saturating_add(clipped(transfer_ms(bits(i), *rate)));
            }
        }
        scripts.fill(0);
        let lead = &mut self.lead[..len];
        lead.fill(0);
        for timed in &cohort.timed {
            timed.length.fill(hand.words(timed.purpose), first, values);
            for (stage, value) in stage.iter_mut().zip(&*values) {
                *stage = clipped(whole_ms(*value));
            }
            add(end, stage);
            if timed.stage < Stage::Downloading {
                add(lead, stage);
            }
            if Stage::SCRIPTS.contains(&timed.stage) {
                add(scripts, stage);
            }
        }
    }

    /// Marks the robots to which anything but success may happen.
    #[inline(always)]
    fn mark_struck(
        &mut self,
        dice: &Dice,
        cohort: &CohortDice,
        hand: &CohortHand,
        first: u32,
        len: usize,
    ) {
        let struck = &mut self.struck[..len];
        match hand.uniform_architecture() {
            Some(architecture) => struck.fill(dice.bundle[architecture].is_none()),
            None => {
                for (i, struck) in struck.iter_mut().enumerate() {
                    *struck = dice.bundle[hand.architecture(first + i as u32)].is_none();
                }
            }
        }
        if !hand.dead().is_empty() {
            for (struck, dead) in struck.iter_mut().zip(&hand.dead()[first as usize..]) {
                *struck |= dead;
            }
        }
        let drawn = &mut self.words[..len];
        for (words, chance) in hand.script_words(cohort) {
            words.fill(u64::from(first), drawn);
            for (struck, word) in struck.iter_mut().zip(&*drawn) {
                *struck |= chance.struck(*word);
            }
        }
        if let Some(any) = hand.faults.last() {
            hand.words(Purpose::Fault).fill(u64::from(first), drawn);
            for (struck, word) in struck.iter_mut().zip(&*drawn) {
                *struck |= any.happens(*word);
            }
        }
    }

    #[inline(always)]
    fn write(&self, fates: &mut [Fate], cohort: u16, architecture: impl Fn(usize) -> usize) {
        let len = fates.len();
        let (end, download, scripts, struck) = (
            &self.end[..len],
            &self.download[..len],
            &self.scripts[..len],
            &self.struck[..len],
        );
        for (i, fate) in fates.iter_mut().enumerate() {
            *fate = Fate {
                end: end[i],
                download: download[i],
                scripts: scripts[i],
                cohort,
                architecture: architecture(i) as u8,
                struck: struck[i],
            };
        }
    }
}

#[inline(always)]
fn add(sums: &mut [u32], terms: &[u32]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum = sum.saturating_add(*term);
    }
}

impl Fate {
    /// Whether the robot is updated within the timeout [ms], just as its times say, if it stays online.
    #[inline]
    pub(in crate::sim) fn smooth(&self, robot_timeout: Ms) -> bool {
        !self.struck && Ms::from(self.end) <= robot_timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Cohort, Connectivity, Extraction, FailureCode, Fault, FaultStage, Fleet, Interrupted, Luck,
        Probability, Release, Script, Scripts, SharedLink, WatchEnd, World,
    };
    use crate::random::Law;
    use crate::sim::draws::assignment::Assignment;
    use crate::sim::draws::attempt::Past;
    use crate::sim::journey::{Trip, Verdict};

    fn lognormal(median: f64) -> Law {
        Law::lognormal(median, 0.7).unwrap()
    }

    /// A cohort with all that a block of draws may meet, and one of the plainest kind.
    fn dice() -> Dice {
        let script = |failure| Script {
            duration: Law::mixture(vec![
                (0.3, Law::constant(2e3).unwrap()),
                (0.7, lognormal(1e4)),
            ])
            .unwrap(),
            failure: Probability::Constant(failure),
            fails_after: None,
            hang: Probability::Constant(0.01),
            repeat: 1.0,
        };
        let rich = Cohort {
            name: "rich".to_owned(),
            first_index: 0,
            robots: 1300,
            architectures: [1000, 200, 100],
            dead: 20,
            download_rate: lognormal(20e6),
            rate_trace: None,
            extraction: Some(Extraction::Rate(lognormal(50e6))),
            validating: Some(lognormal(5e3)),
            launching: Some(lognormal(15e3)),
            scripts: Scripts([0.0, 0.1, 0.02].map(|failure| Some(script(failure)))),
            faults: vec![Fault {
                code: FailureCode::EnvironmentSetupError,
                stage: FaultStage::Launching,
                probability: Probability::Constant(0.05),
                fails_after: None,
            }],
            recovery: 0,
            connectivity: Some(
                Connectivity::new(lognormal(3e6), lognormal(1e6), Interrupted::Resumes).unwrap(),
            ),
            windows: None,
            link: None,
            joins: None,
            inventory: Default::default(),
        };
        let plain = Cohort {
            name: "plain".to_owned(),
            robots: 700,
            architectures: [0, 0, 700],
            dead: 0,
            rate_trace: None,
            extraction: Some(Extraction::Duration(lognormal(2e4))),
            validating: None,
            launching: None,
            scripts: Scripts::default(),
            faults: Vec::new(),
            connectivity: None,
            ..rich.clone()
        };
        Dice::new(&World {
            seed: 5,
            release: Release {
                version: "1".to_owned(),
                number: 0,
                bundle: [Some(200_000_000), None, Some(90_000_000)],
                latent: None,
            },
            previous: None,
            luck: Luck::Shared,
            fleet: Fleet {
                cohorts: vec![rich, plain],
            },
            links: vec![SharedLink {
                name: "link".to_owned(),
                capacity: 1,
            }],
            preparing: Law::constant(0.0).unwrap(),
            watch: WatchEnd::AtLeast(Instant::CREATION),
        })
    }

    #[test]
    fn robots_are_steady_until_they_first_go_offline() {
        let dice = dice();
        let mut fates = Fates::default();
        fates.draw(&dice, 3);
        for (robot, steady) in (0..).zip(&fates.steady) {
            let spell = fates.presence(&dice, robot).spell_at(Instant::CREATION);
            let expected = match (fates.dead(&dice, robot) || robot >= 1300, spell.online) {
                (true, _) => Instant::NEVER,
                (false, true) => spell.until,
                (false, false) => Instant::CREATION,
            };
            assert_eq!(*steady, expected, "robot {robot}");
        }
    }

    /// From the key of each purpose through law and rounding: another number here is another model version.
    #[test]
    fn fates_and_spells_never_change() {
        let dice = dice();
        let mut fates = Fates::default();
        fates.draw(&dice, 3);
        let seen = [0, 1, 1299, 1300, 1999].map(|robot| {
            let Fate {
                end,
                download,
                scripts,
                struck,
                ..
            } = fates.fates[robot];
            (end, download, scripts, fates.lead[robot], struck)
        });
        assert_eq!(
            seen,
            [
                (125_392, 27_918, 58_677, 46_773, false),
                (114_516, 22_418, 21_953, 8_776, false),
                (82_918, 25_839, 26_176, 19_420, false),
                (72_568, 51_580, 0, 0, false),
                (85_401, 16_503, 0, 0, false),
            ]
        );
        let struck: Vec<usize> = (0..fates.fates.len())
            .filter(|&robot| fates.fates[robot].struck)
            .take(6)
            .collect();
        assert_eq!(struck, [4, 5, 8, 14, 24, 27]);
        let spells = [0, 1, 1299].map(|robot| {
            let mut presence = fates.presence(&dice, robot);
            let mut time = Instant::CREATION;
            let ends = std::array::from_fn(|_| {
                time = presence.spell_at(time).until;
                time.ms()
            });
            (presence.online(Instant::CREATION), ends)
        });
        assert_eq!(
            spells,
            [
                (true, [3_597_283, 4_338_564, 8_909_659, 10_300_883]),
                (false, [354_941, 4_128_726, 5_467_397, 7_274_161]),
                (true, [10_885, 676_829, 2_501_292, 3_604_731]),
            ]
        );
    }

    /// Draws of campaigns: a second deployment, the pick of a canary.
    #[test]
    fn later_deployments_never_change() {
        let dice = dice();
        let mut fates = Fates::default();
        fates.draw(&dice, 3);
        let first = fates.fates.clone();
        let second = Attempt {
            number: 1,
            ..Attempt::default()
        };
        let robots = [0, 1, 4, 1299, 1999].map(|robot| (robot, second)).to_vec();
        fates.assign(
            &dice,
            &Assignment {
                job: 1,
                created: Instant::at(1_000_000),
                robots,
                watch: WatchEnd::AtLeast(Instant::CREATION),
            },
        );
        let seen = [0, 1, 4, 1299, 1999].map(|robot| {
            let Fate {
                end,
                download,
                scripts,
                struck,
                ..
            } = fates.fates[robot];
            (end, download, scripts, fates.lead[robot], struck)
        });
        let words = [0, 1, 1999].map(|robot| fates.hand.canary_word(&dice, robot));
        fates.recall();
        assert!(fates.fates == first, "a job left something behind");
        assert_eq!(
            seen,
            [
                (129_545, 27_918, 25_665, 4_110, false),
                (108_317, 22_418, 34_752, 15_671, false),
                (82_661, 0, 41_772, 22_630, true),
                (86_966, 25_839, 25_198, 4_658, false),
                (34_044, 16_503, 0, 0, false),
            ]
        );
        assert_eq!(
            words,
            [
                5_381_909_395_886_373_602,
                6_559_722_272_682_147_833,
                1_302_415_177_302_830_330
            ]
        );
    }

    /// A deployment that is drawn robot by robot, as all but the first are, goes as one that is drawn in bulk.
    #[test]
    fn fates_of_assigned_robots_are_those_of_the_fleet() {
        let dice = dice();
        let (mut fates, mut same) = (Fates::default(), Fates::default());
        fates.draw(&dice, 3);
        same.draw(&dice, 3);
        // A fault that no cohort has changes nothing, but makes each robot be drawn anew.
        let past = Past {
            fault: Some(FailureCode::EtagMismatch),
            ..Past::default()
        };
        let robots = (0..dice.robots())
            .map(|robot| {
                (
                    robot,
                    Attempt {
                        past,
                        ..Attempt::default()
                    },
                )
            })
            .collect();
        fates.assign(
            &dice,
            &Assignment {
                job: 0,
                created: Instant::CREATION,
                robots,
                watch: WatchEnd::AtLeast(Instant::CREATION),
            },
        );
        for (robot, (fate, bulk)) in fates.fates.iter().zip(&same.fates).enumerate() {
            assert_eq!(fate.struck, bulk.struck, "robot {robot}");
            if !fate.struck {
                assert_eq!(
                    (fate, fates.lead[robot]),
                    (bulk, same.lead[robot]),
                    "robot {robot}"
                );
            }
        }
        assert_eq!(fates.steady(), same.steady);
    }

    #[test]
    fn every_vector_unit_draws_the_same_bits() {
        let dice = dice();
        let mut fates = Fates::default();
        fates.draw(&dice, 3);
        for unit in Unit::present() {
            let mut same = Fates::default();
            same.draw_on(unit, &dice, 3);
            assert!(same.fates == fates.fates, "{unit:?} draws other fates");
            assert!(same.steady == fates.steady, "{unit:?} draws other spells");
            assert!(
                same.lead == fates.lead,
                "{unit:?} draws other times before the download"
            );
        }
    }

    #[test]
    fn blocks_and_single_robots_give_the_same_journeys() {
        let dice = dice();
        let mut fates = Fates::default();
        fates.draw(&dice, 3);
        for (robot, fate) in (0..).zip(&fates.fates) {
            let draws = fates.draws(&dice, robot);
            let dead = fates.dead(&dice, robot);
            assert_eq!(
                draws.mishap.iter().any(Option::is_some) || dead,
                fate.struck,
                "robot {robot}"
            );
            if !fate.struck {
                let journey = Trip {
                    draws: &draws,
                    presence: Presence::constant(true),
                    trace: None,
                    start: Instant::CREATION,
                    deadline: Instant::NEVER,
                }
                .walk();
                assert_eq!(journey.verdict, Verdict::Updated);
                let times = [
                    journey.end.ms(),
                    journey.spent(Stage::Downloading),
                    journey.slot.scripts,
                ];
                assert_eq!(
                    times,
                    [fate.end, fate.download, fate.scripts].map(Ms::from),
                    "robot {robot}"
                );
                assert_eq!(
                    journey.from(Stage::Downloading).ms(),
                    Ms::from(fates.lead[robot as usize]),
                    "robot {robot}"
                );
            }
        }
    }
}
