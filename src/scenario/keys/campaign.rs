//! The jobs around the main job. The service's deploymentConfig, which they have too, is told by the engine.

use crate::key::Absent::{Depends, Is, Means};
use crate::key::{Absent, Key, Keys, Takes, key};
use crate::model::{Ms, ROBOTS_MAX};
use crate::rollout::{DeploymentConfig, RoboMaker};

/// The longest soak, interval or delay: 30 days.
const WAIT_MAX_MS: Ms = 30 * 86_400_000;

const WAIT: Takes = Takes::Duration(0, WAIT_MAX_MS);

const ONE_OF_THREE: Absent = Depends("one of `robots`, `share` and `cohorts` is required");

pub const CAMPAIGN: Keys = Keys {
    name: "campaign",
    about: "Jobs before and after the main one, which has the rules of `[rollout.robomaker]`; each is left out where there is no such job",
    help: "write [campaign.canary], [campaign.sync] or [campaign.recovery]",
    keys: &[
        key("canary", Takes::Table, Means("no canary"), CANARY.about),
        key("sync", Takes::Table, Means("no sync"), SYNC.about),
        key(
            "recovery",
            Takes::Table,
            Means("no recovery"),
            RECOVERY.about,
        ),
    ],
};

pub const CANARY: Keys = Keys {
    name: "campaign.canary",
    about: "A job before the main one, for a few robots: `robots`, `share` or `cohorts` says for which",
    help: "write [campaign.canary] with `robots`, `share` or `cohorts`, and `soak`",
    keys: &[
        key(
            "robots",
            Takes::Whole(1, ROBOTS_MAX as u64),
            ONE_OF_THREE,
            "How many robots it is for",
        ),
        key(
            "share",
            Takes::PositiveShare,
            ONE_OF_THREE,
            "The share of the robots registered that it is for, rounded down to one robot or more",
        ),
        key(
            "cohorts",
            Takes::Other,
            ONE_OF_THREE,
            "The cohorts that it is for, as in `[\"pilot\"]`",
        ),
        key(
            "pick",
            Takes::Choice(&["random", "file"]),
            Is("random"),
            "Which robots: at random, afresh in every replication, so that a smaller canary is part of a larger one, or the first \
             in the file",
        ),
        key(
            "soak",
            WAIT,
            Is("0s"),
            "From the end of its last robot deployment to the main job's creation",
        ),
        key(
            "rejoin",
            Takes::Flag,
            Is("false"),
            "Whether the main job is for the canary's robots too, all of them again",
        ),
    ],
};

pub const SYNC: Keys = Keys {
    name: "campaign.sync",
    about: "SyncDeploymentJob after the main job, for the robots not in sync, with the main job's rules",
    help: "write [campaign.sync] with `times` and `interval`",
    keys: &[
        key(
            "times",
            Takes::Whole(1, 100),
            Is("1"),
            "The most syncs [jobs]",
        ),
        key(
            "until",
            Takes::Share,
            Is("1"),
            "No sync follows once this share of the fleet is updated",
        ),
        key(
            "interval",
            WAIT,
            Is("0s"),
            "From the end of the last robot deployment of the job before",
        ),
        key(
            "after_failure",
            Takes::Choice(&["never", "syncs", "always"]),
            Is("never"),
            "Which failed jobs are followed by a sync: none, only a sync that failed, or the main job too; never a canary",
        ),
    ],
};

pub const RECOVERY: Keys = Keys {
    name: "campaign.recovery",
    about: "When the canary or the main job was stopped, the old version for all robots that were exposed",
    help: "write [campaign.recovery] with `version` and `delay`",
    keys: &[
        key(
            "version",
            Takes::Other,
            Means("the old one"),
            "The old version: 1 to 255 digits",
        ),
        key(
            "bundle",
            Takes::Other,
            Means("as in release"),
            "The size of the old version's bundle by architecture, at most 1 TB",
        ),
        key(
            "delay",
            WAIT,
            Is("0s"),
            "From the end of the last robot deployment, or from when a latent fault is found",
        ),
    ],
};

/// The deploymentConfig of a job beside the main one: what it does not say is as in the main job, but for the threshold where `threshold`
/// says so.
pub fn deployment_config(threshold: Option<&'static str>) -> Vec<Key> {
    let own = |name: &&str| {
        let key = RoboMaker::ENGINE.key(name).expect("a bug: no such key");
        let is_threshold = *name == RoboMaker::THRESHOLD.name;
        let absent = match threshold.filter(|_| is_threshold) {
            Some(percentage) => Is(percentage),
            None => Means("as in `[rollout.robomaker]`"),
        };
        Key { absent, ..*key }
    };
    DeploymentConfig::KEYS.iter().map(own).collect()
}

/// The failure threshold of a recovery where the file says nothing.
pub const RECOVERY_THRESHOLD: &str = "100";
