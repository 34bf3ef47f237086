//! Draws a heat map once its layout is known.

use super::canvas::{Canvas, Rect};
use super::colour::{self, Colour, WHITE};
use super::frame::{MIDDLE, panel_title, row_ticks, x_axis};
use super::heat::{HeatMap, HeatPanel};
use super::heat_layout::Layout;
use super::legend::{blank, hatch, outline_mark};
use super::picture::Picture;
use super::text::{Anchor, Font, Weight};

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
        let layout = Layout::new(self);
        let shown = self.values().next().is_some();
        layout.frame.draw(shown, |canvas, panel, plot, first| {
            paint_panel(canvas, self, &layout, &self.panels[panel], plot, first);
        })
    }
}

fn paint_panel(
    canvas: &mut Canvas,
    map: &HeatMap,
    layout: &Layout,
    panel: &HeatPanel,
    plot: Rect,
    first: bool,
) {
    panel_title(canvas, &panel.title, plot);
    if map.has_missing() {
        hatch(canvas, plot);
    }
    for row in 0..map.rows.len() {
        paint_row(canvas, map, layout, panel, plot, row);
    }
    separate(canvas, map, layout, plot);
    paint_absent(canvas, map, layout, panel, plot);
    write_values(canvas, map, layout, panel, plot);
    label_cells(canvas, map, layout, plot, first);
    if let Some((row, column)) = panel
        .marked
        .filter(|&(r, c)| r < map.rows.len() && c < map.columns.len())
    {
        let cell = layout.cell(map, plot, row, column);
        let grow = |size: f64| ((SMALLEST_MARK - size) / 2.0).max(0.0);
        let (dx, dy) = (grow(cell.width()), grow(cell.height()));
        outline_mark(
            canvas,
            Rect::new(cell.x0 - dx, cell.y0 - dy, cell.x1 + dx, cell.y1 + dy),
        );
    }
}

/// Neighbours of one colour share a rectangle.
fn paint_row(
    canvas: &mut Canvas,
    map: &HeatMap,
    layout: &Layout,
    panel: &HeatPanel,
    plot: Rect,
    row: usize,
) {
    let shade = |column: usize| {
        map.cell(panel, row, column)
            .map(|v| colour::heat(layout.frame.value.position(v)))
    };
    let mut column = 0;
    while column < map.columns.len() {
        let colour: Option<Colour> = shade(column);
        let end = (column + 1..map.columns.len())
            .find(|&c| shade(c) != colour)
            .unwrap_or(map.columns.len());
        if let Some(colour) = colour {
            let first = layout.cell(map, plot, row, column);
            let last = layout.cell(map, plot, row, end - 1);
            // A third of a pixel into the cells drawn next: no seam shows between them.
            let (x1, y0) = (
                (last.x1 + 0.34).min(plot.x1),
                (first.y0 - 0.34).max(plot.y0),
            );
            canvas.fill(Rect { x1, y0, ..first }, colour);
        }
        column = end;
    }
}

/// Cells without a value, blank in thin frames.
fn paint_absent(
    canvas: &mut Canvas,
    map: &HeatMap,
    layout: &Layout,
    panel: &HeatPanel,
    plot: Rect,
) {
    for row in 0..map.rows.len() {
        for column in (0..map.columns.len()).filter(|column| map.is_absent(panel, row, *column)) {
            let cell = layout.cell(map, plot, row, column);
            let frame = (cell.width().min(cell.height()) / 8.0).min(1.0);
            blank(canvas, cell.grown(-frame));
        }
    }
}

fn separate(canvas: &mut Canvas, map: &HeatMap, layout: &Layout, plot: Rect) {
    let cell = layout.cell(map, plot, 0, 0);
    if cell.width() >= SEPARATED && cell.height() >= SEPARATED {
        for column in 1..map.columns.len() {
            let x = layout.cell(map, plot, 0, column).x0;
            canvas.line(&[(x, plot.y0), (x, plot.y1)], WHITE, 1.3);
        }
        for row in 1..map.rows.len() {
            let y = layout.cell(map, plot, row, 0).y1;
            canvas.line(&[(plot.x0, y), (plot.x1, y)], WHITE, 1.3);
        }
    }
}

fn write_values(
    canvas: &mut Canvas,
    map: &HeatMap,
    layout: &Layout,
    panel: &HeatPanel,
    plot: Rect,
) {
    let Some(size) = layout.written else { return };
    for row in 0..map.rows.len() {
        for column in 0..map.columns.len() {
            let Some(value) = map.cell(panel, row, column) else {
                continue;
            };
            let cell = layout.cell(map, plot, row, column);
            let ground = colour::heat(layout.frame.value.position(value));
            let font = Font {
                size,
                weight: Weight::Regular,
                colour: colour::contrasting(ground),
            };
            let at = (
                (cell.x0 + cell.x1) / 2.0,
                (cell.y0 + cell.y1) / 2.0 + MIDDLE * size,
            );
            canvas.text(&map.value.quantity.value(value), at, Anchor::Middle, font);
        }
    }
}

fn label_cells(canvas: &mut Canvas, map: &HeatMap, layout: &Layout, plot: Rect, first: bool) {
    let columns = layout.column_ticks.iter().map(|(column, lines)| {
        let cell = layout.cell(map, plot, 0, *column);
        ((cell.x0 + cell.x1) / 2.0, lines.clone())
    });
    x_axis(canvas, plot, &columns.collect::<Vec<_>>(), false, true);
    let rows = layout.row_ticks.iter().map(|(row, name)| {
        let cell = layout.cell(map, plot, *row, 0);
        ((cell.y0 + cell.y1) / 2.0, vec![name.clone()])
    });
    row_ticks(canvas, plot, &rows.collect::<Vec<_>>(), first);
}
