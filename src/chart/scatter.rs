//! Points over two numbers: what each of many settings gives and costs.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS, Colour, INK, WHITE};
use super::frame::{
    Heading, MARGIN, SIZE, WIDTH, fitting, widest, with_unit, x_axis, x_label, y_axis, y_label,
};
use super::legend::{Legend, Swatch, ring};
use super::picture::Picture;
use super::scale::{Axis, Range};
use super::text::{self, Anchor, Font, Weight};
use super::{tick_labels, ticks};

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
    /// Colour and radius of its points.
    fn look(&self) -> (Colour, f64) {
        self.colour
            .map_or((colour::HATCH, 2.0), |i| (colour::series(i), 3.6))
    }
}

impl Scatter {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        let shown = || {
            self.points()
                .filter(|(x, y)| self.x.shows(*x) && self.y.shows(*y))
        };
        if shown().next().is_none() {
            return self.heading.nothing_to_show();
        }
        let (x, y) = (
            self.x.range(shown().map(|(x, _)| x)),
            self.y.range(shown().map(|(_, y)| y)),
        );
        let (y, y_ticks) = ticks::widened(y, self.y.quantity, 7);
        let legend = self.legend();
        let legend_top = self.heading.bottom() + 2.0;
        let y_label_baseline = legend_top + legend.height() + SIZE + 2.0;
        let left = MARGIN + widest(y_ticks.iter().map(|tick| tick.label.as_str())) + 8.0;
        let top = y_label_baseline + 14.0;
        let plot = Rect::new(left, top, WIDTH - 34.0, top + HEIGHT);
        // Air at the ends, for points as large as they are.
        let x = widened(x);
        let x_ticks = fitting(plot.width(), x, |max| {
            ticks::inside(x, self.x.quantity, max)
        });
        let x_label_baseline = plot.y1 + 10.0 + 2.15 * SIZE + 4.0;
        canvas::draw(
            WIDTH,
            x_label_baseline + 14.0,
            &self.heading.title,
            |canvas| {
                self.heading.paint(canvas);
                legend.paint(canvas, legend_top);
                y_label(
                    canvas,
                    &with_unit(&self.y.label, &tick_labels::unit(&y_ticks, self.y.quantity)),
                    y_label_baseline,
                );
                let place = |at: (f64, f64)| {
                    (
                        plot.x0 + x.position(at.0) * plot.width(),
                        plot.y1 - y.position(at.1) * plot.height(),
                    )
                };
                let at_x: Vec<_> = x_ticks
                    .iter()
                    .map(|tick| (place((tick.value, 0.0)).0, vec![tick.label.clone()]))
                    .collect();
                let at_y: Vec<_> = y_ticks
                    .iter()
                    .map(|tick| (place((x.lo, tick.value)).1, tick.label.clone()))
                    .collect();
                x_axis(canvas, plot, &at_x, true, true);
                y_axis(canvas, plot, &at_y, true);
                canvas.line(&[(plot.x0, plot.y1), (plot.x1, plot.y1)], AXIS, 1.3);
                self.paint(canvas, plot, place);
                let label = with_unit(&self.x.label, &tick_labels::unit(&x_ticks, self.x.quantity));
                x_label(
                    canvas,
                    &label,
                    ((plot.x0 + plot.x1) / 2.0, x_label_baseline),
                );
            },
        )
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        let marks = self
            .ring
            .iter()
            .chain(&self.frame)
            .map(|(x, y, _)| (*x, *y));
        self.groups
            .iter()
            .flat_map(|group| group.points.iter().copied())
            .chain(marks)
    }

    fn legend(&self) -> Legend {
        let mut legend = Legend::new(MARGIN);
        for group in self
            .groups
            .iter()
            .rev()
            .filter(|group| !group.points.is_empty())
        {
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
            let shown = group
                .points
                .iter()
                .filter(|(x, y)| self.x.shows(*x) && self.y.shows(*y));
            let mut grains: Vec<(i64, i64)> = shown
                .map(|point| {
                    let (x, y) = place(*point);
                    ((x / GRAIN).round() as i64, (y / GRAIN).round() as i64)
                })
                .collect();
            grains.sort_unstable();
            grains.dedup();
            for (x, y) in grains {
                canvas.dot((x as f64 * GRAIN, y as f64 * GRAIN), radius, colour);
            }
        }
        if let Some((x, y, _)) = self
            .frame
            .as_ref()
            .filter(|(x, y, _)| self.x.shows(*x) && self.y.shows(*y))
        {
            let (x, y) = place((*x, *y));
            let square = Rect::new(x, y, x, y).grown(6.5);
            canvas.outline(square, WHITE, 6.0);
            canvas.outline(square, INK, 2.6);
        }
        if let Some((x, y, _)) = self
            .ring
            .as_ref()
            .filter(|(x, y, _)| self.x.shows(*x) && self.y.shows(*y))
        {
            ring(canvas, place((*x, *y)));
        }
        if let Some((x, ..)) = self
            .frame
            .as_ref()
            .filter(|(x, y, _)| !self.x.shows(*x) || !self.y.shows(*y))
        {
            // What has no place on the chart is still said.
            let text = if self.x.shows(*x) {
                ""
            } else {
                "the framed setting is off this chart: it never gets there"
            };
            let width = text::width(text, SIZE, Weight::Regular);
            let at = (plot.x1 - width - 6.0, plot.y0 + SIZE + 2.0);
            canvas.text(
                text,
                at,
                Anchor::Start,
                Font {
                    size: SIZE,
                    weight: Weight::Regular,
                    colour: INK,
                },
            );
        }
    }
}

fn widened(range: Range) -> Range {
    let span = 0.02;
    let at = |position: f64| match range.scale {
        super::scale::Scale::Linear => range.lo + position * (range.hi - range.lo),
        super::scale::Scale::Log => {
            range.lo * crate::numeric::math::pow(range.hi / range.lo, position)
        }
    };
    Range {
        lo: at(-span),
        hi: at(1.0 + span),
        ..range
    }
}
