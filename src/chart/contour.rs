//! Maps over two numbers: colours that change smoothly, and iso-lines that carry their value.
//!
//! This file holds what callers say; `contour_layout` decides where things go, `contour_paint` draws them and `contour_overlay` what is
//! laid over them, `iso` finds the lines.

use super::frame::Heading;
use super::map_frame::{self, Place};
use super::scale::{Axis, Scale};

/// A map, in one panel or several that share axes and colours.
#[derive(Clone, Debug, PartialEq)]
pub struct ContourMap {
    /// Title and subtitle.
    pub heading: Heading,
    pub x: MapAxis,
    pub y: MapAxis,
    /// What the colours measure.
    pub value: Axis,
    /// Values with an iso-line; none for round ones.
    pub levels: Vec<f64>,
    pub surface: Surface,
    /// What a place whose value is not finite means, for the legend and on the place itself: `never`.
    pub missing: String,
    /// What a place without a value means, likewise: `not played`.
    pub absent: String,
    /// What the marked place is, for the legend: `in the file`.
    pub mark_note: String,
    /// One to four panels, one per profile for example.
    pub panels: Vec<ContourPanel>,
}

/// What is drawn between the places where values are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surface {
    /// Colours and iso-lines that go straight from one to the next: where they lie close.
    #[default]
    Smooth,
    /// Nothing: a cell of one colour around each.
    Cells,
}

/// An axis of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapAxis {
    /// What it is, with the unit.
    pub label: String,
    /// Where values are known, ascending; more than one.
    pub at: Vec<f64>,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Where something is written, and its lines.
    pub ticks: Vec<(f64, Vec<String>)>,
}

/// One panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContourPanel {
    /// Written above the panel; empty for the only panel of a chart.
    pub title: String,
    /// `values[row][column]`, row 0 at the bottom. Where one is not finite the map is hatched, where there is none it is blank.
    pub values: Vec<Vec<Option<f64>>>,
    /// The marked place and what is written beside it.
    pub mark: Option<(f64, f64, String)>,
    /// What is laid over the map.
    pub overlay: Overlay,
}

/// What is laid over a map: nothing by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// `faded[row][column]`: the part that is excluded; empty for none.
    pub faded: Vec<Vec<bool>>,
    /// What that means, for the legend.
    pub faded_note: String,
    /// Regions whose borders are drawn, at most five.
    pub borders: Vec<Region>,
    /// Another place, in a frame, with what it is, for the legend.
    pub frame: Option<(f64, f64, String)>,
}

/// A part of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Name in the legend.
    pub name: String,
    /// `inside[row][column]`
    pub inside: Vec<Vec<bool>>,
}

impl ContourMap {
    /// By row and column, what is known of a panel.
    pub(super) fn places(&self, panel: &ContourPanel) -> Vec<Vec<Place>> {
        let size = (self.y.at.len(), self.x.at.len());
        map_frame::places(&panel.values, size, &self.value)
    }
}
