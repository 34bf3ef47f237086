//! A run.

mod charts;
mod csv;
pub(in crate::report) mod table;

pub use self::csv::{RobotsCsv, jobs_csv, link_load_csv, links_csv};
pub use charts::{RUN_CHARTS, run_charts};
pub use table::{run_table, sweep_table};
