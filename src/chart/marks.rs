//! Reference marks of a line chart: dashed lines, each with a small label where it hides least.

use super::canvas::{Canvas, Rect};
use super::colour::{QUIET, TEXT, WHITE};
use super::frame::{NOTE_FONT, SIZE};
use super::labels::clearest;
use super::lines::Mark;
use super::lines_layout::Layout;
use super::text::{self, Anchor, Font, Weight};

/// Places tried for a label along its mark.
const PLACES: i32 = 12;

/// The line of a mark, if the axes have a place for it.
fn ends(layout: &Layout, plot: Rect, mark: &Mark) -> Option<[(f64, f64); 2]> {
    let ends = match mark {
        Mark::X(at, _) => {
            let x = plot.x0 + layout.x.position(*at) * plot.width();
            [(x, plot.y0), (x, plot.y1)]
        }
        Mark::Y(at, _) => {
            let y = plot.y1 - layout.y.position(*at) * plot.height();
            [(plot.x0, y), (plot.x1, y)]
        }
    };
    let room = plot.grown(1.0);
    let inside =
        |&(x, y): &(f64, f64)| (room.x0..=room.x1).contains(&x) && (room.y0..=room.y1).contains(&y);
    ends.iter().all(inside).then_some(ends)
}

/// Draws the lines of all marks.
pub(super) fn paint_lines(canvas: &mut Canvas, layout: &Layout, plot: Rect, marks: &[Mark]) {
    for ends in marks.iter().filter_map(|mark| ends(layout, plot, mark)) {
        canvas.dashed(&ends, QUIET, 1.6, (6.0, 4.0));
    }
}

/// Draws the labels of all marks, off the `lines`, the other marks and each other where that is possible.
pub(super) fn paint_labels(
    canvas: &mut Canvas,
    layout: &Layout,
    plot: Rect,
    marks: &[Mark],
    lines: &[Vec<(f64, f64)>],
) {
    let mut taken: Vec<Rect> = vec![];
    for (i, mark) in marks.iter().enumerate() {
        let (Mark::X(_, label) | Mark::Y(_, label)) = mark;
        let Some(own) = ends(layout, plot, mark).filter(|_| !label.is_empty()) else {
            continue;
        };
        let label = text::shorten(label, SIZE, Weight::Regular, plot.width() - 12.0);
        let others = marks.iter().enumerate().filter(|(j, _)| *j != i);
        let others = others
            .filter_map(|(_, m)| ends(layout, plot, m))
            .map(|e| e.to_vec());
        let obstacles: Vec<Vec<(f64, f64)>> = lines.iter().cloned().chain(others).collect();
        let Some(place) = clearest(&candidates(mark, own[0], &label, plot), &obstacles, &taken)
        else {
            continue;
        };
        canvas.fill_translucent(place, WHITE, 0.75);
        let font = Font {
            colour: TEXT,
            ..NOTE_FONT
        };
        canvas.text(
            &label,
            (place.x0 + 3.0, place.y1 - 0.3 * SIZE),
            Anchor::Start,
            font,
        );
        taken.push(place);
    }
}

/// Places along the mark, on both sides, the preferred ones first: the top of an upright, the right end of a level mark.
fn candidates(mark: &Mark, from: (f64, f64), label: &str, plot: Rect) -> Vec<Rect> {
    let (w, h) = (text::width(label, SIZE, Weight::Regular) + 6.0, 1.25 * SIZE);
    let along = |i: i32| f64::from(i) / f64::from(PLACES);
    let corners: Vec<(f64, f64)> = match mark {
        Mark::X(..) => (0..=PLACES)
            .map(|i| plot.y0 + 2.0 + along(i) * (plot.height() - h - 4.0))
            .flat_map(|y| [(from.0 + 4.0, y), (from.0 - 4.0 - w, y)])
            .collect(),
        Mark::Y(..) => (0..=PLACES)
            .rev()
            .map(|i| plot.x0 + 4.0 + along(i) * (plot.width() - w - 8.0))
            .flat_map(|x| [(x, from.1 - 3.0 - h), (x, from.1 + 3.0)])
            .collect(),
    };
    let places: Vec<Rect> = corners
        .into_iter()
        .map(|(x, y)| Rect::new(x, y, x + w, y + h))
        .collect();
    let room = plot.grown(1.0);
    let fits = |r: &&Rect| r.x0 >= room.x0 && r.x1 <= room.x1 && r.y0 >= room.y0 && r.y1 <= room.y1;
    let fitting: Vec<Rect> = places.iter().filter(fits).copied().collect();
    // A label wider than either side of its mark hangs over the edge of the plot, within the sheet.
    let shifted = |r: &Rect| {
        let over = (r.x1 - plot.x1).max(0.0) + (r.x0 - plot.x0).min(0.0);
        Rect::new(r.x0 - over, r.y0, r.x1 - over, r.y1)
    };
    if fitting.is_empty() {
        places.iter().map(shifted).collect()
    } else {
        fitting
    }
}
