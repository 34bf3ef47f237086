//! Where the parts of a map go.

use super::canvas::Rect;
use super::contour::{ContourMap, MapAxis, Surface};
use super::contour_overlay;
use super::frame::{MARGIN, WIDTH, widest};
use super::legend::Swatch;
use super::map_frame::{self, MapFrame, Panels, Place, Words};
use super::scale::{Range, Scale};

/// Geometry of a map.
pub(super) struct ContourLayout<'a> {
    pub frame: MapFrame<'a>,
    /// Whether no place has a value to show.
    pub is_empty: bool,
    pub x: Range,
    pub y: Range,
}

impl<'a> ContourLayout<'a> {
    pub(super) fn new(map: &'a ContourMap) -> ContourLayout<'a> {
        let places: Vec<Place> = map
            .panels
            .iter()
            .flat_map(|panel| map.places(panel))
            .flatten()
            .collect();
        let values: Vec<f64> = places.iter().filter_map(|place| place.value()).collect();
        let mut legend = map_frame::legend(&places, &map.missing, &map.absent);
        if map.panels.iter().any(|panel| panel.mark.is_some()) && !map.mark_note.is_empty() {
            legend.push(&map.mark_note, Swatch::Ring);
        }
        let mut overlays = map.panels.iter().map(|panel| &panel.overlay);
        if let Some((_, _, note)) = overlays.find_map(|overlay| overlay.frame.as_ref()) {
            legend.push(note, Swatch::Outline);
        }
        contour_overlay::explain(&map.panels, &mut legend);

        let columns = if map.panels.len() > 1 { 2 } else { 1 };
        let names = map.y.ticks.iter().flat_map(|(_, lines)| lines);
        let left = MARGIN + widest(names) + 10.0;
        // The last label of a panel and the first of the next stand beside each other.
        let gap = 50.0;
        let width = (WIDTH - left - MARGIN - 12.0 - gap * (columns - 1) as f64) / columns as f64;
        let tick_lines = map.x.ticks.iter().map(|(_, lines)| lines.len()).max();
        let words = Words {
            heading: &map.heading,
            value: &map.value,
            x_label: &map.x.label,
            y_label: &map.y.label,
        };
        let panels = Panels {
            n: map.panels.len(),
            columns,
            gap,
            titled: map.panels.iter().any(|panel| !panel.title.is_empty()),
            left,
            width,
            height: (0.92 * width).min(440.0),
            tick_lines: tick_lines.unwrap_or(1),
        };
        let is_empty = values.is_empty();
        let mut frame = MapFrame::new(words, map.value.range(values), legend, &panels);
        if is_empty {
            // Without a value there is no unit.
            frame.bar_ticks.clear();
        }
        ContourLayout {
            frame,
            is_empty,
            x: range(&map.x, map.surface),
            y: range(&map.y, map.surface),
        }
    }

    /// Where a place of the map is on the sheet.
    pub(super) fn place(&self, plot: Rect, x: f64, y: f64) -> (f64, f64) {
        (self.x.across(x, plot), self.y.up(y, plot))
    }
}

/// What an axis spans: from its first place to its last, and with cells half-way to where the next ones would be.
fn range(axis: &MapAxis, surface: Surface) -> Range {
    let (first, last) = (axis.at[0], axis.at[axis.at.len() - 1]);
    let (second, before) = (axis.at[1], axis.at[axis.at.len() - 2]);
    let (lo, hi) = match (surface, axis.scale) {
        (Surface::Smooth, _) => (first, last),
        (Surface::Cells, Scale::Linear) => {
            (first - (second - first) / 2.0, last + (last - before) / 2.0)
        }
        (Surface::Cells, Scale::Log) => (
            first / (second / first).sqrt(),
            last * (last / before).sqrt(),
        ),
    };
    let scale = axis.scale;
    Range { lo, hi, scale }
}
