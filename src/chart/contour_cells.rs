//! The cells around the nodes of a map, and rectangles and borders over some of them.

use super::canvas::Rect;
use super::iso::Field;

/// The cells around the nodes of a map, half-way to their neighbours.
pub(super) struct Cells {
    /// Between the nodes, from edge to edge.
    xs: Vec<f64>,
    ys: Vec<f64>,
}

impl Cells {
    /// Cells that fill `area`.
    pub(super) fn new(field: &Field, area: Rect) -> Cells {
        Cells {
            xs: edges(&field.xs, area.x0, area.x1),
            ys: edges(&field.ys, area.y1, area.y0),
        }
    }

    /// The rectangle over the cells from one row and column to another.
    pub(super) fn rect(&self, rows: (usize, usize), columns: (usize, usize)) -> Rect {
        Rect::new(
            self.xs[columns.0],
            self.ys[rows.1 + 1],
            self.xs[columns.1 + 1],
            self.ys[rows.0],
        )
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.xs.len() - 1
    }

    /// Row and column of the cell at a point.
    pub(super) fn at(&self, x: f64, y: f64) -> (usize, usize) {
        let column = self.xs[1..].partition_point(|edge| *edge < x);
        // Rows go up the sheet, where y falls.
        let row = self.ys[1..].partition_point(|edge| *edge > y);
        (row.min(self.ys.len() - 2), column.min(self.xs.len() - 2))
    }

    /// Rectangles over the cells that are set: runs of columns that go on for as many rows as they can.
    pub(super) fn rects(&self, set: &[Vec<bool>]) -> Vec<Rect> {
        let mut rects = Vec::new();
        let mut open: Vec<((usize, usize), usize)> = Vec::new();
        for row in 0..=set.len() {
            let runs = set
                .get(row)
                .map_or_else(Vec::new, |cells| runs(cells.len(), |column| cells[column]));
            open.retain(|((from, to), first)| {
                let goes_on = runs.contains(&(*from, *to));
                if !goes_on {
                    rects.push(self.rect((*first, row - 1), (*from, *to)));
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
    pub(super) fn border(&self, region: &[Vec<bool>]) -> Vec<Vec<(f64, f64)>> {
        let (rows, columns) = (region.len(), region.first().map_or(0, Vec::len));
        let mut paths = Vec::new();
        for row in 1..rows {
            let (above, below, y) = (&region[row], &region[row - 1], self.ys[row]);
            for (from, to) in runs(columns, |column| above[column] != below[column]) {
                paths.push(vec![(self.xs[from], y), (self.xs[to + 1], y)]);
            }
        }
        for column in 1..columns {
            let x = self.xs[column];
            for (from, to) in runs(rows, |row| region[row][column] != region[row][column - 1]) {
                paths.push(vec![(x, self.ys[from]), (x, self.ys[to + 1])]);
            }
        }
        paths
    }
}

impl Cells {
    /// Strips of a width along the border of a region, on its outer side.
    pub(super) fn outside(&self, region: &[Vec<bool>], width: f64) -> Vec<Rect> {
        let (rows, columns) = (region.len(), region.first().map_or(0, Vec::len));
        let mut strips = Vec::new();
        for row in 1..rows {
            let (above, below, y) = (&region[row], &region[row - 1], self.ys[row]);
            for (inner, outer, y0) in [(above, below, y), (below, above, y - width)] {
                for (from, to) in runs(columns, |column| inner[column] && !outer[column]) {
                    strips.push(Rect::new(self.xs[from], y0, self.xs[to + 1], y0 + width));
                }
            }
        }
        for column in 1..columns {
            let (before, x) = (column - 1, self.xs[column]);
            for (inner, outer, x0) in [(column, before, x - width), (before, column, x)] {
                for (from, to) in runs(rows, |row| region[row][inner] && !region[row][outer]) {
                    strips.push(Rect::new(x0, self.ys[to + 1], x0 + width, self.ys[from]));
                }
            }
        }
        strips
    }
}

/// Half-way between neighbouring places, and at both ends.
fn edges(places: &[f64], first: f64, last: f64) -> Vec<f64> {
    let middle = places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    std::iter::once(first).chain(middle).chain([last]).collect()
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
        let paths = cells().border(&inside);
        let length: f64 = paths
            .iter()
            .map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs())
            .sum();
        // Upright by two lower rows (15) and the upper one (5); level over the middle column (10).
        assert_eq!(length, 30.0);
        assert!(cells().border(&vec![vec![true; 3]; 3]).is_empty());
        let strips = cells().outside(&inside, 2.0);
        let area: f64 = strips.iter().map(|it| it.width() * it.height()).sum();
        assert_eq!(area, 2.0 * length);
        // Row 0 is at the bottom, y = 20: the strip beside the lower rows is to the right of x = 5.
        assert!(
            strips.contains(&Rect::new(5.0, 5.0, 7.0, 20.0)),
            "{strips:?}"
        );
    }
}
