//! A picture as PNG, twice as large as it is shown, for slides and chats that take no SVG.
//!
//! The shapes are those of the SVG, drawn by a small rasteriser. A renderer of any SVG would know what few charts say, and be
//! several times as large as the rest of the program's drawing.

use png::{BitDepth, ColorType, Compression, Encoder, PixelDimensions, Unit};
use tiny_skia::{
    Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use super::colour::Colour;
use super::glyphs;
use super::picture::{Form, Picture, Shape, ZOOM};
use super::text::Font;

/// Pixels of the PNG in a display pixel.
const SCALE: f32 = 2.0;

/// Pixels in a metre, so that programs that care show the PNG as large as the SVG: 192 to the inch.
const PIXELS_PER_METRE: u32 = 7559;

impl Picture {
    /// The picture as a PNG file, with a description that viewers do not show and readers of the file find.
    pub fn png(&self, description: &str) -> Vec<u8> {
        let [width, height] = [self.width, self.height].map(|pixels| pixels * SCALE as u32);
        let mut sheet = Pixmap::new(width, height).expect("a bug: a chart without a size");
        sheet.fill(Color::WHITE);
        self.shapes.iter().for_each(|shape| draw(&mut sheet, shape));
        encoded(&sheet, &self.title, description).expect("a bug: memory takes every byte")
    }
}

fn draw(sheet: &mut Pixmap, shape: &Shape) {
    let Colour(red, green, blue) = shape.paint.light();
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, (shape.opacity * 255.0).round() as u8);
    match &shape.form {
        Form::Rect([from, to]) => {
            let (from, to) = (place(*from), place(*to));
            if let Some(rect) = Rect::from_ltrb(from.0, from.1, to.0, to.1) {
                // Edges are crisp, as the SVG asks for.
                paint.anti_alias = false;
                sheet.fill_rect(rect, &paint, Transform::identity(), None);
            }
        }
        Form::Line(points, width) => {
            let stroke = Stroke {
                width: length(*width),
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            if let Some(path) = path(points, false) {
                sheet.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
            }
        }
        Form::Area(points) => fill(sheet, path(points, true), &paint),
        Form::Dot(centre, radius) => {
            let (x, y) = place(*centre);
            let circle = PathBuilder::from_circle(x, y, length(*radius));
            fill(sheet, circle, &paint);
        }
        Form::Text(text, at, anchor, font) => {
            let scale = f64::from(SCALE);
            let at = (at.0 * scale, at.1 * scale);
            let size = font.size * scale;
            fill(
                sheet,
                glyphs::outline(text, at, *anchor, Font { size, ..*font }),
                &paint,
            );
        }
    }
}

fn fill(sheet: &mut Pixmap, path: Option<Path>, paint: &Paint) {
    if let Some(path) = path {
        sheet.fill_path(&path, paint, FillRule::Winding, Transform::identity(), None);
    }
}

/// A whole number of a shape's units as pixels.
fn length(units: i32) -> f32 {
    units as f32 * SCALE / ZOOM as f32
}

fn place(point: (i32, i32)) -> (f32, f32) {
    (length(point.0), length(point.1))
}

/// `None` where there are not two points.
fn path(points: &[(i32, i32)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, point) in points.iter().enumerate() {
        let (x, y) = place(*point);
        if i == 0 {
            path.move_to(x, y);
        } else {
            path.line_to(x, y);
        }
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn encoded(sheet: &Pixmap, title: &str, description: &str) -> Result<Vec<u8>, png::EncodingError> {
    // Nothing shows through a sheet that is white to begin with.
    let opaque: Vec<u8> = sheet
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, sheet.width(), sheet.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: PIXELS_PER_METRE,
        yppu: PIXELS_PER_METRE,
        unit: Unit::Meter,
    }));
    encoder.add_itxt_chunk("Title".to_owned(), title.to_owned())?;
    if !description.is_empty() {
        encoder.add_itxt_chunk("Description".to_owned(), description.to_owned())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&opaque)?;
    writer.finish()?;
    Ok(bytes)
}
