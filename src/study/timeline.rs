//! The fleet over time: robots by status on a grid of instants, over replications as a median with a band.
//!
//! Replications last differently long, so each is counted on the finest grid of a ladder that keeps it below a number of
//! instants. Each step of the ladder divides the next, so grids can be brought to the coarsest among them without any loss but
//! of instants: a count on a grid is exact at its instants.

use crate::model::Ms;
use crate::sim::{EndState, EndedBy, Outcome, Passage};
use crate::stats;

/// Steps of the grids [ms]: each divides the next.
const LADDER: [Ms; 12] =
    [100, 1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000];

/// The most instants of a grid.
const INSTANTS_MAX: Ms = 1500;

/// What is counted, in the order of columns.
pub const SERIES: [(&str, &str); 7] = [
    ("pending_count", "robots waiting for a slot"),
    ("deploying_count", "robots in a slot, or draining"),
    ("updated_count", "robots updated"),
    ("failed_count", "robots whose deployment failed"),
    ("aborted_count", "robots cut while running because the job stopped"),
    ("never_started_count", "robots whose turn will never come, from the job's end on"),
    ("down_count", "robots down: from the command's arrival to Finished, or through recovery"),
];

const PENDING: usize = 0;
const DEPLOYING: usize = 1;
const UPDATED: usize = 2;
const FAILED: usize = 3;
const ABORTED: usize = 4;
const NEVER_STARTED: usize = 5;
const DOWN: usize = 6;

/// The counts of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    step: Ms,
    /// By instant; at `i · step`.
    counts: Vec<[u32; SERIES.len()]>,
    /// When the robots are up again that are still down at the last instant [ms], ascending.
    late_ups: Vec<Ms>,
}

impl Timeline {
    /// Counts a recorded replication.
    pub fn new(outcome: &Outcome, passages: impl Iterator<Item = Passage> + Clone) -> Timeline {
        let last_up = passages.clone().filter_map(|passage| passage.down).map(|(_, up)| up).max().unwrap_or(0);
        // A recovery that takes much longer than the rollout would coarsen the grid of what matters.
        let horizon = last_up.clamp(outcome.drained, 2 * outcome.drained);
        let step = LADDER.into_iter().find(|step| horizon / step < INSTANTS_MAX).unwrap_or(LADDER[LADDER.len() - 1]);
        let instant = |time: Ms| time.div_ceil(step) as usize;
        let mut changes = vec![[0i64; SERIES.len()]; instant(horizon) + 1];
        let mut move_robots = |time: Ms, from: usize, to: usize, robots: i64| {
            changes[instant(time)][from] -= robots;
            changes[instant(time)][to] += robots;
        };
        for passage in passages.clone() {
            move_robots(passage.start, PENDING, DEPLOYING, 1);
            let to = match passage.end_state {
                EndState::Updated => UPDATED,
                EndState::Failed => FAILED,
                EndState::Aborted => ABORTED,
            };
            move_robots(passage.end, DEPLOYING, to, 1);
        }
        if outcome.ended_by != EndedBy::Success {
            move_robots(outcome.job_duration, PENDING, NEVER_STARTED, i64::from(outcome.never_started));
        }
        let mut late_ups = Vec::new();
        for passage in passages {
            if let Some((from, up)) = passage.down {
                changes[instant(from)][DOWN] += 1;
                match changes.get_mut(instant(up)) {
                    Some(change) => change[DOWN] -= 1,
                    None => late_ups.push(up),
                }
            }
        }
        late_ups.sort_unstable();
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
        Timeline { step, counts, late_ups }
    }

    /// The counts at a time; after the end as at the end, but for the robots that recover.
    fn at(&self, time: Ms) -> [u32; SERIES.len()] {
        let instant = (time / self.step) as usize;
        if let Some(counts) = self.counts.get(instant) {
            return *counts;
        }
        let mut counts = self.counts[self.counts.len() - 1];
        counts[DOWN] = (self.late_ups.len() - self.late_ups.partition_point(|up| *up <= time)) as u32;
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
    /// It goes on for as long again as a rollout took while robots recover.
    pub fn of(timelines: &[Timeline]) -> TimelineSummary {
        let step = timelines.iter().map(|timeline| timeline.step).max().unwrap_or(LADDER[0]);
        let horizon = timelines.iter().map(Timeline::horizon).max().unwrap_or(0);
        let mut values: [Vec<u32>; SERIES.len()] = Default::default();
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
                    let quantile = |q| sorted[stats::quantile_rank(q, sorted.len()) - 1];
                    Band { p05: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95) }
                })
            })
            .collect();
        TimelineSummary { step, bands }
    }
}

#[cfg(test)]
mod tests {
    use super::LADDER;

    #[test]
    fn each_step_of_the_ladder_divides_the_next() {
        assert!(LADDER.windows(2).all(|pair| pair[1] % pair[0] == 0));
    }
}
