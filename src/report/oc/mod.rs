//! The operating characteristic.

mod charts;
mod csv;
mod json;
mod table;
mod titles;

pub use self::csv::{oc_columns, oc_csv};
pub use charts::{OC_CHARTS, oc_charts};
pub use json::{oc_json, oc_schema};
pub use table::oc_page;
