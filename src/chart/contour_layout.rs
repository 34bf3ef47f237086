//! Where the parts of a map go.

use super::canvas::Rect;
use super::contour::{ContourMap, ContourPanel, MapAxis, Surface};
use super::contour_overlay;
use super::frame::{MARGIN, PANEL_FONT, SIZE, WIDTH, fitting, widest};
use super::legend::{Legend, Swatch};
use super::scale::{Range, Scale};
use super::tick_labels::Tick;
use super::ticks;

const BAR_WIDTH: f64 = 360.0;
const BAR_HEIGHT: f64 = 16.0;

/// Geometry of a map.
pub(super) struct Layout {
    pub height: f64,
    /// Colour bar; the legend stands to its right.
    pub bar: Rect,
    pub bar_ticks: Vec<Tick>,
    pub bar_label_baseline: f64,
    pub legend: Legend,
    pub y_label_baseline: f64,
    pub x_label_baseline: f64,
    pub plots: Vec<Rect>,
    pub panel_columns: usize,
    pub value: Range,
    pub x: Range,
    pub y: Range,
}

impl Layout {
    pub fn new(map: &ContourMap) -> Layout {
        let value = map.value.range(map.values());
        let mut legend = Legend::new(MARGIN + BAR_WIDTH + 46.0);
        let any = |of: &dyn Fn(&ContourPanel) -> Vec<Vec<bool>>| {
            map.panels.iter().flat_map(of).flatten().any(|node| node)
        };
        if any(&|panel| map.missing_in(panel)) && !map.missing.is_empty() {
            legend.push(&map.missing, Swatch::Hatch);
        }
        if any(&|panel| map.absent_in(panel)) && !map.absent.is_empty() {
            legend.push(&map.absent, Swatch::Blank);
        }
        if map.panels.iter().any(|panel| panel.mark.is_some()) && !map.mark_note.is_empty() {
            legend.push(&map.mark_note, Swatch::Ring);
        }
        if let Some((_, _, note)) = map
            .panels
            .iter()
            .find_map(|panel| panel.overlay.frame.as_ref())
        {
            legend.push(note, Swatch::Outline);
        }
        contour_overlay::explain(&map.panels, &mut legend);
        let bar_label_baseline = map.heading.bottom() + SIZE + 4.0;
        let bar_top = bar_label_baseline + 8.0;
        let bar = Rect::new(MARGIN, bar_top, MARGIN + BAR_WIDTH, bar_top + BAR_HEIGHT);
        let bar_ticks = fitting(BAR_WIDTH, value, |max| {
            ticks::inside(value, map.value.quantity, max)
        });
        let legend_bottom = bar_top - 3.0 + legend.height();
        let y_label_baseline = (bar.y1 + 10.0 + 1.15 * SIZE).max(legend_bottom) + SIZE + 12.0;

        let titled = if map.panels.iter().any(|p| !p.title.is_empty()) {
            PANEL_FONT.size + 12.0
        } else {
            0.0
        };
        let panel_columns = if map.panels.len() > 1 { 2 } else { 1 };
        let panel_rows = map.panels.len().div_ceil(panel_columns);
        let lines = |axis: &MapAxis| {
            axis.ticks
                .iter()
                .map(|(_, lines)| lines.len())
                .max()
                .unwrap_or(1)
        };
        let names = map
            .y
            .ticks
            .iter()
            .flat_map(|(_, lines)| lines)
            .map(String::as_str);
        let left = MARGIN + widest(names) + 10.0;
        // The last label of a panel and the first of the next stand beside each other.
        let gap = 50.0;
        let room = (WIDTH - left - MARGIN - 12.0 - gap * (panel_columns - 1) as f64)
            / panel_columns as f64;
        let height = (0.92 * room).min(440.0);

        let top = y_label_baseline + 11.0;
        let row_height = titled + height + 17.0 + 1.15 * SIZE * lines(&map.x) as f64;
        let plots: Vec<Rect> = (0..map.panels.len())
            .map(|i| {
                let x0 = left + (i % panel_columns) as f64 * (room + gap);
                let y0 = top + (i / panel_columns) as f64 * row_height + titled;
                Rect::new(x0, y0, x0 + room, y0 + height)
            })
            .collect();
        let x_label_baseline = top + panel_rows as f64 * row_height + SIZE - 2.0;
        let range = |axis: &MapAxis| range(axis, map.surface);
        Layout {
            height: x_label_baseline + 14.0,
            bar,
            bar_ticks,
            bar_label_baseline,
            legend,
            y_label_baseline,
            x_label_baseline,
            plots,
            panel_columns,
            value,
            x: range(&map.x),
            y: range(&map.y),
        }
    }

    /// Where a place of the map is on the sheet.
    pub fn place(&self, plot: Rect, x: f64, y: f64) -> (f64, f64) {
        (
            plot.x0 + self.x.position(x) * plot.width(),
            plot.y1 - self.y.position(y) * plot.height(),
        )
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
    Range {
        lo,
        hi,
        scale: axis.scale,
    }
}
