//! A run as CSV.

mod jobs;
mod links;
mod robots;

pub use jobs::jobs_csv;
pub use links::{link_load_csv, links_csv};
pub use robots::RobotsCsv;
