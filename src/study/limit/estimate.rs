//! A measure with its interval, as it is shown: the same methods as for the statistics of a run.

use crate::stats::{self, Estimate, Interval, LEVEL, MeanTails, QuantileInterval, QuantileRanks};
use crate::study::limit::measure::{Measure, Statistic};
use crate::study::limit::{Columns, Reach};
use crate::study::summary::proportion;

/// A measure for a number of replications, ready to be taken of many settings.
pub struct Gauge<'m> {
    measure: &'m Measure,
    reach: Reach,
    /// Of a mean.
    tails: Option<MeanTails>,
    ranks: Option<QuantileRanks>,
}

impl<'m> Gauge<'m> {
    pub fn new(measure: &'m Measure, reach: Reach, replications: usize) -> Gauge<'m> {
        let (tails, ranks) = match measure.statistic {
            Statistic::Mean if replications > 1 => {
                (Some(MeanTails::new(replications, LEVEL)), None)
            }
            Statistic::Quantile(q) => (
                None,
                Some(stats::quantile_interval_ranks(q, replications, LEVEL)),
            ),
            _ => (None, None),
        };
        Gauge {
            measure,
            reach,
            tails,
            ranks,
        }
    }

    /// Its value with a two-sided interval.
    pub fn estimate(&self, columns: &Columns) -> Estimate {
        let measure = self.measure;
        let value = measure.value(columns, self.reach.robots());
        if self.reach.is_certain() {
            return Estimate::exact(value);
        }
        match &measure.statistic {
            Statistic::Mean => Estimate::new(value, self.mean_interval(columns)),
            Statistic::Quantile(_) => {
                let ranks = self.ranks.expect("a bug: a quantile without ranks");
                let QuantileInterval { lo, hi } =
                    ranks.interval(columns.of(measure.metric).sorted());
                Estimate { value, lo, hi }
            }
            Statistic::Probability(happening) => {
                let values = columns.of(measure.metric).values;
                proportion(happening.hits(values, self.reach.robots()), values.len())
            }
        }
    }

    fn mean_interval(&self, columns: &Columns) -> Option<Interval> {
        let (sample, support, (lo, hi)) = self.measure.mean_sample(columns, &self.reach)?;
        let interval = sample.interval(support, self.tails.as_ref()?);
        Some(interval.known()?.clipped(lo, hi))
    }
}
