//! A tuning.

mod charts;
mod csv;
mod edges;
mod json;
mod table;
mod titles;
mod words;

pub use self::csv::{tune_columns, tune_csv};
pub use charts::{TUNE_CHARTS, tune_charts};
pub use json::{tune_json, tune_schema};
pub use table::tune_page;
