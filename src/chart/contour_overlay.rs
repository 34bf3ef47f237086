//! What is laid over a map: the part that something excludes is faded, and lines say what excludes it from where on.

use super::canvas::{Canvas, Rect};
use super::colour::{self, Colour, INK, WHITE};
use super::contour::{ContourPanel, Region};
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
        .map(|region| cells.border(region))
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
            let cell = Rect::new(
                cells.xs[column],
                cells.ys[row + 1],
                cells.xs[column + 1],
                cells.ys[row],
            );
            canvas.fill(cell, colour::heat(*value));
            canvas.outline(cell, WHITE, 1.0);
        }
    }
}

/// A square frame: another place than the marked one.
pub(super) fn paint_other(canvas: &mut Canvas, (x, y): (f64, f64)) {
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
            std::iter::once(first)
                .chain(middle)
                .chain([last])
                .collect::<Vec<f64>>()
        };
        Cells {
            xs: between(&field.xs, plot.x0, plot.x1),
            ys: between(&field.ys, plot.y1, plot.y0),
        }
    }

    /// Rectangles over the cells that are set: runs of columns that go on for as many rows as they can.
    fn rects(&self, set: &[Vec<bool>]) -> Vec<Rect> {
        let mut rects = Vec::new();
        let mut open: Vec<((usize, usize), usize)> = Vec::new();
        for row in 0..=set.len() {
            let runs = set
                .get(row)
                .map_or_else(Vec::new, |cells| runs(cells.len(), |column| cells[column]));
            open.retain(|((from, to), first)| {
                let goes_on = runs.contains(&(*from, *to));
                if !goes_on {
                    rects.push(Rect::new(
                        self.xs[*from],
                        self.ys[row],
                        self.xs[to + 1],
                        self.ys[*first],
                    ));
                }
                goes_on
            });
            let known: Vec<(usize, usize)> = open.iter().map(|(run, _)| *run).collect();
            open.extend(
                runs.into_iter()
                    .filter(|run| !known.contains(run))
                    .map(|run| (run, row)),
            );
        }
        rects
    }

    /// The sides between cells inside and outside of a region, joined where they lie in one line.
    fn border(&self, region: &Region) -> Vec<Vec<(f64, f64)>> {
        let inside = |row: usize, column: usize| region.inside[row][column];
        let (rows, columns) = (
            region.inside.len(),
            region.inside.first().map_or(0, Vec::len),
        );
        let mut paths = Vec::new();
        for row in 1..rows {
            for (from, to) in runs(columns, |column| {
                inside(row, column) != inside(row - 1, column)
            }) {
                paths.push(vec![
                    (self.xs[from], self.ys[row]),
                    (self.xs[to + 1], self.ys[row]),
                ]);
            }
        }
        for column in 1..columns {
            for (from, to) in runs(rows, |row| inside(row, column) != inside(row, column - 1)) {
                paths.push(vec![
                    (self.xs[column], self.ys[from]),
                    (self.xs[column], self.ys[to + 1]),
                ]);
            }
        }
        paths
    }
}

/// Runs of what is set, first and last.
fn runs(n: usize, set: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in (0..n).filter(|at| set(*at)) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == at => *last = at,
            _ => runs.push((at, at)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Cells {
        let field = Field {
            xs: vec![0.0, 10.0, 20.0],
            ys: vec![20.0, 10.0, 0.0],
            values: Vec::new(),
        };
        Cells::new(&field, Rect::new(0.0, 0.0, 20.0, 20.0))
    }

    #[test]
    fn every_set_cell_is_covered_once() {
        let set = [
            [true, true, false],
            [true, true, false],
            [false, true, true],
        ]
        .map(Vec::from)
        .to_vec();
        let area: f64 = cells()
            .rects(&set)
            .iter()
            .map(|rect| rect.width() * rect.height())
            .sum();
        // Cells at the edges are half as wide: 5, 10, 5.
        assert_eq!(area, (15.0 * 5.0) + (15.0 * 10.0) + (15.0 * 5.0));
    }

    #[test]
    fn a_border_runs_between_inside_and_outside() {
        let inside = [
            [true, false, false],
            [true, false, false],
            [true, true, false],
        ]
        .map(Vec::from)
        .to_vec();
        let region = Region {
            name: String::new(),
            inside,
        };
        let paths = cells().border(&region);
        let length: f64 = paths
            .iter()
            .map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs())
            .sum();
        // Upright by two lower rows (15) and the upper one (5); level over the middle column (10).
        assert_eq!(length, 30.0);
        let nothing = Region {
            name: String::new(),
            inside: vec![vec![true; 3]; 3],
        };
        assert!(cells().border(&nothing).is_empty());
    }
}
