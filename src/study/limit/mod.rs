//! Limits on what a rollout may do, such as `bad: broken_count.mean <= 8% of fleet`, and what replications say of them.
//!
//! The grammar: `[profile ":"] measure op number [unit]`, with `<=` or `>=` for op and for the measure `metric.stat`, a metric that is
//! 0 or 1, or `p(metric [op value])`; a time that never comes is `p(time_to_95_s = never)`. Reading a limit needs the names of the
//! scenario's profiles and nothing of its world, so that everything wrong with a file can be said at once.
//!
//! Of a limit replications say with confidence that it is held or broken, or else it is open; [`Judge`] says how.

mod estimate;
mod judge;
mod measure;
mod parse;
mod reach;
mod unit;

pub use estimate::Gauge;
pub use judge::{Assessment, Judge, Verdict, replications_needed};
pub use measure::{Happening, Measure, Statistic};
pub use parse::{Profiles, limit, objective};
pub use reach::{Reach, WorldReach};
pub use unit::Unit;

use crate::study::limit::measure::Sample;

/// Which side of its bound a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    AtMost,
    AtLeast,
}

impl Op {
    pub const ALL: [Op; 2] = [Op::AtMost, Op::AtLeast];

    pub fn sign(self) -> &'static str {
        match self {
            Op::AtMost => "<=",
            Op::AtLeast => ">=",
        }
    }

    /// Whether it allows a value beside a bound.
    pub fn allows(self, value: f64, bound: f64) -> bool {
        match self {
            Op::AtMost => value <= bound,
            Op::AtLeast => value >= bound,
        }
    }
}

/// The bound of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// In the unit of the metric.
    Number(f64),
    /// Of the robots in the fleet.
    ShareOfFleet(f64),
}

impl Bound {
    /// In the unit of the metric, in a fleet of `n` robots.
    pub fn of(self, n: u32) -> f64 {
        match self {
            Bound::Number(number) => number,
            Bound::ShareOfFleet(share) => share * f64::from(n),
        }
    }
}

/// A limit that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// As it is written.
    pub text: String,
    pub measure: Measure,
    pub op: Op,
    pub bound: Bound,
}

impl Limit {
    /// A value of the limited measure in words: in percent of the fleet where the bound is.
    pub fn shown(&self, value: f64, n: u32) -> String {
        match self.bound {
            Bound::ShareOfFleet(_) => Unit::Share.shown(value / f64::from(n)),
            Bound::Number(_) => self.measure.unit().shown(value),
        }
    }

    /// This limit with another bound, in the unit of the metric, as a user writes it.
    pub fn with_bound(&self, value: f64, n: u32) -> String {
        let bound = match self.bound {
            Bound::ShareOfFleet(_) => {
                format!("{} % of fleet", self.rounded(100.0 * value / f64::from(n)))
            }
            Bound::Number(_) => match self.measure.unit() {
                Unit::Share => format!("{} %", self.rounded(100.0 * value)),
                Unit::Count | Unit::Plain => self.rounded(value),
                Unit::Seconds => {
                    // The smaller of the two units in which a duration is written.
                    let step = match value {
                        ..59.0 => 0.1,
                        ..3_599.0 => 1.0,
                        ..86_340.0 => 60.0,
                        _ => 3_600.0,
                    };
                    crate::units::duration(1000.0 * self.outwards(value, 1.0 / step))
                }
                Unit::Bytes => crate::units::size(value),
            },
        };
        format!("{} {} {bound}", self.measure.name(), self.op.sign())
    }

    /// To a tenth on the side that allows more.
    fn rounded(&self, value: f64) -> String {
        crate::units::decimal(self.outwards(value, 10.0), 1)
    }

    fn outwards(&self, value: f64, scale: f64) -> f64 {
        // What is a tenth but for the noise of floating point stays it.
        let scaled = value * scale;
        match self.op {
            Op::AtMost => (scaled - 1e-9).ceil() / scale,
            Op::AtLeast => (scaled + 1e-9).floor() / scale,
        }
    }
}

/// The values of metrics over replications, a column a metric in replication order.
pub struct Columns<'a> {
    metrics: &'a [&'static crate::study::Metric],
    samples: Vec<Sample<'a>>,
}

impl<'a> Columns<'a> {
    pub fn new(
        metrics: &'a [&'static crate::study::Metric],
        columns: &'a [Vec<f64>],
    ) -> Columns<'a> {
        Columns {
            metrics,
            samples: columns.iter().map(|values| Sample::new(values)).collect(),
        }
    }

    /// The values of a metric.
    ///
    /// # Panics
    /// If it is not among them: a measure is asked for together with its metrics.
    fn of(&self, metric: &'static crate::study::Metric) -> &Sample<'a> {
        let place = self
            .metrics
            .iter()
            .position(|known| std::ptr::eq(*known, metric));
        &self.samples[place.unwrap_or_else(|| panic!("a bug: {} was not kept", metric.name))]
    }
}
