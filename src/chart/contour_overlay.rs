//! What is laid over a map: the part that something excludes is faded, and lines say what excludes it from where on.

use super::canvas::{Canvas, Rect};
use super::colour::{self, Colour, INK, WHITE};
use super::contour::ContourPanel;
use super::contour_cells::Cells;
use super::iso::Field;
use super::legend::{Legend, Swatch};

/// How much of a faded part is covered.
const FADING: f64 = 0.62;
const BORDER_WIDTH: f64 = 2.6;
/// Dashes of the borders: where several lie in one place, each is seen between the dashes of the later ones.
const DASHES: [Option<(f64, f64)>; 5] = [
    None,
    Some((12.0, 8.0)),
    Some((7.0, 7.0)),
    Some((4.0, 6.0)),
    Some((2.0, 6.0)),
];

/// The colour of the `i`-th border: those of series that are seen on the colours of a map.
fn border_colour(i: usize) -> Colour {
    colour::series([1, 3, 6, 0, 4][i % 5])
}

/// Adds what the overlays of panels show.
pub(super) fn explain(panels: &[ContourPanel], legend: &mut Legend) {
    let Some(overlay) = panels
        .iter()
        .map(|panel| &panel.overlay)
        .find(|overlay| !overlay.borders.is_empty())
    else {
        return;
    };
    for (i, region) in overlay.borders.iter().enumerate() {
        legend.push(
            &region.name,
            Swatch::Line {
                colour: border_colour(i),
                dash: DASHES[i % DASHES.len()],
            },
        );
    }
    if !overlay.faded_note.is_empty() {
        legend.push(&overlay.faded_note, Swatch::Faded);
    }
}

/// Draws the faded part and the borders over the shades of a panel.
pub(super) fn paint(canvas: &mut Canvas, panel: &ContourPanel, field: &Field, plot: Rect) {
    let cells = Cells::new(field, plot);
    for rect in cells.rects(&panel.overlay.faded) {
        canvas.fill_translucent(rect, WHITE, FADING);
    }
    let borders: Vec<Vec<Vec<(f64, f64)>>> = panel
        .overlay
        .borders
        .iter()
        .map(|region| cells.border(&region.inside))
        .collect();
    borders
        .iter()
        .flatten()
        .for_each(|path| canvas.line(path, WHITE, BORDER_WIDTH + 2.2));
    for (i, paths) in borders.iter().enumerate() {
        for path in paths {
            match DASHES[i % DASHES.len()] {
                None => canvas.line(path, border_colour(i), BORDER_WIDTH),
                Some(dash) => canvas.dashed(path, border_colour(i), BORDER_WIDTH, dash),
            }
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
            canvas.fill(cell, colour::heat(*value));
            canvas.outline(cell, WHITE, 1.0);
        }
    }
}

/// A square frame, for a second marked place.
pub(super) fn paint_other(canvas: &mut Canvas, (x, y): (f64, f64)) {
    let square = Rect::new(x, y, x, y).grown(6.0);
    canvas.outline(square, WHITE, 6.0);
    canvas.outline(square, INK, 2.6);
}
