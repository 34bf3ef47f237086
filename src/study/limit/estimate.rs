//! A measure with its interval, as it is shown: the same methods as for the statistics of a run.

use crate::stats::{self, Interval};
use crate::study::limit::measure::{Measure, Statistic};
use crate::study::limit::Columns;
use crate::study::metric::Kind;
use crate::study::summary::{Estimate, LEVEL};

impl Measure {
    /// Its value with a two-sided interval for display.
    pub fn estimate(&self, columns: &Columns, n: u32) -> Estimate {
        let value = self.value(columns, n);
        let closed = |interval: Option<Interval>| Estimate { value, lo: interval.map(|i| i.lo), hi: interval.map(|i| i.hi) };
        match (&self.statistic, self.metric.kind) {
            (Statistic::Mean, Kind::Ratio) => closed(self.ratio(columns).and_then(|ratio| ratio.interval(LEVEL))),
            (Statistic::Mean, _) => closed(columns.of(self.metric).moments().mean_interval(LEVEL)),
            (Statistic::Quantile(q), _) => {
                let interval = stats::quantile_interval(columns.of(self.metric).sorted(), *q, LEVEL);
                Estimate { value, lo: interval.lo, hi: interval.hi }
            }
            (Statistic::Probability(happening), _) => {
                let values = columns.of(self.metric).values;
                let hits = self.hits(happening, values, n) as u64;
                closed(Some(stats::wilson(hits, values.len() as u64, LEVEL)))
            }
        }
    }
}
