//! Colours as numbers: those of maps, and how two of them contrast.
//!
//! Maps take matplotlib's viridis, which is perceptually uniform and never grey, so that grey can mean "no value".

use crate::numeric::math::pow;

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

const WHITE: Colour = Colour(255, 255, 255);
const BLACK: Colour = Colour(0, 0, 0);

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

/// Colour of a position from 0 (low, dark) to 1 (high, light).
pub(super) fn viridis(position: f64) -> Colour {
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

/// White or black, whichever reads better on `ground`: at least 4.5 to 1 on any.
pub(super) fn contrasting(ground: Colour) -> Colour {
    match contrast(WHITE, ground) > contrast(BLACK, ground) {
        true => WHITE,
        false => BLACK,
    }
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.1, "contrast ratio").
pub(super) fn contrast(a: Colour, b: Colour) -> f64 {
    let [a, b] = [a, b].map(luminance);
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance (WCAG 2.1).
fn luminance(Colour(red, green, blue): Colour) -> f64 {
    let [red, green, blue] = [red, green, blue].map(|channel| {
        let channel = f64::from(channel) / 255.0;
        match channel <= 0.040_45 {
            true => channel / 12.92,
            false => pow((channel + 0.055) / 1.055, 2.4),
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heat_ramp_gets_lighter_all_the_way_and_can_be_written_on() {
        let ramp: Vec<Colour> = (0..=40).map(|i| viridis(f64::from(i) / 40.0)).collect();
        let lights: Vec<f64> = ramp.iter().map(|colour| luminance(*colour)).collect();
        assert!(lights.windows(2).all(|w| w[0] < w[1]), "{lights:?}");
        for colour in ramp {
            assert!(contrast(colour, contrasting(colour)) >= 4.5, "{colour:?}");
        }
        assert_eq!(contrasting(viridis(0.0)), WHITE);
        assert_eq!(contrasting(viridis(1.0)), BLACK);
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-12);
        // The standard example of a grey that just passes on white.
        assert!((contrast(Colour(0x76, 0x76, 0x76), WHITE) - 4.54).abs() < 0.005);
    }
}
