//! A drawn chart, before it is written in a format: few shapes, all of them plain data.

use super::colour::Colour;
use super::text::{Anchor, Font};

/// Units of a shape's whole coordinates in a display pixel.
pub(super) const ZOOM: i32 = 3;

/// A drawn chart; [`svg`](Picture::svg) and [`png`](Picture::png) write it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// [display pixels]
    pub(super) width: u32,
    pub(super) height: u32,
    /// For screen readers.
    pub(super) title: String,
    /// From the lowest to the uppermost.
    pub(super) shapes: Vec<Shape>,
}

/// Something drawn. Whole coordinates, in thirds of a display pixel, keep the same picture the same text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub form: Form,
    pub colour: Colour,
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
