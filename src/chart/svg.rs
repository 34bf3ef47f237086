//! A picture as SVG: a document of its own, or a part of a page; the only file that knows the drawing library.
//!
//! Coordinates are whole and in thirds of a display pixel, so that the same picture is the same text. Texts are placed by
//! their baseline, since viewers disagree about the height of a font but not about its baseline.

use plotters::prelude::{DrawingBackend, RGBAColor, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle};

use super::canvas::px;
use super::colour::Colour;
use super::paint::Paint;
use super::picture::{Form, Picture, Shape, ZOOM};
use super::text::{Anchor, Font, Weight};

/// Keeps the background from shining through between neighbouring cells when the picture is shown smaller.
const CRISP: &str = ".rollcast-chart rect{shape-rendering:crispEdges}";

/// The style sheet of every chart: what shapes look like on dark pages, by their roles. It is the same in all of them, since
/// the style sheets of charts in one page hold for the whole page. Print is light.
fn style() -> String {
    let mut dark = String::new();
    for paint in Paint::roles() {
        let (role, colour) = (paint.role().unwrap_or_default(), hex(paint.dark()));
        dark += &format!(
            ".rollcast-chart .{role}{{fill:{colour}}}.rollcast-chart .{role}-line{{stroke:{colour}}}"
        );
    }
    format!("<style>{CRISP}@media screen and (prefers-color-scheme:dark){{{dark}}}</style>\n")
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

impl Picture {
    /// The picture as an SVG document. What made it stands after its description, which viewers do not show and readers
    /// of the file find.
    pub fn svg(&self, made: &str) -> String {
        let (width, height) = (self.width, self.height);
        let size = format!("width=\"{width}\" height=\"{height}\"");
        let description = [&*self.description, made].join(" ");
        let described = match description.trim() {
            "" => String::new(),
            text => format!("<desc>{}</desc>\n", escaped(text)),
        };
        let titled = format!("<title>{}</title>\n{described}", escaped(&self.title));
        self.document(
            &format!("xmlns=\"http://www.w3.org/2000/svg\" {size}"),
            &titled,
        )
    }

    /// The picture as a part of a page: as wide as there is room for it, its name and description tied to it by ids that begin with `prefix`.
    pub fn inline_svg(&self, prefix: &str) -> String {
        let titled = format!(
            "<title id=\"{prefix}-title\">{}</title>\n<desc id=\"{prefix}-desc\">{}</desc>\n",
            escaped(&self.title),
            escaped(&self.description)
        );
        let ids = format!(
            "id=\"{prefix}\" width=\"100%\" aria-labelledby=\"{prefix}-title {prefix}-desc\""
        );
        self.document(&ids, &titled)
    }

    fn document(&self, attributes: &str, titled: &str) -> String {
        let [width, height] = [self.width, self.height].map(|size| size * ZOOM as u32);
        let mut svg = format!(
            "<svg {attributes} viewBox=\"0 0 {width} {height}\" role=\"img\" class=\"rollcast-chart\" \
             font-family=\"sans-serif\" stroke-linejoin=\"round\">\n{titled}{}",
            style()
        );
        svg += &finished(&self.body(), &self.shapes);
        svg
    }
}

impl Picture {
    /// The shapes as the library writes them, with the end of the document.
    fn body(&self) -> String {
        let size = (self.width * ZOOM as u32, self.height * ZOOM as u32);
        let mut svg = String::new();
        let mut backend = SVGBackend::with_string(&mut svg, size);
        for shape in &self.shapes {
            draw(&mut backend, shape);
        }
        backend.present().expect("a bug: a string takes every byte");
        drop(backend);
        svg.split_once('\n').map_or("", |(_, body)| body).to_owned()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The elements that the library wrote, one for each shape, in the form of this file: a text is a line, and each has the class of its role.
fn finished(body: &str, shapes: &[Shape]) -> String {
    let mut shapes = shapes.iter();
    let mut out = String::with_capacity(body.len());
    let mut is_text = false;
    for line in body.lines() {
        let is_element = line.starts_with('<') && !line.starts_with("</");
        match is_element.then(|| shapes.next()).flatten() {
            Some(shape) => {
                is_text = matches!(shape.form, Form::Text(..));
                out += &element(line, shape);
            }
            None => {
                out += line;
                is_text &= !line.starts_with("</");
            }
        }
        if !is_text {
            out.push('\n');
        }
    }
    assert!(shapes.next().is_none(), "a bug: a shape without an element");
    out
}

/// What the library says of every element, and need not be said.
const USUAL: [&str; 4] = [
    " opacity=\"1\"",
    " stroke=\"none\"",
    " text-anchor=\"start\"",
    " font-family=\"sans-serif\"",
];

/// An element with its class, a text by its baseline.
fn element(line: &str, shape: &Shape) -> String {
    let end = line.rfind("/>").unwrap_or(line.len() - 1);
    let mut out = USUAL.iter().fold(line[..end].to_owned(), |line, usual| {
        line.replace(usual, "")
    });
    if let Form::Text(_, at, ..) = &shape.form
        && let Some((before, rest)) = out.split_once(" y=\"")
        && let Some((_, after)) = rest.split_once(" dy=\"0.76em\"")
    {
        out = format!("{before} y=\"{}\"{after}", px(at.1));
    }
    out + &class(shape) + &line[end..]
}

/// The class of a shape, by which dark pages know its role.
fn class(shape: &Shape) -> String {
    let line = match shape.form {
        Form::Line(..) => "-line",
        _ => "",
    };
    let role = shape.paint.role();
    role.map_or_else(String::new, |role| format!(" class=\"{role}{line}\""))
}

fn draw(backend: &mut SVGBackend, shape: &Shape) {
    let Colour(red, green, blue) = shape.paint.light();
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

#[cfg(test)]
mod tests {
    use super::super::canvas::{self, Rect};
    use super::*;

    #[test]
    fn every_role_of_a_shape_has_a_rule_for_dark_pages() {
        let picture = canvas::draw(90.0, 60.0, "roles", |canvas| {
            for paint in Paint::roles() {
                canvas.fill(Rect::new(0.0, 0.0, 9.0, 9.0), paint);
                canvas.line(&[(0.0, 0.0), (9.0, 9.0)], paint, 1.0);
            }
        });
        let svg = picture.svg("");
        let (style, shapes) = svg.split_once("</style>").expect("a style sheet");
        assert!(style.contains("@media screen and (prefers-color-scheme:dark){"));
        for shape in shapes.lines().filter(|line| line.starts_with('<')) {
            let Some((_, class)) = shape.split_once(" class=\"") else {
                assert_eq!(shape, "</svg>");
                continue;
            };
            let class = class.split('"').next().unwrap_or("");
            let property = if class.ends_with("-line") {
                "stroke"
            } else {
                "fill"
            };
            let rule = format!(".{class}{{{property}:#");
            assert_eq!(style.matches(&rule).count(), 1, "{rule}");
        }
    }
}
