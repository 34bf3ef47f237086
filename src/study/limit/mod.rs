//! Limits on what a rollout may do, such as `bad: broken_count.mean <= 8% of fleet`, and what replications say of them.
//!
//! The grammar: `[profile ":"] measure op number [unit]`, with `<=` or `>=` for op and for the measure `metric.stat`, a metric that is
//! 0 or 1, or `p(metric [op value])`; a time that never comes is `p(time_to_95_s = never)`. Reading a limit needs the names of the
//! scenario's profiles and nothing of its world, so that everything wrong with a file can be said at once.
//!
//! Of a limit replications say with confidence that it is held or broken, or else it is open; [`Judge`] says how.

mod bound;
mod columns;
mod estimate;
mod judge;
mod measure;
mod parse;
mod reach;
mod unit;

pub use bound::{Bound, Op};
pub use columns::Columns;
pub use estimate::Gauge;
pub use judge::{Assessment, Judge, Verdict, replications_needed};
pub use measure::{Happening, Measure, Statistic};
pub use parse::{Profiles, limit, objective};
pub use reach::{Reach, WorldReach};
pub use unit::Unit;

use crate::units;

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
                    units::duration(1000.0 * self.outwards(value, 1.0 / step))
                }
                Unit::Bytes => units::size(value),
            },
        };
        format!("{} {} {bound}", self.measure.name(), self.op.sign())
    }

    /// To a tenth on the side that allows more.
    fn rounded(&self, value: f64) -> String {
        units::decimal(self.outwards(value, 10.0), 1)
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
