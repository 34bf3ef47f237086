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
pub(super) enum Shape {
    Rect {
        corners: [(i32, i32); 2],
        colour: Colour,
        opacity: f64,
    },
    Line {
        points: Vec<(i32, i32)>,
        colour: Colour,
        width: i32,
    },
    Area {
        points: Vec<(i32, i32)>,
        colour: Colour,
        opacity: f64,
    },
    Dot {
        centre: (i32, i32),
        radius: i32,
        colour: Colour,
    },
    /// A text whose baseline passes through `at` [display pixels].
    Text {
        text: String,
        at: (f64, f64),
        anchor: Anchor,
        font: Font,
    },
}
