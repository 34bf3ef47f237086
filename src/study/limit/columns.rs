//! The values of metrics over replications.

use std::cell::OnceCell;

use crate::stats;
use crate::study::metric::Metric;

/// The values of metrics over replications, a column a metric in replication order.
pub struct Columns<'a> {
    metrics: &'a [&'static Metric],
    samples: Vec<Sample<'a>>,
}

impl<'a> Columns<'a> {
    pub fn new(metrics: &'a [&'static Metric], columns: &'a [Vec<f64>]) -> Columns<'a> {
        Columns {
            metrics,
            samples: columns.iter().map(|values| Sample::new(values)).collect(),
        }
    }

    /// The values of a metric.
    ///
    /// # Panics
    /// If it is not among them: columns must hold all metrics of the measures that they are asked for.
    pub(super) fn of(&self, metric: &'static Metric) -> &Sample<'a> {
        let place = self
            .metrics
            .iter()
            .position(|known| std::ptr::eq(*known, metric));
        &self.samples[place.unwrap_or_else(|| panic!("a bug: {} was not kept", metric.name))]
    }
}

/// The values of one metric over replications.
pub(super) struct Sample<'a> {
    pub(super) values: &'a [f64],
    sorted: OnceCell<Vec<f64>>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(values: &'a [f64]) -> Sample<'a> {
        Sample {
            values,
            sorted: OnceCell::new(),
        }
    }

    pub(super) fn sorted(&self) -> &[f64] {
        self.sorted.get_or_init(|| {
            let mut sorted = self.values.to_vec();
            stats::sort_total(&mut sorted);
            sorted
        })
    }

    pub(super) fn moments(&self) -> stats::Moments {
        stats::Moments::of(self.values).expect("a bug: moments of no replications")
    }
}
