//! Texts as outlines, from the font that the program carries: a PNG looks the same whatever fonts a machine has.

use std::sync::OnceLock;

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, OutlineBuilder};

use super::text::{Anchor, Font, Weight};

/// A face of the font, parsed once.
fn face(weight: Weight) -> &'static Face<'static> {
    static FACES: [OnceLock<Face<'static>>; 2] = [OnceLock::new(), OnceLock::new()];
    let (face, bytes): (_, &[u8]) = match weight {
        Weight::Regular => (&FACES[0], include_bytes!("../../assets/font/regular.ttf")),
        Weight::Bold => (&FACES[1], include_bytes!("../../assets/font/bold.ttf")),
    };
    face.get_or_init(|| {
        Face::parse(bytes, 0).expect("a bug: the font that comes with the program is sound")
    })
}

/// The outline of a text whose baseline passes through `at`; `None` if nothing of it is to be seen. A letter that the font does not
/// have is a box.
pub(super) fn outline(text: &str, at: (f64, f64), anchor: Anchor, font: Font) -> Option<Path> {
    let face = face(font.weight);
    let scale = font.size as f32 / f32::from(face.units_per_em());
    let glyphs: Vec<_> = text
        .chars()
        .map(|c| face.glyph_index(c).unwrap_or_default())
        .collect();
    let advances = glyphs
        .iter()
        .map(|glyph| f32::from(face.glyph_hor_advance(*glyph).unwrap_or(0)));
    let width: f32 = advances.clone().sum();
    let mut pen = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let mut outlines = Outlines {
        path: PathBuilder::new(),
        x: 0.0,
    };
    for (glyph, advance) in glyphs.iter().zip(advances) {
        outlines.x = pen;
        face.outline_glyph(*glyph, &mut outlines);
        pen += advance;
    }
    // Fonts have y upwards.
    let upright = Transform::from_row(scale, 0.0, 0.0, -scale, at.0 as f32, at.1 as f32);
    outlines.path.finish()?.transform(upright)
}

/// The outlines of glyphs one after another [units of the font].
struct Outlines {
    path: PathBuilder,
    x: f32,
}

impl OutlineBuilder for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path
            .cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::super::paint::Paint;
    use super::*;

    #[test]
    fn the_font_has_every_sign_that_charts_write() {
        for weight in [Weight::Regular, Weight::Bold] {
            for c in "0Aaß ,.%±−–—·…≤≥<>&äéłŽЖω€'\"".chars() {
                assert!(face(weight).glyph_index(c).is_some(), "{c:?} in {weight:?}");
            }
        }
    }

    #[test]
    fn a_text_hangs_on_its_anchor() {
        let font = Font::regular(20.0, Paint::Ink);
        let bounds = |anchor| {
            outline("HHHH", (100.0, 50.0), anchor, font)
                .expect("letters")
                .bounds()
        };
        let [start, middle, end] = [Anchor::Start, Anchor::Middle, Anchor::End].map(bounds);
        assert!(start.left() > 100.0 && start.left() < 103.0, "{start:?}");
        assert!(
            (middle.left() + middle.right() - 200.0).abs() < 1.0,
            "{middle:?}"
        );
        assert!(end.right() < 100.0 && end.right() > 97.0, "{end:?}");
        assert_eq!(start.bottom(), 50.0);
        assert!(outline(" ", (0.0, 0.0), Anchor::Start, Font::bold(20.0, Paint::Ink)).is_none());
    }
}
