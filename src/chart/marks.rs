//! Reference marks of a line chart: dashed lines, each with a small label where it hides least.

use super::canvas::{Canvas, Rect};
use super::frame::{SIZE, TICK_FONT};
use super::labels::clearest;
use super::lines::Mark;
use super::lines_layout::LinesLayout;
use super::paint::Paint;
use super::text::Anchor;

/// Places tried for a label along its mark.
const PLACES: i32 = 12;

/// The line of a mark, if the axes have a place for it.
fn ends(layout: &LinesLayout, plot: Rect, mark: &Mark) -> Option<[(f64, f64); 2]> {
    let ends = match mark {
        Mark::X(at, _) => {
            let x = layout.x.across(*at, plot);
            [(x, plot.y0), (x, plot.y1)]
        }
        Mark::Y(at, _) => {
            let y = layout.y.up(*at, plot);
            [(plot.x0, y), (plot.x1, y)]
        }
    };
    let [from, to] = ends;
    let line = Rect::new(from.0, from.1, to.0, to.1);
    plot.grown(1.0).holds(&line).then_some(ends)
}

/// Draws the lines of all marks.
pub(super) fn paint_lines(canvas: &mut Canvas, layout: &LinesLayout, plot: Rect, marks: &[Mark]) {
    for ends in marks.iter().filter_map(|mark| ends(layout, plot, mark)) {
        canvas.dashed(&ends, Paint::Quiet, 1.6, (6.0, 4.0));
    }
}

/// Draws the labels of all marks, off the `lines`, the other marks and each other where that is possible.
pub(super) fn paint_labels(
    canvas: &mut Canvas,
    layout: &LinesLayout,
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
        let label = TICK_FONT.shorten(label, plot.width() - 12.0);
        let others = marks.iter().enumerate().filter(|(j, _)| *j != i);
        let others = others
            .filter_map(|(_, m)| ends(layout, plot, m))
            .map(|e| e.to_vec());
        let obstacles: Vec<Vec<(f64, f64)>> = lines.iter().cloned().chain(others).collect();
        let Some(place) = clearest(&candidates(mark, own[0], &label, plot), &obstacles, &taken)
        else {
            continue;
        };
        canvas.fill_translucent(place, Paint::Ground, 0.75);
        let at = (place.x0 + 3.0, place.y1 - 0.3 * SIZE);
        canvas.text(&label, at, Anchor::Start, TICK_FONT);
        taken.push(place);
    }
}

/// Places along the mark, the preferred ones first: on an upright one from its top, so that it is plain whose label it is where several are
/// close; above and below a level one from its right end.
fn candidates(mark: &Mark, from: (f64, f64), label: &str, plot: Rect) -> Vec<Rect> {
    let (w, h) = (TICK_FONT.width(label) + 6.0, 1.25 * SIZE);
    let shares = (0..=PLACES).map(|i| f64::from(i) / f64::from(PLACES));
    let corners: Vec<(f64, f64)> = match mark {
        Mark::X(..) => shares
            .map(|share| plot.y0 + 2.0 + share * (plot.height() - h - 4.0))
            .map(|y| (from.0 - w / 2.0, y))
            .collect(),
        Mark::Y(..) => shares
            .rev()
            .map(|share| plot.x0 + 4.0 + share * (plot.width() - w - 8.0))
            .flat_map(|x| [(x, from.1 - 3.0 - h), (x, from.1 + 3.0)])
            .collect(),
    };
    let mut places: Vec<Rect> = corners
        .into_iter()
        .map(|(x, y)| Rect::new(x, y, x + w, y + h))
        .collect();
    let room = plot.grown(1.0);
    if places.iter().any(|place| room.holds(place)) {
        places.retain(|place| room.holds(place));
        return places;
    }
    // A label of a mark near an edge of the plot stays within it.
    for place in &mut places {
        let over = (place.x1 - plot.x1).max(0.0) + (place.x0 - plot.x0).min(0.0);
        (place.x0, place.x1) = (place.x0 - over, place.x1 - over);
    }
    places
}
