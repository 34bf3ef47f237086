//! Differences with their intervals, a row each: a forest plot, as reviews of trials have it.
//!
//! A band around zero says what does not matter, and words at the right say what each row amounts to: no colour carries anything alone.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS, Colour, QUIET};
use super::frame::{
    Heading, LABEL_FONT, MARGIN, MIDDLE, PANEL_FONT, SIZE, WIDTH, fitting, widest, with_unit,
    x_axis, x_label,
};
use super::legend::{Legend, Swatch, whisker};
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::{self, Anchor, Font, Weight};
use super::tick_labels::{self, Tick};
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
    fn colour(self) -> Colour {
        match self {
            Tone::Good => colour::series(2),
            Tone::Bad => colour::series(1),
            Tone::Changed => colour::series(0),
            Tone::Quiet => QUIET,
        }
    }
}

/// Height of a row [pixels].
const ROW: f64 = 25.0;
/// From a panel to the title of the next, and from there to its rows [pixels].
const BETWEEN: f64 = 14.0;
const TITLE: f64 = 24.0;
/// Widest columns of names and of notes [pixels].
const NAMES: f64 = 230.0;
const NOTES: f64 = 230.0;
/// What lies further from zero is beyond the axis.
const REACH: (f64, f64) = (-1.0, 2.0);

struct Layout {
    left: f64,
    right: f64,
    top: f64,
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
        let bottom = layout.plots.last().map_or(layout.top, |plot| plot.y1);
        canvas::draw(WIDTH, bottom + 54.0, &self.heading.title, |canvas| {
            self.paint(canvas, &layout);
        })
    }

    fn rows(&self) -> impl Iterator<Item = &ForestRow> {
        self.panels.iter().flat_map(|panel| &panel.rows)
    }

    fn layout(&self) -> Layout {
        let mut legend = Legend::new(MARGIN);
        if self.rows().any(|row| row.interval.is_some()) && !self.error_note.is_empty() {
            legend.push(&self.error_note, Swatch::Whisker);
        }
        if !self.band_note.is_empty() {
            legend.push(&self.band_note, Swatch::Box(colour::GRID));
        }
        let legend_top = self.heading.bottom() + 2.0;
        let top = legend_top + legend.height();
        let left = MARGIN + widest(self.rows().map(|row| row.name.as_str())).min(NAMES) + 10.0;
        let right =
            WIDTH - MARGIN - widest(self.rows().map(|row| row.note.as_str())).min(NOTES) - 12.0;

        let mut y = top;
        let mut plots = Vec::new();
        for panel in &self.panels {
            y += if panel.title.is_empty() {
                BETWEEN
            } else {
                BETWEEN + TITLE
            };
            let height = ROW * panel.rows.len() as f64;
            plots.push(Rect::new(left, y, right, y + height));
            y += height;
        }
        let within = |value: f64| value.clamp(REACH.0, REACH.1);
        let ends = self.rows().flat_map(|row| {
            let (lo, hi) = row
                .interval
                .or(row.value.zip(row.value))
                .unwrap_or((0.0, 0.0));
            let band = row.band.min(REACH.1);
            [within(lo), within(hi), -band.min(1.0), band]
        });
        let tight = self.value.range(ends.collect::<Vec<_>>());
        // Room for the points at the ends.
        let room = 0.04 * (tight.hi - tight.lo);
        let range = Range {
            lo: tight.lo - room,
            hi: tight.hi + room,
            ..tight
        };
        let ticks = fitting(right - left, range, |max| {
            ticks::inside(range, self.value.quantity, max)
        });
        Layout {
            left,
            right,
            top: legend_top,
            plots,
            range,
            ticks,
            legend,
        }
    }

    fn paint(&self, canvas: &mut Canvas, layout: &Layout) {
        self.heading.paint(canvas);
        layout.legend.paint(canvas, layout.top);
        let at =
            |value: f64| layout.left + layout.range.position(value) * (layout.right - layout.left);
        let ticks: Vec<(f64, Vec<String>)> = layout
            .ticks
            .iter()
            .map(|t| (at(t.value), vec![t.label.clone()]))
            .collect();
        for (which, (panel, plot)) in self.panels.iter().zip(&layout.plots).enumerate() {
            if !panel.title.is_empty() {
                let title = text::shorten(
                    &panel.title,
                    PANEL_FONT.size,
                    Weight::Bold,
                    WIDTH - 2.0 * MARGIN,
                );
                canvas.text(&title, (MARGIN, plot.y0 - 9.0), Anchor::Start, PANEL_FONT);
            }
            for (row, line) in panel.rows.iter().zip(0..) {
                let y0 = plot.y0 + ROW * f64::from(line);
                let band = (at(-row.band).max(plot.x0), at(row.band).min(plot.x1));
                canvas.fill(Rect::new(band.0, y0, band.1, y0 + ROW), colour::GRID);
            }
            x_axis(canvas, *plot, &ticks, true, which + 1 == self.panels.len());
            canvas.line(&[(at(0.0), plot.y0), (at(0.0), plot.y1)], AXIS, 1.3);
            for (row, line) in panel.rows.iter().zip(0..) {
                self.paint_row(canvas, layout, row, plot.y0 + ROW * (f64::from(line) + 0.5));
            }
        }
        let bottom = layout.plots.last().map_or(layout.top, |plot| plot.y1);
        let label = with_unit(
            &self.value.label,
            &tick_labels::unit(&layout.ticks, self.value.quantity),
        );
        x_label(
            canvas,
            &label,
            ((layout.left + layout.right) / 2.0, bottom + 46.0),
        );
    }

    fn paint_row(&self, canvas: &mut Canvas, layout: &Layout, row: &ForestRow, y: f64) {
        let at =
            |value: f64| layout.left + layout.range.position(value) * (layout.right - layout.left);
        let baseline = y + MIDDLE * SIZE;
        let name = text::shorten(&row.name, SIZE, Weight::Regular, NAMES);
        canvas.text(
            &name,
            (layout.left - 10.0, baseline),
            Anchor::End,
            LABEL_FONT,
        );
        let tone = row.tone.colour();
        let note = text::shorten(&row.note, SIZE, Weight::Regular, NOTES);
        canvas.text(
            &note,
            (layout.right + 12.0, baseline),
            Anchor::Start,
            Font {
                colour: colour::for_text(tone),
                ..LABEL_FONT
            },
        );

        let Some(value) = row.value.filter(|value| self.value.shows(*value)) else {
            return;
        };
        if let Some((lo, hi)) = row
            .interval
            .filter(|(lo, hi)| *hi >= layout.range.lo && *lo <= layout.range.hi)
        {
            whisker(
                canvas,
                at(lo.max(layout.range.lo)),
                at(hi.min(layout.range.hi)),
                y,
            );
        }
        if value < layout.range.lo || value > layout.range.hi {
            let (tip, back) = if value < 0.0 {
                (layout.left + 2.0, 10.0)
            } else {
                (layout.right - 2.0, -10.0)
            };
            canvas.area(
                &[(tip, y), (tip + back, y - 6.0), (tip + back, y + 6.0)],
                tone,
                1.0,
            );
        } else {
            canvas.dot((at(value), y), 5.0, tone);
        }
    }
}
