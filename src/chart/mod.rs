//! Charts: lines with bands, bars with error bars, stacked bars, heat maps, maps with iso-lines, points, differences with
//! intervals.
//!
//! A chart is a plain structure that says what is to be seen, and `picture()` draws it, to be written as SVG or PNG: no
//! file, no clock, the same bytes for the same data. Everything else is decided here, alike for all charts: round ticks, units, colours
//! that colour-blind readers can tell apart, legends off the data, a size that survives being shown at half the width.
//!
//! Values that are not finite have no place on paper and are left out; a chart without any value says so. What the
//! numbers mean, and which of them to show, is for the caller.
//!
//! ```
//! use rollcast::chart::{Axis, Bar, BarChart, BarGroup, Heading, Quantity};
//!
//! let chart = BarChart {
//!     heading: Heading::new("Why robots fail", "warehouse, 200 robots · 1,000 replications"),
//!     value: Axis::new("Failed robots, mean", Quantity::Count),
//!     series: vec!["base".to_owned()],
//!     groups: vec![BarGroup { name: "EtagMismatch".to_owned(), bars: vec![Some(Bar::new(3.2, 2.9, 3.5))] }],
//!     error_note: "95 % interval".to_owned(),
//! };
//! assert!(chart.picture().svg("").starts_with("<svg"));
//! ```

mod bar_rows;
mod bars;
mod bars_told;
mod canvas;
mod categories;
mod clock;
mod colour;
mod contour;
mod contour_cells;
mod contour_gaps;
mod contour_layout;
mod contour_overlay;
mod contour_paint;
mod forest;
mod frame;
mod glyphs;
mod heat;
mod heat_layout;
mod heat_paint;
mod iso;
mod labels;
mod legend;
mod lines;
mod lines_layout;
mod lines_paint;
mod lines_told;
mod log_ticks;
mod map_frame;
mod maps_told;
mod marks;
mod paint;
mod picture;
mod png;
mod quantity;
mod scale;
mod scatter;
mod stacks;
mod svg;
mod table;
mod text;
mod tick_labels;
mod ticks;

pub use bars::{Bar, BarChart, BarGroup};
pub use clock::Clock;
pub use contour::{ContourMap, ContourPanel, MapAxis, Overlay, Region, Surface};
pub use forest::{ForestChart, ForestPanel, ForestRow, Tone};
pub use frame::Heading;
pub use heat::{HeatMap, HeatPanel};
pub use lines::{Arrangement, Course, LineChart, LinePanel, Mark, Point, Series, Shade};
pub use picture::Picture;
pub use quantity::Quantity;
pub use scale::{Axis, Extent, Scale};
pub use scatter::{PointGroup, Scatter};
pub use stacks::{Stack, StackChart, StackPart};
pub use table::DataTable;
