//! A sheet to draw on, in display pixels with fractions; the only file that knows the drawing library.
//!
//! The library's SVG backend has whole pixels only. The sheet is drawn three times as large and its header rewritten,
//! so that it displays at the intended size with thirds of a pixel. Texts are placed by their baseline, since viewers
//! disagree about the height of a font but not about its baseline.

use plotters::prelude::{DrawingBackend, RGBAColor, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle};

use super::colour::{Colour, WHITE};
use super::text::{Weight, clean};

const ZOOM: f64 = 3.0;
/// Keeps the background from shining through between neighbouring cells when the picture is shown smaller.
const STYLE: &str = "<style>rect{shape-rendering:crispEdges}</style>";

/// Which point of a text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Font {
    pub size: f64,
    pub weight: Weight,
    pub colour: Colour,
}

/// An axis-parallel rectangle, `x0 <= x1` and `y0 <= y1` (downwards).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Rect {
    pub fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Rect { x0, y0, x1, y1 }
    }

    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// The same rectangle, larger by `by` on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect::new(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)
    }
}

/// A white sheet of `width` x `height` display pixels.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

/// Draws a sheet and returns the SVG; `title` names the picture for screen readers.
pub(super) fn draw(width: f64, height: f64, title: &str, paint: impl FnOnce(&mut Canvas)) -> String {
    let (width, height) = (width.ceil(), height.ceil());
    let size = ((width * ZOOM) as u32, (height * ZOOM) as u32);
    let mut svg = String::new();
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut svg, size) };
    canvas.fill(Rect::new(0.0, 0.0, width, height), WHITE);
    paint(&mut canvas);
    canvas.backend.present().expect("a string takes every byte");
    drop(canvas);
    let body = svg.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         stroke-linejoin=\"round\">\n<title>{}</title>\n{STYLE}\n{body}",
        size.0,
        size.1,
        escaped(title),
    )
}

fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn px(value: f64) -> i32 {
    (value * ZOOM).round() as i32
}

fn pixels(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|&(x, y)| (px(x), px(y))).collect()
}

fn style(colour: Colour, opacity: f64, width: f64) -> ShapeStyle {
    let color = RGBAColor(colour.0, colour.1, colour.2, opacity);
    ShapeStyle { color, filled: true, stroke_width: px(width).max(1) as u32 }
}

/// Drops points that a straight or level run makes invisible: a curve of 10,000 steps needs few hundred.
fn thinned(points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for p in points {
        if kept.last() == Some(&p) {
            continue;
        }
        if let [.., a, b] = kept[..] {
            let monotone = |a: i32, b: i32, c: i32| (a <= b) == (b <= c);
            let level = a.1 == b.1 && b.1 == p.1 && monotone(a.0, b.0, p.0);
            let upright = a.0 == b.0 && b.0 == p.0 && monotone(a.1, b.1, p.1);
            if level || upright {
                kept.pop();
            }
        }
        kept.push(p);
    }
    kept
}

impl Canvas<'_> {
    /// A filled rectangle.
    pub fn fill(&mut self, rect: Rect, colour: Colour) {
        self.fill_translucent(rect, colour, 1.0);
    }

    /// A filled rectangle that lets through what is below.
    pub fn fill_translucent(&mut self, rect: Rect, colour: Colour, opacity: f64) {
        let corners = ((px(rect.x0), px(rect.y0)), (px(rect.x1), px(rect.y1)));
        self.done(|b| b.draw_rect(corners.0, corners.1, &style(colour, opacity, 1.0), true));
    }

    /// The outline of a rectangle, centred on its edges.
    pub fn outline(&mut self, rect: Rect, colour: Colour, width: f64) {
        let Rect { x0, y0, x1, y1 } = rect;
        let half = width / 2.0;
        self.line(&[(x0 - half, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], colour, width);
    }

    /// A line through `points`.
    pub fn line(&mut self, points: &[(f64, f64)], colour: Colour, width: f64) {
        let path = thinned(pixels(points));
        self.done(|b| b.draw_path(path, &style(colour, 1.0, width)));
    }

    /// A dashed line through `points`; `dash` is the length drawn and the length left out.
    pub fn dashed(&mut self, points: &[(f64, f64)], colour: Colour, width: f64, dash: (f64, f64)) {
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
                    self.line(&piece, colour, width);
                }
                drawing = !drawing;
                left = if drawing { dash.0 } else { dash.1 };
                piece = vec![from];
            }
        }
        if drawing && piece.len() > 1 {
            self.line(&piece, colour, width);
        }
    }

    /// A filled polygon that lets through what is below.
    pub fn area(&mut self, points: &[(f64, f64)], colour: Colour, opacity: f64) {
        let path = thinned(pixels(points));
        self.done(|b| b.fill_polygon(path, &style(colour, opacity, 1.0)));
    }

    /// A filled disc.
    pub fn dot(&mut self, centre: (f64, f64), radius: f64, colour: Colour) {
        let centre = (px(centre.0), px(centre.1));
        self.done(|b| b.draw_circle(centre, px(radius) as u32, &style(colour, 1.0, 1.0), true));
    }

    /// A text whose baseline passes through `at`.
    pub fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, font: Font) {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let weight = match font.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let desc = FontDesc::new(FontFamily::SansSerif, library_size(font.size * ZOOM), weight);
        let colour = RGBColor(font.colour.0, font.colour.1, font.colour.2);
        let style = TextStyle::from(desc).color(&colour).pos(Pos::new(h_pos, VPos::Top));
        // The library puts the baseline of a top-anchored text 0.76 em below the point.
        let point = (px(at.0), px(at.1 - 0.76 * font.size));
        let text = clean(text);
        self.done(|b| b.draw_text(&text, &style, point));
    }

    fn done<E>(&mut self, drawing: impl FnOnce(&mut SVGBackend) -> Result<(), E>) {
        assert!(drawing(&mut self.backend).is_ok(), "bug: a string takes every byte");
    }
}

/// The size to ask for so that the library, which divides by 1.24, writes `size` without rounding noise.
fn library_size(size: f64) -> f64 {
    let near = size * 1.24;
    [near, near.next_up(), near.next_down()].into_iter().find(|s| s / 1.24 == size).unwrap_or(near)
}
