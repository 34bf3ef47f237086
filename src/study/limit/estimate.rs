//! A measure with its interval, as it is shown: the same methods as for the statistics of a run.

use crate::stats::{self, Interval, QuantileRanks};
use crate::study::limit::Columns;
use crate::study::limit::measure::{Measure, Statistic};
use crate::study::metric::Kind;
use crate::study::summary::{Estimate, LEVEL};

/// A measure for so many robots and replications, ready to be taken of many settings.
pub struct Gauge<'m> {
    measure: &'m Measure,
    robots: u32,
    /// Standard errors to either side of a mean.
    factor: Option<f64>,
    ranks: Option<QuantileRanks>,
}

impl<'m> Gauge<'m> {
    pub fn new(measure: &'m Measure, robots: u32, replications: usize) -> Gauge<'m> {
        let (factor, ranks) = match measure.statistic {
            Statistic::Mean if replications > 1 => (Some(stats::student_t_factor(LEVEL, replications as f64 - 1.0)), None),
            Statistic::Quantile(q) => (None, Some(stats::quantile_interval_ranks(q, replications, LEVEL))),
            _ => (None, None),
        };
        Gauge { measure, robots, factor, ranks }
    }

    /// Its value with a two-sided interval.
    pub fn estimate(&self, columns: &Columns) -> Estimate {
        let measure = self.measure;
        let value = measure.value(columns, self.robots);
        let closed = |interval: Option<Interval>| Estimate { value, lo: interval.map(|i| i.lo), hi: interval.map(|i| i.hi) };
        match (&measure.statistic, measure.metric.kind) {
            (Statistic::Mean, Kind::Ratio) => closed(measure.ratio(columns).and_then(|ratio| ratio.interval(LEVEL))),
            (Statistic::Mean, _) => {
                let moments = columns.of(measure.metric).moments();
                closed(self.factor.and_then(|factor| moments.interval_with(factor)))
            }
            (Statistic::Quantile(_), _) => {
                let ranks = self.ranks.expect("a quantile has ranks");
                let interval = ranks.interval(columns.of(measure.metric).sorted());
                Estimate { value, lo: interval.lo, hi: interval.hi }
            }
            (Statistic::Probability(happening), _) => {
                let values = columns.of(measure.metric).values;
                let hits = measure.hits(happening, values, self.robots) as u64;
                closed(Some(stats::wilson(hits, values.len() as u64, LEVEL)))
            }
        }
    }
}
