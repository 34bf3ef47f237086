//! Playing a plan: every replication of a part first, as plain columns of the wanted metrics, then every setting's statistics.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::sim::{Dice, Outcome, Player};
use crate::study::expect::Expectation;
use crate::study::limit::{Reach, WorldReach};
use crate::study::plan::{MEMORY_MAX, Part, Plan};
use crate::study::precision::{Shown, Until};
use crate::study::scheme::Scheme;
use crate::study::summary::{MetricSummary, SampleSize, Wanted, summarize_columns};
use crate::study::{Watch, replicate};

/// Settings whose columns a thread gathers at a time: what lies beside each other in memory is read together.
pub(super) const GATHERED: usize = 8;

/// The statistics of one setting.
pub struct Summary {
    /// Fewer than asked for, if the study was interrupted.
    pub replications: u64,
    pub metrics: Vec<MetricSummary>,
    /// What is expected of each of the rows, where that was asked for.
    pub expected: Vec<RowExpected>,
}

/// What came of an expectation in a row.
pub struct RowExpected {
    pub row: usize,
    /// Its place among what is expected.
    pub limit: usize,
    pub reach: Reach,
    pub expectation: Expectation,
}

/// Judges what is expected of rows by their columns.
pub(super) type JudgeRows<'j> =
    dyn Fn(&[usize], &Reach, &[Vec<f64>]) -> Vec<RowExpected> + Sync + 'j;

/// Of studies that expect nothing.
pub(super) fn nothing_expected(_: &[usize], _: &Reach, _: &[Vec<f64>]) -> Vec<RowExpected> {
    Vec::new()
}

impl Plan {
    /// The parts in which `replications` replications are played on the threads that there are.
    pub fn parts_of(&self, wanted: &[Wanted], replications: u64) -> Parts {
        self.parts_within(MEMORY_MAX, wanted, replications)
    }

    fn parts_within(&self, memory_max: usize, wanted: &[Wanted], replications: u64) -> Parts {
        Parts(self.parts(
            wanted.len() * replications as usize,
            rayon::current_num_threads(),
            memory_max,
        ))
    }

    /// Plays every setting until what is `shown` is precise in all of them, or for a number of replications. Gives the wanted statistics by
    /// row, and how many replications were to be finished in the end.
    ///
    /// What is played in one part goes on from checkpoint to checkpoint; what is not is played again from the start.
    pub fn play_until(
        &self,
        wanted: &[Wanted],
        until: &Until,
        shown: &Shown,
        watch: &impl Watch,
    ) -> (Vec<Option<Arc<Summary>>>, u64) {
        self.play_until_within(MEMORY_MAX, wanted, until, shown, &nothing_expected, watch)
    }

    /// As `play_until`, and judges what is expected of each row.
    pub(super) fn play_judging(
        &self,
        wanted: &[Wanted],
        until: &Until,
        shown: &Shown,
        judge: &JudgeRows,
        watch: &impl Watch,
    ) -> (Vec<Option<Arc<Summary>>>, u64) {
        self.play_until_within(MEMORY_MAX, wanted, until, shown, judge, watch)
    }

    fn play_until_within(
        &self,
        memory_max: usize,
        wanted: &[Wanted],
        until: &Until,
        shown: &Shown,
        judge: &JudgeRows,
        watch: &impl Watch,
    ) -> (Vec<Option<Arc<Summary>>>, u64) {
        let mut held: Vec<Vec<f64>> = Vec::new();
        let mut results = Vec::new();
        let mut asked = 0;
        for checkpoint in until.checkpoints() {
            asked = checkpoint;
            let parts = self.parts_within(memory_max, wanted, checkpoint);
            let whole = parts.count() <= 1;
            let played = if whole {
                let plays = 0..self.plays.len();
                held.extend(self.play_part(&plays, wanted, held.len() as u64..checkpoint, watch));
                let mut results = vec![None; self.rows()];
                let size = (!held.is_empty()).then(|| SampleSize::new(held.len()));
                self.hand_out(
                    &plays,
                    &held,
                    wanted.len(),
                    &mut results,
                    |rows, reach, columns| {
                        let size = size.as_ref().expect("a bug: a summary of no replications");
                        judged_summary(wanted, size, judge, rows, reach, columns)
                    },
                );
                results
            } else {
                held = Vec::new();
                self.play_with(
                    &parts,
                    wanted,
                    checkpoint,
                    watch,
                    SampleSize::new,
                    |size, rows, reach, columns| {
                        judged_summary(wanted, size, judge, rows, reach, columns)
                    },
                )
            };
            let interrupted = !is_whole(&played, checkpoint);
            // What was begun again and not finished is worth less than what is there.
            if !interrupted || whole || results.is_empty() {
                results = played;
            }
            if interrupted || checkpoint == until.replications {
                break;
            }
            let rows = results.iter().flatten();
            if until.is_reached(shown, rows.map(|row| row.metrics.as_slice())) {
                break;
            }
        }
        (results, asked)
    }

    /// How many replications of its parts a study plays at most.
    pub fn ticks(&self, wanted: &[Wanted], until: &Until) -> u64 {
        until
            .checkpoints()
            .into_iter()
            .fold(0, |ticks, checkpoint| {
                match self.parts_of(wanted, checkpoint).count() {
                    0 | 1 => checkpoint,
                    parts => ticks + parts * checkpoint,
                }
            })
    }

    /// Plays every setting and gives the wanted statistics by row; none where nothing was finished.
    pub fn play(
        &self,
        parts: &Parts,
        wanted: &[Wanted],
        replications: u64,
        watch: &impl Watch,
    ) -> Vec<Option<Arc<Summary>>> {
        self.play_with(
            parts,
            wanted,
            replications,
            watch,
            SampleSize::new,
            |size, _, reach, columns| summary(wanted, columns, size, reach),
        )
    }

    /// Plays every setting and gives by row what is made of its wanted metrics; none where nothing was finished.
    ///
    /// `prepare` makes what all settings with as many replications share; `make` is then given the rows of a setting and a column
    /// a metric in replication order.
    pub(super) fn play_with<S: Sync, T: Send + Sync>(
        &self,
        parts: &Parts,
        wanted: &[Wanted],
        replications: u64,
        watch: &impl Watch,
        prepare: impl Fn(usize) -> S,
        make: impl Fn(&S, &[usize], &Reach, &mut [Vec<f64>]) -> T + Sync,
    ) -> Vec<Option<Arc<T>>> {
        let mut results: Vec<Option<Arc<T>>> = Vec::new();
        results.resize_with(self.rows(), || None);
        for part in &parts.0 {
            if watch.interrupted() {
                break;
            }
            let played = self.play_part(&part.plays, wanted, 0..replications, watch);
            if played.is_empty() {
                break;
            }
            let shared = prepare(played.len());
            self.hand_out(
                &part.plays,
                &played,
                wanted.len(),
                &mut results,
                |rows, reach, columns| make(&shared, rows, reach, columns),
            );
        }
        results
    }

    /// Gives each row the result made from the values of its play; nothing if no replication of the part was finished.
    fn hand_out<T: Send + Sync>(
        &self,
        plays: &Range<usize>,
        played: &[Vec<f64>],
        width: usize,
        results: &mut [Option<Arc<T>>],
        make: impl Fn(&[usize], &Reach, &mut [Vec<f64>]) -> T + Sync,
    ) {
        if played.is_empty() {
            return;
        }
        let plays = &self.plays[plays.clone()];
        let worlds = plays.chunk_by(|a, b| a.world == b.world);
        let reaches = worlds.flat_map(|plays| {
            let world = WorldReach::new(&self.worlds[plays[0].world]);
            plays.iter().map(move |play| world.under(&play.scheme))
        });
        let reaches: Vec<Reach> = reaches.collect();
        let made = by_setting(played, plays.len(), width, |play, columns| {
            make(&plays[play].rows, &reaches[play], columns)
        });
        for (play, made) in plays.iter().zip(made.into_iter().map(Arc::new)) {
            play.rows
                .iter()
                .for_each(|row| results[*row] = Some(Arc::clone(&made)));
        }
    }

    /// The values of the wanted metrics by replication, play and metric.
    pub(super) fn play_part(
        &self,
        part: &Range<usize>,
        wanted: &[Wanted],
        replications: Range<u64>,
        watch: &impl Watch,
    ) -> Vec<Vec<f64>> {
        if let Some(kept) = &self.kept {
            return kept(part.clone());
        }
        let groups = self.plays[part.clone()].chunk_by(|a, b| a.world == b.world);
        let (dice, schemes): (Vec<Dice>, Vec<Vec<Scheme>>) = groups
            .map(|group| {
                let schemes = group.iter().map(|play| play.scheme.clone());
                (Dice::new(&self.worlds[group[0].world]), schemes.collect())
            })
            .unzip();
        replicate(replications, watch, &dice, |players, replication| {
            let mut values = Vec::with_capacity(part.len() * wanted.len());
            let mut drained = self.drained_max[part.clone()].iter();
            for (player, schemes) in players.iter_mut().zip(&schemes) {
                player.draw(replication);
                play_world(player, schemes, wanted, &mut values, |outcome| {
                    let longest = drained.next().expect("a bug: an outcome of no play");
                    // It is rarely longer than all before: threads need not write to the same memory each time.
                    let drained = outcome.drained.ms();
                    if drained > longest.load(Ordering::Relaxed) {
                        longest.fetch_max(drained, Ordering::Relaxed);
                    }
                });
            }
            values
        })
    }
}

/// Adds the values of the wanted metrics of each scheme, in order; a trajectory at a time, lest outcomes leave the cache.
pub(super) fn play_world(
    player: &mut Player,
    schemes: &[Scheme],
    wanted: &[Wanted],
    values: &mut Vec<f64>,
    mut on_outcome: impl FnMut(&Outcome),
) {
    for same in schemes.chunk_by(Scheme::shares_trajectory) {
        for outcome in Scheme::play_all(player, same) {
            on_outcome(&outcome);
            values.extend(wanted.iter().map(|wanted| (wanted.metric.value)(&outcome)));
        }
    }
}

/// Whether every row has this many replications.
pub(super) fn is_whole(rows: &[Option<Arc<Summary>>], replications: u64) -> bool {
    let mut rows = rows.iter();
    rows.all(|row| {
        row.as_ref()
            .is_some_and(|row| row.replications == replications)
    })
}

/// The replications that all finished rows have.
pub(super) fn finished(results: &[Option<Arc<Summary>>]) -> u64 {
    results
        .iter()
        .flatten()
        .map(|summary| summary.replications)
        .min()
        .unwrap_or(0)
}

/// The wanted statistics from a column a metric.
pub(super) fn summary(
    wanted: &[Wanted],
    columns: &mut [Vec<f64>],
    size: &SampleSize,
    reach: &Reach,
) -> Summary {
    let metrics = summarize_columns(wanted, columns, size, reach);
    Summary {
        replications: columns[0].len() as u64,
        metrics,
        expected: Vec::new(),
    }
}

fn judged_summary(
    wanted: &[Wanted],
    size: &SampleSize,
    judge: &JudgeRows,
    rows: &[usize],
    reach: &Reach,
    columns: &mut [Vec<f64>],
) -> Summary {
    Summary {
        expected: judge(rows, reach, columns),
        ..summary(wanted, columns, size, reach)
    }
}

/// What `make` makes of each play, by its place, from the values by replication, play and metric. Each depends on its own values
/// alone, so threads take them in any order.
pub(super) fn by_setting<T: Send>(
    played: &[Vec<f64>],
    plays: usize,
    width: usize,
    make: impl Fn(usize, &mut [Vec<f64>]) -> T + Sync,
) -> Vec<T> {
    let firsts: Vec<usize> = (0..plays).step_by(GATHERED).collect();
    let chunks = firsts.into_par_iter().flat_map_iter(|first| {
        let plays = first..plays.min(first + GATHERED);
        let mut columns = gathered(played, &plays, width);
        plays
            .zip(columns.chunks_mut(width))
            .map(|(play, columns)| make(play, columns))
            .collect::<Vec<_>>()
    });
    chunks.collect()
}

/// The columns of some plays, from the values by replication, play and metric.
pub(super) fn gathered(played: &[Vec<f64>], plays: &Range<usize>, width: usize) -> Vec<Vec<f64>> {
    let columns = (0..plays.len() * width).map(|_| Vec::with_capacity(played.len()));
    let mut columns: Vec<Vec<f64>> = columns.collect();
    for values in played {
        let values = &values[plays.start * width..plays.end * width];
        columns
            .iter_mut()
            .zip(values)
            .for_each(|(column, value)| column.push(*value));
    }
    columns
}

/// The parts in which a plan is played.
pub struct Parts(Vec<Part>);

impl Parts {
    /// The settings of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Range<usize>> {
        self.0.iter().map(|part| &part.plays)
    }

    /// How often the replications are gone through.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// How often the fates of some world are drawn in each replication.
    pub fn draws(&self) -> u64 {
        self.0.iter().map(|part| part.worlds as u64).sum()
    }

    /// The memory of the largest.
    pub fn bytes_max(&self) -> usize {
        self.0.iter().map(|part| part.bytes).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioFile;
    use crate::study::summary::EVERYTHING;
    use crate::study::{Map, Unwatched};

    #[test]
    fn what_goes_on_and_what_begins_again_end_at_the_same() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/small.toml");
        let file =
            ScenarioFile::read(&path).unwrap_or_else(|found| panic!("{}", found.render(false)));
        let (scenario, _) = file
            .check(&[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let map = Map::new(&scenario, 50);
        let plan = map.plan();
        let until = Until {
            replications: 500,
            precision: Some("5%".parse().unwrap()),
        };
        let shown: &Shown = &[("downtime_robot_s", &["mean"]), ("slot_s_total", &["mean"])];
        let of = |memory_max| {
            let (results, asked) = plan.play_until_within(
                memory_max,
                &EVERYTHING,
                &until,
                shown,
                &nothing_expected,
                &Unwatched,
            );
            let estimates = results.into_iter().flat_map(|row| {
                let row = row.expect("it was not interrupted");
                assert_eq!(row.replications, asked);
                let all = row
                    .metrics
                    .iter()
                    .flat_map(|metric| metric.estimates.clone());
                all.map(|(_, estimate)| estimate.value.to_bits())
                    .collect::<Vec<u64>>()
            });
            (asked, estimates.collect::<Vec<u64>>())
        };
        let whole = of(usize::MAX);
        assert!(whole.0 > 32 && whole.0 < 500, "{}", whole.0);
        // In one part up to 64 replications or so, in parts from there on; and in parts from the start.
        let of_64 = plan.parts_within(usize::MAX, &EVERYTHING, 64).bytes_max();
        assert!(plan.parts_within(of_64, &EVERYTHING, 128).count() > 1);
        assert!(of(of_64) == whole && of(1) == whole);
    }
}
