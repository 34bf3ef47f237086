//! A run.

mod arrival;
mod charts;
mod csv;
mod json;
mod sentence;
mod table;

pub use self::csv::{
    RobotsCsv, failures_csv, jobs_csv, link_load_csv, links_csv, replications_csv, timeline_csv,
};
pub use charts::{RUN_CHARTS, run_charts};
pub use json::{run_schema, summary_json};
pub use table::run_page;
