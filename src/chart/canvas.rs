//! A sheet to draw on, in display pixels with fractions.
//!
//! What is drawn is kept as a [`Picture`], which can be written in several formats.

use super::paint::Paint;
use super::picture::{Form, Picture, Shape, ZOOM};
use super::text::{Anchor, Font, clean};

/// An axis-parallel rectangle, `x0 <= x1` and `y0 <= y1` (downwards).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Rect {
    pub(super) fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Rect { x0, y0, x1, y1 }
    }

    pub(super) fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub(super) fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    pub(super) fn middle(&self) -> (f64, f64) {
        ((self.x0 + self.x1) / 2.0, (self.y0 + self.y1) / 2.0)
    }

    /// A rectangle of a width and height around a point.
    pub(super) fn around((x, y): (f64, f64), w: f64, h: f64) -> Rect {
        Rect::new(x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0)
    }

    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    pub(super) fn holds(&self, other: &Rect) -> bool {
        self.x0 <= other.x0 && other.x1 <= self.x1 && self.y0 <= other.y0 && other.y1 <= self.y1
    }

    /// The rectangle, larger by `by` on every side.
    pub(super) fn grown(&self, by: f64) -> Rect {
        Rect::new(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)
    }
}

/// A white sheet of `width` x `height` display pixels.
pub(super) struct Canvas {
    shapes: Vec<Shape>,
}

/// Draws a sheet; `title` names the picture for screen readers.
pub(super) fn draw(
    width: f64,
    height: f64,
    title: &str,
    paint: impl FnOnce(&mut Canvas),
) -> Picture {
    let (width, height) = (width.ceil(), height.ceil());
    let mut canvas = Canvas { shapes: Vec::new() };
    canvas.fill(Rect::new(0.0, 0.0, width, height), Paint::Ground);
    paint(&mut canvas);
    Picture {
        width: width as u32,
        height: height as u32,
        title: clean(title),
        description: String::new(),
        tables: Vec::new(),
        shapes: canvas.shapes,
    }
}

/// In units of a picture's whole coordinates.
pub(super) fn px(value: f64) -> i32 {
    (value * f64::from(ZOOM)).round() as i32
}

/// In whole units, without points that a straight or level run makes invisible: a curve of 10,000 steps needs few hundred.
fn thinned(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for &(x, y) in points {
        let p = (px(x), px(y));
        if kept.last() == Some(&p) {
            continue;
        }
        if let [.., a, b] = kept[..] {
            let level = a.1 == b.1 && b.1 == p.1 && is_monotone(a.0, b.0, p.0);
            let upright = a.0 == b.0 && b.0 == p.0 && is_monotone(a.1, b.1, p.1);
            if level || upright {
                kept.pop();
            }
        }
        kept.push(p);
    }
    kept
}

fn is_monotone(a: i32, b: i32, c: i32) -> bool {
    (a <= b) == (b <= c)
}

impl Canvas {
    /// A filled rectangle.
    pub(super) fn fill(&mut self, rect: Rect, paint: Paint) {
        self.fill_translucent(rect, paint, 1.0);
    }

    /// A filled rectangle that lets through what is below.
    pub(super) fn fill_translucent(&mut self, rect: Rect, paint: Paint, opacity: f64) {
        let corners = [(px(rect.x0), px(rect.y0)), (px(rect.x1), px(rect.y1))];
        self.push(Form::Rect(corners), paint, opacity);
    }

    fn push(&mut self, form: Form, paint: Paint, opacity: f64) {
        self.shapes.push(Shape {
            form,
            paint,
            opacity,
        });
    }

    /// The outline of a rectangle, centred on its edges.
    pub(super) fn outline(&mut self, rect: Rect, paint: Paint, width: f64) {
        let Rect { x0, y0, x1, y1 } = rect;
        let corner = x0 - width / 2.0;
        let around = [(corner, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)];
        self.line(&around, paint, width);
    }

    /// A line through `points`.
    pub(super) fn line(&mut self, points: &[(f64, f64)], paint: Paint, width: f64) {
        let form = Form::Line(thinned(points), px(width).max(1));
        self.push(form, paint, 1.0);
    }

    /// A line through `points`, dashed if there is a `dash`.
    pub(super) fn stroke(
        &mut self,
        points: &[(f64, f64)],
        paint: Paint,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        match dash {
            None => self.line(points, paint, width),
            Some(dash) => self.dashed(points, paint, width, dash),
        }
    }

    /// A dashed line through `points`; `dash` is the length drawn and the length left out.
    pub(super) fn dashed(
        &mut self,
        points: &[(f64, f64)],
        paint: Paint,
        width: f64,
        dash: (f64, f64),
    ) {
        let mut piece: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
        let (mut drawing, mut left) = (true, dash.0);
        for ends in points.windows(2) {
            let (mut from, to) = (ends[0], ends[1]);
            loop {
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let length = (dx * dx + dy * dy).sqrt();
                if length <= left {
                    left -= length;
                    piece.push(to);
                    break;
                }
                from = (from.0 + dx * left / length, from.1 + dy * left / length);
                piece.push(from);
                if drawing {
                    self.line(&piece, paint, width);
                }
                drawing = !drawing;
                left = if drawing { dash.0 } else { dash.1 };
                piece = vec![from];
            }
        }
        if drawing && piece.len() > 1 {
            self.line(&piece, paint, width);
        }
    }

    /// A filled polygon that lets through what is below.
    pub(super) fn area(&mut self, points: &[(f64, f64)], paint: Paint, opacity: f64) {
        self.push(Form::Area(thinned(points)), paint, opacity);
    }

    /// A filled disc.
    pub(super) fn dot(&mut self, centre: (f64, f64), radius: f64, paint: Paint) {
        let form = Form::Dot((px(centre.0), px(centre.1)), px(radius));
        self.push(form, paint, 1.0);
    }

    /// A text whose baseline passes through `at`.
    pub(super) fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, font: Font) {
        self.push(Form::Text(clean(text), at, anchor, font), font.paint, 1.0);
    }
}
