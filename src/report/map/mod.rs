//! The decision map.

pub(in crate::report) mod charts;
mod csv;
mod table;

pub use self::csv::map_csv;
pub use charts::{MAP_CHARTS, map_charts};
pub use table::{GoodStopped, map_table};
