//! Where the parts of a heat map go: cells as large as they may be, ticks thinned to round values.

use super::canvas::Rect;
use super::categories;
use super::frame::{LABEL_FONT, MARGIN, SIZE, WIDTH, widest};
use super::heat::HeatMap;
use super::legend::Swatch;
use super::map_frame::{self, MapFrame, Panels, Place, Words};
use super::paint::Paint;
use super::text::Font;

/// Largest number of columns, and of rows, whose cells carry their value.
const WRITTEN: usize = 14;
/// Widest name of a row [pixels].
const WIDEST_ROW: f64 = 280.0;

/// Geometry of a heat map.
pub(super) struct HeatLayout<'a> {
    pub frame: MapFrame<'a>,
    /// Columns and rows with a tick label.
    pub column_ticks: Vec<(usize, Vec<String>)>,
    pub row_ticks: Vec<(usize, String)>,
    /// Whether some cell has a value that cannot be shown, and whether all have none that can.
    pub has_missing: bool,
    pub is_empty: bool,
    /// Font size of the values in the cells, if they fit.
    pub written: Option<f64>,
}

impl<'a> HeatLayout<'a> {
    pub(super) fn new(map: &'a HeatMap) -> HeatLayout<'a> {
        let places: Vec<Place> = map
            .panels
            .iter()
            .flat_map(|panel| map.places(panel))
            .flatten()
            .collect();
        let values: Vec<f64> = places.iter().filter_map(|place| place.value()).collect();
        let mut legend = map_frame::legend(&places, &map.missing, &map.absent);
        let marked = map.panels.iter().any(|panel| map.mark(panel).is_some());
        if marked && !map.mark_note.is_empty() {
            legend.push(&map.mark_note, Swatch::Outline);
        }
        let row_names = row_names(&map.rows);
        let left = MARGIN + widest(&row_names) + 10.0;
        let gap = 26.0;
        let (columns, rows) = (map.columns.len() as f64, map.rows.len() as f64);
        let room = WIDTH - left - MARGIN - 6.0;
        let width = |n: usize| ((room - gap * (n - 1) as f64) / n as f64).min(columns * 150.0);
        let panel_columns = panel_columns(map, |n| width(n) / columns);
        let width = width(panel_columns);
        let tallest = match map.panels.len() > panel_columns {
            true => 300.0,
            false => 440.0,
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
        HeatLayout {
            frame: MapFrame::new(
                words,
                map.value.range(values.iter().copied()),
                legend,
                &panels,
            ),
            column_ticks,
            row_ticks: row_ticks
                .into_iter()
                .map(|row| (row, row_names[row].clone()))
                .collect(),
            has_missing: places.contains(&Place::Missing),
            is_empty: values.is_empty(),
            written: written(map, &values, width / columns, height / rows),
        }
    }

    /// The rectangle of a cell.
    pub(super) fn cell(&self, map: &HeatMap, plot: Rect, row: usize, column: usize) -> Rect {
        let [x0, x1] = [column, column + 1]
            .map(|i| plot.x0 + plot.width() * i as f64 / map.columns.len() as f64);
        let [y0, y1] =
            [row + 1, row].map(|i| plot.y1 - plot.height() * i as f64 / map.rows.len() as f64);
        Rect::new(x0, y0, x1, y1)
    }
}

/// How many panels stand side by side: several, unless the names of columns `cell(panels side by side)` pixels apart would then be
/// left out or shortened, and fewer would help.
fn panel_columns(map: &HeatMap, cell: impl Fn(usize) -> f64) -> usize {
    let most = [1, 1, 2, 3, 2].get(map.panels.len()).copied().unwrap_or(3);
    let ranks = (1..=most).map(|n| (categories::legibility(&map.columns, cell(n)), n));
    // The most panels of the most legible.
    ranks.max().map_or(most, |(_, n)| n)
}

/// The names of rows, shortened where they are too wide.
fn row_names(names: &[String]) -> Vec<String> {
    let told_apart = categories::told_apart(names, |name| LABEL_FONT.width(name) <= WIDEST_ROW);
    told_apart
        .iter()
        .map(|name| LABEL_FONT.shorten(name, WIDEST_ROW))
        .collect()
}

/// The largest font size at which every value fits its cell.
fn written(map: &HeatMap, values: &[f64], width: f64, height: f64) -> Option<f64> {
    if map.columns.len() > WRITTEN || map.rows.len() > WRITTEN {
        return None;
    }
    let values: Vec<String> = values
        .iter()
        .map(|v| map.value.quantity.value(*v))
        .collect();
    [15.0, 14.0, 13.0, 12.0, 11.0].into_iter().find(|&size| {
        let font = Font::regular(size, Paint::Ink);
        let mut widths = values.iter().map(|value| font.width(value));
        1.3 * size <= height && widths.all(|value| value + 5.0 <= width)
    })
}
