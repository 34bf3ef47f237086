//! What many settings share, and in which parts they are played.
//!
//! Fates are drawn once a world and replication, a trajectory is played once for all thresholds that watch it, and settings that
//! mean the same numbers of robots are one. What is played is kept in memory until it is summarised, so a plan too large for that
//! is played in parts of whole trajectories; no number depends on where they are cut.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Ms, WatchEnd, World};
use crate::study::place_in;
use crate::study::scheme::Scheme;

/// Results held at one time, unless a single setting needs more [bytes].
pub const MEMORY_MAX: usize = 512 << 20;

/// Memory that a thread needs for a robot of a world it plays [bytes].
pub(super) const ROBOT: usize = 64;

/// The settings of a study by what they share.
pub struct Plan {
    pub(super) worlds: Vec<World>,
    /// By world, then by trajectory, then by threshold.
    pub(super) plays: Vec<Play>,
    /// How many rows the results go to.
    rows: usize,
    /// By play, when the last robot deployment of all replications ended [ms].
    pub(super) drained_max: Vec<AtomicU64>,
    /// Where the values of settings are, if they were played before.
    pub(super) kept: Option<Kept>,
}

/// Gives the values of some settings by replication, setting and metric; nothing if they cannot be had.
pub type Kept = Box<dyn Fn(Range<usize>) -> Vec<Vec<f64>> + Send + Sync>;

/// Settings that are watched longer than others, because their last robot deployment ended after `observe_for`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchedLonger {
    pub rows: usize,
    /// Of all rows in which robots may come back.
    pub of: usize,
    /// [ms]
    pub drained_max: Ms,
}

/// A scheme on a world, played once for every row that it stands for.
pub(super) struct Play {
    pub(super) world: usize,
    pub(super) scheme: Scheme,
    pub(super) rows: Vec<usize>,
}

impl Play {
    fn shares_trajectory(&self, other: &Play) -> bool {
        self.world == other.world && self.scheme.shares_trajectory(&other.scheme)
    }
}

/// How much there is of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub worlds: usize,
    pub trajectories: usize,
    /// Settings of worlds, those that mean the same numbers of robots counted once.
    pub settings: usize,
    pub rows: usize,
}

/// The settings played together, and the memory that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) plays: Range<usize>,
    /// Worlds whose fates it draws.
    pub(super) worlds: usize,
    pub(super) bytes: usize,
}

impl Plan {
    /// The plan of rows, each a scheme on one of the worlds.
    pub fn new(worlds: Vec<World>, rows: Vec<(usize, Scheme)>) -> Plan {
        let n_rows = rows.len();
        let mut rows: Vec<(usize, Scheme, usize)> = rows
            .into_iter()
            .enumerate()
            .map(|(row, (world, scheme))| (world, scheme, row))
            .collect();
        rows.sort_unstable();
        let mut plays: Vec<Play> = Vec::new();
        for (world, scheme, row) in rows {
            match plays.last_mut() {
                Some(last) if last.world == world && last.scheme == scheme => last.rows.push(row),
                _ => plays.push(Play {
                    world,
                    scheme,
                    rows: vec![row],
                }),
            }
        }
        let drained_max = plays.iter().map(|_| AtomicU64::new(0)).collect();
        Plan {
            worlds,
            plays,
            rows: n_rows,
            drained_max,
            kept: None,
        }
    }

    /// Of what has been played, the rows that were watched longer than others.
    pub(super) fn watched_longer(&self) -> Option<WatchedLonger> {
        let mut plays = 0;
        let mut longer = WatchedLonger {
            rows: 0,
            of: 0,
            drained_max: 0,
        };
        for (play, drained) in self.plays.iter().zip(&self.drained_max) {
            let world = &self.worlds[play.world];
            if !world.robots_may_return() {
                continue;
            }
            plays += 1;
            longer.of += play.rows.len();
            let drained = drained.load(Ordering::Relaxed);
            if matches!(world.watch, WatchEnd::AtLeast(time) if drained > time.ms()) {
                longer.rows += play.rows.len();
                longer.drained_max = longer.drained_max.max(drained);
            }
        }
        (plays > 1 && longer.rows > 0).then_some(longer)
    }

    /// By row, the watch after which more robots might come to run the release.
    pub(super) fn cutting_watches(&self) -> Vec<Option<WatchEnd>> {
        self.plays_by_row()
            .into_iter()
            .map(|play| self.worlds[self.plays[play].world].cutting_watch())
            .collect()
    }

    /// How many rows the results go to.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub fn counts(&self) -> Counts {
        Counts {
            worlds: self.plays.chunk_by(|a, b| a.world == b.world).count(),
            trajectories: self.trajectories().count(),
            settings: self.plays.len(),
            rows: self.rows,
        }
    }

    /// By row, the play that it stands for.
    pub(super) fn plays_by_row(&self) -> Vec<usize> {
        let mut plays = vec![0; self.rows];
        for (which, play) in self.plays.iter().enumerate() {
            play.rows.iter().for_each(|row| plays[*row] = which);
        }
        plays
    }

    /// The settings of each trajectory, in order.
    pub(super) fn trajectories(&self) -> impl Iterator<Item = Range<usize>> {
        self.plays
            .chunk_by(Play::shares_trajectory)
            .scan(0, |end, same| {
                *end += same.len();
                Some(*end - same.len()..*end)
            })
    }

    /// The parts in which `values` values of each setting are played on `threads` threads, in about `memory_max` each [bytes].
    pub(super) fn parts(&self, values: usize, threads: usize, memory_max: usize) -> Vec<Part> {
        let setting = values * size_of::<f64>();
        let mut parts: Vec<Part> = Vec::new();
        for trajectory in self.trajectories() {
            let world = self.plays[trajectory.start].world;
            let fates = threads * ROBOT * self.worlds[world].fleet.robots() as usize;
            let room = (memory_max.saturating_sub(fates) / setting.max(1)).max(1);
            for start in trajectory.clone().step_by(room) {
                let plays = start..trajectory.end.min(start + room);
                let own = plays.len() * setting;
                let last = parts.last_mut().map(|part| {
                    let is_new = self.plays[part.plays.end - 1].world != world;
                    (
                        is_new,
                        part.bytes + own + if is_new { fates } else { 0 },
                        part,
                    )
                });
                match last {
                    Some((is_new, bytes, part)) if bytes <= memory_max => {
                        part.plays.end = plays.end;
                        part.bytes = bytes;
                        part.worlds += usize::from(is_new);
                    }
                    _ => parts.push(Part {
                        plays,
                        worlds: 1,
                        bytes: own + fates,
                    }),
                }
            }
        }
        parts
    }
}

/// Distinct worlds.
#[derive(Default)]
pub(super) struct Worlds {
    pub(super) distinct: Vec<World>,
    /// By profile, the world of the last setting: mostly that of the next one too.
    last: Vec<usize>,
}

impl Worlds {
    /// The number of a world that a setting of a profile has.
    pub(super) fn number(&mut self, profile: usize, world: World) -> usize {
        let last = self
            .last
            .get(profile)
            .copied()
            .filter(|last| self.distinct[*last] == world);
        let number = last.unwrap_or_else(|| place_in(&mut self.distinct, world));
        self.last.resize(self.last.len().max(profile + 1), number);
        self.last[profile] = number;
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollout::{Levels, Rules};
    use crate::scenario::ScenarioFile;

    /// A world of one cohort.
    fn world(robots: u32) -> World {
        let text = format!(
            "name = \"plan\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
             [[cohort]]\nname = \"all\"\nrobots = {robots}\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
             validating = {{ duration = \"1s\" }}\nlaunching = {{ duration = \"1s\" }}\n"
        );
        let file = ScenarioFile::parse("plan.toml", text, Default::default())
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let (scenario, _) = file
            .check(&[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        scenario.profiles[0].world.clone()
    }

    /// Every pair of percentages on each of `worlds` worlds of `robots`.
    fn plan(worlds: usize, robots: u32) -> Plan {
        let setting = |concurrency, threshold| {
            let rules = Rules::default().at(Levels {
                concurrency,
                threshold,
            });
            Scheme::new(&rules, None, robots)
        };
        let pairs = (1..=100).flat_map(|k| (1..=100).map(move |f| (k, f)));
        let rows =
            (0..worlds).flat_map(|world| pairs.clone().map(move |(k, f)| (world, setting(k, f))));
        Plan::new(vec![world(robots); worlds], rows.collect())
    }

    #[test]
    fn settings_that_mean_the_same_robots_are_played_once() {
        let counts = |robots| plan(2, robots).counts();
        assert_eq!(
            counts(200),
            Counts {
                worlds: 2,
                trajectories: 200,
                settings: 20_000,
                rows: 20_000
            }
        );
        // Of 50 robots there are 50 windows and 50 numbers of failures, of one robot one.
        assert_eq!(
            counts(50),
            Counts {
                worlds: 2,
                trajectories: 100,
                settings: 5_000,
                rows: 20_000
            }
        );
        assert_eq!(
            counts(1),
            Counts {
                worlds: 2,
                trajectories: 2,
                settings: 2,
                rows: 20_000
            }
        );
    }

    #[test]
    fn every_row_belongs_to_one_play() {
        let plan = plan(1, 50);
        let mut rows: Vec<usize> = plan
            .plays
            .iter()
            .flat_map(|play| play.rows.iter().copied())
            .collect();
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..10_000));
    }

    #[test]
    fn parts_hold_whole_trajectories_within_the_memory() {
        let plan = plan(2, 200);
        let everything = plan.parts(14_000, 2, usize::MAX);
        let fates = 2 * 200 * ROBOT;
        assert_eq!(
            everything,
            [Part {
                plays: 0..20_000,
                worlds: 2,
                bytes: 20_000 * 14_000 * 8 + 2 * fates
            }]
        );

        let parts = plan.parts(14_000, 2, MEMORY_MAX);
        assert_eq!(
            parts
                .iter()
                .map(|part| part.plays.len())
                .collect::<Vec<_>>(),
            [4_700, 4_700, 4_700, 4_700, 1_200]
        );
        assert_eq!(
            parts.iter().map(|part| part.worlds).collect::<Vec<_>>(),
            [1, 1, 2, 1, 1]
        );
        assert!(
            parts
                .iter()
                .all(|part| part.bytes <= MEMORY_MAX && part.plays.start % 100 == 0)
        );
    }

    #[test]
    fn a_trajectory_too_large_for_the_memory_is_cut_and_a_setting_is_not() {
        let whole = plan(1, 1).parts(usize::MAX / 16, 1, 1);
        assert_eq!(
            whole
                .iter()
                .map(|part| part.plays.len())
                .collect::<Vec<_>>(),
            [1]
        );
        let plan = plan(1, 2);
        let parts = plan.parts(1_000, 1, 16_000 + 2 * ROBOT);
        assert!(
            parts
                .iter()
                .map(|part| part.plays.len())
                .all(|len| len == 1 || len == 2),
            "{parts:?}"
        );
        assert_eq!(parts.iter().map(|part| part.plays.len()).sum::<usize>(), 4);
    }
}
