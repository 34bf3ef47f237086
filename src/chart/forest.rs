//! Differences with their intervals, a row each: a forest plot, as reviews of trials have it.
//!
//! A band around zero says what does not matter, and words at the right say what each row amounts to: no colour carries anything alone.

use super::canvas::{self, Canvas, Rect};
use super::frame::{
    Heading, LABEL_FONT, MARGIN, MIDDLE, PANEL_FONT, SIZE, WIDTH, widest, x_axis, x_label,
};
use super::legend::{Legend, Swatch, whisker};
use super::paint::Paint;
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::Anchor;
use super::tick_labels::Tick;
use super::ticks;

/// A chart of differences: panels below each other on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestChart {
    /// Title and subtitle.
    pub heading: Heading,
    /// What the differences are in; linear, and zero is always on it.
    pub value: Axis,
    pub panels: Vec<ForestPanel>,
    /// What the error bars are, for the legend.
    pub error_note: String,
    /// What the band around zero is, for the legend.
    pub band_note: String,
}

/// A title and its rows from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForestPanel {
    pub title: String,
    pub rows: Vec<ForestRow>,
}

/// A difference.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    /// What differs, at the left.
    pub name: String,
    /// Not drawn where there is none. What lies beyond the axis is drawn as an arrow at its end.
    pub value: Option<f64>,
    /// Low and high end of the error bar.
    pub interval: Option<(f64, f64)>,
    /// Half the width of the band around zero.
    pub band: f64,
    /// In words, at the right.
    pub note: String,
    pub tone: Tone,
}

/// What a difference amounts to: the colour of its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Changed,
    Quiet,
}

impl Tone {
    fn colour(self) -> Paint {
        match self {
            Tone::Good => Paint::series(2),
            Tone::Bad => Paint::series(1),
            Tone::Changed => Paint::series(0),
            Tone::Quiet => Paint::Quiet,
        }
    }
}

/// Height of a row [pixels].
const ROW: f64 = 25.0;
/// From a panel to the title of the next, and from there to its rows [pixels].
const BETWEEN: f64 = 14.0;
const TITLE: f64 = 24.0;
/// Widest columns of names and of notes [pixels].
const NAMES: f64 = 290.0;
const NOTES: f64 = 230.0;
/// What lies further from zero is beyond the axis.
const REACH: (f64, f64) = (-1.0, 2.0);

struct ForestLayout {
    left: f64,
    right: f64,
    legend_top: f64,
    /// The plots of the panels.
    plots: Vec<Rect>,
    range: Range,
    ticks: Vec<Tick>,
    legend: Legend,
}

impl ForestChart {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if self.rows().next().is_none() {
            return self.heading.nothing_to_show();
        }
        let layout = self.layout();
        let bottom = layout
            .plots
            .last()
            .map_or(layout.legend_top, |plot| plot.y1);
        let drawn = canvas::draw(WIDTH, bottom + 54.0, &self.heading.title, |canvas| {
            self.heading.paint(canvas);
            layout.legend.paint(canvas, layout.legend_top);
            for (which, panel) in self.panels.iter().enumerate() {
                self.paint_panel(canvas, &layout, panel, which);
            }
            let at = ((layout.left + layout.right) / 2.0, bottom + 46.0);
            x_label(canvas, &self.value.with_unit(&layout.ticks), at);
        });
        drawn.told(&self.described(), self.tables())
    }

    fn rows(&self) -> impl Iterator<Item = &ForestRow> {
        self.panels.iter().flat_map(|panel| &panel.rows)
    }

    fn layout(&self) -> ForestLayout {
        let mut legend = Legend::new(MARGIN);
        if self.rows().any(|row| row.interval.is_some()) && !self.error_note.is_empty() {
            legend.push(&self.error_note, Swatch::Whisker);
        }
        if !self.band_note.is_empty() {
            legend.push(&self.band_note, Swatch::Box(Paint::Grid));
        }
        let legend_top = self.heading.bottom() + 2.0;
        let left = MARGIN + widest(self.rows().map(|row| &row.name)).min(NAMES) + 10.0;
        let notes = widest(self.rows().map(|row| &row.note)).min(NOTES);
        let right = WIDTH - MARGIN - notes - 12.0;

        let mut y = legend_top + legend.height();
        let mut plots = Vec::new();
        for panel in &self.panels {
            y += match panel.title.is_empty() {
                true => BETWEEN,
                false => BETWEEN + TITLE,
            };
            let height = ROW * panel.rows.len() as f64;
            plots.push(Rect::new(left, y, right, y + height));
            y += height;
        }
        let ends = self.rows().flat_map(|row| {
            let (lo, hi) = row
                .interval
                .or(row.value.zip(row.value))
                .unwrap_or((0.0, 0.0));
            let [lo, hi] = [lo, hi].map(|end| end.clamp(REACH.0, REACH.1));
            let band = row.band.min(REACH.1);
            [lo, hi, -band.min(1.0), band]
        });
        let mut range = self.value.range(ends);
        // Room for the points at the ends.
        let room = 0.04 * (range.hi - range.lo);
        (range.lo, range.hi) = (range.lo - room, range.hi + room);
        ForestLayout {
            left,
            right,
            legend_top,
            plots,
            range,
            ticks: ticks::fitting(right - left, range, self.value.quantity),
            legend,
        }
    }

    fn paint_panel(
        &self,
        canvas: &mut Canvas,
        layout: &ForestLayout,
        panel: &ForestPanel,
        which: usize,
    ) {
        let (plot, range) = (layout.plots[which], layout.range);
        if !panel.title.is_empty() {
            let title = PANEL_FONT.shorten(&panel.title, WIDTH - 2.0 * MARGIN);
            canvas.text(&title, (MARGIN, plot.y0 - 9.0), Anchor::Start, PANEL_FONT);
        }
        for (row, line) in panel.rows.iter().zip(0..) {
            let y0 = plot.y0 + ROW * f64::from(line);
            let x0 = range.across(-row.band, plot).max(plot.x0);
            let x1 = range.across(row.band, plot).min(plot.x1);
            canvas.fill(Rect::new(x0, y0, x1, y0 + ROW), Paint::Grid);
        }
        let ticks = layout.ticks.iter();
        let ticks = ticks.map(|tick| (range.across(tick.value, plot), tick.lines()));
        x_axis(canvas, plot, ticks, true, which + 1 == self.panels.len());
        let zero = range.across(0.0, plot);
        canvas.line(&[(zero, plot.y0), (zero, plot.y1)], Paint::Axis, 1.3);
        for (row, line) in panel.rows.iter().zip(0..) {
            let y = plot.y0 + ROW * (f64::from(line) + 0.5);
            self.paint_row(canvas, range, plot, row, y);
        }
    }

    fn paint_row(&self, canvas: &mut Canvas, range: Range, plot: Rect, row: &ForestRow, y: f64) {
        let baseline = y + MIDDLE * SIZE;
        let name = LABEL_FONT.shorten(&row.name, NAMES);
        canvas.text(&name, (plot.x0 - 10.0, baseline), Anchor::End, LABEL_FONT);
        let tone = row.tone.colour();
        let note = LABEL_FONT.shorten(&row.note, NOTES);
        let font = LABEL_FONT.in_paint(tone.for_text());
        canvas.text(&note, (plot.x1 + 12.0, baseline), Anchor::Start, font);

        let Some(value) = row.value.filter(|value| self.value.shows(*value)) else {
            return;
        };
        if let Some((lo, hi)) = row
            .interval
            .filter(|(lo, hi)| *hi >= range.lo && *lo <= range.hi)
        {
            let [lo, hi] = [lo.max(range.lo), hi.min(range.hi)].map(|end| range.across(end, plot));
            whisker(canvas, lo, hi, y);
        }
        if value < range.lo || value > range.hi {
            let (tip, back) = match value < 0.0 {
                true => (plot.x0 + 2.0, 10.0),
                false => (plot.x1 - 2.0, -10.0),
            };
            let arrow = [(tip, y), (tip + back, y - 6.0), (tip + back, y + 6.0)];
            canvas.area(&arrow, tone, 1.0);
        } else {
            canvas.dot((range.across(value, plot), y), 5.0, tone);
        }
    }
}
