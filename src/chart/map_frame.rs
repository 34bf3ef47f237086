//! What maps have around their panels, be they of cells or of iso-lines: a bar that says what colours mean, a legend to its right, and
//! panels of one size that share both axes.

use super::canvas::{self, Canvas, Rect};
use super::colour;
use super::frame::{
    Heading, MARGIN, PANEL_FONT, SIZE, TICK_FONT, WIDTH, on_sheet, x_label, y_label,
};
use super::legend::{Legend, Swatch};
use super::paint::Paint;
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::Anchor;
use super::tick_labels::Tick;
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

/// What is known at a place of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Value(f64),
    /// A value that cannot be shown.
    Missing,
    /// No value at all.
    Absent,
}

impl Place {
    pub(super) fn value(self) -> Option<f64> {
        match self {
            Place::Value(value) => Some(value),
            Place::Missing | Place::Absent => None,
        }
    }
}

/// By row and column, what is known of a panel of `rows` and `columns`.
pub(super) fn places(
    values: &[Vec<Option<f64>>],
    (rows, columns): (usize, usize),
    axis: &Axis,
) -> Vec<Vec<Place>> {
    let mut places = vec![vec![Place::Absent; columns]; rows];
    for (places, values) in places.iter_mut().zip(values) {
        for (place, value) in places.iter_mut().zip(values) {
            *place = match value {
                None => Place::Absent,
                Some(value) if axis.shows(*value) => Place::Value(*value),
                Some(_) => Place::Missing,
            };
        }
    }
    places
}

/// A legend beside the bar, of what places without a value to show mean, as far as there are any.
pub(super) fn legend(places: &[Place], missing: &str, absent: &str) -> Legend {
    let mut legend = Legend::new(MARGIN + BAR_WIDTH + 46.0);
    for (place, note, swatch) in [
        (Place::Missing, missing, Swatch::Hatch),
        (Place::Absent, absent, Swatch::Blank),
    ] {
        if !note.is_empty() && places.contains(&place) {
            legend.push(note, swatch);
        }
    }
    legend
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
        let titled = match panels.titled {
            true => PANEL_FONT.size + 12.0,
            false => 0.0,
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
            bar_ticks: ticks::fitting(BAR_WIDTH, value, words.value.quantity),
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
        let words = &self.words;
        canvas::draw(WIDTH, self.height, &words.heading.title, |canvas| {
            words.heading.paint(canvas);
            self.paint_bar(canvas, shown);
            self.legend.paint(canvas, self.bar.y0 - 3.0);
            y_label(canvas, words.y_label, self.y_label_baseline);
            for (i, plot) in self.plots.iter().enumerate() {
                panel(canvas, i, *plot, i % self.columns == 0);
            }
            let last = self.plots[self.columns.min(self.plots.len()) - 1];
            let middle = (self.plots[0].x0 + last.x1) / 2.0;
            x_label(canvas, words.x_label, (middle, self.x_label_baseline));
        })
    }

    /// The bar that says what colours mean; only its label if no value is `shown`.
    fn paint_bar(&self, canvas: &mut Canvas, shown: bool) {
        let bar = self.bar;
        let label = self.words.value.with_unit(&self.bar_ticks);
        y_label(canvas, &label, self.bar_label_baseline);
        if !shown {
            return;
        }
        let pieces = colour::SHADES + 1.0;
        for i in 0..=colour::SHADES as i32 {
            let [x0, x1] = [i, i + 1].map(|i| bar.x0 + bar.width() * f64::from(i) / pieces);
            let x1 = (x1 + 0.5).min(bar.x1);
            let colour = Paint::heat(f64::from(i) / colour::SHADES);
            canvas.fill(Rect { x0, x1, ..bar }, colour);
        }
        for tick in &self.bar_ticks {
            let x = self.value.across(tick.value, bar);
            canvas.line(&[(x, bar.y1), (x, bar.y1 + 5.0)], Paint::Axis, 1.0);
            let x = on_sheet(&tick.label, x, MARGIN - 8.0);
            let at = (x, bar.y1 + 8.0 + 0.8 * SIZE);
            canvas.text(&tick.label, at, Anchor::Middle, TICK_FONT);
        }
    }
}
