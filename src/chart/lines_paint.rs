//! Draws a line chart once its layout is known: grid, bands, reference marks, lines, names.

use super::canvas::{self, Canvas, Rect};
use super::frame::{
    LABEL_FONT, MIDDLE, SIZE, WIDTH, panel_title, x_axis, x_label, y_axis, y_label,
};
use super::lines::{Arrangement, Course, LineChart, LinePanel, Point, Series};
use super::lines_layout::LinesLayout;
use super::marks;
use super::paint::{Paint, dash};
use super::picture::Picture;
use super::text::Anchor;

const LINE_WIDTH: f64 = 3.0;
const BAND_OPACITY: f64 = 0.2;
/// Half the width of a band that has a single point [pixels].
const LONE_BAND: f64 = 4.0;
/// Up to this many points each gets a dot: the settings of a sweep, not the samples of a curve.
const DOTTED: usize = 16;

/// A step between neighbours of so much of the axis is a jump where points are few.
const JUMP: f64 = 0.5;
/// Between points of series that have no lines [pixels].
const BESIDE: f64 = 12.0;

type Path = Vec<(f64, f64)>;

impl LineChart {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self.points().any(|point| self.shows(point)) {
            return self.heading.nothing_to_show();
        }
        let direct = LinesLayout::with_direct_labels(self);
        let layout = direct.unwrap_or_else(|| LinesLayout::with_legend(self));
        paint(self, &layout).told(&self.described(), self.tables())
    }
}

fn paint(chart: &LineChart, layout: &LinesLayout) -> Picture {
    canvas::draw(WIDTH, layout.height, &chart.heading.title, |canvas| {
        chart.heading.paint(canvas);
        layout.legend.paint(canvas, layout.legend_top);
        let label = chart.y.with_unit(&layout.y_ticks);
        y_label(canvas, &label, layout.y_label_baseline);
        for i in 0..chart.panels.len() {
            Panel::new(chart, layout, i).paint(canvas);
        }
        let last = layout.columns.min(layout.plots.len()) - 1;
        let middle = (layout.plots[0].x0 + layout.plots[last].x1) / 2.0;
        let at = (middle, layout.x_label_baseline);
        x_label(canvas, &layout.x_label, at);
    })
}

/// One panel and its place.
struct Panel<'a> {
    chart: &'a LineChart,
    layout: &'a LinesLayout,
    panel: &'a LinePanel,
    index: usize,
    plot: Rect,
}

impl<'a> Panel<'a> {
    fn new(chart: &'a LineChart, layout: &'a LinesLayout, index: usize) -> Self {
        let (panel, plot) = (&chart.panels[index], layout.plots[index]);
        Panel {
            chart,
            layout,
            panel,
            index,
            plot,
        }
    }

    fn paint(&self, canvas: &mut Canvas) {
        self.paint_shades(canvas);
        self.paint_frame(canvas);
        let mut obstacles: Vec<Path> = vec![];
        for series in &self.panel.series {
            for (low, high) in self.bands(series) {
                let outline: Path = low.iter().chain(high.iter().rev()).copied().collect();
                canvas.area(&outline, self.colour(series), BAND_OPACITY);
                obstacles.extend([low, high]);
            }
        }
        let marks = &self.panel.marks;
        marks::paint_lines(canvas, self.layout, self.plot, marks);
        for series in &self.panel.series {
            for path in self.paths(series) {
                let dash = dash(self.look(series));
                canvas.stroke(&path, self.colour(series), LINE_WIDTH, dash);
                obstacles.push(path);
            }
        }
        for series in &self.panel.series {
            self.paint_dots(canvas, series);
        }
        marks::paint_labels(canvas, self.layout, self.plot, marks, &obstacles);
        self.paint_names(canvas);
    }

    fn look(&self, series: &Series) -> usize {
        self.chart.look(&series.name)
    }

    fn colour(&self, series: &Series) -> Paint {
        Paint::series(self.look(series))
    }

    fn paint_shades(&self, canvas: &mut Canvas) {
        let x = self.layout.x;
        for shade in &self.panel.shades {
            let (from, to) = (shade.from.max(x.lo), shade.to.min(x.hi));
            if from < to {
                let [x0, x1] = [from, to].map(|at| x.across(at, self.plot));
                let stretch = Rect::new(x0, self.plot.y0, x1, self.plot.y1);
                canvas.fill_translucent(stretch, Paint::Shade, shade.depth);
            }
        }
    }

    fn paint_frame(&self, canvas: &mut Canvas) {
        let (layout, plot) = (self.layout, self.plot);
        panel_title(canvas, &self.panel.title, plot);
        let clock = self.chart.clocks.get(self.index);
        let x_ticks = layout.x_ticks.iter().map(|(at, lines)| {
            let clock = clock.map(|clock| clock.label(*at));
            let lines: Vec<String> = lines.iter().cloned().chain(clock).collect();
            (layout.x.across(*at, plot), lines)
        });
        let x_ticks: Vec<(f64, Vec<String>)> = x_ticks.collect();
        let x_ticks = x_ticks.iter().map(|(at, lines)| (*at, lines.as_slice()));
        let y_ticks = layout.y_ticks.iter();
        let y_ticks = y_ticks.map(|tick| (layout.y.up(tick.value, plot), tick.lines()));
        let lowest = self.index + layout.columns >= self.chart.panels.len();
        let labelled = lowest || self.chart.arrangement == Arrangement::SideBySide;
        let grid = self.chart.x_ticks.is_none();
        x_axis(canvas, plot, x_ticks, grid, labelled);
        let leftmost = self.index.is_multiple_of(layout.columns);
        y_axis(canvas, plot, y_ticks, true, leftmost);
        canvas.line(&[(plot.x0, plot.y1), (plot.x1, plot.y1)], Paint::Axis, 1.3);
    }

    /// Runs of points without a gap.
    fn runs<'s>(&self, series: &'s Series, keep: impl Fn(&Point) -> bool) -> Vec<&'s [Point]> {
        let points = &series.points;
        let shown = points.split(|point| !self.chart.shows(point) || !keep(point));
        let runs = shown.flat_map(|run| run.chunk_by(|a, b| self.are_joined(series, a, b)));
        runs.filter(|run| !run.is_empty()).collect()
    }

    /// Whether a line goes from a point to the next: not among places between which there is nothing, nor, where points are few,
    /// across a jump of which nobody knows where it is.
    fn are_joined(&self, series: &Series, from: &Point, to: &Point) -> bool {
        let [low, high] = [from, to].map(|point| self.layout.y.position(point.mid));
        match series.course {
            Course::Step | Course::StepToEnd => true,
            Course::Dots => false,
            Course::Straight => series.points.len() > DOTTED || (high - low).abs() <= JUMP,
        }
    }

    /// Where a point is: points of series that have no lines stand beside each other.
    fn place(&self, series: &Series, x: f64, y: f64) -> (f64, f64) {
        let (at, height) = self.layout.pixel(self.plot, x, y);
        let dodge = match series.course {
            Course::Dots => {
                let (look, n) = (self.look(series), self.panel.series.len());
                BESIDE * ((look % n) as f64 - (n - 1) as f64 / 2.0)
            }
            _ => 0.0,
        };
        (at + dodge, height)
    }

    /// The corners that heights make along `run`; a stepped series holds its last value to the right edge.
    fn corners(&self, series: &Series, run: &[Point], height: impl Fn(&Point) -> f64) -> Path {
        let mut path: Path = vec![];
        for point in run {
            let at = self.place(series, point.x, height(point));
            if let (Course::Step | Course::StepToEnd, Some(&before)) = (series.course, path.last())
            {
                path.push((at.0, before.1));
            }
            path.push(at);
        }
        let last = series.points.last().zip(run.last());
        let ends = last.is_some_and(|(a, b)| std::ptr::eq(a, b));
        if let (Course::Step, true, Some(&last)) = (series.course, ends, path.last()) {
            path.push((self.plot.x1, last.1));
        }
        path
    }

    fn paths(&self, series: &Series) -> Vec<Path> {
        let runs = self.runs(series, |_| true).into_iter();
        runs.map(|run| self.corners(series, run, |p| p.mid))
            .filter(|path| path.len() > 1)
            .collect()
    }

    /// Low and high edge of each part of the band.
    fn bands(&self, series: &Series) -> Vec<(Path, Path)> {
        let chart = self.chart;
        let runs = self.runs(series, |point| chart.band(point).is_some());
        let edges = runs.into_iter().map(|run| {
            let low = self.corners(series, run, |p| chart.band(p).map_or(p.mid, |(lo, _)| lo));
            let high = self.corners(series, run, |p| chart.band(p).map_or(p.mid, |(_, hi)| hi));
            match (&low[..], &high[..]) {
                ([a], [b]) => (widened(*a), widened(*b)),
                _ => (low, high),
            }
        });
        edges.collect()
    }

    fn paint_dots(&self, canvas: &mut Canvas, series: &Series) {
        let is_dotted = matches!(series.course, Course::Straight | Course::Dots);
        for run in self.runs(series, |_| is_dotted) {
            if series.points.len() <= DOTTED || run.len() == 1 {
                for point in run {
                    let at = self.place(series, point.x, point.mid);
                    canvas.dot(at, 4.5, self.colour(series));
                }
            }
        }
    }

    fn paint_names(&self, canvas: &mut Canvas) {
        let Some(ends) = &self.layout.ends else {
            return;
        };
        for (series, y) in self.panel.series.iter().zip(&ends[self.index]) {
            let font = LABEL_FONT.in_paint(self.colour(series).for_text());
            let at = (self.plot.x1 + 9.0, y + MIDDLE * SIZE);
            canvas.text(&series.name, at, Anchor::Start, font);
        }
    }
}

/// The edge of a band that has a single point.
fn widened((x, y): (f64, f64)) -> Path {
    vec![(x - LONE_BAND, y), (x + LONE_BAND, y)]
}
