//! What maps have around their panels, be they of cells or of iso-lines: a bar that says what colours mean, a legend to its right, and
//! panels of one size that share both axes.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS};
use super::frame::{
    Heading, MARGIN, PANEL_FONT, SIZE, TICK_FONT, WIDTH, fitting, on_sheet, with_unit, x_label,
    y_label,
};
use super::legend::{Legend, Swatch};
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::Anchor;
use super::tick_labels::{self, Tick};
use super::ticks;

const BAR_WIDTH: f64 = 360.0;
const BAR_HEIGHT: f64 = 16.0;

/// What is written around a map.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub heading: &'a Heading,
    /// What the colours measure.
    pub value: &'a Axis,
    pub x_label: &'a str,
    pub y_label: &'a str,
}

/// The panels of a map.
pub(super) struct Panels {
    pub n: usize,
    /// How many stand side by side, and how far apart [pixels].
    pub columns: usize,
    pub gap: f64,
    /// Whether any has a title.
    pub titled: bool,
    /// Left edge of the first plot, and the size of each [pixels].
    pub left: f64,
    pub width: f64,
    pub height: f64,
    /// Lines of the tick labels below a plot.
    pub tick_lines: usize,
}

/// Geometry of a map.
pub(super) struct MapFrame<'a> {
    words: Words<'a>,
    height: f64,
    bar: Rect,
    /// Ticks of the bar; the unit is theirs.
    pub bar_ticks: Vec<Tick>,
    bar_label_baseline: f64,
    legend: Legend,
    y_label_baseline: f64,
    x_label_baseline: f64,
    plots: Vec<Rect>,
    columns: usize,
    /// What the colours span.
    pub value: Range,
}

/// A legend beside the bar, of what places without a value to show mean, as far as there are any.
pub(super) fn legend(missing: Option<&String>, absent: Option<&String>) -> Legend {
    let mut legend = Legend::new(MARGIN + BAR_WIDTH + 46.0);
    for (note, swatch) in [(missing, Swatch::Hatch), (absent, Swatch::Blank)] {
        if let Some(note) = note.filter(|note| !note.is_empty()) {
            legend.push(note, swatch);
        }
    }
    legend
}

/// The value at a place, if there is one.
pub(super) fn value_at(values: &[Vec<Option<f64>>], row: usize, column: usize) -> Option<f64> {
    values
        .get(row)
        .and_then(|values| values.get(column))
        .copied()
        .flatten()
}

impl<'a> MapFrame<'a> {
    /// The frame of a map whose colours span `value`.
    pub(super) fn new(
        words: Words<'a>,
        value: Range,
        legend: Legend,
        panels: &Panels,
    ) -> MapFrame<'a> {
        let bar_label_baseline = words.heading.bottom() + SIZE + 4.0;
        let bar_top = bar_label_baseline + 8.0;
        let bar = Rect::new(MARGIN, bar_top, MARGIN + BAR_WIDTH, bar_top + BAR_HEIGHT);
        let legend_bottom = bar_top - 3.0 + legend.height();
        let y_label_baseline = (bar.y1 + 10.0 + 1.15 * SIZE).max(legend_bottom) + SIZE + 12.0;
        let titled = if panels.titled {
            PANEL_FONT.size + 12.0
        } else {
            0.0
        };
        let top = y_label_baseline + 11.0;
        let row_height = titled + panels.height + 17.0 + 1.15 * SIZE * panels.tick_lines as f64;
        let plots = (0..panels.n).map(|i| {
            let (column, row) = (i % panels.columns, i / panels.columns);
            let x0 = panels.left + column as f64 * (panels.width + panels.gap);
            let y0 = top + row as f64 * row_height + titled;
            Rect::new(x0, y0, x0 + panels.width, y0 + panels.height)
        });
        let rows = panels.n.div_ceil(panels.columns);
        let x_label_baseline = top + rows as f64 * row_height + SIZE - 2.0;
        MapFrame {
            words,
            height: x_label_baseline + 14.0,
            bar,
            bar_ticks: fitting(BAR_WIDTH, value, |max| {
                ticks::inside(value, words.value.quantity, max)
            }),
            bar_label_baseline,
            legend,
            y_label_baseline,
            x_label_baseline,
            plots: plots.collect(),
            columns: panels.columns,
            value,
        }
    }

    /// Draws the map; the bar only if any value is `shown`. `panel` draws one, given its number, its plot, and whether names of rows
    /// stand at its left.
    pub(super) fn draw(
        &self,
        shown: bool,
        panel: impl Fn(&mut Canvas, usize, Rect, bool),
    ) -> Picture {
        let Words {
            heading,
            x_label: across,
            y_label: upwards,
            ..
        } = self.words;
        canvas::draw(WIDTH, self.height, &heading.title, |canvas| {
            heading.paint(canvas);
            self.paint_bar(canvas, shown);
            self.legend.paint(canvas, self.bar.y0 - 3.0);
            y_label(canvas, upwards, self.y_label_baseline);
            for (i, plot) in self.plots.iter().enumerate() {
                panel(canvas, i, *plot, i % self.columns == 0);
            }
            let (first, last) = (
                self.plots[0],
                self.plots[self.columns.min(self.plots.len()) - 1],
            );
            let middle = (first.x0 + last.x1) / 2.0;
            x_label(canvas, across, (middle, self.x_label_baseline));
        })
    }

    /// The bar that says what colours mean; only its label if no value is `shown`.
    fn paint_bar(&self, canvas: &mut Canvas, shown: bool) {
        let (bar, value) = (self.bar, self.words.value);
        let unit = tick_labels::unit(&self.bar_ticks, value.quantity);
        y_label(
            canvas,
            &with_unit(&value.label, &unit),
            self.bar_label_baseline,
        );
        if !shown {
            return;
        }
        let pieces = colour::SHADES as i32 + 1;
        for i in 0..pieces {
            let edge = |i: i32| bar.x0 + bar.width() * f64::from(i) / f64::from(pieces);
            let colour = colour::heat(f64::from(i) / colour::SHADES);
            canvas.fill(
                Rect {
                    x0: edge(i),
                    x1: (edge(i + 1) + 0.5).min(bar.x1),
                    ..bar
                },
                colour,
            );
        }
        for tick in &self.bar_ticks {
            let x = bar.x0 + self.value.position(tick.value) * bar.width();
            canvas.line(&[(x, bar.y1), (x, bar.y1 + 5.0)], AXIS, 1.0);
            let at = (
                on_sheet(&tick.label, x, MARGIN - 8.0),
                bar.y1 + 8.0 + 0.8 * SIZE,
            );
            canvas.text(&tick.label, at, Anchor::Middle, TICK_FONT);
        }
    }
}
