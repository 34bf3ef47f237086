//! Many replications: the run of a scenario's profiles, and the sweep over its settings.
//!
//! Replications are the parallel axis, and this is the one module that knows of threads. Whatever is computed from outcomes is
//! computed in replication order on one thread, so no number depends on how many there are.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sim::{Dice, Player};

pub mod capacity;
pub mod check;
mod columns;
mod compare;
mod exact_rows;
pub mod expect;
mod explain;
mod grid;
mod jobs;
pub mod limit;
mod links;
mod lint;
mod load;
mod map;
mod memory;
mod metric;
mod moment;
mod oc;
mod plan;
mod precision;
mod rehearsal;
mod run;
mod scheme;
mod shard;
mod slots;
mod summary;
mod sweep;
mod timeline;
pub mod tune;

pub use columns::{Parts, Summary};
pub use compare::{
    Compared, Comparison, DECIDING, Luck, Margin, Margins, Pairing, ProfileComparison, Verdict,
    compare, compare_outcomes, compared_statistics,
};

pub use explain::{
    Explained, ExplainedCohort, ExplainedHours, ExplainedJob, ExplainedLink, ExplainedLog,
    ExplainedPresence, ExplainedTrace, ExplainedValue, LeftOut, explained_changes,
    explained_values, offline_hours,
};
pub use jobs::JobSummary;
pub use links::LinkSummary;
pub use lint::given_up::counted_as_up;
pub use lint::{Finding, RULES, lint};
pub use load::{LoadBand, LoadSummary, LoadTimeline};
pub use map::{MAP_METRICS, MAP_WANTED, Map, MapRow, MapRun, MapSetting};
pub use memory::RunMemory;
pub use metric::{Direction, Kind, METRICS, Metric, statistic_name};
pub use moment::{JobFacts, JobPhase, ProfileSession, RobotAt, RobotPhase};
pub use oc::{
    Hypotheses, Line, NoOptimum, Oc, OcRow, OcSetting, finer, likeliest_script, mean_failure,
    oc_wanted, rounded, scripts_of,
};
pub use plan::{Counts, Kept, MEMORY_MAX, Plan, WatchedLonger};
pub use precision::{Attained, Missed, Precision, Shown, Until};
pub use rehearsal::Piece;
pub use run::{
    ProfileRun, RUN_SHOWN, Run, RunPlays, RunRehearsal, TIMELINE_REPLICATIONS, Traced, run, trace,
};
pub use scheme::Scheme;
pub use shard::Shard;
pub use slots::{CAUSES, SlotUse};
pub use summary::{
    BRIEF, EVERYTHING, FailureCount, Failures, MetricSummary, QUANTILES, RestsOn, Spread, Wanted,
    commonest_first, failure_counts, summarize, summary_of,
};
pub use sweep::{Sweep, SweepRow, SweepRun, grid};
pub use timeline::{Band, SERIES, TimelineSummary};

/// How a study reports its progress and learns that it should stop.
pub trait Watch: Sync {
    /// A replication of everything is finished.
    fn tick(&self) {}

    /// Whether to stop; what is finished by then is kept.
    fn interrupted(&self) -> bool {
        false
    }
}

/// For studies that report no progress and are not interrupted.
pub struct Unwatched;

impl Watch for Unwatched {}

/// The place of something in a list, to which it is added if it is not there.
fn place_in<T: PartialEq>(list: &mut Vec<T>, it: T) -> usize {
    list.iter()
        .position(|known| *known == it)
        .unwrap_or_else(|| {
            list.push(it);
            list.len() - 1
        })
}

/// Plays a range of replications in parallel, each with a player for each of some dice, and gives the results of as many from its first
/// on as were finished.
///
/// Each thread has players of its own, which are used again for the next replication. Threads take the next replication one at a time:
/// whatever is finished when the work is interrupted is then a run from the first on.
fn replicate<'d, T: Send>(
    replications: Range<u64>,
    watch: &impl Watch,
    dice: &'d [Dice],
    play: impl Fn(&mut [Player<'d>], u64) -> T + Sync,
) -> Vec<T> {
    let mut results = Vec::new();
    replicate_each(replications, watch, dice, play, |result| {
        results.push(result);
    });
    results
}

/// Replications played before their results are handed over: no more than these are there twice.
const BLOCK: usize = 4096;

/// As [`replicate`], and hands over each result in the order of replications.
fn replicate_each<'d, T: Send>(
    replications: Range<u64>,
    watch: &impl Watch,
    dice: &'d [Dice],
    play: impl Fn(&mut [Player<'d>], u64) -> T + Sync,
    mut each: impl FnMut(T),
) {
    for begin in replications.clone().step_by(BLOCK) {
        let block = begin..replications.end.min(begin + BLOCK as u64);
        let wanted = block.end - block.start;
        let results = play_block(block, watch, dice, &play);
        let finished = results.len() as u64;
        results.into_iter().for_each(&mut each);
        if finished < wanted {
            break;
        }
    }
}

fn play_block<'d, T: Send>(
    replications: Range<u64>,
    watch: &impl Watch,
    dice: &'d [Dice],
    play: &(impl Fn(&mut [Player<'d>], u64) -> T + Sync),
) -> Vec<T> {
    let next = AtomicU64::new(replications.start);
    let played = rayon::broadcast(|_| {
        let mut players: Vec<Player> = dice.iter().map(Player::new).collect();
        let mut played = Vec::new();
        while !watch.interrupted() {
            let replication = next.fetch_add(1, Ordering::Relaxed);
            if replication >= replications.end {
                break;
            }
            played.push((replication, play(&mut players, replication)));
            watch.tick();
        }
        played
    });
    let mut results: Vec<(u64, T)> = played.into_iter().flatten().collect();
    results.sort_unstable_by_key(|(replication, _)| *replication);
    results.into_iter().map(|(_, result)| result).collect()
}
