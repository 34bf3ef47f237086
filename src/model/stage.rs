//! The stages of a robot deployment: the service's progress steps, with the cloud's check and the contact before them and
//! DownloadingExtracting split in two.

use crate::model::Cohort;

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

    /// The stages in which a script of the launch configuration runs.
    pub const SCRIPTS: [Stage; 3] = [
        Stage::DownloadCondition,
        Stage::PreLaunch,
        Stage::PostLaunch,
    ];

    /// Whether robots of a cohort have this stage: that of a script only if they have the script.
    pub fn is_of(self, cohort: &Cohort) -> bool {
        match self {
            Stage::DownloadCondition => cohort.download_condition.is_some(),
            Stage::PreLaunch => cohort.pre_launch.is_some(),
            Stage::PostLaunch => cohort.post_launch.is_some(),
            _ => true,
        }
    }
}
