//! The fleet over time: robots by status on a grid of instants, over replications as a median with a band.
//!
//! Each replication is counted on a [grid](grid) of its own: a count on a grid is exact at its instants, so grids can be brought
//! to the coarsest among them without any loss but of instants.

use serde::{Deserialize, Serialize};

use crate::model::Ms;
use crate::sim::{Condition, Movements, Outcome, Status};
use crate::stats;
use crate::study::grid;

/// The most instants of a grid.
pub(super) const INSTANTS_MAX: Ms = 1500;

/// A timeline goes on while robots recover or heal, but ends when a rollout has taken this many times as long: waiting for the last
/// few would coarsen the grid of what matters.
const RECOVERY_TIMES: Ms = 2;
const HEALING_TIMES: Ms = 4;

/// What is counted, in the order of columns.
pub const SERIES: [(&str, &str); 11] = [
    ("pending_count", "robots waiting for a slot"),
    ("deploying_count", "robots in a slot, or draining"),
    ("updated_count", "robots updated by a job"),
    ("failed_count", "robots whose deployment failed"),
    (
        "aborted_count",
        "robots cut while running because the job stopped",
    ),
    (
        "never_started_count",
        "robots whose turn will never come, from the job's end on",
    ),
    (
        "down_count",
        "robots down: from the command's arrival to Finished, or through recovery",
    ),
    (
        "healed_count",
        "robots given up as silent that have come back and were updated",
    ),
    (
        "healed_failed_count",
        "robots given up as silent that have come back and whose deployment failed",
    ),
    (
        "recovered_count",
        "robots on which a recovery job has put the old version back",
    ),
    (
        "running_count",
        "robots that run the release: updated or healed, and not deployed to again since",
    ),
];

const PENDING: usize = 0;
const DEPLOYING: usize = 1;
const UPDATED: usize = 2;
const FAILED: usize = 3;
const ABORTED: usize = 4;
const NEVER_STARTED: usize = 5;
const DOWN: usize = 6;
const HEALED: usize = 7;
const HEALED_FAILED: usize = 8;
const RECOVERED: usize = 9;
const RUNNING: usize = 10;

/// The series of a status.
fn column(status: Status) -> usize {
    match status {
        Status::Pending => PENDING,
        Status::Deploying => DEPLOYING,
        Status::Updated => UPDATED,
        Status::Failed => FAILED,
        Status::Aborted => ABORTED,
        Status::Recovered => RECOVERED,
    }
}

/// The series that go on to change after the end of a timeline, and how.
const LATE: [(usize, i64); 7] = [
    (DOWN, -1),
    (HEALED, 1),
    (HEALED, -1),
    (HEALED_FAILED, 1),
    (HEALED_FAILED, -1),
    (RUNNING, 1),
    (RUNNING, -1),
];

/// The series of what a robot may be whatever its status.
fn column_of(condition: Condition) -> usize {
    match condition {
        Condition::Running => RUNNING,
        Condition::Healed => HEALED,
        Condition::HealedFailed => HEALED_FAILED,
    }
}

/// The counts of one replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    step: Ms,
    /// By instant; at `i · step`.
    counts: Vec<[u32; SERIES.len()]>,
    /// When each series of [`LATE`] changes after the last instant [ms], ascending.
    late: [Vec<Ms>; LATE.len()],
}

impl Timeline {
    /// The most that its counts take [bytes]; of most rollouts little comes late.
    pub(super) const BYTES_MAX: usize = INSTANTS_MAX as usize * size_of::<[u32; SERIES.len()]>();

    /// The memory that it takes [bytes].
    pub(super) fn bytes(&self) -> usize {
        self.counts.len() * size_of::<[u32; SERIES.len()]>()
            + self
                .late
                .iter()
                .map(|late| late.len() * size_of::<Ms>())
                .sum::<usize>()
    }

    /// Counts a recorded replication.
    pub fn new(outcome: &Outcome, movements: &Movements) -> Timeline {
        let Movements {
            moves,
            downs,
            turns,
        } = movements;
        let last_move = moves
            .iter()
            .map(|step| step.time)
            .max()
            .unwrap_or_default()
            .max(outcome.drained)
            .ms();
        let last_up = downs.iter().map(|(_, up)| up.ms()).max().unwrap_or(0);
        let last_healing = turns.iter().map(|turn| turn.time.ms()).max().unwrap_or(0);
        let horizon = last_up
            .clamp(last_move, RECOVERY_TIMES * last_move)
            .max(last_healing.clamp(last_move, HEALING_TIMES * last_move));
        let step = grid::step(horizon, INSTANTS_MAX);
        let mut changes = vec![[0i64; SERIES.len()]; horizon.div_ceil(step) as usize + 1];
        let moves = moves
            .iter()
            .map(|it| (it.time.ms(), column(it.from), column(it.to), 1));
        let never_started = i64::from(outcome.never_started);
        let left = (outcome.ended_at.ms(), PENDING, NEVER_STARTED, never_started);
        for (time, from, to, robots) in moves.chain([left]) {
            let changes = &mut changes[time.div_ceil(step) as usize];
            changes[from] -= robots;
            changes[to] += robots;
        }
        let mut late: [Vec<Ms>; LATE.len()] = Default::default();
        let ups = downs.iter().map(|(_, up)| (DOWN, -1, up.ms()));
        let turns = turns.iter().map(|turn| {
            let change = if turn.begins { 1 } else { -1 };
            (column_of(turn.what), change, turn.time.ms())
        });
        for (from, _) in downs {
            changes[from.ms().div_ceil(step) as usize][DOWN] += 1;
        }
        for (series, change, time) in ups.chain(turns) {
            match changes.get_mut(time.div_ceil(step) as usize) {
                Some(changes) => changes[series] += change,
                None => {
                    let which = LATE.iter().position(|late| *late == (series, change));
                    late[which.expect("a bug: a series changes late that does not")].push(time);
                }
            }
        }
        late.iter_mut().for_each(|times| times.sort_unstable());
        let mut now = [0i64; SERIES.len()];
        now[PENDING] = i64::from(outcome.n);
        let counts = changes
            .iter()
            .map(|change| {
                for (now, change) in now.iter_mut().zip(change) {
                    *now += change;
                }
                now.map(|count| u32::try_from(count).expect("a bug: a count of robots below zero"))
            })
            .collect();
        Timeline { step, counts, late }
    }

    /// The counts at a time; after the end as at the end, but for the robots that recover or come back.
    fn at(&self, time: Ms) -> [u32; SERIES.len()] {
        let instant = (time / self.step) as usize;
        if let Some(counts) = self.counts.get(instant) {
            return *counts;
        }
        let mut counts = self.counts[self.counts.len() - 1];
        for ((series, change), times) in LATE.into_iter().zip(&self.late) {
            let changes = change * times.partition_point(|at| *at <= time) as i64;
            counts[series] = u32::try_from(i64::from(counts[series]) + changes)
                .expect("a bug: a count of robots below zero");
        }
        counts
    }

    fn horizon(&self) -> Ms {
        (self.counts.len() as Ms - 1) * self.step
    }
}

/// The 5 % quantile, the median and the 95 % quantile of a count over replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    pub p05: u32,
    pub p50: u32,
    pub p95: u32,
}

/// Robots by status over time, over replications.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineSummary {
    /// [ms]
    pub step: Ms,
    /// By instant at `i · step`, then by [`SERIES`].
    pub bands: Vec<[Band; SERIES.len()]>,
}

impl TimelineSummary {
    /// Summarises timelines of at least one replication on the coarsest grid among them, up to the end of the longest.
    /// It goes on for as long again as a rollout took while robots recover, and for thrice as long while robots heal.
    pub fn of(timelines: &[Timeline]) -> TimelineSummary {
        let step = timelines
            .iter()
            .map(|timeline| timeline.step)
            .max()
            .unwrap_or(grid::FINEST);
        let horizon = timelines.iter().map(Timeline::horizon).max().unwrap_or(0);
        let mut values: [Vec<u32>; SERIES.len()] = Default::default();
        let ranks = [0.05, 0.5, 0.95].map(|q| stats::quantile_rank(q, timelines.len()) - 1);
        let instants = horizon.div_ceil(step);
        let bands = (0..=instants)
            .map(|instant| {
                values.iter_mut().for_each(Vec::clear);
                for timeline in timelines {
                    for (values, count) in values.iter_mut().zip(timeline.at(instant * step)) {
                        values.push(count);
                    }
                }
                std::array::from_fn(|series| {
                    let sorted = &mut values[series];
                    sorted.sort_unstable();
                    let [p05, p50, p95] = ranks.map(|rank| sorted[rank]);
                    Band { p05, p50, p95 }
                })
            })
            .collect();
        TimelineSummary { step, bands }
    }
}
