//! Draws a heat map once its layout is known.

use super::canvas::{Canvas, Rect};
use super::frame::{MIDDLE, panel_title, x_axis, y_axis};
use super::heat::{HeatMap, HeatPanel};
use super::heat_layout::HeatLayout;
use super::legend::{blank, hatch, outline_mark};
use super::map_frame::Place;
use super::paint::Paint;
use super::picture::Picture;
use super::text::{Anchor, Font};

/// Cells from this size on are set apart by white lines [pixels].
const SEPARATED: f64 = 14.0;
/// A marked cell's outline is at least this large, so that it does not hide the cell.
const SMALLEST_MARK: f64 = 12.0;

impl HeatMap {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if self.panels.is_empty() || self.columns.is_empty() || self.rows.is_empty() {
            return self.heading.nothing_to_show();
        }
        let layout = &HeatLayout::new(self);
        let drawn = layout
            .frame
            .draw(!layout.is_empty, |canvas, panel, plot, first| {
                let panel = &self.panels[panel];
                let drawing = Drawing {
                    map: self,
                    layout,
                    panel,
                    places: self.places(panel),
                    plot,
                };
                drawing.paint(canvas, first);
            });
        drawn.told(&self.described(), self.tables())
    }
}

/// A panel and its place.
struct Drawing<'a> {
    map: &'a HeatMap,
    layout: &'a HeatLayout<'a>,
    panel: &'a HeatPanel,
    places: Vec<Vec<Place>>,
    plot: Rect,
}

impl Drawing<'_> {
    fn paint(&self, canvas: &mut Canvas, first: bool) {
        let plot = self.plot;
        panel_title(canvas, &self.panel.title, plot);
        if self.layout.has_missing {
            hatch(canvas, plot);
        }
        for row in 0..self.places.len() {
            self.paint_row(canvas, row);
        }
        self.separate(canvas);
        self.paint_absent(canvas);
        self.write_values(canvas);
        let columns = self.layout.column_ticks.iter();
        let columns =
            columns.map(|(column, lines)| (self.cell(0, *column).middle().0, lines.as_slice()));
        x_axis(canvas, plot, columns, false, true);
        let rows = self.layout.row_ticks.iter();
        let rows =
            rows.map(|(row, name)| (self.cell(*row, 0).middle().1, std::slice::from_ref(name)));
        y_axis(canvas, plot, rows, false, first);
        if let Some((row, column)) = self.map.mark(self.panel) {
            let cell = self.cell(row, column);
            let [dx, dy] =
                [cell.width(), cell.height()].map(|size| ((SMALLEST_MARK - size) / 2.0).max(0.0));
            let mark = Rect::new(cell.x0 - dx, cell.y0 - dy, cell.x1 + dx, cell.y1 + dy);
            outline_mark(canvas, mark);
        }
    }

    fn cell(&self, row: usize, column: usize) -> Rect {
        self.layout.cell(self.map, self.plot, row, column)
    }

    /// Every cell, with what is known there.
    fn cells(&self) -> impl Iterator<Item = (Rect, Place)> {
        self.places
            .iter()
            .enumerate()
            .flat_map(move |(row, places)| {
                let places = places.iter().enumerate();
                places.map(move |(column, place)| (self.cell(row, column), *place))
            })
    }

    fn shade(&self, value: f64) -> Paint {
        Paint::heat(self.layout.frame.value.position(value))
    }

    /// Neighbours of one colour share a rectangle.
    fn paint_row(&self, canvas: &mut Canvas, row: usize) {
        let shades: Vec<Option<Paint>> = self.places[row]
            .iter()
            .map(|place| place.value().map(|value| self.shade(value)))
            .collect();
        let mut column = 0;
        for same in shades.chunk_by(|a, b| a == b) {
            if let Some(colour) = same[0] {
                let first = self.cell(row, column);
                let last = self.cell(row, column + same.len() - 1);
                // A third of a pixel into the cells drawn next: no seam shows between them.
                let x1 = (last.x1 + 0.34).min(self.plot.x1);
                let y0 = (first.y0 - 0.34).max(self.plot.y0);
                canvas.fill(Rect { x1, y0, ..first }, colour);
            }
            column += same.len();
        }
    }

    /// Cells without a value, blank in thin frames.
    fn paint_absent(&self, canvas: &mut Canvas) {
        for (cell, _) in self.cells().filter(|(_, place)| *place == Place::Absent) {
            let frame = (cell.width().min(cell.height()) / 8.0).min(1.0);
            blank(canvas, cell.grown(-frame));
        }
    }

    fn separate(&self, canvas: &mut Canvas) {
        let (cell, plot) = (self.cell(0, 0), self.plot);
        if cell.width() >= SEPARATED && cell.height() >= SEPARATED {
            for column in 1..self.map.columns.len() {
                let x = self.cell(0, column).x0;
                canvas.line(&[(x, plot.y0), (x, plot.y1)], Paint::Ground, 1.3);
            }
            for row in 1..self.map.rows.len() {
                let y = self.cell(row, 0).y1;
                canvas.line(&[(plot.x0, y), (plot.x1, y)], Paint::Ground, 1.3);
            }
        }
    }

    fn write_values(&self, canvas: &mut Canvas) {
        let Some(size) = self.layout.written else {
            return;
        };
        for (cell, place) in self.cells() {
            let Some(value) = place.value() else { continue };
            let font = Font::regular(size, self.shade(value).over());
            let (x, y) = cell.middle();
            let text = self.map.value.quantity.value(value);
            canvas.text(&text, (x, y + MIDDLE * size), Anchor::Middle, font);
        }
    }
}
