//! Heat maps over two knobs: the decision map of a sweep.
//!
//! This file holds what callers say; `heat_layout` decides where things go, `heat_paint` draws them.

use super::frame::Heading;
use super::map_frame::value_at;
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
    /// The value to show at a cell, if there is one.
    pub(super) fn cell(&self, panel: &HeatPanel, row: usize, column: usize) -> Option<f64> {
        value_at(&panel.cells, row, column).filter(|&v| self.value.shows(v))
    }

    /// All values shown.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.panels.iter().flat_map(move |panel| {
            (0..self.rows.len()).flat_map(move |row| {
                (0..self.columns.len()).filter_map(move |column| self.cell(panel, row, column))
            })
        })
    }

    /// Whether a cell has no value at all.
    pub(super) fn is_absent(&self, panel: &HeatPanel, row: usize, column: usize) -> bool {
        value_at(&panel.cells, row, column).is_none()
    }

    /// Whether some cell has a value that cannot be shown.
    pub(super) fn has_missing(&self) -> bool {
        self.any_cell(|panel, row, column| {
            !self.is_absent(panel, row, column) && self.cell(panel, row, column).is_none()
        })
    }

    /// Whether some cell has no value at all.
    pub(super) fn has_absent(&self) -> bool {
        self.any_cell(|panel, row, column| self.is_absent(panel, row, column))
    }

    fn any_cell(&self, so: impl Fn(&HeatPanel, usize, usize) -> bool) -> bool {
        self.panels.iter().any(|panel| {
            (0..self.rows.len())
                .any(|row| (0..self.columns.len()).any(|column| so(panel, row, column)))
        })
    }

    /// Whether some panel marks a cell that exists.
    pub(super) fn has_mark(&self) -> bool {
        let exists = |(row, column)| row < self.rows.len() && column < self.columns.len();
        self.panels
            .iter()
            .any(|panel| panel.marked.is_some_and(exists))
    }
}
