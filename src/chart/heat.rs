//! Heat maps over two knobs: the decision map of a sweep.
//!
//! This file holds what callers say; `heat_layout` decides where things go, `heat_paint` draws them.

use super::frame::Heading;
use super::map_frame::{self, Place};
use super::scale::Axis;

/// A heat map, in one panel or several that share axes and colours.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Title and subtitle.
    pub heading: Heading,
    /// What the columns are, with the unit: `Concurrent deployments (% of fleet)`.
    pub x_label: String,
    /// Names of the columns from left to right. Numbers are thinned to round ones where room is short.
    pub columns: Vec<String>,
    /// What the rows are, with the unit.
    pub y_label: String,
    /// Names of the rows from bottom to top.
    pub rows: Vec<String>,
    /// What the colours measure.
    pub value: Axis,
    /// What a cell whose value is not finite means, for the legend: `never`.
    pub missing: String,
    /// What a cell without a value means, for the legend: `not played`.
    pub absent: String,
    /// What the marked cell is, for the legend: `in the file`.
    pub mark_note: String,
    /// One to four panels, one per profile for example.
    pub panels: Vec<HeatPanel>,
}

/// One panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatPanel {
    /// Written above the panel; empty for the only panel of a chart.
    pub title: String,
    /// `cells[row][column]`, row 0 at the bottom. Those that are not finite are hatched, those that are not there are blank.
    pub cells: Vec<Vec<Option<f64>>>,
    /// Row and column of the marked cell.
    pub marked: Option<(usize, usize)>,
}

impl HeatPanel {
    /// A panel without a marked cell.
    pub fn new(title: impl Into<String>, cells: Vec<Vec<Option<f64>>>) -> Self {
        HeatPanel {
            title: title.into(),
            cells,
            marked: None,
        }
    }

    /// The same panel with the cell at `row` and `column` marked.
    pub fn marking(self, row: usize, column: usize) -> Self {
        HeatPanel {
            marked: Some((row, column)),
            ..self
        }
    }
}

impl HeatMap {
    /// By row and column, what is known of a panel.
    pub(super) fn places(&self, panel: &HeatPanel) -> Vec<Vec<Place>> {
        let size = (self.rows.len(), self.columns.len());
        map_frame::places(&panel.cells, size, &self.value)
    }

    /// The marked cell of a panel, if it exists.
    pub(super) fn mark(&self, panel: &HeatPanel) -> Option<(usize, usize)> {
        panel
            .marked
            .filter(|&(row, column)| row < self.rows.len() && column < self.columns.len())
    }
}
