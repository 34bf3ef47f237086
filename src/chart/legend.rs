//! The legend, in rows above the data so that it never covers any of them.

use super::canvas::{Canvas, Rect};
use super::frame::{LABEL_FONT, MARGIN, MIDDLE, SIZE, WIDTH};
use super::paint::Paint;
use super::text::Anchor;

/// The sample beside a name in a legend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Swatch {
    /// A line and its dash.
    Line(Paint, Option<(f64, f64)>),
    /// A line, its dash, and a tinted strip along it.
    Border(Paint, Option<(f64, f64)>),
    Band(Paint),
    Box(Paint),
    Whisker,
    Hatch,
    Blank,
    Outline,
    Ring,
    Dot(Paint),
    Faded,
}

const SWATCH: f64 = 26.0;
/// From a sample to its name, from an entry to the next, and from a row to the next [pixels].
const GAP: f64 = 8.0;
const BETWEEN: f64 = 22.0;
const ROW: f64 = 1.55 * SIZE;

/// A legend: entries in rows above the data.
#[derive(Clone, Debug)]
pub(super) struct Legend {
    left: f64,
    entries: Vec<(String, Swatch)>,
}

impl Legend {
    /// A legend whose rows begin at `left` and end at the right margin.
    pub(super) fn new(left: f64) -> Self {
        Legend {
            left,
            entries: vec![],
        }
    }

    /// Adds an entry; a name longer than a row is shortened.
    pub(super) fn push(&mut self, name: &str, swatch: Swatch) {
        let room = WIDTH - MARGIN - self.left - SWATCH - GAP;
        self.entries.push((LABEL_FONT.shorten(name, room), swatch));
    }

    /// Upper left corners of the entries, relative to the top; several rows are aligned in columns.
    fn places(&self) -> Vec<(f64, f64)> {
        let entries = self.entries.iter();
        let mut widths: Vec<f64> = entries
            .map(|(name, _)| SWATCH + GAP + LABEL_FONT.width(name))
            .collect();
        let room = WIDTH - MARGIN - self.left;
        let widest = widths.iter().copied().fold(0.0, f64::max);
        let total: f64 = widths.iter().map(|w| w + BETWEEN).sum();
        if total - BETWEEN > room && 2.0 * widest + BETWEEN <= room {
            widths.fill(widest);
        }
        let (mut x, mut y) = (self.left, 0.0);
        let mut places = vec![];
        for width in widths {
            if x > self.left && x + width > WIDTH - MARGIN {
                (x, y) = (self.left, y + ROW);
            }
            places.push((x, y));
            x += width + BETWEEN;
        }
        places
    }

    /// Height the rows take; 0 when there is nothing to explain.
    pub(super) fn height(&self) -> f64 {
        self.places().last().map_or(0.0, |(_, y)| y + ROW + 4.0)
    }

    /// Draws the rows from `top` downwards.
    pub(super) fn paint(&self, canvas: &mut Canvas, top: f64) {
        for ((name, swatch), (x, y)) in self.entries.iter().zip(self.places()) {
            let middle = top + y + 0.45 * ROW;
            let place = Rect::new(x, middle - 7.0, x + SWATCH, middle + 7.0);
            sample(canvas, *swatch, place);
            let at = (x + SWATCH + GAP, middle + MIDDLE * SIZE);
            canvas.text(name, at, Anchor::Start, LABEL_FONT);
        }
    }
}

fn sample(canvas: &mut Canvas, swatch: Swatch, place: Rect) {
    let middle = place.middle().1;
    let level = [(place.x0, middle), (place.x1, middle)];
    let (x0, x1) = (place.x0 + 6.0, place.x0 + 20.0);
    let square = Rect { x0, x1, ..place };
    match swatch {
        Swatch::Line(colour, dash) => canvas.stroke(&level, colour, 3.0, dash),
        Swatch::Border(colour, dash) => {
            let y1 = middle + 7.0;
            let y0 = middle;
            canvas.fill_translucent(Rect { y0, y1, ..place }, colour, 0.5);
            canvas.stroke(&level, colour, 3.0, dash);
        }
        Swatch::Band(colour) => {
            canvas.fill_translucent(place, colour, 0.25);
            canvas.line(&level, colour, 2.5);
        }
        Swatch::Box(colour) => canvas.fill(square, colour),
        Swatch::Whisker => whisker(canvas, place.x0 + 2.0, place.x1 - 2.0, middle),
        Swatch::Hatch => hatch(canvas, square.grown(1.0)),
        Swatch::Blank => blank(canvas, square),
        Swatch::Outline => outline_mark(canvas, square),
        Swatch::Dot(colour) => canvas.dot(square.middle(), 4.0, colour),
        Swatch::Faded => {
            canvas.fill(square, Paint::heat(0.45));
            canvas.fill_translucent(square, Paint::Ground, 0.62);
        }
        Swatch::Ring => ring(canvas, square.middle()),
    }
}

/// Light grey with diagonal lines: "no value here".
pub(super) fn hatch(canvas: &mut Canvas, area: Rect) {
    canvas.fill(area, Paint::Missing);
    let mut c = ((area.x0 + area.y0) / 7.0).ceil() * 7.0;
    while c < area.x1 + area.y1 {
        let from = (area.x0.max(c - area.y1), (c - area.x0).min(area.y1));
        let to = (area.x1.min(c - area.y0), (c - area.x1).max(area.y0));
        canvas.line(&[from, to], Paint::Hatch, 1.0);
        c += 7.0;
    }
}

/// Nothing in a thin frame: "not looked at".
pub(super) fn blank(canvas: &mut Canvas, area: Rect) {
    canvas.fill(area, Paint::Ground);
    canvas.outline(area, Paint::Hatch, 1.0);
}

/// A black frame inside a white one: seen on every colour.
pub(super) fn outline_mark(canvas: &mut Canvas, area: Rect) {
    canvas.outline(area, Paint::Ground, 5.0);
    canvas.outline(area, Paint::Ink, 2.5);
}

/// A square frame around a point, for a second marked place.
pub(super) fn frame(canvas: &mut Canvas, (x, y): (f64, f64), reach: f64) {
    let square = Rect::new(x, y, x, y).grown(reach);
    canvas.outline(square, Paint::Ground, 6.0);
    canvas.outline(square, Paint::Ink, 2.6);
}

/// Black and white rings around a point: seen on every colour.
pub(super) fn ring(canvas: &mut Canvas, at: (f64, f64)) {
    for (radius, colour) in [
        (9.0, Paint::Ground),
        (7.0, Paint::Ink),
        (4.7, Paint::Ground),
        (2.3, Paint::Ink),
    ] {
        canvas.dot(at, radius, colour);
    }
}

/// An error bar from `lo` to `hi` with caps, on a white edge so that it shows on dark bars.
pub(super) fn whisker(canvas: &mut Canvas, lo: f64, hi: f64, y: f64) {
    for (colour, width) in [(Paint::Ground, 3.4), (Paint::Ink, 1.6)] {
        canvas.line(&[(lo, y), (hi, y)], colour, width);
        for x in [lo, hi] {
            canvas.line(&[(x, y - 4.0), (x, y + 4.0)], colour, width);
        }
    }
}
