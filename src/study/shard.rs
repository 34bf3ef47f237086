//! Studies cut into shards: blocks of their replications, which come to the same study when they are put together in order.
//!
//! A shard is a block of replications and never of settings, since settings share fates and trajectories. Of a run a shard has
//! [`RunPlays`](crate::study::RunPlays), of a plan the values of every wanted metric.

use std::ops::Range;
use std::sync::atomic::Ordering;

use crate::study::Watch;
use crate::study::columns::{GATHERED, gathered};
use crate::study::plan::{Kept, Plan};
use crate::study::summary::Wanted;

/// One of the blocks of a study.
///
/// ```
/// use rollcast::study::Shard;
///
/// let blocks = (0..3).map(|index| Shard { index, of: 3 }.replications(1000));
/// assert!(blocks.eq([0..333, 333..666, 666..1000]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Below `of`.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// Its block of `all` replications.
    pub fn replications(self, all: u64) -> Range<u64> {
        let begin = |index: u32| {
            let begin = u128::from(index) * u128::from(all) / u128::from(self.of);
            u64::try_from(begin).expect("a bug: a block that ends after its study")
        };
        begin(self.index)..begin(self.index + 1)
    }
}

impl Plan {
    /// Plays some replications of every setting, and hands over a setting after the other: a column a metric. Gives whether all were finished.
    ///
    /// # Errors
    /// What `each` fails with.
    pub fn play_columns<E>(
        &self,
        wanted: &[Wanted],
        replications: Range<u64>,
        watch: &impl Watch,
        mut each: impl FnMut(&[Vec<f64>]) -> Result<(), E>,
    ) -> Result<bool, E> {
        let length = replications.end - replications.start;
        for part in self.parts_of(wanted, length).iter() {
            let played = self.play_part(part, wanted, replications.clone(), watch);
            if (played.len() as u64) < length {
                return Ok(false);
            }
            for first in (0..part.len()).step_by(GATHERED) {
                let plays = first..part.len().min(first + GATHERED);
                let columns = gathered(&played, &plays, wanted.len());
                columns.chunks(wanted.len()).try_for_each(&mut each)?;
            }
        }
        Ok(true)
    }

    /// By setting, when the last robot deployment of all that was played ended [ms].
    pub fn drained_max(&self) -> Vec<u64> {
        let all = self.drained_max.iter();
        all.map(|drained| drained.load(Ordering::Relaxed)).collect()
    }

    /// From now on takes the values of settings from what was played before, in which the last robot deployments ended at these times.
    pub fn keep(&mut self, kept: Kept, drained_max: impl IntoIterator<Item = u64>) {
        self.kept = Some(kept);
        let all = self.drained_max.iter_mut().zip(drained_max);
        all.for_each(|(own, drained)| *own.get_mut() = drained);
    }
}
