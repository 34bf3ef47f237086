//! A sweep.

pub(in crate::report) mod capacity;
mod charts;
mod csv;

pub use self::csv::sweep_csv;
pub use charts::{SWEEP_CHARTS, sweep_charts};
