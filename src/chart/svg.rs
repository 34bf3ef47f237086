//! A picture as SVG; the only file that knows the drawing library.
//!
//! The library's SVG backend has whole pixels only. The sheet is drawn three times as large and its header rewritten,
//! so that it displays at the intended size with thirds of a pixel. Texts are placed by their baseline, since viewers
//! disagree about the height of a font but not about its baseline.

use plotters::prelude::{DrawingBackend, RGBAColor, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle};

use super::canvas::px;
use super::colour::Colour;
use super::picture::{Form, Picture, Shape, ZOOM};
use super::text::{Anchor, Font, Weight};

/// Keeps the background from shining through between neighbouring cells when the picture is shown smaller.
const STYLE: &str = "<style>rect{shape-rendering:crispEdges}</style>";

impl Picture {
    /// The picture as an SVG document, with a description that viewers do not show and readers of the file find.
    pub fn svg(&self, description: &str) -> String {
        let size = (self.width * ZOOM as u32, self.height * ZOOM as u32);
        let mut svg = String::new();
        let mut backend = SVGBackend::with_string(&mut svg, size);
        for shape in &self.shapes {
            draw(&mut backend, shape);
        }
        backend.present().expect("a bug: a string takes every byte");
        drop(backend);
        let body = svg.split_once('\n').map_or("", |(_, body)| body);
        let description = match description {
            "" => String::new(),
            text => format!("<desc>{}</desc>", escaped(text)),
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
             stroke-linejoin=\"round\">{description}\n<title>{}</title>\n{STYLE}\n{body}",
            self.width,
            self.height,
            size.0,
            size.1,
            escaped(&self.title),
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn draw(backend: &mut SVGBackend, shape: &Shape) {
    let Colour(red, green, blue) = shape.colour;
    let mut style = ShapeStyle {
        color: RGBAColor(red, green, blue, shape.opacity),
        filled: true,
        stroke_width: 1,
    };
    let drawn = match &shape.form {
        Form::Rect([from, to]) => backend.draw_rect(*from, *to, &style, true),
        Form::Line(points, width) => {
            style.stroke_width = width.unsigned_abs();
            backend.draw_path(points.iter().copied(), &style)
        }
        Form::Area(points) => backend.fill_polygon(points.iter().copied(), &style),
        Form::Dot(centre, radius) => {
            backend.draw_circle(*centre, radius.unsigned_abs(), &style, true)
        }
        Form::Text(text, at, anchor, font) => {
            let colour = RGBColor(red, green, blue);
            let style = TextStyle::from(description(*font))
                .color(&colour)
                .pos(Pos::new(side(*anchor), VPos::Top));
            // The library puts the baseline of a top-anchored text 0.76 em below the point.
            let top = at.1 - 0.76 * font.size;
            backend.draw_text(text, &style, (px(at.0), px(top)))
        }
    };
    assert!(drawn.is_ok(), "a bug: a string takes every byte");
}

fn side(anchor: Anchor) -> HPos {
    match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    }
}

fn description(font: Font) -> FontDesc<'static> {
    let weight = match font.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    let size = library_size(font.size * f64::from(ZOOM));
    FontDesc::new(FontFamily::SansSerif, size, weight)
}

/// The size to ask for so that the library, which divides by 1.24, writes `size` without rounding noise.
fn library_size(size: f64) -> f64 {
    let near = size * 1.24;
    [near, near.next_up(), near.next_down()]
        .into_iter()
        .find(|s| s / 1.24 == size)
        .unwrap_or(near)
}
