//! What all charts have around their data: title, subtitle, legend, grid and axes.

use super::canvas::{self, Canvas, Rect};
use super::paint::Paint;
use super::picture::Picture;
use super::text::{Anchor, Font};

/// Width of every chart [display pixels]; heights follow the content.
pub(super) const WIDTH: f64 = 800.0;
pub(super) const MARGIN: f64 = 18.0;
/// Size of tick labels, values and legends.
pub(super) const SIZE: f64 = 15.0;
/// From the middle of a line of digits down to its baseline, in font sizes.
pub(super) const MIDDLE: f64 = 0.36;

const LINE: f64 = 1.3;

pub(super) const TICK_FONT: Font = Font::regular(SIZE, Paint::Text);
pub(super) const LABEL_FONT: Font = Font::regular(SIZE, Paint::Ink);
pub(super) const PANEL_FONT: Font = Font::bold(SIZE + 1.0, Paint::Ink);
pub(super) const NOTE_FONT: Font = Font::regular(SIZE, Paint::Quiet);
/// What titles, subtitles and labels of axes have [pixels].
const ROOM: f64 = WIDTH - 2.0 * MARGIN;

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
        let font = [21.0, 20.0, 19.0, 18.0]
            .map(|size| Font::bold(size, Paint::Ink))
            .into_iter()
            .find(|font| font.width(&self.title) <= ROOM)
            .unwrap_or(Font::bold(20.0, Paint::Ink));
        let title = font.wrap(&self.title, ROOM, 2).into_iter();
        let subtitle = NOTE_FONT.wrap(&self.subtitle, ROOM, 2).into_iter();
        title
            .map(|line| (line, font))
            .chain(subtitle.map(|line| (line, NOTE_FONT)))
            .collect()
    }

    /// Where the heading ends [pixels from the top].
    pub(super) fn bottom(&self) -> f64 {
        let lines = self.lines();
        MARGIN + 4.0 + lines.iter().map(|(_, font)| LINE * font.size).sum::<f64>()
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
        canvas::draw(WIDTH, top + 140.0, &self.title, |canvas| {
            self.paint(canvas);
            let frame = Rect::new(MARGIN, top + 8.0, WIDTH - MARGIN, top + 120.0);
            canvas.outline(frame, Paint::Grid, 1.0);
            let at = (WIDTH / 2.0, top + 68.0);
            canvas.text("nothing to show", at, Anchor::Middle, NOTE_FONT);
        })
    }
}

/// Vertical grid lines, if there is a `grid`, with the lines of their tick labels below; labels only when `labelled`.
pub(super) fn x_axis<'t>(
    canvas: &mut Canvas,
    plot: Rect,
    ticks: impl IntoIterator<Item = (f64, &'t [String])>,
    grid: bool,
    labelled: bool,
) {
    for (x, lines) in ticks {
        if grid {
            canvas.line(&[(x, plot.y0), (x, plot.y1)], Paint::Grid, 1.0);
        }
        canvas.line(&[(x, plot.y1), (x, plot.y1 + 5.0)], Paint::Axis, 1.0);
        for (i, line) in lines.iter().enumerate().filter(|_| labelled) {
            let y = plot.y1 + 9.0 + SIZE * (0.8 + 1.15 * i as f64);
            let at = (on_sheet(line, x, 4.0), y);
            canvas.text(line, at, Anchor::Middle, TICK_FONT);
        }
    }
}

/// Horizontal grid lines, or ticks if there is no `grid`, with the lines of their labels at the left; labels only when `labelled`.
pub(super) fn y_axis<'t>(
    canvas: &mut Canvas,
    plot: Rect,
    ticks: impl IntoIterator<Item = (f64, &'t [String])>,
    grid: bool,
    labelled: bool,
) {
    for (y, lines) in ticks {
        match grid {
            true => canvas.line(&[(plot.x0, y), (plot.x1, y)], Paint::Grid, 1.0),
            false => canvas.line(&[(plot.x0 - 5.0, y), (plot.x0, y)], Paint::Axis, 1.0),
        }
        for (i, line) in lines.iter().enumerate().filter(|_| labelled) {
            let y = y + MIDDLE * SIZE + (i as f64 - (lines.len() - 1) as f64 / 2.0) * 1.1 * SIZE;
            canvas.text(line, (plot.x0 - 8.0, y), Anchor::End, TICK_FONT);
        }
    }
}

/// The title of a panel, above its plot.
pub(super) fn panel_title(canvas: &mut Canvas, title: &str, plot: Rect) {
    let title = PANEL_FONT.shorten(title, plot.width());
    canvas.text(&title, (plot.x0, plot.y0 - 8.0), Anchor::Start, PANEL_FONT);
}

/// Widest of the labels [pixels].
pub(super) fn widest<S: AsRef<str>>(labels: impl IntoIterator<Item = S>) -> f64 {
    labels
        .into_iter()
        .map(|label| LABEL_FONT.width(label.as_ref()))
        .fold(0.0, f64::max)
}

/// The label of the horizontal axis, centred at `at` but within the sheet.
pub(super) fn x_label(canvas: &mut Canvas, label: &str, (x, y): (f64, f64)) {
    let label = LABEL_FONT.shorten(label, ROOM);
    let at = (on_sheet(&label, x, MARGIN), y);
    canvas.text(&label, at, Anchor::Middle, LABEL_FONT);
}

/// Where to centre `text`, near `x`, so that it stays `margin` off the edges of the sheet.
pub(super) fn on_sheet(text: &str, x: f64, margin: f64) -> f64 {
    let half = LABEL_FONT.width(text) / 2.0;
    x.min(WIDTH - margin - half).max(margin + half)
}

/// The label of the vertical axis: level above it, which is read more easily than upright beside it.
pub(super) fn y_label(canvas: &mut Canvas, label: &str, baseline: f64) {
    let label = LABEL_FONT.shorten(label, ROOM);
    canvas.text(&label, (MARGIN, baseline), Anchor::Start, LABEL_FONT);
}

/// Distance of the lines of a row's name [pixels].
pub(super) const NAME_LINE: f64 = 1.2 * SIZE;

/// The name of a row of bars, on one line or more, at the left of the plot.
pub(super) fn row_name(canvas: &mut Canvas, plot: Rect, centre: f64, lines: &[String]) {
    for (i, line) in lines.iter().enumerate() {
        let offset = (i as f64 - (lines.len() as f64 - 1.0) / 2.0) * NAME_LINE;
        let at = (plot.x0 - 10.0, centre + offset + MIDDLE * SIZE);
        canvas.text(line, at, Anchor::End, LABEL_FONT);
    }
}
