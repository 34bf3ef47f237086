//! What an engine is to the rest of the program.

use crate::key::{Key, Takes};
use crate::model::{JobFault, Ms};
use crate::rollout::{DeploymentConfig, Given, Levels, Setting};

/// The rules of an engine. Whatever plays or studies them asks for the [`Setting`] that they make.
pub trait Engine {
    /// The setting that they make for a job of `n` robots.
    fn setting(&self, n: u32) -> Setting;

    /// Takes what one of the keys of the engine's table was given.
    fn take(&mut self, key: &str, given: Given);

    /// What the two knobs of [`KNOBS`](crate::rollout::KNOBS) are set to; nothing where the engine does not have them.
    fn levels(&self) -> Option<Levels> {
        None
    }

    /// Whether there may be jobs beside the main one.
    fn has_campaigns(&self) -> bool {
        false
    }

    /// Becomes the rules of a job beside the main one that differs in this, where the engine has such jobs.
    fn differ(&mut self, _config: &DeploymentConfig) {}

    /// When the job is planned to be canceled [ms after its creation].
    fn cancel(&self) -> Option<Ms> {
        None
    }

    /// Forgets that plan.
    fn uncancel(&mut self) {}

    /// With which codes a job may fail while it prepares; nothing where the engine has none.
    fn job_faults_mut(&mut self) -> Option<&mut Vec<JobFault>> {
        None
    }
}

/// An engine that a scenario may name.
#[derive(Clone, Copy, Debug)]
pub struct EngineTable {
    /// Its table below `[rollout]`.
    pub name: &'static str,
    pub about: &'static str,
    /// In the order of the docs.
    pub keys: &'static [Key],
    /// Which of its keys says how many robots at a time, how many failures stop, and how long a robot is waited for; empty where none does.
    pub concurrency: &'static str,
    pub threshold: &'static str,
    pub timeout: &'static str,
    /// What its documentation leaves open, read otherwise: keys that take words, with a word each.
    pub other_readings: &'static [(&'static str, &'static str)],
}

impl EngineTable {
    /// Where its keys stand in a scenario.
    #[must_use]
    pub fn path(&self) -> String {
        format!("rollout.{}", self.name)
    }

    /// One of its keys.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The key of what passes before a job's first starts, if the engine has one: the one law of its table, which is the world's.
    #[must_use]
    pub fn preparing(&self) -> Option<&'static Key> {
        self.keys
            .iter()
            .find(|key| matches!(key.takes, Takes::Law(_)))
    }
}
