//! Horizontal bars with error bars: failure codes by profile, outcomes by setting.
//!
//! Horizontal, because names such as `MissingRobotApplicationArchitecture` are read without tilting the head.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS};
use super::frame::{
    Heading, MARGIN, MIDDLE, NAME_LINE, NOTE_FONT, SIZE, TICK_FONT, WIDTH, fitting, row_name,
    widest, with_unit, x_axis, x_label,
};
use super::legend::{Legend, Swatch, whisker};
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::{self, Anchor, Weight};
use super::tick_labels;
use super::ticks;

/// A bar chart: groups of bars, one bar per series in each.
#[derive(Clone, Debug, PartialEq)]
pub struct BarChart {
    /// Title and subtitle.
    pub heading: Heading,
    /// What the bars measure. Bars start at zero whatever its extent says, on a linear scale.
    pub value: Axis,
    /// Names of the series, in the order of the bars in each group; no legend for a single one.
    pub series: Vec<String>,
    /// The categories from top to bottom.
    pub groups: Vec<BarGroup>,
    /// What the error bars are, for the legend: `error bars: 95 % interval of the mean`.
    pub error_note: String,
}

/// A category and its bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarGroup {
    /// Name at the left; long names are broken into lines.
    pub name: String,
    /// One bar per series; `None` where there is no value.
    pub bars: Vec<Option<Bar>>,
}

/// A value with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Length of the bar.
    pub value: f64,
    /// Low and high end of the error bar.
    pub interval: Option<(f64, f64)>,
}

impl Bar {
    /// A bar with an error bar from `lo` to `hi`.
    pub fn new(value: f64, lo: f64, hi: f64) -> Self {
        Bar {
            value,
            interval: Some((lo, hi)),
        }
    }

    /// A bar without an error bar.
    pub fn exact(value: f64) -> Self {
        Bar {
            value,
            interval: None,
        }
    }
}

/// Widest column of names [pixels]; longer names get more lines.
const NAMES: f64 = 340.0;

struct Layout {
    names: Vec<Vec<String>>,
    plot: Rect,
    /// Top and bottom of each group.
    groups: Vec<(f64, f64)>,
    bar: f64,
    value: Range,
    ticks: Vec<tick_labels::Tick>,
    legend: Legend,
    legend_top: f64,
}

impl BarChart {
    /// The chart as an SVG document.
    pub fn svg(&self) -> String {
        self.picture().svg("")
    }

    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self.bars().any(|bar| self.value.shows(bar.value)) {
            return self.heading.nothing_to_show();
        }
        let layout = self.layout();
        canvas::draw(
            WIDTH,
            layout.plot.y1 + 54.0,
            &self.heading.title,
            |canvas| self.paint(canvas, &layout),
        )
    }

    fn bars(&self) -> impl Iterator<Item = Bar> {
        self.groups
            .iter()
            .flat_map(|g| g.bars.iter().take(self.n_series()).flatten().copied())
    }

    /// Bars per group: series without a name are drawn too.
    fn n_series(&self) -> usize {
        self.groups
            .iter()
            .map(|g| g.bars.len())
            .max()
            .unwrap_or(0)
            .max(self.series.len())
    }

    fn interval(&self, bar: &Bar) -> Option<(f64, f64)> {
        bar.interval
            .filter(|(lo, hi)| self.value.shows(*lo) && self.value.shows(*hi))
    }

    fn layout(&self) -> Layout {
        let mut legend = Legend::new(MARGIN);
        for (i, name) in self
            .series
            .iter()
            .enumerate()
            .filter(|_| self.n_series() > 1)
        {
            legend.push(name, Swatch::Box(colour::series(i)));
        }
        if !self.error_note.is_empty() && self.bars().any(|bar| bar.interval.is_some()) {
            legend.push(&self.error_note, Swatch::Whisker);
        }
        let legend_top = self.heading.bottom() + 2.0;
        let top = legend_top + legend.height() + 8.0;

        let names: Vec<Vec<String>> = self
            .groups
            .iter()
            .map(|g| text::wrap(&g.name, SIZE, Weight::Regular, NAMES, 4))
            .collect();
        let left = MARGIN + widest(names.iter().flatten().map(String::as_str)) + 10.0;
        let right = widest(
            self.bars()
                .map(|b| self.value.quantity.value(b.value))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        );
        let right = (right + 12.0).max(30.0) + MARGIN;

        let n = self.n_series() as f64;
        let bar = if n <= 1.0 { 20.0 } else { 17.0 };
        let (mut y, mut groups) = (top + 6.0, vec![]);
        for name in &names {
            let height = (n * bar).max(name.len() as f64 * NAME_LINE);
            groups.push((y, y + height));
            y += height + 11.0;
        }
        let plot = Rect::new(left, top, WIDTH - right, y - 5.0);

        let ends = self
            .bars()
            .filter(|b| self.value.shows(b.value))
            .flat_map(|b| {
                let (lo, hi) = self.interval(&b).unwrap_or((b.value, b.value));
                [b.value, lo, hi]
            });
        let value = Axis::new("", self.value.quantity)
            .starting_at_zero()
            .range(ends);
        let ticks = fitting(plot.width(), value, |max| {
            ticks::inside(value, self.value.quantity, max)
        });
        Layout {
            names,
            plot,
            groups,
            bar,
            value,
            ticks,
            legend,
            legend_top,
        }
    }

    fn paint(&self, canvas: &mut Canvas, layout: &Layout) {
        self.heading.paint(canvas);
        layout.legend.paint(canvas, layout.legend_top);
        let plot = layout.plot;
        let at = |value: f64| plot.x0 + layout.value.position(value) * plot.width();
        let ticks: Vec<(f64, Vec<String>)> = layout
            .ticks
            .iter()
            .map(|t| (at(t.value), vec![t.label.clone()]))
            .collect();
        x_axis(canvas, plot, &ticks, true, true);
        let label = with_unit(
            &self.value.label,
            &tick_labels::unit(&layout.ticks, self.value.quantity),
        );
        x_label(canvas, &label, ((plot.x0 + plot.x1) / 2.0, plot.y1 + 46.0));

        for ((group, lines), &(y0, y1)) in self.groups.iter().zip(&layout.names).zip(&layout.groups)
        {
            let centre = (y0 + y1) / 2.0;
            row_name(canvas, plot, centre, lines);
            let first = centre - self.n_series() as f64 * layout.bar / 2.0;
            for i in 0..self.n_series() {
                let y = first + i as f64 * layout.bar;
                let row = Rect::new(at(0.0), y + 1.0, at(0.0), y + layout.bar - 1.0);
                self.paint_bar(canvas, layout, group.bars.get(i).copied().flatten(), i, row);
            }
        }
        canvas.line(&[(at(0.0), plot.y0), (at(0.0), plot.y1)], AXIS, 1.3);
    }

    fn paint_bar(
        &self,
        canvas: &mut Canvas,
        layout: &Layout,
        bar: Option<Bar>,
        series: usize,
        row: Rect,
    ) {
        let at = |value: f64| layout.plot.x0 + layout.value.position(value) * layout.plot.width();
        let middle = (row.y0 + row.y1) / 2.0;
        let baseline = middle + MIDDLE * (SIZE - 1.0);
        let Some(bar) = bar.filter(|bar| self.value.shows(bar.value)) else {
            canvas.text("n/a", (row.x0 + 6.0, baseline), Anchor::Start, NOTE_FONT);
            return;
        };
        let end = at(bar.value);
        canvas.fill(
            Rect {
                x0: row.x0.min(end),
                x1: row.x1.max(end),
                ..row
            },
            colour::series(series),
        );
        let mut rightmost = end.max(row.x0);
        if let Some((lo, hi)) = self.interval(&bar).map(|(lo, hi)| (at(lo), at(hi))) {
            whisker(canvas, lo, hi, middle);
            rightmost = rightmost.max(hi);
        }
        let value = self.value.quantity.value(bar.value);
        let font = text::Font {
            size: SIZE - 1.0,
            ..TICK_FONT
        };
        canvas.text(&value, (rightmost + 7.0, baseline), Anchor::Start, font);
    }
}
