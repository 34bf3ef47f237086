//! The dice: a world's laws compiled for drawing.
//!
//! Every number is a keyed word: a pure function of (seed, replication, purpose) over (cohort name, index within the cohort).
//! So a robot more in one cohort, another law in one step or another rule changes no other draw. A purpose whose law is
//! constant draws nothing, which costs nothing either: there is no generator state to keep in step.

use std::sync::Arc;

use crate::model::{
    Cohort, Extraction, FailureCode, Instant, Luck, Ms, Probability, RandomSpells, Release,
    SharedLink, Spells, Stage, WatchEnd, World,
};
use crate::random::{Chance, Key, Law, QuantileTable};
use crate::sim::draws::fate::Fate;
use crate::sim::draws::millis::whole_ms;
use crate::sim::draws::trace::TraceDice;

/// Makes [`Purpose`] and counts it, so that no purpose can be left out of the count.
macro_rules! purposes {
    ($($(#[$about:meta])* $purpose:ident,)*) => {
        /// What a word is for. The numbers are part of the model version: changing one changes every result.
        #[derive(Clone, Copy)]
        #[repr(usize)]
        pub(in crate::sim) enum Purpose {
            $($(#[$about])* $purpose,)*
        }

        /// How many purposes there are: their numbers are those below.
        pub const PURPOSES: usize = [$(Purpose::$purpose),*].len();
    };
}

purposes! {
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
    /// Over the number of the job.
    JobFault,
    OnlineAtFirst,
    /// Over the number of the spell, from 0, above the robot.
    Spell,
    /// Over the number of the job.
    Preparing,
    Joins,
    CanaryPick,
    LatentFault,
    LatentAfter,
    LatentLuck,
    /// Which robot of a log one is that is not in it, and where its log begins.
    RecordedRobot,
    RecordedPhase,
    TracePhase,
}

/// A probability ready for drawing: known, or to be drawn once per replication.
pub(in crate::sim) enum Odds {
    Known(f64),
    Drawn(Arc<QuantileTable>),
}

/// A script ready for drawing.
pub(in crate::sim) struct ScriptDice {
    pub(in crate::sim) stage: Stage,
    pub(in crate::sim) code: FailureCode,
    pub(in crate::sim) run: Purpose,
    pub(in crate::sim) after: Purpose,
    pub(in crate::sim) failure: Odds,
    pub(in crate::sim) hang: Odds,
    pub(in crate::sim) fails_after: Option<Arc<QuantileTable>>,
    /// Whether what it did wrong to a robot it does again.
    pub(in crate::sim) repeat: Chance,
}

/// A fault ready for drawing.
pub(in crate::sim) struct FaultDice {
    pub(in crate::sim) code: FailureCode,
    pub(in crate::sim) stage: Stage,
    pub(in crate::sim) probability: Odds,
    pub(in crate::sim) fails_after: Option<Arc<QuantileTable>>,
}

/// A stage whose length is a duration drawn for each robot.
pub(in crate::sim) struct TimedStage {
    pub(in crate::sim) stage: Stage,
    pub(in crate::sim) purpose: Purpose,
    /// [ms]
    pub(in crate::sim) length: Arc<QuantileTable>,
}

/// Spells online and offline ready for drawing.
pub(in crate::sim) struct SpellsDice {
    pub(in crate::sim) online_at_first: Chance,
    /// [ms], by whether the robot is online
    spells: [Arc<QuantileTable>; 2],
    residuals: [Arc<QuantileTable>; 2],
}

impl SpellsDice {
    fn new(spells: &RandomSpells, tables: &mut Tables) -> SpellsDice {
        SpellsDice {
            online_at_first: Chance::new(spells.share_online()),
            spells: [false, true].map(|online| tables.of(spells.spell(online))),
            residuals: [false, true].map(|online| tables.of(spells.residual(online))),
        }
    }

    /// The law of spells online or offline [ms].
    pub(in crate::sim) fn spell(&self, online: bool) -> &QuantileTable {
        &self.spells[usize::from(online)]
    }

    /// The law of what is left at time 0 of the first spell [ms].
    pub(in crate::sim) fn residual(&self, online: bool) -> &QuantileTable {
        &self.residuals[usize::from(online)]
    }
}

/// A cohort ready for drawing.
pub(in crate::sim) struct CohortDice {
    /// The robots' numbers in the fleet.
    pub(in crate::sim) robots: std::ops::Range<u32>,
    pub(in crate::sim) identity: u64,
    /// Its parameters that are not drawn.
    pub(in crate::sim) cohort: Cohort,
    /// [bit/s]
    pub(in crate::sim) download_rate: Arc<QuantileTable>,
    /// [bit/s]
    pub(in crate::sim) extract_rate: Option<Arc<QuantileTable>>,
    pub(in crate::sim) timed: Vec<TimedStage>,
    pub(in crate::sim) scripts: Vec<ScriptDice>,
    pub(in crate::sim) faults: Vec<FaultDice>,
    /// Where they are drawn.
    pub(in crate::sim) spells: Option<SpellsDice>,
    /// Whether robots are online by hours or by a log.
    pub(in crate::sim) keeps_hours_or_log: bool,
    /// Where the cohort has a trace.
    pub(in crate::sim) trace: Option<TraceDice>,
    /// [ms]
    pub(in crate::sim) joins: Option<Arc<QuantileTable>>,
}

/// A latent fault ready for drawing.
pub(in crate::sim) struct LatentDice {
    pub(in crate::sim) failure: Odds,
    /// [ms]
    pub(in crate::sim) after: Arc<QuantileTable>,
}

/// A world compiled for drawing. Building it costs milliseconds; every replication then only reads it.
///
/// ```
/// # use rollcast::scenario::ScenarioFile;
/// # let file = ScenarioFile::read("scenarios/lab.toml".as_ref()).unwrap();
/// # let (scenario, _) = file.check(&[]).unwrap();
/// use rollcast::sim::{Dice, Player};
///
/// let dice = Dice::new(&scenario.profiles[0].world);
/// let mut player = Player::new(&dice);
/// let mut draws = |replication| {
///     player.draw(replication);
///     player.draws(17)
/// };
/// let robot = draws(5);
/// assert_ne!(draws(6), robot);
/// assert_eq!(draws(5), robot, "whatever was drawn in between");
/// ```
pub struct Dice {
    seed: u64,
    pub(in crate::sim) luck: Luck,
    /// Which release of the replication it is: see [`Release::number`].
    pub(in crate::sim) release: u32,
    /// [bytes] by architecture.
    pub(in crate::sim) bundle: [Option<u64>; 3],
    pub(in crate::sim) cohorts: Vec<CohortDice>,
    pub(in crate::sim) links: Vec<SharedLink>,
    /// [ms]
    preparing: Arc<QuantileTable>,
    pub(in crate::sim) watch: WatchEnd,
    pub(in crate::sim) latent: Option<LatentDice>,
    /// The dice of the old version, for a recovery.
    previous: Option<Arc<Dice>>,
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
        Dice {
            seed: world.seed,
            luck: world.luck,
            release: world.release.number,
            bundle: world.release.bundle,
            cohorts,
            links: world.links.clone(),
            preparing: tables.of(&world.preparing),
            watch: world.watch,
            latent: world.release.latent.as_ref().map(|latent| LatentDice {
                failure: tables.odds(latent.failure),
                after: tables.of(&latent.after),
            }),
            previous: world
                .previous
                .as_ref()
                .map(|release| Arc::new(Dice::new(&with_previous(world, release)))),
            n: first,
        }
    }

    /// The dice of the world with the old version, if there is one to be put back.
    pub(in crate::sim) fn previous(&self) -> Option<&Arc<Dice>> {
        self.previous.as_ref()
    }

    /// The number of robots in the fleet.
    pub fn robots(&self) -> u32 {
        self.n
    }

    pub(in crate::sim) fn cohort_of(&self, robot: u32) -> usize {
        self.cohorts
            .partition_point(|cohort| cohort.robots.end <= robot)
    }

    /// The size of a robot's bundle [bytes]; 0 if there is none for it.
    pub(in crate::sim) fn bundle_of(&self, fate: &Fate) -> u64 {
        self.bundle[usize::from(fate.architecture)].unwrap_or(0)
    }

    /// A robot's cohort and its index within it.
    pub(in crate::sim) fn member(&self, robot: u32) -> (&CohortDice, u32) {
        let cohort = &self.cohorts[self.cohort_of(robot)];
        (cohort, robot - cohort.robots.start)
    }

    /// How long a robot stays down after a deployment that did not update it [ms].
    pub(in crate::sim) fn recovery(&self, robot: u32) -> Ms {
        self.member(robot).0.cohort.recovery
    }

    /// When the first robots of a job start, as it counts.
    pub(in crate::sim) fn job_start(&self, replication: u64, job: u32) -> Instant {
        let word = self
            .key(replication, Purpose::Preparing as usize)
            .words()
            .at(job.into());
        Instant::at(whole_ms(self.preparing.value(word)))
    }

    /// The law of Pending and Preparing together [ms].
    pub(in crate::sim) fn preparing(&self) -> &QuantileTable {
        &self.preparing
    }

    /// The word that decides whether a job meets a fault.
    pub(in crate::sim) fn job_fault_word(&self, replication: u64, job: u32) -> u64 {
        self.key(replication, Purpose::JobFault as usize)
            .words()
            .at(job.into())
    }

    /// The key of a replication's words for a purpose, by its number.
    pub(in crate::sim) fn key(&self, replication: u64, purpose: usize) -> Key {
        Key::new(self.seed).part(replication).part(purpose as u64)
    }
}

/// The world in which the old version is deployed: its scripts are known to run, and no fault of the new one lies in it.
fn with_previous(world: &World, release: &Release) -> World {
    let mut world = World {
        release: release.clone(),
        previous: None,
        ..world.clone()
    };
    for cohort in &mut world.fleet.cohorts {
        for script in cohort.scripts.iter_mut() {
            (script.failure, script.hang) = (Probability::NEVER, Probability::NEVER);
        }
        cohort.faults.retain(|fault| !fault.code.is_of_release());
    }
    world
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
                let law = Law::beta(mean, correlation).expect("a bug: a probability without a law");
                Odds::Drawn(self.of(&law))
            }
        }
    }
}

impl CohortDice {
    /// Whether the length of a deployment depends on when it starts: robots are at times offline, outside their windows, or slower.
    pub(in crate::sim) fn comes_and_goes(&self) -> bool {
        let Cohort {
            connectivity,
            windows,
            inventory,
            ..
        } = &self.cohort;
        connectivity.is_some()
            || windows.is_some()
            || self.trace.is_some()
            || inventory.iter().any(|robot| robot.windows.is_some())
    }

    fn new(cohort: &Cohort, robots: std::ops::Range<u32>, tables: &mut Tables) -> CohortDice {
        use Purpose as P;
        let scripts = [
            [
                P::DownloadCondition,
                P::DownloadConditionScript,
                P::DownloadConditionFailsAfter,
            ],
            [P::PreLaunch, P::PreLaunchScript, P::PreLaunchFailsAfter],
            [P::PostLaunch, P::PostLaunchScript, P::PostLaunchFailsAfter],
        ];
        let scripts = cohort
            .scripts
            .iter()
            .map(|(step, script)| (Stage::of_script(step), step, script, scripts[step as usize]));
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
                .clone()
                .map(|(stage, _, script, [length, ..])| (stage, length, Some(&script.duration))),
        )
        .filter_map(|(stage, purpose, law)| {
            law.map(|law| TimedStage {
                stage,
                purpose,
                length: tables.of(law),
            })
        })
        .collect();
        timed.sort_by_key(|timed| timed.stage);
        let scripts = scripts
            .map(|(stage, step, script, [_, run, after])| ScriptDice {
                stage,
                code: step.code(),
                run,
                after,
                failure: tables.odds(script.failure),
                hang: tables.odds(script.hang),
                fails_after: script.fails_after.as_ref().map(|law| tables.of(law)),
                repeat: Chance::new(script.repeat),
            })
            .collect();
        let faults = cohort
            .faults
            .iter()
            .map(|fault| FaultDice {
                code: fault.code,
                stage: Stage::of_fault(fault.stage),
                probability: tables.odds(fault.probability),
                fails_after: fault.fails_after.as_ref().map(|law| tables.of(law)),
            })
            .collect();
        CohortDice {
            robots,
            identity: Key::new(0).name(&cohort.name).words().at(0),
            cohort: cohort.clone(),
            download_rate: tables.of(&cohort.download_rate),
            extract_rate,
            timed,
            scripts,
            faults,
            spells: match cohort.connectivity.as_ref().map(|it| &it.spells) {
                Some(Spells::Random(spells)) => Some(SpellsDice::new(spells, tables)),
                _ => None,
            },
            keeps_hours_or_log: keeps_hours_or_log(cohort),
            trace: cohort.rate_trace.as_deref().map(TraceDice::new),
            joins: cohort.joins.as_ref().map(|law| tables.of(law)),
        }
    }
}

fn keeps_hours_or_log(cohort: &Cohort) -> bool {
    let listed = || {
        let mut robots = cohort.inventory.iter();
        robots.any(|robot| robot.offline_hours.is_some())
    };
    cohort.connectivity.as_ref().is_some_and(|it| {
        let recorded = matches!(it.spells, Spells::Recorded(_));
        recorded || it.offline_hours.is_some() || listed()
    })
}
