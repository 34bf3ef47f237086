//! The dice: a world's laws compiled for drawing, and what they hold for each robot of a replication.
//!
//! Every number is a keyed word: a pure function of (seed, replication, purpose) over (cohort name, index within the cohort).
//! So a robot more in one cohort, another law in one step or another rule changes no other draw. A purpose whose law is
//! constant draws nothing, which costs nothing either: there is no generator state to keep in step.

use std::sync::Arc;

use crate::model::{Cohort, Extraction, FailureCode, FaultStage, Luck, Ms, Probability, Script, World};
use crate::random::{Chance, Key, Law, QuantileTable, Words};
use crate::sim::journey::{Draws, Mishap, NEVER, STAGES, Stage};

/// What a word is for. The numbers are part of the model version: changing one changes every result.
#[derive(Clone, Copy)]
#[repr(usize)]
pub(super) enum Purpose {
    StartOrder,
    ArchitecturePlacement,
    DeadPlacement,
    DownloadRate,
    Extraction,
    Validating,
    DownloadCondition,
    PreLaunch,
    Launching,
    PostLaunch,
    DownloadConditionScript,
    PreLaunchScript,
    PostLaunchScript,
    DownloadConditionFailsAfter,
    PreLaunchFailsAfter,
    PostLaunchFailsAfter,
    Fault,
    FaultFailsAfter,
    FailureLuck,
    HangLuck,
    FaultLuck,
    JobFault,
}

const PURPOSES: usize = Purpose::JobFault as usize + 1;

/// A probability ready for drawing: known, or to be drawn once per replication.
enum Odds {
    Known(f64),
    Drawn(Arc<QuantileTable>),
}

/// A script ready for drawing.
pub(super) struct ScriptDice {
    pub(super) stage: Stage,
    code: FailureCode,
    run: Purpose,
    after: Purpose,
    failure: Odds,
    hang: Odds,
    fails_after: Option<Arc<QuantileTable>>,
}

struct FaultDice {
    code: FailureCode,
    stage: Stage,
    probability: Odds,
    fails_after: Option<Arc<QuantileTable>>,
}

/// A stage whose length is a duration drawn for each robot.
pub(super) struct TimedStage {
    pub(super) stage: Stage,
    pub(super) purpose: Purpose,
    /// [ms]
    pub(super) length: Arc<QuantileTable>,
}

/// A cohort ready for drawing.
pub(super) struct CohortDice {
    /// The robots' numbers in the fleet.
    pub(super) robots: std::ops::Range<u32>,
    identity: u64,
    /// Robots of each architecture.
    architectures: [u32; 3],
    dead: u32,
    pub(super) recovery: Ms,
    /// [bit/s]
    pub(super) download_rate: Arc<QuantileTable>,
    /// [bit/s]
    pub(super) extract_rate: Option<Arc<QuantileTable>>,
    pub(super) timed: Vec<TimedStage>,
    pub(super) scripts: Vec<ScriptDice>,
    faults: Vec<FaultDice>,
}

/// A world compiled for drawing. Building it costs milliseconds; every replication then only reads it.
pub struct Dice {
    seed: u64,
    luck: Luck,
    /// [bytes] by architecture.
    pub(super) bundle: [Option<u64>; 3],
    pub(super) cohorts: Vec<CohortDice>,
    n: u32,
}

impl Dice {
    pub fn new(world: &World) -> Dice {
        let mut tables = Tables::default();
        let mut first = 0;
        let cohorts = world
            .fleet
            .cohorts
            .iter()
            .map(|cohort| {
                let robots = first..first + cohort.robots;
                first = robots.end;
                CohortDice::new(cohort, robots, &mut tables)
            })
            .collect();
        Dice { seed: world.seed, luck: world.luck, bundle: world.release.bundle, cohorts, n: first }
    }

    /// The number of robots in the fleet.
    pub fn robots(&self) -> u32 {
        self.n
    }

    pub(super) fn cohort_of(&self, robot: u32) -> usize {
        self.cohorts.partition_point(|cohort| cohort.robots.end <= robot)
    }

    /// The word that decides whether the job of a replication meets a fault.
    pub(super) fn job_fault_word(&self, replication: u64) -> u64 {
        self.key(replication, Purpose::JobFault).words().at(0)
    }

    fn key(&self, replication: u64, purpose: Purpose) -> Key {
        Key::new(self.seed).part(replication).part(purpose as u64)
    }
}

/// Tables by law: cohorts often share laws, and a table is built and kept in cache once.
#[derive(Default)]
struct Tables(Vec<(Law, Arc<QuantileTable>)>);

impl Tables {
    fn of(&mut self, law: &Law) -> Arc<QuantileTable> {
        if let Some((_, table)) = self.0.iter().find(|(known, _)| known == law) {
            return Arc::clone(table);
        }
        let table = Arc::new(QuantileTable::new(law));
        self.0.push((law.clone(), Arc::clone(&table)));
        table
    }

    fn odds(&mut self, probability: Probability) -> Odds {
        match probability {
            Probability::Constant(p) => Odds::Known(p),
            Probability::Beta { mean, correlation } => {
                let law = Law::beta(mean, correlation).expect("a checked probability");
                Odds::Drawn(self.of(&law))
            }
        }
    }
}

impl CohortDice {
    fn new(cohort: &Cohort, robots: std::ops::Range<u32>, tables: &mut Tables) -> CohortDice {
        use Purpose as P;
        let scripts = [
            (
                &cohort.download_condition,
                Stage::DownloadCondition,
                FailureCode::DownloadConditionFailed,
                [P::DownloadCondition, P::DownloadConditionScript, P::DownloadConditionFailsAfter],
            ),
            (
                &cohort.pre_launch,
                Stage::PreLaunch,
                FailureCode::PreLaunchFileFailure,
                [P::PreLaunch, P::PreLaunchScript, P::PreLaunchFailsAfter],
            ),
            (
                &cohort.post_launch,
                Stage::PostLaunch,
                FailureCode::PostLaunchFileFailure,
                [P::PostLaunch, P::PostLaunchScript, P::PostLaunchFailsAfter],
            ),
        ];
        let (extract_rate, extract_duration) = match &cohort.extraction {
            Some(Extraction::Rate(law)) => (Some(tables.of(law)), None),
            Some(Extraction::Duration(law)) => (None, Some(law)),
            None => (None, None),
        };
        let mut timed: Vec<TimedStage> = [
            (Stage::Validating, P::Validating, cohort.validating.as_ref()),
            (Stage::Extracting, P::Extraction, extract_duration),
            (Stage::Launching, P::Launching, cohort.launching.as_ref()),
        ]
        .into_iter()
        .chain(
            scripts
                .iter()
                .map(|(script, stage, _, [length, ..])| (*stage, *length, script.as_ref().map(|script| &script.duration))),
        )
        .filter_map(|(stage, purpose, law)| law.map(|law| TimedStage { stage, purpose, length: tables.of(law) }))
        .collect();
        timed.sort_by_key(|timed| timed.stage);
        let scripts = scripts
            .into_iter()
            .filter_map(|(script, stage, code, [_, run, after])| {
                let Script { failure, fails_after, hang, .. } = script.as_ref()?;
                Some(ScriptDice {
                    stage,
                    code,
                    run,
                    after,
                    failure: tables.odds(*failure),
                    hang: tables.odds(*hang),
                    fails_after: fails_after.as_ref().map(|law| tables.of(law)),
                })
            })
            .collect();
        let faults = cohort
            .faults
            .iter()
            .map(|fault| FaultDice {
                code: fault.code,
                stage: match fault.stage {
                    FaultStage::CloudCheck => Stage::CloudCheck,
                    FaultStage::Contact => Stage::Contact,
                    FaultStage::Validating => Stage::Validating,
                    FaultStage::Extracting => Stage::Extracting,
                    FaultStage::Launching => Stage::Launching,
                },
                probability: tables.odds(fault.probability),
                fails_after: fault.fails_after.as_ref().map(|law| tables.of(law)),
            })
            .collect();
        CohortDice {
            robots,
            identity: Key::new(0).name(&cohort.name).words().at(0),
            architectures: cohort.architectures,
            dead: cohort.dead,
            recovery: cohort.recovery,
            download_rate: tables.of(&cohort.download_rate),
            extract_rate,
            timed,
            scripts,
            faults,
        }
    }
}

/// The chances of a script in one replication.
#[derive(Clone, Copy)]
pub(super) struct ScriptChance {
    pub(super) failure: Chance,
    pub(super) hang: Chance,
}

impl ScriptChance {
    /// Failure takes the low end of the word and hanging the high end, so that another failure rate leaves the hangs alone.
    #[inline(always)]
    pub(super) fn struck(self, word: u64) -> bool {
        self.failure.happens(word) | self.hang.happens_at_top(word)
    }
}

/// What is drawn once per replication for a cohort.
#[derive(Default)]
pub(super) struct CohortHand {
    words: Vec<Words>,
    pub(super) scripts: Vec<ScriptChance>,
    /// Fault `i` strikes where the word falls below bound `i` but not below the one before.
    pub(super) faults: Vec<Chance>,
    /// By index within the cohort; empty if all are alike.
    architecture: Vec<u8>,
    only_architecture: u8,
    /// By index within the cohort; empty if none is.
    dead: Vec<bool>,
}

impl CohortHand {
    #[inline]
    pub(super) fn words(&self, purpose: Purpose) -> &Words {
        &self.words[purpose as usize]
    }

    #[inline]
    pub(super) fn architecture(&self, index: u32) -> usize {
        usize::from(self.architecture.get(index as usize).copied().unwrap_or(self.only_architecture))
    }

    /// The architecture that all robots of the cohort have.
    pub(super) fn uniform_architecture(&self) -> Option<usize> {
        self.architecture.is_empty().then_some(usize::from(self.only_architecture))
    }

    pub(super) fn dead(&self) -> &[bool] {
        &self.dead
    }
}

/// The dice as they lie in one replication: the streams of words, the luck of the release, who has which architecture.
#[derive(Default)]
pub struct Hand {
    pub(super) cohorts: Vec<CohortHand>,
    /// Robots by the word that places them, while they are placed.
    ranked: Vec<(u64, u32)>,
}

impl Hand {
    /// Throws the dice of a replication.
    pub fn draw(&mut self, dice: &Dice, replication: u64) {
        self.cohorts.resize_with(dice.cohorts.len(), CohortHand::default);
        let keys: [Key; PURPOSES] = std::array::from_fn(|purpose| Key::new(dice.seed).part(replication).part(purpose as u64));
        for (cohort, hand) in dice.cohorts.iter().zip(&mut self.cohorts) {
            hand.words.clear();
            hand.words.extend(keys.iter().map(|key| key.part(cohort.identity).words()));
            let probability = |odds: &Odds, purpose: Purpose, which: u64| match odds {
                Odds::Known(p) => *p,
                Odds::Drawn(table) => {
                    let key = keys[purpose as usize];
                    let key = match dice.luck {
                        Luck::Shared => key,
                        Luck::PerCohort => key.part(cohort.identity),
                    };
                    // A table is exact to 1e-7, and may pass 1 by as much.
                    table.value(key.words().at(which)).min(1.0)
                }
            };
            hand.scripts.clear();
            hand.scripts.extend(cohort.scripts.iter().map(|script| ScriptChance {
                failure: Chance::new(probability(&script.failure, Purpose::FailureLuck, script.stage as u64)),
                hang: Chance::new(probability(&script.hang, Purpose::HangLuck, script.stage as u64)),
            }));
            let mut below = 0.0;
            hand.faults.clear();
            hand.faults.extend(cohort.faults.iter().map(|fault| {
                below += probability(&fault.probability, Purpose::FaultLuck, fault.code as u64);
                Chance::new(f64::min(below, 1.0))
            }));
            place_architectures(cohort, hand, &mut self.ranked);
            place_dead(cohort, hand, &mut self.ranked);
        }
    }

    /// The place of a robot in a shuffled start order: smaller starts earlier.
    pub(super) fn start_word(&self, cohort: usize, index: u32) -> u64 {
        self.cohorts[cohort].words(Purpose::StartOrder).at(u64::from(index))
    }

    /// All that the dice hold for a robot of the fleet.
    pub fn draws(&self, dice: &Dice, robot: u32) -> Draws {
        let number = dice.cohort_of(robot);
        let (cohort, hand) = (&dice.cohorts[number], &self.cohorts[number]);
        let index = robot - cohort.robots.start;
        let word = |purpose: Purpose| hand.words(purpose).at(u64::from(index));
        let bundle = dice.bundle[hand.architecture(index)];

        let mut length = [0; STAGES];
        for timed in &cohort.timed {
            length[timed.stage as usize] = whole_ms(timed.length.value(word(timed.purpose)));
        }
        let bits = bundle_bits(bundle);
        let rate = cohort.download_rate.value(word(Purpose::DownloadRate));
        length[Stage::Downloading as usize] = transfer_ms(bits, rate);
        if let Some(table) = &cohort.extract_rate {
            length[Stage::Extracting as usize] = transfer_ms(bits, table.value(word(Purpose::Extraction)));
        }

        let mut mishap = [None; STAGES];
        let after = |table: &Option<Arc<QuantileTable>>, purpose: Purpose, stage: Stage| match table {
            Some(table) => whole_ms(table.value(word(purpose))),
            None => length[stage as usize],
        };
        for (script, chance) in cohort.scripts.iter().zip(&hand.scripts) {
            let run = word(script.run);
            mishap[script.stage as usize] = if chance.failure.happens(run) {
                let after = after(&script.fails_after, script.after, script.stage);
                Some(Mishap::Fails { code: script.code, after })
            } else {
                chance.hang.happens_at_top(run).then_some(Mishap::Hangs)
            };
        }
        let strike = word(Purpose::Fault);
        if let Some(which) = hand.faults.iter().position(|bound| bound.happens(strike)) {
            let fault = &cohort.faults[which];
            let after = after(&fault.fails_after, Purpose::FaultFailsAfter, fault.stage);
            mishap[fault.stage as usize] = Some(Mishap::Fails { code: fault.code, after });
        }
        if hand.dead.get(index as usize) == Some(&true) {
            mishap[Stage::Contact as usize] = Some(Mishap::Silent);
        }
        if bundle.is_none() {
            let code = FailureCode::MissingRobotApplicationArchitecture;
            mishap[Stage::CloudCheck as usize] = Some(Mishap::Fails { code, after: 0 });
        }
        Draws { length, mishap, bundle: bundle.unwrap_or(0) }
    }
}

impl CohortHand {
    /// Whether anything but success may await the robots whose words these are: the scripts of the cohort in order, then the
    /// faults.
    pub(super) fn script_words<'a>(&'a self, cohort: &'a CohortDice) -> impl Iterator<Item = (&'a Words, ScriptChance)> {
        cohort.scripts.iter().zip(&self.scripts).map(|(script, chance)| (self.words(script.run), *chance))
    }
}

/// Ranks the robots of a cohort by the words of a purpose: the first `count` after this are the chosen ones.
fn choose(robots: u32, words: &Words, ranked: &mut Vec<(u64, u32)>, count: u32) {
    ranked.clear();
    ranked.extend((0..robots).map(|index| (words.at(u64::from(index)), index)));
    if count > 0 && count < robots {
        ranked.select_nth_unstable(count as usize);
    }
}

fn place_architectures(cohort: &CohortDice, hand: &mut CohortHand, ranked: &mut Vec<(u64, u32)>) {
    hand.architecture.clear();
    let robots = cohort.robots.end - cohort.robots.start;
    let most = (0..3).max_by_key(|kind| cohort.architectures[*kind]).expect("there are three");
    hand.only_architecture = most as u8;
    if cohort.architectures[most] == robots {
        return;
    }
    let words = &hand.words[Purpose::ArchitecturePlacement as usize];
    choose(robots, words, ranked, 0);
    ranked.sort_unstable();
    hand.architecture.resize(robots as usize, 0);
    let kinds = (0..3u8).flat_map(|kind| std::iter::repeat_n(kind, cohort.architectures[usize::from(kind)] as usize));
    for (kind, (_, index)) in kinds.zip(ranked.iter()) {
        hand.architecture[*index as usize] = kind;
    }
}

fn place_dead(cohort: &CohortDice, hand: &mut CohortHand, ranked: &mut Vec<(u64, u32)>) {
    hand.dead.clear();
    if cohort.dead == 0 {
        return;
    }
    let robots = cohort.robots.end - cohort.robots.start;
    choose(robots, &hand.words[Purpose::DeadPlacement as usize], ranked, cohort.dead);
    hand.dead.resize(robots as usize, false);
    for (_, index) in &ranked[..cohort.dead as usize] {
        hand.dead[*index as usize] = true;
    }
}

pub(super) fn bundle_bits(bundle: Option<u64>) -> f64 {
    bundle.unwrap_or(0) as f64 * 8.0
}

/// The time for `bits` at `rate` [bit/s] in whole milliseconds, rounded up; never for a rate of zero.
#[inline(always)]
pub(super) fn transfer_ms(bits: f64, rate: f64) -> Ms {
    if bits == 0.0 { 0 } else { whole_ms(bits * 1000.0 / rate) }
}

/// A duration [ms] rounded up to whole milliseconds, and never further away than [`NEVER`].
///
/// Adding 2^52 leaves no bits for a fraction, so the sum is rounded to an integer that can be read off its bits; unlike
/// `ceil` and a cast, this takes part in vectorised loops on every processor.
#[inline(always)]
pub(super) fn whole_ms(ms: f64) -> Ms {
    const INTEGERS: f64 = (1u64 << 52) as f64;
    let ms = ms.min(NEVER as f64);
    let shifted = ms + INTEGERS;
    let nearest = shifted - INTEGERS;
    (shifted.to_bits() & ((1 << 52) - 1)) + u64::from(nearest < ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_up_to_the_next_millisecond() {
        for (ms, whole) in [(0.0, 0), (0.1, 1), (0.5, 1), (1.0, 1), (1.5, 2), (2.5, 3), (600_000.0, 600_000), (7.000_001, 8)] {
            assert_eq!(whole_ms(ms), whole, "{ms}");
        }
        assert_eq!(whole_ms(f64::INFINITY), NEVER);
        assert_eq!(whole_ms(1e300), NEVER);
        assert_eq!(transfer_ms(8e6, 0.0), NEVER);
        assert_eq!(transfer_ms(0.0, 0.0), 0);
        assert_eq!(transfer_ms(8e6, 1e6), 8000);
    }
}
