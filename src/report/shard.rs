//! Shards of studies as files: each says what it was asked, holds what was played and ends with a checksum.
//!
//! A file begins with two lines for people, what it is and its [`Head`] as JSON; then come the texts of the scenario, in the first shard
//! alone, and what was played: of a run `RunPlays` in postcard's notation, which keeps every bit and is specified; of a plan each setting's
//! values, a column a metric, so that a few settings can be read without the others, and then when the last robot deployment of each setting
//! ended. The SHA-256 of all that ends it. A shard is a set of files of its own: any number of them are written to one folder at a time.

mod file;
mod folder;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::tzdb_version;
use crate::scenario::{Scenario, Texts};
use crate::study::Shard;

pub use file::{Existing, ShardFile};
pub use folder::{Shards, Unusable};

/// What a shard was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Head {
    rollcast: String,
    model_version: u32,
    time_zones: Option<String>,
    /// That makes the whole study, in the folder where the scenario lies.
    command: String,
    /// SHA-256 by what it is.
    files: BTreeMap<String, String>,
    /// Of the whole study.
    replications: u64,
    of: u32,
    shard: u32,
}

impl Head {
    pub fn new(scenario: &Scenario, texts: &Texts, command: String, shard: Shard) -> Head {
        Head {
            rollcast: env!("CARGO_PKG_VERSION").to_owned(),
            model_version: crate::sim::MODEL_VERSION,
            time_zones: scenario
                .has_weekly_hours()
                .then(|| tzdb_version().to_owned()),
            command,
            files: texts.digests(),
            replications: scenario.replications,
            of: shard.of,
            shard: shard.index,
        }
    }

    /// The same if this program had written it.
    fn of_this_program(&self) -> Head {
        let zones = self.time_zones.as_ref();
        Head {
            rollcast: env!("CARGO_PKG_VERSION").to_owned(),
            model_version: crate::sim::MODEL_VERSION,
            time_zones: zones.map(|_| tzdb_version().to_owned()),
            ..self.clone()
        }
    }

    fn shard(&self) -> Shard {
        Shard {
            index: self.shard,
            of: self.of,
        }
    }

    /// The name of its file.
    pub fn name(&self) -> String {
        format!("shard-{}-of-{}", self.shard, self.of)
    }

    /// The same for the first shard: what all shards of a study have in common.
    fn of_study(&self) -> Head {
        Head {
            shard: 0,
            ..self.clone()
        }
    }

    /// What it says, with the words before it.
    fn said(&self) -> [(&'static str, String); 7] {
        let time_zones = self.time_zones.clone();
        [
            ("its version is", self.rollcast.clone()),
            ("its model version is", self.model_version.to_string()),
            ("its time zone data are", time_zones.unwrap_or_default()),
            ("its command is", format!("`{}`", self.command)),
            (
                "its number of replications is",
                self.replications.to_string(),
            ),
            ("its number of shards is", self.of.to_string()),
            ("its number is", self.shard.to_string()),
        ]
    }

    /// What differs from another, as in "its command is `a`, not `b`"; nothing if they are the same.
    fn differs(&self, other: &Head) -> String {
        let said = self.said().into_iter().zip(other.said());
        let said = said.filter(|(own, other)| own != other);
        let said = said.map(|((what, own), (_, other))| format!("{what} {own}, not {other}"));
        let names: BTreeSet<&String> = self.files.keys().chain(other.files.keys()).collect();
        let names = names.into_iter();
        let changed = names.filter(|name| self.files.get(*name) != other.files.get(*name));
        let texts = changed.map(|name| format!("its text of {name} is another"));
        said.chain(texts).collect::<Vec<_>>().join(", and ")
    }
}
