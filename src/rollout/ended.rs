//! How a rollout may end.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize};

use crate::model::FailureCode;

/// How a job came to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EndedBy {
    /// Every robot deployment ended and no rule stopped the job: it succeeded, also with some failed.
    #[default]
    Success,
    /// The user canceled it.
    Cancel,
    /// A campaign whose canary succeeded, and on whose robots a latent fault of the release showed before the soak was over.
    LatentFault,
    /// A campaign in which no job was ever created: no robot was registered whenever there could have been one.
    NoJob,
    /// It had not ended when it was watched no longer.
    Never,
    /// An ending that the engine has of its own: the job failed.
    Engine(EngineEnding),
}

/// An ending of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EngineEnding {
    /// As outputs have it.
    pub name: &'static str,
    /// The job's failure code, if the engine gives it one.
    pub code: Option<FailureCode>,
}

impl<'de> Deserialize<'de> for EngineEnding {
    /// Keeps the name for the life of the program: engines have few.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EngineEnding, D::Error> {
        static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let (name, code) = <(String, Option<FailureCode>)>::deserialize(deserializer)?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.get(name.as_str()).copied();
        let name = known.unwrap_or_else(|| name.leak());
        kept.insert(name);
        Ok(EngineEnding { name, code })
    }
}

impl EndedBy {
    pub fn name(self) -> &'static str {
        match self {
            EndedBy::Success => "success",
            EndedBy::Cancel => "cancel",
            EndedBy::LatentFault => "latent_fault",
            EndedBy::NoJob => "no_job",
            EndedBy::Never => "never",
            EndedBy::Engine(ending) => ending.name,
        }
    }

    /// The job's failure code.
    pub fn code(self) -> Option<FailureCode> {
        match self {
            EndedBy::Success
            | EndedBy::Cancel
            | EndedBy::LatentFault
            | EndedBy::NoJob
            | EndedBy::Never => None,
            EndedBy::Engine(ending) => ending.code,
        }
    }
}
