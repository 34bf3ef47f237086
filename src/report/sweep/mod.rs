//! A sweep; `capacity` says at which values of its knob all holds that is expected.

mod capacity;
mod charts;
mod csv;
mod json;
mod sentence;
mod table;

pub use self::csv::sweep_csv;
pub use charts::{SWEEP_CHARTS, sweep_charts};
pub use json::{sweep_json, sweep_schema};
pub use table::sweep_page;
