//! A comparison.

mod charts;
mod csv;
mod json;
mod table;
mod title;

pub use self::csv::{COMPARE_COLUMNS, compare_csv};
pub use charts::{COMPARE_CHARTS, compare_charts};
pub(super) use json::DifferenceJson;
pub use json::{compare_json, compare_schema};
pub use table::compare_page;
