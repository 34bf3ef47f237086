//! The fates of a whole fleet in one replication, drawn once and used by every setting.
//!
//! Most robots meet no mishap, so a block of them is drawn stage by stage as if nothing happened: loops over plain arrays that
//! the compiler vectorises. Whoever has a mishap is marked, and walked through on its own when a setting needs it. Both ways
//! read the same words and give the same bits; a test holds them together.

use crate::model::Ms;
use crate::random::Words;
use crate::sim::dice::{CohortDice, CohortHand, Dice, Hand, Purpose, bundle_bits, transfer_ms, whole_ms};
use crate::sim::journey::{Draws, Stage};

/// Robots drawn together; a few arrays of this many numbers stay in the nearest cache.
const BLOCK: usize = 256;

/// Longer than any robot timeout.
const BEYOND: u32 = u32::MAX;

/// A robot's journey in 16 bytes, as it goes if nothing but time can go wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// From the start to the end [ms], at most [`BEYOND`].
    pub(super) end: u32,
    /// Time spent downloading [ms].
    pub(super) download: u32,
    /// Time spent in scripts [ms].
    pub(super) scripts: u32,
    pub(super) cohort: u16,
    pub(super) architecture: u8,
    /// Whether something other than time goes wrong: then the times above do not hold, and the robot's draws tell its journey.
    pub(super) struck: bool,
}

/// The fates of one replication by a robot's number in the fleet. Its memory is kept from one replication to the next.
#[derive(Default)]
pub struct Fates {
    pub(super) fates: Vec<Fate>,
    pub(super) hand: Hand,
}

impl Fates {
    /// Draws the fates of a replication.
    pub fn draw(&mut self, dice: &Dice, replication: u64) {
        self.hand.draw(dice, replication);
        self.fates.clear();
        self.fates.reserve_exact(dice.robots() as usize);
        for number in 0..dice.cohorts.len() {
            self.draw_cohort(dice, number);
        }
    }

    /// All that the dice hold for a robot, stage by stage.
    pub fn draws(&self, dice: &Dice, robot: u32) -> Draws {
        self.hand.draws(dice, robot)
    }

    fn draw_cohort(&mut self, dice: &Dice, number: usize) {
        let (cohort, hand) = (&dice.cohorts[number], &self.hand.cohorts[number]);
        let robots = cohort.robots.end - cohort.robots.start;
        let mut block = Block::new();
        for first in (0..robots).step_by(BLOCK) {
            let len = BLOCK.min((robots - first) as usize);
            block.draw(dice, cohort, hand, first, len);
            self.fates.extend((0..len).map(|i| Fate {
                end: block.end[i],
                download: block.download[i],
                scripts: block.scripts[i],
                cohort: number as u16,
                architecture: hand.architecture(first + i as u32) as u8,
                struck: block.struck[i],
            }));
        }
    }
}

/// A time that may exceed every timeout in 32 bits.
fn clipped(ms: Ms) -> u32 {
    u32::try_from(ms).unwrap_or(BEYOND)
}

/// Working arrays of one block of robots.
struct Block {
    values: [f64; BLOCK],
    stage: [u32; BLOCK],
    end: [u32; BLOCK],
    download: [u32; BLOCK],
    scripts: [u32; BLOCK],
    bits: [f64; BLOCK],
    words: [u64; BLOCK],
    struck: [bool; BLOCK],
}

impl Block {
    fn new() -> Block {
        Block {
            values: [0.0; BLOCK],
            stage: [0; BLOCK],
            end: [0; BLOCK],
            download: [0; BLOCK],
            scripts: [0; BLOCK],
            bits: [0.0; BLOCK],
            words: [0; BLOCK],
            struck: [false; BLOCK],
        }
    }

    fn draw(&mut self, dice: &Dice, cohort: &CohortDice, hand: &CohortHand, first: u32, len: usize) {
        self.end[..len].fill(0);
        self.scripts[..len].fill(0);
        self.mark_struck(dice, cohort, hand, first, len);
        for timed in &cohort.timed {
            timed.length.fill(hand.words(timed.purpose), u64::from(first), &mut self.values[..len]);
            for (stage, value) in self.stage[..len].iter_mut().zip(&self.values) {
                *stage = clipped(whole_ms(*value));
            }
            add(&mut self.end[..len], &self.stage);
            if Stage::SCRIPTS.contains(&timed.stage) {
                add(&mut self.scripts[..len], &self.stage);
            }
        }
        self.bits(dice, hand, first, len);
        cohort.download_rate.fill(hand.words(Purpose::DownloadRate), u64::from(first), &mut self.values[..len]);
        self.transfer(len);
        self.download[..len].copy_from_slice(&self.stage[..len]);
        if let Some(rate) = &cohort.extract_rate {
            rate.fill(hand.words(Purpose::Extraction), u64::from(first), &mut self.values[..len]);
            self.transfer(len);
        }
    }

    /// Marks the robots to which anything but success may happen.
    fn mark_struck(&mut self, dice: &Dice, cohort: &CohortDice, hand: &CohortHand, first: u32, len: usize) {
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
        for (words, chance) in hand.script_words(cohort) {
            fill_words(words, first, &mut self.words[..len]);
            for (struck, word) in struck.iter_mut().zip(&self.words) {
                *struck |= chance.struck(*word);
            }
        }
        if let Some(any) = hand.faults.last() {
            fill_words(hand.words(Purpose::Fault), first, &mut self.words[..len]);
            for (struck, word) in struck.iter_mut().zip(&self.words) {
                *struck |= any.happens(*word);
            }
        }
    }

    fn bits(&mut self, dice: &Dice, hand: &CohortHand, first: u32, len: usize) {
        match hand.uniform_architecture() {
            Some(architecture) => self.bits[..len].fill(bundle_bits(dice.bundle[architecture])),
            None => {
                for (i, bits) in self.bits[..len].iter_mut().enumerate() {
                    *bits = bundle_bits(dice.bundle[hand.architecture(first + i as u32)]);
                }
            }
        }
    }

    /// Turns rates into times for the bundle and adds them to the journey.
    fn transfer(&mut self, len: usize) {
        for ((stage, rate), bits) in self.stage[..len].iter_mut().zip(&self.values).zip(&self.bits) {
            *stage = clipped(transfer_ms(*bits, *rate));
        }
        add(&mut self.end[..len], &self.stage);
    }
}

fn add(sums: &mut [u32], terms: &[u32]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum = sum.saturating_add(*term);
    }
}

fn fill_words(words: &Words, first: u32, out: &mut [u64]) {
    for (i, word) in out.iter_mut().enumerate() {
        *word = words.at(u64::from(first) + i as u64);
    }
}

impl Fate {
    /// Whether the robot is updated within the timeout [ms], just as its times say.
    #[inline]
    pub(super) fn smooth(&self, robot_timeout: Ms) -> bool {
        !self.struck && Ms::from(self.end) <= robot_timeout
    }
}
