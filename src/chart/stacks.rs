//! Stacked bars: what a whole is made of, and how large it is, one bar per profile.
//!
//! The share of a part stands in it where there is room, the whole at the end of its bar.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS, WHITE};
use super::frame::{
    Heading, LABEL_FONT, MARGIN, MIDDLE, NAME_LINE, SIZE, TICK_FONT, WIDTH, fitting, row_name,
    widest, with_unit, x_axis, x_label,
};
use super::legend::{Legend, Swatch};
use super::picture::Picture;
use super::quantity::fixed;
use super::scale::{Axis, Range};
use super::text::{self, Anchor, Font, Weight};
use super::tick_labels;
use super::ticks;

/// A chart of stacked horizontal bars.
#[derive(Clone, Debug, PartialEq)]
pub struct StackChart {
    /// Title and subtitle.
    pub heading: Heading,
    /// What the bars measure. Bars start at zero, on a linear scale.
    pub value: Axis,
    /// The parts, from the left. One that is zero in all stacks is left out.
    pub parts: Vec<StackPart>,
    /// The bars from top to bottom.
    pub stacks: Vec<Stack>,
}

/// A part of every stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackPart {
    /// Name in the legend.
    pub name: String,
    /// Its colour, by the number in the palette that series take theirs from.
    pub colour: usize,
}

/// One bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// Name at the left; long names are broken into lines.
    pub name: String,
    /// By part; what is not positive and finite has no length.
    pub values: Vec<f64>,
}

/// Widest column of names [pixels]; longer names get more lines.
const NAMES: f64 = 260.0;
const BAR: f64 = 34.0;
const BETWEEN: f64 = 14.0;

struct Layout {
    names: Vec<Vec<String>>,
    plot: Rect,
    /// Top and bottom of each stack.
    rows: Vec<(f64, f64)>,
    value: Range,
    ticks: Vec<tick_labels::Tick>,
    legend: Legend,
    legend_top: f64,
}

impl StackChart {
    /// The chart as an SVG document.
    pub fn svg(&self) -> String {
        self.picture().svg("")
    }

    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self.stacks.iter().any(|stack| self.whole(stack) > 0.0) {
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

    /// The length of a part.
    fn length(&self, stack: &Stack, part: usize) -> f64 {
        stack
            .values
            .get(part)
            .copied()
            .filter(|value| *value > 0.0 && self.value.shows(*value))
            .unwrap_or(0.0)
    }

    fn whole(&self, stack: &Stack) -> f64 {
        (0..self.parts.len())
            .map(|part| self.length(stack, part))
            .sum()
    }

    /// The whole as written at the end of its bar.
    fn whole_label(&self, stack: &Stack) -> String {
        self.value.quantity.value(self.whole(stack))
    }

    fn layout(&self) -> Layout {
        let mut legend = Legend::new(MARGIN);
        for (i, part) in self.parts.iter().enumerate() {
            if self.stacks.iter().any(|stack| self.length(stack, i) > 0.0) {
                legend.push(&part.name, Swatch::Box(colour::series(part.colour)));
            }
        }
        let legend_top = self.heading.bottom() + 2.0;
        let top = legend_top + legend.height() + 8.0;

        let names: Vec<Vec<String>> = self
            .stacks
            .iter()
            .map(|stack| text::wrap(&stack.name, SIZE, Weight::Regular, NAMES, 3))
            .collect();
        let left = MARGIN + widest(names.iter().flatten().map(String::as_str)) + 10.0;
        let wholes: Vec<String> = self
            .stacks
            .iter()
            .map(|stack| self.whole_label(stack))
            .collect();
        let right = (widest(wholes.iter().map(String::as_str)) + 12.0).max(30.0) + MARGIN;

        let (mut y, mut rows) = (top + 6.0, vec![]);
        for name in &names {
            let height = BAR.max(name.len() as f64 * NAME_LINE);
            rows.push((y, y + height));
            y += height + BETWEEN;
        }
        let plot = Rect::new(left, top, WIDTH - right, y - BETWEEN + 6.0);
        let wholes = self.stacks.iter().map(|stack| self.whole(stack));
        let value = Axis::new("", self.value.quantity)
            .starting_at_zero()
            .range(wholes);
        let ticks = fitting(plot.width(), value, |max| {
            ticks::inside(value, self.value.quantity, max)
        });
        Layout {
            names,
            plot,
            rows,
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

        for ((stack, lines), &(y0, y1)) in self.stacks.iter().zip(&layout.names).zip(&layout.rows) {
            let centre = (y0 + y1) / 2.0;
            row_name(canvas, plot, centre, lines);
            self.paint_stack(canvas, stack, centre, at);
        }
        canvas.line(&[(at(0.0), plot.y0), (at(0.0), plot.y1)], AXIS, 1.3);
    }

    fn paint_stack(
        &self,
        canvas: &mut Canvas,
        stack: &Stack,
        centre: f64,
        at: impl Fn(f64) -> f64,
    ) {
        let whole = self.whole(stack);
        let baseline = centre + MIDDLE * SIZE;
        let mut from = 0.0;
        for (i, part) in self.parts.iter().enumerate() {
            let length = self.length(stack, i);
            if length == 0.0 {
                continue;
            }
            let ground = colour::series(part.colour);
            let place = Rect::new(
                at(from),
                centre - BAR / 2.0,
                at(from + length),
                centre + BAR / 2.0,
            );
            canvas.fill(place, ground);
            if from > 0.0 {
                canvas.line(&[(place.x0, place.y0), (place.x0, place.y1)], WHITE, 1.0);
            }
            let share = format!("{} %", fixed(100.0 * length / whole, 0));
            if text::width(&share, SIZE, Weight::Regular) + 4.0 <= place.width() {
                let font = Font {
                    colour: colour::contrasting(ground),
                    ..LABEL_FONT
                };
                canvas.text(
                    &share,
                    ((place.x0 + place.x1) / 2.0, baseline),
                    Anchor::Middle,
                    font,
                );
            }
            from += length;
        }
        canvas.text(
            &self.whole_label(stack),
            (at(whole) + 7.0, baseline),
            Anchor::Start,
            TICK_FONT,
        );
    }
}
