//! Where the parts of a heat map go: cells as large as they may be, ticks thinned to round values.

use super::canvas::Rect;
use super::categories;
use super::frame::{MARGIN, PANEL_FONT, SIZE, WIDTH, fitting, widest};
use super::heat::HeatMap;
use super::legend::{Legend, Swatch};
use super::scale::Range;
use super::text::{self, Weight};
use super::tick_labels::Tick;
use super::ticks;

/// Largest number of columns, and of rows, whose cells carry their value.
const WRITTEN: usize = 14;
/// Widest name of a row [pixels].
const WIDEST_ROW: f64 = 280.0;
const BAR_WIDTH: f64 = 360.0;
const BAR_HEIGHT: f64 = 16.0;

/// Geometry of a heat map.
pub(super) struct Layout {
    pub height: f64,
    /// Colour bar; the legend stands to its right.
    pub bar: Rect,
    pub bar_ticks: Vec<Tick>,
    pub bar_label_baseline: f64,
    pub legend: Legend,
    pub y_label_baseline: f64,
    pub x_label_baseline: f64,
    pub plots: Vec<Rect>,
    pub panel_columns: usize,
    pub value: Range,
    /// Columns and rows with a tick label.
    pub column_ticks: Vec<(usize, Vec<String>)>,
    pub row_ticks: Vec<(usize, String)>,
    /// Font size of the values in the cells, if they fit.
    pub written: Option<f64>,
}

impl Layout {
    pub fn new(map: &HeatMap) -> Layout {
        let value = map.value.range(map.values());
        let mut legend = Legend::new(MARGIN + BAR_WIDTH + 46.0);
        if map.has_missing() && !map.missing.is_empty() {
            legend.push(&map.missing, Swatch::Hatch);
        }
        if map.has_absent() && !map.absent.is_empty() {
            legend.push(&map.absent, Swatch::Blank);
        }
        if map.has_mark() && !map.mark_note.is_empty() {
            legend.push(&map.mark_note, Swatch::Outline);
        }
        let bar_label_baseline = map.heading.bottom() + SIZE + 4.0;
        let bar_top = bar_label_baseline + 8.0;
        let bar = Rect::new(MARGIN, bar_top, MARGIN + BAR_WIDTH, bar_top + BAR_HEIGHT);
        let bar_ticks = fitting(BAR_WIDTH, value, |max| {
            ticks::inside(value, map.value.quantity, max)
        });
        let legend_bottom = bar_top - 3.0 + legend.height();
        let y_label_baseline = (bar.y1 + 10.0 + 1.15 * SIZE).max(legend_bottom) + SIZE + 12.0;

        let titled = if map.panels.iter().any(|p| !p.title.is_empty()) {
            PANEL_FONT.size + 12.0
        } else {
            0.0
        };
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
        let panel_rows = map.panels.len().div_ceil(panel_columns);
        let width = width(panel_columns);
        let tallest = if panel_rows > 1 { 300.0 } else { 440.0 };
        let cell = (width / columns).clamp(24.0, 44.0);
        let height = (rows * cell).clamp(44.0, tallest);

        let column_ticks = categories::columns(&map.columns, width / columns);
        let row_ticks = categories::spaced(&map.rows, height / rows, |_| 1.25 * SIZE);
        let row_ticks = row_ticks
            .into_iter()
            .map(|row| (row, row_names[row].clone()))
            .collect();
        let tick_lines = column_ticks
            .iter()
            .map(|(_, lines)| lines.len())
            .max()
            .unwrap_or(1);
        let top = y_label_baseline + 11.0;
        let row_height = titled + height + 17.0 + 1.15 * SIZE * tick_lines as f64;
        let plots: Vec<Rect> = (0..map.panels.len())
            .map(|i| {
                let x0 = left + (i % panel_columns) as f64 * (width + gap);
                let y0 = top + (i / panel_columns) as f64 * row_height + titled;
                Rect::new(x0, y0, x0 + width, y0 + height)
            })
            .collect();
        let x_label_baseline = top + panel_rows as f64 * row_height + SIZE - 2.0;
        Layout {
            height: x_label_baseline + 14.0,
            bar,
            bar_ticks,
            bar_label_baseline,
            legend,
            y_label_baseline,
            x_label_baseline,
            plots,
            panel_columns,
            value,
            column_ticks,
            row_ticks,
            written: written(map, width / columns, height / rows),
        }
    }

    /// The rectangle of a cell.
    pub fn cell(&self, map: &HeatMap, plot: Rect, row: usize, column: usize) -> Rect {
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
