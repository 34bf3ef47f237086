//! What charts of horizontal bars have around the bars: rows with their names at the left, and one axis of values from zero.

use super::canvas::{self, Canvas, Rect};
use super::frame::{
    Heading, LABEL_FONT, MARGIN, NAME_LINE, WIDTH, row_name, widest, x_axis, x_label,
};
use super::legend::Legend;
use super::paint::Paint;
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::tick_labels::Tick;
use super::ticks;

/// What the rows hold.
pub(super) struct Rows<'a> {
    pub names: Vec<&'a str>,
    /// Widest column of names [pixels], and lines of a longer name at most.
    pub names_width: f64,
    pub name_lines: usize,
    /// Height of a row's bars, and from a row to the next [pixels].
    pub bars: f64,
    pub between: f64,
    /// The ends of bars, and of error bars.
    pub ends: Vec<f64>,
    /// What is written at the ends of bars.
    pub labels: Vec<String>,
}

/// Geometry of a chart of horizontal bars.
pub(super) struct BarRows<'a> {
    heading: &'a Heading,
    value: &'a Axis,
    names: Vec<Vec<String>>,
    plot: Rect,
    /// Middle of each row.
    middles: Vec<f64>,
    range: Range,
    ticks: Vec<Tick>,
    legend: Legend,
    legend_top: f64,
}

impl<'a> BarRows<'a> {
    pub(super) fn new(
        heading: &'a Heading,
        value: &'a Axis,
        legend: Legend,
        rows: Rows,
    ) -> BarRows<'a> {
        let legend_top = heading.bottom() + 2.0;
        let top = legend_top + legend.height() + 8.0;
        let names = rows.names.iter();
        let names: Vec<Vec<String>> = names
            .map(|name| LABEL_FONT.wrap(name, rows.names_width, rows.name_lines))
            .collect();
        let left = MARGIN + widest(names.iter().flatten()) + 10.0;
        let right = (widest(&rows.labels) + 12.0).max(30.0) + MARGIN;

        let (mut y, mut middles) = (top + 6.0, vec![]);
        for name in &names {
            let height = rows.bars.max(name.len() as f64 * NAME_LINE);
            middles.push((y + (y + height)) / 2.0);
            y += height + rows.between;
        }
        let plot = Rect::new(left, top, WIDTH - right, y - (rows.between - 6.0));
        let range = Axis::new("", value.quantity)
            .starting_at_zero()
            .range(rows.ends);
        BarRows {
            heading,
            value,
            names,
            plot,
            middles,
            range,
            ticks: ticks::fitting(plot.width(), range, value.quantity),
            legend,
            legend_top,
        }
    }

    /// Where a value is, from the left.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.range.across(value, self.plot)
    }

    /// Draws the chart; `row` draws the bars of one, given its number and its middle.
    pub(super) fn draw(&self, row: impl Fn(&mut Canvas, usize, f64)) -> Picture {
        let (plot, title) = (self.plot, &self.heading.title);
        canvas::draw(WIDTH, plot.y1 + 54.0, title, |canvas| {
            self.heading.paint(canvas);
            self.legend.paint(canvas, self.legend_top);
            let ticks = self.ticks.iter();
            let ticks = ticks.map(|tick| (self.at(tick.value), tick.lines()));
            x_axis(canvas, plot, ticks, true, true);
            let label = self.value.with_unit(&self.ticks);
            x_label(canvas, &label, (plot.middle().0, plot.y1 + 46.0));
            for (i, (lines, middle)) in self.names.iter().zip(&self.middles).enumerate() {
                row_name(canvas, plot, *middle, lines);
                row(canvas, i, *middle);
            }
            let zero = self.at(0.0);
            canvas.line(&[(zero, plot.y0), (zero, plot.y1)], Paint::Axis, 1.3);
        })
    }
}
