//! A drawn chart, before it is written in a format: few shapes, all of them plain data.

use super::paint::Paint;
use super::table::DataTable;
use super::text::{Anchor, Font, clean};

/// Units of a shape's whole coordinates in a display pixel.
pub(super) const ZOOM: i32 = 3;

/// A drawn chart; [`svg`](Picture::svg), [`inline_svg`](Picture::inline_svg) and [`png`](Picture::png) write it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// [display pixels]
    pub(super) width: u32,
    pub(super) height: u32,
    /// For screen readers: its name, what it shows in a sentence or two, and what it draws as tables.
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tables: Vec<DataTable>,
    /// From the lowest to the uppermost.
    pub(super) shapes: Vec<Shape>,
}

impl Picture {
    /// What is written above the chart.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is on the axes and what the chart shows, in a sentence or two.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What the chart draws, long curves thinned; none for a map of more places than a reader would go through.
    pub fn tables(&self) -> &[DataTable] {
        &self.tables
    }

    /// The picture, told in words and tables.
    pub(super) fn told(self, description: &str, tables: Vec<DataTable>) -> Picture {
        Picture {
            description: clean(description),
            tables,
            ..self
        }
    }
}

/// Something drawn. Whole coordinates, in thirds of a display pixel, keep the same picture the same text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub form: Form,
    pub paint: Paint,
    pub opacity: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// Two opposite corners.
    Rect([(i32, i32); 2]),
    /// Points and width.
    Line(Vec<(i32, i32)>, i32),
    Area(Vec<(i32, i32)>),
    /// Centre and radius.
    Dot((i32, i32), i32),
    /// A text whose baseline passes through a point [display pixels].
    Text(String, (f64, f64), Anchor, Font),
}
