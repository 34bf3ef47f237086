//! The decision map.

mod charts;
mod csv;
mod json;
mod table;

pub use self::csv::map_csv;
pub use charts::{MAP_CHARTS, map_charts};
pub use json::{map_json, map_schema};
pub use table::{GoodStopped, map_page};
