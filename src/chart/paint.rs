//! What shapes are painted with: roles, each with a colour on light pages and one on dark pages.
//!
//! A chart names roles and never asks which page it will be on. Colours of data on a map are the same on both, and so is
//! what is written over them.

use super::colour::{Colour, contrasting, viridis};

/// Colours that tell series apart before dashes have to.
pub(super) const SERIES: usize = 7;

/// What a shape is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// The sheet, and what sets shapes apart from what is below.
    Ground,
    /// Titles, names and values.
    Ink,
    /// Tick labels.
    Text,
    /// Subtitles, notes and reference marks.
    Quiet,
    Axis,
    Grid,
    /// A stretch of an axis, the forbidden side of a limit.
    Shade,
    /// Below the hatch of what has no value.
    Missing,
    Hatch,
    /// The lines and fills of a series.
    Series(u8),
    /// The name of a series in its colour.
    SeriesText(u8),
    /// Written over the fill of a series.
    OnSeries(u8),
    /// The same on every page.
    Fixed(Colour),
}

/// Okabe and Ito's palette ("Color Universal Design", 2008) without its yellow, on light pages with its orange and its light
/// blue darker, on dark pages all lighter: seen as lines on either ground.
const LINES: [(Colour, Colour); SERIES] = [
    (Colour(0x00, 0x72, 0xb2), Colour(0x3d, 0x9b, 0xe0)),
    (Colour(0xd5, 0x5e, 0x00), Colour(0xf0, 0x8a, 0x3c)),
    (Colour(0x00, 0x9e, 0x73), Colour(0x2f, 0xbf, 0x95)),
    (Colour(0xcc, 0x79, 0xa7), Colour(0xdc, 0x8f, 0xbe)),
    (Colour(0xb8, 0x7a, 0x00), Colour(0xed, 0xb3, 0x2f)),
    (Colour(0x3a, 0x9b, 0xd9), Colour(0x8a, 0xcc, 0xf4)),
    (Colour(0x00, 0x00, 0x00), Colour(0xf2, 0xf2, 0xf2)),
];

/// As [`LINES`] where that is too pale for letters.
const NAMES: [(Colour, Colour); SERIES] = [
    (Colour(0x00, 0x5a, 0x8c), LINES[0].1),
    (Colour(0xa6, 0x49, 0x00), LINES[1].1),
    (Colour(0x00, 0x71, 0x52), LINES[2].1),
    (Colour(0x9c, 0x43, 0x79), LINES[3].1),
    (Colour(0x85, 0x57, 0x00), LINES[4].1),
    (Colour(0x1f, 0x6f, 0xa0), LINES[5].1),
    LINES[6],
];

/// Dash pattern [drawn, left out] of the `i`-th series: colours repeat after seven, then dashes tell series apart.
pub(super) fn dash(i: usize) -> Option<(f64, f64)> {
    [None, Some((9.0, 5.0)), Some((3.0, 4.0))][i / SERIES % 3]
}

impl Paint {
    /// The paint of the `i`-th series.
    pub(super) fn series(i: usize) -> Paint {
        Paint::Series((i % SERIES) as u8)
    }

    /// The paint of a position on a map's bar of colours, from 0 (low, dark) to 1 (high, light).
    pub(super) fn heat(position: f64) -> Paint {
        Paint::Fixed(viridis(position))
    }

    /// The paint for the name of what is painted with this one.
    pub(super) fn for_text(self) -> Paint {
        match self {
            Paint::Series(i) => Paint::SeriesText(i),
            other => other,
        }
    }

    /// The paint for what is written over this one.
    pub(super) fn over(self) -> Paint {
        match self {
            Paint::Series(i) => Paint::OnSeries(i),
            Paint::Fixed(colour) => Paint::Fixed(contrasting(colour)),
            _ => Paint::Ink,
        }
    }

    /// On a light page, and on a dark one.
    fn colours(self) -> (Colour, Colour) {
        match self {
            Paint::Ground => (Colour(0xff, 0xff, 0xff), Colour(0x16, 0x18, 0x1d)),
            Paint::Ink => (Colour(0x22, 0x22, 0x22), Colour(0xec, 0xee, 0xf2)),
            Paint::Text => (Colour(0x44, 0x44, 0x44), Colour(0xc9, 0xcd, 0xd6)),
            Paint::Quiet => (Colour(0x66, 0x66, 0x66), Colour(0xa4, 0xaa, 0xb6)),
            Paint::Axis => (Colour(0x80, 0x80, 0x80), Colour(0x7d, 0x85, 0x94)),
            Paint::Grid => (Colour(0xe3, 0xe3, 0xe3), Colour(0x2f, 0x34, 0x3e)),
            Paint::Shade => (Colour(0xed, 0xef, 0xf5), Colour(0x23, 0x28, 0x33)),
            Paint::Missing => (Colour(0xee, 0xee, 0xee), Colour(0x26, 0x2a, 0x33)),
            Paint::Hatch => (Colour(0xad, 0xad, 0xad), Colour(0x56, 0x5d, 0x6b)),
            Paint::Series(i) => LINES[usize::from(i)],
            Paint::SeriesText(i) => NAMES[usize::from(i)],
            Paint::OnSeries(i) => {
                let (light, dark) = LINES[usize::from(i)];
                (contrasting(light), contrasting(dark))
            }
            Paint::Fixed(colour) => (colour, colour),
        }
    }

    pub(super) fn light(self) -> Colour {
        self.colours().0
    }

    pub(super) fn dark(self) -> Colour {
        self.colours().1
    }

    /// The name of the role in a style sheet; none for what is the same on every page.
    pub(super) fn role(self) -> Option<String> {
        let name = match self {
            Paint::Ground => "ground",
            Paint::Ink => "ink",
            Paint::Text => "text",
            Paint::Quiet => "quiet",
            Paint::Axis => "axis",
            Paint::Grid => "grid",
            Paint::Shade => "shade",
            Paint::Missing => "missing",
            Paint::Hatch => "hatch",
            Paint::Series(i) => return Some(format!("series-{i}")),
            Paint::SeriesText(i) => return Some(format!("name-{i}")),
            Paint::OnSeries(i) => return Some(format!("on-{i}")),
            Paint::Fixed(_) => return None,
        };
        Some(name.to_owned())
    }

    /// All roles.
    pub(super) fn roles() -> Vec<Paint> {
        let alone = [
            Paint::Ground,
            Paint::Ink,
            Paint::Text,
            Paint::Quiet,
            Paint::Axis,
            Paint::Grid,
            Paint::Shade,
            Paint::Missing,
            Paint::Hatch,
        ];
        let series = (0..SERIES as u8)
            .flat_map(|i| [Paint::Series(i), Paint::SeriesText(i), Paint::OnSeries(i)]);
        alone.into_iter().chain(series).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::contrast;
    use super::*;

    /// WCAG 2.1 asks for 4.5 to 1 for text (1.4.3) and 3 to 1 for what carries meaning without being text (1.4.11).
    #[test]
    fn every_role_stands_out_from_what_it_is_seen_on_in_both_themes() {
        for of in [Paint::light, Paint::dark] {
            for paint in Paint::roles() {
                let (grounds, least): (&[Paint], f64) = match paint {
                    Paint::Ink | Paint::Text | Paint::Quiet | Paint::SeriesText(_) => {
                        (&[Paint::Ground, Paint::Shade, Paint::Missing], 4.5)
                    }
                    Paint::OnSeries(i) => (&[Paint::Series(i)], 4.5),
                    Paint::Series(_) | Paint::Axis => (&[Paint::Ground], 3.0),
                    Paint::Hatch => (&[Paint::Missing], 1.8),
                    Paint::Grid | Paint::Shade | Paint::Missing => (&[Paint::Ground], 1.12),
                    Paint::Ground | Paint::Fixed(_) => (&[], 1.0),
                };
                for ground in grounds {
                    let reached = contrast(of(paint), of(*ground));
                    assert!(reached >= least, "{paint:?} on {ground:?}: {reached:.2}");
                }
            }
        }
    }

    #[test]
    fn twenty_series_look_different() {
        let looks: Vec<_> = (0..20)
            .map(|i| (Paint::series(i), dash(i).map(|(on, _)| on as i32)))
            .collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "series {i}");
        }
    }

    #[test]
    fn no_two_roles_share_a_name_and_no_two_series_a_colour() {
        let mut names: Vec<String> = Paint::roles().iter().filter_map(|it| it.role()).collect();
        let n = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), n);
        for i in 0..SERIES {
            for j in 0..i {
                for of in [Paint::light, Paint::dark] {
                    assert_ne!(of(Paint::series(i)), of(Paint::series(j)));
                }
            }
        }
    }
}
