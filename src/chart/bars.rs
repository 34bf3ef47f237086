//! Horizontal bars with error bars: failure codes by profile, outcomes by setting.
//!
//! Horizontal, because names such as `MissingRobotApplicationArchitecture` are read without tilting the head.

use super::bar_rows::{BarRows, Rows};
use super::canvas::{Canvas, Rect};
use super::frame::{Heading, MARGIN, MIDDLE, NOTE_FONT, SIZE, TICK_FONT};
use super::legend::{Legend, Swatch, whisker};
use super::paint::Paint;
use super::picture::Picture;
use super::scale::Axis;
use super::text::{Anchor, Font};

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
        let interval = Some((lo, hi));
        Bar { value, interval }
    }

    /// A bar without an error bar.
    pub fn exact(value: f64) -> Self {
        let interval = None;
        Bar { value, interval }
    }
}

/// Widest column of names [pixels]; longer names get more lines.
const NAMES: f64 = 340.0;

impl BarChart {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self.bars().any(|bar| self.value.shows(bar.value)) {
            return self.heading.nothing_to_show();
        }
        let rows = self.rows();
        let drawn =
            rows.draw(|canvas, group, middle| self.paint_group(canvas, &rows, group, middle));
        drawn.told(&self.described(), self.tables())
    }

    fn bars(&self) -> impl Iterator<Item = Bar> {
        self.groups
            .iter()
            .flat_map(|g| g.bars.iter().take(self.n_series()).flatten().copied())
    }

    /// Bars per group: series without a name are drawn too.
    fn n_series(&self) -> usize {
        let most = self.groups.iter().map(|group| group.bars.len()).max();
        most.unwrap_or(0).max(self.series.len())
    }

    fn interval(&self, bar: &Bar) -> Option<(f64, f64)> {
        bar.interval
            .filter(|(lo, hi)| self.value.shows(*lo) && self.value.shows(*hi))
    }

    fn rows(&self) -> BarRows<'_> {
        let n = self.n_series();
        let mut legend = Legend::new(MARGIN);
        for (i, name) in self.series.iter().enumerate().filter(|_| n > 1) {
            legend.push(name, Swatch::Box(Paint::series(i)));
        }
        if !self.error_note.is_empty() && self.bars().any(|bar| bar.interval.is_some()) {
            legend.push(&self.error_note, Swatch::Whisker);
        }
        let shown = self.bars().filter(|bar| self.value.shows(bar.value));
        let ends = shown.flat_map(|bar| {
            let (lo, hi) = self.interval(&bar).unwrap_or((bar.value, bar.value));
            [bar.value, lo, hi]
        });
        let rows = Rows {
            names: self.groups.iter().map(|group| &*group.name).collect(),
            names_width: NAMES,
            name_lines: 4,
            bars: n as f64 * self.bar_height(),
            between: 11.0,
            ends: ends.collect(),
            labels: self
                .bars()
                .map(|bar| self.value.quantity.value(bar.value))
                .collect(),
        };
        BarRows::new(&self.heading, &self.value, legend, rows)
    }

    /// Height of a bar with the air around it [pixels].
    fn bar_height(&self) -> f64 {
        if self.n_series() <= 1 { 20.0 } else { 17.0 }
    }

    fn paint_group(&self, canvas: &mut Canvas, rows: &BarRows, group: usize, middle: f64) {
        let (n, height) = (self.n_series(), self.bar_height());
        let first = middle - n as f64 * height / 2.0;
        for i in 0..n {
            let y = first + i as f64 * height;
            let bar = self.groups[group].bars.get(i).copied().flatten();
            self.paint_bar(canvas, rows, bar, i, (y + 1.0, y + height - 1.0));
        }
    }

    fn paint_bar(
        &self,
        canvas: &mut Canvas,
        rows: &BarRows,
        bar: Option<Bar>,
        series: usize,
        (y0, y1): (f64, f64),
    ) {
        let zero = rows.at(0.0);
        let middle = (y0 + y1) / 2.0;
        let baseline = middle + MIDDLE * (SIZE - 1.0);
        let Some(bar) = bar.filter(|bar| self.value.shows(bar.value)) else {
            canvas.text("n/a", (zero + 6.0, baseline), Anchor::Start, NOTE_FONT);
            return;
        };
        let end = rows.at(bar.value);
        let mut rightmost = end.max(zero);
        let shape = Rect::new(zero.min(end), y0, rightmost, y1);
        canvas.fill(shape, Paint::series(series));
        if let Some((lo, hi)) = self.interval(&bar) {
            let (lo, hi) = (rows.at(lo), rows.at(hi));
            whisker(canvas, lo, hi, middle);
            rightmost = rightmost.max(hi);
        }
        let value = self.value.quantity.value(bar.value);
        let font = Font::regular(SIZE - 1.0, TICK_FONT.paint);
        canvas.text(&value, (rightmost + 7.0, baseline), Anchor::Start, font);
    }
}
