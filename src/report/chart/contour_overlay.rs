//! What is laid over a map: the part that something excludes is faded, and lines say what excludes it from where on.

use super::canvas::{Canvas, Rect};
use super::colour::{self, Colour, INK, WHITE};
use super::contour::{ContourPanel, Region};
use super::contour_layout::Layout;
use super::iso::Field;
use super::legend::{Legend, Swatch};

/// How much of a faded part is covered.
const FADING: f64 = 0.62;
const BORDER_WIDTH: f64 = 2.6;
/// Between a border and the nodes it parts, so that borders in one place lie beside each other [pixels].
const APART: f64 = 2.6;

/// The colour of the `i`-th border: those of series that are seen on the colours of a map.
fn border_colour(i: usize) -> Colour {
    colour::series([1, 3, 6, 0, 4][i % 5])
}

/// Adds what the overlays of panels show.
pub(super) fn explain(panels: &[ContourPanel], legend: &mut Legend) {
    let Some(overlay) = panels.iter().map(|panel| &panel.overlay).find(|overlay| !overlay.borders.is_empty()) else { return };
    for (i, region) in overlay.borders.iter().enumerate() {
        legend.push(&region.name, Swatch::Line { colour: border_colour(i), dash: None });
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
    for (i, region) in panel.overlay.borders.iter().enumerate() {
        for path in cells.border(region, APART * i as f64) {
            canvas.line(&path, WHITE, BORDER_WIDTH + 2.2);
            canvas.line(&path, border_colour(i), BORDER_WIDTH);
        }
    }
}

/// A square frame: another place than the marked one.
pub(super) fn paint_other(canvas: &mut Canvas, layout: &Layout, plot: Rect, at: (f64, f64)) {
    let (x, y) = layout.place(plot, at.0, at.1);
    let square = Rect::new(x, y, x, y).grown(6.0);
    canvas.outline(square, WHITE, 6.0);
    canvas.outline(square, INK, 2.6);
}

/// The cells around the nodes of a map, half-way to their neighbours.
struct Cells {
    /// Between the nodes, from edge to edge of the plot.
    xs: Vec<f64>,
    ys: Vec<f64>,
}

impl Cells {
    fn new(field: &Field, plot: Rect) -> Cells {
        let between = |places: &[f64], first: f64, last: f64| {
            let middle = places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
            std::iter::once(first).chain(middle).chain([last]).collect::<Vec<f64>>()
        };
        Cells { xs: between(&field.xs, plot.x0, plot.x1), ys: between(&field.ys, plot.y1, plot.y0) }
    }

    /// Rectangles over the cells that are set: runs of columns that go on for as many rows as they can.
    fn rects(&self, set: &[Vec<bool>]) -> Vec<Rect> {
        let mut rects = Vec::new();
        let mut open: Vec<((usize, usize), usize)> = Vec::new();
        for row in 0..=set.len() {
            let runs = set.get(row).map_or_else(Vec::new, |cells| runs(cells));
            open.retain(|((from, to), first)| {
                let goes_on = runs.contains(&(*from, *to));
                if !goes_on {
                    rects.push(Rect::new(self.xs[*from], self.ys[row], self.xs[to + 1], self.ys[*first]));
                }
                goes_on
            });
            let known: Vec<(usize, usize)> = open.iter().map(|(run, _)| *run).collect();
            open.extend(runs.into_iter().filter(|run| !known.contains(run)).map(|run| (run, row)));
        }
        rects
    }

    /// The sides between cells inside and outside of a region, moved by `shift` to the inside, and joined where they lie in one line.
    fn border(&self, region: &Region, shift: f64) -> Vec<Vec<(f64, f64)>> {
        let inside = |row: usize, column: usize| region.inside[row][column];
        let (rows, columns) = (region.inside.len(), region.inside.first().map_or(0, Vec::len));
        let mut paths = Vec::new();
        for row in 1..rows {
            let side = |column: usize| (inside(row, column) != inside(row - 1, column)).then(|| inside(row, column));
            for (from, to, above) in sides(columns, side) {
                let y = self.ys[row] + if above { -shift } else { shift };
                paths.push(vec![(self.xs[from], y), (self.xs[to + 1], y)]);
            }
        }
        for column in 1..columns {
            let side = |row: usize| (inside(row, column) != inside(row, column - 1)).then(|| inside(row, column));
            for (from, to, right) in sides(rows, side) {
                let x = self.xs[column] + if right { shift } else { -shift };
                paths.push(vec![(x, self.ys[from]), (x, self.ys[to + 1])]);
            }
        }
        paths
    }
}

/// Runs of what is set, first and last.
fn runs(cells: &[bool]) -> Vec<(usize, usize)> {
    sides(cells.len(), |at| cells[at].then_some(true)).into_iter().map(|(from, to, _)| (from, to)).collect()
}

/// Runs of places with a side of one kind: first, last, and the kind.
fn sides(n: usize, side: impl Fn(usize) -> Option<bool>) -> Vec<(usize, usize, bool)> {
    let mut runs: Vec<(usize, usize, bool)> = Vec::new();
    for at in 0..n {
        let Some(kind) = side(at) else { continue };
        match runs.last_mut() {
            Some((_, last, same)) if *last + 1 == at && *same == kind => *last = at,
            _ => runs.push((at, at, kind)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Cells {
        let field = Field { xs: vec![0.0, 10.0, 20.0], ys: vec![20.0, 10.0, 0.0], values: Vec::new() };
        Cells::new(&field, Rect::new(0.0, 0.0, 20.0, 20.0))
    }

    #[test]
    fn every_set_cell_is_covered_once() {
        let set = [[true, true, false], [true, true, false], [false, true, true]].map(Vec::from).to_vec();
        let area: f64 = cells().rects(&set).iter().map(|rect| rect.width() * rect.height()).sum();
        // Cells at the edges are half as wide: 5, 10, 5.
        assert_eq!(area, (15.0 * 5.0) + (15.0 * 10.0) + (15.0 * 5.0));
    }

    #[test]
    fn a_border_runs_between_inside_and_outside() {
        let inside = [[true, false, false], [true, false, false], [true, true, false]].map(Vec::from).to_vec();
        let region = Region { name: String::new(), inside };
        let length = |shift: f64| -> f64 {
            let paths = cells().border(&region, shift);
            paths.iter().map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs()).sum()
        };
        // Upright by two lower rows (15) and the upper one (5); level over the middle column (10).
        assert_eq!(length(0.0), 30.0);
        let nothing = Region { name: String::new(), inside: vec![vec![true; 3]; 3] };
        assert!(cells().border(&nothing, 0.0).is_empty());
    }
}
