//! Where the parts of a line chart go.
//!
//! Names stand at the ends of the lines when all panels have room for that, since a reader then needs no legend;
//! otherwise in a legend above the data.

use super::canvas::Rect;
use super::categories;
use super::clock;
use super::frame::{MARGIN, PANEL_FONT, SIZE, WIDTH, widest};
use super::labels::spread;
use super::legend::{Legend, Swatch};
use super::lines::{Arrangement, Course, LineChart, LinePanel, Mark, Series};
use super::paint::{Paint, dash};
use super::scale::{Range, Scale};
use super::tick_labels::Tick;
use super::ticks;

/// Farthest a name may stand from the end of its line [pixels].
const FARTHEST: f64 = 26.0;
const WIDEST_DIRECT: f64 = 190.0;

/// Geometry of a chart.
pub(super) struct LinesLayout {
    pub height: f64,
    pub legend: Legend,
    pub legend_top: f64,
    pub y_label_baseline: f64,
    pub x_label_baseline: f64,
    pub plots: Vec<Rect>,
    pub columns: usize,
    pub x: Range,
    pub y: Range,
    pub x_ticks: Vec<(f64, Vec<String>)>,
    /// With its unit.
    pub x_label: String,
    pub y_ticks: Vec<Tick>,
    /// Per panel and series: middle of the name at the line's end. `None`: names are in the legend.
    pub ends: Option<Vec<Vec<f64>>>,
}

impl LinesLayout {
    /// The layout with names at line ends, if they fit.
    pub(super) fn with_direct_labels(chart: &LineChart) -> Option<LinesLayout> {
        let names = chart.names();
        let alone = chart.arrangement == Arrangement::Stacked || chart.panels.len() == 1;
        let width = widest(&names);
        if !alone || names.is_empty() || width == 0.0 || width > WIDEST_DIRECT {
            return None;
        }
        let mut layout = LinesLayout::new(chart, width + 18.0, Legend::new(MARGIN));
        let ends: Option<Vec<_>> = chart
            .panels
            .iter()
            .zip(&layout.plots)
            .map(|(panel, plot)| layout.ends(chart, panel, *plot))
            .collect();
        layout.ends = Some(ends?);
        Some(layout)
    }

    /// The layout with a legend above the data.
    pub(super) fn with_legend(chart: &LineChart) -> LinesLayout {
        let mut legend = Legend::new(MARGIN);
        for name in chart.names().into_iter().filter(|name| !name.is_empty()) {
            let look = chart.look(name);
            legend.push(name, Swatch::Line(Paint::series(look), dash(look)));
        }
        LinesLayout::new(chart, 0.0, legend)
    }

    fn new(chart: &LineChart, right: f64, mut legend: Legend) -> LinesLayout {
        let banded = chart.points().any(|point| point.band.is_some());
        if banded && !chart.band_note.is_empty() {
            legend.push(&chart.band_note, Swatch::Band(Paint::Quiet));
        }
        if chart.panels.iter().any(|panel| !panel.shades.is_empty()) {
            legend.push(&chart.shade_note, Swatch::Box(Paint::Shade));
        }
        let (x, y) = ranges(chart);
        let (columns, rows) = grid(chart);
        let titled = match chart.panels.iter().any(|panel| !panel.title.is_empty()) {
            true => PANEL_FONT.size + 14.0,
            false => 16.0,
        };

        let legend_top = chart.heading.bottom() + 2.0;
        let y_label_baseline = legend_top + legend.height() + SIZE + 2.0;
        let top = y_label_baseline + 2.0;
        let plot_height = match (rows, chart.arrangement) {
            (1, _) => (428.0 - top).max(260.0),
            (_, Arrangement::SideBySide) => 210.0,
            (2 | 3, Arrangement::Stacked) => 170.0,
            (_, Arrangement::Stacked) => 130.0,
        };
        let y_max = if plot_height < 180.0 { 5 } else { 7 };
        let (y, y_ticks) = ticks::widened(y, chart.y.quantity, y_max);

        let left = MARGIN + widest(y_ticks.iter().map(|tick| &tick.label)) + 8.0;
        let gap = if columns > 1 { 44.0 } else { 0.0 };
        let right = right.max(34.0);
        let plot_width = (WIDTH - left - right - gap * (columns - 1) as f64) / columns as f64;
        let (x_ticks, x_label) = x_ticks(chart, x, plot_width);
        let tick_lines = x_ticks.iter().map(|(_, lines)| lines.len()).max();
        let tick_lines = tick_lines.unwrap_or(1).max(1) + usize::from(!chart.clocks.is_empty());
        let ticks_height = 10.0 + 1.15 * SIZE * tick_lines as f64;

        let row_gap = match chart.arrangement {
            Arrangement::Stacked => 6.0,
            Arrangement::SideBySide => ticks_height + 6.0,
        };
        let row_height = titled + plot_height + row_gap;
        let plots = (0..chart.panels.len()).map(|i| {
            let (column, row) = (i % columns, i / columns);
            let x0 = left + column as f64 * (plot_width + gap);
            let y0 = top + row as f64 * row_height + titled;
            Rect::new(x0, y0, x0 + plot_width, y0 + plot_height)
        });
        let bottom = top + rows as f64 * row_height - row_gap;
        let x_label_baseline = bottom + ticks_height + SIZE + 4.0;
        LinesLayout {
            height: x_label_baseline + 14.0,
            legend,
            legend_top,
            y_label_baseline,
            x_label_baseline,
            plots: plots.collect(),
            columns,
            x,
            y,
            x_ticks,
            x_label,
            y_ticks,
            ends: None,
        }
    }

    /// Pixel of a point.
    pub(super) fn pixel(&self, plot: Rect, x: f64, y: f64) -> (f64, f64) {
        (self.x.across(x, plot), self.y.up(y, plot))
    }

    /// Where the names of a panel's series go, or `None` if some line ends elsewhere or the names crowd.
    fn ends(&self, chart: &LineChart, panel: &LinePanel, plot: Rect) -> Option<Vec<f64>> {
        let wanted: Option<Vec<f64>> = panel
            .series
            .iter()
            .map(|series: &Series| {
                let last = series.points.last().filter(|p| chart.shows(p))?;
                let (x, y) = self.pixel(plot, last.x, last.mid);
                let reaches = series.course == Course::Step || x > plot.x1 - 0.06 * plot.width();
                reaches.then_some(y)
            })
            .collect();
        let wanted = wanted?;
        let places = spread(&wanted, 1.2 * SIZE, plot.y0, plot.y1 - 5.0)?;
        let mut moved = wanted.iter().zip(&places);
        moved
            .all(|(wanted, place)| (wanted - place).abs() <= FARTHEST)
            .then_some(places)
    }
}

fn grid(chart: &LineChart) -> (usize, usize) {
    let n = chart.panels.len();
    let columns = match (chart.arrangement, n) {
        (Arrangement::Stacked, _) | (_, 1) => 1,
        (_, 2 | 4) => 2,
        _ => 3,
    };
    (columns, n.div_ceil(columns))
}

fn ranges(chart: &LineChart) -> (Range, Range) {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for point in chart.points().filter(|point| chart.shows(point)) {
        xs.push(point.x);
        ys.push(point.mid);
        ys.extend(chart.band(point).into_iter().flat_map(|(lo, hi)| [lo, hi]));
    }
    for mark in chart.panels.iter().flat_map(|panel| &panel.marks) {
        match mark {
            Mark::X(at, _) => xs.push(*at),
            Mark::Y(at, _) => ys.push(*at),
        }
    }
    xs.extend(chart.x_ticks.iter().flatten().map(|(x, _)| *x));
    let mut x = chart.x.range(xs);
    if chart.x_ticks.is_some() && x.scale == Scale::Linear {
        let air = 0.05 * (x.hi - x.lo);
        (x.lo, x.hi) = (x.lo - air, x.hi + air);
    }
    (x, chart.y.range(ys))
}

/// The ticks of x with their lines, and the label of the axis.
fn x_ticks(chart: &LineChart, x: Range, room: f64) -> (Vec<(f64, Vec<String>)>, String) {
    let Some(named) = &chart.x_ticks else {
        let (widest, below) = match chart.clocks.first() {
            None => ("", String::new()),
            Some(clock) if clock.of.is_empty() => (clock::WIDEST, "; clock times below".to_owned()),
            Some(clock) => (
                clock::WIDEST,
                format!("; clock times of {} below", clock.of),
            ),
        };
        let ticks = ticks::as_wide_as(widest, room, x, chart.x.quantity);
        let label = chart.x.with_unit(&ticks) + &below;
        let ticks = ticks.into_iter().map(|tick| (tick.value, vec![tick.label]));
        return (ticks.collect(), label);
    };
    let shown: Vec<&(f64, String)> = named.iter().filter(|(at, _)| chart.x.shows(*at)).collect();
    let slot = shown
        .windows(2)
        .map(|w| (x.position(w[1].0) - x.position(w[0].0)).abs() * room)
        .fold(room / shown.len().max(2) as f64, f64::min)
        .max(1.0);
    let names: Vec<&str> = shown.iter().map(|(_, name)| name.as_str()).collect();
    let ticks = categories::columns(&names, slot).into_iter();
    let ticks = ticks.map(|(i, lines)| (shown[i].0, lines));
    (ticks.collect(), chart.x.label.clone())
}
