//! Which engines there are, and the rules of any of them.

use crate::key::Takes;
use crate::model::{JobFault, Ms};
use crate::rollout::{
    DeploymentConfig, EndedBy, Engine, EngineTable, Given, KNOBS, Levels, OnStop, Order, RoboMaker,
    Setting,
};

/// An engine to choose.
#[derive(Clone, Copy, Debug)]
pub struct EngineChoice {
    pub table: &'static EngineTable,
    /// Its rules where the file says nothing.
    pub default: fn() -> Rules,
}

/// The engines that there are; the rules of the first count where a scenario names none.
pub const ENGINES: &[EngineChoice] = &[EngineChoice {
    table: &RoboMaker::ENGINE,
    default: || Rules::RoboMaker(RoboMaker::default()),
}];

/// The rules of a scenario: those of the engine that it names.
///
/// ```
/// use rollcast::rollout::{Levels, Pacing, Rules};
///
/// let mut rules = Rules::default().at(Levels {
///     concurrency: 50,
///     threshold: 10,
/// });
/// rules.choose("pacing", "batches");
/// let setting = rules.setting(60);
/// assert_eq!(
///     (setting.admission.window, setting.failures_to_stop()),
///     (30, 6)
/// );
/// assert_eq!(setting.admission.pacing, Pacing::Batches);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rules {
    RoboMaker(RoboMaker),
}

impl From<RoboMaker> for Rules {
    fn from(rules: RoboMaker) -> Rules {
        Rules::RoboMaker(rules)
    }
}

impl Default for Rules {
    fn default() -> Rules {
        (ENGINES[0].default)()
    }
}

impl Rules {
    /// The engine whose rules they are.
    #[must_use]
    pub fn table(&self) -> &'static EngineTable {
        match self {
            Rules::RoboMaker(_) => &RoboMaker::ENGINE,
        }
    }

    fn engine(&self) -> &dyn Engine {
        match self {
            Rules::RoboMaker(rules) => rules,
        }
    }

    fn engine_mut(&mut self) -> &mut dyn Engine {
        match self {
            Rules::RoboMaker(rules) => rules,
        }
    }

    /// Those of RoboMaker, whose notation says nothing of others.
    #[must_use]
    pub fn robomaker(&self) -> Option<&RoboMaker> {
        match self {
            Rules::RoboMaker(rules) => Some(rules),
        }
    }

    /// The setting that they make for a job of `n` robots.
    #[must_use]
    pub fn setting(&self, n: u32) -> Setting {
        self.engine().setting(n)
    }

    /// Takes what one of the keys of the engine's table was given.
    pub fn take(&mut self, key: &str, given: Given) {
        self.engine_mut().take(key, given);
    }

    /// Takes a word for a key that takes words.
    ///
    /// # Panics
    /// If it does not take this one.
    pub fn choose(&mut self, key: &str, word: &str) {
        let takes = self.table().key(key).map(|key| key.takes);
        let given = match takes {
            Some(Takes::Choice(words)) => {
                words.iter().position(|it| *it == word).map(Given::Choice)
            }
            Some(Takes::Order) => Order::of_word(word).map(Given::Order),
            _ => None,
        };
        self.take(
            key,
            given.unwrap_or_else(|| panic!("a bug: `{key}` is never `{word}`")),
        );
    }

    /// Whether the engine has the two knobs.
    #[must_use]
    pub fn has_knobs(&self) -> bool {
        self.engine().levels().is_some()
    }

    /// What the two knobs are set to.
    ///
    /// # Panics
    /// If the engine does not have them.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.engine()
            .levels()
            .expect("a bug: knobs of an engine that does not have them")
    }

    /// These rules with the knobs set to `levels`.
    #[must_use]
    pub fn at(&self, levels: Levels) -> Rules {
        let mut rules = self.clone();
        for (knob, level) in KNOBS.iter().zip([levels.concurrency, levels.threshold]) {
            rules.take(knob.name, Given::Whole(level.into()));
        }
        rules
    }

    /// The rules of a job beside the main one that differs in this.
    #[must_use]
    pub fn beside(&self, config: &DeploymentConfig) -> Rules {
        let mut rules = self.clone();
        rules.engine_mut().differ(config);
        rules
    }

    /// Whether there may be jobs beside the main one.
    #[must_use]
    pub fn has_campaigns(&self) -> bool {
        self.engine().has_campaigns()
    }

    /// When the job is planned to be canceled [ms after its creation].
    #[must_use]
    pub fn cancel(&self) -> Option<Ms> {
        self.engine().cancel()
    }

    /// These rules without a plan to cancel the job.
    #[must_use]
    pub fn uncanceled(&self) -> Rules {
        let mut rules = self.clone();
        rules.engine_mut().uncancel();
        rules
    }

    /// With which codes a job may fail while it prepares; nothing where the engine has none.
    pub fn job_faults_mut(&mut self) -> Option<&mut Vec<JobFault>> {
        self.engine_mut().job_faults_mut()
    }

    /// Whether a job may fail while it prepares.
    #[must_use]
    pub fn has_job_faults(&self) -> bool {
        !self.of_one().job_faults.is_empty()
    }

    /// What of a setting does not depend on the number of robots.
    fn of_one(&self) -> Setting {
        self.setting(1)
    }

    /// From a robot's start to the end of its deployment at the latest [ms].
    #[must_use]
    pub fn robot_timeout(&self) -> Ms {
        self.of_one().robot_timeout
    }

    /// What ends a job at the latest, and when [ms after its creation].
    #[must_use]
    pub fn deadline(&self) -> (EndedBy, Ms) {
        let admission = self.of_one().admission;
        (admission.at_deadline, admission.deadline.ms())
    }

    /// What becomes of the robots in flight when the job stops.
    #[must_use]
    pub fn on_stop(&self) -> OnStop {
        self.of_one().on_stop()
    }

    /// How many robots of a job for `n` are in flight at a time at most.
    #[must_use]
    pub fn window(&self, n: u32) -> u32 {
        self.setting(n).admission.window
    }

    /// How many failures stop a job for `n` robots; more than `n` where none do.
    #[must_use]
    pub fn failures_to_stop(&self, n: u32) -> u32 {
        self.setting(n).failures_to_stop()
    }
}
