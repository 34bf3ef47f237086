//! What is laid over a map: the part that something excludes is faded, and lines say what excludes it from where on.

use super::canvas::{Canvas, Rect};
use super::contour::ContourPanel;
use super::contour_cells::Cells;
use super::iso::Field;
use super::legend::{Legend, Swatch};
use super::paint::Paint;

/// How much of a faded part is covered.
const FADING: f64 = 0.62;
const BORDER_WIDTH: f64 = 2.6;
/// The tinted strip on the outer side of a border [pixels], and how much of it is covered.
const STRIP: f64 = 7.0;
const TINT: f64 = 0.5;
/// Dashes of the borders: where several lie in one place, each is seen between the dashes of the later ones.
const DASHES: [Option<(f64, f64)>; 5] = [
    None,
    Some((12.0, 8.0)),
    Some((7.0, 7.0)),
    Some((4.0, 6.0)),
    Some((2.0, 6.0)),
];

/// The colour of the `i`-th border: those of series that are seen on the colours of a map.
fn border_colour(i: usize) -> Paint {
    Paint::series([1, 3, 6, 0, 4][i % 5])
}

/// Adds what the overlays of panels show.
pub(super) fn explain(panels: &[ContourPanel], legend: &mut Legend) {
    let mut overlays = panels.iter().map(|panel| &panel.overlay);
    let Some(overlay) = overlays.find(|overlay| !overlay.borders.is_empty()) else {
        return;
    };
    for (i, region) in overlay.borders.iter().enumerate() {
        let line = Swatch::Border(border_colour(i), DASHES[i % DASHES.len()]);
        legend.push(&region.name, line);
    }
    if !overlay.faded_note.is_empty() {
        legend.push(&overlay.faded_note, Swatch::Faded);
    }
}

/// Draws the faded part and the borders over the shades of a panel.
pub(super) fn paint(canvas: &mut Canvas, panel: &ContourPanel, field: &Field, plot: Rect) {
    let cells = Cells::new(field, plot);
    for rect in cells.rects(&panel.overlay.faded) {
        canvas.fill_translucent(rect, Paint::Ground, FADING);
    }
    for (i, region) in panel.overlay.borders.iter().enumerate() {
        for strip in cells.outside(&region.inside, STRIP) {
            canvas.fill_translucent(strip, border_colour(i), TINT);
        }
    }
    let borders = panel.overlay.borders.iter();
    let borders = borders.map(|region| cells.border(&region.inside));
    let borders: Vec<Vec<Vec<(f64, f64)>>> = borders.collect();
    for path in borders.iter().flatten() {
        canvas.line(path, Paint::Ground, BORDER_WIDTH + 2.2);
    }
    for (i, paths) in borders.iter().enumerate() {
        for path in paths {
            let dash = DASHES[i % DASHES.len()];
            canvas.stroke(path, border_colour(i), BORDER_WIDTH, dash);
        }
    }
}

/// A cell of one colour around each node that has a value, set apart by white lines.
pub(super) fn paint_cells(canvas: &mut Canvas, field: &Field, plot: Rect) {
    let cells = Cells::new(field, plot);
    for (row, values) in field.values.iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let cell = cells.rect((row, row), (column, column));
            canvas.fill(cell, Paint::heat(*value));
            canvas.outline(cell, Paint::Ground, 1.0);
        }
    }
}
