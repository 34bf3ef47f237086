//! Parts of a map without values: painted over, hatched, and told what that means.

use super::canvas::{Canvas, Rect};
use super::contour_cells::Cells;
use super::frame::SIZE;
use super::iso::Field;
use super::paint::Paint;
use super::text::{Anchor, Font};

/// Between the lines of a hatch, along either axis [pixels].
const HATCHING: f64 = 7.0;
const LABEL_SIZE: f64 = SIZE - 2.0;
const FONT: Font = Font::regular(LABEL_SIZE, Paint::Ink);

/// A part of a panel without values: around each node without one, half-way to its neighbours.
pub(super) struct Gaps {
    plot: Rect,
    cells: Cells,
    /// `missing[row][column]`
    missing: Vec<Vec<bool>>,
}

impl Gaps {
    /// `missing[row][column]`
    pub(super) fn new(field: &Field, plot: Rect, missing: Vec<Vec<bool>>) -> Gaps {
        Gaps {
            plot,
            // A little beyond the plot, so that nothing below shows at its edge.
            cells: Cells::new(field, plot.grown(0.5)),
            missing,
        }
    }

    pub(super) fn paint(&self, canvas: &mut Canvas, ground: Paint) {
        for rect in self.cells.rects(&self.missing) {
            canvas.fill(rect, ground);
        }
    }

    /// Diagonal lines over the missing part alone.
    pub(super) fn hatch(&self, canvas: &mut Canvas) {
        let plot = self.plot;
        let mut c = ((plot.x0 + plot.y0) / HATCHING).ceil() * HATCHING;
        while c < plot.x1 + plot.y1 {
            let (from, to) = (plot.x0.max(c - plot.y1), plot.x1.min(c - plot.y0));
            let mut begun: Option<f64> = None;
            let mut x = from;
            while x <= to + 1.0 {
                let inside = x <= to && self.is_missing(x, c - x);
                match (inside, begun) {
                    (true, None) => begun = Some(x),
                    (false, Some(start)) => {
                        canvas.line(
                            &[(start, c - start), (x - 1.0, c - x + 1.0)],
                            Paint::Hatch,
                            1.0,
                        );
                        begun = None;
                    }
                    _ => {}
                }
                x += 1.0;
            }
            c += HATCHING;
        }
    }

    fn is_missing(&self, x: f64, y: f64) -> bool {
        let (row, column) = self.cells.at(x, y);
        self.missing[row][column]
    }

    /// Writes why there is no value, up to a comma, where there is room.
    pub(super) fn label(&self, canvas: &mut Canvas, label: &str, ground: Paint, taken: &[Rect]) {
        let label = label.split(',').next().unwrap_or("");
        let (w, h) = (FONT.width(label) + 10.0, 1.4 * LABEL_SIZE);
        let Some(room) = self
            .largest()
            .filter(|room| room.width() >= w + 4.0 && room.height() >= h + 4.0)
        else {
            return;
        };
        let places = [0.5, 0.25, 0.75].map(|share| {
            let at = (room.middle().0, room.y0 + share * room.height());
            Rect::around(at, w, h)
        });
        let is_free = |place: &Rect| taken.iter().all(|other| !other.overlaps(place));
        let Some(place) = places.into_iter().find(is_free) else {
            return;
        };
        canvas.fill(place, ground);
        let at = (place.middle().0, place.y1 - 0.33 * LABEL_SIZE);
        canvas.text(label, at, Anchor::Middle, FONT);
    }

    /// The largest rectangle without any value, found row by row: `from` says since which row each column has been missing.
    fn largest(&self) -> Option<Rect> {
        let mut best: Option<(f64, Rect)> = None;
        let n = self.cells.columns();
        let mut from = vec![0; n];
        for row in 0..self.missing.len() {
            for (from, missing) in from.iter_mut().zip(&self.missing[row]) {
                if !missing {
                    *from = row + 1;
                }
            }
            for first in 0..n {
                let mut lowest = 0;
                for (last, from) in from.iter().enumerate().skip(first) {
                    lowest = lowest.max(*from);
                    if lowest > row {
                        break;
                    }
                    let rect = self.cells.rect((lowest, row), (first, last));
                    let area = rect.width() * rect.height();
                    if best.as_ref().is_none_or(|(most, _)| area > *most) {
                        best = Some((area, rect));
                    }
                }
            }
        }
        best.map(|(_, rect)| rect)
    }
}
