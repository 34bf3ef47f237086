//! Colours that survive colour-blindness, grey printers and dark-mode viewers.
//!
//! Series take Okabe and Ito's palette ("Color Universal Design", 2008) without its yellow, which is too pale for lines
//! on white. Heat maps take matplotlib's viridis, which is perceptually uniform and never grey, so that grey can mean
//! "no value".

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

pub(super) const WHITE: Colour = Colour(255, 255, 255);
pub(super) const INK: Colour = Colour(0x22, 0x22, 0x22);
pub(super) const TEXT: Colour = Colour(0x44, 0x44, 0x44);
pub(super) const QUIET: Colour = Colour(0x66, 0x66, 0x66);
pub(super) const AXIS: Colour = Colour(0x80, 0x80, 0x80);
pub(super) const GRID: Colour = Colour(0xe3, 0xe3, 0xe3);
pub(super) const SHADE: Colour = Colour(0xed, 0xef, 0xf5);
pub(super) const MISSING: Colour = Colour(0xee, 0xee, 0xee);
pub(super) const HATCH: Colour = Colour(0xad, 0xad, 0xad);

const SERIES: [Colour; 7] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0xe6, 0x9f, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0x00, 0x00, 0x00),
];

const VIRIDIS: [Colour; 10] = [
    Colour(0x44, 0x01, 0x54),
    Colour(0x48, 0x28, 0x78),
    Colour(0x3e, 0x4a, 0x89),
    Colour(0x31, 0x68, 0x8e),
    Colour(0x26, 0x82, 0x8e),
    Colour(0x1f, 0x9e, 0x89),
    Colour(0x35, 0xb7, 0x79),
    Colour(0x6d, 0xcd, 0x59),
    Colour(0xb4, 0xde, 0x2c),
    Colour(0xfd, 0xe7, 0x25),
];

/// Shades the heat map tells apart. Finer steps cannot be seen, and equal neighbours share one rectangle.
pub(super) const SHADES: f64 = 96.0;

/// Colour of the `i`-th series.
pub(super) fn series(i: usize) -> Colour {
    SERIES[i % SERIES.len()]
}

/// Dash pattern [drawn, left out] of the `i`-th series: colours repeat after seven, then dashes tell series apart.
pub(super) fn dash(i: usize) -> Option<(f64, f64)> {
    [None, Some((9.0, 5.0)), Some((3.0, 4.0))][i / SERIES.len() % 3]
}

/// Colour of a position from 0 (low, dark) to 1 (high, light).
pub(super) fn heat(position: f64) -> Colour {
    let t = (position.clamp(0.0, 1.0) * SHADES).round() / SHADES * (VIRIDIS.len() - 1) as f64;
    let i = (t.floor() as usize).min(VIRIDIS.len() - 2);
    mix(VIRIDIS[i], VIRIDIS[i + 1], t - i as f64)
}

/// `a` at 0, `b` at 1.
fn mix(a: Colour, b: Colour, t: f64) -> Colour {
    let [red, green, blue] = [(a.0, b.0), (a.1, b.1), (a.2, b.2)]
        .map(|(a, b)| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as u8);
    Colour(red, green, blue)
}

/// A darker version for text, which needs more contrast than a thick line.
pub(super) fn for_text(colour: Colour) -> Colour {
    mix(colour, Colour(0, 0, 0), 0.3)
}

/// White or ink, whichever reads better on `ground`.
pub(super) fn contrasting(ground: Colour) -> Colour {
    if luma(ground) > 110.0 { INK } else { WHITE }
}

fn luma(Colour(red, green, blue): Colour) -> f64 {
    0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heat_ramp_gets_lighter_all_the_way() {
        let ramp: Vec<f64> = (0..=40).map(|i| luma(heat(f64::from(i) / 40.0))).collect();
        assert!(ramp.windows(2).all(|w| w[0] < w[1]), "{ramp:?}");
        assert_eq!(
            (contrasting(heat(0.0)), contrasting(heat(1.0))),
            (WHITE, INK)
        );
    }

    #[test]
    fn twenty_series_look_different() {
        let looks: Vec<_> = (0..20)
            .map(|i| (series(i), dash(i).map(|(on, _)| on as i32)))
            .collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "series {i}");
        }
    }
}
