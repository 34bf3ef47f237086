//! What an account holds: fleets, robots, applications and jobs, each as it was asked for.
//!
//! A resource keeps its number when others go, so that a number is enough to name it.

use std::collections::BTreeMap;

use crate::model::{Architecture, Ms};
use crate::report::AskedJob;
use crate::rollout::{EndedBy, Rules};
use crate::wire::robomaker::{Environment, RobotSoftwareSuite, Source};

pub(super) type Tags = BTreeMap<String, String>;

/// What an ARN names, by its number among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Fleet(usize),
    Robot(usize),
    Application(usize),
    Job(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Fleet {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) created_unix_ms: i64,
    pub(super) tags: Tags,
    /// The newest one.
    pub(super) job: Option<usize>,
    pub(super) is_deleted: bool,
}

/// A robot; its number is that in the session too.
#[derive(Clone, Debug)]
pub(super) struct Robot {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) architecture: Architecture,
    pub(super) greengrass_group: String,
    pub(super) created_unix_ms: i64,
    pub(super) tags: Tags,
    /// By its place in the scenario.
    pub(super) cohort: usize,
    /// When it appears [ms after the beginning].
    pub(super) since: Ms,
    pub(super) fleet: Option<usize>,
    /// The newest job for it since it was registered to its fleet.
    pub(super) deployed_by: Option<usize>,
    /// The newest job for it in whatever fleet.
    pub(super) job: Option<usize>,
    pub(super) is_deleted: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Application {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) suite: RobotSoftwareSuite,
    pub(super) sources: Vec<Source>,
    pub(super) environment: Option<Environment>,
    pub(super) tags: Tags,
    pub(super) latest: Revision,
    /// In the order in which they were made.
    pub(super) versions: Vec<Version>,
    /// The number of the next one: no number is used again.
    pub(super) next_version: String,
    pub(super) is_deleted: bool,
}

/// When something was last changed, and what tells it from what was before.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    pub(super) id: String,
    pub(super) unix_ms: i64,
}

/// A numbered snapshot of an application, which nothing changes any more.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) number: String,
    pub(super) sources: Vec<Source>,
    pub(super) revision: Revision,
    pub(super) image_digest: Option<String>,
    pub(super) is_deleted: bool,
}

impl Application {
    pub(super) fn version(&self, number: &str) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number && !version.is_deleted)
    }
}

impl Version {
    /// For which architectures it has a source.
    pub(super) fn architectures(&self) -> [bool; 3] {
        Architecture::ALL.map(|architecture| {
            let mut sources = self.sources.iter();
            sources.any(|source| source.architecture == Some(architecture))
        })
    }
}

/// A job; its number is that in the session too.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) asked: AskedJob,
    pub(super) rules: Rules,
    /// [ms after the beginning]
    pub(super) created: Ms,
    pub(super) fleet: usize,
    pub(super) application: usize,
    /// The job that it is a sync of, directly or by a sync of that; itself if it is none.
    pub(super) origin: usize,
    /// How it ended where the session has it canceled because something that it needs was deleted.
    pub(super) failed_by: Option<EndedBy>,
}

/// The digits of the number after this one.
pub(super) fn successor(number: &str) -> String {
    let mut digits: Vec<u8> = number.bytes().collect();
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return digits.into_iter().map(char::from).collect();
        }
        *digit = b'0';
    }
    let rest: String = digits.into_iter().map(char::from).collect();
    format!("1{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_one_more_however_long() {
        assert_eq!(successor("12"), "13");
        assert_eq!(successor("199"), "200");
        assert_eq!(successor(&"9".repeat(40)), format!("1{}", "0".repeat(40)));
    }
}
