//! Where the parts of a heat map go: cells as large as they may be, ticks thinned to round values.

use super::canvas::Rect;
use super::categories;
use super::frame::{MARGIN, SIZE, WIDTH, widest};
use super::heat::HeatMap;
use super::legend::Swatch;
use super::map_frame::{self, MapFrame, Panels, Words};
use super::text::{self, Weight};

/// Largest number of columns, and of rows, whose cells carry their value.
const WRITTEN: usize = 14;
/// Widest name of a row [pixels].
const WIDEST_ROW: f64 = 280.0;

/// Geometry of a heat map.
pub(super) struct Layout<'a> {
    pub frame: MapFrame<'a>,
    /// Columns and rows with a tick label.
    pub column_ticks: Vec<(usize, Vec<String>)>,
    pub row_ticks: Vec<(usize, String)>,
    /// Font size of the values in the cells, if they fit.
    pub written: Option<f64>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(map: &'a HeatMap) -> Layout<'a> {
        let mut legend = map_frame::legend(
            map.has_missing().then_some(&map.missing),
            map.has_absent().then_some(&map.absent),
        );
        if map.has_mark() && !map.mark_note.is_empty() {
            legend.push(&map.mark_note, Swatch::Outline);
        }
        let row_names = row_names(&map.rows);
        let left = MARGIN + widest(row_names.iter().map(String::as_str)) + 10.0;
        let gap = 26.0;
        let (columns, rows) = (map.columns.len() as f64, map.rows.len() as f64);
        let width = |panel_columns: usize| {
            let room = (WIDTH - left - MARGIN - 6.0 - gap * (panel_columns - 1) as f64)
                / panel_columns as f64;
            room.min(columns * 150.0)
        };
        let panel_columns = panel_columns(map, |panel_columns| width(panel_columns) / columns);
        let width = width(panel_columns);
        let tallest = if map.panels.len() > panel_columns {
            300.0
        } else {
            440.0
        };
        let cell = (width / columns).clamp(24.0, 44.0);
        let height = (rows * cell).clamp(44.0, tallest);

        let column_ticks = categories::columns(&map.columns, width / columns);
        let row_ticks = categories::spaced(&map.rows, height / rows, |_| 1.25 * SIZE);
        let tick_lines = column_ticks.iter().map(|(_, lines)| lines.len()).max();
        let words = Words {
            heading: &map.heading,
            value: &map.value,
            x_label: &map.x_label,
            y_label: &map.y_label,
        };
        let panels = Panels {
            n: map.panels.len(),
            columns: panel_columns,
            gap,
            titled: map.panels.iter().any(|panel| !panel.title.is_empty()),
            left,
            width,
            height,
            tick_lines: tick_lines.unwrap_or(1),
        };
        Layout {
            frame: MapFrame::new(words, map.value.range(map.values()), legend, &panels),
            column_ticks,
            row_ticks: row_ticks
                .into_iter()
                .map(|row| (row, row_names[row].clone()))
                .collect(),
            written: written(map, width / columns, height / rows),
        }
    }

    /// The rectangle of a cell.
    pub(super) fn cell(&self, map: &HeatMap, plot: Rect, row: usize, column: usize) -> Rect {
        let x = |column: usize| plot.x0 + plot.width() * column as f64 / map.columns.len() as f64;
        let y = |row: usize| plot.y1 - plot.height() * row as f64 / map.rows.len() as f64;
        Rect::new(x(column), y(row + 1), x(column + 1), y(row))
    }
}

/// How many panels stand side by side: several, unless the names of columns `cell(panels side by side)` pixels apart would then be
/// left out or shortened, and fewer would help.
fn panel_columns(map: &HeatMap, cell: impl Fn(usize) -> f64) -> usize {
    let most = [1, 1, 2, 3, 2].get(map.panels.len()).copied().unwrap_or(3);
    let rank = |panel_columns: usize| categories::legibility(&map.columns, cell(panel_columns));
    let best = (1..=most).map(rank).max();
    (1..=most)
        .rev()
        .find(|panel_columns| Some(rank(*panel_columns)) == best)
        .unwrap_or(most)
}

/// The names of rows, shortened where they are too wide.
fn row_names(names: &[String]) -> Vec<String> {
    let fits = |name: &str| text::width(name, SIZE, Weight::Regular) <= WIDEST_ROW;
    let told_apart = categories::told_apart(names, fits);
    told_apart
        .iter()
        .map(|name| text::shorten(name, SIZE, Weight::Regular, WIDEST_ROW))
        .collect()
}

/// The largest font size at which every value fits its cell.
fn written(map: &HeatMap, width: f64, height: f64) -> Option<f64> {
    if map.columns.len() > WRITTEN || map.rows.len() > WRITTEN {
        return None;
    }
    let values: Vec<String> = map.values().map(|v| map.value.quantity.value(v)).collect();
    let fits = |size: f64| {
        let widest = values
            .iter()
            .map(|v| text::width(v, size, Weight::Regular))
            .fold(0.0, f64::max);
        widest + 5.0 <= width && 1.3 * size <= height
    };
    [15.0, 14.0, 13.0, 12.0, 11.0]
        .into_iter()
        .find(|&size| fits(size))
}
