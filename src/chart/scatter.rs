//! Points over two numbers: what each of many settings gives and costs.

use std::collections::BTreeSet;

use super::canvas::{self, Canvas, Rect};
use super::frame::{
    Heading, LABEL_FONT, MARGIN, SIZE, WIDTH, widest, x_axis, x_label, y_axis, y_label,
};
use super::legend::{Legend, Swatch, frame, ring};
use super::paint::Paint;
use super::picture::Picture;
use super::scale::{Axis, Range, Scale};
use super::text::Anchor;
use super::ticks;
use crate::numeric::math::pow;

const HEIGHT: f64 = 400.0;
/// Points closer than this are drawn once [pixels].
const GRAIN: f64 = 1.5;

/// A chart of points.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// Title and subtitle.
    pub heading: Heading,
    pub x: Axis,
    pub y: Axis,
    /// In the order in which they are drawn: later ones cover earlier ones, and stand before them in the legend.
    pub groups: Vec<PointGroup>,
    /// Places marked by a ring and by a frame, each with what it is, for the legend.
    pub ring: Option<(f64, f64, String)>,
    pub frame: Option<(f64, f64, String)>,
}

/// Points of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct PointGroup {
    /// Name in the legend.
    pub name: String,
    pub points: Vec<(f64, f64)>,
    /// The place of its colour among those of series; none for the background of the others, which is small and grey.
    pub colour: Option<usize>,
}

impl PointGroup {
    /// Paint and radius of its points.
    fn look(&self) -> (Paint, f64) {
        self.colour
            .map_or((Paint::Hatch, 2.0), |i| (Paint::series(i), 3.6))
    }
}

impl Scatter {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        let shown: Vec<(f64, f64)> = self.points().filter(|at| self.shows(*at)).collect();
        if shown.is_empty() {
            return self.heading.nothing_to_show();
        }
        // Air at the ends, for points as large as they are.
        let x = widened(self.x.range(shown.iter().map(|(x, _)| *x)));
        let y = self.y.range(shown.iter().map(|(_, y)| *y));
        let (y, y_ticks) = ticks::widened(y, self.y.quantity, 7);
        let legend = self.legend();
        let legend_top = self.heading.bottom() + 2.0;
        let y_label_baseline = legend_top + legend.height() + SIZE + 2.0;
        let left = MARGIN + widest(y_ticks.iter().map(|tick| &tick.label)) + 8.0;
        let top = y_label_baseline + 14.0;
        let plot = Rect::new(left, top, WIDTH - 34.0, top + HEIGHT);
        let x_ticks = ticks::fitting(plot.width(), x, self.x.quantity);
        let x_label_baseline = plot.y1 + 10.0 + 2.15 * SIZE + 4.0;
        let height = x_label_baseline + 14.0;
        let drawn = canvas::draw(WIDTH, height, &self.heading.title, |canvas| {
            self.heading.paint(canvas);
            legend.paint(canvas, legend_top);
            y_label(canvas, &self.y.with_unit(&y_ticks), y_label_baseline);
            let at_x = x_ticks.iter();
            let at_x = at_x.map(|tick| (x.across(tick.value, plot), tick.lines()));
            x_axis(canvas, plot, at_x, true, true);
            let at_y = y_ticks.iter();
            let at_y = at_y.map(|tick| (y.up(tick.value, plot), tick.lines()));
            y_axis(canvas, plot, at_y, true, true);
            canvas.line(&[(plot.x0, plot.y1), (plot.x1, plot.y1)], Paint::Axis, 1.3);
            self.paint(canvas, plot, |at| (x.across(at.0, plot), y.up(at.1, plot)));
            let at = (plot.middle().0, x_label_baseline);
            x_label(canvas, &self.x.with_unit(&x_ticks), at);
        });
        drawn.told(&self.described(), self.tables())
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        let marks = self.ring.iter().chain(&self.frame);
        let points = self.groups.iter().flat_map(|group| &group.points);
        points.copied().chain(marks.map(|(x, y, _)| (*x, *y)))
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        self.x.shows(x) && self.y.shows(y)
    }

    fn legend(&self) -> Legend {
        let mut legend = Legend::new(MARGIN);
        let groups = self.groups.iter().rev();
        for group in groups.filter(|group| !group.points.is_empty()) {
            legend.push(&group.name, Swatch::Dot(group.look().0));
        }
        for (mark, swatch) in [(&self.ring, Swatch::Ring), (&self.frame, Swatch::Outline)] {
            if let Some((_, _, name)) = mark {
                legend.push(name, swatch);
            }
        }
        legend
    }

    fn paint(&self, canvas: &mut Canvas, plot: Rect, place: impl Fn((f64, f64)) -> (f64, f64)) {
        for group in &self.groups {
            let (colour, radius) = group.look();
            let shown = group.points.iter().filter(|at| self.shows(**at));
            let grains = shown.map(|at| {
                let (x, y) = place(*at);
                ((x / GRAIN).round() as i64, (y / GRAIN).round() as i64)
            });
            for (x, y) in grains.collect::<BTreeSet<_>>() {
                canvas.dot((x as f64 * GRAIN, y as f64 * GRAIN), radius, colour);
            }
        }
        let [framed, ringed] =
            [&self.frame, &self.ring].map(|mark| mark.as_ref().map(|(x, y, _)| (*x, *y)));
        if let Some(at) = framed.filter(|at| self.shows(*at)) {
            frame(canvas, place(at), 6.5);
        }
        if let Some(at) = ringed.filter(|at| self.shows(*at)) {
            ring(canvas, place(at));
        }
        if let Some((x, _)) = framed.filter(|at| !self.shows(*at)) {
            // What has no place on the chart is still said.
            let text = match self.x.shows(x) {
                true => "",
                false => "the framed setting is off this chart: it never gets there",
            };
            let width = LABEL_FONT.width(text);
            let at = (plot.x1 - width - 6.0, plot.y0 + SIZE + 2.0);
            canvas.text(text, at, Anchor::Start, LABEL_FONT);
        }
    }
}

fn widened(range: Range) -> Range {
    let [lo, hi] = [-0.02, 1.02].map(|position| match range.scale {
        Scale::Linear => range.lo + position * (range.hi - range.lo),
        Scale::Log => range.lo * pow(range.hi / range.lo, position),
    });
    Range { lo, hi, ..range }
}
