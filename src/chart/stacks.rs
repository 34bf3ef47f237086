//! Stacked bars: what a whole is made of, and how large it is, one bar per profile.
//!
//! The share of a part stands in it where there is room, the whole at the end of its bar.

use super::bar_rows::{BarRows, Rows};
use super::canvas::{Canvas, Rect};
use super::frame::{Heading, LABEL_FONT, MARGIN, MIDDLE, SIZE, TICK_FONT};
use super::legend::{Legend, Swatch};
use super::paint::Paint;
use super::picture::Picture;
use super::quantity::fixed;
use super::scale::Axis;
use super::text::Anchor;

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
/// Height of a bar [pixels].
const BAR: f64 = 34.0;

impl StackChart {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if !self.stacks.iter().any(|stack| self.whole(stack) > 0.0) {
            return self.heading.nothing_to_show();
        }
        let rows = self.rows();
        let drawn = rows.draw(|canvas, stack, middle| {
            self.paint_stack(canvas, &rows, &self.stacks[stack], middle);
        });
        drawn.told(&self.described(), self.tables())
    }

    /// The length of a part.
    pub(super) fn length(&self, stack: &Stack, part: usize) -> f64 {
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

    /// The parts that some stack has.
    pub(super) fn shown(&self) -> impl Iterator<Item = usize> {
        (0..self.parts.len()).filter(|part| {
            let mut stacks = self.stacks.iter();
            stacks.any(|stack| self.length(stack, *part) > 0.0)
        })
    }

    /// The whole as written at the end of its bar.
    pub(super) fn whole_label(&self, stack: &Stack) -> String {
        self.value.quantity.value(self.whole(stack))
    }

    fn rows(&self) -> BarRows<'_> {
        let mut legend = Legend::new(MARGIN);
        for part in self.shown().map(|part| &self.parts[part]) {
            legend.push(&part.name, Swatch::Box(Paint::series(part.colour)));
        }
        let rows = Rows {
            names: self.stacks.iter().map(|stack| &*stack.name).collect(),
            names_width: NAMES,
            name_lines: 3,
            bars: BAR,
            between: 14.0,
            ends: self.stacks.iter().map(|stack| self.whole(stack)).collect(),
            labels: self
                .stacks
                .iter()
                .map(|stack| self.whole_label(stack))
                .collect(),
        };
        BarRows::new(&self.heading, &self.value, legend, rows)
    }

    fn paint_stack(&self, canvas: &mut Canvas, rows: &BarRows, stack: &Stack, middle: f64) {
        let whole = self.whole(stack);
        let baseline = middle + MIDDLE * SIZE;
        let mut from = 0.0;
        for (i, part) in self.parts.iter().enumerate() {
            let length = self.length(stack, i);
            if length == 0.0 {
                continue;
            }
            let ground = Paint::series(part.colour);
            let (x0, x1) = (rows.at(from), rows.at(from + length));
            let place = Rect::new(x0, middle - BAR / 2.0, x1, middle + BAR / 2.0);
            canvas.fill(place, ground);
            if from > 0.0 {
                canvas.line(&[(x0, place.y0), (x0, place.y1)], Paint::Ground, 1.0);
            }
            let share = format!("{} %", fixed(100.0 * length / whole, 0));
            if LABEL_FONT.width(&share) + 4.0 <= place.width() {
                let font = LABEL_FONT.in_paint(ground.over());
                canvas.text(&share, (place.middle().0, baseline), Anchor::Middle, font);
            }
            from += length;
        }
        let at = (rows.at(whole) + 7.0, baseline);
        canvas.text(&self.whole_label(stack), at, Anchor::Start, TICK_FONT);
    }
}
