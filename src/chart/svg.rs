//! A picture as SVG: a document of its own, or a part of a page.
//!
//! Coordinates are whole and in thirds of a display pixel, so that the same picture is the same text. Texts are placed by
//! their baseline, since viewers disagree about the height of a font but not about its baseline.

use std::fmt::Write;

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
        for shape in &self.shapes {
            draw(&mut svg, shape).expect("a bug: a string takes every byte");
        }
        svg + "</svg>\n"
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn draw(svg: &mut String, shape: &Shape) -> std::fmt::Result {
    let colour = hex(shape.paint.light());
    let [class, line_class] = ["", "-line"].map(|form| match shape.paint.role() {
        Some(role) => format!(" class=\"{role}{form}\""),
        None => String::new(),
    });
    let opacity = match shape.opacity {
        1.0 => String::new(),
        opacity => format!(" opacity=\"{opacity}\""),
    };
    let fill = format!("fill=\"{colour}\"{opacity}{class}");
    match &shape.form {
        Form::Rect([(x0, y0), (x1, y1)]) => {
            let (width, height) = (x1 - x0, y1 - y0);
            writeln!(
                svg,
                "<rect x=\"{x0}\" y=\"{y0}\" width=\"{width}\" height=\"{height}\" {fill}/>"
            )
        }
        Form::Line(points, width) => writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{opacity}{line_class} points=\"{}\"/>",
            joined(points)
        ),
        Form::Area(points) => writeln!(svg, "<polygon {fill} points=\"{}\"/>", joined(points)),
        Form::Dot((x, y), radius) => {
            writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {fill}/>")
        }
        Form::Text(text, at, anchor, font) => {
            let (x, y, look) = (px(at.0), px(at.1), look(*anchor, *font));
            let text = escaped(text);
            writeln!(svg, "<text x=\"{x}\" y=\"{y}\"{look} {fill}>{text}</text>")
        }
    }
}

fn joined(points: &[(i32, i32)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x},{y}"));
    points.collect::<Vec<String>>().join(" ")
}

/// The attributes of a text but for those that need not be said.
fn look(anchor: Anchor, font: Font) -> String {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = match font.weight {
        Weight::Regular => "",
        Weight::Bold => " font-weight=\"bold\"",
    };
    let size = font.size * f64::from(ZOOM);
    format!("{anchor} font-size=\"{size}\"{weight}")
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
