//! What all charts have around their data: title, subtitle, legend, grid and axes.

use super::canvas::{Canvas, Rect};
use super::colour::{AXIS, GRID, INK, QUIET, TEXT};
use super::picture::Picture;
use super::scale::Range;
use super::text::{self, Anchor, Font, Weight};
use super::tick_labels::Tick;

/// Width of every chart [display pixels]; heights follow the content.
pub(super) const WIDTH: f64 = 800.0;
pub(super) const MARGIN: f64 = 18.0;
/// Size of tick labels, values and legends.
pub(super) const SIZE: f64 = 15.0;
/// From the middle of a line of digits down to its baseline, in font sizes.
pub(super) const MIDDLE: f64 = 0.36;

const LINE: f64 = 1.3;

pub(super) const TICK_FONT: Font = Font {
    size: SIZE,
    weight: Weight::Regular,
    colour: TEXT,
};
pub(super) const LABEL_FONT: Font = Font {
    size: SIZE,
    weight: Weight::Regular,
    colour: INK,
};
pub(super) const PANEL_FONT: Font = Font {
    size: SIZE + 1.0,
    weight: Weight::Bold,
    colour: INK,
};
pub(super) const NOTE_FONT: Font = Font {
    size: SIZE,
    weight: Weight::Regular,
    colour: QUIET,
};

/// What stands above every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The question or the finding, in bold. Two lines at most; longer ones end with an ellipsis.
    pub title: String,
    /// Scenario, setting and number of replications, in grey. Two lines at most.
    pub subtitle: String,
}

impl Heading {
    /// A heading with both lines.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Heading {
            title: title.into(),
            subtitle: subtitle.into(),
        }
    }

    /// Lines with their font. A title that is a little too long gets smaller letters before it gets a second line.
    fn lines(&self) -> Vec<(String, Font)> {
        let room = WIDTH - 2.0 * MARGIN;
        let fits = |size: &f64| text::width(&self.title, *size, Weight::Bold) <= room;
        let size = [21.0, 20.0, 19.0, 18.0]
            .into_iter()
            .find(fits)
            .unwrap_or(20.0);
        let title = text::wrap(&self.title, size, Weight::Bold, room, 2);
        let title_font = Font {
            size,
            weight: Weight::Bold,
            colour: INK,
        };
        let subtitle = text::wrap(&self.subtitle, SIZE, Weight::Regular, room, 2);
        let title = title.into_iter().map(|line| (line, title_font));
        title
            .chain(subtitle.into_iter().map(|line| (line, NOTE_FONT)))
            .collect()
    }

    /// Where the heading ends [pixels from the top].
    pub(super) fn bottom(&self) -> f64 {
        MARGIN
            + 4.0
            + self
                .lines()
                .iter()
                .map(|(_, font)| LINE * font.size)
                .sum::<f64>()
    }

    pub(super) fn paint(&self, canvas: &mut Canvas) {
        let mut y = MARGIN - 4.0;
        for (line, font) in self.lines() {
            y += LINE * font.size;
            canvas.text(&line, (MARGIN, y - 0.3 * font.size), Anchor::Start, font);
        }
    }

    /// The chart for when there is no data, which says so.
    pub(super) fn nothing_to_show(&self) -> Picture {
        let top = self.bottom();
        super::canvas::draw(WIDTH, top + 140.0, &self.title, |canvas| {
            self.paint(canvas);
            let frame = Rect::new(MARGIN, top + 8.0, WIDTH - MARGIN, top + 120.0);
            canvas.outline(frame, GRID, 1.0);
            canvas.text(
                "nothing to show",
                (WIDTH / 2.0, top + 68.0),
                Anchor::Middle,
                NOTE_FONT,
            );
        })
    }
}

/// Vertical grid lines with their tick labels below; labels only when `labelled`.
pub(super) fn x_axis(
    canvas: &mut Canvas,
    plot: Rect,
    ticks: &[(f64, Vec<String>)],
    grid: bool,
    labelled: bool,
) {
    for (x, lines) in ticks {
        if grid {
            canvas.line(&[(*x, plot.y0), (*x, plot.y1)], GRID, 1.0);
        }
        canvas.line(&[(*x, plot.y1), (*x, plot.y1 + 5.0)], AXIS, 1.0);
        for (i, line) in lines.iter().enumerate().filter(|_| labelled) {
            let y = plot.y1 + 9.0 + SIZE * (0.8 + 1.15 * i as f64);
            canvas.text(
                line,
                (on_sheet(line, *x, 4.0), y),
                Anchor::Middle,
                TICK_FONT,
            );
        }
    }
}

/// Horizontal grid lines with their tick labels at the left; labels only when `labelled`.
pub(super) fn y_axis(canvas: &mut Canvas, plot: Rect, ticks: &[(f64, String)], labelled: bool) {
    for (y, label) in ticks {
        canvas.line(&[(plot.x0, *y), (plot.x1, *y)], GRID, 1.0);
        if labelled {
            canvas.text(
                label,
                (plot.x0 - 8.0, y + MIDDLE * SIZE),
                Anchor::End,
                TICK_FONT,
            );
        }
    }
}

/// Ticks at the left of a plot without grid lines; their labels, in one line or more, only when `labelled`.
pub(super) fn row_ticks(
    canvas: &mut Canvas,
    plot: Rect,
    ticks: &[(f64, Vec<String>)],
    labelled: bool,
) {
    for (y, lines) in ticks {
        canvas.line(&[(plot.x0 - 5.0, *y), (plot.x0, *y)], AXIS, 1.0);
        for (i, line) in lines.iter().enumerate().filter(|_| labelled) {
            let y = y + MIDDLE * SIZE + (i as f64 - (lines.len() - 1) as f64 / 2.0) * 1.1 * SIZE;
            canvas.text(line, (plot.x0 - 8.0, y), Anchor::End, TICK_FONT);
        }
    }
}

/// The title of a panel, above its plot.
pub(super) fn panel_title(canvas: &mut Canvas, title: &str, plot: Rect) {
    let title = text::shorten(title, PANEL_FONT.size, Weight::Bold, plot.width());
    canvas.text(&title, (plot.x0, plot.y0 - 8.0), Anchor::Start, PANEL_FONT);
}

/// Widest of the labels [pixels].
pub(super) fn widest<'a>(labels: impl IntoIterator<Item = &'a str>) -> f64 {
    labels
        .into_iter()
        .map(|l| text::width(l, SIZE, Weight::Regular))
        .fold(0.0, f64::max)
}

/// The most ticks of `range` whose labels stay apart along `room` pixels, tried with `ticks_for` from many to few.
pub(super) fn fitting(
    room: f64,
    range: Range,
    ticks_for: impl Fn(usize) -> Vec<Tick>,
) -> Vec<Tick> {
    let half = |tick: &Tick| text::width(&tick.label, SIZE, Weight::Regular) / 2.0;
    let place = |tick: &Tick| range.position(tick.value) * room;
    for max in (2..=9).rev() {
        let ticks = ticks_for(max);
        let apart = |w: &[Tick]| place(&w[1]) - place(&w[0]) >= half(&w[0]) + half(&w[1]) + 14.0;
        if ticks.windows(2).all(apart) {
            return ticks;
        }
    }
    ticks_for(2).into_iter().take(1).collect()
}

/// The axis label with its unit: `Time since the job started (h, min)`.
pub(super) fn with_unit(label: &str, unit: &str) -> String {
    match (label.is_empty(), unit.is_empty()) {
        (_, true) => label.to_owned(),
        (true, false) => unit.to_owned(),
        (false, false) => format!("{label} ({unit})"),
    }
}

/// The label of the horizontal axis, centred at `at` but within the sheet.
pub(super) fn x_label(canvas: &mut Canvas, label: &str, at: (f64, f64)) {
    let label = text::shorten(label, SIZE, Weight::Regular, WIDTH - 2.0 * MARGIN);
    canvas.text(
        &label,
        (on_sheet(&label, at.0, MARGIN), at.1),
        Anchor::Middle,
        LABEL_FONT,
    );
}

/// Where to centre `text`, near `x`, so that it stays `margin` off the edges of the sheet.
pub(super) fn on_sheet(text: &str, x: f64, margin: f64) -> f64 {
    let half = text::width(text, SIZE, Weight::Regular) / 2.0;
    x.min(WIDTH - margin - half).max(margin + half)
}

/// The label of the vertical axis: level above it, which is read more easily than upright beside it.
pub(super) fn y_label(canvas: &mut Canvas, label: &str, baseline: f64) {
    let label = text::shorten(label, SIZE, Weight::Regular, WIDTH - 2.0 * MARGIN);
    canvas.text(&label, (MARGIN, baseline), Anchor::Start, LABEL_FONT);
}

/// Distance of the lines of a row's name [pixels].
pub(super) const NAME_LINE: f64 = 1.2 * SIZE;

/// The name of a row of bars, on one line or more, at the left of the plot.
pub(super) fn row_name(canvas: &mut Canvas, plot: Rect, centre: f64, lines: &[String]) {
    for (i, line) in lines.iter().enumerate() {
        let offset = (i as f64 - (lines.len() as f64 - 1.0) / 2.0) * NAME_LINE;
        canvas.text(
            line,
            (plot.x0 - 10.0, centre + offset + MIDDLE * SIZE),
            Anchor::End,
            LABEL_FONT,
        );
    }
}
