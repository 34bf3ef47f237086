//! About how much memory studies take, before they are played.
//!
//! Measured against what the program takes at most, by `.ci/memory`.

use crate::scenario::Scenario;
use crate::study::plan::Plan;
use crate::study::run::{TIMELINE_REPLICATIONS, replication_bytes};
use crate::study::summary::Wanted;
use crate::study::tune::Tuning;

/// What is taken whatever is played: the program, its tables and charts [bytes].
const PROGRAM: usize = 14_000_000;

/// What a thread keeps of a robot to record what happens to it [bytes].
const RECORDED_ROBOT: usize = 125;

/// What a replication takes in the files that are made of it, beside its outcome [bytes].
const REPLICATION: usize = 250;

/// About the memory that a run takes [bytes].
pub struct RunMemory {
    /// Whatever is played: the program, its tables and charts, and the fates of robots.
    always: usize,
    /// A replication, and one of the first for its timelines.
    any: usize,
    over_time: usize,
}

impl RunMemory {
    /// Of a scenario on `threads` threads, by its first replication.
    pub fn of(scenario: &Scenario, threads: usize) -> RunMemory {
        let mut memory = RunMemory {
            always: PROGRAM,
            any: 0,
            over_time: 0,
        };
        for profile in &scenario.profiles {
            let (any, over_time) = replication_bytes(profile);
            memory.always += threads * RECORDED_ROBOT * profile.world.fleet.robots() as usize;
            memory.any += any + REPLICATION;
            memory.over_time += over_time;
        }
        memory
    }

    /// With a number of replications.
    pub fn bytes(&self, replications: u64) -> usize {
        let first = replications.min(TIMELINE_REPLICATIONS) as usize;
        self.always + replications as usize * self.any + first * self.over_time
    }
}

/// What the results of a row take in the files that are made of it [bytes].
const ROW: usize = 1500;

impl Plan {
    /// About the memory that it takes to play this for a number of replications [bytes]: what is held until it is summarised, and the
    /// statistics.
    pub fn memory(&self, wanted: &[Wanted], replications: u64) -> usize {
        let held = self.parts_of(wanted, replications).bytes_max();
        let statistics = wanted.iter().map(Wanted::memory).sum::<usize>();
        PROGRAM + held + self.plays.len() * statistics + self.rows() * ROW
    }
}

impl Plan {
    /// About the memory that it takes to play a shard of so many replications [bytes]: nothing is summarised.
    pub fn shard_memory(&self, wanted: &[Wanted], replications: u64) -> usize {
        PROGRAM + self.parts_of(wanted, replications).bytes_max()
    }
}

/// What is kept of a setting that is tuned, its samples for comparisons and its row in the files [bytes].
const SETTING: usize = 3000;

impl Tuning<'_> {
    /// About the memory that it takes to tune with a number of replications [bytes].
    pub fn memory(&self, replications: u64) -> usize {
        let plan = self.plan();
        plan.memory(self.wanted(), replications) + plan.rows() * SETTING
    }
}
