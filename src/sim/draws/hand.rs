//! What is drawn once per replication, and what follows from it for each robot.

use std::sync::Arc;

use crate::model::{Architecture, Cohort, FailureCode, Instant, Ms, STAGES, Spells, Stage};
use crate::random::{Chance, QuantileTable, Words};
use crate::sim::draws::attempt::{Attempt, Lapse};
use crate::sim::draws::dice::{CohortDice, Dice, Purpose};
use crate::sim::draws::download::RobotTrace;
use crate::sim::draws::luck::{self, ScriptChance};
use crate::sim::draws::millis::{bundle_bits, transfer_ms, whole_ms};
use crate::sim::draws::presence::{NumberedSpell, Pattern, Presence, SpellPath};
use crate::sim::draws::robot::{Draws, Mishap};
use crate::sim::link::Rate;

/// What is drawn once per replication for a cohort.
#[derive(Default)]
pub(in crate::sim) struct CohortHand {
    words: Vec<Words>,
    pub(in crate::sim) scripts: Vec<ScriptChance>,
    /// Fault `i` strikes where the word falls below bound `i` but not below the one before.
    pub(in crate::sim) faults: Vec<Chance>,
    /// By index within the cohort; empty if all are alike.
    architecture: Vec<u8>,
    only_architecture: u8,
    /// By index within the cohort; empty if none is.
    dead: Vec<bool>,
    latent: Option<Chance>,
}

impl CohortHand {
    #[inline]
    pub(in crate::sim) fn words(&self, purpose: Purpose) -> &Words {
        &self.words[purpose as usize]
    }

    #[inline]
    pub(in crate::sim) fn architecture(&self, index: u32) -> usize {
        usize::from(
            self.architecture
                .get(index as usize)
                .copied()
                .unwrap_or(self.only_architecture),
        )
    }

    /// The architecture that all robots of the cohort have.
    pub(in crate::sim) fn uniform_architecture(&self) -> Option<usize> {
        self.architecture
            .is_empty()
            .then_some(usize::from(self.only_architecture))
    }

    /// Whether the robot at an index never answers.
    pub(in crate::sim) fn is_dead(&self, index: u32) -> bool {
        self.dead.get(index as usize) == Some(&true)
    }

    pub(in crate::sim) fn dead(&self) -> &[bool] {
        &self.dead
    }

    /// For each script of the cohort, the words that decide how it runs, and its chances.
    pub(in crate::sim) fn script_words<'a>(
        &'a self,
        cohort: &'a CohortDice,
    ) -> impl Iterator<Item = (&'a Words, ScriptChance)> {
        cohort
            .scripts
            .iter()
            .zip(&self.scripts)
            .map(|(script, chance)| (self.words(script.run), *chance))
    }
}

/// What is drawn once per replication: the streams of words, the luck of the release, which robot has which architecture.
#[derive(Default)]
pub struct Hand {
    pub(in crate::sim) cohorts: Vec<CohortHand>,
    /// Robots by the word that places them, while they are placed.
    ranked: Vec<(u64, u32)>,
}

impl Hand {
    /// Draws a replication.
    pub fn draw(&mut self, dice: &Dice, replication: u64) {
        self.cohorts
            .resize_with(dice.cohorts.len(), CohortHand::default);
        let keys = luck::keys(dice, replication);
        for (cohort, hand) in dice.cohorts.iter().zip(&mut self.cohorts) {
            hand.words.clear();
            let first = cohort.cohort.first_index.into();
            hand.words.extend(keys.iter().map(|key| {
                let words = key.part(cohort.identity).words();
                words.starting_at(first)
            }));
            luck::chances(dice, cohort, &keys, &mut hand.scripts, &mut hand.faults);
            hand.latent = luck::latent(dice, cohort, &keys);
            place_architectures(cohort, hand, &mut self.ranked);
            place_dead(cohort, hand, &mut self.ranked);
        }
    }

    /// The place of a robot in the shuffled start order of its n-th job: smaller starts earlier.
    pub(in crate::sim) fn start_word(&self, cohort: usize, index: u32, jobs_before: u32) -> u64 {
        self.cohorts[cohort]
            .words(Purpose::StartOrder)
            .at(fresh(jobs_before, index))
    }

    /// The place of a robot among those of whom a canary is picked: smaller is picked sooner.
    pub(in crate::sim) fn canary_word(&self, dice: &Dice, robot: u32) -> u64 {
        self.own_word(dice, robot, Purpose::CanaryPick)
    }

    pub(in crate::sim) fn architecture(&self, dice: &Dice, robot: u32) -> Architecture {
        let number = dice.cohort_of(robot);
        let index = robot - dice.cohorts[number].robots.start;
        Architecture::ALL[self.cohorts[number].architecture(index)]
    }

    /// When a robot is registered.
    pub fn joins(&self, dice: &Dice, robot: u32) -> Instant {
        let law = &dice.member(robot).0.joins;
        Instant::at(law.as_ref().map_or(0, |law| {
            whole_ms(law.value(self.own_word(dice, robot, Purpose::Joins)))
        }))
    }

    /// How long after an update a robot shows the release's latent fault [ms], if it has it.
    pub fn latent(&self, dice: &Dice, robot: u32) -> Option<Ms> {
        let latent = dice.latent.as_ref()?;
        let chance = self.cohorts[dice.cohort_of(robot)].latent;
        let has_it = chance
            .is_some_and(|chance| chance.happens(self.own_word(dice, robot, Purpose::LatentFault)));
        has_it.then(|| {
            whole_ms(
                latent
                    .after
                    .value(self.own_word(dice, robot, Purpose::LatentAfter)),
            )
        })
    }

    /// The word of a robot for what is drawn once, whatever the deployment.
    fn own_word(&self, dice: &Dice, robot: u32, purpose: Purpose) -> u64 {
        let number = dice.cohort_of(robot);
        self.cohorts[number]
            .words(purpose)
            .at(u64::from(robot - dice.cohorts[number].robots.start))
    }

    /// All that is drawn for a robot of the fleet in a deployment.
    pub fn draws(
        &self,
        dice: &Dice,
        robot: u32,
        Attempt {
            number: deployment,
            past,
            ..
        }: Attempt,
    ) -> Draws {
        let number = dice.cohort_of(robot);
        let (cohort, hand) = (&dice.cohorts[number], &self.cohorts[number]);
        let index = robot - cohort.robots.start;
        let word = |purpose: Purpose| hand.words(purpose).at(fresh(deployment, index));
        let bundle = dice.bundle[hand.architecture(index)];

        let mut length = [0; STAGES];
        for timed in &cohort.timed {
            length[timed.stage as usize] = whole_ms(timed.length.value(word(timed.purpose)));
        }
        let bits = bundle_bits(bundle);
        let rate = self.download_rate(dice, robot);
        length[Stage::Downloading as usize] = transfer_ms(bits, rate);
        if let Some(table) = &cohort.extract_rate {
            length[Stage::Extracting as usize] =
                transfer_ms(bits, table.value(word(Purpose::Extraction)));
        }

        let mut mishap = [None; STAGES];
        let after = |table: &Option<Arc<QuantileTable>>, purpose: Purpose, stage: Stage| match table
        {
            Some(table) => whole_ms(table.value(word(purpose))),
            None => length[stage as usize],
        };
        for (script, chance) in cohort.scripts.iter().zip(&hand.scripts) {
            let run = word(script.run);
            let (fails, hangs) = match past.lapse(script.stage) {
                Some(Lapse::Failed) => (script.repeat.happens(run), false),
                Some(Lapse::Hung) => (false, script.repeat.happens(run)),
                None => (chance.failure.happens(run), chance.hang.happens_at_top(run)),
            };
            mishap[script.stage as usize] = if fails {
                Some(Mishap::Fails {
                    code: script.code,
                    after: after(&script.fails_after, script.after, script.stage),
                })
            } else {
                hangs.then_some(Mishap::Hangs)
            };
        }
        let strike = word(Purpose::Fault);
        let which = past
            .fault
            .and_then(|code| cohort.faults.iter().position(|fault| fault.code == code))
            .or_else(|| hand.faults.iter().position(|bound| bound.happens(strike)));
        if let Some(which) = which {
            let fault = &cohort.faults[which];
            let after = after(&fault.fails_after, Purpose::FaultFailsAfter, fault.stage);
            mishap[fault.stage as usize] = Some(Mishap::Fails {
                code: fault.code,
                after,
            });
        }
        if bundle.is_none() {
            let code = FailureCode::MissingRobotApplicationArchitecture;
            mishap[Stage::CloudCheck as usize] = Some(Mishap::Fails { code, after: 0 });
        }
        Draws {
            length,
            mishap,
            bundle: bundle.unwrap_or(0),
            cap: Rate::of_robot(rate),
        }
    }

    /// A robot's own rate [bit/s].
    pub(in crate::sim) fn download_rate(&self, dice: &Dice, robot: u32) -> f64 {
        let (cohort, index) = dice.member(robot);
        cohort
            .cohort
            .listed(index)
            .and_then(|robot| robot.download_rate)
            .unwrap_or_else(|| {
                let word = self.own_word(dice, robot, Purpose::DownloadRate);
                cohort.download_rate.value(word)
            })
    }

    /// How a robot's own rate changes in time, for a job created at `origin`; none where it has a rate that stays.
    pub(in crate::sim) fn trace<'a>(
        &self,
        dice: &'a Dice,
        robot: u32,
        origin: Instant,
    ) -> Option<RobotTrace<'a>> {
        let (cohort, index) = dice.member(robot);
        let trace = cohort.trace.as_ref()?;
        cohort.cohort.rate_trace_of(index)?;
        let word = self.own_word(dice, robot, Purpose::TracePhase);
        Some(RobotTrace {
            trace,
            phase: below(word, trace.period) + origin.ms(),
        })
    }

    /// When a robot of the fleet is online, and when it may be contacted, from the beginning on.
    pub fn presence<'a>(&'a self, dice: &'a Dice, robot: u32) -> Presence<'a> {
        self.presence_from(dice, robot, Instant::CREATION, None)
    }

    /// As `presence`, as a job counts that is created at `origin`, for a robot whose drawn spell at that time is known, if it is.
    pub(in crate::sim) fn presence_from<'a>(
        &'a self,
        dice: &'a Dice,
        robot: u32,
        origin: Instant,
        spell: Option<NumberedSpell>,
    ) -> Presence<'a> {
        let number = dice.cohort_of(robot);
        let (cohort, hand) = (&dice.cohorts[number], &self.cohorts[number]);
        let index = robot - cohort.robots.start;
        if hand.is_dead(index) {
            return Presence::constant(false);
        }
        let word = |purpose: Purpose| hand.words(purpose).at(u64::from(index));
        let connectivity = cohort.cohort.connectivity.as_ref();
        let pattern = match (connectivity.map(|it| &it.spells), &cohort.spells) {
            (_, Some(laws)) => {
                let words = hand.words(Purpose::Spell);
                Pattern::Changing(match spell {
                    Some(spell) => SpellPath::from(laws, words, index, spell),
                    None => {
                        let online = laws.online_at_first.happens(word(Purpose::OnlineAtFirst));
                        SpellPath::new(laws, words, index, online)
                    }
                })
            }
            (Some(Spells::Recorded(log)), None) => {
                let listed = cohort.cohort.listed(index);
                let own = listed.and_then(|listed| log.robot(&listed.name));
                let any =
                    || below(word(Purpose::RecordedRobot), log.robots().len() as u64) as usize;
                Pattern::Recorded {
                    log,
                    robot: own.unwrap_or_else(any),
                    phase: match own {
                        Some(_) => 0,
                        None => below(word(Purpose::RecordedPhase), log.period()),
                    },
                }
            }
            _ => Pattern::Constant { online: true },
        };
        Presence::new(&cohort.cohort, index, pattern).since(origin)
    }
}

/// A number below `n`, by a word: all as likely, but for less than one in 2^64 / n.
fn below(word: u64, n: u64) -> u64 {
    ((u128::from(word) * u128::from(n)) >> 64) as u64
}

/// Where the word of a robot stands that is drawn afresh for each deployment to it.
fn fresh(deployment: u32, index: u32) -> u64 {
    u64::from(deployment) << 32 | u64::from(index)
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
    let cohort = &cohort.cohort;
    if !cohort.inventory.is_empty() {
        hand.architecture.extend(
            cohort
                .inventory
                .iter()
                .map(|robot| robot.architecture as u8),
        );
        return;
    }
    let robots = cohort.robots;
    let most = (0..3)
        .max_by_key(|kind| cohort.architectures[*kind])
        .expect("a bug: no architectures");
    hand.only_architecture = most as u8;
    if cohort.architectures[most] == robots {
        return;
    }
    let words = &hand.words[Purpose::ArchitecturePlacement as usize];
    choose(robots, words, ranked, 0);
    ranked.sort_unstable();
    hand.architecture.resize(robots as usize, 0);
    let kinds = (0..3u8).flat_map(|kind| {
        std::iter::repeat_n(kind, cohort.architectures[usize::from(kind)] as usize)
    });
    for (kind, (_, index)) in kinds.zip(ranked.iter()) {
        hand.architecture[*index as usize] = kind;
    }
}

fn place_dead(cohort: &CohortDice, hand: &mut CohortHand, ranked: &mut Vec<(u64, u32)>) {
    hand.dead.clear();
    let Cohort { robots, dead, .. } = cohort.cohort;
    if dead == 0 {
        return;
    }
    let listed = &cohort.cohort.inventory;
    if listed.iter().any(|robot| robot.dead) {
        hand.dead.extend(listed.iter().map(|robot| robot.dead));
        return;
    }
    choose(
        robots,
        &hand.words[Purpose::DeadPlacement as usize],
        ranked,
        dead,
    );
    hand.dead.resize(robots as usize, false);
    for (_, index) in &ranked[..dead as usize] {
        hand.dead[*index as usize] = true;
    }
}
