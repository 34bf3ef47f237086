//! The stages of a robot deployment: the service's progress steps, with the cloud's check and the contact before them and
//! DownloadingExtracting split in two.

use crate::model::{Cohort, FaultStage, ScriptStep};

/// A stage of a robot deployment, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Stage {
    CloudCheck,
    Contact,
    Validating,
    DownloadCondition,
    Downloading,
    Extracting,
    PreLaunch,
    Launching,
    PostLaunch,
}

/// The number of stages.
pub const STAGES: usize = 9;

impl Stage {
    pub const ALL: [Stage; STAGES] = [
        Stage::CloudCheck,
        Stage::Contact,
        Stage::Validating,
        Stage::DownloadCondition,
        Stage::Downloading,
        Stage::Extracting,
        Stage::PreLaunch,
        Stage::Launching,
        Stage::PostLaunch,
    ];

    /// The stages in which a script of the launch configuration runs, in the order of [`ScriptStep::ALL`].
    pub const SCRIPTS: [Stage; 3] = [
        Stage::DownloadCondition,
        Stage::PreLaunch,
        Stage::PostLaunch,
    ];

    /// Whether robots of a cohort have this stage: that of a script only if they have the script.
    pub fn is_of(self, cohort: &Cohort) -> bool {
        let script = Stage::SCRIPTS.iter().position(|stage| *stage == self);
        script.is_none_or(|script| cohort.scripts.0[script].is_some())
    }

    /// The stage in which a fault strikes.
    pub fn of_fault(fault: FaultStage) -> Stage {
        match fault {
            FaultStage::CloudCheck => Stage::CloudCheck,
            FaultStage::Contact => Stage::Contact,
            FaultStage::Validating => Stage::Validating,
            FaultStage::Extracting => Stage::Extracting,
            FaultStage::Launching => Stage::Launching,
        }
    }

    /// The stage in which the script of a step runs.
    pub fn of_script(step: ScriptStep) -> Stage {
        Stage::SCRIPTS[step as usize]
    }
}
