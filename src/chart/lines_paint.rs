//! Draws a line chart once its layout is known: grid, bands, reference marks, lines, names.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, Colour};
use super::frame::{MIDDLE, SIZE, WIDTH, panel_title, with_unit, x_axis, x_label, y_axis, y_label};
use super::lines::{Arrangement, Course, LineChart, LinePanel, Point, Series};
use super::lines_layout::Layout;
use super::marks;
use super::picture::Picture;
use super::text::{Anchor, Font, Weight};
use super::tick_labels;

const LINE_WIDTH: f64 = 3.0;
const BAND_OPACITY: f64 = 0.2;
/// Half the width of a band that has a single point [pixels].
const LONE_BAND: f64 = 4.0;
/// Up to this many points each gets a dot: the settings of a sweep, not the samples of a curve.
const DOTTED: usize = 16;

type Path = Vec<(f64, f64)>;

impl LineChart {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self
            .panels
            .iter()
            .flat_map(|p| &p.series)
            .flat_map(|s| &s.points)
            .any(|p| self.shows(p))
        {
            return self.heading.nothing_to_show();
        }
        let direct = Layout::with_direct_labels(self);
        paint(self, &direct.unwrap_or_else(|| Layout::with_legend(self)))
    }
}

fn paint(chart: &LineChart, layout: &Layout) -> Picture {
    canvas::draw(WIDTH, layout.height, &chart.heading.title, |canvas| {
        chart.heading.paint(canvas);
        layout.legend.paint(canvas, layout.legend_top);
        let unit = tick_labels::unit(&layout.y_ticks, chart.y.quantity);
        y_label(
            canvas,
            &with_unit(&chart.y.label, &unit),
            layout.y_label_baseline,
        );
        for i in 0..chart.panels.len() {
            Panel::new(chart, layout, i).paint(canvas);
        }
        let last = layout.columns.min(layout.plots.len()) - 1;
        let middle = (layout.plots[0].x0 + layout.plots[last].x1) / 2.0;
        let label = with_unit(&chart.x.label, &layout.x_unit);
        x_label(canvas, &label, (middle, layout.x_label_baseline));
    })
}

/// One panel and its place.
struct Panel<'a> {
    chart: &'a LineChart,
    layout: &'a Layout,
    panel: &'a LinePanel,
    index: usize,
    plot: Rect,
    names: Vec<&'a str>,
}

impl<'a> Panel<'a> {
    fn new(chart: &'a LineChart, layout: &'a Layout, index: usize) -> Self {
        let (panel, plot) = (&chart.panels[index], layout.plots[index]);
        Panel {
            chart,
            layout,
            panel,
            index,
            plot,
            names: chart.names(),
        }
    }

    fn paint(&self, canvas: &mut Canvas) {
        self.paint_frame(canvas);
        let mut obstacles: Vec<Path> = vec![];
        for series in &self.panel.series {
            for (low, high) in self.bands(series) {
                let outline: Path = low.iter().chain(high.iter().rev()).copied().collect();
                canvas.area(&outline, self.colour(series), BAND_OPACITY);
                obstacles.extend([low, high]);
            }
        }
        marks::paint_lines(canvas, self.layout, self.plot, &self.panel.marks);
        for series in &self.panel.series {
            for path in self.paths(series) {
                match colour::dash(self.look(series)) {
                    None => canvas.line(&path, self.colour(series), LINE_WIDTH),
                    Some(dash) => canvas.dashed(&path, self.colour(series), LINE_WIDTH, dash),
                }
                obstacles.push(path);
            }
        }
        for series in &self.panel.series {
            self.paint_dots(canvas, series);
        }
        marks::paint_labels(
            canvas,
            self.layout,
            self.plot,
            &self.panel.marks,
            &obstacles,
        );
        self.paint_names(canvas);
    }

    fn look(&self, series: &Series) -> usize {
        self.names
            .iter()
            .position(|name| *name == series.name)
            .unwrap_or(0)
    }

    fn colour(&self, series: &Series) -> Colour {
        colour::series(self.look(series))
    }

    fn paint_frame(&self, canvas: &mut Canvas) {
        let (layout, plot) = (self.layout, self.plot);
        panel_title(canvas, &self.panel.title, plot);
        let x = |value: f64| plot.x0 + layout.x.position(value) * plot.width();
        let y = |value: f64| plot.y1 - layout.y.position(value) * plot.height();
        let x_ticks = layout
            .x_ticks
            .iter()
            .map(|(at, lines)| (x(*at), lines.clone()));
        let y_ticks = layout.y_ticks.iter().map(|t| (y(t.value), t.label.clone()));
        let (x_ticks, y_ticks): (Vec<_>, Vec<_>) = (x_ticks.collect(), y_ticks.collect());
        let lowest = self.index + layout.columns >= self.chart.panels.len();
        let labelled = lowest || self.chart.arrangement == Arrangement::SideBySide;
        x_axis(
            canvas,
            plot,
            &x_ticks,
            self.chart.x_ticks.is_none(),
            labelled,
        );
        y_axis(
            canvas,
            plot,
            &y_ticks,
            self.index.is_multiple_of(layout.columns),
        );
        canvas.line(&[(plot.x0, plot.y1), (plot.x1, plot.y1)], colour::AXIS, 1.3);
    }

    /// Runs of points without a gap.
    fn runs<'s>(&self, series: &'s Series, keep: impl Fn(&Point) -> bool) -> Vec<&'s [Point]> {
        let breaks = |p: &Point| !self.chart.shows(p) || !keep(p);
        series
            .points
            .split(breaks)
            .filter(|run| !run.is_empty())
            .collect()
    }

    /// The corners that `heights` make along `run`; a stepped series holds its last value to the right edge.
    fn corners(&self, series: &Series, run: &[Point], height: impl Fn(&Point) -> f64) -> Path {
        let mut path: Path = vec![];
        for point in run {
            let at = self.layout.pixel(self.plot, point.x, height(point));
            if let (Course::Step, Some(&before)) = (series.course, path.last()) {
                path.push((at.0, before.1));
            }
            path.push(at);
        }
        let ends = series
            .points
            .last()
            .zip(run.last())
            .is_some_and(|(a, b)| std::ptr::eq(a, b));
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
        let band = |p: &Point| self.chart.band(p);
        let edges = |run: &[Point]| {
            let low = self.corners(series, run, |p| band(p).map_or(p.mid, |(lo, _)| lo));
            let high = self.corners(series, run, |p| band(p).map_or(p.mid, |(_, hi)| hi));
            let wide = |y: f64, x: f64| vec![(x - LONE_BAND, y), (x + LONE_BAND, y)];
            match (&low[..], &high[..]) {
                ([a], [b]) => (wide(a.1, a.0), wide(b.1, b.0)),
                _ => (low, high),
            }
        };
        self.runs(series, |p| band(p).is_some())
            .into_iter()
            .map(edges)
            .collect()
    }

    fn paint_dots(&self, canvas: &mut Canvas, series: &Series) {
        for run in self.runs(series, |_| series.course == Course::Straight) {
            if series.points.len() <= DOTTED || run.len() == 1 {
                for point in run {
                    let at = self.layout.pixel(self.plot, point.x, point.mid);
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
            let colour = colour::for_text(self.colour(series));
            let font = Font {
                size: SIZE,
                weight: Weight::Regular,
                colour,
            };
            let at = (self.plot.x1 + 9.0, y + MIDDLE * SIZE);
            canvas.text(&series.name, at, Anchor::Start, font);
        }
    }
}
